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

pub use stream::too_large;

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
