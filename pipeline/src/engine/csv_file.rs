//! The CSV file of a table, written while the table's segments come out.
//!
//! Chunks that the last run published are copied from there, in runs as long as they come.
//! Invariant: nothing is copied but bytes whose checksum is that of what was written, and a file
//! that comes out as it is published is neither read nor written.

use std::collections::BTreeMap;
use std::fs::File as DiskFile;
use std::io::{self, Write as _};
use std::num::NonZeroU64;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use crc32fast::Hasher as Crc32;
use newsloom_tabulate::{Table, csv_header};
use rayon::prelude::*;
use rustix::fs::{Advice, fadvise};

use super::hash::Hash;
use super::publish::Staging;
use super::segment::{Encoding, Form};
use super::staged::StagedFile;
use super::state::{Chunk, File, Part, Segment};

/// Bytes that are copied at a time; they stay in the processor's cache.
const COPIED_BYTES: usize = 1 << 18;

/// The CSV records of a segment.
#[derive(Debug)]
pub enum Records {
    /// Where the published file has them.
    Published(Chunk),
    New(Vec<u8>),
}

/// A CSV file to be published.
pub struct CsvFile<'a> {
    name: String,
    staging: &'a Staging,
    published: Option<Published>,
    /// What is to be copied next.
    run: Run,
    /// None as long as all is as published.
    staged: Option<StagedFile>,
    bytes: u64,
    buffer: Vec<u8>,
}

/// The file that the last run published.
struct Published {
    disk: DiskFile,
    file: File,
}

/// Bytes of the published file, and their checksum.
#[derive(Default)]
struct Run {
    range: Range<u64>,
    crc: Crc32,
}

impl<'a> CsvFile<'a> {
    /// The file of `table`, with its header, where `intact` names the published files that are as
    /// the last run left them.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn new(
        staging: &'a Staging,
        table: &Table,
        intact: &BTreeMap<String, File>,
    ) -> io::Result<Self> {
        let name = Form::Csv.file_name(table);
        let header = csv_header(table);
        let published = intact.get(&name).and_then(|file| {
            let disk = DiskFile::open(staging.published_path(&name)).ok()?;
            let mut first = vec![0; header.len()];
            disk.read_exact_at(&mut first, 0).ok().filter(|()| first == header)?;
            Some(Published { disk, file: *file })
        });
        let mut csv = Self {
            name,
            staging,
            published,
            run: Run::default(),
            staged: None,
            bytes: 0,
            buffer: Vec::new(),
        };
        if csv.has_published() {
            csv.run.range.end = header.len() as u64;
            csv.run.crc.update(&header);
        } else {
            opened(&mut csv.staged, staging, &csv.name)?.write_all(&header)?;
        }
        csv.bytes = header.len() as u64;
        Ok(csv)
    }

    /// Whether chunks of the last run may be had.
    pub fn has_published(&self) -> bool {
        self.published.is_some()
    }

    /// Adds the next segment's records; says where they are then.
    ///
    /// # Errors
    /// Where the file cannot be written; of the kind `InvalidData` where what is published turns
    /// out not to be what was.
    pub fn push(&mut self, records: &Records) -> io::Result<Chunk> {
        let chunk = match records {
            Records::Published(chunk) => {
                let start = self.bytes;
                self.bytes += chunk.bytes;
                if chunk.bytes > 0 {
                    self.copy_later(chunk)?;
                }
                Chunk { start, ..*chunk }
            }
            Records::New(records) => {
                let chunk = Chunk {
                    start: self.bytes,
                    bytes: records.len() as u64,
                    crc: crc32fast::hash(records),
                };
                self.bytes += chunk.bytes;
                if !records.is_empty() {
                    self.copy_run()?;
                    opened(&mut self.staged, self.staging, &self.name)?.write_all(records)?;
                }
                chunk
            }
        };
        Ok(chunk)
    }

    /// Brings the file to disk, where it is not as published; gives its length and its hash.
    ///
    /// # Errors
    /// As for `push`.
    pub fn finish(mut self) -> io::Result<(u64, Hash)> {
        let published = self.published.as_ref().map(|published| published.file);
        if let (None, Some(file)) = (&self.staged, published)
            && self.run.range == (0..file.bytes)
        {
            return Ok((file.bytes, file.hash));
        }
        self.copy_run()?;
        let staged = self.staged.take().expect("a run, or a header, was written to it");
        staged.finish()
    }

    fn copy_later(&mut self, chunk: &Chunk) -> io::Result<()> {
        if chunk.start != self.run.range.end {
            self.copy_run()?;
            self.run.range = chunk.start..chunk.start;
        }
        self.run.range.end += chunk.bytes;
        self.run.crc.combine(&Crc32::new_with_initial_len(chunk.crc, chunk.bytes));
        Ok(())
    }

    fn copy_run(&mut self) -> io::Result<()> {
        let Run { range, crc } = std::mem::take(&mut self.run);
        let Some(Published { disk, .. }) = self.published.as_ref().filter(|_| !range.is_empty())
        else {
            return Ok(());
        };
        let staged = opened(&mut self.staged, self.staging, &self.name)?;
        let mut found = Crc32::new();
        self.buffer.resize(COPIED_BYTES, 0);
        let mut start = range.start;
        while start < range.end {
            let left = usize::try_from(range.end - start).unwrap_or(usize::MAX);
            let bytes = &mut self.buffer[..left.min(COPIED_BYTES)];
            disk.read_exact_at(bytes, start).map_err(|_| io::ErrorKind::InvalidData)?;
            found.update(bytes);
            staged.write_all(bytes)?;
            start += bytes.len() as u64;
        }
        // Nothing of it will be read again; its memory serves for what is written.
        let length = NonZeroU64::new(range.end - range.start);
        let _ = fadvise(disk, range.start, length, Advice::DontNeed);
        let is_same = found.finalize() == crc.finalize();
        if is_same { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

/// Adds segments to the CSV files of all tables; gives them with their places there.
///
/// # Errors
/// As for `CsvFile::push`.
pub fn add(files: &mut [CsvFile], encodings: Vec<Encoding>) -> io::Result<Vec<Segment>> {
    let chunks: io::Result<Vec<Vec<Chunk>>> = files
        .par_iter_mut()
        .enumerate()
        // Two tables have most of the bytes, and stand side by side.
        .with_max_len(1)
        .map(|(index, file)| {
            encodings.iter().map(|encoding| file.push(&encoding.parts[index].2)).collect()
        })
        .collect();
    let chunks = chunks?;
    let segment = |(at, encoding): (usize, Encoding)| {
        let parts = encoding.parts.into_iter().zip(&chunks);
        let parts =
            parts.map(|((key, row_count, _), chunks)| Part { key, row_count, chunk: chunks[at] });
        Segment { parts: parts.collect(), ends_row_group: encoding.ends_row_group }
    };
    Ok(encodings.into_iter().enumerate().map(segment).collect())
}

/// The staged file, made where it is not there yet.
fn opened<'f>(
    staged: &'f mut Option<StagedFile>,
    staging: &Staging,
    name: &str,
) -> io::Result<&'f mut StagedFile> {
    if staged.is_none() {
        *staged = Some(staging.create(name)?);
    }
    Ok(staged.as_mut().expect("it was made"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use newsloom_tabulate::tables;

    use super::*;
    use crate::engine::stat::Stat;

    const NAME: &str = "rejects.csv";

    fn table() -> Table {
        tables().into_iter().find(|table| Form::Csv.file_name(table) == NAME).unwrap()
    }

    /// Publishes what `records` gives; the chunks, whether a file was staged, and the new file.
    fn write(
        out: &Path,
        intact: &BTreeMap<String, File>,
        records: &[Records],
    ) -> io::Result<(Vec<Chunk>, bool, BTreeMap<String, File>)> {
        let staging = Staging::new(out)?;
        let mut csv = CsvFile::new(&staging, &table(), intact)?;
        let chunks = records.iter().map(|records| csv.push(records)).collect::<io::Result<_>>()?;
        let (bytes, hash) = csv.finish()?;
        let is_staged =
            staging.publish(&[(NAME.to_owned(), hash)].into(), intact)?.changed_count > 0;
        let stat = Some(Stat::of(&fs::metadata(out.join(NAME))?));
        Ok((chunks, is_staged, [(NAME.to_owned(), File { hash, bytes, stat })].into()))
    }

    #[test]
    fn chunks_come_from_the_published_file_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let header = String::from_utf8(csv_header(&table())).unwrap();
        let new = |text: &str| Records::New(text.into());
        let long = "b".repeat(2 * COPIED_BYTES + 9);
        let first = [new("a\n"), new(&long), new(""), new("c\n")];
        let (chunks, is_staged, intact) = write(&out, &BTreeMap::new(), &first).unwrap();
        assert!(is_staged);
        let text = || fs::read_to_string(out.join(NAME)).unwrap();
        assert!(text() == format!("{header}a\n{long}c\n"));

        let old = |at: usize| Records::Published(chunks[at]);
        let same = [old(0), old(1), old(2), old(3)];
        let (again, is_staged, _) = write(&out, &intact, &same).unwrap();
        assert_eq!((again, is_staged), (chunks.clone(), false));

        let cases: [(&[usize], Option<&str>, &[usize]); 6] = [
            (&[0, 1], None, &[]),
            (&[], None, &[0, 1, 3]),
            (&[3, 0], None, &[1]),
            (&[0], Some("new\n"), &[1, 2, 3]),
            (&[0, 1, 3], Some("new\n"), &[]),
            (&[], None, &[]),
        ];
        for (before, between, after) in cases {
            let records: Vec<Records> = (before.iter().map(|at| old(*at)))
                .chain(between.map(new))
                .chain(after.iter().map(|at| old(*at)))
                .collect();
            let parts = ["a\n", &long, "", "c\n"];
            let mut expected = header.clone();
            before.iter().for_each(|at| expected += parts[*at]);
            expected += between.unwrap_or_default();
            after.iter().for_each(|at| expected += parts[*at]);
            write(&out, &BTreeMap::new(), &first).unwrap();
            let (chunks, ..) = write(&out, &intact, &records).unwrap();
            assert!(text() == expected, "{before:?} {between:?} {after:?}");
            let end = chunks.last().map_or(header.len() as u64, |chunk| chunk.start + chunk.bytes);
            assert_eq!(end, expected.len() as u64);
        }
    }

    #[test]
    fn what_was_changed_under_its_stat_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let first = [Records::New(b"a,b,c\n".to_vec()), Records::New(b"d,e,f\n".to_vec())];
        let (chunks, _, intact) = write(&out, &BTreeMap::new(), &first).unwrap();
        let published = fs::read(out.join(NAME)).unwrap();
        let header_bytes = csv_header(&table()).len();
        let records = || [Records::Published(chunks[1]), Records::Published(chunks[0])];
        for at in header_bytes..published.len() {
            let mut damaged = published.clone();
            damaged[at] ^= 1;
            fs::write(out.join(NAME), damaged).unwrap();
            let kind = write(&out, &intact, &records()).unwrap_err().kind();
            assert_eq!(kind, io::ErrorKind::InvalidData, "byte {at}");
        }
        fs::write(out.join(NAME), &published[..published.len() - 1]).unwrap();
        let kind = write(&out, &intact, &records()).unwrap_err().kind();
        assert_eq!(kind, io::ErrorKind::InvalidData);
        // With another header it is no file of this table, and nothing is had from it.
        let mut damaged = published.clone();
        damaged[0] ^= 1;
        fs::write(out.join(NAME), damaged).unwrap();
        let staging = Staging::new(&out).unwrap();
        assert!(!CsvFile::new(&staging, &table(), &intact).unwrap().has_published());
    }
}
