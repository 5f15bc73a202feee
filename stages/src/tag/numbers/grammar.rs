//! The number grammar: digits with marks, words that add up, scales that multiply.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::text::{is_letter, is_word};
use crate::words::WordMap;

/// A `numbers.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    decimal_mark: String,
    /// Marks between groups of three digits.
    group_marks: Vec<String>,
    /// The word between two parts of a number (`e` of "mil e um").
    joiner: String,
    /// The parts of a number are written as one word ("duemilasei").
    compounds: bool,
    words: BTreeMap<String, u64>,
    scales: BTreeMap<String, u64>,
}

/// The numbers of one language.
#[derive(Debug)]
pub struct Numbers {
    decimal_mark: char,
    group_marks: Vec<char>,
    joiner: String,
    compounds: bool,
    /// Phrases by their first word, the longest first.
    phrases: WordMap<Vec<Phrase>>,
    /// No phrase's first word is longer.
    first_word_bytes_max: usize,
}

#[derive(Debug, Clone)]
struct Phrase {
    text: String,
    value: u64,
    is_scale: bool,
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
}

impl Numbers {
    pub fn new(words: &Words) -> Self {
        let mut phrases: BTreeMap<&str, Vec<Phrase>> = BTreeMap::new();
        for (list, is_scale) in [(&words.words, false), (&words.scales, true)] {
            for (text, value) in list {
                let phrase = Phrase { text: text.clone(), value: *value, is_scale };
                phrases.entry(first_word(text)).or_default().push(phrase);
            }
        }
        for list in phrases.values_mut() {
            list.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        }
        let first_char = |text: &String| text.chars().next();
        Self {
            decimal_mark: first_char(&words.decimal_mark).unwrap_or('.'),
            joiner: words.joiner.clone(),
            compounds: words.compounds,
            group_marks: words.group_marks.iter().filter_map(first_char).collect(),
            first_word_bytes_max: phrases.keys().map(|word| word.len()).max().unwrap_or(0),
            phrases: phrases.into_iter().map(|(first, list)| (first.into(), list)).collect(),
        }
    }

    /// The words that numbers in words begin with; of compounds those that may be a year.
    pub fn first_words(&self) -> impl Iterator<Item = String> {
        let firsts = self.phrases.keys().map(|word| word.to_string());
        firsts.chain(self.compounds.then(|| self.year_compounds()).into_iter().flatten())
    }

    /// A thousand or two, with or without hundreds and what is below, as one word.
    fn year_compounds(&self) -> Vec<String> {
        let of = |range: std::ops::RangeInclusive<u64>| -> Vec<&str> {
            let all = self.phrases.values().flatten();
            let fitting = all.filter(|phrase| range.contains(&phrase.value));
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
            let number = Number { value, length, in_digits: true, has_scale: false };
            return Some(self.with_scales(text, number));
        }
        self.words(text)
    }

    /// The digits that `text` begins with, and their length in bytes.
    pub fn digits(&self, text: &str) -> Option<(Decimal, usize)> {
        let mut digits = String::new();
        let mut at = digit_run(text, &mut digits);
        let mut grouped = false;
        let mut mark = None;
        // Groups: `1 250 000`, `1.250.000`; Indian ones (`12,34,567`) have two digits.
        while (1..=3).contains(&digits.len()) || grouped {
            let Some(sign) = text[at..].chars().next() else { break };
            let fits = self.group_marks.contains(&sign) || is_group_mark_anywhere(sign);
            if !fits || mark.is_some_and(|mark| mark != sign && !(is_space(mark) && is_space(sign)))
            {
                break;
            }
            let rest = &text[at + sign.len_utf8()..];
            let mut group = String::new();
            let length = digit_run(rest, &mut group);
            let indian = sign == ',' && group.len() == 2 && is_indian_tail(&rest[length..]);
            if group.len() != 3 && !indian {
                break;
            }
            digits.push_str(&group);
            at += sign.len_utf8() + length;
            grouped = true;
            mark = Some(sign);
        }
        let rest = &text[at..];
        let sign = rest.chars().next();
        let other_mark = if self.decimal_mark == ',' { '.' } else { ',' };
        let is_decimal = |sign: char| {
            (sign == self.decimal_mark || sign == '٫' || sign == other_mark) && mark != Some(sign)
        };
        if let Some(sign) = sign.filter(|sign| is_decimal(*sign)) {
            let mut fraction = String::new();
            let length = digit_run(&rest[sign.len_utf8()..], &mut fraction);
            let fits = match fraction.len() {
                0 => false,
                // The other mark before three digits would be a group.
                3 => sign != other_mark || grouped,
                _ => true,
            };
            if fits {
                digits.push('.');
                digits.push_str(&fraction);
                at += sign.len_utf8() + length;
            }
        }
        let mut value: Decimal = digits.parse().ok()?;
        if let Some(fraction) = text[at..].chars().next().and_then(vulgar_fraction) {
            value += fraction;
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
        Some((value, at))
    }

    fn with_scales(&self, text: &str, mut number: Number) -> Number {
        while let Some((phrase, length)) = self.phrase_after(text, number.length) {
            if !phrase.is_scale || phrase.value < 100 {
                break;
            }
            let Some(value) = number.value.checked_mul(phrase.value.into()) else { break };
            number.value = value;
            number.length += length;
            number.has_scale = true;
        }
        number
    }

    fn words(&self, text: &str) -> Option<Number> {
        let Some((first, mut length)) = self.phrase_after(text, 0) else {
            return self.compound(text);
        };
        let mut total = Decimal::ZERO;
        let mut current = Decimal::ZERO;
        let mut has_scale = false;
        let mut last_added: Option<u64> = None;
        let mut phrase = first;
        loop {
            if phrase.is_scale {
                has_scale |= phrase.value >= 1000;
                let factor = if current.is_zero() { Decimal::ONE } else { current };
                let scaled = factor.checked_mul(phrase.value.into())?;
                if phrase.value == 100 {
                    current = scaled;
                } else if total > Decimal::ZERO && Decimal::from(phrase.value) > total {
                    // "deux mille milliards": the scale takes all before it.
                    total = (total + current).checked_mul(phrase.value.into())?;
                    current = Decimal::ZERO;
                } else {
                    total += scaled;
                    current = Decimal::ZERO;
                }
                last_added = None;
            } else {
                if last_added.is_some_and(|last| {
                    (last < 100 && !self.is_unit_before_tens(last, phrase.value))
                        || phrase.value >= 100
                }) {
                    break;
                }
                current += Decimal::from(phrase.value);
                last_added = Some(phrase.value);
            }
            match self.phrase_after(text, length) {
                Some((next, more))
                    if next.is_scale
                        || last_added.is_none_or(|last| {
                            last >= 100 && next.value < 100 && next.value < last
                                || self.is_unit_before_tens(last, next.value)
                        }) =>
                {
                    phrase = next;
                    length += more;
                }
                _ => break,
            }
        }
        Some(Number { value: total + current, length, in_digits: false, has_scale })
    }

    /// The phrase at byte `at` of `text`, after a space, a hyphen or a joiner, with the bytes up
    /// to its end.
    fn phrase_after(&self, text: &str, at: usize) -> Option<(&Phrase, usize)> {
        let rest = &text[at..];
        let mut gap = 0;
        if at > 0 {
            let trimmed = rest.trim_start_matches(|ch: char| is_space(ch) || ch == '-');
            gap = rest.len() - trimmed.len();
            if gap > 4 || gap == 0 && !text[..at].ends_with(is_digit) {
                return None;
            }
        }
        let words = &rest[gap..];
        if at > 0 && !self.joiner.is_empty() {
            let joined = words.strip_prefix(self.joiner.as_str()).map(|rest| {
                let words = rest.trim_start_matches(is_space);
                (self.phrase(words), words)
            });
            if let Some((Some(phrase), words)) = joined {
                return Some((phrase, rest.len() - words.len() + phrase.text.len()));
            }
        }
        let found = self.phrase(words)?;
        Some((found, gap + found.text.len()))
    }

    /// Whether a joiner may put the tens behind the unit (Arabic "five and twenty").
    fn is_unit_before_tens(&self, unit: u64, tens: u64) -> bool {
        self.joiner == "و"
            && (1..=9).contains(&unit)
            && (20..=90).contains(&tens)
            && tens.is_multiple_of(10)
    }

    /// A number whose parts are one word, cut from the left into the longest parts there are.
    fn compound(&self, text: &str) -> Option<Number> {
        let word = Some(first_word(text)).filter(|word| self.compounds && word.len() > 6)?;
        let folded = word.to_lowercase();
        let (mut rest, mut total, mut current) = (folded.as_str(), 0u64, 0u64);
        while !rest.is_empty() {
            let part = self.part_of_compound(rest)?;
            rest = &rest[part.text.len()..];
            if part.is_scale {
                total += current.max(1).checked_mul(part.value)?;
                current = 0;
            } else if current == 0 || current >= 100 && part.value < 100 {
                current += part.value;
            } else {
                return None;
            }
        }
        let value = Decimal::from(total.checked_add(current)?);
        let has_scale = total >= 1000;
        Some(Number { value, length: word.len(), in_digits: false, has_scale })
    }

    /// The longest single word of the numbers that `text` begins with.
    fn part_of_compound(&self, text: &str) -> Option<&Phrase> {
        let ends = text.char_indices().map(|(at, ch)| at + ch.len_utf8());
        let ends: Vec<usize> = ends.take_while(|end| *end <= self.first_word_bytes_max).collect();
        ends.into_iter().rev().find_map(|end| {
            let part = &text[..end];
            self.phrases.get(part)?.iter().find(|phrase| phrase.text == part)
        })
    }

    /// The phrase that `words` begins with.
    fn phrase(&self, words: &str) -> Option<&Phrase> {
        let first = first_word(words);
        if first.is_empty() || first.len() > self.first_word_bytes_max {
            return None;
        }
        let is_lower = first.bytes().all(|byte| byte.is_ascii_lowercase());
        let candidates = match is_lower {
            true => self.phrases.get(first)?,
            false => self.phrases.get(first.to_lowercase().as_str())?,
        };
        candidates.iter().find(|phrase| begins_with(words, &phrase.text))
    }
}

/// Whether `text` begins with `phrase` (in lower case), in any case, and no word runs on behind it.
fn begins_with(text: &str, phrase: &str) -> bool {
    let Some(head) = text.get(..phrase.len()) else { return false };
    let folded = head.chars().flat_map(char::to_lowercase);
    folded.eq(phrase.chars()) && !text[phrase.len()..].starts_with(is_word)
}

fn first_word(text: &str) -> &str {
    let end = text.find(|ch: char| !is_letter(ch)).unwrap_or(text.len());
    &text[..end]
}

pub fn is_digit(ch: char) -> bool {
    ch.is_ascii_digit() || ('\u{660}'..='\u{669}').contains(&ch)
}

fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

/// Marks that group digits in every language.
fn is_group_mark_anywhere(ch: char) -> bool {
    matches!(ch, '\u{A0}' | '\u{202F}' | '\u{2009}' | '\'' | '’' | '٬')
}

/// Appends the digits that `text` begins with as ASCII; returns their length in bytes.
fn digit_run(text: &str, digits: &mut String) -> usize {
    let mut length = 0;
    for ch in text.chars() {
        let digit = match ch {
            '0'..='9' => ch,
            '\u{660}'..='\u{669}' => {
                char::from_digit(ch as u32 - 0x660, 10).expect("one of ten digits")
            }
            _ => break,
        };
        digits.push(digit);
        length += ch.len_utf8();
    }
    length
}

/// After a group of two digits, Indian grouping ends in a group of three.
fn is_indian_tail(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    let group = |at: usize, length: usize| {
        bytes.get(at) == Some(&b',')
            && bytes
                .get(at + 1..at + 1 + length)
                .is_some_and(|group| group.iter().all(u8::is_ascii_digit))
    };
    group(0, 3) && !bytes.get(4).is_some_and(u8::is_ascii_digit)
        || group(0, 2) && is_indian_tail(&rest[3..])
}

fn vulgar_fraction(ch: char) -> Option<Decimal> {
    match ch {
        '½' => Some(Decimal::new(5, 1)),
        '¼' => Some(Decimal::new(25, 2)),
        '¾' => Some(Decimal::new(75, 2)),
        _ => None,
    }
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
            ("de", "fünfundzwanzig", "25", 15),
            ("it", "duemilaventisette", "2027", 17),
            ("it", "millenovecentosettantotto", "1978", 25),
            ("it", "quarantamila euro", "40000", 12),
            ("pt", "mil novecentos e noventa e dois", "1992", 31),
            ("pt", "dois mil e dezoito", "2018", 18),
            ("ar", "خمسة وعشرين", "25", 21),
            ("ar", "ألف وتسعمائة وثمانية وسبعون", "1978", 51),
            ("es", "₡".trim_start_matches('₡'), "", 0),
            ("pt", "mil milhões", "1000000000", 12),
            ("ar", "١٢٣", "123", 6),
        ] {
            let found = numbers_of(tag).read(text);
            let found = found.map(|number| (number.value.to_string(), number.length));
            let expected = (length > 0).then(|| (value.to_owned(), length));
            assert_eq!(found, expected, "{tag} {text}");
        }
    }
}
