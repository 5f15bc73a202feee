//! Segments to files: the tables, the data package, the manifest and the sums.
//!
//! Invariant: a table whose parts are those of the last run, and whose files are as published, is
//! not written again.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use newsloom_stages::{REPEAT_STAGE, STAGES, TABULATE_STAGE};
use newsloom_tabulate::{PublishedFile, Table, assemble_parquet, datapackage};
use rayon::prelude::*;
use serde_json::json;

use super::csv_file::CsvFile;
use super::hash::Hash;
use super::publish::Staging;
use super::run::RunError;
use super::segment::Form;
use super::state::{Counts, File, Head, Program, Segment};
use super::store::Store;
use crate::config::Config;

/// What the Parquet files have of a segment.
pub struct Pages {
    /// The key of each table's part.
    keys: Box<[Hash]>,
    ends_row_group: bool,
}

impl Pages {
    pub fn of(segment: &Segment) -> Self {
        let keys = segment.parts.iter().map(|part| part.key).collect();
        Self { keys, ends_row_group: segment.ends_row_group }
    }
}

/// What the published files are made of.
pub struct Splicer<'a> {
    pub config: &'a Config,
    pub store: &'a Store,
    pub tables: &'a [Table],
    pub segments: &'a [Pages],
    /// The rows of each table.
    pub row_counts: Vec<u64>,
    pub counts: Counts,
    pub last: &'a Head,
    /// The published files that are as the last run left them.
    pub intact: &'a BTreeMap<String, File>,
}

/// A file of a table that is to be brought to its end.
enum Job<'a> {
    Csv(&'a Table, Box<CsvFile<'a>>),
    /// The position of the table, and whether its parts are those of the last run.
    Parquet {
        index: usize,
        is_same: bool,
    },
}

impl Job<'_> {
    fn name(&self, tables: &[Table]) -> String {
        match self {
            Self::Csv(table, _) => Form::Csv.file_name(table),
            Self::Parquet { index, .. } => Form::Parquet.file_name(&tables[*index]),
        }
    }
}

impl Splicer<'_> {
    /// Writes the files that are not as published already, the CSV files to their end; gives the
    /// hashes of all.
    ///
    /// # Errors
    /// Where a file cannot be written, or the store has lost a part.
    pub fn write(
        &self,
        staging: &Staging,
        csv_files: Vec<CsvFile>,
    ) -> Result<BTreeMap<String, Hash>, RunError> {
        let csv_files = self.tables.iter().zip(csv_files);
        let mut jobs: Vec<Job> =
            csv_files.map(|(table, file)| Job::Csv(table, Box::new(file))).collect();
        let same = self.same().into_iter().enumerate();
        jobs.extend(same.map(|(index, is_same)| Job::Parquet { index, is_same }));
        // The longest first, so that no thread is left alone with one at the end.
        let last_bytes = |name: &str| self.last.files.get(name).map_or(0, |file| file.bytes);
        jobs.sort_by_key(|job| Reverse(last_bytes(&job.name(self.tables))));
        let written: Result<Vec<(PublishedFile, Hash)>, RunError> =
            jobs.into_iter().par_bridge().map(|job| self.file(staging, job)).collect();
        let mut written = written?;
        written.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        let (files, hashes): (Vec<PublishedFile>, Vec<Hash>) = written.into_iter().unzip();
        let names = files.iter().map(|file| file.name.clone());
        let mut hashes: BTreeMap<String, Hash> = names.zip(hashes).collect();
        let write = |name: &str, text: &str| -> io::Result<Hash> {
            let mut file = staging.create(name)?;
            file.write_all(text.as_bytes())?;
            Ok(file.finish()?.1)
        };
        let mut add = |name: &str, text: &dyn Fn(&BTreeMap<String, Hash>) -> String| {
            let hash = write(name, &text(&hashes)).map_err(self.trouble())?;
            hashes.insert(name.to_owned(), hash);
            Ok(())
        };
        add("datapackage.json", &|_| datapackage(&files))?;
        add("manifest.json", &|hashes| self.manifest(hashes))?;
        add("SHA256SUMS", &|hashes| {
            hashes.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect()
        })?;
        Ok(hashes)
    }

    /// One file.
    fn file(&self, staging: &Staging, job: Job) -> Result<(PublishedFile, Hash), RunError> {
        let name = job.name(self.tables);
        let (table, (bytes, hash)) = match job {
            Job::Csv(table, file) => (table, file.finish().map_err(self.trouble())?),
            Job::Parquet { index, is_same } => {
                let written = match self.intact.get(&name) {
                    Some(file) if is_same => (file.bytes, file.hash),
                    _ => self.write_parquet(staging, &name, index)?,
                };
                (&self.tables[index], written)
            }
        };
        Ok((PublishedFile { name, table: table.name, bytes, sha256: hash.to_string() }, hash))
    }

    /// Whether the parts of each table are those of the last run.
    fn same(&self) -> Vec<bool> {
        let is_same_program =
            self.last.program.stages.last() == Program::of(self.config).stages.last();
        let mut same = vec![is_same_program; self.tables.len()];
        let mut before = self.last.segments(&self.config.paths.cache);
        for Pages { keys, ends_row_group } in self.segments {
            // Where row groups end decides the bytes as much as the parts do.
            let before = before.next().filter(|before| before.ends_row_group == *ends_row_group);
            let before = before.map_or(Vec::new(), |before| before.parts);
            for (index, is_same) in same.iter_mut().enumerate() {
                *is_same &= before.get(index).is_some_and(|part| part.key == keys[index]);
            }
        }
        if before.next().is_some() {
            same.fill(false);
        }
        same
    }

    fn write_parquet(
        &self,
        staging: &Staging,
        name: &str,
        index: usize,
    ) -> Result<(u64, Hash), RunError> {
        let is_lost = AtomicBool::new(false);
        let load = |segment: &Pages| {
            let stored = self.store.get(segment.keys[index]);
            stored.map(|stored| Bytes::from(stored.bytes)).ok_or_else(|| {
                is_lost.store(true, Ordering::Relaxed);
                io::Error::from(io::ErrorKind::InvalidData)
            })
        };
        let write = || -> io::Result<(u64, Hash)> {
            let row_groups = self.segments.split_inclusive(|segment| segment.ends_row_group);
            let row_groups = row_groups.map(|segments| segments.iter().map(load).collect());
            assemble_parquet(&self.tables[index], row_groups, staging.create(name)?)?.finish()
        };
        let written = write();
        if is_lost.into_inner() {
            // All that is damaged is found now, so that the next go makes all of it anew.
            for segment in self.segments {
                self.store.get(segment.keys[index]);
            }
            return Err(RunError::Lost);
        }
        written.map_err(self.trouble())
    }

    /// What CI compares: what was run on what, and what came out; no time, host or thread.
    fn manifest(&self, hashes: &BTreeMap<String, Hash>) -> String {
        let stages = STAGES.iter().chain([&REPEAT_STAGE, &TABULATE_STAGE]);
        let stages: BTreeMap<&str, &str> =
            stages.map(|stage| (stage.name, stage.fingerprint)).collect();
        let names = self.tables.iter().map(|table| table.name);
        let rows = names.zip(self.row_counts.iter().copied());
        let hashes = hashes.iter().map(|(name, hash)| (name.as_str(), hash.to_string()));
        let manifest = json!({
            "newsloom": env!("CARGO_PKG_VERSION"),
            "configuration": {"limits": self.config.limits, "stages": self.config.stages()},
            "stages": stages,
            "articles": self.counts.articles,
            "rows": rows.collect::<BTreeMap<_, _>>(),
            "sha256": hashes.collect::<BTreeMap<_, _>>(),
        });
        format!("{manifest:#}\n")
    }

    fn trouble(&self) -> impl Fn(io::Error) -> RunError {
        RunError::publishing(&self.config.paths.out)
    }
}
