//! `newsloom diff`: the rows added, removed and changed between two published folders.
//!
//! Invariant: what is printed holds no control character of an article, and the exit status says
//! the truth even where nobody reads the output any more.

use std::io::{self, BufWriter, Stdout, Write as _, stdout};
use std::ops::ControlFlow;
use std::process::ExitCode;

use csv::StringRecord;
use newsloom_tabulate::{Kind, Table, tables};
use serde_json::{Map, Value, json};

use crate::cli::DiffArgs;
use crate::engine::diff::{
    Change, Column, Columns, Published, Setting, compare, json_of, settings,
};

/// Rows differ.
const DIFFERENT: u8 = 1;
/// Rows of a table and kind of change that are printed.
const ROWS_SHOWN: u64 = 20;
/// Characters of a cell and of a whole row that are printed.
const CELL_SHOWN: usize = 60;
const ROW_SHOWN: usize = 160;
/// Characters printed before the first one that differs.
const CONTEXT_SHOWN: usize = 16;
/// Hexadecimal digits of a fingerprint that are printed.
const FINGERPRINT_SHOWN: usize = 12;

/// Prints how two published folders differ.
///
/// # Errors
/// Where a folder cannot be read or is not as its manifest says.
pub fn diff(args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let (old, new) = (Published::open(&args.old)?, Published::open(&args.new)?);
    let mut report = Report::new(args.json);
    for setting in settings(&old, &new) {
        report.setting(&setting)?;
    }
    for table in tables() {
        report.table(&table, &old, &new)?;
        if report.is_settled() {
            break;
        }
    }
    report.unknown_tables(&old, &new)?;
    report.end()
}

/// How many rows of a table differ, and what is printed of them.
#[derive(Debug, Default)]
struct Changes {
    added: Kept,
    removed: Kept,
    changed: Kept,
}

/// The first rows of one kind of change, as text, and how many there are.
#[derive(Debug, Default)]
struct Kept {
    count: u64,
    lines: Vec<String>,
}

impl Changes {
    fn of(&mut self, change: &Change) -> &mut Kept {
        match change {
            Change::Added(_) => &mut self.added,
            Change::Removed(_) => &mut self.removed,
            Change::Changed(..) => &mut self.changed,
        }
    }

    fn kinds(&self) -> [(&'static str, &Kept); 3] {
        [("added", &self.added), ("removed", &self.removed), ("changed", &self.changed)]
    }
}

struct Report {
    json: bool,
    out: BufWriter<Stdout>,
    is_closed: bool,
    is_different: bool,
}

impl Report {
    fn new(json: bool) -> Self {
        let out = BufWriter::new(stdout());
        Self { json, out, is_closed: false, is_different: false }
    }

    /// Whether nothing is left to find out: nobody reads on, and the exit status is known.
    fn is_settled(&self) -> bool {
        self.is_closed && self.is_different
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let written = writeln!(self.out, "{line}");
        self.unless_closed(written)
    }

    fn unless_closed(&mut self, written: io::Result<()>) -> io::Result<()> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            written => written,
        }
    }

    fn say(&mut self, words: &str, value: &Value) -> io::Result<()> {
        if self.json { self.line(&value.to_string()) } else { self.line(words) }
    }

    fn setting(&mut self, setting: &Setting) -> io::Result<()> {
        let Setting { name, old, new } = setting;
        let words = |value: &Option<Value>| match value {
            None => "—".to_owned(),
            Some(Value::String(hash)) if name.starts_with("stages.") => {
                window(&hash.escape_debug().to_string(), 0, FINGERPRINT_SHOWN)
            }
            Some(value) => printable(value),
        };
        let line = format!("{}: {} → {}", name.escape_debug(), words(old), words(new));
        self.say(&line, &json!({"code": "setting", "name": name, "old": old, "new": new}))
    }

    fn table(&mut self, table: &Table, old: &Published, new: &Published) -> anyhow::Result<()> {
        let name = table.name;
        let is_same = |file: &str| old.sha256(file) == new.sha256(file);
        let mut changes = Changes::default();
        if !is_same(&format!("{name}.csv")) {
            let columns = compare(table, old, new, |columns, change| {
                self.is_different = true;
                let kept = changes.of(change);
                kept.count += 1;
                if self.json {
                    self.line(&json_line(name, columns, change).to_string())?;
                } else if kept.count <= ROWS_SHOWN {
                    kept.lines.push(row_text(columns, change));
                }
                Ok(if self.is_settled() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            })?;
            self.columns(name, &columns)?;
        }
        let [(_, added), (_, removed), (_, changed)] = changes.kinds();
        let (added, removed, changed) = (added.count, removed.count, changed.count);
        let counted = match added + removed + changed {
            0 => format!("no row differs, of {}", new.row_count(name)),
            _ => format!("{added} added, {removed} removed, {changed} changed"),
        };
        let is_parquet_alone =
            added + removed + changed == 0 && !is_same(&format!("{name}.parquet"));
        let note = if is_parquet_alone { "; the bytes of the Parquet files differ" } else { "" };
        self.say(
            &format!("{name}: {counted}{note}"),
            &json!({
                "code": "table", "table": name,
                "added": added, "removed": removed, "changed": changed,
                "rows_old": old.row_count(name), "rows_new": new.row_count(name),
            }),
        )?;
        for (kind, kept) in changes.kinds() {
            for line in &kept.lines {
                self.line(line)?;
            }
            if !self.json && kept.count > ROWS_SHOWN {
                let more_count = kept.count - ROWS_SHOWN;
                self.line(&format!("  … and {more_count} more {kind}; all with --json"))?;
            }
        }
        Ok(())
    }

    fn columns(&mut self, table: &str, columns: &Columns) -> io::Result<()> {
        for (side, names) in [("old", &columns.only_old), ("new", &columns.only_new)] {
            for name in names {
                self.is_different = true;
                self.say(
                    &format!("{table}: only the {side} table has a column {name:?}"),
                    &json!({"code": "column", "table": table, "name": name, "only": side}),
                )?;
            }
        }
        Ok(())
    }

    /// Tables of another version of the program are compared by their hashes alone.
    fn unknown_tables(&mut self, old: &Published, new: &Published) -> io::Result<()> {
        let tables = tables();
        let mut names: Vec<&str> = old.table_names().chain(new.table_names()).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| tables.iter().all(|table| table.name != *name));
        for name in names {
            let file = format!("{name}.csv");
            if old.sha256(&file) != new.sha256(&file) {
                self.is_different = true;
                self.say(
                    &format!("{}: differs; this program does not know it", name.escape_debug()),
                    &json!({"code": "unknown_table", "table": name}),
                )?;
            }
        }
        Ok(())
    }

    fn end(mut self) -> anyhow::Result<ExitCode> {
        let flushed = self.out.flush();
        self.unless_closed(flushed)?;
        Ok(ExitCode::from(if self.is_different { DIFFERENT } else { 0 }))
    }
}

/// A row as one line of JSON: whole where it is added or removed, else its key and what changed.
fn json_line(table: &str, columns: &Columns, change: &Change) -> Value {
    let cell = |column: &Column| {
        (column.field.name.to_owned(), json_of(&column.field, change.cell(column)))
    };
    let key: Map<String, Value> = columns.key.iter().map(cell).collect();
    let code = match change {
        Change::Added(_) => "added",
        Change::Removed(_) => "removed",
        Change::Changed(old, new) => {
            let cells = changed_cells(columns, old, new).map(|(column, old, new)| {
                let json = |cell| json_of(&column.field, cell);
                (column.field.name.to_owned(), json!({"old": json(old), "new": json(new)}))
            });
            let cells: Map<String, Value> = cells.collect();
            return json!({"code": "changed", "table": table, "key": key, "columns": cells});
        }
    };
    let others = columns.others.iter().map(cell);
    let row: Map<String, Value> = key.into_iter().chain(others).collect();
    json!({"code": code, "table": table, "row": row})
}

fn changed_cells<'a>(
    columns: &'a Columns,
    old: &'a StringRecord,
    new: &'a StringRecord,
) -> impl Iterator<Item = (&'a Column, &'a str, &'a str)> {
    let cells = columns.others.iter().map(move |column| (column, column.cells(old, new)));
    cells.filter(|(_, (old, new))| old != new).map(|(column, (old, new))| (column, old, new))
}

/// A row for the terminal: its mark and key, and its cells or those that changed.
fn row_text(columns: &Columns, change: &Change) -> String {
    let key = columns.key.iter().map(|column| {
        let cell = change.cell(column).escape_debug();
        let is_number = column.field.kind != Kind::Text;
        if is_number { format!("{} {cell}", column.field.name) } else { cell.to_string() }
    });
    let key = key.collect::<Vec<_>>().join(", ");
    let mark = match change {
        Change::Added(_) => '+',
        Change::Removed(_) => '-',
        Change::Changed(old, new) => {
            let mut text = format!("  ~ {key}");
            for (column, old, new) in changed_cells(columns, old, new) {
                let (old, new) = (cell_text(column, old, new), cell_text(column, new, old));
                text.push_str(&format!("\n      {}: {old} → {new}", column.field.name));
            }
            return text;
        }
    };
    // The words that the row is about go first.
    let mut cells: Vec<&Column> = columns.others.iter().collect();
    cells.sort_by_key(|column| !["text", "surface", "title"].contains(&column.field.name));
    let cells = cells.into_iter().map(|column| (column, change.cell(column)));
    let cells = cells.filter(|(_, cell)| !cell.is_empty());
    let cells = cells
        .map(|(column, cell)| format!("{} {}", column.field.name, cell_text(column, cell, cell)));
    window(&format!("  {mark} {key}: {}", cells.collect::<Vec<_>>().join(", ")), 0, ROW_SHOWN)
}

/// A cell for the terminal: texts in quotes, from a little before where `other` differs.
fn cell_text(column: &Column, cell: &str, other: &str) -> String {
    if cell.is_empty() && column.field.nullable {
        return "—".to_owned();
    }
    let same = cell.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let is_long = cell.chars().nth(CELL_SHOWN).is_some() && cell != other;
    let first = if is_long { same.saturating_sub(CONTEXT_SHOWN) } else { 0 };
    let shown = window(cell, first, CELL_SHOWN);
    if column.field.kind == Kind::Text {
        format!("{shown:?}")
    } else {
        shown.escape_debug().to_string()
    }
}

/// A value as JSON, without the control characters that JSON lets stand.
fn printable(value: &Value) -> String {
    let mut text = String::new();
    for ch in value.to_string().chars() {
        if ch.is_ascii_graphic() || ch == ' ' {
            text.push(ch);
        } else {
            text.extend(ch.escape_debug());
        }
    }
    text
}

/// At most `length` characters of `text` from `first` on, with an ellipsis for what is left out.
fn window(text: &str, first: usize, length: usize) -> String {
    let before = if first > 0 { "…" } else { "" };
    let mut chars = text.chars().skip(first);
    let shown: String = chars.by_ref().take(length).collect();
    let after = if chars.next().is_some() { "…" } else { "" };
    format!("{before}{shown}{after}")
}
