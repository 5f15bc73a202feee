//! Prints what `benches/strip_model/train.py` learns from: features of lines, or decisions.
//!
//! Reads JSON lines `{id, text, scores?}` on standard input.
//! - `features`: a table, tab-separated: id, number of the line, then the features of each line
//!   that is not blank; hard-wrapped lines of one paragraph are one row, of the first.
//! - `decide`: JSON lines `{id, keep: [line, ...]}`, from the `scores` of those rows.
//! - `time`: how fast the whole stage is, in MB of text a second.

use std::hint::black_box;
use std::io::{BufWriter, Error, Write as _, stdin, stdout};
use std::time::{Duration, Instant};

use newsloom_stages::decode;
use newsloom_stages::lines::LineSet;
use newsloom_stages::strip::{self, study};
use serde_json::{Value, json};

fn main() -> Result<(), Error> {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let mut out = BufWriter::new(stdout().lock());
    match mode.as_str() {
        "features" => writeln!(out, "id\tline\t{}", study::names().join("\t"))?,
        "decide" | "time" => {}
        _ => return Err(Error::other("usage: strip_features features|decide|time < pages.jsonl")),
    }
    let (mut bytes, mut time) = (0, Duration::ZERO);
    for page in stdin().lines() {
        let page: Value = serde_json::from_str(&page?)?;
        let (Some(id), Some(text)) = (page["id"].as_str(), page["text"].as_str()) else {
            return Err(Error::other(format!("no id or no text: {page:.60}")));
        };
        if mode == "time" {
            let document = decode::from_text(text);
            let start = Instant::now();
            black_box(strip::strip(&document, &LineSet::default(), &strip::Settings::default()));
            time += start.elapsed();
            bytes += text.len();
            continue;
        }
        if mode == "decide" {
            let scores: Vec<i32> = serde_json::from_value(page["scores"].clone())?;
            writeln!(out, "{}", json!({ "id": id, "keep": study::kept(text, &scores) }))?;
            continue;
        }
        for (number, row) in study::rows(text) {
            write!(out, "{id}\t{number}")?;
            for value in row {
                write!(out, "\t{value}")?;
            }
            writeln!(out)?;
        }
    }
    if mode == "time" {
        writeln!(out, "{:.1} MB/s", bytes as f64 / 1e6 / time.as_secs_f64())?;
    }
    out.flush()
}
