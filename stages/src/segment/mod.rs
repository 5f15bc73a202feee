//! `segment`: the sentences of the kept text, as spans.
//!
//! Invariant: every character of a kept block but white space is in exactly one sentence; spans
//! are in order, on character boundaries, without white space at the edges. Text is never altered.
//! Invariant: a block's end is a boundary, but for a body cut in two that `strip` rejoined.

mod boundary;
mod enumeration;
mod follower;
mod marks;
mod quotes;
mod rules;
mod token;

use serde::{Deserialize, Serialize};

use crate::layers::{
    Block, Blocks, Document, Kind, Language, LanguageBasis, Sentence, Sentences, Tagged,
};
use crate::span::Span;

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

/// Cuts each kept block into sentences by the rules of its language.
pub fn segment(
    document: &Document,
    blocks: &Blocks,
    language: &Language,
    _settings: &Settings,
) -> Sentences {
    let mut sentences: Vec<Sentence> = Vec::new();
    // The last sentence of each block, for a block that goes on with it.
    let mut last_of = vec![None; blocks.blocks.len()];
    for (index, block) in blocks.blocks.iter().enumerate().filter(|(_, block)| block.keep) {
        let run = language.run_at(block.span.start);
        let (tagged, basis) = match run {
            Some(run) => (run.language.clone(), run.basis),
            None => (Tagged::und(), LanguageBasis::Nothing),
        };
        let mut spans = spans_of(block, &document.text, &tagged.tag).into_iter();
        let goes_on = block.continues.and_then(|earlier| *last_of.get(earlier as usize)?);
        if let Some(sentence) = goes_on {
            let earlier: &mut Sentence = &mut sentences[sentence];
            earlier.spans.extend(spans.next());
            last_of[index] = Some(sentence);
        }
        for span in spans {
            last_of[index] = Some(sentences.len());
            sentences.push(Sentence {
                spans: vec![span],
                block: Span::new(0, index).end,
                language: tagged.clone(),
                language_basis: basis,
            });
        }
    }
    Sentences { sentences }
}

fn spans_of(block: &Block, text: &str, tag: &str) -> Vec<Span> {
    let whole = block.span.trimmed(text);
    if whole.is_empty() {
        return Vec::new();
    }
    if block.kind != Kind::Body {
        return vec![whole];
    }
    let words = whole.slice(text);
    let rules = rules::rules_of(tag);
    let mut start = 0;
    let mut spans = Vec::new();
    let mut ends = Vec::new();
    boundary::boundaries(words, rules, &mut ends);
    for end in ends.into_iter().chain([words.len()]) {
        let span =
            Span::new(whole.start as usize + start, whole.start as usize + end).trimmed(text);
        if !span.is_empty() {
            spans.push(span);
        }
        start = end;
    }
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::from_text;

    proptest! {
        #[test]
        fn every_character_is_in_one_sentence(
            text in "([a-zA-Zéß0-9 .!?…»«\"“”'’()\\[\\]\n:;,–。」「！؟अ।]|Dr\\. |etc\\. ){0,60}",
            tag in prop::sample::select(vec!["fr", "en", "de", "ja", "ar", "und"]),
        ) {
            let document = from_text(&text);
            let blocks = Blocks::all_body(&document.text);
            let language = Language::given(tag, &blocks);
            let found = segment(&document, &blocks, &language, &Settings::default());
            let spans: Vec<Span> =
                found.sentences.iter().flat_map(|sentence| sentence.spans.clone()).collect();
            prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
            let ink = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
            let all: String = spans.iter().map(|span| ink(span.slice(&document.text))).collect();
            prop_assert_eq!(all, ink(&document.text));
        }
    }

    #[test]
    fn a_rejoined_sentence_has_two_spans() {
        let document = from_text("It was cut here, as\nRELATED\nthe rest says. And more.");
        let mut blocks = Blocks::all_body(&document.text);
        blocks.blocks[1].keep = false;
        blocks.blocks[2].continues = Some(0);
        let language = Language::given("en", &blocks);
        let found = segment(&document, &blocks, &language, &Settings::default());
        let texts: Vec<_> =
            found.sentences.iter().map(|sentence| sentence.text(&document.text)).collect();
        assert_eq!(texts, ["It was cut here, as the rest says.", "And more."]);
        assert_eq!(found.sentences[0].spans.len(), 2);
    }

    #[test]
    fn titles_and_headings_are_one_unit() {
        let document = from_text("Who won? Nobody did.");
        let mut blocks = Blocks::all_body(&document.text);
        blocks.blocks[0].kind = Kind::Title;
        let language = Language::given("en", &blocks);
        let found = segment(&document, &blocks, &language, &Settings::default());
        assert_eq!(found.sentences.len(), 1);
    }
}
