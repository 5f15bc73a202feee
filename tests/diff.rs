//! `newsloom diff` from outside: what it lists between folders published by a run, and between
//! folders written by hand.
//!
//! Invariant: a folder written by hand has a manifest with the right hashes, unless a test says so.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

fn article(town: &str, day: u32) -> String {
    format!(
        "Le budget de {town} est adopté\n\nLe conseil a adopté le budget le {day} mai 2024, après \
         un long débat sur les 2 millions de dollars de dépenses prévues pour la rénovation des \
         écoles. Les élus de l'opposition ont voté contre.\n\nLa maire a salué un texte \
         équilibré, qui permettra selon elle de financer les travaux sans augmenter les impôts.\n"
    )
}

struct House {
    folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("raw")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path("raw").join(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsloom"));
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    fn publish(&self, out: &str) {
        let output = self.command(&["run", "--out", out]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }

    /// What `diff` says of two folders, checked to end with `status`.
    fn diff(&self, arguments: &[&str], status: i32) -> String {
        let Output { status: found, stdout, stderr } =
            self.command(&[&["diff"], arguments].concat()).output().unwrap();
        let said = [stdout, stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert_eq!(found.code(), Some(status), "{said}");
        said
    }

    fn json(&self, old: &str, new: &str, status: i32) -> Vec<Value> {
        let said = self.diff(&[old, new, "--json"], status);
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A published folder of these CSV files, with a manifest that lists them.
    fn by_hand(&self, folder: &str, tables: &[(&str, &str)], stages: &Value) {
        let folder = self.path(folder);
        fs::create_dir(&folder).unwrap();
        let mut sha256 = serde_json::Map::new();
        for (name, csv) in tables {
            fs::write(folder.join(format!("{name}.csv")), csv).unwrap();
            sha256.insert(format!("{name}.csv"), hash(csv).into());
        }
        let manifest = json!({"newsloom": "0", "sha256": sha256, "stages": stages});
        fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    }

    fn rejects(&self, folder: &str, rows: &[&str]) {
        let csv = format!("article_id,code,detail\n{}\n", rows.join("\n"));
        self.by_hand(folder, &[("rejects", csv.trim_end())], &json!({}));
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lines of this code and table.
fn of<'a>(lines: &'a [Value], code: &str, table: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["code"] == code && line["table"] == table).collect()
}

/// How many rows a published table has.
fn row_count(folder: &Path, table: &str) -> usize {
    let mut reader = csv::Reader::from_path(folder.join(format!("{table}.csv"))).unwrap();
    reader.records().count()
}

const TABLES: [&str; 6] = ["articles", "blocks", "sentences", "dates", "money", "rejects"];

#[test]
fn the_same_tables_have_no_difference() {
    let house = House::new();
    house.write("a.txt", article("Lyon", 3));
    house.publish("old");
    house.publish("new");
    let said = house.diff(&["old", "new/manifest.json"], 0);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), TABLES.len(), "{said}");
    assert_eq!(lines[0], "articles: no row differs, of 1");
    let counts = house.json("old", "new", 0);
    assert!(counts.iter().all(|line| line["code"] == "table" && line["added"] == 0), "{counts:?}");
}

#[test]
fn added_removed_and_changed_rows_are_listed_a_table() {
    let house = House::new();
    for (name, town) in [("a.txt", "Lyon"), ("b.txt", "Lille"), ("c.txt", "Brest")] {
        house.write(name, article(town, 3));
    }
    house.publish("old");
    house.write("b.txt", article("Lille", 4));
    fs::remove_file(house.path("raw/c.txt")).unwrap();
    house.write("d.txt", article("Nantes", 3));
    house.write("e.txt", article("Nice", 3));
    house.publish("new");

    let lines = house.json("old", "new", 1);
    for table in TABLES {
        let count = of(&lines, "table", table)[0];
        for code in ["added", "removed", "changed"] {
            assert_eq!(count[code], of(&lines, code, table).len(), "{table}");
        }
        assert_eq!(count["rows_old"], row_count(&house.path("old"), table));
        assert_eq!(count["rows_new"], row_count(&house.path("new"), table));
        let unmatched =
            |code: &str, side: &str| count[side].as_u64().unwrap() - count[code].as_u64().unwrap();
        assert_eq!(unmatched("removed", "rows_old"), unmatched("added", "rows_new"));
    }
    let ids = |code: &str| -> Vec<String> {
        let rows = of(&lines, code, "articles");
        rows.iter().map(|line| line["row"]["article_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (ids("added"), ids("removed")),
        (vec!["d.txt".into(), "e.txt".into()], vec!["c.txt".into()])
    );
    let dates = of(&lines, "changed", "dates");
    assert_eq!(dates.len(), 1);
    assert_eq!(dates[0]["key"], json!({"article_id": "b.txt", "date": 0}));
    assert_eq!(
        dates[0]["columns"],
        json!({
            "surface": {"old": "3 mai 2024", "new": "4 mai 2024"},
            "value": {"old": "2024-05-03", "new": "2024-05-04"},
            "start_date": {"old": "2024-05-03", "new": "2024-05-04"},
            "end_date": {"old": "2024-05-03", "new": "2024-05-04"},
        })
    );
    let row = &of(&lines, "added", "money")[0]["row"];
    assert_eq!((&row["money"], &row["amount"]), (&json!(0), &json!("2000000")));
    assert_eq!((&row["out_of_range"], &row["per"]), (&json!(false), &json!(null)));

    let said = house.diff(&["old", "new"], 1);
    assert!(said.contains("\ndates: 2 added, 1 removed, 1 changed\n  + d.txt, date 0: "), "{said}");
    assert!(said.contains("\n  - c.txt, date 0: surface \"3 mai 2024\", sentence 1"), "{said}");
    assert!(
        said.contains("\n  ~ b.txt, date 0\n      surface: \"3 mai 2024\" → \"4 mai 2024\"\n"),
        "{said}"
    );
    let back = house.json("new", "old", 1);
    for table in TABLES {
        assert_eq!(of(&lines, "added", table).len(), of(&back, "removed", table).len());
        assert_eq!(of(&lines, "removed", table).len(), of(&back, "added", table).len());
    }
}

#[test]
fn long_lists_are_cut_for_people_only() {
    let house = House::new();
    let rows: Vec<String> = (10..35).map(|number| format!("{number}.bin,binary,no text")).collect();
    house.rejects("old", &[]);
    house.rejects("new", &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let said = house.diff(&["old", "new"], 1);
    assert_eq!(said.matches("\n  + ").count(), 20, "{said}");
    assert!(said.ends_with("\n  … and 5 more added; all with --json\n"), "{said}");
    assert_eq!(of(&house.json("old", "new", 1), "added", "rejects").len(), 25);
}

#[test]
fn a_changed_rule_is_named_before_the_rows_it_changed() {
    let house = House::new();
    house.write("a.txt", article("Lyon", 3));
    house.publish("old");
    let config = "[tag]\ndefault_currencies = { fr = [\"CAD\"] }\n";
    fs::write(house.path("newsloom.toml"), config).unwrap();
    house.publish("new");
    let said = house.diff(&["old", "new"], 1);
    let first = "configuration.stages.tag.default_currencies.fr: — → [\"CAD\"]\n";
    assert!(said.starts_with(first), "{said}");
    assert!(said.contains("\n      currency: \"USD\" → \"CAD\"\n"), "{said}");
}

#[test]
fn other_fingerprints_alone_are_said_but_are_no_difference() {
    let house = House::new();
    let table = [("rejects", "article_id,code,detail\n")];
    house.by_hand("old", &table, &json!({"tag": "0123456789abcdef", "strip": "x"}));
    house.by_hand("new", &table, &json!({"tag": "fedcba9876543210", "strip": "x"}));
    let said = house.diff(&["old", "new"], 0);
    assert!(said.starts_with("stages.tag: 0123456789ab… → fedcba987654…\n"), "{said}");
    assert!(!said.contains("strip"), "{said}");
    let line = json!({
        "code": "setting", "name": "stages.tag",
        "old": "0123456789abcdef", "new": "fedcba9876543210",
    });
    assert_eq!(house.json("old", "new", 0)[0], line);
}

#[test]
fn records_of_a_container_are_matched_by_number() {
    let house = House::new();
    house.rejects("old", &["a!,x,1", "a.jsonl#2,x,1", "a.jsonl#10,x,1", "b,x,1"]);
    house.rejects("new", &["a!,x,1", "a.jsonl#9,x,1", "a.jsonl#10,x,2", "b,x,1"]);
    let lines = house.json("old", "new", 1);
    let ids = |code: &str, member: &str| {
        of(&lines, code, "rejects").iter().map(|line| line[member].clone()).collect::<Vec<_>>()
    };
    let row = |id: &str| json!({"article_id": id, "code": "x", "detail": "1"});
    assert_eq!(ids("removed", "row"), [row("a.jsonl#2")]);
    assert_eq!(ids("added", "row"), [row("a.jsonl#9")]);
    assert_eq!(ids("changed", "key"), [json!({"article_id": "a.jsonl#10"})]);
}

#[test]
fn nothing_of_an_article_steers_the_terminal() {
    let house = House::new();
    let bad = "\u{1b}[31m\u{9b}2J\u{202e}\u{7f}\n";
    house.rejects("old", &[&format!("\"{bad}\",x,1"), &format!("z,x,\"{bad}\"")]);
    house.rejects("new", &[&format!("\"y{bad}\",x,1"), &format!("z,x,\"{bad}.\"")]);
    let said = house.diff(&["old", "new"], 1);
    let is_harmless = |ch: char| ch == '\n' || !(ch.is_control() || ch == '\u{202e}');
    assert!(said.chars().all(is_harmless), "{said:?}");
    assert_eq!(said.lines().filter(|line| line.contains("\\u{1b}[31m")).count(), 3, "{said}");
}

#[test]
fn a_long_cell_is_shown_where_it_differs() {
    let house = House::new();
    let long = "mot ".repeat(500);
    house.rejects("old", &[&format!("a,x,{long}avant{long}")]);
    house.rejects("new", &[&format!("a,x,{long}après{long}")]);
    let said = house.diff(&["old", "new"], 1);
    let line = said.lines().last().unwrap();
    assert!(line.contains("avant") && line.contains("après"), "{line}");
    assert!(line.chars().count() < 200, "{line}");
}

#[test]
fn tables_of_two_versions_are_compared_by_the_columns_of_both() {
    let house = House::new();
    let none = json!({});
    let table = "detail,article_id,mood\nd,a.txt,glad\n";
    house.by_hand("old", &[("rejects", table), ("moods", "1")], &none);
    let table = "article_id,code,detail\na.txt,binary,d\n";
    house.by_hand("new", &[("rejects", table), ("moods", "2")], &none);
    let said = house.diff(&["old", "new"], 1);
    for words in [
        "rejects: only the old table has a column \"mood\"\n",
        "rejects: only the new table has a column \"code\"\n",
        "rejects: no row differs",
        "moods: differs; this program does not know it\n",
    ] {
        assert!(said.contains(words), "{words} {said}");
    }
}

#[test]
fn what_cannot_be_compared_ends_with_3_and_says_where() {
    let house = House::new();
    house.rejects("right", &["a,x,1"]);
    house.rejects("unsorted", &["a,x,1", "c,x,1", "b,x,1"]);
    house.rejects("ragged", &["a,x,1", "b,x"]);
    house.rejects("spoiled", &["a,x,2"]);
    let path = house.path("spoiled/rejects.csv");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace('2', "3")).unwrap();
    fs::write(house.path("other.json"), "{}").unwrap();
    for (folder, words) in [
        ("unsorted", "unsorted/rejects.csv:4: the row is not in the order of the keys"),
        ("ragged", "ragged/rejects.csv"),
        ("spoiled", "spoiled/rejects.csv is not the file that its manifest lists"),
        ("other.json", "other.json is no manifest.json"),
        ("nowhere", "cannot read nowhere"),
    ] {
        for folders in [["right", folder], [folder, "right"]] {
            let said = house.diff(&folders, 3);
            assert!(said.contains(words), "{words} {said}");
        }
    }
}

#[test]
fn a_closed_output_changes_no_status() {
    let house = House::new();
    let rows: Vec<String> = (10..99).map(|number| format!("{number}.bin,x,{number:999}")).collect();
    house.rejects("old", &["a,x,1"]);
    house.rejects("new", &rows.iter().map(String::as_str).collect::<Vec<_>>());
    for (arguments, status) in [
        (&["diff", "old", "new", "--json"][..], 1),
        (&["diff", "old", "new"], 1),
        (&["diff", "old", "old"], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let found = house.command(arguments).stdout(writer).status().unwrap();
        assert_eq!(found.code(), Some(status), "{arguments:?}");
    }
}
