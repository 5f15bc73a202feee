//! What rows are made from: articles, their items with their places, and rejects.
//!
//! Invariant: offsets are Unicode scalars of the decoded raw file, half open.

use newsloom_stages::Span;
use newsloom_stages::layers::{
    Block, Blocks, DateMention, Document, Language, Mentions, MoneyMention, Sentence, Sentences,
};

use crate::column::Value;

/// All that the tables say of one article.
#[derive(Debug, Clone, Copy)]
pub struct ArticleInput<'a> {
    pub article_id: &'a str,
    pub source_bytes: u64,
    pub content_sha256: &'a str,
    pub duplicate_of: Option<&'a str>,
    pub document: &'a Document,
    pub blocks: &'a Blocks,
    pub language: &'a Language,
    pub sentences: &'a Sentences,
    pub mentions: &'a Mentions,
}

/// An input that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    pub article_id: String,
    /// Short and stable (`unreadable`, `too_large`, `binary`).
    pub code: String,
    pub detail: String,
}

/// One item of an article, with its place in the raw file.
pub(crate) struct Item<'a, T> {
    pub article: &'a ArticleInput<'a>,
    pub index: u32,
    pub item: &'a T,
    /// The item's spans in scalars of the raw file; at least one.
    pub raw: Vec<(u32, u32)>,
}

impl<T> Item<'_, T> {
    pub fn text(&self) -> &str {
        &self.article.document.text
    }

    pub fn start(&self) -> Value {
        self.raw.first().map_or(0, |span| span.0).into()
    }

    pub fn end(&self) -> Value {
        self.raw.last().map_or(0, |span| span.1).into()
    }

    pub fn spans(&self) -> Value {
        let pairs = self.raw.iter().map(|(start, end)| format!("{start}:{end}"));
        Value::Text(pairs.collect::<Vec<_>>().join(";"))
    }
}

/// What lies at some place of an article's text.
pub(crate) trait Placed {
    fn spans(&self) -> &[Span];
}

impl Placed for Block {
    fn spans(&self) -> &[Span] {
        std::slice::from_ref(&self.span)
    }
}

impl Placed for Sentence {
    fn spans(&self) -> &[Span] {
        &self.spans
    }
}

impl Placed for DateMention {
    fn spans(&self) -> &[Span] {
        &self.spans
    }
}

impl Placed for MoneyMention {
    fn spans(&self) -> &[Span] {
        &self.spans
    }
}
