//! Rows to CSV bytes.
//!
//! Invariant: a null and an empty text are both an empty field; lines end in `\n`.

use std::io::Write as _;

use arrow::array::{
    Array, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array,
    Int64Array, RecordBatch, StringArray,
};
use csv::{Terminator, Writer, WriterBuilder};
use newsloom_stages::day;

use crate::amount::text_of;
use crate::column::{Kind, Table};

/// The CSV header line of `table`.
pub fn csv_header(table: &Table) -> Vec<u8> {
    let mut writer = writer(0);
    let names = table.fields.iter().map(|field| field.name);
    writer.write_record(names).expect("writing to memory does not fail");
    writer.into_inner().expect("writing to memory does not fail")
}

/// The rows of a batch of `table` as CSV records without the header.
pub(crate) fn csv_records(table: &Table, batch: &RecordBatch) -> Vec<u8> {
    let fields = table.fields.iter().zip(batch.columns());
    let columns: Vec<Cells> = fields.map(|(field, array)| Cells::of(field.kind, array)).collect();
    let mut writer = writer(batch.get_array_memory_size());
    let mut made = Vec::new();
    for row in 0..batch.num_rows() {
        for column in &columns {
            made.clear();
            let field = column.field(row, &mut made);
            writer.write_field(field).expect("writing to memory does not fail");
        }
        writer.write_record(None::<&[u8]>).expect("writing to memory does not fail");
    }
    writer.into_inner().expect("writing to memory does not fail")
}

fn writer(capacity: usize) -> Writer<Vec<u8>> {
    let terminator = Terminator::Any(b'\n');
    WriterBuilder::new().terminator(terminator).from_writer(Vec::with_capacity(capacity))
}

/// The cells of one column.
enum Cells<'a> {
    Text(&'a StringArray),
    Int32(&'a Int32Array),
    Int64(&'a Int64Array),
    Boolean(&'a BooleanArray),
    Date(&'a Date32Array),
    Decimal(&'a Decimal128Array),
    Float64(&'a Float64Array),
}

impl<'a> Cells<'a> {
    fn of(kind: Kind, array: &'a dyn Array) -> Self {
        match kind {
            Kind::Text => Self::Text(array.as_string()),
            Kind::Int32 => Self::Int32(array.as_primitive()),
            Kind::Int64 => Self::Int64(array.as_primitive()),
            Kind::Boolean => Self::Boolean(array.as_boolean()),
            Kind::Date => Self::Date(array.as_primitive()),
            Kind::Decimal => Self::Decimal(array.as_primitive()),
            Kind::Float64 => Self::Float64(array.as_primitive()),
        }
    }

    /// The text of one cell, made in `out` where it does not lie in the column.
    fn field<'b>(&self, row: usize, out: &'b mut Vec<u8>) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            Self::Text(cells) if cells.is_valid(row) => return cells.value(row).as_bytes(),
            Self::Int32(cells) if cells.is_valid(row) => push_int(cells.value(row), out),
            Self::Int64(cells) if cells.is_valid(row) => push_int(cells.value(row), out),
            Self::Boolean(cells) if cells.is_valid(row) => {
                out.extend(if cells.value(row) { &b"true"[..] } else { b"false" });
            }
            Self::Date(cells) if cells.is_valid(row) => {
                out.extend(day::iso(cells.value(row)).unwrap_or_default().as_bytes());
            }
            Self::Decimal(cells) if cells.is_valid(row) => {
                out.extend(text_of(cells.value(row)).as_bytes());
            }
            Self::Float64(cells) if cells.is_valid(row) => {
                write!(out, "{}", cells.value(row)).expect("writing to memory does not fail");
            }
            _ => {}
        }
        out
    }
}

/// Appends a number in decimal.
fn push_int(number: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, 10, -1, 1234, i64::MAX, i64::MIN] {
            let mut out = b"x".to_vec();
            push_int(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("x{number}"));
        }
    }
}
