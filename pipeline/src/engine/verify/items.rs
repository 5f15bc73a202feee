//! The rows of a table that has several an article (`blocks`, `sentences`, `dates`, `money`).
//!
//! Invariant: the rows of one article are numbered from 0 without a gap, so that a row points to
//! another by a number below the count of those.

use newsloom_tabulate::Table;

use super::Faults;
use super::merge::Article;
use super::rows::{Key, Rows, column_of};
use super::text::Text;

/// Scalars of a cell that a fault shows.
const SHOWN: usize = 60;

/// A table of items, read to some row.
pub struct Items {
    name: &'static str,
    rows: Rows,
    columns: Columns,
    /// Columns that point to a row of the same article, and of which table.
    pointers: Vec<(usize, &'static str)>,
    /// The rows of the last article, by the number of its last one.
    count: u64,
    kept_count: u64,
    span_count: u64,
}

/// Where the columns stand that are checked.
struct Columns {
    start: usize,
    end: usize,
    spans: Option<usize>,
    words: usize,
    keep: Option<usize>,
}

impl Items {
    pub fn new(table: &Table, rows: Rows) -> Self {
        let optional = |name| column_of(table, name);
        let column = |name| optional(name).expect("tables of items have places and words");
        let words = optional("surface").or_else(|| optional("text"));
        let columns = Columns {
            start: column("start"),
            end: column("end"),
            spans: optional("spans"),
            words: words.expect("tables of items have words"),
            keep: optional("keep"),
        };
        let pointers = table.foreign_keys.iter().filter_map(|key| match key.columns {
            [_, column] => Some((optional(column)?, key.table)),
            _ => None,
        });
        let pointers = pointers.collect();
        let name = table.name;
        Self { name, rows, columns, pointers, count: 0, kept_count: 0, span_count: 0 }
    }

    /// Checks the rows of an article, whose rows in the tables `parents` are checked already.
    pub fn check_article(
        &mut self,
        article: Article,
        text: Option<&Text>,
        parents: &[Self],
        faults: &mut Faults,
    ) {
        self.skip_to(Some(article.key()), faults);
        (self.count, self.kept_count) = (0, 0);
        while self.rows.row().is_some_and(|row| row[0] == *article.id()) {
            self.check_row(text, parents, faults);
            self.rows.advance(faults);
        }
        if self.rows.is_whole {
            article.expect(self.name, &self.count.to_string(), faults);
            if self.columns.keep.is_some() {
                article.expect("blocks_kept", &self.kept_count.to_string(), faults);
            }
        }
    }

    /// Passes over the rows before those of the article `key`, or all: they are of no article.
    pub fn skip_to(&mut self, key: Option<Key>, faults: &mut Faults) {
        while let Some(row) = self.rows.row()
            && key.is_none_or(|key| Key::of(&row[0]) < key)
        {
            self.tell("article", faults, || "there is no such article".to_owned());
            self.rows.advance(faults);
        }
    }

    fn check_row(&mut self, text: Option<&Text>, parents: &[Self], faults: &mut Faults) {
        let Some(row) = self.rows.row() else { return };
        let (position, expected) = (self.rows.position(), self.count);
        if position != expected {
            self.tell("position", faults, || format!("its number is {position}, not {expected}"));
        }
        for (column, table) in &self.pointers {
            let parent = parents.iter().find(|parent| parent.name == *table);
            let number = &row[*column];
            let is_there = parent.is_none_or(|parent| {
                !parent.rows.is_whole
                    || number.parse::<u64>().is_ok_and(|number| number < parent.count)
            });
            if !is_there {
                self.tell("pointer", faults, || format!("no row {number} in `{table}`"));
            }
        }
        let is_kept = self.columns.keep.is_some_and(|column| row[column] == *"true");
        if let Some(text) = text {
            self.check_spans(row, text, faults);
        }
        self.span_count += u64::from(text.is_some());
        self.kept_count += u64::from(is_kept);
        self.count = position.saturating_add(1);
    }

    fn check_spans(&self, row: &csv::StringRecord, text: &Text, faults: &mut Faults) {
        let Columns { start, end, spans, words, .. } = self.columns;
        let (start, end, words) = (&row[start], &row[end], &row[words]);
        let joined = format!("{start}:{end}");
        let spans = spans.map_or(joined.as_str(), |column| &row[column]);
        let ends = (spans.split(':').next(), spans.rsplit(':').next());
        if !text.holds(spans, words) {
            self.tell("span", faults, || {
                let shown: String = words.chars().take(SHOWN).collect();
                format!("its words are not at {spans} of the raw text: {shown}")
            });
        } else if ends != (Some(start), Some(end)) {
            self.tell("ends", faults, || format!("`spans` {spans} is not from {start} to {end}"));
        }
    }

    /// Tells a fault of the row.
    fn tell(&self, kind: &'static str, faults: &mut Faults, why: impl FnOnce() -> String) {
        let Some(row) = self.rows.row() else { return };
        let (name, number) = (self.name, self.rows.number);
        faults.add((name, kind), || format!("{name}.csv: row {number} ({}): {}", &row[0], why()));
    }

    pub fn row_count(&self) -> u64 {
        self.rows.number
    }

    pub fn span_count(&self) -> u64 {
        self.span_count
    }
}
