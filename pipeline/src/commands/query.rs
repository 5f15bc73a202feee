//! `newsloom query` and `newsloom summary`: passed on to the program that carries polars.
//!
//! polars takes longer to build than all the rest, so `newsloom-query` is a program of its own,
//! found as git finds its subcommands: beside this one, else on the PATH.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, io};

use crate::messages::tell;
use anyhow::anyhow;

const PROGRAM: &str = "newsloom-query";
const OUT_FLAG: &str = "--out";
const MISSING: u8 = 2;

/// Becomes `newsloom-query COMMAND ARGUMENTS…`; returns only where that is not to be had.
///
/// Where the arguments do not say which folder of tables to ask, it is `out`.
///
/// # Errors
/// Where it is there but cannot be started.
pub fn pass_on(command: &str, arguments: &[OsString], out: &Path) -> anyhow::Result<ExitCode> {
    let program = beside().unwrap_or_else(|| PROGRAM.into());
    let mut call = Command::new(&program);
    call.arg(command).args(arguments);
    if !arguments.iter().any(|argument| is_out_flag(argument)) {
        call.arg(OUT_FLAG).arg(out);
    }
    let error = call.exec();
    if error.kind() != io::ErrorKind::NotFound {
        return Err(anyhow!(error).context(format!("cannot start {}", program.display())));
    }
    tell(format_args!(
        "newsloom: `newsloom {command}` needs the program `{PROGRAM}`, which is built apart \
         because it carries polars. Build it with `make query` (several minutes)."
    ));
    Ok(ExitCode::from(MISSING))
}

fn is_out_flag(argument: &OsStr) -> bool {
    let rest = argument.as_bytes().strip_prefix(OUT_FLAG.as_bytes());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"="))
}

fn beside() -> Option<PathBuf> {
    let program = env::current_exe().ok()?.with_file_name(PROGRAM);
    program.is_file().then_some(program)
}
