//! The command line: what can be typed, with help for newcomers.
//!
//! Invariant: this file knows words and flags; what a command does stands in `commands`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::annotate::AnnotateArgs;

const AFTER_HELP: &str = "\
Exit status:
  0   done
  1   done, but some articles were rejected (they are in the table `rejects`); `diff`: rows differ
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
What did not change since the last run is not computed again. Files that cannot be read become
rows of the table `rejects`, and the exit status is 1; the other articles are published.

Examples:
  newsloom run
  newsloom run --raw articles --out tables --jobs 4
  newsloom run --log json 2> messages.jsonl")]
    Run {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: RunArgs,
    },
    /// Say what a run would do, and why
    #[command(after_help = "\
Nothing is written, and of the articles only new ones are decoded.

Examples:
  newsloom plan
  newsloom plan --explain
  newsloom plan --json | head
  newsloom plan --exit-code > /dev/null || newsloom run")]
    Plan {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: PlanArgs,
    },
    /// Show one article: what was dropped, its sentences, dates and money
    #[command(after_help = "\
The article is read and annotated afresh; nothing is written. Dropped lines are struck through,
with their kind in the margin and the rule that dropped them at the end. Sentences are numbered
as in the table `sentences`; each date and sum is followed by its value.

Examples:
  newsloom show 002_4625da25efb4d1b6.txt
  newsloom show path/to/any/article.txt --color always | less -R")]
    Show {
        /// Path of the article, relative to the raw folder or to here
        article: PathBuf,
        #[command(flatten)]
        source: Source,
        /// When to colour; `auto`: on a terminal, unless NO_COLOR is set
        #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
        color: Color,
    },
    /// Ask the published tables in SQL
    #[command(after_help = "\
Tables: articles, blocks, sentences, dates, money, rejects; `newsloom schema` lists their columns.
Options: --format table, csv, json or parquet; --out DIR, the folder of the tables.
The work is done by the program `newsloom-query`, which `make query` builds.

Examples:
  newsloom query \"SELECT value, surface FROM dates ORDER BY start_date\"
  newsloom query \"SELECT currency, COUNT(*) AS sums FROM money GROUP BY currency\" --format csv")]
    Query(Passed),
    /// Sum up the published tables: languages, months, currencies, the chronology
    #[command(after_help = "\
Options: --out DIR, the folder of the tables.
The work is done by the program `newsloom-query`, which `make query` builds.

Examples:
  newsloom summary")]
    Summary(Passed),
    /// Annotate articles given as JSON lines on standard input
    #[command(after_help = "\
A line of input is one article:
  {\"id\": …, \"text\": \"…\", \"lang\": \"fr\", \"ref_date\": \"2024-05-21\"}
`lang` (told, not detected) and `ref_date` (the day it was written; YYYY, YYYY-MM or YYYY-MM-DD)
may be left out. A line of output has, in the same order, `id`, `title`, `published`, `author`,
`site`, `language`, `blocks`, `sentences`, `dates` and `money`; members of stages that did not
run are left out. Offsets count from the start of the given text, the end excluded. A sentence is
[start, end], or [start, end, start, end] where the article was cut in two inside it.
With --group, lines that many articles of one `site` (in the input, any name or number) have in
common are dropped; all of the input is then held in memory before the first answer is given.
A line that is no article is answered by {\"id\", \"error\"}, and the exit status is 1 at the end.
Without `strip` the text is taken as clean, without `detect` its language is `lang`, and without
`segment` each paragraph of the text is one sentence.

Examples:
  echo '{\"id\": 1, \"lang\": \"en\", \"text\": \"It cost $5m on 3 May 2024.\"}' |
    newsloom annotate --stages tag
  newsloom annotate --stages detect,segment < articles.jsonl > sentences.jsonl")]
    Annotate {
        #[command(flatten)]
        args: AnnotateArgs,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Check the published tables: hashes, schema, keys, and every span against the raw file
    #[command(after_help = "\
Exit status 5 where anything is wrong; of each kind of fault the first ten are told.
The raw articles are read again, and compared with what the rows say of them.
--rebuild makes its build in a hidden folder beside the cache folder, which needs room for the
cache and the tables once more and is removed at the end; a run may go on meanwhile.

Examples:
  newsloom verify
  newsloom verify --rebuild")]
    Verify {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: VerifyArgs,
    },
    /// List the rows added, removed and changed between two published folders
    #[command(after_help = "\
Rows are matched by the primary key of their table. Printed are at most 20 rows of a table and
kind (+ added, - removed, ~ changed) with long cells cut short; --json gives all of them. Where
program, configuration or stages are not the same, that is said first; it counts for nothing in
the exit status: 0 no row differs, 1 rows differ, 2 wrong usage, 3 something cannot be read or is
not as its manifest says.

Examples:
  newsloom diff last-week outputs
  newsloom diff /srv/a/outputs/manifest.json /srv/b/outputs/manifest.json
  newsloom diff before after --json | jq -c 'select(.table == \"money\")'")]
    Diff {
        #[command(flatten)]
        args: DiffArgs,
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
    /// Shrink the cache to what the published tables are made of
    #[command(after_help = "\
A run does so by itself when the cache holds three times what is in use. What other settings or
articles gave earlier is forgotten, and computed again when it is needed.

Examples:
  newsloom gc")]
    Gc {
        #[command(flatten)]
        place: Place,
    },
    /// Remove the cache and the published files, and nothing else
    #[command(after_help = "\
Only files that Newsloom made are removed, by name; what else lies in the folders stays, and so
do folders that still hold something. Links are not followed.

Examples:
  newsloom clean
  newsloom clean --out tables")]
    Clean {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Articles processed at once; 0: one a core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    /// Read every article, even where its size and time say that it did not change
    #[arg(long)]
    pub rehash: bool,
    /// Memory that batches of articles are cut by, in MiB; changes no result
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(16..1_000_000))]
    pub memory_limit: u64,
    /// Form of the messages
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Log::Text)]
    pub log: Log,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Everything, as JSON
    #[arg(long)]
    pub json: bool,
    /// Every article and stage with its reason, not only the first ones
    #[arg(long, conflicts_with = "json")]
    pub explain: bool,
    /// End with 10 when work is due
    #[arg(long)]
    pub exit_code: bool,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Make a clean build beside the cache folder too, and compare the bytes
    #[arg(long)]
    pub rebuild: bool,
}

#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Manifest of the folder published before, or that folder
    #[arg(value_name = "MANIFEST")]
    pub old: PathBuf,
    /// Manifest of the folder published after, or that folder
    #[arg(value_name = "MANIFEST")]
    pub new: PathBuf,
    /// Everything, as JSON lines
    #[arg(long)]
    pub json: bool,
}

/// The configuration and all folders said over it.
#[derive(Debug, Args)]
pub struct Place {
    #[command(flatten)]
    pub source: Source,
    /// Folder of the published tables [default: `paths.out` of the configuration]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Folder of the cache [default: `paths.cache` of the configuration]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
}

/// The configuration and where the articles lie.
#[derive(Debug, Args)]
pub struct Source {
    #[command(flatten)]
    pub config: ConfigFile,
    /// Folder of the raw articles [default: `paths.raw` of the configuration]
    #[arg(long, value_name = "DIR")]
    pub raw: Option<PathBuf>,
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
    /// Passed on to `newsloom-query`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
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
