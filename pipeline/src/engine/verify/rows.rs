//! The rows of a published CSV file, one at a time, and the order of the articles they are of.
//!
//! Invariant: rows come in strict order of their keys; one that is not is told and passed over.
//! Invariant: what cannot be read is told once and ends the file; no row is held that is longer
//! than the rows of the longest article can be.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use csv::StringRecord;
use newsloom_tabulate::Table;

use super::Faults;
use crate::containers::container_of;
use crate::engine::read::open;

const BUFFER_BYTES: usize = 1 << 17;
/// Bytes of a row for a byte of its article: UTF-8 takes up to three, each quote mark is doubled.
const ROW_BYTES_PER_BYTE: u64 = 6;
/// What the other cells of a row may take.
const ROW_SLACK_BYTES: u64 = 4 << 20;

/// The place of an article: the path of its file bytewise, then its number in it; 0 is the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key<'a> {
    pub path: &'a str,
    pub number: u64,
}

impl<'a> Key<'a> {
    /// The key of an `article_id`. Only containers have records: `No 7.txt#2` is a file.
    pub fn of(article_id: &'a str) -> Self {
        let record = article_id.rsplit_once('#').and_then(|(path, digits)| {
            let number: u64 = digits.parse().ok()?;
            let is_number = number > 0 && number.to_string() == digits;
            (is_number && container_of(path).is_some()).then_some(Self { path, number })
        });
        record.unwrap_or(Self { path: article_id, number: 0 })
    }
}

/// A published CSV file and the row it is read to.
pub struct Rows {
    table: &'static str,
    /// None once the file ended.
    reader: Option<csv::Reader<Limited>>,
    row_bytes_max: u64,
    /// The last row that is in order; no cells before the first.
    record: StringRecord,
    next_record: StringRecord,
    /// Column of the row's position in its article, where an article has several rows.
    position_column: Option<usize>,
    position: Option<u64>,
    /// Rows read so far, and so the number of this one from 1.
    pub number: u64,
    /// False where the file could not be read to its end.
    pub is_whole: bool,
}

impl Rows {
    /// Opens the CSV file of a table and reads its first row.
    pub fn open(out: &Path, table: &Table, article_bytes_max: u64, faults: &mut Faults) -> Self {
        let row_bytes_max = article_bytes_max * ROW_BYTES_PER_BYTE + ROW_SLACK_BYTES;
        let position_column = table.primary_key.get(1).and_then(|name| column_of(table, name));
        let mut rows = Self {
            table: table.name,
            reader: None,
            row_bytes_max,
            record: StringRecord::new(),
            next_record: StringRecord::new(),
            position_column,
            position: None,
            number: 0,
            is_whole: true,
        };
        match open(&out.join(format!("{}.csv", table.name))) {
            Ok((file, _)) => {
                let file = Limited { file, left: row_bytes_max };
                let mut builder = csv::ReaderBuilder::new();
                rows.reader = Some(builder.buffer_capacity(BUFFER_BYTES).from_reader(file));
                rows.read_header(table, faults);
                rows.advance(faults);
            }
            Err(fault) => rows.end(&fault.detail, faults),
        }
        rows
    }

    fn read_header(&mut self, table: &Table, faults: &mut Faults) {
        let Some(reader) = &mut self.reader else { return };
        match reader.headers() {
            Ok(header) if header.iter().eq(table.fields.iter().map(|field| field.name)) => {}
            Ok(_) => self.end("its columns are not those of the table", faults),
            Err(error) => {
                let error = error.to_string();
                self.end(&error, faults);
            }
        }
    }

    /// Goes on to the next row that is in order.
    pub fn advance(&mut self, faults: &mut Faults) {
        while let Some(reader) = &mut self.reader {
            reader.get_mut().left = self.row_bytes_max;
            match reader.read_record(&mut self.next_record) {
                Ok(true) => {
                    self.number += 1;
                    let position = self.position_column.map(|column| &self.next_record[column]);
                    let position = position.map(|position| position.parse().unwrap_or(u64::MAX));
                    if self.is_next(position) {
                        std::mem::swap(&mut self.record, &mut self.next_record);
                        self.position = position;
                        return;
                    }
                    self.tell_order(position, faults);
                }
                Ok(false) => self.reader = None,
                Err(error) => {
                    let error = error.to_string();
                    self.end(&error, faults);
                }
            }
        }
    }

    /// Whether the next record, which stands at `position`, comes after the last one in order.
    fn is_next(&self, position: Option<u64>) -> bool {
        let Some(last) = self.record.get(0) else { return true };
        let next = &self.next_record[0];
        if last == next { self.position < position } else { Key::of(last) < Key::of(next) }
    }

    fn tell_order(&self, position: Option<u64>, faults: &mut Faults) {
        faults.add((self.table, "order"), || {
            let (table, number, id) = (self.table, self.number, &self.next_record[0]);
            let position = position.map(|position| format!(", {position}")).unwrap_or_default();
            format!("{table}.csv: row {number} ({id}{position}) is not in the order of the keys")
        });
    }

    /// The cells of the row; none after the last.
    pub fn row(&self) -> Option<&StringRecord> {
        self.reader.as_ref().map(|_| &self.record)
    }

    /// The row's number in its article.
    pub fn position(&self) -> u64 {
        self.position.unwrap_or_default()
    }

    fn end(&mut self, why: &str, faults: &mut Faults) {
        faults.add((self.table, "csv"), || format!("{}.csv: {why}", self.table));
        self.reader = None;
        self.is_whole = false;
    }
}

/// Where the column `name` of a table stands.
pub fn column_of(table: &Table, name: &str) -> Option<usize> {
    table.fields.iter().position(|field| field.name == name)
}

/// A file of which so many bytes may be read until more are allowed: a quote mark that is never
/// closed makes one row of all that follows.
struct Limited {
    file: File,
    left: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other("a row is longer than any article allows"));
        }
        let length = self.file.read(buffer)?;
        self.left = self.left.saturating_sub(length as u64);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_containers_have_records_and_these_are_in_order_of_their_numbers() {
        let ids = ["a #10", "a #2", "a.jsonl", "a.jsonl#2", "a.jsonl#10", "a.jsonl#02", "b.txt#1"];
        let keys: Vec<Key> = ids.iter().map(|id| Key::of(id)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        let numbers: Vec<u64> = keys.iter().map(|key| key.number).collect();
        assert_eq!(numbers, [0, 0, 0, 2, 10, 0, 0]);
        assert_eq!(Key::of("d/C#").path, "d/C#");
    }
}
