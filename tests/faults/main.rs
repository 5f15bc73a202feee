//! What only the system can do to a run: killed at any of its calls, any of them failing, a full
//! disk; and which calls a run with nothing to do makes.
//!
//! Invariant: where strace or the right to mount is missing, the tests fail; none is left out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod full_disk;
mod injected;
mod nothing_to_do;
mod strace;
#[path = "../support/mod.rs"]
mod support;
