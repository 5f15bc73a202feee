//! What names and signs of currencies can mean, from the words of the language files.
//!
//! Invariant: what the press says goes before what is derived from CLDR.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

/// A currency's names, or its sign, with the codes they can mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameWords {
    words: Vec<String>,
    codes: Vec<String>,
    /// What an ambiguous name means where nothing tells.
    default: Option<String>,
    /// More often something else: counts only with support.
    #[serde(default)]
    weak: bool,
    /// Also a thing that is counted by the thousand, such as a book.
    #[serde(default)]
    thing: bool,
    /// Also a verb or another word that may stand behind a number.
    #[serde(default)]
    verb: bool,
    /// Also a weight.
    #[serde(default)]
    weight: bool,
    /// A minor unit: so many make one of the major unit.
    parts: Option<u32>,
    /// So many of the currency are meant by one.
    times: Option<u32>,
    /// Signs that only some languages use.
    languages: Option<Vec<String>>,
    /// A sign that stands on one side of the amount only.
    side: Option<Side>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Before,
    After,
}

/// A `currency_names.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DerivedWords {
    /// By code, its full names.
    pub names: BTreeMap<String, Vec<String>>,
    /// By the noun that names end in or begin with, the codes.
    pub nouns: BTreeMap<String, Vec<String>>,
    /// By country, the adjectives beside a currency's noun.
    pub adjectives: BTreeMap<String, Vec<String>>,
    pub countries: BTreeMap<String, Vec<String>>,
}

/// What a name or sign can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    pub codes: Vec<String>,
    pub default: Option<String>,
    pub is_weak: bool,
    pub is_thing: bool,
    pub is_verb: bool,
    pub is_weight: bool,
    /// A sign of one letter.
    pub is_letter: bool,
    /// The language writes the name with a capital, or no person is called so.
    pub has_capital: bool,
    /// A full name, country and all.
    pub is_full: bool,
    /// A sign that stands on one side of the amount only.
    pub side: Option<Side>,
    /// So many make one of the major unit.
    pub parts: u32,
    /// So many are meant by one.
    pub times: u32,
}

impl Default for Meaning {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            default: None,
            is_weak: false,
            is_thing: false,
            is_verb: false,
            is_weight: false,
            is_letter: false,
            has_capital: false,
            is_full: false,
            side: None,
            parts: 1,
            times: 1,
        }
    }
}

impl Meaning {
    /// So many of what is named, in the major unit.
    pub fn in_major(&self, count: Decimal) -> Option<Decimal> {
        count.checked_div(self.parts.into())?.checked_mul(self.times.into())
    }
}

/// Names in lower case: what the press says first, then what is derived from CLDR.
pub fn names(
    major: &[NameWords],
    minor: &[NameWords],
    derived: &DerivedWords,
) -> Vec<(String, Meaning)> {
    let nouns: BTreeMap<String, (&str, &Vec<String>)> = derived
        .nouns
        .iter()
        .map(|(noun, codes)| (noun.to_lowercase(), (noun.as_str(), codes)))
        .collect();
    let mut names = Vec::new();
    for name in major.iter().chain(minor) {
        for word in &name.words {
            let has_capital = word.starts_with(char::is_uppercase);
            let mut meaning = Meaning { has_capital, ..meaning(name, word) };
            if let Some((_, codes)) = nouns.get(&word.to_lowercase()) {
                add_codes(&mut meaning, codes);
            }
            names.push((word.to_lowercase(), meaning));
        }
    }
    for (code, list) in &derived.names {
        let codes = vec![code.clone()];
        let full = Meaning { codes, is_full: true, has_capital: true, ..Meaning::default() };
        names.extend(list.iter().map(|name| (name.to_lowercase(), full.clone())));
    }
    for (noun, (written, codes)) in nouns {
        let has_capital = written.starts_with(char::is_uppercase);
        let codes = codes.clone();
        names.push((noun, Meaning { codes, is_weak: true, has_capital, ..Meaning::default() }));
    }
    names
}

/// Adds the codes that a name can mean too; its own one stays the default.
fn add_codes(meaning: &mut Meaning, codes: &[String]) {
    let more: Vec<String> =
        codes.iter().filter(|code| !meaning.codes.contains(code)).cloned().collect();
    if meaning.codes.len() == 1 && !more.is_empty() {
        meaning.default.get_or_insert_with(|| meaning.codes[0].clone());
    }
    meaning.codes.extend(more);
}

/// Signs; of a dollar with letters (`HK$`) every order the press writes.
pub fn signs(list: &[NameWords], tag: &str) -> Vec<(String, Meaning)> {
    let mut signs = Vec::new();
    let is_used = |name: &&NameWords| {
        name.languages.as_ref().is_none_or(|languages| languages.iter().any(|one| one == tag))
    };
    for name in list.iter().filter(is_used) {
        for word in &name.words {
            let meaning = meaning(name, word);
            if let Some(letters) = word.strip_suffix('$').filter(|letters| letters.len() >= 2) {
                for form in [format!("{letters} $"), format!("${letters}"), format!("$ {letters}")]
                {
                    signs.push((form, meaning.clone()));
                }
            }
            signs.push((word.clone(), meaning));
        }
    }
    signs
}

fn meaning(name: &NameWords, word: &str) -> Meaning {
    Meaning {
        codes: name.codes.clone(),
        default: name.default.clone(),
        is_weak: name.weak,
        is_thing: name.thing,
        is_verb: name.verb,
        is_weight: name.weight,
        is_letter: word.chars().count() == 1
            && word.starts_with(char::is_alphabetic)
            && word.is_ascii(),
        side: name.side,
        parts: name.parts.unwrap_or(1),
        times: name.times.unwrap_or(1),
        ..Meaning::default()
    }
}
