//! What the file system says of a file without reading it, and when that may be believed.
//!
//! Invariant: a stat is a hint to skip reading, never an identity: contents are told apart by
//! their hashes alone.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Nanoseconds by which the times of a file system may lag behind the clock.
const LAG_NS: i64 = 20_000_000;
/// The same where times are whole seconds, as on FAT, which counts in steps of two.
const COARSE_LAG_NS: i64 = 2_100_000_000;
const SECOND_NS: i64 = 1_000_000_000;

/// Size, times and inode of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stat {
    pub bytes: u64,
    /// Nanoseconds since 1970, as `ctime_ns`.
    pub mtime_ns: i64,
    pub ctime_ns: i64,
    pub inode: u64,
}

impl Stat {
    pub fn of(metadata: &Metadata) -> Self {
        let ns = |seconds: i64, rest: i64| seconds.saturating_mul(SECOND_NS).saturating_add(rest);
        Self {
            bytes: metadata.len(),
            mtime_ns: ns(metadata.mtime(), metadata.mtime_nsec()),
            ctime_ns: ns(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    /// Whether a later change of the file must show in its stat, given that this was looked up
    /// at `now_ns`. A file as new as the look-up, or from the future, may change within the same
    /// tick of the file system's clock (what git calls racy).
    pub fn is_settled(&self, now_ns: i64) -> bool {
        let is_coarse = self.mtime_ns % SECOND_NS == 0 && self.ctime_ns % SECOND_NS == 0;
        let lag = if is_coarse { COARSE_LAG_NS } else { LAG_NS };
        self.mtime_ns.max(self.ctime_ns) < now_ns.saturating_sub(lag)
    }

    /// Whether `other` is of the same file with the same content, links to it aside: those
    /// change the `ctime`.
    pub fn is_same_but_links(&self, other: &Self) -> bool {
        (self.bytes, self.mtime_ns, self.inode) == (other.bytes, other.mtime_ns, other.inode)
    }
}

/// The clock, in nanoseconds since 1970.
pub fn now_ns() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_older_than_the_look_up_is_settled() {
        let now = 1_000 * SECOND_NS;
        let stat = |mtime_ns, ctime_ns| Stat { mtime_ns, ctime_ns, ..Stat::default() };
        for (mtime, ctime, settled) in [
            (now - SECOND_NS + 1, now - SECOND_NS, true),
            (now - 1, now - SECOND_NS, false),
            (now - SECOND_NS, now + 1, false),
            (now + SECOND_NS + 1, 1, false),
            (now - SECOND_NS, now - SECOND_NS, false),
            (now - 3 * SECOND_NS, now - 3 * SECOND_NS, true),
            (i64::MIN + 1, i64::MIN + 1, true),
        ] {
            assert_eq!(stat(mtime, ctime).is_settled(now), settled, "{mtime} {ctime}");
        }
    }
}
