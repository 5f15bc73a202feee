//! Days in the forms that pages of any language write: in figures, or with a month's name.
//!
//! Invariant: a day that can be read in two ways is none, unless the order of day and month is told;
//! the words of all languages count at once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use newsloom_languages::folders;

use crate::lexicon::{self, CalendarWords};
use crate::text::words;

/// Years outside are no publication dates of web pages or their archives.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=2199;

/// Which of day and month stands first where both are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
    Unknown,
}

impl Order {
    /// The order that readers of the language (a BCP 47 tag) are used to.
    pub fn of(language: Option<&str>) -> Self {
        let tag = language.unwrap_or_default().to_ascii_lowercase();
        match tag.split_once('-').unwrap_or((&tag, "")) {
            ("en", "us") => Self::MonthFirst,
            ("en", "" | "ca" | "ph") | ("", _) => Self::Unknown,
            _ => Self::DayFirst,
        }
    }
}

/// The words of all languages' calendars.
#[derive(Default)]
struct Calendar {
    /// The number of each month; 0 where the languages do not agree.
    months: BTreeMap<String, i8>,
    weekdays: BTreeSet<String>,
}

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let mut calendar = Calendar::default();
    for folder in folders() {
        let own: CalendarWords = lexicon::read(folder, "calendar.toml");
        for (names, number) in own.months.into_iter().zip(1..) {
            for name in names {
                let known = calendar.months.entry(name).or_insert(number);
                if *known != number {
                    *known = 0;
                }
            }
        }
        calendar.weekdays.extend(own.weekdays.into_iter().flatten());
    }
    calendar
});

/// Whether the word is a month or a weekday in any language.
pub fn is_calendar_word(word: &str) -> bool {
    let word = word.trim_matches(|ch: char| !ch.is_alphanumeric()).to_lowercase();
    CALENDAR.months.contains_key(&word) || CALENDAR.weekdays.contains(&word)
}

/// Whether a page may be of the day that `value` begins with. The first moment of Unix time stands
/// for a date that was never set.
pub fn is_likely(value: &str) -> bool {
    let year = value.get(..4).and_then(|year| year.parse().ok());
    year.is_some_and(|year| YEARS.contains(&year)) && !value.starts_with("1970-01-01")
}

/// The first day that `line` names, and the bytes of the line that name it.
pub fn day_in(line: &str, order: Order) -> Option<(String, Range<usize>)> {
    let words: Vec<Range<usize>> = words(line);
    let found = (0..words.len()).find_map(|at| {
        let word = &line[words[at].clone()];
        let figures = word.trim_end_matches(|ch: char| !ch.is_ascii_digit() && ch != '日');
        if let Some(day) = figured(figures, order) {
            return Some((day, words[at].start..words[at].start + figures.len()));
        }
        let (day, used) = worded(line, &words, at)?;
        Some((day, words[used.start].start..words[used.end - 1].end))
    });
    found.filter(|(day, _)| is_likely(day))
}

/// A day in figures alone, the year in four digits or, behind stops, in two.
pub fn figured(figures: &str, order: Order) -> Option<String> {
    let figures = figures.strip_suffix('日').unwrap_or(figures);
    let parts: Vec<&str> = figures.split(['.', '/', '-', '年', '月']).collect();
    let [first, second, third] = parts[..] else { return None };
    let is_number = |part: &&str| {
        matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if ![first, second, third].iter().all(is_number) {
        return None;
    }
    let has_stops = figures.matches('.').count() == 2;
    let is_over_twelve = |part: &str| part.parse().is_ok_and(|number: u8| number > 12);
    let (year, month, day) = match (first.len(), third.len()) {
        (4, 1 | 2) => (first.to_owned(), second, third),
        (1 | 2, 2) if has_stops => (format!("20{third}"), second, first),
        (1 | 2, 4) if has_stops || is_over_twelve(first) => (third.to_owned(), second, first),
        (1 | 2, 4) if is_over_twelve(second) => (third.to_owned(), first, second),
        (1 | 2, 4) if order == Order::DayFirst => (third.to_owned(), second, first),
        (1 | 2, 4) if order == Order::MonthFirst => (third.to_owned(), first, second),
        _ => return None,
    };
    iso_day(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A day whose month is the word at `at`: `21 May 2024`, `21 de mayo de 2024`, `May 21, 2024`; and
/// the words that name it.
fn worded(line: &str, words: &[Range<usize>], at: usize) -> Option<(String, Range<usize>)> {
    let word = |index: usize| {
        let range = words.get(index)?.clone();
        Some(line[range].trim_matches(|ch: char| !ch.is_alphanumeric()))
    };
    let month = *CALENDAR.months.get(&word(at)?.to_lowercase()).filter(|month| **month > 0)?;
    // A short word may stand between ("de").
    let is_joiner = |index: usize| {
        word(index).is_some_and(|word| word.len() <= 3 && word.chars().all(char::is_alphabetic))
    };
    let year = |index: usize| word(index)?.parse().ok().filter(|year| YEARS.contains(year));
    let day = |index: usize| {
        let word = word(index)?;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let ordinal = &word[digits..];
        let is_day = matches!(digits, 1 | 2) && ordinal.chars().all(char::is_alphabetic);
        word[..digits].parse().ok().filter(|_| is_day && ordinal.len() <= 3)
    };
    let behind = |index: usize| {
        let joined = usize::from(is_joiner(index)) + index;
        Some((year(joined)?, joined + 1))
    };
    let before = at.checked_sub(1).and_then(|index| {
        let index = index.checked_sub(usize::from(is_joiner(index)))?;
        Some((day(index)?, index))
    });
    let (year, month_day, used) = match before.zip(behind(at + 1)) {
        Some(((day, start), (year, end))) => (year, day, start..end),
        None => {
            let (year, end) = behind(at + 2)?;
            (year, day(at + 1)?, at..end)
        }
    };
    let (year, day): (i16, i8) = (year, month_day);
    Some((iso_day(year, month, day)?, used))
}

/// The day as ISO 8601 writes it, where the calendar has it.
fn iso_day(year: i16, month: i8, day: i8) -> Option<String> {
    Some(Date::new(year, month, day).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_day_of_a_line_is_read_in_any_language() {
        for (line, expected) in [
            ("입력 2026.07.12 22:09", Some(("2026-07-12", "2026.07.12"))),
            ("Giriş: 28.04.2024 - 14:07", Some(("2024-04-28", "28.04.2024"))),
            ("November 6, 2025", Some(("2025-11-06", "November 6, 2025"))),
            ("05/06/2024", None),
            ("31.02.2024", None),
            ("", None),
        ] {
            let found = day_in(line, Order::Unknown);
            let found = found.as_ref().map(|(day, words)| (day.as_str(), &line[words.clone()]));
            assert_eq!(found, expected, "{line}");
        }
    }
}
