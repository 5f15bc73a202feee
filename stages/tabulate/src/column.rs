//! Columns: what a table's definition is made of, and the values it gives.
//!
//! Invariant: a column's kind and its `get` agree; `Column::cells` fails loudly where they do not.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
    StringBuilder,
};
use arrow::datatypes::DataType;

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

impl Kind {
    /// The type of the column in Arrow.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Decimal => {
                DataType::Decimal128(DECIMAL_PRECISION, DECIMAL_SCALE.try_into().expect("9 fits"))
            }
            Self::Float64 => DataType::Float64,
        }
    }
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

/// One cell, borrowed from the row where it can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'r> {
    Null,
    Text(Cow<'r, str>),
    Int(i64),
    Boolean(bool),
    Day(i32),
    /// Scaled by ten to the power of `DECIMAL_SCALE`.
    Decimal(i128),
    Float(f64),
}

impl<'r> From<&'r str> for Value<'r> {
    fn from(text: &'r str) -> Self {
        Self::Text(text.into())
    }
}

impl<'r> From<Cow<'r, str>> for Value<'r> {
    fn from(text: Cow<'r, str>) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl<V: Into<Self>> From<Option<V>> for Value<'_> {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A column of a table whose rows are made from an `R`.
pub struct Column<R> {
    pub field: Field,
    pub get: for<'r> fn(&'r R) -> Value<'r>,
}

impl<R> Column<R> {
    /// The cells of this column, one for each of `rows`.
    ///
    /// # Panics
    /// Where a value is not of the column's kind, or a number does not fit it: a fault of the
    /// table's definition, which the tests of this package run through.
    pub fn cells(&self, rows: &[R]) -> ArrayRef {
        let values = rows.iter().map(self.get);
        match self.field.kind {
            Kind::Text => {
                let mut cells = StringBuilder::new();
                values.for_each(|value| match value {
                    Value::Text(text) => cells.append_value(text),
                    value => cells.append_option(value.none::<&str>()),
                });
                Arc::new(cells.finish())
            }
            Kind::Int32 => {
                let narrow = |number: i64| number.try_into().expect("counts are below 2^31");
                let numbers = values.map(|value| value.int().map(narrow));
                Arc::new(numbers.collect::<Int32Array>())
            }
            Kind::Int64 => Arc::new(values.map(Value::int).collect::<Int64Array>()),
            Kind::Boolean => Arc::new(values.map(Value::boolean).collect::<BooleanArray>()),
            Kind::Date => Arc::new(values.map(Value::day).collect::<Date32Array>()),
            Kind::Decimal => {
                let numbers = values.map(Value::decimal).collect::<Decimal128Array>();
                Arc::new(numbers.with_data_type(Kind::Decimal.arrow()))
            }
            Kind::Float64 => Arc::new(values.map(Value::float).collect::<Float64Array>()),
        }
    }
}

impl Value<'_> {
    fn int(self) -> Option<i64> {
        if let Self::Int(number) = self { Some(number) } else { self.none() }
    }

    fn boolean(self) -> Option<bool> {
        if let Self::Boolean(truth) = self { Some(truth) } else { self.none() }
    }

    fn day(self) -> Option<i32> {
        if let Self::Day(day) = self { Some(day) } else { self.none() }
    }

    fn decimal(self) -> Option<i128> {
        if let Self::Decimal(number) = self { Some(number) } else { self.none() }
    }

    fn float(self) -> Option<f64> {
        if let Self::Float(number) = self { Some(number) } else { self.none() }
    }

    /// Nothing, where this is a null.
    fn none<T>(&self) -> Option<T> {
        assert_eq!(*self, Self::Null, "a value of another kind than its column");
        None
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
    pub(crate) columns_of: for<'a> fn(&'a [ArticleInput<'a>]) -> Vec<ArrayRef>,
}

/// Columns of a table that name a row of another by the columns of its primary key.
#[derive(Debug, Clone, Copy)]
pub struct ForeignKey {
    pub columns: &'static [&'static str],
    pub table: &'static str,
}
