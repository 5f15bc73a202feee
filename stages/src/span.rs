//! Places in a text: byte spans inside the program, Unicode scalar offsets into the raw file outside.
//!
//! Invariant: a `Span` lies on character boundaries of the text it was made for.

use serde::{Deserialize, Serialize};

/// A half-open range of bytes of `Document::text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of the bytes `start..end`.
    ///
    /// Texts are capped far below 4 GiB before they are decoded, so offsets fit.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        let fit = |offset: usize| u32::try_from(offset).expect("texts are capped below 4 GiB");
        Self { start: fit(start), end: fit(end) }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn slice(self, text: &str) -> &str {
        &text[self.range()]
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// This span without the white space at its edges.
    pub fn trimmed(self, text: &str) -> Self {
        let slice = self.slice(text);
        let start = self.start as usize + (slice.len() - slice.trim_start().len());
        Self::new(start, start + slice.trim().len())
    }
}

/// A share of one in thousandths: an integer, so that it is the same on every machine.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Score(pub u16);

impl Score {
    pub const ONE: Self = Self(1000);

    /// The score as a number from 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// A stretch of text and the stretch of the raw file it came from.
///
/// Scalar by scalar the one leads to the other. A single scalar that stands for several (an HTML
/// character reference) is atomic and maps as a whole; scalars of the text that are not in the raw
/// file (line ends put between two blocks) stand behind all others and map to the stretch's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// First byte of the stretch in the text.
    pub text_byte: u32,
    /// First and last (exclusive) Unicode scalar of the stretch in the decoded raw file.
    pub raw_start: u32,
    pub raw_end: u32,
}

/// The way back from bytes of a text to Unicode scalars of the decoded raw file, byte order mark
/// included.
///
/// Invariant: segments are sorted by `text_byte`; the first starts at 0 unless there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OffsetMap {
    pub segments: Vec<Segment>,
}

impl OffsetMap {
    /// The map of a text that is the raw file itself.
    pub fn identity(text: &str) -> Self {
        let raw_end = Span::new(0, text.chars().count()).end;
        Self { segments: vec![Segment { text_byte: 0, raw_start: 0, raw_end }] }
    }

    /// A translator of spans of `text`; made once an article, then cheap a span.
    pub fn translator<'a>(&'a self, text: &'a str) -> Translator<'a> {
        let mut translator = Translator {
            segments: &self.segments,
            text,
            checkpoints: checkpoints(text),
            starts: Vec::new(),
        };
        let starts = self.segments.iter().map(|segment| translator.scalar(segment.text_byte));
        let end = translator.scalar(Span::new(0, text.len()).end);
        translator.starts = starts.chain([end]).collect();
        translator
    }
}

const CHECKPOINT_BYTES: usize = 64;

/// Scalars before every `CHECKPOINT_BYTES`-th byte (continuation bytes are not counted).
fn checkpoints(text: &str) -> Vec<u32> {
    let mut sum = 0;
    let mut sums = Vec::with_capacity(text.len() / CHECKPOINT_BYTES + 1);
    for chunk in text.as_bytes().chunks(CHECKPOINT_BYTES) {
        sums.push(sum);
        sum += scalars(chunk);
    }
    sums.push(sum);
    sums
}

/// The Unicode scalars of text in UTF-8.
pub fn scalars(bytes: &[u8]) -> u32 {
    // Sums of bytes: the compiler makes them of many bytes at once.
    let sum = |chunk: &[u8]| chunk.iter().map(|byte| u8::from((byte & 0xC0) != 0x80)).sum::<u8>();
    bytes.chunks(CHECKPOINT_BYTES).map(|chunk| u32::from(sum(chunk))).sum()
}

/// Turns byte offsets of a text into scalar offsets of its raw file.
#[derive(Debug)]
pub struct Translator<'a> {
    segments: &'a [Segment],
    text: &'a str,
    checkpoints: Vec<u32>,
    /// Scalars of the text before each segment, and in all.
    starts: Vec<u32>,
}

impl Translator<'_> {
    /// `span` in Unicode scalars of the raw file, half open.
    pub fn raw(&self, span: Span) -> (u32, u32) {
        let start = self.start(span.start);
        if span.is_empty() { (start, start) } else { (start, self.end(span.end)) }
    }

    /// The number of scalars of the text before byte `offset`.
    pub fn scalar(&self, offset: u32) -> u32 {
        let offset = offset as usize;
        let checkpoint = offset / CHECKPOINT_BYTES;
        let rest = &self.text.as_bytes()[checkpoint * CHECKPOINT_BYTES..offset];
        self.checkpoints[checkpoint] + scalars(rest)
    }

    fn start(&self, offset: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.text_byte <= offset);
        let Some(index) = after.checked_sub(1) else { return offset };
        let segment = self.segments[index];
        if self.is_atomic(index) {
            return segment.raw_start;
        }
        (segment.raw_start + self.scalar(offset) - self.starts[index]).min(segment.raw_end)
    }

    fn end(&self, offset: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.text_byte < offset);
        let Some(index) = after.checked_sub(1) else { return offset };
        let segment = self.segments[index];
        if self.segment_end(index) == offset || self.is_atomic(index) {
            return segment.raw_end;
        }
        (segment.raw_start + self.scalar(offset) - self.starts[index]).min(segment.raw_end)
    }

    fn segment_end(&self, index: usize) -> u32 {
        let next = self.segments.get(index + 1);
        next.map_or(Span::new(0, self.text.len()).end, |segment| segment.text_byte)
    }

    /// Whether the stretch maps as a whole. A line with its `\r\n` holds one raw scalar more than
    /// text scalars and still maps one to one up to its end, so only shorter texts count.
    fn is_atomic(&self, index: usize) -> bool {
        let segment = self.segments[index];
        let length = self.starts[index + 1] - self.starts[index];
        length <= 1 && segment.raw_end - segment.raw_start > length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_counts_scalars() {
        let text = "é€a".repeat(400);
        let map = OffsetMap::identity(&text);
        let translator = map.translator(&text);
        for (scalar, (byte, ch)) in text.char_indices().enumerate() {
            let span = Span::new(byte, byte + ch.len_utf8());
            assert_eq!(translator.raw(span), (scalar as u32, scalar as u32 + 1));
        }
    }

    #[test]
    fn lines_with_carriage_returns_and_entities_lead_back() {
        // Raw "é\r\nb&amp;c": text "é\nb&c".
        let text = "é\nb&c";
        let segments = vec![
            Segment { text_byte: 0, raw_start: 0, raw_end: 3 },
            Segment { text_byte: 3, raw_start: 3, raw_end: 4 },
            Segment { text_byte: 4, raw_start: 4, raw_end: 9 },
            Segment { text_byte: 5, raw_start: 9, raw_end: 10 },
        ];
        let map = OffsetMap { segments };
        let translator = map.translator(text);
        assert_eq!(translator.raw(Span::new(0, 2)), (0, 1));
        assert_eq!(translator.raw(Span::new(3, 4)), (3, 4));
        assert_eq!(translator.raw(Span::new(3, 5)), (3, 9));
        assert_eq!(translator.raw(Span::new(4, 5)), (4, 9));
        assert_eq!(translator.raw(Span::new(5, 6)), (9, 10));
    }
}
