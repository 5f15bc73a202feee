//! The run log: a line of JSON for each run, beside the cache, with what may differ between two
//! runs of the same result: time, host, threads.
//!
//! Invariant: no text of an article and no name of one is in it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::run::Summary;

const LOG: &str = "runs.jsonl";
const OLD_LOG: &str = "runs.old.jsonl";
/// A longer log becomes the old one.
const LOG_BYTES_MAX: u64 = 1 << 20;

/// The names of the log's files.
pub const FILE_NAMES: [&str; 2] = [LOG, OLD_LOG];

/// Adds a run to the log in `cache`.
///
/// # Errors
/// Where it cannot be written.
pub fn append(cache: &Path, summary: &Summary) -> io::Result<()> {
    let path = cache.join(LOG);
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LOG_BYTES_MAX) {
        fs::rename(&path, cache.join(OLD_LOG))?;
    }
    let mut line = summary.as_json();
    line["time"] = Timestamp::now().to_string().into();
    line["host"] = rustix::system::uname().nodename().to_string_lossy().into();
    line["threads"] = rayon::current_num_threads().into();
    let mut log = File::options().append(true).create(true).open(path)?;
    log.write_all(format!("{line}\n").as_bytes())
}

impl Summary {
    /// The summary as a log line: codes and members are stable.
    pub fn as_json(&self) -> serde_json::Value {
        json!({
            "code": "done",
            "articles": self.counts.articles,
            "new": self.new_count,
            "changed": self.changed_count,
            "removed": self.removed_count,
            "rejected": self.counts.rejects,
            "stage_runs": self.computed_count,
            "stage_runs_saved": self.saved_count,
            "files_published": self.file_count,
            "cache_damage": self.damage_count,
            "seconds": self.seconds.as_secs_f64(),
            "stage_seconds": self.stage_time.as_secs_f64(),
            "encode_seconds": self.encode_time.as_secs_f64(),
            "cpu_seconds": self.cpu_time.as_secs_f64(),
            "megabytes_per_second": self.megabytes_per_second(),
        })
    }

    pub fn megabytes_per_second(&self) -> f64 {
        self.counts.bytes as f64 / 1e6 / self.seconds.as_secs_f64().max(1e-9)
    }
}
