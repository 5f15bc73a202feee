//! Garbage collection: a new store of what is still in use takes the place of the old one.
//!
//! Invariant: whatever happens, the store that is there is a whole one, or none, which is a miss.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::chain::Chain;
use super::repetition::Samples;
use super::run::STORE;
use super::state::{Head, History};
use super::store::{PACK_BYTES, Store, file_names};

const FRESH: &str = "store.new";
/// The names of the folders that stores are made in.
pub const FOLDER_NAMES: [&str; 2] = [STORE, FRESH];
/// Holds the length of the store when it was last without garbage.
pub const BASELINE: &str = "store.baseline";
/// A run collects when the store has become so many times as long as that.
const GROWTH: u64 = 3;
/// Below this length it is not worth it.
const BYTES_MIN: u64 = 64 << 20;
/// Each run adds a pack; a look-up does not mind, the number of open files does.
const PACK_COUNT_MAX: u64 = 64;

/// Collects where the store holds much more than is in use.
///
/// # Errors
/// Where the new store cannot be written; the old one then stays.
pub fn collect_if_due(cache: &Path, chain: &Chain, head: &Head, store: &Store) -> io::Result<()> {
    let (bytes, pack_count) = store.size();
    let baseline = fs::read_to_string(cache.join(BASELINE)).ok();
    let Some(baseline) = baseline.and_then(|text| text.trim().parse::<u64>().ok()) else {
        return fs::write(cache.join(BASELINE), format!("{bytes}\n"));
    };
    let bytes_max = baseline.saturating_mul(GROWTH).max(BYTES_MIN);
    if bytes > bytes_max || pack_count as u64 > PACK_COUNT_MAX + bytes / PACK_BYTES {
        collect(cache, chain, head, store)?;
    }
    Ok(())
}

/// Makes a new store of all that the last run used; gives its length in bytes.
///
/// # Errors
/// Where it cannot be written; the old one then stays.
pub fn collect(cache: &Path, chain: &Chain, head: &Head, store: &Store) -> io::Result<u64> {
    let folder = cache.join(FRESH);
    remove(&folder)?;
    let fresh = Store::open(&folder)?;
    let mut history = History::open(cache, head);
    let mut samples = Samples::default();
    while let Some(source) = history.next_source() {
        while let Some(item) = history.next_item() {
            let Some(article) = item.article() else { continue };
            samples.add_known(chain, &source.path, item.number, article);
            for key in chain.keys(article) {
                fresh.copy_from(store, key)?;
            }
        }
    }
    for key in samples.keys(chain) {
        fresh.copy_from(store, key)?;
    }
    for part in head.segments(cache).flat_map(|segment| segment.parts) {
        fresh.copy_from(store, part.key)?;
    }
    fresh.flush()?;
    let (bytes, _) = fresh.size();
    // The new store comes under the name of the old one, which then lies in the other folder.
    renameat_with(CWD, &folder, CWD, cache.join(STORE), RenameFlags::EXCHANGE)?;
    fs::write(cache.join(BASELINE), format!("{bytes}\n"))?;
    remove(&folder)?;
    Ok(bytes)
}

/// Removes a store's files and its folder.
///
/// # Errors
/// Where one cannot be removed.
pub fn remove(folder: &Path) -> io::Result<usize> {
    let names = match file_names(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        names => names?,
    };
    for name in &names {
        fs::remove_file(folder.join(name))?;
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(names.len()),
    }
}
