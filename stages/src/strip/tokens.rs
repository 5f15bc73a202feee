//! The words of a folded line, each with its hash, made on the way to the word's end.
//!
//! Invariant: words are told apart by these hashes alone, which are the same on every machine.

use std::ops::Range;

use crate::text::is_letter_or_digit;

/// Letters, digits, and `#` for numbers.
#[derive(Debug)]
pub struct Token {
    pub place: Range<usize>,
    pub hash: u64,
    pub has_number: bool,
}

/// What a character is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Outside,
    Inside,
    Number,
    /// Not of ASCII: to be looked at.
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'#' => Class::Number,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Inside,
            _ => Class::Outside,
        };
        byte += 1;
    }
    classes
};

/// The words of `folded`.
pub fn tokens(folded: &str) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some((Class::Outside, length)) = step(folded, at) {
            at += length;
        }
        let start = at;
        let (mut hash, mut has_number) = (EMPTY, false);
        while let Some((class, length)) = step(folded, at)
            && class != Class::Outside
        {
            has_number |= class == Class::Number;
            for byte in &folded.as_bytes()[at..at + length] {
                hash = mix(hash, *byte);
            }
            at += length;
        }
        (start < at).then_some(Token { place: start..at, hash, has_number })
    })
}

/// What stands at `at`, and its length in bytes.
#[inline]
fn step(text: &str, at: usize) -> Option<(Class, usize)> {
    let class = CLASSES[usize::from(*text.as_bytes().get(at)?)];
    if class != Class::Other {
        return Some((class, 1));
    }
    let ch = text[at..].chars().next()?;
    Some((if is_letter_or_digit(ch) { Class::Inside } else { Class::Outside }, ch.len_utf8()))
}

/// The hash of a word (FNV-1a).
pub fn hash(word: &str) -> u64 {
    word.bytes().fold(EMPTY, mix)
}

const EMPTY: u64 = 0xCBF2_9CE4_8422_2325;

#[inline]
fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_at_marks_and_spaces() {
        let text = "l'été (#e) 東京、#.# ";
        let words: Vec<_> = tokens(text).map(|word| (&text[word.place], word.has_number)).collect();
        let expected = [("l", false), ("été", false), ("#e", true), ("東京", false)];
        assert_eq!(words[..4], expected);
        assert_eq!(words[4..], [("#", true), ("#", true)]);
        assert!(tokens(text).all(|word| word.hash == hash(&text[word.place])));
    }
}
