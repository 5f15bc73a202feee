//! Small questions about characters and words that several stages ask.

/// Whether `ch` is a letter (`char::is_alphabetic`); letters and marks of western languages at a
/// glance.
pub fn is_letter(ch: char) -> bool {
    match ch {
        '\0'..='\x7F' => ch.is_ascii_alphabetic(),
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => true,
        '«' | '»' | '\u{A0}' | '\u{2000}'..='\u{206F}' => false,
        _ => ch.is_alphabetic(),
    }
}

/// Whether `ch` is a letter or a digit (`char::is_alphanumeric`).
pub fn is_letter_or_digit(ch: char) -> bool {
    match ch {
        '\0'..='\x7F' => ch.is_ascii_alphanumeric(),
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => true,
        '«' | '»' | '\u{A0}' | '\u{2000}'..='\u{206F}' => false,
        _ => ch.is_alphanumeric(),
    }
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

/// Apostrophes as the press writes them; language files write the first.
pub fn is_apostrophe(ch: char) -> bool {
    matches!(ch, '\'' | '\u{2019}' | '\u{02BC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_unicode() {
        for ch in '\0'..=char::MAX {
            assert_eq!(is_letter(ch), ch.is_alphabetic(), "{ch:?}");
            assert_eq!(is_letter_or_digit(ch), ch.is_alphanumeric(), "{ch:?}");
        }
    }
}
