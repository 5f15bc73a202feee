//! Mentions that belong together: the two ends of a range ("next Monday to 3 May"), and a distance
//! from a date ("two weeks before Christmas"); and a weekday beside the day that it names.
//!
//! Invariant: what is joined stands side by side, with nothing but joining words between.

use jiff::ToSpan;
use serde::Deserialize;

use super::Found;
use super::lexicon::Means;
use super::meaning::Meant;
use super::parts_of_units::span;
use super::source::Source;
use super::value::{Partial, Value};
use super::vocabulary::{Phrase, Vocabulary, WordId};
use crate::day::date_of;
use crate::layers::{Granularity, Resolution, TimexType};

/// Words of a language that join dates, as written or ready to match.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Joins<T> {
    /// Before the first end of a range.
    from: Vec<T>,
    /// Between the ends of a range that begins with one of `from`.
    pub to: Vec<T>,
    /// Between the ends of any range.
    pub through: Vec<T>,
    between: Vec<T>,
    /// Between the ends of a range that begins with one of `between`.
    pub and: Vec<T>,
    /// Between two numbers of one unit.
    pub numbers: Vec<T>,
    /// Between a length and the date that it is counted from.
    after: Vec<T>,
    before: Vec<T>,
    /// Before a length that is how long something took, and no distance.
    during: Vec<T>,
    /// Between the day before or after and the date that it is counted from.
    of: Vec<T>,
    /// Between a time, or a part of the day, and its day.
    pub on: Vec<T>,
    /// Between a day and a time of it.
    pub at: Vec<T>,
    pub articles: Vec<T>,
}

impl Joins<Phrase> {
    /// Whether a range that begins at token `at` has a word before it that opens one.
    pub fn is_between(&self, source: &Source, at: usize) -> bool {
        ends_with(source, at, &self.between, &[])
    }

    /// Whether the one word `word` stands between the members of a list.
    pub fn is_and(&self, word: WordId) -> bool {
        self.and.iter().any(|words| words[..] == [word])
    }

    /// Whether the one word `word` stands between a day before or after and the date that it is
    /// counted from.
    pub fn is_of(&self, word: WordId) -> bool {
        self.of.iter().any(|words| words[..] == [word])
    }
}

impl Joins<String> {
    /// The words, each with an id of `vocabulary`.
    pub fn ready(&self, vocabulary: &mut Vocabulary) -> Joins<Phrase> {
        let mut list =
            |names: &[String]| names.iter().map(|name| vocabulary.add_phrase(name)).collect();
        Joins {
            from: list(&self.from),
            to: list(&self.to),
            through: list(&self.through),
            between: list(&self.between),
            and: list(&self.and),
            numbers: list(&self.numbers),
            after: list(&self.after),
            before: list(&self.before),
            during: list(&self.during),
            of: list(&self.of),
            on: list(&self.on),
            at: list(&self.at),
            articles: list(&self.articles),
        }
    }
}

/// Weekdays lie within so many days of each other.
const WEEK_DAYS: i32 = 7;

/// `found`, in order, with those that belong together as one.
pub fn compose(source: &Source, found: Vec<Found>) -> Vec<Found> {
    let mut joined: Vec<Found> = Vec::with_capacity(found.len());
    for next in found {
        match joined.last().and_then(|last| join(source, last, &next)) {
            Some(meant) => joined.last_mut().expect("there is one").absorb(&next, meant),
            None => {
                let meant = joined.last().and_then(|last| same_day(source, last, &next));
                joined.push(Found { meant: meant.unwrap_or_else(|| next.meant.clone()), ..next });
            }
        }
    }
    joined
}

/// A weekday beside the day that it names ("tomorrow, Friday").
fn same_day(source: &Source, day: &Found, weekday: &Found) -> Option<Meant> {
    let gap = &source.tokens[day.tokens.1..weekday.tokens.0];
    let is_beside = gap.iter().all(|token| token.folded == ",") && gap.len() < 2;
    let is_pair = day.rule.means == Means::Deictic && weekday.is_bare_weekday;
    let of = |found: &Found| date_of(found.meant.value.days?.0);
    let named = of(day).filter(|_| is_beside && is_pair)?;
    let is_same = weekday.meant.value.granularity == Granularity::Day
        && of(weekday)?.weekday() == named.weekday();
    let value = is_same.then(|| Value::of_date(named))?;
    Some(Meant { value, ..weekday.meant.clone() })
}

fn join(source: &Source, first: &Found, second: &Found) -> Option<Meant> {
    let words = &source.lexicon.joins;
    let gap = Gap::between(source, first, second);
    let opens_with = |phrases| ends_with(source, first.tokens.0, phrases, &words.articles);
    let ranges = || {
        gap.is_one_of(&words.through)
            || gap.is_one_of(&words.to) && opens_with(&words.from)
            || gap.is_one_of(&words.and) && opens_with(&words.between)
    };
    let counted = matches!(first.rule.means, Means::TextOffset | Means::Offset);
    if let Some(shift) = first.rule.shift.filter(|_| counted && !first.is_joined) {
        let (number, unit) = first.length.as_ref().map_or((1, "day"), |(n, unit)| (*n, unit));
        let is_beside = gap.is_empty() || gap.is_one_of(&words.of);
        let is_told = shift < 0 || first.rule.means == Means::TextOffset;
        if is_beside && is_told {
            return distance(number * shift, unit, second);
        }
    }
    if let Some((number, unit)) = &first.length {
        let sign = if gap.is_one_of(&words.after) {
            1
        } else if gap.is_one_of(&words.before) {
            -1
        } else {
            return None;
        };
        return if opens_with(&words.during) {
            None
        } else {
            distance(number * sign, unit, second)
        };
    }
    if ranges() { range(first, second) } else { None }
}

/// The tokens between two mentions.
pub struct Gap<'a> {
    source: &'a Source<'a>,
    from: usize,
    to: usize,
}

impl<'a> Gap<'a> {
    pub fn between(source: &'a Source<'a>, first: &Found, second: &Found) -> Self {
        Self { source, from: first.tokens.1, to: second.tokens.0 }
    }

    /// Whether nothing stands here, or an article.
    pub fn is_empty(&self) -> bool {
        self.is_rest(self.from)
    }

    /// Whether nothing but one of `phrases` stands here, with an article behind it or none.
    pub fn is_one_of(&self, phrases: &[Phrase]) -> bool {
        let mut phrases = phrases.iter().filter(|words| self.source.has_phrase(self.from, words));
        phrases.any(|words| self.is_rest(self.from + words.len()))
    }

    /// Whether from token `at` on there is nothing but an article, or not even one.
    fn is_rest(&self, at: usize) -> bool {
        let mut articles = self.source.lexicon.joins.articles.iter();
        let is_rest = |one: &Phrase| at + one.len() == self.to && self.source.has_phrase(at, one);
        at == self.to || articles.any(is_rest)
    }
}

/// Whether one of `phrases` stands right before token `at`, with an article behind it or none.
fn ends_with(source: &Source, at: usize, phrases: &[Phrase], articles: &[Phrase]) -> bool {
    let stands_before = |at: usize, words: &Phrase| {
        at.checked_sub(words.len()).filter(|start| source.has_phrase(*start, words))
    };
    let before_article = articles.iter().find_map(|words| stands_before(at, words));
    [Some(at), before_article]
        .into_iter()
        .flatten()
        .any(|at| phrases.iter().any(|words| stands_before(at, words).is_some()))
}

/// A plain date, neither a time of a day nor a range.
fn is_end(found: &Found) -> bool {
    let value = &found.meant.value;
    value.timex == TimexType::Date && value.days.is_some() && !value.text.contains('/')
}

fn range(first: &Found, second: &Found) -> Option<Meant> {
    if !is_end(first) || !is_end(second) {
        return None;
    }
    let from = before(first, second).unwrap_or_else(|| first.meant.value.clone());
    let to = after(&from, second).unwrap_or_else(|| second.meant.value.clone());
    let from = within_week(first, &to, second).unwrap_or(from);
    let value = Value::of_range(&from, &to);
    // "The quarter through Dec. 29" does not begin a range: the day lies in it.
    if value.days?.1 < from.days?.1 {
        return None;
    }
    let is_explicit = first.meant.resolution == Resolution::Explicit;
    let resolved = if is_explicit { &second.meant } else { &first.meant };
    Some(Meant { value, alternative_value: None, ..resolved.clone() })
}

/// The first end in the year of the second, where that has one of its own and the first has not.
fn before(first: &Found, second: &Found) -> Option<Value> {
    let is_open = first.is_yearless && second.meant.resolution == Resolution::Explicit;
    let own = Partial::of_iso(&first.meant.value.text).filter(|_| is_open)?;
    let last = second.meant.value.days?.0;
    let year = second.meant.value.year()?;
    let years = [year, year - 1].into_iter();
    let mut values = years.map(|year| Partial { year: Some(year), ..own }.value());
    values.find(|value| value.days.is_some_and(|(day, _)| day <= last))
}

/// The second end moved behind the first: a weekday by a week, a date without a year by one.
fn after(from: &Value, second: &Found) -> Option<Value> {
    let value = &second.meant.value;
    let behind = from.days?.0 - value.days?.0;
    if behind <= 0 || second.meant.resolution != Resolution::Document {
        return None;
    }
    if second.is_yearless {
        let own = Partial::of_iso(&value.text)?;
        return Some(Partial { year: Some(own.year? + 1), ..own }.value());
    }
    let is_weekday = value.granularity == Granularity::Day && behind < WEEK_DAYS;
    is_weekday.then(|| date_of(value.days?.0 + WEEK_DAYS).map(Value::of_date))?
}

/// The first of two weekdays moved to the week before the second, which stands nearer to the verb.
fn within_week(first: &Found, to: &Value, second: &Found) -> Option<Value> {
    let apart = to.days?.0 - first.meant.value.days?.0;
    let is_far = apart >= WEEK_DAYS && first.is_bare_weekday && second.is_bare_weekday;
    let moved = first.meant.value.days?.0 + apart / WEEK_DAYS * WEEK_DAYS;
    is_far.then(|| date_of(moved).map(Value::of_date))?
}

/// So many units from `date`, as fine as the finer of both.
fn distance(number: i64, unit: &str, date: &Found) -> Option<Meant> {
    if !is_end(date) {
        return None;
    }
    let value = &date.meant.value;
    let moved = date_of(value.days?.0)?.checked_add(span(number, unit)?).ok()?;
    let value = match (value.granularity, unit) {
        (Granularity::Year, "year") => Value::of_year(moved.year()),
        (Granularity::Month, "month" | "year") => Value::of_month(moved),
        (Granularity::Day, _) => Value::of_date(moved),
        (Granularity::Week, "day" | "week") => Value::of_week(moved.checked_add(3.days()).ok()?),
        _ => return None,
    };
    Some(Meant { value, alternative_value: None, ..date.meant.clone() })
}
