//! `newsloom schema`: the tables' columns.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use newsloom_tabulate::{dictionary, tables};

/// Prints each table's columns, or the whole data dictionary.
///
/// # Errors
/// Where standard output cannot be written.
pub fn schema(markdown: bool) -> anyhow::Result<ExitCode> {
    let text = if markdown { dictionary() } else { listing() };
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn listing() -> String {
    let mut text = String::new();
    for table in tables() {
        let gap = if text.is_empty() { "" } else { "\n" };
        writeln!(text, "{gap}{}: {}", table.name, table.description).expect("to memory");
        for field in table.fields {
            let kind = format!("{:?}", field.kind).to_lowercase();
            let kind = format!("{kind}{}", if field.nullable { " or null" } else { "" });
            writeln!(text, "  {:22} {kind:15} {}", field.name, field.description)
                .expect("to memory");
        }
    }
    text
}
