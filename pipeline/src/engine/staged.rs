//! A file of the staging folder while it is written.
//!
//! Invariant: once finished it is on disk, with the length and the hash of what was written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::num::NonZeroU64;
use std::path::Path;

use rustix::fs::{Advice, FallocateFlags, fadvise, fallocate};

use super::hash::{Hash, Hashing};

const BUFFER_BYTES: usize = 1 << 16;
/// Bytes up to which no room is reserved, and for which it is at a time from there on: the file
/// system then need not find room anew with every page. As many at a time are sent to disk while
/// the next are written, so that little is left to wait for at the end.
const UNRESERVED_BYTES: u64 = 1 << 20;
const RESERVED_BYTES: u64 = 1 << 24;

/// A file to be published, as a writer.
#[derive(Debug)]
pub struct StagedFile(Hashing<BufWriter<Reserving>>);

impl StagedFile {
    /// # Errors
    /// Where the file cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = Reserving {
            file: File::create(path)?,
            bytes: 0,
            room_end: UNRESERVED_BYTES,
            sent_end: 0,
        };
        Ok(Self(Hashing::new(BufWriter::with_capacity(BUFFER_BYTES, file))))
    }

    /// Brings the file to disk; gives its length and its hash.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> io::Result<(u64, Hash)> {
        let (file, hash) = self.0.finish();
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok((file.finish()?, hash))
    }
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Reserves room ahead of what is written, where the file system can, and sends what is written to
/// disk without waiting for it.
#[derive(Debug)]
struct Reserving {
    file: File,
    bytes: u64,
    /// Where what needs no reserving, or has room reserved for it, ends.
    room_end: u64,
    /// Where what is on its way to disk ends.
    sent_end: u64,
}

impl Reserving {
    fn reserve(&mut self, end: u64) {
        while self.room_end < end {
            let reserved =
                fallocate(&self.file, FallocateFlags::KEEP_SIZE, self.room_end, RESERVED_BYTES);
            // Where there is none, writing says so.
            self.room_end = reserved.map_or(u64::MAX, |()| self.room_end + RESERVED_BYTES);
        }
    }

    fn send(&mut self) {
        if self.bytes - self.sent_end >= RESERVED_BYTES {
            // Linux begins to write back what it is told will not be needed. Whatever comes of it,
            // all is brought to disk at the end.
            let length = NonZeroU64::new(self.bytes - self.sent_end);
            let _ = fadvise(&self.file, self.sent_end, length, Advice::DontNeed);
            self.sent_end = self.bytes;
        }
    }

    /// Gives back the room that is left, and brings the file to disk; gives its length.
    fn finish(self) -> io::Result<u64> {
        if self.room_end > UNRESERVED_BYTES {
            self.file.set_len(self.bytes)?;
        }
        self.file.sync_all()?;
        Ok(self.bytes)
    }
}

impl Write for Reserving {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.reserve(self.bytes + bytes.len() as u64);
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        self.send();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_file_is_what_was_written_and_takes_no_more_room() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 5, UNRESERVED_BYTES as usize, 3_000_001] {
            let path = folder.path().join(length.to_string());
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut file = StagedFile::create(&path).unwrap();
            bytes.chunks(70_000).for_each(|chunk| file.write_all(chunk).unwrap());
            assert_eq!(file.finish().unwrap(), (length as u64, Hash::of(&bytes)));
            assert!(std::fs::read(&path).unwrap() == bytes);
            let on_disk = std::fs::metadata(&path).unwrap().blocks() * 512;
            assert!(on_disk < length as u64 + UNRESERVED_BYTES, "{on_disk} bytes for {length}");
        }
    }
}
