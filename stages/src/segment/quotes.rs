//! Which quotations are open as the scan goes, and whether a quote after a stop closes one.
//!
//! The same sign opens in one language and closes in another (`“`, `«`), or does both (`"`), so
//! the sign's neighbours decide, and what is open where they do not.

use super::marks::{first, is_dash, last};
use crate::text::is_letter_or_digit;

/// A quotation that has not closed after this many bytes was never going to.
const QUOTATION_BYTES_MAX: usize = 3000;

/// How far ahead the end of a quotation is looked for.
const QUOTATION_AHEAD_BYTES: usize = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `"…"`, `''…''`, and `,,…''`.
    Straight,
    /// `“…”`, `”…”`.
    Curly,
    /// `«…»`.
    Angle,
    /// `»…«`.
    AngleReversed,
    /// `„…“`, `„…”`.
    Low,
    /// `「…」`, `『…』`, `《…》`, `（…）`, however deep.
    Corner,
}

const KINDS: [Kind; 6] =
    [Kind::Straight, Kind::Curly, Kind::Angle, Kind::AngleReversed, Kind::Low, Kind::Corner];

/// The open quotations of one block.
#[derive(Debug, Default)]
pub struct Quotes {
    /// Where each kind was opened.
    opened: [Option<usize>; KINDS.len()],
    corner_depth: u32,
}

impl Quotes {
    /// Takes note of the quote or wide bracket `ch` at byte `at`, and returns the length of the
    /// sign: two commas or two apostrophes are one sign.
    pub fn see(&mut self, text: &str, at: usize, ch: char) -> usize {
        let length = sign_length(text, at, ch);
        let before = last(&text[..at]);
        let after = first(&text[at + length..]);
        let is_after_gap = is_gap(before) || is_dash(before) || "([{«“„'’".contains(before);
        match ch {
            '"' => self.see_straight(at, is_after_gap, before, after),
            '\'' if length == 2 => self.see_straight(at, is_after_gap, before, after),
            '`' | ',' if length == 2 => self.open(Kind::Straight, at),
            '“' if self.is_open(Kind::Low, at) => self.close(Kind::Low),
            '“' if !is_after_gap && !is_letter_or_digit(after) => self.close(Kind::Curly),
            '“' => self.open(Kind::Curly, at),
            '”' if is_after_gap && is_letter_or_digit(after) && !self.is_open(Kind::Curly, at) => {
                self.open(Kind::Curly, at);
            }
            '”' => self.close_all(&[Kind::Curly, Kind::Low]),
            '„' | '‟' => self.open(Kind::Low, at),
            '«' if self.is_open(Kind::AngleReversed, at) => self.close(Kind::AngleReversed),
            '«' => self.open(Kind::Angle, at),
            '»' if self.is_open(Kind::Angle, at) => self.close(Kind::Angle),
            '»' if is_after_gap && !is_gap(after) => self.open(Kind::AngleReversed, at),
            '「' | '『' | '《' | '〈' | '（' | '【' => {
                if self.corner_depth == 0 {
                    self.open(Kind::Corner, at);
                }
                self.corner_depth += 1;
            }
            '」' | '』' | '》' | '〉' | '）' | '】' => {
                self.corner_depth = self.corner_depth.saturating_sub(1);
                if self.corner_depth == 0 {
                    self.close(Kind::Corner);
                }
            }
            _ => {}
        }
        length
    }

    fn see_straight(&mut self, at: usize, is_after_gap: bool, before: char, after: char) {
        let opens = is_after_gap && !is_gap(after);
        let closes = !is_gap(before) && !is_letter_or_digit(after);
        let is_open = self.is_open(Kind::Straight, at);
        if if opens == closes { !is_open } else { opens } {
            self.open(Kind::Straight, at);
        } else {
            self.close(Kind::Straight);
        }
    }

    /// The length of the quote at byte `at`, if it closes what came before; `is_spaced` where
    /// white space stands between the stop and it.
    pub fn closer_length(&self, text: &str, at: usize, is_spaced: bool) -> Option<usize> {
        let ch = first(&text[at..]);
        let length = sign_length(text, at, ch);
        let after = first(&text[at + length..]);
        let is_before_word = is_letter_or_digit(after);
        let closes = match ch {
            '"' => self.straight_closes(text, at + length, is_spaced),
            '\'' if length == 2 => self.straight_closes(text, at + length, is_spaced),
            '\'' | '’' | '‘' | '‹' => !is_spaced && !is_before_word,
            '”' => !(is_spaced && is_before_word) || self.is_open(Kind::Curly, at),
            '“' if self.is_open(Kind::Low, at) => true,
            '“' => !is_before_word && (!is_spaced || after == '\0'),
            '»' => self.is_open(Kind::Angle, at) || !is_spaced || !is_before_word,
            '«' => self.is_open(Kind::AngleReversed, at) || after == '\0',
            '›' => !is_before_word,
            '」' | '』' | '》' | '〉' | '）' | '】' | '〕' => true,
            ')' | ']' | '}' => !is_spaced,
            '*' | '_' => !is_spaced && !is_before_word,
            _ => false,
        };
        closes.then_some(length)
    }

    /// Whether a straight quote that ends at byte `end` closes.
    fn straight_closes(&self, text: &str, end: usize, is_spaced: bool) -> bool {
        let is_open = self.is_open(Kind::Straight, end);
        let rest = &text[end..];
        let is_before_word = is_letter_or_digit(first(rest));
        if !is_spaced {
            return is_open || !is_before_word;
        }
        // Alone between spaces, it opens if there is one to close it.
        let is_closed_again = || {
            let ahead = &rest[..rest.floor_char_boundary(QUOTATION_AHEAD_BYTES)];
            ahead.contains('"') && !ahead.trim_start().starts_with('"')
        };
        !is_before_word && (is_open || is_gap(first(rest)) && !is_closed_again())
    }

    /// Where the innermost quotation open at byte `at` was opened, and the signs that close it.
    pub fn innermost(&self, at: usize) -> Option<(usize, &'static [char])> {
        let open = KINDS.iter().filter(|kind| self.is_open(**kind, at));
        let (start, kind) =
            open.map(|kind| (self.opened[*kind as usize], *kind)).max_by_key(|open| open.0)?;
        let close: &[char] = match kind {
            Kind::Straight => &['"'],
            Kind::Curly => &['”'],
            Kind::Angle => &['»'],
            Kind::AngleReversed => &['«'],
            Kind::Low => &['“', '”'],
            Kind::Corner => &['」'],
        };
        Some((start?, close))
    }

    /// Whether byte `at` lies inside `「…」` or its like.
    pub fn is_in_corner(&self, at: usize) -> bool {
        self.is_open(Kind::Corner, at)
    }

    fn open(&mut self, kind: Kind, at: usize) {
        self.opened[kind as usize] = Some(at);
    }

    fn close(&mut self, kind: Kind) {
        self.opened[kind as usize] = None;
    }

    fn close_all(&mut self, kinds: &[Kind]) {
        for kind in kinds {
            self.close(*kind);
        }
    }

    fn is_open(&self, kind: Kind, at: usize) -> bool {
        let opened = self.opened[kind as usize];
        opened.is_some_and(|opened| at.saturating_sub(opened) <= QUOTATION_BYTES_MAX)
    }
}

/// Two apostrophes, grave accents or commas are one quote.
fn sign_length(text: &str, at: usize, ch: char) -> usize {
    let rest = &text.as_bytes()[at..];
    let is_doubled = matches!(ch, '\'' | '`' | ',') && rest.get(1) == rest.first();
    if is_doubled { 2 } else { ch.len_utf8().min(rest.len()) }
}

fn is_gap(ch: char) -> bool {
    ch == '\0' || ch.is_whitespace()
}
