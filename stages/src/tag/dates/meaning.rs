//! From a rule's match to a TIMEX3 value, resolved against what is known.
//!
//! Invariant: never a guess that looks like a fact. Where the anchor is too coarse the value keeps
//! its unknown parts or is PAST_REF, PRESENT_REF or FUTURE_REF, and `Resolution` says so.

use std::cell::OnceCell;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::lexicon::{Means, Rule};
use super::matching::Match;
use super::numeric::numeric_date;
use super::periods::length;
use super::source::Source;
use super::tense::{Tense, tense_around};
use super::value::{HALF_WEEK, Partial, Value, days_of_half_weeks, monday_of, reference};
use crate::layers::{Granularity, Modifier, Resolution, TimexType};

/// What a mention is resolved against.
#[derive(Debug)]
pub struct Context<'a> {
    pub anchor: Option<Partial>,
    /// The anchor as ISO text.
    pub anchor_text: &'a str,
    /// The last day named in the text before.
    pub text_day: Option<Date>,
    /// The last day, month or year named in the text before.
    pub text_date: Option<Partial>,
    /// This sentence or the one before it named that.
    pub is_text_near: bool,
    pub day_first: bool,
    /// The mention's sentence, and its tokens there.
    pub source: &'a Source<'a>,
    pub tokens: (usize, usize),
    /// What its clause tells of, once that was asked for.
    pub tense: OnceCell<Option<Tense>>,
}

/// A mention's value and how it came about.
#[derive(Debug, Clone)]
pub struct Meant {
    pub value: Value,
    pub resolution: Resolution,
    pub anchor: Option<String>,
    pub modifier: Option<Modifier>,
    pub alternative_value: Option<String>,
}

/// No text numbers later centuries.
const CENTURY_MAX: i16 = 99;
/// The `value` of a rule of units that something is reported for.
const REPORTED: &str = "reported";
/// So long into a year the last one is reported on.
const NEW_YEAR_MONTHS: i8 = 3;
/// No text counts this many units to a date; the calendar's arithmetic has room for more.
pub const UNITS_END: i64 = 5000;

impl Meant {
    /// At this time or part of the day, where there is one and the value is a day.
    pub fn at(self, time: Option<&str>) -> Self {
        match time.filter(|_| self.value.granularity == Granularity::Day) {
            Some(time) => Self { value: self.value.at(time), ..self },
            None => self,
        }
    }
}

impl Context<'_> {
    /// The anchor's day, where it is known to the day.
    pub fn day(&self) -> Option<Date> {
        self.anchor?.date()
    }

    /// A day that stands for the anchor, where it is known to the month.
    pub fn about_day(&self) -> Option<Date> {
        let anchor = self.anchor?;
        Date::new(anchor.year?, anchor.month?, anchor.day.unwrap_or(15)).ok()
    }

    pub fn year(&self) -> Option<i16> {
        self.anchor?.year
    }

    /// What the clause tells of, where a word of it says so.
    pub fn tense(&self) -> Option<Tense> {
        let (first, last) = self.tokens;
        *self.tense.get_or_init(|| tense_around(self.source, first, last))
    }

    pub fn is_future(&self) -> bool {
        self.tense() == Some(Tense::Future)
    }

    pub fn explicit(value: Value) -> Meant {
        let resolution = Resolution::Explicit;
        Meant { value, resolution, anchor: None, modifier: None, alternative_value: None }
    }

    pub fn resolved(&self, value: Value) -> Meant {
        let resolution = Resolution::Document;
        Meant { resolution, anchor: Some(self.anchor_text.to_owned()), ..Self::explicit(value) }
    }

    pub fn unresolved(value: Value) -> Meant {
        Meant { resolution: Resolution::Unresolved, ..Self::explicit(value) }
    }

    /// `value` where there is one, else what is left open.
    pub fn resolved_or(&self, value: Option<Value>, open: impl FnOnce() -> Value) -> Meant {
        value.map_or_else(|| Self::unresolved(open()), |value| self.resolved(value))
    }
}

/// The meaning of `found`, a match of `rule`; none where its parts are no date after all. Of two
/// numbers, from what the one makes to what the other does.
pub fn meaning(rule: &Rule, found: &Match, context: &Context) -> Option<Meant> {
    let last = meaning_of_one(rule, found, context)?;
    let first = found.with_first().and_then(|first| meaning_of_one(rule, &first, context));
    let value = first.map(|first| Value::spanning(first.value, last.value.clone()));
    Some(Meant { value: value.unwrap_or(last.value), ..last })
}

fn meaning_of_one(rule: &Rule, found: &Match, context: &Context) -> Option<Meant> {
    let parts = Parts { rule, found, context };
    let mut meant = match rule.means {
        Means::Nothing => None,
        Means::Date => parts.date(),
        Means::Range => parts.range(),
        Means::Decade => {
            let year = found.number("decade")?;
            // "The seventies of the 19th century".
            let century = found.number("century");
            let year = century.map_or(year, |century| (century - 1) * 100 + year % 100);
            Some(Context::explicit(Value::of_decade(narrow(year)?)))
        }
        Means::Century => parts.century(),
        Means::Deictic | Means::Time => parts.deictic(),
        Means::Unit => parts.unit(),
        Means::Offset => parts.offset(),
        Means::Quarter => parts.part_of_year('Q', 4),
        Means::Half => parts.part_of_year('H', 2),
        Means::Season => parts.season(),
        Means::Duration => parts.duration(),
        Means::Set => parts.set(),
        Means::Reference => {
            let value = rule.value.as_deref()?;
            if let Some(day) = Partial::of_iso(value) {
                return Some(Context::explicit(day.value()));
            }
            Some(Context::unresolved(Value::open(value, Granularity::Vague, timex_of(value))))
        }
        Means::TextOffset => parts.text_offset(),
        Means::Feast => parts.feast(),
        Means::Nth => parts.nth(),
    }?;
    meant.modifier = found.name("modifier").and_then(modifier).or(meant.modifier);
    Some(meant)
}

/// The time or part of the day that a match names, as TIMEX3 writes it (`T10:48`, `TMO`).
pub fn time_named<'a>(rule: &'a Rule, found: &'a Match) -> Option<&'a str> {
    const CLOCKS: [&str; 6] =
        ["clock", "dotted_clock", "first_clock", "hour", "named_hour", "sure_hour"];
    let clock = CLOCKS.iter().find_map(|slot| found.name(slot));
    clock.or(found.name("day_part")).or(rule.value.as_deref())
}

fn modifier(name: &str) -> Option<Modifier> {
    Modifier::ALL.iter().copied().find(|modifier| modifier.name() == name)
}

fn timex_of(value: &str) -> TimexType {
    if value.starts_with('P') && !value.ends_with("_REF") {
        TimexType::Duration
    } else {
        TimexType::Date
    }
}

pub(super) fn narrow<T: TryFrom<i64>>(number: i64) -> Option<T> {
    T::try_from(number).ok()
}

pub(super) struct Parts<'a> {
    pub rule: &'a Rule,
    pub found: &'a Match,
    pub context: &'a Context<'a>,
}

impl Parts<'_> {
    pub fn number<T: TryFrom<i64>>(&self, slot: &str) -> Option<T> {
        self.found.number(slot).and_then(narrow)
    }

    pub fn year(&self) -> Option<i16> {
        self.number("year")
            .or_else(|| self.number("bare_year"))
            .or_else(|| self.number("old_year"))
            .or_else(|| self.number("short_year"))
            .or_else(|| self.number("two_digit_year"))
    }

    pub fn shift(&self) -> Option<i64> {
        self.found.number("shift").or(self.rule.shift)
    }

    pub fn weekday(&self) -> Option<Weekday> {
        Weekday::from_monday_one_offset(self.number("weekday")?).ok()
    }

    fn date(&self) -> Option<Meant> {
        let mut meant = self.day_date()?;
        let time = self.found.name("clock").or(self.found.name("day_part"));
        let own_time = || self.place_told().filter(|value| value.starts_with('T'));
        let time = time.or_else(own_time);
        if let Some(time) = time.filter(|_| meant.value.granularity == Granularity::Day) {
            meant.value = meant.value.at(time);
            // The night from one day to another is of both.
            if self.found.number("other").is_some() {
                meant.value.days = meant.value.days.map(|(first, last)| (first, last + 1));
            }
        }
        Some(meant)
    }

    pub fn day_date(&self) -> Option<Meant> {
        if let Some(text) = self.found.name("numeric_date") {
            return self.numeric(text);
        }
        if let Some(text) = self.found.name("numeric_day_month") {
            let day = Partial::of_month_and_day(text)?;
            return self.day_and_month(day.month?, day.day?, self.weekday());
        }
        let (month, day) = (self.number("month"), self.number("day"));
        if let Some((day, year)) =
            self.found.name("day_and_year").and_then(|text| text.split_once('-'))
        {
            return self.explicit_date(year.parse().ok()?, month, Some(day.parse().ok()?));
        }
        let weekday = self.weekday();
        if let Some(year) = self.year() {
            if self.found.number("before_christ").is_some() {
                let text = format!("BC{year:04}");
                return Some(Context::explicit(Value::open(
                    &text,
                    Granularity::Year,
                    TimexType::Date,
                )));
            }
            return self.explicit_date(year, month, day);
        }
        if let Some(meant) = self.in_shifted_unit() {
            return Some(meant);
        }
        match (month, day, weekday) {
            (Some(month), Some(day), weekday) => self.day_and_month(month, day, weekday),
            (Some(month), None, _) => self.month(month),
            (None, Some(day), Some(weekday)) => self.weekday_and_day(weekday, day),
            (None, None, Some(weekday)) => Some(self.bare_weekday(weekday)),
            (None, Some(day), None) => Some(self.bare_day(day)),
            _ => None,
        }
    }

    pub fn explicit_date(&self, year: i16, month: Option<i8>, day: Option<i8>) -> Option<Meant> {
        let partial = Partial { year: Some(year), month, day };
        let value = partial.value();
        // The 31st of June is no date.
        (value.days.is_some() || month.is_none()).then(|| Context::explicit(value))
    }

    fn numeric(&self, text: &str) -> Option<Meant> {
        let (iso, other) = numeric_date(text, self.context.day_first)?;
        let value = Partial::of_iso(&iso)?.value();
        value.days?;
        let mut meant = Context::explicit(value);
        meant.alternative_value = other;
        if let Some(time) = text.get(10..16).filter(|time| time.starts_with('t')) {
            meant.value = meant.value.at(&time.to_uppercase());
        }
        Some(meant)
    }

    fn range(&self) -> Option<Meant> {
        if let Some((from, to)) =
            self.found.name("year_range").and_then(|range| range.split_once('/'))
        {
            let value = |year: &str| Some(Value::of_year(year.parse().ok()?));
            return Some(Context::explicit(Value::of_range(&value(from)?, &value(to)?)));
        }
        const IN_DIGITS: [&str; 5] = [
            "numeric_first",
            "numeric_date",
            "numeric_range",
            "numeric_day_months",
            "numeric_day_month",
        ];
        if IN_DIGITS.iter().any(|slot| self.found.name(slot).is_some()) {
            return self.range_in_digits();
        }
        let (day1, day) = match self.found.name("day_range").and_then(|range| range.split_once('/'))
        {
            Some((from, to)) => (from.parse().ok(), to.parse().ok()),
            None => (self.number("day1"), self.number("day")),
        };
        let month: Option<i8> = self.number("month");
        let month1 = self.number("month1").or(month);
        let from = Partial { year: self.number("year1"), month: month1, day: day1 };
        self.range_of(from, Partial { year: self.year(), month, day })
    }

    /// From one date to another, whose year is found where none is told; that of the first is the
    /// second's, or the one before.
    pub fn range_of(&self, from: Partial, to: Partial) -> Option<Meant> {
        let (month, day) = (to.month, to.day);
        let (month1, day1) = (from.month, from.day);
        let (mut year, mut year1) = (to.year, from.year);
        let mut resolution = Resolution::Explicit;
        if year.is_none() {
            year = match (month, day) {
                (Some(month), Some(day)) => self.nearest_year(month, day),
                (Some(month), None) => self.year_of_months(month1, month)?,
                _ => return self.range_in_month(day1?, day?),
            };
            resolution = if year.is_some() { Resolution::Document } else { Resolution::Unresolved };
        }
        if year1.is_none() {
            let wraps = month1.zip(month).is_some_and(|(month1, month)| month1 > month);
            year1 = year.map(|year| year - i16::from(wraps));
        }
        let from = Partial { year: year1, month: month1, day: day1 }.value();
        let to = Partial { year, month, day }.value();
        let sound =
            year.is_none() || from.days.is_some() && to.days.is_some() && from.days <= to.days;
        if !sound {
            return None;
        }
        let anchor =
            (resolution == Resolution::Document).then(|| self.context.anchor_text.to_owned());
        Some(Meant { resolution, anchor, ..Context::explicit(Value::of_range(&from, &to)) })
    }

    fn century(&self) -> Option<Meant> {
        if let Some(shift) = self.shift() {
            let value = self.shifted("century", shift);
            return Some(self.context.resolved_or(value, || reference(shift)));
        }
        let number = self.number("century").or_else(|| narrow(self.rule.nth?));
        let number = number.filter(|number| (1..=CENTURY_MAX).contains(number))?;
        let before_christ = self.found.number("before_christ").is_some();
        Some(Context::explicit(Value::of_century(if before_christ { -number } else { number })))
    }

    fn deictic(&self) -> Option<Meant> {
        let shift = self.rule.shift.unwrap_or(0);
        let value = self.context.day().and_then(|day| day.checked_add(shift.days()).ok());
        let meant = self.context.resolved_or(value.map(Value::of_date), || reference(shift));
        Some(meant.at(time_named(self.rule, self.found)))
    }

    fn unit(&self) -> Option<Meant> {
        let unit = self.found.name("unit").or(self.rule.value.as_deref())?;
        let shift = match self.found.number("shift") {
            Some(0) if unit == "weekend" && self.is_weekend_past() => -1,
            Some(shift) => shift,
            None => self.place(unit),
        };
        if matches!(unit, "hour" | "minute" | "second") {
            return None;
        }
        if self.found.number("month").is_some() {
            return self.unit_to_day(unit);
        }
        let value = self.shifted(unit, shift);
        Some(self.context.resolved_or(value, || reference(shift)))
    }

    /// Whether "this weekend" is the last one: where the clause tells of the past and the last is not
    /// farther than the next.
    fn is_weekend_past(&self) -> bool {
        let is_nearer = |day: Date| day.weekday().to_monday_zero_offset() < 3;
        self.context.tense() == Some(Tense::Past) && self.context.day().is_some_and(is_nearer)
    }

    /// How far a unit is that no word of the mention places: what the rule says; a weekend to come
    /// is the next to begin, the last (`nth`) has begun, and of another the tense, if there is one,
    /// tells which of the two it is.
    fn place(&self, unit: &str) -> i64 {
        let default = self.rule.shift.unwrap_or(0);
        if self.rule.value.as_deref() == Some(REPORTED) {
            return self.place_of_report(unit);
        }
        if unit != "weekend" {
            return default;
        }
        let begins = |day: Date| day.weekday().to_monday_zero_offset() >= 5;
        let has_begun = self.context.day().is_some_and(begins);
        let is_last = self.rule.nth == Some(-1);
        match self.context.tense() {
            _ if default > 0 => default - 1 + i64::from(has_begun),
            Some(Tense::Future) if !is_last => 0,
            Some(Tense::Past | Tense::Future) => -i64::from(!has_begun),
            Some(Tense::Plan) | None => default,
        }
    }

    /// Of what a report is for ("profit for the quarter"): what has ended, unless the clause tells what
    /// is to come; a year only in the first months of the next.
    fn place_of_report(&self, unit: &str) -> i64 {
        let is_past = || self.context.tense() == Some(Tense::Past);
        let is_new_year = || {
            let month = self.context.anchor.and_then(|anchor| anchor.month);
            month.is_some_and(|month| month <= NEW_YEAR_MONTHS)
        };
        let has_ended = match unit {
            "quarter" => !self.context.is_future(),
            "month" => is_past(),
            "year" => is_past() && is_new_year(),
            _ => false,
        };
        -i64::from(has_ended)
    }

    /// The unit `shift` units from the one that holds the anchor.
    pub fn shifted(&self, unit: &str, shift: i64) -> Option<Value> {
        let context = self.context;
        match unit {
            "day" => Some(Value::of_date(context.day()?.checked_add(shift.days()).ok()?)),
            "week" => Some(Value::of_week(context.day()?.checked_add(shift.weeks()).ok()?)),
            HALF_WEEK => {
                let days = days_of_half_weeks(shift).days();
                Some(Value::of_week(context.day()?.checked_add(days).ok()?))
            }
            "weekend" => {
                let day = context.day()?;
                // Before Saturday the last weekend is that of the week before.
                Some(Value::of_weekend(monday_of(day).checked_add(shift.weeks()).ok()?))
            }
            "month" => {
                let month = context.about_day()?.first_of_month();
                Some(Value::of_month(month.checked_add(shift.months()).ok()?))
            }
            "quarter" => {
                let day = context.about_day()?.checked_add((shift * 3).months()).ok()?;
                Some(Value::of_part(Some(day.year()), 'Q', (day.month() - 1) / 3 + 1))
            }
            "year" => Some(Value::of_year(self.shifted_year(shift)?)),
            "decade" => Some(Value::of_decade(self.shifted_year(shift * 10)?)),
            "century" => Some(Value::of_century((self.shifted_year(shift * 100)? - 1) / 100 + 1)),
            _ => None,
        }
    }

    fn offset(&self) -> Option<Meant> {
        if let Some(number) = self.found.number("more_number") {
            return self.offset_of_two(number);
        }
        let (number, unit) = length(self.found)?;
        let sign = self.rule.shift?;
        // "It was the worst quake in ten years": a length, where the clause tells of the past; and
        // of years also where it tells nothing ("the first time in ten years").
        let is_length = match (self.rule.value.as_deref(), self.context.tense()) {
            (Some("length"), None) => matches!(unit, "year" | "decade" | "century"),
            (Some("length" | "future"), tense) => tense != Some(Tense::Future),
            _ => false,
        };
        if is_length {
            return None;
        }
        // "In ten minutes" is how long it took as often as when it will be.
        if sign > 0 && matches!(unit, "hour" | "minute" | "second") {
            return None;
        }
        let shift = number.checked_mul(sign)?;
        // "It was tamed 5,000 years ago": before all calendars.
        let value = match unit {
            _ if shift.abs() >= UNITS_END => None,
            "decade" => self.shifted("year", shift * 10),
            "century" => self.shifted("year", shift * 100),
            unit => self.shifted(unit, shift),
        };
        Some(self.context.resolved_or(value, || reference(sign)))
    }

    fn feast(&self) -> Option<Meant> {
        if self.rule.value.as_deref() == Some("easter") || self.rule.nth.is_some() {
            return self.movable_feast();
        }
        let (month, day) = (narrow(self.rule.month?)?, narrow(self.rule.day?)?);
        match self.year() {
            Some(year) => self.explicit_date(year, Some(month), Some(day)),
            None => self.day_and_month(month, day, None),
        }
    }
}
