//! The place and day that an agency's text opens with: `PARIS, 3 mai 2024 (Reuters) - …`.
//!
//! Invariant: the day is the dateline's own, its year too, or that of a month or year which another
//! candidate names.

use jiff::civil::Date;

use super::precision;
use crate::layers::{Block, Blocks, Document, Kind, Precision, Published, PublishedSource};
use crate::span::Span;
use crate::tag::dates::{Anchors, find};

/// A dateline ends within so many bytes …
const DATELINE_BYTES_MAX: usize = 90;
/// … and has at most so many words.
const WORDS_MAX: usize = 10;
/// A block of so many bytes may begin with one.
const BLOCK_BYTES_MIN: usize = 80;

/// The day of the dateline, where the article has one; `others` are the candidates so far.
pub fn dateline(
    document: &Document,
    blocks: &Blocks,
    tag: &str,
    others: &[Published],
) -> Option<Published> {
    let is_opening = |block: &&Block| {
        matches!(block.kind, Kind::Body | Kind::Caption)
            && block.span.slice(&document.text).len() >= BLOCK_BYTES_MIN
    };
    let block = blocks.blocks.iter().find(is_opening)?;
    let words = opening(block.span.slice(&document.text))?;
    let found = find(words, tag, &mut Anchors::default());
    let [date] = &found[..] else { return None };
    let value = match date.publication_value() {
        Some(value) => value.to_owned(),
        None => completed(date.day_of_some_year()?, others)?,
    };
    let precision = precision(&value).filter(|precision| *precision >= Precision::Day)?;
    let start = block.span.start as usize;
    let span = Some(Span::new(start + date.start, start + date.end));
    Some(Published { value, precision, source: PublishedSource::Dateline, evidence: None, span })
}

/// What stands before the first dash behind a short beginning with a capital.
fn opening(text: &str) -> Option<&str> {
    let is_capital = |ch: char| !ch.is_lowercase();
    text.trim_start_matches('(').chars().next().filter(|ch| is_capital(*ch))?;
    let mut end = DATELINE_BYTES_MAX.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let marks = [" - ", " – ", " — ", " -- ", ".- ", ".– ", ".— "];
    let dashes = marks.iter().flat_map(|mark| text[..end].match_indices(mark));
    // An agency may stand before the place: `(ANSA) - ROMA, 3 maggio 2024 - …`.
    let ends =
        dashes.map(|(at, _)| at).filter(|at| text[..*at].contains(|ch: char| ch.is_numeric()));
    let words = &text[..ends.min()?];
    (words.split_whitespace().count() <= WORDS_MAX).then_some(words)
}

/// `XXXX-05-03` in the month or year that another candidate is.
fn completed(day: &str, others: &[Published]) -> Option<String> {
    let rest = day.strip_prefix("XXXX")?;
    others.iter().find_map(|other| {
        let year = other.value.get(..4)?;
        let fits = match other.precision {
            Precision::Year => true,
            Precision::Month => other.value.get(4..) == rest.get(..3),
            _ => false,
        };
        let value = format!("{year}{rest}");
        (fits && value.parse::<Date>().is_ok()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_completed_where_the_calendar_has_it() {
        let year = |value: &str| Published {
            value: value.to_owned(),
            precision: if value.len() == 4 { Precision::Year } else { Precision::Month },
            source: PublishedSource::Stamp,
            evidence: None,
            span: None,
        };
        for (day, other, value) in [
            ("XXXX-02-29", "2024", Some("2024-02-29")),
            ("XXXX-02-29", "2023", None),
            ("XXXX-05-03", "2024-05", Some("2024-05-03")),
            ("XXXX-05-03", "2024-06", None),
        ] {
            assert_eq!(completed(day, &[year(other)]).as_deref(), value, "{day} in {other}");
        }
    }
}
