//! `newsloom annotate`: articles as JSON lines in, their annotation as JSON lines out, in order.
//!
//! Invariant: each line of input has one answer, in the same order, blank lines left out; a line
//! that is no article is answered by `{id, error}` and makes the exit status 1.

mod answer;
mod groups;
mod lines;

use std::any::Any;
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use jiff::civil::DateTime;
use newsloom_stages::decode;
use newsloom_stages::layers::{Precision, Published, PublishedSource};
use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::article::{Layers, Selection, StageSettings};
use crate::config::Config;
use answer::Answer;
use groups::Groups;
use lines::{Answered, Content, Line};

#[derive(Debug, Args)]
pub struct AnnotateArgs {
    /// Stages to run
    #[arg(long, value_name = "STAGES", value_delimiter = ',', value_enum, default_value = ALL)]
    stages: Vec<StageName>,
    /// What offsets into the text count
    #[arg(long, value_name = "UNIT", value_enum, default_value_t = OffsetUnit::Char)]
    offsets: OffsetUnit,
    /// Articles annotated at once; 0: one a core
    #[arg(long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    /// Drop lines that articles of the same "site" repeat; all input is read before the first answer
    #[arg(long)]
    group: bool,
}

const ALL: &str = "strip,detect,segment,tag";

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

/// Answers every line of standard input.
///
/// # Errors
/// Where standard input cannot be read or standard output cannot be written.
pub fn annotate(args: &AnnotateArgs, config: &Config) -> anyhow::Result<ExitCode> {
    let runs = |stage| args.stages.contains(&stage);
    let mut annotator = Annotator {
        unit: args.offsets,
        selection: Selection {
            strip: runs(StageName::Strip),
            detect: runs(StageName::Detect),
            segment: runs(StageName::Segment),
            tag: runs(StageName::Tag),
        },
        settings: config.stages(),
        line_bytes_max: usize::try_from(config.limits.article_bytes_max).unwrap_or(usize::MAX),
        groups: Groups::default(),
    };
    let mut input: Box<dyn Read + Send> = Box::new(io::stdin());
    if args.group {
        let mut articles = Vec::new();
        input.read_to_end(&mut articles).context("cannot read the articles")?;
        let pool = ThreadPoolBuilder::new().num_threads(args.jobs).build()?;
        let Annotator { settings, line_bytes_max, .. } = &annotator;
        annotator.groups = pool.install(|| Groups::of(&articles, settings, *line_bytes_max));
        input = Box::new(Cursor::new(articles));
    }
    let line_bytes_max = annotator.line_bytes_max;
    let answer = move |line: &Line, out: &mut Vec<u8>| annotator.answer(line, out);
    let refused_count =
        lines::answer_all(input, &mut io::stdout().lock(), args.jobs, line_bytes_max, answer)?;
    Ok(ExitCode::from(u8::from(refused_count > 0)))
}

/// One line of input.
#[derive(Debug, Deserialize)]
struct Request {
    id: Value,
    text: Option<String>,
    html: Option<String>,
    lang: Option<String>,
    ref_date: Option<String>,
    /// A name or number that articles of one site have in common.
    site: Option<Value>,
}

/// Why a line has no annotation.
#[derive(Debug, Serialize)]
struct Refusal {
    id: Value,
    error: String,
}

/// What decides the answer to a line but the line.
struct Annotator {
    unit: OffsetUnit,
    selection: Selection,
    settings: StageSettings,
    line_bytes_max: usize,
    groups: Groups,
}

impl Annotator {
    /// Adds the answer to one line to `out`.
    fn answer(&self, line: &Line, out: &mut Vec<u8>) -> Answered {
        let before = out.len();
        let answered = match self.annotation(line, out) {
            Ok(()) => Answered::Annotated,
            Err(Refusal { id, error }) => {
                out.truncate(before);
                let refusal = Refusal { id, error: format!("line {}: {error}", line.number) };
                write_json(&refusal, out);
                Answered::Refused
            }
        };
        out.push(b'\n');
        answered
    }

    fn annotation(&self, line: &Line, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let json = match line.content {
            Content::Whole(json) => json,
            Content::TooLong => {
                let max = self.line_bytes_max;
                let error = format!("longer than {max} bytes (limits.article_bytes_max)");
                return Err(Refusal { id: Value::Null, error });
            }
        };
        let request = Request::parse(json)?;
        // A stage that fails on one article must not take the others with it.
        catch_unwind(AssertUnwindSafe(|| self.annotate(&request, out)))
            .unwrap_or_else(|panic| Err(words_of(&*panic)))
            .map_err(|error| Refusal { id: request.id, error })
    }

    fn annotate(&self, request: &Request, out: &mut Vec<u8>) -> Result<(), String> {
        let mut document = match (&request.text, &request.html) {
            (Some(text), None) => decode::from_text(text),
            (None, Some(html)) => decode::from_html(html),
            _ => return Err("give either text or html".to_owned()),
        };
        let language = request.lang.as_deref().map(primary_tag).transpose()?;
        // Its region tells the country, as that of a page's own claim does.
        if let (None, Some(lang)) = (&document.stated.language, &request.lang) {
            document.stated.language = Some(lang.clone());
        }
        if let Some(date) = &request.ref_date {
            document.stated.published.insert(0, given_date(date)?);
        }
        let repeated = self.groups.repeated(request.site.as_ref());
        let (selection, settings) = (self.selection, &self.settings);
        let layers = Layers::of(document, repeated, language.as_deref(), selection, settings);
        let id = &request.id;
        let (unit, given) = (self.unit, request.text.as_deref());
        write_json(&Answer { id, given, layers: &layers, unit, selection }, out);
        Ok(())
    }
}

impl Request {
    /// Reads one line, the `id` even of one that is otherwise malformed.
    fn parse(json: &[u8]) -> Result<Self, Refusal> {
        // Serde would take an array for the members in order.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(Refusal { id: Value::Null, error: "not a JSON object".to_owned() });
        }
        serde_json::from_slice(json).map_err(|error| {
            let row: Option<Value> = serde_json::from_slice(json).ok();
            let id = row.and_then(|mut row| row.get_mut("id").map(Value::take));
            Refusal { id: id.unwrap_or_default(), error: words(&error) }
        })
    }
}

/// The fault without its place, which serde counts from the start of the line, as `line 1`.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let fault = text.strip_suffix(&place).unwrap_or(&text);
    format!("{fault} (byte {})", error.column())
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
    format!("internal error, please report it: {said}")
}

fn write_json(value: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("plain data can be written to memory");
}

/// The primary subtag of a BCP 47 tag (`pt` of `pt-BR`), in lower case.
fn primary_tag(tag: &str) -> Result<String, String> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    let is_tag = matches!(primary.len(), 2..=8) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_tag {
        return Err(format!("lang {tag:?} is no language tag (BCP 47), such as \"fr\""));
    }
    Ok(primary.to_ascii_lowercase())
}

/// A reference date; how much of it is given is its precision.
fn given_date(date: &str) -> Result<Published, String> {
    const FORM: &str = "0000-01-01T00:00";
    let precision = match date.len() {
        4 => Some(Precision::Year),
        7 => Some(Precision::Month),
        10 => Some(Precision::Day),
        16 => Some(Precision::Minute),
        _ => None,
    };
    let is_shaped = date.bytes().zip(FORM.bytes()).all(|(byte, form)| {
        if form.is_ascii_digit() { byte.is_ascii_digit() } else { byte == form }
    });
    let is_real = || format!("{date}{}", &FORM[date.len()..]).parse::<DateTime>().is_ok();
    match precision {
        Some(precision) if is_shaped && is_real() => Ok(Published {
            value: date.to_owned(),
            precision,
            source: PublishedSource::Given,
            evidence: None,
            span: None,
        }),
        _ => Err(format!(
            "ref_date {date:?} is no date of the form 2024, 2024-05, 2024-05-21 or 2024-05-21T10:48"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_dates_have_the_precision_of_their_length() {
        for (date, precision) in [
            ("2024", Precision::Year),
            ("2024-05", Precision::Month),
            ("2024-02-29", Precision::Day),
            ("2024-05-21T10:48", Precision::Minute),
        ] {
            let given = given_date(date).unwrap();
            assert_eq!((given.value.as_str(), given.precision), (date, precision));
        }
        for date in ["", "24", "2024-13", "2023-02-29", "2024/05/21", "2024-05-21T25:00", "été"] {
            assert!(given_date(date).is_err(), "{date}");
        }
    }

    #[test]
    fn language_tags_are_cut_to_their_primary_subtag() {
        for (tag, primary) in [("fr", "fr"), ("pt-BR", "pt"), ("EN_us", "en"), ("und", "und")] {
            assert_eq!(primary_tag(tag).as_deref(), Ok(primary));
        }
        for tag in ["", "f", "français", "../x"] {
            assert!(primary_tag(tag).is_err(), "{tag}");
        }
    }
}
