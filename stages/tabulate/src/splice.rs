//! Segments to one row group: the pages of each column one after the other, as they are.
//!
//! Invariant: what the footer says of the whole follows from what it said of the parts; bounds that
//! one part does not know the whole does not state.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::Write;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
    RowGroupMetaData,
};
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::SchemaDescPtr;

/// Appends the rows of `segments`, each a Parquet file of one row group or none and of columns as
/// in `schema`, as one row group.
///
/// # Errors
/// Where a segment is no such file, has other columns, or the writer cannot write.
pub(crate) fn splice<W: Write + Send>(
    segments: Vec<Bytes>,
    schema: &SchemaDescPtr,
    writer: &mut SerializedFileWriter<W>,
) -> Result<(), ParquetError> {
    // What is the same for all segments is not decoded for each.
    let options = ParquetMetaDataOptions::new()
        .with_schema(schema.clone())
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let mut parts: Vec<(Bytes, RowGroupMetaData)> = Vec::with_capacity(segments.len());
    for segment in segments {
        let reader = ParquetMetaDataReader::new().with_metadata_options(Some(options.clone()));
        let row_groups = reader.parse_and_finish(&segment)?.into_builder().take_row_groups();
        parts.extend(row_groups.into_iter().next().map(|part| (segment, part)));
    }
    let Some((_, first)) = parts.first() else { return Ok(()) };
    let rows: i64 = parts.iter().map(|(_, part)| part.num_rows()).sum();
    let mut spliced = writer.next_row_group()?;
    for index in 0..first.num_columns() {
        let mut pages = Vec::new();
        let mut chunks = Vec::with_capacity(parts.len());
        for (segment, part) in &parts {
            let chunk = part.columns().get(index).ok_or_else(other_columns)?;
            let (start, length) = chunk.byte_range();
            let range = usize::try_from(start).ok().zip(usize::try_from(start + length).ok());
            let bytes = range.and_then(|(start, end)| segment.get(start..end));
            pages.extend_from_slice(bytes.ok_or_else(other_columns)?);
            chunks.push(chunk);
        }
        let close = ColumnCloseResult {
            bytes_written: pages.len() as u64,
            rows_written: u64::try_from(rows).unwrap_or_default(),
            metadata: chunk_of(&chunks)?,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        spliced.append_column(&Bytes::from(pages), close)?;
    }
    spliced.close()?;
    Ok(())
}

fn other_columns() -> ParquetError {
    ParquetError::General("the segments of a row group are not of one table".to_owned())
}

/// What the footer says of a column chunk whose pages are those of `chunks`, at least one.
fn chunk_of(chunks: &[&ColumnChunkMetaData]) -> Result<ColumnChunkMetaData, ParquetError> {
    let sum = |get: fn(&ColumnChunkMetaData) -> i64| chunks.iter().map(|chunk| get(chunk)).sum();
    let first = chunks[0];
    let encodings = chunks.iter().flat_map(|chunk| chunk.encodings());
    let encodings: Vec<Encoding> = encodings.collect::<BTreeSet<_>>().into_iter().collect();
    let builder = ColumnChunkMetaData::builder(first.column_descr_ptr())
        .set_compression(first.compression())
        .set_encodings(encodings)
        .set_num_values(sum(ColumnChunkMetaData::num_values))
        .set_total_compressed_size(sum(ColumnChunkMetaData::compressed_size))
        .set_total_uncompressed_size(sum(ColumnChunkMetaData::uncompressed_size))
        .set_data_page_offset(0);
    let statistics: Option<Vec<&Statistics>> =
        chunks.iter().map(|chunk| chunk.statistics()).collect();
    match statistics.and_then(|statistics| merged(chunks, &statistics)) {
        Some(statistics) => builder.set_statistics(statistics).build(),
        None => builder.build(),
    }
}

/// The statistics of all rows; none where those of the parts are of several types.
fn merged(chunks: &[&ColumnChunkMetaData], parts: &[&Statistics]) -> Option<Statistics> {
    macro_rules! merge {
        ($variant:ident, $type:ty, $compare:expr) => {{
            let typed = parts.iter().map(|part| match part {
                Statistics::$variant(part) => Some(part),
                _ => None,
            });
            let typed: Option<Vec<_>> = typed.collect();
            Some(merge::<$type>(chunks, &typed?, $compare))
        }};
    }
    match parts.first()? {
        Statistics::Boolean(_) => merge!(Boolean, BoolType, bool::cmp),
        Statistics::Int32(_) => merge!(Int32, Int32Type, i32::cmp),
        Statistics::Int64(_) => merge!(Int64, Int64Type, i64::cmp),
        Statistics::Double(_) => merge!(Double, DoubleType, f64::total_cmp),
        Statistics::ByteArray(_) => {
            merge!(ByteArray, ByteArrayType, |a, b| a.data().cmp(b.data()))
        }
        Statistics::FixedLenByteArray(_) => {
            merge!(FixedLenByteArray, FixedLenByteArrayType, |a, b| signed(a).cmp(&signed(b)))
        }
        Statistics::Int96(_) | Statistics::Float(_) => None,
    }
}

fn merge<D: DataType>(
    chunks: &[&ColumnChunkMetaData],
    parts: &[&ValueStatistics<D::T>],
    compare: fn(&D::T, &D::T) -> Ordering,
) -> Statistics {
    let nulls = parts.iter().map(|part| part.null_count_opt()).sum();
    // A part of nulls alone has no bounds and needs none.
    let bounded = || {
        let parts = parts.iter().zip(chunks).filter(|(part, chunk)| {
            let nulls = part.null_count_opt().and_then(|count| i64::try_from(count).ok());
            nulls != Some(chunk.num_values())
        });
        parts.map(|(part, _)| part)
    };
    let is_known = bounded().all(|part| part.min_opt().is_some() && part.max_opt().is_some());
    let min = bounded().filter_map(|part| Some((part.min_opt()?, part.min_is_exact())));
    let max = bounded().filter_map(|part| Some((part.max_opt()?, part.max_is_exact())));
    let min = min.min_by(|a, b| compare(a.0, b.0)).filter(|_| is_known);
    let max = max.max_by(|a, b| compare(a.0, b.0)).filter(|_| is_known);
    let value = |bound: Option<(&D::T, bool)>| bound.map(|(value, _)| value.clone());
    let is_exact = |bound: Option<(&D::T, bool)>| bound.is_some_and(|(_, is_exact)| is_exact);
    ValueStatistics::new(value(min), value(max), None, nulls, false)
        .with_min_is_exact(is_exact(min))
        .with_max_is_exact(is_exact(max))
        .with_backwards_compatible_min_max(
            parts.iter().all(|part| part.is_min_max_backwards_compatible()),
        )
        .into()
}

/// The number of a decimal: big-endian, in two's complement.
fn signed(decimal: &FixedLenByteArray) -> i128 {
    let bytes = decimal.data();
    let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::file::properties::WriterProperties;
    use parquet::file::reader::FileReader as _;
    use parquet::file::serialized_reader::SerializedFileReader;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    const SCHEMA: &str = "message rows { optional int64 number; optional binary words (UTF8);
        optional fixed_len_byte_array(2) amount (DECIMAL(4, 0)); }";

    type Row = (Option<i64>, Option<&'static str>, Option<i16>);

    fn writer(out: &mut Vec<u8>) -> SerializedFileWriter<&mut Vec<u8>> {
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
        SerializedFileWriter::new(out, schema, Arc::new(properties)).unwrap()
    }

    fn encoded(rows: &[Row]) -> Bytes {
        fn write<D: DataType>(
            group: &mut parquet::file::writer::SerializedRowGroupWriter<&mut Vec<u8>>,
            cells: &[Option<D::T>],
        ) {
            let values: Vec<D::T> = cells.iter().flatten().cloned().collect();
            let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<D>().write_batch(&values, Some(&levels), None).unwrap();
            column.close().unwrap();
        }
        let mut out = Vec::new();
        let mut file = writer(&mut out);
        let mut group = file.next_row_group().unwrap();
        let numbers: Vec<_> = rows.iter().map(|row| row.0).collect();
        write::<Int64Type>(&mut group, &numbers);
        let words: Vec<_> = rows.iter().map(|row| row.1.map(Into::into)).collect();
        write::<ByteArrayType>(&mut group, &words);
        let amount = |number: i16| FixedLenByteArray::from(number.to_be_bytes().to_vec());
        let amounts: Vec<_> = rows.iter().map(|row| row.2.map(amount)).collect();
        write::<FixedLenByteArrayType>(&mut group, &amounts);
        group.close().unwrap();
        file.close().unwrap();
        out.into()
    }

    #[test]
    fn the_footer_of_the_whole_says_what_that_of_all_rows_in_one_would() {
        let parts: [&[Row]; 4] = [
            &[(Some(3), Some("b"), Some(-2)), (None, None, None)],
            &[(None, Some("é"), Some(7))],
            &[(Some(-9), None, None), (Some(-8), None, Some(-300))],
            &[(None, None, None)],
        ];
        let mut out = Vec::new();
        let mut file = writer(&mut out);
        let schema = Arc::new(file.schema_descr().clone());
        splice(parts.iter().map(|rows| encoded(rows)).collect(), &schema, &mut file).unwrap();
        splice(vec![], &schema, &mut file).unwrap();
        file.close().unwrap();
        let footer = |file: Bytes| {
            let reader = SerializedFileReader::new(file).unwrap();
            reader.metadata().row_groups().to_vec()
        };
        let (spliced, at_once) = (footer(out.into()), footer(encoded(&parts.concat())));
        assert_eq!((spliced.len(), spliced[0].num_rows()), (1, 6));
        for (spliced, at_once) in spliced[0].columns().iter().zip(at_once[0].columns()) {
            assert_eq!(spliced.statistics(), at_once.statistics());
            assert_eq!(spliced.num_values(), at_once.num_values());
            assert_eq!(spliced.encodings_mask(), at_once.encodings_mask());
        }
    }

    #[test]
    fn bounds_that_a_part_does_not_know_are_not_stated() {
        let whole = |properties: WriterProperties| {
            let mut out = Vec::new();
            let schema =
                Arc::new(parse_message_type("message rows { required int64 n; }").unwrap());
            let mut file =
                SerializedFileWriter::new(&mut out, schema, Arc::new(properties)).unwrap();
            let mut group = file.next_row_group().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<Int64Type>().write_batch(&[5], None, None).unwrap();
            column.close().unwrap();
            group.close().unwrap();
            file.close().unwrap();
            let reader = SerializedFileReader::new(Bytes::from(out)).unwrap();
            reader.metadata().row_group(0).column(0).clone()
        };
        let known = whole(WriterProperties::builder().build());
        let unknown = whole(
            WriterProperties::builder()
                .set_statistics_enabled(parquet::file::properties::EnabledStatistics::None)
                .build(),
        );
        assert!(chunk_of(&[&known, &known]).unwrap().statistics().is_some());
        assert!(chunk_of(&[&known, &unknown]).unwrap().statistics().is_none());
    }
}
