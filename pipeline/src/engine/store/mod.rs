//! The store: what each stage made of each input, so that nothing is computed twice.
//!
//! A result is put under its key into the newest pack, an append-only file; a sorted index says
//! where each lies. Invariant: a damaged or deleted store is a miss, never an error and never a
//! wrong result: whatever is read is checked, and a pack that the index does not cover (as after
//! a kill) is walked record by record when the store is opened.

mod index;
mod pack;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use index::{Index, Lookup, Place};
use pack::{HEADER_BYTES, Header};

use super::hash::{HalfHash, Hash};

const INDEX: &str = "index";
const INDEX_NEW: &str = "index.new";
const PACK: &str = "pack-";
/// Bytes put before they are written.
const BUFFER_BYTES: usize = 1 << 20;
/// A pack is ended when it is longer.
pub const PACK_BYTES: u64 = 1 << 30;
/// Places held in memory before they are merged into the index.
const FRESH_COUNT: usize = 1 << 18;

/// A result as it was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Hash of `bytes`; of what was put as it is, its key.
    pub output: Hash,
    pub bytes: Vec<u8>,
}

/// The results of earlier runs and of this one.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    packs: BTreeMap<u32, File>,
    /// Packs that the index covers and where its coverage ends.
    index: Option<Index>,
    /// What the index does not hold yet.
    fresh: HashMap<HalfHash, Place>,
    /// Keys whose indexed record turned out damaged.
    lost: HashSet<HalfHash>,
    damage_count: u64,
    writer: Option<Writer>,
    /// Where the whole records of each pack end.
    ends: BTreeMap<u32, u64>,
}

/// The pack that is being written, and what of it is not on disk yet.
#[derive(Debug)]
struct Writer {
    pack: u32,
    buffer: Vec<u8>,
    /// Where the buffer goes.
    offset: u64,
}

impl Store {
    /// Opens the store in `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// Where the folder can be neither read nor made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut inner = Inner { index: Index::open(&folder.join(INDEX)), ..Inner::default() };
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(PACK)?.parse().ok());
            // One that cannot be opened is as good as none.
            if let (Some(number), Ok(file)) = (number, File::open(entry.path()))
                && file.metadata().is_ok_and(|metadata| metadata.is_file())
            {
                inner.packs.insert(number, file);
            }
        }
        inner.damage_count = u64::from(inner.index.is_none() && !inner.packs.is_empty());
        inner.walk_uncovered();
        Ok(Self { folder: folder.to_owned(), inner: RwLock::new(inner) })
    }

    /// Whether nothing is known, as in a new store.
    pub fn is_empty(&self) -> bool {
        let inner = self.read();
        inner.fresh.is_empty() && inner.index.as_ref().is_none_or(|index| index.len() == 0)
    }

    /// How much lies on disk, in bytes, and in how many packs.
    pub fn size(&self) -> (u64, usize) {
        let inner = self.read();
        (inner.ends.values().sum(), inner.packs.len())
    }

    /// Records and files that turned out damaged so far.
    pub fn damage_count(&self) -> u64 {
        self.read().damage_count
    }

    /// The hash of what `key` gave, if it is known.
    pub fn output(&self, key: Hash) -> Option<Hash> {
        self.header(key, HEADER_BYTES).map(|(header, _)| header.output)
    }

    /// What `key` gave, if it is known.
    pub fn get(&self, key: Hash) -> Option<Stored> {
        let (header, record) = self.header(key, usize::MAX)?;
        let bytes = pack::payload(&header, &record);
        if bytes.is_none() {
            self.lose(key);
        }
        Some(Stored { output: header.output, bytes: bytes? })
    }

    /// Keeps `bytes` as what `key` gave; returns their hash.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn put(&self, key: Hash, bytes: &[u8]) -> io::Result<Hash> {
        let (record, output) = pack::record(key, bytes)?;
        self.append(key, &record)?;
        Ok(output)
    }

    /// Keeps `bytes`, which are packed already, as what `key` gave.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn put_as_is(&self, key: Hash, bytes: &[u8]) -> io::Result<()> {
        self.append(key, &pack::record_as_is(key, bytes)?)
    }

    /// Copies what `other` has of `key`; says whether that was anything.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn copy_from(&self, other: &Self, key: Hash) -> io::Result<bool> {
        if self.output(key).is_some() {
            return Ok(true);
        }
        let Some((_, record)) = other.header(key, usize::MAX) else { return Ok(false) };
        self.append(key, &record)?;
        Ok(true)
    }

    /// Writes what is in memory, and the index.
    ///
    /// # Errors
    /// Where that fails; what was written before stays.
    pub fn flush(&self) -> io::Result<()> {
        let mut inner = self.write();
        if inner.fresh.is_empty() && inner.lost.is_empty() {
            Ok(())
        } else {
            inner.flush(&self.folder)
        }
    }

    /// The header of the record of `key` and the record's first bytes, `bytes_max` at most.
    fn header(&self, key: Hash, bytes_max: usize) -> Option<(Header, Vec<u8>)> {
        let inner = self.read();
        let place = match inner.find(&key.half()) {
            Lookup::Found(place) => place,
            Lookup::Absent => return None,
            Lookup::Damaged => {
                drop(inner);
                self.lose(key);
                return None;
            }
        };
        let bytes = inner.bytes_at(place, bytes_max.min(place.bytes as usize));
        drop(inner);
        let header = bytes.as_deref().and_then(Header::decode);
        let header = header
            .filter(|header| header.key == key && header.record_bytes() == place.bytes as usize);
        if header.is_none() {
            self.lose(key);
        }
        header.zip(bytes)
    }

    fn append(&self, key: Hash, record: &[u8]) -> io::Result<()> {
        let mut inner = self.write();
        inner.append(&self.folder, key, record)?;
        if inner.fresh.len() >= FRESH_COUNT { inner.flush(&self.folder) } else { Ok(()) }
    }

    /// Forgets a record that turned out damaged.
    pub fn lose(&self, key: Hash) {
        let mut inner = self.write();
        inner.fresh.remove(&key.half());
        if inner.lost.insert(key.half()) {
            inner.damage_count += 1;
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        // A panic elsewhere leaves at worst a record that checks do not let through.
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Reads the headers of what the index does not cover.
    fn walk_uncovered(&mut self) {
        for (number, pack) in &self.packs {
            let pack_end = pack.metadata().map_or(0, |metadata| metadata.len());
            let covered = self.index.as_ref().and_then(|index| index.covered.get(number));
            let start = covered.copied().unwrap_or_else(|| pack::start(pack));
            let end = pack::walk(pack, start, pack_end, |header, offset| {
                let bytes = u32::try_from(header.record_bytes()).unwrap_or(u32::MAX);
                self.fresh.insert(header.key.half(), Place { offset, bytes, pack: *number });
            });
            // What is torn, as by a kill, is told once: the next index covers it.
            self.damage_count += u64::from(end < pack_end);
            self.ends.insert(*number, end.max(pack_end));
        }
    }

    fn find(&self, key: &HalfHash) -> Lookup {
        if let Some(place) = self.fresh.get(key) {
            return Lookup::Found(*place);
        }
        match &self.index {
            Some(index) if !self.lost.contains(key) => index.find(key),
            _ => Lookup::Absent,
        }
    }

    /// The first `count` bytes of the record at `place`.
    fn bytes_at(&self, place: Place, count: usize) -> Option<Vec<u8>> {
        let writer = self
            .writer
            .as_ref()
            .filter(|writer| writer.pack == place.pack && writer.offset <= place.offset);
        if let Some(writer) = writer {
            let start = usize::try_from(place.offset - writer.offset).ok()?;
            return writer.buffer.get(start..start + count).map(<[u8]>::to_vec);
        }
        let mut bytes = vec![0; count];
        self.packs.get(&place.pack)?.read_exact_at(&mut bytes, place.offset).ok()?;
        Some(bytes)
    }

    fn append(&mut self, folder: &Path, key: Hash, record: &[u8]) -> io::Result<()> {
        if self.writer.as_ref().is_none_or(|writer| writer.offset >= PACK_BYTES) {
            self.write_out()?;
            self.begin_pack(folder)?;
        }
        let writer = self.writer.as_mut().expect("a pack was begun");
        let place = Place {
            offset: writer.offset + writer.buffer.len() as u64,
            bytes: u32::try_from(record.len()).map_err(|_| io::ErrorKind::FileTooLarge)?,
            pack: writer.pack,
        };
        writer.buffer.extend(record);
        self.ends.insert(writer.pack, place.offset + record.len() as u64);
        self.fresh.insert(key.half(), place);
        if writer.buffer.len() >= BUFFER_BYTES { self.write_out() } else { Ok(()) }
    }

    /// A new pack after all others: nothing is ever appended to one that may end in damage.
    fn begin_pack(&mut self, folder: &Path) -> io::Result<()> {
        let number = self.packs.last_key_value().map_or(1, |(last, _)| last + 1);
        let path = folder.join(format!("{PACK}{number:06}"));
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        self.packs.insert(number, file);
        self.writer = Some(Writer { pack: number, buffer: pack::MAGIC.to_vec(), offset: 0 });
        Ok(())
    }

    fn write_out(&mut self) -> io::Result<()> {
        if let Some(writer) = &mut self.writer {
            // At its place, so that what a failed try left is written over.
            self.packs[&writer.pack].write_all_at(&writer.buffer, writer.offset)?;
            writer.offset += writer.buffer.len() as u64;
            writer.buffer.clear();
        }
        Ok(())
    }

    fn flush(&mut self, folder: &Path) -> io::Result<()> {
        self.write_out()?;
        let mut fresh: Vec<(HalfHash, Place)> =
            std::mem::take(&mut self.fresh).into_iter().collect();
        fresh.sort_unstable_by_key(|(key, _)| *key);
        let path = folder.join(INDEX);
        if let Err(error) =
            index::replace(&path, self.index.as_ref(), &self.lost, &fresh, &self.ends)
        {
            self.fresh = fresh.into_iter().collect();
            return Err(error);
        }
        self.index = Some(Index::open(&path).ok_or(io::ErrorKind::InvalidData)?);
        self.lost.clear();
        Ok(())
    }
}

/// The names of the files that a store in `folder` is made of.
///
/// # Errors
/// Where the folder cannot be listed.
pub fn file_names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        if let Ok(name) = entry?.file_name().into_string()
            && (name.starts_with(PACK) || [INDEX, INDEX_NEW].contains(&name.as_str()))
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> Hash {
        Hash::of(&number.to_le_bytes())
    }

    /// Text that differs by number; every tenth is long enough to be compressed.
    fn payload(number: u32) -> Vec<u8> {
        let count = if number % 10 == 9 { 200 } else { number as usize % 50 + 1 };
        format!("layer {number} ").repeat(count).into_bytes()
    }

    fn fill(folder: &Path, numbers: std::ops::Range<u32>) {
        let store = Store::open(folder).unwrap();
        for number in numbers {
            let output = store.put(key(number), &payload(number)).unwrap();
            assert_eq!(output, Hash::of(&payload(number)));
        }
        store.flush().unwrap();
    }

    /// How many of the numbers are found; what is found must be right.
    fn found(store: &Store, numbers: std::ops::Range<u32>) -> usize {
        let right = |number: &u32| {
            let stored = store.get(key(*number));
            assert!(stored.as_ref().is_none_or(|stored| stored.bytes == payload(*number)));
            let output = store.output(key(*number));
            assert!(output.is_none_or(|output| output == Hash::of(&payload(*number))));
            stored.is_some()
        };
        numbers.filter(right).count()
    }

    #[test]
    fn what_was_put_is_found_before_and_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert!(store.is_empty());
        for number in 0..3000 {
            store.put(key(number), &payload(number)).unwrap();
        }
        assert_eq!(found(&store, 0..4000), 3000);
        store.flush().unwrap();
        assert_eq!(found(&store, 0..4000), 3000);
        drop(store);
        fill(folder.path(), 2500..5000);
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(found(&store, 0..6000), 5000);
        assert_eq!((store.damage_count(), store.size().1), (0, 2));
    }

    #[test]
    fn a_pack_without_an_index_is_walked() {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path(), 0..500);
        let index = fs::read(folder.path().join(INDEX)).unwrap();
        fill(folder.path(), 500..900);
        // As if killed before the index was replaced, and once more without any.
        fs::write(folder.path().join(INDEX), index).unwrap();
        assert_eq!(found(&Store::open(folder.path()).unwrap(), 0..1000), 900);
        fs::remove_file(folder.path().join(INDEX)).unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert_eq!((found(&store, 0..1000), store.damage_count()), (900, 1));
        let pack = folder.path().join("pack-000002");
        let bytes = fs::read(&pack).unwrap();
        fs::write(&pack, &bytes[..bytes.len() - 3]).unwrap();
        assert_eq!(found(&Store::open(folder.path()).unwrap(), 0..1000), 899);
    }

    #[test]
    fn a_flipped_byte_anywhere_is_at_worst_a_miss() {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path(), 0..20);
        for name in file_names(folder.path()).unwrap() {
            let path = folder.path().join(name);
            let whole = fs::read(&path).unwrap();
            for at in 0..whole.len() {
                let mut damaged = whole.clone();
                damaged[at] ^= 0x40;
                fs::write(&path, &damaged).unwrap();
                let store = Store::open(folder.path()).unwrap();
                let found = found(&store, 0..20);
                assert!(found == 20 || store.damage_count() > 0, "byte {at} of {path:?}");
            }
            fs::write(&path, &whole).unwrap();
        }
    }

    #[test]
    fn a_lost_record_is_found_again_when_put_again() {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path(), 0..10);
        let path = folder.path().join("pack-000001");
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&path, bytes).unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert_eq!((found(&store, 0..10), store.damage_count()), (9, 1));
        store.put(key(9), &payload(9)).unwrap();
        assert_eq!(found(&store, 0..10), 10);
        store.flush().unwrap();
        assert_eq!(found(&Store::open(folder.path()).unwrap(), 0..10), 10);
    }

    #[test]
    fn only_what_is_copied_is_in_the_new_store() {
        let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fill(old.path(), 0..100);
        let (old, new) = (Store::open(old.path()).unwrap(), Store::open(new.path()).unwrap());
        for number in [7, 8, 7, 200] {
            assert_eq!(new.copy_from(&old, key(number)).unwrap(), number < 100);
        }
        assert_eq!(found(&new, 0..100), 2);
    }
}
