//! Prints what `benches/strip_model/train_html.py` learns from: the lines of pages of HTML.
//!
//! Reads JSON lines `{id, html}` on standard input.
//! - `text`: JSON lines `{id, text}`, the visible text.
//! - `rows`: a table, tab-separated: id, number of the line among those that are not blank, then
//!   its features. Lines that no model is asked about are left out.

use std::io::{BufWriter, Error, Write as _, stdin, stdout};

use newsloom_stages::decode;
use newsloom_stages::strip::study;
use serde_json::{Value, json};

fn main() -> Result<(), Error> {
    let mode = std::env::args().nth(1).unwrap_or_default();
    if !["text", "rows"].contains(&mode.as_str()) {
        return Err(Error::other("usage: html_features text|rows < pages.jsonl"));
    }
    let mut out = BufWriter::new(stdout().lock());
    if mode == "rows" {
        writeln!(out, "id\tline\t{}", study::page_names().join("\t"))?;
    }
    for page in stdin().lines() {
        let page: Value = serde_json::from_str(&page?)?;
        let document = decode::from_html(page["html"].as_str().unwrap_or_default());
        let id = page["id"].as_str().unwrap_or_default();
        if mode == "text" {
            writeln!(out, "{}", json!({ "id": id, "text": document.text }))?;
            continue;
        }
        for (line, row) in study::page_rows(&document).iter().enumerate() {
            let Some(row) = row else { continue };
            write!(out, "{id}\t{line}")?;
            for value in row {
                write!(out, "\t{value}")?;
            }
            writeln!(out)?;
        }
    }
    out.flush()
}
