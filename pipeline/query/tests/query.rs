//! Questions to published tables, from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use newsloom_stages::layers::{Blocks, Language};
use newsloom_stages::{decode, segment, tag};
use newsloom_tabulate::{ArticleInput, Bytes, assemble_parquet, encode, tables};

/// Publishes the Parquet tables of one article in `folder`.
fn publish(folder: &Path) {
    let document = decode::from_text("It cost $5.25 million on 3 May 2024.\nIt was sold in 2023.");
    let blocks = Blocks::all_body(&document.text);
    let language = Language::given("en", &blocks);
    let settings = segment::Settings::default();
    let sentences = segment::segment(&document, &blocks, &language, &settings);
    let settings = tag::Settings::default();
    let mentions = tag::tag(&document, &blocks, &language, &sentences, &settings);
    let article = ArticleInput {
        article_id: "a.txt",
        source: "a.txt",
        source_bytes: 1,
        content_sha256: "0",
        duplicate_of: None,
        document: &document,
        blocks: &blocks,
        language: &language,
        sentences: &sentences,
        mentions: &mentions,
    };
    for table in &tables() {
        let row_group = Bytes::from(encode(table, &[article]).parquet);
        let bytes = assemble_parquet(table, [Ok(vec![row_group])], Vec::new()).unwrap();
        fs::write(folder.join(format!("{}.parquet", table.name)), bytes).unwrap();
    }
}

fn ask(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_newsloom-query"));
    program.args(arguments).arg("--out").arg(folder).output().unwrap()
}

#[test]
fn questions_are_answered_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path());
    let sql = "SELECT surface, amount, currency FROM money";
    let answer = |format| ask(folder.path(), &["query", sql, "--format", format]).stdout;
    let csv = String::from_utf8(answer("csv")).unwrap();
    assert_eq!(csv, "surface,amount,currency\n$5.25 million,5250000.000000000,USD\n");
    let json: serde_json::Value = serde_json::from_slice(&answer("json")).unwrap();
    assert_eq!(json["currency"], "USD");
    assert!(answer("parquet").starts_with(b"PAR1"));
    assert!(String::from_utf8(answer("table")).unwrap().contains("$5.25 million"));
    let sql = "SELECT d.value FROM dates d JOIN sentences s ON d.sentence = s.sentence \
               ORDER BY d.start_date";
    let joined = ask(folder.path(), &["query", sql, "--format", "csv"]).stdout;
    assert_eq!(String::from_utf8(joined).unwrap(), "value\n2023\n2024-05-03\n");
}

#[test]
fn the_summary_lists_the_chronology_in_order() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path());
    let summary = String::from_utf8(ask(folder.path(), &["summary"]).stdout).unwrap();
    let (first, second) =
        (summary.find("2023-01-01  ").unwrap(), summary.find("2024-05-03  ").unwrap());
    assert!(first < second && summary.contains("Money by currency"), "{summary}");
}

#[test]
fn wrong_questions_and_missing_tables_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = ask(folder.path(), &["summary"]);
    assert!(!missing.status.success());
    assert!(String::from_utf8(missing.stderr).unwrap().contains("make all"));
    publish(folder.path());
    let wrong = ask(folder.path(), &["query", "SELECT nothing FROM nowhere"]);
    assert_eq!(wrong.status.code(), Some(2));
}
