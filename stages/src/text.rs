//! Small questions about characters and words that several stages ask.

use std::borrow::Cow;
use std::ops::Range;

/// Whether `ch` is a letter (`char::is_alphabetic`).
#[inline]
pub fn is_letter(ch: char) -> bool {
    if ch.is_ascii() { ch.is_ascii_alphabetic() } else { told(ch, char::is_alphabetic) }
}

/// Whether `ch` is a letter or a digit (`char::is_alphanumeric`).
#[inline]
pub fn is_letter_or_digit(ch: char) -> bool {
    if ch.is_ascii() { ch.is_ascii_alphanumeric() } else { told(ch, char::is_alphanumeric) }
}

/// Whether `ch` is a digit of the scripts that the press writes numbers in: Latin, Arabic, Indic.
#[inline]
pub fn is_digit(ch: char) -> bool {
    ch.is_ascii_digit() || matches!(ch, '٠'..='٩' | '۰'..='۹' | '०'..='९')
}

/// Letters and marks of the scripts that the press mostly writes, at a glance: for others `ask`
/// searches the tables of Unicode, which takes some fifty times as long.
fn told(ch: char, ask: impl Fn(char) -> bool) -> bool {
    match ch {
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24F}' => true,
        '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' => true,
        '\u{620}'..='\u{657}' | '\u{66E}'..='\u{6D3}' => true,
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' => true,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => true,
        '«' | '»' | '\u{A0}' | '\u{2000}'..='\u{206F}' => false,
        '\u{60C}' | '\u{61B}' | '\u{61F}' => false,
        '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{30FB}' => false,
        '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' => false,
        _ => ask(ch),
    }
}

/// Where the letters at byte `start` of `text` end; `start` where there are none.
pub fn letters_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let end = start + ascii_letters(&bytes[start..]);
    if bytes.get(end).is_none_or(u8::is_ascii) {
        return end;
    }
    let rest = &text[end..];
    end + rest.find(|ch| !is_letter(ch)).unwrap_or(rest.len())
}

/// How many ASCII letters `bytes` begin with; eight are looked at at once.
#[inline]
pub fn ascii_letters(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let mut at = 0;
    while let Some(eight) = bytes[at..].first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        let small = (eight | (0x20 * EACH)) & !HIGH;
        // Additions carry into the high bit of a byte, and no further.
        let from_a = small + (0x80 - u64::from(b'a')) * EACH;
        let behind_z = small + (0x80 - u64::from(b'z') - 1) * EACH;
        let others = !(from_a & !behind_z & !eight) & HIGH;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count()
}

/// Whether `ch` can be part of a word.
pub fn is_word(ch: char) -> bool {
    is_letter_or_digit(ch) || ch == '_'
}

/// Whether the character before byte `offset` and the one at it do not belong to one word.
pub fn is_word_boundary(text: &str, offset: usize) -> bool {
    let before = text[..offset].chars().next_back().is_some_and(is_word);
    let after = text[offset..].chars().next().is_some_and(is_word);
    !(before && after)
}

/// Letters and digits in lower case: two statements of one key differ in marks and spaces alone.
pub fn key(words: &str) -> String {
    words.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where the words of `line` stand that white space parts.
pub fn words(line: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, ch) in line.char_indices().chain([(line.len(), ' ')]) {
        match (start, ch.is_whitespace()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Apostrophes as the press writes them; language files write the first.
pub fn is_apostrophe(ch: char) -> bool {
    matches!(ch, '\'' | '\u{2019}' | '\u{02BC}')
}

/// `text` in lower case, byte for byte in the same places: a character whose length would change
/// stays as it is. Borrowed where it is plainly small already.
pub fn lowered(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return text.into();
    }
    let mut lowered = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = first_beyond_ascii(rest.as_bytes()) {
        let mut chars = rest[start..].chars();
        lowered.push_str(&rest[..start]);
        lowered.extend(chars.next().map(small));
        rest = chars.as_str();
    }
    lowered.push_str(rest);
    lowered.make_ascii_lowercase();
    lowered.into()
}

/// The place of the first byte that is not ASCII; eight are looked at at once.
fn first_beyond_ascii(bytes: &[u8]) -> Option<usize> {
    let (eights, rest) = bytes.as_chunks();
    for (eight, at) in eights.iter().zip((0..).step_by(8)) {
        let others = u64::from_le_bytes(*eight) & 0x8080_8080_8080_8080;
        if others != 0 {
            return Some(at + others.trailing_zeros() as usize / 8);
        }
    }
    let behind = rest.iter().position(|byte| !byte.is_ascii());
    behind.map(|at| bytes.len() - rest.len() + at)
}

/// Whether `ch` is its own small letter, at a glance; not told of all that are.
#[inline]
pub fn is_small(ch: char) -> bool {
    matches!(ch, 'ß'..='ÿ' | '\u{430}'..='\u{45F}' | '\u{600}'..='\u{6FF}'
        | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{9FFF}' | '«' | '»')
}

/// The small letter for `ch`, if it is one character of the same length.
fn small(ch: char) -> char {
    match ch {
        _ if is_small(ch) => ch,
        _ => {
            let mut lower = ch.to_lowercase();
            let one = lower.next().filter(|one| one.len_utf8() == ch.len_utf8());
            one.filter(|_| lower.next().is_none()).unwrap_or(ch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_keeps_every_place() {
        for (text, expected) in [
            ("ÀB’c İ, ẞ Ǆ ΑΣ", "àb’c İ, ẞ ǆ ασ"),
            ("Für ALLE", "für alle"),
            ("", ""),
            ("AÉ", "aé"),
            ("٣ يوم", "٣ يوم"),
        ] {
            assert_eq!(lowered(text), expected);
        }
        for ch in '\0'..=char::MAX {
            let mut lower = ch.to_lowercase();
            let one = lower.next().filter(|one| one.len_utf8() == ch.len_utf8());
            assert_eq!(small(ch), one.filter(|_| lower.len() == 0).unwrap_or(ch));
        }
    }

    #[test]
    fn bytes_looked_at_together_are_told_apart() {
        for byte in 0..=u8::MAX {
            for place in 0..20 {
                let mut bytes = [b'a', b'z', b'A', b'Z', b'm'].repeat(4);
                bytes[place] = byte;
                let letters = if byte.is_ascii_alphabetic() { 20 } else { place };
                assert_eq!(ascii_letters(&bytes), letters, "{byte} at {place}");
                let beyond = (!byte.is_ascii()).then_some(place);
                assert_eq!(first_beyond_ascii(&bytes), beyond, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn letters_are_those_of_unicode() {
        for ch in '\0'..=char::MAX {
            assert_eq!(is_letter(ch), ch.is_alphabetic(), "{ch:?}");
            assert_eq!(is_letter_or_digit(ch), ch.is_alphanumeric(), "{ch:?}");
        }
    }
}
