//! Phrases looked up at the beginning or the end of a text.
//!
//! Invariant: of the phrases that fit the longest is found.

use std::collections::BTreeMap;

use crate::text::{is_letter, is_letter_or_digit, letters_end};
use crate::words::WordMap;

/// Phrases, the longest first, and where to look for them.
#[derive(Debug)]
pub struct Phrases<T> {
    all: Vec<(String, T)>,
    /// By their first character.
    by_first: BTreeMap<char, Vec<usize>>,
    openings: Index,
    first_bytes: Bytes,
    endings: Index,
    last_bytes: Bytes,
}

/// Places of phrases by the word they begin (or end) with, or by the character that is no letter.
#[derive(Debug, Default)]
struct Index {
    words: WordMap<Vec<usize>>,
    /// A bit for the length of each word.
    lengths: u32,
}

impl Index {
    fn add(&mut self, word: &str, place: usize) {
        self.lengths |= length_bit(word);
        self.words.entry(word).push(place);
    }

    fn get(&self, word: &str) -> &[usize] {
        let may_hold = self.lengths & length_bit(word) != 0;
        let places = may_hold.then(|| self.words.get(word)).flatten();
        places.map(Vec::as_slice).unwrap_or_default()
    }
}

/// Bytes that phrases begin (or end) with, a bit each.
#[derive(Debug, Default)]
struct Bytes([u64; 4]);

impl Bytes {
    fn add(&mut self, byte: Option<&u8>) {
        let Some(byte) = byte else { return };
        self.0[usize::from(byte / 64)] |= 1 << (byte % 64);
    }

    fn hold(&self, byte: Option<&u8>) -> bool {
        byte.is_some_and(|byte| self.0[usize::from(byte / 64)] >> (byte % 64) & 1 != 0)
    }
}

fn length_bit(word: &str) -> u32 {
    1 << word.len().min(31)
}

impl<T: Clone> Phrases<T> {
    /// Phrases with an apostrophe are found with the straight and the curly one. Of equal ones the
    /// first counts.
    pub fn new(list: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut all: Vec<(String, T)> = Vec::new();
        for (text, value) in list.into_iter().filter(|(text, _)| !text.is_empty()) {
            for (own, other) in [("'", "’"), ("’", "'")] {
                if text.contains(own) {
                    all.push((text.replace(own, other), value.clone()));
                }
            }
            all.push((text, value));
        }
        all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        all.dedup_by(|later, first| later.0 == first.0);
        let mut by_first: BTreeMap<char, Vec<usize>> = BTreeMap::new();
        let (mut openings, mut endings) = (Index::default(), Index::default());
        let (mut first_bytes, mut last_bytes) = (Bytes::default(), Bytes::default());
        for (place, (text, _)) in all.iter().enumerate() {
            openings.add(first_part(text), place);
            endings.add(last_part(text), place);
            first_bytes.add(text.as_bytes().first());
            last_bytes.add(text.as_bytes().last());
            let first = text.chars().next();
            first.into_iter().for_each(|first| by_first.entry(first).or_default().push(place));
        }
        Self { all, by_first, openings, first_bytes, endings, last_bytes }
    }
}

impl<T> Phrases<T> {
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(text, _)| text.as_str())
    }

    /// The longest phrase that `text` begins with and that ends at the end of a word.
    pub fn at_start(&self, text: &str) -> Option<(&str, &T)> {
        let places = match self.first_bytes.hold(text.as_bytes().first()) {
            true => self.openings.get(first_part(text)),
            false => return None,
        };
        let mut phrases = places.iter().map(|place| self.phrase(*place));
        phrases
            .find(|(phrase, _)| text.strip_prefix(phrase).is_some_and(|rest| is_cut(phrase, rest)))
    }

    /// The phrases that `text` begins with, the longest first, even if a word runs on.
    pub fn prefixes(&self, text: &str) -> impl Iterator<Item = (&str, &T)> {
        let first = text.chars().next();
        let places = first.and_then(|first| self.by_first.get(&first)).into_iter().flatten();
        let phrases = places.map(|place| self.phrase(*place));
        phrases.filter(|(phrase, _)| text.starts_with(phrase))
    }

    /// The longest phrase that `text` ends with and that begins at the beginning of a word.
    pub fn at_end(&self, text: &str) -> Option<(&str, &T)> {
        let places = match self.last_bytes.hold(text.as_bytes().last()) {
            true => self.endings.get(last_part(text)),
            false => return None,
        };
        let mut phrases = places.iter().map(|place| self.phrase(*place));
        phrases
            .find(|(phrase, _)| text.strip_suffix(phrase).is_some_and(|rest| is_cut(rest, phrase)))
    }

    fn phrase(&self, place: usize) -> (&str, &T) {
        let (text, value) = &self.all[place];
        (text, value)
    }
}

/// The letters that `text` begins with, else its first character.
fn first_part(text: &str) -> &str {
    match letters_end(text, 0) {
        0 => &text[..text.chars().next().map_or(0, char::len_utf8)],
        end => &text[..end],
    }
}

/// The letters that `text` ends with, else its last character.
fn last_part(text: &str) -> &str {
    let others = text.trim_end_matches(is_letter);
    if others.len() < text.len() {
        return &text[others.len()..];
    }
    &text[text.len() - text.chars().next_back().map_or(0, char::len_utf8)..]
}

/// Whether no word runs across the border of `before` and `after`.
pub fn is_cut(before: &str, after: &str) -> bool {
    let last = before.chars().next_back();
    let first = after.chars().next();
    let goes_on = |ch: char| is_letter_or_digit(ch) || ch == LETTER_JOINER;
    !(last.is_some_and(is_letter) && first.is_some_and(goes_on))
}

/// Stands between two letters of one Catalan word: "sol·licituds".
const LETTER_JOINER: char = '·';
