//! How fast dates and money are found: JSON lines `{lang, text}` of clean text on standard input;
//! for each language megabytes a second of processor time of one thread (as Linux counts it, so
//! that other work on the machine weighs less).

mod processor;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead as _, stdin};

use newsloom_stages::layers::{Blocks, Document, Language, Sentences};
use newsloom_stages::tag::{self, dates, money};
use newsloom_stages::{decode, segment};
use serde::Deserialize;

const ROUNDS: usize = 7;
const WORK: [&str; 3] = ["dates", "money", "tag"];

#[derive(Deserialize)]
struct Article {
    lang: String,
    text: String,
}

/// A text up to its sentences.
struct Segmented {
    document: Document,
    blocks: Blocks,
    language: Language,
    sentences: Sentences,
}

impl Segmented {
    fn of(article: &Article) -> Self {
        let document = decode::from_text(&article.text);
        let blocks = Blocks::all_body(&document.text);
        let language = Language::given(&article.lang, &blocks);
        let settings = segment::Settings::default();
        let sentences = segment::segment(&document, &blocks, &language, &settings);
        Self { document, blocks, language, sentences }
    }

    fn texts(&self) -> Vec<Cow<'_, str>> {
        let sentences = self.sentences.sentences.iter();
        sentences.map(|sentence| sentence.text(&self.document.text)).collect()
    }

    fn count(&self, work: usize) -> usize {
        let Self { document, blocks, language, sentences } = self;
        let settings = tag::Settings::default();
        match work {
            0 => {
                let (texts, mut anchors) = (self.texts(), dates::Anchors::default());
                let found = texts.iter().zip(&sentences.sentences).map(|(text, sentence)| {
                    dates::find(text, &sentence.language.tag, &mut anchors).len()
                });
                found.sum()
            }
            1 => {
                let texts = self.texts();
                money::tag(language, sentences, &texts, None, None, &settings).len()
            }
            _ => {
                let mentions = tag::tag(document, blocks, language, sentences, &settings);
                mentions.dates.len() + mentions.money.len()
            }
        }
    }
}

fn main() {
    let mut by_language: BTreeMap<String, Vec<Segmented>> = BTreeMap::new();
    for line in stdin().lock().lines() {
        let article: Article =
            serde_json::from_str(&line.expect("text")).expect("members `lang` and `text`");
        by_language.entry(article.lang.clone()).or_default().push(Segmented::of(&article));
    }
    println!("| language | MB | found a MB | dates MB/s | money MB/s | tag MB/s |");
    println!("|---|---|---|---|---|---|");
    for (language, articles) in by_language {
        let bytes: usize = articles.iter().map(|article| article.document.text.len()).sum();
        let megabytes = bytes as f64 / 1e6;
        let mut seconds = [0.0; WORK.len()];
        let mut found = [0; WORK.len()];
        for _ in 0..ROUNDS {
            for (work, seconds) in seconds.iter_mut().enumerate() {
                let start = processor::seconds();
                found[work] = articles.iter().map(|article| article.count(work)).sum();
                *seconds += processor::seconds() - start;
            }
        }
        let density = found[2] as f64 / megabytes;
        let [dates, money, tag] = seconds.map(|seconds| ROUNDS as f64 * megabytes / seconds);
        println!(
            "| {language} | {megabytes:.1} | {density:.0} | {dates:.0} | {money:.0} | {tag:.0} |"
        );
    }
}
