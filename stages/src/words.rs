//! Tables of a language's words: short keys, looked up for every word of a text.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table by word. Its hash has no secret, so its keys come from language files, not from input.
pub type WordMap<T> = HashMap<Box<str>, T, BuildHasherDefault<WordHasher>>;

/// A hash of short words: eight bytes at a time, multiplied and folded.
#[derive(Debug, Default)]
pub struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            let mixed = u128::from(self.0 ^ u64::from_le_bytes(eight)) * 0x9E37_79B9_7F4A_7C15;
            self.0 = (mixed as u64) ^ ((mixed >> 64) as u64);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
