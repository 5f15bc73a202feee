//! What the engine's commands say: the plan with its reasons, the log, the shrinking of the cache;
//! and containers from file to row.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::clean::build;
use crate::support::corpus::{fill, fill_with_container};
use crate::support::{House, said};

const PROSE: &str = "Le conseil a adopté le budget le 3 mai 2024, après un long débat sur les 2 \
    millions d'euros de dépenses prévues pour la rénovation des écoles.";

/// The plan as JSON.
fn plan(house: &House) -> Value {
    let output = house.command(&["plan", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The reason of each due stage, by article.
fn reasons(plan: &Value) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let due = |due: &Value| format!("{}: {}", text(&due["stage"]), text(&due["reason"]));
    let article = |article: &Value| {
        let stages = article["due"].as_array().unwrap().iter().map(due).collect();
        (text(&article["article_id"]), stages)
    };
    plan["articles"].as_array().unwrap().iter().map(article).collect()
}

fn summary(house: &House) -> Value {
    let output = house.command(&["run", "--log", "json"]).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

const STAGES: [&str; 5] = ["decode", "strip", "detect", "segment", "tag"];

#[test]
fn the_plan_tells_each_reason_and_a_run_agrees() {
    let house = House::new();
    for name in ["a.txt", "b.txt", "c.txt"] {
        house.write(name, format!("{PROSE} {name}"));
    }
    let all = |reason: &str| STAGES.map(|stage| format!("{stage}: {reason}")).to_vec();
    assert!(reasons(&plan(&house)).values().all(|due| *due == all("new")));
    assert_eq!(plan(&house)["is_first_run"], true);
    summary(&house);
    assert!(reasons(&plan(&house)).is_empty());

    house.write("a.txt", "Tout autre chose.\n");
    house.write("zz.txt", PROSE.repeat(2));
    house.write("binary.txt", [0_u8, 159, 146, 150].repeat(50));
    assert_eq!(plan(&house)["rejects"], json!(["binary.txt"]));
    fs::remove_file(house.path("raw/binary.txt")).unwrap();
    let told = reasons(&plan(&house));
    assert_eq!(told["a.txt"], all("content_changed"));
    assert_eq!(told["zz.txt"], all("new"));
    assert_eq!(told.len(), 2);
    assert_eq!(summary(&house)["stage_runs"], 10);

    house.configure("[detect]\nallowed = [\"fr\"]\n");
    let due = plan(&house);
    let told = reasons(&due);
    assert_eq!(told.len(), 4);
    for due in told.values() {
        assert_eq!(due[0], "detect: configuration_changed");
        assert_eq!(
            due[1..],
            STAGES[3..]
                .iter()
                .map(|stage| format!("{stage}: upstream_output_changed"))
                .collect::<Vec<_>>()
        );
    }
    let key = &due["articles"][0]["due"][0]["keys"][0];
    assert_eq!(*key, json!({"key": "detect.allowed", "before": "[]", "now": "[\"fr\"]"}));
    let explained = house.command(&["plan", "--explain"]).output().unwrap();
    let explained = String::from_utf8(explained.stdout).unwrap();
    assert!(explained.contains("zz.txt: strip: nothing"), "{explained}");
    assert!(explained.contains("zz.txt: detect: configuration detect.allowed [] → [\"fr\"]"));
    summary(&house);
    // Back to what is in the cache: nothing to compute, and yet other tables to publish.
    house.configure("");
    assert!(reasons(&plan(&house)).is_empty());
    assert_eq!(house.command(&["plan", "--exit-code"]).status().unwrap().code(), Some(10));
    assert_eq!(summary(&house)["stage_runs"], 0);
    assert_eq!(house.outputs(), build(&house).files);
    house.configure("[detect]\nallowed = [\"fr\"]\n");
    house.configure("");

    fs::remove_file(house.path("raw").join("zz.txt")).unwrap();
    fs::write(house.path("outputs/money.csv"), "").unwrap();
    let due = plan(&house);
    assert_eq!((&due["removed_count"], &due["spoiled"]), (&json!(1), &json!(["money.csv"])));
    summary(&house);
    fs::remove_dir_all(house.path(".newsloom/store")).unwrap();
    house.write("zz.txt", PROSE.repeat(3));
    let told = reasons(&plan(&house));
    assert_eq!(told["a.txt"], all("output_missing"));
    assert_eq!(told["zz.txt"], all("new"));
}

#[test]
fn a_file_as_new_as_the_scan_is_told_and_read_again() {
    let house = House::new();
    fill(&house, 2);
    house.write("later.txt", PROSE);
    thread::sleep(Duration::from_millis(60));
    // On a busy machine the file may have grown old before the scan.
    let is_told = (1..=20).any(|count| {
        house.write("racy.txt", PROSE.repeat(count));
        summary(&house);
        let told = plan(&house)["not_trusted"].clone();
        assert!(told == json!(["racy.txt"]) || told == json!([]), "{told}");
        told == json!(["racy.txt"])
    });
    assert!(is_told);
    thread::sleep(Duration::from_millis(60));
    summary(&house);
    house.write("later.txt", "Plus tard.");
    let due = plan(&house);
    assert_eq!(due["not_trusted"], json!([]));
    assert_eq!(reasons(&due)["later.txt"][0], "decode: content_changed");
}

#[test]
fn shrinking_the_cache_forgets_only_what_is_not_in_use() {
    let house = House::new();
    fill_with_container(&house, 12);
    summary(&house);
    for currency in ["CAD", "AUD", "USD", "HKD"] {
        house.configure(&format!("[tag]\ndefault_currencies = {{ fr = [\"{currency}\"] }}\n"));
        summary(&house);
    }
    let length = || -> u64 {
        let files = fs::read_dir(house.path(".newsloom/store")).unwrap();
        files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
    };
    let (before, published) = (length(), house.outputs());
    let output = house.command(&["gc"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(length() * 8 < before * 7, "{} of {before} bytes", length());
    assert_eq!(house.outputs(), published);
    house.write("more.txt", PROSE);
    assert_eq!(summary(&house)["stage_runs"], 5);
    assert_eq!(house.outputs(), build(&house).files);
    // What was forgotten is computed again.
    house.configure("[tag]\ndefault_currencies = { fr = [\"CAD\"] }\n");
    assert!(summary(&house)["stage_runs"].as_u64().unwrap() > 5);
    assert_eq!(house.outputs(), build(&house).files);
}

#[test]
fn logs_have_codes_and_no_text_of_an_article() {
    let house = House::new();
    house.write("secret-name.txt", "Mot de passe : sésame, le 3 mai 2024.\n");
    house.write("binary.txt", [0_u8, 159, 146, 150].repeat(50));
    let output = house.command(&["run", "--log", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    for line in said(&output).lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["code"].is_string(), "{line}");
    }
    let log = fs::read_to_string(house.path(".newsloom/runs.jsonl")).unwrap();
    let line: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    for member in ["time", "host", "threads", "seconds", "articles", "stage_runs"] {
        assert!(!line[member].is_null(), "{member}");
    }
    assert!(!log.contains("sésame") && !log.contains("secret-name"));
    assert!(!said(&output).contains("sésame"));
    let manifest = fs::read_to_string(house.path("outputs/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    for member in ["time", "host", "threads", "seconds"] {
        assert!(manifest[member].is_null(), "{member}");
    }
}

fn record(number: usize) -> String {
    let text = format!("{PROSE} Séance {number}.");
    json!({"id": format!("r{number}"), "text": text, "url": format!("https://example.org/{number}"),
           "title": format!("Séance {number}"), "date": "2024-05-04"})
    .to_string()
}

#[test]
fn records_of_containers_are_articles() {
    let house = House::new();
    let records: Vec<String> = (1..=12).map(record).collect();
    let lines = records.join("\n") + "\n";
    house.write("a.jsonl", &lines);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(format!("{}\nnot json\n{}\n", record(20), record(1)).as_bytes()).unwrap();
    house.write("b.jsonl.gz", gzip.finish().unwrap());
    house.write("c.ndjson.zst", zstd::encode_all(record(30).as_bytes(), 1).unwrap());
    house.write(
        "d.warc",
        "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n\
        WARC-Target-URI: https://example.org/w\r\nContent-Length: 12\r\n\r\nUn procès. \n\r\n\r\n",
    );
    house.write("e.jsonl", "");
    house.write("a.txt", PROSE);
    house.write("a.jsonl#1", PROSE);
    house.write("b#2", PROSE);
    let first = summary(&house);
    assert_eq!((&first["articles"], &first["rejected"]), (&json!(18), &json!(3)));

    let articles = fs::read(house.path("outputs/articles.csv")).unwrap();
    let mut articles = csv::Reader::from_reader(&articles[..]);
    let rows: Vec<BTreeMap<String, String>> = articles.deserialize().map(Result::unwrap).collect();
    let ids: Vec<&str> = rows.iter().map(|row| row["article_id"].as_str()).collect();
    let mut expected: Vec<String> = (1..=12).map(|number| format!("a.jsonl#{number}")).collect();
    expected.extend(
        ["a.txt", "b#2", "b.jsonl.gz#1", "b.jsonl.gz#3", "c.ndjson.zst#1", "d.warc#1"]
            .map(str::to_owned),
    );
    assert_eq!(ids, expected);
    assert_eq!((&*rows[9]["source"], &*rows[9]["record_id"]), ("a.jsonl", "r10"));
    assert_eq!(rows[9]["url"], "https://example.org/10");
    assert_eq!((&*rows[9]["title"], &*rows[9]["published"]), ("Séance 10", "2024-05-04"));
    assert_eq!(rows[15]["duplicate_of"], "a.jsonl#1");
    let rejects = fs::read_to_string(house.path("outputs/rejects.csv")).unwrap();
    assert!(rejects.contains("a.jsonl#1,name_ambiguous,"));
    assert_eq!((&*rows[13]["article_id"], &*rows[13]["source"]), ("b#2", "b#2"));
    assert!(rejects.contains("b.jsonl.gz#2,malformed,") && rejects.contains("e.jsonl,no_records,"));

    // One line more: the container is read, one article is computed.
    house.write("a.jsonl", lines + &record(13) + "\n");
    let next = summary(&house);
    assert_eq!(
        (&next["new"], &next["changed"], &next["stage_runs"]),
        (&json!(1), &json!(0), &json!(5))
    );
    // The first line less: all others have another number, none another content.
    house.write("a.jsonl", records[1..].join("\n"));
    let next = summary(&house);
    assert_eq!((&next["removed"], &next["stage_runs"]), (&json!(2), &json!(0)));
    let clean = build(&house);
    assert_eq!(house.outputs().difference(&clean.files), [""; 0]);
}

#[test]
fn folders_that_would_feed_on_themselves_are_refused() {
    let house = House::new();
    house.write("a.txt", PROSE);
    for arguments in [
        &["--raw", "."][..],
        &["--out", "raw/tables"],
        &["--cache", "raw/cache"],
        &["--out", "."],
        &["--out", "raw"],
        &["--out", "x", "--cache", "x/cache"],
    ] {
        let output = house.command(&["run"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains("must not lie in"), "{}", said(&output));
    }
    let output = house.command(&["run", "--cache", "raw/.cache"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn what_a_killed_run_left_of_the_users_comes_back() {
    let house = House::new();
    house.write("a.txt", PROSE);
    summary(&house);
    // As if killed right after the exchange, and the user made things of the same names since.
    let staging = house.path(".outputs.new");
    fs::create_dir_all(staging.join("mine")).unwrap();
    fs::write(staging.join("mine/deep"), "old").unwrap();
    fs::write(staging.join("notes.md"), "old").unwrap();
    fs::write(staging.join("dates.csv"), "old").unwrap();
    fs::create_dir(house.path("outputs/mine")).unwrap();
    fs::write(house.path("outputs/notes.md"), "new").unwrap();
    house.write("b.txt", PROSE);
    summary(&house);
    let read = |name: &str| fs::read_to_string(house.path("outputs").join(name)).unwrap();
    assert_eq!((read("notes.md"), read("notes.md.kept")), ("new".to_owned(), "old".to_owned()));
    assert_eq!(read("mine.kept/deep"), "old");
    assert!(read("dates.csv").contains("2024-05-03") && !staging.exists());
}
