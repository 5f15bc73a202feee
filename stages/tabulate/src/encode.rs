//! Rows to bytes: a segment of articles to Parquet pages and one CSV chunk a table, and segments to
//! whole files.
//!
//! Invariant: the bytes depend on the rows alone. Each segment is written from one batch, because
//! batch boundaries move page boundaries; `created_by` is fixed; no time is written.
//! Invariant: no column has a dictionary, which all pages of a row group would share: so a segment's
//! pages can stand in a row group with those of others, byte for byte as they were encoded.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter, arrow_writer::ArrowWriterOptions};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::column::{Field, Kind, Table};
use crate::records::csv_records;
use crate::splice::splice;

/// Names the writer in the Parquet footer; the default would name the crate's version.
const CREATED_BY: &str = "newsloom";
const ZSTD_LEVEL: i32 = 3;

/// One table's rows of a segment, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// A Parquet file of one row group; of none where there are no rows.
    pub parquet: Vec<u8>,
    /// CSV records without the header.
    pub csv: Vec<u8>,
    pub row_count: u64,
}

/// The Arrow schema of a table.
pub fn arrow_schema(table: &Table) -> SchemaRef {
    let field = |field: &Field| ArrowField::new(field.name, field.kind.arrow(), field.nullable);
    Arc::new(Schema::new(table.fields.iter().map(field).collect::<Vec<_>>()))
}

/// Encodes the columns of one segment of `table`.
pub(crate) fn encode_columns(table: &Table, columns: Vec<ArrayRef>) -> Encoded {
    let schema = arrow_schema(table);
    let batch = RecordBatch::try_new(schema.clone(), columns)
        .expect("columns have the types of their definition and one length");
    let csv = csv_records(table, &batch);
    let options =
        ArrowWriterOptions::new().with_properties(properties(table)).with_skip_arrow_metadata(true);
    let mut parquet = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut parquet, schema, options)
        .expect("the schema has types that Parquet takes");
    if batch.num_rows() > 0 {
        writer.write(&batch).expect("writing to memory does not fail");
    }
    writer.close().expect("writing to memory does not fail");
    Encoded { parquet, csv, row_count: batch.num_rows() as u64 }
}

fn properties(table: &Table) -> WriterProperties {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("a level zstd has");
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_created_by(CREATED_BY.to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(None)
        .set_dictionary_enabled(false)
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "newsloom.table".to_owned(),
            table.name.to_owned(),
        )]));
    for field in &table.fields {
        let encoding = match field.kind {
            // Numbers grow from row to row.
            Kind::Int32 | Kind::Int64 => Encoding::DELTA_BINARY_PACKED,
            // What names the article is the same in many rows.
            Kind::Text if field.name.ends_with("_id") => Encoding::DELTA_BYTE_ARRAY,
            _ => continue,
        };
        properties = properties.set_column_encoding(ColumnPath::from(field.name), encoding);
    }
    properties.build()
}

/// Writes the Parquet file of `table`, each row group of which is that of some segments in order.
///
/// # Errors
/// That of the first row group whose segments could not be had; where a segment is no Parquet file
/// of this table; where `out` cannot be written.
pub fn assemble_parquet<W: Write + Send>(
    table: &Table,
    row_groups: impl IntoIterator<Item = io::Result<Vec<Bytes>>>,
    mut out: W,
) -> io::Result<W> {
    let schema = ArrowSchemaConverter::new().convert(&arrow_schema(table)).map_err(io_error)?;
    let properties = Arc::new(properties(table));
    let mut writer = SerializedFileWriter::new(&mut out, schema.root_schema_ptr(), properties)
        .map_err(io_error)?;
    for segments in row_groups {
        splice(segments?, &mut writer).map_err(io_error)?;
    }
    writer.close().map_err(io_error)?;
    Ok(out)
}

/// The I/O error within a Parquet error, or one that wraps it.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => {
            cause.downcast().map_or_else(io::Error::other, |error| *error)
        }
        error => io::Error::other(error),
    }
}
