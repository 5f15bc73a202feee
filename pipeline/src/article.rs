//! One article through the text stages, in the order of the flow.

use std::ops::Range;

use newsloom_stages::layers::{Blocks, Document, Language, Mentions, Sentence, Sentences, Tagged};
use newsloom_stages::lines::LineSet;
use newsloom_stages::{Span, decode, detect, repeat, segment, strip, tag};
use serde::{Deserialize, Serialize};

/// The settings of every stage, as in the sections of `newsloom.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StageSettings {
    pub decode: decode::Settings,
    pub repeat: repeat::Settings,
    pub strip: strip::Settings,
    pub detect: detect::Settings,
    pub segment: segment::Settings,
    pub tag: tag::Settings,
}

/// Which stages run after `decode`; the others are stood in for by the plainest layer.
#[derive(Debug, Clone, Copy)]
pub struct Selection {
    pub strip: bool,
    pub detect: bool,
    pub segment: bool,
    pub tag: bool,
}

impl Selection {
    pub const ALL: Self = Self { strip: true, detect: true, segment: true, tag: true };
}

/// All layers of one article.
#[derive(Debug)]
pub struct Layers {
    pub document: Document,
    pub blocks: Blocks,
    pub language: Language,
    pub sentences: Sentences,
    pub mentions: Mentions,
}

impl Layers {
    /// Runs the selected stages on `document`, of which other articles have the `repeated` lines.
    /// A `language` the caller knows wins over `detect`.
    pub fn of(
        document: Document,
        repeated: &LineSet,
        language: Option<&str>,
        selection: Selection,
        settings: &StageSettings,
    ) -> Self {
        let blocks = if selection.strip {
            strip::strip(&document, repeated, &settings.strip)
        } else if !selection.segment && document.marks.is_empty() {
            strip::paragraphs(&document.text)
        } else {
            Blocks::all_body(&document.text)
        };
        let language = match language {
            Some(tag) => Language::given(tag, &blocks),
            None if selection.detect => detect::detect(&document, &blocks, &settings.detect),
            None => Language::given(&Tagged::und().tag, &blocks),
        };
        let sentences = if selection.segment {
            segment::segment(&document, &blocks, &language, &settings.segment)
        } else {
            let paragraphs = segment::paragraphs(&document.text, &blocks.blocks, &settings.segment);
            paragraph_sentences(&blocks, paragraphs, &language)
        };
        let mentions = if selection.tag {
            tag::tag(&document, &blocks, &language, &sentences, &settings.tag)
        } else {
            Mentions::default()
        };
        Self { document, blocks, language, sentences, mentions }
    }
}

/// Each paragraph of kept blocks as one sentence.
fn paragraph_sentences(
    blocks: &Blocks,
    paragraphs: impl Iterator<Item = Range<usize>>,
    language: &Language,
) -> Sentences {
    let sentence = |lines: Range<usize>| {
        let (first, last) = (blocks.blocks[lines.start].span, blocks.blocks[lines.end - 1].span);
        let run = language.run_at(first.start).expect("runs hold every kept block");
        Sentence {
            spans: vec![Span { end: last.end, ..first }],
            block: Span::new(0, lines.start).end,
            language: run.language.clone(),
            language_basis: run.basis,
        }
    };
    Sentences { sentences: paragraphs.map(sentence).collect() }
}
