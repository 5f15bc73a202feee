//! Pages of HTML to text: the visible words as lines, the way back to the source, what the
//! structure says of each line, and the facts that the page states of itself.
//!
//! Invariant: a character of the text that is not white space is the character, or the whole
//! character reference, of the source that the map leads to. No script is run; what is not shown
//! (scripts, styles, templates, comments, hidden elements) is left out.
//! Invariant: hostile pages degrade: depth, attributes, containers and facts are capped, and no
//! list grows faster than the source.
//!
//! Why a tokeniser of its own: the map needs the place of every character, references and white
//! space included. Measured on 37.7 MB of press pages on one core: `lol_html` 3.0.3 with handlers
//! for tags and text 4.9 ms/MB (and 48 crates, two under the MPL), `html5gum` 0.9.0 9.5 ms/MB,
//! html5ever and what stands on it 7 to 8 ms/MB without places; the whole way of a page to its
//! article has 10 ms/MB. What is needed of the standard's tokeniser is small, and the tests hold
//! it against `html5gum`, token by token. Character references are those of `htmlize`.

mod cues;
mod entity;
mod facts;
pub(super) mod meta;
mod parse;
mod record;
mod stack;
mod tag;
#[cfg(test)]
mod tests;
mod token;
mod writer;

use crate::page::{Container, Mark};
use crate::span::OffsetMap;

pub use facts::Facts;
pub use parse::parse;

/// What a page is, as far as text goes.
#[derive(Debug)]
pub struct Page<'a> {
    pub text: String,
    pub map: OffsetMap,
    pub marks: Vec<Mark>,
    pub containers: Vec<Container>,
    pub facts: Facts<'a>,
}

/// Whether `raw` begins as a page does: a doctype of HTML or the element, white space and comments
/// aside.
pub fn is_page(raw: &[u8]) -> bool {
    let mut rest = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw);
    loop {
        rest = rest.trim_ascii_start();
        let (begins, ends): (&[u8], &[u8]) = match rest {
            [b'<', b'!', b'-', b'-', ..] => (b"<!--", b"-->"),
            [b'<', b'?', ..] => (b"<?", b"?>"),
            _ => break,
        };
        let Some(end) = memchr::memmem::find(&rest[begins.len()..], ends) else { return false };
        rest = &rest[begins.len() + end + ends.len()..];
    }
    let starts = |head: &[u8]| {
        rest.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
            && rest.get(head.len()).is_some_and(|byte| !byte.is_ascii_alphanumeric())
    };
    starts(b"<!doctype html") || starts(b"<html")
}
