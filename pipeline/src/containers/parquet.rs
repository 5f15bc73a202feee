//! Parquet: one row a record, its members in columns.
//!
//! Invariant: a few rows are held at a time, and of the columns only those that are read.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{Array, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression as Codec;

use super::member::{Member, Members, NAMES, place_of};
use super::stream::damaged;
use super::{Fault, Record};

/// Rows that are held at a time.
const BATCH_ROWS: usize = 16;
const DESCRIPTION: &str = "the description of the columns";

/// The records of a Parquet file.
pub fn read(file: File, article_bytes_max: u64) -> impl Iterator<Item = Record> + Send {
    let (rows, fault) = match guarded(DESCRIPTION, || Rows::open(file)) {
        Ok(rows) => (Some(rows), None),
        Err(fault) => (None, Some(fault)),
    };
    let fault = fault.map(|fault| Record { number: 1, content: Err(fault) });
    Records { rows, number: 0, article_bytes_max }.chain(fault)
}

struct Records {
    /// None once they have ended.
    rows: Option<Rows>,
    number: u64,
    article_bytes_max: u64,
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let rows = self.rows.as_mut()?;
        let place = &format!("row {}", self.number + 1);
        let content = match guarded(place, || rows.next(place)) {
            Ok(Some(Ok(members))) => members.article(place, self.article_bytes_max),
            Ok(Some(Err(why))) => Err(malformed(format!("{place}: {why}"))),
            Ok(None) => {
                self.rows = None;
                return None;
            }
            Err(fault) => {
                self.rows = None;
                Err(fault)
            }
        };
        self.number += 1;
        Some(Record { number: self.number, content })
    }
}

struct Rows {
    batches: ParquetRecordBatchReader,
    /// The rows that are held; the next of them.
    batch: Option<RecordBatch>,
    row: usize,
    /// Place in `NAMES` of each column that is read, in order of the file.
    places: Vec<usize>,
}

impl Rows {
    fn open(file: File) -> Result<Self, Fault> {
        // Without what arrow has added, a column's type is that of the Parquet schema alone.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let described = ArrowReaderMetadata::load(&file, options)
            .map_err(|error| damaged(DESCRIPTION, &error))?;
        let mut fields = described.schema().fields().to_vec();
        let mut roots = Vec::new();
        let mut places = Vec::new();
        for (root, field) in fields.iter_mut().enumerate() {
            let Some(place) = place_of(field.name()) else { continue };
            let read_as = read_as(NAMES[place].1, field.data_type()).ok_or_else(|| {
                let found = field.data_type();
                malformed(format!("the column `{}` holds {found}, not text", field.name()))
            })?;
            *field = Arc::new(field.as_ref().clone().with_data_type(read_as));
            roots.push(root);
            places.push(place);
        }
        let is_content = |place: &usize| matches!(NAMES[*place].1, Member::Text | Member::Html);
        if !places.iter().any(is_content) {
            return Err(malformed("the file has neither a column `text` nor `html`".to_owned()));
        }
        refuse_unknown_codecs(&described, &roots)?;
        let metadata = Arc::clone(described.metadata());
        let mask = ProjectionMask::roots(metadata.file_metadata().schema_descr(), roots);
        let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
        let typed = ArrowReaderMetadata::try_new(metadata, options)
            .map_err(|error| damaged(DESCRIPTION, &error))?;
        let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file, typed)
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| damaged(DESCRIPTION, &error))?;
        Ok(Self { batches, batch: None, row: 0, places })
    }

    /// The next row, or why it has no members; an error where nothing more can be read.
    fn next(&mut self, place: &str) -> Result<Option<Result<Members, String>>, Fault> {
        loop {
            if let Some(batch) = self.batch.as_ref().filter(|batch| self.row < batch.num_rows()) {
                self.row += 1;
                return Ok(Some(members(batch, &self.places, self.row - 1)));
            }
            match self.batches.next() {
                Some(batch) => {
                    self.batch = Some(batch.map_err(|error| damaged(place, &error))?);
                }
                None => return Ok(None),
            }
            self.row = 0;
        }
    }
}

/// The type that a column of type `found` is read as; none where it cannot be this member.
fn read_as(member: Member, found: &DataType) -> Option<DataType> {
    match (member, found) {
        // Many rows of one long text then share its memory.
        (_, DataType::Utf8 | DataType::Binary) => Some(DataType::Utf8View),
        (Member::Id, number) if number.is_integer() => Some(number.clone()),
        (Member::Date, DataType::Date32) => Some(DataType::Date32),
        // Of a time zone the file tells no more than that the time is UTC.
        (Member::Date, DataType::Timestamp(unit, zone)) => {
            Some(DataType::Timestamp(*unit, zone.is_some().then(|| "+00:00".into())))
        }
        _ => None,
    }
}

/// A column packed by a codec that is not built in says so when its first page is read, which is
/// too late to tell it from damage.
fn refuse_unknown_codecs(described: &ArrowReaderMetadata, roots: &[usize]) -> Result<(), Fault> {
    let schema = described.metadata().file_metadata().schema_descr();
    for group in described.metadata().row_groups() {
        for (leaf, column) in group.columns().iter().enumerate() {
            let codec = column.compression();
            let is_known = !matches!(codec, Codec::BROTLI(_) | Codec::LZO);
            if !is_known && roots.contains(&schema.get_column_root_idx(leaf)) {
                let name = column.column_path();
                let detail = format!(
                    "the column `{name}` is packed with {codec}; write the file with zstd, \
                     snappy, gzip or lz4"
                );
                return Err(Fault { code: "unsupported", detail });
            }
        }
    }
    Ok(())
}

fn members(batch: &RecordBatch, places: &[usize], row: usize) -> Result<Members, String> {
    let mut members = Members::default();
    for (column, place) in batch.columns().iter().zip(places) {
        let value = (!column.is_null(row)).then(|| cell(column, row)).transpose();
        let value = value.map_err(|why| format!("`{}`: {why}", NAMES[*place].0))?;
        members.set(*place, value);
    }
    Ok(members)
}

/// A cell as text; of dates and times, their ISO form.
fn cell(column: &dyn Array, row: usize) -> Result<String, String> {
    if let Some(texts) = column.as_string_view_opt() {
        return Ok(texts.value(row).to_owned());
    }
    let options = FormatOptions::new().with_display_error(false);
    let format = ArrayFormatter::try_new(column, &options).map_err(|error| error.to_string())?;
    format.value(row).try_to_string().map_err(|error| error.to_string())
}

/// What `read` gives; where the reader of the format panics, as on some damaged files, a fault.
fn guarded<T>(place: &str, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(damaged(place, &said.unwrap_or("its reader failed")))
    })
}

fn malformed(detail: String) -> Fault {
    Fault { code: "malformed", detail }
}
