//! `newsloom query` and `newsloom summary`: passed on to the program that carries polars.
//!
//! polars takes longer to build than all the rest, so `newsloom-query` is a program of its own,
//! found as git finds its subcommands: beside this one, else on the PATH.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::{env, io};

use anyhow::Context as _;

const PROGRAM: &str = "newsloom-query";

/// Runs `newsloom-query COMMAND ARGUMENTS…` and ends as it ends.
///
/// # Errors
/// Where it is there but cannot be started.
pub fn pass_on(command: &str, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let program = beside().unwrap_or_else(|| PROGRAM.into());
    match Command::new(&program).arg(command).args(arguments).status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            Ok(ExitCode::from(code.unwrap_or(3)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            eprintln!(
                "newsloom: `newsloom {command}` needs the program `{PROGRAM}`, which is built \
                 apart because it carries polars. Build it with `make query` (several minutes)."
            );
            Ok(ExitCode::from(2))
        }
        Err(error) => Err(error).with_context(|| format!("cannot start {}", program.display())),
    }
}

fn beside() -> Option<PathBuf> {
    let program = env::current_exe().ok()?.with_file_name(PROGRAM);
    program.is_file().then_some(program)
}
