//! What the last run found out, so that the next one knows what changed and a run with nothing to
//! do ends early.
//!
//! Four files of one generation: the head, the sources with their stats, the items in the order of
//! the sources, and the segments of the tables. The head is replaced in one step and names the
//! generation. Invariant: a missing or damaged state costs time and explanations, never a result.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use newsloom_stages::{REPEAT_STAGE, STAGES, TABULATE_STAGE};
use serde::{Deserialize, Serialize};

use super::census::Census;
use super::chain::{settings_of_repeat, settings_of_stages};
use super::checked::{Reader, Writer};
use super::hash::Hash;
use super::item::{Fault, ItemState, Outcome};
use super::stat::Stat;
use crate::config::{Config, Limits};

const HEAD: &str = "state";
const HEAD_NEW: &str = "state.new";
const SOURCES: &str = "sources-";
const ITEMS: &str = "items-";
const SEGMENTS: &str = "segments-";
/// Begins the head's content; a new form of state needs a new one.
const FORM: u32 = 8;
/// Rejected items that are told again by a run with nothing to do.
pub const REJECTS_TOLD: usize = 20;

/// The head of the state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub(super) form: u32,
    pub(super) generation: u64,
    pub program: Program,
    pub counts: Counts,
    /// The first items of `rejects`, by id.
    pub rejects: Vec<(String, Fault)>,
    /// The hash of all sources with their stats; none where a stat cannot be believed.
    pub census: Option<Hash>,
    /// The published files by name.
    pub files: BTreeMap<String, File>,
}

/// All that decides the results but the articles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Version, and fingerprint of the engine and of the readers of containers.
    pub engine: [String; 2],
    pub limits: Limits,
    /// In the order of `STAGES`, `tabulate` last.
    pub stages: Vec<StageState>,
    pub repeat: StageState,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageState {
    pub fingerprint: String,
    /// The stage's settings as JSON.
    pub settings: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub sources: u64,
    pub articles: u64,
    pub rejects: u64,
    pub bytes: u64,
}

/// A run of articles as the tables hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// One for each table.
    pub parts: Vec<Part>,
    /// Whether its rows are the last ones of a row group.
    pub ends_row_group: bool,
}

/// A segment's rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub key: Hash,
    pub row_count: u64,
    pub chunk: Chunk,
}

/// A part's records in the table's CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Where they begin.
    pub start: u64,
    pub bytes: u64,
    /// The CRC-32 of the bytes.
    pub crc: u32,
}

/// A published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub hash: Hash,
    pub bytes: u64,
    /// None where a look at the stat is not enough to know that the content is this.
    pub stat: Option<Stat>,
}

/// A file of the raw folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceState<'a> {
    pub path: &'a str,
    pub stat: Stat,
    /// Whether the same stat means the same content.
    pub is_settled: bool,
    pub item_count: u64,
    pub reject_count: u64,
}

impl Program {
    pub fn of(config: &Config) -> Self {
        let engine = [env!("CARGO_PKG_VERSION"), env!("NEWSLOOM_ENGINE")].map(str::to_owned);
        let all = config.stages();
        let settings = settings_of_stages(&all).into_iter().chain([String::new()]);
        let stages = STAGES.iter().chain([&TABULATE_STAGE]).zip(settings);
        let stage = |(stage, settings): (&newsloom_stages::Stage, String)| StageState {
            fingerprint: stage.fingerprint.to_owned(),
            settings,
        };
        Self {
            engine,
            limits: config.limits.clone(),
            stages: stages.map(stage).collect(),
            repeat: stage((&REPEAT_STAGE, settings_of_repeat(&all))),
        }
    }
}

impl Head {
    /// The head of the state in `cache`; an empty one where there is none to read.
    pub fn load(cache: &Path) -> Self {
        let bytes = fs::read(cache.join(HEAD)).unwrap_or_default();
        let Some((sum, content)) = bytes.split_at_checked(32) else { return Self::default() };
        if sum != Hash::of(content).0 {
            return Self::default();
        }
        let head: Self = postcard::from_bytes(content).unwrap_or_default();
        if head.form == FORM { head } else { Self::default() }
    }

    /// The segments in order, as they are published, as far as they can be read.
    pub fn segments(&self, cache: &Path) -> impl Iterator<Item = Segment> {
        let path = cache.join(format!("{SEGMENTS}{}", self.generation));
        let mut reader = if self.is_published() { Reader::open(&path) } else { Reader::empty() };
        std::iter::from_fn(move || reader.next())
    }

    /// Whether a run has published.
    pub fn is_published(&self) -> bool {
        self.form == FORM
    }

    /// Replaces the state in `cache` by this head and what `writer` wrote.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(mut self, cache: &Path, writer: HistoryWriter) -> io::Result<Self> {
        self.form = FORM;
        self.generation = writer.generation;
        self.census = writer.is_settled.then(|| writer.census.finish());
        for file in [writer.sources, writer.items, writer.segments] {
            file.finish()?;
        }
        let content = postcard::to_stdvec(&self).expect("the state is plain data");
        let bytes = [&Hash::of(&content).0[..], &content].concat();
        fs::write(cache.join(HEAD_NEW), bytes)?;
        fs::rename(cache.join(HEAD_NEW), cache.join(HEAD))?;
        let kept = [SOURCES, ITEMS, SEGMENTS].map(|kind| format!("{kind}{}", self.generation));
        for name in file_names(cache)? {
            if !kept.contains(&name) && name != HEAD {
                fs::remove_file(cache.join(name))?;
            }
        }
        Ok(self)
    }
}

/// The names of the state's files in `cache`.
///
/// # Errors
/// Where the folder cannot be listed.
pub fn file_names(cache: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(cache)? {
        if let Ok(name) = entry?.file_name().into_string()
            && ([HEAD, HEAD_NEW].contains(&name.as_str())
                || [SOURCES, ITEMS, SEGMENTS].iter().any(|kind| name.starts_with(kind)))
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Writes the sources, items and segments of a new generation, in order.
#[derive(Debug)]
pub struct HistoryWriter {
    generation: u64,
    sources: Writer,
    items: Writer,
    segments: Writer,
    census: Census,
    /// Whether the same stats of all sources mean the same contents.
    is_settled: bool,
    item_count: u64,
    reject_count: u64,
    /// Whether the items of the present source need no second look while its stat stays.
    is_lasting: bool,
}

impl HistoryWriter {
    /// # Errors
    /// Where the files cannot be made.
    pub fn create(cache: &Path, last: &Head) -> io::Result<Self> {
        let generation = last.generation + 1;
        let create = |kind: &str| Writer::create(&cache.join(format!("{kind}{generation}")));
        Ok(Self {
            generation,
            sources: create(SOURCES)?,
            items: create(ITEMS)?,
            segments: create(SEGMENTS)?,
            census: Census::default(),
            is_settled: true,
            item_count: 0,
            reject_count: 0,
            is_lasting: true,
        })
    }

    /// Adds an item of the source that is ended next.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn item(&mut self, item: &ItemState) -> io::Result<()> {
        self.item_count += 1;
        if let Outcome::Rejected(fault) = &item.outcome {
            self.reject_count += 1;
            self.is_lasting &= fault.is_lasting();
        }
        self.items.push(item)
    }

    /// Adds segments of the tables.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn segments(&mut self, segments: &[Segment]) -> io::Result<()> {
        segments.iter().try_for_each(|segment| self.segments.push(segment))
    }

    /// Ends a source, whose stat was looked up at `now_ns`.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn end_source(&mut self, path: &str, stat: Stat, now_ns: i64) -> io::Result<()> {
        let is_lasting = std::mem::replace(&mut self.is_lasting, true);
        let is_settled = is_lasting && stat.is_settled(now_ns);
        self.is_settled &= is_settled;
        self.census.add(path, &stat);
        let item_count = std::mem::take(&mut self.item_count);
        let reject_count = std::mem::take(&mut self.reject_count);
        self.sources.push(&SourceState { path, stat, is_settled, item_count, reject_count })
    }
}

/// Reads the sources and items of the last generation, in order.
#[derive(Debug)]
pub struct History {
    sources: Reader,
    items: Reader,
    /// The source that was read last and is not passed yet.
    source: Option<PastSource>,
    /// Items of passed sources that were not read.
    skipped_count: u64,
    /// Items of the present source that were not read.
    left_count: u64,
    /// Whether the present source is the one that was asked for.
    is_found: bool,
}

/// A source as the last run saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSource {
    pub path: String,
    pub stat: Stat,
    pub is_settled: bool,
    pub reject_count: u64,
}

impl History {
    pub fn open(cache: &Path, head: &Head) -> Self {
        let path = |kind: &str| -> PathBuf { cache.join(format!("{kind}{}", head.generation)) };
        let readers = || (Reader::open(&path(SOURCES)), Reader::open(&path(ITEMS)));
        let (sources, items) =
            if head.is_published() { readers() } else { (Reader::empty(), Reader::empty()) };
        Self { sources, items, source: None, skipped_count: 0, left_count: 0, is_found: false }
    }

    /// Whether a part of it could not be read.
    pub fn is_damaged(&self) -> bool {
        self.sources.is_damaged() || self.items.is_damaged()
    }

    /// The source at `path`, if it was there; paths must be asked for in order.
    pub fn seek(&mut self, path: &str) -> Option<PastSource> {
        loop {
            if self.source.is_none() {
                self.advance();
            }
            match self.source.as_ref()?.path.as_str().cmp(path) {
                Ordering::Less => self.source = None,
                Ordering::Equal => {
                    self.is_found = true;
                    return self.source.take();
                }
                Ordering::Greater => {
                    self.is_found = false;
                    return None;
                }
            }
        }
    }

    /// Goes on to the next source, if there is one.
    pub fn next_source(&mut self) -> Option<PastSource> {
        self.advance();
        let source = self.source.take();
        self.is_found = source.is_some();
        source
    }

    /// Items of the source that `seek` found which were not read yet.
    pub fn left_count(&self) -> u64 {
        if self.is_found { self.left_count } else { 0 }
    }

    /// The next item of the source that `seek` found; none where it found none.
    pub fn next_item(&mut self) -> Option<ItemState> {
        if self.left_count() == 0 {
            return None;
        }
        while self.skipped_count > 0 {
            self.skipped_count -= 1;
            let _: ItemState = self.items.next()?;
        }
        self.left_count -= 1;
        self.items.next()
    }

    /// Reads the next source.
    fn advance(&mut self) {
        self.is_found = false;
        self.skipped_count += std::mem::take(&mut self.left_count);
        let Some(next) = self.sources.next::<SourceState>() else { return };
        self.left_count = next.item_count;
        let SourceState { path, stat, is_settled, reject_count, .. } = next;
        self.source = Some(PastSource { path: path.to_owned(), stat, is_settled, reject_count });
    }
}
