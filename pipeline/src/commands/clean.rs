//! `newsloom clean`: removes what Newsloom made, and nothing else.

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use newsloom_tabulate::tables;

use crate::config::Config;
use crate::engine::lock::Lock;

/// Removes the cache's files and the published files.
///
/// # Errors
/// Where one cannot be removed.
pub fn clean(config: &Config) -> anyhow::Result<ExitCode> {
    let cache = &config.paths.cache;
    if cache.is_dir() && Lock::take(cache)?.is_none() {
        eprintln!("newsloom: a run holds the lock in {}", cache.display());
        return Ok(ExitCode::from(75));
    }
    let mut removed_count = 0;
    for name in ["layers", "layers.new", "state", "state.new", "lock"] {
        removed_count += remove(&cache.join(name))?;
    }
    let documents = ["datapackage.json", "manifest.json", "SHA256SUMS"].map(str::to_owned);
    let published = tables()
        .into_iter()
        .flat_map(|table| [format!("{}.csv", table.name), format!("{}.parquet", table.name)]);
    for name in published.chain(documents) {
        removed_count += remove(&config.paths.out.join(name))?;
    }
    for folder in [cache, &config.paths.out] {
        // Left where it holds anything else.
        let _ = fs::remove_dir(folder);
    }
    println!("{removed_count} files removed.");
    Ok(ExitCode::SUCCESS)
}

fn remove(path: &Path) -> io::Result<usize> {
    match fs::remove_file(path) {
        Ok(()) => Ok(1),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}
