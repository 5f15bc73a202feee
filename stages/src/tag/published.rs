//! When the article was published: the candidates, and which is trusted.
//!
//! In order of trust: told by the caller, metadata, a date line beside title or byline, a date of
//! the body that says it is today, the address, the scraper's mark. Never a date line among other
//! headlines, and never simply the latest date of the file. A date line that readers see is trusted
//! over a page's own records where these name another day, for the change of the page as well.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use newsloom_languages::folders;
use serde::Deserialize;

use super::dates::{Anchors, find};
use crate::day;
use crate::layers::{
    Block, Blocks, Document, Kind, Language, Precision, Published, PublishedSource, Sentences,
};
use crate::lexicon;
use crate::span::Span;

/// Words that place a date in the article's own time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Before a full date they make it the day of writing (`ce vendredi 2 octobre 2020`).
    this: Vec<String>,
    /// Today, in words.
    today: Vec<String>,
    /// In a date line they mark a change, not the publication.
    updated: Vec<String>,
}

/// The words of all languages.
#[derive(Debug)]
struct Cues {
    this: Vec<String>,
    updated: Vec<String>,
    /// In any case, with either apostrophe.
    today: AhoCorasick,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let mut all = Words::default();
    for folder in folders() {
        let own: Words = lexicon::read(folder, "published.toml");
        all.this.extend(own.this);
        all.today.extend(own.today);
        all.updated.extend(own.updated);
    }
    let cases = all.today.iter().flat_map(|word| [word.clone(), word.to_uppercase()]);
    let spellings = cases.flat_map(|word| [word.replace('\'', "’"), word]);
    let today = AhoCorasick::builder().ascii_case_insensitive(true).build(spellings);
    Cues {
        this: all.this,
        updated: all.updated,
        today: today.expect("a few words fit an automaton"),
    }
});

/// All candidates, the most trusted first.
pub fn candidates(
    document: &Document,
    blocks: &Blocks,
    language: &Language,
    sentences: &Sentences,
) -> Vec<Published> {
    let (fresh, updated) = headers(document, blocks, language);
    let beside_title = fresh.iter().find(|seen| is_behind_title(seen, blocks));
    let is_contradicted = beside_title.is_some_and(|seen| contradicts(seen, document));
    let mut found = document.stated.published.clone();
    found.extend(fresh);
    found.extend(updated);
    found.extend(deictic(document, sentences));
    let mut values = Vec::new();
    found.retain(|candidate| {
        let value = (candidate.value.clone(), candidate.source);
        let is_new = !values.contains(&value);
        values.push(value);
        is_new
    });
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

/// Whether the date stands in one of the lines behind the title. A site's masthead often has the
/// day on which it was looked at.
fn is_behind_title(seen: &Published, blocks: &Blocks) -> bool {
    const LINES: usize = 4;
    let is_title = |block: &Block| block.kind == Kind::Title;
    let behind = blocks.blocks.iter().skip_while(|block| !is_title(block)).skip(1).take(LINES);
    seen.span.is_some_and(|span| behind.into_iter().any(|block| block.span.overlaps(span)))
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

/// Date lines beside the title or the byline: of the publication, and of a change.
fn headers(
    document: &Document,
    blocks: &Blocks,
    language: &Language,
) -> (Vec<Published>, Vec<Published>) {
    let text = &document.text;
    let mut fresh = Vec::new();
    let mut updated = Vec::new();
    for block in blocks.blocks.iter().filter(|block| is_header(block, document)) {
        let words = block.span.slice(text);
        let found = find(words, &language.document.tag, &mut Anchors::default());
        for date in &found {
            let Some(value) = date.publication_value() else { continue };
            let Some(precision) = precision(value) else { continue };
            let start = block.span.start as usize;
            let candidate = Published {
                value: value.to_owned(),
                precision,
                source: PublishedSource::Header,
                evidence: None,
                span: Some(Span::new(start + date.start, start + date.end)),
            };
            let before = words[..date.start].to_lowercase();
            let is_update = CUES.updated.iter().any(|word| before.contains(word.as_str()));
            if is_update { updated.push(candidate) } else { fresh.push(candidate) }
        }
    }
    (fresh, updated)
}

fn is_header(block: &Block, document: &Document) -> bool {
    let is_stamp = document.stated.stamp.is_some_and(|stamp| stamp.overlaps(block.span));
    matches!(block.kind, Kind::DateHeader | Kind::Byline) && !is_stamp
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
    let says_today: Vec<bool> =
        texts.iter().map(|text| CUES.today.is_match(text.as_ref())).collect();
    for (index, sentence) in sentences.sentences.iter().enumerate() {
        let [span] = sentence.spans[..] else { continue };
        if !says_today[index] && !says_today.get(index + 1).is_some_and(|says| *says) {
            continue;
        }
        let text = texts[index].as_ref();
        for date in find(text, &sentence.language.tag, &mut Anchors::default()) {
            let Some(value) = date.publication_value().filter(|_| date.is_day()) else { continue };
            let head = text[..date.start].to_lowercase();
            let words = text[date.start..date.end].to_lowercase();
            let behind_this = CUES.this.iter().any(|word| {
                let starts =
                    words.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with(' '));
                starts || head.trim_end().ends_with(word.as_str())
            });
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
mod tests {
    use super::*;
    use crate::decode::from_text;
    use crate::layers::{Evidence, Sentence, Tagged};

    fn published(text: &str) -> Option<Published> {
        let document = from_text(text);
        let blocks = Blocks::all_body(text);
        let language = Language::given("fr", &blocks);
        let sentence = |(block, index): (&Block, u32)| Sentence {
            spans: vec![block.span],
            block: index,
            language: Tagged { tag: "fr".to_owned(), ..Tagged::und() },
            language_basis: crate::layers::LanguageBasis::Document,
        };
        let sentences = blocks.blocks.iter().zip(0..).map(sentence).collect();
        candidates(&document, &blocks, &language, &Sentences { sentences }).into_iter().next()
    }

    #[test]
    fn a_full_date_that_is_today_dates_the_article() {
        let today = "AUJOURD’HUI, Ce 2 octobre 2020.";
        // Small, the first letter is longer.
        for text in [today, &format!("İİİİİ {today}"), "Ce 2 octobre 2020.\nIl pleut aujourd'hui."]
        {
            let found = published(text).expect(text);
            assert_eq!(
                (found.value.as_str(), found.source),
                ("2020-10-02", PublishedSource::Deictic)
            );
            assert!(found.span.is_some_and(|span| span.slice(text).ends_with("octobre 2020")));
        }
        for text in [
            "Ce 2 octobre 2020.",
            "Le 2 octobre 2020, aujourd'hui.",
            "Ce 2 octobre 2020.\nX\nAujourd'hui",
        ] {
            assert_eq!(published(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_line_that_is_seen_wins_where_the_page_contradicts_it() {
        let told = |value: &str, evidence| Published {
            value: value.to_owned(),
            precision: Precision::Day,
            source: PublishedSource::Metadata,
            evidence,
            span: None,
        };
        let text = "Le pont ferme\n3 mai 2024";
        let mut blocks = Blocks::all_body(text);
        blocks.blocks[0].kind = Kind::Title;
        blocks.blocks[1].kind = Kind::DateHeader;
        let language = Language::given("fr", &blocks);
        let record = Some(Evidence::JsonLd);
        for (own, evidence, modified, expected) in [
            ("2024-05-03", record, None, ["2024-05-03", "2024-05-03"]),
            ("2024-05-02", record, None, ["2024-05-02", "2024-05-03"]),
            ("2019-01-01", record, None, ["2024-05-03", "2019-01-01"]),
            ("2019-01-01", record, Some("2024-05-03T10:00"), ["2019-01-01", "2024-05-03"]),
            ("2019-01-01", None, None, ["2019-01-01", "2024-05-03"]),
        ] {
            let mut document = from_text(text);
            document.stated.published.push(told(own, evidence));
            document.stated.modified = modified.map(str::to_owned);
            let found = candidates(&document, &blocks, &language, &Sentences::default());
            let found: Vec<&str> = found.iter().map(|date| date.value.as_str()).collect();
            assert_eq!(found, expected, "{own} {evidence:?} {modified:?}");
        }
    }
}
