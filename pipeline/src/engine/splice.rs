//! Segments to files: the tables, the data package, the manifest and the sums.
//!
//! Invariant: a table whose parts are those of the last run, and whose files are as published, is
//! not written again.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use newsloom_stages::{REPEAT_STAGE, STAGES, TABULATE_STAGE};
use newsloom_tabulate::{PublishedFile, Table, assemble_parquet, csv_header, datapackage};
use rayon::prelude::*;
use serde_json::json;

use super::hash::Hash;
use super::publish::Staging;
use super::run::RunError;
use super::segment::Form;
use super::state::{Counts, File, Head, Program, Segment};
use super::store::Store;
use crate::config::Config;

/// What the published files are made of.
pub struct Splicer<'a> {
    pub config: &'a Config,
    pub store: &'a Store,
    pub tables: &'a [Table],
    pub segments: &'a [Segment],
    pub counts: Counts,
    pub last: &'a Head,
    pub last_segments: &'a [Segment],
    /// The published files that are as the last run left them.
    pub intact: &'a BTreeMap<String, File>,
}

impl Splicer<'_> {
    /// Writes the files that are not as published already; gives the hashes of all.
    ///
    /// # Errors
    /// Where a file cannot be written, or the store has lost a part.
    pub fn write(&self, staging: &Staging) -> Result<BTreeMap<String, Hash>, RunError> {
        let tables = 0..self.tables.len();
        let mut jobs: Vec<(usize, Form)> =
            tables.flat_map(|table| Form::ALL.map(|form| (table, form))).collect();
        // The longest first, so that no thread is left alone with one at the end.
        jobs.sort_by_key(|(table, form)| {
            let last = self.last.files.get(&form.file_name(&self.tables[*table]));
            Reverse(last.map_or(0, |file| file.bytes))
        });
        let written: Result<Vec<(PublishedFile, Hash)>, RunError> = jobs
            .into_iter()
            .par_bridge()
            .map(|(table, form)| self.file(staging, table, form))
            .collect();
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

    /// A file of one table.
    fn file(
        &self,
        staging: &Staging,
        index: usize,
        form: Form,
    ) -> Result<(PublishedFile, Hash), RunError> {
        let table = &self.tables[index];
        let name = form.file_name(table);
        // Where row groups end decides the bytes as much as the parts do.
        let parts = |segment: &Segment| (segment.parts.get(index).copied(), segment.ends_row_group);
        let before = self.last_segments.iter().map(parts);
        let is_same = self.last.program.stages.last() == Program::of(self.config).stages.last()
            && self.segments.iter().map(parts).eq(before);
        let (bytes, hash) = match self.intact.get(&name) {
            Some(file) if is_same => (file.bytes, file.hash),
            _ => self.write_file(staging, &name, index, form)?,
        };
        Ok((PublishedFile { name, table: table.name, bytes, sha256: hash.to_string() }, hash))
    }

    fn write_file(
        &self,
        staging: &Staging,
        name: &str,
        index: usize,
        form: Form,
    ) -> Result<(u64, Hash), RunError> {
        let table = &self.tables[index];
        let is_lost = AtomicBool::new(false);
        let part = |segment: &Segment| {
            form.load(segment.parts[index].0, self.store).ok_or_else(|| {
                is_lost.store(true, Ordering::Relaxed);
                io::Error::from(io::ErrorKind::InvalidData)
            })
        };
        let write = || -> io::Result<(u64, Hash)> {
            let mut file = staging.create(name)?;
            match form {
                Form::Csv => {
                    file.write_all(&csv_header(table))?;
                    self.segments.iter().try_for_each(|segment| file.write_all(&part(segment)?))?;
                }
                Form::Parquet => {
                    let row_groups =
                        self.segments.split_inclusive(|segment| segment.ends_row_group);
                    let row_groups = row_groups.map(|segments| segments.iter().map(part).collect());
                    file = assemble_parquet(table, row_groups, file)?;
                }
            }
            file.finish()
        };
        let written = write();
        if is_lost.into_inner() {
            // All that is damaged is found now, so that the next go makes all of it anew.
            for (key, _) in self.parts(index) {
                form.load(key, self.store);
            }
            return Err(RunError::Lost);
        }
        written.map_err(self.trouble())
    }

    /// The keys and row numbers of a table's parts, in order.
    fn parts(&self, index: usize) -> impl Iterator<Item = (Hash, u64)> {
        self.segments.iter().map(move |segment| segment.parts[index])
    }

    /// What CI compares: what was run on what, and what came out; no time, host or thread.
    fn manifest(&self, hashes: &BTreeMap<String, Hash>) -> String {
        let stages = STAGES.iter().chain([&REPEAT_STAGE, &TABULATE_STAGE]);
        let stages: BTreeMap<&str, &str> =
            stages.map(|stage| (stage.name, stage.fingerprint)).collect();
        let rows = self.tables.iter().enumerate().map(|(index, table)| {
            (table.name, self.parts(index).map(|(_, rows)| rows).sum::<u64>())
        });
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
