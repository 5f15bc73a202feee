//! The weights of words and n-grams for each language, used as they lie in the program.
//!
//! `benches/detect_model/build.py` writes the file. It holds the languages by script, a bias of
//! each, an open hash table of slots and the lists that slots point at; a feature of a text adds
//! its list's weights to the scores. One unit is a sixteenth of a natural logarithm.
//! Invariant: reading the file copies nothing but the names of the languages.

use std::sync::LazyLock;

/// Most languages that a model can hold.
pub const LANGUAGES_MAX: usize = 128;
/// Letters of the longest word that can be a feature as a whole, and of the starts and ends of
/// longer ones.
const PART_LETTERS: usize = 6;
/// Stands before the first and after the last letter of a word.
const EDGE: u16 = 1;
/// Tell a whole word, the start and the end of a longer one from an n-gram of the same letters.
const WHOLE: u128 = 1 << 112;
const START: u128 = 2 << 112;
const END: u128 = 3 << 112;
const CHECK_BITS: u32 = 10;
/// On the language of a list's last entry.
const LAST: u8 = 0x80;

static FILE: &[u8] = include_bytes!("languages.bin");

/// The scripts whose languages are told apart by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Latin = 0,
    Cyrillic = 1,
    Arabic = 2,
}

/// What a text says for each language, in units of the model.
#[derive(Debug, Clone)]
pub struct Scores(pub [u32; LANGUAGES_MAX]);

impl Default for Scores {
    fn default() -> Self {
        Self([0; LANGUAGES_MAX])
    }
}

#[derive(Debug)]
pub struct Model {
    /// Primary tags, those of one alphabet together.
    pub tags: Vec<&'static str>,
    /// First language of each alphabet, and the end.
    starts: [usize; 4],
    biases: &'static [u8],
    slot_count: u32,
    slots: &'static [u8],
    lists: &'static [u8],
}

/// The model that the program was built with.
pub static MODEL: LazyLock<Model> = LazyLock::new(|| Model::read(FILE));

impl Model {
    fn read(file: &'static [u8]) -> Self {
        let slot_count = word_at(file, 0);
        let head_end = 8 + word_at(file, 1) as usize;
        let mut tags = Vec::new();
        let mut starts = [0; 4];
        let mut rest = &file[8..head_end];
        for end in &mut starts[1..] {
            let line_end = rest.iter().position(|byte| *byte == b'\n').expect("a line a script");
            let line = std::str::from_utf8(&rest[..line_end]).expect("tags are ASCII");
            tags.extend(line.split(' '));
            *end = tags.len();
            rest = &rest[line_end + 1..];
        }
        assert!(tags.len() == rest.len() && tags.len() <= LANGUAGES_MAX, "a bias a language");
        let slots_start = head_end.next_multiple_of(4);
        let (slots, lists) = file[slots_start..].split_at(4 * slot_count as usize);
        Self { tags, starts, biases: rest, slot_count, slots, lists }
    }

    /// The languages of an alphabet, as indices of `tags`.
    pub fn languages(&self, alphabet: Alphabet) -> std::ops::Range<usize> {
        self.starts[alphabet as usize]..self.starts[alphabet as usize + 1]
    }

    /// How much likelier than the rarest a language is before a word is read.
    pub fn prior(&self, language: usize) -> u32 {
        u32::from(self.biases[language])
    }

    /// Adds what a word says, in lower case and without marks; whether it says anything.
    pub fn add_word(&self, word: &[u16], scores: &mut Scores) -> bool {
        if word.len() <= PART_LETTERS {
            if self.add(key(word) | WHOLE, scores) {
                return true;
            }
        } else {
            self.add(key(&word[..PART_LETTERS]) | START, scores);
            self.add(key(&word[word.len() - PART_LETTERS..]) | END, scores);
        }
        let letter = |index: usize| match index.checked_sub(1) {
            Some(inner) => word.get(inner).copied().unwrap_or(EDGE),
            None => EDGE,
        };
        let length = word.len() + 2;
        let mut is_known = false;
        if length < 4 {
            for index in 0..length - 1 {
                is_known |= self.add(key(&[letter(index), letter(index + 1)]), scores);
            }
            return is_known;
        }
        let mut four = key(&[letter(0), letter(1), letter(2)]);
        for index in 3..length {
            let three = four;
            four = (four << 16 | u128::from(letter(index))) & u128::from(u64::MAX);
            let is_last = index + 1 == length;
            let found = self.add(four, scores);
            is_known |= found || self.add(three & 0xFFFF_FFFF_FFFF, scores);
            if !found && is_last {
                is_known |= self.add(four & 0xFFFF_FFFF_FFFF, scores);
            }
        }
        is_known
    }

    fn add(&self, key: u128, scores: &mut Scores) -> bool {
        let hash = mixed(key);
        let check = hash as u32 & ((1 << CHECK_BITS) - 1);
        let mut index = (((hash >> 32) * u64::from(self.slot_count)) >> 32) as usize;
        loop {
            let slot = word_at(self.slots, index);
            if slot == 0 {
                return false;
            }
            if slot & ((1 << CHECK_BITS) - 1) == check {
                let list = &self.lists[2 * (slot >> CHECK_BITS) as usize..];
                for entry in list.chunks_exact(2) {
                    scores.0[usize::from(entry[0] & !LAST)] += u32::from(entry[1]);
                    if entry[0] & LAST != 0 {
                        break;
                    }
                }
                return true;
            }
            index += 1;
            if index == self.slot_count as usize {
                index = 0;
            }
        }
    }
}

fn word_at(bytes: &[u8], index: usize) -> u32 {
    let four = bytes[4 * index..4 * index + 4].try_into().expect("four bytes");
    u32::from_le_bytes(four)
}

fn key(letters: &[u16]) -> u128 {
    letters.iter().fold(0, |key, letter| key << 16 | u128::from(*letter))
}

/// The model's file is laid out by this hash.
fn mixed(key: u128) -> u64 {
    let high = ((key >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let hash = key as u64 ^ high;
    let hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ hash >> 29
}
