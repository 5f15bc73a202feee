//! The words of each language, embedded at build time as the files of one folder a language.
//!
//! Invariant: this package knows files, not their meaning; each stage reads the files it owns.
//! Invariant: folders are in bytewise order of their tag; a new folder needs no edit elsewhere.

include!(concat!(env!("OUT_DIR"), "/folders.rs"));

/// The folder of what all languages share.
pub const ROOT: &str = "root";

/// One language's folder: its BCP 47 primary tag (`root` for what all share) and its files.
#[derive(Debug)]
pub struct Folder {
    pub tag: &'static str,
    files: &'static [(&'static str, &'static str)],
}

impl Folder {
    /// The text of the file called `name`, if this language has one.
    pub fn file(&self, name: &str) -> Option<&'static str> {
        let found = self.files.binary_search_by_key(&name, |(file, _)| file);
        found.ok().map(|index| self.files[index].1)
    }
}

/// Every folder, `root` among them, in bytewise order of the tag.
pub fn folders() -> &'static [Folder] {
    FOLDERS
}

/// The folder of the language `tag`, if there is one.
pub fn folder(tag: &str) -> Option<&'static Folder> {
    let found = FOLDERS.binary_search_by_key(&tag, |folder| folder.tag);
    found.ok().map(|index| &FOLDERS[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_sorted_and_hold_files() {
        assert!(folders().len() > 2);
        assert!(folders().windows(2).all(|pair| pair[0].tag < pair[1].tag));
        assert!(folders().iter().all(|folder| !folder.files.is_empty()));
        assert!(folder(ROOT).is_some());
        assert!(folder("no-such-language").is_none());
    }
}
