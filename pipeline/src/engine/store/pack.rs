//! Packs: append-only files of checked records.
//!
//! Invariant: a record names its key and its lengths under one checksum and its payload under
//! another, so that whatever bytes a pack holds, what is read from it is what was put or nothing.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use zstd::bulk::{Compressor, Decompressor};

use crate::engine::hash::{Checksum, Hash, checksum, checksum_of};

/// Begins a pack; a new form of record needs a new one.
pub const MAGIC: &[u8; 16] = b"newsloom pack 2\n";
/// Begins a record.
const MARK: [u8; 4] = *b"rec\n";
/// Mark, lengths, form, key, output, checksum of the payload, checksum of all these.
pub const HEADER_BYTES: usize = 4 + 4 + 4 + 4 + 32 + 32 + 8 + 8;
/// Packs layers to less than half, faster than they can be hashed.
const ZSTD_LEVEL: i32 = -2;
/// Shorter payloads, and those that do not become shorter, are kept as they are.
const PACKED_BYTES_MIN: usize = 256;

/// The header of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub key: Hash,
    /// Hash of the payload before compression.
    pub output: Hash,
    raw_bytes: u32,
    stored_bytes: u32,
    is_zstd: bool,
    sum: Checksum,
}

impl Header {
    /// The length of the whole record.
    pub fn record_bytes(&self) -> usize {
        HEADER_BYTES + self.stored_bytes as usize
    }

    fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend(MARK);
        bytes.extend(self.raw_bytes.to_le_bytes());
        bytes.extend(self.stored_bytes.to_le_bytes());
        bytes.extend(u32::from(self.is_zstd).to_le_bytes());
        bytes.extend(self.key.0);
        bytes.extend(self.output.0);
        bytes.extend(self.sum);
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
            is_zstd: number(12) == 1,
            sum: named[80..].try_into().expect("8 bytes are left"),
        })
    }
}

/// The record of `payload` under `key`, and the payload's hash.
///
/// # Errors
/// Where the payload is longer than 4 GiB.
pub fn record(key: Hash, payload: &[u8]) -> io::Result<(Vec<u8>, Hash)> {
    let output = Hash::of(payload);
    if payload.len() >= PACKED_BYTES_MIN {
        let packed = compress(payload)?;
        if packed.len() < payload.len() {
            return Ok((encode(key, output, payload.len(), &packed, true)?, output));
        }
    }
    Ok((encode(key, output, payload.len(), payload, false)?, output))
}

/// The record of a `payload` that is packed already.
///
/// # Errors
/// Where the payload is longer than 4 GiB.
pub fn record_as_is(key: Hash, payload: &[u8]) -> io::Result<Vec<u8>> {
    encode(key, Hash::of(payload), payload.len(), payload, false)
}

fn encode(
    key: Hash,
    output: Hash,
    raw_bytes: usize,
    stored: &[u8],
    is_zstd: bool,
) -> io::Result<Vec<u8>> {
    let length = |bytes: usize| {
        let too_long = |_| io::Error::new(io::ErrorKind::FileTooLarge, "a result of over 4 GiB");
        u32::try_from(bytes).map_err(too_long)
    };
    let header = Header {
        key,
        output,
        raw_bytes: length(raw_bytes)?,
        stored_bytes: length(stored.len())?,
        is_zstd,
        sum: if is_zstd { checksum(stored) } else { checksum_of(output) },
    };
    let mut record = Vec::with_capacity(header.record_bytes());
    record.extend(header.encode());
    record.extend(stored);
    Ok(record)
}

/// `bytes`, compressed.
///
/// # Errors
/// Where zstd has no memory.
fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| compressor.compress(bytes))
}

/// What `compress` made of `length` bytes.
fn decompress(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|zstd| zstd.decompress(bytes, length)).ok()
}

/// The payload of a whole record whose header is `header`, if it is undamaged.
pub fn payload(header: &Header, record: &[u8]) -> Option<Vec<u8>> {
    let stored = record.get(HEADER_BYTES..header.record_bytes())?;
    if checksum(stored) != header.sum {
        return None;
    }
    if !header.is_zstd {
        return Some(stored.to_vec());
    }
    decompress(stored, header.raw_bytes as usize)
}

thread_local! {
    // A context costs more to make than a layer to compress.
    static COMPRESSOR: RefCell<Compressor<'static>> =
        RefCell::new(Compressor::new(ZSTD_LEVEL).expect("the level is one zstd has"));
    static DECOMPRESSOR: RefCell<Decompressor<'static>> =
        RefCell::new(Decompressor::new().expect("a context can be made"));
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
