//! Where a date lies whose words leave it open: one without a year, a weekday, a day of the month.
//!
//! The tense of its clause and what stands before it tell. Invariant: as in `meaning`, what the
//! anchor cannot tell stays open.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::lexicon::Means;
use super::meaning::{Meant, Parts};
use super::tense::Tense;
use super::value::{
    Partial, Value, nearest_weekday, nearest_year, open_weekday, weekday_of_this_week,
};

/// A date without a year is of the next year only so far ahead, unless the clause says so; so far
/// ahead of what the clause tells as past, it is of the last.
pub const NEXT_YEAR_DAYS_MAX: i32 = 60;

/// What a clause speaks of as to come is not so far ahead: it is only just past.
const AHEAD_DAYS_MAX: i32 = 300;

const HALF_YEAR_MONTHS: i8 = 6;

impl Parts<'_> {
    /// What the words before the mention say of where it lies, as the rule has it.
    pub fn place_told(&self) -> Option<&str> {
        let may_tell = matches!(self.rule.means, Means::Date | Means::Season);
        self.rule.value.as_deref().filter(|_| may_tell)
    }

    /// Whether the clause tells of what is to come; "since" does not, whatever the clause tells, and
    /// "until" does where that tells nothing.
    pub fn is_future(&self) -> bool {
        match (self.place_told(), self.context.tense()) {
            (Some("since"), _) => false,
            (Some("until"), None) => true,
            (_, tense) => tense == Some(Tense::Future),
        }
    }

    /// Where a date without a year points: `Some(true)` ahead, `Some(false)` back, else nearest.
    pub fn side(&self) -> Option<bool> {
        match self.shift() {
            Some(shift) if shift < 0 => Some(false),
            Some(shift) if shift > 0 => Some(true),
            _ if self.is_future() => Some(true),
            _ if matches!(self.place_told(), Some("since" | "from")) => Some(false),
            _ => None,
        }
    }

    pub fn day_and_month(&self, month: i8, day: i8, weekday: Option<Weekday>) -> Option<Meant> {
        Date::new(2024, month, day).ok()?;
        let open = Partial { year: None, month: Some(month), day: Some(day) };
        let year = self.context.about_day().and_then(|anchor| {
            let with_weekday = weekday.and_then(|weekday| {
                let years = [0, -1, 1, -2, 2, -3, 3].map(|shift| anchor.year() + shift);
                years.into_iter().find(|year| {
                    Date::new(*year, month, day).is_ok_and(|day| day.weekday() == weekday)
                })
            });
            with_weekday.or_else(|| self.nearest_year(month, day))
        });
        let value = year.map(|year| Partial { year: Some(year), ..open }.value());
        Some(self.context.resolved_or(value, || open.value()))
    }

    /// The year of a day and month: the nearest; but where nothing speaks of what is to come, of
    /// the anchor's own year rather than far into the next, and where the clause tells of the past,
    /// not far ahead at all. What is only just past is not what comes in eleven months: "will pay for
    /// the blast on 3 May".
    pub fn nearest_year(&self, month: i8, day: i8) -> Option<i16> {
        let anchor = self.context.about_day()?;
        let side = self.side();
        let year = nearest_year(month, day, anchor, side)?;
        let ahead = Date::new(year, month, day).ok()?.since(anchor).ok()?.get_days();
        let is_strict = self.shift().is_some_and(|shift| shift != 0);
        if !is_strict && ahead > AHEAD_DAYS_MAX {
            return nearest_year(month, day, anchor, None);
        }
        let is_far = side.is_none() && ahead > NEXT_YEAR_DAYS_MAX;
        if is_far && self.context.tense() == Some(Tense::Past) {
            return nearest_year(month, day, anchor, Some(false));
        }
        Some(if is_far { anchor.year() } else { year })
    }

    pub fn month(&self, month: i8) -> Option<Meant> {
        let open = Partial { year: None, month: Some(month), day: None };
        if let Some(shift) = self.found.number("year_shift") {
            let value =
                self.shifted_year(shift).map(|year| Partial { year: Some(year), ..open }.value());
            return Some(self.context.resolved_or(value, || open.value()));
        }
        let anchor = self.context.anchor.and_then(|anchor| anchor.year.zip(anchor.month));
        let value = anchor.map(|(year, running)| {
            let year = match self.shift() {
                Some(shift) if shift < 0 => year - i16::from(month >= running),
                Some(shift) if shift > 0 => year + i16::from(month <= running),
                Some(_) => year,
                // "It was to open in April": the nearest.
                _ if self.context.tense() == Some(Tense::Plan) => {
                    let is_far = |months: i8| i16::from(months > HALF_YEAR_MONTHS);
                    year + is_far(running - month) - is_far(month - running)
                }
                // "In April" is when it will be, unless that is just past.
                _ if self.is_future() && self.place_told().is_some() => {
                    year + i16::from(month + 1 < running)
                }
                // What is only just past is not what comes in ten months: "figures for April will".
                _ if self.is_future() => year + i16::from(month + 2 < running),
                _ if self.context.tense().is_some() || self.side() == Some(false) => {
                    year - i16::from(month > running)
                }
                // Where nothing tells, one soon to come is meant.
                _ => year - i16::from(month > running + 2),
            };
            Partial { year: Some(year), ..open }.value()
        });
        Some(self.context.resolved_or(value, || open.value()))
    }

    /// The year of a range of months: the running one where the anchor lies in it, unless the clause
    /// tells of the past.
    pub fn year_of_months(&self, first: Option<i8>, last: i8) -> Option<Option<i16>> {
        let anchor = self.context.anchor.and_then(|anchor| anchor.year.zip(anchor.month));
        let is_running = |running| first.is_some_and(|first| (first..=last).contains(&running));
        let running = anchor.filter(|(_, month)| is_running(*month));
        match running.filter(|_| self.context.tense() != Some(Tense::Past)) {
            Some((year, _)) => Some(Some(year)),
            None => Some(self.month(last)?.value.year()),
        }
    }

    pub fn weekday_and_day(&self, weekday: Weekday, day: i8) -> Option<Meant> {
        let value = self.context.day().and_then(|anchor| {
            let shifts = (0..=400).flat_map(|shift: i64| [-shift, shift]);
            let days = shifts.filter_map(|shift| anchor.checked_add(shift.days()).ok());
            let mut fitting = days.filter(|date| date.day() == day && date.weekday() == weekday);
            fitting.next().map(Value::of_date)
        });
        Some(self.context.resolved_or(value, || open_weekday(weekday)))
    }

    pub fn bare_weekday(&self, weekday: Weekday) -> Meant {
        let value = self.context.day().map(|anchor| {
            let is_future = self.is_future() || self.context.tense() == Some(Tense::Plan);
            Value::of_date(match self.shift() {
                Some(0) if self.context.tense().is_none() => weekday_of_this_week(anchor, weekday),
                None | Some(0) => nearest_weekday(anchor, weekday, is_future, true),
                Some(shift) => nearest_weekday(anchor, weekday, shift > 0, false),
            })
        });
        self.context.resolved_or(value, || open_weekday(weekday))
    }

    /// A day of the month alone: of the anchor's month; of the next where the clause speaks of what is
    /// to come and the day is past, of the last where it tells of the past and the day is not.
    pub fn bare_day(&self, day: i8) -> Meant {
        let open = Partial { year: None, month: None, day: Some(day) };
        let value = self.context.day().and_then(|anchor| {
            let months = match self.found.number("shift") {
                Some(shift) if shift < 0 => -i64::from(day >= anchor.day()),
                Some(shift) if shift > 0 => i64::from(day <= anchor.day()),
                _ if self.is_future() => i64::from(day < anchor.day()),
                _ => -i64::from(self.context.tense() == Some(Tense::Past) && day > anchor.day()),
            };
            let month = anchor.first_of_month().checked_add(months.months()).ok()?;
            Some(Value::of_date(Date::new(month.year(), month.month(), day).ok()?))
        });
        self.context.resolved_or(value, || open.value())
    }
}
