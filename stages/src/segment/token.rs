//! The word before a stop, and whether the stop belongs to it.

use super::follower::Follower;
use super::marks::{first, is_cjk, is_dash, is_invisible, is_opener, last};
use super::rules::{Rules, Trait, Traits};
use crate::text::{is_apostrophe, is_letter, is_letter_or_digit};

/// Longer words are no abbreviations.
const WORD_CHARS_MAX: usize = 24;
/// A sentence up to this long may be only the phrase that opens it.
const OPENING_PHRASE_BYTES_MAX: usize = 60;

/// The word before a stop.
#[derive(Debug)]
pub struct Token<'a> {
    /// The sentence in hand up to the word.
    pub before: &'a str,
    pub word: &'a str,
    /// Nothing of the sentence but signs stands before it.
    pub is_first: bool,
}

impl<'a> Token<'a> {
    /// The word before byte `stop` in the sentence that begins at byte `start`; a space between
    /// word and stop is passed over.
    pub fn before(text: &'a str, start: usize, stop: usize) -> Self {
        let head = &text[start..stop];
        let head = head.strip_suffix(' ').unwrap_or(head).trim_end_matches(is_invisible);
        let letters = head.char_indices().rev().take(WORD_CHARS_MAX);
        let first_letter = letters.take_while(|(_, ch)| !is_edge(*ch)).last();
        let word_start = first_letter.map_or(head.len(), |(at, _)| at);
        let (before, word) = head.split_at(word_start);
        let is_first = before.len() <= WORD_CHARS_MAX && !before.contains(is_letter_or_digit);
        Self { before, word, is_first }
    }

    /// Whether a single stop after this word ends the sentence, given what follows; `closes`
    /// where a quote or bracket closes after the stop.
    pub fn lets_stop_end(&self, rules: &Rules, follower: &Follower<'_>, closes: bool) -> bool {
        if self.word.is_empty() {
            return true;
        }
        if !closes && self.goes_on_as_abbreviation(rules, follower) {
            return false;
        }
        let traits = self.traits(rules);
        if traits.is_abbreviation()
            && let Some(ends) = self.abbreviation_ends(traits, rules, follower)
        {
            return ends || closes && follower.is_starter(rules);
        }
        let is_starter = follower.is_starter(rules);
        let is_roman = |ch: char| "IVXLC".contains(ch);
        let mut letters = self.word.chars();
        match (letters.next(), letters.next()) {
            (Some(ch), None) if is_letter(ch) && is_initial_script(ch) && !self.is_per() => {
                !self.is_first && is_starter && !follower.is_name_particle(rules)
            }
            (Some(ch), _) if ch.is_numeric() => {
                closes && !self.is_first || self.number_ends(rules, follower)
            }
            _ if is_dotted_letters(self.tail()) || is_clipped(self.word) => is_starter,
            _ if self.word.chars().all(is_roman) => is_starter || !rules.ordinal_stop,
            _ => true,
        }
    }

    /// Whether the word is small, or small but for its first letter, and no abbreviation's part.
    pub fn is_small(&self) -> bool {
        let mut letters = self.word.chars();
        letters.next().is_some_and(is_letter)
            && letters.as_str().chars().all(|ch| ch.is_lowercase() || is_apostrophe(ch))
            && !letters.as_str().is_empty()
    }

    /// Whether the word (or a bracket or quote that closed) can only end a sentence.
    pub fn is_ordinary(&self, rules: &Rules) -> bool {
        if self.word.is_empty() {
            return self.before.ends_with([')', '»', '”', '"', '%']);
        }
        let is_inside = |ch: char| is_letter_or_digit(ch) || ch == '-' || is_apostrophe(ch);
        self.word.chars().nth(1).is_some()
            && self.word.chars().all(is_inside)
            && !self.traits(rules).is_abbreviation()
    }

    /// `km/h`.
    fn is_per(&self) -> bool {
        self.before.ends_with('/')
    }

    /// What is known of the word: as it stands, written together with the short words with a stop
    /// before it (`z. B`), after an apostrophe (`d'av`) or a hyphen (`vice-prés`), or by how it ends
    /// (`Lindenstr`).
    pub fn traits(&self, rules: &Rules) -> Traits {
        let compact = self.compact();
        let traits = rules.traits(compact.as_str());
        if compact.part_count > 1 && traits.is_abbreviation() {
            return traits;
        }
        let traits = rules.traits(self.word);
        if traits != Traits::default() {
            return traits;
        }
        // The capital may be that of the sentence.
        if self.is_first
            && let Some(small) = Compact::small(self.word)
        {
            let traits = rules.traits(small.as_str());
            if traits != Traits::default() {
                return traits;
            }
        }
        match self.word.rfind(|ch: char| is_apostrophe(ch) || ch == '-') {
            Some(at) => {
                let behind = &self.word[at..];
                rules.traits(&behind[first(behind).len_utf8()..])
            }
            None => rules.traits_by_end(self.word),
        }
    }

    /// The word without what is elided before it: `O.N.U` of `L'O.N.U`.
    fn tail(&self) -> &'a str {
        self.word.rsplit(is_apostrophe).next().unwrap_or(self.word)
    }

    /// Whether the stop is inside an abbreviation: `z.` of `z. B.`, `v.` of `v. Chr.`.
    fn goes_on_as_abbreviation(&self, rules: &Rules, follower: &Follower<'_>) -> bool {
        let next_is_dotted = first(follower.after_word) == '.' && follower.head == follower.letter;
        if !next_is_dotted || self.word.len() > Compact::PART_BYTES_MAX {
            return false;
        }
        let mut whole = self.compact();
        whole.push_behind(follower.word);
        whole.part_count > 1 && rules.traits(whole.as_str()).is_abbreviation_or_prefix()
    }

    /// The word written together with the short words with a stop before it.
    fn compact(&self) -> Compact {
        let mut compact = Compact::default();
        if self.word.len() > Compact::PART_BYTES_MAX {
            return compact;
        }
        compact.push_before(self.word);
        let mut before = self.before;
        while let Some(head) = before.trim_end().strip_suffix('.') {
            let letters = head.char_indices().rev().take(Compact::PART_BYTES_MAX + 1);
            let last = letters.take_while(|(_, ch)| is_letter(*ch) || *ch == '.').last();
            let Some((start, _)) = last else { break };
            let part = &head[start..];
            let is_whole = first_is_edge(&head[..start]);
            if part.len() > Compact::PART_BYTES_MAX || !is_whole || !compact.push_before(part) {
                break;
            }
            before = &head[..start];
        }
        compact
    }

    /// Whether an abbreviation of these traits ends the sentence; nothing where it is none here.
    fn abbreviation_ends(
        &self,
        traits: Traits,
        rules: &Rules,
        follower: &Follower<'_>,
    ) -> Option<bool> {
        let is_number_next = follower.is_number() || follower.is_item();
        if traits.has(Trait::Never) {
            return Some(false);
        }
        if traits.has(Trait::Title) && is_letter(follower.letter) {
            return Some(false);
        }
        if traits.has(Trait::BeforeStarter) {
            return Some(follower.is_starter(rules));
        }
        if traits.has(Trait::Time) {
            let goes_on = rules.traits(follower.word).has(Trait::TimeGoesOn)
                || !follower.is_starter(rules) && self.is_opening_phrase(rules);
            return Some(!is_number_next && !goes_on);
        }
        if traits.has(Trait::BeforeNumber) {
            return Some(!is_number_next);
        }
        let is_measure = last(self.before.trim_end()).is_numeric();
        (traits.has(Trait::Unit) && is_measure).then_some(!is_number_next)
    }

    /// Whether the sentence is no more so far than `At 5 p.m`.
    fn is_opening_phrase(&self, rules: &Rules) -> bool {
        if self.before.len() > OPENING_PHRASE_BYTES_MAX {
            return false;
        }
        let clause = self.before.rsplit(": ").next().unwrap_or(self.before);
        let clause = clause.trim_start_matches(|ch: char| !is_letter_or_digit(ch));
        let word = clause.split(|ch: char| !is_letter_or_digit(ch)).next().unwrap_or(clause);
        rules.traits(word).has(Trait::PhraseOpener)
    }

    /// Whether a number's stop ends the sentence: not in `1. You pay`, `3. Oktober`, `3. 10.`.
    fn number_ends(&self, rules: &Rules, follower: &Follower<'_>) -> bool {
        let is_plain = self.word.chars().all(char::is_numeric);
        let is_dotted = self.word.chars().all(|ch| ch.is_numeric() || ch == '.');
        let is_short = self.word.len() <= 2;
        if self.is_first && (is_plain && self.word.len() <= 3 || is_dotted && !is_plain) {
            return false;
        }
        if is_plain && self.word.len() <= 3 && self.is_labelled(rules) {
            return false;
        }
        let is_pair = is_short && is_plain && follower.letter.is_numeric();
        if is_pair && (rules.ordinal_stop || self.has_label_before(rules)) {
            return false;
        }
        let is_ordinal = is_plain && is_short && !self.is_last_part()
            || is_dotted && !is_plain && self.word.len() <= 5 && !self.is_clock();
        !(rules.ordinal_stop && is_ordinal) || follower.is_starter(rules) || self.is_counted(rules)
    }

    /// `3:1`, `2,5`: the number is the last part of a score, a time or a decimal.
    fn is_last_part(&self) -> bool {
        let first_part = self.before.strip_suffix([':', ',']);
        first_part.is_some_and(|part| last(part).is_numeric())
    }

    /// `18.30`: no month has that number, as in `3.10.`.
    fn is_clock(&self) -> bool {
        let minutes = self.word.rsplit('.').next().unwrap_or("");
        minutes.len() == 2 && !("01"..="12").contains(&minutes)
    }

    /// `Art. 5`: the number belongs to an abbreviation before it, so that it is no ordinal.
    fn is_counted(&self, rules: &Rules) -> bool {
        let Some(head) = self.before.trim_end().strip_suffix('.') else { return false };
        let letters = head.char_indices().rev().take(WORD_CHARS_MAX);
        let first_letter = letters.take_while(|(_, ch)| !is_edge(*ch)).last();
        first_letter.is_some_and(|(at, _)| rules.traits(&head[at..]).has(Trait::BeforeNumber))
    }

    /// `article 2. 1`.
    fn has_label_before(&self, rules: &Rules) -> bool {
        let before = self.before.trim_end();
        let letters = before.char_indices().rev().take(WORD_CHARS_MAX);
        let first_letter = letters.take_while(|(_, ch)| is_letter_or_digit(*ch)).last();
        first_letter.is_some_and(|(at, _)| rules.traits(&before[at..]).has(Trait::Label))
    }

    /// `Figure 1. The town`: the sentence is no more so far than a label and its number.
    fn is_labelled(&self, rules: &Rules) -> bool {
        self.before.len() <= WORD_CHARS_MAX && rules.traits(self.before.trim()).has(Trait::Label)
    }
}

/// A word in a buffer of its own, written together from short parts with stops between them.
#[derive(Debug)]
struct Compact {
    bytes: [u8; Self::BYTES_MAX],
    start: usize,
    end: usize,
    part_count: usize,
}

impl Default for Compact {
    fn default() -> Self {
        let middle = Self::BYTES_MAX / 2;
        Self { bytes: [0; Self::BYTES_MAX], start: middle, end: middle, part_count: 0 }
    }
}

impl Compact {
    const BYTES_MAX: usize = 64;
    const PART_BYTES_MAX: usize = 8;

    /// `word` with its first letter small.
    fn small(word: &str) -> Option<Self> {
        let mut small = Self::default();
        let first_letter = first(word);
        let mut lower = first_letter.to_lowercase();
        let (Some(letter), None) = (lower.next(), lower.next()) else { return None };
        let rest = &word[first_letter.len_utf8()..];
        if rest.is_empty() {
            return None;
        }
        small.end = small.start + letter.len_utf8() + rest.len();
        if small.end > Self::BYTES_MAX {
            return None;
        }
        let behind = small.start + letter.encode_utf8(&mut small.bytes[small.start..]).len();
        small.bytes[behind..small.end].copy_from_slice(rest.as_bytes());
        Some(small)
    }

    /// Puts `part` and a stop before what is there; says whether there was room.
    fn push_before(&mut self, part: &str) -> bool {
        let stop = if self.part_count == 0 { "" } else { "." };
        let length = part.len() + stop.len();
        let Some(start) = self.start.checked_sub(length) else { return false };
        self.bytes[start..start + part.len()].copy_from_slice(part.as_bytes());
        self.bytes[start + part.len()..self.start].copy_from_slice(stop.as_bytes());
        self.start = start;
        self.part_count += 1;
        true
    }

    fn push_behind(&mut self, part: &str) {
        let end = self.end + 1 + part.len();
        if self.part_count == 0 || end > Self::BYTES_MAX {
            return;
        }
        self.bytes[self.end] = b'.';
        self.bytes[self.end + 1..end].copy_from_slice(part.as_bytes());
        self.end = end;
        self.part_count += 1;
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.start..self.end]).unwrap_or("")
    }
}

/// What parts words; hyphens, apostrophes and stops stand inside them.
fn is_edge(ch: char) -> bool {
    let is_inside = ch == '-' || is_apostrophe(ch) || is_letter_or_digit(ch) || ch == '.';
    !is_inside
        && (ch.is_whitespace()
            || is_opener(ch)
            || is_dash(ch)
            || matches!(ch, '/' | '…' | ',' | ';' | ':' | '=' | '+' | ')' | ']' | '}' | '%'))
}

fn first_is_edge(head: &str) -> bool {
    let ch = last(head);
    ch == '\0' || is_edge(ch)
}

/// Letters of which one alone before a stop is an initial, not a word.
fn is_initial_script(ch: char) -> bool {
    !is_cjk(ch) && !matches!(ch, '\u{AC00}'..='\u{D7AF}')
}

/// `U.S`, `p.m`, `J.-P`, `LL.M`: one or two letters at a time with stops between them.
fn is_dotted_letters(word: &str) -> bool {
    let is_part = |part: &str| {
        let length = part.chars().take(3).count();
        (1..=2).contains(&length) && part.chars().all(is_letter)
    };
    word.contains('.') && word.split(['.', '-']).filter(|part| !part.is_empty()).all(is_part)
}

/// `Blvd`, `Ltd`: a short capitalised word without a vowel is cut short.
fn is_clipped(word: &str) -> bool {
    let is_vowel = |ch: char| "aeiouyAEIOUY".contains(ch);
    let mut letters = word.bytes();
    (2..=4).contains(&word.len())
        && letters.next().is_some_and(|byte| byte.is_ascii_uppercase())
        && letters.all(|byte| byte.is_ascii_lowercase())
        && !word.contains(is_vowel)
}
