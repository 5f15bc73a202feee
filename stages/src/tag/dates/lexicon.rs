//! A language's `calendar.toml` and `dates.toml`, ready to match.
//!
//! Invariant: words stand in the language's files; here are only their meanings.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::repeat;

use newsloom_languages::Folder;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::classes::Class;
use super::clocks::with_minutes;
use super::compose::Joins;
use super::pattern::{Opening, Pattern};
use super::starts::{Start, Starts};
use super::tense::Tense;
use super::tokens::{Glued, fold};
use super::triggers::{Prefilter, triggers};
use super::vocabulary::{Marks, Names, Phrase, Vocabulary, names, numbered, phrases};
use crate::lexicon::{self, CalendarWords, PerLanguage};
use crate::tag::numbers::{Numbers, numbers_of};
use crate::words::WordSet;

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
    /// A time or part of the day that stands beside it; else, where `shift` is 0, of the last day
    /// named before it in the sentence, or of the anchor's.
    Time,
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
    /// A feast on a fixed day (`month`, `day`), or `shift` days from Easter (`value`).
    Feast,
    /// The `nth` unit or weekday of a month or year (the last where `nth` is -1).
    Nth,
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
    weekday: Option<i64>,
    #[serde(default)]
    nth: Option<i64>,
    #[serde(default)]
    #[expect(dead_code, reason = "the tests read them apart")]
    examples: IgnoredAny,
}

/// A `dates.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Names of months and weekdays count only with a capital …
    capital_names: bool,
    /// … but for these.
    small_names: Vec<String>,
    /// Names of months that are other words as well, so that alone they are no `sure_month`.
    doubtful_months: Vec<String>,
    /// Names of months and weekdays that are other words as well: they count with a stop, or
    /// beside a number or a month.
    other_words: Vec<String>,
    /// All nouns have a capital, so that one after a number can be what it counts.
    capital_nouns: bool,
    /// Endings of all plurals of nouns, where there are such.
    plural_suffixes: Vec<String>,
    /// Order of numeric dates: `dmy`, `mdy` or `ymd`.
    numeric_order: String,
    /// Of a language with `mdy`: the countries that have it, by ISO 3166; all others have `dmy`.
    month_first_in: Vec<String>,
    ordinal_suffixes: Vec<String>,
    ordinal_stop: bool,
    ordinals: BTreeMap<String, i64>,
    /// From Monday on, names that are weekdays only where a rule says so (`na terça`).
    short_weekdays: Vec<Vec<String>>,
    units: BTreeMap<String, Vec<String>>,
    /// Words for two of a unit (`يومين`).
    duals: BTreeMap<String, Vec<String>>,
    seasons: BTreeMap<String, Vec<String>>,
    modifiers: BTreeMap<String, Vec<String>>,
    day_parts: BTreeMap<String, Vec<String>>,
    decades: BTreeMap<String, i64>,
    /// Words that put a date a unit before (`-1`), at (`0`) or after (`1`) the anchor's.
    shifts: BTreeMap<String, i64>,
    lists: BTreeMap<String, Vec<String>>,
    joins: Joins<String>,
    /// Before a year of which something is named ("the 1992 election").
    determiners: Vec<String>,
    /// Parts of a unit, in halves of it (`half a`, `anderthalb`).
    halves: BTreeMap<String, i64>,
    /// What adds half a unit to a number of them (`and a half`).
    and_half: Vec<String>,
    /// Numbers said roughly (`vingtaine`).
    about_numbers: BTreeMap<String, i64>,
    clock_hours: Vec<String>,
    /// Times in words, by their meaning (`T07:30`).
    hours: BTreeMap<String, Vec<String>>,
    /// What is said behind a whole hour (`y media`), in minutes.
    hour_minutes: BTreeMap<String, i64>,
    afternoon: Vec<String>,
    morning: Vec<String>,
    /// Behind an hour of the evening, or of the morning from midnight on.
    night: Vec<String>,
    /// Behind a time, whose clock it is.
    clock_zones: Vec<String>,
    before_christ: Vec<String>,
    /// Before a bare number of four digits, these words make it a year …
    year_before: Vec<String>,
    /// … and these make it none.
    no_year_before: Vec<String>,
    /// Behind these an older number counts, and so it does before these verbs.
    count_before: Vec<String>,
    count_verbs: Vec<String>,
    future_words: Vec<String>,
    /// Words that tell of what was to come.
    plan_words: Vec<String>,
    future_suffixes: Vec<String>,
    past_words: Vec<String>,
    past_suffixes: Vec<String>,
    /// The finite verb of a clause can stand last, behind the others.
    verbs_last: bool,
    /// Behind these a past form tells no tense.
    no_past_after: Vec<String>,
    /// Words with such an ending that tell no tense.
    no_verbs: Vec<String>,
    /// Words that behind a number tell no tense ("1.66 marks").
    counted_nouns: Vec<String>,
    /// Words that a new clause begins with.
    clause_words: Vec<String>,
    /// One that begins with `@` stands for the words of that list.
    glued_suffixes: Vec<String>,
    glued_except: Vec<String>,
    /// Words written as one with the word after them (the Arabic `و`) …
    prefixes: Vec<String>,
    /// … and the article, of which only the last letter is written behind one that ends in it.
    article: String,
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
    /// A feast on the `nth` day of this weekday (1 for Monday) of its month, -1 the last.
    pub weekday: Option<i64>,
    pub nth: Option<i64>,
}

/// Everything the tagger knows of a language's dates.
#[derive(Debug)]
pub struct Lexicon {
    pub numbers: &'static Numbers,
    pub capital_names: bool,
    pub small_names: WordSet,
    pub doubtful_months: WordSet,
    pub other_words: WordSet,
    pub capital_nouns: bool,
    pub plural_suffixes: Vec<String>,
    pub day_first: bool,
    month_first_in: Vec<String>,
    pub ordinal_stop: bool,
    pub months: Names<i64>,
    pub weekdays: Names<i64>,
    pub short_weekdays: Names<i64>,
    pub ordinals: Names<i64>,
    pub ordinal_suffixes: WordSet,
    pub units: Names<String>,
    pub duals: Names<String>,
    pub seasons: Names<String>,
    pub modifiers: Names<String>,
    pub day_parts: Names<String>,
    pub decades: Names<i64>,
    pub shifts: Names<i64>,
    pub joins: Joins<Phrase>,
    pub determiners: WordSet,
    pub halves: Names<i64>,
    pub and_half: Vec<Phrase>,
    pub about_numbers: Names<i64>,
    pub clock_hours: Vec<Phrase>,
    pub hours: Names<String>,
    pub afternoon: Vec<Phrase>,
    pub morning: Vec<Phrase>,
    pub night: Vec<Phrase>,
    pub clock_zones: Vec<Phrase>,
    pub before_christ: Vec<Phrase>,
    pub year_before: WordSet,
    pub no_year_before: WordSet,
    pub count_before: WordSet,
    pub count_verbs: WordSet,
    pub function_words: WordSet,
    pub future_suffixes: Vec<String>,
    pub past_suffixes: Vec<String>,
    pub verbs_last: bool,
    /// What tells the tense in several words.
    pub tense_phrases: Names<Tense>,
    pub no_past_after: WordSet,
    pub no_verbs: WordSet,
    pub counted_nouns: WordSet,
    pub glued: Glued,
    pub prefixes: Vec<String>,
    pub article: String,
    pub rules: Vec<Rule>,
    pub vocabulary: Vocabulary,
    pub prefilter: Prefilter,
    /// By class, in the order of `Class::ALL`, the patterns that begin with it.
    starts: Vec<Starts>,
    /// The classes that a pattern begins with.
    opening_classes: Marks,
}

/// The phrases of each list that patterns name.
pub type Lists = BTreeMap<String, Vec<Phrase>>;

/// The lexicon of the language `tag`, if it has one.
pub fn lexicon_of(tag: &str) -> Option<&'static Lexicon> {
    static LEXICONS: PerLanguage<Option<Lexicon>> =
        PerLanguage::new(|folder| folder.file("dates.toml").map(|_| Lexicon::of(folder)));
    LEXICONS.get(tag)?.as_ref()
}

impl Lexicon {
    /// Whether days stand before months in dates in digits of an article from `country`.
    pub fn is_day_first_in(&self, country: Option<&str>) -> bool {
        let is_month_first = |country: &str| self.month_first_in.iter().any(|one| one == country);
        match country.filter(|_| !self.month_first_in.is_empty()) {
            Some(country) => !is_month_first(country),
            None => self.day_first,
        }
    }

    fn of(folder: &Folder) -> Self {
        let words: Words = lexicon::read(folder, "dates.toml");
        let calendar: CalendarWords = lexicon::read(folder, "calendar.toml");
        let own = lexicon::languages().iter().find(|(tag, _)| *tag == folder.tag);
        let mut own_vocabulary = Vocabulary::default();
        let vocabulary = &mut own_vocabulary;
        let rules = rules(folder.tag, words.rule, &words.lists, vocabulary);
        let suffixes = words.glued_suffixes.into_iter();
        let glued_suffixes = suffixes
            .flat_map(|suffix| match suffix.strip_prefix('@') {
                Some(list) => words.lists[list].clone(),
                None => vec![suffix],
            })
            .collect();
        let past = words.past_words.iter().zip(repeat(Tense::Past));
        let future = words.future_words.iter().zip(repeat(Tense::Future));
        let plan = words.plan_words.iter().zip(repeat(Tense::Plan));
        let told = past.chain(future).chain(plan);
        let told: Vec<(Phrase, Tense)> =
            told.map(|(words, tense)| (vocabulary.add_phrase(words), tense)).collect();
        for (phrase, tense) in &told {
            let first = vocabulary.word_mut(phrase[0]);
            match phrase.len() {
                1 => first.tense = Some(*tense),
                _ => first.opens_tense_phrase = true,
            }
        }
        for word in &words.clause_words {
            let id = vocabulary.add(&fold(word));
            vocabulary.word_mut(id).parts_clauses = true;
        }
        // What may stand behind the day of a date has an id, though no pattern names it.
        for word in words.ordinal_suffixes.iter().map(String::as_str).chain(["."]) {
            vocabulary.add(&fold(word));
        }
        let list = |names: &[String], vocabulary: &mut Vocabulary| {
            names.iter().map(|name| vocabulary.add_phrase(name)).collect()
        };
        let mut lexicon = Self {
            numbers: numbers_of(folder.tag),
            capital_names: words.capital_names,
            small_names: words.small_names.into_iter().collect(),
            doubtful_months: folded(&words.doubtful_months),
            other_words: folded(&words.other_words),
            capital_nouns: words.capital_nouns,
            plural_suffixes: words.plural_suffixes,
            day_first: words.numeric_order != "mdy",
            month_first_in: words.month_first_in,
            ordinal_stop: words.ordinal_stop,
            months: numbered(&calendar.months, vocabulary),
            weekdays: numbered(&calendar.weekdays, vocabulary),
            short_weekdays: numbered(&words.short_weekdays, vocabulary),
            ordinals: names(
                words.ordinals.iter().map(|(name, number)| (name, *number)),
                vocabulary,
            ),
            ordinal_suffixes: folded(&words.ordinal_suffixes),
            units: phrases(&words.units, vocabulary),
            duals: phrases(&words.duals, vocabulary),
            seasons: phrases(&words.seasons, vocabulary),
            decades: names(words.decades.iter().map(|(name, number)| (name, *number)), vocabulary),
            shifts: names(words.shifts.iter().map(|(name, number)| (name, *number)), vocabulary),
            joins: words.joins.ready(vocabulary),
            determiners: folded(&words.determiners),
            halves: names(words.halves.iter().map(|(name, number)| (name, *number)), vocabulary),
            about_numbers: names(
                words.about_numbers.iter().map(|(name, number)| (name, *number)),
                vocabulary,
            ),
            clock_hours: list(&words.clock_hours, vocabulary),
            hours: phrases(
                &with_minutes(words.hours, &words.hour_minutes, &words.clock_hours),
                vocabulary,
            ),
            afternoon: list(&words.afternoon, vocabulary),
            morning: list(&words.morning, vocabulary),
            night: list(&words.night, vocabulary),
            clock_zones: list(&words.clock_zones, vocabulary),
            before_christ: list(&words.before_christ, vocabulary),
            and_half: list(&words.and_half, vocabulary),
            modifiers: phrases(&words.modifiers, vocabulary),
            day_parts: phrases(&words.day_parts, vocabulary),
            year_before: folded(&words.year_before),
            no_year_before: folded(&words.no_year_before),
            count_before: folded(&words.count_before),
            count_verbs: folded(&words.count_verbs),
            function_words: own.map(|(_, words)| folded(&words.function_words)).unwrap_or_default(),
            future_suffixes: words.future_suffixes,
            past_suffixes: words.past_suffixes,
            verbs_last: words.verbs_last,
            tense_phrases: told.into_iter().filter(|(phrase, _)| phrase.len() > 1).collect(),
            no_past_after: folded(&words.no_past_after),
            no_verbs: folded(&words.no_verbs),
            counted_nouns: folded(&words.counted_nouns),
            glued: Glued::new(glued_suffixes, words.glued_except),
            prefixes: words.prefixes,
            article: words.article,
            rules,
            vocabulary: Vocabulary::default(),
            prefilter: Prefilter::default(),
            starts: Vec::new(),
            opening_classes: Marks::default(),
        };
        lexicon.vocabulary = own_vocabulary;
        lexicon.mark_classes();
        lexicon.mark_triggers();
        lexicon.index_openings();
        lexicon
    }

    /// Notes the words that each class may begin with, and of each word the classes.
    fn mark_classes(&mut self) {
        for class in Class::ALL {
            let words: BTreeSet<String> = class.opening_words(self).into_iter().collect();
            for word in &words {
                let id = self.vocabulary.add(word);
                let word = self.vocabulary.word_mut(id);
                word.marks = word.marks.and(Marks::of_class(*class));
            }
        }
    }

    /// The patterns that begin with `class`.
    pub fn starts(&self, class: Class) -> &Starts {
        &self.starts[class as usize]
    }

    pub fn opening_classes(&self) -> Marks {
        self.opening_classes
    }

    /// Notes of each word and class the patterns that begin with it.
    fn index_openings(&mut self) {
        self.starts.resize_with(Class::ALL.len(), Starts::default);
        for (rule_index, rule) in self.rules.iter().enumerate() {
            for (pattern_index, pattern) in rule.patterns.iter().enumerate() {
                if pattern.is_later {
                    continue;
                }
                let start = Start { rule: rule_index, pattern: pattern_index };
                for (opening, next) in pattern.openings() {
                    let starts = match opening {
                        Opening::Word(id) => &mut self.vocabulary.word_mut(id).starts,
                        Opening::Class(class) => {
                            let known = self.opening_classes;
                            self.opening_classes = known.and(Marks::of_class(class));
                            &mut self.starts[class as usize]
                        }
                    };
                    starts.add(start, next);
                }
            }
        }
    }

    /// Marks the words without which a sentence without digits holds no date.
    fn mark_triggers(&mut self) {
        for id in triggers(self) {
            self.vocabulary.word_mut(id).is_trigger = true;
        }
        self.prefilter = Prefilter::of(self);
    }
}

/// The rules of the language `tag` as written, ready to match.
fn rules(
    tag: &str,
    written: Vec<RuleWords>,
    lists: &BTreeMap<String, Vec<String>>,
    vocabulary: &mut Vocabulary,
) -> Vec<Rule> {
    let lists: Lists = lists
        .iter()
        .map(|(name, phrases)| {
            let phrases = phrases.iter().map(|phrase| vocabulary.add_phrase(phrase));
            (name.clone(), phrases.collect())
        })
        .collect();
    let mut rules = Vec::with_capacity(written.len());
    for rule in written {
        let mut pattern = |text: &String| {
            Pattern::parse(text, &lists, vocabulary).unwrap_or_else(|fault| {
                panic!("languages/{tag}/dates.toml: {}: {fault}", rule.name)
            })
        };
        rules.push(Rule {
            patterns: rule.pattern.iter().map(&mut pattern).collect(),
            name: format!("{tag}/{}", rule.name),
            means: rule.means,
            shift: rule.shift,
            value: rule.value,
            month: rule.month,
            day: rule.day,
            weekday: rule.weekday,
            nth: rule.nth,
        });
    }
    rules
}

fn folded(words: &[String]) -> WordSet {
    words.iter().map(|word| fold(word)).collect()
}
