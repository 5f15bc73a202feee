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

/// A word that runs together with the one before it where a space was lost.
#[derive(Debug, Default)]
pub struct Glued<'a> {
    pub suffixes: &'a [String],
    pub except: &'a [String],
}

/// The tokens of `text`, which is `lowered` in lower case (`text::lowered`).
pub fn tokenize<'a>(text: &'a str, lowered: &'a str, glued: &Glued) -> Vec<Token<'a>> {
    let mut tokens = Vec::with_capacity(text.len() / BYTES_PER_TOKEN);
    each_token(text, lowered, glued, |token| tokens.push(token));
    tokens
}

/// Gives the tokens of `text`, which is `lowered` in lower case, to `add`, one after the other.
#[inline]
pub fn each_token<'a>(
    text: &'a str,
    lowered: &'a str,
    glued: &Glued,
    mut add: impl FnMut(Token<'a>),
) {
    let mut before = 0;
    for Piece { start, end, kind, is_ascii } in pieces(text) {
        let word = &lowered[start..end];
        let first = text.as_bytes()[start];
        let mut token = Token {
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
        };
        before = end;
        match split_glued(&token, word, glued) {
            None => add(token),
            Some(split) => {
                (token.end, token.folded) = (split, fold(&lowered[start..split]));
                let folded = fold(&lowered[split..end]);
                add(token);
                add(Token { start: split, end, kind, folded, is_spaced: false, is_capital: false });
            }
        }
    }
}

/// A usual length, to reserve room.
pub const BYTES_PER_TOKEN: usize = 5;

/// Where a token stands.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    pub start: usize,
    pub end: usize,
    pub kind: TokenKind,
    pub is_ascii: bool,
}

/// The places of the tokens of `text`.
#[inline]
pub fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at;
            let kind = match text.as_bytes().get(at)? {
                b'\t'..=b'\r' | b' ' => {
                    at += 1;
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' => TokenKind::Word,
                b'0'..=b'9' => TokenKind::Number,
                byte if byte.is_ascii() => TokenKind::Mark,
                _ => match text[at..].chars().next()? {
                    ch if ch.is_whitespace() => {
                        at += ch.len_utf8();
                        continue;
                    }
                    ch if is_number_char(ch) => TokenKind::Number,
                    ch if is_letter(ch) => TokenKind::Word,
                    _ => TokenKind::Mark,
                },
            };
            let is_ascii;
            (at, is_ascii) = match kind {
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
            return Some(Piece { start, end: at, kind, is_ascii });
        }
    })
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

/// Where a `token`, in lower case `word`, that has its suffix glued on is cut.
fn split_glued(token: &Token, word: &str, glued: &Glued) -> Option<usize> {
    if token.kind != TokenKind::Word {
        return None;
    }
    let last = word.as_bytes().last();
    let suffix = glued.suffixes.iter().find(|suffix| {
        // Folding may have left marks out that the word ends with.
        suffix.as_bytes().last() == last
            && token.folded.len() > suffix.len() + 2
            && token.folded.ends_with(suffix.as_str())
            && word.ends_with(suffix.as_str())
    })?;
    let is_whole = glued.except.iter().any(|word| *word == token.folded);
    (!is_whole).then(|| token.end - suffix.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lowered;

    #[test]
    fn tokens_hold_all_but_white_space() {
        let glued = Glued { suffixes: &["à".to_owned()], except: &["déjà".to_owned()] };
        let folded = |text: &str| -> Vec<String> {
            let lowered = lowered(text);
            let tokens = tokenize(text, &lowered, &glued).into_iter();
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
