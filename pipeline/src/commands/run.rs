//! `newsloom run`: the raw articles to tables.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::say;
use crate::cli::{Log, RunArgs};
use crate::config::Config;
use crate::engine::run::{RunError, Summary, run as run_engine};

/// Another run holds the lock (`EX_TEMPFAIL` of sysexits.h).
const BUSY: u8 = 75;
/// Rejects named one by one on standard error.
const REJECTS_SHOWN: usize = 20;

/// Runs the pipeline and says what it did.
///
/// # Errors
/// Where nothing could be published.
pub fn run(config: &Config, args: &RunArgs) -> anyhow::Result<ExitCode> {
    let RunArgs { jobs, log, .. } = *args;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?;
    let bar = progress_bar(log);
    let progress = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let result = pool.install(|| run_engine(config, &progress));
    bar.finish_and_clear();
    let summary = match result {
        Ok(summary) => summary,
        Err(RunError::Stopped(status)) => {
            eprintln!("newsloom: {}", RunError::Stopped(status));
            return Ok(ExitCode::from(status));
        }
        Err(error @ RunError::Busy(_)) => {
            eprintln!("newsloom: {error}");
            return Ok(ExitCode::from(BUSY));
        }
        Err(error) => return Err(error.into()),
    };
    report_rejects(&summary, log);
    say(&if log == Log::Json { as_json(&summary) } else { sentence(&summary, config) })?;
    Ok(ExitCode::from(u8::from(summary.reject_count > 0)))
}

fn progress_bar(log: Log) -> ProgressBar {
    let shown = log == Log::Text && std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} articles, {eta} left");
    let bar = ProgressBar::with_draw_target(Some(0), target);
    bar.with_style(style.expect("the template is right"))
}

fn report_rejects(summary: &Summary, log: Log) {
    for reject in summary.rejects.iter().take(REJECTS_SHOWN) {
        let (id, code, detail) = (&reject.article_id, &reject.code, &reject.detail);
        match log {
            Log::Json => {
                eprintln!("{}", json!({"code": "rejected", "article": id, "why": code}));
            }
            Log::Text => eprintln!("rejected {}: {code}: {detail}", id.escape_debug()),
        }
    }
    let more_count = summary.rejects.len().saturating_sub(REJECTS_SHOWN);
    if more_count > 0 && log == Log::Text {
        eprintln!("… and {more_count} more; all are in the table `rejects`");
    }
}

fn sentence(summary: &Summary, config: &Config) -> String {
    let Summary { article_count, new_count, changed_count, removed_count, reject_count, .. } =
        summary;
    let out = config.paths.out.display();
    let seconds = summary.seconds.as_secs_f64();
    if summary.computed_count == 0 && summary.file_count == 0 {
        return format!(
            "Nothing to do: {article_count} articles, {reject_count} rejected, unchanged in {out} \
             ({seconds:.2} s)."
        );
    }
    format!(
        "{article_count} articles ({new_count} new, {changed_count} changed, {removed_count} \
         removed, {reject_count} rejected); {} stage runs, {} saved; {} files published in {out}; \
         {seconds:.2} s, {:.1} MB/s.",
        summary.computed_count,
        summary.saved_count,
        summary.file_count,
        megabytes_per_second(summary.raw_bytes, summary.seconds),
    )
}

fn as_json(summary: &Summary) -> String {
    json!({
        "code": "done",
        "articles": summary.article_count,
        "new": summary.new_count,
        "changed": summary.changed_count,
        "removed": summary.removed_count,
        "rejected": summary.reject_count,
        "stage_runs": summary.computed_count,
        "stage_runs_saved": summary.saved_count,
        "files_published": summary.file_count,
        "seconds": summary.seconds.as_secs_f64(),
        "megabytes_per_second": megabytes_per_second(summary.raw_bytes, summary.seconds),
    })
    .to_string()
}

fn megabytes_per_second(bytes: u64, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64().max(1e-9)
}
