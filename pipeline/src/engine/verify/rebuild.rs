//! A clean build, compared with what is published byte by byte.
//!
//! Invariant: the build has a cache, a lock and an output folder of its own, in a temporary folder
//! that is removed again, whatever ends the comparison but a kill.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::Path;

use super::files::open_published;
use super::{Faults, SUMS, read_sums};
use crate::config::Config;
use crate::engine::publish::published_names;
use crate::engine::run::{Options, RunError, run};
use crate::engine::signals::Signals;

/// Builds the raw folder afresh and compares every file that either folder has or lists.
///
/// # Errors
/// Where the build cannot be made, or a signal came.
pub fn compare_rebuilt(config: &Config) -> Result<Faults, RunError> {
    let cache = &config.paths.cache;
    // Beside the cache, where there is room for as much once more.
    let beside = std::path::absolute(cache).ok();
    let beside = beside.as_deref().and_then(Path::parent).unwrap_or(Path::new("/"));
    let trouble = RunError::io("cannot make a temporary folder in", beside);
    // Listened to before there is a folder that a signal could leave behind.
    let signals = Signals::listen().map_err(&trouble)?;
    let scratch = tempfile::Builder::new().prefix(".newsloom-verify-").tempdir_in(beside);
    let scratch = scratch.map_err(&trouble)?;
    let mut clean = config.clone();
    clean.paths.out = scratch.path().join("outputs");
    clean.paths.cache = scratch.path().join("cache");
    run(&clean, Options::default(), &|_, _, _| {})?;
    compare(&config.paths.out, &clean.paths.out, &signals)
}

fn compare(published: &Path, clean: &Path, signals: &Signals) -> Result<Faults, RunError> {
    let sums = read_sums(published).unwrap_or_default();
    let listed = sums.lines().filter_map(|line| Some(line.split_once("  ")?.1.to_owned()));
    let names: BTreeSet<String> = published_names().chain(listed).collect();
    let mut faults = Faults::default();
    for name in names {
        let mut add = |fault: String| faults.add((SUMS, "rebuilt"), || fault);
        let Ok(clean) = open_published(clean, &name) else {
            add(format!("{name}: a clean build does not give this file"));
            continue;
        };
        match open_published(published, &name) {
            Ok(published) => match first_difference(published, clean, signals)? {
                None => {}
                Some(place) => {
                    add(format!("{name}: a clean build gives other bytes, from byte {place} on"));
                }
            },
            Err(fault) => add(format!("{fault}; a clean build gives this file")),
        }
    }
    Ok(faults)
}

/// Where two files begin to differ, counted from 0; where one cannot be read, it ends.
fn first_difference(
    mut one: impl BufRead,
    mut other: impl BufRead,
    signals: &Signals,
) -> Result<Option<u64>, RunError> {
    let mut place = 0;
    loop {
        if let Some(status) = signals.exit_status() {
            return Err(RunError::Stopped(status));
        }
        let these = one.fill_buf().unwrap_or_default();
        let those = other.fill_buf().unwrap_or_default();
        let length = these.len().min(those.len());
        if length == 0 {
            return Ok((these.len() != those.len()).then_some(place));
        }
        let same = these.iter().zip(those).take_while(|(one, other)| one == other).count();
        place += same as u64;
        if same < length {
            return Ok(Some(place));
        }
        one.consume(length);
        other.consume(length);
    }
}
