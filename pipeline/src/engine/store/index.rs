//! The index: where each key's record lies, sorted, in one file that is replaced as a whole.
//!
//! Keys are hashes, so their first bits part them evenly into buckets of some dozen entries; a
//! table of where each bucket begins is all that is held in memory, a quarter of a byte an entry, and a
//! look-up reads one bucket. Invariant: head and buckets have checksums; what is damaged is not
//! found.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::engine::hash::{HalfHash, checksum};

const MAGIC: &[u8; 16] = b"newsloom index2\n";
/// Half a key, offset, length, pack.
const ENTRY_BYTES: usize = 16 + 8 + 4 + 4;
const SUM_BYTES: usize = 8;
/// Entries of a bucket, about.
const BUCKET_ENTRIES: u64 = 16;
/// Magic, number of packs, bits of a bucket's number.
const FIXED_BYTES: usize = 16 + 4 + 4;

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub offset: u64,
    /// Of the whole record.
    pub bytes: u32,
    pub pack: u32,
}

/// An opened index.
#[derive(Debug)]
pub struct Index {
    file: File,
    /// How much of each pack is in the index.
    pub covered: BTreeMap<u32, u64>,
    bits: u32,
    /// Entries before each bucket; one more than there are buckets.
    starts: Vec<u32>,
    head_bytes: u64,
}

/// What a look-up gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    Found(Place),
    Absent,
    Damaged,
}

impl Index {
    /// Opens the index at `path`; none where there is none or it is damaged.
    pub fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut fixed = [0; FIXED_BYTES];
        file.read_exact_at(&mut fixed, 0).ok()?;
        let number = |at: usize| u32::from_le_bytes(fixed[at..at + 4].try_into().expect("4 bytes"));
        let (pack_count, bits) = (number(16), number(20));
        let file_bytes = file.metadata().ok()?.len();
        if fixed[..16] != *MAGIC || bits > 32 {
            return None;
        }
        let head_bytes = head_bytes(pack_count, bits);
        if head_bytes > file_bytes {
            return None;
        }
        let mut head = vec![0; usize::try_from(head_bytes).ok()?];
        file.read_exact_at(&mut head, 0).ok()?;
        let (named, sum) = head.split_at(head.len() - SUM_BYTES);
        if sum != checksum(named) {
            return None;
        }
        let (packs, starts) = named[FIXED_BYTES..].split_at(12 * pack_count as usize);
        let covered = packs.chunks_exact(12).map(|pack| {
            let (pack, bytes) = pack.split_at(4);
            let pack = u32::from_le_bytes(pack.try_into().expect("4 bytes"));
            (pack, u64::from_le_bytes(bytes.try_into().expect("8 bytes")))
        });
        let starts = starts.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        Some(Self { covered: covered.collect(), bits, starts: starts.collect(), head_bytes, file })
    }

    /// Number of entries.
    pub fn len(&self) -> u64 {
        self.starts.last().copied().unwrap_or_default().into()
    }

    pub fn find(&self, key: &HalfHash) -> Lookup {
        let Some(bucket) = self.bucket(bucket_of(key, self.bits)) else { return Lookup::Damaged };
        let entries = bucket.as_chunks::<ENTRY_BYTES>().0;
        match entries.binary_search_by(|entry| entry[..16].cmp(key)) {
            Ok(at) => Lookup::Found(decode(&entries[at]).1),
            Err(_) => Lookup::Absent,
        }
    }

    /// The entries of one bucket, if they are undamaged.
    fn bucket(&self, bucket: usize) -> Option<Vec<u8>> {
        let (start, end) = (self.starts[bucket], self.starts[bucket + 1]);
        let count = end.checked_sub(start)? as usize;
        if count == 0 {
            return Some(Vec::new());
        }
        let before = u64::from(start) * ENTRY_BYTES as u64 + bucket as u64 * SUM_BYTES as u64;
        let mut bytes = vec![0; count * ENTRY_BYTES + SUM_BYTES];
        self.file.read_exact_at(&mut bytes, self.head_bytes + before).ok()?;
        let sum = bytes.split_off(count * ENTRY_BYTES);
        (sum == checksum(&bytes)).then_some(bytes)
    }

    /// Every entry in order of the keys; damaged buckets are left out.
    fn entries(&self) -> impl Iterator<Item = (HalfHash, Place)> {
        let buckets = (0..self.starts.len() - 1).filter_map(|bucket| self.bucket(bucket));
        buckets.flat_map(|bucket| {
            bucket.as_chunks::<ENTRY_BYTES>().0.iter().map(decode).collect::<Vec<_>>()
        })
    }
}

/// Writes an index at `path` of what `old` holds but for `lost`, and of `fresh`, which is sorted
/// and goes before it.
///
/// # Errors
/// Where it cannot be written; the old file then stays.
pub fn replace(
    path: &Path,
    old: Option<&Index>,
    lost: &HashSet<HalfHash>,
    fresh: &[(HalfHash, Place)],
    covered: &BTreeMap<u32, u64>,
) -> io::Result<()> {
    let count_max = old.map_or(0, Index::len) + fresh.len() as u64;
    let bits = (count_max / BUCKET_ENTRIES).checked_ilog2().unwrap_or(0).min(24);
    let pack_count = u32::try_from(covered.len()).expect("packs are counted in 32 bits");
    let temporary = path.with_extension("new");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&temporary)?);
    out.seek(SeekFrom::Start(head_bytes(pack_count, bits)))?;
    let starts = write_buckets(&mut out, bits, merged(old, lost, fresh))?;

    let mut head = Vec::new();
    head.extend(MAGIC);
    head.extend(pack_count.to_le_bytes());
    head.extend(bits.to_le_bytes());
    for (pack, bytes) in covered {
        head.extend(pack.to_le_bytes());
        head.extend(bytes.to_le_bytes());
    }
    starts.iter().for_each(|start| head.extend(start.to_le_bytes()));
    let sum = checksum(&head);
    head.extend(sum);
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&head)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::rename(temporary, path)
}

fn head_bytes(pack_count: u32, bits: u32) -> u64 {
    FIXED_BYTES as u64 + 12 * u64::from(pack_count) + 4 * ((1 << bits) + 1) + SUM_BYTES as u64
}

/// Writes the buckets of sorted entries; returns the entries before each, and the number of all.
fn write_buckets(
    out: &mut impl Write,
    bits: u32,
    entries: impl Iterator<Item = (HalfHash, Place)>,
) -> io::Result<Vec<u32>> {
    let mut starts = vec![0];
    let mut count: u32 = 0;
    let mut bucket = Vec::new();
    let mut entries = entries.peekable();
    for number in 0..1_usize << bits {
        bucket.clear();
        while let Some((key, place)) = entries.next_if(|(key, _)| bucket_of(key, bits) == number) {
            bucket.extend(key);
            bucket.extend(place.offset.to_le_bytes());
            bucket.extend(place.bytes.to_le_bytes());
            bucket.extend(place.pack.to_le_bytes());
            count = count.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        }
        out.write_all(&bucket)?;
        out.write_all(&checksum(&bucket))?;
        starts.push(count);
    }
    Ok(starts)
}

/// Both lists in order of the keys; where both have a key, what `fresh` says.
fn merged<'a>(
    old: Option<&'a Index>,
    lost: &'a HashSet<HalfHash>,
    fresh: &'a [(HalfHash, Place)],
) -> impl Iterator<Item = (HalfHash, Place)> + 'a {
    let old = old.into_iter().flat_map(Index::entries);
    let mut old = old.filter(|(key, _)| !lost.contains(key)).peekable();
    let mut fresh = fresh.iter().copied().peekable();
    std::iter::from_fn(move || {
        let first = fresh.peek().map(|(key, _)| *key);
        let older = |(key, _): &(HalfHash, Place)| first.is_none_or(|first| *key < first);
        if let Some(entry) = old.next_if(older) {
            return Some(entry);
        }
        old.next_if(|(key, _)| Some(*key) == first);
        fresh.next()
    })
}

fn bucket_of(key: &HalfHash, bits: u32) -> usize {
    let first = u32::from_be_bytes(*key.first_chunk().expect("half a hash has 16 bytes"));
    (u64::from(first) >> (32 - bits)) as usize
}

fn decode(entry: &[u8; ENTRY_BYTES]) -> (HalfHash, Place) {
    let key = *entry.first_chunk().expect("an entry begins with 16 bytes");
    let place = Place {
        offset: u64::from_le_bytes(entry[16..24].try_into().expect("8 bytes")),
        bytes: u32::from_le_bytes(entry[24..28].try_into().expect("4 bytes")),
        pack: u32::from_le_bytes(entry[28..].try_into().expect("4 bytes")),
    };
    (key, place)
}
