//! From items to results: reads what must be read and computes what is not known.
//!
//! Invariant: items are resolved on all threads and come back in order; a stage that fails on an
//! article, or a file that cannot be read, is that item's outcome and touches no other.

use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use newsloom_stages::layers::Readability;
use rayon::prelude::*;

use super::chain::{Chain, LayerHashes, Slots, Work, input_hash};
use super::gather::{Content, Item};
use super::hash::Hash;
use super::item::{ArticleState, Fault, ItemState, Outcome};
use super::read::{read, read_item};
use super::scan::Tree;
use super::stat::Stat;
use super::store::Store;
use crate::config::Config;
use crate::containers::RawArticle;

/// An item and what is known of it now.
#[derive(Debug)]
pub struct Resolved {
    pub source: usize,
    pub before: Option<ItemState>,
    pub now: ItemState,
    /// The layers of an article that is none of those known before.
    pub slots: Option<Box<Slots>>,
    pub work: Work,
    pub ends_source: Option<Stat>,
}

/// What it takes to resolve items.
pub struct Resolver<'a> {
    pub config: &'a Config,
    pub tree: &'a Tree,
    pub chain: &'a Chain,
    pub store: &'a Store,
    /// Whether the stages and their settings are those of the last run.
    pub is_same_program: bool,
}

/// An item of which all is known but perhaps the layers.
enum Prepared {
    Done(Resolved),
    Due(Due),
}

/// An article whose layers must be looked for.
struct Due {
    item: Item,
    raw: Option<Box<RawArticle>>,
    content: Hash,
    input: Hash,
    bytes: u64,
}

impl Resolver<'_> {
    /// Resolves items; an article that stands there twice is computed once.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn resolve(&self, items: Vec<Item>) -> io::Result<Vec<Resolved>> {
        let prepared: Vec<Prepared> =
            items.into_par_iter().map(|item| self.prepare(item)).collect();
        let mut inputs = BTreeSet::new();
        let is_first = |prepared: &Prepared| match prepared {
            Prepared::Done(_) => true,
            Prepared::Due(due) => inputs.insert(due.input),
        };
        let firsts: Vec<bool> = prepared.iter().map(is_first).collect();
        // Once the first of each input is computed, the store has it for the others.
        let (firsts, others): (Vec<_>, Vec<_>) =
            prepared.into_iter().zip(firsts).enumerate().partition(|(_, (_, is_first))| *is_first);
        let mut resolved = Vec::with_capacity(firsts.len() + others.len());
        for part in [firsts, others] {
            let part: io::Result<Vec<(usize, Resolved)>> = part
                .into_par_iter()
                .map(|(place, (prepared, _))| match prepared {
                    Prepared::Done(resolved) => Ok((place, resolved)),
                    Prepared::Due(due) => Ok((place, self.compute(due)?)),
                })
                .collect();
            resolved.extend(part?);
        }
        resolved.sort_by_key(|(place, _)| *place);
        Ok(resolved.into_iter().map(|(_, resolved)| resolved).collect())
    }

    /// All layers of an article whose layers the store has lost in part.
    ///
    /// # Errors
    /// Where the store cannot be written; the fault, where the article cannot be had again.
    pub fn recover(
        &self,
        source: usize,
        number: u64,
        article: &ArticleState,
    ) -> io::Result<Result<Slots, Fault>> {
        let raw = match read_item(&self.path(source), number, self.bytes_max()) {
            Ok(raw) => raw,
            Err(fault) => return Ok(Err(fault)),
        };
        if input_of(&raw) != (article.content, article.input) {
            return Ok(Err(Fault::new("changed_while_reading", "it changed during the run")));
        }
        let computed = self.chain.compute(article.input, Some(&raw), self.store, true)?;
        Ok(Ok(computed.expect("the article is given").0))
    }

    fn path(&self, source: usize) -> PathBuf {
        self.config.paths.raw.join(self.tree.get(source).path)
    }

    fn bytes_max(&self) -> u64 {
        self.config.limits.article_bytes_max
    }

    fn prepare(&self, mut item: Item) -> Prepared {
        match std::mem::replace(&mut item.content, Content::Known) {
            Content::Fault(fault) => rejected(item, fault),
            Content::Raw(raw) => self.with_raw(item, raw),
            Content::Unread { .. } => self.read(item),
            Content::Known => {
                let before = item.before.as_ref().expect("what is known was known before");
                let article = match &before.outcome {
                    Outcome::Article(article) if !self.is_same_program => *article,
                    _ => return done(before.clone(), item),
                };
                let ArticleState { content, input, bytes, .. } = article;
                Prepared::Due(Due { item, raw: None, content, input, bytes })
            }
        }
    }

    fn read(&self, mut item: Item) -> Prepared {
        match read(&self.path(item.source), self.bytes_max()) {
            Ok((raw, stat)) => {
                item.ends_source = Some(stat);
                self.with_raw(item, Box::new(raw))
            }
            Err(fault) => rejected(item, fault),
        }
    }

    fn with_raw(&self, item: Item, raw: Box<RawArticle>) -> Prepared {
        let (content, input) = input_of(&raw);
        match &item.before {
            Some(before)
                if self.is_same_program
                    && before.article().is_some_and(|article| article.input == input) =>
            {
                done(before.clone(), item)
            }
            _ => {
                let bytes = raw.bytes.len() as u64;
                Prepared::Due(Due { item, raw: Some(raw), content, input, bytes })
            }
        }
    }

    fn compute(&self, mut due: Due) -> io::Result<Resolved> {
        let computing = || self.chain.compute(due.input, due.raw.as_deref(), self.store, false);
        let computed = match catch_unwind(AssertUnwindSafe(computing)) {
            Ok(computed) => computed?,
            Err(_) => return Ok(failed(due.item)),
        };
        if let Some((mut slots, layers, work)) = computed
            && let Some(readability) = slots.readability(self.store)
        {
            return Ok(outcome(due, readability, layers, slots, work));
        }
        // A layer must be computed whose input the store does not have, or has lost.
        if due.raw.is_none() {
            let Item { source, before, .. } = &due.item;
            let number = before.as_ref().map_or(0, |before| before.number);
            match read_item(&self.path(*source), number, self.bytes_max()) {
                Ok(raw) => {
                    (due.content, due.input) = input_of(&raw);
                    due.bytes = raw.bytes.len() as u64;
                    due.raw = Some(Box::new(raw));
                }
                Err(fault) => return Ok(reject(due.item, fault)),
            }
        }
        let computing = || self.chain.compute(due.input, due.raw.as_deref(), self.store, true);
        match catch_unwind(AssertUnwindSafe(computing)) {
            Err(_) => Ok(failed(due.item)),
            Ok(computed) => {
                let (mut slots, layers, work) = computed?.expect("the article is given");
                let readability = slots.readability(self.store).expect("it was just computed");
                Ok(outcome(due, readability, layers, slots, work))
            }
        }
    }
}

/// What became of an article whose layers are known.
fn outcome(
    due: Due,
    readability: Readability,
    layers: LayerHashes,
    slots: Slots,
    work: Work,
) -> Resolved {
    let Due { item, content, input, bytes, .. } = due;
    if readability == Readability::Binary {
        let fault = Fault::new("binary", "no text in any encoding known here");
        return Resolved { work, ..reject(item, fault) };
    }
    let article = ArticleState { content, input, bytes, layers };
    let now = ItemState { number: item.number, outcome: Outcome::Article(article) };
    let Item { source, before, ends_source, .. } = item;
    Resolved { source, before, now, slots: Some(Box::new(slots)), work, ends_source }
}

/// The hashes of an article's bytes, and of all that `decode` reads of it.
pub fn input_of(raw: &RawArticle) -> (Hash, Hash) {
    let content = Hash::of(&raw.bytes);
    (content, input_hash(content, raw.format, &raw.told))
}

/// An item that is as it was.
fn done(now: ItemState, item: Item) -> Prepared {
    let Item { source, before, ends_source, .. } = item;
    Prepared::Done(Resolved {
        source,
        before,
        now,
        slots: None,
        work: Work::default(),
        ends_source,
    })
}

fn rejected(item: Item, fault: Fault) -> Prepared {
    Prepared::Done(reject(item, fault))
}

fn reject(item: Item, fault: Fault) -> Resolved {
    let now = ItemState { number: item.number, outcome: Outcome::Rejected(fault) };
    let Item { source, before, ends_source, .. } = item;
    Resolved { source, before, now, slots: None, work: Work::default(), ends_source }
}

fn failed(item: Item) -> Resolved {
    reject(item, Fault::new("internal_error", "a stage failed on it; please report it"))
}
