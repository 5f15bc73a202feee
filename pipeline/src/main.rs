//! `newsloom`: raw press articles to tidy tables, the same bytes every time.

mod article;
mod cli;
mod commands;
mod config;
mod engine;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Arguments, Command, ConfigFile, Place};
use config::{Config, ConfigError};

/// Wrong usage or configuration.
const USAGE: u8 = 2;
/// Something could not be read or written.
const IO: u8 = 3;

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("newsloom: {error:#}");
            ExitCode::from(if error.is::<ConfigError>() { USAGE } else { IO })
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run { place, jobs, log } => commands::run::run(&configure(&place)?, jobs, log),
        Command::Plan { place, json, exit_code } => {
            commands::plan::plan(&configure(&place)?, json, exit_code)
        }
        Command::Show { article, place, color } => {
            commands::show::show(&configure(&place)?, &article, color)
        }
        Command::Query(passed) => commands::query::pass_on("query", &passed.arguments),
        Command::Summary(passed) => commands::query::pass_on("summary", &passed.arguments),
        Command::Annotate { args, place } => {
            let settings = load(&place)?.stages();
            Ok(commands::annotate::annotate(&args, &settings)?)
        }
        Command::Verify { place, rebuild } => {
            commands::verify::verify(&configure(&place)?, rebuild)
        }
        Command::Schema { markdown } => commands::schema::schema(markdown),
        Command::Clean { place } => commands::clean::clean(&configure(&place)?),
    }
}

fn load(place: &ConfigFile) -> Result<Config, ConfigError> {
    Config::load(place.config.as_deref())
}

fn configure(place: &Place) -> Result<Config, ConfigError> {
    let mut config = load(&place.config)?;
    let paths = &mut config.paths;
    for (path, said) in [
        (&mut paths.raw, &place.raw),
        (&mut paths.out, &place.out),
        (&mut paths.cache, &place.cache),
    ] {
        if let Some(said) = said {
            path.clone_from(said);
        }
    }
    Ok(config)
}

/// Whether the reader of standard output went away, which is no fault.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
