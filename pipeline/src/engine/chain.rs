//! The chain of keys of one article: what each stage's result depends on.
//!
//! Invariant: a key holds the stage's fingerprint, its settings and the hashes of the layers it
//! reads (for `decode`, of its input; for `strip`, of the lines too that the article shares with
//! others of its site, if any), and nothing else: no path (but for the day in a file's name, which
//! is told), time, thread, locale or environment. Chaining on the hashes of what the stages gave
//! means that a stage whose output came out equal stops the work below.

use std::io;
use std::time::Duration;

use newsloom_stages::decode::Told;
use newsloom_stages::layers::{
    Blocks, Document, Format, Language, Mentions, Readability, Sentences,
};
use newsloom_stages::lines::LineSet;
use newsloom_stages::repeat::Lines;
use newsloom_stages::{REPEAT_STAGE, STAGES, decode, detect, repeat, segment, strip, tag};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::hash::{Hash, PartsHasher};
use super::item::ArticleState;
use super::repetition::{Site, content_key, shared_hash, site_of_host};
use super::store::Store;
use super::watch::Watch;
use crate::article::{Layers, StageSettings};
use crate::containers::RawArticle;

pub const STAGE_COUNT: usize = STAGES.len();

/// The positions in `STAGES`.
const DECODE: usize = 0;
pub const STRIP: usize = 1;
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
    /// Fingerprint of `repeat`, for what it takes of one article.
    lines_base: Hash,
    /// Fingerprint and settings of `repeat`, for what it makes of many.
    set_base: Hash,
}

/// What is known of an article once it is decoded.
#[derive(Debug, Clone, Copy)]
pub struct Decoded {
    pub document: Hash,
    pub lines: Hash,
    /// The site of the host that the article states.
    pub host: Option<Site>,
    pub readability: Readability,
}

/// What it took to know an article's layers.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Work {
    pub computed_count: u64,
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
        let fingerprint = REPEAT_STAGE.fingerprint.as_bytes();
        let repeat = settings_of_repeat(&settings);
        Self {
            settings,
            bases,
            lines_base: Hash::of_parts([&b"lines"[..], fingerprint]),
            set_base: Hash::of_parts([&b"set"[..], fingerprint, repeat.as_bytes()]),
        }
    }

    /// The key of the document of an article with this input.
    pub fn document_key(&self, input: Hash) -> Hash {
        self.key(DECODE, input, None, &[])
    }

    /// Decodes an article, on which the stage may fail.
    pub fn document(&self, raw: &RawArticle) -> Document {
        decode::decode(&raw.bytes, raw.format, &raw.told, &self.settings.decode)
    }

    pub fn repeat_settings(&self) -> &repeat::Settings {
        &self.settings.repeat
    }

    /// The key of the lines of a document.
    pub fn lines_key(&self, document: Hash) -> Hash {
        Hash::of_parts([&self.lines_base.0[..], &document.0])
    }

    /// The key of the lines that a sample of articles, given by the hashes of theirs, repeats.
    pub fn set_key(&self, sample: impl Iterator<Item = Hash>) -> Hash {
        let mut hasher = PartsHasher::default();
        hasher.add(&self.set_base.0);
        sample.for_each(|lines| hasher.add(&lines.0));
        hasher.finish()
    }

    /// The lines that a sample of articles repeats.
    pub fn repeated(&self, sample: &[Lines]) -> LineSet {
        repeat::repeated(sample, &self.settings.repeat)
    }

    /// The key of stage `index`, given its input (for `decode`), the hash of the lines shared with
    /// other articles (for `strip`) and the layers before it.
    fn key(&self, index: usize, input: Hash, shared: Option<Hash>, layers: &[Hash]) -> Hash {
        let base = &self.bases[index].0[..];
        let read = layers[..index].iter().map(|hash| &hash.0[..]);
        let more = match index {
            DECODE => Some(&input),
            STRIP => shared.as_ref(),
            _ => None,
        };
        Hash::of_parts([base].into_iter().chain(read).chain(more.map(|hash| &hash.0[..])))
    }

    /// The keys of all stages of a known article.
    fn stage_keys(&self, article: &ArticleState) -> [Hash; STAGE_COUNT] {
        let ArticleState { input, layers, .. } = article;
        std::array::from_fn(|index| self.key(index, *input, article.shared(), layers))
    }

    /// The keys of all that the store has of a known article.
    pub fn keys(&self, article: &ArticleState) -> impl Iterator<Item = Hash> {
        let set = article.repetition.map(|repetition| content_key(repetition.set));
        let keys = self.stage_keys(article).into_iter();
        keys.chain([self.lines_key(article.document())]).chain(set)
    }

    /// The hashes of the layers that the store knows, up to the first that must be computed.
    pub fn known(&self, input: Hash, shared: Option<Hash>, store: &Store) -> Vec<Hash> {
        let mut layers = Vec::with_capacity(STAGE_COUNT);
        while layers.len() < STAGE_COUNT {
            match store.output(self.key(layers.len(), input, shared, &layers)) {
                Some(hash) => layers.push(hash),
                None => break,
            }
        }
        layers
    }

    /// A known article's layers, none of them in memory yet.
    pub fn slots(&self, article: &ArticleState) -> Slots {
        let keys = self.stage_keys(article);
        let hashes = &article.layers;
        Slots {
            document: Slot { key: keys[DECODE], hash: hashes[DECODE], layer: None },
            blocks: Slot { key: keys[STRIP], hash: hashes[STRIP], layer: None },
            language: Slot { key: keys[DETECT], hash: hashes[DETECT], layer: None },
            sentences: Slot { key: keys[SEGMENT], hash: hashes[SEGMENT], layer: None },
            mentions: Slot { key: keys[TAG], hash: hashes[TAG], layer: None },
        }
    }

    /// What an article is once decoded, from the store where it has that and computed where not;
    /// none where the raw article is needed for that and not given. With `afresh`, all is computed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn decode(
        &self,
        input: Hash,
        raw: Option<&RawArticle>,
        store: &Store,
        afresh: bool,
    ) -> io::Result<Option<(Decoded, Work)>> {
        let mut step = Step::new(self, input, None, store, afresh);
        let document = step.slot(DECODE, |watch| {
            let raw = raw?;
            Some(watch.time(|| self.document(raw)))
        })?;
        let Some(mut document) = document else { return Ok(None) };
        let lines = step.keyed(self.lines_key(document.hash), |watch| {
            let document = document.layer(store)?;
            Some(watch.time(|| repeat::lines(document)))
        })?;
        let Some(mut lines) = lines else { return Ok(None) };
        let Some(Lines { readability, host, .. }) = lines.layer(store) else { return Ok(None) };
        let decoded = Decoded {
            document: document.hash,
            readability: *readability,
            host: host.as_deref().map(site_of_host),
            lines: lines.hash,
        };
        Ok(Some((decoded, step.work)))
    }

    /// The layers of an article that was decoded and has `shared` lines in common with others of
    /// its site; none where the store has lost a layer that is needed for that. With `afresh`, all
    /// but the document are computed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn compute(
        &self,
        input: Hash,
        document: Hash,
        shared: &LineSet,
        store: &Store,
        afresh: bool,
    ) -> io::Result<Option<(Slots, LayerHashes, Work)>> {
        let mut step = Step::new(self, input, shared_hash(shared), store, afresh);
        let settings = &self.settings;
        let mut document = Slot { key: self.document_key(input), hash: document, layer: None };
        step.hashes.push(document.hash);
        let blocks = step.slot(STRIP, |watch| {
            let document = document.layer(store)?;
            Some(watch.time(|| strip::strip(document, shared, &settings.strip)))
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
    [
        text(&settings.decode),
        text(&settings.strip),
        text(&settings.detect),
        text(&settings.segment),
        text(&settings.tag),
    ]
}

/// The settings of `repeat` as text.
pub fn settings_of_repeat(settings: &StageSettings) -> String {
    text(&settings.repeat)
}

fn text(settings: &impl Serialize) -> String {
    serde_json::to_string(settings).expect("settings have plain keys")
}

impl Slots {
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
    shared: Option<Hash>,
    afresh: bool,
    hashes: Vec<Hash>,
    work: Work,
    /// The layer that was computed last, as the store has it; its room serves the next one.
    layer_bytes: Vec<u8>,
}

impl<'a> Step<'a> {
    fn new(
        chain: &'a Chain,
        input: Hash,
        shared: Option<Hash>,
        store: &'a Store,
        afresh: bool,
    ) -> Self {
        let (hashes, work, layer_bytes) = (Vec::new(), Work::default(), Vec::new());
        Self { chain, store, input, shared, afresh, hashes, work, layer_bytes }
    }

    /// The layer of one stage, only known where the store has it; none where `compute` is.
    fn slot<L: Serialize>(
        &mut self,
        stage: usize,
        compute: impl FnOnce(&mut Watch) -> Option<L>,
    ) -> io::Result<Option<Slot<L>>> {
        let key = self.chain.key(stage, self.input, self.shared, &self.hashes);
        let Some(slot) = self.keyed(key, compute)? else { return Ok(None) };
        self.hashes.push(slot.hash);
        self.work.computed_count += u64::from(slot.layer.is_some());
        Ok(Some(slot))
    }

    /// What is under `key`, only known where the store has it; none where `compute` is.
    fn keyed<L: Serialize>(
        &mut self,
        key: Hash,
        compute: impl FnOnce(&mut Watch) -> Option<L>,
    ) -> io::Result<Option<Slot<L>>> {
        let known = if self.afresh { None } else { self.store.output(key) };
        if let Some(hash) = known {
            return Ok(Some(Slot { key, hash, layer: None }));
        }
        let mut watch = Watch::default();
        let Some(layer) = compute(&mut watch) else { return Ok(None) };
        self.work.stage_time += watch.total;
        self.layer_bytes.clear();
        let bytes = std::mem::take(&mut self.layer_bytes);
        self.layer_bytes = postcard::to_extend(&layer, bytes).expect("layers are plain data");
        let hash = self.store.put(key, &self.layer_bytes)?;
        Ok(Some(Slot { key, hash, layer: Some(layer) }))
    }
}
