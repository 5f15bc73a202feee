//! Prints what `benches/strip_model/train.py` learns from pages of HTML: features of lines.
//!
//! Reads JSON lines `{id, html, scores?}`; modes as in `strip_features`, and `text`: JSON lines
//! `{id, text}`, the visible text that the numbers of lines count in.

use std::io::{BufWriter, Error, Write as _, stdin, stdout};

use newsloom_stages::decode;
use newsloom_stages::strip::study;
use serde_json::{Value, json};

fn main() -> Result<(), Error> {
    let mode = std::env::args().nth(1).unwrap_or_default();
    if !["text", "first", "second", "decide"].contains(&mode.as_str()) {
        return Err(Error::other("usage: html_features text|first|second|decide < pages.jsonl"));
    }
    let mut out = BufWriter::new(stdout().lock());
    if matches!(mode.as_str(), "first" | "second") {
        writeln!(out, "id\tline\t{}", study::page_names(mode == "second").join("\t"))?;
    }
    for page in stdin().lines() {
        let page: Value = serde_json::from_str(&page?)?;
        let document = decode::from_html(page["html"].as_str().unwrap_or_default());
        let id = page["id"].as_str().unwrap_or_default();
        let scores: Option<Vec<i32>> = serde_json::from_value(page["scores"].clone())?;
        match mode.as_str() {
            "text" => writeln!(out, "{}", json!({ "id": id, "text": document.text }))?,
            "decide" => {
                let keep = study::page_kept(&document, scores.as_deref().unwrap_or_default());
                writeln!(out, "{}", json!({ "id": id, "keep": keep }))?;
            }
            _ => {
                for (line, row) in study::page_rows(&document, scores.as_deref()).iter().enumerate()
                {
                    write!(out, "{id}\t{line}")?;
                    for value in row {
                        write!(out, "\t{value}")?;
                    }
                    writeln!(out)?;
                }
            }
        }
    }
    out.flush()
}
