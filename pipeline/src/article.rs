//! One article through the text stages, in the order of the flow.

use newsloom_stages::layers::{Blocks, Document, Language, Mentions, Sentence, Sentences, Tagged};
use newsloom_stages::lines::LineSet;
use newsloom_stages::{decode, detect, repeat, segment, strip, tag};
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
            block_sentences(&blocks, &language)
        };
        let mentions = if selection.tag {
            tag::tag(&document, &blocks, &language, &sentences, &settings.tag)
        } else {
            Mentions::default()
        };
        Self { document, blocks, language, sentences, mentions }
    }
}

/// Each kept block as one sentence.
fn block_sentences(blocks: &Blocks, language: &Language) -> Sentences {
    let kept = blocks.blocks.iter().zip(0..).filter(|(block, _)| block.keep);
    let sentence = |(block, index): (&newsloom_stages::layers::Block, u32)| {
        let run = language.run_at(block.span.start).expect("runs hold every kept block");
        Sentence {
            spans: vec![block.span],
            block: index,
            language: run.language.clone(),
            language_basis: run.basis,
        }
    };
    Sentences { sentences: kept.map(sentence).collect() }
}
