//! How fast the stages are: JSON lines `{text}` or `{html}` on standard input; megabytes of input a
//! second of processor time for each stage, over five rounds. Linux only.

mod processor;

use std::io::{BufRead as _, stdin};

use newsloom_stages::lines::LineSet;
use newsloom_stages::{decode, detect, segment, strip, tag};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Page {
    Text(String),
    Html(String),
}

impl Page {
    fn bytes(&self) -> usize {
        let (Self::Text(page) | Self::Html(page)) = self;
        page.len()
    }
}

const STAGES: [&str; 5] = ["decode", "strip", "detect", "segment", "tag"];

/// Seconds of each stage, and how much came out of the last.
fn round(pages: &[Page]) -> ([f64; 5], usize) {
    let mut seconds = [0.0; 5];
    let mut start = processor::seconds();
    let mut ended = |stage: usize| {
        let now = processor::seconds();
        seconds[stage] = now - start;
        start = now;
    };
    let documents: Vec<_> = pages
        .iter()
        .map(|page| match page {
            Page::Text(text) => decode::from_text(text),
            Page::Html(html) => decode::from_html(html),
        })
        .collect();
    ended(0);
    let (none, settings) = (LineSet::default(), strip::Settings::default());
    let stripped = documents.iter().map(|document| strip::strip(document, &none, &settings));
    let stripped: Vec<_> = documents.iter().zip(stripped).collect();
    ended(1);
    let settings = detect::Settings::default();
    let detected = stripped
        .iter()
        .map(|(document, blocks)| (*document, blocks, detect::detect(document, blocks, &settings)));
    let detected: Vec<_> = detected.collect();
    ended(2);
    let settings = segment::Settings::default();
    let segmented = detected.iter().map(|(document, blocks, language)| {
        let sentences = segment::segment(document, blocks, language, &settings);
        (*document, *blocks, language, sentences)
    });
    let segmented: Vec<_> = segmented.collect();
    ended(3);
    let settings = tag::Settings::default();
    let mentions = segmented.iter().map(|(document, blocks, language, sentences)| {
        let mentions = tag::tag(document, blocks, language, sentences, &settings);
        mentions.dates.len() + mentions.money.len()
    });
    let mention_count = mentions.sum();
    ended(4);
    (seconds, mention_count)
}

fn main() {
    let lines = stdin().lock().lines();
    let pages: Vec<Page> = lines
        .map(|line| serde_json::from_str(&line.expect("text")).expect("{text} or {html} alone"))
        .collect();
    let megabytes = pages.iter().map(Page::bytes).sum::<usize>() as f64 / 1e6;
    let rounds: Vec<_> = (0..5).map(|_| round(&pages)).collect();
    println!("{megabytes:.1} MB, {} dates and sums", rounds[0].1);
    for (stage, name) in STAGES.iter().enumerate() {
        let seconds: f64 = rounds.iter().map(|(seconds, _)| seconds[stage]).sum();
        println!("{name}: {:.1} MB/s", megabytes * rounds.len() as f64 / seconds);
    }
}
