//! `newsloom show`: one article in the terminal, with all that the stages say of it.
//!
//! Invariant: nothing of the article reaches the terminal as a control character.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use anyhow::Context as _;
use newsloom_stages::layers::{Block, DateMention, Kind, MoneyMention};
use newsloom_stages::{Span, decode};

use crate::article::{Layers, Selection};
use crate::cli::Color;
use crate::config::Config;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const DATE: &str = "\x1b[36m";
const MONEY: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";
const MARGIN: usize = 18;

/// Prints the article at `article`, a path relative to the raw folder or to here.
///
/// # Errors
/// Where it cannot be read.
pub fn show(config: &Config, article: &Path, color: Color) -> anyhow::Result<ExitCode> {
    let in_raw = config.paths.raw.join(article);
    let path = if in_raw.is_file() { &in_raw } else { article };
    let raw = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let settings = config.stages();
    let document = decode::decode(&raw, &settings.decode);
    let layers = Layers::of(document, None, Selection::ALL, &settings);
    let colored = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !refused && std::io::stdout().is_terminal()
        }
    };
    let text = Page { layers: &layers, colored }.render();
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

struct Page<'a> {
    layers: &'a Layers,
    colored: bool,
}

impl Page<'_> {
    fn render(&self) -> String {
        let mut page = self.head();
        for (block, index) in self.layers.blocks.blocks.iter().zip(0..) {
            page.push_str(&self.block(block, index));
        }
        page
    }

    fn head(&self) -> String {
        let Layers { document, blocks, language, mentions, sentences } = self.layers;
        let mut head = String::new();
        let mut line = |name: &str, value: &str| {
            let name = self.paint(BOLD, &format!("{name:>MARGIN$}"));
            writeln!(head, "{name}  {}", printable(value)).expect("to memory");
        };
        line("title", blocks.title.as_deref().unwrap_or("—"));
        let published = mentions.published.as_ref();
        line(
            "published",
            &published.map_or("—".to_owned(), |found| {
                format!("{} ({}, {})", found.value, found.precision.name(), found.source.name())
            }),
        );
        for other in &mentions.published_runners_up {
            line("or", &format!("{} ({})", other.value, other.source.name()));
        }
        line("author", blocks.author.as_deref().unwrap_or("—"));
        line("site", blocks.site.as_deref().unwrap_or("—"));
        let confidence = language.document.confidence.as_f64();
        line("language", &format!("{} ({confidence:.2})", language.document.tag));
        line("encoding", &document.encoding);
        line("status", blocks.status.name());
        line(
            "found",
            &format!(
                "{} sentences, {} dates, {} sums of money",
                sentences.sentences.len(),
                mentions.dates.len(),
                mentions.money.len(),
            ),
        );
        head.push('\n');
        head
    }

    fn block(&self, block: &Block, index: u32) -> String {
        let text = &self.layers.document.text;
        let kind = block.kind.name();
        let label = if block.keep && block.kind == Kind::Body { "" } else { kind };
        let margin = format!("{label:>MARGIN$}  ");
        if !block.keep {
            let words = printable(block.span.slice(text));
            let note = format!("[{} {:.2}]", block.rule, block.score.as_f64());
            return format!("{}\n", self.paint(DIM, &format!("{margin}− {words} {note}")));
        }
        let mut lines = String::new();
        let sentences = self.layers.sentences.sentences.iter().enumerate();
        let own = sentences
            .filter(|(_, sentence)| sentence.spans.iter().any(|span| span.overlaps(block.span)));
        for (number, sentence) in own {
            let goes_on = sentence.block != index;
            let number =
                self.paint(NUMBER, &format!("{:>3}{}", number, if goes_on { "…" } else { " " }));
            for span in sentence.spans.iter().filter(|span| span.overlaps(block.span)) {
                let words = self.marked(*span);
                writeln!(lines, "{margin}{number} {words}").expect("to memory");
            }
        }
        lines
    }

    /// The words of `span` with its dates and sums marked.
    fn marked(&self, span: Span) -> String {
        let mentions = &self.layers.mentions;
        let dates = mentions
            .dates
            .iter()
            .flat_map(|date| date.spans.iter().map(move |span| (*span, DATE, date_note(date))));
        let money = mentions
            .money
            .iter()
            .flat_map(|sum| sum.spans.iter().map(move |span| (*span, MONEY, money_note(sum))));
        let mut marks: Vec<(Span, &str, String)> =
            dates.chain(money).filter(|(mark, _, _)| mark.overlaps(span)).collect();
        marks.sort();
        let text = &self.layers.document.text;
        let mut words = String::new();
        let mut at = span.start;
        for (mark, color, note) in marks {
            if mark.start < at {
                continue;
            }
            words.push_str(&printable(Span { start: at, end: mark.start }.slice(text)));
            let marked = format!("{}⟨{note}⟩", printable(mark.slice(text)));
            words.push_str(&self.paint(color, &marked));
            at = mark.end;
        }
        words.push_str(&printable(Span { start: at, end: span.end.max(at) }.slice(text)));
        words
    }

    fn paint(&self, color: &str, words: &str) -> String {
        if self.colored { format!("{color}{words}{RESET}") } else { words.to_owned() }
    }
}

fn date_note(date: &DateMention) -> String {
    let modifier = date.modifier.map_or(String::new(), |found| format!(" {}", found.name()));
    format!("{}{modifier}", date.value)
}

fn money_note(sum: &MoneyMention) -> String {
    let amount = sum.amount.as_deref().unwrap_or("?");
    let max = sum.amount_max.as_ref().map_or(String::new(), |max| format!("–{max}"));
    format!("{amount}{max} {}", sum.currency.as_deref().unwrap_or("?"))
}

fn printable(words: &str) -> String {
    let safe = |ch: char| if ch.is_control() { ' ' } else { ch };
    words.chars().filter(|ch| !is_direction_mark(*ch)).map(safe).collect()
}

/// Marks that would turn round what follows them in a terminal.
fn is_direction_mark(ch: char) -> bool {
    matches!(ch, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
