//! The pure stages, in the order of the flow; each reads layers and writes one.
//!
//! Invariant: nothing here touches disk, clock, environment or threads, and nothing panics on
//! any input: trouble is data in the layer.
//! Invariant: a stage does not call another stage; what several need stands in `layers`, `lines`,
//! `text`, `byline`, `calendar` and `lexicon`.
//!
//! `tabulate`, the barrier that sees all articles and alone knows arrow and parquet, is the
//! package beside this one.

mod byline;
mod calendar;
pub mod day;
pub mod decode;
pub mod detect;
pub mod layers;
pub mod lexicon;
pub mod lines;
pub mod page;
pub mod repeat;
pub mod segment;
mod span;
pub mod strip;
pub mod tag;
pub mod text;
mod words;

pub use span::{OffsetMap, Score, Segment, Span, Translator};

include!(concat!(env!("OUT_DIR"), "/fingerprints.rs"));

/// One stage as the engine sees it.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    pub name: &'static str,
    /// SHA-256, in hex, of all that decides the stage's result but its input and its settings:
    /// its sources, the shared sources, its language files, the versions of its crates.
    pub fingerprint: &'static str,
}

/// The stages that see one article at a time, in the order of the flow.
pub const STAGES: [Stage; 5] = [
    Stage { name: "decode", fingerprint: DECODE },
    Stage { name: "strip", fingerprint: STRIP },
    Stage { name: "detect", fingerprint: DETECT },
    Stage { name: "segment", fingerprint: SEGMENT },
    Stage { name: "tag", fingerprint: TAG },
];

/// The stage between `decode` and `strip` that sees the articles of a site together.
pub const REPEAT_STAGE: Stage = Stage { name: "repeat", fingerprint: REPEAT };

/// The barrier stage, the package beside this one.
pub const TABULATE_STAGE: Stage = Stage { name: "tabulate", fingerprint: TABULATE };
