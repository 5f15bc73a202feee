//! Words that a line shares with the sure prose of its page and with its title, and lines that the
//! page says more than once.
//!
//! Invariant: words are told apart by hash in small tables of fixed size, and lines by 64 bits; a
//! clash makes a word look shared, or a line repeated, on every machine the same one.

use std::hash::Hasher as _;
use std::ops::Range;

use super::line::{Line, is_spaceless};
use super::tokens::hash as token_hash;
use crate::words::WordHasher;

const BUCKETS: usize = 1 << 13;
/// Shorter words, in bytes, say little of what a text is about.
const WORD_BYTES_MIN: usize = 5;

/// Whether line `whole` may hold the words of line `part`, one after the other.
pub fn may_hold(whole: &Line, part: &Line) -> bool {
    // The first and the last may go on in the other line.
    match &part.long_words[..] {
        [_, inner, _, ..] => whole.long_words.contains(inner),
        _ => true,
    }
}

/// How often each word stands in the sure prose, by hash.
#[derive(Debug)]
pub struct Vocabulary<'a> {
    lines: &'a [Line<'a>],
    counts: Vec<u16>,
    title: &'a [u16],
}

impl<'a> Vocabulary<'a> {
    /// Counts the words of the lines that are `strong`.
    pub fn of(lines: &'a [Line<'a>], strong: &[bool], title: Option<usize>) -> Self {
        let mut counts = vec![0_u16; BUCKETS];
        for (index, _) in strong.iter().enumerate().filter(|(_, strong)| **strong) {
            for bucket in &lines[index].long_words {
                let count = &mut counts[usize::from(*bucket)];
                *count = count.saturating_add(1);
            }
        }
        Self { lines, counts, title: title.map_or(&[], |title| &lines[title].long_words[..]) }
    }

    /// For each line of `range`, thousandths of its long words that other sure prose has, and of
    /// the title's words that it has.
    pub fn shares(&self, range: Range<usize>, strong: &[bool]) -> Vec<(i32, i32)> {
        let mut own = vec![0_u16; BUCKETS];
        let mut shares = Vec::with_capacity(range.len());
        for index in range {
            let found = &self.lines[index].long_words;
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

/// Adds the bucket of a long word of this `hash`, or of each pair of its characters where a script
/// has no spaces.
pub fn push_pieces(word: &str, hash: u64, buckets: &mut Vec<u16>) {
    let bucket = |hash: u64| ((hash ^ (hash >> 32)) as usize % BUCKETS) as u16;
    if word.len() < WORD_BYTES_MIN {
        return;
    }
    if !word.starts_with(is_spaceless) {
        buckets.push(bucket(hash));
        return;
    }
    let ends = word.char_indices().map(|(at, ch)| at + ch.len_utf8()).skip(1);
    let starts = word.char_indices().map(|(start, _)| start);
    buckets.extend(starts.zip(ends).map(|(start, end)| bucket(token_hash(&word[start..end]))));
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
