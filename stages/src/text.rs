//! Small questions about characters and words that several stages ask.

/// Whether `ch` can be part of a word.
pub fn is_word(ch: char) -> bool {
    ch.is_alphanumeric() || ch == '_'
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
