//! Numbers that their neighbours make a year, or a week of one.
//!
//! Invariant: without evidence a number is none.

use super::classes::digits;
use super::clocks::clock;
use super::source::Source;
use super::tense::{is_behind_word, told};
use super::tokens::{Token, TokenKind};

/// Older years that the words beside them make so.
const TOLD_YEARS: std::ops::Range<i64> = 1400..1900;

/// Lower numbers of two digits are days, percentages and years to come as well.
const SHORT_YEAR_FROM: i64 = 50;

/// A token of four digits that a year can be.
pub fn year(token: &Token) -> Option<i64> {
    let digits = digits(token).filter(|digits| digits.len() == 4)?;
    digits.parse().ok().filter(|year| (1000..=2199).contains(year))
}

/// A number of four digits that its neighbours make a year.
pub fn bare_year(source: &Source, at: usize) -> Option<i64> {
    let lexicon = source.lexicon;
    let year = year(source.token(at)?).filter(|_| !is_of_another_number(source, at))?;
    let before = at.checked_sub(1).and_then(|at| source.token(at));
    let after = source.token(at + 1);
    let before_word = before.map_or("", |token| token.folded.as_ref());
    let unit_after = has_unit_after(source, at);
    let before_noun = lexicon.capital_nouns && after.is_some_and(|after| after.is_capital);
    if lexicon.year_before.contains(before_word) && !unit_after {
        return Some(year);
    }
    let second_before = at.checked_sub(2).and_then(|at| source.token(at));
    let opens_sentence = || before_word == "." && is_behind_word(source, at - 1);
    let in_list =
        matches!(before_word, "," | ";" | "(" | "-") || before.is_none() || opens_sentence();
    let is_listed = before_word == ","
        || at
            .checked_sub(1)
            .and_then(|at| source.word(at))
            .is_some_and(|id| lexicon.joins.is_and(id));
    let behind_year = second_before.is_some_and(|token| self::year(token).is_some());
    if is_listed && behind_year && !unit_after && !before_noun {
        // The last of "2007, 2011 and 2015".
        return Some(year);
    }
    // Older ones are numbers more often than not, but for those that something is named after.
    let is_determined =
        lexicon.determiners.contains(before_word) && year % 1000 != 0 && !before_noun;
    // "The 1848 revolutions", "the Treaty of Paris of 1763"
    let is_behind_name = || {
        let of = at.checked_sub(1).and_then(|at| source.word(at));
        let is_name = |token: &Token| token.kind == TokenKind::Word && token.is_capital;
        of.is_some_and(|id| lexicon.joins.is_of(id)) && second_before.is_some_and(is_name)
    };
    let is_named = (is_determined || is_behind_name()) && year >= 1600 && year % 50 != 0;
    let modern = is_named || (1900..=2099).contains(&year) || is_told(source, at, year);
    let ends = |marks: &[&str]| after.is_some_and(|token| marks.contains(&token.folded.as_ref()));
    let bracketed = before_word == "(" && ends(&[")", ",", ";", ":"]);
    let bracketed = bracketed || before_word == "," && ends(&[")"]);
    let evident = bracketed
        || modern
            && !counts_something(source, at, year, is_determined)
            && !unit_after
            && (in_list || before.is_some_and(|token| token.kind != TokenKind::Mark));
    evident.then_some(year)
}

/// Whether the small word behind an older number makes it a year, as it does where nouns have
/// capitals ("1839 brach der Krieg aus").
fn is_told(source: &Source, at: usize, year: i64) -> bool {
    let lexicon = source.lexicon;
    let before = at.checked_sub(1).and_then(|at| source.token(at));
    let after = source.token(at + 1).filter(|after| !after.is_capital);
    let is_count = |token: &Token| lexicon.count_before.contains(token.folded.as_ref());
    let tells = |after: &Token| {
        let word = after.folded.as_ref();
        let is_known = lexicon.function_words.contains(word) || told(source, at + 1).is_some();
        is_known && !lexicon.count_verbs.contains(word)
    };
    // "1520 und 1610 Stimmen"
    let counts_on = || {
        source.token(at + 2).is_some_and(|token| token.kind == TokenKind::Number)
            && source.token(at + 3).is_some_and(|token| token.is_capital)
    };
    lexicon.capital_nouns
        && TOLD_YEARS.contains(&year)
        && year % 100 != 0
        && !before.is_some_and(is_count)
        && after.is_some_and(tells)
        && !counts_on()
}

/// A number of three digits that counts nothing, which a word beside it makes a year.
pub fn old_year(source: &Source, at: usize) -> Option<i64> {
    let digits = digits(source.token(at)?).filter(|digits| digits.len() == 3)?;
    let year = digits.parse().ok().filter(|year| *year >= 100)?;
    counts_nothing(source, at, year).then_some(year)
}

/// A number of two digits that counts nothing and is no day, which words beside it make a year of the
/// last century.
pub fn short_year(source: &Source, at: usize) -> Option<i64> {
    let digits = digits(source.token(at)?).filter(|digits| digits.len() == 2)?;
    let year = digits.parse().ok().filter(|year| *year >= SHORT_YEAR_FROM)?;
    counts_nothing(source, at, year).then_some(1900 + year)
}

/// The number of a week, which counts nothing and tells no time.
pub fn week_number(source: &Source, at: usize) -> Option<i64> {
    let week = digits(source.token(at)?).filter(|digits| digits.len() <= 2)?.parse().ok()?;
    let before_number = || source.token(at + 1).is_some_and(|next| next.kind == TokenKind::Number);
    let fits = (1..=53).contains(&week) && clock(source, at, true).is_none();
    (fits && (before_number() || counts_nothing(source, at, week))).then_some(week)
}

/// Whether the number at token `at` stands for itself.
fn counts_nothing(source: &Source, at: usize, number: i64) -> bool {
    !is_of_another_number(source, at)
        && !has_unit_after(source, at)
        && !counts_something(source, at, number, false)
        && !counts_described(source, at)
}

/// Whether a number counts a noun with a capital behind another word ("im Jahr 120 neue Stellen").
fn counts_described(source: &Source, at: usize) -> bool {
    let is_noun = || source.token(at + 2).is_some_and(|token| token.is_capital);
    let is_small = |token: &Token| {
        let folded = token.folded.as_ref();
        token.kind == TokenKind::Word && !source.lexicon.function_words.contains(folded)
    };
    source.lexicon.capital_nouns
        && source.token(at + 1).is_some_and(is_small)
        && told(source, at + 1).is_none()
        && is_noun()
}

/// Whether a sign of what is counted stands behind token `at`.
fn has_unit_after(source: &Source, at: usize) -> bool {
    let is_unit = |token: &Token| matches!(token.folded.as_ref(), "%" | "€" | "$" | "£");
    source.token(at + 1).is_some_and(is_unit)
}

/// Whether token `at` is part of a longer number, a sum or a name (`$1950`, `1950-a`, `no. 1950`).
fn is_of_another_number(source: &Source, at: usize) -> bool {
    let is_no_year = |word: &str| source.lexicon.no_year_before.contains(word);
    let word = |at: usize| source.token(at).map_or("", |token| token.folded.as_ref());
    let glued_after = source.attached(at + 1).is_some_and(|token| {
        let sign =
            matches!(token.folded.as_ref(), "%" | "€" | "$" | "£" | "°" | "/" | "-" | "_" | "+");
        sign || token.kind != TokenKind::Mark
    });
    let Some(before) = at.checked_sub(1) else { return glued_after };
    let glued_before = source.attached(at).is_some()
        && matches!(word(before), "$" | "€" | "£" | "-" | "/" | "_" | "#" | "°" | "+" | ".");
    let second_before = before.checked_sub(1).map_or("", word);
    glued_after
        || glued_before
        || is_no_year(word(before))
        || word(before) == "°"
        || word(before) == "." && is_no_year(second_before)
}

/// Whether the number `year` at token `at` counts what stands behind it.
fn counts_something(source: &Source, at: usize, year: i64, is_determined: bool) -> bool {
    let lexicon = source.lexicon;
    let Some(after) = source.token(at + 1) else { return false };
    let is_capital = |at: usize| source.token(at).is_some_and(|token| token.is_capital);
    let tells_tense =
        || source.word(at + 1).is_some_and(|id| lexicon.vocabulary.word(id).tense.is_some());
    // Where nouns have capitals, a small word counts none unless one follows it, and not behind one
    // that bears the year ("wurde 1961 gebaut", "Wahl 2009 siegte"). Where all plurals end alike, a
    // word that does not is counted by none ("budget 2012 prévoit").
    let is_round = year % 100 == 0;
    let may_count = || {
        if lexicon.capital_nouns {
            let behind_noun = at > 1 && is_capital(at - 1);
            return after.is_capital || is_round || !behind_noun && is_capital(at + 2);
        }
        let ends = |suffix: &String| after.folded.ends_with(suffix.as_str());
        let plurals = &lexicon.plural_suffixes;
        !after.is_capital && (is_round || plurals.is_empty() || plurals.iter().any(ends))
    };
    match after.kind {
        TokenKind::Number => true,
        TokenKind::Mark => false,
        TokenKind::Word => {
            !is_determined
                && !tells_tense()
                && may_count()
                && !lexicon.function_words.contains(after.folded.as_ref())
        }
    }
}
