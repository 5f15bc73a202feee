//! `newsloom`: raw press articles to tidy tables, the same bytes every time.

mod article;
mod cli;
mod commands;
mod config;
mod containers;
mod engine;
mod messages;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Arguments, Command, ConfigFile, Passed, Place};
use config::{Config, ConfigError};
use messages::tell;

/// Stages make many short-lived objects; glibc's allocator took a tenth of a clean build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Wrong usage or configuration.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("newsloom: {error:#}"));
            ExitCode::from(if error.is::<ConfigError>() { USAGE } else { commands::IO })
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run { place, args } => commands::run::run(&checked(place)?, &args),
        Command::Plan { place, args } => commands::plan::plan(&checked(place)?, &args),
        Command::Show { article, source, color } => {
            let config = configure(Place { source, out: None, cache: None })?;
            commands::show::show(&config, &article, color)
        }
        Command::Query(passed) => pass_on("query", &passed),
        Command::Summary(passed) => pass_on("summary", &passed),
        Command::Annotate { args, config } => commands::annotate::annotate(&args, &load(&config)?),
        Command::Verify { place, args } => commands::verify::verify(&checked(place)?, &args),
        Command::Diff { args } => commands::diff::diff(&args),
        Command::Schema { markdown } => commands::schema::schema(markdown),
        Command::Gc { place } => commands::gc::gc(&configure(place)?),
        Command::Clean { place } => commands::clean::clean(&configure(place)?),
    }
}

fn pass_on(command: &str, passed: &Passed) -> anyhow::Result<ExitCode> {
    commands::query::pass_on(command, &passed.arguments, &Config::load(None)?.paths.out)
}

fn load(file: &ConfigFile) -> Result<Config, ConfigError> {
    Config::load(file.config.as_deref())
}

fn configure(place: Place) -> Result<Config, ConfigError> {
    let Place { source, out, cache } = place;
    let mut config = load(&source.config)?;
    let paths = &mut config.paths;
    let over = [(&mut paths.raw, source.raw), (&mut paths.out, out), (&mut paths.cache, cache)];
    for (path, said) in over {
        if let Some(said) = said {
            *path = said;
        }
    }
    Ok(config)
}

/// The configuration of a command that reads and writes all folders.
fn checked(place: Place) -> Result<Config, ConfigError> {
    let config = configure(place)?;
    config.paths.check()?;
    Ok(config)
}

/// Whether the reader of standard output went away, which is no fault.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
