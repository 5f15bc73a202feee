//! What a run with nothing to do, or little, asks of the system.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use crate::strace::{self, Traced};
use crate::support::clean::build;
use crate::support::corpus::fill_with_container;
use crate::support::{House, said};

/// Calls that open or change files.
const CALLS: [&str; 19] = [
    "chmod",
    "copy_file_range",
    "creat",
    "ftruncate",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "open",
    "openat",
    "openat2",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "truncate",
    "unlink",
    "unlinkat",
    "utimensat",
];

/// Longer than a file's times may lag behind the clock.
fn let_times_settle() {
    thread::sleep(Duration::from_millis(200));
}

/// A house in which all was published, from files older than the run.
fn settled(articles: usize) -> House {
    let house = House::new();
    fill_with_container(&house, articles);
    let_times_settle();
    house.check_run(1, &build(&house)).unwrap();
    let_times_settle();
    house
}

/// The raw files that a run opens, without its folders.
fn opened_raw(traced: &Traced) -> BTreeSet<String> {
    let opens = traced.calls.iter().filter(|call| call.name.starts_with("open"));
    let opens = opens.filter(|call| !call.line.contains("O_DIRECTORY"));
    let inside = opens.filter_map(|call| call.path()?.split_once("raw/"));
    inside.map(|(_, path)| path.to_owned()).collect()
}

fn is_change(line: &str) -> bool {
    let is_open = line.starts_with("open");
    !is_open || ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| line.contains(flag))
}

#[test]
fn nothing_to_do_opens_no_raw_file_and_writes_no_output() {
    let mut opened_counts = Vec::new();
    for articles in [6, 120] {
        let house = settled(articles);
        let traced = strace::run(&house, &CALLS, None, &[]);
        assert!(traced.output.status.success(), "{}", said(&traced.output));
        assert!(said(&traced.output).starts_with("Nothing to do"), "{}", said(&traced.output));
        let folders = traced.opened().into_iter().filter(|path| path.contains("raw")).count();
        assert!(folders > 0, "the raw folder was not even listed");
        assert_eq!(opened_raw(&traced), BTreeSet::new(), "{articles} articles");
        let on_outputs = traced.calls.iter().filter(|call| call.line.contains("outputs"));
        let changes: Vec<&str> =
            on_outputs.map(|call| &*call.line).filter(|line| is_change(line)).collect();
        assert!(changes.is_empty(), "{}", changes.join("\n"));
        opened_counts.push(traced.opened().len());
    }
    assert_eq!(opened_counts[0], opened_counts[1], "opened files grow with the articles");
}

#[test]
fn one_changed_article_is_the_only_one_opened() {
    let house = settled(40);
    house.write("1/001.txt", "Le 4 mai 2024, 5 millions d'euros.\n");
    let traced = strace::run(&house, &CALLS, None, &[]);
    assert!(traced.output.status.success(), "{}", said(&traced.output));
    assert_eq!(opened_raw(&traced), BTreeSet::from(["1/001.txt".to_owned()]));
    house.check_run(1, &build(&house)).unwrap();
}
