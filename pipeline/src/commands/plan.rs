//! `newsloom plan`: what a run would do, and why.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use newsloom_stages::STAGES;

use crate::cli::PlanArgs;
use crate::config::Config;
use crate::engine::plan::{Plan, plan as plan_engine};
use crate::messages::visible;

/// `--exit-code`: work is due.
const DUE: u8 = 10;
/// Articles or names that are told one by one.
const SHOWN_COUNT: usize = 20;

/// Prints the plan.
///
/// # Errors
/// Where the raw folder cannot be listed or the cache cannot be opened.
pub fn plan(config: &Config, args: &PlanArgs) -> anyhow::Result<ExitCode> {
    let raw = &config.paths.raw;
    let looked_at = || format!("cannot plan for the raw folder {}", raw.display());
    let plan = plan_engine(config).with_context(looked_at)?;
    let text = if args.json {
        serde_json::to_string_pretty(&plan)? + "\n"
    } else {
        words(&plan, args.explain)
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::from(if args.exit_code && plan.is_due() { DUE } else { 0 }))
}

/// The plan in words; every stage of an article where `explain` is set.
fn words(plan: &Plan, explain: bool) -> String {
    if !plan.is_due() && !explain {
        return format!("Nothing to do: {} articles, all up to date.\n", plan.article_count);
    }
    let mut lines =
        vec![format!("{} of {} articles are due.", plan.articles.len(), plan.article_count)];
    for ((stage, reason), count) in plan.counts() {
        lines.push(format!("  {:8} {count:6}  {}", STAGES[stage].name, reason.words()));
    }
    for article in plan.articles.iter().take(SHOWN_COUNT) {
        let id = visible(&article.article_id);
        if explain {
            lines.extend(STAGES.iter().map(|stage| {
                let due = article.due.iter().find(|due| due.stage == stage.name);
                let words = due.map_or_else(|| "nothing".to_owned(), |due| due.reason.words());
                format!("{id}: {}: {words}", stage.name)
            }));
        } else if let Some(first) = article.due.first() {
            lines.push(format!("{id}: from {} on: {}", first.stage, first.reason.words()));
        }
    }
    let more_count = plan.articles.len().saturating_sub(SHOWN_COUNT);
    if more_count > 0 {
        lines.push(format!("… and {more_count} more (all with --json)"));
    }
    if plan.is_all_read {
        lines.push("all files are read again: the engine or the limits changed".to_owned());
    }
    if plan.is_tabulate_changed {
        lines.push("all tables: stage code or rules changed".to_owned());
    }
    if plan.is_program_changed {
        lines.push("manifest: the program or its configuration changed".to_owned());
    }
    if plan.removed_count > 0 {
        lines.push(format!("removed: {} articles", plan.removed_count));
    }
    for (what, names) in [
        ("rejected", &plan.rejects),
        ("read again, not trusted (racy)", &plan.not_trusted),
        ("missing or spoiled", &plan.spoiled),
    ] {
        let shown = names.iter().take(SHOWN_COUNT);
        lines.extend(shown.map(|name| format!("{what}: {}", visible(name))));
        if names.len() > SHOWN_COUNT {
            lines.push(format!("{what}: … and {} more", names.len() - SHOWN_COUNT));
        }
    }
    lines.join("\n") + "\n"
}
