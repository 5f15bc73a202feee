//! What a reading of a class may begin with, as far as a look at one token can tell.
//!
//! Invariant: no word is left out that a reading does begin with.

use super::classes::{Class, ROMAN_NUMERALS};
use super::lexicon::Lexicon;
use super::tokens::fold;
use super::vocabulary::{Marks, Names, Phrase, WordId};

impl Class {
    /// The words that a reading of this class may begin with, numbers in digits apart.
    pub fn opening_words(self, lexicon: &Lexicon) -> Vec<String> {
        let first =
            |words: &Phrase| words.first().map(|id| lexicon.vocabulary.word(*id).text.clone());
        fn first_ids<T>(names: &Names<T>) -> impl Iterator<Item = WordId> {
            names.iter().filter_map(|(words, _)| words.first().copied())
        }
        let texts = |ids: &mut dyn Iterator<Item = WordId>| -> Vec<String> {
            ids.map(|id| lexicon.vocabulary.word(id).text.clone()).collect()
        };
        match self {
            Self::Month | Self::SureMonth => texts(&mut first_ids(&lexicon.months)),
            Self::Weekday => texts(&mut first_ids(&lexicon.weekdays)),
            Self::ShortWeekday => texts(&mut first_ids(&lexicon.short_weekdays)),
            Self::Unit => texts(&mut first_ids(&lexicon.units)),
            Self::Dual => texts(&mut first_ids(&lexicon.duals)),
            Self::Season => texts(&mut first_ids(&lexicon.seasons)),
            Self::Shift => texts(&mut first_ids(&lexicon.shifts)),
            Self::Halves => texts(&mut first_ids(&lexicon.halves)),
            Self::AboutNumber => texts(&mut first_ids(&lexicon.about_numbers)),
            Self::DecadeWord => texts(&mut first_ids(&lexicon.decades)),
            Self::Decade => {
                [texts(&mut first_ids(&lexicon.decades)), vec!["'".to_owned()]].concat()
            }
            Self::TwoDigitYear => vec!["'".to_owned()],
            Self::Modifier => texts(&mut first_ids(&lexicon.modifiers)),
            Self::DayPart => texts(&mut first_ids(&lexicon.day_parts)),
            Self::Number | Self::DayInWords | Self::YearInWords => {
                lexicon.numbers.first_words().map(|word| fold(&word).into_owned()).collect()
            }
            Self::Ordinal => texts(&mut first_ids(&lexicon.ordinals)),
            Self::Century => {
                let roman = ROMAN_NUMERALS.iter().flat_map(|numeral| {
                    let suffixes = lexicon.ordinal_suffixes.iter();
                    suffixes
                        .map(move |suffix| format!("{numeral}{suffix}"))
                        .chain([(*numeral).to_owned()])
                });
                texts(&mut first_ids(&lexicon.ordinals)).into_iter().chain(roman).collect()
            }
            Self::BeforeChrist => lexicon.before_christ.iter().filter_map(first).collect(),
            Self::AndHalf => lexicon.and_half.iter().filter_map(first).collect(),
            Self::NamedHour | Self::SureHour => texts(&mut first_ids(&lexicon.hours)),
            Self::Day
            | Self::Year
            | Self::BareYear
            | Self::OldYear
            | Self::YearRange
            | Self::DayRange
            | Self::NumericDate
            | Self::NumericDayMonth
            | Self::DayAndYear
            | Self::Clock
            | Self::ShortYear
            | Self::WeekNumber
            | Self::NumericRange
            | Self::NumericDayMonths
            | Self::DottedClock
            | Self::FirstClock
            | Self::Hour => Vec::new(),
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
