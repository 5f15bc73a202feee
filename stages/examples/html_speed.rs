//! How fast pages are read and stripped: JSON lines `{html}` on standard input; milliseconds a
//! megabyte of HTML on one thread, the best of five rounds.

use std::io::{BufRead as _, stdin};
use std::time::Instant;

use newsloom_stages::lines::LineSet;
use newsloom_stages::{decode, strip};
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
    let settings = strip::Settings::default();
    let round = || {
        let start = Instant::now();
        let documents: Vec<_> = pages.iter().map(|page| decode::from_html(page)).collect();
        let decoded = start.elapsed().as_secs_f64();
        let kept: usize = documents
            .iter()
            .map(|document| strip::strip(document, &LineSet::default(), &settings))
            .map(|blocks| blocks.blocks.iter().filter(|block| block.keep).count())
            .sum();
        (decoded, start.elapsed().as_secs_f64() - decoded, kept)
    };
    let rounds: Vec<(f64, f64, usize)> = (0..5).map(|_| round()).collect();
    let best = |time: fn(&(f64, f64, usize)) -> f64| {
        1000.0 * rounds.iter().map(time).fold(f64::MAX, f64::min) / megabytes
    };
    let (decode, strip) = (best(|round| round.0), best(|round| round.1));
    println!("{megabytes:.1} MB, {} lines kept", rounds[0].2);
    println!("decode {decode:.2} ms/MB, strip {strip:.2} ms/MB");
}
