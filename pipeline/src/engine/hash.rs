//! Content hashes and how values are hashed into keys.
//!
//! Invariant: a key is a hash of parts, each with its length before it in little-endian, so that
//! no two lists of parts hash alike.

use std::fmt;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of `bytes` as they are.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of a list of parts.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = PartsHasher::default();
        parts.into_iter().for_each(|part| hasher.add(part));
        hasher.finish()
    }

    /// The first half, for maps in memory: no two contents are known to share it.
    pub fn half(&self) -> HalfHash {
        self.0[..16].try_into().expect("a hash has 32 bytes")
    }
}

/// Half a hash.
pub type HalfHash = [u8; 16];

/// Hashes a list of parts as they come.
#[derive(Debug, Clone, Default)]
pub struct PartsHasher(Sha256);

impl PartsHasher {
    pub fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// Hashes what is read or written through it.
#[derive(Debug)]
pub struct Hashing<F> {
    inner: F,
    hasher: Sha256,
}

impl<F> Hashing<F> {
    pub fn new(inner: F) -> Self {
        Self { inner, hasher: Sha256::new() }
    }

    pub fn finish(self) -> (F, Hash) {
        (self.inner, Hash(self.hasher.finalize().into()))
    }
}

impl<F: Read> Read for Hashing<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..length]);
        Ok(length)
    }
}

impl<F: Write> Write for Hashing<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Guards the bytes of cache files against damage.
pub type Checksum = [u8; 8];

/// The checksum of `bytes`: the first bytes of their hash.
pub fn checksum(bytes: &[u8]) -> Checksum {
    *Hash::of(bytes).0.first_chunk().expect("a hash has 32 bytes")
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}
