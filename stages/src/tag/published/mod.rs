//! When the article was published: the candidates, and which is trusted.
//!
//! In order of trust: told by the caller, metadata, a date line beside title or byline, the dateline
//! of an agency, a date of the body that says it is today, the address, the name of the file, the
//! scraper's mark. Never a date line among other headlines, and never simply the latest date of the
//! file. A date line that readers see is trusted over a page's own records where these name another
//! day, for the change of the page as well.

mod dateline;
mod lines;
mod words;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::dates::{Anchors, find};
use crate::day;
use crate::layers::{
    Block, Blocks, Document, Kind, Language, Precision, Published, PublishedSource, Sentences,
};
use crate::span::Span;
use words::CUES;

/// All candidates, the most trusted first.
pub fn candidates(
    document: &Document,
    blocks: &Blocks,
    language: &Language,
    sentences: &Sentences,
) -> Vec<Published> {
    let tag = language.document.tag.as_str();
    let lines::Lines { fresh, updated } = lines::lines(document, blocks, tag);
    let behind_title = behind_title(blocks);
    let is_beside = |seen: &&Published| {
        seen.span.is_some_and(|span| behind_title.iter().any(|block| block.span.overlaps(span)))
    };
    let beside_title = fresh.iter().find(is_beside);
    let is_contradicted = beside_title.is_some_and(|seen| contradicts(seen, document));
    let mut found = document.stated.published.clone();
    found.extend(fresh);
    found.extend(updated);
    found.extend(dateline::dateline(document, blocks, tag, &found));
    found.extend(deictic(document, sentences));
    let mut values = BTreeSet::new();
    found.retain(|candidate| values.insert((candidate.value.clone(), candidate.source)));
    found.sort_by_key(|candidate| {
        let is_of_page = candidate.evidence.is_some();
        if is_contradicted && is_of_page {
            (PublishedSource::Header, is_of_page)
        } else {
            (candidate.source, false)
        }
    });
    found
}

/// The lines behind the title, where the date is; a site's masthead often has the day on which it
/// was looked at.
fn behind_title(blocks: &Blocks) -> &[Block] {
    const LINES: usize = 4;
    let is_title = |block: &Block| block.kind == Kind::Title;
    let title = blocks.blocks.iter().position(is_title);
    let behind = title.map_or(&[][..], |title| &blocks.blocks[title + 1..]);
    &behind[..behind.len().min(LINES)]
}

/// Whether the page's records name days, and all of them another than the date line `seen`. Clocks
/// of two time zones may be a day apart.
fn contradicts(seen: &Published, document: &Document) -> bool {
    let day = |value: &str| value.get(..10)?.parse().ok().map(day::number);
    let Some(seen) = day(&seen.value) else { return false };
    let stated = &document.stated;
    let own = stated.published.iter().filter(|date| date.evidence.is_some());
    let own: Vec<i32> = own.filter_map(|date| day(&date.value)).collect();
    let changed = stated.modified.as_deref().and_then(day);
    !own.is_empty() && own.iter().chain(&changed).all(|other| (other - seen).abs() > 1)
}

fn precision(value: &str) -> Option<Precision> {
    Some(match value.len() {
        4 => Precision::Year,
        7 => Precision::Month,
        10 => Precision::Day,
        16 => Precision::Minute,
        _ => return None,
    })
}

/// A full date of the body behind a word like "this", with "today" in its sentence or the next.
fn deictic(document: &Document, sentences: &Sentences) -> Option<Published> {
    let texts: Vec<_> =
        sentences.sentences.iter().map(|sentence| sentence.text(&document.text)).collect();
    let told = vec![OnceCell::new(); texts.len()];
    let says_today = |index: usize| {
        let text = texts.get(index);
        text.is_some_and(|text| *told[index].get_or_init(|| CUES.says_today(text)))
    };
    // Without digits there is no full date.
    let holds_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    for (index, sentence) in sentences.sentences.iter().enumerate() {
        let [span] = sentence.spans[..] else { continue };
        let text = texts[index].as_ref();
        if !holds_digit(text) || !says_today(index) && !says_today(index + 1) {
            continue;
        }
        for date in find(text, &sentence.language.tag, &mut Anchors::default()) {
            let Some(value) = date.publication_value().filter(|_| date.is_day()) else { continue };
            let words = &text[date.start..date.end];
            let behind_this =
                CUES.begins_with_this(words) || CUES.ends_with_this(&text[..date.start]);
            if behind_this {
                let start = span.start as usize;
                return Some(Published {
                    value: value.get(..10)?.to_owned(),
                    precision: Precision::Day,
                    source: PublishedSource::Deictic,
                    evidence: None,
                    span: Some(Span::new(start + date.start, start + date.end)),
                });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
