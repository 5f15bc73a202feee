//! What articles would share with others of their site, found out for a plan.
//!
//! Invariant: nothing is written, and nothing is computed that the store has.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use newsloom_stages::layers::{Document, Readability};
use newsloom_stages::lines::LineSet;
use newsloom_stages::repeat::{self, Lines};

use super::chain::Chain;
use super::hash::Hash;
use super::item::ArticleState;
use super::repetition::{Samples, Site, shared_hash, site, site_of_host};
use super::store::Store;
use crate::containers::RawArticle;

/// The samples of all sites as a run would find them, then what is counted of them.
pub struct Foresight<'a> {
    chain: &'a Chain,
    store: Option<&'a Store>,
    samples: Samples,
    /// The lines of articles that the store does not know, by their hash.
    fresh: HashMap<Hash, Lines>,
    /// The lines that each site would repeat, and their hash.
    sets: HashMap<Site, (Hash, LineSet)>,
}

impl<'a> Foresight<'a> {
    pub fn new(chain: &'a Chain, store: Option<&'a Store>) -> Self {
        Self {
            chain,
            store,
            samples: Samples::default(),
            fresh: HashMap::new(),
            sets: HashMap::new(),
        }
    }

    /// Adds an article that is as the last run knew it.
    pub fn add_known(&mut self, path: &str, number: u64, article: &ArticleState) {
        self.samples.add_known(self.chain, path, number, article);
    }

    /// Adds an article, if enough is known of it.
    pub fn add(&mut self, path: &str, number: u64, input: Hash, raw: Option<&RawArticle>) {
        let Some((document, lines, is_stored)) = self.lines(input, raw) else { return };
        if lines.readability == Readability::Binary {
            return;
        }
        let hash = hash_of(&lines);
        let key = self.chain.lines_key(document);
        let host = lines.host.as_deref().map(site_of_host);
        self.samples.add(site(host, path, number), hash, key);
        if !is_stored {
            self.fresh.insert(hash, lines);
        }
    }

    /// Counts what the sites repeat, once all articles are added.
    pub fn count(&mut self) {
        let samples = std::mem::take(&mut self.samples);
        let sets = samples.foresee(self.chain, self.store, &self.fresh).into_iter();
        let with_hash = |(site, set): (Site, LineSet)| Some((site, (shared_hash(&set)?, set)));
        self.sets = sets.filter_map(with_hash).collect();
        self.fresh.clear();
    }

    /// The hash of the lines that an article would share with others of its site.
    pub fn shared(&self, path: &str, number: u64, article: &ArticleState) -> Option<Hash> {
        let (hash, set) = self.sets.get(&site(article.host, path, number))?;
        let is_same = article.repetition.is_some_and(|repetition| repetition.set == *hash);
        if is_same {
            return article.shared();
        }
        match self.lines(article.input, None) {
            Some((_, lines, _)) => shared_hash(&lines.short.shared_with(set)),
            None => article.shared(),
        }
    }

    /// The layers of an article that the store knows.
    pub fn known(&self, input: Hash, shared: Option<Hash>) -> Vec<Hash> {
        self.store.map(|store| self.chain.known(input, shared, store)).unwrap_or_default()
    }

    /// The hash of an article's document, its lines, and whether the store has them.
    fn lines(&self, input: Hash, raw: Option<&RawArticle>) -> Option<(Hash, Lines, bool)> {
        let stored = self.store.and_then(|store| store.output(self.chain.document_key(input)));
        if let (Some(document), Some(store)) = (stored, self.store) {
            let key = self.chain.lines_key(document);
            let lines = store.get(key).and_then(|stored| postcard::from_bytes(&stored.bytes).ok());
            if let Some(lines) = lines {
                return Some((document, lines, true));
            }
        }
        let document = match raw {
            Some(raw) => catch_unwind(AssertUnwindSafe(|| self.chain.document(raw))).ok()?,
            None => {
                let stored = self.store?.get(self.chain.document_key(input))?;
                postcard::from_bytes::<Document>(&stored.bytes).ok()?
            }
        };
        let bytes = postcard::to_stdvec(&document).expect("layers are plain data");
        let lines = catch_unwind(AssertUnwindSafe(|| repeat::lines(&document))).ok()?;
        Some((Hash::of(&bytes), lines, false))
    }
}

fn hash_of(lines: &Lines) -> Hash {
    Hash::of(&postcard::to_stdvec(lines).expect("layers are plain data"))
}
