//! The cache: what each stage made of each input, so that nothing is computed twice.
//!
//! One append-only file of checked records. A `link` says which layer a key gave; a `blob` is
//! the layer itself, under the hash of its bytes. Invariant: a damaged or deleted cache is a
//! miss, never an error and never a wrong result: every record is checked when it is read.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::hash::Hash;

const FILE_NAME: &str = "layers";
/// Begins the file; a new form of record needs a new one.
const MAGIC: &[u8; 16] = b"newsloom layers1";
const LINK: u8 = 1;
const BLOB: u8 = 2;
/// Kind, name (a key or a blob's hash), length of the content, checksum of these three.
const HEADER_BYTES: usize = 1 + 32 + 4 + 8;
/// A cache file is rewritten when less than one part in this many of it is in use.
const GARBAGE_FACTOR: u64 = 3;

/// The cache of layers.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    end: u64,
    links: HashMap<Hash, Hash>,
    blobs: HashMap<Hash, Place>,
    used_keys: BTreeSet<Hash>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    length: u32,
}

impl Store {
    /// Opens the cache in `folder`, which must exist; a damaged tail is cut off.
    ///
    /// # Errors
    /// Where the file can be neither read nor made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE_NAME);
        let mut options = File::options();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path)?;
        let mut inner = Inner {
            file,
            end: MAGIC.len() as u64,
            links: HashMap::new(),
            blobs: HashMap::new(),
            used_keys: BTreeSet::new(),
        };
        inner.index()?;
        Ok(Self { path, inner: Mutex::new(inner) })
    }

    /// The hash of the layer that `key` gave, if it is known.
    pub fn link(&self, key: Hash) -> Option<Hash> {
        let mut inner = self.lock();
        let found = inner.links.get(&key).copied().filter(|blob| inner.blobs.contains_key(blob));
        if found.is_some() {
            inner.used_keys.insert(key);
        }
        found
    }

    /// The bytes whose hash is `blob`, if they are here and undamaged.
    pub fn blob(&self, blob: Hash) -> Option<Vec<u8>> {
        let mut inner = self.lock();
        let place = *inner.blobs.get(&blob)?;
        let mut bytes = vec![0; place.length as usize];
        let read = inner.file.read_exact_at(&mut bytes, place.offset);
        if read.is_err() || Hash::of(&bytes) != blob {
            inner.blobs.remove(&blob);
            return None;
        }
        Some(bytes)
    }

    /// Keeps `bytes` as what `key` gave; returns their hash.
    ///
    /// # Errors
    /// Where the cache cannot be written.
    pub fn put(&self, key: Hash, bytes: &[u8]) -> io::Result<Hash> {
        let blob = Hash::of(bytes);
        let mut inner = self.lock();
        if !inner.blobs.contains_key(&blob) {
            let offset = inner.append(BLOB, blob, bytes)?;
            let length = length(bytes)?;
            inner.blobs.insert(blob, Place { offset, length });
        }
        inner.append(LINK, key, &blob.0)?;
        inner.links.insert(key, blob);
        inner.used_keys.insert(key);
        Ok(blob)
    }

    /// Drops what this run did not use, where that is most of the file.
    ///
    /// # Errors
    /// Where the new file cannot be written; the old one then stays.
    pub fn collect_garbage(&self) -> io::Result<()> {
        let inner = self.lock();
        let links: Vec<(Hash, Hash)> = inner
            .used_keys
            .iter()
            .filter_map(|key| inner.links.get(key).map(|blob| (*key, *blob)))
            .collect();
        let blobs: BTreeSet<Hash> = links.iter().map(|(_, blob)| *blob).collect();
        let places = blobs.iter().filter_map(|blob| inner.blobs.get(blob));
        let used_bytes: u64 = places.map(|place| u64::from(place.length)).sum();
        if inner.end < (used_bytes + 65_536) * GARBAGE_FACTOR {
            return Ok(());
        }
        drop(inner);
        let temporary = self.path.with_extension("new");
        let _ = fs::remove_file(&temporary);
        let mut fresh = Inner {
            file: File::options().read(true).write(true).create_new(true).open(&temporary)?,
            end: MAGIC.len() as u64,
            links: HashMap::new(),
            blobs: HashMap::new(),
            used_keys: BTreeSet::new(),
        };
        fresh.file.write_all(MAGIC)?;
        for blob in blobs {
            let Some(bytes) = self.blob(blob) else { continue };
            let offset = fresh.append(BLOB, blob, &bytes)?;
            fresh.blobs.insert(blob, Place { offset, length: length(&bytes)? });
        }
        for (key, blob) in links {
            fresh.append(LINK, key, &blob.0)?;
            fresh.links.insert(key, blob);
        }
        fresh.file.sync_all()?;
        fs::rename(&temporary, &self.path)?;
        *self.lock() = fresh;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves at worst a torn record, which checks find.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Reads the headers of all records, up to the end or the first damaged one.
    fn index(&mut self) -> io::Result<()> {
        let mut reader = BufReader::new(&self.file);
        let mut magic = [0; MAGIC.len()];
        if reader.read_exact(&mut magic).is_err() || magic != *MAGIC {
            self.file.set_len(0)?;
            self.file.write_all_at(MAGIC, 0)?;
            return Ok(());
        }
        let file_end = self.file.metadata()?.len();
        let mut header = [0; HEADER_BYTES];
        while reader.read_exact(&mut header).is_ok() {
            let (named, sum) = header.split_at(HEADER_BYTES - 8);
            let name = Hash(named[1..33].try_into().expect("32 bytes"));
            let length = u32::from_le_bytes(named[33..37].try_into().expect("4 bytes"));
            let offset = self.end + HEADER_BYTES as u64;
            if offset + u64::from(length) > file_end {
                break;
            }
            let mut blob = [0; 32];
            let is_link = named[0] == LINK && length == 32;
            if is_link {
                reader.read_exact(&mut blob)?;
            }
            if sum != checksum(named, if is_link { &blob } else { &[] }) {
                break;
            }
            if is_link {
                self.links.insert(name, Hash(blob));
            } else {
                self.blobs.insert(name, Place { offset, length });
                reader.seek_relative(length.into())?;
            }
            self.end = offset + u64::from(length);
        }
        self.file.set_len(self.end)?;
        Ok(())
    }

    /// Writes one record at the end; returns where its content begins.
    fn append(&mut self, kind: u8, name: Hash, content: &[u8]) -> io::Result<u64> {
        let mut record = Vec::with_capacity(HEADER_BYTES + content.len());
        record.push(kind);
        record.extend_from_slice(&name.0);
        record.extend_from_slice(&length(content)?.to_le_bytes());
        let checksum = checksum(&record, if kind == LINK { content } else { &[] });
        record.extend_from_slice(&checksum);
        record.extend_from_slice(content);
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&record)?;
        let offset = self.end + HEADER_BYTES as u64;
        self.end += record.len() as u64;
        Ok(offset)
    }
}

/// Over a record's header and, for a link, its content; a blob's content is checked by its name.
fn checksum(header: &[u8], content: &[u8]) -> [u8; 8] {
    let hash = Hash::of_parts([header, content]);
    hash.0[..8].try_into().expect("a hash has more than 8 bytes")
}

fn length(content: &[u8]) -> io::Result<u32> {
    let too_long = |_| io::Error::new(io::ErrorKind::FileTooLarge, "a layer of over 4 GiB");
    u32::try_from(content.len()).map_err(too_long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let (key, bytes) = (Hash::of(b"key"), b"the layer".to_vec());
        let blob = Store::open(folder.path()).unwrap().put(key, &bytes).unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(store.link(key), Some(blob));
        assert_eq!(store.blob(blob), Some(bytes));
        assert_eq!(store.link(Hash::of(b"other")), None);
    }

    #[test]
    fn a_flipped_byte_anywhere_is_at_worst_a_miss() {
        let folder = tempfile::tempdir().unwrap();
        let layers: Vec<(Hash, Vec<u8>)> =
            (0..4_u8).map(|n| (Hash::of(&[n]), vec![n; 40])).collect();
        let store = Store::open(folder.path()).unwrap();
        for (key, bytes) in &layers {
            store.put(*key, bytes).unwrap();
        }
        drop(store);
        let path = folder.path().join(FILE_NAME);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x40;
            fs::write(&path, &damaged).unwrap();
            let store = Store::open(folder.path()).unwrap();
            for (key, bytes) in &layers {
                let found = store.link(*key).and_then(|blob| store.blob(blob));
                assert!(found.is_none_or(|found| found == *bytes), "byte {at}");
            }
        }
    }

    #[test]
    fn garbage_is_dropped_and_what_was_used_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for n in 0..200_u32 {
            store.put(Hash::of(&n.to_le_bytes()), &n.to_le_bytes().repeat(1000)).unwrap();
        }
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        let key = Hash::of(&7_u32.to_le_bytes());
        assert!(store.link(key).is_some());
        store.collect_garbage().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let blob = store.link(key).unwrap();
        assert_eq!(store.blob(blob).unwrap(), 7_u32.to_le_bytes().repeat(1000));
        assert!(fs::metadata(folder.path().join(FILE_NAME)).unwrap().len() < 10_000);
    }
}
