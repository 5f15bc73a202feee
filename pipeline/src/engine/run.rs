//! A run: scan, compute what is not known, encode what changed, publish.
//!
//! Invariant: items are taken in order and in batches of bounded length, so that memory grows
//! with the number of files by their paths and stats alone; what threads do shows in no byte.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use newsloom_tabulate::{Table, tables};
use rayon::prelude::*;
use thiserror::Error;

use super::chain::{Chain, STAGE_COUNT};
use super::duplicates::Duplicates;
use super::garbage;
use super::gather::{Content, Gather, Item, Trust};
use super::item::{Fault, ItemState, Outcome, article_id};
use super::lock::Lock;
use super::publish::{Staging, intact};
use super::resolve::{Resolved, Resolver};
use super::runlog;
use super::scan::Tree;
use super::segment::{Cutter, Encoder, Piece};
use super::signals::Signals;
use super::splice::Splicer;
use super::state::{
    Counts, File, Head, History, HistoryWriter, Program, REJECTS_TOLD, Segment, is_unchanged,
};
use super::store::Store;
use super::watch::process_time;
use crate::config::Config;

/// Items in one batch, for each thread.
const BATCH_ITEMS: usize = 1024;
/// A batch's share of the memory limit, in raw text: layers and rows take several times as much.
const BATCH_PART: u64 = 64;
/// How often a run begins anew because a damaged record of the store came to light in it.
const TRIES: usize = 3;

/// Why a run ended without publishing.
#[derive(Debug, Error)]
pub enum RunError {
    #[error("{what} {path}: {error}")]
    Io { what: &'static str, path: String, error: io::Error },
    #[error("cannot write the cache: {0}; free space or name another folder by --cache")]
    Cache(io::Error),
    #[error("another run holds the lock in {0}; wait for it to end")]
    Busy(String),
    #[error("stopped by a signal; what was computed is saved, nothing was published")]
    Stopped(u8),
    #[error("the cache is being damaged during the run; run again, or delete the folder {0}")]
    Damaged(String),
    /// A record of the store turned out damaged; the run begins anew without it.
    #[error("a part of the cache was lost")]
    Lost,
}

impl RunError {
    pub fn cache(error: io::Error) -> Self {
        Self::Cache(error)
    }

    pub fn io(what: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.display().to_string();
        move |error| Self::Io { what, path: path.clone(), error }
    }
}

/// How a run is done; no option changes a byte of what it publishes.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Read every article and every published file, whatever their stats say.
    pub rehash: bool,
    /// Bytes of memory that batches are cut by.
    pub memory_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rehash: false, memory_bytes: 1 << 30 }
    }
}

/// What a run did.
#[derive(Debug, Default, Clone)]
pub struct Summary {
    pub counts: Counts,
    pub new_count: u64,
    pub changed_count: u64,
    pub removed_count: u64,
    /// The first rejects, by id.
    pub rejects: Vec<(String, Fault)>,
    pub computed_count: u64,
    pub saved_count: u64,
    /// Published files whose content changed.
    pub file_count: usize,
    /// Parts of the cache or the state that turned out damaged.
    pub damage_count: u64,
    /// Why the cache could not be written once the tables were published.
    pub cache_trouble: Option<String>,
    pub seconds: Duration,
    /// Processor time of the stages, of the encoder and of all.
    pub stage_time: Duration,
    pub encode_time: Duration,
    pub cpu_time: Duration,
}

/// Runs the whole pipeline; `progress` is told how many of how many files are done.
///
/// # Errors
/// Where the raw folder, the cache or the outputs cannot be used; nothing is published then.
pub fn run(
    config: &Config,
    options: Options,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Summary, RunError> {
    let begun = Instant::now();
    let cache = &config.paths.cache;
    fs::create_dir_all(cache).map_err(RunError::io("cannot make the cache folder", cache))?;
    let lock = Lock::take(cache).map_err(RunError::io("cannot lock the cache folder", cache))?;
    let Some(_lock) = lock else { return Err(RunError::Busy(cache.display().to_string())) };
    let signals =
        Signals::listen().map_err(RunError::io("cannot listen for signals for", cache))?;
    let mut damage_count = 0;
    for _ in 0..TRIES {
        let tables = tables();
        let mut attempt = Attempt { config, options, signals: &signals, progress, tables: &tables };
        match attempt.run(&mut damage_count) {
            Err(RunError::Lost) => {}
            Err(error) => return Err(error),
            Ok(mut summary) => {
                summary.damage_count = damage_count;
                summary.seconds = begun.elapsed();
                summary.cpu_time = process_time();
                if let Err(error) = runlog::append(cache, &summary) {
                    summary.cache_trouble.get_or_insert(error.to_string());
                }
                return Ok(summary);
            }
        }
    }
    Err(RunError::Damaged(cache.display().to_string()))
}

/// One go at a run.
struct Attempt<'a> {
    config: &'a Config,
    options: Options,
    signals: &'a Signals,
    progress: &'a (dyn Fn(u64, u64) + Sync),
    tables: &'a [Table],
}

impl Attempt<'_> {
    fn run(&mut self, damage_count: &mut u64) -> Result<Summary, RunError> {
        let Self { config, options, .. } = *self;
        let (cache, raw, out) = (&config.paths.cache, &config.paths.raw, &config.paths.out);
        let tree = Tree::scan(raw).map_err(RunError::io("cannot list the raw folder", raw))?;
        let last = Head::load(cache);
        let program = Program::of(config);
        let intact = intact(out, &last.files, options.rehash);
        let is_due = options.rehash
            || last.program != program
            || !last.is_published()
            || intact != last.files
            || !is_unchanged(&tree, cache, &last);
        if !is_due {
            return Ok(Summary {
                counts: last.counts,
                saved_count: last.counts.articles * STAGE_COUNT as u64,
                rejects: last.rejects,
                ..Summary::default()
            });
        }
        let store = Store::open(&cache.join(STORE)).map_err(RunError::cache)?;
        let work = Work {
            attempt: self,
            tree: &tree,
            last: &last,
            program: &program,
            store: &store,
            chain: Chain::new(config.stages()),
        };
        let computed = work.compute();
        store.flush().map_err(RunError::cache)?;
        let published = computed.and_then(|computed| work.publish(computed, &intact));
        *damage_count += store.damage_count();
        let (mut summary, head, history) = match published {
            Ok(published) => published,
            Err(error) => {
                // So that what was lost is not looked for again.
                store.flush().map_err(RunError::cache)?;
                return Err(error);
            }
        };
        // What is published stands, whatever becomes of the cache now.
        let remembered = head
            .save(cache, history)
            .and_then(|head| garbage::collect_if_due(cache, &work.chain, &head, &store));
        summary.cache_trouble = remembered.err().map(|error| error.to_string());
        Ok(summary)
    }
}

/// The store's folder in the cache folder.
pub const STORE: &str = "store";

/// What a run that has something to do works with.
struct Work<'a> {
    attempt: &'a Attempt<'a>,
    tree: &'a Tree,
    last: &'a Head,
    program: &'a Program,
    store: &'a Store,
    chain: Chain,
}

/// All items, computed and encoded, but not published.
struct Computed {
    summary: Summary,
    segments: Vec<Segment>,
    history: HistoryWriter,
}

impl Work<'_> {
    /// Takes the items batch by batch: what is not known is computed, what changed is encoded.
    fn compute(&self) -> Result<Computed, RunError> {
        let config = self.attempt.config;
        let cache = &config.paths.cache;
        let resolver = Resolver {
            config,
            tree: self.tree,
            chain: &self.chain,
            store: self.store,
            is_same_program: self.last.program == *self.program,
        };
        let known = self.last.segments.iter().flat_map(|segment| segment.parts.iter().copied());
        let encoder = Encoder {
            resolver: &resolver,
            store: self.store,
            tables: self.attempt.tables,
            known: known.collect(),
            encode_ns: AtomicU64::new(0),
        };
        let mut past = History::open(cache, self.last);
        let limits = &config.limits;
        let mut gather = Gather::new(
            self.tree,
            &config.paths.raw,
            &mut past,
            trust(self.last, self.program, self.store.is_empty(), self.attempt.options.rehash),
            limits.article_bytes_max,
        );
        let capacity = (self.tree.len() as u64).max(self.last.counts.articles);
        let mut account = Account {
            work: self,
            summary: Summary::default(),
            duplicates: Duplicates::with_capacity(usize::try_from(capacity).unwrap_or_default()),
            history: HistoryWriter::create(cache, self.last).map_err(RunError::cache)?,
            cutter: Cutter::default(),
        };
        let mut segments = Vec::new();
        loop {
            let batch = self.batch(&mut gather);
            let is_last = batch.is_empty();
            let resolved = resolver.resolve(batch).map_err(RunError::cache)?;
            let mut ended = Vec::new();
            for resolved in resolved {
                ended.extend(account.add(resolved).map_err(RunError::cache)?);
            }
            if is_last {
                ended.extend(account.cutter.finish());
            }
            let encoded: Result<Vec<Segment>, RunError> =
                ended.into_par_iter().map(|pieces| encoder.segment(pieces)).collect();
            segments.extend(encoded?);
            (self.attempt.progress)(gather.source_count() as u64, self.tree.len() as u64);
            if let Some(status) = self.attempt.signals.exit_status() {
                return Err(RunError::Stopped(status));
            }
            if is_last {
                break;
            }
        }
        let Account { mut summary, history, .. } = account;
        let kept_count = summary.counts.articles - summary.new_count;
        summary.removed_count = self.last.counts.articles.saturating_sub(kept_count);
        summary.counts.sources = self.tree.len() as u64;
        summary.encode_time = Duration::from_nanos(encoder.encode_ns.load(Ordering::Relaxed));
        summary.damage_count = u64::from(past.is_damaged());
        Ok(Computed { summary, segments, history })
    }

    /// The next items, as many as memory holds well.
    fn batch(&self, gather: &mut Gather) -> Vec<Item> {
        let item_count_max = BATCH_ITEMS * rayon::current_num_threads();
        let bytes_max = self.attempt.options.memory_bytes / BATCH_PART;
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < item_count_max && bytes < bytes_max {
            let Some(item) = gather.next() else { break };
            bytes += match &item.content {
                Content::Raw(raw) => raw.bytes.len() as u64,
                Content::Unread { .. } => self.tree.get(item.source).stat.bytes,
                Content::Known | Content::Fault(_) => 0,
            };
            batch.push(item);
        }
        batch
    }

    /// Publishes what was computed; gives what is to be remembered.
    fn publish(
        &self,
        computed: Computed,
        intact: &BTreeMap<String, File>,
    ) -> Result<(Summary, Head, HistoryWriter), RunError> {
        let Attempt { config, tables, signals, .. } = *self.attempt;
        let Computed { mut summary, segments, history } = computed;
        let out = &config.paths.out;
        let publishing = RunError::io("cannot publish in", out);
        let staging = Staging::new(out).map_err(&publishing)?;
        let splicer = Splicer {
            config,
            store: self.store,
            tables,
            segments: &segments,
            counts: summary.counts,
            last: self.last,
            intact,
        };
        let written = splicer.write(&staging);
        let stopped = signals.exit_status().map(RunError::Stopped);
        let hashes = match written.and_then(|hashes| stopped.map_or(Ok(hashes), Err)) {
            Ok(hashes) => hashes,
            Err(error) => {
                staging.discard().map_err(&publishing)?;
                return Err(error);
            }
        };
        let (file_count, files) = staging.publish(&hashes, intact).map_err(&publishing)?;
        summary.file_count = file_count;
        let head = Head {
            program: self.program.clone(),
            counts: summary.counts,
            rejects: summary.rejects.clone(),
            segments,
            files,
            ..Head::default()
        };
        Ok((summary, head, history))
    }
}

/// What of the last state may be believed under the present program.
pub fn trust(last: &Head, now: &Program, is_store_empty: bool, rehash: bool) -> Trust {
    let is_decode_same = last.program.stages.first() == now.stages.first();
    Trust {
        stats: !rehash && last.program.limits == now.limits && last.program.engine == now.engine,
        rejects: last.program == *now,
        containers: is_decode_same && !is_store_empty,
    }
}

/// What is done with the resolved items, in order.
struct Account<'a> {
    work: &'a Work<'a>,
    summary: Summary,
    duplicates: Duplicates,
    history: HistoryWriter,
    cutter: Cutter,
}

impl Account<'_> {
    /// Counts and remembers an item; gives the segment that it ends.
    fn add(&mut self, resolved: Resolved) -> io::Result<Option<Vec<Piece>>> {
        let Resolved { source, before, now, slots, work, ends_source } = resolved;
        let tree = self.work.tree;
        let path = tree.get(source).path;
        let article_id = article_id(path, now.number);
        self.count(&article_id, before.as_ref(), &now);
        self.summary.computed_count += work.computed_count;
        if now.article().is_some() {
            self.summary.saved_count += STAGE_COUNT as u64 - work.computed_count;
        }
        self.summary.stage_time += work.stage_time;
        let duplicate_of = now.article().and_then(|article| {
            let first = self.duplicates.first(article.content, source, now.number)?;
            Some(super::item::article_id(tree.get(first.source).path, first.number))
        });
        self.history.item(&now)?;
        if let Some(stat) = ends_source {
            self.history.end_source(path, stat, tree.begun_ns)?;
        }
        Ok(self.cutter.push(Piece { article_id, source, state: now, duplicate_of, slots }))
    }

    fn count(&mut self, article_id: &str, before: Option<&ItemState>, now: &ItemState) {
        let summary = &mut self.summary;
        match &now.outcome {
            Outcome::Rejected(fault) => {
                summary.counts.rejects += 1;
                if summary.rejects.len() < REJECTS_TOLD {
                    summary.rejects.push((article_id.to_owned(), fault.clone()));
                }
            }
            Outcome::Article(article) => {
                summary.counts.articles += 1;
                summary.counts.bytes += article.bytes;
                match before.and_then(ItemState::article) {
                    None => summary.new_count += 1,
                    Some(before) if before.input != article.input => summary.changed_count += 1,
                    Some(_) => {}
                }
            }
        }
    }
}
