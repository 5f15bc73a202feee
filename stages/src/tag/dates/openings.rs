//! What a reading of a class may begin with, as far as a look at one token can tell, and the words
//! that tell of one anywhere in it.
//!
//! Invariant: no word is left out that a reading does begin with, and no reading without digits
//! lacks a telling word.

use super::classes::{Class, ROMAN_NUMERALS};
use super::lexicon::Lexicon;
use super::tokens::fold;
use super::vocabulary::{Marks, Names, Phrase, WordId};

impl Class {
    /// The words that a reading of this class may begin with, numbers in digits apart.
    pub fn opening_words(self, lexicon: &Lexicon) -> Vec<String> {
        let first =
            |words: &Phrase| words.first().map(|id| lexicon.vocabulary.word(*id).text.clone());
        let named = self.phrases(lexicon).into_iter().filter_map(first);
        named.chain(self.unlisted_words(lexicon, 0)).collect()
    }

    /// Of each phrase that a reading of this class is, or begins with, the word that `rarest` picks.
    /// A reading without digits holds one of these or of the other telling words.
    pub fn telling_words_of_phrases(
        self,
        lexicon: &Lexicon,
        rarest: impl Fn(&Phrase) -> Option<WordId>,
    ) -> impl Iterator<Item = WordId> {
        // Digits tell of themselves.
        let is_word = |id: &WordId| {
            let text = &lexicon.vocabulary.word(*id).text;
            !text.starts_with(|ch: char| ch.is_ascii_digit())
        };
        self.phrases(lexicon).into_iter().filter_map(rarest).filter(is_word)
    }

    /// The telling words that are of no phrase.
    pub fn other_telling_words(self, lexicon: &Lexicon) -> Vec<WordId> {
        // No number of a year is made of smaller ones.
        let least = if self == Self::YearInWords { 10 } else { 0 };
        // Digits tell of a mark before them.
        let is_word = |word: &String| word.chars().all(char::is_alphabetic);
        let words = self.unlisted_words(lexicon, least).into_iter().filter(is_word);
        words.filter_map(|word| lexicon.vocabulary.id(&word)).collect()
    }

    /// The phrases that a reading of this class is, or begins with.
    fn phrases(self, lexicon: &Lexicon) -> Vec<&Phrase> {
        fn of<T>(names: &Names<T>) -> Vec<&Phrase> {
            names.iter().map(|(words, _)| words).collect()
        }
        match self {
            Self::Month | Self::SureMonth => of(&lexicon.months),
            Self::Weekday => of(&lexicon.weekdays),
            Self::ShortWeekday => of(&lexicon.short_weekdays),
            Self::Unit => of(&lexicon.units),
            Self::Dual => of(&lexicon.duals),
            Self::Season => of(&lexicon.seasons),
            Self::Shift => of(&lexicon.shifts),
            Self::Halves => of(&lexicon.halves),
            Self::AboutNumber => of(&lexicon.about_numbers),
            Self::DecadeWord | Self::Decade => of(&lexicon.decades),
            Self::Modifier => of(&lexicon.modifiers),
            Self::DayPart => of(&lexicon.day_parts),
            Self::Ordinal | Self::Century => of(&lexicon.ordinals),
            Self::BeforeChrist => lexicon.before_christ.iter().collect(),
            Self::AndHalf => lexicon.and_half.iter().collect(),
            Self::NamedHour | Self::SureHour => of(&lexicon.hours),
            _ => Vec::new(),
        }
    }

    /// The other words that a reading may begin with, numbers in digits apart; of words of numbers
    /// those for `least` and more.
    fn unlisted_words(self, lexicon: &Lexicon, least: u64) -> Vec<String> {
        match self {
            Self::Number | Self::DayInWords | Self::YearInWords => {
                let words = lexicon.numbers.first_words(least);
                words.map(|word| fold(&word).into_owned()).collect()
            }
            Self::Century => {
                let suffixes: Vec<&str> = lexicon.ordinal_suffixes.keys().chain([""]).collect();
                let written = |numeral: &&str| {
                    suffixes.iter().map(|suffix| [numeral, *suffix].concat()).collect::<Vec<_>>()
                };
                ROMAN_NUMERALS.iter().flat_map(written).collect()
            }
            Self::Decade | Self::TwoDigitYear => vec!["'".to_owned()],
            _ => Vec::new(),
        }
    }
}

/// The classes of which a reading may begin with `number`, a token of digits.
pub fn classes_of_number(number: &str) -> Marks {
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
    let by_kind: &[Class] = match is_plain {
        true => &[Class::Ordinal, Class::Century],
        false => &[
            Class::YearRange,
            Class::DayRange,
            Class::NumericDate,
            Class::NumericDayMonth,
            Class::DayAndYear,
            Class::NumericRange,
            Class::NumericDayMonths,
        ],
    };
    let by_length: &[Class] = match number.len() {
        _ if !is_plain => &[],
        1 => &[Class::Day, Class::WeekNumber],
        2 => &[Class::Day, Class::WeekNumber, Class::TwoDigitYear, Class::ShortYear, Class::Decade],
        3 => &[Class::OldYear],
        4 => &[Class::Year, Class::BareYear, Class::Decade],
        8 => &[Class::NumericDate],
        _ => &[],
    };
    let clocks = [Class::Clock, Class::DottedClock, Class::FirstClock, Class::Hour];
    let numbers = [Class::Number, Class::Halves];
    let classes = numbers.iter().chain(&clocks).chain(by_kind).chain(by_length);
    classes.fold(Marks::default(), |all, class| all.and(Marks::of_class(*class)))
}
