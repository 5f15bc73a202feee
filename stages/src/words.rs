//! Tables of a language's words: short keys, looked up for every word of a text.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table by word. Its hash has no secret, so its keys come from language files, not from input.
pub type WordMap<T> = HashMap<Box<str>, T, BuildHasherDefault<WordHasher>>;

/// What the words of a set look like, to tell at a glance that another is none of them: the lengths
/// there are, a bit each, by the first two letters in any case.
#[derive(Debug)]
pub struct Shapes(Box<[u32; Self::PLACES]>);

impl Shapes {
    const PLACES: usize = 32 * 32;

    pub fn add(&mut self, word: &str) {
        self.0[Self::place(word)] |= Self::length(word);
    }

    /// Whether `word`, of which only ASCII letters may be capitals, can be one of the set.
    #[inline]
    pub fn may_hold(&self, word: &str) -> bool {
        self.0[Self::place(word)] & Self::length(word) != 0
    }

    #[inline]
    fn place(word: &str) -> usize {
        // The last five bits of a letter are the same in both cases.
        let letter = |at: usize| word.as_bytes().get(at).map_or(0, |byte| usize::from(byte & 31));
        letter(0) * 32 + letter(1)
    }

    #[inline]
    fn length(word: &str) -> u32 {
        1 << word.len().min(31)
    }
}

impl Default for Shapes {
    fn default() -> Self {
        Self(Box::new([0; Self::PLACES]))
    }
}

/// A hash of short words: eight bytes at a time, multiplied and folded.
#[derive(Debug, Default)]
pub struct WordHasher(u64);

impl WordHasher {
    #[inline]
    fn mix(&mut self, eight: u64) {
        let mixed = u128::from(self.0 ^ eight) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (mixed as u64) ^ ((mixed >> 64) as u64);
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks();
        for eight in eights {
            self.mix(u64::from_le_bytes(*eight));
        }
        if !rest.is_empty() {
            self.mix(padded(rest));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(byte.into());
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// One to seven bytes, then zeros, as a little-endian number: by reads that overlap.
#[inline]
fn padded(bytes: &[u8]) -> u64 {
    let length = bytes.len();
    if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (head, tail) = (u32::from_le_bytes(*head), u32::from_le_bytes(*tail));
        return u64::from(head) | u64::from(tail) << (8 * (length - 4));
    }
    let byte = |at: usize| u64::from(bytes[at]) << (8 * at);
    byte(0) | byte(length / 2) | byte(length - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_padded_with_zeros() {
        for length in 1..8 {
            let bytes: Vec<u8> = (0x81..).take(length).collect();
            let mut eight = [0; 8];
            eight[..length].copy_from_slice(&bytes);
            assert_eq!(padded(&bytes), u64::from_le_bytes(eight));
        }
    }
}
