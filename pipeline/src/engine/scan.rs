//! What lies in the raw folder: its files in bytewise order of their paths, each with its stat.
//!
//! Invariant: symbolic links are never followed, and nothing is opened but folders.
//! Invariant: names that begin with a dot are left out, as are the folders they name.
//! Invariant: the order depends on the names alone, not on the disk or on threads.

use std::fs::{self, DirEntry, FileType};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rayon::prelude::*;

use super::hash::checksum;
use super::item::Fault;
use super::stat::{Stat, now_ns};

/// Entries of a folder that one thread looks up at the least.
const ENTRIES_PER_TASK: usize = 16;

/// The raw folder's files in order, kept small: 56 bytes each and their paths.
#[derive(Debug, Default)]
pub struct Tree {
    /// The paths, one after the other.
    paths: String,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
    /// When the look-up began.
    pub begun_ns: i64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    path_start: usize,
    path_bytes: u32,
    /// Index into `faults` for what is no readable file.
    fault: Option<u32>,
    stat: Stat,
}

/// A file, or what stands in the place of one, as the scan found it.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Relative to the raw folder, `/` between the parts.
    pub path: &'a str,
    /// Why it is not to be opened.
    pub fault: Option<&'a Fault>,
    pub stat: Stat,
}

impl Tree {
    /// Lists the raw folder, on all threads of the pool it is called in.
    ///
    /// # Errors
    /// Where the folder itself cannot be listed; trouble below it is a fault of its entry.
    pub fn scan(raw: &Path) -> io::Result<Self> {
        let begun_ns = now_ns();
        let mut tree = list(raw, "")?;
        tree.begun_ns = begun_ns;
        Ok(tree)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn get(&self, index: usize) -> Found<'_> {
        let entry = &self.entries[index];
        Found {
            path: &self.paths[entry.path_start..][..entry.path_bytes as usize],
            fault: entry.fault.map(|fault| &self.faults[fault as usize]),
            stat: entry.stat,
        }
    }

    fn push(&mut self, path: [&str; 2], looked_up: Result<Stat, Fault>) {
        let path_start = self.paths.len();
        path.into_iter().for_each(|part| self.paths.push_str(part));
        let path_bytes = u32::try_from(self.paths.len() - path_start).expect("paths are short");
        let (stat, fault) = match looked_up {
            Ok(stat) => (stat, None),
            Err(fault) => {
                // Another fault is another stat, so that a change shows as it does for files.
                let inode = checksum(format!("{}\0{}", fault.code, fault.detail).as_bytes());
                let stat = Stat { inode: u64::from_le_bytes(inode), ..Stat::default() };
                self.faults.push(fault);
                let index = u32::try_from(self.faults.len() - 1).expect("faults are few");
                (stat, Some(index))
            }
        };
        self.entries.push(Entry { path_start, path_bytes, fault, stat });
    }

    fn append(mut self, other: Self) -> Self {
        if self.entries.is_empty() {
            return other;
        }
        let path_start = self.paths.len();
        let fault_start = u32::try_from(self.faults.len()).expect("faults are few");
        self.paths.push_str(&other.paths);
        self.faults.extend(other.faults);
        self.entries.extend(other.entries.into_iter().map(|entry| Entry {
            path_start: path_start + entry.path_start,
            fault: entry.fault.map(|fault| fault_start + fault),
            ..entry
        }));
        self
    }
}

/// An entry of a folder and the name it is sorted by.
struct Child {
    /// As text: bytes that are no UTF-8 are written `\xHH`. A folder's ends in `/`, so that the
    /// order of names is the order of the paths below them.
    name: String,
    is_utf8: bool,
    kind: FileType,
    entry: DirEntry,
}

impl Child {
    fn of(entry: DirEntry) -> io::Result<Self> {
        let kind = entry.file_type()?;
        let (mut name, is_utf8) = match entry.file_name().into_string() {
            Ok(name) => (name, true),
            Err(name) => (printable(name.as_bytes()), false),
        };
        if kind.is_dir() {
            name.push('/');
        }
        Ok(Self { name, is_utf8, kind, entry })
    }
}

fn list(folder: &Path, prefix: &str) -> io::Result<Tree> {
    let mut children = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_bytes().starts_with(b".") {
            children.push(Child::of(entry)?);
        }
    }
    children.sort_unstable_by(|a, b| (&a.name, a.is_utf8).cmp(&(&b.name, b.is_utf8)));
    let parts = children.into_par_iter().with_min_len(ENTRIES_PER_TASK);
    let parts = parts.fold(Tree::default, |tree, child| add(tree, prefix, &child));
    Ok(parts.reduce(Tree::default, Tree::append))
}

fn add(mut tree: Tree, prefix: &str, child: &Child) -> Tree {
    let path = [prefix, child.name.as_str()];
    let fault = |code, detail: &str| Err(Fault::new(code, detail));
    let looked_up = if child.kind.is_symlink() {
        fault("symbolic_link", "a symbolic link, which is not followed; put the file itself here")
    } else if !child.is_utf8 {
        fault("name_not_utf8", "the name is not UTF-8, so no row could name it; rename it")
    } else if child.kind.is_dir() {
        match list(&child.entry.path(), &path.concat()) {
            Ok(below) => return tree.append(below),
            // Removed since it was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return tree,
            Err(error) => fault("unreadable", &format!("the folder cannot be listed: {error}")),
        }
    } else if !child.kind.is_file() {
        fault("not_a_file", "no regular file (a pipe, socket or device), so it was not opened")
    } else {
        match child.entry.metadata() {
            Ok(metadata) => Ok(Stat::of(&metadata)),
            // Removed since it was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return tree,
            Err(error) => fault("unreadable", &format!("cannot be looked up: {error}")),
        }
    };
    tree.push(path, looked_up);
    tree
}

/// Bytes as text; those that are no UTF-8 are written `\xHH`.
fn printable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_in_bytewise_order_whatever_the_folders() {
        let raw = tempfile::tempdir().unwrap();
        let mut expected: Vec<String> =
            ["a/z", "a/b/c", "a.txt", "a-", "a0", "b", "é/x", "Z", "a b/1"]
                .map(str::to_owned)
                .into();
        expected.extend((0..100).map(|number| format!("many/{number}")));
        for path in expected.iter().rev() {
            let path = raw.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        fs::create_dir(raw.path().join(".hidden")).unwrap();
        fs::write(raw.path().join(".hidden/file"), "x").unwrap();
        expected.sort();
        let tree = Tree::scan(raw.path()).unwrap();
        let found: Vec<&str> = (0..tree.len()).map(|index| tree.get(index).path).collect();
        assert_eq!(found, expected);
        assert!((0..tree.len()).all(|index| tree.get(index).stat.bytes == 1));
    }
}
