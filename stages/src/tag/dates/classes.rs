//! Classes of tokens that patterns name: what a day, a year or a clock time looks like.

use rust_decimal::prelude::ToPrimitive as _;

use super::clocks::{clock, first_clock, hour, named_hour};
use super::matching::Captured;
use super::numeric::{
    day_and_year, day_range, full_year, number_range, numeric_date, numeric_day_month,
    numeric_range, year_range,
};
use super::source::Source;
use super::tokens::{Token, TokenKind};
use super::vocabulary::{Names, Phrase};
use super::years::{bare_year, old_year, short_year, week_number, year};

macro_rules! classes {
    ($($variant:ident = $name:literal,)+) => {
        /// A class of tokens.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Class { $($variant,)+ }

        impl Class {
            /// Every class, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The class of this name in patterns.
            pub fn of(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

classes! {
    Day = "day",
    Month = "month",
    Weekday = "weekday",
    Year = "year",
    BareYear = "bare_year",
    OldYear = "old_year",
    ShortYear = "short_year",
    WeekNumber = "week_number",
    TwoDigitYear = "two_digit_year",
    YearRange = "year_range",
    DayRange = "day_range",
    NumericDate = "numeric_date",
    NumericDayMonth = "numeric_day_month",
    DayAndYear = "day_and_year",
    NumericRange = "numeric_range",
    NumericDayMonths = "numeric_day_months",
    AboutNumber = "about_number",
    Number = "number",
    Halves = "halves",
    AndHalf = "and_half",
    Ordinal = "ordinal",
    Century = "century",
    Decade = "decade",
    DecadeWord = "decade_word",
    Unit = "unit",
    Dual = "dual",
    Season = "season",
    Modifier = "modifier",
    DayPart = "day_part",
    Shift = "shift",
    Clock = "clock",
    DottedClock = "dotted_clock",
    FirstClock = "first_clock",
    Hour = "hour",
    NamedHour = "named_hour",
    SureHour = "sure_hour",
    BeforeChrist = "before_christ",
    DayInWords = "day_in_words",
    YearInWords = "year_in_words",
    ShortWeekday = "short_weekday",
    SureMonth = "sure_month",
}

/// Tokens taken and what they mean.
pub type Reading = (usize, Captured);

impl Class {
    /// The reading of the tokens from `at` on.
    pub fn read(self, source: &Source, at: usize) -> Option<Reading> {
        let token = source.token(at)?;
        let lexicon = source.lexicon;
        let number = |(length, value)| (length, Captured::Number(value));
        let phrase = |list: &'static Names<String>| {
            let (length, name) = source.name(at, list)?;
            Some((length, Captured::Name(name.as_str().into())))
        };
        let numbered = |list: &Names<i64>| {
            let (length, number) = source.name(at, list)?;
            Some((length, Captured::Number(*number)))
        };
        match self {
            Self::Day => day(source, at).map(number),
            Self::Month => named(source, at, &lexicon.months).map(number),
            Self::SureMonth => {
                let is_sure = !lexicon.doubtful_months.contains(token.folded.as_ref());
                named(source, at, &lexicon.months).filter(|_| is_sure).map(number)
            }
            Self::Weekday => named(source, at, &lexicon.weekdays).map(number),
            Self::Year => year(token).map(|year| number((1, year))),
            Self::BareYear => bare_year(source, at).map(|year| number((1, year))),
            Self::OldYear => old_year(source, at).map(|year| number((1, year))),
            Self::TwoDigitYear => two_digit_year(source, at).map(number),
            Self::ShortYear => short_year(source, at).map(|year| number((1, year))),
            Self::WeekNumber => week_number(source, at).map(|week| number((1, week))),
            Self::YearRange => year_range(token).map(|range| (1, range)),
            Self::DayRange => day_range(token).map(|range| (1, range)),
            Self::NumericDate => {
                let is_date = token.kind == TokenKind::Number
                    && numeric_date(&token.folded, lexicon.day_first).is_some();
                is_date.then(|| (1, Captured::Name(token.folded.to_string().into())))
            }
            Self::NumericDayMonth => {
                let is_stop = |next: &Token| lexicon.ordinal_stop && next.folded == ".";
                let stop = source.attached(at + 1).is_some_and(is_stop);
                let day_month = numeric_day_month(token, lexicon.day_first, stop);
                day_month.map(|text| (1 + usize::from(stop), Captured::Name(text.into())))
            }
            Self::DayAndYear => day_and_year(&token.folded).map(|text| (1, text)),
            Self::NumericRange | Self::NumericDayMonths => {
                let [_, last] = numeric_range(&token.folded, lexicon.day_first)?;
                let fits = last.year.is_some() == (self == Self::NumericRange);
                fits.then(|| (1, Captured::Name(token.folded.to_string().into())))
            }
            Self::AboutNumber => numbered(&lexicon.about_numbers),
            Self::ShortWeekday => numbered(&lexicon.short_weekdays),
            Self::DayInWords => in_words(source, at, 1..=31).map(number),
            Self::YearInWords => year_in_words(source, at).map(number),
            Self::Number => two_numbers(source, at).or_else(|| quantity(source, at).map(number)),
            Self::Halves => numbered(&lexicon.halves).or_else(|| halves(source, at).map(number)),
            Self::Ordinal => ordinal(source, at).map(number),
            Self::Century => century(source, at).map(number),
            Self::Decade => decade(source, at).map(number),
            Self::DecadeWord => numbered(&lexicon.decades),
            Self::Unit => phrase(&lexicon.units),
            Self::Dual => phrase(&lexicon.duals),
            Self::Season => phrase(&lexicon.seasons),
            Self::Modifier => phrase(&lexicon.modifiers),
            Self::DayPart => phrase(&lexicon.day_parts),
            Self::Shift => numbered(&lexicon.shifts),
            Self::Clock => clock(source, at, false),
            Self::DottedClock => clock(source, at, true),
            Self::FirstClock => first_clock(source, at),
            Self::Hour => hour(source, at),
            Self::NamedHour => named_hour(source, at, false),
            Self::SureHour => named_hour(source, at, true),
            Self::BeforeChrist => one_of(source, at, &lexicon.before_christ),
            Self::AndHalf => one_of(source, at, &lexicon.and_half),
        }
    }
}

/// One of `phrases`, which has no value of its own.
fn one_of(source: &Source, at: usize, phrases: &[Phrase]) -> Option<Reading> {
    let found = phrases.iter().find(|words| source.has_phrase(at, words))?;
    Some((found.len(), Captured::Number(1)))
}

/// The plain digits of a token.
pub fn digits<'a>(token: &'a Token) -> Option<&'a str> {
    let plain =
        token.kind == TokenKind::Number && token.folded.bytes().all(|byte| byte.is_ascii_digit());
    plain.then_some(token.folded.as_ref())
}

fn day(source: &Source, at: usize) -> Option<(usize, i64)> {
    let token = source.token(at)?;
    let digits = digits(token).filter(|digits| digits.len() <= 2)?;
    let day: i64 = digits.parse().ok().filter(|day| (1..=31).contains(day))?;
    // A suffix set high may stand apart in plain text: `1 er août`.
    let before_month = source.name(at + 2, &source.lexicon.months).is_some();
    let suffix = source.token(at + 1).filter(|next| !next.is_spaced || before_month);
    let has_suffix =
        suffix.is_some_and(|next| source.lexicon.ordinal_suffixes.contains(next.folded.as_ref()));
    let has_stop = source.lexicon.ordinal_stop && suffix.is_some_and(|next| next.folded == ".");
    Some((1 + usize::from(has_suffix || has_stop), day))
}

/// A month or weekday by name; an abbreviation takes its stop.
fn named(source: &Source, at: usize, names: &Names<i64>) -> Option<(usize, i64)> {
    let token = source.token(at)?;
    let lexicon = source.lexicon;
    let needs_capital = lexicon.capital_names
        && !lexicon.small_names.contains(token.folded.as_ref())
        && !is_within_digits(source, at);
    if needs_capital && !token.is_capital {
        return None;
    }
    let (length, number) = source.name(at, names)?;
    let is_stop = |next: &Token| next.folded == ".";
    let has_stop = source.attached(at + 1).is_some_and(is_stop)
        && length == 1
        && is_abbreviation(source, &token.folded, names, *number);
    let is_other_word = length == 1 && lexicon.other_words.contains(token.folded.as_ref());
    // A stop at the end of the sentence, or before the word that opens the next, is the sentence's.
    let goes_on = |next: &Token| {
        let opens = next.is_capital && source.lexicon.function_words.contains(next.folded.as_ref());
        is_other_word || !opens
    };
    let takes_stop = has_stop && source.token(at + 2).is_some_and(goes_on);
    if is_other_word && !takes_stop && !is_in_date(source, at) {
        return None;
    }
    Some((length + usize::from(takes_stop), *number))
}

/// Whether another of `names` for `number` is longer than `word`, which is short itself.
fn is_abbreviation(source: &Source, word: &str, names: &Names<i64>, number: i64) -> bool {
    let vocabulary = &source.lexicon.vocabulary;
    let is_longer =
        |words: &Phrase| words.len() > 1 || vocabulary.word(words[0]).text.len() > word.len();
    word.chars().count() <= ABBREVIATION_CHARS_MAX
        && names.iter().any(|(words, other)| *other == number && is_longer(words))
}

/// Longer names of months and weekdays are whole.
const ABBREVIATION_CHARS_MAX: usize = 5;

/// Whether token `at` stands between numbers with strokes or hyphens (`2019-sep-1`), not within a path
/// of more.
fn is_within_digits(source: &Source, at: usize) -> bool {
    let is_mark = |token: &Token| matches!(token.folded.as_ref(), "-" | "/");
    let is_number = |at: usize| source.attached(at).is_some_and(|token| digits(token).is_some());
    let joins = |mark: usize| source.attached(mark).is_some_and(is_mark);
    let opens = at > 1
        && source.token(at - 2).is_some_and(|token| digits(token).is_some())
        && !(at > 2 && source.token(at - 3).is_some_and(is_mark));
    opens && joins(at - 1) && source.attached(at).is_some() && joins(at + 1) && is_number(at + 2)
}

/// Whether a number or the name of a month stands beside token `at`, a mark or a small word between
/// or not.
fn is_in_date(source: &Source, at: usize) -> bool {
    let is_sure = |token: &Token| !source.lexicon.other_words.contains(token.folded.as_ref());
    let is_part = |at: usize| {
        let is_month = || source.name(at, &source.lexicon.months).is_some();
        source
            .token(at)
            .is_some_and(|token| token.kind == TokenKind::Number || is_sure(token) && is_month())
    };
    let is_link = |token: &Token| {
        token.kind == TokenKind::Mark
            || source.lexicon.function_words.contains(token.folded.as_ref())
    };
    let links = |at: usize| source.token(at).is_some_and(is_link);
    let is_behind = at > 0 && is_part(at - 1) || at > 1 && links(at - 1) && is_part(at - 2);
    is_behind || is_part(at + 1) || links(at + 1) && is_part(at + 2)
}

/// `98` and `'98`; the century is the nearest that is not far ahead.
fn two_digit_year(source: &Source, at: usize) -> Option<(usize, i64)> {
    let quoted = usize::from(source.token(at)?.folded == "'");
    let token = source.token(at + quoted)?;
    if quoted == 1 && token.is_spaced {
        return None;
    }
    let digits = digits(token).filter(|digits| digits.len() == 2)?;
    let year: i64 = digits.parse().ok()?;
    // "'38" has been; "12/31/38" may be to come.
    let is_past = quoted == 1 && year >= QUOTED_PAST_FROM;
    Some((1 + quoted, if is_past { 1900 + year } else { full_year(year) }))
}

/// From here on a year of two digits behind an apostrophe is of the last century.
const QUOTED_PAST_FROM: i64 = 30;

/// A whole number in digits or words.
fn quantity(source: &Source, at: usize) -> Option<(usize, i64)> {
    let (length, value) = source.number(at).filter(|(_, value)| value.fract().is_zero())?;
    Some((length, value.to_i64().filter(|value| *value < QUANTITY_END)?))
}

/// Two numbers of one unit, from the one to the other ("two or three years", `10-15` days).
fn two_numbers(source: &Source, at: usize) -> Option<Reading> {
    let lexicon = source.lexicon;
    let (length, first, last) = match quantity(source, at) {
        Some((length, first)) => {
            let joins = &lexicon.joins;
            let stands = |words: &&Phrase| source.has_phrase(at + length, words);
            let and = || joins.and.iter().find(stands).filter(|_| joins.is_between(source, at));
            let joined = length + joins.numbers.iter().find(stands).or_else(and)?.len();
            let (rest, last) = quantity(source, at + joined)?;
            (joined + rest, first, last)
        }
        None => {
            let (first, last) = number_range(source.token(at)?)?;
            (1, first, last)
        }
    };
    let unit = |at| source.name(at, &lexicon.units).map(|(_, unit)| unit.as_str());
    let counted = unit(at + length).or_else(|| unit(at + length + 1))?;
    // "De 16 à 18 heures" are times, "25-34 ans" an age.
    let is_time = one_of(source, at + length, &lexicon.clock_hours).is_some();
    let is_age = length == 1 && counted == "year";
    let is_range = 0 < first && first < last && !COMMON_YEARS.contains(&first);
    let fits = is_range && !is_time && !is_age;
    fits.then_some((length, Captured::Numbers(first, last)))
}

/// "From 1993 to 1999" are years, whatever unit stands behind.
const COMMON_YEARS: std::ops::Range<i64> = 1000..2200;

/// A number and a half in digits (`2.5`), as so many halves.
fn halves(source: &Source, at: usize) -> Option<(usize, i64)> {
    let (length, value) = source.number(at)?;
    let doubled = value.checked_add(value).filter(|doubled| doubled.fract().is_zero())?;
    Some((length, doubled.to_i64().filter(|halves| halves % 2 == 1 && *halves < QUANTITY_END)?))
}

/// Units are counted in smaller numbers.
const QUANTITY_END: i64 = 100_000;

/// A whole number within `range` in words.
fn in_words(
    source: &Source,
    at: usize,
    range: std::ops::RangeInclusive<i64>,
) -> Option<(usize, i64)> {
    source.token(at).filter(|token| token.kind == TokenKind::Word)?;
    quantity(source, at).filter(|(_, value)| range.contains(value))
}

/// A year in words, as one number or in two halves ("nineteen eighty-four").
fn year_in_words(source: &Source, at: usize) -> Option<(usize, i64)> {
    let in_halves = || {
        let (first_length, hundreds) = in_words(source, at, 10..=21)?;
        let (last_length, rest) = in_words(source, at + first_length, 10..=99)?;
        Some((first_length + last_length, hundreds * 100 + rest))
    };
    in_words(source, at, 1000..=2199).or_else(in_halves)
}

fn ordinal(source: &Source, at: usize) -> Option<(usize, i64)> {
    let token = source.token(at)?;
    if let Some((length, ordinal)) = source.name(at, &source.lexicon.ordinals) {
        return Some((length, *ordinal));
    }
    let value: i64 = digits(token)?.parse().ok()?;
    let suffixes = &source.lexicon.ordinal_suffixes;
    let next = source.attached(at + 1)?;
    if suffixes.contains(next.folded.as_ref()) {
        return Some((2, value));
    }
    if next.folded == "-"
        && source.attached(at + 2).is_some_and(|next| suffixes.contains(next.folded.as_ref()))
    {
        return Some((3, value));
    }
    (source.lexicon.ordinal_stop && next.folded == ".").then_some((2, value))
}

/// An ordinal or a Roman number, with or without its suffix.
fn century(source: &Source, at: usize) -> Option<(usize, i64)> {
    if let Some((length, number)) = ordinal(source, at) {
        return (1..=21).contains(&number).then_some((length, number));
    }
    let token =
        source.token(at).filter(|token| token.kind == TokenKind::Word && token.is_capital)?;
    let numeral_end =
        token.folded.find(|ch| !matches!(ch, 'i' | 'v' | 'x')).unwrap_or(token.folded.len());
    let (numeral, suffix) = token.folded.split_at(numeral_end);
    let number = roman(numeral)?;
    if suffix.is_empty() {
        let attached = source
            .attached(at + 1)
            .is_some_and(|next| source.lexicon.ordinal_suffixes.contains(next.folded.as_ref()));
        return Some((1 + usize::from(attached), number));
    }
    source.lexicon.ordinal_suffixes.contains(suffix).then_some((1, number))
}

/// The centuries' numbers up to ours.
pub const ROMAN_NUMERALS: [&str; 21] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv",
    "xvi", "xvii", "xviii", "xix", "xx", "xxi",
];

fn roman(numeral: &str) -> Option<i64> {
    ROMAN_NUMERALS.iter().zip(1..).find(|(text, _)| **text == numeral).map(|(_, number)| number)
}

/// The first year of a decade: `1950`, `50`, `'80`, `eighties`.
fn decade(source: &Source, at: usize) -> Option<(usize, i64)> {
    let token = source.token(at)?;
    if let Some((length, decade)) = source.name(at, &source.lexicon.decades) {
        return Some((length, *decade));
    }
    let quoted = usize::from(token.folded == "'");
    let token = source.token(at + quoted)?;
    let digits = digits(token)?;
    let number: i64 = digits.parse().ok()?;
    let year = match digits.len() {
        4 => number,
        2 if number <= 10 => 2000 + number,
        2 => 1900 + number,
        _ => return None,
    };
    (year % 10 == 0 && (1000..=2199).contains(&year)).then_some((1 + quoted, year))
}
