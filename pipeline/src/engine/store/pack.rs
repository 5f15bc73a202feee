//! Packs: append-only files of checked records.
//!
//! Invariant: a record names its key, its lengths and the CRC-32 of its payload under a checksum, so
//! that whatever bytes a pack holds, what is read from it is what was put or nothing.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use lz4_flex::block::{
    CompressTable, compress_into_with_table, decompress, get_maximum_output_size,
};

use crate::engine::hash::{Hash, checksum};

/// Begins a pack; a new form of record needs a new one.
pub const MAGIC: &[u8; 16] = b"newsloom pack 3\n";
/// Begins a record.
const MARK: [u8; 4] = *b"rec\n";
/// Mark, lengths, CRC-32 of the payload, key, output, checksum of all these.
pub const HEADER_BYTES: usize = 4 + 4 + 4 + 4 + 32 + 32 + 8;
/// Shorter payloads, and those that do not become shorter, are kept as they are.
const PACKED_BYTES_MIN: usize = 1024;

/// The header of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub key: Hash,
    /// Hash of the payload before compression; of one that was put as it is, its key.
    pub output: Hash,
    raw_bytes: u32,
    /// Fewer where the payload is compressed.
    stored_bytes: u32,
    /// Of the payload as it is stored.
    crc: u32,
}

impl Header {
    fn new(key: Hash, output: Hash, raw_bytes: usize, stored: &[u8]) -> io::Result<Self> {
        let length = |bytes: usize| {
            let too_long =
                |_| io::Error::new(io::ErrorKind::FileTooLarge, "a result of over 4 GiB");
            u32::try_from(bytes).map_err(too_long)
        };
        let (raw_bytes, stored_bytes) = (length(raw_bytes)?, length(stored.len())?);
        Ok(Self { key, output, raw_bytes, stored_bytes, crc: crc32fast::hash(stored) })
    }

    /// The length of the whole record.
    pub fn record_bytes(&self) -> usize {
        HEADER_BYTES + self.stored_bytes as usize
    }

    fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend(MARK);
        bytes.extend(self.raw_bytes.to_le_bytes());
        bytes.extend(self.stored_bytes.to_le_bytes());
        bytes.extend(self.crc.to_le_bytes());
        bytes.extend(self.key.0);
        bytes.extend(self.output.0);
        let sum = checksum(&bytes);
        bytes.extend(sum);
        bytes.try_into().expect("the parts have fixed lengths")
    }

    /// The header at the start of `bytes`, if it is whole.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; HEADER_BYTES] = bytes.first_chunk()?;
        let (named, sum) = bytes.split_at(HEADER_BYTES - 8);
        if named[..4] != MARK || sum != checksum(named) {
            return None;
        }
        let number = |at: usize| {
            u32::from_le_bytes(named[at..at + 4].try_into().expect("4 bytes are 4 bytes"))
        };
        let hash = |at: usize| Hash(named[at..at + 32].try_into().expect("32 bytes are 32 bytes"));
        Some(Self {
            key: hash(16),
            output: hash(48),
            raw_bytes: number(4),
            stored_bytes: number(8),
            crc: number(12),
        })
    }
}

/// The record of `payload` under `key`, compressed where that makes it shorter, and the payload's
/// hash.
///
/// # Errors
/// Where the payload is longer than 4 GiB.
pub fn record(key: Hash, payload: &[u8]) -> io::Result<(Vec<u8>, Hash)> {
    let output = Hash::of(payload);
    if payload.len() >= PACKED_BYTES_MIN {
        let mut record = vec![0; HEADER_BYTES + get_maximum_output_size(payload.len())];
        let packed = &mut record[HEADER_BYTES..];
        let packed_bytes = TABLE
            .with_borrow_mut(|table| compress_into_with_table(payload, packed, table))
            .expect("the room is what LZ4 takes at most");
        if packed_bytes < payload.len() {
            record.truncate(HEADER_BYTES + packed_bytes);
            let header = Header::new(key, output, payload.len(), &record[HEADER_BYTES..])?;
            record[..HEADER_BYTES].copy_from_slice(&header.encode());
            return Ok((record, output));
        }
    }
    Ok((plain(key, output, payload)?, output))
}

/// The record of a `payload` that is packed already, and whose hash nobody asks for.
///
/// # Errors
/// Where the payload is longer than 4 GiB.
pub fn record_as_is(key: Hash, payload: &[u8]) -> io::Result<Vec<u8>> {
    plain(key, key, payload)
}

fn plain(key: Hash, output: Hash, payload: &[u8]) -> io::Result<Vec<u8>> {
    let header = Header::new(key, output, payload.len(), payload)?;
    Ok([&header.encode(), payload].concat())
}

/// The payload of a whole record whose header is `header`, if it is undamaged.
pub fn payload(header: &Header, record: &[u8]) -> Option<Vec<u8>> {
    let stored = record.get(HEADER_BYTES..header.record_bytes())?;
    if crc32fast::hash(stored) != header.crc {
        return None;
    }
    if header.stored_bytes < header.raw_bytes {
        decompress(stored, header.raw_bytes as usize).ok()
    } else {
        Some(stored.to_vec())
    }
}

thread_local! {
    // One for all layers: a new one would be made for each.
    static TABLE: RefCell<CompressTable> = RefCell::new(CompressTable::small());
}

/// Where the records of `pack` begin: at 0, where none can be read, if it is no pack.
pub fn start(pack: &File) -> u64 {
    let mut magic = [0; MAGIC.len()];
    let is_pack = pack.read_exact_at(&mut magic, 0).is_ok() && magic == *MAGIC;
    if is_pack { MAGIC.len() as u64 } else { 0 }
}

/// The whole records of `pack` between `start` and `pack_end`, up to the first damaged one: calls
/// `found` with each header and offset; returns where the last whole record ends.
pub fn walk(pack: &File, start: u64, pack_end: u64, mut found: impl FnMut(&Header, u64)) -> u64 {
    let mut at = start;
    let mut bytes = [0; HEADER_BYTES];
    while at.saturating_add(HEADER_BYTES as u64) <= pack_end {
        let header = pack.read_exact_at(&mut bytes, at).ok().and_then(|()| Header::decode(&bytes));
        let whole = header.filter(|header| at + header.record_bytes() as u64 <= pack_end);
        let Some(header) = whole else { break };
        found(&header, at);
        at += header.record_bytes() as u64;
    }
    at
}
