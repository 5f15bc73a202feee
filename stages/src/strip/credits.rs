//! Whose a picture is: how a caption ends.
//!
//! Invariant: a line is judged by its own words, whatever stands beside it.

use super::line::{Line, begins_with_capital};

/// A credit in capitals has at least so many words.
const CREDIT_WORDS_MIN: usize = 2;
/// Who owns a picture is named in at most so many words.
const OWNER_WORDS_MAX: usize = 8;
/// What a credit is called has at most so many words.
const LABEL_WORDS_MAX: usize = 5;
/// A caption has at most so many words.
const CAPTION_WORDS_MAX: usize = 50;

/// `A ship at sea (Photo: Ann Lee)`.
pub fn ends_in_label(text: &str) -> bool {
    bracketed(text).is_some_and(|(_, credit)| credit.contains(':'))
}

/// The words behind the mark that parts a caption from its credit, where they begin with a label:
/// `Photo: Ann Lee` of `A ship at sea. Photo: Ann Lee`.
pub fn credit_label(text: &str) -> Option<&str> {
    const MARKS: [&str; 9] = [" (", ". ", ".\" ", ".” ", " | ", " — ", " – ", " - ", " · "];
    let (before, owner) = text.rsplit_once(':')?;
    let starts = before.rmatch_indices([' ', '(']).map(|(at, mark)| at + mark.len());
    let is_behind_mark = |at: &usize| MARKS.iter().any(|mark| before[..*at].ends_with(mark));
    let start = starts.take(LABEL_WORDS_MAX).find(is_behind_mark)?;
    (!owner.is_empty()).then(|| text[start..].trim_end_matches(')'))
}

/// `A ship at sea (Ann Lee/The Daily Post)`.
pub fn ends_in_agency(text: &str) -> bool {
    bracketed(text).is_some_and(|(before, credit)| !before.is_empty() && credit.contains('/'))
}

/// What stands before the brackets at the end, and in them.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
}

/// Whether the line ends in whose the picture is: `The harbour in winter. © Ann Lee / Agency`.
pub fn ends_in_rights(line: &Line) -> bool {
    let is_short = |owner: &str| owner.split_whitespace().count() <= OWNER_WORDS_MAX;
    let is_owned = line.text.rsplit_once('©').is_some_and(|(_, owner)| is_short(owner));
    // `The harbour in winter. Photo Ann Lee/Agency`.
    let names_two = |(at, _): (usize, &str)| {
        let owner = &line.text[at + 2..];
        owner.contains('/')
            && is_short(owner)
            && owner.split_whitespace().all(begins_with_capital)
            && !owner.contains(|ch: char| ch.is_ascii_digit())
    };
    line.word_count <= CAPTION_WORDS_MAX
        && (is_owned || line.text.contains('/') && line.text.match_indices(". ").any(names_two))
}

/// Whether the line is a name and an agency's, and nothing else: `Ann Lee | Harbour Images`.
pub fn names_agency(line: &Line) -> bool {
    let is_named = |part: &str| {
        let mut words = part.split_whitespace();
        words.clone().count() >= CREDIT_WORDS_MIN && words.all(begins_with_capital)
    };
    line.word_count <= OWNER_WORDS_MAX
        && line.digit_count == 0
        && line.cue.is_none()
        && line.text.split_once('|').is_some_and(|(name, agency)| {
            name.ends_with(' ')
                && agency.starts_with(' ')
                && is_named(name)
                && is_named(agency)
                && !agency.contains('|')
        })
}

/// Whether a name in capitals, of two words or with an initial, stands behind the last sentence of a
/// short line, without a stop, and without the dash that stands before who signs a letter.
pub fn ends_in_credit(line: &Line) -> bool {
    let has_capitals = |(at, _): &(usize, &str)| !line.text[at + 2..].contains(char::is_lowercase);
    let last_letter = line.text.chars().rev().find(|ch| ch.is_alphabetic());
    if line.word_count > CAPTION_WORDS_MAX
        || !last_letter.is_some_and(char::is_uppercase)
        || line.text.ends_with(['.', '!', '?'])
    {
        return false;
    }
    let Some((at, _)) = line.text.match_indices(". ").find(has_capitals) else { return false };
    let (before, credit) = (&line.text[..at], &line.text[at + 2..]);
    let is_name = |word: &&str| word.chars().filter(|ch| ch.is_alphabetic()).count() > 1;
    let is_initial = |word: &str| word.len() > 1 && word.ends_with('.');
    let name_count = credit.split_whitespace().filter(is_name).count();
    before.contains(char::is_lowercase)
        && !credit.starts_with(['-', '–', '—'])
        && !credit.contains(|ch: char| ch.is_ascii_digit())
        && (name_count >= CREDIT_WORDS_MIN
            || name_count > 0 && credit.split_whitespace().any(is_initial))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn a_label_opens_the_last_part_of_a_caption() {
        for (text, label) in [
            ("A ship at sea. Photo: Ann Lee", Some("Photo: Ann Lee")),
            ("A ship - at sea (Photo: Ann Lee)", Some("Photo: Ann Lee")),
            ("Photo: Ann Lee", None),
            ("A ship at sea. Nothing else", None),
            ("A ship at sea. Photo:", None),
        ] {
            assert_eq!(credit_label(text), label, "{text}");
        }
    }

    #[test]
    fn credits_end_captions() {
        for (text, label, agency, rights, credit) in [
            ("A ship at sea (Photo: Ann Lee)", true, false, false, false),
            ("A ship at sea (Ann Lee/The Post)", false, true, false, false),
            ("(Ann Lee/The Post)", false, false, false, false),
            ("The harbour in winter. © Ann Lee / Agency", false, false, true, false),
            ("The harbour in winter. Photo Post/B. R.", false, false, true, false),
            ("The harbour in winter. ANN LEE", false, false, false, true),
            ("The harbour in winter. A. LEE", false, false, false, true),
            ("The harbour in winter. LEE", false, false, false, false),
            ("Ann Lee was here (again)", false, false, false, false),
        ] {
            let line = Line::of(text, Span::new(0, text.len()));
            let found = (ends_in_label(text), ends_in_agency(text));
            assert_eq!(found, (label, agency), "{text}");
            let found = (ends_in_rights(&line), ends_in_credit(&line));
            assert_eq!(found, (rights, credit), "{text}");
        }
    }
}
