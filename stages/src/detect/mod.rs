//! `detect`: the language of the document and of each stretch of its kept text.
//!
//! The document is judged whole, because n-gram profiles (whatlang) are sure on a page of prose
//! and weak on a line. A block is judged by itself where it is long enough to contradict the
//! document; otherwise the document speaks for it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use whatlang::{Detector, Info, Lang};

use crate::layers::{Block, Blocks, Document, Language, LanguageBasis, LanguageRun, Tagged};
use crate::lexicon;
use crate::span::Score;
use crate::text::is_letter;

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Primary tags that may be answered; empty: every language known. Outside it: `und`.
    pub allowed: Vec<String>,
}

/// Letters below which nothing is said of a text.
const LETTERS_MIN: usize = 12;
/// Letters from which a block may contradict the document.
const OWN_LETTERS_MIN: usize = 120;
/// Letters of each block that are looked at: more do not make the detector surer.
const SAMPLE_LETTERS_MAX: usize = 600;
/// Share of the letters, in thousandths, from which a language is listed.
const LISTED_SHARE: Score = Score(100);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RootWords {
    /// BCP 47 primary tag of each ISO 639-3 code.
    tags: BTreeMap<String, String>,
}

static TAGS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let root = newsloom_languages::folder(newsloom_languages::ROOT);
    root.map_or_else(RootWords::default, |root| lexicon::read(root, "language.toml")).tags
});

/// Finds the language of the kept blocks.
pub fn detect(document: &Document, blocks: &Blocks, settings: &Settings) -> Language {
    let detector = detector(settings);
    let kept: Vec<&Block> = blocks.blocks.iter().filter(|block| block.keep).collect();
    let texts: Vec<&str> = kept.iter().map(|block| block.span.slice(&document.text)).collect();
    let mut sample = String::new();
    for text in &texts {
        let end = text.char_indices().nth(SAMPLE_LETTERS_MAX).map_or(text.len(), |(end, _)| end);
        sample.push_str(&text[..end]);
        sample.push('\n');
    }
    let whole = judge(&detector, &sample);
    let mut votes: BTreeMap<String, u64> = BTreeMap::new();
    let mut runs = Vec::with_capacity(kept.len());
    for (block, text) in kept.iter().zip(texts) {
        let letters = letter_count(text);
        let (language, basis) = judge_block(&detector, text, letters, &whole);
        if language.tag != "und" {
            *votes.entry(language.tag.clone()).or_default() += letters as u64;
        }
        runs.push(LanguageRun { span: block.span, language, basis });
    }
    let total: u64 = votes.values().sum();
    let share =
        |letters: u64| Score(u16::try_from(letters * 1000 / total.max(1)).expect("a share of one"));
    let mut shares: Vec<(String, Score)> = votes
        .into_iter()
        .map(|(tag, letters)| (tag, share(letters)))
        .filter(|(_, share)| *share >= LISTED_SHARE)
        .collect();
    shares.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let document = match shares.first() {
        Some((tag, _)) if *tag != whole.tag => {
            let own = runs.iter().filter(|run| run.language.tag == *tag);
            let confidence = own.map(|run| run.language.confidence).max().unwrap_or_default();
            Tagged { tag: tag.clone(), confidence }
        }
        _ => whole,
    };
    Language { document, shares, runs }
}

fn detector(settings: &Settings) -> Detector {
    if settings.allowed.is_empty() {
        return Detector::new();
    }
    let is_allowed =
        |lang: &&Lang| tag_of(**lang).is_some_and(|tag| settings.allowed.contains(tag));
    Detector::with_allowlist(Lang::all().iter().filter(is_allowed).copied().collect())
}

fn tag_of(lang: Lang) -> Option<&'static String> {
    TAGS.get(lang.code())
}

fn letter_count(text: &str) -> usize {
    text.chars().filter(|ch| is_letter(*ch)).count()
}

fn judge(detector: &Detector, text: &str) -> Tagged {
    if letter_count(text) < LETTERS_MIN {
        return Tagged::und();
    }
    detector.detect(text).and_then(|info| tagged(&info)).unwrap_or_else(Tagged::und)
}

fn tagged(info: &Info) -> Option<Tagged> {
    let thousandths = (info.confidence() * 1000.0).round().clamp(0.0, 1000.0);
    Some(Tagged { tag: tag_of(info.lang())?.clone(), confidence: Score(thousandths as u16) })
}

fn judge_block(
    detector: &Detector,
    text: &str,
    letters: usize,
    whole: &Tagged,
) -> (Tagged, LanguageBasis) {
    if letters == 0 {
        return (Tagged::und(), LanguageBasis::Nothing);
    }
    if letters >= OWN_LETTERS_MIN {
        let info = detector.detect(text);
        let own = info.as_ref().filter(|info| info.is_reliable()).and_then(tagged);
        if let Some(own) = own {
            return (own, LanguageBasis::Own);
        }
    }
    (whole.clone(), LanguageBasis::Document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::from_text;

    const FRENCH: &str = "Le gouvernement a présenté mercredi un projet de loi qui doit réformer \
        le système de retraite, malgré les critiques de l'opposition et des syndicats.";
    const ENGLISH: &str = "The government presented on Wednesday a bill that is meant to reform \
        the pension system, despite criticism from the opposition and from the unions.";

    fn detected(text: &str, allowed: &[&str]) -> Language {
        let document = from_text(text);
        let allowed = allowed.iter().map(|tag| (*tag).to_owned()).collect();
        detect(&document, &Blocks::all_body(&document.text), &Settings { allowed })
    }

    #[test]
    fn the_larger_part_gives_the_documents_language() {
        let found = detected(&format!("{FRENCH}\n{FRENCH}\nShort line\n{ENGLISH}"), &[]);
        assert_eq!(found.document.tag, "fr");
        let tags: Vec<&str> = found.runs.iter().map(|run| run.language.tag.as_str()).collect();
        assert_eq!(tags, ["fr", "fr", "fr", "en"]);
        assert_eq!(found.runs[2].basis, LanguageBasis::Document);
        let shares: Vec<&str> = found.shares.iter().map(|(tag, _)| tag.as_str()).collect();
        assert_eq!(shares, ["fr", "en"]);
    }

    #[test]
    fn nothing_outside_the_configured_languages_is_answered() {
        assert_ne!(detected(FRENCH, &["en", "de"]).document.tag, "fr");
        assert_eq!(detected(FRENCH, &["en", "fr"]).document.tag, "fr");
    }

    #[test]
    fn nothing_is_said_of_numbers() {
        assert_eq!(detected("12 345\n06/07/2024", &[]).document.tag, "und");
        assert_eq!(detected("", &[]).document.tag, "und");
    }

    #[test]
    fn every_code_of_the_detector_has_a_tag() {
        assert!(Lang::all().iter().all(|lang| tag_of(*lang).is_some()));
    }
}
