//! From surveyed items to results: computes what is not known, each article in the light of what
//! others of its site say.
//!
//! Invariant: items are resolved on all threads and come back in order; a stage that fails on an
//! article is that item's outcome and touches no other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use newsloom_stages::lines::LineSet;
use rayon::prelude::*;

use super::chain::{Chain, LayerHashes, Slots, Work};
use super::hash::Hash;
use super::item::{ArticleState, Fault, ItemState, Outcome};
use super::read::read_item;
use super::repetition::{Repetition, Sets, load_lines, load_set, shared_hash};
use super::run::RunError;
use super::scan::Tree;
use super::stat::Stat;
use super::store::Store;
use super::survey::{Basis, Finding, Surveyed, failure, input_of, once_each};
use crate::config::Config;

/// An item and what is known of it now.
#[derive(Debug)]
pub struct Resolved {
    pub source: usize,
    /// The input of the article that it was in the last run.
    pub before: Option<Hash>,
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
    /// The lines that the sites repeat.
    pub sets: &'a Sets,
}

/// An item of which all is known, or one to be computed.
enum Prepared {
    Done(Resolved),
    Due(Surveyed, Box<Due>),
}

/// An article whose layers after the document must be looked for.
struct Due {
    basis: Basis,
    repetition: Option<Repetition>,
    shared: LineSet,
}

impl Resolver<'_> {
    /// Resolves items; an article that stands there twice is computed once.
    ///
    /// # Errors
    /// Where the store cannot be written, or has lost an article that changed since.
    pub fn resolve(&self, items: Vec<Surveyed>) -> Result<Vec<Resolved>, RunError> {
        let prepared: Result<Vec<Prepared>, RunError> =
            items.into_par_iter().map(|item| self.prepare(item)).collect();
        once_each(
            prepared?,
            |prepared| match prepared {
                Prepared::Done(_) => None,
                Prepared::Due(_, due) => Some((due.basis.document, shared_hash(&due.shared))),
            },
            |prepared| match prepared {
                Prepared::Done(resolved) => Ok(resolved),
                Prepared::Due(surveyed, due) => self.compute(&surveyed, &due),
            },
        )
    }

    /// Whether an item that is as it was may yet have to be computed: its site repeats other lines.
    pub fn is_doubtful(&self, surveyed: &Surveyed) -> bool {
        let before = surveyed.before.as_ref().and_then(ItemState::article);
        before.is_some_and(|article| {
            article.repetition.map(|repetition| repetition.set)
                != self.set(surveyed, &Basis::of(article))
        })
    }

    /// All layers of an article whose layers the store has lost in part.
    ///
    /// # Errors
    /// Where the store cannot be written, or the article cannot be had again.
    pub fn recover(
        &self,
        source: usize,
        number: u64,
        article: &ArticleState,
    ) -> Result<Slots, RunError> {
        let basis = Basis::of(article);
        let set = article.repetition.map(|repetition| repetition.set);
        self.decode_again(source, number, &basis)?;
        let (shared, _) = self.shared(&basis, set)?;
        let computed = self.compute_afresh(&basis, &shared)?;
        Ok(computed.0)
    }

    /// The hash of the lines that the site of an article repeats.
    fn set(&self, surveyed: &Surveyed, basis: &Basis) -> Option<Hash> {
        let path = self.tree.get(surveyed.source).path;
        self.sets.of(basis.host, path, surveyed.number)
    }

    /// The lines of the set that an article has.
    fn shared(
        &self,
        basis: &Basis,
        set: Option<Hash>,
    ) -> Result<(LineSet, Option<Repetition>), RunError> {
        let Some(set) = set else { return Ok((LineSet::default(), None)) };
        let key = self.chain.lines_key(basis.document);
        let lines = load_lines(key, basis.lines, self.store).ok_or(RunError::MustRead)?;
        let repeated = load_set(set, self.store).ok_or(RunError::Lost)?;
        let shared = lines.short.shared_with(&repeated);
        let repetition = Repetition { set, shared: shared_hash(&shared) };
        Ok((shared, Some(repetition)))
    }

    fn prepare(&self, surveyed: Surveyed) -> Result<Prepared, RunError> {
        let done = |surveyed, now| Ok(Prepared::Done(resolved(&surveyed, now, None)));
        match &surveyed.finding {
            Finding::Rejected(fault) => {
                let outcome = Outcome::Rejected(fault.clone());
                let number = surveyed.number;
                return done(surveyed, ItemState { number, outcome });
            }
            Finding::Same if !self.is_doubtful(&surveyed) => {
                let now = surveyed.before.clone().expect("what is the same was known before");
                return done(surveyed, now);
            }
            Finding::Same | Finding::Article(_) => {}
        }
        let basis = surveyed.basis().expect("rejects were told apart");
        let (shared, repetition) = self.shared(&basis, self.set(&surveyed, &basis))?;
        if let (Finding::Same, Some(before)) = (&surveyed.finding, &surveyed.before)
            && let Some(article) = before.article()
            && article.shared() == shared_hash(&shared)
        {
            let outcome = Outcome::Article(Box::new(ArticleState { repetition, ..*article }));
            let number = surveyed.number;
            return done(surveyed, ItemState { number, outcome });
        }
        Ok(Prepared::Due(surveyed, Box::new(Due { basis, repetition, shared })))
    }

    fn compute(&self, surveyed: &Surveyed, due: &Due) -> Result<Resolved, RunError> {
        let Due { basis, shared, .. } = due;
        let Basis { input, document, .. } = *basis;
        let computing = || -> Result<(Slots, LayerHashes, Work), RunError> {
            let computed = self.chain.compute(input, document, shared, self.store, false);
            if let Some(computed) = computed.map_err(RunError::Cache)? {
                return Ok(computed);
            }
            self.decode_again(surveyed.source, surveyed.number, basis)?;
            self.compute_afresh(basis, shared)
        };
        match catch_unwind(AssertUnwindSafe(computing)) {
            Ok(computed) => Ok(outcome(surveyed, due, computed?)),
            Err(_) => {
                let number = surveyed.number;
                let now = ItemState { number, outcome: Outcome::Rejected(failure()) };
                Ok(resolved(surveyed, now, None))
            }
        }
    }

    fn compute_afresh(
        &self,
        basis: &Basis,
        shared: &LineSet,
    ) -> Result<(Slots, LayerHashes, Work), RunError> {
        let computed = self.chain.compute(basis.input, basis.document, shared, self.store, true);
        computed.map_err(RunError::Cache)?.ok_or(RunError::Lost)
    }

    /// Puts the document and the lines of an article into the store once more.
    fn decode_again(&self, source: usize, number: u64, basis: &Basis) -> Result<(), RunError> {
        let path: PathBuf = self.config.paths.raw.join(self.tree.get(source).path);
        let raw = read_item(&path, number, self.config.limits.article_bytes_max);
        let raw = raw.map_err(|_: Fault| RunError::MustRead)?;
        if input_of(&raw) != (basis.content, basis.input) {
            return Err(RunError::MustRead);
        }
        let decoded = self.chain.decode(basis.input, Some(&raw), self.store, true);
        decoded.map_err(RunError::Cache)?.expect("the article is given");
        Ok(())
    }
}

/// What became of an article whose layers are known.
fn outcome(
    surveyed: &Surveyed,
    due: &Due,
    (slots, layers, work): (Slots, LayerHashes, Work),
) -> Resolved {
    let Due { basis, repetition, .. } = due;
    let Basis { content, input, bytes, host, lines, .. } = *basis;
    let repetition = *repetition;
    let article = ArticleState { content, input, bytes, host, lines, repetition, layers };
    let article = Box::new(article);
    let now = ItemState { number: surveyed.number, outcome: Outcome::Article(article) };
    let mut resolved = resolved(surveyed, now, Some(Box::new(slots)));
    resolved.work.computed_count += work.computed_count;
    resolved.work.stage_time += work.stage_time;
    resolved
}

fn resolved(surveyed: &Surveyed, now: ItemState, slots: Option<Box<Slots>>) -> Resolved {
    let Surveyed { source, work, ends_source, .. } = *surveyed;
    let before = surveyed.before.as_ref().and_then(ItemState::article);
    let before = before.map(|article| article.input);
    Resolved { source, before, now, slots, work, ends_source }
}
