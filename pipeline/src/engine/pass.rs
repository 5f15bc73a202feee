//! From scan to publication: the items are surveyed, then resolved and encoded, then published.
//!
//! Invariant: items are taken in order and in batches of bounded length, so that memory grows
//! with the number of files by their paths, stats and samples alone; what threads do shows in no
//! byte.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rayon::prelude::*;

use super::chain::{Chain, STAGE_COUNT};
use super::csv_file::{self, CsvFile};
use super::duplicates::Duplicates;
use super::gather::{Content, Gather, Item, Trust};
use super::hash::{HalfHash, Hash};
use super::item::{ItemState, Outcome, article_id as item_id};
use super::publish::{Published, Staging};
use super::repetition::{Samples, Sets, site};
use super::resolve::{Resolved, Resolver};
use super::run::{Attempt, Phase, RunError, Summary};
use super::scan::Tree;
use super::segment::{Cut, Cutter, Encoder, Encoding, Known, Piece};
use super::splice::{Pages, Splicer};
use super::state::{File, Head, History, HistoryWriter, Part, Program, REJECTS_TOLD};
use super::store::Store;
use super::survey::{Finding, Survey, SurveyWriter, Surveyed, Surveyor};

/// Items in one batch, for each thread.
const BATCH_ITEMS: usize = 16_384;
/// A batch's share of the memory limit, in raw text: layers and rows take several times as much.
const BATCH_PART: u64 = 32;
/// Segments whose CSV records are in memory at once, for each thread.
const SEGMENTS_AT_ONCE: usize = 32;
/// What the layers of the shortest article take, in the same measure.
const ITEM_BYTES_MIN: u64 = 4096;

/// What a run that has something to do works with.
pub struct Pass<'a> {
    pub attempt: &'a Attempt<'a>,
    pub tree: &'a Tree,
    pub last: &'a Head,
    pub program: &'a Program,
    pub store: &'a Store,
    pub chain: Chain,
}

/// All items, read and decoded.
pub struct Sighted {
    survey: Survey,
    sets: Sets,
    damage_count: u64,
}

/// All items, computed and encoded.
struct Computed {
    summary: Summary,
    segments: Vec<Pages>,
    /// Of each table.
    row_counts: Vec<u64>,
    history: HistoryWriter,
}

/// What is ready to be published.
pub struct Staged {
    staging: Staging,
    /// Of all files.
    hashes: BTreeMap<String, Hash>,
    summary: Summary,
    history: HistoryWriter,
}

impl Pass<'_> {
    /// Takes the items batch by batch: what is not known is read and decoded. Then what the sites
    /// repeat is counted.
    pub fn survey(&self) -> Result<Sighted, RunError> {
        let config = self.attempt.config;
        let surveyor = Surveyor {
            config,
            tree: self.tree,
            chain: &self.chain,
            store: self.store,
            is_same_program: self.is_same_program(),
        };
        let mut past = History::open(&config.paths.cache, self.last);
        let mut gather = Gather::new(
            self.tree,
            &config.paths.raw,
            &mut past,
            trust(self.last, self.program, self.store.is_empty(), self.attempt.reads_all),
            config.limits.article_bytes_max,
        );
        let mut samples = Samples::default();
        let mut writer = SurveyWriter::create(&config.paths.cache).map_err(RunError::Cache)?;
        loop {
            let batch = self.batch(&mut gather);
            if batch.is_empty() {
                break;
            }
            for surveyed in surveyor.survey(batch).map_err(RunError::Cache)? {
                if let Some(basis) = surveyed.basis() {
                    let path = self.tree.get(surveyed.source).path;
                    let site = site(basis.host, path, surveyed.number);
                    samples.add(site, basis.lines, self.chain.lines_key(basis.document));
                }
                writer.push(&surveyed).map_err(RunError::Cache)?;
            }
            self.tell(Phase::Survey, gather.source_count())?;
        }
        Ok(Sighted {
            survey: writer.finish().map_err(RunError::Cache)?,
            sets: Sets::count(&samples, &self.chain, self.store)?,
            damage_count: u64::from(past.is_damaged()),
        })
    }

    /// Makes what is new of the tables, in a folder beside the published ones.
    pub fn stage(
        &self,
        sighted: Sighted,
        intact: &BTreeMap<String, File>,
    ) -> Result<Staged, RunError> {
        let Attempt { config, tables, signals, .. } = *self.attempt;
        let publishing = RunError::publishing(&config.paths.out);
        let staging = Staging::new(&config.paths.out).map_err(&publishing)?;
        let files = tables.iter().map(|table| CsvFile::new(&staging, table, intact));
        let mut files: Vec<CsvFile> = files.collect::<io::Result<_>>().map_err(&publishing)?;
        let Computed { summary, segments, row_counts, history } =
            self.compute(sighted, &mut files)?;
        let splicer = Splicer {
            config,
            store: self.store,
            tables,
            segments: &segments,
            counts: summary.counts,
            row_counts,
            last: self.last,
            intact,
        };
        let hashes = splicer.write(&staging, files)?;
        let stopped = signals.exit_status().map(RunError::Stopped);
        stopped.map_or(Ok(Staged { staging, hashes, summary, history }), Err)
    }

    /// Takes the items batch by batch: what is not known is computed, what changed is encoded.
    fn compute(&self, sighted: Sighted, files: &mut [CsvFile]) -> Result<Computed, RunError> {
        let Sighted { mut survey, sets, damage_count } = sighted;
        let config = self.attempt.config;
        let resolver = Resolver {
            config,
            tree: self.tree,
            chain: &self.chain,
            store: self.store,
            sets: &sets,
        };
        let tables = self.attempt.tables;
        let publishing = RunError::publishing(&config.paths.out);
        let encoder = Encoder {
            resolver: &resolver,
            store: self.store,
            tables,
            known: self.known(files),
            encode_ns: AtomicU64::new(0),
        };
        let capacity = (self.tree.len() as u64).max(self.last.counts.articles);
        let mut account = Account {
            pass: self,
            summary: Summary::default(),
            duplicates: Duplicates::with_capacity(usize::try_from(capacity).unwrap_or_default()),
            history: HistoryWriter::create(&config.paths.cache, self.last)
                .map_err(RunError::Cache)?,
            cutter: Cutter::default(),
        };
        let mut segments = Vec::new();
        let mut row_counts = vec![0; tables.len()];
        loop {
            let batch = self.surveyed_batch(&mut survey, &resolver)?;
            let is_last = batch.is_empty();
            let source_count = batch.last().map_or(self.tree.len(), |last| last.source);
            let mut ended = Vec::new();
            for resolved in resolver.resolve(batch)? {
                ended.extend(account.add(resolved).map_err(RunError::Cache)?);
            }
            if is_last {
                ended.extend(std::mem::take(&mut account.cutter).finish());
            }
            let mut ended = ended.into_iter();
            let at_once = SEGMENTS_AT_ONCE * rayon::current_num_threads();
            while ended.len() > 0 {
                let cuts: Vec<Cut> = ended.by_ref().take(at_once).collect();
                let encoded: Result<Vec<Encoding>, RunError> =
                    cuts.into_par_iter().map(|cut| encoder.segment(cut)).collect();
                let added = csv_file::add(files, encoded?).map_err(&publishing)?;
                account.history.segments(&added).map_err(RunError::Cache)?;
                for segment in &added {
                    let parts = row_counts.iter_mut().zip(&segment.parts);
                    parts.for_each(|(row_count, part)| *row_count += part.row_count);
                }
                segments.extend(added.iter().map(Pages::of));
            }
            self.tell(Phase::Compute, source_count)?;
            if is_last {
                break;
            }
        }
        let Account { mut summary, history, .. } = account;
        let kept_count = summary.counts.articles - summary.new_count;
        summary.removed_count = self.last.counts.articles.saturating_sub(kept_count);
        summary.counts.sources = self.tree.len() as u64;
        summary.encode_time = Duration::from_nanos(encoder.encode_ns.load(Ordering::Relaxed));
        summary.damage_count = damage_count;
        Ok(Computed { summary, segments, row_counts, history })
    }

    /// The parts of the last run that need not be encoded again.
    fn known(&self, files: &[CsvFile]) -> HashMap<HalfHash, Known> {
        let segments = || self.last.segments(&self.attempt.config.paths.cache);
        // Made as large as it will be, for a map that grows is there twice.
        let mut known = HashMap::with_capacity(segments().count() * files.len());
        for segment in segments() {
            let parts = segment.parts.iter().zip(files).filter(|(_, file)| file.has_published());
            known.extend(parts.map(|(part, _)| {
                let Part { key, row_count, chunk } = *part;
                (key.half(), Known { row_count, chunk })
            }));
        }
        known
    }

    /// Whether the results of the last run are believed to be those of the present program.
    fn is_same_program(&self) -> bool {
        self.last.program == *self.program && !self.attempt.asks_store
    }

    /// Tells how far the run is.
    fn tell(&self, phase: Phase, source_count: usize) -> Result<(), RunError> {
        (self.attempt.progress)(phase, source_count as u64, self.tree.len() as u64);
        self.attempt.signals.exit_status().map_or(Ok(()), |status| Err(RunError::Stopped(status)))
    }

    /// The next surveyed items, as many as memory holds well.
    fn surveyed_batch(
        &self,
        survey: &mut Survey,
        resolver: &Resolver,
    ) -> Result<Vec<Surveyed>, RunError> {
        let mut batch = Batch::new(self.attempt.options.memory_bytes);
        while batch.has_room()
            && let Some(surveyed) = survey.next()?
        {
            let article_bytes = surveyed.basis().map_or(0, |basis| ITEM_BYTES_MIN + basis.bytes);
            let is_known = matches!(surveyed.finding, Finding::Same);
            let is_light = is_known && !resolver.is_doubtful(&surveyed);
            batch.push(surveyed, if is_light { 0 } else { article_bytes });
        }
        Ok(batch.items)
    }

    /// The next items, as many as memory holds well.
    fn batch(&self, gather: &mut Gather) -> Vec<Item> {
        let mut batch = Batch::new(self.attempt.options.memory_bytes);
        while batch.has_room()
            && let Some(item) = gather.next()
        {
            let bytes = match &item.content {
                Content::Raw(raw) => ITEM_BYTES_MIN + raw.bytes.len() as u64 + raw.told.bytes(),
                Content::Unread { .. } => ITEM_BYTES_MIN + self.tree.get(item.source).stat.bytes,
                // Its layers may be read, or computed anew.
                Content::Known if !self.is_same_program() => {
                    let before = item.before.as_ref().and_then(ItemState::article);
                    before.map_or(0, |article| ITEM_BYTES_MIN + article.bytes)
                }
                Content::Known | Content::Fault(_) => 0,
            };
            batch.push(item, bytes);
        }
        batch.items
    }

    /// Publishes what was staged; gives what is to be remembered.
    pub fn publish(
        &self,
        staged: Staged,
        intact: &BTreeMap<String, File>,
    ) -> Result<(Summary, Head, HistoryWriter), RunError> {
        let Staged { staging, hashes, mut summary, history } = staged;
        let publishing = RunError::publishing(&self.attempt.config.paths.out);
        let Published { changed_count, files, trouble } =
            staging.publish(&hashes, intact).map_err(&publishing)?;
        summary.file_count = changed_count;
        summary.trouble = trouble;
        let head = Head {
            program: self.program.clone(),
            counts: summary.counts,
            rejects: summary.rejects.clone(),
            files,
            ..Head::default()
        };
        Ok((summary, head, history))
    }
}

/// Items that are worked on together.
struct Batch<T> {
    items: Vec<T>,
    item_count_max: usize,
    bytes_left: u64,
}

impl<T> Batch<T> {
    fn new(memory_bytes: u64) -> Self {
        let item_count_max = BATCH_ITEMS * rayon::current_num_threads();
        Self { items: Vec::new(), item_count_max, bytes_left: memory_bytes / BATCH_PART }
    }

    fn has_room(&self) -> bool {
        self.items.len() < self.item_count_max && self.bytes_left > 0
    }

    fn push(&mut self, item: T, bytes: u64) {
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
        self.items.push(item);
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
    pass: &'a Pass<'a>,
    summary: Summary,
    duplicates: Duplicates,
    history: HistoryWriter,
    cutter: Cutter,
}

impl Account<'_> {
    /// Counts and remembers an item; gives the segment that it ends.
    fn add(&mut self, resolved: Resolved) -> io::Result<Option<Cut>> {
        let Resolved { source, before, now, slots, work, ends_source } = resolved;
        let tree = self.pass.tree;
        let path = tree.get(source).path;
        let article_id = item_id(path, now.number);
        self.count(&article_id, before, &now);
        self.summary.computed_count += work.computed_count;
        if now.article().is_some() {
            self.summary.saved_count += STAGE_COUNT as u64 - work.computed_count;
        }
        self.summary.stage_time += work.stage_time;
        let duplicate_of = now.article().and_then(|article| {
            let first = self.duplicates.first(article.content, source, now.number)?;
            Some(item_id(tree.get(first.source).path, first.number))
        });
        self.history.item(&now)?;
        if let Some(stat) = ends_source {
            self.history.end_source(path, stat, tree.begun_ns)?;
        }
        Ok(self.cutter.push(Piece { article_id, source, state: now, duplicate_of, slots }))
    }

    fn count(&mut self, article_id: &str, before: Option<Hash>, now: &ItemState) {
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
                match before {
                    None => summary.new_count += 1,
                    Some(input) if input != article.input => summary.changed_count += 1,
                    Some(_) => {}
                }
            }
        }
    }
}
