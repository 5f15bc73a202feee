//! `segment`: the sentences of the kept text, as spans.
//!
//! Invariant: every character of a kept block but white space is in exactly one sentence; spans
//! are on character boundaries, without white space at the edges. Text is never altered.
//! Invariant: sentences are in order of their start.
//! Invariant: a block's end is a boundary, but for a body cut in two that `strip` rejoined and a
//! line that flows on into the next. A title or a heading is one unit, whatever stops it holds.

mod boundary;
mod enumeration;
mod follower;
mod marks;
mod quotes;
mod rules;
mod token;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::layers::{
    Block, Blocks, Document, Kind, Language, LanguageBasis, Sentence, Sentences, Tagged,
};
use crate::span::Span;

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Texts are broken into lines of a fixed width: only an empty line ends a paragraph.
    pub unwrap_lines: bool,
}

/// Cuts each kept block into sentences by the rules of its language.
pub fn segment(
    document: &Document,
    blocks: &Blocks,
    language: &Language,
    settings: &Settings,
) -> Sentences {
    let text = document.text.as_str();
    let blocks = blocks.blocks.as_slice();
    let mut sentences: Vec<Sentence> = Vec::new();
    // The last sentence of each block, for a block that goes on with it.
    let mut last_of = vec![None; blocks.len()];
    let mut ends = Vec::new();
    for lines in paragraphs(text, blocks, settings) {
        let (first, index) = (lines.start, lines.end);
        let whole = Span { end: blocks[index - 1].span.end, ..blocks[first].span };
        ends.clear();
        if blocks[first].kind == Kind::Body {
            let rules = rules::rules_of(tag_at(language, whole.start));
            boundary::boundaries(whole.slice(text), rules, &mut ends);
        }
        let mut spans = spans_between(whole, &ends, text);
        let earlier = blocks[first].continues.and_then(|earlier| *last_of.get(earlier as usize)?);
        let mut last = earlier;
        if let Some(earlier) = earlier {
            let rejoined: &mut Sentence = &mut sentences[earlier];
            rejoined.spans.extend(spans.next());
        }
        let mut block = first;
        for span in spans {
            while block + 1 < index && blocks[block + 1].span.start <= span.start {
                block += 1;
            }
            last = Some(sentences.len());
            sentences.push(sentence(span, block, language));
        }
        last_of[lines].fill(last);
    }
    Sentences { sentences }
}

/// The kept blocks, those that are lines of one paragraph together.
pub fn paragraphs(
    text: &str,
    blocks: &[Block],
    settings: &Settings,
) -> impl Iterator<Item = Range<usize>> {
    let flows_on = |index: usize| flows_on(text, &blocks[index - 1], &blocks[index], settings);
    let mut index = 0;
    std::iter::from_fn(move || {
        index += blocks.get(index..)?.iter().position(|block| block.keep)?;
        let first = index;
        index += 1;
        while index < blocks.len() && flows_on(index) {
            index += 1;
        }
        Some(first..index)
    })
}

/// Whether the line `next` goes on with the paragraph of `line`: where lines are wrapped, unless
/// an empty line parts them; elsewhere where the sentence is cut before a word in lower case, and a
/// space before the line's end says so (as in RFC 3676, format=flowed) or a number stands there,
/// which is of what follows ("$3 / million").
fn flows_on(text: &str, line: &Block, next: &Block, settings: &Settings) -> bool {
    let is_body = |block: &Block| block.keep && block.kind == Kind::Body;
    if !is_body(line) || !is_body(next) || next.continues.is_some() {
        return false;
    }
    let gap = text.get(line.span.end as usize..next.span.start as usize).unwrap_or("");
    let is_one_break =
        gap.trim().is_empty() && gap.bytes().filter(|byte| *byte == b'\n').count() == 1;
    let ends_with_number = line.span.slice(text).ends_with(|ch: char| ch.is_ascii_digit());
    let is_cut = (gap.starts_with(' ') || ends_with_number)
        && next.span.slice(text).starts_with(char::is_lowercase)
        && !line.span.slice(text).ends_with(marks::is_terminator);
    is_one_break && (settings.unwrap_lines || is_cut)
}

/// The language whose rules hold at byte `offset`: the document's where the stretch has none.
fn tag_at(language: &Language, offset: u32) -> &str {
    let own = language.run_at(offset).map_or("und", |run| run.language.tag.as_str());
    if own == "und" { &language.document.tag } else { own }
}

fn sentence(span: Span, block: usize, language: &Language) -> Sentence {
    let (language, language_basis) = match language.run_at(span.start) {
        Some(run) => (run.language.clone(), run.basis),
        None => (Tagged::und(), LanguageBasis::Nothing),
    };
    Sentence { spans: vec![span], block: Span::new(0, block).end, language, language_basis }
}

/// The stretches of `whole` between `ends`, which count from its start, without white space at
/// their edges.
fn spans_between<'a>(
    whole: Span,
    ends: &'a [usize],
    text: &'a str,
) -> impl Iterator<Item = Span> + 'a {
    let (start, end) = (whole.start as usize, whole.end as usize);
    let ends = ends.iter().map(move |length| start + length).chain([end]);
    let spans = ends.scan(start, move |start, end| {
        let span = Span::new(*start, end).trimmed(text);
        *start = end;
        Some(span)
    });
    spans.filter(|span| !span.is_empty())
}

#[cfg(test)]
mod tests;
