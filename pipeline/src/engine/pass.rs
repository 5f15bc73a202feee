//! One pass over the items: from scan to publication.
//!
//! Invariant: items are taken in order and in batches of bounded length, so that memory grows
//! with the number of files by their paths and stats alone; what threads do shows in no byte.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rayon::prelude::*;

use super::chain::{Chain, STAGE_COUNT};
use super::duplicates::Duplicates;
use super::gather::{Content, Gather, Item, Trust};
use super::item::{ItemState, Outcome, article_id as item_id};
use super::publish::{Published, Staging};
use super::resolve::{Resolved, Resolver};
use super::run::{Attempt, RunError, Summary};
use super::scan::Tree;
use super::segment::{Cut, Cutter, Encoder, Piece};
use super::splice::Splicer;
use super::state::{File, Head, History, HistoryWriter, Program, REJECTS_TOLD, Segment};
use super::store::Store;

/// Items in one batch, for each thread.
const BATCH_ITEMS: usize = 16_384;
/// A batch's share of the memory limit, in raw text: layers and rows take several times as much.
const BATCH_PART: u64 = 32;
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

/// All items, computed and encoded, but not published.
pub struct Computed {
    summary: Summary,
    segments: Vec<Segment>,
    history: HistoryWriter,
}

impl Pass<'_> {
    /// Takes the items batch by batch: what is not known is computed, what changed is encoded.
    pub fn compute(&self) -> Result<Computed, RunError> {
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
            trust(self.last, self.program, self.store.is_empty(), self.attempt.reads_all),
            limits.article_bytes_max,
        );
        let capacity = (self.tree.len() as u64).max(self.last.counts.articles);
        let mut account = Account {
            pass: self,
            summary: Summary::default(),
            duplicates: Duplicates::with_capacity(usize::try_from(capacity).unwrap_or_default()),
            history: HistoryWriter::create(cache, self.last).map_err(RunError::Cache)?,
            cutter: Cutter::default(),
        };
        let mut segments = Vec::new();
        loop {
            let batch = self.batch(&mut gather);
            let is_last = batch.is_empty();
            let resolved = resolver.resolve(batch).map_err(RunError::Cache)?;
            let mut ended = Vec::new();
            for resolved in resolved {
                ended.extend(account.add(resolved).map_err(RunError::Cache)?);
            }
            if is_last {
                ended.extend(std::mem::take(&mut account.cutter).finish());
            }
            let encoded: Result<Vec<Segment>, RunError> =
                ended.into_par_iter().map(|cut| encoder.segment(cut)).collect();
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
                Content::Raw(raw) => ITEM_BYTES_MIN + raw.bytes.len() as u64 + raw.told.bytes(),
                Content::Unread { .. } => ITEM_BYTES_MIN + self.tree.get(item.source).stat.bytes,
                // Its layers may be read, or computed anew.
                Content::Known if self.last.program != *self.program => {
                    let before = item.before.as_ref().and_then(ItemState::article);
                    before.map_or(0, |article| ITEM_BYTES_MIN + article.bytes)
                }
                Content::Known | Content::Fault(_) => 0,
            };
            batch.push(item);
        }
        batch
    }

    /// Publishes what was computed; gives what is to be remembered.
    pub fn publish(
        &self,
        computed: Computed,
        intact: &BTreeMap<String, File>,
    ) -> Result<(Summary, Head, HistoryWriter), RunError> {
        let Attempt { config, tables, signals, .. } = *self.attempt;
        let Computed { mut summary, segments, history } = computed;
        let out = &config.paths.out;
        let publishing = RunError::publishing(out);
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
        let Published { changed_count, files, trouble } =
            staging.publish(&hashes, intact).map_err(&publishing)?;
        summary.file_count = changed_count;
        summary.trouble = trouble;
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
        self.count(&article_id, before.as_ref(), &now);
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
