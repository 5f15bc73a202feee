//! Lines as they are told apart across articles: by a hash of what they say, folded.
//!
//! Invariant: the hash depends on the line alone and is the same on every machine.

use std::hash::Hasher as _;

use serde::{Deserialize, Serialize};

use crate::words::WordHasher;

/// The hash of a line: white space runs are one space, digits one `0`, ASCII capitals small.
pub fn line_hash(line: &str) -> u64 {
    let mut hasher = WordHasher::default();
    let mut folded = [0; 8];
    let mut length = 0;
    let mut last = b' ';
    for byte in line.trim().bytes() {
        let byte = match byte {
            b'0'..=b'9' => b'0',
            _ if byte.is_ascii_whitespace() => b' ',
            _ => byte.to_ascii_lowercase(),
        };
        if byte == last && matches!(byte, b' ' | b'0') {
            continue;
        }
        last = byte;
        folded[length] = byte;
        length += 1;
        if length == folded.len() {
            hasher.write(&folded);
            length = 0;
        }
    }
    hasher.write(&folded[..length]);
    hasher.finish()
}

/// A set of lines, by their hashes.
///
/// Invariant: the hashes are in order, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineSet(Vec<u64>);

impl FromIterator<u64> for LineSet {
    fn from_iter<I: IntoIterator<Item = u64>>(hashes: I) -> Self {
        let mut hashes: Vec<u64> = hashes.into_iter().collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }
}

impl LineSet {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a line that says the same as `line` is in the set.
    pub fn contains(&self, line: &str) -> bool {
        !self.is_empty() && self.0.binary_search(&line_hash(line)).is_ok()
    }

    /// The hashes, in order.
    pub fn hashes(&self) -> &[u64] {
        &self.0
    }

    /// The lines that are in both sets.
    pub fn shared_with(&self, other: &Self) -> Self {
        let is_in_other = |hash: &&u64| other.0.binary_search(hash).is_ok();
        Self(self.0.iter().filter(is_in_other).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_say_the_same_hash_alike() {
        for (one, other, is_same) in [
            ("Read more", "  READ\t more \n", true),
            ("3 min read", "12 min read", true),
            ("Updated at 9:05", "Updated at 10:45", true),
            ("Read more", "Readmore", false),
            ("Read more", "Read mores", false),
            ("Read more", "Read  more today", false),
            ("À lire", "A lire", false),
            ("eight by", "eight by ", true),
            ("abcdefgh", "abcdefghabcdefgh", false),
        ] {
            assert_eq!(line_hash(one) == line_hash(other), is_same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_set_knows_its_lines() {
        let set: LineSet = ["Share", "Print", "share"].into_iter().map(line_hash).collect();
        assert_eq!(set.hashes().len(), 2);
        assert!(
            set.contains(" SHARE ") && !set.contains("Save") && !LineSet::default().contains("")
        );
        let other: LineSet = ["Save", "Print"].into_iter().map(line_hash).collect();
        assert_eq!(set.shared_with(&other), [line_hash("print")].into_iter().collect());
        assert!(set.shared_with(&LineSet::default()).is_empty());
    }
}
