//! A language's `calendar.toml` and `dates.toml`, ready to match.
//!
//! Invariant: words stand in the language's files; here are only their meanings.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use newsloom_languages::{Folder, folders};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pattern::{Opening, Pattern};
use crate::lexicon::{self, CalendarWords};
use crate::tag::numbers::{Numbers, numbers_of};

/// What a rule's match means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Year, month, day, weekday, time, as captured.
    Date,
    /// From the parts captured first to those captured as `…2`.
    Range,
    Decade,
    Century,
    /// Days from the anchor (`shift`).
    Deictic,
    /// A unit, `shift` units from the one that holds the anchor.
    Unit,
    /// `number` units before (`shift` -1) or after (1) the anchor.
    Offset,
    Quarter,
    Half,
    Season,
    Duration,
    Set,
    /// `value` as it stands (`PAST_REF`).
    Reference,
    /// Days from the last day named in the text (`shift`).
    TextOffset,
    /// A feast on a fixed day (`month`, `day`).
    Feast,
    /// Looks like a date and is none.
    Nothing,
}

/// A rule as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleWords {
    name: String,
    pattern: Vec<String>,
    means: Means,
    #[serde(default)]
    shift: Option<i64>,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    month: Option<i64>,
    #[serde(default)]
    day: Option<i64>,
    #[serde(default)]
    #[expect(dead_code, reason = "the tests read them apart")]
    examples: IgnoredAny,
}

/// A `dates.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Names of months and weekdays count only with a capital.
    capital_names: bool,
    /// Order of numeric dates: `dmy`, `mdy` or `ymd`.
    numeric_order: String,
    ordinal_suffixes: Vec<String>,
    ordinal_stop: bool,
    ordinals: BTreeMap<String, i64>,
    units: BTreeMap<String, Vec<String>>,
    seasons: BTreeMap<String, Vec<String>>,
    modifiers: BTreeMap<String, Vec<String>>,
    day_parts: BTreeMap<String, Vec<String>>,
    decades: BTreeMap<String, i64>,
    /// Words that put a date a unit before (`-1`), at (`0`) or after (`1`) the anchor's.
    shifts: BTreeMap<String, i64>,
    lists: BTreeMap<String, Vec<String>>,
    /// Numbers said roughly (`vingtaine`).
    about_numbers: BTreeMap<String, i64>,
    clock_hours: Vec<String>,
    afternoon: Vec<String>,
    morning: Vec<String>,
    before_christ: Vec<String>,
    /// Before a bare number of four digits, these words make it a year …
    year_before: Vec<String>,
    /// … and these make it none.
    no_year_before: Vec<String>,
    future_words: Vec<String>,
    future_suffixes: Vec<String>,
    future_except: Vec<String>,
    glued_suffixes: Vec<String>,
    glued_except: Vec<String>,
    rule: Vec<RuleWords>,
}

/// A rule ready to match.
#[derive(Debug)]
pub struct Rule {
    /// Language folder and name (`fr/day_month_year`).
    pub name: String,
    pub patterns: Vec<Pattern>,
    pub means: Means,
    pub shift: Option<i64>,
    pub value: Option<String>,
    pub month: Option<i64>,
    pub day: Option<i64>,
}

/// Everything the tagger knows of a language's dates.
#[derive(Debug)]
pub struct Lexicon {
    pub numbers: &'static Numbers,
    pub capital_names: bool,
    pub day_first: bool,
    pub ordinal_stop: bool,
    pub months: HashMap<String, i64>,
    pub weekdays: HashMap<String, i64>,
    pub ordinals: HashMap<String, i64>,
    pub ordinal_suffixes: BTreeSet<String>,
    pub units: HashMap<String, String>,
    pub seasons: HashMap<String, String>,
    pub modifiers: Vec<(Vec<String>, String)>,
    pub day_parts: Vec<(Vec<String>, String)>,
    pub decades: HashMap<String, i64>,
    pub shifts: HashMap<String, i64>,
    pub lists: HashMap<String, Vec<Vec<String>>>,
    pub about_numbers: HashMap<String, i64>,
    pub clock_hours: BTreeSet<String>,
    pub afternoon: Vec<Vec<String>>,
    pub morning: Vec<Vec<String>>,
    pub before_christ: Vec<Vec<String>>,
    pub year_before: BTreeSet<String>,
    pub no_year_before: BTreeSet<String>,
    pub function_words: BTreeSet<String>,
    pub future_words: BTreeSet<String>,
    pub future_suffixes: Vec<String>,
    pub future_except: BTreeSet<String>,
    pub glued_suffixes: Vec<String>,
    pub glued_except: Vec<String>,
    pub rules: Vec<Rule>,
    /// The patterns that may begin with a word, as positions of rule and pattern, in order …
    pub word_openings: HashMap<String, Vec<(usize, usize)>>,
    /// … and with a number in digits.
    pub digit_openings: Vec<(usize, usize)>,
    /// Words without which a sentence without digits holds no date.
    pub triggers: BTreeSet<String>,
}

/// The lexicon of the language `tag`, if it has one.
pub fn lexicon_of(tag: &str) -> Option<&'static Lexicon> {
    static LEXICONS: LazyLock<BTreeMap<&str, Lexicon>> = LazyLock::new(|| {
        let own = folders().iter().filter(|folder| folder.file("dates.toml").is_some());
        own.map(|folder| (folder.tag, Lexicon::of(folder))).collect()
    });
    LEXICONS.get(tag)
}

/// Words and marks of a phrase, as the tokeniser cuts them.
pub fn phrase(text: &str) -> Vec<String> {
    let tokens = super::tokens::tokenize(text, &super::tokens::Glued::default());
    tokens.into_iter().map(|token| token.folded).collect()
}

impl Lexicon {
    fn of(folder: &Folder) -> Self {
        let words: Words = lexicon::read(folder, "dates.toml");
        let calendar: CalendarWords = lexicon::read(folder, "calendar.toml");
        let numbered = |lists: &[Vec<String>]| -> HashMap<String, i64> {
            let each = lists.iter().zip(1..);
            each.flat_map(|(names, number)| names.iter().map(move |name| (name.clone(), number)))
                .collect()
        };
        let by_word = |lists: &BTreeMap<String, Vec<String>>| -> HashMap<String, String> {
            let each = lists.iter();
            each.flat_map(|(meaning, names)| {
                names.iter().map(|name| (name.clone(), meaning.clone()))
            })
            .collect()
        };
        let phrases = |lists: &BTreeMap<String, Vec<String>>| -> Vec<(Vec<String>, String)> {
            let each = lists.iter().flat_map(|(meaning, names)| {
                names.iter().map(|name| (phrase(name), meaning.clone()))
            });
            let mut all: Vec<_> = each.collect();
            all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
            all
        };
        let list = |names: &[String]| names.iter().map(|name| phrase(name)).collect::<Vec<_>>();
        let own = lexicon::languages().iter().find(|(tag, _)| *tag == folder.tag);
        let rules: Vec<Rule> = words
            .rule
            .into_iter()
            .map(|rule| {
                let pattern = |text: &String| {
                    Pattern::parse(text).unwrap_or_else(|fault| {
                        panic!("languages/{}/dates.toml: {}: {fault}", folder.tag, rule.name)
                    })
                };
                Rule {
                    patterns: rule.pattern.iter().map(pattern).collect(),
                    name: format!("{}/{}", folder.tag, rule.name),
                    means: rule.means,
                    shift: rule.shift,
                    value: rule.value,
                    month: rule.month,
                    day: rule.day,
                }
            })
            .collect();
        let mut lexicon = Self {
            numbers: numbers_of(folder.tag),
            capital_names: words.capital_names,
            day_first: words.numeric_order != "mdy",
            ordinal_stop: words.ordinal_stop,
            months: numbered(&calendar.months),
            weekdays: numbered(&calendar.weekdays),
            ordinals: words.ordinals.into_iter().collect(),
            ordinal_suffixes: words.ordinal_suffixes.into_iter().collect(),
            units: by_word(&words.units),
            seasons: by_word(&words.seasons),
            modifiers: phrases(&words.modifiers),
            day_parts: phrases(&words.day_parts),
            decades: words.decades.into_iter().collect(),
            shifts: words.shifts.into_iter().collect(),
            lists: words.lists.iter().map(|(name, words)| (name.clone(), list(words))).collect(),
            about_numbers: words.about_numbers.into_iter().collect(),
            clock_hours: words.clock_hours.into_iter().collect(),
            afternoon: list(&words.afternoon),
            morning: list(&words.morning),
            before_christ: list(&words.before_christ),
            year_before: words.year_before.into_iter().collect(),
            no_year_before: words.no_year_before.into_iter().collect(),
            function_words: own
                .map(|(_, words)| words.function_words.iter().cloned().collect())
                .unwrap_or_default(),
            future_words: words.future_words.into_iter().collect(),
            future_suffixes: words.future_suffixes,
            future_except: words.future_except.into_iter().collect(),
            glued_suffixes: words.glued_suffixes,
            glued_except: words.glued_except,
            rules,
            word_openings: HashMap::new(),
            digit_openings: Vec::new(),
            triggers: BTreeSet::new(),
        };
        lexicon.triggers = lexicon.triggers();
        lexicon.index_openings();
        lexicon
    }

    fn index_openings(&mut self) {
        let mut words: HashMap<String, BTreeSet<(usize, usize)>> = HashMap::new();
        let mut digits = BTreeSet::new();
        for (rule_index, rule) in self.rules.iter().enumerate() {
            for (pattern_index, pattern) in rule.patterns.iter().enumerate() {
                let place = (rule_index, pattern_index);
                for opening in pattern.openings(&self.lists) {
                    match opening {
                        Opening::Word(word) => {
                            words.entry(word).or_default().insert(place);
                        }
                        Opening::Class(class) => {
                            for word in class.opening_words(self) {
                                words.entry(word).or_default().insert(place);
                            }
                            if class.opens_with_digits() {
                                digits.insert(place);
                            }
                        }
                    }
                }
            }
        }
        let listed = words.into_iter().map(|(word, places)| (word, places.into_iter().collect()));
        self.word_openings = listed.collect();
        self.digit_openings = digits.into_iter().collect();
    }

    fn triggers(&self) -> BTreeSet<String> {
        let mut triggers = BTreeSet::new();
        let maps = [&self.months, &self.weekdays, &self.ordinals, &self.decades, &self.shifts];
        triggers.extend(maps.into_iter().flat_map(|map| map.keys().cloned().collect::<Vec<_>>()));
        triggers.extend(self.units.keys().cloned().collect::<BTreeSet<_>>());
        triggers.extend(self.seasons.keys().cloned().collect::<BTreeSet<_>>());
        let parts = self.day_parts.iter().flat_map(|(words, _)| words);
        triggers.extend(parts.filter(|word| word.chars().count() > 3).cloned());
        let deictic = |means| {
            matches!(means, Means::Deictic | Means::Reference | Means::TextOffset | Means::Feast)
        };
        let named =
            |rule: &&Rule| deictic(rule.means) || rule.means == Means::Unit && rule.value.is_some();
        for rule in self.rules.iter().filter(named) {
            for pattern in &rule.patterns {
                triggers.extend(pattern.literals(&self.lists));
            }
        }
        triggers
    }
}
