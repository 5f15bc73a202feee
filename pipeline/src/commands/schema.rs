//! `newsloom schema`: the tables' columns.

use std::io::Write as _;
use std::process::ExitCode;

use newsloom_tabulate::{dictionary, tables};

/// Prints each table's columns, or the whole data dictionary.
///
/// # Errors
/// Where standard output cannot be written.
pub fn schema(markdown: bool) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    if markdown {
        out.write_all(dictionary().as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    for table in tables() {
        writeln!(out, "{} — {}", table.name, table.description)?;
        for field in table.fields {
            let null = if field.nullable { "or null" } else { "" };
            writeln!(out, "  {:22} {:9} {null}", field.name, format!("{:?}", field.kind))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
