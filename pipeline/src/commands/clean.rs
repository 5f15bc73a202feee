//! `newsloom clean`: removes what Newsloom made, and nothing else.
//!
//! Invariant: a file is removed only where its name is one that Newsloom writes and its folder is
//! known as Newsloom's by what is in it. Links are neither followed nor removed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use newsloom_tabulate::tables;

use crate::config::Config;
use crate::engine::lock::Lock;

/// Another run holds the lock (`EX_TEMPFAIL` of sysexits.h).
const BUSY: u8 = 75;
/// What the engine writes into the cache folder; the lock last, since it is held meanwhile.
const CACHE_FILES: [&str; 5] = ["layers", "layers.new", "state", "state.new", "lock"];
/// How the cache's file of layers begins, whatever its version.
const CACHE_MARK: &[u8] = b"newsloom layers";
/// Beside the tables; the manifest last, since the folder is known by it.
const DOCUMENTS: [&str; 3] = ["datapackage.json", "SHA256SUMS", "manifest.json"];

/// Removes the cache's files and the published files, and the folders where nothing else is left.
///
/// # Errors
/// Where a file cannot be removed.
pub fn clean(config: &Config) -> anyhow::Result<ExitCode> {
    let (out, cache) = (&config.paths.out, &config.paths.cache);
    let is_cache = is_folder(cache) && is_cache(cache);
    let lock = if is_cache { Lock::take(cache).context("cannot take the lock")? } else { None };
    if is_cache && lock.is_none() {
        eprintln!("newsloom: a run holds the lock in {}; wait for it to end", cache.display());
        return Ok(ExitCode::from(BUSY));
    }
    let mut removed_count = 0;
    for (folder, is_ours, names) in [
        (out, is_folder(out) && is_published(out), published_names()),
        (&staging_of(out), true, published_names()),
        (cache, is_cache, CACHE_FILES.map(str::to_owned).to_vec()),
    ] {
        if is_ours && is_folder(folder) {
            let removed = remove(folder, &names);
            removed_count += removed.with_context(|| format!("cannot clean {folder:?}"))?;
        } else if fs::symlink_metadata(folder).is_ok() {
            eprintln!("newsloom: left alone: {folder:?} is no folder that Newsloom made");
        }
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
    let mut begin = [0; CACHE_MARK.len()];
    let path = folder.join(CACHE_FILES[0]);
    let read = File::open(&path).and_then(|mut file| file.read_exact(&mut begin));
    is_file(&path) && read.is_ok() && begin == CACHE_MARK
}

fn is_published(folder: &Path) -> bool {
    let path = folder.join("manifest.json");
    let manifest = if is_file(&path) { fs::read(&path).ok() } else { None };
    let manifest: Option<serde_json::Value> =
        manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    manifest.is_some_and(|manifest| manifest["newsloom"].is_string())
}

fn published_names() -> Vec<String> {
    let of_table = |name: &str| [format!("{name}.csv"), format!("{name}.parquet")];
    let of_tables = tables().into_iter().flat_map(|table| of_table(table.name));
    of_tables.chain(DOCUMENTS.map(str::to_owned)).collect()
}

/// The folder that a run which was killed leaves beside the published one.
fn staging_of(out: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(out.file_name().unwrap_or_default());
    name.push(".new");
    out.with_file_name(name)
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
