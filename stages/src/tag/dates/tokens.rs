//! A sentence as tokens: words, numbers with their inner marks, and single marks.
//!
//! Invariant: tokens are in order, do not overlap and hold every character but white space.

use std::borrow::Cow;

use crate::text::{ascii_letters, is_apostrophe, is_letter};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    /// Digits, with `/ . - – : ,` between digits (`21/10/2020`, `2020-2030`, `10:48`).
    Number,
    Mark,
}

/// A token of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    pub start: usize,
    pub end: usize,
    pub kind: TokenKind,
    /// Lower case, digits in ASCII, a plain apostrophe; Arabic without vowel signs and hamza.
    pub folded: Cow<'a, str>,
    /// White space stands before it.
    pub is_spaced: bool,
    pub is_capital: bool,
}

/// Words that run together with the one before them where a space was lost.
#[derive(Debug)]
pub struct Glued {
    suffixes: Vec<String>,
    except: Vec<String>,
    /// By tail, whether a suffix may have it.
    tails: [bool; TAILS],
}

/// By how many values the second byte before a word's last is told.
const EARLIER: usize = 16;
const TAILS: usize = 256 * EARLIER;

/// What tells words apart by their last byte and the second before it, in any case; none of shorter
/// ones.
fn tail(word: &[u8]) -> Option<usize> {
    let [.., earlier, _, last] = word else { return None };
    let [earlier, last] = [earlier, last].map(|byte| usize::from(byte.to_ascii_lowercase()));
    Some(last * EARLIER + earlier % EARLIER)
}

impl Glued {
    pub fn new(suffixes: Vec<String>, except: Vec<String>) -> Self {
        let mut tails = [false; TAILS];
        for suffix in suffixes.iter().map(String::as_bytes) {
            let last = suffix.last().map_or(0, |last| usize::from(*last)) * EARLIER;
            match tail(suffix) {
                Some(tail) => tails[tail] = true,
                None => tails[last..last + EARLIER].fill(true),
            }
        }
        Self { suffixes, except, tails }
    }

    /// Whether `word` ends in a suffix, in any case.
    #[inline]
    pub fn may_end(&self, word: &str) -> bool {
        let is_tail = |suffix: &String| {
            let start = word.len().checked_sub(suffix.len());
            let tail = start.and_then(|start| word.get(start..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(suffix))
        };
        tail(word.as_bytes()).is_some_and(|tail| self.tails[tail])
            && self.suffixes.iter().any(is_tail)
    }

    /// A `token` that has its suffix glued on, and the suffix.
    fn cut<'a>(&self, token: &Token, lowered: &'a str) -> Option<[Token<'a>; 2]> {
        let word = &lowered[token.start..token.end];
        let suffix = self.suffixes.iter().find(|suffix| {
            // Folding may have left marks out that the word ends with.
            token.folded.len() > suffix.len() + 2
                && token.folded.ends_with(suffix.as_str())
                && word.ends_with(suffix.as_str())
        })?;
        let is_whole = self.except.iter().any(|word| *word == token.folded);
        let Token { start, end, kind, is_spaced, is_capital, .. } = *token;
        let split = end - suffix.len();
        let part = |from: usize, to: usize, is_spaced, is_capital| {
            let folded = fold(&lowered[from..to]);
            Token { start: from, end: to, kind, folded, is_spaced, is_capital }
        };
        (!is_whole)
            .then(|| [part(start, split, is_spaced, is_capital), part(split, end, false, false)])
    }
}

/// The tokens of `text`, which is `lowered` in lower case (`text::lowered`).
pub fn tokenize<'a>(text: &'a str, lowered: &'a str, glued: Option<&Glued>) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    let mut before = 0;
    for piece in pieces(text) {
        let token = Token::of(text, lowered, piece, before);
        before = piece.end;
        match glued.and_then(|glued| token.cut(lowered, glued)) {
            None => tokens.push(token),
            Some(two) => tokens.extend(two),
        }
    }
    tokens
}

impl<'a> Token<'a> {
    /// The token that stands at `piece` of `text`, which is `lowered` in lower case; the one before
    /// it ends at `before`.
    #[inline]
    pub fn of(text: &str, lowered: &'a str, piece: Piece, before: usize) -> Self {
        let Piece { start, end, kind, is_ascii } = piece;
        let word = &lowered[start..end];
        let first = text.as_bytes()[start];
        Self {
            start,
            end,
            kind,
            folded: if is_ascii { word.into() } else { folded(word, kind) },
            is_spaced: before < start || start == 0,
            is_capital: if first.is_ascii() {
                first.is_ascii_uppercase()
            } else {
                text[start..].starts_with(char::is_uppercase)
            },
        }
    }

    /// A word that has its suffix glued on, and the suffix.
    #[inline]
    pub fn cut(&self, lowered: &'a str, glued: &Glued) -> Option<[Self; 2]> {
        let may_be_cut = self.kind == TokenKind::Word && glued.may_end(&lowered[..self.end]);
        if may_be_cut { glued.cut(self, lowered) } else { None }
    }
}

/// A usual length, to reserve room.
pub const BYTES_PER_TOKEN: usize = 4;

/// Where a token stands.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    pub start: usize,
    pub end: usize,
    pub kind: TokenKind,
    pub is_ascii: bool,
}

/// The places of the tokens of `text`.
pub fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, at: 0 }
}

/// See `pieces`.
#[derive(Debug)]
pub struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    #[inline]
    fn next(&mut self) -> Option<Piece> {
        let mut start = self.at;
        let first = loop {
            match self.text.as_bytes().get(start)? {
                b' ' => start += 1,
                first => break *first,
            }
        };
        if first.is_ascii_alphabetic() {
            let (end, is_ascii) = word_end(self.text, start);
            self.at = end;
            return Some(Piece { start, end, kind: TokenKind::Word, is_ascii });
        }
        let piece = other_piece(self.text, start)?;
        self.at = piece.end;
        Some(piece)
    }
}

/// The next token of `text` from `start` on.
fn other_piece(text: &str, mut start: usize) -> Option<Piece> {
    let kind = loop {
        match text[start..].chars().next()? {
            ch if ch.is_whitespace() => start += ch.len_utf8(),
            ch if is_number_char(ch) => break TokenKind::Number,
            ch if is_letter(ch) => break TokenKind::Word,
            _ => break TokenKind::Mark,
        }
    };
    let (end, is_ascii) = match kind {
        TokenKind::Word => word_end(text, start),
        TokenKind::Number => {
            let end = number_end(text, start);
            (end, text[start..end].is_ascii())
        }
        TokenKind::Mark => {
            let end = text.ceil_char_boundary(start + 1);
            (end, end == start + 1)
        }
    };
    Some(Piece { start, end, kind, is_ascii })
}

/// A token in lower case, folded.
fn folded(lowered: &str, kind: TokenKind) -> Cow<'_, str> {
    match (kind, lowered) {
        (TokenKind::Mark, "’") => "'".into(),
        (TokenKind::Mark, "–" | "‑") => "-".into(),
        _ => fold(lowered),
    }
}

/// `text` folded; borrowed where it is already.
pub fn fold(text: &str) -> Cow<'_, str> {
    let Some((same, _)) = text.char_indices().find(|(_, ch)| !is_folded(*ch)) else {
        return text.into();
    };
    let (head, tail) = text.split_at(same);
    let mut folded = String::with_capacity(text.len());
    folded.push_str(head);
    for ch in tail.chars() {
        match ch {
            '\u{660}'..='\u{669}' => {
                folded.push(char::from(b'0' + u8::try_from(ch as u32 - 0x660).expect("a digit")));
            }
            _ if is_apostrophe(ch) => folded.push('\''),
            '–' | '‑' => folded.push('-'),
            'أ' | 'إ' | 'آ' | 'ٱ' => folded.push('ا'),
            'ى' => folded.push('ي'),
            _ if is_vowel_sign(ch) => {}
            _ => folded.extend(ch.to_lowercase()),
        }
    }
    folded.into()
}

/// Whether folding leaves `ch` as it is: most letters of the Latin and Arabic scripts are told at
/// a glance.
fn is_folded(ch: char) -> bool {
    match ch {
        '\0'..='\x7F' => !ch.is_ascii_uppercase(),
        'ß'..='ÿ' => true,
        '\u{660}'..='\u{669}' | '–' | '‑' => false,
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ى' => false,
        _ if is_vowel_sign(ch) => false,
        '\u{600}'..='\u{6FF}' => true,
        _ => !is_apostrophe(ch) && ch.to_lowercase().eq([ch]),
    }
}

/// Arabic vowel signs and the stroke that only lengthens a word.
fn is_vowel_sign(ch: char) -> bool {
    matches!(ch, '\u{64B}'..='\u{652}' | '\u{640}' | '\u{670}')
}

fn is_number_char(ch: char) -> bool {
    ch.is_ascii_digit() || ('\u{660}'..='\u{669}').contains(&ch)
}

/// Where the word at `start` ends, and whether it is of ASCII letters.
#[inline]
fn word_end(text: &str, start: usize) -> (usize, bool) {
    let bytes = text.as_bytes();
    let end = start + ascii_letters(&bytes[start..]);
    if bytes.get(end).is_none_or(u8::is_ascii) {
        return (end, true);
    }
    let rest = &text[end..];
    // Marks that combine (Arabic vowel signs, accents apart) belong to the word.
    let inside =
        |ch: char| is_letter(ch) || ('\u{300}'..='\u{36F}').contains(&ch) || is_vowel_sign(ch);
    let more = rest.find(|ch| !inside(ch)).unwrap_or(rest.len());
    (end + more, more == 0)
}

fn number_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut chars = text[start..].char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        if is_number_char(ch) {
            end = start + at + ch.len_utf8();
            continue;
        }
        let follows_digit = chars.peek().is_some_and(|(_, next)| is_number_char(*next));
        let joins = matches!(ch, '/' | '.' | '-' | '–' | '‑' | ':' | ',') && follows_digit;
        // `2024-05-21T10:48:00` is one number too.
        let is_time_mark = ch == 'T' && follows_digit && text[start..start + at].len() == 10;
        if !joins && !is_time_mark {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lowered;

    #[test]
    fn tokens_hold_all_but_white_space() {
        let glued = Glued::new(vec!["à".to_owned()], vec!["déjà".to_owned()]);
        let folded = |text: &str| -> Vec<String> {
            let lowered = lowered(text);
            let tokens = tokenize(text, &lowered, Some(&glued)).into_iter();
            tokens.map(|token| token.folded.into_owned()).collect()
        };
        assert_eq!(
            folded("Le 21/10/2020, à 18h30."),
            ["le", "21/10/2020", ",", "à", "18", "h", "30", "."]
        );
        assert_eq!(
            folded("aujourd’huià Rabat déjà"),
            ["aujourd", "'", "hui", "à", "rabat", "déjà"]
        );
        assert_eq!(folded("2020–2030 3, 5"), ["2020-2030", "3", ",", "5"]);
        assert_eq!(folded("٢١ مايو"), ["21", "مايو"]);
        assert_eq!(folded("يومًا أمـس"), ["يوما", "امس"]);
        assert_eq!(folded("2024-05-21T10:48:00Z"), ["2024-05-21t10:48:00", "z"]);
    }
}
