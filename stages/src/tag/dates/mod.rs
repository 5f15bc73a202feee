//! Dates: finding them in a sentence and resolving them.
//!
//! One engine for every language: a sentence is cut into tokens, a language's rules (patterns over
//! tokens, in `dates.toml`) are tried at each, the longest match wins, and what it captured is
//! composed into a TIMEX3 value. Invariant: mentions are in order and do not overlap.

mod classes;
mod clocks;
mod compose;
mod lexicon;
mod matching;
mod meaning;
mod numeric;
mod openings;
mod parts_of_units;
mod pattern;
mod periods;
mod placing;
mod source;
mod starts;
mod tense;
mod text_offsets;
mod times;
mod tokens;
mod triggers;
mod value;
mod vocabulary;
mod years;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::layers::{DateMention, Granularity, Published, TimexType};
use crate::span::Span;
use crate::text::lowered;
use compose::compose;
use lexicon::{Means, Rule, lexicon_of};
use matching::Match;
use meaning::{Context, Meant, meaning, time_named};
use numeric::order_told;
use periods::length;
use source::Source;
use starts::Start;
use tokens::TokenKind;
use value::{Partial, Value};
use vocabulary::Marks;

/// A date found in a text, in bytes of it.
#[derive(Debug, Clone)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    /// Its tokens, from the first to the one behind the last.
    tokens: (usize, usize),
    /// Its month, without a year of its own.
    is_yearless: bool,
    /// It is a weekday that nothing but the tense places.
    is_bare_weekday: bool,
    /// Of a length or distance: how many of which unit.
    length: Option<(i64, String)>,
    /// Of a time or part of the day that names no day: that time (`T10:48`, `TMO`).
    time: Option<String>,
    /// It is made of several.
    is_joined: bool,
    meant: Meant,
    rule: &'static Rule,
}

/// What dates of one article are resolved against, sentence after sentence.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    published: Option<(Partial, String)>,
    text_day: Option<Date>,
    /// The last day, month or year named in the text before.
    text_date: Option<Partial>,
    /// The number of the sentence being read, and of the one that named that.
    sentence: u32,
    text_sentence: u32,
    /// The country that the article comes from, as ISO 3166 writes it.
    country: Option<String>,
    /// Days stand before months in its dates in digits, where one of them tells.
    day_first: Option<bool>,
}

impl Anchors {
    pub fn new(published: Option<&Published>, country: Option<String>) -> Self {
        let partial =
            published.and_then(|found| Some((Partial::of_iso(&found.value)?, found.value.clone())));
        Self { published: partial, country, ..Self::default() }
    }

    /// Keeps a date that words after it may be counted from.
    fn remember(&mut self, value: &Value) {
        use Granularity::{Day, DayPart, Minute, Month, Year};
        let Some((first, last)) = value.days else { return };
        // Of a range, its end.
        let (text, day) = match value.text.split_once('/') {
            Some((_, end)) => (end, last),
            None => (value.text.as_str(), first),
        };
        let date = text.split_once('T').map_or(text, |(date, _)| date);
        if matches!(value.granularity, Day | DayPart | Minute | Month | Year) {
            self.text_date = Partial::of_iso(date);
            self.text_sentence = self.sentence;
        }
        if matches!(value.granularity, Day | DayPart | Minute) {
            self.text_day = crate::day::date_of(day);
        }
    }

    /// Takes the order of days and months from those of `texts` whose dates in digits tell it, as
    /// long as they agree.
    pub fn learn_order<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let told: BTreeSet<bool> =
            texts.filter(|text| text.contains('/')).filter_map(order_told).collect();
        self.day_first = told.first().copied().filter(|_| told.len() == 1);
    }
}

impl Found {
    /// The ISO text of a value that can date a document: an explicit year, month, day or minute.
    pub fn publication_value(&self) -> Option<&str> {
        use crate::layers::Resolution::Explicit;
        let value = &self.meant.value;
        let fits = matches!(value.timex, TimexType::Date | TimexType::Time)
            && matches!(
                value.granularity,
                Granularity::Year | Granularity::Month | Granularity::Day | Granularity::Minute
            )
            && self.meant.resolution == Explicit
            && !value.text.contains('/')
            && value.days.is_some();
        fits.then_some(value.text.as_str())
    }

    /// The day and month of a date that has no year: `XXXX-05-03`.
    pub fn day_of_some_year(&self) -> Option<&str> {
        let text = self.meant.value.text.as_str();
        let is_day = text.strip_prefix("XXXX-").is_some_and(|rest| {
            let digits = [0, 1, 3, 4].map(|at| rest.as_bytes().get(at));
            rest.len() == 5 && digits.into_iter().flatten().all(u8::is_ascii_digit)
        });
        is_day.then_some(text)
    }

    /// Takes in the mention behind, both together meaning `meant`.
    fn absorb(&mut self, next: &Self, meant: Meant) {
        self.meant = meant;
        (self.end, self.tokens.1) = (next.end, next.tokens.1);
        (self.length, self.is_joined) = (None, true);
    }

    /// Whether the mention has a day of its own.
    pub fn is_day(&self) -> bool {
        matches!(
            self.meant.value.granularity,
            Granularity::Day | Granularity::DayPart | Granularity::Minute
        ) && self.meant.value.days.is_some()
    }

    /// The mention as a row of sentence `sentence`, its span already mapped to `spans`.
    pub fn into_mention(self, sentence: u32, spans: Vec<Span>) -> DateMention {
        let Meant { value, resolution, anchor, modifier, alternative_value } = self.meant;
        DateMention {
            sentence,
            spans,
            timex: value.timex,
            start_day: value.days.map(|(first, _)| first),
            end_day: value.days.map(|(_, last)| last),
            granularity: value.granularity,
            value: value.text,
            resolution,
            anchor,
            modifier,
            alternative_value,
            rule: self.rule.name.clone(),
        }
    }
}

/// The dates of one sentence of the language `tag`, in order.
pub fn find(text: &str, tag: &str, anchors: &mut Anchors) -> Vec<Found> {
    let Some(lexicon) = lexicon_of(tag) else { return Vec::new() };
    anchors.sentence += 1;
    if !triggers::may_hold_date(text, lexicon) {
        return Vec::new();
    }
    let lowered = lowered(text);
    let Some(source) = Source::of(text, &lowered, lexicon) else { return Vec::new() };
    let tokens = &source.tokens;
    let day_first = lexicon.is_day_first_in(anchors.country.as_deref());
    let mut found = Vec::new();
    let mut list = None;
    let mut at = 0;
    while at < source.dates_end || list.is_some() {
        let later = list.take().and_then(|(rule, start)| later_of_list(&source, rule, start, at));
        let Some((rule, matched)) = later.or_else(|| best(&source, at)) else {
            at += 1;
            continue;
        };
        let (first, last) = matched.span;
        let (anchor, anchor_text) = match &anchors.published {
            Some((partial, text)) => (Some(*partial), text.as_str()),
            None => (None, ""),
        };
        let context = Context {
            anchor,
            anchor_text,
            text_day: anchors.text_day,
            text_date: anchors.text_date,
            is_text_near: anchors.sentence - anchors.text_sentence <= 1,
            day_first: anchors.day_first.unwrap_or(day_first),
            source: &source,
            tokens: (times::opening(found.last(), first), last),
            tense: OnceCell::new(),
        };
        match meaning(rule, &matched, &context).filter(|_| last > first) {
            Some(meant) => {
                let (meant, last) = with_weekend(&source, rule, meant, last);
                // A time alone has no day yet.
                if rule.means != Means::Time {
                    anchors.remember(&meant.value);
                }
                let (start, end) = (tokens[first].start, tokens[last - 1].end);
                let length = length_of(rule, &matched);
                let is_yearless = is_yearless(&matched);
                let is_bare_weekday = is_bare_weekday(rule, &matched);
                let tokens = (first, last);
                let is_time = rule.means == Means::Time;
                let time = time_named(rule, &matched).filter(|_| is_time).map(str::to_owned);
                let is_joined = false;
                found.push(Found {
                    start,
                    end,
                    tokens,
                    is_yearless,
                    is_bare_weekday,
                    length,
                    time,
                    is_joined,
                    meant,
                    rule,
                });
                at = last;
                list = Some((rule, matched.start));
            }
            // "That day", of no day that the text names, is not today either.
            None if matches!(rule.means, Means::Nothing | Means::TextOffset) => at = matched.end,
            None => at += 1,
        }
    }
    times::place(&source, compose(&source, found), anchors)
}

/// A feast whose name ends before token `last`, or where the word stands there the weekend beside it
/// ("Labor Day weekend").
fn with_weekend(source: &Source, rule: &Rule, meant: Meant, last: usize) -> (Meant, usize) {
    // A feast on a Monday or Tuesday has its weekend before it.
    const LAST_DAYS: i32 = 3;
    let day = meant.value.days.filter(|_| rule.means == Means::Feast).map(|(day, _)| day);
    let weekend = source.name(last, &source.lexicon.units).filter(|(_, unit)| *unit == "weekend");
    let day = day.and_then(|day| crate::day::date_of(day - LAST_DAYS));
    match day.zip(weekend) {
        Some((day, (length, _))) => {
            (Meant { value: Value::of_weekend(day), ..meant }, last + length)
        }
        None => (meant, last),
    }
}

/// Whether a match names a month and leaves the year to be found.
fn is_yearless(matched: &Match) -> bool {
    const YEARS: [&str; 5] = ["year", "bare_year", "two_digit_year", "short_year", "year_shift"];
    let has_month =
        matched.number("month").is_some() || matched.name("numeric_day_month").is_some();
    let has_year = matched.name("day_and_year").is_some()
        || YEARS.iter().any(|slot| matched.number(slot).is_some());
    has_month && !has_year
}

/// Whether a match names a weekday and no word that places it.
fn is_bare_weekday(rule: &Rule, matched: &Match) -> bool {
    const PLACES: [&str; 5] = ["day", "month", "shift", "week_shift", "year"];
    let is_placed = PLACES.iter().any(|slot| matched.number(slot).is_some());
    rule.means == Means::Date && matched.number("weekday").is_some() && !is_placed
}

/// How many of which unit a length or a distance from the anchor names.
fn length_of(rule: &Rule, matched: &Match) -> Option<(i64, String)> {
    let is_length = matches!(rule.means, Means::Duration | Means::Offset | Means::TextOffset);
    let is_two = matched.number("more_number").is_some() || matched.with_first().is_some();
    let is_simple = is_length && !is_two;
    let (number, unit) = length(matched).filter(|_| is_simple)?;
    Some((number, unit.to_owned()))
}

/// The longest match at token `at`.
fn best(source: &Source, at: usize) -> Option<(&'static Rule, Match)> {
    let (rule, matched) = (at < source.dates_end).then(|| longest(source, at))??;
    Some(if matched.span.0 > at { or_wider(source, rule, matched) } else { (rule, matched) })
}

/// Of the list that `rule` found a member of at token `start`, the next one from `at` on.
fn later_of_list(
    source: &Source,
    rule: &'static Rule,
    start: usize,
    at: usize,
) -> Option<(&'static Rule, Match)> {
    let later = rule.patterns.iter().filter(|pattern| pattern.is_later);
    let matches = later.filter_map(|pattern| matching::longest(pattern, source, start));
    let next = matches.filter(|matched| matched.span.0 >= at).min_by_key(|one| one.span.0)?;
    Some(or_wider(source, rule, next))
}

/// Where words before the mention are part of the match, one that begins with the mention and goes
/// further wins.
fn or_wider(source: &Source, rule: &'static Rule, matched: Match) -> (&'static Rule, Match) {
    let first = matched.span.0;
    let wider = longest(source, first);
    wider
        .filter(|(_, other)| other.span.0 == first && other.end > matched.end)
        .unwrap_or((rule, matched))
}

/// The longest match at token `at`; of equally long ones the first rule's, those that begin with
/// digits last.
fn longest(source: &Source, at: usize) -> Option<(&'static Rule, Match)> {
    let lexicon = source.lexicon;
    let by_word = source.word_starts(at).map(|starts| (starts, 1, false));
    let classes = source.marks(at).within(lexicon.opening_classes());
    if by_word.is_none() && classes == Marks::default() {
        return None;
    }
    let is_number = source.tokens[at].kind == TokenKind::Number;
    let by_class = classes.classes().filter_map(|class| {
        let (length, _) = class.read(source, at)?;
        Some((lexicon.starts(class), length, is_number))
    });
    let mut best: Option<((bool, Start), Match)> = None;
    for (starts, length, is_late) in by_word.into_iter().chain(by_class) {
        for start in starts.before(source.marks(at + length)) {
            let pattern = &lexicon.rules[start.rule].patterns[start.pattern];
            let Some(matched) = matching::longest(pattern, source, at) else { continue };
            let order = (is_late, *start);
            let is_better = |(best_order, best): &(_, Match)| {
                matched.end > best.end || matched.end == best.end && order < *best_order
            };
            if best.as_ref().is_none_or(is_better) {
                best = Some((order, matched));
            }
        }
    }
    best.map(|((_, start), matched)| (&lexicon.rules[start.rule], matched))
}

#[cfg(test)]
mod tests {
    use newsloom_languages::folders;
    use serde::Deserialize;

    use super::*;
    use crate::layers::{Precision, PublishedSource};

    fn anchored(date: &str) -> Anchors {
        let published = Published {
            value: date.to_owned(),
            precision: Precision::Day,
            source: PublishedSource::Given,
            evidence: None,
            span: None,
        };
        Anchors::new((date != "none").then_some(&published), None)
    }

    /// A text with what must be found in it; nothing, for a counter-example.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        text: String,
        /// The reference date; 2024-05-22 where none is given, `none` for no date at all.
        date: Option<String>,
        /// `surface = value`, in order.
        #[serde(default)]
        find: Vec<String>,
    }

    #[derive(Deserialize)]
    struct RuleExamples {
        name: String,
        examples: Vec<Example>,
    }

    #[derive(Default, Deserialize)]
    struct Examples {
        rule: Vec<RuleExamples>,
    }

    #[test]
    fn the_examples_of_every_language_are_found_as_they_say() {
        let mut misses = Vec::new();
        let mut count = 0;
        for folder in folders() {
            let written: Examples = crate::lexicon::read(folder, "dates.toml");
            for rule in &written.rule {
                assert!(!rule.examples.is_empty(), "{}/{} has no example", folder.tag, rule.name);
            }
            for example in written.rule.iter().flat_map(|rule| &rule.examples) {
                let mut anchors = anchored(example.date.as_deref().unwrap_or("2024-05-22"));
                let found: Vec<String> = find(&example.text, folder.tag, &mut anchors)
                    .into_iter()
                    .map(|date| {
                        format!(
                            "{} = {}",
                            &example.text[date.start..date.end],
                            date.meant.value.text
                        )
                    })
                    .collect();
                count += 1;
                if found != example.find {
                    misses.push(format!("{}: {}: {found:?}", folder.tag, example.text));
                }
            }
        }
        assert!(count > 0);
        assert!(misses.is_empty(), "{} of {count}\n{}", misses.len(), misses.join("\n"));
    }

    #[test]
    fn a_date_that_tells_the_order_decides_the_others() {
        for (other, expected) in [
            ("It shut on 25/12/2013.", "2013-04-05"),
            ("It shut on 12/25/2013.", "2013-05-04"),
            ("It shut on 25/12/2013, not 12/25/2013; on 12/25/2012.", "2013-04-05"),
            ("It shut.", "2013-05-04"),
        ] {
            let text = "Edited 05/04/2013.";
            let mut anchors = anchored("none");
            anchors.learn_order([text, other].into_iter());
            let found = find(text, "en", &mut anchors);
            assert_eq!(found[0].meant.value.text, expected, "{other}");
            assert!(found[0].meant.alternative_value.is_some());
        }
        let mut anchors = anchored("none");
        anchors.learn_order(["On 25/12/2013.", "On 12/25/2013."].into_iter());
        assert_eq!(anchors.day_first, None);
    }

    #[test]
    fn the_country_of_the_article_decides_the_order_where_no_date_does() {
        for (tag, country, expected) in [
            ("en", Some("GB"), "2013-04-05"),
            ("en", Some("US"), "2013-05-04"),
            ("en", None, "2013-05-04"),
            ("fr", Some("US"), "2013-04-05"),
        ] {
            let mut anchors = Anchors::new(None, country.map(str::to_owned));
            let found = find("Le 05/04/2013.", tag, &mut anchors);
            assert_eq!(found[0].meant.value.text, expected, "{tag} {country:?}");
        }
    }
}
