//! The rows of a run of articles, column by column, until they are encoded.

use newsloom_stages::Span;

use crate::column::{Cells, Column};
use crate::encode::{Encoded, encode};
use crate::list::tables;
use crate::tables::{
    ArticleInput, Item, Reject, articles, blocks, dates, money, rejects, sentences,
};

/// The rows of some articles, in the order they were pushed.
#[derive(Debug)]
pub struct Rows {
    /// The columns of each table, in the order of `tables()`.
    cells: [Vec<Cells>; 6],
}

impl Default for Rows {
    fn default() -> Self {
        let columns = |table: crate::column::Table| {
            table.fields.iter().map(|field| Cells::new(field.kind)).collect()
        };
        Self { cells: tables().map(columns) }
    }
}

impl Rows {
    /// Adds the rows of one article to every table but `rejects`.
    pub fn push(&mut self, article: &ArticleInput) {
        let document = article.document;
        let translator = document.map.translator(&document.text);
        let raw = |span: Span| translator.raw(span);
        let [article_cells, block_cells, sentence_cells, date_cells, money_cells, _] =
            &mut self.cells;
        push_row(article_cells, &articles(), article);
        let layers = (&article.blocks.blocks, &article.sentences.sentences, article.mentions);
        push_items(block_cells, &blocks(), article, &raw, layers.0);
        push_items(sentence_cells, &sentences(), article, &raw, layers.1);
        push_items(date_cells, &dates(), article, &raw, &layers.2.dates);
        push_items(money_cells, &money(), article, &raw, &layers.2.money);
    }

    /// Adds a row to `rejects`.
    pub fn push_reject(&mut self, reject: &Reject) {
        push_row(&mut self.cells[5], &rejects(), reject);
    }

    /// Encodes what was pushed: one row group and one CSV chunk a table, in the order of
    /// `tables()`.
    pub fn encode(self) -> Vec<Encoded> {
        let tables = tables();
        tables.iter().zip(self.cells).map(|(table, cells)| encode(table, cells)).collect()
    }
}

fn push_row<R>(cells: &mut [Cells], columns: &[Column<R>], row: &R) {
    for (cells, column) in cells.iter_mut().zip(columns) {
        cells.push((column.get)(row));
    }
}

fn push_items<'a, T>(
    cells: &mut [Cells],
    columns: &[Column<Item<'a, T>>],
    article: &'a ArticleInput<'a>,
    raw: &'a dyn Fn(Span) -> (u32, u32),
    items: &'a [T],
) {
    for (index, item) in (0..).zip(items) {
        push_row(cells, columns, &Item { article, raw, index, item });
    }
}
