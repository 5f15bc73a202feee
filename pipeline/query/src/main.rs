//! `newsloom-query`: the published tables read back with polars, in SQL or summed up.
//!
//! Invariant: nothing here writes what Newsloom publishes; polars decides no published byte.

mod frames;
mod output;
mod summary;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use frames::Tables;
use output::Format;

/// Asks the published tables.
#[derive(Debug, Parser)]
#[command(name = "newsloom", bin_name = "newsloom", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask the published tables in SQL
    #[command(after_help = "\
The tables are articles, blocks, sentences, dates, money and rejects; `newsloom schema` lists
their columns.

Examples:
  newsloom query \"SELECT value, surface FROM dates ORDER BY start_date\"
  newsloom query \"SELECT currency, COUNT(*) AS n FROM money GROUP BY currency\" --format csv
  newsloom query \"SELECT s.text FROM sentences s JOIN money m ON s.article_id = m.article_id
                  AND s.sentence = m.sentence\" --format json")]
    Query {
        /// The question, in polars' SQL
        sql: String,
        /// Folder of the published tables
        #[arg(long, value_name = "DIR", default_value = "outputs")]
        out: PathBuf,
        /// Form of the answer; parquet goes to standard output
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Sum up the published tables: languages, months, currencies, the chronology
    Summary {
        /// Folder of the published tables
        #[arg(long, value_name = "DIR", default_value = "outputs")]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(text) => match std::io::stdout().write_all(&text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => fail(&error.into(), 3),
        },
        Err(error) => {
            let code = if error.is::<std::io::Error>() { 3 } else { 2 };
            fail(&error, code)
        }
    }
}

fn fail(error: &anyhow::Error, code: u8) -> ExitCode {
    eprintln!("newsloom: {error:#}");
    ExitCode::from(code)
}

fn run(command: Command) -> anyhow::Result<Vec<u8>> {
    match command {
        Command::Query { sql, out, format } => {
            let answer =
                Tables::open(&out)?.ask(&sql).context("the question cannot be answered")?;
            output::write(answer, format)
        }
        Command::Summary { out } => Ok(summary::summary(&Tables::open(&out)?)?.into_bytes()),
    }
}
