//! Rows to bytes: a segment of articles to Parquet pages and one CSV chunk a table, and segments to
//! whole files.
//!
//! Invariant: the bytes depend on the rows alone. Each segment is written from one batch, because
//! batch boundaries move page boundaries; `created_by` is fixed; no time is written.
//! Invariant: no column has a dictionary, which all pages of a row group would share: so a segment's
//! pages can stand in a row group with those of others, byte for byte as they were encoded.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter, arrow_writer::ArrowWriterOptions};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, SchemaDescPtr, SchemaDescriptor};

use crate::column::{Field, Kind, Table};
use crate::list::tables;
use crate::pack::{ZSTD_LEVEL, pack};
use crate::records::csv_records;
use crate::splice::splice;

/// Names the writer in the Parquet footer; the default would name the crate's version.
const CREATED_BY: &str = "newsloom";

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

/// What all Parquet files of a table have in common; it takes longer to make than some rows.
struct Form {
    arrow: SchemaRef,
    parquet: SchemaDescPtr,
    /// Of the file in memory whose pages are still to be packed.
    plain: WriterProperties,
    packed: Arc<WriterProperties>,
}

static FORMS: LazyLock<BTreeMap<&str, Form>> =
    LazyLock::new(|| tables().iter().map(|table| (table.name, Form::of(table))).collect());

impl Form {
    fn of(table: &Table) -> Self {
        let arrow = arrow_schema(table);
        let parquet = ArrowSchemaConverter::new().convert(&arrow);
        Self {
            parquet: Arc::new(parquet.expect("the schema has types that Parquet takes")),
            plain: properties(table, Compression::UNCOMPRESSED),
            packed: Arc::new(properties(table, compression())),
            arrow,
        }
    }

    /// A writer of packed row groups.
    fn writer<W: Write + Send>(&self, out: W) -> Result<SerializedFileWriter<W>, ParquetError> {
        SerializedFileWriter::new(out, self.parquet.root_schema_ptr(), self.packed.clone())
    }
}

/// Encodes the columns of one segment of `table`.
pub(crate) fn encode_columns(table: &Table, columns: Vec<ArrayRef>) -> Encoded {
    let form = &FORMS[table.name];
    let batch = RecordBatch::try_new(form.arrow.clone(), columns)
        .expect("columns have the types of their definition and one length");
    let csv = csv_records(table, &batch);
    let parquet = parquet_of(form, &batch).expect("writing to memory does not fail");
    Encoded { parquet, csv, row_count: batch.num_rows() as u64 }
}

/// A Parquet file of one row group, of none where there are no rows.
fn parquet_of(form: &Form, batch: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let mut packed = Vec::new();
    let mut writer = form.writer(&mut packed)?;
    if batch.num_rows() > 0 {
        let options = ArrowWriterOptions::new()
            .with_properties(form.plain.clone())
            .with_parquet_schema(SchemaDescriptor::clone(&form.parquet))
            .with_skip_arrow_metadata(true);
        let mut plain = Vec::new();
        let mut plain_writer =
            ArrowWriter::try_new_with_options(&mut plain, form.arrow.clone(), options)?;
        plain_writer.write(batch)?;
        plain_writer.close()?;
        pack(plain.into(), compression(), &mut writer)?;
    }
    writer.close()?;
    Ok(packed)
}

fn compression() -> Compression {
    Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).expect("a level zstd has"))
}

fn properties(table: &Table, compression: Compression) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(compression)
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
    let form = &FORMS[table.name];
    let mut writer = form.writer(&mut out).map_err(io_error)?;
    for segments in row_groups {
        splice(segments?, &form.parquet, &mut writer).map_err(io_error)?;
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
