//! Writes the text of a page: white space collapsed as a browser does, a line for each block, and
//! the way back from each character to the source.
//!
//! Invariant: no line is blank but those between paragraphs, none ends in white space that HTML
//! collapses, and there is a mark for each that is not blank.

use std::ops::Range;

use super::entity::Reference;
use super::token::is_space;
use crate::page::Mark;
use crate::span::{OffsetMap, Segment, Span};

/// What stands between what was written last and what comes next, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    /// White space that begins at this byte of the source.
    Space(usize),
    /// Between the cells of a row.
    Tab,
    Line,
    Blank,
}

/// A stretch of the text and the bytes of the source it came from.
#[derive(Debug)]
struct Piece {
    text_byte: usize,
    source: Range<usize>,
    /// It stands for its source as a whole, as `&` does for `&amp;`.
    is_atomic: bool,
}

/// The text so far.
#[derive(Debug)]
pub struct Writer<'a> {
    source: &'a str,
    text: String,
    pieces: Vec<Piece>,
    marks: Vec<Mark>,
    gap: Gap,
}

impl<'a> Writer<'a> {
    pub fn new(source: &'a str) -> Self {
        Self {
            source,
            text: String::with_capacity(source.len() / 8),
            pieces: Vec::new(),
            marks: Vec::new(),
            gap: Gap::Blank,
        }
    }

    /// The byte of the text where the next word will stand or some white space before it.
    pub fn position(&self) -> usize {
        self.text.len()
    }

    /// Ends the line.
    pub fn end_line(&mut self) {
        self.gap = self.gap.max(Gap::Line);
    }

    /// Ends the line; a blank one follows.
    pub fn end_paragraph(&mut self) {
        self.gap = Gap::Blank;
    }

    /// Parts two cells of a row.
    pub fn end_cell(&mut self) {
        self.gap = self.gap.max(Gap::Tab);
    }

    /// Adds the source's text at `range`, which holds no reference. `mark` is of the line that
    /// its first word may open; `is_link` whether its words are a link's.
    pub fn add(&mut self, range: Range<usize>, mark: &impl Fn() -> Mark, is_link: bool) {
        let bytes = self.source.as_bytes();
        let mut at = range.start;
        while at < range.end {
            if is_space(bytes[at]) {
                if self.gap == Gap::None {
                    self.gap = Gap::Space(at);
                }
                at += 1;
                continue;
            }
            let rest = &bytes[at..range.end];
            let length = rest.iter().position(|byte| is_space(*byte)).unwrap_or(rest.len());
            self.add_word(at..at + length, mark, is_link);
            at += length;
        }
    }

    /// Adds text whose white space counts, as in `pre`.
    pub fn add_verbatim(&mut self, range: Range<usize>, mark: &impl Fn() -> Mark, is_link: bool) {
        let mut at = range.start;
        for (index, line) in self.source[range].split(['\n', '\r']).enumerate() {
            if index > 0 {
                self.gap = self.gap.max(Gap::Line);
            }
            let end = at + line.trim_ascii_end().len();
            if at < end {
                self.add_word(at..end, mark, is_link);
            }
            if end < at + line.len() && self.gap == Gap::None {
                self.gap = Gap::Space(end);
            }
            at += line.len() + 1;
        }
    }

    /// Adds what the reference at byte `at` of the source stands for.
    pub fn add_reference(
        &mut self,
        at: usize,
        reference: Reference,
        mark: &impl Fn() -> Mark,
        is_link: bool,
    ) {
        for ch in reference.chars.into_iter().flatten() {
            if ch.is_ascii_whitespace() {
                if self.gap == Gap::None {
                    self.gap = Gap::Space(at);
                }
            } else if !is_ink(ch) && self.gap >= Gap::Line {
                // Blank by itself, it opens no line.
            } else {
                self.fill_gap(mark);
                let source = at..at + reference.length;
                self.pieces.push(Piece { text_byte: self.text.len(), source, is_atomic: true });
                self.text.push(ch);
                self.count_link_chars(u32::from(is_link && is_ink(ch)));
            }
        }
    }

    /// Adds the word at `range` of the source, or what of it is not blank at the start of a line.
    fn add_word(&mut self, range: Range<usize>, mark: &impl Fn() -> Mark, is_link: bool) {
        let mut range = range;
        if self.gap >= Gap::Line && !self.source.as_bytes()[range.start].is_ascii_graphic() {
            let word = &self.source[range.clone()];
            let Some(first) = word.find(is_ink) else { return };
            // In verbatim text the white space before the first letter is its indent.
            if !is_space(self.source.as_bytes()[range.start]) {
                range.start += first;
            }
        }
        self.fill_gap(mark);
        let word = &self.source[range.clone()];
        self.push(range);
        if is_link {
            let chars = word.chars().filter(|ch| is_ink(*ch)).count();
            self.count_link_chars(Span::new(0, chars).end);
        }
    }

    fn count_link_chars(&mut self, chars: u32) {
        if let Some(line) = self.marks.last_mut() {
            line.link_chars += chars;
        }
    }

    /// Writes what parts the next word from the one before, and opens its line.
    fn fill_gap(&mut self, mark: &impl Fn() -> Mark) {
        match std::mem::replace(&mut self.gap, Gap::None) {
            Gap::None => {}
            Gap::Space(at) => {
                // One space for one or many, whatever they were.
                let piece = self.pieces.last_mut();
                match piece.filter(|piece| !piece.is_atomic && piece.source.end == at) {
                    Some(piece) => piece.source.end = at + 1,
                    None => self.open_piece(at..at + 1),
                }
                self.text.push(' ');
            }
            Gap::Tab => self.push_made('\t', 1),
            gap => {
                if !self.text.is_empty() {
                    self.push_made('\n', if gap == Gap::Blank { 2 } else { 1 });
                }
                self.marks.push(mark());
            }
        }
    }

    /// Writes characters that are not in the source.
    fn push_made(&mut self, ch: char, count: usize) {
        if let Some(last) = self.pieces.last().filter(|last| last.is_atomic) {
            let end = last.source.end;
            self.open_piece(end..end);
        }
        self.text.extend(std::iter::repeat_n(ch, count));
    }

    fn open_piece(&mut self, source: Range<usize>) {
        self.pieces.push(Piece { text_byte: self.text.len(), source, is_atomic: false });
    }

    fn push(&mut self, range: Range<usize>) {
        let is_next = |last: &&mut Piece| {
            let text = self.text.len() - last.text_byte;
            !last.is_atomic && last.source.end == range.start && last.source.len() == text
        };
        match self.pieces.last_mut().filter(is_next) {
            Some(last) => last.source.end = range.end,
            None => self.open_piece(range.clone()),
        }
        self.text.push_str(&self.source[range]);
    }

    /// The text, the way back and the marks of its lines.
    pub fn finish(self) -> (String, OffsetMap, Vec<Mark>) {
        let bytes = self.source.as_bytes();
        let (mut at, mut scalar) = (0, 0);
        let mut segments = Vec::with_capacity(self.pieces.len());
        for Piece { text_byte, source, .. } in self.pieces {
            // Two characters of one reference have the same source.
            scalar += crate::span::scalars(&bytes[at..source.start]);
            at = source.start;
            let raw_end = scalar + crate::span::scalars(&bytes[source]);
            let text_byte = Span::new(0, text_byte).end;
            segments.push(Segment { text_byte, raw_start: scalar, raw_end });
        }
        (self.text, OffsetMap { segments }, self.marks)
    }
}

/// Whether a reader sees `ch`.
fn is_ink(ch: char) -> bool {
    !ch.is_whitespace() && !matches!(ch, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}
