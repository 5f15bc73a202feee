//! `newsloom annotate`: articles as JSON lines in, their annotation as JSON lines out, in order.
//!
//! Invariant: one answer a line of input, in the same order; a line that is no article is
//! answered by `{id, error}` and makes the exit status 1.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use newsloom_stages::Span;
use newsloom_stages::layers::{
    Document, MoneyMention, Precision, Published, PublishedSource, Sentence,
};
use newsloom_stages::{day, decode};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::article::{Layers, Selection, StageSettings};

/// Input is read and answered in batches of about this size.
const BATCH_BYTES: usize = 8 << 20;

#[derive(Debug, Args)]
pub struct AnnotateArgs {
    /// Stages to run; without `strip` the text is taken as clean
    #[arg(long, value_delimiter = ',', value_enum, default_values_t = ALL_STAGES)]
    stages: Vec<StageName>,
    /// What offsets into the text count
    #[arg(long, value_enum, default_value_t = OffsetUnit::Char)]
    offsets: OffsetUnit,
}

const ALL_STAGES: [StageName; 4] =
    [StageName::Strip, StageName::Detect, StageName::Segment, StageName::Tag];

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StageName {
    Strip,
    Detect,
    Segment,
    Tag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OffsetUnit {
    /// Unicode scalar values
    Char,
    /// Bytes of the text in UTF-8
    Byte,
}

/// One line of input.
#[derive(Debug, Deserialize)]
struct Request {
    id: Value,
    text: Option<String>,
    html: Option<String>,
    lang: Option<String>,
    ref_date: Option<String>,
}

/// Answers every line of standard input.
///
/// # Errors
/// Where standard input cannot be read or standard output cannot be written.
pub fn annotate(args: &AnnotateArgs, settings: &StageSettings) -> io::Result<ExitCode> {
    let runs = |stage| args.stages.contains(&stage);
    let selection = Selection {
        strip: runs(StageName::Strip),
        detect: runs(StageName::Detect),
        segment: runs(StageName::Segment),
        tag: runs(StageName::Tag),
    };
    let mut input = io::stdin().lock();
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut all_right = true;
    loop {
        let lines = read_batch(&mut input)?;
        if lines.is_empty() {
            break;
        }
        let answers: Vec<(Vec<u8>, bool)> = lines
            .par_iter()
            .map(|line| match answer(line, args.offsets, selection, settings) {
                Ok(answer) => (to_line(&answer), true),
                Err((id, error)) => (to_line(&json!({"id": id, "error": error})), false),
            })
            .collect();
        for (answer, right) in answers {
            output.write_all(&answer)?;
            all_right &= right;
        }
        output.flush()?;
    }
    Ok(if all_right { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Lines of about `BATCH_BYTES` together, blank ones left out; none at the end of the input.
fn read_batch(input: &mut impl BufRead) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        bytes += line.len();
        if !line.trim_ascii().is_empty() {
            lines.push(line);
        }
    }
    Ok(lines)
}

fn to_line(answer: &Value) -> Vec<u8> {
    let mut line = serde_json::to_vec(answer).expect("JSON values can be written");
    line.push(b'\n');
    line
}

fn answer(
    line: &[u8],
    unit: OffsetUnit,
    selection: Selection,
    settings: &StageSettings,
) -> Result<Value, (Value, String)> {
    let request: Request = serde_json::from_slice(line).map_err(|error| {
        let id = serde_json::from_slice::<Value>(line).ok().and_then(|row| row.get("id").cloned());
        (id.unwrap_or(Value::Null), format!("not an article: {error}"))
    })?;
    let fault = |error: &str| (request.id.clone(), error.to_owned());
    let text = match (&request.text, &request.html) {
        (Some(text), None) => text,
        (None, Some(_)) => return Err(fault("html is not read by this version; send `text`")),
        _ => return Err(fault("give `text` or `html`, one of them")),
    };
    let mut document = decode::from_text(text);
    if let Some(date) = &request.ref_date {
        let given = given_date(date).ok_or_else(|| {
            fault(&format!("ref_date {date:?} is none of YYYY, YYYY-MM, YYYY-MM-DD"))
        })?;
        document.stated.published.insert(0, given);
    }
    let layers = Layers::of(document, request.lang.as_deref(), selection, settings);
    let answer = Answer { layers: &layers, given: text, unit };
    Ok(answer.json(request.id.clone(), selection))
}

fn given_date(date: &str) -> Option<Published> {
    let precision = match date.len() {
        4 => Precision::Year,
        7 => Precision::Month,
        10 => Precision::Day,
        _ => return None,
    };
    let shaped = date.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let value = date.to_owned();
    shaped.then_some(Published { value, precision, source: PublishedSource::Given, span: None })
}

/// The layers as one JSON object, offsets translated.
struct Answer<'a> {
    layers: &'a Layers,
    /// The text as it was given, which offsets refer to.
    given: &'a str,
    unit: OffsetUnit,
}

impl Answer<'_> {
    fn json(&self, id: Value, selection: Selection) -> Value {
        let Layers { document, blocks, language, sentences, mentions } = self.layers;
        let raw = self.raw_offsets(document);
        let mut answer = Map::from_iter([("id".to_owned(), id)]);
        let mut add = |key: &str, value: Value| answer.insert(key.to_owned(), value);
        if selection.strip {
            add("title", json!(blocks.title));
            add("author", json!(blocks.author));
            add("site", json!(blocks.site));
            let blocks = blocks.blocks.iter().map(|block| {
                let (start, end) = raw(block.span);
                json!({
                    "start": start, "end": end, "kind": block.kind.name(), "keep": block.keep,
                    "rule": block.rule, "score": block.score.as_f64(),
                })
            });
            add("blocks", blocks.collect());
        }
        if selection.tag {
            add("published", json!(mentions.published.as_ref().map(|found| &found.value)));
            let source = mentions.published.as_ref().map(|found| found.source.name());
            add("published_source", json!(source));
        }
        if selection.detect {
            let tagged = &language.document;
            let confidence = tagged.confidence.as_f64();
            add("language", json!({"tag": tagged.tag, "confidence": confidence}));
        }
        if selection.segment {
            let flat = |sentence: &Sentence| -> Value {
                let pairs = sentence.spans.iter().map(|span| raw(*span));
                pairs.flat_map(|(start, end)| [start, end]).collect()
            };
            add("sentences", sentences.sentences.iter().map(flat).collect());
            let tags = sentences.sentences.iter().map(|sentence| sentence.language.tag.as_str());
            add("sentence_languages", tags.collect());
        }
        if selection.tag {
            add("dates", self.dates(&raw));
            add("money", mentions.money.iter().map(|sum| self.sum(sum, &raw)).collect());
        }
        Value::Object(answer)
    }

    /// The way from spans of the document to offsets into the text as it was given.
    fn raw_offsets<'a>(&'a self, document: &'a Document) -> Box<dyn Fn(Span) -> (u32, u32) + 'a> {
        let translator = document.map.translator(&document.text);
        match self.unit {
            OffsetUnit::Char => Box::new(move |span| translator.raw(span)),
            OffsetUnit::Byte => {
                let starts = self.given.char_indices().map(|(byte, _)| byte);
                let bytes: Vec<usize> = starts.chain([self.given.len()]).collect();
                Box::new(move |span| {
                    let (start, end) = translator.raw(span);
                    let bytes = Span::new(bytes[start as usize], bytes[end as usize]);
                    (bytes.start, bytes.end)
                })
            }
        }
    }

    fn dates(&self, raw: &dyn Fn(Span) -> (u32, u32)) -> Value {
        let dates = self.layers.mentions.dates.iter().map(|date| {
            let (start, end, spans) = outline(&date.spans, raw);
            json!({
                "start": start, "end": end, "spans": spans, "sentence": date.sentence,
                "value": date.value, "type": date.timex.name(),
                "start_date": date.start_day.and_then(day::iso), "end_date": date.end_day.and_then(day::iso),
                "granularity": date.granularity.name(), "resolution": date.resolution.name(),
                "anchor": date.anchor, "modifier": date.modifier.map(|modifier| modifier.name()),
                "ambiguous": date.alternative_value.is_some(),
                "alternative_value": date.alternative_value, "rule": date.rule,
            })
        });
        dates.collect()
    }

    fn sum(&self, sum: &MoneyMention, raw: &dyn Fn(Span) -> (u32, u32)) -> Value {
        let (start, end, spans) = outline(&sum.spans, raw);
        let qualifier = sum.qualifier.map(raw);
        json!({
            "start": start, "end": end, "spans": spans, "sentence": sum.sentence,
            "amount": sum.amount, "amount_max": sum.amount_max, "currency": sum.currency,
            "currency_evidence": sum.currency_evidence.name(),
            "currency_candidates": sum.currency_candidates,
            "qualifier_start": qualifier.map(|(start, _)| start),
            "qualifier_end": qualifier.map(|(_, end)| end),
            "bound": sum.bound.name(), "per": sum.per, "equivalent_of": sum.equivalent_of,
            "rule": sum.rule,
        })
    }
}

/// First offset, last offset and all pairs of a mention's spans.
fn outline(spans: &[Span], raw: &dyn Fn(Span) -> (u32, u32)) -> (u32, u32, Vec<[u32; 2]>) {
    let pairs: Vec<[u32; 2]> = spans.iter().map(|span| raw(*span).into()).collect();
    let start = pairs.first().map_or(0, |pair| pair[0]);
    let end = pairs.last().map_or(0, |pair| pair[1]);
    (start, end, pairs)
}
