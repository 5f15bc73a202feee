//! What a stretch of text says of its language, from its own letters and words.
//!
//! Invariant: everything is counted in integers, in the order of the text, so the same text gives
//! the same answer on every machine. No text is copied.

use std::ops::Range;

use whatlang::{Detector, Lang};

use super::model::{LANGUAGES_MAX, MODEL, Scores};
use super::script::{SCRIPT_COUNT, Script, script_of};
use crate::span::{Score, Span};

/// Units of the model in one natural logarithm.
const UNIT: u32 = 16;
/// A lead over all other languages from which no more words are read.
const DECIDED: u32 = 24 * UNIT;
/// Words between two looks at the lead.
const STRIDE: u32 = 3;
/// Bytes of a stretch whose words are read.
const READ_BYTES_MAX: usize = 1200;
/// Letters of a word that are looked at.
const WORD_LETTERS_MAX: usize = 24;
/// What languages that are not configured have to be ahead of those that are.
const ALLOWED_LEAD: u32 = 5 * UNIT;
/// Letters without which a stretch in an alphabet says nothing.
const LETTERS_MIN: u32 = 2;
/// Words in lower case from which a text is foreign to a language that explains too little of them,
/// and how much that is a word.
const FOREIGN_WORDS_MIN: u32 = 8;
const FOREIGN_MAX: u32 = 6 * UNIT;
/// What a Chinese character or a kana says, in letters: text in an alphabet seldom holds any.
const CHARACTER_LETTERS: u32 = 4;
/// Up to so many Han characters without kana may be Japanese.
const HAN_SHORT_MAX: u32 = 12;
/// How sure a script alone is, in thousandths; and few Han characters.
const BY_SCRIPT: u16 = 990;
const SHORT_HAN: u16 = 950;
/// Share of kana from which Han characters are Japanese: one in so many.
const KANA_SHARE: u32 = 20;

/// How sure a lead is, in thousandths, by quarters of a natural logarithm (`UNIT / 4`).
/// Set along what was measured; docs/BENCHMARKS.md has what then was.
const SURENESS: [u16; 29] = [
    330, 340, 370, 410, 430, 460, 480, 520, 610, 640, 660, 680, 700, 730, 755, 775, 790, 810, 830,
    855, 875, 890, 905, 920, 930, 940, 950, 965, 995,
];

/// The language of a stretch by its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// A primary tag, or `und`.
    pub tag: &'static str,
    pub confidence: Score,
    /// The script alone decided.
    pub by_script: bool,
    pub letters: u32,
}

/// The letters of a stretch, by script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters([u32; SCRIPT_COUNT]);

impl Letters {
    pub fn of(text: &str) -> Self {
        let mut counts = [0; SCRIPT_COUNT];
        let bytes = text.as_bytes();
        let ascii = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        counts[Script::Latin as usize] = Span::new(0, ascii).end;
        let mut index = 0;
        while let Some(found) = bytes[index..].iter().position(|byte| !byte.is_ascii()) {
            index += found;
            let ch = text[index..].chars().next().expect("a character starts here");
            if let Some(script) = script_of(ch) {
                counts[script as usize] += 1;
            }
            index += ch.len_utf8();
        }
        Self(counts)
    }

    pub fn total(self) -> u32 {
        self.0.iter().sum()
    }

    fn count(self, script: Script) -> u32 {
        self.0[script as usize]
    }

    /// The script of most letters, Han and kana taken together.
    fn main(self) -> Script {
        let han = self.count(Script::Han) + self.count(Script::Kana);
        let candidates = [
            (self.count(Script::Latin), Script::Latin),
            (self.count(Script::Cyrillic), Script::Cyrillic),
            (self.count(Script::Arabic), Script::Arabic),
            (CHARACTER_LETTERS * han, Script::Han),
            (2 * self.count(Script::Hangul), Script::Hangul),
            (self.count(Script::Other), Script::Other),
        ];
        let mut best = candidates[0];
        for candidate in candidates {
            if candidate.0 > best.0 {
                best = candidate;
            }
        }
        best.1
    }

    /// Japanese or Chinese, and how sure that is: `text` in Han and perhaps kana.
    fn east_asian(self, text: &str) -> (&'static str, u16) {
        let (han, kana) = (self.count(Script::Han), self.count(Script::Kana));
        if kana > 0 && kana * KANA_SHARE >= han {
            return ("ja", BY_SCRIPT);
        }
        if han > HAN_SHORT_MAX {
            return ("zh", BY_SCRIPT);
        }
        let is_japanese = |ch| super::WORDS.japanese_only.contains(ch);
        (if text.chars().any(is_japanese) { "ja" } else { "zh" }, SHORT_HAN)
    }
}

/// Which languages may be answered.
#[derive(Debug)]
pub struct Choice<'a> {
    /// Primary tags; empty: all.
    allowed: &'a [String],
    /// Languages of the model that may be answered.
    is_allowed: [bool; LANGUAGES_MAX],
}

impl<'a> Choice<'a> {
    pub fn new(allowed: &'a [String]) -> Self {
        let mut is_allowed = [allowed.is_empty(); LANGUAGES_MAX];
        for (is_allowed, tag) in is_allowed.iter_mut().zip(&MODEL.tags) {
            *is_allowed |= allowed.iter().any(|allowed| allowed == tag);
        }
        Self { allowed, is_allowed }
    }

    pub fn allows(&self, tag: &str) -> bool {
        self.allowed.is_empty() || self.allowed.iter().any(|allowed| allowed == tag)
    }

    /// What `text` says by itself. With `expected`, the language of the text around it, that one
    /// is ahead of the others by `lead` units.
    pub fn judge(&self, text: &str, expected: Option<(&str, u32)>) -> Verdict {
        let letters = Letters::of(text);
        let total = letters.total();
        let answer = |tag: &'static str, confidence: u16, by_script: bool| Verdict {
            tag,
            confidence: Score(confidence),
            by_script,
            letters: total,
        };
        let script = letters.main();
        let (told, confidence) = match script {
            _ if total == 0 => ("und", 0),
            Script::Han | Script::Kana => match expected {
                Some(("ja", _)) => ("ja", BY_SCRIPT),
                _ => letters.east_asian(text),
            },
            Script::Hangul => ("ko", BY_SCRIPT),
            Script::Other => (by_whatlang(text), BY_SCRIPT),
            Script::Latin | Script::Cyrillic | Script::Arabic => {
                let (tag, confidence) = self.read(text, script, total, expected);
                return answer(tag, confidence, false);
            }
        };
        if told == "und" || !self.allows(told) {
            return answer("und", 0, false);
        }
        answer(told, confidence, true)
    }

    /// The language by the words of a text in an alphabet, and how sure that is.
    fn read(
        &self,
        text: &str,
        script: Script,
        letters: u32,
        expected: Option<(&str, u32)>,
    ) -> (&'static str, u16) {
        let alphabet = script.alphabet().expect("only alphabets have words");
        let range = MODEL.languages(alphabet);
        let mut reading = Reading::default();
        for index in range.clone() {
            let is_expected = expected.is_some_and(|(tag, _)| tag == MODEL.tags[index]);
            let lead = expected.filter(|_| is_expected).map_or(0, |(_, lead)| lead);
            let allowed = if self.is_allowed[index] { ALLOWED_LEAD } else { 0 };
            reading.before.0[index] = MODEL.prior(index) + lead + allowed;
        }
        let mut words = 0;
        for_each_word(&text[..text.floor_char_boundary(READ_BYTES_MAX)], |word, is_capital| {
            reading.add(word, is_capital);
            words += 1;
            words % STRIDE == 0 && reading.lead(&range).1 >= DECIDED
        });
        let (best, lead) = reading.lead(&range);
        let is_expected = expected.is_some_and(|(tag, _)| tag == MODEL.tags[best]);
        let is_foreign = !is_expected && reading.is_foreign_to(best);
        if !reading.is_known || letters < LETTERS_MIN || !self.is_allowed[best] || is_foreign {
            return ("und", 0);
        }
        let step = (lead / (UNIT / 4)) as usize;
        (MODEL.tags[best], SURENESS[step.min(SURENESS.len() - 1)])
    }
}

/// What the words of a stretch say. Those in capitals, which are often names, count half as much
/// where others say something.
#[derive(Default)]
struct Reading {
    /// What speaks for each language before a word is read.
    before: Scores,
    small: Scores,
    small_words: u32,
    capital: Scores,
    has_small: bool,
    is_known: bool,
}

impl Reading {
    fn add(&mut self, word: &[u16], is_capital: bool) {
        let scores = if is_capital { &mut self.capital } else { &mut self.small };
        self.small_words += u32::from(!is_capital);
        let is_known = MODEL.add_word(word, scores);
        self.is_known |= is_known;
        self.has_small |= is_known && !is_capital;
    }

    /// The first of the languages with the best score, and how far it is ahead.
    fn lead(&self, range: &Range<usize>) -> (usize, u32) {
        let (mut best, mut top, mut second) = (range.start, 0, 0);
        for index in range.clone() {
            let capital = self.capital.0[index] >> u32::from(self.has_small);
            let score = self.before.0[index] + self.small.0[index] + capital;
            if score > top {
                (best, second, top) = (index, top, score);
            } else if score > second {
                second = score;
            }
        }
        (best, top - second)
    }

    /// Whether the words are many, and too few of them a language's: the text is in one that the
    /// model lacks. Those in capitals, which may be names, are not asked.
    fn is_foreign_to(&self, language: usize) -> bool {
        let words = self.small_words;
        words >= FOREIGN_WORDS_MIN && self.small.0[language] < words * FOREIGN_MAX
    }
}

/// Gives `take` the words of `text`, in lower case and without marks, and whether each begins with
/// a capital, until it has enough. What stands together with a digit or in an address is no word.
fn for_each_word(text: &str, mut take: impl FnMut(&[u16], bool) -> bool) {
    let mut word = [0_u16; WORD_LETTERS_MAX];
    let mut is_capital = false;
    for token in text.split(|ch: char| ch.is_whitespace()) {
        if is_code(token) {
            continue;
        }
        let mut length = 0;
        for ch in token.chars() {
            match folded(ch) {
                Folded::Letter(letter) => {
                    if length == 0 {
                        is_capital = ch.is_uppercase();
                    }
                    if length < WORD_LETTERS_MAX {
                        word[length] = letter;
                        length += 1;
                    }
                }
                Folded::Nothing => {}
                Folded::Edge => {
                    if length > 0 && take(&word[..length], is_capital) {
                        return;
                    }
                    length = 0;
                }
            }
        }
        if length > 0 && take(&word[..length], is_capital) {
            return;
        }
    }
}

/// Whether a token is a number, a code or an address.
fn is_code(token: &str) -> bool {
    let bytes = token.as_bytes();
    let has = |wanted: u8| bytes.contains(&wanted);
    bytes.iter().any(|byte| byte.is_ascii_digit() || *byte == b'@')
        || token.starts_with("www.")
        || (has(b':') && token.contains("://"))
}

enum Folded {
    Letter(u16),
    /// A mark on the letter before it, or a mere stretch of it.
    Nothing,
    Edge,
}

fn folded(ch: char) -> Folded {
    match ch {
        'a'..='z' => Folded::Letter(ch as u16),
        'A'..='Z' => Folded::Letter(ch as u16 | 0x20),
        '\0'..='\x7F' => Folded::Edge,
        '\u{300}'..='\u{36F}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' => Folded::Nothing,
        _ => {
            let Some(script) = script_of(ch) else { return Folded::Edge };
            let is_small = script == Script::Arabic;
            let lower = if is_small { ch } else { ch.to_lowercase().next().unwrap_or(ch) };
            u16::try_from(u32::from(lower)).map_or(Folded::Edge, Folded::Letter)
        }
    }
}

/// The language of a text in a script of one language or few.
fn by_whatlang(text: &str) -> &'static str {
    let sample = &text[..text.floor_char_boundary(READ_BYTES_MAX)];
    let script = whatlang::detect_script(sample);
    let lang = script.and_then(|script| {
        let langs = script.langs();
        let detector = || Detector::with_allowlist(langs.to_vec());
        if langs.len() == 1 { langs.first().copied() } else { detector().detect_lang(sample) }
    });
    lang.map_or("und", tag_of)
}

/// The language that whatlang finds in a text, where it is sure.
pub fn second_opinion(text: &str) -> Option<&'static str> {
    let info = whatlang::detect(&text[..text.floor_char_boundary(READ_BYTES_MAX)])?;
    info.is_reliable().then(|| tag_of(info.lang()))
}

fn tag_of(lang: Lang) -> &'static str {
    super::WORDS.tags.get(lang.code()).map_or("und", String::as_str)
}
