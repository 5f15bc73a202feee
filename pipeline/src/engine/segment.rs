//! Segments: runs of items whose rows are encoded together, and spliced where they did not
//! change. About a hundred segments make a row group of a Parquet file.
//!
//! Invariant: where a segment or a row group ends depends on the ids of the items alone, or on
//! their number and lengths since the last such end where they are many or long, so that a new article
//! moves no boundary behind the next id that is one.
//! Invariant: the key of a segment's part of a table holds all that decides its bytes: the ids,
//! what the table reads of each article, and how `tabulate` works.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use newsloom_stages::TABULATE_STAGE;
use newsloom_tabulate::{ArticleInput, Encoded, LayerName, Reject, Table, encode, encode_rejects};

use super::chain::Slots;
use super::csv_file::Records;
use super::hash::{HalfHash, Hash, PartsHasher};
use super::item::{ItemState, Outcome};
use super::resolve::Resolver;
use super::run::RunError;
use super::scan::Tree;
use super::state::Chunk;
use super::store::Store;
use super::watch::Watch;
use crate::article::Layers;

/// Where runs of items end.
struct Bounds {
    /// After an item whose id's hash has this many low zero bits …
    zero_bits: u32,
    /// … or after so many items …
    items_max: usize,
    /// … or bytes of raw text.
    bytes_max: u64,
}

/// Small, so that few articles are encoded again with one that changed.
const SEGMENT: Bounds = Bounds { zero_bits: 3, items_max: 32, bytes_max: 1 << 18 };
/// Large, so that readers of the tables find few row groups.
const ROW_GROUP: Bounds = Bounds { zero_bits: 10, items_max: 4096, bytes_max: 16 << 20 };

/// An item on its way into a segment.
#[derive(Debug)]
pub struct Piece {
    pub article_id: String,
    pub source: usize,
    pub state: ItemState,
    /// The first article with the same content.
    pub duplicate_of: Option<String>,
    /// Layers that may be in memory.
    pub slots: Option<Box<Slots>>,
}

/// An article with all that its rows are made of.
struct Loaded {
    piece: Piece,
    layers: Layers,
    content_sha256: String,
}

/// A segment to be encoded.
#[derive(Debug)]
pub struct Cut {
    pub pieces: Vec<Piece>,
    pub ends_row_group: bool,
}

/// Cuts the items into segments, in order.
#[derive(Debug, Default)]
pub struct Cutter {
    open: Vec<Piece>,
    segment_bytes: u64,
    row_group_items: usize,
    row_group_bytes: u64,
}

impl Cutter {
    /// Adds an item; gives the segment that it ends.
    pub fn push(&mut self, piece: Piece) -> Option<Cut> {
        let hash = Hash::of(piece.article_id.as_bytes());
        let low = u32::from_le_bytes(*hash.0.first_chunk().expect("a hash has 32 bytes"));
        let bytes = piece.state.article().map_or(0, |article| article.bytes);
        self.open.push(piece);
        self.segment_bytes += bytes;
        self.row_group_items += 1;
        self.row_group_bytes += bytes;
        let is_end = |bounds: Bounds, items: usize, bytes: u64| {
            low.trailing_zeros() >= bounds.zero_bits
                || items >= bounds.items_max
                || bytes >= bounds.bytes_max
        };
        let ends_row_group = is_end(ROW_GROUP, self.row_group_items, self.row_group_bytes);
        if !ends_row_group && !is_end(SEGMENT, self.open.len(), self.segment_bytes) {
            return None;
        }
        if ends_row_group {
            (self.row_group_items, self.row_group_bytes) = (0, 0);
        }
        self.segment_bytes = 0;
        Some(Cut { pieces: std::mem::take(&mut self.open), ends_row_group })
    }

    /// The last segment, where it is not ended yet.
    pub fn finish(self) -> Option<Cut> {
        let Self { open, .. } = self;
        (!open.is_empty()).then_some(Cut { pieces: open, ends_row_group: true })
    }
}

/// A part that the last run published.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub row_count: u64,
    pub chunk: Chunk,
}

/// Encodes segments, or finds them encoded.
pub struct Encoder<'a> {
    pub resolver: &'a Resolver<'a>,
    pub store: &'a Store,
    pub tables: &'a [Table],
    /// The parts that the last run published, but for those of tables whose CSV file is gone.
    pub known: HashMap<HalfHash, Known>,
    pub encode_ns: AtomicU64,
}

/// A segment whose CSV records are not in their files yet.
#[derive(Debug)]
pub struct Encoding {
    /// The key, the number of rows and the records of each table's part.
    pub parts: Vec<(Hash, u64, Records)>,
    pub ends_row_group: bool,
}

impl Encoder<'_> {
    /// The segment of these items, the Parquet pages of which are in the store then.
    ///
    /// # Errors
    /// Where the store cannot be written, or has lost an article that changed since.
    pub fn segment(&self, cut: Cut) -> Result<Encoding, RunError> {
        let Cut { pieces, ends_row_group } = cut;
        let keys: Vec<Hash> = self.tables.iter().map(|table| part_key(table, &pieces)).collect();
        let known: Vec<Option<Known>> = keys.iter().map(|key| self.known(*key)).collect();
        let is_due = |name: &str, known: &Option<Known>| known.is_none() && name != REJECTS;
        let needs_layers =
            self.tables.iter().zip(&known).any(|(table, known)| is_due(table.name, known));
        let mut rejects = Vec::new();
        let mut loaded = Vec::new();
        for piece in pieces {
            match &piece.state.outcome {
                Outcome::Rejected(fault) => rejects.push(Reject {
                    article_id: piece.article_id,
                    code: fault.code.clone(),
                    detail: fault.detail.clone(),
                }),
                Outcome::Article(_) if needs_layers => loaded.push(self.load(piece)?),
                Outcome::Article(_) => {}
            }
        }
        let inputs: Vec<ArticleInput> =
            loaded.iter().map(|loaded| input(loaded, self.resolver.tree)).collect();
        let parts: io::Result<Vec<_>> = (self.tables.iter().zip(keys).zip(known))
            .map(|((table, key), known)| match known {
                Some(known) => Ok((key, known.row_count, Records::Published(known.chunk))),
                None => self.encode(table, key, &inputs, &rejects),
            })
            .collect();
        Ok(Encoding { parts: parts.map_err(RunError::Cache)?, ends_row_group })
    }

    /// The part under `key`, where it need not be encoded.
    fn known(&self, key: Hash) -> Option<Known> {
        let known = self.known.get(&key.half())?;
        self.store.output(key).map(|_| *known)
    }

    fn load(&self, mut piece: Piece) -> Result<Loaded, RunError> {
        let article = *piece.state.article().expect("rejects were taken out");
        let content_sha256 = article.content.to_string();
        let slots =
            piece.slots.take().map_or_else(|| self.resolver.chain.slots(&article), |slots| *slots);
        if let Some(layers) = slots.load(self.store) {
            return Ok(Loaded { piece, layers, content_sha256 });
        }
        let slots = self.resolver.recover(piece.source, piece.state.number, &article)?;
        let layers = slots.load(self.store).ok_or(RunError::MustRead)?;
        Ok(Loaded { piece, layers, content_sha256 })
    }

    fn encode(
        &self,
        table: &Table,
        key: Hash,
        articles: &[ArticleInput],
        rejects: &[Reject],
    ) -> io::Result<(Hash, u64, Records)> {
        let mut watch = Watch::default();
        let encoded = watch.time(|| {
            if table.name == REJECTS { encode_rejects(rejects) } else { encode(table, articles) }
        });
        let took = u64::try_from(watch.total.as_nanos()).unwrap_or(u64::MAX);
        self.encode_ns.fetch_add(took, Ordering::Relaxed);
        let Encoded { parquet, csv, row_count } = encoded;
        self.store.put_as_is(key, &parquet)?;
        Ok((key, row_count, Records::New(csv)))
    }
}

const REJECTS: &str = "rejects";
/// A new way to keep parts needs a new one.
const PART_FORM: &[u8] = b"part 4";

/// The key of the part of `table` that holds these items.
fn part_key(table: &Table, pieces: &[Piece]) -> Hash {
    let mut hasher = PartsHasher::default();
    hasher.add(PART_FORM);
    hasher.add(TABULATE_STAGE.fingerprint.as_bytes());
    hasher.add(table.name.as_bytes());
    for Piece { article_id, state, duplicate_of, .. } in pieces {
        match &state.outcome {
            Outcome::Rejected(fault) if table.name == REJECTS => {
                hasher.add(article_id.as_bytes());
                hasher.add(fault.code.as_bytes());
                hasher.add(fault.detail.as_bytes());
            }
            Outcome::Article(article) if table.name != REJECTS => {
                hasher.add(article_id.as_bytes());
                hasher.add(&article.content.0);
                hasher.add(duplicate_of.as_deref().unwrap_or_default().as_bytes());
                for layer in table.layers {
                    hasher.add(&article.layers[position(*layer)].0);
                }
            }
            _ => {}
        }
    }
    hasher.finish()
}

/// The position in `STAGES` of the stage that writes a layer.
fn position(layer: LayerName) -> usize {
    match layer {
        LayerName::Document => 0,
        LayerName::Blocks => 1,
        LayerName::Language => 2,
        LayerName::Sentences => 3,
        LayerName::Mentions => 4,
    }
}

fn input<'a>(loaded: &'a Loaded, tree: &'a Tree) -> ArticleInput<'a> {
    let Loaded { piece, layers, content_sha256 } = loaded;
    let article = piece.state.article().expect("rejects were taken out");
    ArticleInput {
        article_id: &piece.article_id,
        source: tree.get(piece.source).path,
        source_bytes: article.bytes,
        content_sha256,
        duplicate_of: piece.duplicate_of.as_deref(),
        document: &layers.document,
        blocks: &layers.blocks,
        language: &layers.language,
        sentences: &layers.sentences,
        mentions: &layers.mentions,
    }
}

/// The two files of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Csv,
    Parquet,
}

impl Form {
    pub const ALL: [Self; 2] = [Self::Csv, Self::Parquet];

    /// The name of the file of a table.
    pub fn file_name(self, table: &Table) -> String {
        let extension = match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        };
        format!("{}.{extension}", table.name)
    }
}
