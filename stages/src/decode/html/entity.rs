//! Character references (`&amp;`, `&#8217;`) as the standard reads them.
//!
//! Invariant: a reference gives at most two characters, never more bytes than a few times its own.

use std::borrow::Cow;

use htmlize::{ENTITIES, ENTITY_MAX_LENGTH, ENTITY_MIN_LENGTH};
use memchr::memchr;

/// What a reference stands for, and its length in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    pub chars: [Option<char>; 2],
    pub length: usize,
}

/// The reference that `rest`, which begins with `&`, begins with.
pub fn reference(rest: &str, is_attribute: bool) -> Option<Reference> {
    let bytes = rest.as_bytes();
    match bytes.get(1)? {
        b'#' => numeric(bytes),
        byte if byte.is_ascii_alphanumeric() => named(bytes, is_attribute),
        _ => None,
    }
}

/// The text of an attribute's value.
pub fn decoded(value: &str) -> Cow<'_, str> {
    let mut rest = value;
    let mut text = String::new();
    while let Some(found) = memchr(b'&', rest.as_bytes()) {
        text.push_str(&rest[..found]);
        rest = &rest[found..];
        match reference(rest, true) {
            Some(Reference { chars, length }) => {
                text.extend(chars.into_iter().flatten());
                rest = &rest[length..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    if rest.len() == value.len() {
        return Cow::Borrowed(value);
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn named(bytes: &[u8], is_attribute: bool) -> Option<Reference> {
    let window = &bytes[..bytes.len().min(ENTITY_MAX_LENGTH)];
    let letters = window[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let with_stop = letters + 1 + usize::from(window.get(letters + 1) == Some(&b';'));
    // The longest name that is known; old ones need no semicolon.
    for length in (ENTITY_MIN_LENGTH..=with_stop).rev() {
        let Some(expansion) = ENTITIES.get(&bytes[..length]) else { continue };
        let is_closed = bytes[length - 1] == b';';
        let goes_on = bytes.get(length).is_some_and(|b| *b == b'=' || b.is_ascii_alphanumeric());
        if is_attribute && !is_closed && goes_on {
            return None;
        }
        let mut chars = str::from_utf8(expansion).ok()?.chars();
        return Some(Reference { chars: [chars.next(), chars.next()], length });
    }
    None
}

fn numeric(bytes: &[u8]) -> Option<Reference> {
    let (radix, start) = if matches!(bytes.get(2), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let mut value: u32 = 0;
    let mut end = start;
    while let Some(digit) = bytes.get(end).and_then(|byte| char::from(*byte).to_digit(radix)) {
        value = value.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    let length = end + usize::from(bytes.get(end) == Some(&b';'));
    let ch = match value {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9F => windows(value),
        _ => char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some(Reference { chars: [Some(ch), None], length })
}

/// What pages mean by the control characters of 0x80 to 0x9F: those of windows-1252.
fn windows(value: u32) -> char {
    let byte = [u8::try_from(value).unwrap_or_default()];
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
    text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}
