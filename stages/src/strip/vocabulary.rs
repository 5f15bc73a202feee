//! Words that a line shares with the sure prose of its page and with its title, and lines that the
//! page says more than once.
//!
//! Invariant: words are told apart by hash in small tables of fixed size, and lines by 64 bits; a
//! clash makes a word look shared, or a line repeated, on every machine the same one.

use std::hash::Hasher as _;
use std::ops::Range;

use super::line::{Line, is_spaceless};
use crate::text::is_letter_or_digit;
use crate::words::WordHasher;

const BUCKETS: usize = 1 << 13;
/// Shorter words, in bytes, say little of what a text is about.
const WORD_BYTES_MIN: usize = 5;

/// The long words of each line of a page, by hash.
#[derive(Debug)]
pub struct LongWords {
    buckets: Vec<u16>,
    /// Where the words of each line end.
    ends: Vec<usize>,
}

impl LongWords {
    /// Looks at the words of all lines once.
    pub fn of(lines: &[Line]) -> Self {
        let mut words = Self { buckets: Vec::new(), ends: Vec::with_capacity(lines.len()) };
        for line in lines {
            words.buckets.extend(buckets(&line.folded));
            words.ends.push(words.buckets.len());
        }
        words
    }

    /// Whether line `whole` may hold the words of line `part`, one after the other.
    pub fn may_hold(&self, whole: usize, part: usize) -> bool {
        // The first and the last may go on in the other line.
        match self.of_line(part) {
            [_, inner, _, ..] => self.of_line(whole).contains(inner),
            _ => true,
        }
    }

    fn of_line(&self, index: usize) -> &[u16] {
        let start = index.checked_sub(1).map_or(0, |above| self.ends[above]);
        &self.buckets[start..self.ends[index]]
    }
}

/// How often each word stands in the sure prose, by hash.
#[derive(Debug)]
pub struct Vocabulary<'a> {
    words: &'a LongWords,
    counts: Vec<u16>,
    title: &'a [u16],
}

impl<'a> Vocabulary<'a> {
    /// Counts the words of the lines that are `strong`.
    pub fn of(words: &'a LongWords, strong: &[bool], title: Option<usize>) -> Self {
        let mut counts = vec![0_u16; BUCKETS];
        for (index, _) in strong.iter().enumerate().filter(|(_, strong)| **strong) {
            for bucket in words.of_line(index) {
                let count = &mut counts[usize::from(*bucket)];
                *count = count.saturating_add(1);
            }
        }
        Self { words, counts, title: title.map_or(&[], |title| words.of_line(title)) }
    }

    /// For each line of `range`, thousandths of its long words that other sure prose has, and of
    /// the title's words that it has.
    pub fn shares(&self, range: Range<usize>, strong: &[bool]) -> Vec<(i32, i32)> {
        let mut own = vec![0_u16; BUCKETS];
        let mut shares = Vec::with_capacity(range.len());
        for index in range {
            let found = self.words.of_line(index);
            for bucket in found {
                let count = &mut own[usize::from(*bucket)];
                *count = count.saturating_add(1);
            }
            let is_known = |bucket: &&u16| {
                let bucket = usize::from(**bucket);
                self.counts[bucket] > if strong[index] { own[bucket] } else { 0 }
            };
            let known = found.iter().filter(is_known).count();
            let is_here = |bucket: &&u16| own[usize::from(**bucket)] > 0;
            let titled = self.title.iter().filter(is_here).count();
            let share = |part: usize, whole: usize| match whole {
                0 => -1,
                whole => (part * 1000 / whole) as i32,
            };
            shares.push((share(known, found.len()), share(titled, self.title.len())));
            for bucket in found {
                own[usize::from(*bucket)] = 0;
            }
        }
        shares
    }
}

/// The bucket of each long word of a folded line, and of each pair of characters where a script has
/// no spaces.
fn buckets(folded: &str) -> impl Iterator<Item = u16> {
    let words = folded.split(|ch: char| !is_letter_or_digit(ch));
    words.filter(|word| word.len() >= WORD_BYTES_MIN).flat_map(pieces).map(|piece| {
        let hash = piece.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        ((hash ^ (hash >> 32)) as usize % BUCKETS) as u16
    })
}

/// A word, or its pairs of characters where it has such a script.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let is_whole = !word.starts_with(is_spaceless);
    let starts = word.char_indices().map(|(start, _)| start);
    starts.take(if is_whole { 1 } else { usize::MAX }).filter_map(move |start| {
        let rest = &word[start..];
        let pair = || rest.char_indices().nth(1).map(|(at, ch)| &rest[..at + ch.len_utf8()]);
        if is_whole { Some(rest) } else { pair() }
    })
}

/// How often the page says what a line says; no count is above nine.
#[derive(Debug, Clone, Copy)]
pub struct Repeats {
    /// Lines equal to it, itself among them.
    pub equal: i32,
    /// One of them stands above it.
    pub earlier: bool,
    /// Lines that begin with the same three words.
    pub opening: i32,
}

/// Counts equal lines and equal openings.
pub fn repeats(lines: &[Line]) -> Vec<Repeats> {
    let mut out = vec![Repeats { equal: 1, earlier: false, opening: 1 }; lines.len()];
    for alike in groups(lines.iter().map(|line| line.folded.as_str())) {
        for (place, index) in alike.iter().enumerate() {
            out[*index].equal = alike.len().min(9) as i32;
            out[*index].earlier = place > 0;
        }
    }
    for alike in groups(lines.iter().map(|line| opening(&line.folded))) {
        for index in &alike {
            out[*index].opening = alike.len().min(9) as i32;
        }
    }
    out
}

/// The places of the strings that stand more than once, in order, a list for each.
fn groups<'a>(strings: impl Iterator<Item = &'a str>) -> Vec<Vec<usize>> {
    let mut keyed: Vec<(u64, usize)> = strings.map(hash).zip(0..).collect();
    keyed.sort_unstable();
    let alike = keyed.chunk_by(|one, next| one.0 == next.0).filter(|alike| alike.len() > 1);
    alike.map(|alike| alike.iter().map(|(_, index)| *index).collect()).collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = WordHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The first three words.
fn opening(folded: &str) -> &str {
    folded.match_indices(' ').nth(2).map_or(folded, |(at, _)| &folded[..at])
}
