//! The chain of keys of one article: what each stage's result depends on.
//!
//! Invariant: a key holds the stage's fingerprint, its settings and the hashes of the layers it
//! reads, and nothing else: no path, time, thread, locale or environment. Chaining on the hashes
//! of what the stages gave means that a stage whose output came out equal stops the work below.

use std::io;

use newsloom_stages::decode::Told;
use newsloom_stages::layers::{Blocks, Document, Language, Mentions, Sentences};
use newsloom_stages::{STAGES, decode, detect, segment, strip, tag};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::hash::Hash;
use super::store::Store;
use crate::article::{Layers, StageSettings};

pub const STAGE_COUNT: usize = STAGES.len();

/// The positions in `STAGES`.
const DECODE: usize = 0;
const STRIP: usize = 1;
const DETECT: usize = 2;
const SEGMENT: usize = 3;
const TAG: usize = 4;

/// The hashes of an article's layers, in the order of `STAGES`.
pub type LayerHashes = [Hash; STAGE_COUNT];

/// The stages with all that decides their results but the input.
#[derive(Debug)]
pub struct Chain {
    settings: StageSettings,
    /// Fingerprint and settings of each stage, hashed.
    bases: [Hash; STAGE_COUNT],
}

/// What it took to know an article's layers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Work {
    pub computed_count: u64,
    pub saved_count: u64,
}

impl Chain {
    pub fn new(settings: StageSettings) -> Self {
        let parts = settings_of_stages(&settings);
        let mut bases = [Hash([0; 32]); STAGE_COUNT];
        for ((base, stage), part) in bases.iter_mut().zip(STAGES).zip(parts) {
            *base = Hash::of_parts([stage.fingerprint.as_bytes(), part.as_bytes()]);
        }
        Self { settings, bases }
    }

    /// The key of stage `index`, given the hashes of the layers before it (`content` stands for
    /// the raw bytes).
    pub fn key(&self, index: usize, content: Hash, layers: &[Hash]) -> Hash {
        let mut parts = vec![&self.bases[index].0[..]];
        match index {
            DECODE => parts.push(&content.0),
            _ => parts.extend(layers[..index].iter().map(|hash| &hash.0[..])),
        }
        Hash::of_parts(parts)
    }

    /// The hashes of the layers that the cache knows, up to the first that must be computed.
    pub fn known(&self, content: Hash, store: &Store) -> Vec<Hash> {
        let mut layers = Vec::with_capacity(STAGE_COUNT);
        while layers.len() < STAGE_COUNT {
            match store.link(self.key(layers.len(), content, &layers)) {
                Some(hash) => layers.push(hash),
                None => break,
            }
        }
        layers
    }

    /// The article's layers and their hashes, from the cache where it has them.
    ///
    /// # Errors
    /// Where the cache cannot be written.
    pub fn layers(&self, raw: &[u8], store: &Store) -> io::Result<(Layers, LayerHashes, Work)> {
        let content = Hash::of(raw);
        let settings = &self.settings;
        let mut step =
            Step { chain: self, store, content, hashes: Vec::new(), work: Work::default() };
        let document: Document =
            step.layer(DECODE, || decode::decode(raw, &Told::default(), &settings.decode))?;
        let blocks: Blocks = step.layer(STRIP, || strip::strip(&document, &settings.strip))?;
        let language: Language =
            step.layer(DETECT, || detect::detect(&document, &blocks, &settings.detect))?;
        let sentences: Sentences = step.layer(SEGMENT, || {
            segment::segment(&document, &blocks, &language, &settings.segment)
        })?;
        let mentions: Mentions =
            step.layer(TAG, || tag::tag(&document, &blocks, &language, &sentences, &settings.tag))?;
        let hashes = step.hashes.try_into().expect("a hash was added for each stage");
        Ok((Layers { document, blocks, language, sentences, mentions }, hashes, step.work))
    }
}

/// The settings of each stage as text, in the order of `STAGES`.
pub fn settings_of_stages(settings: &StageSettings) -> [String; STAGE_COUNT] {
    fn text(settings: &impl Serialize) -> String {
        serde_json::to_string(settings).expect("settings have plain keys")
    }
    [
        text(&settings.decode),
        text(&settings.strip),
        text(&settings.detect),
        text(&settings.segment),
        text(&settings.tag),
    ]
}

struct Step<'a> {
    chain: &'a Chain,
    store: &'a Store,
    content: Hash,
    hashes: Vec<Hash>,
    work: Work,
}

impl Step<'_> {
    fn layer<L: Serialize + DeserializeOwned>(
        &mut self,
        stage: usize,
        compute: impl FnOnce() -> L,
    ) -> io::Result<L> {
        let key = self.chain.key(stage, self.content, &self.hashes);
        let cached = self.store.link(key).and_then(|hash| {
            let layer = postcard::from_bytes(&self.store.blob(hash)?).ok()?;
            Some((hash, layer))
        });
        if let Some((hash, layer)) = cached {
            self.hashes.push(hash);
            self.work.saved_count += 1;
            return Ok(layer);
        }
        let layer = compute();
        let bytes = postcard::to_stdvec(&layer).expect("layers are plain data");
        self.hashes.push(self.store.put(key, &bytes)?);
        self.work.computed_count += 1;
        Ok(layer)
    }
}
