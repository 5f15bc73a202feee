//! An answer as a table for people, or as CSV, JSON lines or Parquet for programs.

use std::io::Cursor;

use arrow::ipc::reader::StreamReader;
use clap::ValueEnum;
use parquet::arrow::ArrowWriter;
use polars::prelude::{CompatLevel, DataFrame, IpcStreamWriter, SerWriter as _};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Json,
    Parquet,
}

/// The bytes of `frame` in `format`.
///
/// # Errors
/// Where a column has a type the format cannot hold.
pub fn write(mut frame: DataFrame, format: Format) -> anyhow::Result<Vec<u8>> {
    if format == Format::Table {
        return Ok(format!("{frame}\n").into_bytes());
    }
    let mut stream = Vec::new();
    IpcStreamWriter::new(&mut stream)
        .with_compat_level(CompatLevel::oldest())
        .finish(&mut frame)?;
    let reader = StreamReader::try_new(Cursor::new(stream), None)?;
    let schema = reader.schema();
    let mut out = Vec::new();
    match format {
        Format::Csv => {
            let mut writer = arrow::csv::Writer::new(&mut out);
            for batch in reader {
                writer.write(&batch?)?;
            }
        }
        Format::Json => {
            let mut writer = arrow::json::LineDelimitedWriter::new(&mut out);
            for batch in reader {
                writer.write(&batch?)?;
            }
            writer.finish()?;
        }
        Format::Parquet => {
            let mut writer = ArrowWriter::try_new(&mut out, schema, None)?;
            for batch in reader {
                writer.write(&batch?)?;
            }
            writer.close()?;
        }
        Format::Table => unreachable!("a table was written above"),
    }
    Ok(out)
}
