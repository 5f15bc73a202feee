//! A sentence as tokens: words, numbers with their inner marks, and single marks.
//!
//! Invariant: tokens are in order, do not overlap and hold every character but white space.

use std::borrow::Cow;

use crate::text::{is_apostrophe, is_letter};

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

/// The tokens of `text`.
pub fn tokenize<'a>(text: &'a str, glued: &Glued) -> Vec<Token<'a>> {
    let mut tokens = Vec::with_capacity(text.len() / BYTES_PER_TOKEN);
    let mut at = 0;
    let mut is_spaced = true;
    while let Some(ch) = text[at..].chars().next() {
        if ch.is_whitespace() {
            is_spaced = true;
            at += ch.len_utf8();
            continue;
        }
        let (kind, end) = if is_number_char(ch) {
            (TokenKind::Number, number_end(text, at))
        } else if is_letter(ch) {
            (TokenKind::Word, word_end(text, at))
        } else {
            (TokenKind::Mark, at + ch.len_utf8())
        };
        let folded = fold(&text[at..end]);
        let mut token =
            Token { start: at, end, kind, folded, is_spaced, is_capital: ch.is_uppercase() };
        let rest = split_glued(&token, glued).map(|split| Token {
            start: split,
            folded: fold(&text[split..end]),
            is_spaced: false,
            is_capital: false,
            ..token
        });
        if let Some(rest) = &rest {
            token.end = rest.start;
            token.folded = fold(&text[at..rest.start]);
        }
        tokens.push(token);
        tokens.extend(rest);
        is_spaced = false;
        at = end;
    }
    tokens
}

/// A usual length, to reserve room.
const BYTES_PER_TOKEN: usize = 5;

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

/// Whether folding leaves `ch` as it is: most letters of the Latin script are told at a glance.
fn is_folded(ch: char) -> bool {
    match ch {
        '\0'..='\x7F' => !ch.is_ascii_uppercase(),
        'ß'..='ÿ' => true,
        '\u{660}'..='\u{669}' | '–' | '‑' => false,
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ى' => false,
        _ if is_vowel_sign(ch) => false,
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

fn word_end(text: &str, start: usize) -> usize {
    let ascii = text.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_alphabetic());
    let start = start + ascii.count();
    let rest = &text[start..];
    // Marks that combine (Arabic vowel signs, accents apart) belong to the word.
    let inside =
        |ch: char| is_letter(ch) || ('\u{300}'..='\u{36F}').contains(&ch) || is_vowel_sign(ch);
    start + rest.find(|ch| !inside(ch)).unwrap_or(rest.len())
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

fn split_glued(token: &Token, glued: &Glued) -> Option<usize> {
    if token.kind != TokenKind::Word {
        return None;
    }
    let suffix = glued.suffixes.iter().find(|suffix| {
        token.folded.len() > suffix.len() + 2 && token.folded.ends_with(suffix.as_str())
    })?;
    let is_whole = glued.except.iter().any(|word| *word == token.folded);
    (!is_whole).then(|| token.end - suffix.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_hold_all_but_white_space() {
        let glued = Glued { suffixes: &["à".to_owned()], except: &["déjà".to_owned()] };
        let folded = |text| -> Vec<String> {
            tokenize(text, &glued).into_iter().map(|token| token.folded.into_owned()).collect()
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
