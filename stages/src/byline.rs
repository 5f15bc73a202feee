//! Names out of a byline, by the words of every language's `byline.toml`.
//!
//! Invariant: bylines are read with the words of all languages at once, because a page's own
//! language is not known yet.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use newsloom_languages::folders;
use serde::Deserialize;

use crate::calendar::is_calendar_word;
use crate::lexicon;
use crate::text::{key, words};

/// A language's `byline.toml`, in lower case.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// What stands before the names ("written by").
    by: Vec<String>,
    /// The same, of words that begin names too ("von"): they count before a full name alone.
    by_full_name: Vec<String>,
    /// What stands between two names.
    and: Vec<String>,
    /// What an author is, beside the name.
    role: Vec<String>,
    /// What stands between a name and the place it writes from.
    place: Vec<String>,
    /// Agencies and desks that sign as authors do, of one word.
    agency: Vec<String>,
    #[cfg(test)]
    example: Vec<tests::Example>,
    #[cfg(not(test))]
    example: serde::de::IgnoredAny,
}

/// The words of all languages.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut all = Words::default();
    for folder in folders() {
        let own: Words = lexicon::read(folder, "byline.toml");
        all.by.extend(own.by);
        all.by_full_name.extend(own.by_full_name);
        all.and.extend(own.and);
        all.role.extend(own.role);
        all.place.extend(own.place);
        all.agency.extend(own.agency);
    }
    // The longest first, so that "written by" is not taken for "by".
    all.by.sort_by_key(|words| (std::cmp::Reverse(words.len()), words.clone()));
    all
});

/// Words before names, and whether they count before a full name alone.
type Opening = (&'static str, bool);

/// The words before names by their first letter; those that count before a full name alone come
/// last.
static OPENINGS: LazyLock<BTreeMap<char, Vec<Opening>>> = LazyLock::new(|| {
    let mut openings: BTreeMap<char, Vec<Opening>> = BTreeMap::new();
    let sure = WORDS.by.iter().map(|by| (by.as_str(), false));
    let ambiguous = WORDS.by_full_name.iter().map(|by| (by.as_str(), true));
    for opening in sure.chain(ambiguous) {
        let first = opening.0.chars().next().expect("words before names are words");
        openings.entry(first).or_default().push(opening);
    }
    openings
});

/// The most words and bytes of a name.
const NAME_WORDS_MAX: usize = 7;
const NAME_BYTES_MAX: usize = 100;
/// A role of so many bytes ends compounds.
const COMPOUND_ROLE_BYTES_MIN: usize = 8;
/// Marks that part names by themselves; `/` only with spaces around it, as it parts initials.
const MARKS: &[char] = &[',', ';', '|', '•', '·', '\n', '、', '，', '،'];
/// Marks at a name's edges.
const EDGES: &[char] = &[' ', '.', ',', ':', ';', '|', '-', '–', '—', '/', '(', ')', '"'];

/// The names in `byline`, in order, none twice.
pub fn names(byline: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let parts = parts(without_by(without_date(byline.trim())));
    // Behind the first a label says what else was done: `Text: Ann Lee, Photos: Bob Ray`.
    let is_other =
        |part: &str| part.split_once(':').is_some_and(|(label, _)| !label.trim().contains(' '));
    for (index, part) in parts.into_iter().enumerate() {
        let Some(name) = name(part).filter(|_| index == 0 || !is_other(part)) else { continue };
        if names.iter().all(|other| key(other) != key(&name)) {
            names.push(name);
        }
    }
    names
}

/// The byline up to the date that stands in it.
fn without_date(byline: &str) -> &str {
    let has_figures = byline.bytes().any(|byte| byte.is_ascii_digit());
    let date = words(byline).into_iter().skip(1).find(|word| {
        let word = &byline[word.clone()];
        word.starts_with(|ch: char| ch.is_ascii_digit()) || is_calendar_word(word)
    });
    date.filter(|_| has_figures).map_or(byline, |date| &byline[..date.start])
}

/// The byline without the words before the names.
fn without_by(byline: &str) -> &str {
    after_by(byline).unwrap_or(byline)
}

/// What follows the words before the names, where the byline begins with them.
pub fn after_by(byline: &str) -> Option<&str> {
    let is_full_name = |rest: &str| {
        let begins = |word: &str| word.starts_with(|ch: char| !ch.is_lowercase());
        rest.split_whitespace().take(2).filter(|word| begins(word)).count() == 2
    };
    let first = byline.chars().next().and_then(|first| first.to_lowercase().next())?;
    OPENINGS.get(&first)?.iter().find_map(|(by, needs_full_name)| {
        after_words(byline, by).filter(|rest| !needs_full_name || is_full_name(rest))
    })
}

/// What follows the words `by`, which are in lower case, at the start of the byline.
fn after_words<'a>(byline: &'a str, by: &str) -> Option<&'a str> {
    let rest = strip_prefix_folded(byline, by)?;
    let is_whole = !by.ends_with(char::is_alphanumeric)
        || rest.is_empty()
        || rest.starts_with([' ', ':', '\n']);
    is_whole.then(|| rest.trim_start_matches([' ', ':', '\n']))
}

/// What follows `prefix`, which is in lower case.
fn strip_prefix_folded<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for expected in prefix.chars() {
        let ch = rest.next()?;
        if !ch.to_lowercase().eq([expected]) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// The byline cut between its names.
fn parts(byline: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = byline.split(MARKS).flat_map(|part| part.split(" / ")).collect();
    parts = parts.into_iter().flat_map(|part| apart(part, "/", true)).collect();
    for and in WORDS.and.iter().map(|word| format!(" {word} ")) {
        parts = parts.into_iter().flat_map(|part| apart(part, &and, is_letter(&and))).collect();
    }
    parts
}

/// Whether the word is a single letter, as an initial is.
fn is_letter(and: &str) -> bool {
    let mut letters = and.trim().chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// The part cut at each `and`, where it is not `of_full_names` or each half is of two words.
fn apart<'a>(part: &'a str, and: &str, of_full_names: bool) -> Vec<&'a str> {
    let halves: Vec<&str> = part.split(and).collect();
    let is_full = |half: &&str| half.trim().contains(' ');
    if of_full_names && !halves.iter().all(is_full) { vec![part] } else { halves }
}

/// The name in `part`: addresses, numbers and what its bearer is left out.
fn name(part: &str) -> Option<String> {
    let is_said = |word: &&str| {
        let has = |marks: &[char]| word.contains(marks);
        let is_address = has(&['@']) || word.contains("://") || word.starts_with("www.");
        let is_clock = word.contains(|ch: char| ch.is_ascii_digit()) && has(&['.', ':']);
        !is_address && !is_clock && word.contains(char::is_alphabetic)
    };
    let mut words: Vec<&str> = part.split_whitespace().filter(is_said).collect();
    // A role ends the name, alone or, behind two words or more, with what follows it; there a place
    // and brackets end it, too.
    let is_end = |at: &usize| {
        let rest = words[*at..].join(" ");
        let is_behind =
            || words[*at].starts_with('(') || is_role(&rest) || names_place(&words[*at..]);
        names_role(&rest) || *at >= 2 && is_behind()
    };
    if let Some(end) = (0..words.len()).find(is_end) {
        words.truncate(end);
    }
    let name = words.join(" ");
    let name = name.trim_matches(EDGES);
    let is_name = !name.is_empty()
        && words.len() <= NAME_WORDS_MAX
        && name.len() <= NAME_BYTES_MAX
        && !name.starts_with('©')
        && !is_stray_word(name);
    is_name.then(|| name.to_owned())
}

/// Whether `words` say from where one writes: `in Rome`.
fn names_place(words: &[&str]) -> bool {
    let [before, place, ..] = words else { return false };
    WORDS.place.contains(&before.to_lowercase()) && place.starts_with(char::is_uppercase)
}

/// Whether `words` begin with what an author is.
pub fn is_role(words: &str) -> bool {
    let ends = words.match_indices(' ').map(|(end, _)| end).chain([words.len()]);
    ends.into_iter().any(|end| names_role(&words[..end]))
}

/// Whether `words` are few and end with what an author is: `Senior Culture Reporter`.
pub fn ends_in_role(words: &str) -> bool {
    const WORDS_MAX: usize = 5;
    let last = words.rsplit(' ').next().unwrap_or_default();
    words.split(' ').count() <= WORDS_MAX && names_role(last)
}

/// Whether `words` are what an author is, and nothing else.
fn names_role(words: &str) -> bool {
    let words = words.to_lowercase();
    let words = words.trim_matches(EDGES);
    // A compound ends in it: `Landeskorrespondentin`.
    let ends = |role: &String| {
        role.len() >= COMPOUND_ROLE_BYTES_MIN && !words.contains(' ') && words.ends_with(role)
    };
    WORDS.role.iter().any(|role| words == role || ends(role))
}

/// Whether a word of `name` is an agency's.
pub fn signs_agency(name: &str) -> bool {
    name.split(' ').any(|word| WORDS.agency.contains(&word.to_lowercase()))
}

/// Whether a word like "and" stands inside `byline`.
pub fn joins_names(byline: &str) -> bool {
    let mut words = byline.split_whitespace().skip(1);
    words.any(|word| WORDS.and.iter().any(|and| and == word))
}

/// Whether `name` is one word with a capital that is no agency: behind a person, a place.
pub fn is_place(name: &str) -> bool {
    const LETTERS_MIN: usize = 4;
    let mut letters = name.chars();
    letters.next().is_some_and(char::is_uppercase)
        && name.chars().count() >= LETTERS_MIN
        && letters.all(char::is_lowercase)
        && WORDS.agency.iter().all(|agency| *agency != name.to_lowercase())
}

/// Whether `name` is one short word, such as an article begins with.
fn is_stray_word(name: &str) -> bool {
    const LETTERS_MAX: usize = 3;
    let mut letters = name.chars();
    let is_capital = letters.next().is_some_and(char::is_uppercase);
    is_capital && name.chars().count() <= LETTERS_MAX && letters.all(char::is_lowercase)
}

/// Whether `name` looks like a person's: words that begin with a capital, or of a script
/// without.
pub fn is_person(name: &str) -> bool {
    const PARTICLE_LETTERS_MAX: usize = 3;
    const UNCASED_LETTERS_MAX: usize = 6;
    let has_case = |ch: char| ch.is_lowercase() || ch.is_uppercase();
    let (mut words, mut ends_in_particle) = (0, false);
    for word in name.split_whitespace() {
        let mut letters = word.chars();
        let Some(first) = letters.next() else { continue };
        if word.chars().any(|ch| ch.is_numeric() || matches!(ch, '©' | '@' | '#' | '&' | '/')) {
            return false;
        }
        let is_particle = first.is_lowercase() && word.chars().count() <= PARTICLE_LETTERS_MAX;
        if has_case(first) && first.is_lowercase() && !is_particle {
            return false;
        }
        words += 1;
        ends_in_particle = is_particle;
    }
    // In scripts without case and spaces a name is one word.
    let is_one_word =
        || !name.chars().any(has_case) && (2..=UNCASED_LETTERS_MAX).contains(&name.chars().count());
    !ends_in_particle && (words >= 2 || words == 1 && is_one_word())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A byline and the names in it.
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Example {
        text: String,
        names: Vec<String>,
    }

    #[test]
    fn the_examples_of_every_language_hold() {
        let mut count = 0;
        let mut misses = Vec::new();
        for folder in folders() {
            let own: Words = lexicon::read(folder, "byline.toml");
            for example in own.example {
                count += 1;
                let found = names(&example.text);
                if found != example.names {
                    misses.push(format!("{}: {example:?}, found {found:?}", folder.tag));
                }
            }
        }
        assert!(misses.is_empty(), "{}", misses.join("\n"));
        assert!(count >= 20, "{count} examples");
    }

    #[test]
    fn persons_are_told_from_other_words() {
        for (name, is) in [
            ("Ann Lee", true),
            ("Ana de la Cruz", true),
            ("李明", true),
            ("김철수", true),
            ("分享让更多人看到", false),
            ("Newsroom", false),
            ("read more", false),
            ("Parking too", false),
            ("© Agency Pictures", false),
            ("Ann Lee 3", false),
            ("", false),
        ] {
            assert_eq!(is_person(name), is, "{name}");
        }
    }
}
