//! `newsloom clean`: removes what Newsloom made, and nothing else.
//!
//! Invariant: a file is removed only where its name is one that Newsloom writes and its folder is
//! known as Newsloom's by what is in it. Links are neither followed nor removed.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use super::BUSY;
use crate::config::Config;
use crate::engine::lock::{self, Lock};
use crate::engine::publish::{published_names, staging_of};
use crate::engine::{garbage, runlog, state};
use crate::messages::tell;

/// Removes the cache's files and the published files, and the folders where nothing else is left.
///
/// # Errors
/// Where a file cannot be removed.
pub fn clean(config: &Config) -> anyhow::Result<ExitCode> {
    let (out, cache) = (&config.paths.out, &config.paths.cache);
    let is_cache = is_folder(cache) && is_cache(cache);
    let lock = if is_cache { Lock::take(cache).context("cannot take the lock")? } else { None };
    if is_cache && lock.is_none() {
        tell(format_args!(
            "newsloom: a run holds the lock in {}; wait for it to end",
            cache.display()
        ));
        return Ok(ExitCode::from(BUSY));
    }
    let mut removed_count = 0;
    let published: Vec<String> = published_names().collect();
    let staging = staging_of(out);
    let staging = staging.as_deref().filter(|staging| is_folder(staging));
    for (folder, is_ours) in [(Some(out.as_path()), is_published(out)), (staging, true)] {
        let Some(folder) = folder.filter(|folder| fs::symlink_metadata(folder).is_ok()) else {
            continue;
        };
        if is_ours && is_folder(folder) {
            let removed = remove(folder, &published);
            removed_count += removed.with_context(|| format!("cannot clean {folder:?}"))?;
        } else {
            tell(format_args!("newsloom: left alone: {folder:?} is no folder that Newsloom made"));
        }
    }
    if is_cache {
        let removed = remove_cache(cache);
        removed_count += removed.with_context(|| format!("cannot clean {cache:?}"))?;
    } else if fs::symlink_metadata(cache).is_ok() {
        tell(format_args!("newsloom: left alone: {cache:?} is no folder that Newsloom made"));
    }
    let files = if removed_count == 1 { "file" } else { "files" };
    writeln!(io::stdout(), "{removed_count} {files} removed.")?;
    Ok(ExitCode::SUCCESS)
}

/// Whether `path` is a folder itself, not a link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Whether `path` is a regular file itself, not a link to one.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

fn is_cache(folder: &Path) -> bool {
    let mut begin = [0; lock::MARK.len()];
    let path = folder.join(lock::FILE_NAME);
    let read = File::open(&path).and_then(|mut file| file.read_exact(&mut begin));
    is_file(&path) && read.is_ok() && begin == lock::MARK
}

fn is_published(folder: &Path) -> bool {
    let path = folder.join("manifest.json");
    let manifest = if is_file(&path) { fs::read(&path).ok() } else { None };
    let manifest: Option<serde_json::Value> =
        manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    manifest.is_some_and(|manifest| manifest["newsloom"].is_string())
}

/// Removes what the engine writes into the cache folder; the lock last, since it is held.
fn remove_cache(cache: &Path) -> io::Result<usize> {
    let mut removed_count = 0;
    for folder in garbage::FOLDER_NAMES.map(|name| cache.join(name)) {
        if is_folder(&folder) {
            removed_count += garbage::remove(&folder)?;
        }
    }
    let mut names = state::file_names(cache)?;
    names.extend(runlog::FILE_NAMES.map(str::to_owned));
    names.extend([garbage::BASELINE, lock::FILE_NAME].map(str::to_owned));
    Ok(removed_count + remove(cache, &names)?)
}

/// Removes the files called `names`, and the folder where it is empty then; returns their number.
fn remove(folder: &Path, names: &[String]) -> io::Result<usize> {
    let mut removed_count = 0;
    for path in names.iter().map(|name| folder.join(name)).filter(|path| is_file(path)) {
        fs::remove_file(path)?;
        removed_count += 1;
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(removed_count),
    }
}
