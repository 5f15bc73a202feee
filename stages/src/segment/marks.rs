//! Punctuation as the segmenter sees it: what may end a sentence, close one or open one.
//!
//! Invariant: `MARK_LEADS` and `MARK_SECONDS` hold the first two bytes of every mark that `Mark::of`
//! knows, the first of them no continuation byte, so a scan stops on a character boundary.

/// What a character of interest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Ends a sentence if white space follows.
    Terminator,
    /// Ends a sentence without white space: the full stops of Chinese and Japanese.
    WideTerminator,
    Quote,
    BracketOpen,
    BracketClose,
    /// Two of them are a low opening quote: `,,`.
    Comma,
}

impl Mark {
    /// The mark `ch` is, if any: Unicode's `Sentence_Terminal` (UAX 29) as far as the press uses
    /// it, the ellipsis, quotes and brackets.
    pub fn of(ch: char) -> Option<Self> {
        let mark = match ch {
            '.' | '!' | '?' | '…' | '‼' | '‽' | '⁇' | '⁈' | '⁉' => Self::Terminator,
            '\u{0589}' | '\u{061D}'..='\u{061F}' | '\u{06D4}' => Self::Terminator,
            '\u{0964}' | '\u{0965}' | '\u{104A}' | '\u{104B}' => Self::Terminator,
            '\u{1362}' | '\u{1367}' | '\u{17D4}' | '\u{17D5}' => Self::Terminator,
            '。' | '！' | '？' | '．' | '｡' => Self::WideTerminator,
            '"' | '\'' | '`' | '«' | '»' | '‹' | '›' => Self::Quote,
            '‘'..='‟' | '「' | '」' | '『' | '』' | '《' | '》' | '〈' | '〉' => {
                Self::Quote
            }
            '(' | '[' | '{' | '（' | '【' | '〔' => Self::BracketOpen,
            ')' | ']' | '}' | '）' | '】' | '〕' => Self::BracketClose,
            ',' => Self::Comma,
            _ => return None,
        };
        Some(mark)
    }
}

/// Whether `ch` ends sentences in every language.
pub fn is_terminator(ch: char) -> bool {
    matches!(Mark::of(ch), Some(Mark::Terminator | Mark::WideTerminator))
}

/// Which marks a byte may begin or go on with, a bit each: the marks of one byte together, those of
/// each first byte in `WIDE_LEADS`.
pub type MarkBits = u16;

const NARROW: MarkBits = 1;
/// The first bytes of marks of two bytes or more, and the second bytes of those marks. Few
/// letters share both, so that the scan passes over text in any script.
const WIDE_LEADS: [(u8, &[u8]); 9] = [
    (0xC2, &[0xAB, 0xBB]),
    (0xD6, &[0x89]),
    (0xD8, &[0x9D, 0x9E, 0x9F]),
    (0xDB, &[0x94]),
    (0xE0, &[0xA5]),
    (0xE1, &[0x81, 0x8D, 0x9F]),
    (0xE2, &[0x80, 0x81]),
    (0xE3, &[0x80]),
    (0xEF, &[0xBC, 0xBD]),
];

/// The marks that each byte begins.
const MARK_LEADS: [MarkBits; 256] = {
    let mut leads = [0; 256];
    let narrow = b".!?\"'`()[]{},";
    let mut at = 0;
    while at < narrow.len() {
        leads[narrow[at] as usize] = NARROW;
        at += 1;
    }
    at = 0;
    while at < WIDE_LEADS.len() {
        leads[WIDE_LEADS[at].0 as usize] = NARROW << (at + 1);
        at += 1;
    }
    leads
};

/// The marks that each byte may be the second of; any byte may follow a mark of one.
const MARK_SECONDS: [MarkBits; 256] = {
    let mut seconds = [NARROW; 256];
    let mut at = 0;
    while at < WIDE_LEADS.len() {
        let mut second = 0;
        while second < WIDE_LEADS[at].1.len() {
            seconds[WIDE_LEADS[at].1[second] as usize] |= NARROW << (at + 1);
            second += 1;
        }
        at += 1;
    }
    seconds
};

/// The table of first bytes to stop at, with those of a language's own terminators.
pub fn leads_with(terminators: &[char]) -> [MarkBits; 256] {
    let mut leads = MARK_LEADS;
    for ch in terminators {
        leads[ch.encode_utf8(&mut [0; 4]).as_bytes()[0] as usize] |= NARROW;
    }
    leads
}

/// Where from byte `from` on a mark may begin.
pub fn next_mark(bytes: &[u8], from: usize, leads: &[MarkBits; 256]) -> Option<usize> {
    let rest = &bytes[from..];
    let fits = |pair: &[u8]| leads[pair[0] as usize] & MARK_SECONDS[pair[1] as usize] != 0;
    if let Some(found) = rest.windows(2).position(fits) {
        return Some(from + found);
    }
    let is_narrow = rest.last().is_some_and(|last| leads[*last as usize] & NARROW != 0);
    is_narrow.then(|| bytes.len() - 1)
}

/// What may stand between a sentence's end and the first word of the next.
pub fn is_opener(ch: char) -> bool {
    matches!(
        ch,
        '«' | '»'
            | '‹'
            | '›'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '‘'
            | '’'
            | '‚'
            | '"'
            | '\''
            | '`'
            | '('
            | '['
            | '{'
            | '（'
            | '【'
            | '〔'
            | '「'
            | '『'
            | '《'
            | '〈'
            | '¿'
            | '¡'
            | '•'
            | '·'
            | '●'
            | '■'
            | '▪'
            | '►'
            | '*'
            | '_'
            | '#'
            | '@'
            | '№'
            | '§'
    ) || is_dash(ch)
}

pub fn is_dash(ch: char) -> bool {
    matches!(ch, '-' | '‐'..='―' | '−')
}

/// What shows, right after a terminator and white space, that the sentence goes on.
pub fn is_continuer(ch: char) -> bool {
    matches!(
        ch,
        ',' | ';'
            | ':'
            | ')'
            | ']'
            | '}'
            | '%'
            | '/'
            | '\\'
            | '&'
            | '='
            | '+'
            | '>'
            | '|'
            | '،'
            | '؛'
            | '、'
            | '，'
            | '；'
            | '：'
            | '）'
            | '」'
            | '』'
            | '】'
            | '》'
            | '°'
            | '×'
    )
}

/// Letters written without spaces between words: Han, Hiragana, Katakana and their marks.
pub fn is_cjk(ch: char) -> bool {
    matches!(ch, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
        || matches!(ch, '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Invisible marks of writing direction and width, which may stand around punctuation.
pub fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
        || ch == '\u{FEFF}'
}

/// The first character of `text`, NUL where there is none.
pub fn first(text: &str) -> char {
    text.chars().next().unwrap_or('\0')
}

/// The last character of `text`, NUL where there is none.
pub fn last(text: &str) -> char {
    text.chars().next_back().unwrap_or('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scan_stops_at_every_mark() {
        let mut count = 0;
        for ch in '\0'..=char::MAX {
            if Mark::of(ch).is_none() {
                continue;
            }
            count += 1;
            let mut buffer = [0; 4];
            let bytes = ch.encode_utf8(&mut buffer).as_bytes();
            assert_eq!(next_mark(bytes, 0, &MARK_LEADS), Some(0), "{ch:?}");
        }
        assert!(count > 50);
        assert!((0x80..0xC0).all(|byte: usize| MARK_LEADS[byte] == 0));
        assert_eq!(next_mark("سلام عليكم".as_bytes(), 0, &MARK_LEADS), None);
        assert_eq!(next_mark("سلام.".as_bytes(), 0, &MARK_LEADS), Some(8));
    }
}
