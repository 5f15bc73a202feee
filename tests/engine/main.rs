//! The engine from outside: whatever happened to raw files, configuration, cache and outputs, and
//! whatever stopped a run, the outputs are those of a clean build, byte for byte.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod commands;
mod damage;
mod repetition;
mod row_groups;
mod same_bytes;
#[path = "../support/mod.rs"]
mod support;
mod together;
