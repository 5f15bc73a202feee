//! The layers of one article as one JSON object, offsets led back to the text that was given, or
//! into the visible text of a page, which is then part of the answer.
//!
//! Invariant: members stand in a fixed order, and those of a stage that did not run are left out.

use std::borrow::Cow;

use newsloom_stages::layers::{
    Block, DateMention, Document, Format, MoneyMention, Sentence, Stated, Tagged, joined,
};
use newsloom_stages::{Span, day};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use super::OffsetUnit;
use crate::article::{Layers, Selection};

/// The answer to one article.
pub struct Answer<'a> {
    pub id: &'a Value,
    /// The text as it was given, which offsets refer to; none for a page.
    pub given: Option<&'a str>,
    pub layers: &'a Layers,
    pub unit: OffsetUnit,
    pub selection: Selection,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Layers { document, blocks, language, sentences, mentions } = self.layers;
        let Selection { strip, detect, segment, tag } = self.selection;
        let offsets = Offsets::new(document, self.given, self.unit);
        let mut answer = serializer.serialize_map(None)?;
        answer.serialize_entry("id", self.id)?;
        if self.given.is_none() {
            answer.serialize_entry("text", &document.text)?;
        }
        if strip {
            answer.serialize_entry("title", &blocks.title)?;
        }
        if self.given.is_none() {
            let Stated { published, modified, canonical_url, language, .. } = &document.stated;
            let best = published.iter().min_by_key(|date| date.source);
            let date = mentions.published.as_ref().or(best);
            answer.serialize_entry("date", &date.map(|date| &date.value))?;
            answer.serialize_entry("modified", modified)?;
            answer.serialize_entry("canonical_url", canonical_url)?;
            answer.serialize_entry("language_declared", language)?;
        }
        if tag {
            let published = mentions.published.as_ref();
            answer.serialize_entry("published", &published.map(|found| &found.value))?;
            let source = published.map(|found| found.source.name());
            answer.serialize_entry("published_source", &source)?;
        }
        if strip {
            match document.format {
                Format::Text => answer.serialize_entry("author", &blocks.author())?,
                Format::Html => answer.serialize_entry("author", &blocks.authors)?,
            }
            answer.serialize_entry("site", &blocks.site)?;
        }
        if detect {
            answer.serialize_entry("language", &LanguageRow::new(&language.document))?;
        }
        if strip {
            let rows = blocks.blocks.iter().map(|block| BlockRow::new(block, &offsets));
            answer.serialize_entry("blocks", &rows.collect::<Vec<_>>())?;
        }
        if segment {
            let flat = |sentence: &Sentence| offsets.pairs(&sentence.spans).concat();
            let rows: Vec<Vec<u32>> = sentences.sentences.iter().map(flat).collect();
            answer.serialize_entry("sentences", &rows)?;
            let tags = sentences.sentences.iter().map(|sentence| &sentence.language.tag);
            answer.serialize_entry("sentence_languages", &tags.collect::<Vec<_>>())?;
        }
        if tag {
            let text = &document.text;
            let rows = mentions.dates.iter().map(|date| DateRow::new(date, text, &offsets));
            answer.serialize_entry("dates", &rows.collect::<Vec<_>>())?;
            let rows = mentions.money.iter().map(|sum| MoneyRow::new(sum, text, &offsets));
            answer.serialize_entry("money", &rows.collect::<Vec<_>>())?;
        }
        answer.end()
    }
}

/// The way from spans of the document to offsets into the text that was given.
struct Offsets<'a> {
    scalars: Box<dyn Fn(Span) -> (u32, u32) + 'a>,
    /// The byte of each scalar of the given text, where bytes are wanted.
    bytes: Option<Vec<u32>>,
}

impl<'a> Offsets<'a> {
    fn new(document: &'a Document, given: Option<&str>, unit: OffsetUnit) -> Self {
        let translator = document.map.translator(&document.text);
        let bytes = (unit == OffsetUnit::Byte).then(|| {
            let text = given.unwrap_or(&document.text);
            let starts = text.char_indices().map(|(byte, _)| byte).chain([text.len()]);
            starts.map(|byte| Span::new(0, byte).end).collect()
        });
        let scalars: Box<dyn Fn(Span) -> (u32, u32) + 'a> = if given.is_some() {
            Box::new(move |span| translator.raw(span))
        } else {
            Box::new(move |span| (translator.scalar(span.start), translator.scalar(span.end)))
        };
        Self { scalars, bytes }
    }

    /// First offset and the one after the last.
    fn pair(&self, span: Span) -> [u32; 2] {
        let (start, end) = (self.scalars)(span);
        match &self.bytes {
            Some(bytes) => [bytes[start as usize], bytes[end as usize]],
            None => [start, end],
        }
    }

    fn pairs(&self, spans: &[Span]) -> Vec<[u32; 2]> {
        spans.iter().map(|span| self.pair(*span)).collect()
    }
}

#[derive(serde::Serialize)]
struct LanguageRow<'a> {
    tag: &'a str,
    confidence: f64,
}

impl<'a> LanguageRow<'a> {
    fn new(language: &'a Tagged) -> Self {
        Self { tag: &language.tag, confidence: language.confidence.as_f64() }
    }
}

#[derive(serde::Serialize)]
struct BlockRow<'a> {
    start: u32,
    end: u32,
    kind: &'static str,
    keep: bool,
    rule: &'a str,
    score: f64,
}

impl<'a> BlockRow<'a> {
    fn new(block: &'a Block, offsets: &Offsets) -> Self {
        let [start, end] = offsets.pair(block.span);
        Self {
            start,
            end,
            kind: block.kind.name(),
            keep: block.keep,
            rule: &block.rule,
            score: block.score.as_f64(),
        }
    }
}

/// Where a mention stands, and its words.
#[derive(serde::Serialize)]
struct Place<'a> {
    start: u32,
    end: u32,
    /// More than one where the body was cut in two inside the mention.
    spans: Vec<[u32; 2]>,
    surface: Cow<'a, str>,
    sentence: u32,
}

impl<'a> Place<'a> {
    fn new(sentence: u32, spans: &[Span], text: &'a str, offsets: &Offsets) -> Self {
        let pairs = offsets.pairs(spans);
        Self {
            start: pairs.first().map_or(0, |pair| pair[0]),
            end: pairs.last().map_or(0, |pair| pair[1]),
            spans: pairs,
            surface: joined(spans, text),
            sentence,
        }
    }
}

#[derive(serde::Serialize)]
struct DateRow<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    value: &'a str,
    r#type: &'static str,
    start_date: Option<String>,
    end_date: Option<String>,
    granularity: &'static str,
    resolution: &'static str,
    anchor: Option<&'a str>,
    modifier: Option<&'static str>,
    ambiguous: bool,
    alternative_value: Option<&'a str>,
    rule: &'a str,
}

impl<'a> DateRow<'a> {
    fn new(date: &'a DateMention, text: &'a str, offsets: &Offsets) -> Self {
        Self {
            place: Place::new(date.sentence, &date.spans, text, offsets),
            value: &date.value,
            r#type: date.timex.name(),
            start_date: date.start_day.and_then(day::iso),
            end_date: date.end_day.and_then(day::iso),
            granularity: date.granularity.name(),
            resolution: date.resolution.name(),
            anchor: date.anchor.as_deref(),
            modifier: date.modifier.map(|modifier| modifier.name()),
            ambiguous: date.alternative_value.is_some(),
            alternative_value: date.alternative_value.as_deref(),
            rule: &date.rule,
        }
    }
}

#[derive(serde::Serialize)]
struct MoneyRow<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    amount: Option<&'a str>,
    amount_max: Option<&'a str>,
    currency: Option<&'a str>,
    currency_evidence: &'static str,
    currency_candidates: &'a [String],
    qualifier: Option<&'a str>,
    qualifier_start: Option<u32>,
    qualifier_end: Option<u32>,
    bound: &'static str,
    per: Option<&'a str>,
    equivalent_of: Option<u32>,
    rule: &'a str,
}

impl<'a> MoneyRow<'a> {
    fn new(sum: &'a MoneyMention, text: &'a str, offsets: &Offsets) -> Self {
        let qualifier = sum.qualifier.map(|span| offsets.pair(span));
        Self {
            place: Place::new(sum.sentence, &sum.spans, text, offsets),
            amount: sum.amount.as_deref(),
            amount_max: sum.amount_max.as_deref(),
            currency: sum.currency.as_deref(),
            currency_evidence: sum.currency_evidence.name(),
            currency_candidates: &sum.currency_candidates,
            qualifier: sum.qualifier.map(|span| span.slice(text)),
            qualifier_start: qualifier.map(|[start, _]| start),
            qualifier_end: qualifier.map(|[_, end]| end),
            bound: sum.bound.name(),
            per: sum.per.as_deref(),
            equivalent_of: sum.equivalent_of,
            rule: &sum.rule,
        }
    }
}
