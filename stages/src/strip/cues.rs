//! Words that tell what a line is: every language's `boilerplate.toml` in one automaton.
//!
//! Invariant: cues of all languages are looked for at once, because a page's menus are often in
//! another language than its article.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::sync::LazyLock;

use newsloom_languages::folders;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::tokens::{Token, hash as token_hash, tokens};
use super::vocabulary;
use crate::layers::Kind;
use crate::lexicon::{self, CalendarWords};
use crate::text::is_letter_or_digit;
use crate::words::{WordHasher, WordMap};

/// The cues of one kind in one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KindCues {
    line: Vec<String>,
    start: Vec<String>,
    anywhere: Vec<String>,
}

/// Words whose share tells a notice to readers from an article, and what opens a heading like
/// "about the firm".
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ReaderWords {
    notice: Vec<String>,
    reader: Vec<String>,
    about: Vec<String>,
}

/// A `boilerplate.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Words {
    /// The tests read them apart.
    example: IgnoredAny,
    words: ReaderWords,
    #[serde(flatten)]
    kinds: BTreeMap<Kind, KindCues>,
}

/// Where in a line a cue stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Line,
    Start,
    Anywhere,
}

/// A cue that a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    pub kind: Kind,
    pub place: Place,
    /// Bytes of the folded line that the cue takes.
    pub length: usize,
}

struct Cues {
    lines: WordMap<Kind>,
    /// No cue that is a line is longer.
    line_bytes_max: usize,
    /// What a line starts with, by its first word.
    starts: WordMap<Vec<(String, Kind)>>,
    /// What stands anywhere in a line, by its longest word, which few other lines have.
    phrases: WordMap<Vec<Phrase>>,
    /// What stands before the name of who sends a press release.
    abouts: Vec<String>,
    /// By hash.
    words: HashMap<u64, Facts, BuildHasherDefault<WordHasher>>,
}

/// A cue that may stand anywhere in a line.
struct Phrase {
    text: String,
    /// Where its longest word stands in it.
    word_start: usize,
    kind: Kind,
}

/// What the languages say of a word.
#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    /// A bit for each language (the first 32) whose function word it is.
    function_of: u32,
    /// It names a month or weekday.
    is_date_word: bool,
    /// It may stand between the parts of a date.
    is_date_joiner: bool,
    /// It is of what a site tells its readers: consent, accounts, subscriptions.
    is_notice_word: bool,
    /// It speaks to the reader, or for the paper.
    is_reader_word: bool,
    /// It is the longest word of a cue that may stand anywhere.
    is_in_phrase: bool,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let mut lines: WordMap<Kind> = WordMap::default();
    let mut starts: WordMap<Vec<(String, Kind)>> = WordMap::default();
    let mut phrases: WordMap<Vec<Phrase>> = WordMap::default();
    let mut words: HashMap<u64, Facts, _> = HashMap::default();
    let mut abouts = Vec::new();
    for folder in folders() {
        let own: Words = lexicon::read(folder, "boilerplate.toml");
        for word in own.words.notice {
            words.entry(token_hash(&word)).or_default().is_notice_word = true;
        }
        for word in own.words.reader {
            words.entry(token_hash(&word)).or_default().is_reader_word = true;
        }
        abouts.extend(own.words.about);
        for (kind, cues) in own.kinds {
            lines.extend(cues.line.into_iter().map(|line| (line, kind)));
            for start in cues.start {
                starts.entry(first_word(&start)).push((start.clone(), kind));
            }
            for text in cues.anywhere {
                let (word_start, word) = longest_word(&text);
                words.entry(token_hash(word)).or_default().is_in_phrase = true;
                let word = word.to_owned();
                phrases.entry(&word).push(Phrase { text, word_start, kind });
            }
        }
        let calendar: CalendarWords = lexicon::read(folder, "calendar.toml");
        for word in calendar.months.into_iter().chain(calendar.weekdays).flatten() {
            for part in word.split(|ch: char| !is_letter_or_digit(ch)) {
                words.entry(token_hash(part)).or_default().is_date_word = true;
            }
        }
        for word in calendar.joiners {
            words.entry(token_hash(&word)).or_default().is_date_joiner = true;
        }
    }
    for (bit, (_, language)) in (0..u32::BITS).zip(lexicon::languages()) {
        for word in &language.function_words {
            words.entry(token_hash(word)).or_default().function_of |= 1 << bit;
        }
    }
    let line_bytes_max = lines.keys().map(|line| line.len()).max().unwrap_or_default();
    Cues { lines, line_bytes_max, starts, phrases, abouts, words }
});

/// The kind of a folded line that is a cue as a whole.
pub fn find_line(folded: &str) -> Option<Cue> {
    let whole = folded.trim_end_matches(['.', '#', ' ', '(', ')']);
    if whole.len() > CUES.line_bytes_max {
        return None;
    }
    let kind = CUES.lines.get(folded).or_else(|| CUES.lines.get(whole))?;
    Some(Cue { kind: *kind, place: Place::Line, length: folded.len() })
}

/// The longest cue that a folded line starts with.
pub fn find_start(folded: &str) -> Option<Cue> {
    let mut best: Option<Cue> = None;
    for (phrase, kind) in CUES.starts.get(first_word(folded))? {
        let length = phrase.len();
        let is_here = folded.starts_with(phrase.as_str()) && is_edge(folded, length);
        if is_here && best.is_none_or(|best| length > best.length) {
            best = Some(Cue { kind: *kind, place: Place::Start, length });
        }
    }
    best
}

/// What a folded line says behind words like "about".
pub fn after_about(folded: &str) -> Option<&str> {
    let rest = CUES.abouts.iter().find_map(|about| folded.strip_prefix(about.as_str()))?;
    let is_whole = rest.starts_with(' ') || folded[..folded.len() - rest.len()].ends_with('\'');
    Some(rest.trim_start()).filter(|rest| is_whole && !rest.is_empty())
}

/// The longest cue of those whose longest word is `word`, at `start` in a folded line.
fn find_phrase(folded: &str, start: usize, word: &str) -> Option<Cue> {
    let is_here = |phrase: &&Phrase| {
        let Some(start) = start.checked_sub(phrase.word_start) else { return false };
        folded.get(start..).is_some_and(|rest| rest.starts_with(&phrase.text))
            && is_edge(folded, start)
            && is_edge(folded, start + phrase.text.len())
    };
    let found = CUES.phrases.get(word)?.iter().filter(is_here);
    let longest = found.rev().max_by_key(|phrase| phrase.text.len())?;
    Some(Cue { kind: longest.kind, place: Place::Anywhere, length: longest.text.len() })
}

/// The letters and digits that the text opens with; none where it opens with a mark.
fn first_word(text: &str) -> &str {
    text.split(|ch: char| !is_letter_or_digit(ch)).next().unwrap_or_default()
}

/// The longest word of a cue, the first of equals, and where it stands.
fn longest_word(cue: &str) -> (usize, &str) {
    let starts = cue.char_indices().map(|(at, _)| at);
    let words = starts.map(|at| (at, first_word(&cue[at..])));
    words.rev().max_by_key(|(_, word)| word.len()).expect("a cue has characters")
}

fn is_edge(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at..].chars().next();
    let is_word = |ch: Option<char>| ch.is_some_and(is_letter_or_digit);
    !(is_word(before) && is_word(after))
}

/// What the words of a folded line say together.
#[derive(Debug, Default)]
pub struct Wording {
    /// How many are function words, in the language with most.
    pub function_word_count: usize,
    /// They are the parts of a date and nothing else.
    pub is_date: bool,
    /// A month or weekday by name stands beside a number, or a joining word between.
    pub names_date: bool,
    pub notice_word_count: usize,
    pub reader_word_count: usize,
    /// The longest cue that may stand anywhere, the first of equals.
    pub phrase: Option<Cue>,
    pub long_words: Vec<u16>,
}

/// Looks each word of a folded line up.
pub fn wording(folded: &str) -> Wording {
    let cues = &*CUES;
    let facts_of = |hash: u64| cues.words.get(&hash).copied().unwrap_or_default();
    let mut found = Wording::default();
    let mut function_counts = [0_usize; u32::BITS as usize];
    let mut look_up = |place: Range<usize>, hash: u64| {
        let facts = facts_of(hash);
        let mut languages = facts.function_of;
        while languages != 0 {
            function_counts[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
        if facts.is_in_phrase {
            let phrase = find_phrase(folded, place.start, &folded[place.clone()]);
            let is_longer = |best: &Cue| phrase.is_none_or(|phrase| phrase.length <= best.length);
            found.phrase = found.phrase.filter(is_longer).or(phrase);
        }
        vocabulary::push_pieces(&folded[place], hash, &mut found.long_words);
        facts
    };
    let (mut number_count, mut has_date_word, mut has_other) = (0, false, false);
    // Of the word before, whether it is a number and whether it is a date word.
    let mut before = (false, false);
    for Token { place, hash, has_number } in tokens(folded) {
        let word = &folded[place.clone()];
        let is_dollar = folded[place.end..].starts_with('$');
        let facts = if has_number {
            let mut start = place.start;
            for part in word.split('#') {
                look_up(start..start + part.len(), token_hash(part));
                start += part.len() + 1;
            }
            facts_of(hash)
        } else {
            look_up(place, hash)
        };
        found.notice_word_count += usize::from(facts.is_notice_word);
        // `US$5` speaks of dollars, not to anyone.
        found.reader_word_count += usize::from(facts.is_reader_word && !is_dollar);
        let is_number = word.starts_with('#');
        found.names_date |= before.0 && facts.is_date_word || before.1 && is_number;
        if facts.is_date_joiner {
            continue;
        }
        before = (is_number, facts.is_date_word);
        if has_number && word.chars().filter(|ch| ch.is_alphabetic()).count() <= 2 {
            number_count += word.matches('#').count();
        } else if facts.is_date_word {
            has_date_word = true;
        } else {
            has_other = true;
        }
    }
    found.is_date = !has_other
        && (number_count >= 1 && has_date_word
            || number_count >= 3 && folded.contains(['/', '-', '.']));
    found.function_word_count = function_counts.into_iter().max().unwrap_or(0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;
    use crate::strip::line::Line;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        text: String,
        /// None where no cue must be found.
        kind: Option<Kind>,
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Examples {
        example: Vec<Example>,
    }

    #[test]
    fn every_example_is_told_or_left() {
        let mut misses = Vec::new();
        let mut count = 0;
        for folder in folders() {
            let written: Examples = lexicon::read(folder, "boilerplate.toml");
            for example in written.example {
                let text = &example.text;
                let line = Line::of(text, Span::new(0, text.len()));
                count += 1;
                if line.cue.map(|cue| cue.kind) != example.kind {
                    misses.push(format!("{}: {text}: {:?}", folder.tag, line.cue));
                }
            }
        }
        assert!(count > 0);
        assert!(misses.is_empty(), "{} of {count}\n{}", misses.len(), misses.join("\n"));
    }
}
