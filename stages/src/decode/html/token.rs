//! HTML source to tokens that know their place in it: tags with their attributes, and text.
//!
//! Invariant: every token's range lies on character boundaries of the source, ranges grow, and
//! each byte of the source is looked at a bounded number of times, whatever it holds.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

/// An attribute as written; `value` still has its character references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

/// What comes next in the source. Comments, doctypes and processing instructions are passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    Text(Range<usize>),
    /// Its attributes are in `Tokens::attributes` until the next token.
    Start {
        name: &'a str,
        is_self_closing: bool,
    },
    End {
        name: &'a str,
    },
}

/// A tag has no more attributes than this: those behind are passed over.
const ATTRIBUTES_MAX: usize = 64;

/// The tokens of `source`, from byte `at` on.
#[derive(Debug)]
pub struct Tokens<'a> {
    source: &'a str,
    at: usize,
    /// The attributes of the start tag given last.
    pub attributes: Vec<Attribute<'a>>,
}

impl<'a> Tokens<'a> {
    pub fn new(source: &'a str) -> Self {
        Self { source, at: 0, attributes: Vec::with_capacity(ATTRIBUTES_MAX) }
    }

    /// The byte where the next token begins.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The value of the attribute `name`, in lower case, of the start tag given last.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|attribute| attribute.name.eq_ignore_ascii_case(name));
        found.map(|attribute| attribute.value)
    }

    /// Passes over the content of an element that holds no tags, such as `script`, up to its end
    /// tag or the end of the source.
    pub fn raw_text(&mut self, name: &str) -> Range<usize> {
        let start = self.at;
        let bytes = self.source.as_bytes();
        // Inside `<!--`, a script may hold scripts; only what follows their end tags ends it.
        let is_script = name.eq_ignore_ascii_case("script");
        let (mut is_comment, mut is_inner) = (false, false);
        while let Some(found) = memchr2(b'<', b'-', &bytes[self.at..]) {
            let here = self.at + found;
            let rest = &bytes[here..];
            self.at = here + 1;
            if rest[0] == b'-' {
                if is_comment && rest.starts_with(b"-->") {
                    (is_comment, is_inner) = (false, false);
                }
            } else if is_script && rest.starts_with(b"<!--") {
                // The dashes of `<!-->` close what they open.
                is_comment = true;
                self.at = here + 2;
            } else if is_comment && !is_inner && is_tag(&rest[1..], name) {
                is_inner = true;
            } else if rest.get(1) == Some(&b'/') && is_tag(&rest[2..], name) {
                if !is_inner {
                    self.at = here;
                    return start..here;
                }
                is_inner = false;
            }
        }
        self.at = self.source.len();
        start..self.at
    }

    /// Reads a tag from behind its name on, up to behind its `>`; whether it ends in `/>`, or none
    /// where the source ends first.
    fn finish_tag(&mut self) -> Option<bool> {
        self.attributes.clear();
        let bytes = self.source.as_bytes();
        let mut at = self.at;
        loop {
            match *bytes.get(at)? {
                b'>' => {
                    self.at = at + 1;
                    return Some(false);
                }
                b'/' if bytes.get(at + 1) == Some(&b'>') => {
                    self.at = at + 2;
                    return Some(true);
                }
                byte if byte == b'/' || is_space(byte) => at += 1,
                _ => at = self.attribute_at(at)?,
            }
        }
    }

    /// Reads the attribute at byte `start`; the byte behind it.
    fn attribute_at(&mut self, start: usize) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let skip_space = |mut at: usize| {
            while bytes.get(at).copied().is_some_and(is_space) {
                at += 1;
            }
            at
        };
        // A name may begin with `=`.
        let mut at = start + 1;
        while !matches!(bytes.get(at)?, b'=' | b'>' | b'/') && !is_space(bytes[at]) {
            at += 1;
        }
        let name = &self.source[start..at];
        let behind = skip_space(at);
        let mut value = "";
        if bytes.get(behind) == Some(&b'=') {
            let begin = skip_space(behind + 1);
            match *bytes.get(begin)? {
                quote @ (b'"' | b'\'') => {
                    let length = memchr(quote, &bytes[begin + 1..])?;
                    value = &self.source[begin + 1..begin + 1 + length];
                    at = begin + length + 2;
                }
                _ => {
                    at = begin;
                    while *bytes.get(at)? != b'>' && !is_space(bytes[at]) {
                        at += 1;
                    }
                    value = &self.source[begin..at];
                }
            }
        }
        if self.attributes.len() < ATTRIBUTES_MAX {
            self.attributes.push(Attribute { name, value });
        }
        Some(at)
    }

    /// The name at byte `start`, up to white space, `/` or `>`.
    fn name_at(&self, start: usize) -> &'a str {
        let bytes = &self.source.as_bytes()[start..];
        let ends = |byte: &u8| matches!(byte, b'>' | b'/') || is_space(*byte);
        &self.source[start..start + bytes.iter().position(ends).unwrap_or(bytes.len())]
    }

    /// Passes over what begins with `<!`, `<?` or a malformed `</` at the present byte.
    fn skip_markup(&mut self) {
        let rest = &self.source.as_bytes()[self.at..];
        let length = if rest.starts_with(b"<!--") {
            comment_length(rest)
        } else {
            memchr(b'>', rest).map(|end| end + 1)
        };
        self.at += length.unwrap_or(rest.len());
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let bytes = self.source.as_bytes();
        let start = self.at;
        let mut text_end = start;
        loop {
            let Some(found) = memchr(b'<', &bytes[text_end..]) else {
                self.at = bytes.len();
                return (start < bytes.len()).then_some(Token::Text(start..bytes.len()));
            };
            text_end += found;
            let is_markup = match bytes.get(text_end + 1) {
                Some(b'!' | b'?') => true,
                Some(b'/') => bytes.get(text_end + 2).is_some(),
                Some(byte) => byte.is_ascii_alphabetic(),
                None => false,
            };
            if is_markup {
                break;
            }
            text_end += 1;
        }
        if text_end > start {
            self.at = text_end;
            return Some(Token::Text(start..text_end));
        }
        let is_end = bytes[start + 1] == b'/';
        let name_start = start + 1 + usize::from(is_end);
        if !bytes[name_start].is_ascii_alphabetic() {
            self.skip_markup();
            return self.next_after_markup();
        }
        let name = self.name_at(name_start);
        self.at = name_start + name.len();
        let Some(is_self_closing) = self.finish_tag() else {
            self.at = bytes.len();
            return None;
        };
        Some(if is_end { Token::End { name } } else { Token::Start { name, is_self_closing } })
    }
}

impl<'a> Tokens<'a> {
    /// The next token, without one call inside the other for each of many comments.
    fn next_after_markup(&mut self) -> Option<Token<'a>> {
        let bytes = self.source.as_bytes();
        loop {
            let rest = &bytes[self.at..];
            let is_skipped = match rest {
                [b'<', b'!' | b'?', ..] => true,
                [b'<', b'/', third, ..] => !third.is_ascii_alphabetic(),
                _ => false,
            };
            if !is_skipped {
                return self.next();
            }
            self.skip_markup();
        }
    }
}

/// The length of the comment that `rest` begins with, if it has an end.
fn comment_length(rest: &[u8]) -> Option<usize> {
    let content = &rest[4..];
    if content.starts_with(b">") {
        return Some(5);
    }
    if content.starts_with(b"->") {
        return Some(6);
    }
    // `--!>` ends a comment as `-->` does.
    let mut from = 0;
    while let Some(dashes) = memmem::find(&content[from..], b"--") {
        let behind = from + dashes + 2;
        match &content[behind..] {
            [b'>', ..] => return Some(4 + behind + 1),
            [b'!', b'>', ..] => return Some(4 + behind + 2),
            _ => from = behind - 1,
        }
    }
    None
}

/// Whether `rest` begins with the name of a tag.
fn is_tag(rest: &[u8], name: &str) -> bool {
    let ends = |byte: &u8| matches!(byte, b'>' | b'/') || is_space(*byte);
    rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        && rest.get(name.len()).is_some_and(ends)
}

/// The white space of HTML.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C')
}
