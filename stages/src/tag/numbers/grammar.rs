//! The number grammar: digits with marks, words that add up, scales that multiply.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::addition::Addition;
use super::digits::{is_digit, is_gap, is_space};
use crate::text::{is_word, letters_end};
use crate::words::WordMap;

/// A `numbers.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    decimal_mark: String,
    /// Marks between groups of three digits.
    group_marks: Vec<String>,
    /// Words between a hundred or thousand and what is added to it ("two hundred and five").
    joiners: Vec<String>,
    /// The same, written at the front of the next word; it joins units to tens as well.
    prefix_joiners: Vec<String>,
    /// Spoken decimal marks ("four point five").
    decimal_words: Vec<String>,
    /// Number words are written as one ("zweihundertfünfzig").
    compounds: bool,
    words: BTreeMap<String, u64>,
    scales: BTreeMap<String, u64>,
}

/// The numbers of one language.
#[derive(Debug)]
pub struct Numbers {
    pub(super) decimal_mark: char,
    pub(super) group_marks: Vec<char>,
    joiners: Vec<String>,
    prefix_joiners: Vec<String>,
    decimal_words: Vec<String>,
    /// The words that compounds are made of, the longest first; none where none are made.
    parts: Vec<String>,
    /// Phrases by their first word, the longest first.
    phrases: WordMap<Vec<Phrase>>,
    /// No phrase's first word is longer.
    first_word_bytes_max: usize,
}

#[derive(Debug, Clone)]
struct Phrase {
    text: String,
    word: Word,
}

/// What a word adds or multiplies by.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    pub value: u64,
    pub is_scale: bool,
}

/// A number as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub value: Decimal,
    /// Bytes of the text it takes.
    pub length: usize,
    pub in_digits: bool,
    /// A scale word was read (`2 millions`).
    pub has_scale: bool,
    /// What the scales it ends in multiply by; one where it ends in none.
    pub scale: Decimal,
}

impl Numbers {
    pub fn new(words: &Words) -> Self {
        let mut phrases: BTreeMap<&str, Vec<Phrase>> = BTreeMap::new();
        for (list, is_scale) in [(&words.words, false), (&words.scales, true)] {
            for (text, value) in list {
                let word = Word { value: *value, is_scale };
                let phrase = Phrase { text: text.clone(), word };
                phrases.entry(first_word(text)).or_default().push(phrase);
            }
        }
        for list in phrases.values_mut() {
            list.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        }
        let first_word_bytes_max = phrases.keys().map(|word| word.len()).max().unwrap_or(0);
        let mut table = WordMap::default();
        table.extend(phrases.into_iter().map(|(first, list)| (first.to_owned(), list)));
        let first_char = |text: &String| text.chars().next();
        let mut parts: Vec<String> = match words.compounds {
            true => words.words.keys().chain(words.scales.keys()).cloned().collect(),
            false => Vec::new(),
        };
        parts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Self {
            joiners: words.joiners.clone(),
            prefix_joiners: words.prefix_joiners.clone(),
            decimal_words: words.decimal_words.clone(),
            parts,
            decimal_mark: first_char(&words.decimal_mark).unwrap_or('.'),
            group_marks: words.group_marks.iter().filter_map(first_char).collect(),
            first_word_bytes_max,
            phrases: table,
        }
    }

    /// The words that numbers in words begin with; of compounds those that may be a year. Where none
    /// are made, only of the numbers from `least` on.
    pub fn first_words(&self, least: u64) -> impl Iterator<Item = String> {
        let least = if self.parts.is_empty() { least } else { 0 };
        let all = self.phrases.keys().zip(self.phrases.values());
        let counts = move |phrases: &[Phrase]| phrases.iter().any(|one| one.word.value >= least);
        let words =
            all.filter(move |(_, phrases)| counts(phrases)).map(|(word, _)| word.to_owned());
        words.chain(self.year_compounds())
    }

    /// A thousand or two, with or without hundreds and what is below, as one word; none where no
    /// compounds are made.
    fn year_compounds(&self) -> Vec<String> {
        if self.parts.is_empty() {
            return Vec::new();
        }
        let of = |range: std::ops::RangeInclusive<u64>| -> Vec<&str> {
            let all = self.phrases.values().flatten();
            let fitting = all.filter(|phrase| range.contains(&phrase.word.value));
            let words = fitting.map(|phrase| phrase.text.as_str());
            words.filter(|text| !text.contains(' ')).chain([""]).collect()
        };
        let (hundreds, units) = (of(100..=999), of(1..=99));
        let mut words = Vec::new();
        for thousand in of(1000..=2000).into_iter().filter(|word| !word.is_empty()) {
            for hundred in &hundreds {
                words.extend(units.iter().map(|unit| format!("{thousand}{hundred}{unit}")));
            }
        }
        words
    }

    /// The longest number that `text` begins with.
    pub fn read(&self, text: &str) -> Option<Number> {
        if text.starts_with(is_digit) {
            let (value, length) = self.digits(text)?;
            let scale = Decimal::ONE;
            let number = Number { value, length, in_digits: true, has_scale: false, scale };
            return Some(self.with_scales(text, number));
        }
        let number = self.words(text)?;
        Some(self.with_spoken_decimals(text, number))
    }

    /// Whether `text` begins with a scale that nothing stands before.
    pub fn begins_with_scale(&self, text: &str) -> bool {
        self.phrase_after(text, 0).is_some_and(|(word, _)| word.is_scale)
    }

    /// The number that ends at `number.length`, multiplied by the scales behind it.
    pub fn with_scales(&self, text: &str, mut number: Number) -> Number {
        while let Some((word, length)) = self.phrase_after(text, number.length) {
            if !word.is_scale || word.value < 100 {
                break;
            }
            let factor = Decimal::from(word.value);
            let scaled = number.value.checked_mul(factor).zip(number.scale.checked_mul(factor));
            let Some((value, scale)) = scaled else { break };
            number = Number { value, scale, length: number.length + length, ..number };
            number.has_scale = true;
        }
        number
    }

    fn words(&self, text: &str) -> Option<Number> {
        let (first, mut length) = self.phrase_after(text, 0)?;
        let mut sum = Addition::default();
        let mut word = first;
        loop {
            sum.add(word)?;
            let next = self.phrase_after(text, length).filter(|(next, _)| sum.takes(*next));
            let Some((next, more)) = next.or_else(|| self.joined_phrase(text, length, word)) else {
                break;
            };
            word = next;
            length += more;
        }
        Some(Number {
            value: sum.value()?,
            length,
            in_digits: false,
            has_scale: sum.has_scale,
            scale: sum.scale,
        })
    }

    /// The word after a joiner: less than the hundreds or thousands before it, and not the
    /// beginning of another number ("between one million and three million").
    fn joined_phrase(&self, text: &str, at: usize, last: Word) -> Option<(Word, usize)> {
        let rest = text[at..].trim_start_matches(is_space);
        let gap = text.len() - at - rest.len();
        let own = self.joiners.iter().find_map(|joiner| {
            let after = begins_with(rest, joiner).then(|| &rest[joiner.len()..])?;
            let spaced = after.trim_start_matches(is_space);
            Some((joiner.len() + after.len() - spaced.len(), false))
        });
        let prefix = || {
            let joiner = self.prefix_joiners.iter().find(|joiner| rest.starts_with(*joiner))?;
            Some((joiner.len(), true))
        };
        let (joiner, is_prefix) = own.or_else(prefix).filter(|_| gap > 0)?;
        let start = at + gap + joiner;
        let (next, length) = self.phrase_after(&text[start..], 0)?;
        let tens = is_prefix && last.value < 10 && (20..100).contains(&next.value);
        if next.is_scale && !is_prefix || !tens && (last.value < 100 || next.value >= last.value) {
            return None;
        }
        let another = self.phrase_after(text, start + length).is_some_and(|(scale, _)| {
            scale.is_scale
                && (scale.value == last.value || last.value >= 1000 && scale.value > last.value)
        });
        (!another).then_some((next, gap + joiner + length))
    }

    /// `four point five billion`, `trois virgule zéro cinq`: digits spoken one by one, or two at
    /// once.
    fn with_spoken_decimals(&self, text: &str, mut number: Number) -> Number {
        let spaced = text[number.length..].trim_start_matches(is_space);
        let mark = self.decimal_words.iter().find(|mark| begins_with(spaced, mark));
        let Some(mark) = mark.filter(|_| !number.has_scale) else { return number };
        let mut digits = String::from("0.");
        let mut at = text.len() - spaced.len() + mark.len();
        while let Some((word, length)) = self.phrase_after(text, at) {
            if word.is_scale || word.value >= 100 || digits.len() > 12 {
                break;
            }
            digits.push_str(&word.value.to_string());
            at += length;
        }
        let Ok(fraction) = digits.parse::<Decimal>() else { return number };
        if digits.len() == 2 {
            return number;
        }
        let Some(value) = number.value.checked_add(fraction) else { return number };
        (number.value, number.length) = (value, at);
        self.with_scales(text, number)
    }

    /// The word or phrase at byte `at` of `text`, after a space or a hyphen, with the bytes up to
    /// its end.
    fn phrase_after(&self, text: &str, at: usize) -> Option<(Word, usize)> {
        let rest = &text[at..];
        let mut gap = 0;
        if at > 0 {
            let trimmed = rest.trim_start_matches(|ch: char| is_gap(ch) || ch == '-');
            gap = rest.len() - trimmed.len();
            if gap > 4 || gap == 0 && !text[..at].ends_with(is_digit) {
                return None;
            }
        }
        let words = &rest[gap..];
        let first = first_word(words);
        if first.is_empty() {
            return None;
        }
        let is_lower = first.bytes().all(|byte| byte.is_ascii_lowercase());
        let candidates = match is_lower {
            _ if first.len() > self.first_word_bytes_max => None,
            true => self.phrases.get(first),
            false => self.phrases.get(first.to_lowercase().as_str()),
        };
        let found = candidates.and_then(|candidates| {
            candidates.iter().find(|phrase| begins_with(words, &phrase.text))
        });
        if let Some(found) = found {
            return Some((found.word, gap + found.text.len()));
        }
        let value = self.compound(first)?;
        Some((Word { value, is_scale: false }, gap + first.len()))
    }

    /// The value of a word made of several number words.
    fn compound(&self, word: &str) -> Option<u64> {
        if self.parts.is_empty() || !(6..=80).contains(&word.len()) {
            return None;
        }
        let spaced = self.split(&word.to_lowercase())?;
        let number = self.words(&spaced).filter(|number| number.length == spaced.len())?;
        number.value.try_into().ok()
    }

    /// The number words that `word` is made of, spaces between them.
    fn split(&self, word: &str) -> Option<String> {
        self.parts.iter().find_map(|part| match word.strip_prefix(part.as_str())? {
            "" => Some(part.clone()),
            rest => Some(format!("{part} {}", self.split(rest)?)),
        })
    }
}

/// Whether `text` begins with `phrase` (in lower case), in any case, and no word runs on behind it.
fn begins_with(text: &str, phrase: &str) -> bool {
    let Some(head) = text.get(..phrase.len()) else { return false };
    let folded = head.chars().flat_map(char::to_lowercase);
    folded.eq(phrase.chars()) && !text[phrase.len()..].starts_with(is_word)
}

fn first_word(text: &str) -> &str {
    &text[..letters_end(text, 0)]
}

#[cfg(test)]
mod tests {
    use crate::tag::numbers::numbers_of;

    #[test]
    fn numbers_are_read_to_their_end() {
        for (tag, text, value, length) in [
            ("fr", "1 250 000 euros", "1250000", 9),
            ("fr", "1\u{202F}250,50", "1250.50", 10),
            ("fr", "8,5 milliards de", "8500000000.0", 13),
            ("fr", "10.000 euros", "10000", 6),
            ("fr", "deux millions d'euros", "2000000", 13),
            ("fr", "trois cent mille", "300000", 16),
            ("fr", "quatre-vingt-dix-neuf", "99", 21),
            ("fr", "vingt et un ans", "21", 11),
            ("fr", "deux mille milliards", "2000000000000", 20),
            ("fr", "2020, 12", "2020", 4),
            ("en", "1,250,000.50 x", "1250000.50", 12),
            ("en", "12,34,567 x", "1234567", 9),
            ("en", "seventy-five thousand", "75000", 21),
            ("en", "two hundred twenty-one", "221", 22),
            ("en", "1.2 billion", "1200000000.0", 11),
            ("en", "1½ million", "1500000.0", 11),
            ("de", "1.250.000,50", "1250000.50", 12),
            ("de", "1'250'000", "1250000", 9),
            ("de", "3,600.00 Dollar", "3600.00", 8),
            ("en", "3.600,5 euros", "3600.5", 7),
            ("root", "5 450.5 x", "5450.5", 7),
            ("de", "fünfundzwanzig", "25", 15),
            ("es", "₡".trim_start_matches('₡'), "", 0),
            ("pt", "mil milhões", "1000000000", 12),
            ("ar", "١٢٣", "123", 6),
            ("ar", "خمسة وتسعون سنتا", "95", 21),
            ("en", "two hundred and fifty thousand pounds", "250000", 30),
            ("en", "one million and three million", "1000000", 11),
            ("en", "one point four three six billion", "1436000000.000", 32),
            ("en", "€1.250.000".trim_start_matches('€'), "1250000", 9),
            ("fr", "quatre virgule vingt-cinq milliards", "4250000000.00", 35),
            ("pt", "cento e quinze reais", "115", 14),
            ("de", "zweihundertfünfzigtausend", "250000", 26),
            ("de", "zweihundertfünfzigtausendmal", "", 0),
            ("it", "duecentocinquantamila euro", "250000", 21),
            ("pl", "1 250 000,50 złotych", "1250000.50", 12),
            ("ru", "двадцать пять тысяч рублей", "25000", 36),
            ("ro", "300 de milioane de lei", "300000000", 15),
            ("uk", "2,5 млрд гривень", "2500000000.0", 12),
            ("da", "1.250,5 mio kr", "1250500000.0", 11),
            ("tr", "yirmi beş bin lira", "25000", 14),
        ] {
            let found = numbers_of(tag).read(text);
            let found = found.map(|number| (number.value.to_string(), number.length));
            let expected = (length > 0).then(|| (value.to_owned(), length));
            assert_eq!(found, expected, "{tag} {text}");
        }
    }
}
