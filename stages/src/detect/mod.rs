//! `detect`: the language of the document and of each stretch of its kept text.
//!
//! Each candidate sentence is judged by its own script and words; the document's language is the
//! vote of their letters, and speaks for those that are not sure of themselves.
//! Invariant: the runs hold every kept block, in order of the text.

mod evidence;
mod model;
mod script;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use self::evidence::{Choice, Verdict};
use crate::layers::{Block, Blocks, Document, Kind, Language, LanguageBasis, LanguageRun, Tagged};
use crate::lexicon;
use crate::span::{Score, Span};

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Primary tags that may be answered; empty: every language known. Outside it: `und`.
    pub allowed: Vec<String>,
}

/// Share of the letters, in thousandths, from which a language is listed.
const LISTED_SHARE: Score = Score(100);
/// How far the document's language is ahead in a stretch, in units of the model.
const DOCUMENT_LEAD: u32 = 64;
/// From this on a stretch is sure of itself.
const SURE: Score = Score(920);
/// Under this a document's language is looked at again, all its words together.
const DOUBT: Score = Score(775);
/// How sure such a language is that whatlang gives too.
const SECONDED: Score = Score(850);
/// Bytes under which a stretch is taken together with the next.
const STRETCH_BYTES_MIN: usize = 24;
/// Bytes of the text that are looked at where a document is in doubt.
const SAMPLE_BYTES_MAX: usize = 1200;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RootWords {
    /// BCP 47 primary tag of each ISO 639-3 code, which whatlang gives.
    tags: BTreeMap<String, String>,
    /// Han characters that only Japanese has.
    japanese_only: String,
}

static WORDS: LazyLock<RootWords> = LazyLock::new(|| {
    let root = newsloom_languages::folder(newsloom_languages::ROOT);
    root.map_or_else(RootWords::default, |root| lexicon::read(root, "language.toml"))
});

/// A candidate sentence of a kept block.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    span: Span,
    is_first_of_block: bool,
    verdict: Verdict,
    basis: LanguageBasis,
}

/// Finds the language of the kept blocks.
pub fn detect(document: &Document, blocks: &Blocks, settings: &Settings) -> Language {
    let text = document.text.as_str();
    let choice = Choice::new(&settings.allowed);
    let mut stretches = Vec::new();
    for block in blocks.blocks.iter().filter(|block| block.keep) {
        let mut start = block.span.start as usize;
        let mut is_first_of_block = true;
        while start < block.span.end as usize {
            let end = start + stretch_length(block, &text[start..block.span.end as usize]);
            let verdict = choice.judge(&text[start..end], None);
            let basis = basis_of(&verdict);
            let span = Span::new(start, end);
            stretches.push(Stretch { span, is_first_of_block, verdict, basis });
            is_first_of_block = false;
            start = end;
        }
    }
    let whole = judge_document(text, &stretches, &choice);
    for stretch in &mut stretches {
        stretch.hear(text, &whole, &choice);
    }
    let shares = shares_of(&stretches);
    let document = match shares.first() {
        Some((tag, _)) if *tag != whole.tag && !is_mostly_unknown(&stretches) => {
            surest(&stretches, tag)
        }
        _ => whole,
    };
    Language { document, shares, runs: runs_of(&stretches) }
}

/// Bytes of the next stretch of a block, which `rest` is the rest of: up to where a sentence may
/// end.
fn stretch_length(block: &Block, rest: &str) -> usize {
    if block.kind != Kind::Body {
        return rest.len();
    }
    let bytes = rest.as_bytes();
    let mut from = STRETCH_BYTES_MIN;
    while from < bytes.len() {
        let found = bytes[from..].iter().position(|byte| matches!(byte, b' ' | 0xE3 | 0xEF));
        let Some(at) = found.map(|found| from + found) else { break };
        if bytes[at] == b' ' && ends_sentence(&rest.as_bytes()[..at]) {
            return at + 1;
        }
        if bytes[at] != b' '
            && ["。", "！", "？"].iter().any(|end| bytes[at..].starts_with(end.as_bytes()))
        {
            return at + 3;
        }
        from = at + 1;
    }
    bytes.len()
}

/// Whether a text ends as a sentence may, perhaps in a quote.
fn ends_sentence(text: &[u8]) -> bool {
    if text.last().is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let closers = ["\"", ")", "»", "”", "’", "'", "\u{A0}»"];
    let mut text = text;
    for closer in closers {
        text = text.strip_suffix(closer.as_bytes()).unwrap_or(text);
    }
    [".", "!", "?", "…", "؟", "۔"].iter().any(|end| text.ends_with(end.as_bytes()))
}

fn basis_of(verdict: &Verdict) -> LanguageBasis {
    match (verdict.tag, verdict.by_script) {
        ("und", _) => LanguageBasis::Nothing,
        (_, true) => LanguageBasis::Script,
        (_, false) => LanguageBasis::Own,
    }
}

impl Stretch {
    /// Lets the document's language speak where the stretch is not sure of its own.
    fn hear(&mut self, text: &str, whole: &Tagged, choice: &Choice) {
        let verdict = self.verdict;
        if whole.tag == "und" || verdict.tag == whole.tag || verdict.confidence >= SURE {
            return;
        }
        let expected = Some((whole.tag.as_str(), DOCUMENT_LEAD));
        self.verdict = choice.judge(self.span.slice(text), expected);
        self.basis = basis_of(&self.verdict);
        if self.verdict.tag == whole.tag {
            self.basis = LanguageBasis::Document;
        }
    }
}

/// Whether more letters have no language than have one.
fn is_mostly_unknown(stretches: &[Stretch]) -> bool {
    let (mut known, mut unknown) = (0, 0);
    for Stretch { verdict, .. } in stretches {
        let letters = if verdict.tag == "und" { &mut unknown } else { &mut known };
        *letters += u64::from(verdict.letters);
    }
    unknown > known
}

/// The language of most letters; where that is not sure, or most have none, of all the words
/// together, which whatlang may second.
fn judge_document(text: &str, stretches: &[Stretch], choice: &Choice) -> Tagged {
    let shares = shares_of(stretches);
    let voted = shares.first().map_or_else(Tagged::und, |(tag, _)| surest(stretches, tag));
    let is_sure = voted.confidence >= DOUBT && !is_mostly_unknown(stretches);
    if is_sure || stretches.is_empty() {
        return voted;
    }
    let mut sample = String::new();
    for stretch in stretches {
        sample.push_str(stretch.span.slice(text));
        sample.push('\n');
        if sample.len() >= SAMPLE_BYTES_MAX {
            break;
        }
    }
    let pooled = choice.judge(&sample, None);
    let mut whole = Tagged { tag: pooled.tag.to_owned(), confidence: pooled.confidence };
    if whole.confidence < DOUBT && evidence::second_opinion(&sample) == Some(pooled.tag) {
        whole.confidence = SECONDED;
    }
    whole
}

/// A language with the highest confidence that it has anywhere.
fn surest(stretches: &[Stretch], tag: &str) -> Tagged {
    let own = stretches.iter().filter(|stretch| stretch.verdict.tag == tag);
    let confidence = own.map(|stretch| stretch.verdict.confidence).max().unwrap_or_default();
    Tagged { tag: tag.to_owned(), confidence }
}

/// Languages of a tenth of the letters or more, the largest first.
fn shares_of(stretches: &[Stretch]) -> Vec<(String, Score)> {
    let mut votes: BTreeMap<&str, u64> = BTreeMap::new();
    for Stretch { verdict, .. } in stretches {
        if verdict.tag != "und" {
            *votes.entry(verdict.tag).or_default() += u64::from(verdict.letters);
        }
    }
    let total = votes.values().sum::<u64>().max(1);
    let share = |letters: u64| Score(u16::try_from(letters * 1000 / total).expect("part of one"));
    let mut shares: Vec<(String, Score)> = votes
        .into_iter()
        .map(|(tag, letters)| (tag.to_owned(), share(letters)))
        .filter(|(_, share)| *share >= LISTED_SHARE)
        .collect();
    shares.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    shares
}

/// Neighbouring stretches of a block in one language, decided alike, become one run, as sure as
/// their mean by letters.
fn runs_of(stretches: &[Stretch]) -> Vec<LanguageRun> {
    let mut runs = Vec::new();
    let alike = |a: &Stretch, b: &Stretch| {
        !b.is_first_of_block && a.verdict.tag == b.verdict.tag && a.basis == b.basis
    };
    for group in stretches.chunk_by(alike) {
        let (first, last) = (group[0], group[group.len() - 1]);
        let weight = |stretch: &Stretch| u64::from(stretch.verdict.letters.max(1));
        let sum = group.iter().map(|one| weight(one) * u64::from(one.verdict.confidence.0));
        let mean = sum.sum::<u64>() / group.iter().map(weight).sum::<u64>();
        let confidence = Score(u16::try_from(mean).expect("at most the largest"));
        runs.push(LanguageRun {
            span: Span { start: first.span.start, end: last.span.end },
            language: Tagged { tag: first.verdict.tag.to_owned(), confidence },
            basis: first.basis,
        });
    }
    runs
}

#[cfg(test)]
mod tests;
