//! What the names that a page gives its elements say of them, by the words of
//! `languages/root/markup.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde::Deserialize;

use crate::lexicon;
use crate::page::Cue;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    word: Vec<String>,
    anywhere: Vec<String>,
}

/// Finds the words of all cues at once.
struct Finder {
    automaton: AhoCorasick,
    /// The cue's bit of each pattern, and whether it must be a word by itself.
    patterns: Vec<(u32, bool)>,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let words: BTreeMap<String, Words> = newsloom_languages::folder(newsloom_languages::ROOT)
        .map_or_else(BTreeMap::new, |root| lexicon::read(root, "markup.toml"));
    let mut keys = Vec::new();
    let mut patterns = Vec::new();
    for cue in Cue::ALL {
        let words = words.get(cue.name()).expect("markup.toml has words of every cue");
        for (list, is_word) in [(&words.word, true), (&words.anywhere, false)] {
            keys.extend(list);
            patterns.extend(list.iter().map(|_| (cue.bit(), is_word)));
        }
    }
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(keys)
        .expect("the words fit an automaton");
    Finder { automaton, patterns }
});

/// Names longer than this are looked at only up to here.
const NAME_BYTES_MAX: usize = 400;

/// The bits of `Cue` that the names in the attribute value `names` say.
pub fn cues(names: &str) -> u32 {
    let bytes = &names.as_bytes()[..names.len().min(NAME_BYTES_MAX)];
    let mut bits = 0;
    for found in FINDER.automaton.find_overlapping_iter(bytes) {
        let (bit, is_word) = FINDER.patterns[found.pattern().as_usize()];
        if bits & bit == 0 && (!is_word || is_apart(bytes, found.start(), found.end())) {
            bits |= bit;
        }
    }
    bits
}

/// Whether what stands at `start..end` is a word by itself.
fn is_apart(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_letter = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_alphabetic);
    let begins_hump = |index: usize| {
        bytes.get(index).is_some_and(u8::is_ascii_uppercase)
            && !bytes[index - 1].is_ascii_uppercase()
    };
    let starts = start == 0 || !is_letter(start - 1) || begins_hump(start);
    starts && (!is_letter(end) || begins_hump(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_their_words_say() {
        for (names, expected) in [
            ("share-bar", vec![Cue::Share]),
            ("shareBar articleBody", vec![Cue::ArticleBody, Cue::Article, Cue::Share]),
            ("SHARE", vec![Cue::Share]),
            ("shareholder", vec![]),
            ("adjacent roads", vec![]),
            ("ad_2", vec![Cue::Ad]),
            ("x1 y2", vec![]),
        ] {
            let bits = expected.iter().fold(0, |bits, cue| bits | cue.bit());
            assert_eq!(cues(names), bits, "{names}");
        }
    }
}
