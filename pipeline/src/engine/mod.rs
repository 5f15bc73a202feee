//! The engine: what must be computed, what is known already, and how the tables are published.
//!
//! In the order of a run: `scan` (with `stat`) lists the raw folder, `gather` joins it with what
//! `state` remembers, `resolve` reads and computes along the `chain` of keys what `store` does
//! not have, `segment` encodes, `splice` and `publish` make the tables. `checked` is the form of
//! the state's files.
//!
//! Invariant: no row depends on threads, time, machine or whether the run was clean.

pub mod chain;
mod checked;
pub mod diff;
mod duplicates;
pub mod garbage;
mod gather;
pub mod hash;
pub mod item;
pub mod lock;
mod pass;
pub mod plan;
pub mod publish;
pub mod read;
mod resolve;
pub mod run;
pub mod runlog;
pub mod scan;
mod segment;
pub mod signals;
mod splice;
pub mod stat;
pub mod state;
pub mod store;
pub mod verify;
mod watch;
