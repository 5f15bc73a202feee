//! Columns: what a table's definition is made of, and the values it gives.
//!
//! Invariant: a column's kind and its `get` agree; `Cells::push` fails loudly where they do not.

use crate::input::ArticleInput;

/// The type of a column, the same in Arrow, CSV and the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Int32,
    Int64,
    Boolean,
    /// A day, as days since 1970-01-01.
    Date,
    /// Decimal of 38 digits, `DECIMAL_SCALE` of them after the point.
    Decimal,
    Float64,
}

pub const DECIMAL_PRECISION: u8 = 38;
pub const DECIMAL_SCALE: u8 = 9;

/// What readers are told of a column.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    pub description: &'static str,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Int(i64),
    Boolean(bool),
    Day(i32),
    /// Scaled by ten to the power of `DECIMAL_SCALE`.
    Decimal(i128),
    Float(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl<V: Into<Self>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A column of a table whose rows are made from an `R`.
pub struct Column<R> {
    pub field: Field,
    pub get: fn(&R) -> Value,
}

/// The cells of one column, in order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    Text(Vec<Option<String>>),
    Int32(Vec<Option<i32>>),
    Int64(Vec<Option<i64>>),
    Boolean(Vec<Option<bool>>),
    Date(Vec<Option<i32>>),
    Decimal(Vec<Option<i128>>),
    Float64(Vec<Option<f64>>),
}

impl Cells {
    pub fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(Vec::new()),
            Kind::Int32 => Self::Int32(Vec::new()),
            Kind::Int64 => Self::Int64(Vec::new()),
            Kind::Boolean => Self::Boolean(Vec::new()),
            Kind::Date => Self::Date(Vec::new()),
            Kind::Decimal => Self::Decimal(Vec::new()),
            Kind::Float64 => Self::Float64(Vec::new()),
        }
    }

    /// Adds the cell of one row.
    ///
    /// # Panics
    /// Where the value is not of the column's kind, or a number does not fit it: a fault of the
    /// table's definition, which the tests of this package run through.
    pub fn push(&mut self, value: Value) {
        match (self, value) {
            (Self::Text(cells), Value::Text(text)) => cells.push(Some(text)),
            (Self::Int32(cells), Value::Int(number)) => {
                cells.push(Some(number.try_into().expect("offsets and counts are below 2^31")));
            }
            (Self::Int64(cells), Value::Int(number)) => cells.push(Some(number)),
            (Self::Boolean(cells), Value::Boolean(truth)) => cells.push(Some(truth)),
            (Self::Date(cells), Value::Day(day)) => cells.push(Some(day)),
            (Self::Decimal(cells), Value::Decimal(number)) => cells.push(Some(number)),
            (Self::Float64(cells), Value::Float(number)) => cells.push(Some(number)),
            (cells, Value::Null) => cells.push_null(),
            (cells, value) => unreachable!("{value:?} in a column of {cells:?}"),
        }
    }

    fn push_null(&mut self) {
        match self {
            Self::Text(cells) => cells.push(None),
            Self::Int32(cells) | Self::Date(cells) => cells.push(None),
            Self::Int64(cells) => cells.push(None),
            Self::Boolean(cells) => cells.push(None),
            Self::Decimal(cells) => cells.push(None),
            Self::Float64(cells) => cells.push(None),
        }
    }
}

/// A layer that a table's rows can be made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayerName {
    Document,
    Blocks,
    Language,
    Sentences,
    Mentions,
}

/// A table's name, meaning and columns.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: &'static str,
    pub description: &'static str,
    pub fields: Vec<Field>,
    pub primary_key: &'static [&'static str],
    pub foreign_keys: &'static [ForeignKey],
    /// The layers that decide its rows, besides the article's id and, in `articles` alone, its
    /// content hash, its length in bytes and what it is a duplicate of.
    pub layers: &'static [LayerName],
    /// The cells of its rows of these articles.
    pub(crate) columns_of: for<'a> fn(&'a [ArticleInput<'a>]) -> Vec<Cells>,
}

/// Columns of a table that name a row of another by the columns of its primary key.
#[derive(Debug, Clone, Copy)]
pub struct ForeignKey {
    pub columns: &'static [&'static str],
    pub table: &'static str,
}
