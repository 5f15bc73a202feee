//! The rows of all tables in step: for each row of `articles` those of the other tables.
//!
//! Invariant: what is checked of a row is its key, what it points to, and its words in the raw
//! article; no fault of a row keeps the rows after it from being checked.

use encoding_rs::Encoding;
use newsloom_stages::layers::Format;
use newsloom_tabulate::Table;

use super::Faults;
use super::items::Items;
use super::raw::RawArticles;
use super::rows::{Key, Rows, column_of};
use super::text::Text;
use crate::config::Config;
use crate::engine::hash::Hash;

pub const ARTICLES: &str = "articles";
const REJECTS: &str = "rejects";

/// What was checked and what is wrong.
#[derive(Debug, Default)]
pub struct Checked {
    pub row_count: u64,
    pub span_count: u64,
    pub faults: Faults,
}

/// One row of `articles`.
#[derive(Clone, Copy)]
pub struct Article<'a> {
    table: &'a Table,
    row: &'a csv::StringRecord,
}

impl<'a> Article<'a> {
    pub fn id(&self) -> &'a str {
        &self.row[0]
    }

    pub fn key(&self) -> Key<'a> {
        Key::of(self.id())
    }

    /// The cell of a column; empty where there is none of this name.
    pub fn cell(&self, name: &str) -> &'a str {
        column_of(self.table, name).map_or("", |column| &self.row[column])
    }

    /// Tells a cell that is not what it must be.
    pub fn expect(&self, name: &str, expected: &str, faults: &mut Faults) {
        let found = self.cell(name);
        if found != expected {
            let id = self.id();
            faults.add((ARTICLES, "cell"), || {
                format!("articles.csv: {id}: `{name}` is {found}, but should be {expected}")
            });
        }
    }
}

/// Checks the rows of all tables.
pub fn check_rows(config: &Config, tables: &[Table]) -> Checked {
    let mut checked = Checked::default();
    let faults = &mut checked.faults;
    let bytes_max = config.limits.article_bytes_max;
    let mut open = |table| Rows::open(&config.paths.out, table, bytes_max, faults);
    let named = |name: &str| {
        let table = tables.iter().find(|table| table.name == name);
        table.expect("the table is one of those published")
    };
    let article_table = named(ARTICLES);
    let mut articles = open(article_table);
    let mut rejects = open(named(REJECTS));
    let of_items = tables.iter().filter(|table| ![ARTICLES, REJECTS].contains(&table.name));
    let mut items: Vec<Items> = of_items.map(|table| Items::new(table, open(table))).collect();
    let mut raw = RawArticles::new(config);
    while let Some(row) = articles.row() {
        let article = Article { table: article_table, row };
        check_reject(article, &mut rejects, faults);
        let text = text_of(article, &mut raw, faults);
        for index in 0..items.len() {
            let (parents, rest) = items.split_at_mut(index);
            rest[0].check_article(article, text.as_ref(), parents, faults);
        }
        articles.advance(faults);
    }
    if articles.is_whole {
        items.iter_mut().for_each(|items| items.skip_to(None, faults));
    }
    while rejects.row().is_some() {
        rejects.advance(faults);
    }
    checked.row_count = articles.number + rejects.number;
    for items in items {
        checked.row_count += items.row_count();
        checked.span_count += items.span_count();
    }
    checked
}

/// Checks that an article is not among the rejects too.
fn check_reject(article: Article, rejects: &mut Rows, faults: &mut Faults) {
    while let Some(row) = rejects.row()
        && Key::of(&row[0]) <= article.key()
    {
        if row[0] == *article.id() {
            faults.add((REJECTS, "article"), || {
                format!("rejects.csv: {} is in `articles` too", article.id())
            });
        }
        rejects.advance(faults);
    }
}

/// The text that the offsets of an article's rows count in, if its raw article is as published.
fn text_of(article: Article, raw: &mut RawArticles, faults: &mut Faults) -> Option<Text> {
    let id = article.id();
    let mut tell = |why: &str| {
        faults.add((ARTICLES, "raw"), || format!("{id}: {why}; run again"));
        None
    };
    let bytes = match raw.read(article.key()) {
        Ok(raw) => raw.bytes,
        Err(fault) => return tell(&fault.detail),
    };
    if Hash::of(&bytes).to_string() != article.cell("content_sha256") {
        return tell("it changed since it was published");
    }
    article.expect("source", article.key().path, faults);
    article.expect("bytes", &bytes.len().to_string(), faults);
    let encoding = Encoding::for_label(article.cell("encoding").as_bytes());
    let Some(encoding) = encoding else {
        article.expect("encoding", "the name of an encoding", faults);
        return None;
    };
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    let is_page = article.cell("format") == Format::Html.name();
    Some(Text::new(text.into_owned(), is_page))
}
