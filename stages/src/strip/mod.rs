//! `strip`: which lines of the page are the article, and what the others are.

use serde::{Deserialize, Serialize};

use crate::layers::{Blocks, Document};

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

/// Gives each line of the document a kind, kept or dropped, by a named rule.
pub fn strip(document: &Document, _settings: &Settings) -> Blocks {
    Blocks::all_body(&document.text)
}
