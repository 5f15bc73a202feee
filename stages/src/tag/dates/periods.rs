//! Quarters, halves and seasons of a year; how long and how often.
//!
//! Invariant: as in `meaning`, what the anchor cannot tell stays open.

use super::lexicon::Means;
use super::matching::Match;
use super::meaning::{Context, Meant, Parts};
use super::value::{
    HALF_WEEK, Partial, Value, first_month, open_weekday, period, season_start_year,
};
use crate::layers::{Granularity, TimexType};

/// No text counts more quarters.
const QUARTERS_MAX: i64 = 400;

impl Parts<'_> {
    pub fn part_of_year(&self, letter: char, parts: i8) -> Option<Meant> {
        let numbered = self.number("ordinal").or_else(|| self.number("number"));
        let number: i8 = numbered.or_else(|| self.last_quarter())?;
        if !(1..=parts).contains(&number) {
            return None;
        }
        if let Some(year) = self.year() {
            return Some(Context::explicit(Value::of_part(Some(year), letter, number)));
        }
        let shift = self.found.number("year_shift").or(self.rule.shift);
        let shifted = shift.map(|shift| self.shifted_year(shift));
        let year = shifted.unwrap_or_else(|| {
            let day = self.context.about_day()?;
            let running = (day.month() - 1) / (12 / parts) + 1;
            Some(if self.context.is_future() {
                day.year() + i16::from(number < running)
            } else {
                day.year() - i16::from(number > running)
            })
        });
        let value = year.map(|year| Value::of_part(Some(year), letter, number));
        Some(self.context.resolved_or(value, || Value::of_part(None, letter, number)))
    }

    /// The number of the last quarter that has ended ("in the 1988 quarter", told a year later).
    fn last_quarter(&self) -> Option<i8> {
        let month = self.context.anchor?.month?;
        Some(if month <= 3 { 4 } else { (month - 1) / 3 })
    }

    pub fn season(&self) -> Option<Meant> {
        let season = self.found.name("season")?;
        if let Some(shift) = self.found.number("year_shift") {
            let value = self.shifted_year(shift).map(|year| Value::of_season(Some(year), season));
            return Some(self.context.resolved_or(value, || Value::of_season(None, season)));
        }
        // "Winter 2011/12" begins in 2011.
        let years = self.found.name("year_range").and_then(|years| years.split_once('/'));
        if let Some(year) = self.year().or(years.and_then(|(first, _)| first.parse().ok())) {
            return Some(Context::explicit(Value::of_season(Some(year), season)));
        }
        let year = self.context.about_day().map(|day| {
            let own = season_start_year(day, season);
            let first_month = first_month(season);
            let started = day.month() >= first_month || season == "WI" && day.month() <= 2;
            let is_over = day.month() >= first_month + 3;
            match self.shift() {
                Some(shift) if shift < 0 => own - 1 + i16::from(is_over),
                Some(shift) if shift > 0 => own + i16::from(started),
                Some(_) => own,
                None if self.is_future() => own + i16::from(is_over),
                None => own - i16::from(!started),
            }
        });
        let value = year.map(|year| Value::of_season(Some(year), season));
        Some(self.context.resolved_or(value, || Value::of_season(None, season)))
    }

    pub fn duration(&self) -> Option<Meant> {
        let by_rule = || self.found.number("number").zip(self.rule.value.as_deref());
        let (number, unit) = length(self.found).or_else(by_rule)?;
        // "1988 quarters" are those of a year.
        if unit == "quarter" && number > QUARTERS_MAX {
            return None;
        }
        let (text, granularity) = period(number, unit)?;
        let more = self.found.number("more_number").zip(self.found.name("more_unit"));
        let text = match more {
            Some((number, unit)) => period_of_two(&text, &period(number, unit)?.0)?,
            None => text,
        };
        let value = Value::open(&text, granularity, TimexType::Duration);
        // "The last ten years" end at the anchor; "ten years" stand anywhere.
        let is_anchored = self.rule.means == Means::Duration && self.rule.shift.is_some();
        let is_anchored = is_anchored && self.context.anchor.is_some();
        Some(if is_anchored { self.context.resolved(value) } else { Context::explicit(value) })
    }

    pub fn set(&self) -> Option<Meant> {
        if let Some(weekday) = self.weekday() {
            let mut value = open_weekday(weekday);
            value.timex = TimexType::Set;
            return Some(Context::explicit(value));
        }
        if let Some(day_part) = self.found.name("day_part") {
            let text = format!("XXXX-XX-XX{day_part}");
            let value = Value::open(&text, Granularity::Vague, TimexType::Set);
            return Some(Context::explicit(value));
        }
        let season = self.found.name("season").map(|season| Value::of_season(None, season));
        let month = || {
            let month = Some(self.number("month")?);
            Some(Partial { month, ..Partial::default() }.value())
        };
        if let Some(value) = season.or_else(month) {
            return Some(Context::explicit(Value { timex: TimexType::Set, ..value }));
        }
        let (text, granularity) = match self.rule.value.as_deref() {
            Some(value) => (value.to_owned(), Granularity::Vague),
            None => {
                let (number, unit) = length(self.found)?;
                period(number, unit)?
            }
        };
        Some(Context::explicit(Value::open(&text, granularity, TimexType::Set)))
    }
}

/// How many of which unit a match names, those of a unit that is so many of another in these; halves
/// of a unit as so many of a finer one, where they are whole.
pub fn length(found: &Match) -> Option<(i64, &str)> {
    let (number, unit) = match found.name("dual") {
        Some(unit) => (Some(2), unit),
        None => (found.number("number"), found.name("unit")?),
    };
    let halves = match (found.number("halves"), found.number("and_half")) {
        (Some(halves), _) => halves,
        (None, Some(half)) => number.unwrap_or(1) * 2 + half,
        (None, None) => {
            let (size, of) = unit.split_once(' ').unwrap_or(("1", unit));
            return Some((number.unwrap_or(1).checked_mul(size.parse().ok()?)?, of));
        }
    };
    let (count, finer) = match unit {
        "century" => (50, "year"),
        "decade" => (5, "year"),
        "year" => (6, "month"),
        "month" => (2, "week"),
        "week" => (1, HALF_WEEK),
        "day" => (12, "hour"),
        "hour" => (30, "minute"),
        "minute" => (30, "second"),
        _ => return None,
    };
    Some((halves * count, finer))
}

/// `P1Y2M` of `P1Y` and `P2M`; none where the second unit is not the finer.
fn period_of_two(first: &str, second: &str) -> Option<String> {
    const UNITS: [&str; 8] = ["CE", "DE", "Y", "M", "W", "D", "H", "S"];
    let rank = |period: &str| {
        let is_minutes = period.starts_with("PT") && period.ends_with('M');
        let rank = UNITS.iter().position(|unit| period.ends_with(unit))?;
        Some(if is_minutes { UNITS.len() * 2 - 3 } else { rank * 2 })
    };
    if rank(first)? >= rank(second)? {
        return None;
    }
    let rest = second.strip_prefix(if first.contains('T') { "PT" } else { "P" })?;
    Some(format!("{first}{rest}"))
}
