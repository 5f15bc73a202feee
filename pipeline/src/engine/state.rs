//! What the last run saw, so that `plan` can say why something is due and a run with nothing to
//! do ends early.
//!
//! Invariant: a missing or damaged state costs time and explanations, never a result.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::chain::LayerHashes;
use super::hash::Hash;

const FILE_NAME: &str = "state";

/// The last run that published.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// Hash of all that decides the published files.
    pub digest: Option<Hash>,
    pub articles: BTreeMap<String, ArticleState>,
    pub stages: Vec<StageState>,
    /// SHA-256 of each published file.
    pub files: BTreeMap<String, Hash>,
    pub reject_count: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleState {
    pub content: Hash,
    pub layers: LayerHashes,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageState {
    pub fingerprint: String,
    /// The stage's settings as JSON.
    pub settings: String,
}

impl State {
    /// The state in `cache`; an empty one where there is none to read.
    pub fn load(cache: &Path) -> Self {
        let bytes = fs::read(cache.join(FILE_NAME)).unwrap_or_default();
        let Some((sum, content)) = bytes.split_at_checked(32) else { return Self::default() };
        if sum != Hash::of(content).0 {
            return Self::default();
        }
        postcard::from_bytes(content).unwrap_or_default()
    }

    /// Replaces the state in `cache`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(&self, cache: &Path) -> io::Result<()> {
        let content = postcard::to_stdvec(self).expect("the state is plain data");
        let bytes = [&Hash::of(&content).0[..], &content].concat();
        let temporary = cache.join("state.new");
        fs::write(&temporary, bytes)?;
        fs::rename(temporary, cache.join(FILE_NAME))
    }
}
