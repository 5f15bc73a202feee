//! Messages on standard error.
//!
//! Invariant: where nobody can read them, as on a full disk, nothing else changes.

use std::fmt::Arguments;
use std::io::{self, Write as _};

/// Writes a line to standard error.
pub fn tell(message: Arguments) {
    let _ = writeln!(io::stderr(), "{message}");
}
