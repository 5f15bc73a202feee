//! Days as the tables count them: since 1970-01-01 in the proleptic Gregorian calendar.

use jiff::civil::{Date, date};
use jiff::{ToSpan, Unit};

const EPOCH: Date = date(1970, 1, 1);

/// Days from 1970-01-01 to `day`.
pub fn number(day: Date) -> i32 {
    let since = day.since((Unit::Day, EPOCH)).expect("both are dates of the calendar");
    since.get_days()
}

/// The date `number` days after 1970-01-01, where the calendar (years -9999 to 9999) has it.
pub fn date_of(number: i32) -> Option<Date> {
    EPOCH.checked_add(number.days()).ok()
}

/// ISO 8601 text of the date `number` days after 1970-01-01.
pub fn iso(number: i32) -> Option<String> {
    date_of(number).map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_both_ways() {
        for (text, days) in [("1970-01-01", 0), ("2024-05-21", 19864), ("1700-01-01", -98615)] {
            let day: Date = text.parse().unwrap();
            assert_eq!(number(day), days);
            assert_eq!(iso(days).as_deref(), Some(text));
        }
    }
}
