//! Dates in the forms that programs write, and in those of pages.
//!
//! Invariant: a date that can be read in two ways is none, unless the page's language says which
//! of day and month its readers put first.

use jiff::civil::DateTime;

use crate::calendar::{Order, day_in, figured, is_likely};
use crate::decode::told::iso_date;
use crate::layers::Precision;

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
