//! A run: what it is asked, what it did, and how it begins anew where the cache fails it.
//!
//! Invariant: one run writes at a time, and none writes where nothing is due.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use newsloom_tabulate::{Table, tables};
use thiserror::Error;

use super::census::census;
use super::chain::{Chain, STAGE_COUNT};
use super::garbage;
use super::item::Fault;
use super::lock::Lock;
use super::pass::Pass;
use super::publish::{clear_leftovers, intact};
use super::runlog;
use super::scan::Tree;
use super::signals::Signals;
use super::state::{Counts, Head, Program};
use super::store::Store;
use super::watch::process_time;
use crate::config::Config;

/// How often a run begins anew because damage of the store came to light in it; each time, what
/// was found damaged is gone from the store.
const TRIES: usize = 16;

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
    /// A published file, known by its stat, is not what was written; the run begins anew and
    /// hashes them.
    #[error("a published file was changed")]
    Spoiled,
    /// A file that was known by its stat must be read; the run begins anew and reads all.
    #[error("an article that the cache has lost cannot be known by its stat")]
    MustRead,
}

impl RunError {
    /// For what fails in the folder of the tables; another run may be at work there.
    pub fn publishing(out: &Path) -> impl Fn(io::Error) -> Self {
        let path = out.display().to_string();
        move |error| match error.kind() {
            io::ErrorKind::ResourceBusy => Self::Busy(path.clone()),
            io::ErrorKind::InvalidData => Self::Spoiled,
            _ => Self::Io { what: "cannot publish in", path: path.clone(), error },
        }
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

/// What a run is at, which it is with every file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading and decoding.
    Survey,
    /// All later stages, and encoding.
    Compute,
}

/// Is told how many of how many files are through a phase.
pub type Progress<'a> = &'a (dyn Fn(Phase, u64, u64) + Sync);

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
    /// What failed once the tables were published.
    pub trouble: Option<String>,
    pub seconds: Duration,
    /// Processor time of the stages, of the encoder and of all.
    pub stage_time: Duration,
    pub encode_time: Duration,
    pub cpu_time: Duration,
}

/// Runs the whole pipeline.
///
/// # Errors
/// Where the raw folder, the cache or the outputs cannot be used; nothing is published then.
pub fn run(config: &Config, options: Options, progress: Progress) -> Result<Summary, RunError> {
    let begun = Instant::now();
    let cache = &config.paths.cache;
    fs::create_dir_all(cache).map_err(RunError::io("cannot make the cache folder", cache))?;
    let lock = Lock::take(cache).map_err(RunError::io("cannot lock the cache folder", cache))?;
    let Some(_lock) = lock else { return Err(RunError::Busy(cache.display().to_string())) };
    let signals =
        Signals::listen().map_err(RunError::io("cannot listen for signals for", cache))?;
    let tables = tables();
    let mut attempt = Attempt {
        config,
        options,
        reads_all: options.rehash,
        asks_store: false,
        signals: &signals,
        progress,
        tables: &tables,
    };
    let mut damage_count = 0;
    for _ in 0..TRIES {
        match attempt.run(&mut damage_count) {
            Err(RunError::Lost) => {}
            Err(RunError::Spoiled) => attempt.options.rehash = true,
            Err(RunError::MustRead) => (attempt.reads_all, attempt.asks_store) = (true, true),
            Err(error) => return Err(error),
            Ok(mut summary) => {
                summary.damage_count += damage_count;
                summary.seconds = begun.elapsed();
                summary.cpu_time = process_time();
                if let Err(error) = runlog::append(cache, &summary) {
                    summary.trouble.get_or_insert(error.to_string());
                }
                return Ok(summary);
            }
        }
    }
    Err(RunError::Damaged(cache.display().to_string()))
}

/// One go at a run.
pub struct Attempt<'a> {
    pub config: &'a Config,
    pub options: Options,
    /// Whether no stat is believed.
    pub reads_all: bool,
    /// Whether the store is asked for what the last run made of each article.
    pub asks_store: bool,
    pub signals: &'a Signals,
    pub progress: Progress<'a>,
    pub tables: &'a [Table],
}

impl Attempt<'_> {
    fn run(&self, damage_count: &mut u64) -> Result<Summary, RunError> {
        let Self { config, options, .. } = *self;
        let (cache, raw, out) = (&config.paths.cache, &config.paths.raw, &config.paths.out);
        clear_leftovers(out).map_err(RunError::publishing(out))?;
        let tree = Tree::scan(raw).map_err(RunError::io("cannot list the raw folder", raw))?;
        let last = Head::load(cache);
        let program = Program::of(config);
        let intact = intact(out, &last.files, options.rehash);
        let is_due = self.reads_all
            || last.program != program
            || !last.is_published()
            || intact != last.files
            || last.census != Some(census(&tree));
        if !is_due {
            return Ok(Summary {
                counts: last.counts,
                saved_count: last.counts.articles * STAGE_COUNT as u64,
                rejects: last.rejects,
                ..Summary::default()
            });
        }
        let store = Store::open(&cache.join(STORE)).map_err(RunError::Cache)?;
        let pass = Pass {
            attempt: self,
            tree: &tree,
            last: &last,
            program: &program,
            store: &store,
            chain: Chain::new(config.stages()),
        };
        let staged = pass.survey().and_then(|sighted| pass.stage(sighted, &intact));
        *damage_count += store.damage_count();
        // Where it failed as well: what was computed is kept, what was lost not looked for again.
        store.flush().map_err(RunError::Cache)?;
        let (mut summary, head, history) = pass.publish(staged?, &intact)?;
        // What is published stands, whatever becomes of the cache now.
        let remembered = head
            .save(cache, history)
            .and_then(|head| garbage::collect_if_due(cache, &pass.chain, &head, &store));
        if let Err(error) = remembered {
            summary.trouble.get_or_insert(error.to_string());
        }
        Ok(summary)
    }
}

/// The store's folder in the cache folder.
pub const STORE: &str = "store";
