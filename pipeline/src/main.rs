//! `newsloom`: raw press articles to tidy tables, the same bytes every time.

mod article;
mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use article::StageSettings;
use commands::annotate::{AnnotateArgs, annotate};

#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Annotate articles given as JSON lines
    Annotate(AnnotateArgs),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Annotate(args) => annotate(args, &StageSettings::default()),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("newsloom: {error}");
            ExitCode::from(3)
        }
    }
}
