//! The stamp a scraper left at the head of a text: ` date 2024-05 `, then the body.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::layers::{Precision, Published, PublishedSource};
use crate::lexicon;
use crate::span::Span;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    stamp_keys: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    newsloom_languages::folder(newsloom_languages::ROOT)
        .map_or_else(Words::default, |root| lexicon::read(root, "decode.toml"))
});

/// The stamp's span, white space included, and the date it states.
pub fn find(text: &str) -> Option<(Span, Published)> {
    let rest = text.trim_start_matches([' ', '\t', '\u{A0}']);
    let key = WORDS.stamp_keys.iter().find(|key| {
        let head = rest.get(..key.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(key))
    })?;
    let after_key = rest[key.len()..].trim_start_matches([' ', '\t', ':', '=']);
    if after_key.len() == rest.len() - key.len() {
        return None;
    }
    let (precision, length) = iso_date(after_key)?;
    let after = &after_key[length..];
    if !after.is_empty() && !after.starts_with(char::is_whitespace) {
        return None;
    }
    let date_start = text.len() - after_key.len();
    let end = text.len() - after.trim_start_matches([' ', '\t', '\u{A0}']).len();
    let published = Published {
        value: after_key[..length].to_owned(),
        precision,
        source: PublishedSource::Stamp,
        evidence: None,
        span: Some(Span::new(date_start, date_start + length)),
    };
    Some((Span::new(0, end), published))
}

/// The ISO date that `text` begins with, and its length in bytes.
fn iso_date(text: &str) -> Option<(Precision, usize)> {
    let shape = |length: usize| {
        let head = text.as_bytes().get(..length)?;
        let fits = head.iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        fits.then_some(length)
    };
    let in_range = |at: usize, max: u8| {
        let number = text.get(at..at + 2).and_then(|digits| digits.parse::<u8>().ok());
        number.is_some_and(|number| (1..=max).contains(&number))
    };
    if let Some(length) = shape(10) {
        return (in_range(5, 12) && in_range(8, 31)).then_some((Precision::Day, length));
    }
    if let Some(length) = shape(7) {
        return in_range(5, 12).then_some((Precision::Month, length));
    }
    shape(4).map(|length| (Precision::Year, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_found_at_the_head_alone() {
        for (text, stamp) in [
            (" date 2024-05 Une étape", Some((" date 2024-05 ", "2024-05"))),
            ("Date: 2024-05-21\nTitle", Some(("Date: 2024-05-21", "2024-05-21"))),
            ("date 2019", Some(("date 2019", "2019"))),
            ("The date 2024-05 is set", None),
            ("date 2024-13 x", None),
            ("dated 2024-05 x", None),
            ("date 2024-05x", None),
        ] {
            let found = find(text);
            let found = found.as_ref().map(|(span, date)| (span.slice(text), date.value.as_str()));
            assert_eq!(found, stamp, "{text}");
        }
    }
}
