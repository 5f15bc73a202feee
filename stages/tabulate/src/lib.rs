//! `tabulate`: the barrier stage, from the layers of all articles to Parquet and CSV bytes.
//!
//! Invariant: this is the only room that knows arrow and parquet. It does no I/O: it gives bytes.

mod amount;
mod column;
mod decode;
mod documents;
mod encode;
mod input;
mod list;
mod pack;
mod records;
mod rows;
mod splice;
mod tables;

pub use bytes::Bytes;
pub use column::{Field, ForeignKey, Kind, LayerName, Table};
#[cfg(test)]
pub(crate) use decode::csv_of_parquet;
pub use decode::{CsvChunk, csv_chunks};
pub use documents::{PublishedFile, datapackage, dictionary};
pub use encode::{Encoded, arrow_schema, assemble_parquet};
pub use input::{ArticleInput, Reject};
pub use list::tables;
pub use records::csv_header;
pub use rows::{encode, encode_rejects};
