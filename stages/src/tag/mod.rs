//! `tag`: when the article was published, and the dates and sums of money its sentences name.
//!
//! Invariant: mentions come from sentences, so nothing that `strip` dropped is ever tagged.

pub mod dates;
pub mod money;
pub mod numbers;
mod published;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::layers::{Blocks, Document, Language, Mentions, Sentence, Sentences};
use crate::span::Span;

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// By language tag, the ISO 4217 codes that stand for ambiguous names and symbols where the
    /// article gives no evidence: `fr = ["CAD"]` makes bare "dollars" Canadian.
    pub default_currencies: BTreeMap<String, Vec<String>>,
    /// By language tag or by host of the article's address, the ISO 3166 code of the country that
    /// articles come from: `{ fr = "MA", "lesoir.be" = "BE" }`. The host goes first; without it
    /// the country of the host's domain counts.
    pub countries: BTreeMap<String, String>,
}

/// Finds the publication date, then the dates (resolved against it) and the sums of money.
pub fn tag(
    document: &Document,
    blocks: &Blocks,
    language: &Language,
    sentences: &Sentences,
    settings: &Settings,
) -> Mentions {
    let mut candidates = published::candidates(document, blocks, language, sentences).into_iter();
    let published = candidates.next();
    let mut anchors = dates::Anchors::new(published.as_ref());
    let mut dates = Vec::new();
    let texts: Vec<_> =
        sentences.sentences.iter().map(|sentence| sentence.text(&document.text)).collect();
    anchors.learn_order(texts.iter().map(AsRef::as_ref));
    for ((sentence, text), index) in sentences.sentences.iter().zip(&texts).zip(0..) {
        for date in dates::find(text, &sentence.language.tag, &mut anchors) {
            let spans = spans_in(sentence, date.start, date.end);
            dates.push(date.into_mention(index, spans));
        }
    }
    let money = money::tag(document, language, sentences, published.as_ref(), settings);
    Mentions { published, published_runners_up: candidates.collect(), dates, money }
}

/// The document's spans of bytes `start..end` of a sentence's text, whose stretches are parted by
/// one space.
fn spans_in(sentence: &Sentence, start: usize, end: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut before = 0;
    for stretch in &sentence.spans {
        let length = (stretch.end - stretch.start) as usize;
        let (from, to) = (start.max(before), end.min(before + length));
        if from < to {
            let shift = stretch.start as usize;
            spans.push(Span::new(from - before + shift, to - before + shift));
        }
        before += length + 1;
    }
    spans
}
