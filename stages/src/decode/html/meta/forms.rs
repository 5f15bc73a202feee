//! Dates in the forms that programs and pages write, and the words of calendars.
//!
//! Invariant: a date that can be read in two ways is none, unless the page's language says which
//! of day and month its readers put first.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::DateTime;
use newsloom_languages::folders;

use crate::decode::told::iso_date;
use crate::layers::Precision;
use crate::lexicon::{self, CalendarWords};

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
struct Calendar {
    /// The number of each month; 0 where languages do not agree.
    months: BTreeMap<String, u8>,
    weekdays: Vec<String>,
}

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let mut calendar = Calendar { months: BTreeMap::new(), weekdays: Vec::new() };
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

/// Whether the word is a month or a weekday.
pub fn is_calendar_word(word: &str) -> bool {
    let word = word.trim_matches(|ch: char| !ch.is_alphanumeric()).to_lowercase();
    CALENDAR.months.contains_key(&word) || CALENDAR.weekdays.contains(&word)
}

/// The date that `said` is: ISO 8601 and its kin, RFC 2822, or what pages show.
pub fn date(said: &str, order: Order) -> Option<(String, Precision)> {
    const BYTES_MAX: usize = 60;
    let said = said.trim();
    if said.is_empty() || said.len() > BYTES_MAX {
        return None;
    }
    let found = iso_date(said).or_else(|| iso_date(&with_hyphens(said)?));
    let found = found.or_else(|| compact(said)).or_else(|| dotted(said)).or_else(|| {
        let parsed = jiff::fmt::rfc2822::parse(said).ok()?;
        Some((minute(parsed.datetime()), Precision::Minute))
    });
    let found = found.or_else(|| Some((day_in(said, order)?.0, Precision::Day)));
    found.filter(|(value, _)| is_likely(value))
}

/// Whether a page may be of the day that `value` begins with. The first moment of Unix time stands
/// for a date that was never set.
fn is_likely(value: &str) -> bool {
    let year = value.get(..4).and_then(|year| year.parse().ok());
    year.is_some_and(|year| YEARS.contains(&year)) && !value.starts_with("1970-01-01")
}

fn minute(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// `2024/05/21` as `2024-05-21`.
fn with_hyphens(said: &str) -> Option<String> {
    let day = said.get(..10)?;
    let is_slashed = day.as_bytes()[4] == b'/' && day.as_bytes()[7] == b'/';
    is_slashed.then(|| format!("{}{}", day.replace('/', "-"), &said[10..]))
}

/// `20240521` and `20240521T104807Z`.
fn compact(said: &str) -> Option<(String, Precision)> {
    let digits = said.bytes().take_while(u8::is_ascii_digit).count();
    let day = said.get(..8).filter(|_| digits == 8)?;
    let day = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    match said[8..].strip_prefix(['T', 't', ' ']) {
        None => said[8..].is_empty().then(|| iso_date(&day))?,
        Some(clock) => iso_date(&format!("{day}T{}:{}", clock.get(..2)?, clock.get(2..4)?)),
    }
}

/// `21.05.2024` with a clock behind it.
fn dotted(said: &str) -> Option<(String, Precision)> {
    let (figures, clock) = said.split_once([' ', ','])?;
    let day = figured(figures, Order::DayFirst).filter(|_| figures.contains('.'))?;
    let clock = clock.trim_start_matches([',', ' ', '|', '-', '–']);
    iso_date(&format!("{day}T{}", clock.get(..5)?))
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

/// Where the words of `line` stand that white space parts.
pub fn words(line: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, ch) in line.char_indices().chain([(line.len(), ' ')]) {
        match (start, ch.is_whitespace()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// A day in figures alone, the year in four digits or, behind stops, in two.
fn figured(figures: &str, order: Order) -> Option<String> {
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
    iso_date(&format!("{year}-{month:0>2}-{day:0>2}")).map(|(day, _)| day)
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
    let (year, day): (i16, u8) = (year, month_day);
    let (day, _) = iso_date(&format!("{year:04}-{month:02}-{day:02}"))?;
    Some((day, used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_programs_and_pages_write() {
        for (said, expected) in [
            ("2024-05-21T10:48:07+02:00", Some("2024-05-21T10:48")),
            ("2024-05-21 10:48:07 +02:00", Some("2024-05-21T10:48")),
            ("2024/05/21", Some("2024-05-21")),
            ("2024/05/21 10:48", Some("2024-05-21T10:48")),
            ("20240521", Some("2024-05-21")),
            ("20240521T104807Z", Some("2024-05-21T10:48")),
            ("Tue, 21 May 2024 10:48:07 GMT", Some("2024-05-21T10:48")),
            ("21.05.2024", Some("2024-05-21")),
            ("21.05.24", Some("2024-05-21")),
            ("1.5.2024, 10:48 Uhr", Some("2024-05-01T10:48")),
            ("2024.5.21.", Some("2024-05-21")),
            ("2024年5月21日", Some("2024-05-21")),
            ("2024-05", Some("2024-05")),
            ("21/05/2024", Some("2024-05-21")),
            ("05/21/2024", Some("2024-05-21")),
            ("05/06/2024", None),
            ("May 21st, 2024 at 9:02 AM", Some("2024-05-21")),
            ("01:38 PM IST May 21, 2024", Some("2024-05-21")),
            ("publié le 1er mai 2024", Some("2024-05-01")),
            ("21 de mayo de 2024", Some("2024-05-21")),
            ("May 2024", None),
            ("21 May", None),
            ("1970-01-01T00:00:00Z", None),
            ("0001-01-01T00:00:00", None),
            ("31.02.2024", None),
            ("1.2.3", None),
            ("yesterday", None),
            ("é024-05-21", None),
            ("", None),
        ] {
            let found = date(said, Order::Unknown).map(|(value, _)| value);
            assert_eq!(found.as_deref(), expected, "{said}");
        }
    }

    #[test]
    fn the_language_says_whether_the_day_stands_first() {
        for (language, expected) in [
            (Some("fr"), Some("2024-06-05")),
            (Some("en-GB"), Some("2024-06-05")),
            (Some("en-US"), Some("2024-05-06")),
            (Some("en"), None),
            (None, None),
        ] {
            let found = date("05/06/2024", Order::of(language)).map(|(value, _)| value);
            assert_eq!(found.as_deref(), expected, "{language:?}");
        }
    }
}
