//! `newsloom verify` from outside: whole and true tables pass, and each kind of fault is told.
//!
//! Invariant: each fault is made in published tables that passed, and undone again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use arrow::array::{RecordBatch, StringArray};
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use support::{House, children, corpus, said};

const TEXT: &str = "Le budget est adopté\n\nLe conseil a adopté le budget le 3 mai 2024, après un \
    débat sur les 2 millions d'euros de dépenses prévues. L'opposition a voté contre.\n\nLe 4 mai \
    2024, la maire a salué un texte équilibré, pour 5 millions d'euros.\n";

/// Published tables that a test spoils.
struct Published {
    house: House,
    whole: BTreeMap<PathBuf, Vec<u8>>,
}

impl Published {
    /// Three files and a container of twelve records, all with dates and sums.
    fn new() -> Self {
        let house = House::new();
        for name in ["a.txt", "b.txt", "z.txt"] {
            house.write(name, format!("{TEXT}Fin {name}.\n"));
        }
        house.write("lines.jsonl", lines(12));
        let output = house.run(2);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let files = ["outputs", "raw"].iter().flat_map(|room| children(&house.path(room)));
        let whole = files.map(|(_, path)| (path.clone(), fs::read(path).unwrap())).collect();
        let published = Self { house, whole };
        published.check_whole();
        published
    }

    fn verify(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.house.command(&[&["verify"], arguments].concat()).output().unwrap();
        (output.status.code(), said(&output))
    }

    fn check_whole(&self) {
        let (status, said) = self.verify(&[]);
        assert_eq!(status, Some(0), "{said}");
        assert!(said.starts_with("Verified: 14 files, ") && said.ends_with("as published.\n"));
    }

    /// Changes a file, checks that `verify` tells what it must, and changes it back.
    fn spoil(&self, name: &str, change: impl FnOnce(&str) -> String, told: &[&str]) -> String {
        let path = self.house.path(name);
        let before = String::from_utf8(self.whole[&path].clone()).unwrap();
        let after = change(&before);
        assert!(before != after, "{name} is spoiled");
        fs::write(&path, after).unwrap();
        self.check_told(told)
    }

    /// Checks that `verify` tells what it must, and undoes all changes.
    fn check_told(&self, told: &[&str]) -> String {
        let (status, said) = self.verify(&[]);
        assert_eq!(status, Some(5), "{said}");
        for told in told {
            assert!(said.contains(told), "does not tell {told:?}: {said}");
        }
        self.restore();
        said
    }

    fn restore(&self) {
        for (path, bytes) in &self.whole {
            fs::write(path, bytes).unwrap();
        }
    }
}

fn lines(count: usize) -> String {
    let line = |number| serde_json::json!({"text": format!("{TEXT}Fin {number}.\n")});
    (1..=count).map(|number| format!("{}\n", line(number))).collect()
}

/// The text with its lines changed.
fn edited(change: impl FnOnce(&mut Vec<String>)) -> impl FnOnce(&str) -> String {
    move |text| {
        let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
        change(&mut lines);
        lines.concat()
    }
}

/// Where the row `number` of an article stands.
fn line_of(lines: &[String], id: &str, number: usize) -> usize {
    let begins = format!("{id},{number},");
    lines.iter().position(|line| line.starts_with(&begins)).unwrap()
}

#[test]
fn files_and_containers_of_every_kind_pass() {
    let house = House::new();
    corpus::fill(&house, 40);
    house.write("empty.txt", "");
    house.write("binary.txt", [0_u8; 64]);
    house.write("crlf.txt", TEXT.replace('\n', "\r\n"));
    house.write("mark.txt", format!("\u{FEFF}{TEXT}"));
    let western: Vec<u8> = TEXT.chars().map(|ch| u8::try_from(u32::from(ch)).unwrap()).collect();
    house.write("western.txt", &western);
    house.write(
        "wide.txt",
        ("\u{FEFF}".to_owned() + TEXT)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
    );
    house.write("No 7 ‘#2’.txt", TEXT);
    house.write("quoted \"name\", and\nbroken.txt", TEXT);
    house.write("lines.jsonl", lines(12) + "{\"text\": 3}\n" + &lines(1));
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines(3).as_bytes()).unwrap();
    house.write("d/lines.jsonl.gz", gzip.finish().unwrap());
    house.write("d/lines.ndjson.zst", zstd::encode_all(lines(3).as_bytes(), 1).unwrap());
    let head = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: ";
    house.write("d/page.wet", format!("{head}{}\r\n\r\n{TEXT}\r\n\r\n", TEXT.len()).repeat(2));
    let texts = Arc::new(StringArray::from(vec![TEXT, "Court.", TEXT]));
    let batch = RecordBatch::try_from_iter([("text", texts as Arc<_>)]).unwrap();
    let mut parquet = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    parquet.write(&batch).unwrap();
    house.write("d/rows.parquet", parquet.into_inner().unwrap());

    assert_eq!(house.run(2).status.code(), Some(1), "the binary file and a line are rejected");
    let output = house.command(&["verify", "--rebuild"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    house.check_rooms().unwrap();
    let articles = fs::read_to_string(house.path("outputs/articles.csv")).unwrap();
    for id in ["lines.jsonl#14", "lines.jsonl.gz#3", "zst#3", "page.wet#2", "rows.parquet#3"] {
        assert!(articles.contains(&format!("{id},")), "{id} is published");
    }
}

#[test]
fn an_edited_row_is_told_with_its_place() {
    let published = Published::new();
    let changed = edited(|lines| {
        let line = line_of(lines, "b.txt", 1);
        lines[line] = lines[line].replace("4 mai", "9 mai");
    });
    let told = [
        "dates.csv: its hash is not the one published",
        "dates.csv: row 4 is not as in dates.parquet",
        "dates.csv: row 4 (b.txt): its words are not at ",
    ];
    let said = published.spoil("outputs/dates.csv", changed, &told);
    assert!(said.contains("\n3 faults in 14 files, ") || said.starts_with("3 faults"), "{said}");

    let header = edited(|lines| lines[0] = lines[0].replace("surface", "words"));
    let told = ["the header is not as in dates.parquet", "its columns are not those of the table"];
    published.spoil("outputs/dates.csv", header, &told);
    published.check_whole();
}

#[test]
fn rows_out_of_order_missing_or_of_no_article_are_told() {
    let published = Published::new();
    let dates = "outputs/dates.csv";
    let swapped = edited(|lines| lines.swap(1, 2));
    let told = ["dates.csv: row 2 (a.txt, 0) is not in the order of the keys"];
    published.spoil(dates, swapped, &told);
    let twice = edited(|lines| lines.insert(2, lines[1].clone()));
    published.spoil(dates, twice, &["row 2 (a.txt, 0) is not in the order of the keys"]);
    let first_missing = edited(|lines| drop(lines.remove(1)));
    published.spoil(dates, first_missing, &["row 1 (a.txt): its number is 1, not 0"]);
    let last_missing = edited(|lines| drop(lines.remove(2)));
    published.spoil(dates, last_missing, &["articles.csv: a.txt: `dates` is 2, but should be 1"]);

    let articles = "outputs/articles.csv";
    let no_article = edited(|lines| drop(lines.remove(2)));
    let told = ["blocks.csv: row 5 (b.txt): there is no such article", "money.csv: row 3 (b.txt)"];
    published.spoil(articles, no_article, &told);
    let swapped = edited(|lines| lines.swap(2, 3));
    let told = ["articles.csv: row 3 (b.txt) is not in the order of the keys"];
    published.spoil(articles, swapped, &told);
    let by_text = edited(|lines| {
        let (second, tenth) = (4, 12);
        assert!(lines[second].starts_with("lines.jsonl#2,"));
        assert!(lines[tenth].starts_with("lines.jsonl#10,"));
        let moved = lines.remove(tenth);
        lines.insert(second, moved);
    });
    published.spoil(articles, by_text, &["row 5 (lines.jsonl#2) is not in the order of the keys"]);
    let rejected = edited(|lines| lines.push("b.txt,binary,why\n".to_owned()));
    published.spoil("outputs/rejects.csv", rejected, &["b.txt is in `articles` too"]);
    published.check_whole();
}

#[test]
fn cells_that_do_not_agree_are_told() {
    let published = Published::new();
    let spans = edited(|lines| lines[1] = lines[1].replacen(':', ":1", 1));
    published.spoil("outputs/sentences.csv", spans, &["sentences.csv: row 1 (a.txt): its words"]);
    let start = edited(|lines| lines[2] = lines[2].replacen(",1,22,", ",1,21,", 1));
    published.spoil(
        "outputs/blocks.csv",
        start,
        &["blocks.csv: row 2 (a.txt): its words are not at 21:157 of"],
    );
    let end = edited(|lines| {
        let cells: Vec<&str> = lines[1].split(',').collect();
        let (before, after) =
            (format!(",{},{}:", cells[5], cells[4]), format!(",9999,{}:", cells[4]));
        lines[1] = lines[1].replacen(&before, &after, 1);
    });
    published.spoil("outputs/sentences.csv", end, &["row 1 (a.txt): `spans` 0:20 is not from 0"]);
    let pointer = edited(|lines| lines[1] = lines[1].replacen("a.txt,0,1,", "a.txt,0,99,", 1));
    published.spoil("outputs/dates.csv", pointer, &["row 1 (a.txt): no row 99 in `sentences`"]);
    let kept = edited(|lines| {
        lines[1] = lines[1].replace(",true,", ",false,");
    });
    published.spoil("outputs/blocks.csv", kept, &["a.txt: `blocks_kept` is 4, but should be 3"]);
    let source = edited(|lines| lines[1] = lines[1].replacen("a.txt,a.txt,", "a.txt,b.txt,", 1));
    published.spoil("outputs/articles.csv", source, &["`source` is b.txt, but should be a.txt"]);
    let outside = edited(|lines| lines[1] = lines[1].replacen("a.txt", "../a.txt", 1));
    published.spoil("outputs/articles.csv", outside, &["../a.txt: it is no path inside the raw"]);
    published.check_whole();
}

#[test]
fn a_raw_article_that_changed_is_one_fault() {
    let published = Published::new();
    let is_one = |said: String| {
        assert!(said.contains("1 faults in 14 files, "), "{said}");
        assert_eq!(said.lines().count(), 2, "{said}");
    };
    let change = |text: &str| text.replace("Fin b", "FIN b");
    is_one(published.spoil("raw/b.txt", change, &["b.txt: it changed since it was published"]));
    let change = |text: &str| text.replace("Fin 10", "FIN 10");
    let told = ["lines.jsonl#10: it changed since it was published; run again"];
    is_one(published.spoil("raw/lines.jsonl", change, &told));
    let cut = edited(|lines| drop(lines.pop()));
    let told = ["lines.jsonl#12: its container has no such record any more"];
    is_one(published.spoil("raw/lines.jsonl", cut, &told));
    fs::remove_file(published.house.path("raw/b.txt")).unwrap();
    is_one(published.check_told(&["b.txt: cannot be read: No such file"]));
    published.check_whole();
}

#[test]
fn files_that_are_missing_longer_or_damaged_are_told() {
    let published = Published::new();
    for name in ["articles.csv", "blocks.csv", "dates.parquet", "manifest.json"] {
        fs::remove_file(published.house.path("outputs").join(name)).unwrap();
        published.check_told(&[&format!("{name}: cannot be read: No such file")]);
    }
    let more = edited(|lines| lines.push("z.txt,9\n".to_owned()));
    published.spoil("outputs/money.csv", more, &["money.csv: more than the 30 rows of money.parq"]);
    let less = edited(|lines| drop(lines.pop()));
    published.spoil("outputs/money.csv", less, &["money.csv: row 30 is not as in money.parquet"]);
    published.house.configure("[limits]\narticle_bytes_max = 1000\n");
    let quoted = |text: &str| format!("{text}\"{}", "x".repeat(8 << 20));
    published.spoil("outputs/rejects.csv", quoted, &["a row is longer than any article allows"]);

    let parquet = published.house.path("outputs/blocks.parquet");
    let bytes = published.whole[&parquet].clone();
    for spoiled in [&bytes[..bytes.len() / 2], &[&bytes[..], b"more"].concat(), b""] {
        fs::write(&parquet, spoiled).unwrap();
        published.check_told(&["blocks.parquet: its hash is not", "\nblocks.parquet: "]);
    }
    fs::copy(published.house.path("outputs/dates.parquet"), &parquet).unwrap();
    published.check_told(&["blocks.parquet: the columns are not those of the table `blocks`"]);

    let sums = "outputs/SHA256SUMS";
    let unlisted = edited(|lines| drop(lines.remove(0)));
    published.spoil(sums, unlisted, &["SHA256SUMS: does not list articles.csv"]);
    let other = edited(|lines| lines.push("00  ../raw/a.txt\n".to_owned()));
    published.spoil(sums, other, &["SHA256SUMS: not a hash and the name of a published file: "]);
    published.check_whole();
    fs::remove_file(published.house.path(sums)).unwrap();
    assert_eq!(published.verify(&[]).0, Some(3), "nothing is published without its sums");
}

#[test]
fn many_faults_of_a_kind_are_counted_and_control_characters_escaped() {
    let published = Published::new();
    let name = "raw/\u{1b}[31m\n.txt";
    fs::write(published.house.path(name), TEXT).unwrap();
    assert_eq!(published.house.run(1).status.code(), Some(0));
    let dates = published.house.path("outputs/dates.csv");
    let text = fs::read_to_string(&dates).unwrap();
    fs::write(&dates, text.replace(" mai 2024", " MAI 2024")).unwrap();
    fs::write(published.house.path(name), "Autre").unwrap();
    let (status, said) = published.verify(&[]);
    assert_eq!(status, Some(5));
    assert!(said.contains("its words are not at") && said.contains("… and 20 more of this kind"));
    assert!(said.contains("\\u{1b}[31m\\n.txt: it changed") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_clean_build_is_compared_in_both_directions_and_leaves_nothing() {
    let published = Published::new();
    let house = &published.house;
    let lock = File::open(house.path(".newsloom/lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(published.verify(&["--rebuild"]).0, Some(0), "beside a run that holds the lock");
    drop(lock);

    house.write("new.txt", TEXT);
    let (status, said) = published.verify(&["--rebuild"]);
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains("articles.csv: a clean build gives other bytes, from byte "), "{said}");
    assert!(!said.contains("rejects.csv"), "{said}");
    fs::remove_file(house.path("raw/new.txt")).unwrap();

    fs::write(house.path("outputs/notes.txt"), "kept").unwrap();
    assert_eq!(published.verify(&["--rebuild"]).0, Some(0), "a file that is not Newsloom's");
    let sums = house.path("outputs/SHA256SUMS");
    File::options().append(true).open(sums).unwrap().write_all(b"00  notes.txt\n").unwrap();
    fs::remove_file(house.path("outputs/rejects.csv")).unwrap();
    let (status, said) = published.verify(&["--rebuild"]);
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains("notes.txt: a clean build does not give this file"), "{said}");
    assert!(said.contains("rejects.csv: cannot be read: "), "{said}");
    house.check_rooms().unwrap();
}

#[test]
fn a_signal_removes_the_clean_build() {
    let house = House::new();
    corpus::fill(&house, 3000);
    assert_eq!(house.run(2).status.code(), Some(0));
    let mut command = house.command(&["verify", "--rebuild"]);
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while house.check_rooms().is_ok() {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none());
        sleep(Duration::from_millis(1));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    house.check_rooms().unwrap();
}
