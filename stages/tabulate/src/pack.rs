//! Pages as they were encoded to pages as they are published: compressed, each by itself.
//!
//! The crate makes two contexts of zstd for every column of every row group, which costs more than to
//! compress the pages of a segment; here a thread keeps one. Invariant: the bytes are those that the
//! crate would have written with zstd of this level.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::page::{CompressedPage, Page, PageReader as _, PageWriter as _};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::{SerializedFileReader, SerializedPageReader};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use zstd::bulk::Compressor;

pub(crate) const ZSTD_LEVEL: i32 = 3;

thread_local! {
    static COMPRESSOR: RefCell<Compressor<'static>> =
        RefCell::new(Compressor::new(ZSTD_LEVEL).expect("the level is one zstd has"));
}

/// Appends the row group of `plain`, a Parquet file of one at most that is not compressed, as one of
/// `compression`, which is zstd.
///
/// # Errors
/// Where `plain` is no such file.
pub(crate) fn pack(
    plain: Bytes,
    compression: Compression,
    writer: &mut SerializedFileWriter<&mut Vec<u8>>,
) -> Result<(), ParquetError> {
    let reader = SerializedFileReader::new(plain.clone())?;
    let Some(group) = reader.metadata().row_groups().first() else { return Ok(()) };
    let rows = usize::try_from(group.num_rows())?;
    let plain = Arc::new(plain);
    let mut packed = writer.next_row_group()?;
    for chunk in group.columns() {
        let pages = SerializedPageReader::new(plain.clone(), chunk, rows, None)?;
        let (bytes, chunk) = pack_chunk(pages, chunk, compression)?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows as u64,
            metadata: chunk,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        packed.append_column(&bytes, close)?;
    }
    packed.close()?;
    Ok(())
}

/// The pages of a column chunk, packed, and what the footer says of them.
fn pack_chunk(
    mut pages: SerializedPageReader<Bytes>,
    chunk: &ColumnChunkMetaData,
    compression: Compression,
) -> Result<(Bytes, ColumnChunkMetaData), ParquetError> {
    let mut out = TrackedWrite::new(Vec::new());
    let mut writer = SerializedPageWriter::new(&mut out);
    let mut plain_bytes = 0;
    while let Some(page) = pages.get_next_page()? {
        plain_bytes += i64::try_from(writer.write_page(pack_page(page)?)?.uncompressed_size)?;
    }
    let bytes = Bytes::from(out.into_inner()?);
    let chunk = chunk
        .clone()
        .into_builder()
        .set_compression(compression)
        .set_total_compressed_size(i64::try_from(bytes.len())?)
        .set_total_uncompressed_size(plain_bytes)
        .set_data_page_offset(0)
        .build()?;
    Ok((bytes, chunk))
}

fn pack_page(mut page: Page) -> Result<CompressedPage, ParquetError> {
    let Page::DataPage { buf, .. } = &mut page else {
        return Err(ParquetError::General("a page that is none of data".to_owned()));
    };
    let plain_bytes = buf.len();
    let packed: io::Result<Vec<u8>> =
        COMPRESSOR.with_borrow_mut(|compressor| compressor.compress(buf));
    *buf = packed?.into();
    Ok(CompressedPage::new(page, plain_bytes))
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
    use parquet::basic::ZstdLevel;
    use parquet::file::properties::WriterProperties;

    use super::*;

    #[test]
    fn the_bytes_are_those_that_the_crate_would_have_written() {
        let zstd = Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).unwrap());
        let words: Vec<Option<String>> =
            (0..30_000).map(|n| (n % 7 > 0).then(|| format!("mot {}", n * n % 1009))).collect();
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("n", Arc::new(Int64Array::from_iter_values(0..30_000)) as ArrayRef, false),
            ("word", Arc::new(StringArray::from(words)), true),
        ])
        .unwrap();
        let properties = |compression| {
            let builder = WriterProperties::builder().set_compression(compression);
            builder.set_dictionary_enabled(false).set_offset_index_disabled(true).build()
        };
        let written = |compression, batch: &RecordBatch| {
            let mut out = Vec::new();
            let options = parquet::arrow::arrow_writer::ArrowWriterOptions::new()
                .with_properties(properties(compression))
                .with_skip_arrow_metadata(true);
            let mut writer =
                ArrowWriter::try_new_with_options(&mut out, batch.schema(), options).unwrap();
            writer.write(batch).unwrap();
            writer.close().unwrap();
            out
        };
        let mut packed = Vec::new();
        let schema = ArrowSchemaConverter::new().convert(&batch.schema()).unwrap();
        let mut writer = SerializedFileWriter::new(
            &mut packed,
            schema.root_schema_ptr(),
            Arc::new(properties(zstd)),
        )
        .unwrap();
        let plain = written(Compression::UNCOMPRESSED, &batch);
        pack(plain.clone().into(), zstd, &mut writer).unwrap();
        writer.close().unwrap();
        let expected = written(zstd, &batch);
        let pages = |file: &[u8]| {
            let reader = SerializedFileReader::new(Bytes::copy_from_slice(file)).unwrap();
            let columns = reader.metadata().row_group(0).columns().to_vec();
            let spans = columns.iter().map(ColumnChunkMetaData::byte_range);
            let span = |(start, length)| file[start as usize..(start + length) as usize].to_vec();
            let sizes = columns.iter().map(|column| column.uncompressed_size()).collect::<Vec<_>>();
            (spans.map(span).collect::<Vec<_>>(), sizes)
        };
        assert!(packed.len() < plain.len());
        assert_eq!(pages(&packed), pages(&expected));
    }
}
