//! Which articles have the same content as an earlier one.
//!
//! Invariant: about 25 bytes are held for each content: half its hash and where it was first
//! seen. The map is only asked, never iterated.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::hash::{HalfHash, Hash};

/// Where a content was first seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct First {
    /// Index in the tree.
    pub source: usize,
    pub number: u64,
}

#[derive(Debug, Default)]
pub struct Duplicates {
    firsts: HashMap<HalfHash, (u32, u32)>,
}

impl Duplicates {
    pub fn with_capacity(capacity: usize) -> Self {
        Self { firsts: HashMap::with_capacity(capacity) }
    }

    /// The first article with this content, if the one given is not it; articles come in order.
    pub fn first(&mut self, content: Hash, source: usize, number: u64) -> Option<First> {
        // Beyond four thousand million files, or records of one file, nothing is a duplicate.
        let place = (u32::try_from(source).ok()?, u32::try_from(number).ok()?);
        match self.firsts.entry(content.half()) {
            Entry::Vacant(entry) => {
                entry.insert(place);
                None
            }
            Entry::Occupied(entry) => {
                let (source, number) = *entry.get();
                Some(First { source: source as usize, number: number.into() })
            }
        }
    }
}
