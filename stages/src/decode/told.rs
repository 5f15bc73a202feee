//! What is told of an article from outside its bytes, and the publication date among it.

use std::ops::RangeInclusive;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::layers::{Precision, Published, PublishedSource, Stated};

/// What the container of an article tells of it; for a plain file, the day in its name alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// The record's own id.
    pub id: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub site: Option<String>,
    /// As the container has it; it counts where it is an ISO 8601 date or date-time.
    pub date: Option<String>,
    /// The day in the name of the file, as `day_in_name` gives it.
    pub day_in_name: Option<String>,
    /// As the container has it, a BCP 47 tag by custom.
    pub language: Option<String>,
    /// Label of the encoding of the bytes (`utf-8`, `latin1`); it counts where the bytes fit it.
    pub encoding: Option<String>,
}

impl Told {
    /// The length of all that is told.
    pub fn bytes(&self) -> u64 {
        let Self { id, url, title, author, site, date, day_in_name, language, encoding } = self;
        let all = [id, url, title, author, site, date, day_in_name, language, encoding];
        all.into_iter().flatten().map(|text| text.len() as u64).sum()
    }

    /// What is told, as the document states it; blank words say nothing.
    pub(super) fn stated(&self) -> Stated {
        let words = |told: &Option<String>| {
            let words = told.as_deref().map(str::trim).filter(|words| !words.is_empty());
            words.map(str::to_owned)
        };
        Stated {
            record_id: words(&self.id),
            url: words(&self.url),
            title: words(&self.title),
            authors: words(&self.author).into_iter().collect(),
            site: words(&self.site),
            language: words(&self.language),
            published: self.published(),
            ..Stated::default()
        }
    }

    /// When it was published, as far as that is told.
    fn published(&self) -> Vec<Published> {
        let dates = [
            (&self.date, PublishedSource::Metadata),
            (&self.day_in_name, PublishedSource::FileName),
        ];
        let told = dates.into_iter().filter_map(|(date, source)| {
            let (value, precision) = iso_date(date.as_deref()?)?;
            Some(Published { value, precision, source, evidence: None, span: None })
        });
        told.collect()
    }
}

/// The day that a file's name has in digits of its own (`2024-05-21`, `2024_05_21`, `20240521`), in
/// ISO 8601.
pub fn day_in_name(name: &str) -> Option<String> {
    let is_apart = |at: usize| !name.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
    (0..name.len()).filter(|at| *at == 0 || is_apart(at - 1)).find_map(|at| {
        let digits = |from: usize, to: usize| {
            let digits = name.get(at + from..at + to)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
        };
        let mark = name.as_bytes().get(at + 4).filter(|mark| b"-_.".contains(mark));
        let (month, day) = if mark.is_some() { (5, 8) } else { (4, 6) };
        let is_even = mark.is_none_or(|mark| name.as_bytes().get(at + 7) == Some(mark));
        let (year, month, end) = (digits(0, 4)?, digits(month, month + 2)?, day + 2);
        let value = format!("{year}-{month}-{}", digits(day, end)?);
        let is_day = YEARS.contains(&year) && value.parse::<Date>().is_ok();
        (is_even && is_apart(at + end) && is_day).then_some(value)
    })
}

/// Other eight digits are hardly a day on which something was published.
const YEARS: RangeInclusive<&str> = "1900"..="2099";

/// The ISO 8601 date that `told` is, in the precision it has, seconds and time zone left out.
pub(super) fn iso_date(told: &str) -> Option<(String, Precision)> {
    const FORM: &str = "0000-01-01T00:00";
    let mut value = told.trim().to_owned();
    // RFC 3339 allows a space, and lower case, before the time of day.
    if let Some(" " | "t") = value.get(10..11) {
        value.replace_range(10..11, "T");
    }
    let precision = match value.len() {
        4 => Precision::Year,
        7 => Precision::Month,
        10 => Precision::Day,
        _ => {
            is_seconds_and_zone(value.get(16..)?).then(|| value.truncate(16))?;
            Precision::Minute
        }
    };
    let is_shaped = value.bytes().zip(FORM.bytes()).all(|(byte, form)| {
        if form.is_ascii_digit() { byte.is_ascii_digit() } else { byte == form }
    });
    if !is_shaped {
        return None;
    }
    format!("{value}{}", &FORM[value.len()..]).parse::<DateTime>().ok()?;
    Some((value, precision))
}

/// Whether `rest` is what may follow hours and minutes: `:SS`, `.fraction`, `Z` or an offset.
fn is_seconds_and_zone(rest: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = rest;
    if let Some(seconds) = rest.strip_prefix(':') {
        if digits(seconds) != 2 {
            return false;
        }
        rest = &seconds[2..];
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let length = digits(fraction);
            if length == 0 {
                return false;
            }
            rest = &fraction[length..];
        }
    }
    rest = rest.trim_start();
    match rest.strip_prefix(['+', '-']) {
        Some(offset) => {
            let offset = offset.replace(':', "");
            matches!(offset.len(), 2 | 4) && digits(&offset) == offset.len()
        }
        None => matches!(rest, "" | "Z" | "z" | "UTC"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_precision() {
        for (told, value, precision) in [
            ("2024", "2024", Precision::Year),
            ("2024-05", "2024-05", Precision::Month),
            (" 2024-02-29 ", "2024-02-29", Precision::Day),
            ("2024-05-21T10:48", "2024-05-21T10:48", Precision::Minute),
            ("2024-05-21 10:48:07", "2024-05-21T10:48", Precision::Minute),
            ("2024-05-21T10:48:07.123456Z", "2024-05-21T10:48", Precision::Minute),
            ("2024-05-21t10:48Z", "2024-05-21T10:48", Precision::Minute),
            ("2024-05-21T10:48:07+02:00", "2024-05-21T10:48", Precision::Minute),
            ("2024-05-21 10:48:07 -0500", "2024-05-21T10:48", Precision::Minute),
        ] {
            assert_eq!(iso_date(told), Some((value.to_owned(), precision)), "{told}");
        }
    }

    #[test]
    fn what_is_no_iso_date_is_no_candidate() {
        for told in [
            "",
            "24",
            "2023-02-29",
            "2024-13",
            "2024/05/21",
            "2024-05-21T25:00",
            "2024-05-21T10:48:07 approx.",
            "2024-05-21T10:48:0",
            "21 May 2024",
            "Tue, 21 May 2024 10:48:07 GMT",
            "été 2024, à midi",
            "2024-05-2é",
        ] {
            assert_eq!(iso_date(told), None, "{told}");
        }
    }

    #[test]
    fn a_name_has_a_day_where_its_digits_stand_apart() {
        for (name, day) in [
            ("2024-05-21_harbour.txt", Some("2024-05-21")),
            ("harbour.2024_05_21.html", Some("2024-05-21")),
            ("paper-20240521-003.txt", Some("2024-05-21")),
            ("20240521", Some("2024-05-21")),
            ("é 2024.05.21", Some("2024-05-21")),
            ("000_f20240521e4c.txt", None),
            ("120240521.txt", None),
            ("2024-05_21.txt", None),
            ("2024-0521.txt", None),
            ("2023-02-29.txt", None),
            ("18240521.txt", None),
            ("2024-05.txt", None),
            ("", None),
        ] {
            assert_eq!(day_in_name(name).as_deref(), day, "{name}");
        }
    }
}
