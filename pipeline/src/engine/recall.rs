//! What the last run knew of one article among the others of its site.
//!
//! Invariant: nothing is written; a cache that is missing or damaged tells nothing.

use newsloom_stages::layers::Document;
use newsloom_stages::lines::LineSet;
use newsloom_stages::repeat;

use super::repetition::load_set;
use super::run::STORE;
use super::state::{Head, History};
use super::store::Store;
use crate::config::Config;

/// The lines of `document` that the site of the item `number` at `path` repeated in the last run.
pub fn repeated_lines(config: &Config, path: &str, number: u64, document: &Document) -> LineSet {
    let recalled = || {
        let cache = &config.paths.cache;
        let mut history = History::open(cache, &Head::load(cache));
        history.seek(path)?;
        let item = std::iter::from_fn(|| history.next_item()).find(|item| item.number == number)?;
        let repetition = item.article()?.repetition?;
        let folder = cache.join(STORE);
        let store = folder.is_dir().then(|| Store::open(&folder).ok()).flatten()?;
        let set = load_set(repetition.set, &store)?;
        Some(repeat::lines(document).short.shared_with(&set))
    };
    if config.repeat.enabled { recalled().unwrap_or_default() } else { LineSet::default() }
}
