//! Whether what is published is whole and true: hashes, the two forms of each table, keys, and
//! spans against the raw files.
//!
//! `verify/files` reads the files by themselves, `verify/merge` the rows of all tables in step,
//! article by article (`rows`), each against its raw article (`raw`) by its scalars (`text`);
//! `verify/rebuild` compares with a clean build.
//!
//! Invariant: every fault is told, up to a cap a kind; nothing published is trusted on the way.
//! Invariant: memory is bounded by the longest article, not by the number of rows.

mod files;
mod items;
mod merge;
mod raw;
mod rebuild;
mod rows;
mod text;

use std::fs;
use std::io;
use std::path::Path;

use newsloom_tabulate::tables;
use rayon::prelude::*;

pub use rebuild::compare_rebuilt;

use crate::config::Config;

/// Faults of one kind that are told one by one.
const FAULTS_SHOWN: usize = 10;

/// What was checked and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    pub file_count: u64,
    pub row_count: u64,
    pub span_count: u64,
    pub faults: Faults,
}

/// Faults by their kind, each kind in the order it was first met.
#[derive(Debug, Default)]
pub struct Faults {
    kinds: Vec<FaultKind>,
}

#[derive(Debug)]
struct FaultKind {
    name: (&'static str, &'static str),
    /// The first ones.
    told: Vec<String>,
    count: u64,
}

impl Faults {
    /// Adds a fault of the kind `name`: a table or file, and what was checked of it.
    pub fn add(&mut self, name: (&'static str, &'static str), fault: impl FnOnce() -> String) {
        let place = self.kinds.iter().position(|kind| kind.name == name).unwrap_or_else(|| {
            self.kinds.push(FaultKind { name, told: Vec::new(), count: 0 });
            self.kinds.len() - 1
        });
        let kind = &mut self.kinds[place];
        kind.count += 1;
        if kind.told.len() < FAULTS_SHOWN {
            kind.told.push(fault());
        }
    }

    /// Adds all faults of `other`, whose kinds are other ones.
    pub fn append(&mut self, other: Self) {
        self.kinds.extend(other.kinds);
    }

    pub fn count(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.count).sum()
    }

    /// The faults in words, with how many of a kind are left out.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.kinds.iter().flat_map(|kind| {
            let more_count = kind.count - kind.told.len() as u64;
            let more = (more_count > 0).then(|| format!("… and {more_count} more of this kind"));
            kind.told.iter().cloned().chain(more)
        })
    }
}

/// Checks the published folder against itself and the raw folder, on all threads of the pool it
/// is called in.
///
/// # Errors
/// Where there is nothing published to check, or it was replaced meanwhile.
pub fn verify(config: &Config) -> io::Result<Report> {
    let out = &config.paths.out;
    let sums = read_sums(out)?;
    let tables = tables();
    let check_forms = |table| files::check_forms(out, table);
    let (((file_count, mut faults), forms), merged) = rayon::join(
        || {
            rayon::join(
                || files::check_sums(out, &sums),
                || tables.par_iter().map(check_forms).collect::<Vec<Faults>>(),
            )
        },
        || merge::check_rows(config, &tables),
    );
    if read_sums(out)? != sums {
        return Err(io::Error::other("a run published while this was verified; verify again"));
    }
    forms.into_iter().for_each(|found| faults.append(found));
    faults.append(merged.faults);
    let merge::Checked { row_count, span_count, .. } = merged;
    Ok(Report { file_count, row_count, span_count, faults })
}

/// The published sums, by which one publication is also told from another.
fn read_sums(out: &Path) -> io::Result<String> {
    fs::read(out.join(SUMS)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

const SUMS: &str = "SHA256SUMS";
