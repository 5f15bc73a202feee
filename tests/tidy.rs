//! The house rules a machine can check.
//!
//! Invariant: each rule counts the files it looked at and fails when there are none.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_source_file_opens_with_what_it_is_for() {
    let faults = faults(&["rs"], |path, text| {
        let opening = text.lines().next().unwrap_or_default();
        (!opening.starts_with("//! ")).then(|| format!("{}: no `//!` line", path.display()))
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read() {
    const LINES_MAX: usize = 500;
    let faults = faults(&["rs"], |path, text| {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let line_count = code.lines().count();
        (line_count > LINES_MAX).then(|| format!("{}: {line_count} lines", path.display()))
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_left_half_done() {
    // Written in halves so that this file does not hold them.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let faults = faults(&["rs", "toml", "md"], |path, text| {
        let line = text.lines().position(|line| marks.iter().any(|mark| line.contains(mark)))?;
        Some(format!("{}:{}: a mark of unfinished work", path.display(), line + 1))
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What `rule` finds wrong with the project's files of these extensions.
fn faults(extensions: &[&str], rule: impl Fn(&Path, &str) -> Option<String>) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for room in ["pipeline", "stages", "languages", "tests", "benches", "docs"] {
        collect(&root.join(room), &mut files);
    }
    files.retain(|path| {
        path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
    });
    assert!(!files.is_empty());
    files.iter().filter_map(|path| rule(path, &fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
