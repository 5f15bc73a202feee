//! `decode`: raw bytes to text, with the way back and what the file states of itself.

use serde::{Deserialize, Serialize};

use crate::layers::{Document, Format, Readability, Stated};
use crate::span::OffsetMap;

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

/// Reads the raw bytes of one article.
pub fn decode(raw: &[u8], _settings: &Settings) -> Document {
    from_text(&String::from_utf8_lossy(raw))
}

/// The document of a text that needs no decoding; offsets lead back into `raw`.
pub fn from_text(raw: &str) -> Document {
    Document {
        text: raw.to_owned(),
        map: OffsetMap::identity(raw),
        readability: Readability::Readable,
        format: Format::Text,
        encoding: "utf-8".to_owned(),
        replacement_count: 0,
        stated: Stated::default(),
    }
}
