//! Published bytes back to rows, for checking them.
//!
//! Invariant: bytes that are not as this package writes them are an error, never a panic.

use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::column::Table;
use crate::encode::arrow_schema;
use crate::records::{csv_header, csv_records};

/// The CSV file with the rows of a Parquet file of `table`.
///
/// # Errors
/// In words, where the bytes are no Parquet file with this table's schema.
pub fn csv_of_parquet(table: &Table, parquet: Vec<u8>) -> Result<Vec<u8>, String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(parquet))
        .map_err(|error| error.to_string())?;
    if builder.schema().fields() != arrow_schema(table).fields() {
        return Err(format!("the schema is {:?}", builder.schema()));
    }
    let mut csv = csv_header(table);
    for batch in builder.build().map_err(|error| error.to_string())? {
        csv.extend(csv_records(table, &batch.map_err(|error| error.to_string())?));
    }
    Ok(csv)
}
