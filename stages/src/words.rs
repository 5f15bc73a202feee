//! Tables of a language's words: short keys, looked up for every word of a text.

use std::hash::Hasher;

/// A table by word, in the order in which words were added. Its hash has no secret, so its keys come
/// from language files, not from input.
#[derive(Debug, Clone)]
pub struct WordMap<T> {
    /// A power of two of them, at most half of them taken.
    slots: Vec<Slot>,
    entries: Vec<(Box<str>, T)>,
}

/// Where a word of the table may stand. Its beginning and length are all of a short word.
#[derive(Debug, Clone, Copy)]
struct Slot {
    head: u64,
    length: u32,
    entry: u32,
}

const FREE: Slot = Slot { head: 0, length: 0, entry: u32::MAX };
const HEAD_BYTES: usize = size_of::<u64>();

impl<T> Default for WordMap<T> {
    fn default() -> Self {
        Self { slots: vec![FREE; 4], entries: Vec::new() }
    }
}

impl<T> WordMap<T> {
    #[inline]
    pub fn get(&self, word: &str) -> Option<&T> {
        let entry = self.find(word).ok()?;
        Some(&self.entries[entry].1)
    }

    pub fn insert(&mut self, word: &str, value: T) {
        match self.find(word) {
            Ok(entry) => self.entries[entry].1 = value,
            Err(place) => self.add(word, value, place),
        }
    }

    /// What the word stands for, which gets a default if it has none.
    pub fn entry(&mut self, word: &str) -> &mut T
    where
        T: Default,
    {
        let entry = self.find(word).unwrap_or_else(|place| {
            self.add(word, T::default(), place);
            self.entries.len() - 1
        });
        &mut self.entries[entry].1
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(word, _)| word.as_ref())
    }

    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The entry of `word`, or the place of the slot that it would take.
    #[inline]
    fn find(&self, word: &str) -> Result<usize, usize> {
        let head = head(word.as_bytes());
        let mut place = self.place(word, head);
        loop {
            let slot = self.slots[place];
            let is_like = slot.head == head && slot.length as usize == word.len();
            if slot.entry == FREE.entry {
                return Err(place);
            }
            let entry = slot.entry as usize;
            if is_like && (word.len() <= HEAD_BYTES || *self.entries[entry].0 == *word) {
                return Ok(entry);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// The slot at which the search for `word` begins.
    #[inline]
    fn place(&self, word: &str, head: u64) -> usize {
        let tail = match word.as_bytes().last_chunk() {
            Some(last) if word.len() > HEAD_BYTES => u64::from_le_bytes(*last).rotate_left(32),
            _ => 0,
        };
        let mixed = (head ^ tail ^ word.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & (self.slots.len() - 1)
    }

    fn add(&mut self, word: &str, value: T, place: usize) {
        let entry = u32::try_from(self.entries.len()).expect("some thousand words");
        self.entries.push((word.into(), value));
        self.slots[place] = Slot {
            head: head(word.as_bytes()),
            length: u32::try_from(word.len()).expect("a word of a language file"),
            entry,
        };
        if self.entries.len() * 2 > self.slots.len() {
            let larger = vec![FREE; self.slots.len() * 2];
            let taken = std::mem::replace(&mut self.slots, larger);
            for slot in taken.into_iter().filter(|slot| slot.entry != FREE.entry) {
                let word = self.entries[slot.entry as usize].0.as_ref();
                let mut place = self.place(word, slot.head);
                while self.slots[place].entry != FREE.entry {
                    place = (place + 1) & (self.slots.len() - 1);
                }
                self.slots[place] = slot;
            }
        }
    }
}

/// A set of words.
pub type WordSet = WordMap<()>;

impl WordSet {
    #[inline]
    pub fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }
}

impl<S: AsRef<str>> FromIterator<S> for WordSet {
    fn from_iter<I: IntoIterator<Item = S>>(words: I) -> Self {
        let mut set = Self::default();
        words.into_iter().for_each(|word| set.insert(word.as_ref(), ()));
        set
    }
}

impl<T> Extend<(String, T)> for WordMap<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(word, value)| self.insert(&word, value));
    }
}

/// The first eight bytes, or all and zeros, as a little-endian number.
#[inline]
fn head(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(first) => u64::from_le_bytes(*first),
        None if bytes.is_empty() => 0,
        None => padded(bytes),
    }
}

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
    fn a_table_holds_the_words_that_were_added_and_no_others() {
        let words: Vec<String> = (0..3000).map(|n| "é".repeat(n % 7) + &n.to_string()).collect();
        let mut table = WordMap::default();
        for (word, number) in words.iter().zip(0..) {
            *table.entry(word) = number;
            assert_eq!(table.get(&format!("{word}x")), None, "{word}");
        }
        table.insert(&words[7], -7);
        for (word, number) in words.iter().zip(0..) {
            assert_eq!(table.get(word), Some(&if number == 7 { -7 } else { number }), "{word}");
        }
        assert_eq!(table.get(""), None);
        assert!(table.keys().eq(&words));
    }

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
