//! A run: scan, compute what is not known, tabulate, publish.
//!
//! Invariant: articles are taken in order of their id and in batches of a fixed number, so that
//! memory does not grow with the corpus; what threads do does not show in any byte.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use newsloom_stages::layers::Readability;
use newsloom_stages::{STAGES, TABULATE_STAGE};
use newsloom_tabulate::{
    ArticleInput, Bytes, Encoded, PublishedFile, Reject, Table, assemble_parquet, csv_header,
    datapackage, encode, encode_rejects, tables,
};
use rayon::prelude::*;
use serde_json::json;
use thiserror::Error;

use super::chain::{Chain, LayerHashes, settings_of_stages};
use super::hash::Hash;
use super::lock::Lock;
use super::publish::{Staging, hashes};
use super::scan::{Source, is_html, read, scan};
use super::signals::Signals;
use super::state::{ArticleState, StageState, State};
use super::store::Store;
use crate::config::Config;

/// Articles computed at once before the next signal check.
const BATCH_LENGTH: usize = 256;
/// A segment of the tables ends after an article whose id's hash has this many low zero bits.
const SEGMENT_BITS: u32 = 10;

/// Why a run ended without publishing.
#[derive(Debug, Error)]
pub enum RunError {
    #[error("{what} {path}: {error}")]
    Io { what: &'static str, path: String, error: io::Error },
    #[error("another run holds the lock in {0}; wait for it to end")]
    Busy(String),
    #[error("stopped by a signal; what was computed is saved, nothing was published")]
    Stopped(u8),
}

/// What a run did.
#[derive(Debug, Default, Clone)]
pub struct Summary {
    pub article_count: u64,
    pub new_count: u64,
    pub changed_count: u64,
    pub removed_count: u64,
    pub rejects: Vec<Reject>,
    pub reject_count: u64,
    pub computed_count: u64,
    pub saved_count: u64,
    pub raw_bytes: u64,
    /// Published files whose content changed.
    pub file_count: usize,
    pub seconds: Duration,
}

/// An article whose layers are in the cache.
#[derive(Debug, Clone)]
struct Entry {
    source: Source,
    bytes: u64,
    state: ArticleState,
    computed_count: u64,
    duplicate_of: Option<String>,
}

/// Runs the whole pipeline; `progress` is told how many of how many articles are done.
///
/// # Errors
/// Where the raw folder, the cache or the outputs cannot be used; nothing is published then.
pub fn run(config: &Config, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Summary, RunError> {
    let start = Instant::now();
    let cache = &config.paths.cache;
    fs::create_dir_all(cache).map_err(trouble("cannot make the cache folder", cache))?;
    let lock = Lock::take(cache).map_err(trouble("cannot lock the cache folder", cache))?;
    let Some(_lock) = lock else { return Err(RunError::Busy(cache.display().to_string())) };
    let signals = Signals::listen().map_err(trouble("cannot listen for signals for", cache))?;
    let raw = &config.paths.raw;
    let found = scan(raw).map_err(trouble("cannot list the raw folder", raw))?;
    let store = Store::open(cache).map_err(trouble("cannot open the cache in", cache))?;
    let chain = Chain::new(config.stages());
    let last = State::load(cache);

    let (entries, mut rejects) =
        compute_all(config, &found.sources, &chain, &store, &signals, progress)?;
    rejects.extend(found.rejects);
    let run = Run { config, chain: &chain, store: &store };
    let segments = run.segments(&entries)?;
    for segment in &segments {
        rejects.extend(segment.rejects.iter().cloned());
    }
    rejects.sort();
    let digest = run.digest(&segments, &rejects);
    let mut summary = summarise(&entries, &rejects, &last);

    let out = &config.paths.out;
    let intact = hashes(out, last.files.keys().map(String::as_str)) == last.files;
    if last.digest != Some(digest) || !intact {
        if let Some(status) = signals.exit_status() {
            return Err(RunError::Stopped(status));
        }
        let publishing = trouble("cannot publish in", out);
        let (file_count, files) =
            run.publish(&segments, &rejects, entries.len()).map_err(publishing)?;
        summary.file_count = file_count;
        let state = state_of(config, digest, &entries, files, rejects.len());
        state.save(cache).map_err(trouble("cannot save the state in", cache))?;
    }
    store.collect_garbage().map_err(trouble("cannot rewrite the cache in", cache))?;
    summary.seconds = start.elapsed();
    Ok(summary)
}

fn trouble(what: &'static str, path: &Path) -> impl Fn(io::Error) -> RunError {
    let path = path.display().to_string();
    move |error| RunError::Io { what, path: path.clone(), error }
}

/// Makes sure that the cache has the layers of every article.
fn compute_all(
    config: &Config,
    sources: &[Source],
    chain: &Chain,
    store: &Store,
    signals: &Signals,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Vec<Entry>, Vec<Reject>), RunError> {
    let cache = &config.paths.cache;
    let mut entries: Vec<Entry> = Vec::with_capacity(sources.len());
    let mut rejects = Vec::new();
    let mut first_of: BTreeMap<Hash, String> = BTreeMap::new();
    for batch in sources.chunks(BATCH_LENGTH) {
        let results: Vec<Result<Entry, Trouble>> =
            batch.par_iter().map(|source| compute(config, source, chain, store)).collect();
        for result in results {
            match result {
                Ok(mut entry) => {
                    let first = first_of.entry(entry.state.content);
                    let id = &entry.source.article_id;
                    let first = first.or_insert_with(|| id.clone());
                    entry.duplicate_of = (first != id).then(|| first.clone());
                    entries.push(entry);
                }
                Err(Trouble::Reject(reject)) => rejects.push(reject),
                Err(Trouble::Cache(error)) => {
                    return Err(trouble("cannot write the cache in", cache)(error));
                }
            }
        }
        progress((entries.len() + rejects.len()) as u64, sources.len() as u64);
        if let Some(status) = signals.exit_status() {
            return Err(RunError::Stopped(status));
        }
    }
    Ok((entries, rejects))
}

enum Trouble {
    Reject(Reject),
    Cache(io::Error),
}

fn compute(
    config: &Config,
    source: &Source,
    chain: &Chain,
    store: &Store,
) -> Result<Entry, Trouble> {
    let reject = |code: &str, detail: &str| {
        Trouble::Reject(Reject {
            article_id: source.article_id.clone(),
            code: code.to_owned(),
            detail: detail.to_owned(),
        })
    };
    if is_html(&source.article_id) {
        return Err(reject("html", "pages of HTML are not read by this version; give plain text"));
    }
    let raw = read(source, config.limits.article_bytes_max).map_err(Trouble::Reject)?;
    let content = Hash::of(&raw);
    let mut computed_count = 0;
    let layers: LayerHashes = match chain.known(content, store).try_into() {
        Ok(layers) => layers,
        Err(_) => {
            let computed = catch_unwind(AssertUnwindSafe(|| chain.layers(&raw, store)));
            let Ok(computed) = computed else {
                return Err(reject("internal_error", "a stage failed on it; please report it"));
            };
            let (_, hashes, work) = computed.map_err(Trouble::Cache)?;
            computed_count = work.computed_count;
            hashes
        }
    };
    Ok(Entry {
        source: source.clone(),
        bytes: raw.len() as u64,
        state: ArticleState { content, layers },
        computed_count,
        duplicate_of: None,
    })
}

/// A run of articles, encoded.
#[derive(Debug)]
struct Segment {
    /// The cached encoding of each table but `rejects`, in the order of `tables()`.
    tables: Vec<Hash>,
    row_counts: Vec<u64>,
    rejects: Vec<Reject>,
}

/// A segment as the cache keeps it: tables, row counts, and id, code and detail of its rejects.
type SegmentRecord = (Vec<Hash>, Vec<u64>, Vec<(String, String, String)>);

struct Run<'a> {
    config: &'a Config,
    chain: &'a Chain,
    store: &'a Store,
}

impl Run<'_> {
    /// Encodes the articles in segments whose boundaries depend on the set of ids alone.
    fn segments(&self, entries: &[Entry]) -> Result<Vec<Segment>, RunError> {
        let ends_segment = |entry: &Entry| {
            let hash = Hash::of(entry.source.article_id.as_bytes());
            let low = u32::from_le_bytes(hash.0[..4].try_into().expect("4 of 32 bytes"));
            low.trailing_zeros() >= SEGMENT_BITS
        };
        let segments: Vec<&[Entry]> = entries.split_inclusive(ends_segment).collect();
        let encoded: Result<Vec<Segment>, RunError> =
            segments.par_iter().map(|entries| self.segment(entries)).collect();
        encoded
    }

    fn segment(&self, entries: &[Entry]) -> Result<Segment, RunError> {
        let key = segment_key(entries);
        if let Some(segment) = self.cached_segment(key) {
            return Ok(segment);
        }
        let caching = trouble("cannot write the cache in", &self.config.paths.cache);
        let mut articles = Vec::new();
        let mut rejects = Vec::new();
        for entry in entries {
            let reject = |code: &str, detail: &str| Reject {
                article_id: entry.source.article_id.clone(),
                code: code.to_owned(),
                detail: detail.to_owned(),
            };
            let raw = match read(&entry.source, self.config.limits.article_bytes_max) {
                Ok(raw) if Hash::of(&raw) == entry.state.content => raw,
                _ => {
                    rejects.push(reject("changed_while_reading", "changed during the run"));
                    continue;
                }
            };
            let (layers, _, _) = self.chain.layers(&raw, self.store).map_err(&caching)?;
            if layers.document.readability == Readability::Binary {
                rejects.push(reject("binary", "no text in any encoding known here"));
                continue;
            }
            articles.push((entry, entry.state.content.to_string(), layers));
        }
        let mut inputs = Vec::new();
        for (entry, content, layers) in &articles {
            inputs.push(ArticleInput {
                article_id: &entry.source.article_id,
                source_bytes: entry.bytes,
                content_sha256: content,
                duplicate_of: entry.duplicate_of.as_deref(),
                document: &layers.document,
                blocks: &layers.blocks,
                language: &layers.language,
                sentences: &layers.sentences,
                mentions: &layers.mentions,
            });
        }
        let mut segment = Segment { tables: Vec::new(), row_counts: Vec::new(), rejects };
        for (index, table) in tables().iter().enumerate() {
            let encoded = encode(table, &inputs);
            segment.row_counts.push(encoded.row_count);
            let parts = (encoded.parquet, encoded.csv, encoded.row_count);
            let bytes = postcard::to_stdvec(&parts).expect("bytes and a count");
            let table_key = Hash::of_parts([&key.0[..], &index.to_le_bytes()]);
            segment.tables.push(self.store.put(table_key, &bytes).map_err(&caching)?);
        }
        let rejected: Vec<(&str, &str, &str)> = segment
            .rejects
            .iter()
            .map(|reject| (&*reject.article_id, &*reject.code, &*reject.detail))
            .collect();
        let summary = postcard::to_stdvec(&(&segment.tables, &segment.row_counts, rejected))
            .expect("hashes, counts and texts");
        if segment.rejects.iter().all(|reject| reject.code != "changed_while_reading") {
            self.store.put(key, &summary).map_err(&caching)?;
        }
        Ok(segment)
    }

    fn cached_segment(&self, key: Hash) -> Option<Segment> {
        let summary = self.store.blob(self.store.link(key)?)?;
        let (tables, row_counts, rejected): SegmentRecord = postcard::from_bytes(&summary).ok()?;
        for (index, table) in tables.iter().enumerate() {
            let table_key = Hash::of_parts([&key.0[..], &index.to_le_bytes()]);
            if self.store.link(table_key)? != *table || self.store.blob(*table).is_none() {
                return None;
            }
        }
        let reject = |(article_id, code, detail)| Reject { article_id, code, detail };
        Some(Segment { tables, row_counts, rejects: rejected.into_iter().map(reject).collect() })
    }

    /// Hash of all that decides the published files.
    fn digest(&self, segments: &[Segment], rejects: &[Reject]) -> Hash {
        let manifest = self.manifest_head().to_string();
        let tables =
            segments.iter().flat_map(|segment| segment.tables.iter().map(|table| &table.0[..]));
        let rejects = rejects.iter().flat_map(|reject| {
            [&reject.article_id, &reject.code, &reject.detail].map(String::as_bytes)
        });
        Hash::of_parts([manifest.as_bytes()].into_iter().chain(tables).chain(rejects))
    }

    fn publish(
        &self,
        segments: &[Segment],
        rejects: &[Reject],
        article_count: usize,
    ) -> io::Result<(usize, BTreeMap<String, Hash>)> {
        let staging = Staging::new(&self.config.paths.out)?;
        let mut files = Vec::new();
        let mut row_counts = serde_json::Map::new();
        let tables = tables();
        for (index, table) in tables.iter().enumerate() {
            let segments = segments.iter().map(|segment| self.encoded(segment.tables[index]));
            let only_rejects = table.name == "rejects";
            let mut encoded: Box<dyn Iterator<Item = io::Result<Encoded>>> = if only_rejects {
                Box::new([Ok(encode_rejects(rejects))].into_iter())
            } else {
                Box::new(segments)
            };
            let (written, row_count) = write_table(&staging, table, &mut encoded)?;
            files.extend(written);
            row_counts.insert(table.name.to_owned(), row_count.into());
        }
        let package = datapackage(&files);
        fs::write(staging.path("datapackage.json"), &package)?;
        let mut manifest = self.manifest_head();
        manifest["articles"] = article_count.into();
        manifest["rows"] = row_counts.into();
        let mut names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        names.push("datapackage.json".to_owned());
        names.sort();
        let mut hashes_of = hashes(&staging.path(""), names.iter().map(String::as_str));
        let listed = hashes_of.iter().map(|(name, hash)| (name.clone(), json!(hash.to_string())));
        manifest["sha256"] = serde_json::Value::Object(listed.collect());
        let manifest = format!("{manifest:#}\n");
        fs::write(staging.path("manifest.json"), &manifest)?;
        hashes_of.insert("manifest.json".to_owned(), Hash::of(manifest.as_bytes()));
        let sums: String =
            hashes_of.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
        fs::write(staging.path("SHA256SUMS"), &sums)?;
        hashes_of.insert("SHA256SUMS".to_owned(), Hash::of(sums.as_bytes()));
        Ok((staging.publish()?, hashes_of))
    }

    fn encoded(&self, hash: Hash) -> io::Result<Encoded> {
        let bytes = self.store.blob(hash);
        let parts = bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let lost = || io::Error::other("the cache was damaged during the run; run again");
        let (parquet, csv, row_count) = parts.ok_or_else(lost)?;
        Ok(Encoded { parquet, csv, row_count })
    }

    /// What the manifest says of the program and its settings.
    fn manifest_head(&self) -> serde_json::Value {
        let settings = self.config.stages();
        let stages: serde_json::Map<String, serde_json::Value> = STAGES
            .iter()
            .chain([&TABULATE_STAGE])
            .map(|stage| (stage.name.to_owned(), stage.fingerprint.into()))
            .collect();
        json!({
            "newsloom": env!("CARGO_PKG_VERSION"),
            "configuration": {"limits": self.config.limits, "stages": settings},
            "stages": stages,
        })
    }
}

/// Hash of all that decides the encoding of these articles.
fn segment_key(entries: &[Entry]) -> Hash {
    let mut parts: Vec<Vec<u8>> = vec![TABULATE_STAGE.fingerprint.as_bytes().to_vec()];
    for entry in entries {
        parts.push(entry.source.article_id.as_bytes().to_vec());
        parts.push(entry.duplicate_of.as_deref().unwrap_or_default().as_bytes().to_vec());
        parts.push(entry.state.content.0.to_vec());
        parts.extend(entry.state.layers.iter().map(|layer| layer.0.to_vec()));
    }
    Hash::of_parts(parts.iter().map(Vec::as_slice))
}

fn write_table(
    staging: &Staging,
    table: &Table,
    segments: &mut dyn Iterator<Item = io::Result<Encoded>>,
) -> io::Result<([PublishedFile; 2], u64)> {
    let (csv_name, parquet_name) =
        (format!("{}.csv", table.name), format!("{}.parquet", table.name));
    let mut csv = io::BufWriter::new(File::create(staging.path(&csv_name))?);
    csv.write_all(&csv_header(table))?;
    let mut row_count = 0;
    let row_groups = segments.map(|segment| {
        let encoded = segment?;
        row_count += encoded.row_count;
        csv.write_all(&encoded.csv)?;
        Ok(Bytes::from(encoded.parquet))
    });
    let parquet = io::BufWriter::new(File::create(staging.path(&parquet_name))?);
    let mut parquet = assemble_parquet(table, row_groups, parquet)?;
    parquet.flush()?;
    csv.flush()?;
    let file = |name: String| -> io::Result<PublishedFile> {
        let bytes = fs::read(staging.path(&name))?;
        Ok(PublishedFile {
            name,
            table: table.name,
            bytes: bytes.len() as u64,
            sha256: Hash::of(&bytes).to_string(),
        })
    };
    Ok(([file(csv_name)?, file(parquet_name)?], row_count))
}

fn summarise(entries: &[Entry], rejects: &[Reject], last: &State) -> Summary {
    let mut summary = Summary {
        article_count: entries.len() as u64,
        rejects: rejects.to_vec(),
        reject_count: rejects.len() as u64,
        ..Summary::default()
    };
    for entry in entries {
        match last.articles.get(&entry.source.article_id) {
            None => summary.new_count += 1,
            Some(state) if state.content != entry.state.content => summary.changed_count += 1,
            Some(_) => {}
        }
        summary.raw_bytes += entry.bytes;
        summary.computed_count += entry.computed_count;
        summary.saved_count += STAGES.len() as u64 - entry.computed_count;
    }
    let kept_count = summary.article_count - summary.new_count;
    summary.removed_count = last.articles.len() as u64 - kept_count;
    summary
}

fn state_of(
    config: &Config,
    digest: Hash,
    entries: &[Entry],
    files: BTreeMap<String, Hash>,
    reject_count: usize,
) -> State {
    let articles = entries.iter().map(|entry| (entry.source.article_id.clone(), entry.state));
    let settings = settings_of_stages(&config.stages());
    let stages = STAGES.iter().zip(settings).map(|(stage, settings)| StageState {
        fingerprint: stage.fingerprint.to_owned(),
        settings,
    });
    State {
        digest: Some(digest),
        articles: articles.collect(),
        stages: stages.collect(),
        files,
        reject_count: reject_count as u64,
    }
}
