//! How fast pages are read: JSON lines `{html}` on standard input, megabytes a second out, the
//! best of three rounds on one thread.

use std::io::{BufRead as _, stdin};
use std::time::Instant;

use newsloom_stages::decode::html;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    html: String,
}

fn main() {
    let lines = stdin().lock().lines();
    let pages: Vec<String> = lines
        .map(|line| serde_json::from_str::<Row>(&line.expect("text")).expect("{html}").html)
        .collect();
    let megabytes = pages.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    let round = || {
        let start = Instant::now();
        let text: usize = pages.iter().map(|page| html::parse(page).text.len()).sum();
        (start.elapsed().as_secs_f64(), text)
    };
    let (seconds, text) =
        (0..3).map(|_| round()).min_by(|a, b| a.0.total_cmp(&b.0)).expect("three");
    println!("{megabytes:.1} MB, text {text}: {:.2} ms/MB", 1000.0 * seconds / megabytes);
}
