//! `newsloom gc`: shrinks the cache to what the published tables are made of.

use std::process::ExitCode;

use super::{BUSY, say};
use crate::config::Config;
use crate::engine::chain::Chain;
use crate::engine::garbage::collect;
use crate::engine::lock::Lock;
use crate::engine::run::STORE;
use crate::engine::state::Head;
use crate::engine::store::Store;
use crate::messages::tell;
use anyhow::Context as _;

/// Drops what the last run did not use.
///
/// # Errors
/// Where the cache cannot be read or rewritten.
pub fn gc(config: &Config) -> anyhow::Result<ExitCode> {
    let cache = &config.paths.cache;
    if !cache.join(STORE).is_dir() {
        say(&format!("Nothing to shrink: there is no cache in {}.", cache.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let lock = Lock::take(cache).context("cannot take the lock")?;
    if lock.is_none() {
        tell(format_args!(
            "newsloom: a run holds the lock in {}; wait for it to end",
            cache.display()
        ));
        return Ok(ExitCode::from(BUSY));
    }
    let store = Store::open(&cache.join(STORE)).context("cannot open the cache")?;
    let (before, _) = store.size();
    let chain = Chain::new(config.stages());
    let after = collect(cache, &chain, &Head::load(cache), &store)
        .with_context(|| format!("cannot rewrite the cache in {}", cache.display()))?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    say(&format!("Cache: {:.1} MB, before {:.1} MB.", megabytes(after), megabytes(before)))?;
    Ok(ExitCode::SUCCESS)
}
