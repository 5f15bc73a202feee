//! `newsloom verify`: whether what is published is whole and true.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use super::say;
use crate::cli::VerifyArgs;
use crate::config::Config;
use crate::engine::run::{Options, run as run_engine};
use crate::engine::verify::verify as verify_published;
use crate::messages::tell;

const FAILED: u8 = 5;

/// Checks the published folder and tells every fault; with `rebuild` a clean build is compared.
///
/// # Errors
/// Where there is nothing published, or no temporary build can be made.
pub fn verify(config: &Config, args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let out = &config.paths.out;
    let mut report = verify_published(config)
        .with_context(|| format!("nothing to verify in {}; publish first", out.display()))?;
    if args.rebuild {
        report.faults.extend(compare_rebuilt(config)?);
    }
    for fault in &report.faults {
        tell(format_args!("{}", fault.escape_debug()));
    }
    let (files, rows, spans) = (report.file_count, report.row_count, report.span_count);
    if report.faults.is_empty() {
        say(&format!("Verified: {files} files, {rows} rows, {spans} spans; all as published."))?;
        return Ok(ExitCode::SUCCESS);
    }
    let fault_count = report.faults.len();
    say(&format!("{fault_count} faults in {files} files, {rows} rows, {spans} spans."))?;
    Ok(ExitCode::from(FAILED))
}

fn compare_rebuilt(config: &Config) -> anyhow::Result<Vec<String>> {
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut clean = config.clone();
    clean.paths.out = scratch.path().join("outputs");
    clean.paths.cache = scratch.path().join("cache");
    run_engine(&clean, Options::default(), &|_, _| {})?;
    let mut faults = Vec::new();
    for entry in fs::read_dir(&clean.paths.out)? {
        let name = entry?.file_name();
        let read = |folder: &Path| fs::read(folder.join(&name)).ok();
        if read(&clean.paths.out) != read(&config.paths.out) {
            faults.push(format!("{}: a clean build gives other bytes", name.display()));
        }
    }
    faults.sort();
    Ok(faults)
}
