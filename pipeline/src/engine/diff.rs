//! Two published folders compared row by row, by the primary key of each table.
//!
//! Invariant: memory is bounded by the longest row. The CSV files are merged in the order they are
//! published in; a file that is not in that order, or not the one its manifest lists, is an error.

use std::cmp::Ordering;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use csv::StringRecord;
use newsloom_tabulate::{Field, Kind, Table};
use serde_json::Value;

use super::hash::Hashing;

/// A published folder, by its manifest.
#[derive(Debug)]
pub struct Published {
    folder: PathBuf,
    manifest: Value,
}

/// A member of the manifests that says how the tables came about, where it is not the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The members' names from the top, joined by dots.
    pub name: String,
    pub old: Option<Value>,
    pub new: Option<Value>,
}

/// A column of two tables to be compared.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub field: Field,
    old: usize,
    new: usize,
}

/// What two tables have in common and what not.
#[derive(Debug, Default)]
pub struct Columns {
    pub key: Vec<Column>,
    /// The columns of both tables beyond the key.
    pub others: Vec<Column>,
    pub only_old: Vec<String>,
    pub only_new: Vec<String>,
}

/// A row that is not the same in both tables.
#[derive(Debug)]
pub enum Change<'a> {
    Added(&'a StringRecord),
    Removed(&'a StringRecord),
    Changed(&'a StringRecord, &'a StringRecord),
}

impl Change<'_> {
    /// The cell of `column`, of the new row where there are two.
    pub fn cell(&self, column: &Column) -> &str {
        match self {
            Self::Removed(old) => &old[column.old],
            Self::Added(new) | Self::Changed(_, new) => &new[column.new],
        }
    }
}

impl Column {
    /// The cells of a changed row.
    pub fn cells<'a>(&self, old: &'a StringRecord, new: &'a StringRecord) -> (&'a str, &'a str) {
        (&old[self.old], &new[self.new])
    }
}

impl Published {
    /// Opens a published folder by its path or that of its manifest.
    ///
    /// # Errors
    /// Where there is no manifest of Newsloom.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let path = if path.is_dir() { path.join("manifest.json") } else { path.to_owned() };
        let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: Option<Value> = serde_json::from_slice(&text).ok();
        let manifest = manifest.filter(|manifest| manifest["newsloom"].is_string());
        let manifest = manifest.with_context(|| {
            format!("{} is no manifest.json of a folder published by newsloom", path.display())
        })?;
        Ok(Self { folder: path.parent().unwrap_or(Path::new("")).to_owned(), manifest })
    }

    /// The hash of a published file, as the manifest lists it.
    pub fn sha256(&self, name: &str) -> Option<&str> {
        self.manifest["sha256"][name].as_str()
    }

    /// The names of the published CSV files, less the extension.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        let files = self.manifest["sha256"].as_object().into_iter().flatten();
        files.filter_map(|(name, _)| name.strip_suffix(".csv"))
    }

    /// How many rows the manifest counts in a table.
    pub fn row_count(&self, table: &str) -> u64 {
        self.manifest["rows"][table].as_u64().unwrap_or(0)
    }
}

/// Where the manifests' program, configuration and stage fingerprints differ.
pub fn settings(old: &Published, new: &Published) -> Vec<Setting> {
    let mut found = Vec::new();
    for name in ["newsloom", "configuration", "stages"] {
        let of = |published: &Published| published.manifest.get(name).cloned();
        add_settings(name, of(old), of(new), &mut found);
    }
    found
}

fn add_settings(name: &str, old: Option<Value>, new: Option<Value>, found: &mut Vec<Setting>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let mut members: Vec<&String> = old.keys().chain(new.keys()).collect();
            members.sort();
            members.dedup();
            for member in members {
                let of = |object: &serde_json::Map<String, Value>| object.get(member).cloned();
                add_settings(&format!("{name}.{member}"), of(&old), of(&new), found);
            }
        }
        (old, new) => found.push(Setting { name: name.to_owned(), old, new }),
    }
}

/// Tells `on_change` every row of `table` that differs, in the order of the keys, until it breaks.
///
/// # Errors
/// Where a file cannot be read, is not the one its manifest lists, or is not in order.
pub fn compare(
    table: &Table,
    old: &Published,
    new: &Published,
    mut on_change: impl FnMut(&Columns, &Change) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<Columns> {
    let (mut old, mut new) = (Rows::open(table, old)?, Rows::open(table, new)?);
    let columns = columns(table, &old.header, &new.header);
    old.advance()?;
    new.advance()?;
    loop {
        let order = match (&old.key, &new.key) {
            (None, None) => return Ok(columns),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.cmp(new),
        };
        let change = match order {
            Ordering::Less => Some(Change::Removed(&old.record)),
            Ordering::Greater => Some(Change::Added(&new.record)),
            Ordering::Equal => {
                let differs = |column: &Column| {
                    let (old, new) = column.cells(&old.record, &new.record);
                    old != new
                };
                let differs = columns.others.iter().any(differs);
                differs.then_some(Change::Changed(&old.record, &new.record))
            }
        };
        if let Some(change) = change
            && on_change(&columns, &change)?.is_break()
        {
            return Ok(columns);
        }
        if order.is_le() {
            old.advance()?;
        }
        if order.is_ge() {
            new.advance()?;
        }
    }
}

/// Columns are matched by name, so that tables of two versions of the program can be compared.
fn columns(table: &Table, old: &StringRecord, new: &StringRecord) -> Columns {
    let mut columns = Columns::default();
    let place = |header: &StringRecord, name: &str| header.iter().position(|other| other == name);
    for field in &table.fields {
        let column = match (place(old, field.name), place(new, field.name)) {
            (Some(old), Some(new)) => Column { field: *field, old, new },
            _ => continue,
        };
        let is_key = table.primary_key.contains(&field.name);
        if is_key { columns.key.push(column) } else { columns.others.push(column) }
    }
    let only = |these: &StringRecord, those: &StringRecord| {
        let only = these.iter().filter(|name| place(those, name).is_none());
        only.map(str::to_owned).collect()
    };
    columns.only_old = only(old, new);
    columns.only_new = only(new, old);
    columns
}

/// The place of a row: articles in bytewise order of their files' paths, then of their numbers in
/// the file, then the row's own numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    path: String,
    record: Option<u64>,
    positions: Vec<u64>,
}

impl Key {
    /// The key of a row by the cells of its primary key, the article's id first.
    fn of<'a>(mut cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (path, record) = split_id(cells.next()?);
        let positions: Result<_, _> = cells.map(str::parse).collect();
        Some(Self { path: path.to_owned(), record, positions: positions.ok()? })
    }
}

/// The path of an article's file, and its number where it is a record of a file (`a.jsonl#7`).
/// A name without extension (`No 7 #2`) is a file's own.
fn split_id(id: &str) -> (&str, Option<u64>) {
    let record = id.rsplit_once('#').and_then(|(path, number)| {
        let record: u64 = number.parse().ok()?;
        let (_, extension) = path.rsplit_once('.')?;
        let is_extension = extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_extension && record.to_string() == number).then_some((path, record))
    });
    record.map_or((id, None), |(path, record)| (path, Some(record)))
}

/// The rows of a published CSV file, one at a time.
struct Rows {
    path: PathBuf,
    /// None where the manifest lists no such file: a table without rows.
    reader: Option<csv::Reader<Hashing<File>>>,
    sha256: String,
    header: StringRecord,
    /// Where the primary key's columns stand.
    key_places: Vec<usize>,
    record: StringRecord,
    /// The key of `record`; none before the first and after the last row.
    key: Option<Key>,
}

impl Rows {
    fn open(table: &Table, published: &Published) -> anyhow::Result<Self> {
        let name = format!("{}.csv", table.name);
        let path = published.folder.join(&name);
        let mut rows = Self {
            path,
            reader: None,
            sha256: String::new(),
            header: table.fields.iter().map(|field| field.name).collect(),
            key_places: Vec::new(),
            record: StringRecord::new(),
            key: None,
        };
        let Some(sha256) = published.sha256(&name) else { return Ok(rows) };
        sha256.clone_into(&mut rows.sha256);
        let path = &rows.path;
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut reader = csv::Reader::from_reader(Hashing::new(file));
        reader.headers().with_context(|| path.display().to_string())?.clone_into(&mut rows.header);
        for column in table.primary_key {
            let place = rows.header.iter().position(|name| name == *column);
            let place = place.with_context(|| format!("{}: no column {column}", path.display()))?;
            rows.key_places.push(place);
        }
        rows.reader = Some(reader);
        Ok(rows)
    }

    fn advance(&mut self) -> anyhow::Result<()> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        let path = self.path.display();
        if !reader.read_record(&mut self.record).with_context(|| path.to_string())? {
            self.key = None;
            return self.check_hash();
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let cells = self.key_places.iter().map(|place| &self.record[*place]);
        let Some(key) = Key::of(cells) else { bail!("{path}:{line}: the key is no number") };
        ensure!(
            self.key.as_ref().is_none_or(|before| *before <= key),
            "{path}:{line}: the row is not in the order of the keys; publish the folder afresh"
        );
        self.key = Some(key);
        Ok(())
    }

    /// Whether the file read to its end was the one that the manifest lists.
    fn check_hash(&mut self) -> anyhow::Result<()> {
        let Some(reader) = self.reader.take() else { return Ok(()) };
        let (_, hash) = reader.into_inner().finish();
        let path = self.path.display();
        ensure!(
            hash.to_string() == self.sha256,
            "{path} is not the file that its manifest lists; see `newsloom verify`"
        );
        Ok(())
    }
}

/// A cell as a JSON value of its column's type; decimals stay text, to be exact.
pub fn json_of(field: &Field, cell: &str) -> Value {
    if cell.is_empty() && (field.nullable || field.kind != Kind::Text) {
        return Value::Null;
    }
    let typed = match field.kind {
        Kind::Int32 | Kind::Int64 => cell.parse::<i64>().ok().map(Value::from),
        Kind::Boolean => cell.parse::<bool>().ok().map(Value::from),
        Kind::Float64 => cell.parse::<f64>().ok().map(Value::from),
        Kind::Text | Kind::Date | Kind::Decimal => None,
    };
    typed.unwrap_or_else(|| cell.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_a_file_are_in_the_order_of_their_numbers() {
        let ids = ["a!.txt", "a.jsonl", "a.jsonl#2", "a.jsonl#10", "a.jsonl!", "b #10", "b #2"];
        let keys: Vec<Key> = ids.iter().map(|id| Key::of([*id].into_iter()).unwrap()).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(split_id("a.jsonl#07"), ("a.jsonl#07", None));
        assert_eq!(split_id("a.b/no extension#7"), ("a.b/no extension#7", None));
    }
}
