//! The command line: what can be typed, with help for newcomers.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::annotate::AnnotateArgs;

const AFTER_HELP: &str = "\
Exit status:
  0   done
  1   done, but some articles were rejected (they are in the table `rejects`)
  2   wrong usage or configuration
  3   something could not be read or written; nothing was published
  5   verification failed
  10  `plan --exit-code`: work is due
  75  another run holds the lock

Start with `newsloom run`, then look at an article with `newsloom show ARTICLE`.";

/// Raw press articles to tidy tables: the same bytes every time.
#[derive(Debug, Parser)]
#[command(name = "newsloom", version, about, after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Turn the raw articles into tables
    #[command(after_help = "\
Examples:
  newsloom run
  newsloom run --raw articles --out tables --jobs 4")]
    Run {
        #[command(flatten)]
        place: Place,
        /// Articles processed at once; 0: one a core
        #[arg(long, default_value_t = 0)]
        jobs: usize,
        /// Form of the messages
        #[arg(long, value_enum, default_value_t = Log::Text)]
        log: Log,
    },
    /// Say what a run would do, and why
    #[command(after_help = "\
Examples:
  newsloom plan
  newsloom plan --json | head
  newsloom plan --exit-code || newsloom run")]
    Plan {
        #[command(flatten)]
        place: Place,
        /// Everything, as JSON
        #[arg(long)]
        json: bool,
        /// End with 10 when work is due
        #[arg(long)]
        exit_code: bool,
    },
    /// Show one article: what was dropped, its sentences, dates and money
    #[command(after_help = "\
Examples:
  newsloom show 002_4625da25efb4d1b6.txt
  newsloom show path/to/any/article.txt --color always | less -R")]
    Show {
        /// Path of the article, relative to the raw folder or to here
        article: PathBuf,
        #[command(flatten)]
        place: Place,
        /// Whether to colour
        #[arg(long, value_enum, default_value_t = Color::Auto)]
        color: Color,
    },
    /// Ask the published tables in SQL
    #[command(
        disable_help_flag = true,
        after_help = "\
Examples:
  newsloom query \"SELECT value, surface FROM dates ORDER BY start_date\"
  newsloom query \"SELECT currency, SUM(amount_f64) FROM money GROUP BY currency\" --format csv"
    )]
    Query(Passed),
    /// Sum up the published tables: languages, months, currencies, the chronology
    #[command(disable_help_flag = true)]
    Summary(Passed),
    /// Annotate articles given as JSON lines
    #[command(after_help = "\
A line of input: {\"id\": …, \"text\": \"…\", \"lang\": \"fr\", \"ref_date\": \"2024-05-21\"};
`lang` and `ref_date` may be left out. A line of output has title, published, author, site,
language, blocks, sentences, dates and money; offsets refer to the text that was given.

Examples:
  echo '{\"id\": 1, \"text\": \"It cost $5m on 3 May 2024.\"}' | newsloom annotate
  newsloom annotate --stages tag --offsets byte < sentences.jsonl")]
    Annotate {
        #[command(flatten)]
        args: AnnotateArgs,
        #[command(flatten)]
        place: ConfigFile,
    },
    /// Check the published tables: hashes, schema, keys, and every span against the raw file
    #[command(after_help = "\
Examples:
  newsloom verify
  newsloom verify --rebuild")]
    Verify {
        #[command(flatten)]
        place: Place,
        /// Make a clean build in a temporary folder too, and compare the bytes
        #[arg(long)]
        rebuild: bool,
    },
    /// Print the tables' columns
    #[command(after_help = "\
Examples:
  newsloom schema
  newsloom schema --markdown > docs/TABLES.md")]
    Schema {
        /// As the data dictionary `docs/TABLES.md`
        #[arg(long)]
        markdown: bool,
    },
    /// Remove the cache and the published files (nothing else)
    #[command(after_help = "\
Examples:
  newsloom clean
  newsloom clean --out tables --cache .cache")]
    Clean {
        #[command(flatten)]
        place: Place,
    },
}

/// The configuration and what is said over it.
#[derive(Debug, Args)]
pub struct Place {
    #[command(flatten)]
    pub config: ConfigFile,
    /// Folder of the raw articles
    #[arg(long, value_name = "DIR")]
    pub raw: Option<PathBuf>,
    /// Folder of the published tables
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Folder of the cache
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ConfigFile {
    /// Configuration [default: newsloom.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Arguments passed on as they are.
#[derive(Debug, Args)]
pub struct Passed {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<std::ffi::OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}
