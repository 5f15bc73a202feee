//! Whether the clause around a mention tells of what has been or of what is to come.
//!
//! The nearest word that tells decides, so that "said Tuesday that the search will go on" has its
//! Tuesday behind it. Invariant: no word beyond the clause's end counts.

use super::lexicon::Lexicon;
use super::source::Source;
use super::tokens::{Token, TokenKind};

/// What a clause tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    Past,
    Future,
    /// What was to come, as told afterwards ("it was to open").
    Plan,
}

/// Words around a mention within which one may tell.
const WINDOW_WORDS: usize = 9;

/// A comma parts as much as so many words.
const COMMA_WORDS: usize = 4;

/// And what joins two clauses as much as so many more.
const JOIN_WORDS: usize = 3;

/// A longer word with a capital before a stop is no abbreviation.
const ABBREVIATION_CHARS_MAX: usize = 4;

/// Nor is a longer one without, nor a number of more digits a day.
const SMALL_ABBREVIATION_CHARS_MAX: usize = 2;

/// Endings tell the tense of longer words only.
const INFLECTED_CHARS: usize = 5;

/// The tense of the clause that holds the tokens `first..last`, where a word tells it.
pub fn tense_around(source: &Source, first: usize, last: usize) -> Option<Tense> {
    // A preposition parts a mention from its verb no more than nothing does.
    let is_small = |at: usize| {
        let word = source.word(at).map(|id| source.lexicon.vocabulary.word(id));
        let tells = word.is_some_and(|word| word.tense.is_some() || word.parts_clauses);
        !tells && source.lexicon.function_words.contains(source.tokens[at].folded.as_ref())
    };
    let first = first - usize::from(first > 0 && is_small(first - 1));
    let before = nearest((0..first).rev(), source);
    let after = nearest(last..source.tokens.len(), source);
    // The finite verb of a clause whose verbs stand last is the last of them ("eröffnet wurde").
    let finite = |(distance, tense, at)| {
        let next = if source.lexicon.verbs_last { told(source, at + 1) } else { None };
        (distance, next.unwrap_or(tense))
    };
    let after = after.map(finite);
    match (before, after) {
        (Some((distance, tense, _)), Some((other, _))) if distance <= other => Some(tense),
        (before, after) => {
            after.map(|(_, tense)| tense).or_else(|| before.map(|(_, tense, _)| tense))
        }
    }
}

/// How far off the first word of `places` that tells a tense is, which, and its place.
fn nearest(places: impl Iterator<Item = usize>, source: &Source) -> Option<(usize, Tense, usize)> {
    let (mut words, mut parted) = (0, 0);
    for at in places {
        let token = &source.tokens[at];
        words += usize::from(token.kind != TokenKind::Mark);
        if words > WINDOW_WORDS {
            return None;
        }
        match token.folded.as_ref() {
            "," => parted += COMMA_WORDS,
            ";" | ":" | "(" | ")" | "?" | "!" => return None,
            "." if ends_sentence(source, at) => return None,
            _ => {}
        }
        let id = source.word(at);
        let word = id.map(|id| source.lexicon.vocabulary.word(id));
        if word.is_some_and(|word| word.parts_clauses) {
            return None;
        }
        // What stands behind it has a verb of its own.
        if id.is_some_and(|id| source.lexicon.joins.is_and(id)) {
            parted += JOIN_WORDS;
        }
        if let Some(tense) = told(source, at) {
            return Some((words + parted, tense, at));
        }
    }
    None
}

/// The tense that token `at` tells, alone or with those behind it.
pub fn told(source: &Source, at: usize) -> Option<Tense> {
    let token = source.token(at)?;
    if token.is_capital && !opens_sentence(source, at) {
        // A name.
        return None;
    }
    let word = source.word(at).map(|id| source.lexicon.vocabulary.word(id));
    let phrases = &source.lexicon.tense_phrases;
    let opens_phrase = word.is_some_and(|word| word.opens_tense_phrase);
    let by_phrase = if opens_phrase { source.name(at, phrases) } else { None };
    let told = by_phrase.map(|(_, tense)| *tense).or_else(|| word.and_then(|word| word.tense));
    let told = told.or_else(|| by_ending(token, source.lexicon));
    told.filter(|tense| *tense != Tense::Past || tells_past(source, at))
        .filter(|_| !is_counted(source, at))
}

/// Whether token `at` is a noun that a number stands before ("up from 1.66 marks").
fn is_counted(source: &Source, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| source.token(at));
    before.is_some_and(|token| token.kind == TokenKind::Number)
        && source.lexicon.counted_nouns.contains(source.tokens[at].folded.as_ref())
}

/// Whether nothing of its sentence but quotation marks and the like stands before token `at`.
fn opens_sentence(source: &Source, at: usize) -> bool {
    let mut before = source.tokens[..at].iter().enumerate().rev();
    match before.find(|(_, token)| !opens_with_words(token)) {
        Some((stop, token)) => match token.folded.as_ref() {
            "?" | "!" => true,
            "." => ends_sentence(source, stop),
            _ => false,
        },
        None => true,
    }
}

/// Whether the token is a mark that may stand before the first word of a sentence.
fn opens_with_words(token: &Token) -> bool {
    token.kind == TokenKind::Mark
        && !matches!(token.folded.as_ref(), "." | "?" | "!" | "," | ";" | ":")
}

/// Whether the stop at token `at` ends a sentence of a text that is not cut into its sentences: what
/// stands before it is no abbreviation, or a small word with a capital comes next.
fn ends_sentence(source: &Source, at: usize) -> bool {
    let before = is_behind_word(source, at);
    let is_small = |token: &Token| source.lexicon.function_words.contains(token.folded.as_ref());
    source.token(at + 1).map_or(before, |next| {
        let opens = next.is_spaced && next.kind != TokenKind::Mark && next.is_capital;
        opens && (before || is_small(next))
    })
}

/// Whether what stands before the stop at token `at` is longer than an abbreviation or a day.
pub fn is_behind_word(source: &Source, at: usize) -> bool {
    let is_word = |token: &Token| {
        let is_name = token.kind == TokenKind::Word && token.is_capital;
        let longest = if is_name { ABBREVIATION_CHARS_MAX } else { SMALL_ABBREVIATION_CHARS_MAX };
        token.folded.chars().count() > longest
    };
    at.checked_sub(1).and_then(|at| source.token(at)).is_some_and(is_word)
}

/// Whether a past form tells the tense: behind "be" it does not ("will be signed").
fn tells_past(source: &Source, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| source.token(at));
    !before.is_some_and(|token| source.lexicon.no_past_after.contains(token.folded.as_ref()))
}

/// The tense that the ending of a word tells.
fn by_ending(token: &Token, lexicon: &Lexicon) -> Option<Tense> {
    let word = token.folded.as_ref();
    if token.kind != TokenKind::Word || word.len() < INFLECTED_CHARS {
        return None;
    }
    let ends = |suffixes: &[String]| suffixes.iter().any(|suffix| word.ends_with(suffix.as_str()));
    let tense = if ends(&lexicon.future_suffixes) {
        Tense::Future
    } else if ends(&lexicon.past_suffixes) {
        Tense::Past
    } else {
        return None;
    };
    let is_verb = word.chars().count() >= INFLECTED_CHARS && !lexicon.no_verbs.contains(word);
    is_verb.then_some(tense)
}
