//! The published Parquet files as polars frames.
//!
//! arrow reads Parquet and hands the columns over as an IPC stream, so that polars needs none of
//! its own readers, which would bring an HTTP stack along.

use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use anyhow::Context as _;
use arrow::ipc::writer::StreamWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use polars::prelude::{DataFrame, IntoLazy as _, IpcStreamReader, SerReader as _};
use polars::sql::SQLContext;

const TABLES: [&str; 6] = ["articles", "blocks", "sentences", "dates", "money", "rejects"];

/// The published tables, by name.
pub struct Tables {
    frames: Vec<(&'static str, DataFrame)>,
}

impl Tables {
    /// Reads the tables of `folder`.
    ///
    /// # Errors
    /// Where one is missing or is no Parquet file.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let frame = |name: &'static str| Ok((name, read(&folder.join(format!("{name}.parquet")))?));
        let frames: anyhow::Result<Vec<_>> = TABLES.into_iter().map(frame).collect();
        let hint = || format!("no published tables in {}; run `make all` first", folder.display());
        Ok(Self { frames: frames.with_context(hint)? })
    }

    /// The answer to a question in SQL.
    ///
    /// # Errors
    /// What polars says is wrong with the question.
    pub fn ask(&self, sql: &str) -> anyhow::Result<DataFrame> {
        let mut context = SQLContext::new();
        for (name, frame) in &self.frames {
            context.register(name, frame.clone().lazy());
        }
        Ok(context.execute(sql)?.collect()?)
    }
}

fn read(path: &Path) -> anyhow::Result<DataFrame> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let schema = builder.schema().clone();
    let mut stream = StreamWriter::try_new(Vec::new(), &schema)?;
    for batch in builder.build()? {
        stream.write(&batch?)?;
    }
    stream.finish()?;
    let bytes = stream.into_inner()?;
    Ok(IpcStreamReader::new(Cursor::new(bytes)).finish()?)
}
