//! Publication: readers see the old files or the new, all of them.
//!
//! The new folder is made beside the old one (unchanged files are linked, so they keep their
//! times), flushed to disk, and the two change places in one step of the file system
//! (`renameat2` with `RENAME_EXCHANGE`). Files of the folder that Newsloom did not make move along.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::hash::Hash;

/// A folder of files to be published.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    out: PathBuf,
}

/// The SHA-256 of every file of `names` in `folder` that can be read.
pub fn hashes<'a>(
    folder: &Path,
    names: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, Hash> {
    let hash = |name: &str| {
        let bytes = fs::read(folder.join(name)).ok()?;
        Some((name.to_owned(), Hash::of(&bytes)))
    };
    names.into_iter().filter_map(hash).collect()
}

impl Staging {
    /// Makes an empty folder beside `out`; what an earlier run left there is removed.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(out: &Path) -> io::Result<Self> {
        // A link to the folder stays; what it points to is replaced.
        let out = if out.exists() { fs::canonicalize(out)? } else { std::path::absolute(out)? };
        let name = out.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".new");
        let folder = out.with_file_name(hidden);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, out })
    }

    /// Where to write the file `name`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Publishes the staged files and returns how many changed. Where none did, the published
    /// folder is not touched.
    ///
    /// # Errors
    /// Where something cannot be written; the published folder is then as it was.
    pub fn publish(self) -> io::Result<usize> {
        let changed_count = self.publish_staged();
        let removed = fs::remove_dir_all(&self.folder);
        let changed_count = changed_count?;
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(changed_count),
        }
    }

    fn publish_staged(&self) -> io::Result<usize> {
        let mut changed_count = 0;
        for entry in fs::read_dir(&self.folder)? {
            let staged = entry?.path();
            let published = self.out.join(staged.file_name().expect("a child has a name"));
            if same_content(&staged, &published) {
                fs::remove_file(&staged)?;
                fs::hard_link(&published, &staged)
                    .or_else(|_| fs::copy(&published, &staged).map(drop))?;
            } else {
                File::open(&staged)?.sync_all()?;
                changed_count += 1;
            }
        }
        if changed_count == 0 {
            return Ok(0);
        }
        let foreign_folders = self.carry_foreign_files()?;
        File::open(&self.folder)?.sync_all()?;
        self.exchange()?;
        for name in foreign_folders {
            fs::rename(self.folder.join(&name), self.out.join(&name))?;
        }
        Ok(changed_count)
    }

    /// Links files of the published folder that are not staged; returns the folders, which
    /// cannot be linked and move after the exchange.
    fn carry_foreign_files(&self) -> io::Result<Vec<std::ffi::OsString>> {
        let mut folders = Vec::new();
        if !self.out.exists() {
            return Ok(folders);
        }
        for entry in fs::read_dir(&self.out)? {
            let entry = entry?;
            let target = self.folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(entry.file_name());
            } else if fs::symlink_metadata(&target).is_err() {
                fs::hard_link(entry.path(), target)?;
            }
        }
        Ok(folders)
    }

    fn exchange(&self) -> io::Result<()> {
        if self.out.exists() {
            renameat_with(CWD, &self.folder, CWD, &self.out, RenameFlags::EXCHANGE)?;
        } else {
            fs::rename(&self.folder, &self.out)?;
        }
        let parent = self.out.parent().unwrap_or(Path::new("/"));
        File::open(parent)?.sync_all()
    }
}

fn same_content(a: &Path, b: &Path) -> bool {
    let is_file = fs::symlink_metadata(b).is_ok_and(|metadata| metadata.is_file());
    let size = |path| fs::metadata(path).map(|metadata| metadata.len()).ok();
    is_file && size(a) == size(b) && matches!((fs::read(a), fs::read(b)), (Ok(a), Ok(b)) if a == b)
}
