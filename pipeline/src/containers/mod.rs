//! Containers: files that hold many articles, read as a stream of records.
//!
//! Invariant: no more is held than one record, or of Parquet one small batch, however large the
//! file is and however far it unpacks.
//! Invariant: records are numbered from 1 in order of the file, those with a fault included; what
//! comes before a fault of the file stands.

mod json_lines;
mod member;
mod parquet;
mod stream;
mod warc;

use std::fs::File;

use newsloom_stages::decode::Told;
use newsloom_stages::layers::Format;

pub use stream::{read_line, too_large};

/// What a source file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    JsonLines(Compression),
    Parquet,
    Warc(Compression),
}

/// How a file is packed as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

/// One record of a container: an article, or why it is none.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// Counted from 1; `#n` of the article's id.
    pub number: u64,
    pub content: Result<RawArticle, Fault>,
}

/// The bytes of an article and what its container tells of it.
#[derive(Debug, PartialEq, Eq)]
pub struct RawArticle {
    pub bytes: Vec<u8>,
    pub format: Format,
    pub told: Told,
}

/// Why a record is no article, as a row of `rejects` has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// `malformed`, `too_large` and `unsupported` are of this record alone; `damaged` and
    /// `unreadable` end the file.
    pub code: &'static str,
    pub detail: String,
}

/// The container that `path` names, in upper or lower case; none for a plain article.
pub fn container_of(path: &str) -> Option<Container> {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let (name, compression) = match name.rsplit_once('.')? {
        (rest, "gz") => (rest, Compression::Gzip),
        (rest, "zst") => (rest, Compression::Zstd),
        _ => (name.as_str(), Compression::None),
    };
    match (name.rsplit_once('.')?.1, compression) {
        ("jsonl" | "ndjson", _) => Some(Container::JsonLines(compression)),
        ("parquet", Compression::None) => Some(Container::Parquet),
        ("warc" | "wet", Compression::None | Compression::Gzip) => {
            Some(Container::Warc(compression))
        }
        _ => None,
    }
}

/// Path, kind and number of the record that `path#n` names.
pub fn record_of(path: &str) -> Option<(&str, Container, u64)> {
    let (path, number) = path.rsplit_once('#')?;
    Some((path, container_of(path)?, number.parse().ok()?))
}

/// The records of an opened file, in order.
///
/// A fault that nothing can be read behind is the content of the last record.
pub fn records(
    container: Container,
    file: File,
    article_bytes_max: u64,
) -> Box<dyn Iterator<Item = Record> + Send> {
    match container {
        Container::JsonLines(compression) => {
            Box::new(json_lines::read(stream::unpacked(file, compression), article_bytes_max))
        }
        Container::Parquet => Box::new(parquet::read(file, article_bytes_max)),
        Container::Warc(compression) => {
            Box::new(warc::read(stream::unpacked(file, compression), article_bytes_max))
        }
    }
}

#[cfg(test)]
pub mod tests {
    use std::io::{Seek as _, Write as _};

    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    const ALL: [Container; 6] = [
        Container::JsonLines(Compression::None),
        Container::JsonLines(Compression::Gzip),
        Container::JsonLines(Compression::Zstd),
        Container::Parquet,
        Container::Warc(Compression::None),
        Container::Warc(Compression::Gzip),
    ];

    pub fn records_of(container: Container, bytes: &[u8], article_bytes_max: u64) -> Vec<Record> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        let records: Vec<Record> = records(container, file, article_bytes_max).collect();
        let numbers = records.iter().map(|record| record.number);
        assert!(numbers.eq(1..=records.len() as u64), "numbered in order");
        let ends = |record: &Record| {
            let fault = record.content.as_ref().err();
            fault.is_some_and(|fault| matches!(fault.code, "damaged" | "unreadable"))
        };
        assert!(!records.iter().rev().skip(1).any(ends), "a fault of the file is the last record");
        records
    }

    /// The text of each record, or the code of its fault.
    pub fn texts(records: &[Record]) -> Vec<&str> {
        fn text(record: &Record) -> &str {
            match &record.content {
                Ok(article) => str::from_utf8(&article.bytes).unwrap(),
                Err(fault) => fault.code,
            }
        }
        records.iter().map(text).collect()
    }

    pub fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub fn zstd(bytes: &[u8]) -> Vec<u8> {
        ::zstd::encode_all(bytes, 3).unwrap()
    }

    /// A sound file of each kind, of two articles or more.
    fn samples() -> [(Container, Vec<u8>); 6] {
        let lines =
            b"{\"text\": \"First\", \"id\": 7}\n{\"html\": \"<p>Second</p>\", \"lang\": \"en\"}\n";
        let warc = warc::tests::sample();
        let packed = [lines.to_vec(), gzip(lines), zstd(lines), parquet::tests::sample()];
        let [plain_lines, gzip_lines, zstd_lines, parquet] = packed;
        let files = [plain_lines, gzip_lines, zstd_lines, parquet, warc.clone(), gzip(&warc)];
        let mut files = files.into_iter();
        ALL.map(|container| (container, files.next().unwrap()))
    }

    #[test]
    fn containers_are_told_by_their_names() {
        for (path, container) in [
            ("a.jsonl", Some(ALL[0])),
            ("some/folder/A.NDJSON.GZ", Some(ALL[1])),
            ("a.b.jsonl.zst", Some(ALL[2])),
            ("a.parquet", Some(ALL[3])),
            ("a.warc", Some(ALL[4])),
            ("CC-MAIN-00000.warc.wet.gz", Some(ALL[5])),
            ("a.Warc.Gz", Some(ALL[5])),
            ("a.txt", None),
            ("a.txt.gz", None),
            ("jsonl", None),
            ("folder.jsonl/a", None),
            ("a.parquet.gz", None),
            ("a.gz", None),
            ("", None),
        ] {
            assert_eq!(container_of(path), container, "{path}");
        }
    }

    #[test]
    fn an_empty_file_has_no_records_or_is_damaged() {
        for container in ALL {
            let may_be_empty = matches!(
                container,
                Container::JsonLines(Compression::None) | Container::Warc(Compression::None)
            );
            let expected: &[&str] = if may_be_empty { &[] } else { &["damaged"] };
            assert_eq!(texts(&records_of(container, b"", 100)), expected, "{container:?}");
        }
    }

    #[test]
    fn what_comes_before_a_cut_stands() {
        for (container, bytes) in samples() {
            let whole = records_of(container, &bytes, 1000);
            assert!(whole.len() > 1 && whole.iter().all(|record| record.content.is_ok()));
            for length in 0..bytes.len() {
                let cut = records_of(container, &bytes[..length], 1000);
                let sound: Vec<&Record> = cut.iter().filter(|cut| cut.content.is_ok()).collect();
                assert!(sound.iter().zip(&whole).all(|(cut, whole)| *cut == whole));
                assert!(sound.len() + 1 >= cut.len(), "{container:?} cut to {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            kind in 0..ALL.len(), bytes in prop::collection::vec(any::<u8>(), 0..400),
        ) {
            records_of(ALL[kind], &bytes, 100);
        }

        #[test]
        fn damaged_files_are_read_without_panic(
            kind in 0..ALL.len(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let (container, mut bytes) = samples()[kind].clone();
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            records_of(container, &bytes, 1000);
        }
    }
}
