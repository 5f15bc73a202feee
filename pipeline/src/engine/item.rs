//! Items: the articles of the raw folder and what stands in the place of one, each with its id.
//!
//! An item is a whole file, or a record of a container. Invariant: items are in order of their
//! path's bytes, then of their number; `rejects` rows are items too, so that each input is in
//! exactly one place.

use serde::{Deserialize, Serialize};

use super::chain::LayerHashes;
use super::hash::Hash;
use super::repetition::{Repetition, Site};

/// Why an input is no article: a stable code, and what happened in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub code: String,
    pub detail: String,
}

impl Fault {
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.to_owned(), detail: detail.into() }
    }

    /// Whether the same bytes would fail in the same way again; if not, they are read again.
    pub fn is_lasting(&self) -> bool {
        !["unreadable", "changed_while_reading", "internal_error"].contains(&self.code.as_str())
    }
}

/// What a run found out about an item, as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemState {
    /// 0 for a whole file; records of a container count from 1.
    pub number: u64,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Boxed, as items change hands many times.
    Article(Box<ArticleState>),
    Rejected(Fault),
}

/// The hashes by which an article's layers and rows are found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleState {
    /// Of the article's bytes alone.
    pub content: Hash,
    /// Of all that `decode` reads: the bytes, their format and what the container tells.
    pub input: Hash,
    pub bytes: u64,
    /// The site of the host that the article states.
    pub host: Option<Site>,
    /// Of its lines, as `repeat` counts them.
    pub lines: Hash,
    /// None where its site repeats no lines.
    pub repetition: Option<Repetition>,
    pub layers: LayerHashes,
}

impl ArticleState {
    /// The hash of the document, the first of the layers.
    pub fn document(&self) -> Hash {
        self.layers[0]
    }

    /// The hash of the lines shared with other articles of the site; none where there are none.
    pub fn shared(&self) -> Option<Hash> {
        self.repetition?.shared
    }
}

impl ItemState {
    pub fn article(&self) -> Option<&ArticleState> {
        match &self.outcome {
            Outcome::Article(article) => Some(article),
            Outcome::Rejected(_) => None,
        }
    }
}

/// The `article_id` of the item `number` of the file at `path`.
pub fn article_id(path: &str, number: u64) -> String {
    if number == 0 { path.to_owned() } else { format!("{path}#{number}") }
}
