//! The chain of keys of one article: what each stage's result depends on.
//!
//! Invariant: a key holds the stage's fingerprint, its settings and the hashes of the layers it
//! reads (for `decode`, of its input), and nothing else: no path, time, thread, locale or
//! environment. Chaining on the hashes of what the stages gave means that a stage whose output
//! came out equal stops the work below.

use std::io;
use std::time::Duration;

use newsloom_stages::decode::Told;
use newsloom_stages::layers::{
    Blocks, Document, Format, Language, Mentions, Readability, Sentences,
};
use newsloom_stages::{STAGES, decode, detect, segment, strip, tag};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::hash::Hash;
use super::item::ArticleState;
use super::store::Store;
use super::watch::Watch;
use crate::article::{Layers, StageSettings};
use crate::containers::RawArticle;

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
    /// Processor time of the stages themselves.
    pub stage_time: Duration,
}

/// An article's layers, each in memory or only known by its key.
#[derive(Debug)]
pub struct Slots {
    document: Slot<Document>,
    blocks: Slot<Blocks>,
    language: Slot<Language>,
    sentences: Slot<Sentences>,
    mentions: Slot<Mentions>,
}

#[derive(Debug)]
struct Slot<L> {
    key: Hash,
    hash: Hash,
    layer: Option<L>,
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

    /// The key of stage `index`, given its input (for `decode`) and the layers before it.
    pub fn key(&self, index: usize, input: Hash, layers: &[Hash]) -> Hash {
        let base = &self.bases[index].0[..];
        match index {
            DECODE => Hash::of_parts([base, &input.0]),
            _ => {
                let read = layers[..index].iter().map(|hash| &hash.0[..]);
                Hash::of_parts([base].into_iter().chain(read))
            }
        }
    }

    /// The keys of all stages of a known article.
    pub fn keys(&self, article: &ArticleState) -> [Hash; STAGE_COUNT] {
        std::array::from_fn(|index| self.key(index, article.input, &article.layers))
    }

    /// The hashes of the layers that the store knows, up to the first that must be computed.
    pub fn known(&self, input: Hash, store: &Store) -> Vec<Hash> {
        let mut layers = Vec::with_capacity(STAGE_COUNT);
        while layers.len() < STAGE_COUNT {
            match store.output(self.key(layers.len(), input, &layers)) {
                Some(hash) => layers.push(hash),
                None => break,
            }
        }
        layers
    }

    /// A known article's layers, none of them in memory yet.
    pub fn slots(&self, article: &ArticleState) -> Slots {
        let keys = self.keys(article);
        let hashes = &article.layers;
        Slots {
            document: Slot { key: keys[DECODE], hash: hashes[DECODE], layer: None },
            blocks: Slot { key: keys[STRIP], hash: hashes[STRIP], layer: None },
            language: Slot { key: keys[DETECT], hash: hashes[DETECT], layer: None },
            sentences: Slot { key: keys[SEGMENT], hash: hashes[SEGMENT], layer: None },
            mentions: Slot { key: keys[TAG], hash: hashes[TAG], layer: None },
        }
    }

    /// The article's layers, from the store where it has them and computed where not; none where
    /// the raw article is needed for that and not given. With `afresh`, all are computed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn compute(
        &self,
        input: Hash,
        raw: Option<&RawArticle>,
        store: &Store,
        afresh: bool,
    ) -> io::Result<Option<(Slots, LayerHashes, Work)>> {
        let mut step =
            Step { chain: self, store, input, afresh, hashes: Vec::new(), work: Work::default() };
        let settings = &self.settings;
        let document = step.slot(DECODE, |watch| {
            raw.map(|raw| {
                watch.time(|| decode::decode(&raw.bytes, raw.format, &raw.told, &settings.decode))
            })
        })?;
        let Some(mut document) = document else { return Ok(None) };
        let blocks = step.slot(STRIP, |watch| {
            let document = document.layer(store)?;
            Some(watch.time(|| strip::strip(document, &settings.strip)))
        })?;
        let Some(mut blocks) = blocks else { return Ok(None) };
        let language = step.slot(DETECT, |watch| {
            let (document, blocks) = (document.layer(store)?, blocks.layer(store)?);
            Some(watch.time(|| detect::detect(document, blocks, &settings.detect)))
        })?;
        let Some(mut language) = language else { return Ok(None) };
        let sentences = step.slot(SEGMENT, |watch| {
            let (document, blocks) = (document.layer(store)?, blocks.layer(store)?);
            let language = language.layer(store)?;
            Some(watch.time(|| segment::segment(document, blocks, language, &settings.segment)))
        })?;
        let Some(mut sentences) = sentences else { return Ok(None) };
        let mentions = step.slot(TAG, |watch| {
            let (document, blocks) = (document.layer(store)?, blocks.layer(store)?);
            let (language, sentences) = (language.layer(store)?, sentences.layer(store)?);
            let settings = &settings.tag;
            Some(watch.time(|| tag::tag(document, blocks, language, sentences, settings)))
        })?;
        let Some(mentions) = mentions else { return Ok(None) };
        let hashes = step.hashes.try_into().expect("a hash was added for each stage");
        let slots = Slots { document, blocks, language, sentences, mentions };
        Ok(Some((slots, hashes, step.work)))
    }
}

/// The hash of all that `decode` reads of an article.
pub fn input_hash(content: Hash, format: Format, told: &Told) -> Hash {
    let told = postcard::to_stdvec(told).expect("what is told is plain data");
    Hash::of_parts([&content.0[..], format.name().as_bytes(), &told])
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

impl Slots {
    /// Whether the article is no text; none where the store has lost it.
    pub fn readability(&mut self, store: &Store) -> Option<Readability> {
        self.document.layer(store).map(|document| document.readability)
    }

    /// All layers; none where the store has lost one.
    pub fn load(mut self, store: &Store) -> Option<Layers> {
        self.document.layer(store)?;
        self.blocks.layer(store)?;
        self.language.layer(store)?;
        self.sentences.layer(store)?;
        self.mentions.layer(store)?;
        Some(Layers {
            document: self.document.layer?,
            blocks: self.blocks.layer?,
            language: self.language.layer?,
            sentences: self.sentences.layer?,
            mentions: self.mentions.layer?,
        })
    }
}

impl<L: DeserializeOwned> Slot<L> {
    /// The layer, read from the store where it is not in memory; none where that has lost it.
    fn layer(&mut self, store: &Store) -> Option<&L> {
        if self.layer.is_none() {
            let stored = store.get(self.key).filter(|stored| stored.output == self.hash)?;
            self.layer = Some(postcard::from_bytes(&stored.bytes).ok()?);
        }
        self.layer.as_ref()
    }
}

struct Step<'a> {
    chain: &'a Chain,
    store: &'a Store,
    input: Hash,
    afresh: bool,
    hashes: Vec<Hash>,
    work: Work,
}

impl Step<'_> {
    /// The layer of one stage, only known where the store has it; none where `compute` is.
    fn slot<L: Serialize>(
        &mut self,
        stage: usize,
        compute: impl FnOnce(&mut Watch) -> Option<L>,
    ) -> io::Result<Option<Slot<L>>> {
        let key = self.chain.key(stage, self.input, &self.hashes);
        let known = if self.afresh { None } else { self.store.output(key) };
        if let Some(hash) = known {
            self.hashes.push(hash);
            self.work.saved_count += 1;
            return Ok(Some(Slot { key, hash, layer: None }));
        }
        let mut watch = Watch::default();
        let Some(layer) = compute(&mut watch) else { return Ok(None) };
        self.work.stage_time += watch.total;
        let bytes = postcard::to_stdvec(&layer).expect("layers are plain data");
        let hash = self.store.put(key, &bytes)?;
        self.hashes.push(hash);
        self.work.computed_count += 1;
        Ok(Some(Slot { key, hash, layer: Some(layer) }))
    }
}
