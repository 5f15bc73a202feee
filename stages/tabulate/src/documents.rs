//! What is said about the tables: `datapackage.json` and the data dictionary.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::column::{DECIMAL_PRECISION, DECIMAL_SCALE, Field, Kind, Table};
use crate::list::tables;

/// A published file, as `datapackage.json` lists it.
#[derive(Debug, Clone)]
pub struct PublishedFile {
    pub name: String,
    pub table: &'static str,
    pub bytes: u64,
    pub sha256: String,
}

/// The Frictionless data package (version 1 of the specification) of the published files.
pub fn datapackage(files: &[PublishedFile]) -> String {
    let tables = tables();
    let resource = |file: &PublishedFile| {
        let table = tables.iter().find(|table| table.name == file.table);
        let table = table.expect("published files are of the tables listed here");
        let is_csv = file.name.ends_with(".csv");
        let mut resource = json!({
            "name": file.name.replace('.', "-"),
            "path": file.name,
            "format": if is_csv { "csv" } else { "parquet" },
            "mediatype": if is_csv { "text/csv" } else { "application/vnd.apache.parquet" },
            "description": table.description,
            "bytes": file.bytes,
            "hash": format!("sha256:{}", file.sha256),
            "schema": schema(table),
        });
        if is_csv {
            resource["profile"] = "tabular-data-resource".into();
            resource["encoding"] = "utf-8".into();
            resource["dialect"] = json!({"lineTerminator": "\n", "delimiter": ","});
        }
        resource
    };
    let package = json!({
        "name": "newsloom",
        "title": "Press articles as tidy tables",
        "resources": files.iter().map(resource).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&package).expect("JSON values can be written");
    text.push('\n');
    text
}

fn schema(table: &Table) -> Value {
    let field = |field: &Field| {
        json!({
            "name": field.name,
            "type": frictionless_type(field.kind),
            "description": field.description,
            "constraints": {"required": !field.nullable},
        })
    };
    let key = |key: &crate::column::ForeignKey| {
        json!({
            "fields": key.columns,
            "reference": {"resource": format!("{}-csv", key.table), "fields": key.columns},
        })
    };
    json!({
        "fields": table.fields.iter().map(field).collect::<Vec<_>>(),
        "primaryKey": table.primary_key,
        "foreignKeys": table.foreign_keys.iter().map(key).collect::<Vec<_>>(),
        "missingValues": [""],
    })
}

fn frictionless_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Int32 | Kind::Int64 => "integer",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::Decimal | Kind::Float64 => "number",
    }
}

/// The data dictionary, as `docs/TABLES.md` holds it.
pub fn dictionary() -> String {
    let mut text = String::from(
        "# Tables\n\n\
         Written by `newsloom schema --markdown` from the one definition of each table; a test\n\
         compares. Each table is published as Parquet and as CSV of the same rows, in the order of\n\
         paths, then of record numbers, then of places in the text. Offsets are Unicode scalars\n\
         of the decoded raw file, half open; of a page of HTML they\n\
         enclose the source of the row's words, tags and character references as they are. In CSV a null and an empty text are both an empty\n\
         field, and text is as it came: tell a spreadsheet to import the columns as text.\n",
    );
    for table in tables() {
        let key = table.primary_key.join("`, `");
        write!(text, "\n## {}\n\n{} Key: `{key}`.", table.name, table.description)
            .expect("to memory");
        for key in table.foreign_keys {
            write!(text, " `{}` → `{}`.", key.columns.join("`, `"), key.table).expect("to memory");
        }
        text.push_str("\n\n| column | type | null | meaning |\n|---|---|---|---|\n");
        for Field { name, kind, nullable, description } in table.fields {
            let null = if nullable { "yes" } else { "" };
            writeln!(text, "| `{name}` | {} | {null} | {description} |", type_name(kind))
                .expect("to memory");
        }
    }
    text
}

fn type_name(kind: Kind) -> String {
    match kind {
        Kind::Text => "string".to_owned(),
        Kind::Int32 => "int32".to_owned(),
        Kind::Int64 => "int64".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Date => "date32".to_owned(),
        Kind::Decimal => format!("decimal({DECIMAL_PRECISION}, {DECIMAL_SCALE})"),
        Kind::Float64 => "float64".to_owned(),
    }
}
