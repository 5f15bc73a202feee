//! What rows are made from: articles, their items with their places, and rejects.
//!
//! Invariant: offsets are Unicode scalars of the decoded raw file, half open.

use std::fmt::Write as _;

use newsloom_stages::layers::{
    Block, Blocks, DateMention, Document, Language, Mentions, MoneyMention, Sentence, Sentences,
};
use newsloom_stages::{Span, Translator};

use crate::column::Value;

/// All that the tables say of one article.
#[derive(Debug, Clone, Copy)]
pub struct ArticleInput<'a> {
    pub article_id: &'a str,
    /// Path of the file, relative to the raw folder.
    pub source: &'a str,
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
    /// The item's first span in scalars of the raw file.
    first: (u32, u32),
    /// Its other spans.
    others: Vec<(u32, u32)>,
}

impl<'a, T: Placed> Item<'a, T> {
    pub fn new(
        article: &'a ArticleInput<'a>,
        translator: &Translator,
        index: u32,
        item: &'a T,
    ) -> Self {
        let mut spans = item.spans().iter().map(|span| translator.raw(*span));
        let first = spans.next().unwrap_or_default();
        Self { article, index, item, first, others: spans.collect() }
    }
}

impl<T> Item<'_, T> {
    pub fn text(&self) -> &str {
        &self.article.document.text
    }

    pub fn start(&self) -> Value<'_> {
        self.first.0.into()
    }

    pub fn end(&self) -> Value<'_> {
        self.others.last().unwrap_or(&self.first).1.into()
    }

    pub fn spans(&self) -> Value<'_> {
        let (start, end) = self.first;
        let mut text = format!("{start}:{end}");
        for (start, end) in &self.others {
            write!(text, ";{start}:{end}").expect("writing to memory does not fail");
        }
        text.into()
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
