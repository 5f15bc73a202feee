//! Punctuation as the segmenter sees it: what may end a sentence, close one or open one.
//!
//! Invariant: `MARK_LEADS` holds the first byte of every mark that `Mark::of` knows, and no
//! continuation byte, so a scan that stops at it stops on a character boundary.

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

/// The first bytes of all marks.
const MARK_LEADS: [bool; 256] = {
    let mut leads = [false; 256];
    let bytes = b".!?\"'`()[]{},\xC2\xD6\xD8\xDB\xE0\xE1\xE2\xE3\xEF";
    let mut at = 0;
    while at < bytes.len() {
        leads[bytes[at] as usize] = true;
        at += 1;
    }
    leads
};

/// The table of first bytes to stop at, with those of a language's own terminators.
pub fn leads_with(terminators: &[char]) -> [bool; 256] {
    let mut leads = MARK_LEADS;
    for ch in terminators {
        leads[ch.encode_utf8(&mut [0; 4]).as_bytes()[0] as usize] = true;
    }
    leads
}

/// Whether the byte after a mark's first byte fits a mark: cheap, and enough to pass over the
/// letters that share a first byte with one.
pub fn second_fits(lead: u8, second: u8) -> bool {
    match lead {
        0xC2 => matches!(second, 0xAB | 0xBB),
        0xD6 => second == 0x89,
        0xD8 => matches!(second, 0x9D..=0x9F),
        0xDB => second == 0x94,
        0xE0 => second == 0xA5,
        0xE1 => matches!(second, 0x81 | 0x8D | 0x9F),
        0xE2 => matches!(second, 0x80 | 0x81),
        0xE3 => second == 0x80,
        0xEF => matches!(second, 0xBC | 0xBD),
        _ => true,
    }
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
            assert!(MARK_LEADS[bytes[0] as usize], "{ch:?}");
            assert!(bytes.len() == 1 || second_fits(bytes[0], bytes[1]), "{ch:?}");
        }
        assert!(count > 50);
        assert!((0x80..0xC0).all(|byte: usize| !MARK_LEADS[byte]));
    }
}
