//! Parquet: one row a record, its members in columns.
//!
//! Invariant: a few rows are held at a time, and of the columns only those that are read.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{Array, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression as Codec;

use super::member::{Member, Members, NAMES, place_of};
use super::stream::damaged;
use super::{Fault, Record};

/// Rows that are held at a time.
const BATCH_ROWS: usize = 16;
const DESCRIPTION: &str = "the description of the columns";

/// The records of a Parquet file.
pub fn read(file: File, article_bytes_max: u64) -> impl Iterator<Item = Record> + Send {
    let (rows, fault) = match guarded(DESCRIPTION, || Rows::open(file)) {
        Ok(rows) => (Some(rows), None),
        Err(fault) => (None, Some(fault)),
    };
    let fault = fault.map(|fault| Record { number: 1, content: Err(fault) });
    Records { rows, number: 0, article_bytes_max }.chain(fault)
}

struct Records {
    /// None once they have ended.
    rows: Option<Rows>,
    number: u64,
    article_bytes_max: u64,
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let rows = self.rows.as_mut()?;
        let place = &format!("row {}", self.number + 1);
        let content = match guarded(place, || rows.next(place)) {
            Ok(Some(Ok(members))) => members.article(place, self.article_bytes_max),
            Ok(Some(Err(why))) => Err(malformed(format!("{place}: {why}"))),
            Ok(None) => {
                self.rows = None;
                return None;
            }
            Err(fault) => {
                self.rows = None;
                Err(fault)
            }
        };
        self.number += 1;
        Some(Record { number: self.number, content })
    }
}

struct Rows {
    batches: ParquetRecordBatchReader,
    /// The rows that are held; the next of them.
    batch: Option<RecordBatch>,
    row: usize,
    /// Place in `NAMES` of each column that is read, in order of the file.
    places: Vec<usize>,
}

impl Rows {
    fn open(file: File) -> Result<Self, Fault> {
        // Without what arrow has added, a column's type is that of the Parquet schema alone.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let described = ArrowReaderMetadata::load(&file, options)
            .map_err(|error| damaged(DESCRIPTION, &error))?;
        let mut fields = described.schema().fields().to_vec();
        let mut roots = Vec::new();
        let mut places = Vec::new();
        for (root, field) in fields.iter_mut().enumerate() {
            let Some(place) = place_of(field.name()) else { continue };
            let read_as = read_as(NAMES[place].1, field.data_type()).ok_or_else(|| {
                let found = field.data_type();
                malformed(format!("the column `{}` holds {found}, not text", field.name()))
            })?;
            *field = Arc::new(field.as_ref().clone().with_data_type(read_as));
            roots.push(root);
            places.push(place);
        }
        let is_content = |place: &usize| matches!(NAMES[*place].1, Member::Text | Member::Html);
        if !places.iter().any(is_content) {
            return Err(malformed("the file has neither a column `text` nor `html`".to_owned()));
        }
        refuse_unknown_codecs(&described, &roots)?;
        let metadata = Arc::clone(described.metadata());
        let mask = ProjectionMask::roots(metadata.file_metadata().schema_descr(), roots);
        let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
        let typed = ArrowReaderMetadata::try_new(metadata, options)
            .map_err(|error| damaged(DESCRIPTION, &error))?;
        let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file, typed)
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| damaged(DESCRIPTION, &error))?;
        Ok(Self { batches, batch: None, row: 0, places })
    }

    /// The next row, or why it has no members; an error where nothing more can be read.
    fn next(&mut self, place: &str) -> Result<Option<Result<Members, String>>, Fault> {
        loop {
            if let Some(batch) = self.batch.as_ref().filter(|batch| self.row < batch.num_rows()) {
                self.row += 1;
                return Ok(Some(members(batch, &self.places, self.row - 1)));
            }
            match self.batches.next() {
                Some(batch) => {
                    self.batch = Some(batch.map_err(|error| damaged(place, &error))?);
                }
                None => return Ok(None),
            }
            self.row = 0;
        }
    }
}

/// The type that a column of type `found` is read as; none where it cannot be this member.
fn read_as(member: Member, found: &DataType) -> Option<DataType> {
    match (member, found) {
        // Many rows of one long text then share its memory.
        (_, DataType::Utf8 | DataType::Binary) => Some(DataType::Utf8View),
        (Member::Id, number) if number.is_integer() => Some(number.clone()),
        (Member::Date, DataType::Date32) => Some(DataType::Date32),
        // Of a time zone the file tells no more than that the time is UTC.
        (Member::Date, DataType::Timestamp(unit, zone)) => {
            Some(DataType::Timestamp(*unit, zone.is_some().then(|| "+00:00".into())))
        }
        _ => None,
    }
}

/// A column packed by a codec that is not built in says so when its first page is read, which is
/// too late to tell it from damage.
fn refuse_unknown_codecs(described: &ArrowReaderMetadata, roots: &[usize]) -> Result<(), Fault> {
    let schema = described.metadata().file_metadata().schema_descr();
    for group in described.metadata().row_groups() {
        for (leaf, column) in group.columns().iter().enumerate() {
            let codec = match column.compression() {
                Codec::BROTLI(_) => "brotli",
                Codec::LZO => "lzo",
                _ => continue,
            };
            if roots.contains(&schema.get_column_root_idx(leaf)) {
                let name = column.column_path().string();
                let detail = format!(
                    "the column `{name}` is packed with {codec}; write the file with zstd, \
                     snappy, gzip or lz4"
                );
                return Err(Fault { code: "unsupported", detail });
            }
        }
    }
    Ok(())
}

fn members(batch: &RecordBatch, places: &[usize], row: usize) -> Result<Members, String> {
    let mut members = Members::default();
    for (column, place) in batch.columns().iter().zip(places) {
        let value = (!column.is_null(row)).then(|| cell(column, row)).transpose();
        let value = value.map_err(|why| format!("`{}`: {why}", NAMES[*place].0))?;
        members.set(*place, value);
    }
    Ok(members)
}

/// A cell as text; of dates and times, their ISO form.
fn cell(column: &dyn Array, row: usize) -> Result<String, String> {
    if let Some(texts) = column.as_string_view_opt() {
        return Ok(texts.value(row).to_owned());
    }
    let options = FormatOptions::new().with_display_error(false);
    let format = ArrayFormatter::try_new(column, &options).map_err(|error| error.to_string())?;
    format.value(row).try_to_string().map_err(|error| error.to_string())
}

/// What `read` gives; where the reader of the format panics, as on some damaged files, a fault.
fn guarded<T>(place: &str, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(damaged(place, &said.unwrap_or("its reader failed")))
    })
}

fn malformed(detail: String) -> Fault {
    Fault { code: "malformed", detail }
}

#[cfg(test)]
pub mod tests {
    use arrow::array::{
        ArrayRef, BinaryArray, Date32Array, DictionaryArray, Int64Array, LargeStringArray,
        ListArray, StringArray, StringViewArray, TimestampMicrosecondArray,
        TimestampNanosecondArray,
    };
    use arrow::datatypes::{Int32Type, Int64Type};
    use parquet::arrow::ArrowWriter;
    use parquet::basic::{GzipLevel, ZstdLevel};
    use parquet::file::properties::WriterProperties;

    use super::super::tests::{records_of, texts};
    use super::super::{Container, RawArticle};
    use super::*;
    use newsloom_stages::decode::Told;
    use newsloom_stages::layers::Format;

    fn packed(columns: Vec<(&str, ArrayRef)>, codec: Codec) -> Vec<u8> {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        )
        .unwrap();
        let properties = WriterProperties::builder()
            .set_compression(codec)
            .set_max_row_group_row_count(Some(20))
            .build();
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        file
    }

    fn texts_column() -> ArrayRef {
        Arc::new(StringArray::from(vec![Some("First"), None, Some("Third")]))
    }

    pub fn sample() -> Vec<u8> {
        let text = StringArray::from(vec!["First", "Second"]);
        packed(vec![("text", Arc::new(text))], Codec::UNCOMPRESSED)
    }

    #[test]
    fn columns_of_every_text_type_are_read() {
        let html = LargeStringArray::from(vec![None, Some("<p>"), Some("<i>")]);
        let id = Int64Array::from(vec![Some(-7), Some(8), None]);
        let url = StringViewArray::from(vec![None, Some("a url longer than twelve bytes"), None]);
        let title = BinaryArray::from_opt_vec(vec![Some("é".as_bytes()), Some(b"b"), None]);
        let lang: DictionaryArray<Int32Type> =
            vec![Some("fr"), None, Some("fr")].into_iter().collect();
        let other = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![None::<Vec<_>>; 3]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("other", Arc::new(other)),
            ("html", Arc::new(html)),
            ("id", Arc::new(id)),
            ("url", Arc::new(url)),
            ("text", texts_column()),
            ("title", Arc::new(title)),
            ("lang", Arc::new(lang)),
        ];
        let records = records_of(Container::Parquet, &packed(columns, Codec::SNAPPY), 100);
        let some = |text: &str| Some(text.to_owned());
        let told = |id, url, title, language| Told {
            id,
            url,
            title,
            language,
            encoding: some("utf-8"),
            ..Told::default()
        };
        let expected = [
            ("First", Format::Text, told(some("-7"), None, some("é"), some("fr"))),
            (
                "<p>",
                Format::Html,
                told(some("8"), some("a url longer than twelve bytes"), some("b"), None),
            ),
            ("Third", Format::Text, told(None, None, None, some("fr"))),
        ];
        assert_eq!(records.len(), expected.len());
        for (record, (text, format, told)) in records.into_iter().zip(expected) {
            let bytes = text.as_bytes().to_vec();
            assert_eq!(record.content, Ok(RawArticle { bytes, format, told }));
        }
    }

    #[test]
    fn dates_and_times_are_iso_text() {
        let day = 19864;
        let micros = 1_716_288_487_000_000;
        let dates: [(ArrayRef, &str); 5] = [
            (Arc::new(Date32Array::from(vec![day])), "2024-05-21"),
            (Arc::new(TimestampMicrosecondArray::from(vec![micros])), "2024-05-21T10:48:07"),
            (Arc::new(TimestampNanosecondArray::from(vec![micros * 1000])), "2024-05-21T10:48:07"),
            (
                Arc::new(
                    TimestampMicrosecondArray::from(vec![micros]).with_timezone("Europe/Paris"),
                ),
                "2024-05-21T10:48:07Z",
            ),
            (Arc::new(StringArray::from(vec!["May"])), "May"),
        ];
        for (date, iso) in dates {
            let text = Arc::new(StringArray::from(vec!["a"]));
            let file = packed(vec![("published", date), ("text", text)], Codec::UNCOMPRESSED);
            let records = records_of(Container::Parquet, &file, 100);
            let told = &records[0].content.as_ref().unwrap().told;
            assert_eq!(told.date.as_deref(), Some(iso));
        }
        let beyond = Arc::new(Date32Array::from(vec![i32::MAX]));
        let text = Arc::new(StringArray::from(vec!["a"]));
        let file = packed(vec![("date", beyond), ("text", text)], Codec::UNCOMPRESSED);
        assert_eq!(texts(&records_of(Container::Parquet, &file, 100)), ["malformed"]);
    }

    #[test]
    fn rows_are_numbered_across_row_groups_whatever_the_codec() {
        let rows: Vec<String> = (1..=50).map(|row| format!("text {row}")).collect();
        let column: ArrayRef = Arc::new(StringArray::from(rows.clone()));
        for codec in [
            Codec::UNCOMPRESSED,
            Codec::SNAPPY,
            Codec::LZ4,
            Codec::LZ4_RAW,
            Codec::GZIP(GzipLevel::default()),
            Codec::ZSTD(ZstdLevel::default()),
        ] {
            let file = packed(vec![("text", Arc::clone(&column))], codec);
            assert_eq!(texts(&records_of(Container::Parquet, &file, 100)), rows, "{codec}");
        }
    }

    #[test]
    fn faults_name_the_row_or_the_column() {
        for (column, code, words) in [
            (("text", texts_column()), "malformed", "row 2 has neither `text` nor `html`"),
            (("body", texts_column()), "malformed", "neither a column `text` nor `html`"),
            (
                ("text", Arc::new(Int64Array::from(vec![1])) as ArrayRef),
                "malformed",
                "the column `text` holds Int64, not text",
            ),
        ] {
            let file = packed(vec![column], Codec::UNCOMPRESSED);
            let records = records_of(Container::Parquet, &file, 100);
            let fault = records.iter().find_map(|record| record.content.as_ref().err()).unwrap();
            assert_eq!(fault.code, code);
            assert!(fault.detail.contains(words), "{:?} does not say {words:?}", fault.detail);
        }
        let file = packed(vec![("text", texts_column())], Codec::UNCOMPRESSED);
        let records = records_of(Container::Parquet, &file, 4);
        assert_eq!(texts(&records), ["too_large", "malformed", "too_large"]);
    }
}
