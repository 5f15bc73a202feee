//! `tag`: when the article was published, and the dates and sums of money its sentences name.

pub mod dates;
pub mod money;
pub mod numbers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::layers::{Blocks, Document, Language, Mentions, Sentences};

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// ISO 4217 code of an ambiguous currency name or symbol, by language tag: the code that
    /// stands where the article gives no evidence (`fr = ["USD"]` makes bare "dollars" USD).
    pub default_currencies: BTreeMap<String, Vec<String>>,
}

/// Finds the publication date, then the dates (resolved against it) and the sums of money.
pub fn tag(
    _document: &Document,
    _blocks: &Blocks,
    _language: &Language,
    _sentences: &Sentences,
    _settings: &Settings,
) -> Mentions {
    Mentions::default()
}
