//! The script of a letter, as far as it tells languages apart.

use super::model::Alphabet;
use crate::text::is_letter;

/// A script, or several that mean the same to the detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Han,
    Kana,
    Hangul,
    /// Scripts of one language or few, which whatlang tells apart.
    Other,
}

pub const SCRIPT_COUNT: usize = 7;

impl Script {
    pub fn alphabet(self) -> Option<Alphabet> {
        match self {
            Self::Latin => Some(Alphabet::Latin),
            Self::Cyrillic => Some(Alphabet::Cyrillic),
            Self::Arabic => Some(Alphabet::Arabic),
            Self::Han | Self::Kana | Self::Hangul | Self::Other => None,
        }
    }
}

/// The script of a character; none where it is no letter.
pub fn script_of(ch: char) -> Option<Script> {
    if ch.is_ascii() {
        return ch.is_ascii_alphabetic().then_some(Script::Latin);
    }
    if matches!(ch, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24F}') {
        return Some(Script::Latin);
    }
    if !is_letter(ch) {
        return None;
    }
    Some(match ch {
        '\u{80}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FF21}'..='\u{FF5A}' => Script::Latin,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{600}'..='\u{6FF}'
        | '\u{750}'..='\u{77F}'
        | '\u{FB50}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFE}' => Script::Arabic,
        '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' => Script::Kana,
        '\u{3005}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Script::Han,
        '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}' => {
            Script::Hangul
        }
        _ => Script::Other,
    })
}
