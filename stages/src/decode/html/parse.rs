//! From the tokens of a page to its text, its marks and its facts, in one pass.
//!
//! Invariant: no input panics, and the work is linear in the source but for the depth of its
//! elements, which is capped.

use std::ops::Range;

use memchr::memchr;

use super::cues::cues;
use super::entity::{decoded, reference};
use super::facts::{Element, FACTS_MAX, Facts, Link, Meta};
use super::stack::{Open, Stack};
use super::tag::Tag;
use super::token::{Token, Tokens};
use super::writer::Writer;
use super::{Page, record};
use crate::page::{Container, Cue, Mark};
use crate::span::Span;

/// Blocks behind these many count as part of the block around them.
const CONTAINERS_MAX: usize = 1 << 20;
/// Attributes whose words say what an element is.
const NAMING: [&str; 8] = [
    "class",
    "id",
    "role",
    "itemprop",
    "data-testid",
    "data-component",
    "data-module",
    "data-type",
];
/// Values of `itemprop` that make an element a fact.
const FACT_PROPERTIES: [&str; 9] = [
    "author",
    "creator",
    "name",
    "headline",
    "alternativeheadline",
    "datepublished",
    "datecreated",
    "datemodified",
    "dateline",
];

/// Reads the page `source`.
pub fn parse(source: &str) -> Page<'_> {
    let mut parser = Parser {
        source,
        is_xml: source.trim_start_matches('\u{FEFF}').starts_with("<?xml"),
        tokens: Tokens::new(source),
        stack: Stack::new(),
        writer: Writer::new(source),
        containers: vec![Container { parent: 0, cues: 0, likeness: 0 }],
        facts: Facts::default(),
    };
    loop {
        let start = parser.tokens.position();
        match parser.tokens.next() {
            Some(Token::Text(range)) => parser.text(range),
            Some(Token::Start { name, is_self_closing }) => parser.start(name, is_self_closing),
            Some(Token::End { name }) => parser.end(name),
            None => break,
        }
        debug_assert!(parser.tokens.position() > start);
    }
    parser.finish()
}

struct Parser<'a> {
    source: &'a str,
    /// Elements may end in `/>`.
    is_xml: bool,
    tokens: Tokens<'a>,
    stack: Stack<'a>,
    writer: Writer<'a>,
    containers: Vec<Container>,
    facts: Facts<'a>,
}

impl<'a> Parser<'a> {
    fn text(&mut self, range: Range<usize>) {
        let top = self.stack.top();
        if top.is_hidden {
            return;
        }
        let depth = u16::try_from(self.stack.depth()).unwrap_or(u16::MAX);
        let mark = || mark_of(top, depth);
        let is_link = top.is_link;
        let mut at = range.start;
        while at < range.end {
            let rest = &self.source[at..range.end];
            let end = memchr(b'&', rest.as_bytes()).map_or(range.end, |found| at + found);
            if top.is_verbatim {
                self.writer.add_verbatim(at..end, &mark, is_link);
            } else {
                self.writer.add(at..end, &mark, is_link);
            }
            at = end;
            if at < range.end {
                match reference(&self.source[at..range.end], false) {
                    Some(found) => {
                        self.writer.add_reference(at, found, &mark, is_link);
                        at += found.length;
                    }
                    None => {
                        self.writer.add(at..at + 1, &mark, is_link);
                        at += 1;
                    }
                }
            }
        }
    }

    fn start(&mut self, name: &'a str, is_self_closing: bool) {
        let tag = Tag::of(name);
        let is_foreign = self.stack.top().is_foreign;
        if is_foreign && !is_self_closing && matches!(tag, Tag::Title | Tag::Raw | Tag::Script) {
            self.tokens.raw_text(name);
            return;
        }
        match tag {
            Tag::Html if !is_foreign => {
                let language = ["lang", "xml:lang"].into_iter();
                let language = language.filter_map(|name| self.tokens.attribute(name)).next();
                self.facts.language = self.facts.language.or(language);
                return;
            }
            Tag::Script | Tag::Raw | Tag::Title if !is_foreign => {
                if !(self.is_xml && is_self_closing) {
                    self.raw(tag, name);
                }
                return;
            }
            Tag::Body if !is_foreign => return,
            Tag::Form if self.stack.top().within & crate::page::Within::Form.bit() != 0 => return,
            _ if tag.is_void() => {
                self.void(tag);
                return;
            }
            _ => {}
        }
        if is_self_closing && (is_foreign || self.is_xml || tag == Tag::Foreign) {
            return;
        }
        if tag.closes_paragraph() {
            self.pop(self.stack.in_paragraph());
        }
        self.pop(self.stack.ended_by_start(tag));
        self.open(tag, name);
    }

    /// Opens an element.
    fn open(&mut self, tag: Tag, name: &'a str) {
        let own = if self.stack.top().is_hidden { 0 } else { self.own_cues() };
        let mut element = self.stack.top().child(tag, name, own);
        element.is_hidden |= self.is_hidden();
        if !element.is_hidden {
            self.part(tag);
            if !tag.is_inline() && self.containers.len() < CONTAINERS_MAX {
                element.container = Span::new(0, self.containers.len()).end;
                let parent = self.stack.top().container;
                let class = self.tokens.attribute("class").unwrap_or_default();
                let likeness = likeness(name, class);
                self.containers.push(Container { parent, cues: own, likeness });
            }
            element.fact = self.fact(tag, name, own);
        }
        self.stack.push(element);
    }

    /// The bits of `Cue` of the start tag given last.
    fn own_cues(&self) -> u32 {
        let mut bits = 0;
        for attribute in &self.tokens.attributes {
            if NAMING.iter().any(|name| attribute.name.eq_ignore_ascii_case(name)) {
                bits |= cues(attribute.value);
            }
        }
        bits
    }

    /// Whether the start tag given last says that its element is not shown.
    fn is_hidden(&self) -> bool {
        self.tokens.attributes.iter().any(|attribute| {
            let value = attribute.value;
            if attribute.name.eq_ignore_ascii_case("hidden") {
                // What React sends late lies hidden until a script shows it.
                !self.tokens.attribute("id").is_some_and(|id| id.starts_with("S:"))
            } else if attribute.name.eq_ignore_ascii_case("style") {
                is_hiding_style(value)
            } else if attribute.name.eq_ignore_ascii_case("class") {
                value.split_ascii_whitespace().any(is_hiding_class)
            } else {
                false
            }
        })
    }

    /// Parts an element's text from what is before, or after, it.
    fn part(&mut self, tag: Tag) {
        if tag == Tag::Cell {
            self.writer.end_cell();
        } else if tag.has_margin() {
            self.writer.end_paragraph();
        } else if !tag.is_inline() {
            self.writer.end_line();
        }
    }

    fn end(&mut self, name: &str) {
        let tag = Tag::of(name);
        if tag == Tag::Br {
            self.void(tag);
        } else if !matches!(tag, Tag::Html | Tag::Body) && !tag.is_void() {
            let count = self.stack.ended_by_end(tag, name);
            self.pop(count);
        }
    }

    fn pop(&mut self, count: usize) {
        for _ in 0..count {
            let Some(element) = self.stack.pop() else { return };
            if let Some(fact) = element.fact.checked_sub(1) {
                let start = self.facts.elements[fact as usize].span.start as usize;
                let span = Span::new(start, self.writer.position());
                self.facts.elements[fact as usize].span = span;
            }
            // What stands behind a cell is parted from it by the next cell or the row's end.
            if !element.is_hidden && element.tag != Tag::Cell {
                self.part(element.tag);
            }
        }
    }

    fn void(&mut self, tag: Tag) {
        let attribute = |name: &str| self.tokens.attribute(name);
        match tag {
            Tag::Br if !self.stack.top().is_hidden => self.writer.end_line(),
            Tag::Hr if !self.stack.top().is_hidden => {
                self.pop(self.stack.in_paragraph());
                self.writer.end_paragraph();
            }
            Tag::Base => {
                let href = attribute("href").map(decoded);
                self.facts.base = self.facts.base.take().or(href);
            }
            Tag::Meta => {
                let content = attribute("content").or(attribute("value"));
                let keys = ["name", "property", "itemprop", "http-equiv"].map(attribute);
                let Some(content) = content else { return };
                for key in keys.into_iter().flatten() {
                    if self.facts.metas.len() < FACTS_MAX {
                        let (key, content) = (decoded(key.trim()), decoded(content.trim()));
                        self.facts.metas.push(Meta { key, content });
                    }
                }
            }
            Tag::Link if self.facts.links.len() < FACTS_MAX => {
                let wanted = ["canonical", "author", "amphtml", "shortlink"];
                if let (Some(rel), Some(href)) = (attribute("rel"), attribute("href"))
                    && rel
                        .split_ascii_whitespace()
                        .any(|rel| wanted.iter().any(|wanted| rel.eq_ignore_ascii_case(wanted)))
                {
                    self.facts.links.push(Link { rel, href: decoded(href.trim()) });
                }
            }
            _ => {}
        }
    }

    /// Passes over an element without tags inside; some are facts.
    fn raw(&mut self, tag: Tag, name: &str) {
        let kind = self.tokens.attribute("type").unwrap_or_default();
        let is_json_ld = tag == Tag::Script
            && kind
                .trim()
                .get(..19)
                .is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"));
        let content = &self.source[self.tokens.raw_text(name)];
        if is_json_ld {
            self.facts.add_json_ld(content);
        } else if tag == Tag::Title && self.facts.title.is_none() && !content.trim().is_empty() {
            self.facts.title = Some(decoded(content.trim()));
        }
    }

    /// Notes an element that may name author, date or title: its index plus one, or 0.
    fn fact(&mut self, tag: Tag, name: &'a str, own: u32) -> u32 {
        let attribute = |name: &str| self.tokens.attribute(name);
        let (itemprop, rel) = (attribute("itemprop"), attribute("rel"));
        let has = |value: Option<&str>, wanted: &[&str]| {
            value.is_some_and(|value| {
                let mut words = value.split_ascii_whitespace();
                words.any(|word| wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
            })
        };
        let is_fact = matches!(tag, Tag::Time | Tag::Heading(1))
            || has(rel, &["author"])
            || has(itemprop, &FACT_PROPERTIES)
            || own & (Cue::Byline.bit() | Cue::Date.bit()) != 0;
        if !is_fact || self.facts.elements.len() >= FACTS_MAX {
            return 0;
        }
        let at = self.writer.position();
        let element = Element {
            name,
            span: Span::new(at, at),
            cues: own,
            itemprop,
            rel,
            class: attribute("class"),
            href: attribute("href").map(decoded),
            value: attribute("datetime").or(attribute("content")).map(decoded),
        };
        self.facts.elements.push(element);
        Span::new(0, self.facts.elements.len()).end
    }

    fn finish(mut self) -> Page<'a> {
        while self.stack.depth() > 0 {
            self.pop(1);
        }
        let (text, map, mut marks) = self.writer.finish();
        for element in &mut self.facts.elements {
            element.span = element.span.trimmed(&text);
        }
        record::mark(&text, &mut marks, &self.facts.json_ld);
        let containers = used_containers(&self.containers, &mut marks);
        Page { text, map, marks, containers, facts: self.facts }
    }
}

fn mark_of(open: &Open, depth: u16) -> Mark {
    Mark {
        role: open.role,
        region: open.region,
        within: open.within,
        own_cues: open.own_cues,
        cues: open.cues,
        depth,
        container: open.container,
        link_chars: 0,
        in_record: false,
    }
}

/// The containers that hold lines, at any depth, numbered anew in `marks`.
fn used_containers(containers: &[Container], marks: &mut [Mark]) -> Vec<Container> {
    let mut is_used = vec![false; containers.len()];
    is_used[0] = true;
    for mark in &*marks {
        let mut at = mark.container as usize;
        while !std::mem::replace(&mut is_used[at], true) {
            at = containers[at].parent as usize;
        }
    }
    let mut numbers = vec![0; containers.len()];
    let mut used: Vec<Container> = Vec::new();
    for (index, container) in containers.iter().enumerate().filter(|(index, _)| is_used[*index]) {
        numbers[index] = Span::new(0, used.len()).end;
        used.push(Container { parent: numbers[container.parent as usize], ..*container });
    }
    for mark in marks {
        mark.container = numbers[mark.container as usize];
    }
    used
}

/// A hash (FNV-1a) of an element's name and class.
fn likeness(name: &str, class: &str) -> u32 {
    let name = name.bytes().map(|byte| byte.to_ascii_lowercase());
    let bytes = name.chain([b' ']).chain(class.trim().bytes());
    bytes.fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// `display: none` and the like, whatever white space is in it.
fn is_hiding_style(style: &str) -> bool {
    let mut folded = String::with_capacity(style.len().min(400));
    let chars = style.chars().take(400).filter(|ch| !ch.is_ascii_whitespace());
    folded.extend(chars.map(|ch| ch.to_ascii_lowercase()));
    folded.contains("display:none") || folded.contains("visibility:hidden")
}

/// Classes by which pages show words to screen readers alone: a copy of what others see.
fn is_hiding_class(class: &str) -> bool {
    ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"]
        .iter()
        .any(|hiding| class.eq_ignore_ascii_case(hiding))
}
