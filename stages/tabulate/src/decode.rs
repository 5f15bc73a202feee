//! Published bytes back to rows, for checking them.
//!
//! Invariant: bytes that are not as this package writes them are an error, never a panic.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::column::{Cells, Kind, Table};
use crate::encode::{arrow_schema, csv_header, csv_records};

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
        let batch = batch.map_err(|error| error.to_string())?;
        csv.extend(csv_records(&cells_of(table, &batch)));
    }
    Ok(csv)
}

fn cells_of(table: &Table, batch: &RecordBatch) -> Vec<Cells> {
    let cells = |(index, field): (usize, &crate::column::Field)| {
        let array = batch.column(index);
        match field.kind {
            Kind::Text => {
                let texts = array.as_string::<i32>().iter();
                Cells::Text(texts.map(|text| text.map(str::to_owned)).collect())
            }
            Kind::Int32 => Cells::Int32(array.as_primitive::<Int32Type>().iter().collect()),
            Kind::Int64 => Cells::Int64(array.as_primitive::<Int64Type>().iter().collect()),
            Kind::Boolean => Cells::Boolean(array.as_boolean().iter().collect()),
            Kind::Date => Cells::Date(array.as_primitive::<Date32Type>().iter().collect()),
            Kind::Decimal => {
                Cells::Decimal(array.as_primitive::<Decimal128Type>().iter().collect())
            }
            Kind::Float64 => Cells::Float64(array.as_primitive::<Float64Type>().iter().collect()),
        }
    };
    table.fields.iter().enumerate().map(cells).collect()
}
