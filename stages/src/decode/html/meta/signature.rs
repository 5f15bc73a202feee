//! The names that an article is signed with: a short paragraph of names alone, before or behind
//! its body.
//!
//! Invariant: only the container that holds most of the page's long paragraphs is looked at.

use std::collections::BTreeMap;

use super::words::clean;
use crate::byline::{is_person, names};
use crate::decode::html::Page;
use crate::page::{Mark, Role};

/// A paragraph of the body has this many bytes or more, and a body this many of them.
const PARAGRAPH_BYTES: usize = 120;
const PARAGRAPHS_MIN: usize = 3;
/// The longest signature.
const SIGNATURE_BYTES_MAX: usize = 80;
/// The most words of one of its names.
const NAME_WORDS_MAX: usize = 4;

/// The names of the page's signature; none where it has none.
pub fn find(page: &Page) -> Vec<String> {
    let lines = page.text.split('\n').filter(|line| !line.trim().is_empty());
    let lines: Vec<(&str, &Mark)> = lines.zip(&page.marks).collect();
    let parent = |mark: &Mark| page.containers[mark.container as usize].parent;
    let is_long = |(line, mark): &(&str, &Mark)| {
        mark.role == Role::Paragraph && line.len() >= PARAGRAPH_BYTES
    };
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for (_, mark) in lines.iter().filter(|line| is_long(line)) {
        *counts.entry(parent(mark)).or_default() += 1;
    }
    let most =
        counts.iter().max_by_key(|(container, count)| (**count, std::cmp::Reverse(**container)));
    let Some((body, _)) = most.filter(|(_, count)| **count >= PARAGRAPHS_MIN) else {
        return Vec::new();
    };
    let own: Vec<&(&str, &Mark)> = lines.iter().filter(|(_, mark)| parent(mark) == *body).collect();
    let first = own.iter().position(|line| is_long(line)).unwrap_or(0);
    let last = own.iter().rposition(|line| is_long(line)).unwrap_or(0);
    let behind = own[last + 1..].iter();
    let before = own[..first].iter().rev();
    behind
        .chain(before)
        .map(|(line, mark)| signed(line, mark))
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

/// The names that the line is of, where it is of nothing else.
fn signed(line: &str, mark: &Mark) -> Vec<String> {
    let is_short = line.len() <= SIGNATURE_BYTES_MAX && !line.ends_with(['.', '!', '?', ':', '…']);
    if mark.role != Role::Paragraph || mark.link_chars > 0 || !is_short {
        return Vec::new();
    }
    let found = clean(line).map(|line| names(&line)).unwrap_or_default();
    let is_name =
        |name: &String| is_person(name) && name.split_whitespace().count() <= NAME_WORDS_MAX;
    if found.iter().all(is_name) { found } else { Vec::new() }
}
