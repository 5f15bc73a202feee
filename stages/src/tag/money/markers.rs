//! Whether a sentence names a currency at all, in one pass: most do not and are done with it.
//!
//! Invariant: a sentence with a sum has a marker; one with a marker may have none.

use std::ops::Range;

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::dfa::DFA;

use super::phrases::is_cut;
use crate::text::is_letter;

/// What scales glued to a sign or code end in: `MEUR`, `kDH`.
const GLUED_SCALES: [char; 5] = ['k', 'K', 'M', 'G', 'T'];

/// The names, signs and codes of currencies.
#[derive(Debug)]
pub struct Markers {
    /// All of them, in any case: names, then signs, then codes.
    all: DFA,
    start: StateID,
    name_count: usize,
    /// Signs, then codes, as they are written.
    written: Vec<String>,
    sign_count: usize,
}

impl Markers {
    /// `names` are in lower case.
    pub fn new<'a>(
        names: impl Iterator<Item = &'a str>,
        signs: impl Iterator<Item = &'a str>,
        codes: &[String],
    ) -> Self {
        // The automaton knows the case of ASCII letters alone.
        let cases = names.flat_map(|name| {
            let upper = (!name.is_ascii()).then(|| name.to_uppercase());
            upper.into_iter().chain([name.to_owned()])
        });
        let names: Vec<String> = cases.collect();
        let mut written: Vec<String> = signs.map(str::to_owned).collect();
        let sign_count = written.len();
        written.extend_from_slice(codes);
        let mut automaton = DFA::builder();
        let automaton = automaton.ascii_case_insensitive(true).prefilter(false);
        let fits = "some hundred short words fit an automaton";
        let all = automaton.build(names.iter().chain(&written)).expect(fits);
        let start = all.start_state(Anchored::No).expect("it is built for any place");
        Self { all, start, name_count: names.len(), written, sign_count }
    }

    pub fn are_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        let mut state = self.start;
        (1..).zip(bytes).any(|(end, byte)| {
            state = self.all.next_state(Anchored::No, state, *byte);
            // No marker ends within a word.
            let may_end = || !(byte.is_ascii_alphabetic() && is_letter(end));
            self.all.is_match(state) && may_end() && self.end_at(text, end, state)
        })
    }

    /// Whether one of those that `state` found at byte `end` is a marker there.
    fn end_at(&self, text: &str, end: usize, state: StateID) -> bool {
        let mut found = (0..self.all.match_len(state)).map(|at| self.all.match_pattern(state, at));
        found.any(|found| {
            let place = end - self.all.pattern_len(found)..end;
            match found.as_usize().checked_sub(self.name_count) {
                None => is_name(text, place),
                Some(index) => {
                    text[place.clone()] == self.written[index]
                        && is_sign_or_code(text, place, index < self.sign_count)
                }
            }
        })
    }
}

fn is_name(text: &str, place: Range<usize>) -> bool {
    let (before, word, after) = around(text, place);
    is_cut(word, after) && begins(before, word)
}

/// A number may follow a sign or code at once (`Rs5`, `EUR5`), and stand before one (`5EUR`).
fn is_sign_or_code(text: &str, place: Range<usize>, is_sign: bool) -> bool {
    let (before, word, after) = around(text, place);
    let begins = || if is_sign { begins(before, word) } else { is_behind_scales(before) };
    !runs_on(word, after) && begins()
}

/// What stands before, at and behind a place.
fn around(text: &str, place: Range<usize>) -> (&str, &str, &str) {
    (&text[..place.start], &text[place.clone()], &text[place.end..])
}

fn begins(before: &str, word: &str) -> bool {
    is_cut(before, word) || before.ends_with(GLUED_SCALES)
}

fn is_behind_scales(before: &str) -> bool {
    !before.trim_end_matches(GLUED_SCALES).ends_with(is_letter)
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
        let markers = Markers::new(
            ["euro", "złoty"].into_iter(),
            ["R$", "F", "Rs"].into_iter(),
            &["ALL".to_owned()],
        );
        for text in ["5 Euro", "5euro.", "ZŁOTY", "R$5", "Rs5", "5 F", "5ALL", "ALL 5", "5MALL"] {
            assert!(markers.are_in(text), "{text}");
        }
        for text in ["Europe", "un neuro", "for all", "CALL", "ALLÉ", "FR$5", "5 f", "Für", "neALL"]
        {
            assert!(!markers.are_in(text), "{text}");
        }
    }
}
