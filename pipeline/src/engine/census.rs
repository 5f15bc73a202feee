//! One hash of all files of the raw folder with their stats, by which a run that has nothing to do
//! knows so without a look at what it knew of each.
//!
//! Invariant: only equal paths with equal stats in the same order have equal hashes.

use rayon::prelude::*;

use super::hash::{Hash, PartsHasher};
use super::scan::Tree;
use super::stat::Stat;

/// Files that are hashed by one thread, one after the other.
const BLOCK_COUNT: usize = 1 << 12;

/// Hashes files as they come.
#[derive(Debug, Default)]
pub struct Census {
    block: Block,
    blocks: PartsHasher,
}

/// Some files, as they are hashed.
#[derive(Debug, Default)]
struct Block {
    bytes: Vec<u8>,
    file_count: usize,
}

impl Census {
    pub fn add(&mut self, path: &str, stat: &Stat) {
        if self.block.file_count == BLOCK_COUNT {
            self.end_block();
        }
        self.block.add(path, stat);
    }

    pub fn finish(mut self) -> Hash {
        if self.block.file_count > 0 {
            self.end_block();
        }
        self.blocks.finish()
    }

    fn end_block(&mut self) {
        self.blocks.add(&self.block.hash().0);
        self.block = Block::default();
    }
}

impl Block {
    fn add(&mut self, path: &str, stat: &Stat) {
        let Stat { bytes, mtime_ns, ctime_ns, inode } = stat;
        self.bytes.extend((path.len() as u64).to_le_bytes());
        self.bytes.extend(path.as_bytes());
        for number in [*bytes, mtime_ns.cast_unsigned(), ctime_ns.cast_unsigned(), *inode] {
            self.bytes.extend(number.to_le_bytes());
        }
        self.file_count += 1;
    }

    fn hash(&self) -> Hash {
        Hash::of(&self.bytes)
    }
}

/// The census of a whole folder, on all threads.
pub fn census(tree: &Tree) -> Hash {
    let starts: Vec<usize> = (0..tree.len()).step_by(BLOCK_COUNT).collect();
    let block = |start: usize| {
        let mut block = Block::default();
        for index in start..tree.len().min(start + BLOCK_COUNT) {
            let found = tree.get(index);
            block.add(found.path, &found.stat);
        }
        block.hash()
    };
    let hashes: Vec<Hash> = starts.into_par_iter().map(block).collect();
    Hash::of_parts(hashes.iter().map(|hash| &hash.0[..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_by_one_as_at_once_and_another_for_another_stat() {
        let raw = tempfile::tempdir().unwrap();
        for count in [0, 1, 3] {
            for number in 0..count {
                std::fs::write(raw.path().join(format!("{number}.txt")), "x").unwrap();
            }
            let tree = Tree::scan(raw.path()).unwrap();
            let sum = |change: &dyn Fn(usize, &mut Stat)| {
                let mut sum = Census::default();
                for index in 0..tree.len() {
                    let mut stat = tree.get(index).stat;
                    change(index, &mut stat);
                    sum.add(tree.get(index).path, &stat);
                }
                sum.finish()
            };
            assert_eq!(sum(&|_, _| {}), census(&tree));
            for changed in 0..count {
                let touch = |index: usize, stat: &mut Stat| {
                    stat.mtime_ns += i64::from(index == changed);
                };
                assert_ne!(sum(&touch), census(&tree));
            }
        }
    }

    #[test]
    fn blocks_are_the_same_on_any_way() {
        let count = 2 * BLOCK_COUNT + 1;
        let paths: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        let (mut sum, mut hashes) = (Census::default(), Vec::new());
        for part in paths.chunks(BLOCK_COUNT) {
            let mut block = Block::default();
            for path in part {
                sum.add(path, &Stat::default());
                block.add(path, &Stat::default());
            }
            hashes.push(block.hash());
        }
        assert_eq!(hashes.len(), 3);
        assert_eq!(sum.finish(), Hash::of_parts(hashes.iter().map(|hash| &hash.0[..])));
    }
}
