//! TIMEX3 values and the days they cover.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::day;
use crate::layers::{Granularity, TimexType};

/// A date as far as it is known, by its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Partial {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

/// A resolved (or open) value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    pub days: Option<(i32, i32)>,
    pub granularity: Granularity,
    pub timex: TimexType,
}

impl Partial {
    /// The parts of ISO text (`2024`, `2024-05`, `2024-05-21`, with or without a time).
    pub fn of_iso(text: &str) -> Option<Self> {
        let mut parts = text.get(..10).unwrap_or(text).split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next().and_then(|month| month.parse().ok());
        let day = parts.next().and_then(|day| day.parse().ok());
        Some(Self { year: Some(year), month, day })
    }

    /// The parts of `05-21`.
    pub fn of_month_and_day(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        Some(Self { year: None, month: Some(month.parse().ok()?), day: Some(day.parse().ok()?) })
    }

    pub fn of_date(day: Date) -> Self {
        Self { year: Some(day.year()), month: Some(day.month()), day: Some(day.day()) }
    }

    /// The day, where all parts are known and the calendar has it.
    pub fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }

    /// The TIMEX3 value, unknown parts as `X`.
    pub fn value(self) -> Value {
        let year = self.year.map_or("XXXX".to_owned(), |year| format!("{year:04}"));
        let (text, granularity) = match (self.month, self.day) {
            (Some(month), Some(day)) => (format!("{year}-{month:02}-{day:02}"), Granularity::Day),
            (Some(month), None) => (format!("{year}-{month:02}"), Granularity::Month),
            (None, Some(day)) => (format!("{year}-XX-{day:02}"), Granularity::Day),
            (None, None) => (year, Granularity::Year),
        };
        Value { text, days: self.days(), granularity, timex: TimexType::Date }
    }

    fn days(self) -> Option<(i32, i32)> {
        let year = self.year?;
        let first = Date::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        let last = match (self.month, self.day) {
            (Some(_), Some(_)) => first,
            (Some(_), None) => first.last_of_month(),
            (None, None) => first.last_of_year(),
            (None, Some(_)) => return None,
        };
        Some((day::number(first), day::number(last)))
    }
}

impl Value {
    pub fn of_date(day: Date) -> Self {
        Partial::of_date(day).value()
    }

    pub fn of_month(day: Date) -> Self {
        Partial { year: Some(day.year()), month: Some(day.month()), day: None }.value()
    }

    pub fn of_year(year: i16) -> Self {
        Partial { year: Some(year), month: None, day: None }.value()
    }

    /// A value without days: `PAST_REF`, `P10Y`, `XXXX-WXX-5`.
    pub fn open(text: &str, granularity: Granularity, timex: TimexType) -> Self {
        Self { text: text.to_owned(), days: None, granularity, timex }
    }

    /// The year of a value that has one.
    pub fn year(&self) -> Option<i16> {
        Partial::of_iso(&self.text)?.year
    }

    fn closed(
        text: String,
        first: Option<Date>,
        last: Option<Date>,
        granularity: Granularity,
    ) -> Self {
        let days = first.zip(last).map(|(first, last)| (day::number(first), day::number(last)));
        Self { text, days, granularity, timex: TimexType::Date }
    }

    /// The ISO week that holds `day`.
    pub fn of_week(day: Date) -> Self {
        let week = day.iso_week_date();
        let first = monday_of(day);
        let text = format!("{:04}-W{:02}", week.year(), week.week());
        Self::closed(text, Some(first), first.checked_add(6.days()).ok(), Granularity::Week)
    }

    /// The weekend of the ISO week that holds `day`.
    pub fn of_weekend(day: Date) -> Self {
        let week = Self::of_week(day);
        let days = week.days.map(|(first, last)| (first + 5, last));
        Self { text: week.text + "-WE", days, granularity: Granularity::Weekend, ..week }
    }

    /// The decade that begins in `year`, as TIMEX3 writes it (`195`).
    pub fn of_decade(year: i16) -> Self {
        let year = year - year.rem_euclid(10);
        let (first, last) =
            (Date::new(year, 1, 1).ok(), Date::new(year.saturating_add(9), 12, 31).ok());
        Self::closed(format!("{:03}", year / 10), first, last, Granularity::Decade)
    }

    /// The century of this number, as TIMEX3 writes it (`17` for the 18th); negative before Christ.
    pub fn of_century(number: i16) -> Self {
        if number < 0 {
            let text = format!("BC{:02}", -number - 1);
            return Self::open(&text, Granularity::Century, TimexType::Date);
        }
        let year = (number - 1).saturating_mul(100).max(0);
        let (first, last) =
            (Date::new(year.max(1), 1, 1), Date::new(year.saturating_add(99), 12, 31));
        let (first, last) = (first.ok(), last.ok());
        Self::closed(format!("{:02}", number - 1), first, last, Granularity::Century)
    }

    /// Quarter 1 to 4 or half 1 to 2 of a year, or of an unknown one.
    pub fn of_part(year: Option<i16>, letter: char, number: i8) -> Self {
        let (months, granularity) =
            if letter == 'Q' { (3, Granularity::Quarter) } else { (6, Granularity::HalfYear) };
        let Some(year) = year else {
            return Self::open(&format!("XXXX-{letter}{number}"), granularity, TimexType::Date);
        };
        let first = Date::new(year, (number - 1) * months + 1, 1).ok();
        let last = Date::new(year, number * months, 1).ok().map(Date::last_of_month);
        Self::closed(format!("{year:04}-{letter}{number}"), first, last, granularity)
    }

    /// A season (`SP`, `SU`, `FA`, `WI`) of a year, by meteorological months of the north.
    pub fn of_season(year: Option<i16>, season: &str) -> Self {
        let Some(year) = year else {
            return Self::open(&format!("XXXX-{season}"), Granularity::Season, TimexType::Date);
        };
        let (first, last) = season_days(year, season);
        Self::closed(format!("{year:04}-{season}"), first, last, Granularity::Season)
    }

    /// From the first day of one value to the last of another.
    pub fn of_range(from: &Self, to: &Self) -> Self {
        let days = from.days.zip(to.days).map(|(from, to)| (from.0, to.1));
        Self {
            text: format!("{}/{}", from.text, to.text),
            days: days.filter(|(first, last)| first <= last),
            granularity: from.granularity,
            timex: TimexType::Date,
        }
    }

    /// From the earlier to the later of two dates, or from one length to another.
    pub fn spanning(first: Self, last: Self) -> Self {
        if first.text == last.text {
            return last;
        }
        let timex = last.timex;
        let (from, to) = if first.days > last.days { (last, first) } else { (first, last) };
        Self { timex, ..Self::of_range(&from, &to) }
    }

    /// This day at a time (`T10:48`) or in a part of it (`TEV`).
    pub fn at(mut self, time: &str) -> Self {
        self.text.push_str(time);
        self.timex = TimexType::Time;
        let clock = time.starts_with('T') && time[1..].starts_with(|ch: char| ch.is_ascii_digit());
        self.granularity = if clock { Granularity::Minute } else { Granularity::DayPart };
        self
    }
}

fn season_days(year: i16, season: &str) -> (Option<Date>, Option<Date>) {
    let first = Date::new(year, first_month(season), 1).ok();
    let last = first.and_then(|first| first.checked_add(2.months()).ok()).map(Date::last_of_month);
    (first, last)
}

/// The month a season begins with.
pub fn first_month(season: &str) -> i8 {
    match season {
        "SP" => 3,
        "SU" => 6,
        "FA" => 9,
        _ => 12,
    }
}

/// The season a day lies in and the year it began.
pub fn season_start_year(day: Date, season: &str) -> i16 {
    if season == "WI" && day.month() <= 2 { day.year() - 1 } else { day.year() }
}

pub fn monday_of(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(back.days()).unwrap_or(day)
}

/// The nearest day of this weekday before (`forward` false) or after `day`, `day` itself only
/// where `same_day_counts`.
pub fn nearest_weekday(day: Date, weekday: Weekday, forward: bool, same_day_counts: bool) -> Date {
    let offset = if forward { day.weekday().until(weekday) } else { day.weekday().since(weekday) };
    let offset = if offset == 0 && !same_day_counts { 7 } else { i64::from(offset) };
    let moved =
        if forward { day.checked_add(offset.days()) } else { day.checked_sub(offset.days()) };
    moved.unwrap_or(day)
}

/// The weekday of the week that holds `day`; where that is more than four days ahead, what has been
/// is meant ("this Sunday", read on a Monday).
pub fn weekday_of_this_week(day: Date, weekday: Weekday) -> Date {
    let offset = i64::from(weekday.to_monday_zero_offset())
        - i64::from(day.weekday().to_monday_zero_offset());
    let offset = if offset > 4 { offset - 7 } else { offset };
    day.checked_add(offset.days()).unwrap_or(day)
}

/// A day of month of the year nearest to `anchor`, or strictly on one side of it.
pub fn nearest_year(month: i8, day_of_month: i8, anchor: Date, side: Option<bool>) -> Option<i16> {
    let candidates = (-4..=4).filter_map(|shift| {
        let day = Date::new(anchor.year() + shift, month, day_of_month).ok()?;
        let fits = match side {
            None => true,
            Some(true) => day >= anchor,
            Some(false) => day <= anchor,
        };
        fits.then_some(day)
    });
    let distance = |day: &Date| (day::number(*day) - day::number(anchor)).abs();
    candidates.min_by_key(distance).map(Date::year)
}

/// A weekday of an unknown week.
pub fn open_weekday(weekday: Weekday) -> Value {
    let text = format!("XXXX-WXX-{}", weekday.to_monday_one_offset());
    Value::open(&text, Granularity::Day, TimexType::Date)
}

/// Past, present or future, where no more is known.
pub fn reference(shift: i64) -> Value {
    let text = match shift {
        ..0 => "PAST_REF",
        0 => "PRESENT_REF",
        _ => "FUTURE_REF",
    };
    Value::open(text, Granularity::Vague, TimexType::Date)
}

/// A unit of which an odd number makes weeks and a half: no finer one is half as long as a week.
pub const HALF_WEEK: &str = "half week";

/// The days of so many half weeks, the odd half in whole ones.
pub fn days_of_half_weeks(number: i64) -> i64 {
    number * 7 / 2
}

/// `P10Y`, `PT72H`, and the unit's granularity.
pub fn period(number: i64, unit: &str) -> Option<(String, Granularity)> {
    Some(match unit {
        "year" => (format!("P{number}Y"), Granularity::Year),
        "month" => (format!("P{number}M"), Granularity::Month),
        "week" => (format!("P{number}W"), Granularity::Week),
        HALF_WEEK => (format!("P{}.5W", number / 2), Granularity::Week),
        "weekend" => (format!("P{number}WE"), Granularity::Weekend),
        "day" => (format!("P{number}D"), Granularity::Day),
        "quarter" => (format!("P{number}Q"), Granularity::Quarter),
        "decade" => (format!("P{number}DE"), Granularity::Decade),
        "century" => (format!("P{number}CE"), Granularity::Century),
        "hour" => (format!("PT{number}H"), Granularity::Hour),
        "minute" => (format!("PT{number}M"), Granularity::Minute),
        "second" => (format!("PT{number}S"), Granularity::Second),
        _ => return None,
    })
}
