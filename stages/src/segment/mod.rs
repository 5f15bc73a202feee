//! `segment`: the sentences of the kept text, as spans.

use serde::{Deserialize, Serialize};

use crate::layers::{Blocks, Document, Language, Sentences};

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

/// Cuts each kept block into sentences by the rules of its language.
pub fn segment(
    _document: &Document,
    _blocks: &Blocks,
    _language: &Language,
    _settings: &Settings,
) -> Sentences {
    Sentences::default()
}
