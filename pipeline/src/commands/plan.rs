//! `newsloom plan`: what a run would do, and why.

use std::io::Write as _;
use std::process::ExitCode;

use newsloom_stages::STAGES;

use crate::cli::PlanArgs;
use crate::config::Config;
use crate::engine::plan::{Plan, plan as plan_engine};

/// `--exit-code`: work is due.
const DUE: u8 = 10;
/// Articles named one by one.
const ARTICLES_SHOWN: usize = 20;

/// Prints the plan.
///
/// # Errors
/// Where the raw folder cannot be listed or the cache cannot be opened.
pub fn plan(config: &Config, args: &PlanArgs) -> anyhow::Result<ExitCode> {
    let plan = plan_engine(config)?;
    let text = if args.json {
        serde_json::to_string_pretty(&plan)? + "\n"
    } else {
        words(&plan, args.explain)
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::from(if args.exit_code && plan.is_due() { DUE } else { 0 }))
}

/// The plan in words; every article and stage, and every name, where `explain` is set.
fn words(plan: &Plan, explain: bool) -> String {
    let shown_count = if explain { usize::MAX } else { ARTICLES_SHOWN };
    if !plan.is_due() {
        return format!("Nothing to do: {} articles, all up to date.\n", plan.article_count);
    }
    let mut lines =
        vec![format!("{} of {} articles are due.", plan.articles.len(), plan.article_count)];
    for ((stage, reason), count) in plan.counts() {
        lines.push(format!("  {:8} {count:6}  {}", STAGES[stage].name, reason.words()));
    }
    for article in plan.articles.iter().take(shown_count) {
        let id = article.article_id.escape_debug();
        if explain {
            for due in &article.due {
                lines.push(format!("{id}: {}: {}", due.stage, due.reason.words()));
            }
        } else if let Some(first) = article.due.first() {
            lines.push(format!("{id}: from {} on: {}", first.stage, first.reason.words()));
        }
    }
    let more_count = plan.articles.len().saturating_sub(shown_count);
    if more_count > 0 {
        lines.push(format!("… and {more_count} more (all with --explain or --json)"));
    }
    for (what, names) in [
        ("removed", &plan.removed),
        ("rejected", &plan.rejects),
        ("missing or spoiled", &plan.spoiled),
    ] {
        for name in names.iter().take(shown_count) {
            lines.push(format!("{what}: {}", name.escape_debug()));
        }
    }
    lines.join("\n") + "\n"
}
