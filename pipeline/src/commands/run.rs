//! `newsloom run`: the raw articles to tables.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{BUSY, IO, say};
use crate::cli::{Log, RunArgs};
use crate::config::Config;
use crate::engine::item::Fault;
use crate::engine::run::{Options, Phase, RunError, Summary, run as run_engine};
use crate::messages::{tell, visible};

/// Runs the pipeline and says what it did.
///
/// # Errors
/// Where nothing could be published.
pub fn run(config: &Config, args: &RunArgs) -> anyhow::Result<ExitCode> {
    let RunArgs { jobs, log, rehash, memory_limit } = *args;
    let options = Options { rehash, memory_bytes: memory_limit << 20 };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?;
    let bar = progress_bar(log);
    let progress = |phase, done, all| {
        bar.set_message(if phase == Phase::Survey { "read" } else { "done" });
        bar.set_length(all);
        bar.set_position(done);
    };
    let result = pool.install(|| run_engine(config, options, &progress));
    bar.finish_and_clear();
    let summary = match result {
        Ok(summary) => summary,
        Err(error) => return Ok(failed(&error, log)),
    };
    warn(&summary, config, log);
    report_rejects(&summary, log);
    say(&if log == Log::Json {
        summary.as_json().to_string()
    } else {
        sentence(&summary, config)
    })?;
    Ok(ExitCode::from(u8::from(summary.counts.rejects > 0)))
}

/// Says why nothing was published; the exit status for it.
fn failed(error: &RunError, log: Log) -> ExitCode {
    let (status, code) = match error {
        RunError::Stopped(status) => (*status, "stopped"),
        RunError::Busy(_) => (BUSY, "busy"),
        _ => (IO, "failed"),
    };
    let detail = error.to_string();
    message(log, &json!({"code": code, "detail": detail}), &format!("newsloom: {detail}"));
    ExitCode::from(status)
}

fn warn(summary: &Summary, config: &Config, log: Log) {
    let cache = config.paths.cache.display();
    let count = summary.damage_count;
    if count > 0 {
        let text = format!(
            "newsloom: warning: {count} damaged parts of the cache in {cache} were not used; what \
             they held was made anew where it was needed"
        );
        message(log, &json!({"code": "cache_damaged", "parts": count}), &text);
    }
    if let Some(error) = &summary.trouble {
        let text = format!(
            "newsloom: warning: the tables are published, but the cache in {cache} could not be \
             brought up to date ({error}); the next run has more to do"
        );
        message(log, &json!({"code": "not_remembered", "detail": error}), &text);
    }
}

/// Tells something on standard error in the form that was asked for.
fn message(log: Log, json: &Value, text: &str) {
    match log {
        Log::Json => tell(format_args!("{json}")),
        Log::Text => tell(format_args!("{text}")),
    }
}

fn progress_bar(log: Log) -> ProgressBar {
    let shown = log == Log::Text && std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} files {msg}, {eta} left");
    let bar = ProgressBar::with_draw_target(Some(0), target);
    bar.with_style(style.expect("the template is right"))
}

fn report_rejects(summary: &Summary, log: Log) {
    for (id, Fault { code, detail }) in &summary.rejects {
        let json = json!({"code": "rejected", "article": id, "why": code});
        message(log, &json, &format!("rejected {}: {code}: {detail}", visible(id)));
    }
    let more_count = summary.counts.rejects.saturating_sub(summary.rejects.len() as u64);
    if more_count > 0 {
        let text = format!("… and {more_count} more; all are in the table `rejects`");
        message(log, &json!({"code": "more_rejected", "count": more_count}), &text);
    }
}

fn sentence(summary: &Summary, config: &Config) -> String {
    let Summary { counts, new_count, changed_count, removed_count, .. } = summary;
    let (article_count, reject_count) = (counts.articles, counts.rejects);
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
        summary.megabytes_per_second(),
    )
}
