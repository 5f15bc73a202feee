//! Files of checked blocks: values one after the other, read and written as a stream.
//!
//! Invariant: a block has a checksum; reading ends at the first damaged one, so that what is
//! read is what was written, or less.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::hash::checksum;

/// A block is ended when it is longer.
const BLOCK_BYTES: usize = 1 << 16;
/// Length and checksum.
const HEADER_BYTES: usize = 4 + 8;
/// No block is longer, whatever its header says.
const BLOCK_BYTES_MAX: usize = 1 << 30;

/// Writes values to a file.
#[derive(Debug)]
pub struct Writer {
    file: BufWriter<File>,
    block: Vec<u8>,
}

impl Writer {
    /// # Errors
    /// Where the file cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self::new(File::create(path)?))
    }

    /// A writer to an open file.
    pub fn new(file: File) -> Self {
        Self { file: BufWriter::with_capacity(4 * BLOCK_BYTES, file), block: Vec::new() }
    }

    /// # Errors
    /// Where the file cannot be written.
    pub fn push(&mut self, value: &impl Serialize) -> io::Result<()> {
        let block = std::mem::take(&mut self.block);
        self.block = postcard::to_extend(value, block).expect("values are plain data");
        if self.block.len() >= BLOCK_BYTES { self.end_block() } else { Ok(()) }
    }

    /// Gives the file, all of it written.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(mut self) -> io::Result<File> {
        self.end_block()?;
        self.file.into_inner().map_err(io::IntoInnerError::into_error)
    }

    fn end_block(&mut self) -> io::Result<()> {
        if !self.block.is_empty() {
            let length = u32::try_from(self.block.len()).expect("a value is shorter than 4 GiB");
            self.file.write_all(&length.to_le_bytes())?;
            self.file.write_all(&checksum(&self.block))?;
            self.file.write_all(&self.block)?;
            self.block.clear();
        }
        Ok(())
    }
}

/// Reads values from a file.
#[derive(Debug)]
pub struct Reader {
    file: Option<BufReader<File>>,
    block: Vec<u8>,
    at: usize,
    is_damaged: bool,
}

impl Reader {
    /// Opens the file at `path`; one that is missing reads as a damaged one without values.
    pub fn open(path: &Path) -> Self {
        match File::open(path) {
            Ok(file) => Self::new(file),
            Err(_) => Self { is_damaged: true, ..Self::empty() },
        }
    }

    /// A reader of an open file, from where it stands.
    pub fn new(file: File) -> Self {
        let file = Some(BufReader::with_capacity(4 * BLOCK_BYTES, file));
        Self { file, ..Self::empty() }
    }

    /// A reader of no values.
    pub fn empty() -> Self {
        Self { file: None, block: Vec::new(), at: 0, is_damaged: false }
    }

    /// Whether reading ended before the end of what was written, as far as can be told.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// The next value, which may borrow from the reader.
    pub fn next<'a, V: Deserialize<'a>>(&'a mut self) -> Option<V> {
        if self.at == self.block.len() && !self.next_block() {
            return None;
        }
        match postcard::take_from_bytes(&self.block[self.at..]) {
            Ok((value, rest)) => {
                self.at = self.block.len() - rest.len();
                Some(value)
            }
            Err(_) => {
                self.file = None;
                self.is_damaged = true;
                None
            }
        }
    }

    /// Reads the next block; says whether there is one.
    fn next_block(&mut self) -> bool {
        let Some(file) = &mut self.file else { return false };
        self.block.clear();
        self.at = 0;
        let mut header = [0; HEADER_BYTES];
        let is_end = matches!(file.fill_buf(), Ok([]));
        if !is_end && file.read_exact(&mut header).is_ok() {
            let (length, sum) = header.split_at(4);
            let length = u32::from_le_bytes(length.try_into().expect("4 bytes")) as usize;
            if length <= BLOCK_BYTES_MAX {
                let read = file.take(length as u64).read_to_end(&mut self.block);
                if read.is_ok_and(|read| read == length) && sum == checksum(&self.block) {
                    return true;
                }
            }
        }
        self.block.clear();
        self.file = None;
        self.is_damaged |= !is_end;
        false
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Value<'a> {
        name: &'a str,
        number: u64,
    }

    fn read(path: &Path) -> (Vec<u64>, bool) {
        let mut reader = Reader::open(path);
        let mut numbers = Vec::new();
        while let Some(Value { name, number }) = reader.next() {
            assert_eq!(name, format!("value {number}"));
            numbers.push(number);
        }
        (numbers, reader.is_damaged())
    }

    #[test]
    fn values_come_back_in_order_and_damage_ends_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("values");
        let mut writer = Writer::create(&path).unwrap();
        for number in 0..20_000 {
            writer.push(&Value { name: &format!("value {number}"), number }).unwrap();
        }
        writer.finish().unwrap();
        assert_eq!(read(&path), ((0..20_000).collect(), false));
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(4999) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            let (numbers, is_damaged) = read(&path);
            assert!(is_damaged && numbers.len() < 20_000);
            assert!(numbers.iter().zip(0..).all(|(number, expected)| *number == expected));
        }
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(read(&path).1);
        assert_eq!(read(&folder.path().join("none")), (Vec::new(), true));
    }
}
