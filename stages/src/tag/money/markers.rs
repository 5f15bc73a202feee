//! Whether a sentence names a currency at all, in one pass: most do not and are done with it.
//!
//! Invariant: a sentence with a sum has a marker; one with a marker may have none.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::phrases::is_cut;
use crate::text::is_letter;

/// What scales glued to a sign or code end in: `MEUR`, `kDH`.
const GLUED_SCALES: [char; 5] = ['k', 'K', 'M', 'G', 'T'];

/// The names, signs and codes of currencies.
#[derive(Debug)]
pub struct Markers {
    /// Names in any case, then signs.
    words: AhoCorasick,
    signs: Vec<String>,
    /// How many of the words are names.
    name_count: usize,
    codes: BTreeSet<[u8; 3]>,
}

impl Markers {
    /// `names` are in lower case.
    pub fn new(names: &[&str], signs: &[&str], codes: &[String]) -> Self {
        // The automaton knows the case of ASCII letters alone.
        let other = names.iter().filter(|name| !name.is_ascii());
        let upper = other.map(|name| name.to_uppercase());
        let names: Vec<String> = upper.chain(names.iter().map(|name| (*name).to_owned())).collect();
        let signs: Vec<String> = signs.iter().map(|sign| (*sign).to_owned()).collect();
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(names.iter().chain(&signs))
            .expect("some hundred short words fit an automaton");
        let codes = codes.iter().filter_map(|code| code.as_bytes().try_into().ok());
        Self { words, signs, name_count: names.len(), codes: codes.collect() }
    }

    pub fn are_in(&self, text: &str) -> bool {
        self.has_code(text) || self.has_name_or_sign(text)
    }

    fn has_name_or_sign(&self, text: &str) -> bool {
        self.words.find_overlapping_iter(text).any(|found| {
            let (before, rest) = text.split_at(found.start());
            let (word, after) = rest.split_at(found.len());
            let fits = match found.pattern().as_usize().checked_sub(self.name_count) {
                // A number may follow a sign at once: `Rs5`.
                Some(sign) => self.signs[sign] == word && !runs_on(word, after),
                None => is_cut(word, after),
            };
            fits && (is_cut(before, word) || before.ends_with(GLUED_SCALES))
        })
    }

    /// A code stands apart from letters, not from digits: `5EUR`.
    fn has_code(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.array_windows().enumerate().any(|(start, code)| {
            code.iter().all(u8::is_ascii_uppercase)
                && self.codes.contains(code)
                && !text[..start].trim_end_matches(GLUED_SCALES).ends_with(is_letter)
                && !text[start + 3..].starts_with(is_letter)
        })
    }
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
        let markers = Markers::new(&["euro", "złoty"], &["R$", "F", "Rs"], &["ALL".to_owned()]);
        for text in ["5 Euro", "5euro.", "ZŁOTY", "R$5", "Rs5", "5 F", "5ALL", "ALL 5"] {
            assert!(markers.are_in(text), "{text}");
        }
        for text in ["Europe", "un neuro", "for all", "CALL", "ALLÉ", "FR$5", "5 f", "Für"] {
            assert!(!markers.are_in(text), "{text}");
        }
    }
}
