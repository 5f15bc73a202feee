//! Date lines: what the lines around an article say of when it was published and changed.
//!
//! Invariant: no date of a list of other articles counts: neither one below an entry of such a list,
//! nor one below the body where several lines name different days.

use std::ops::Range;

use super::precision;
use super::words::{CUES, Of};
use crate::calendar::{Order, day_in};
use crate::layers::{Block, Blocks, Document, Kind, Precision, Published, PublishedSource};
use crate::span::Span;
use crate::tag::dates::{Anchors, find};

/// Longer lines are no date lines.
const LINE_BYTES_MAX: usize = 160;
/// A block of so many bytes begins the body.
const BODY_BYTES: usize = 120;
/// Lines above the body that may be a date line, whatever their kind.
const HEAD_LINES: usize = 6;
/// Words beside the date in such a line.
const OTHER_WORDS_MAX: usize = 6;
/// A word that says what a date is of stands within so many bytes of the line's beginning.
const CUE_BYTES: usize = 60;

/// What the date lines say.
#[derive(Debug, Default)]
pub struct Lines {
    /// Dates of the publication, the most trusted first.
    pub fresh: Vec<Published>,
    /// Dates of a change.
    pub updated: Vec<Published>,
}

/// A date in a date line.
struct Seen {
    published: Published,
    told: Option<Of>,
    place: Place,
}

impl Seen {
    /// How far it is trusted, the least first. What a line below says may be of another article that
    /// stands there, so that a day right above the body is trusted before it.
    fn rank(&self) -> u8 {
        match (self.told, self.place) {
            (Some(_), Place::Below) => 2,
            (Some(_), _) => 0,
            (None, Place::Head) => 1,
            (None, _) => 3,
        }
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Right above the body.
    Head,
    Elsewhere,
    /// Above the title, where a site's masthead often has the day on which it was looked at.
    AboveTitle,
    Below,
}

/// The dates of the date lines of an article in the language `tag`.
pub fn lines(document: &Document, blocks: &Blocks, tag: &str) -> Lines {
    let body = body_of(blocks);
    let title = blocks.blocks.iter().position(|block| block.kind == Kind::Title).unwrap_or(0);
    let mut seen = Vec::new();
    let mut before = None;
    for (index, block) in blocks.blocks.iter().enumerate() {
        let place = match index {
            _ if index >= body.end => Place::Below,
            _ if index < title => Place::AboveTitle,
            _ if index < body.start && index + HEAD_LINES >= body.start => Place::Head,
            _ => Place::Elsewhere,
        };
        let is_among_others = place == Place::Below && before == Some(Kind::Related);
        if !is_among_others {
            seen.extend(dates_in(document, block, place, tag));
        }
        if block.kind != Kind::DateHeader {
            before = Some(block.kind);
        }
    }
    // Where several lines below name different days, they are of other articles, whatever they say.
    for told in [None, Some(Of::Publication)] {
        let is_below = |seen: &Seen| seen.place == Place::Below && seen.told == told;
        let below = seen.iter().filter(|seen| is_below(seen));
        let mut days: Vec<&str> = below.map(|seen| day_of(&seen.published.value)).collect();
        days.dedup();
        if days.len() > 1 {
            seen.retain(|seen| !is_below(seen));
        }
    }
    let is_of_article = |seen: &&Seen| {
        matches!(seen.place, Place::Head | Place::Elsewhere) && seen.told != Some(Of::Change)
    };
    let days = seen.iter().filter(is_of_article);
    let days: Vec<String> = days.map(|seen| seen.published.value.clone()).collect();
    // The month of an issue says less than a day of it beside the article.
    let is_known_better = |value: &str| {
        days.iter().any(|day| day.len() > value.len() && value.len() < 10 && day.starts_with(value))
    };
    seen.retain(|seen| !is_known_better(&seen.published.value));
    seen.sort_by_key(|seen| (seen.rank(), seen.place));
    let (updated, fresh): (Vec<_>, Vec<_>) =
        seen.into_iter().partition(|seen| seen.told == Some(Of::Change));
    let published = |seen: Vec<Seen>| seen.into_iter().map(|seen| seen.published).collect();
    Lines { fresh: published(fresh), updated: published(updated) }
}

fn day_of(value: &str) -> &str {
    value.get(..10).unwrap_or(value)
}

/// The blocks from the first long one of the body to its last.
fn body_of(blocks: &Blocks) -> Range<usize> {
    let is_body = |block: &Block| block.kind == Kind::Body;
    let is_long = |block: &Block| {
        is_body(block) && (block.span.end - block.span.start) as usize >= BODY_BYTES
    };
    let all = &blocks.blocks;
    let end = all.iter().rposition(is_body).map_or(all.len(), |last| last + 1);
    all.iter().position(is_long).unwrap_or(end)..end
}

fn dates_in(document: &Document, block: &Block, place: Place, tag: &str) -> Vec<Seen> {
    let words = block.span.slice(&document.text);
    let is_stamp = document.stated.stamp.is_some_and(|stamp| stamp.overlaps(block.span));
    let is_known = matches!(block.kind, Kind::DateHeader | Kind::Byline);
    if is_stamp || !is_known && !may_be_date_line(words, place) {
        return Vec::new();
    }
    let found = find(words, tag, &mut Anchors::default());
    let mut named = Vec::new();
    let mut rest = words.len();
    for date in &found {
        let Some(value) = date.publication_value() else { continue };
        let precision = precision(value).filter(|known| is_known || *known >= Precision::Day);
        let Some(precision) = precision else { continue };
        let told = CUES.told_before(&words[..date.start]);
        let start = block.span.start as usize;
        let span = Some(Span::new(start + date.start, start + date.end));
        let (value, source) = (value.to_owned(), PublishedSource::Header);
        let published = Published { value, precision, source, evidence: None, span };
        rest -= date.end - date.start;
        named.push((date.start, Seen { published, told, place }));
    }
    if named.is_empty()
        && let Some((start, seen, length)) = day_of_any_language(words, block, place, tag)
    {
        rest -= length;
        named.push((start, seen));
    }
    let first = named.first().map_or(words.len(), |(start, _)| *start);
    let is_told = first <= CUE_BYTES && named.iter().all(|(_, seen)| seen.told.is_some());
    let other_words = words.split_whitespace().count() * rest / words.len().max(1);
    let is_short = other_words <= OTHER_WORDS_MAX;
    let counts = is_known || is_short && (is_told || place == Place::Head);
    named.into_iter().map(|(_, seen)| seen).filter(|_| counts).collect()
}

/// Whether a line of no such kind may be a date line, as far as is told without looking for dates.
fn may_be_date_line(words: &str, place: Place) -> bool {
    let is_told = || CUES.may_tell(&words[..words.floor_char_boundary(CUE_BYTES)]);
    words.len() <= LINE_BYTES_MAX
        && !words.trim_end().ends_with('.')
        && words.contains(|ch: char| ch.is_numeric())
        && (place == Place::Head || is_told())
}

/// The day that a line names in the words of any language, for languages whose dates have no
/// rules: where it stands, what it says, and its length.
fn day_of_any_language(
    words: &str,
    block: &Block,
    place: Place,
    tag: &str,
) -> Option<(usize, Seen, usize)> {
    let (value, range) = day_in(words, Order::of(Some(tag)))?;
    let start = block.span.start as usize;
    let published = Published {
        value,
        precision: Precision::Day,
        source: PublishedSource::Header,
        evidence: None,
        span: Some(Span::new(start + range.start, start + range.end)),
    };
    let told = CUES.told_before(&words[..range.start]);
    Some((range.start, Seen { published, told, place }, range.len()))
}
