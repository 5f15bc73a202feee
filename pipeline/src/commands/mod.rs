//! The commands, one file each.

pub mod annotate;
pub mod clean;
pub mod plan;
pub mod query;
pub mod run;
pub mod schema;
pub mod show;
pub mod verify;
