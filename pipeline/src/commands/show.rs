//! `newsloom show`: one article in the terminal, with all that the stages say of it.

mod terminal;

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::{Read as _, Write as _, stdout};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use newsloom_stages::decode::Told;
use newsloom_stages::layers::{
    Block, Bound, Claim, CurrencyEvidence, DateMention, Format, Kind, MoneyMention, Published,
    Readability, Stated,
};
use newsloom_stages::{Span, decode};

use crate::article::{Layers, Selection};
use crate::cli::Color;
use crate::config::Config;
use crate::containers::{self, Fault, RawArticle};
use crate::engine::read::is_html;
use crate::engine::recall::repeated_lines;
use crate::messages::tell;
use terminal::{Style, Terminal};

/// Columns of the kinds and of the head's labels, and of the sentences' numbers.
const MARGIN: usize = 17;
const NUMBER: usize = 5;
const INDENT: usize = MARGIN + NUMBER + 2;
/// The article would be a row of `rejects`.
const REJECTED: u8 = 1;

/// Prints the article at `article`, a path relative to the raw folder or to here; `#n` behind the
/// path of a container is its record n.
///
/// # Errors
/// Where it cannot be read.
pub fn show(config: &Config, article: &Path, color: Color) -> anyhow::Result<ExitCode> {
    let reject = |why: &str| {
        tell(format_args!("newsloom: {article:?} is rejected: {why}"));
        Ok(ExitCode::from(REJECTED))
    };
    let raw = match read(config, article)? {
        Ok(raw) => raw,
        Err(fault) => return reject(&fault.detail),
    };
    let settings = config.stages();
    let document = decode::decode(&raw.bytes, raw.format, &raw.told, &settings.decode);
    if document.readability == Readability::Binary {
        return reject("it is no text in any encoding known here");
    }
    let (path, number) = place(config, article);
    let repeated = repeated_lines(config, &path, number, &document);
    let layers = Layers::of(document, &repeated, None, Selection::ALL, &settings);
    let page = Page::new(&layers, Terminal::of_stdout(color)).render();
    stdout().write_all(page.as_bytes()).context("cannot write the article")?;
    Ok(ExitCode::SUCCESS)
}

/// The article's bytes and what is told of it, or why it would be a row of `rejects`.
fn read(config: &Config, article: &Path) -> anyhow::Result<Result<RawArticle, Fault>> {
    let bytes_max = config.limits.article_bytes_max;
    let path = article.to_str().unwrap_or_default();
    if let Some((path, container, number)) = containers::record_of(path) {
        let file = open(config, Path::new(path))?;
        let mut last = None;
        for record in containers::records(container, file, bytes_max) {
            if record.number == number {
                return Ok(record.content);
            }
            last = Some(record);
        }
        let fault = last.and_then(|last| last.content.err());
        let fault = fault.map_or(String::new(), |fault| format!("; of its last: {}", fault.detail));
        bail!("{path:?} has no record {number}{fault}");
    }
    let file = open(config, article)?;
    if containers::container_of(path).is_some() {
        bail!("{path:?} holds many articles; name one by its number, as in {path}#1");
    }
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {article:?}"))?;
    if bytes.len() as u64 > bytes_max {
        return Ok(Err(containers::too_large("it", bytes_max)));
    }
    let format = if is_html(article) { Format::Html } else { Format::Text };
    Ok(Ok(RawArticle { bytes, format, told: Told::default() }))
}

fn open(config: &Config, article: &Path) -> anyhow::Result<File> {
    let in_raw = config.paths.raw.join(article);
    let path = if in_raw.is_file() { &in_raw } else { article };
    File::open(path)
        .with_context(|| format!("cannot read {article:?}, in {:?} or here", config.paths.raw))
}

/// The path of the article in the raw folder, as far as it lies there, and its number.
fn place(config: &Config, article: &Path) -> (String, u64) {
    let path = article.to_str().unwrap_or_default();
    let (path, number) =
        containers::record_of(path).map_or((path, 0), |(path, _, number)| (path, number));
    let raw = &config.paths.raw;
    let inside = || {
        let path = fs::canonicalize(path).ok()?;
        let inside = path.strip_prefix(fs::canonicalize(raw).ok()?).ok()?;
        inside.to_str().map(str::to_owned)
    };
    let is_in_raw = raw.join(path).is_file();
    let path = if is_in_raw { None } else { inside() }.unwrap_or_else(|| path.to_owned());
    (path, number)
}

/// A stretch of a sentence.
struct Stretch {
    span: Span,
    sentence: usize,
    /// Whether the sentence began before the article was cut in two.
    goes_on: bool,
}

/// Words that a date or a sum is named by, and its value.
struct Mark {
    span: Span,
    style: Style,
    /// Empty but for the last stretch of the mention.
    note: String,
}

struct Page<'a> {
    layers: &'a Layers,
    terminal: Terminal,
    /// In order of the text.
    stretches: Vec<Stretch>,
    marks: Vec<Mark>,
}

impl<'a> Page<'a> {
    fn new(layers: &'a Layers, terminal: Terminal) -> Self {
        let mut stretches = Vec::new();
        for (sentence, layer) in layers.sentences.sentences.iter().enumerate() {
            stretches.extend(layer.spans.iter().enumerate().map(|(index, span)| Stretch {
                span: *span,
                sentence,
                goes_on: index > 0,
            }));
        }
        stretches.sort_by_key(|stretch| stretch.span);
        let mut marks = Vec::new();
        for date in &layers.mentions.dates {
            marks.extend(marks_of(&date.spans, Style::Date, &date_note(date)));
        }
        for sum in &layers.mentions.money {
            marks.extend(marks_of(&sum.spans, Style::Money, &money_note(sum)));
        }
        marks.sort_by_key(|mark| (mark.span.start, Reverse(mark.span.end)));
        Self { layers, terminal, stretches, marks }
    }

    fn render(&self) -> String {
        let mut page = String::new();
        self.head(&mut page);
        let mut last_kept = None;
        for block in &self.layers.blocks.blocks {
            // A paragraph stands apart from the one before; dropped lines stand close.
            if last_kept.is_none_or(|kept| kept || kept != block.keep) {
                page.push('\n');
            }
            last_kept = Some(block.keep);
            if block.keep { self.kept(block, &mut page) } else { self.dropped(block, &mut page) }
        }
        page
    }

    fn head(&self, page: &mut String) {
        let Layers { document, blocks, language, mentions, sentences } = self.layers;
        let Stated { titles, bylines, .. } = &document.stated;
        self.label("title", blocks.title.as_deref().unwrap_or("—"), page);
        self.others(titles, blocks.title.as_deref(), page);
        let published = mentions.published.as_ref().map_or_else(|| "—".to_owned(), words);
        self.label("published", &published, page);
        for runner_up in &mentions.published_runners_up {
            self.label("rather than", &words(runner_up), page);
        }
        if let Some(modified) = &document.stated.modified {
            self.label("modified", modified, page);
        }
        let author = blocks.author();
        self.label("author", author.as_deref().unwrap_or("—"), page);
        self.others(bylines, author.as_deref(), page);
        self.label("site", blocks.site.as_deref().unwrap_or("—"), page);
        let sure = language.document.confidence.as_f64();
        let mut languages = format!("{} ({sure:.2})", language.document.tag);
        if language.shares.len() > 1 {
            let shares = language.shares.iter();
            let shares = shares.map(|(tag, share)| format!("{tag} {:.2}", share.as_f64()));
            languages += &format!("; shares: {}", shares.collect::<Vec<_>>().join(", "));
        }
        self.label("language", &languages, page);
        self.label("encoding", &document.encoding, page);
        self.label("status", blocks.status.name(), page);
        let counts = [
            count(sentences.sentences.len(), "sentence", "sentences"),
            count(mentions.dates.len(), "date", "dates"),
            count(mentions.money.len(), "sum of money", "sums of money"),
        ];
        self.label("found", &counts.join(", "), page);
    }

    /// What else the page says, beside `chosen`.
    fn others(&self, claims: &[Claim], chosen: Option<&str>, page: &mut String) {
        for Claim { value, evidence } in claims {
            if Some(value.as_str()) != chosen {
                self.label("rather than", &format!("{value} (from: {})", evidence.name()), page);
            }
        }
    }

    fn label(&self, label: &str, value: &str, page: &mut String) {
        let label = format!("{label:>MARGIN$}  ");
        let pieces = [(Style::Label, label.as_str()), (Style::Plain, value)];
        self.terminal.line(page, MARGIN + 2, &pieces);
    }

    fn dropped(&self, block: &Block, page: &mut String) {
        let margin = format!("{:>MARGIN$}{:>NUMBER$}  ", block.kind.name(), "−");
        let note = format!("  [{} {:.2}]", block.rule, block.score.as_f64());
        let words = block.span.slice(&self.layers.document.text);
        let pieces =
            [(Style::Note, margin.as_str()), (Style::Dropped, words), (Style::Note, note.as_str())];
        self.terminal.line(page, INDENT, &pieces);
    }

    /// A kept block, one line a sentence.
    fn kept(&self, block: &Block, page: &mut String) {
        let kind = if block.kind == Kind::Body { "" } else { block.kind.name() };
        let first = self.stretches.partition_point(|stretch| stretch.span.end <= block.span.start);
        let own = self.stretches[first..].iter();
        for (index, stretch) in own.take_while(|own| own.span.overlaps(block.span)).enumerate() {
            let kind = if index == 0 { kind } else { "" };
            let margin = format!("{kind:>MARGIN$}");
            let goes_on = if stretch.goes_on { "…" } else { "" };
            let number = format!("{:>NUMBER$}  ", format!("{goes_on}{}", stretch.sentence));
            let mut pieces = vec![(Style::Label, margin.as_str()), (Style::Number, &number)];
            self.marked(stretch.span, &mut pieces);
            self.terminal.line(page, INDENT, &pieces);
        }
    }

    /// Adds the words of `span`, each date and sum followed by its value.
    fn marked<'b>(&'b self, span: Span, pieces: &mut Vec<(Style, &'b str)>) {
        let text = &self.layers.document.text;
        let mut at = span.start;
        let first = self.marks.partition_point(|mark| mark.span.start < span.start);
        for mark in self.marks[first..].iter().take_while(|mark| mark.span.start < span.end) {
            // A date inside a sum, or a sum inside a date, has only its value shown.
            if at <= mark.span.start {
                pieces.push((Style::Plain, Span { start: at, end: mark.span.start }.slice(text)));
                pieces.push((mark.style, mark.span.slice(text)));
                at = mark.span.end;
            }
            pieces.push((mark.style, &mark.note));
        }
        pieces.push((Style::Plain, Span { start: at, end: span.end.max(at) }.slice(text)));
    }
}

fn marks_of(spans: &[Span], style: Style, note: &str) -> impl Iterator<Item = Mark> {
    let last = spans.last();
    spans.iter().map(move |span| Mark {
        span: *span,
        style,
        note: if Some(span) == last { format!("⟨{note}⟩") } else { String::new() },
    })
}

fn words(published: &Published) -> String {
    let Published { value, precision, source, evidence, .. } = published;
    let evidence = evidence.map_or(String::new(), |part| format!(", {}", part.name()));
    format!("{value} ({}, from: {}{evidence})", precision.name(), source.name())
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn date_note(date: &DateMention) -> String {
    let modifier = date.modifier.map_or(String::new(), |found| format!(" {}", found.name()));
    let alternative = date.alternative_value.as_ref();
    let alternative = alternative.map_or(String::new(), |other| format!(" or {other}"));
    format!("{}{modifier}{alternative}", date.value)
}

fn money_note(sum: &MoneyMention) -> String {
    let bound = match sum.bound {
        Bound::Unbounded => String::new(),
        bound => format!("{} ", bound.name().replace('_', " ")),
    };
    let amount = sum.amount.as_deref().unwrap_or("?");
    let max = sum.amount_max.as_ref().map_or(String::new(), |max| format!(" to {max}"));
    let currency = sum.currency.as_deref().unwrap_or("?");
    let guessed = if sum.currency_evidence == CurrencyEvidence::Default { "?" } else { "" };
    let per = sum.per.as_ref().map_or(String::new(), |unit| format!(" per {unit}"));
    format!("{bound}{amount}{max} {currency}{guessed}{per}")
}
