//! Phrases looked up at the beginning or the end of a text.

use std::collections::BTreeMap;

use crate::text::{is_letter, is_letter_or_digit};

/// Phrases by their first and by their last character, the longest first.
#[derive(Debug, Default)]
pub struct Phrases<T> {
    by_first: BTreeMap<char, Vec<(String, T)>>,
    by_last: BTreeMap<char, Vec<(String, T)>>,
}

impl<T: Clone> Phrases<T> {
    /// Phrases with an apostrophe are found with the curly one too. Of equal ones the first counts.
    pub fn new(list: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut all: Vec<(String, T)> = Vec::new();
        for (text, value) in list {
            if text.contains('\'') {
                all.push((text.replace('\'', "’"), value.clone()));
            }
            all.push((text, value));
        }
        all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        all.dedup_by(|later, first| later.0 == first.0);
        let mut phrases = Self { by_first: BTreeMap::new(), by_last: BTreeMap::new() };
        for (text, value) in all {
            let mut chars = text.chars();
            let Some(first) = chars.next() else { continue };
            let last = chars.next_back().unwrap_or(first);
            let by_last = phrases.by_last.entry(last).or_default();
            by_last.push((text.clone(), value.clone()));
            phrases.by_first.entry(first).or_default().push((text, value));
        }
        phrases
    }

    pub fn texts(&self) -> Vec<&str> {
        self.by_first.values().flatten().map(|(text, _)| text.as_str()).collect()
    }

    /// The longest phrase that `text` begins with and that ends at the end of a word.
    pub fn at_start<'a>(&'a self, text: &'a str) -> Option<(&'a str, &'a T)> {
        self.prefixes(text).find(|(phrase, _)| is_cut(phrase, &text[phrase.len()..]))
    }

    /// The phrases that `text` begins with, the longest first, even if a word runs on.
    pub fn prefixes<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'a str, &'a T)> {
        let first = text.chars().next();
        let phrases = first.and_then(|first| self.by_first.get(&first));
        let phrases = phrases.into_iter().flatten();
        phrases
            .filter(|(phrase, _)| text.starts_with(phrase.as_str()))
            .map(|(phrase, value)| (phrase.as_str(), value))
    }

    /// The longest phrase that `text` ends with and that begins at the beginning of a word.
    pub fn at_end(&self, text: &str) -> Option<(&str, &T)> {
        let phrases = self.by_last.get(&text.chars().next_back()?)?;
        let found = phrases.iter().find(|(phrase, _)| {
            text.strip_suffix(phrase.as_str()).is_some_and(|rest| is_cut(rest, phrase))
        })?;
        Some((&found.0, &found.1))
    }
}

/// Whether no word runs across the border of `before` and `after`.
pub fn is_cut(before: &str, after: &str) -> bool {
    let last = before.chars().next_back();
    let first = after.chars().next();
    !(last.is_some_and(is_letter) && first.is_some_and(is_letter_or_digit))
}
