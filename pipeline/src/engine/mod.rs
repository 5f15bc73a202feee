//! The engine: what must be computed, what is known already, and how the tables are published.
//!
//! In the order of a run: `scan` (with `stat`) lists the raw folder, `census` tells whether it is
//! as it was, `gather` joins it with what `state` remembers, `survey` reads and decodes what `store`
//! does not have, `repetition` finds the lines that the articles of a site share, `resolve` computes
//! the rest along the `chain` of keys, `segment` encodes, `csv_file`, `splice`, `staged` and `publish`
//! make the tables. `checked` is the form of the state's files; `foresight` serves `plan`, `recall` `show`.
//!
//! Invariant: no row depends on threads, time, machine or whether the run was clean.

mod census;
pub mod chain;
mod checked;
mod csv_file;
pub mod diff;
mod duplicates;
mod foresight;
pub mod garbage;
mod gather;
pub mod hash;
pub mod item;
pub mod lock;
mod pass;
pub mod plan;
pub mod publish;
pub mod read;
pub mod recall;
pub mod repetition;
mod resolve;
pub mod run;
pub mod runlog;
pub mod scan;
mod segment;
pub mod signals;
mod splice;
mod staged;
pub mod stat;
pub mod state;
pub mod store;
mod survey;
pub mod verify;
mod watch;
