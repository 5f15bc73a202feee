//! The engine as a model: after any sequence of changes, damage and kills, a run publishes what a
//! clean build does, byte for byte.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sequence;
mod steps;
#[path = "../support/mod.rs"]
mod support;
