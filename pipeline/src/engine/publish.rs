//! Publication: readers see the old files or the new, all of them.
//!
//! The new folder is made beside the old one (unchanged files are linked, so they keep their
//! times), flushed to disk, and the two change places in one step of the file system
//! (`renameat2` with `RENAME_EXCHANGE`). Invariant: what Newsloom did not make moves along and is
//! never deleted, even where a run was killed in the middle.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File as DiskFile};
use std::io::{self, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::hash::{Hash, Hashing};
use super::segment::Form;
use super::staged::StagedFile;
use super::stat::{Stat, now_ns};
use super::state::File;

/// Time after which the stat of a file just written may be believed.
const SETTLING: Duration = Duration::from_millis(25);
const BUFFER_BYTES: usize = 1 << 20;

/// The published files whose content is as `files` says, with the stats they have now; with
/// `rehash`, whatever these are.
pub fn intact(out: &Path, files: &BTreeMap<String, File>, rehash: bool) -> BTreeMap<String, File> {
    let look = |(name, file): (&String, &File)| {
        let path = out.join(name);
        let now_ns = now_ns();
        let metadata = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let stat = Stat::of(&metadata);
        if rehash || file.stat != Some(stat) {
            hash_of(&path).ok().filter(|hash| *hash == file.hash)?;
        }
        let stat = Some(stat).filter(|stat| stat.is_settled(now_ns));
        Some((name.clone(), File { stat, ..*file }))
    };
    files.iter().filter_map(look).collect()
}

/// Clears away what an earlier run could not, as it was killed or the disk failed.
///
/// # Errors
/// Where that cannot be cleared away now either, or another run is at work on it.
pub fn clear_leftovers(out: &Path) -> io::Result<()> {
    let is_there = staging_of(out).is_some_and(|folder| fs::symlink_metadata(folder).is_ok());
    if is_there { Staging::new(out)?.discard() } else { Ok(()) }
}

/// The hash of a file's content.
///
/// # Errors
/// Where it cannot be read.
pub fn hash_of(path: &Path) -> io::Result<Hash> {
    let mut file = BufReader::with_capacity(BUFFER_BYTES, DiskFile::open(path)?);
    let mut hashing = Hashing::new(io::sink());
    io::copy(&mut file, &mut hashing)?;
    Ok(hashing.finish().1)
}

/// A folder of files to be published. It is locked, so that two runs with caches of their own do
/// not write into the same one.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    out: PathBuf,
    _lock: DiskFile,
}

/// What became of a publication.
#[derive(Debug)]
pub struct Published {
    /// Files whose content changed.
    pub changed_count: usize,
    pub files: BTreeMap<String, File>,
    /// What failed once the files were published.
    pub trouble: Option<String>,
}

impl Staging {
    /// Makes an empty folder beside `out`; what a killed run left there is cleared away.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(out: &Path) -> io::Result<Self> {
        // A link to the folder stays; what it points to is replaced.
        let out = if out.exists() { fs::canonicalize(out)? } else { std::path::absolute(out)? };
        let folder = staging_of(&out).ok_or(io::ErrorKind::InvalidInput)?;
        fs::create_dir_all(&folder)?;
        let is_folder = fs::symlink_metadata(&folder)?.is_dir();
        let lock = DiskFile::open(&folder)?;
        if !is_folder || lock.try_lock().is_err() {
            let why = format!("{} is in use, or is no folder", folder.display());
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, why));
        }
        let staging = Self { folder, out, _lock: lock };
        staging.clear()?;
        fs::create_dir_all(&staging.folder)?;
        Ok(staging)
    }

    /// Where the published file `name` lies.
    pub fn published_path(&self, name: &str) -> PathBuf {
        self.out.join(name)
    }

    /// A new file called `name`, to be written and finished.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(&self, name: &str) -> io::Result<StagedFile> {
        StagedFile::create(&self.folder.join(name))
    }

    /// Publishes the files of `hashes`, which are staged but for those that `intact` has with the
    /// same hash; gives how many changed, and all as they are then. Where none did, the published
    /// folder is not touched.
    ///
    /// # Errors
    /// Where something cannot be written; the published folder is then as it was.
    pub fn publish(
        self,
        hashes: &BTreeMap<String, Hash>,
        intact: &BTreeMap<String, File>,
    ) -> io::Result<Published> {
        let is_same =
            |name: &str, hash: &Hash| intact.get(name).is_some_and(|file| file.hash == *hash);
        let changed_count = hashes.iter().filter(|(name, hash)| !is_same(name, hash)).count();
        if changed_count > 0 {
            let mut same = hashes.iter().filter(|(name, hash)| is_same(name, hash));
            same.try_for_each(|(name, _)| self.link(name))?;
            self.exchange()?;
        }
        let synced = if changed_count > 0 { self.sync_parent() } else { Ok(()) };
        let trouble = synced.and(self.clear()).err().map(|error| error.to_string());
        let files = if changed_count == 0 && intact.len() == hashes.len() {
            intact.clone()
        } else {
            sleep(SETTLING);
            self.published(hashes, intact)
        };
        Ok(Published { changed_count, files, trouble })
    }

    /// The published files as they are now.
    fn published(
        &self,
        hashes: &BTreeMap<String, Hash>,
        intact: &BTreeMap<String, File>,
    ) -> BTreeMap<String, File> {
        let look = |(name, hash): (&String, &Hash)| {
            let now_ns = now_ns();
            let stat = Stat::of(&fs::metadata(self.out.join(name)).ok()?);
            // A link that somebody wrote to meanwhile must have its content looked at again.
            let linked = intact.get(name).filter(|file| file.hash == *hash);
            let is_as_seen = linked
                .is_none_or(|file| file.stat.is_some_and(|before| before.is_same_but_links(&stat)));
            let trusted = Some(stat).filter(|stat| is_as_seen && stat.is_settled(now_ns));
            Some((name.clone(), File { hash: *hash, bytes: stat.bytes, stat: trusted }))
        };
        hashes.iter().filter_map(look).collect()
    }

    /// Removes the staged files; nothing is published.
    ///
    /// # Errors
    /// Where they cannot be removed.
    pub fn discard(self) -> io::Result<()> {
        self.clear()
    }

    /// Stages the published file `name` as it is.
    fn link(&self, name: &str) -> io::Result<()> {
        let staged = self.folder.join(name);
        if staged.exists() {
            fs::remove_file(&staged)?;
        }
        let published = self.published_path(name);
        fs::hard_link(&published, &staged).or_else(|_| {
            fs::copy(&published, &staged)?;
            DiskFile::open(&staged)?.sync_all()
        })
    }

    /// The staged folder becomes the published one, with what else lay in that.
    fn exchange(&self) -> io::Result<()> {
        if !self.out.exists() {
            DiskFile::open(&self.folder)?.sync_all()?;
            return fs::rename(&self.folder, &self.out);
        }
        let mode = fs::metadata(&self.out)?.permissions();
        fs::set_permissions(&self.folder, mode)?;
        for (name, kind) in entries(&self.out)? {
            let target = self.folder.join(&name);
            let is_staged = fs::symlink_metadata(&target).is_ok();
            if kind.is_dir() && is_staged {
                let why = format!(
                    "a folder called {name:?} stands in the place of a table's file; move it away"
                );
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
            }
            if !kind.is_dir() && !is_staged {
                fs::hard_link(self.out.join(&name), target)?;
            }
        }
        DiskFile::open(&self.folder)?.sync_all()?;
        renameat_with(CWD, &self.folder, CWD, &self.out, RenameFlags::EXCHANGE)?;
        Ok(())
    }

    fn sync_parent(&self) -> io::Result<()> {
        DiskFile::open(self.out.parent().unwrap_or(Path::new("/")))?.sync_all()
    }

    /// Removes the staging folder. Folders in it are not Newsloom's: they could not be linked
    /// before the exchange, and move now; so does every other file that is not Newsloom's, unless
    /// the published folder has the same one.
    fn clear(&self) -> io::Result<()> {
        let found = match entries(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found?,
        };
        for (name, kind) in found {
            let staged = self.folder.join(&name);
            let is_ours = !kind.is_dir() && name.to_str().is_some_and(is_published_name);
            if is_ours || is_same_file(&staged, &self.out.join(&name)) {
                fs::remove_file(staged)?;
            } else {
                self.give_back(&staged, &name)?;
            }
        }
        fs::remove_dir(&self.folder)
    }

    /// Moves what is not Newsloom's into the published folder, under another name where its own is
    /// taken.
    fn give_back(&self, staged: &Path, name: &OsStr) -> io::Result<()> {
        fs::create_dir_all(&self.out)?;
        let mut free = name.to_owned();
        while let Err(error) =
            renameat_with(CWD, staged, CWD, self.out.join(&free), RenameFlags::NOREPLACE)
        {
            if error != rustix::io::Errno::EXIST {
                return Err(error.into());
            }
            free.push(".kept");
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be cleared away now is by the next run.
        let _ = self.clear();
    }
}

/// Whether both paths name one file.
fn is_same_file(a: &Path, b: &Path) -> bool {
    let inode = |path| fs::symlink_metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
    matches!((inode(a), inode(b)), (Ok(a), Ok(b)) if a == b)
}

/// Whether Newsloom publishes a file of this name.
pub fn is_published_name(name: &str) -> bool {
    published_names().any(|published| published == name)
}

/// The names of all published files; the manifest last, since the folder is known by it.
pub fn published_names() -> impl Iterator<Item = String> {
    let of_tables = newsloom_tabulate::tables().into_iter();
    let of_tables = of_tables.flat_map(|table| Form::ALL.map(|form| form.file_name(&table)));
    of_tables.chain(["datapackage.json", "SHA256SUMS", "manifest.json"].map(str::to_owned))
}

/// The folder beside `out` in which files are staged.
pub fn staging_of(out: &Path) -> Option<PathBuf> {
    let mut hidden = OsString::from(".");
    hidden.push(out.file_name()?);
    hidden.push(OsStr::new(".new"));
    Some(out.with_file_name(hidden))
}

fn entries(folder: &Path) -> io::Result<Vec<(OsString, fs::FileType)>> {
    let entries = fs::read_dir(folder)?;
    entries
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))))
        .collect()
}
