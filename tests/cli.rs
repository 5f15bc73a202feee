//! The command line from outside: what is passed on, shown, removed and refused, and with which
//! exit status.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_newsloom");

/// A folder to work in; on the disk of the program, so that it can be linked there.
fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn newsloom(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Checks the exit status and returns what was said on standard output and on standard error.
fn said(output: &Output, status: i32) -> (String, String) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{out}{err}");
    (out, err)
}

fn article(folder: &Path, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join("raw").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path
}

const ARTICLE: &str = "Le budget est adopté\n\nLe conseil a adopté le budget le 3 mai 2024, après un \
    long débat sur les 2 millions d'euros de dépenses prévues pour la rénovation des écoles. Les \
    élus de l'opposition ont voté contre.\n\nLa maire a salué un texte équilibré, qui permettra \
    selon elle de financer les travaux sans augmenter les impôts de la commune.\n";

#[test]
fn each_command_has_help_with_examples() {
    let folder = folder();
    let (help, _) = said(&newsloom(folder.path(), &["--help"]), 0);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let names = commands.map(|line| line.split_whitespace().next().unwrap());
    let names: Vec<&str> = names.filter(|name| *name != "help").collect();
    assert_eq!(
        names,
        [
            "run", "plan", "show", "query", "summary", "annotate", "verify", "diff", "schema",
            "gc", "clean"
        ]
    );
    for name in names {
        let (help, _) = said(&newsloom(folder.path(), &[name, "--help"]), 0);
        let examples = help.split_once("Examples:\n").unwrap().1;
        assert!(examples.contains(&format!("newsloom {name}")), "{help}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = folder();
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["show"],
        &["run", "--jobs", "many"],
        &["plan", "--json", "--explain"],
        &["annotate", "--stages", "strip,weave"],
        &["annotate", "--offsets", "utf16"],
        &["show", "a.txt", "--color", "sometimes"],
        &["annotate", "--config", "none.toml"],
        &["schema", "more"],
        &["diff", "outputs"],
    ] {
        let (out, err) = said(&newsloom(folder.path(), arguments), 2);
        assert!(out.is_empty() && !err.is_empty(), "{arguments:?}: {out}{err}");
    }
}

#[test]
fn what_is_typed_goes_before_the_configuration() {
    let folder = folder();
    article(folder.path(), "a.txt", ARTICLE);
    fs::create_dir(folder.path().join("conf")).unwrap();
    let config = "[paths]\nraw = \"../raw\"\nout = \"tables\"\ncache = \"known\"\n";
    fs::write(folder.path().join("conf/news.toml"), config).unwrap();
    let run = ["run", "--config", "conf/news.toml"];
    said(&newsloom(folder.path(), &run), 0);
    assert!(folder.path().join("conf/tables/articles.csv").is_file());
    assert!(folder.path().join("conf/known").is_dir());
    said(&newsloom(folder.path(), &[&run[..], &["--out", "typed"]].concat()), 0);
    assert!(folder.path().join("typed/articles.csv").is_file());
}

#[test]
fn plan_explains_every_stage_and_writes_nothing() {
    let folder = folder();
    article(folder.path(), "a.txt", ARTICLE);
    let (plan, _) = said(&newsloom(folder.path(), &["plan", "--explain"]), 0);
    for stage in ["decode", "strip", "detect", "segment", "tag"] {
        assert!(plan.contains(&format!("a.txt: {stage}: ")), "{plan}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_read_is_named_in_the_message() {
    let folder = folder();
    for (arguments, named) in [
        (&["run"][..], "raw folder raw: "),
        (&["plan"], "raw folder raw: "),
        (&["plan", "--raw", "elsewhere"], "raw folder elsewhere: "),
        (&["show", "none.txt"], "\"none.txt\""),
        (&["verify"], "outputs"),
    ] {
        let (out, err) = said(&newsloom(folder.path(), arguments), 3);
        assert_eq!(out, "", "{arguments:?}");
        assert!(err.contains(named), "{arguments:?}: {err}");
    }
}

#[test]
fn names_of_rejects_are_told_as_they_are() {
    let folder = folder();
    article(folder.path(), "l'eau.txt", [0, 1, 2, 0]);
    let (_, err) = said(&newsloom(folder.path(), &["run"]), 1);
    assert!(err.starts_with("rejected l'eau.txt: binary: "), "{err}");
}

#[test]
fn query_and_summary_are_passed_on_with_the_configured_folder() {
    let folder = folder();
    let program = folder.path().join("newsloom");
    fs::hard_link(PROGRAM, &program).unwrap();
    let call = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(folder.path()).env("PATH", "/usr/bin:/bin").args(arguments);
        command.output().unwrap()
    };
    for command in ["query", "summary"] {
        let (_, err) = said(&call(&[command, "SELECT 1"]), 2);
        assert!(err.contains("make query"), "{err}");
    }
    let helper = folder.path().join("newsloom-query");
    fs::write(&helper, "#!/bin/sh\nfor word; do echo \"<$word>\"; done\nexit 7\n").unwrap();
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    let passed = |arguments: &[&str]| said(&call(arguments), 7).0.replace('\n', "");
    assert_eq!(
        passed(&["query", "SELECT 'a b'", "--format", "csv"]),
        "<query><SELECT 'a b'><--format><csv><--out><outputs>"
    );
    assert_eq!(passed(&["query", "--out", "o", "x"]), "<query><--out><o><x>");
    assert_eq!(passed(&["summary", "--out=o"]), "<summary><--out=o>");
    fs::write(folder.path().join("newsloom.toml"), "[paths]\nout = \"tables\"\n").unwrap();
    assert_eq!(passed(&["summary"]), "<summary><--out><tables>");
}

#[test]
fn show_tells_what_was_kept_dropped_and_found() {
    let folder = folder();
    article(folder.path(), "sub/a.txt", format!("{ARTICLE}\nLire aussi : le reste\n"));
    let (page, _) = said(&newsloom(folder.path(), &["show", "sub/a.txt"]), 0);
    let line = |words: &str| {
        let found = page.lines().find(|line| line.contains(words));
        found.unwrap_or_else(|| panic!("{words:?} is not in\n{page}")).trim()
    };
    assert_eq!(
        line("Le conseil a"),
        "1  Le conseil a adopté le budget le 3 mai 2024⟨2024-05-03⟩, \
        après un long débat sur les 2 millions d'euros⟨2000000 EUR⟩ de dépenses prévues pour la \
        rénovation des écoles."
    );
    assert_eq!(line("Les élus"), "2  Les élus de l'opposition ont voté contre.");
    assert!(line("Lire aussi").starts_with("related    −  Lire aussi : le reste  ["));
    assert!(line("language").starts_with("language  fr ("));
    assert!(line("found").contains("1 date, 1 sum of money"));
}

#[test]
fn show_takes_a_record_of_a_container() {
    let folder = folder();
    let record = serde_json::json!({
        "text": ARTICLE.split_once("\n\n").unwrap().1, "title": "Un titre", "date": "2024-05-04",
    });
    article(folder.path(), "many.jsonl", format!("no JSON\n\n{record}\n"));
    let (page, _) = said(&newsloom(folder.path(), &["show", "many.jsonl#2"]), 0);
    for words in ["Un titre", "2024-05-04 (day, from: metadata)", "1  Les élus de l'opposition"] {
        assert!(page.contains(words), "{words:?} is not in\n{page}");
    }
}

#[test]
fn show_tells_what_a_page_says_against_itself() {
    let folder = folder();
    let record = serde_json::json!({
        "@type": "NewsArticle", "headline": "Subscribe today for less", "author": "Ann Lee",
        "datePublished": "2024-05-21T10:48:07+02:00", "dateModified": "2024-05-22",
    });
    let page = format!(
        "<!doctype html><title>Council closes old bridge</title>\
        <script type='application/ld+json'>{record}</script><meta name='date' content='2024-05-20'>\
        <h1>Council closes old bridge</h1><p>The council met on Monday to speak about the bridge, \
        and the mayor said that work would begin soon.</p>"
    );
    article(folder.path(), "a.html", page);
    let (page, _) = said(&newsloom(folder.path(), &["show", "a.html"]), 0);
    for words in [
        "title  Council closes old bridge\n",
        "rather than  Subscribe today for less (from: json_ld)\n",
        "published  2024-05-21T10:48 (minute, from: metadata, json_ld)\n",
        "rather than  2024-05-20 (day, from: metadata, meta)\n",
        "modified  2024-05-22\n",
        "author  Ann Lee\n",
    ] {
        assert!(page.contains(words), "{words:?} is not in\n{page}");
    }
}

#[test]
fn colour_is_for_terminals_and_on_demand() {
    let folder = folder();
    article(folder.path(), "a.txt", ARTICLE);
    let show = |color: &[&str], no_color: &str| {
        let mut command = Command::new(PROGRAM);
        command.current_dir(folder.path()).args(["show", "a.txt"]).args(color);
        said(&command.env("NO_COLOR", no_color).output().unwrap(), 0).0.contains('\u{1b}')
    };
    assert!(!show(&[], ""), "standard output is no terminal here");
    assert!(!show(&["--color", "never"], ""));
    assert!(show(&["--color", "always"], ""));
    assert!(show(&["--color", "always"], "1"), "what is typed goes before the environment");
}

#[test]
fn show_refuses_what_is_no_article() {
    let folder = folder();
    article(folder.path(), "binary.txt", [0_u8, 159, 146, 150].repeat(50));
    article(folder.path(), "empty.txt", "");
    article(folder.path(), "many.jsonl", "{\"text\": \"One.\"}\n{\"text\": 2}\n");
    let odd = std::ffi::OsStr::from_bytes(b"caf\xE9\x1b[31m.txt");
    article(folder.path(), odd, ARTICLE);
    symlink("loop.txt", folder.path().join("raw/loop.txt")).unwrap();
    let big = File::create(folder.path().join("raw/big.txt")).unwrap();
    big.set_len(200 << 20).unwrap();
    let show = |name: &str, status| said(&newsloom(folder.path(), &["show", name]), status);
    assert!(show("binary.txt", 1).1.contains("no text in any encoding"));
    assert!(show("big.txt", 1).1.contains("limits.article_bytes_max"));
    assert!(show("empty.txt", 0).0.contains("status  empty"));
    assert!(show("many.jsonl#2", 1).1.contains("line 2"));
    assert!(show("many.jsonl#3", 3).1.contains("no record 3; of its last: line 2"));
    assert!(show("many.jsonl", 3).1.contains("many.jsonl#1"));
    assert!(show("none.txt", 3).1.contains("\"none.txt\""));
    assert!(show("loop.txt", 3).1.contains("cannot read"));
    assert!(show("raw", 3).1.contains("cannot read"));
    let mut command = Command::new(PROGRAM);
    let odd = command.current_dir(folder.path()).arg("show").arg(odd).output().unwrap();
    said(&odd, 0);
    let (_, err) = show("\u{1b}[31mnone", 3);
    assert!(!err.contains('\u{1b}'), "{err:?}");
}

#[test]
fn a_reader_who_goes_away_is_no_fault() {
    let folder = folder();
    article(folder.path(), "a.txt", ARTICLE.repeat(2000));
    for arguments in [&["schema"][..], &["schema", "--markdown"], &["show", "a.txt"], &["clean"]] {
        let mut command = Command::new(PROGRAM);
        command.current_dir(folder.path()).args(arguments).stderr(Stdio::piped());
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(said(&output, 0).1, "", "{arguments:?}");
    }
}

#[test]
fn clean_removes_all_that_a_run_makes() {
    let folder = folder();
    article(folder.path(), "a.txt", ARTICLE);
    said(&newsloom(folder.path(), &["run"]), 0);
    // As a run that was killed leaves it.
    fs::create_dir(folder.path().join(".outputs.new")).unwrap();
    fs::write(folder.path().join(".outputs.new/dates.csv"), "article_id\n").unwrap();
    said(&newsloom(folder.path(), &["clean"]), 0);
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["raw"]);
    let (out, err) = said(&newsloom(folder.path(), &["clean"]), 0);
    assert_eq!((out.as_str(), err.as_str()), ("0 files removed.\n", ""));
}

#[test]
fn clean_leaves_what_newsloom_did_not_make() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    // Names that Newsloom uses too, in folders that are none of its.
    for name in ["mine/articles.csv", "mine/SHA256SUMS", "mine/state", "mine/lock", "mine/layers"] {
        fs::create_dir_all(path("mine")).unwrap();
        fs::write(path(name), "mine").unwrap();
    }
    let (_, err) =
        said(&newsloom(folder.path(), &["clean", "--out", "mine", "--cache", "mine"]), 0);
    assert!(err.contains("left alone: \"mine\""), "{err}");
    assert_eq!(fs::read_dir(path("mine")).unwrap().count(), 5);

    article(folder.path(), "a.txt", ARTICLE);
    said(&newsloom(folder.path(), &["run"]), 0);
    // A link in the place of a file, a folder in the place of another, a link to the folder.
    fs::remove_file(path("outputs/dates.csv")).unwrap();
    symlink(path("mine/articles.csv"), path("outputs/dates.csv")).unwrap();
    fs::remove_file(path("outputs/money.csv")).unwrap();
    fs::create_dir(path("outputs/money.csv")).unwrap();
    symlink("outputs", path("link")).unwrap();
    said(&newsloom(folder.path(), &["clean", "--out", "link", "--cache", "none"]), 0);
    assert!(path("outputs/articles.csv").is_file(), "the link was followed");
    said(&newsloom(folder.path(), &["clean"]), 0);
    let mut left: Vec<_> =
        fs::read_dir(path("outputs")).unwrap().map(|it| it.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["dates.csv", "money.csv"]);
    assert_eq!(fs::read_to_string(path("mine/articles.csv")).unwrap(), "mine");
}

#[test]
fn clean_waits_for_no_run() {
    let folder = folder();
    article(folder.path(), "a.txt", ARTICLE);
    said(&newsloom(folder.path(), &["run"]), 0);
    let lock = File::open(folder.path().join(".newsloom/lock")).unwrap();
    lock.lock().unwrap();
    said(&newsloom(folder.path(), &["clean"]), 75);
    assert!(folder.path().join("outputs/articles.csv").is_file());
    drop(lock);
    said(&newsloom(folder.path(), &["clean"]), 0);
}

#[test]
fn schema_lists_the_tables_with_their_columns() {
    let folder = folder();
    let (listing, _) = said(&newsloom(folder.path(), &["schema"]), 0);
    for table in ["articles", "blocks", "sentences", "dates", "money", "rejects"] {
        assert!(listing.lines().any(|line| line.starts_with(&format!("{table}: "))), "{listing}");
    }
    assert!(listing.lines().any(|line| line.starts_with("  start_date             date or null ")));
}
