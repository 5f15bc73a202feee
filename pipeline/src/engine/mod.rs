//! The engine: what must be computed, what is known already, and how the tables are published.
//!
//! Invariant: no row depends on threads, time, machine or whether the run was clean.

pub mod chain;
pub mod diff;
pub mod hash;
pub mod lock;
pub mod plan;
pub mod publish;
pub mod run;
pub mod scan;
pub mod signals;
pub mod state;
pub mod store;
pub mod verify;
