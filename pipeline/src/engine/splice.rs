//! Segments to files: the tables, the data package, the manifest and the sums.
//!
//! Invariant: a table whose parts are those of the last run, and whose files are as published, is
//! not written again.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write as _};

use bytes::Bytes;
use newsloom_stages::{REPEAT_STAGE, STAGES, TABULATE_STAGE};
use newsloom_tabulate::{PublishedFile, Table, assemble_parquet, csv_header, datapackage};
use rayon::prelude::*;
use serde_json::json;

use super::hash::Hash;
use super::publish::{Hashing, Staging};
use super::run::RunError;
use super::segment::Part;
use super::state::{Counts, File, Head, Program, Segment};
use super::store::Store;
use crate::config::Config;

const BUFFER_BYTES: usize = 1 << 18;

/// A file as the data package lists it, and its hash.
type Published = (PublishedFile, Hash);

/// What the published files are made of.
pub struct Splicer<'a> {
    pub config: &'a Config,
    pub store: &'a Store,
    pub tables: &'a [Table],
    pub segments: &'a [Segment],
    pub counts: Counts,
    pub last: &'a Head,
    /// The published files that are as the last run left them.
    pub intact: &'a BTreeMap<String, File>,
}

impl Splicer<'_> {
    /// Writes the files that are not as published already; gives the hashes of all.
    ///
    /// # Errors
    /// Where a file cannot be written, or the store has lost a part.
    pub fn write(&self, staging: &Staging) -> Result<BTreeMap<String, Hash>, RunError> {
        // Each table by itself: two of them are nearly all.
        let indices = (0..self.tables.len()).into_par_iter().with_max_len(1);
        let tables: Result<Vec<[Published; 2]>, RunError> =
            indices.map(|index| self.table(staging, index)).collect();
        let (files, hashes): (Vec<PublishedFile>, Vec<Hash>) =
            tables?.into_iter().flatten().unzip();
        let names = files.iter().map(|file| file.name.clone());
        let mut hashes: BTreeMap<String, Hash> = names.zip(hashes).collect();
        let write = |name: &str, text: &str, hashes: &mut BTreeMap<String, Hash>| {
            hashes.insert(name.to_owned(), Hash::of(text.as_bytes()));
            fs::write(staging.path(name), text).map_err(self.trouble())
        };
        write("datapackage.json", &datapackage(&files), &mut hashes)?;
        let manifest = self.manifest(&hashes);
        write("manifest.json", &manifest, &mut hashes)?;
        let sums: String = hashes.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
        write("SHA256SUMS", &sums, &mut hashes)?;
        Ok(hashes)
    }

    /// The CSV and the Parquet file of one table.
    fn table(&self, staging: &Staging, index: usize) -> Result<[Published; 2], RunError> {
        let table = &self.tables[index];
        let names = ["csv", "parquet"].map(|extension| format!("{}.{extension}", table.name));
        // Where row groups end decides the bytes as much as the parts do.
        let parts = |segment: &Segment| (segment.parts.get(index).copied(), segment.ends_row_group);
        let before = self.last.segments.iter().map(parts);
        let is_same = self.last.program.stages.last() == Program::of(self.config).stages.last()
            && self.segments.iter().map(parts).eq(before);
        let published = names.each_ref().map(|name| self.intact.get(name));
        if let (true, [Some(csv), Some(parquet)]) = (is_same, published) {
            let [csv_name, parquet_name] = names;
            return Ok([
                published_file(csv_name, table, csv.bytes, csv.hash),
                published_file(parquet_name, table, parquet.bytes, parquet.hash),
            ]);
        }
        self.write_table(staging, index, names)
    }

    fn write_table(
        &self,
        staging: &Staging,
        index: usize,
        [csv_name, parquet_name]: [String; 2],
    ) -> Result<[Published; 2], RunError> {
        let table = &self.tables[index];
        let create = |name: &str| -> io::Result<Hashing<BufWriter<fs::File>>> {
            let file = fs::File::create(staging.path(name))?;
            Ok(Hashing::new(BufWriter::with_capacity(BUFFER_BYTES, file)))
        };
        let mut csv = create(&csv_name).map_err(self.trouble())?;
        csv.write_all(&csv_header(table)).map_err(self.trouble())?;
        let parquet = create(&parquet_name).map_err(self.trouble())?;
        let mut is_lost = false;
        let mut part = |segment: &Segment| {
            let stored = self.store.get(segment.parts[index].0);
            let stored = stored.map(|stored| Bytes::from(stored.bytes));
            let part = stored.as_ref().and_then(|bytes| {
                let part = Part::of(bytes)?;
                Some((part.csv()?, bytes.slice_ref(part.parquet)))
            });
            let Some((records, pages)) = part else {
                is_lost = true;
                return Err(io::ErrorKind::InvalidData.into());
            };
            csv.write_all(&records)?;
            Ok(pages)
        };
        let row_groups = self.segments.split_inclusive(|segment| segment.ends_row_group);
        let row_groups = row_groups.map(|segments| segments.iter().map(&mut part).collect());
        let row_groups: Box<dyn Iterator<Item = io::Result<Vec<Bytes>>>> = Box::new(row_groups);
        let written = assemble_parquet(table, row_groups, parquet);
        if is_lost {
            // All that is damaged is found now, so that the next go makes all of it anew.
            for (key, _) in self.parts(index) {
                let stored = self.store.get(key);
                let is_part =
                    |bytes: &[u8]| Part::of(bytes).is_some_and(|part| part.csv().is_some());
                if stored.is_some_and(|stored| !is_part(&stored.bytes)) {
                    self.store.lose(key);
                }
            }
            return Err(RunError::Lost);
        }
        let parquet = written.map_err(self.trouble())?;
        Ok([
            finish(csv, csv_name, table).map_err(self.trouble())?,
            finish(parquet, parquet_name, table).map_err(self.trouble())?,
        ])
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

/// Ends a file; what is known of it.
fn finish(
    file: Hashing<BufWriter<fs::File>>,
    name: String,
    table: &Table,
) -> io::Result<Published> {
    let (file, hash) = file.finish();
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(published_file(name, table, file.metadata()?.len(), hash))
}

fn published_file(name: String, table: &Table, bytes: u64, hash: Hash) -> Published {
    (PublishedFile { name, table: table.name, bytes, sha256: hash.to_string() }, hash)
}
