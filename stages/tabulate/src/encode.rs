//! Rows to bytes: a segment of articles to one Parquet row group and one CSV chunk a table, and
//! segments to whole files.
//!
//! Invariant: the bytes depend on the rows alone. Each row group is written from one batch,
//! because batch boundaries move page boundaries; `created_by` is fixed; no time is written.
//! Invariant: a segment's row group stands in the assembled file byte for byte as it was encoded.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter, arrow_writer::ArrowWriterOptions};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::column::{Field, Kind, Table};
use crate::records::csv_records;

/// Names the writer in the Parquet footer; the default would name the crate's version.
const CREATED_BY: &str = "newsloom";
const ZSTD_LEVEL: i32 = 3;

/// One table's rows of a run of articles, encoded.
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
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "newsloom.table".to_owned(),
            table.name.to_owned(),
        )]));
    for field in &table.fields {
        let column = || ColumnPath::from(field.name);
        // Numbers grow from row to row and spans never come again: a dictionary is longer.
        if matches!(field.kind, Kind::Int32 | Kind::Int64) {
            properties = properties
                .set_column_dictionary_enabled(column(), false)
                .set_column_encoding(column(), Encoding::DELTA_BINARY_PACKED);
        } else if field.name == "spans" {
            properties = properties.set_column_dictionary_enabled(column(), false);
        }
    }
    properties.build()
}

/// Writes the Parquet file of `table` whose row groups are those of `segments`.
///
/// # Errors
/// That of the first segment that could not be had; where a segment is no Parquet file of this
/// table; where `out` cannot be written.
pub fn assemble_parquet<W: Write + Send>(
    table: &Table,
    segments: impl IntoIterator<Item = io::Result<Bytes>>,
    mut out: W,
) -> io::Result<W> {
    let schema = ArrowSchemaConverter::new().convert(&arrow_schema(table)).map_err(io_error)?;
    let properties = Arc::new(properties(table));
    let mut writer = SerializedFileWriter::new(&mut out, schema.root_schema_ptr(), properties)
        .map_err(io_error)?;
    for segment in segments {
        splice(&segment?, &mut writer).map_err(io_error)?;
    }
    writer.close().map_err(io_error)?;
    Ok(out)
}

/// Appends the row groups of one Parquet file as they are.
fn splice<W: Write + Send>(
    segment: &Bytes,
    writer: &mut SerializedFileWriter<W>,
) -> Result<(), ParquetError> {
    let reader = SerializedFileReader::new(segment.clone())?;
    for row_group in reader.metadata().row_groups() {
        let mut spliced = writer.next_row_group()?;
        for column in row_group.columns() {
            let close = ColumnCloseResult {
                bytes_written: u64::try_from(column.compressed_size()).unwrap_or_default(),
                rows_written: u64::try_from(row_group.num_rows()).unwrap_or_default(),
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            spliced.append_column(segment, close)?;
        }
        spliced.close()?;
    }
    Ok(())
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
