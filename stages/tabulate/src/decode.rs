//! Published Parquet files back to CSV, for checking them.
//!
//! Invariant: bytes that are not as this package writes them are an error, never a panic.
//! Invariant: no more is held than one batch of rows, however long the file is.

use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

use crate::column::Table;
use crate::encode::arrow_schema;
use crate::records::{csv_header, csv_records};

/// Rows read at a time: few, since an article's whole text may be one cell.
const BATCH_ROWS: usize = 256;

/// A stretch of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvChunk {
    pub csv: Vec<u8>,
    /// The rows that end in it; the header is none.
    pub row_count: u64,
}

/// The CSV file with the rows of a Parquet file of `table`, stretch by stretch: the header first,
/// then batches of whole rows. Nothing follows an error.
///
/// # Errors
/// In words, where the bytes are no Parquet file with this table's schema.
pub fn csv_chunks<R: ChunkReader + 'static>(
    table: &Table,
    parquet: R,
) -> Result<impl Iterator<Item = Result<CsvChunk, String>> + use<'_, R>, String> {
    let mut batches = guarded(|| open(table, parquet))?;
    let header = CsvChunk { csv: csv_header(table), row_count: 0 };
    let mut is_broken = false;
    let rows = move || {
        if is_broken {
            return None;
        }
        let next = || batches.next().transpose().map_err(|error| error.to_string());
        let batch = guarded(next).transpose()?;
        is_broken = batch.is_err();
        Some(batch.map(|batch| CsvChunk {
            csv: csv_records(table, &batch),
            row_count: batch.num_rows() as u64,
        }))
    };
    Ok(iter::once(Ok(header)).chain(iter::from_fn(rows)))
}

fn open<R: ChunkReader + 'static>(
    table: &Table,
    parquet: R,
) -> Result<ParquetRecordBatchReader, String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(parquet);
    let builder = builder.map_err(|error| error.to_string())?;
    if builder.schema().fields() != arrow_schema(table).fields() {
        return Err(format!("the columns are not those of the table `{}`", table.name));
    }
    builder.with_batch_size(BATCH_ROWS).build().map_err(|error| error.to_string())
}

/// What `read` gives; an error where the reader of the format panics, as on some damaged files.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the file is damaged".to_owned()))
}

/// The whole CSV file of `csv_chunks`.
#[cfg(test)]
pub(crate) fn csv_of_parquet(table: &Table, parquet: Vec<u8>) -> Result<Vec<u8>, String> {
    let chunks = csv_chunks(table, bytes::Bytes::from(parquet))?;
    chunks
        .map(|chunk| chunk.map(|chunk| chunk.csv))
        .collect::<Result<Vec<_>, _>>()
        .map(|c| c.concat())
}
