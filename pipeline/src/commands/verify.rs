//! `newsloom verify`: whether what is published is whole and true.

use std::process::ExitCode;

use anyhow::Context as _;

use super::say;
use crate::cli::VerifyArgs;
use crate::config::Config;
use crate::engine::run::RunError;
use crate::engine::verify::{compare_rebuilt, verify as verify_published};
use crate::messages::{tell, visible};

const FAILED: u8 = 5;

/// Checks the published folder and tells every fault; with `rebuild` a clean build is compared.
///
/// # Errors
/// Where there is nothing published, or no clean build can be made.
pub fn verify(config: &Config, args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let out = &config.paths.out;
    let mut report = verify_published(config).with_context(|| {
        format!("cannot verify {}; is anything published there?", out.display())
    })?;
    if args.rebuild {
        match compare_rebuilt(config) {
            Ok(faults) => report.faults.append(faults),
            Err(RunError::Stopped(status)) => return Ok(ExitCode::from(status)),
            Err(error) => return Err(error.into()),
        }
    }
    for fault in report.faults.lines() {
        tell(format_args!("{}", visible(&fault)));
    }
    let (files, rows, spans) = (report.file_count, report.row_count, report.span_count);
    let fault_count = report.faults.count();
    if fault_count == 0 {
        say(&format!("Verified: {files} files, {rows} rows, {spans} spans; all as published."))?;
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("{fault_count} faults in {files} files, {rows} rows, {spans} spans."))?;
    Ok(ExitCode::from(FAILED))
}
