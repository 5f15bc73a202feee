//! Runs from outside: re-runs, reproducibility, bad input, the lock, and what is published.
//!
//! Invariant: each test works in a folder of its own and looks at bytes, names and exit statuses,
//! never at the program's inside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

const ARTICLE: &str = "Le budget est adopté\n\nLe conseil a adopté le budget le 3 mai 2024, après un \
    long débat sur les 2 millions d'euros de dépenses prévues pour la rénovation des écoles. Les \
    élus de l'opposition ont voté contre.\n\nLa maire a salué un texte équilibré, qui permettra \
    selon elle de financer les travaux sans augmenter les impôts de la commune.\n";

/// A raw folder, an output folder and a cache, all in one temporary folder.
struct House {
    folder: TempDir,
}

impl House {
    fn new() -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(house.path("raw")).unwrap();
        house
    }

    fn with_articles(count: usize) -> Self {
        let house = Self::new();
        for number in 0..count {
            house.write(&format!("a{number:02}.txt"), format!("{ARTICLE}\nFin {number}.\n"));
        }
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path("raw").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsloom"));
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    fn newsloom(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn run(&self, status: i32) -> String {
        let output = self.newsloom(&["run"]);
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(output.status.code(), Some(status), "{said}");
        said
    }

    /// Every published file's bytes.
    fn published(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.path("outputs"), |path| fs::read(path).unwrap())
    }

    fn times(&self) -> BTreeMap<String, SystemTime> {
        files(&self.path("outputs"), |path| fs::metadata(path).unwrap().modified().unwrap())
    }

    fn csv(&self, table: &str) -> String {
        fs::read_to_string(self.path("outputs").join(format!("{table}.csv"))).unwrap()
    }

    /// The bytes of a clean build of the same raw folder.
    fn rebuilt(&self) -> BTreeMap<String, Vec<u8>> {
        let status = self.newsloom(&["run", "--out", "clean", "--cache", "clean-cache"]).status;
        assert!(matches!(status.code(), Some(0 | 1)));
        let files = files(&self.path("clean"), |path| fs::read(path).unwrap());
        fs::remove_dir_all(self.path("clean")).unwrap();
        fs::remove_dir_all(self.path("clean-cache")).unwrap();
        files
    }
}

fn files<T>(folder: &Path, of: impl Fn(&Path) -> T) -> BTreeMap<String, T> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    entries.map(|path| (name(&path), of(&path))).collect()
}

#[test]
fn pages_are_articles_whose_rows_lead_back_to_their_source() {
    let house = House::new();
    let paragraphs = ARTICLE.split("\n\n").skip(1).map(|words| format!("<p>{words}</p>\r\n"));
    let body: String = paragraphs.collect::<String>().repeat(2).replace('é', "&eacute;");
    let page = format!(
        "<!DOCTYPE html><html lang=fr><title>Le budget</title><nav><a href=/>Accueil</a></nav>\
         <article><h1>Le budget est adopt&eacute;</h1><div class=article-body>{body}</div></article>"
    );
    house.write("page.html", &page);
    house.write("named.txt", &page);
    let row = serde_json::json!({ "html": page, "id": 7 });
    house.write("pages.jsonl", format!("{row}\n"));
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
    let warc = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n\
         Content-Type: application/http\r\nContent-Length: {}\r\n\r\n{answer}\r\n\r\n",
        answer.len()
    );
    house.write("pages.warc", warc);
    house.run(0);
    let articles = house.csv("articles");
    assert_eq!(articles.matches(",html,").count(), 4, "{articles}");
    let sentences = house.csv("sentences");
    assert_eq!(sentences.matches("Le conseil a adopté le budget le 3 mai 2024").count(), 8);
    assert!(!sentences.contains("Accueil") && house.csv("blocks").contains("Accueil"));
    assert_eq!(house.csv("rejects").lines().count(), 1);
    let verified = house.newsloom(&["verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    assert_eq!(house.published(), house.rebuilt());
}

#[test]
fn the_day_in_a_file_name_is_when_the_article_was_published() {
    let house = House::new();
    house.write("2024-05-21_budget.txt", ARTICLE.replace(" le 3 mai 2024", " hier"));
    house.write("2024-05-21/budget.txt", ARTICLE);
    house.run(0);
    let articles = fs::read_to_string(house.path("outputs/articles.csv")).unwrap();
    assert_eq!(articles.matches(",2024-05-21,2024-05-21,day,file_name,").count(), 1, "{articles}");
    assert_eq!(articles.matches(",file_name,").count(), 1, "no folder counts: {articles}");
    let dates = fs::read_to_string(house.path("outputs/dates.csv")).unwrap();
    assert!(dates.contains(",hier,") && dates.contains(",2024-05-20,"), "{dates}");
}

#[test]
fn a_second_run_touches_nothing_and_says_so() {
    let house = House::with_articles(3);
    house.run(0);
    let (bytes, times) = (house.published(), house.times());
    let said = house.run(0);
    assert!(said.starts_with("Nothing to do: 3 articles"), "{said}");
    assert_eq!(said.lines().count(), 1);
    assert_eq!((house.published(), house.times()), (bytes, times));
}

#[test]
fn only_what_changed_is_redone() {
    let house = House::with_articles(4);
    house.run(0);
    house.write("a01.txt", format!("{ARTICLE}\nAutre fin.\n"));
    assert!(house.run(0).contains("(0 new, 1 changed, 0 removed, 0 rejected); 5 stage runs"));
    assert_eq!(house.published(), house.rebuilt());

    fs::remove_file(house.path("raw/a02.txt")).unwrap();
    let said = house.run(0);
    assert!(said.contains("1 removed") && said.contains("; 0 stage runs"), "{said}");
    assert!(!house.csv("articles").contains("a02.txt"));
    assert_eq!(house.published(), house.rebuilt());

    fs::rename(house.path("raw/a03.txt"), house.path("raw/b.txt")).unwrap();
    let said = house.run(0);
    assert!(said.contains("; 0 stage runs"), "a rename computes nothing: {said}");
    assert!(house.csv("sentences").contains("b.txt"));
    assert_eq!(house.published(), house.rebuilt());
}

#[test]
fn a_changed_setting_redoes_the_stages_it_decides() {
    let house = House::with_articles(2);
    house.run(0);
    fs::write(house.path("newsloom.toml"), "[tag]\ndefault_currencies = { fr = [\"CAD\"] }\n")
        .unwrap();
    let plan = String::from_utf8(house.newsloom(&["plan"]).stdout).unwrap();
    assert!(
        plan.contains("configuration tag.default_currencies {} → {\"fr\":[\"CAD\"]}"),
        "{plan}"
    );
    assert!(house.run(0).contains("; 2 stage runs, 8 saved"));
    assert_eq!(house.published(), house.rebuilt());
}

#[test]
fn plan_says_what_is_due_and_why() {
    let house = House::with_articles(2);
    let status = |house: &House| house.newsloom(&["plan", "--exit-code"]).status.code();
    assert_eq!(status(&house), Some(10));
    house.run(0);
    assert_eq!(status(&house), Some(0));
    house.write("new.txt", ARTICLE);
    house.write("a00.txt", "Autre chose, tout à fait.");
    fs::write(house.path("outputs/dates.csv"), "spoiled").unwrap();
    let plan = house.newsloom(&["plan", "--json"]).stdout;
    let plan: serde_json::Value = serde_json::from_slice(&plan).unwrap();
    let reasons: Vec<&str> = plan["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["due"][0]["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["content_changed", "new"]);
    assert_eq!(plan["spoiled"], serde_json::json!(["dates.csv"]));
}

#[test]
fn spoiled_outputs_and_a_lost_or_damaged_cache_are_repaired() {
    let house = House::with_articles(3);
    house.run(0);
    let bytes = house.published();
    fs::write(house.path("outputs/money.parquet"), "spoiled").unwrap();
    assert_eq!(house.newsloom(&["verify"]).status.code(), Some(5));
    house.run(0);
    assert_eq!(house.published(), bytes);
    fs::remove_file(house.path("outputs/articles.csv")).unwrap();
    house.run(0);
    assert_eq!(house.published(), bytes);
    fs::write(house.path(".newsloom/layers"), "no cache at all").unwrap();
    fs::write(house.path(".newsloom/state"), "no state either").unwrap();
    house.run(0);
    assert_eq!(house.published(), bytes);
    fs::remove_dir_all(house.path(".newsloom")).unwrap();
    house.run(0);
    assert_eq!(house.published(), bytes);
}

#[test]
fn bytes_depend_on_articles_alone() {
    let house = House::with_articles(40);
    house.run(0);
    let other = House::new();
    for number in (0..40).rev() {
        other.write(&format!("a{number:02}.txt"), format!("{ARTICLE}\nFin {number}.\n"));
    }
    for (jobs, zone, locale) in
        [("1", "UTC", "C"), ("2", "Asia/Tokyo", "tr_TR.UTF-8"), ("8", "America/Lima", "C.UTF-8")]
    {
        let mut run = other.command(&["run", "--jobs", jobs]);
        let output = run
            .env("TZ", zone)
            .env("LANG", locale)
            .env("LC_ALL", locale)
            .env("HOME", "/nowhere")
            .output();
        assert!(output.unwrap().status.success());
        assert_eq!(other.published(), house.published(), "jobs {jobs}");
        fs::remove_dir_all(other.path("outputs")).unwrap();
        fs::remove_dir_all(other.path(".newsloom")).unwrap();
    }
}

#[test]
fn other_files_of_the_output_folder_stay() {
    let house = House::with_articles(1);
    fs::create_dir_all(house.path("outputs/mine")).unwrap();
    fs::write(house.path("outputs/notes.md"), "mine").unwrap();
    fs::write(house.path("outputs/mine/deep"), "mine too").unwrap();
    house.run(0);
    house.write("more.txt", ARTICLE);
    house.run(0);
    assert_eq!(fs::read(house.path("outputs/notes.md")).unwrap(), b"mine");
    assert_eq!(fs::read(house.path("outputs/mine/deep")).unwrap(), b"mine too");
    assert!(house.newsloom(&["clean"]).status.success());
    assert_eq!(fs::read(house.path("outputs/notes.md")).unwrap(), b"mine");
    assert!(!house.path("outputs/articles.csv").exists());
}

#[test]
fn a_busy_cache_ends_the_run_at_once() {
    let house = House::with_articles(1);
    house.run(0);
    let lock = File::open(house.path(".newsloom/lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(house.newsloom(&["run"]).status.code(), Some(75));
    drop(lock);
    house.run(0);
}

#[test]
fn a_closed_output_changes_no_status() {
    let house = House::with_articles(1);
    house.write("binary.txt", [0_u8; 64]);
    let status = |arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        house.command(arguments).stdout(writer).status().unwrap().code()
    };
    assert_eq!(status(&["run"]), Some(1));
    assert_eq!(status(&["verify"]), Some(0));
    fs::write(house.path("outputs/dates.csv"), "spoiled").unwrap();
    assert_eq!(status(&["verify"]), Some(5));
}

#[test]
fn bad_input_is_rejected_and_the_rest_published() {
    let house = House::with_articles(1);
    house.write("empty.txt", "");
    house.write("blank.txt", " \n\n\t\n");
    house.write("menu.txt", "Accueil\nPolitique\nSport\nContact\nMentions légales\n");
    house.write("binary.txt", [0_u8, 159, 146, 150].repeat(50));
    house.write("invalid.txt", [ARTICLE.as_bytes(), b"\xFF\xFE ", ARTICLE.as_bytes()].concat());
    house.write("Case.txt", ARTICLE);
    house.write("case.txt", ARTICLE);
    house.write("line.txt", "Le mot est long et la phrase aussi. ".repeat(30_000));
    let huge = File::create(house.path("raw/huge.txt")).unwrap();
    huge.set_len(200 << 20).unwrap();
    symlink(".", house.path("raw/loop")).unwrap();
    fs::write(house.path("raw").join(OsStr::from_bytes(b"caf\xE9.txt")), ARTICLE).unwrap();
    house.write("secret.txt", ARTICLE);
    let secret = house.path("raw/secret.txt");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o0)).unwrap();
    // The superuser reads everything.
    let unreadable = File::open(&secret).is_err();
    assert!(Command::new("mkfifo").arg(house.path("raw/pipe.txt")).status().unwrap().success());

    let said = house.run(1);
    let rejects = house.csv("rejects");
    let mut expected = vec![
        ("binary.txt", "binary"),
        ("caf\\xE9.txt", "name_not_utf8"),
        ("huge.txt", "too_large"),
        ("loop", "symbolic_link"),
        ("pipe.txt", "not_a_file"),
    ];
    if unreadable {
        expected.push(("secret.txt", "unreadable"));
    }
    for (id, code) in &expected {
        assert!(rejects.contains(&format!("{id},{code},")), "{id} in {rejects}");
        assert!(said.contains(&format!("rejected {id}: {code}")), "{said}");
    }
    assert_eq!(rejects.lines().count(), expected.len() + 1, "{rejects}");
    let articles = house.csv("articles");
    for (id, status) in [
        ("empty.txt", "empty"),
        ("blank.txt", "empty"),
        ("menu.txt", "no_article"),
        ("a00.txt", "ok"),
        ("Case.txt", "ok"),
        ("case.txt", "ok"),
        ("line.txt", "ok"),
        ("invalid.txt", "ok"),
    ] {
        let row = articles.lines().find(|row| row.starts_with(&format!("{id},")));
        assert!(row.is_some_and(|row| row.ends_with(&format!(",{status}"))), "{id}: {row:?}");
    }
    let duplicate = articles.lines().find(|row| row.starts_with("case.txt,")).unwrap();
    assert!(duplicate.ends_with(",Case.txt,ok"), "{duplicate}");
    assert_eq!(house.newsloom(&["verify", "--rebuild"]).status.code(), Some(0));
    assert!(house.run(1).contains("rejected binary.txt"), "a re-run tells the rejects again");
}

#[test]
fn usage_configuration_and_missing_folders_have_their_status() {
    let house = House::with_articles(1);
    assert_eq!(house.newsloom(&["run", "--no-such-flag"]).status.code(), Some(2));
    assert_eq!(house.newsloom(&["run", "--config", "none.toml"]).status.code(), Some(2));
    fs::write(house.path("newsloom.toml"), "[detect]\nallowed = []\nalowed = []\n").unwrap();
    let output = house.newsloom(&["run"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("line 3") && said.contains("alowed"), "{said}");
    fs::remove_file(house.path("newsloom.toml")).unwrap();
    let output = house.newsloom(&["run", "--raw", "no-such-folder"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no-such-folder"));
    assert!(!house.path("outputs").exists());
    assert_eq!(house.newsloom(&["verify"]).status.code(), Some(3));
}

#[test]
fn every_command_explains_itself_with_examples() {
    let house = House::new();
    for command in ["run", "plan", "show", "annotate", "verify", "schema", "clean"] {
        let output = house.newsloom(&[command, "--help"]);
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && help.contains("Examples:"), "{command}: {help}");
    }
}

#[test]
fn show_lets_no_control_character_through() {
    let house = House::new();
    house.write("evil.txt", format!("{ARTICLE}\n\u{1b}[31mrouge\u{7} \u{202E}fin.\n"));
    let output = house.newsloom(&["show", "evil.txt"]).stdout;
    let shown = String::from_utf8(output).unwrap();
    assert!(shown.contains("3 mai 2024⟨2024-05-03⟩") && shown.contains("⟨2000000 EUR⟩"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202E}']));
    let colored = house.newsloom(&["show", "evil.txt", "--color", "always"]).stdout;
    assert!(String::from_utf8(colored).unwrap().contains("\u{1b}["));
}

#[test]
fn the_documents_match_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let house = House::new();
    let dictionary = house.newsloom(&["schema", "--markdown"]).stdout;
    assert_eq!(fs::read(root.join("docs/TABLES.md")).unwrap(), dictionary);
    let written = fs::read_to_string(root.join("newsloom.toml")).unwrap();
    let documented = fs::read_to_string(root.join("docs/CONFIG.md")).unwrap();
    let parsed: toml::Table = written.parse().unwrap();
    let mut count = 0;
    for (section, keys) in &parsed {
        for key in keys.as_table().unwrap().keys() {
            assert!(documented.contains(&format!("| `{section}.{key}` |")), "{section}.{key}");
            count += 1;
        }
    }
    assert!(count >= 5);
    // The file in the project is the defaults: both give the same manifest.
    house.write("a.txt", ARTICLE);
    house.run(0);
    let defaults = house.published();
    fs::write(house.path("newsloom.toml"), written).unwrap();
    house.run(0);
    assert_eq!(house.published(), defaults);
}
