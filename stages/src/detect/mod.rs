//! `detect`: the language of the document and of each stretch of its kept text.

use serde::{Deserialize, Serialize};

use crate::layers::{Blocks, Document, Language};

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Primary tags that may be answered; empty: every language known. Outside it: `und`.
    pub allowed: Vec<String>,
}

/// Finds the language of the kept blocks.
pub fn detect(_document: &Document, blocks: &Blocks, _settings: &Settings) -> Language {
    Language::given("und", blocks)
}
