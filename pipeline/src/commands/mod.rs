//! The commands, one file each.

pub mod annotate;
pub mod clean;
pub mod diff;
pub mod gc;
pub mod plan;
pub mod query;
pub mod run;
pub mod schema;
pub mod show;
pub mod verify;

use std::io::{self, Write as _};

/// Another run holds the lock (`EX_TEMPFAIL` of sysexits.h).
const BUSY: u8 = 75;

/// Something could not be read or written.
pub const IO: u8 = 3;

/// Prints a closing line. Where nobody reads it any more, the exit status still tells the rest.
fn say(line: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
