//! Days, weekdays and weeks told by the unit they lie in: "Monday of next week", "the 5th of this
//! month", "the third week of 2024"; and ranges and distances made of two.
//!
//! Invariant: as in `meaning`, what the anchor cannot tell stays open.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::meaning::{Context, Meant, Parts, UNITS_END, narrow};
use super::numeric::{numeric_date, numeric_range};
use super::placing::NEXT_YEAR_DAYS_MAX;
use super::tense::Tense;
use super::value::{
    HALF_WEEK, Partial, Value, days_of_half_weeks, monday_of, open_weekday, period, reference,
};
use crate::layers::{Granularity, TimexType};

impl Parts<'_> {
    /// A weekday of a week, or a day of a month or year, so many units from the anchor's.
    pub fn in_shifted_unit(&self) -> Option<Meant> {
        let (month, day): (Option<i8>, Option<i8>) = (self.number("month"), self.number("day"));
        if let Some((shift, weekday)) = self.found.number("week_shift").zip(self.weekday()) {
            let value = self.shifted("week", shift).and_then(|week| {
                let monday = crate::day::date_of(week.days?.0)?;
                nth_day(monday, weekday)
            });
            return Some(self.context.resolved_or(value, || open_weekday(weekday)));
        }
        if let Some((shift, day)) = self.found.number("month_shift").zip(day) {
            let month = self.context.about_day().map(Date::first_of_month);
            let month = month.and_then(|month| month.checked_add(shift.months()).ok());
            let value = month.and_then(|month| {
                Some(Value::of_date(Date::new(month.year(), month.month(), day).ok()?))
            });
            let open = Partial { year: None, month: None, day: Some(day) };
            return Some(self.context.resolved_or(value, || open.value()));
        }
        let shift = self.found.number("year_shift")?;
        let open = Partial { year: None, month: Some(month?), day: Some(day?) };
        let year = self.shifted_year(shift);
        let value = year.map(|year| Partial { year: Some(year), ..open }.value());
        Some(self.context.resolved_or(value, || open.value()))
    }

    /// None before the year 1.
    pub fn shifted_year(&self, shift: i64) -> Option<i16> {
        self.context.year()?.checked_add(narrow(shift)?).filter(|year| *year > 0)
    }

    /// "from the 4th to the 23rd" of the month the words tell, or of the nearest.
    pub fn range_in_month(&self, first: i8, last: i8) -> Option<Meant> {
        let month = match self.found.number("month_shift") {
            Some(shift) => {
                let month = self.context.about_day().map(Date::first_of_month);
                month.and_then(|month| month.checked_add(shift.months()).ok())
            }
            None => {
                // What has begun may go on.
                let is_past = self.context.tense() == Some(Tense::Past);
                let day = self.bare_day(if is_past { first } else { last });
                day.value.days.and_then(|(day, _)| crate::day::date_of(day))
            }
        };
        let value = month.and_then(|month| {
            let day = |day| Date::new(month.year(), month.month(), day).ok().map(Value::of_date);
            Some(Value::of_range(&day(first)?, &day(last)?))
        });
        Some(self.context.resolved_or(value, || reference(0)))
    }

    /// A range of which one end at least is a date in digits alone.
    pub fn range_in_digits(&self) -> Option<Meant> {
        let own = |slot: &str| self.found.name(slot);
        if let Some(text) = own("numeric_range").or(own("numeric_day_months")) {
            let [from, to] = numeric_range(text, self.context.day_first)?;
            return self.range_of(from, Partial { year: to.year.or(self.year()), ..to });
        }
        if let Some((from, to)) = own("first_day_month").zip(own("numeric_day_month")) {
            let [from, to] = [from, to].map(Partial::of_month_and_day);
            return self.range_of(from?, Partial { year: self.year(), ..to? });
        }
        let end = |slot: &str, year: &str, month: &str, day: &str| {
            if let Some(text) = self.found.name(slot) {
                let (iso, _) = numeric_date(text, self.context.day_first)?;
                return Partial::of_iso(&iso);
            }
            let partial = Partial {
                year: self.number(year),
                month: self.number(month),
                day: self.number(day),
            };
            partial.year.map(|_| partial)
        };
        let from = end("numeric_first", "year1", "month1", "day1")?.value();
        let to = end("numeric_date", "year", "month", "day")?.value();
        let range = Value::of_range(&from, &to);
        range.days?;
        Some(Context::explicit(range))
    }

    /// "two years and three months ago": what both make from the anchor, as fine as the finer.
    pub fn offset_of_two(&self, more: i64) -> Option<Meant> {
        let sign = self.rule.shift?;
        let number = self.found.number("number").unwrap_or(1);
        let (unit, more_unit) = (self.found.name("unit")?, self.found.name("more_unit")?);
        let value = self.context.about_day().and_then(|day| {
            let moved = day.checked_add(span(number.checked_mul(sign)?, unit)?).ok()?;
            let moved = moved.checked_add(span(more.checked_mul(sign)?, more_unit)?).ok()?;
            match more_unit {
                "month" => Some(Value::of_month(moved)),
                "week" => Some(Value::of_week(moved)),
                "day" => self.context.day().map(|_| Value::of_date(moved)),
                _ => None,
            }
        });
        Some(self.context.resolved_or(value, || reference(sign)))
    }

    /// The `nth` unit or weekday of a month or year; the last where `nth` is negative.
    pub fn nth(&self) -> Option<Meant> {
        let told = self.found.number("nth").or(self.rule.nth);
        let Some(nth) = told else { return self.unit_of_day() };
        if nth == 0 || nth > 366 {
            return None;
        }
        let whole = self.whole()?;
        let weekday = self.weekday();
        let own = self.found.name("unit").or(self.rule.value.as_deref());
        let unit = own.or(weekday.map(|_| "weekday"))?;
        let Some((first, last)) = whole.value.days else {
            let open = Value::open("XXXX", Granularity::Vague, TimexType::Date);
            return Some(Context::unresolved(open));
        };
        let (first, last) = (crate::day::date_of(first)?, crate::day::date_of(last)?);
        let value = match unit {
            // The week of a year or month is the one whose Thursday lies in it.
            "week" => Value::of_week(nth_weekday(first, last, Weekday::Thursday, nth)?),
            "weekend" => Value::of_weekend(nth_weekday(first, last, Weekday::Saturday, nth)?),
            "weekday" => Value::of_date(nth_weekday(first, last, weekday?, nth)?),
            "day" if nth < 0 => Value::of_date(last),
            "day" => Value::of_date(first.checked_add((nth - 1).days()).ok()?),
            "quarter" if whole.value.granularity == Granularity::Year => {
                let number = if nth < 0 { 4 } else { narrow(nth).filter(|nth| *nth <= 4)? };
                Value::of_part(Some(last.year()), 'Q', number)
            }
            "month" if nth < 0 => Value::of_month(last),
            "month" => Value::of_month(first.checked_add((nth - 1).months()).ok()?),
            _ => return None,
        };
        let within = value.days?.0 <= crate::day::number(last);
        within.then_some(Meant { value, ..whole })
    }

    /// The day of a feast in `year`: so many days from Easter, or from the nth weekday of a month.
    fn movable_day(&self, year: i16) -> Option<Date> {
        let rule = self.rule;
        let start = match rule.nth.zip(rule.month).zip(rule.weekday) {
            Some(((nth, month), weekday)) => {
                let first = Date::new(year, narrow(month)?, 1).ok()?;
                let weekday = Weekday::from_monday_one_offset(narrow(weekday)?).ok()?;
                nth_weekday(first, first.last_of_month(), weekday, nth)?
            }
            None => easter(year)?,
        };
        start.checked_add(rule.shift.unwrap_or(0).days()).ok()
    }

    /// A movable feast, of the year told or the one nearest to the anchor.
    pub fn movable_feast(&self) -> Option<Meant> {
        let feast = |year| self.movable_day(year);
        if let Some(year) = self.year() {
            return Some(Context::explicit(Value::of_date(feast(year)?)));
        }
        let value = self.context.about_day().and_then(|anchor| {
            // The rule's shift counts days from Easter.
            let told = self.found.number("shift").filter(|shift| *shift != 0);
            let is_future = || self.is_future().then_some(true);
            let side = told.map(|shift| shift > 0).or_else(is_future);
            let days = (-1..=1).filter_map(|years| feast(anchor.year() + years));
            let is_past = self.context.tense() == Some(Tense::Past);
            let ahead = |day: Date| crate::day::number(day) - crate::day::number(anchor);
            let fitting = days.filter(|day| match side {
                None => !is_past || ahead(*day) <= NEXT_YEAR_DAYS_MAX,
                Some(is_ahead) => *day == anchor || (*day > anchor) == is_ahead,
            });
            fitting.min_by_key(|day| ahead(*day).abs()).map(Value::of_date)
        });
        Some(self.context.resolved_or(value, || reference(0)))
    }

    /// The unit that ends on a day: the year of that day, or the quarter of its own middle ("the
    /// quarter ended Sept. 30").
    pub fn unit_to_day(&self, unit: &str) -> Option<Meant> {
        const HALF_QUARTER_DAYS: i32 = 45;
        let day = self.day_date()?;
        let value = if unit == "year" {
            Value::of_year(day.value.year()?)
        } else {
            let middle = crate::day::date_of(day.value.days?.1 - HALF_QUARTER_DAYS)?;
            Value::of_part(Some(middle.year()), 'Q', (middle.month() - 1) / 3 + 1)
        };
        Some(Meant { value, alternative_value: None, ..day })
    }

    /// The week that holds a day ("the week of 16 September").
    fn unit_of_day(&self) -> Option<Meant> {
        let day = self.day_date()?;
        let (first, _) = day.value.days?;
        let value = Value::of_week(crate::day::date_of(first)?);
        Some(Meant { value, alternative_value: None, ..day })
    }

    /// The month or year that something lies in.
    fn whole(&self) -> Option<Meant> {
        let month: Option<i8> = self.number("month");
        if let Some(year) = self.year() {
            return self.explicit_date(year, month, None);
        }
        if let Some(month) = month {
            return self.month(month);
        }
        let (unit, shift) = match self.found.number("year_shift").or(self.rule.shift) {
            Some(shift) => ("year", shift),
            None => ("month", self.found.number("month_shift")?),
        };
        Some(self.context.resolved_or(self.shifted(unit, shift), || reference(shift)))
    }
}

/// Easter Sunday of the Gregorian calendar (Butcher's algorithm).
fn easter(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let epact =
        (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let day = epact + weekday - 7 * late + 114;
    let (month, day) = (i8::try_from(day / 31).ok()?, i8::try_from(day % 31 + 1).ok()?);
    Date::new(i16::try_from(year).ok()?, month, day).ok()
}

fn nth_day(monday: Date, weekday: Weekday) -> Option<Value> {
    let offset = i64::from(weekday.to_monday_zero_offset());
    monday_of(monday).checked_add(offset.days()).ok().map(Value::of_date)
}

/// The `nth` day of this weekday from `first` on, or the last one up to `last`.
fn nth_weekday(first: Date, last: Date, weekday: Weekday, nth: i64) -> Option<Date> {
    if nth < 0 {
        return last.checked_sub(i64::from(last.weekday().since(weekday)).days()).ok();
    }
    let ahead = i64::from(first.weekday().until(weekday)) + (nth - 1) * 7;
    first.checked_add(ahead.days()).ok()
}

/// `number` units, where the calendar counts in them.
pub(super) fn span(number: i64, unit: &str) -> Option<Span> {
    period(number, unit)?;
    let number = Some(number).filter(|number| number.abs() < UNITS_END)?;
    Some(match unit {
        "day" => number.days(),
        "week" => number.weeks(),
        HALF_WEEK => days_of_half_weeks(number).days(),
        "month" => number.months(),
        "year" => number.years(),
        "decade" => (number * 10).years(),
        "century" => (number * 100).years(),
        _ => return None,
    })
}
