//! Words that say what a date beside them is of, of all languages at once.
//!
//! Invariant: a word counts from its beginning on, in any case and with either apostrophe.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use newsloom_languages::folders;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::lexicon;
use crate::text::{is_apostrophe, is_letter_or_digit};

/// A `published.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Before a full date they make it the day of writing (`ce vendredi 2 octobre 2020`).
    this: Vec<String>,
    /// Today, in words.
    today: Vec<String>,
    /// Before a date of a date line they make it that of a change …
    updated: Vec<String>,
    /// … and these that of the publication.
    published: Vec<String>,
    /// The tests read them apart.
    example: IgnoredAny,
}

/// The words of all languages.
#[derive(Debug)]
pub struct Cues {
    this: Vec<String>,
    updated: Vec<String>,
    published: Vec<String>,
    /// The words of the last two.
    telling: AhoCorasick,
    today: AhoCorasick,
}

/// What a date in a date line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Publication,
    Change,
}

pub static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let mut all = Words::default();
    for folder in folders() {
        let own: Words = lexicon::read(folder, "published.toml");
        all.this.extend(own.this);
        all.today.extend(own.today);
        all.updated.extend(own.updated);
        all.published.extend(own.published);
    }
    let cases = all.today.iter().flat_map(|word| [word.clone(), word.to_uppercase()]);
    let spellings = cases.flat_map(|word| [word.replace('\'', "’"), word]);
    let today = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(spellings);
    let telling = AhoCorasick::new(all.updated.iter().chain(&all.published));
    let fits = "a few words fit an automaton";
    Cues {
        this: all.this,
        updated: all.updated,
        published: all.published,
        telling: telling.expect(fits),
        today: today.expect(fits),
    }
});

impl Cues {
    /// Whether a word of `text` says today.
    pub fn says_today(&self, text: &str) -> bool {
        // The next word may run on with it where a space was lost.
        let opens = |start: usize| !text[..start].ends_with(is_letter_or_digit);
        self.today.find_iter(text).any(|found| opens(found.start()))
    }

    /// Whether `text` ends with a word like "this", a comma behind it or not.
    pub fn ends_with_this(&self, text: &str) -> bool {
        let text = folded(tail(text));
        let text = text.trim_end_matches(|ch: char| ch.is_whitespace() || ch == ',');
        self.this.iter().any(|word| last_of(word, text).is_some_and(|end| end == text.len()))
    }

    /// Whether `text` begins with a word like "this".
    pub fn begins_with_this(&self, text: &str) -> bool {
        let text = folded(text);
        let follows = |rest: &str| rest.starts_with([' ', ',']);
        self.this.iter().any(|word| text.strip_prefix(word.as_str()).is_some_and(follows))
    }

    /// Whether a word of `text` may say what a date is of.
    pub fn may_tell(&self, text: &str) -> bool {
        self.telling.is_match(&folded(text))
    }

    /// What the nearest word before a date says it is of, `before` being what stands there.
    pub fn told_before(&self, before: &str) -> Option<Of> {
        let before = folded(tail(before));
        let last = |words: &[String]| words.iter().filter_map(|word| last_of(word, &before)).max();
        match (last(&self.published), last(&self.updated)) {
            (None, None) => None,
            (published, updated) if published > updated => Some(Of::Publication),
            _ => Some(Of::Change),
        }
    }
}

/// The end of `text`, where a word that speaks of what follows stands.
fn tail(text: &str) -> &str {
    const BYTES: usize = 120;
    let start = text.ceil_char_boundary(text.len().saturating_sub(BYTES));
    &text[start..]
}

fn folded(text: &str) -> String {
    let plain = |ch: char| if is_apostrophe(ch) { '\'' } else { ch };
    text.chars().map(plain).flat_map(char::to_lowercase).collect()
}

/// Where the last `word` of `text` ends.
fn last_of(word: &str, text: &str) -> Option<usize> {
    let is_part = |ch: Option<char>| ch.is_some_and(is_letter_or_digit);
    let whole = text.rmatch_indices(word).find(|(start, found)| {
        !is_part(text[..*start].chars().next_back())
            && !is_part(text[start + found.len()..].chars().next())
    });
    whole.map(|(start, found)| start + found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_tells_what_a_date_is_of() {
        for (before, told) in [
            ("Published ", Some(Of::Publication)),
            ("Published 3 May 2024, updated ", Some(Of::Change)),
            ("Mis à jour le 4 mai. Publié le ", Some(Of::Publication)),
            ("Zuletzt aktualisiert: ", Some(Of::Change)),
            ("By Ann Lee, ", None),
            ("Unpublished ", None),
        ] {
            assert_eq!(CUES.told_before(before), told, "{before}");
        }
    }

    #[test]
    fn this_is_a_whole_word() {
        for (text, ends) in [("En ce ", true), ("La place ", false), ("Today, ", true)] {
            assert_eq!(CUES.ends_with_this(text), ends, "{text}");
        }
        assert!(CUES.begins_with_this("Ce vendredi"));
        assert!(!CUES.begins_with_this("Cent vendredis"));
    }
}
