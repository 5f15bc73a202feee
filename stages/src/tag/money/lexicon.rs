//! What a language's `money.toml` and `currency_names.toml` and the shared `currencies.toml` say,
//! ready to look up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use newsloom_languages::{Folder, ROOT, folders};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::markers::Markers;
use super::phrases::Phrases;
use crate::layers::Bound;
use crate::lexicon;
use crate::tag::numbers::{Numbers, numbers_of};

/// A currency's names, or its sign, with the codes they can mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NameWords {
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
enum Side {
    Before,
    After,
}

/// The shared `currencies.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RootWords {
    codes: Vec<String>,
    /// Codes that are words too.
    word_codes: BTreeSet<String>,
    /// By demonetised code, the last year it was money.
    ended: BTreeMap<String, i16>,
    /// By code, the countries that share it.
    unions: BTreeMap<String, Vec<String>>,
    /// By country, cities that tell it.
    cities: BTreeMap<String, Vec<String>>,
    suffixes: BTreeMap<String, u32>,
    sign: Vec<NameWords>,
}

/// A `currency_names.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DerivedWords {
    /// By code, its full names.
    names: BTreeMap<String, Vec<String>>,
    /// By the noun that names end in or begin with, the codes.
    nouns: BTreeMap<String, Vec<String>>,
    /// By country, the adjectives beside a currency's noun.
    adjectives: BTreeMap<String, Vec<String>>,
    countries: BTreeMap<String, Vec<String>>,
}

/// A `money.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    of: Vec<String>,
    ones: Vec<String>,
    /// The demonetised codes that an old name means where nothing else tells.
    home_codes: Vec<String>,
    /// The code of `200$00`, where the sign stands in the place of the decimal mark.
    sign_as_mark: Option<String>,
    /// The article that is written at the front of the next word.
    glued_article: String,
    between: Vec<String>,
    between_and: Vec<String>,
    range_to: Vec<String>,
    range_or: Vec<String>,
    minor_and: Vec<String>,
    that_is: Vec<String>,
    minus: Vec<String>,
    vague: Vec<String>,
    vague_scales: Vec<String>,
    partitives: Vec<String>,
    per: Vec<String>,
    per_articles: Vec<String>,
    never_after: Vec<String>,
    /// Words before a year whose money is meant: "in 2010 dollars".
    before_year: Vec<String>,
    followers: BTreeSet<String>,
    money_stems: Vec<String>,
    weight_stems: Vec<String>,
    weight_of: Vec<String>,
    change_stems: Vec<String>,
    per_units: BTreeMap<String, String>,
    suffixes: BTreeMap<String, u32>,
    fractions: BTreeMap<String, String>,
    halves: BTreeMap<String, String>,
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
    pub is_thing: bool,
    pub is_verb: bool,
    pub is_weight: bool,
    /// A sign of one letter.
    pub is_letter: bool,
    /// The language writes the name with a capital.
    pub has_capital: bool,
    /// A full name, country and all.
    pub is_full: bool,
    pub before_only: bool,
    pub after_only: bool,
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
            before_only: false,
            after_only: false,
            parts: 1,
            times: 1,
        }
    }
}

/// Everything the tagger knows of a language's money.
#[derive(Debug)]
pub struct Lexicon {
    pub numbers: &'static Numbers,
    pub names: Phrases<Meaning>,
    pub signs: Phrases<Meaning>,
    pub codes: BTreeSet<String>,
    /// Adjectives with their country.
    pub adjectives: Phrases<String>,
    /// By country, its names and cities.
    pub countries: BTreeMap<String, Vec<String>>,
    pub suffixes: Phrases<u32>,
    pub fractions: Phrases<Decimal>,
    pub halves: Phrases<Decimal>,
    pub qualifiers: Phrases<Bound>,
    pub of: Phrases<()>,
    pub ones: Phrases<()>,
    pub between: Phrases<()>,
    pub between_and: Phrases<()>,
    pub range_to: Phrases<()>,
    pub range_or: Phrases<()>,
    pub minor_and: Phrases<()>,
    pub that_is: Phrases<()>,
    pub minus: Phrases<()>,
    pub vague: Phrases<()>,
    pub vague_scales: Phrases<()>,
    pub partitives: Phrases<()>,
    pub per: Phrases<()>,
    pub per_articles: Phrases<()>,
    pub never_after: Phrases<()>,
    pub before_year: Phrases<()>,
    pub weight_of: Phrases<()>,
    pub followers: BTreeSet<String>,
    pub money_stems: Vec<String>,
    pub weight_stems: Vec<String>,
    pub change_stems: Vec<String>,
    pub per_units: BTreeMap<String, String>,
    pub sign_as_mark: Option<String>,
    /// Demonetised codes of the countries that speak the language.
    home_codes: Vec<String>,
    word_codes: BTreeSet<String>,
    /// A text without any of them holds no sum.
    pub markers: Markers,
}

fn root() -> &'static RootWords {
    static WORDS: LazyLock<RootWords> = LazyLock::new(|| {
        newsloom_languages::folder(ROOT)
            .map_or_else(RootWords::default, |root| lexicon::read(root, "currencies.toml"))
    });
    &WORDS
}

/// The last year that `code` was money; none where it still is.
pub fn last_year(code: &str) -> Option<i16> {
    root().ended.get(code).copied()
}

/// Whether `country` pays with `code`.
pub fn pays_with(country: &str, code: &str) -> bool {
    let union = root().unions.get(code);
    union.map_or(code.starts_with(country), |union| union.iter().any(|one| one == country))
}

/// The lexicon of the language `tag`; without names where it has none.
pub fn lexicon_of(tag: &str) -> &'static Lexicon {
    static LEXICONS: LazyLock<Vec<(&Folder, OnceLock<Lexicon>)>> =
        LazyLock::new(|| folders().iter().map(|folder| (folder, OnceLock::new())).collect());
    let find = |tag: &str| LEXICONS.iter().find(|(folder, _)| folder.tag == tag);
    let (folder, lexicon) =
        find(tag).or_else(|| find(ROOT)).expect("there is a folder of what all share");
    lexicon.get_or_init(|| Lexicon::new(folder, root()))
}

impl Lexicon {
    fn new(folder: &Folder, root: &RootWords) -> Self {
        let words: Words = lexicon::read(folder, "money.toml");
        let derived: DerivedWords = lexicon::read(folder, "currency_names.toml");
        let speech: lexicon::LanguageWords = lexicon::read(folder, "language.toml");
        let mut followers = words.followers;
        followers.extend(speech.function_words);
        let plain = |list: Vec<String>| {
            Phrases::new(list.into_iter().map(|word| (word.to_lowercase(), ())))
        };
        let decimals = |list: BTreeMap<String, String>| {
            let parsed = |(text, amount): (String, String)| {
                Some((text.to_lowercase(), amount.parse().ok()?))
            };
            Phrases::new(list.into_iter().filter_map(parsed))
        };
        let by_country = |lists: [BTreeMap<String, Vec<String>>; 3]| {
            lists.into_iter().flatten().flat_map(|(country, list)| {
                list.into_iter().map(move |word| (word.to_lowercase(), country.clone()))
            })
        };
        let qualifiers = words.qualifiers.into_iter().flat_map(|(bound, list)| {
            list.into_iter().map(move |word| (word.to_lowercase(), bound))
        });
        let article = words.glued_article;
        let with_article = |word: &str| format!("{article}{word}");
        let mut names = names(&words.currency, &words.minor, &derived);
        if !article.is_empty() {
            let also: Vec<_> =
                names.iter().map(|(name, meaning)| (with_article(name), meaning.clone())).collect();
            names.extend(also);
        }
        let names = Phrases::new(names);
        let signs = Phrases::new(signs(&root.sign, folder.tag));
        let markers = Markers::new(&names.texts(), &signs.texts(), &root.codes);
        let mut countries = derived.countries.clone();
        for (country, cities) in &root.cities {
            countries.entry(country.clone()).or_default().extend(cities.iter().cloned());
        }
        let own = words.suffixes.into_iter();
        Self {
            numbers: numbers_of(folder.tag),
            names,
            signs,
            markers,
            countries,
            codes: root.codes.iter().cloned().collect(),
            home_codes: words.home_codes,
            sign_as_mark: words.sign_as_mark,
            word_codes: root.word_codes.clone(),
            adjectives: Phrases::new(by_country([
                words.adjectives,
                derived.adjectives,
                derived.countries.clone(),
            ])),
            suffixes: Phrases::new(own.chain(root.suffixes.clone())),
            fractions: decimals(words.fractions),
            halves: decimals(words.halves),
            qualifiers: Phrases::new(qualifiers),
            of: plain(words.of),
            ones: plain(words.ones),
            between: plain(words.between),
            between_and: plain(words.between_and),
            range_to: plain(words.range_to),
            range_or: plain(words.range_or),
            minor_and: plain(words.minor_and),
            that_is: plain(words.that_is),
            minus: plain(words.minus),
            vague: plain(words.vague),
            vague_scales: plain(words.vague_scales),
            partitives: plain(words.partitives),
            per: plain(words.per),
            per_articles: plain(words.per_articles),
            never_after: plain(words.never_after),
            before_year: plain(words.before_year),
            weight_of: plain(words.weight_of),
            followers,
            money_stems: words.money_stems,
            weight_stems: words.weight_stems,
            change_stems: words.change_stems,
            per_units: lower_keys(words.per_units),
        }
    }

    /// Whether a demonetised `code` is what the language's own countries paid with.
    pub fn is_home_of(&self, code: &str) -> bool {
        self.home_codes.iter().any(|home| home == code)
    }

    /// Whether a code is a word as well, in a line of capitals.
    pub fn is_word(&self, code: &str) -> bool {
        self.word_codes.contains(code)
    }
}

fn lower_keys(list: BTreeMap<String, String>) -> BTreeMap<String, String> {
    list.into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect()
}

/// Names in lower case: what the press says first, then what is derived from CLDR.
fn names(
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
        let full = Meaning { codes, is_full: true, ..Meaning::default() };
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
fn signs(list: &[NameWords], tag: &str) -> Vec<(String, Meaning)> {
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
        before_only: name.side == Some(Side::Before),
        after_only: name.side == Some(Side::After),
        parts: name.parts.unwrap_or(1),
        times: name.times.unwrap_or(1),
        ..Meaning::default()
    }
}
