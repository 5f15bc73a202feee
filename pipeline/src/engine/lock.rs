//! One writer at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

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
        let path = cache.join("lock");
        let file = options.read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
