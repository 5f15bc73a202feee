//! What a language's `money.toml` and the shared `currencies.toml` say, ready to look up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use newsloom_languages::{ROOT, folders};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::markers::Markers;
use crate::layers::Bound;
use crate::lexicon;
use crate::tag::numbers::{Numbers, numbers_of};
use crate::text::{is_letter, is_letter_or_digit};

/// A currency's names, or its sign, with the codes they can mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NameWords {
    words: Vec<String>,
    codes: Vec<String>,
    /// What an ambiguous name means where nothing tells.
    default: Option<String>,
    /// More often something else: counts only with a scale or a country.
    #[serde(default)]
    weak: bool,
    /// A minor unit: so many make one of the major unit.
    parts: Option<u32>,
}

/// The shared `currencies.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RootWords {
    codes: Vec<String>,
    sign: Vec<NameWords>,
}

/// A `money.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    of: Vec<String>,
    between: Vec<String>,
    between_and: Vec<String>,
    range_to: Vec<String>,
    vague: Vec<String>,
    per: Vec<String>,
    per_units: BTreeMap<String, String>,
    suffixes: BTreeMap<String, u32>,
    amounts: BTreeMap<String, String>,
    qualifiers: BTreeMap<Bound, Vec<String>>,
    adjectives: BTreeMap<String, Vec<String>>,
    currency: Vec<NameWords>,
    minor: Vec<NameWords>,
    /// The tests read them apart.
    example: IgnoredAny,
}

/// What a name or sign can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    pub codes: Vec<String>,
    pub default: Option<String>,
    pub is_weak: bool,
    /// So many make one of the major unit.
    pub parts: u32,
}

/// Phrases by their first and by their last character, the longest first.
#[derive(Debug, Default)]
pub struct Phrases<T> {
    by_first: BTreeMap<char, Vec<(String, T)>>,
    by_last: BTreeMap<char, Vec<(String, T)>>,
}

impl<T: Clone> Phrases<T> {
    /// Phrases with an apostrophe are found with the curly one too.
    fn new(list: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut all = Vec::new();
        for (text, value) in list {
            if text.contains('\'') {
                all.push((text.replace('\'', "’"), value.clone()));
            }
            all.push((text, value));
        }
        all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
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

    fn texts(&self) -> Vec<&str> {
        self.by_first.values().flatten().map(|(text, _)| text.as_str()).collect()
    }

    /// The longest phrase that `text` begins with and that ends at the end of a word.
    pub fn at_start(&self, text: &str) -> Option<(&str, &T)> {
        let phrases = self.by_first.get(&text.chars().next()?)?;
        let found = phrases.iter().find(|(phrase, _)| {
            text.strip_prefix(phrase.as_str()).is_some_and(|rest| is_cut(phrase, rest))
        })?;
        Some((&found.0, &found.1))
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

/// Everything the tagger knows of a language's money.
#[derive(Debug)]
pub struct Lexicon {
    pub numbers: &'static Numbers,
    pub names: Phrases<Meaning>,
    pub signs: Phrases<Meaning>,
    pub codes: BTreeSet<String>,
    pub adjectives: Phrases<String>,
    pub suffixes: Phrases<u32>,
    pub amounts: Phrases<Decimal>,
    pub qualifiers: Phrases<Bound>,
    pub of: Phrases<()>,
    pub between: Phrases<()>,
    pub between_and: Phrases<()>,
    pub range_to: Phrases<()>,
    pub vague: Phrases<()>,
    pub per: Phrases<()>,
    pub per_units: BTreeMap<String, String>,
    /// A text without any of them holds no sum.
    pub markers: Markers,
}

/// The lexicon of the language `tag`; without names where it has none.
pub fn lexicon_of(tag: &str) -> &'static Lexicon {
    static LEXICONS: LazyLock<BTreeMap<&str, Lexicon>> = LazyLock::new(|| {
        let root: RootWords = newsloom_languages::folder(ROOT)
            .map_or_else(RootWords::default, |root| lexicon::read(root, "currencies.toml"));
        let of = |folder| Lexicon::new(lexicon::read(folder, "money.toml"), &root, folder.tag);
        folders().iter().map(|folder| (folder.tag, of(folder))).collect()
    });
    LEXICONS.get(tag).or_else(|| LEXICONS.get(ROOT)).expect("there is a folder of what all share")
}

impl Lexicon {
    fn new(words: Words, root: &RootWords, tag: &str) -> Self {
        let meanings = |list: &[NameWords], fold: bool| -> Vec<(String, Meaning)> {
            let each = list.iter().flat_map(|name| {
                let meaning = Meaning {
                    codes: name.codes.clone(),
                    default: name.default.clone(),
                    is_weak: name.weak,
                    parts: name.parts.unwrap_or(1),
                };
                name.words.iter().map(move |word| {
                    (if fold { word.to_lowercase() } else { word.clone() }, meaning.clone())
                })
            });
            each.collect()
        };
        let mut names = meanings(&words.currency, true);
        names.extend(meanings(&words.minor, true));
        let signs = meanings(&root.sign, false);
        let plain = |list: Vec<String>| Phrases::new(list.into_iter().map(|word| (word, ())));
        let adjectives = words.adjectives.into_iter().flat_map(|(country, list)| {
            list.into_iter().map(move |word| (word.to_lowercase(), country.clone()))
        });
        let qualifiers = words.qualifiers.into_iter().flat_map(|(bound, list)| {
            list.into_iter().map(move |word| (word.to_lowercase(), bound))
        });
        let amounts = words
            .amounts
            .into_iter()
            .filter_map(|(text, amount)| Some((text, amount.parse().ok()?)));
        let (names, signs) = (Phrases::new(names), Phrases::new(signs));
        let markers = Markers::new(&names.texts(), &signs.texts(), &root.codes);
        Self {
            numbers: numbers_of(tag),
            names,
            signs,
            markers,
            codes: root.codes.iter().cloned().collect(),
            adjectives: Phrases::new(adjectives),
            suffixes: Phrases::new(words.suffixes),
            amounts: Phrases::new(amounts),
            qualifiers: Phrases::new(qualifiers),
            of: plain(words.of),
            between: plain(words.between),
            between_and: plain(words.between_and),
            range_to: plain(words.range_to),
            vague: plain(words.vague),
            per: plain(words.per),
            per_units: words.per_units,
        }
    }
}
