//! One writer at a time.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

pub const FILE_NAME: &str = "lock";
/// What the lock file holds, by which a cache folder is known.
pub const MARK: &[u8] = b"newsloom cache\n";

/// Held while a run writes; the system frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// The lock of the cache folder; none where another process holds it.
    ///
    /// # Errors
    /// Where the lock file cannot be made.
    pub fn take(cache: &Path) -> io::Result<Option<Self>> {
        let mut options = File::options();
        let path = cache.join(FILE_NAME);
        let mut file = options.read(true).write(true).create(true).truncate(false).open(&path)?;
        match file.try_lock() {
            Ok(()) => {
                // `clean` may have removed the file since it was opened.
                let there = fs::metadata(&path).ok().map(|metadata| metadata.ino());
                if there != Some(file.metadata()?.ino()) {
                    return Ok(None);
                }
                if file.metadata()?.len() == 0 {
                    file.write_all(MARK)?;
                }
                Ok(Some(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
