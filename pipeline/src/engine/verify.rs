//! Whether what is published is whole and true: hashes, schema, keys, and spans against the raw
//! files.
//!
//! Invariant: every fault is told, up to a cap a kind; nothing published is trusted on the way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use encoding_rs::Encoding;
use newsloom_tabulate::{Table, csv_of_parquet, tables};

use super::hash::Hash;
use crate::config::Config;

/// Faults of one file that are told one by one.
const FAULTS_SHOWN: usize = 10;

/// What was checked and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    pub file_count: usize,
    pub row_count: usize,
    pub span_count: usize,
    pub faults: Vec<String>,
}

type Row = HashMap<String, String>;

/// Checks the published folder against itself and the raw folder.
///
/// # Errors
/// Where there is nothing published to check.
pub fn verify(config: &Config) -> io::Result<Report> {
    let out = &config.paths.out;
    let mut report = Report::default();
    check_sums(out, &mut report)?;
    let mut rows: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    let tables = tables();
    for table in &tables {
        rows.insert(table.name, check_table(out, table, &mut report));
    }
    for table in &tables {
        check_keys(table, &rows, &mut report);
    }
    check_spans(config, &rows, &mut report);
    Ok(report)
}

fn check_sums(out: &Path, report: &mut Report) -> io::Result<()> {
    let sums = fs::read_to_string(out.join("SHA256SUMS"))?;
    for line in sums.lines() {
        let Some((hash, name)) = line.split_once("  ") else {
            report.faults.push(format!("SHA256SUMS: not a line of hash and name: {line:?}"));
            continue;
        };
        report.file_count += 1;
        match fs::read(out.join(name)) {
            Ok(bytes) if Hash::of(&bytes).to_string() == hash => {}
            Ok(_) => report.faults.push(format!("{name}: its hash is not the one published")),
            Err(error) => report.faults.push(format!("{name}: {error}")),
        }
    }
    Ok(())
}

/// Whether both forms of a table have its schema and the same rows; gives the rows.
fn check_table(out: &Path, table: &Table, report: &mut Report) -> Vec<Row> {
    let name = table.name;
    let parquet = fs::read(out.join(format!("{name}.parquet")));
    let csv = fs::read(out.join(format!("{name}.csv")));
    let (Ok(parquet), Ok(csv)) = (parquet, csv) else {
        report.faults.push(format!("{name}: the Parquet or the CSV file is missing"));
        return Vec::new();
    };
    match csv_of_parquet(table, parquet) {
        Ok(same) if same == csv => {}
        Ok(_) => report.faults.push(format!("{name}: Parquet and CSV hold different rows")),
        Err(error) => report.faults.push(format!("{name}.parquet: {error}")),
    }
    let mut reader = csv::Reader::from_reader(&csv[..]);
    let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
    let rows = rows.unwrap_or_else(|error| {
        report.faults.push(format!("{name}.csv: {error}"));
        Vec::new()
    });
    report.row_count += rows.len();
    rows
}

fn check_keys(table: &Table, rows: &BTreeMap<&str, Vec<Row>>, report: &mut Report) {
    let key = |row: &Row, columns: &[&str]| -> Vec<String> {
        columns.iter().map(|column| row.get(*column).cloned().unwrap_or_default()).collect()
    };
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for row in &rows[table.name] {
        if !seen.insert(key(row, table.primary_key)) {
            faults.push(format!("{}: key twice: {:?}", table.name, key(row, table.primary_key)));
        }
    }
    for foreign in table.foreign_keys {
        let targets: BTreeSet<Vec<String>> =
            rows[foreign.table].iter().map(|row| key(row, foreign.columns)).collect();
        for row in &rows[table.name] {
            let key = key(row, foreign.columns);
            if !targets.contains(&key) {
                faults.push(format!("{}: no row {key:?} in {}", table.name, foreign.table));
            }
        }
    }
    add_capped(faults, report);
}

/// Whether each row's spans slice its words out of the raw file.
fn check_spans(config: &Config, rows: &BTreeMap<&str, Vec<Row>>, report: &mut Report) {
    let mut texts: HashMap<&str, Option<Vec<char>>> = HashMap::new();
    for article in &rows["articles"] {
        let raw = fs::read(config.paths.raw.join(&article["source"])).ok();
        let raw = raw.filter(|raw| Hash::of(raw).to_string() == article["content_sha256"]);
        let encoding = Encoding::for_label(article["encoding"].as_bytes());
        let text = raw
            .zip(encoding)
            .map(|(raw, encoding)| encoding.decode_without_bom_handling(&raw).0.chars().collect());
        texts.insert(&article["article_id"], text);
    }
    for (table, words) in
        [("blocks", "text"), ("sentences", "text"), ("dates", "surface"), ("money", "surface")]
    {
        let mut faults = Vec::new();
        for row in &rows[table] {
            let spans = match row.get("spans") {
                Some(spans) => spans.clone(),
                None => format!("{}:{}", row["start"], row["end"]),
            };
            let text = texts.get(row["article_id"].as_str()).and_then(Option::as_ref);
            let sliced = text.and_then(|text| slice(text, &spans));
            report.span_count += 1;
            if sliced.as_ref() != Some(&row[words]) {
                let id = &row["article_id"];
                faults.push(format!("{table}: {id} {spans} is not {:?} there", row[words]));
            }
        }
        add_capped(faults, report);
    }
}

fn slice(text: &[char], spans: &str) -> Option<String> {
    let parts: Option<Vec<String>> = spans
        .split(';')
        .map(|span| {
            let (start, end) = span.split_once(':')?;
            Some(text.get(start.parse().ok()?..end.parse().ok()?)?.iter().collect())
        })
        .collect();
    Some(parts?.join(" "))
}

fn add_capped(faults: Vec<String>, report: &mut Report) {
    let more_count = faults.len().saturating_sub(FAULTS_SHOWN);
    report.faults.extend(faults.into_iter().take(FAULTS_SHOWN));
    if more_count > 0 {
        report.faults.push(format!("… and {more_count} more of this kind"));
    }
}
