//! What a page says of itself outside its prose: the raw facts that metadata is found from.
//!
//! Invariant: everything is in the order of the source, and every list is capped, so that a
//! hostile page costs no more than a long one.

use std::borrow::Cow;

use crate::span::Span;

/// An entry of `<head>` (or a `<meta>` anywhere): its key, from `name`, `property`, `itemprop` or
/// `http-equiv`, as written, and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta<'a> {
    pub key: Cow<'a, str>,
    pub content: Cow<'a, str>,
}

/// A `<link>` with a `rel` that metadata is found from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link<'a> {
    pub rel: &'a str,
    pub href: Cow<'a, str>,
}

/// An element of the visible text that may name author, date or title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element<'a> {
    /// The element's name as written.
    pub name: &'a str,
    /// Its words in the text, white space at the edges left out; empty where it has none.
    pub span: Span,
    /// Bits of `Cue`, of the element itself.
    pub cues: u32,
    pub itemprop: Option<&'a str>,
    pub rel: Option<&'a str>,
    pub class: Option<&'a str>,
    pub href: Option<Cow<'a, str>>,
    /// `datetime` of `<time>`; else `content`, as microdata has it.
    pub value: Option<Cow<'a, str>>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts<'a> {
    /// `lang` or `xml:lang` of `<html>`.
    pub language: Option<&'a str>,
    /// `<base href>`.
    pub base: Option<Cow<'a, str>>,
    /// The first `<title>`.
    pub title: Option<Cow<'a, str>>,
    pub metas: Vec<Meta<'a>>,
    pub links: Vec<Link<'a>>,
    /// The texts of `<script type="application/ld+json">`, as written.
    pub json_ld: Vec<&'a str>,
    /// `<h1>`, `<time>`, `rel=author`, and elements that name author, date or title by `itemprop`
    /// or class.
    pub elements: Vec<Element<'a>>,
}

/// The most entries that each list of facts has.
pub const FACTS_MAX: usize = 1000;
/// The most bytes of JSON-LD that are kept of one page.
pub const JSON_LD_BYTES_MAX: usize = 1 << 20;

impl<'a> Facts<'a> {
    /// The content of the first `<meta>` of each key in `keys`, in the order of `keys`.
    pub fn meta<'b>(&'b self, keys: &'b [&str]) -> impl Iterator<Item = &'b str> {
        keys.iter().flat_map(|key| {
            let mut metas = self.metas.iter();
            metas.find(|meta| meta.key.eq_ignore_ascii_case(key)).map(|meta| &*meta.content)
        })
    }

    pub(super) fn add_json_ld(&mut self, text: &'a str) {
        let bytes: usize = self.json_ld.iter().map(|text| text.len()).sum();
        if self.json_ld.len() < FACTS_MAX && bytes + text.len() <= JSON_LD_BYTES_MAX {
            self.json_ld.push(text);
        }
    }
}
