//! The list of tables: their names, keys and what points where.

use crate::column::LayerName::{Blocks, Document, Language, Mentions, Sentences};
use crate::column::{Column, Field, ForeignKey, Table};
use crate::rows::{columns_of, item_columns};
use crate::tables::{articles, blocks, dates, money, rejects, sentences};

/// Every table, in the order they are published in.
pub fn tables() -> [Table; 6] {
    fn fields<R>(columns: &[Column<R>]) -> Vec<Field> {
        columns.iter().map(|column| column.field).collect()
    }
    const TO_ARTICLE: ForeignKey = ForeignKey { columns: &["article_id"], table: "articles" };
    const TO_SENTENCE: ForeignKey =
        ForeignKey { columns: &["article_id", "sentence"], table: "sentences" };
    const TO_BLOCK: ForeignKey = ForeignKey { columns: &["article_id", "block"], table: "blocks" };
    [
        Table {
            name: "articles",
            description: "One row an article.",
            fields: fields(&articles()),
            primary_key: &["article_id"],
            foreign_keys: &[],
            layers: &[Document, Blocks, Language, Sentences, Mentions],
            columns_of: |rows| columns_of(&articles(), rows),
        },
        Table {
            name: "blocks",
            description: "Every line of the raw text, kept or dropped, and by which rule.",
            fields: fields(&blocks()),
            primary_key: &["article_id", "block"],
            foreign_keys: &[TO_ARTICLE],
            layers: &[Document, Blocks],
            columns_of: |rows| item_columns(&blocks(), rows, |row| &row.blocks.blocks),
        },
        Table {
            name: "sentences",
            description: "The sentences, titles and headings of the kept text.",
            fields: fields(&sentences()),
            primary_key: &["article_id", "sentence"],
            foreign_keys: &[TO_ARTICLE, TO_BLOCK],
            layers: &[Document, Blocks, Sentences],
            columns_of: |rows| item_columns(&sentences(), rows, |row| &row.sentences.sentences),
        },
        Table {
            name: "dates",
            description: "The dates, times, durations and sets named in the sentences.",
            fields: fields(&dates()),
            primary_key: &["article_id", "date"],
            foreign_keys: &[TO_ARTICLE, TO_SENTENCE],
            layers: &[Document, Mentions],
            columns_of: |rows| item_columns(&dates(), rows, |row| &row.mentions.dates),
        },
        Table {
            name: "money",
            description: "The sums of money named in the sentences.",
            fields: fields(&money()),
            primary_key: &["article_id", "money"],
            foreign_keys: &[TO_ARTICLE, TO_SENTENCE],
            layers: &[Document, Mentions],
            columns_of: |rows| item_columns(&money(), rows, |row| &row.mentions.money),
        },
        Table {
            name: "rejects",
            description: "What could not be read, and why.",
            fields: fields(&rejects()),
            primary_key: &["article_id"],
            foreign_keys: &[],
            layers: &[],
            columns_of: |_| columns_of(&rejects(), &[]),
        },
    ]
}
