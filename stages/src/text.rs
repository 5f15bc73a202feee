//! Small questions about characters and words that several stages ask.

/// Whether `ch` is a letter (`char::is_alphabetic`).
pub fn is_letter(ch: char) -> bool {
    if ch.is_ascii() { ch.is_ascii_alphabetic() } else { told(ch, char::is_alphabetic) }
}

/// Whether `ch` is a letter or a digit (`char::is_alphanumeric`).
pub fn is_letter_or_digit(ch: char) -> bool {
    if ch.is_ascii() { ch.is_ascii_alphanumeric() } else { told(ch, char::is_alphanumeric) }
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
