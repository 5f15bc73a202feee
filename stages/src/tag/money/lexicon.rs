//! What a language's `money.toml` and `currency_names.toml` and the shared `currencies.toml` say,
//! ready to look up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use newsloom_languages::{Folder, ROOT};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::markers::Markers;
use super::meaning::{DerivedWords, Meaning, NameWords, names, signs};
use super::phrases::Phrases;
use crate::layers::Bound;
use crate::lexicon::{self, PerLanguage};
use crate::tag::numbers::{Numbers, numbers_of};
use crate::text::{is_letter, lowered};

/// The shared `currencies.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RootWords {
    codes: Vec<String>,
    /// Codes that are words too.
    word_codes: BTreeSet<String>,
    /// Codes that are named by noun or sign alone wherever they are news.
    world: Vec<String>,
    /// By demonetised code, the last year it was money.
    ended: BTreeMap<String, i16>,
    /// By code, the countries that share it.
    unions: BTreeMap<String, Vec<String>>,
    /// By country, cities that tell it.
    cities: BTreeMap<String, Vec<String>>,
    suffixes: BTreeMap<String, u32>,
    /// Signs of units behind a slash, as the table names them: "€/m²".
    unit_signs: BTreeMap<String, String>,
    sign: Vec<NameWords>,
}

/// A `money.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    of: Vec<String>,
    /// The language writes nouns with a capital.
    capital_nouns: bool,
    ones: Vec<String>,
    /// The demonetised codes that an old name means where nothing else tells.
    home_codes: Vec<String>,
    /// The code of `200$00`, where the sign stands in the place of the decimal mark.
    sign_as_mark: Option<String>,
    /// The article that is written at the front of the next word.
    glued_article: String,
    /// Other words that are written at the front of the next.
    prefixes: Vec<String>,
    between: Vec<String>,
    between_and: Vec<String>,
    range_to: Vec<String>,
    /// Between the old amount and the new: "de 2 para 3 euros".
    change_to: Vec<String>,
    /// Before the old amount, where what joins it to the new may join a range too: "passe de".
    change_from: Vec<String>,
    /// Between an amount and another that it is compared with: "contre 2 millions d'euros".
    against: Vec<String>,
    /// Bounds that behind a word of change name the new amount: "steeg tot 3 euro".
    goals: Vec<String>,
    /// Between a scale and what is added to it: "1 milione e 340mila".
    scale_and: Vec<String>,
    range_or: Vec<String>,
    minor_and: Vec<String>,
    that_is: Vec<String>,
    minus: Vec<String>,
    vague: Vec<String>,
    vague_scales: Vec<String>,
    partitives: Vec<String>,
    per: Vec<String>,
    per_articles: Vec<String>,
    /// Words that say alone what a sum is for one of: "monthly".
    per_words: BTreeMap<String, String>,
    /// Words behind a unit that make it a time: "$2 million a year earlier".
    never_per: Vec<String>,
    /// Between a qualifier and its amount: "supera los 20 euros".
    articles: Vec<String>,
    never_after: Vec<String>,
    /// Words behind a name that make it no sum: "the 19 euro countries".
    never_before: Vec<String>,
    /// Phrases with a sum in them that name none: "a million-dollar question".
    idioms: Vec<String>,
    /// Words before a year whose money is meant: "in 2010 dollars".
    before_year: Vec<String>,
    followers: BTreeSet<String>,
    /// Between a sum and what it is for one of: "net".
    net_words: BTreeSet<String>,
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
    /// By country, cities that tell it and what else the press calls it.
    cities: BTreeMap<String, Vec<String>>,
    currency: Vec<NameWords>,
    minor: Vec<NameWords>,
    /// The tests read them apart.
    example: IgnoredAny,
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
    /// Names of countries and cities, with the countries that they tell.
    places: Phrases<Vec<String>>,
    pub suffixes: Phrases<u32>,
    pub fractions: Phrases<Decimal>,
    pub halves: Phrases<Decimal>,
    pub qualifiers: Phrases<Bound>,
    pub of: Phrases<()>,
    pub ones: Phrases<()>,
    pub between: Phrases<()>,
    pub between_and: Phrases<()>,
    pub range_to: Phrases<()>,
    pub change_to: Phrases<()>,
    pub change_from: Phrases<()>,
    pub against: Phrases<()>,
    pub goals: Phrases<()>,
    pub scale_and: Phrases<()>,
    pub range_or: Phrases<()>,
    pub minor_and: Phrases<()>,
    pub that_is: Phrases<()>,
    pub minus: Phrases<()>,
    pub vague: Phrases<()>,
    pub vague_scales: Phrases<()>,
    pub partitives: Phrases<()>,
    pub per: Phrases<()>,
    pub per_articles: Phrases<()>,
    pub per_words: Phrases<String>,
    pub per_units: Phrases<String>,
    pub unit_signs: Phrases<String>,
    pub never_per: Phrases<()>,
    pub articles: Phrases<()>,
    pub never_after: Phrases<()>,
    pub never_before: Phrases<()>,
    pub idioms: Phrases<()>,
    pub before_year: Phrases<()>,
    pub weight_of: Phrases<()>,
    pub followers: BTreeSet<String>,
    pub net_words: BTreeSet<String>,
    pub money_stems: Vec<String>,
    pub weight_stems: Vec<String>,
    pub change_stems: Vec<String>,
    pub prefixes: Vec<String>,
    pub capital_nouns: bool,
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

/// Whether `code` is named by its noun or sign alone far from where it is paid with.
pub fn is_world(code: &str) -> bool {
    root().world.iter().any(|one| one == code)
}

/// Whether `country` pays with `code`.
pub fn pays_with(country: &str, code: &str) -> bool {
    let union = root().unions.get(code);
    union.map_or(code.starts_with(country), |union| union.iter().any(|one| one == country))
}

/// The lexicon of the language `tag`; without names where it has none.
pub fn lexicon_of(tag: &str) -> &'static Lexicon {
    static LEXICONS: PerLanguage<Lexicon> = PerLanguage::new(|folder| Lexicon::new(folder, root()));
    LEXICONS.get_or_shared(tag)
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
        let prefixes = words.prefixes;
        let with_prefixes = |word: String| {
            let also: Vec<_> = prefixes.iter().map(|prefix| format!("{prefix}{word}")).collect();
            also.into_iter().chain([word])
        };
        let qualifiers: Vec<_> = words
            .qualifiers
            .into_iter()
            .flat_map(|(bound, list)| list.into_iter().map(move |word| (word, bound)))
            .flat_map(|(word, bound)| {
                with_prefixes(word.to_lowercase()).map(move |word| (word, bound))
            })
            .collect();
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
        let markers = Markers::new(names.texts(), signs.texts(), &root.codes);
        let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (country, names) in derived.countries.iter().chain(&root.cities).chain(&words.cities) {
            for name in names {
                places.entry(name.clone()).or_default().push(country.clone());
            }
        }
        let own = words.suffixes.into_iter();
        Self {
            numbers: numbers_of(folder.tag),
            names,
            signs,
            markers,
            places: Phrases::new(places),
            codes: root.codes.iter().cloned().collect(),
            home_codes: words.home_codes,
            prefixes,
            capital_nouns: words.capital_nouns,
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
            change_to: plain(words.change_to),
            change_from: plain(words.change_from),
            against: plain(words.against),
            goals: plain(words.goals),
            scale_and: plain(words.scale_and),
            range_or: plain(words.range_or),
            minor_and: plain(words.minor_and),
            that_is: plain(words.that_is),
            minus: plain(words.minus),
            vague: plain(words.vague),
            vague_scales: plain(words.vague_scales),
            partitives: plain(words.partitives),
            per: plain(words.per),
            per_articles: plain(words.per_articles),
            per_words: Phrases::new(lower_keys(words.per_words)),
            per_units: Phrases::new(lower_keys(words.per_units)),
            unit_signs: Phrases::new(lower_keys(root.unit_signs.clone())),
            never_per: plain(words.never_per),
            articles: plain(words.articles),
            never_after: plain(words.never_after),
            never_before: plain(words.never_before),
            idioms: plain(words.idioms),
            before_year: plain(words.before_year),
            weight_of: plain(words.weight_of),
            followers,
            net_words: words.net_words,
            money_stems: words.money_stems,
            weight_stems: words.weight_stems,
            change_stems: words.change_stems,
        }
    }

    /// The countries that `text` names, or a city of theirs.
    pub fn countries_in(&self, text: &str) -> BTreeSet<&str> {
        let mut countries = BTreeSet::new();
        let mut in_word = false;
        for (at, ch) in text.char_indices() {
            let begins_word = is_letter(ch) && !in_word;
            in_word = is_letter(ch);
            if begins_word && let Some((_, named)) = self.places.at_start(&text[at..]) {
                countries.extend(named.iter().map(String::as_str));
            }
        }
        countries
    }

    /// The countries whose adjectives stand in `text`.
    pub fn demonyms_in(&self, text: &str) -> BTreeSet<&str> {
        let folded = lowered(text);
        let is_first = |at: usize| !folded[..at].ends_with(is_letter);
        let places = folded.char_indices().filter(|(at, ch)| is_letter(*ch) && is_first(*at));
        let named = places.filter_map(|(at, _)| self.adjectives.at_start(&folded[at..]));
        named.map(|(_, country)| country.as_str()).collect()
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
