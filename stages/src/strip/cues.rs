//! Words that tell what a line is: every language's `boilerplate.toml` in one automaton.
//!
//! Invariant: cues of all languages are looked for at once, because a page's menus are often in
//! another language than its article.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use newsloom_languages::folders;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::layers::Kind;
use crate::lexicon::{self, CalendarWords};
use crate::text::is_apostrophe;

/// The cues of one kind in one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KindCues {
    line: Vec<String>,
    start: Vec<String>,
    anywhere: Vec<String>,
}

/// A `boilerplate.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Words {
    /// The tests read them apart.
    example: IgnoredAny,
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
    lines: HashMap<String, Kind>,
    phrases: AhoCorasick,
    meanings: Vec<(Kind, Place)>,
    /// For each word a bit for each language (the first 32) whose function word it is.
    function_words: HashMap<String, u32>,
    date_words: BTreeSet<String>,
    date_joiners: BTreeSet<String>,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let mut lines = HashMap::new();
    let mut phrases = Vec::new();
    let mut meanings = Vec::new();
    let mut date_words = BTreeSet::new();
    let mut date_joiners = BTreeSet::new();
    for folder in folders() {
        let words: Words = lexicon::read(folder, "boilerplate.toml");
        for (kind, cues) in words.kinds {
            lines.extend(cues.line.into_iter().map(|line| (line, kind)));
            for (list, place) in [(cues.start, Place::Start), (cues.anywhere, Place::Anywhere)] {
                meanings.extend(list.iter().map(|_| (kind, place)));
                phrases.extend(list);
            }
        }
        let calendar: CalendarWords = lexicon::read(folder, "calendar.toml");
        date_words.extend(calendar.months.into_iter().chain(calendar.weekdays).flatten());
        date_joiners.extend(calendar.joiners);
    }
    let mut function_words: HashMap<String, u32> = HashMap::new();
    for (bit, (_, words)) in (0..u32::BITS).zip(lexicon::languages()) {
        for word in &words.function_words {
            *function_words.entry(word.clone()).or_default() |= 1 << bit;
        }
    }
    Cues {
        lines,
        phrases: AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&phrases)
            .expect("some thousand short phrases fit an automaton"),
        meanings,
        function_words,
        date_words,
        date_joiners,
    }
});

/// The line as cues are written: lower case, each run of digits one `#`, plain apostrophes and
/// single spaces, without links' targets and without marks at the edges.
pub fn fold(line: &str, out: &mut String) {
    out.clear();
    let mut in_target = false;
    for ch in line.chars() {
        if in_target {
            in_target = ch != ')';
            continue;
        }
        if ch == '(' && out.ends_with(']') {
            in_target = true;
            out.pop();
            out.push(' ');
        } else if ch.is_ascii_digit() {
            if !out.ends_with('#') {
                out.push('#');
            }
        } else if is_apostrophe(ch) {
            out.push('\'');
        } else if ch.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if matches!(ch, '.' | ',' | '\u{202F}') && out.ends_with('#') {
            // Decimal and thousands marks stay inside the number.
        } else {
            out.extend(ch.to_lowercase());
        }
    }
    for (spaced, one) in [("# #", "#"), ("[", ""), ("]", "")] {
        while out.contains(spaced) {
            *out = out.replace(spaced, one);
        }
    }
    let edge = |ch: char| {
        ch.is_whitespace()
            || matches!(
                ch,
                '*' | ':'
                    | '-'
                    | '–'
                    | '—'
                    | '•'
                    | '>'
                    | '<'
                    | '»'
                    | '«'
                    | '|'
                    | '!'
                    | '?'
                    | '…'
                    | '↑'
                    | '→'
                    | '←'
                    | '_'
            )
    };
    let trimmed = out.trim_matches(edge);
    if trimmed.len() < out.len() {
        *out = trimmed.to_owned();
    }
}

/// The cue that tells most of a folded line: of the whole line, else of its start, else the first
/// in it.
pub fn find(folded: &str) -> Option<Cue> {
    let whole = folded.trim_end_matches(['.', '#', ' ', '(', ')']);
    if let Some(kind) = CUES.lines.get(folded).or_else(|| CUES.lines.get(whole)) {
        return Some(Cue { kind: *kind, place: Place::Line, length: folded.len() });
    }
    let mut best: Option<Cue> = None;
    for found in CUES.phrases.find_overlapping_iter(folded) {
        let (kind, place) = CUES.meanings[found.pattern().as_usize()];
        let whole_words = is_edge(folded, found.start()) && is_edge(folded, found.end());
        if !whole_words || place == Place::Start && found.start() > 0 {
            continue;
        }
        let cue = Cue { kind, place, length: found.len() };
        let better = |best: Cue| {
            (cue.place, std::cmp::Reverse(cue.length))
                < (best.place, std::cmp::Reverse(best.length))
        };
        if best.is_none_or(better) {
            best = Some(cue);
        }
    }
    best
}

fn is_edge(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at..].chars().next();
    let is_word = |ch: Option<char>| ch.is_some_and(char::is_alphanumeric);
    !(is_word(before) && is_word(after))
}

/// How many words of a folded line are function words, in the language with most.
pub fn function_word_count(folded: &str) -> usize {
    let mut counts = [0_usize; u32::BITS as usize];
    for word in folded.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut languages = CUES.function_words.get(word).copied().unwrap_or(0);
        while languages != 0 {
            counts[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
    }
    counts.into_iter().max().unwrap_or(0)
}

/// Whether `word` (folded) names a month or weekday.
pub fn is_date_word(word: &str) -> bool {
    CUES.date_words.contains(word)
}

/// Whether `word` (folded) may stand between the parts of a date.
pub fn is_date_joiner(word: &str) -> bool {
    CUES.date_joiners.contains(word)
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
                let line = Line::of(text, Span::new(0, text.len()), &mut String::new());
                count += 1;
                if line.cue.map(|cue| cue.kind) != example.kind {
                    misses.push(format!("{}: {text}: {:?}", folder.tag, line.cue));
                }
            }
        }
        assert!(count > 0);
        assert!(misses.is_empty(), "{} of {count}\n{}", misses.len(), misses.join("\n"));
    }

    #[test]
    fn folding_keeps_what_cues_are_written_in() {
        let mut out = String::new();
        for (line, folded) in [
            ("Lu 1 204 fois", "lu # fois"),
            ("[Tweet](#)[Share 451](http://x.y)", "tweet share #"),
            ("  Nom * :", "nom"),
            ("L’ÉTÉ", "l'été"),
        ] {
            fold(line, &mut out);
            assert_eq!(out, folded);
        }
    }
}
