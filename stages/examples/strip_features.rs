//! Prints what `benches/strip_model/train.py` learns from: features of lines, or decisions.
//!
//! Reads JSON lines `{id, text, scores?}` on standard input, `scores` being the scores of the
//! lines that are not blank.
//! - `first`: a table, tab-separated: id, number of the line, then the first model's features.
//! - `second`: the same with the second model's features; needs the first model's `scores`.
//! - `decide`: JSON lines `{id, keep: [line, …]}`; needs the second model's `scores`.

use std::io::{BufWriter, Error, Write as _, stdin, stdout};

use newsloom_stages::strip::study;
use serde_json::{Value, json};

fn main() -> Result<(), Error> {
    let mode = std::env::args().nth(1).unwrap_or_default();
    if !["first", "second", "decide"].contains(&mode.as_str()) {
        return Err(Error::other("usage: strip_features first|second|decide < pages.jsonl"));
    }
    let mut out = BufWriter::new(stdout().lock());
    if mode != "decide" {
        writeln!(out, "id\tline\t{}", study::names(mode == "second").join("\t"))?;
    }
    for page in stdin().lines() {
        let page: Value = serde_json::from_str(&page?)?;
        let (id, text) = (&page["id"], page["text"].as_str().unwrap_or_default());
        let scores: Option<Vec<i32>> = serde_json::from_value(page["scores"].clone())?;
        if mode != "first" && scores.is_none() {
            return Err(Error::other(format!("{id} has no scores")));
        }
        let scores = scores.as_deref();
        if mode == "decide" {
            let keep = study::kept(text, scores.unwrap_or_default());
            writeln!(out, "{}", json!({ "id": id, "keep": keep }))?;
            continue;
        }
        let (numbers, rows) = study::rows(text, scores);
        for (number, row) in numbers.iter().zip(rows) {
            write!(out, "{}\t{number}", id.as_str().unwrap_or_default())?;
            for value in row {
                write!(out, "\t{value}")?;
            }
            writeln!(out)?;
        }
    }
    out.flush()
}
