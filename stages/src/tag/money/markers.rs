//! Whether a sentence names a currency at all, in one pass: most do not and are done with it.
//!
//! Invariant: a sentence with a sum has a marker; one with a marker may have none.

use std::collections::BTreeSet;

use super::phrases::{Phrases, first_part};
use crate::text::{is_letter, letters_end, lowered};
use crate::words::Shapes;

/// What scales glued to a sign or code end in: `MEUR`, `kDH`.
const GLUED_SCALES: [char; 5] = ['k', 'K', 'M', 'G', 'T'];

/// What the names, signs and codes of currencies begin with.
#[derive(Debug)]
pub struct Markers {
    /// The words that names and signs begin with, in every case.
    words: Shapes,
    name_bytes_max: usize,
    /// By byte, whether a sign begins with it that begins with no letter.
    sign_bytes: [bool; 256],
    codes: BTreeSet<[u8; 3]>,
}

impl Markers {
    /// `names` are in lower case.
    pub fn new<N, S>(names: &Phrases<N>, signs: &Phrases<S>, codes: &[String]) -> Self {
        let mut words = Shapes::default();
        for name in names.texts() {
            // A shape knows the case of ASCII letters alone.
            words.add(first_part(name));
            words.add(&first_part(name).to_uppercase());
        }
        let mut sign_bytes = [false; 256];
        for sign in signs.texts() {
            words.add(first_part(sign));
            sign_bytes[usize::from(sign.as_bytes()[0])] |= !sign.starts_with(is_letter);
        }
        let name_bytes_max = names.texts().map(str::len).max().unwrap_or(0);
        let codes = codes.iter().filter_map(|code| code.as_bytes().try_into().ok());
        Self { words, name_bytes_max, sign_bytes, codes: codes.collect() }
    }

    /// Whether `text` holds one of `names`, `signs` or the codes.
    pub fn are_in<N, S>(&self, text: &str, names: &Phrases<N>, signs: &Phrases<S>) -> bool {
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            let end = letters_end(text, at);
            let is_found = if end > at {
                let word = &text[at..end];
                self.is_code(word)
                    || self.starts(word).any(|start| {
                        let start = at + start;
                        names.may_begin_with(&lowered(&text[start..end]))
                            && names.at_start(&lowered(self.head(&text[start..]))).is_some()
                            || begins_with_sign(&text[start..], signs)
                    })
            } else {
                self.sign_bytes[usize::from(*byte)] && begins_with_sign(&text[at..], signs)
            };
            if is_found {
                return true;
            }
            at = end.max(text.ceil_char_boundary(at + 1));
        }
        false
    }

    /// Where a name or sign may begin in a word: with it, or behind a scale in it.
    fn starts(&self, word: &str) -> impl Iterator<Item = usize> {
        let is_scale = |byte: u8| matches!(byte, b'k' | b'K' | b'M' | b'G' | b'T');
        let scales = word.bytes().enumerate().filter(move |(_, byte)| is_scale(*byte));
        let places = std::iter::once(0).chain(scales.map(|(at, _)| at + 1));
        places.filter(|at| *at < word.len() && self.words.may_hold(&word[*at..]))
    }

    /// As much of `text` as the longest name and the character behind it may take.
    fn head<'t>(&self, text: &'t str) -> &'t str {
        &text[..text.floor_char_boundary(self.name_bytes_max + char::MAX.len_utf8())]
    }

    /// Whether a word is a code, which may stand behind scales.
    fn is_code(&self, word: &str) -> bool {
        let code = word.as_bytes().last_chunk();
        let code = code.filter(|code: &&[u8; 3]| code.iter().all(u8::is_ascii_uppercase));
        code.filter(|code| self.codes.contains(*code)).is_some_and(|code| {
            word[..word.len() - code.len()].trim_end_matches(GLUED_SCALES).is_empty()
        })
    }
}

/// A number may follow a sign at once: `Rs5`.
fn begins_with_sign<S>(text: &str, signs: &Phrases<S>) -> bool {
    signs.prefixes(text).any(|(sign, _)| !runs_on(sign, &text[sign.len()..]))
}

/// Whether a letter follows a letter where `before` and `after` meet.
fn runs_on(before: &str, after: &str) -> bool {
    before.ends_with(is_letter) && after.starts_with(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_mark_a_sum() {
        let phrases = |list: &[&str]| Phrases::new(list.iter().map(|one| ((*one).to_owned(), ())));
        let (names, signs) =
            (phrases(&["euro", "złoty", "us dollar"]), phrases(&["R$", "F", "Rs", "€"]));
        let markers = Markers::new(&names, &signs, &["ALL".to_owned()]);
        for text in [
            "5 Euro",
            "5euro.",
            "ZŁOTY",
            "Złoty",
            "R$5",
            "Rs5",
            "5 F",
            "5ALL",
            "ALL 5",
            "5MALL",
            "kEuro",
            "US Dollar",
            "5 €x",
        ] {
            assert!(markers.are_in(text, &names, &signs), "{text}");
        }
        for text in [
            "Europe", "un neuro", "for all", "CALL", "ALLÉ", "FR$5", "5 f", "Für", "us all", "“",
            "neALL",
        ] {
            assert!(!markers.are_in(text, &names, &signs), "{text}");
        }
    }
}
