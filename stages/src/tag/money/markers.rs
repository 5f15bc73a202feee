//! Whether a sentence names a currency at all, in one pass: most do not and are done with it.
//!
//! Invariant: a sentence with a sum has a marker; one with a marker may have none.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, Match};

use super::phrases::is_cut;
use crate::text::is_letter;

/// What scales glued to a sign or code end in: `MEUR`, `kDH`.
const GLUED_SCALES: [char; 5] = ['k', 'K', 'M', 'G', 'T'];

/// The names, signs and codes of currencies.
#[derive(Debug)]
pub struct Markers {
    /// In any case.
    names: AhoCorasick,
    /// Signs, then codes, as they are written.
    signs: AhoCorasick,
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
        let signs: Vec<&str> = signs.collect();
        let automaton =
            |of: &mut AhoCorasickBuilder| of.kind(Some(AhoCorasickKind::DFA)).to_owned();
        let names = automaton(AhoCorasick::builder().ascii_case_insensitive(true)).build(cases);
        let written = signs.iter().copied().chain(codes.iter().map(String::as_str));
        let written = automaton(&mut AhoCorasick::builder()).build(written);
        let fits = "some hundred short words fit an automaton";
        Self { names: names.expect(fits), signs: written.expect(fits), sign_count: signs.len() }
    }

    pub fn are_in(&self, text: &str) -> bool {
        let is_name = |found: Match| {
            let (before, word, after) = around(text, found);
            is_cut(word, after) && begins(before, word)
        };
        // A number may follow a sign or code at once (`Rs5`, `EUR5`), and stand before one (`5EUR`).
        let is_sign_or_code = |found: Match| {
            let (before, word, after) = around(text, found);
            let is_sign = found.pattern().as_usize() < self.sign_count;
            let begins = || if is_sign { begins(before, word) } else { is_behind_scales(before) };
            !runs_on(word, after) && begins()
        };
        self.names.find_overlapping_iter(text).any(is_name)
            || self.signs.find_overlapping_iter(text).any(is_sign_or_code)
    }
}

/// What stands before, in and behind a match.
fn around(text: &str, found: Match) -> (&str, &str, &str) {
    (&text[..found.start()], &text[found.range()], &text[found.end()..])
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
