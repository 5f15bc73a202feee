//! What follows a candidate: the white space, the signs that open, and the first word.

use super::marks::{first, is_continuer, is_dash, is_invisible, is_opener};
use super::rules::{Rules, Trait};
use crate::text::{is_apostrophe, is_letter, is_letter_or_digit};

/// No more signs than this may stand before a sentence's first word.
const OPENERS_MAX: usize = 8;
/// A name under a quotation is no longer, nor are the small words in it (`de`, `van`).
const SIGNATURE_BYTES_MAX: usize = 60;
const PARTICLE_BYTES_MAX: usize = 3;
/// Longer words are in no list.
const WORD_BYTES_MAX: usize = 48;

/// The text after a candidate.
#[derive(Debug)]
pub struct Follower<'a> {
    /// White space stands between.
    pub is_spaced: bool,
    /// The first character that is no white space; NUL at the end of the text.
    pub head: char,
    /// From that character on.
    pub rest: &'a str,
    /// The first letter or digit behind what opens; NUL where there is none.
    pub letter: char,
    /// The word that begins with it, and what comes after the word.
    pub word: &'a str,
    pub after_word: &'a str,
    pub has_dash: bool,
    /// `...and then`.
    pub has_ellipsis: bool,
    pub has_quote: bool,
}

impl<'a> Follower<'a> {
    /// What stands at byte `at` of `text`.
    pub fn at(text: &'a str, at: usize) -> Self {
        let gap = |ch: char| ch.is_whitespace() || is_invisible(ch);
        let rest = text[at..].trim_start_matches(gap);
        let is_spaced = text[at..text.len() - rest.len()].contains(char::is_whitespace);
        let mut follower = Self {
            is_spaced,
            head: first(rest),
            rest,
            letter: '\0',
            word: "",
            after_word: rest,
            has_dash: false,
            has_ellipsis: false,
            has_quote: false,
        };
        follower.read_word();
        follower
    }

    fn read_word(&mut self) {
        let mut rest = self.rest;
        for _ in 0..OPENERS_MAX {
            let ch = first(rest);
            if ch == '…' || rest.starts_with("...") || rest.starts_with("..") {
                let behind = rest.trim_start_matches(['…', '.']);
                self.has_ellipsis = is_letter_or_digit(first(behind));
                rest = behind.trim_start_matches([')', ']']);
            } else if is_opener(ch) || ch == ',' && rest.starts_with(",,") {
                self.has_dash |= is_dash(ch);
                self.has_quote |= !is_dash(ch) && !ch.is_ascii_punctuation() || "\"'`".contains(ch);
                rest = &rest[ch.len_utf8()..];
            } else if ch.is_whitespace() {
                rest = rest.trim_start();
            } else {
                break;
            }
        }
        self.letter = if is_letter_or_digit(first(rest)) { first(rest) } else { '\0' };
        let longest =
            rest.char_indices().find(|(at, ch)| !is_letter_or_digit(*ch) || *at > WORD_BYTES_MAX);
        let end = longest.map_or(rest.len(), |(at, _)| at);
        (self.word, self.after_word) = rest.split_at(end);
    }

    /// Whether the text ends here.
    pub fn is_nothing(&self) -> bool {
        self.head == '\0'
    }

    /// Whether the first word often begins sentences and is no name.
    pub fn is_starter(&self, rules: &Rules) -> bool {
        let traits = rules.traits(self.word);
        let mut after = self.after_word.chars();
        match (after.next(), after.next()) {
            // `A. I. Smith`.
            (Some('.'), _) if self.word.len() == self.letter.len_utf8() => false,
            // `U.S. All-Star`, but `Peut-être`.
            (Some('-'), Some(ch)) if ch.is_uppercase() => false,
            (Some(ch), _) if is_apostrophe(ch) && traits.has(Trait::Elided) => true,
            _ => traits.has(Trait::Starter),
        }
    }

    /// Whether the first word may begin a surname: `J. La Rosa`.
    pub fn is_name_particle(&self, rules: &Rules) -> bool {
        rules.traits(self.word).has(Trait::NameParticle)
    }

    /// Whether the first word begins in lower case, as no sentence should: `iPhone` may, and
    /// `'s Avonds`, whose capital the next word has.
    pub fn is_lower(&self) -> bool {
        let second = self.word.chars().nth(1).unwrap_or('\0');
        self.letter.is_lowercase() && !second.is_uppercase() && !self.is_clipped_article()
    }

    /// `'s Avonds`, `’t Was`: the capital of a word clipped to one letter is on the next.
    fn is_clipped_article(&self) -> bool {
        let next = self.after_word.strip_prefix(' ').unwrap_or_default();
        is_apostrophe(self.head)
            && self.word.len() == 1
            && first(next).is_uppercase()
            && next.chars().nth(1).is_some_and(char::is_lowercase)
    }

    /// Whether no sentence begins so: with a comma, a bracket that closes, a mark of calculation.
    pub fn is_continuer(&self) -> bool {
        is_continuer(self.head) && !self.rest.starts_with(",,")
    }

    /// Whether the first letter has neither a small nor a capital form.
    pub fn is_caseless(&self) -> bool {
        let letter = self.letter;
        is_letter(letter) && !letter.is_uppercase() && !letter.is_lowercase()
    }

    /// Whether a number follows, in digits or of several Roman ones: `No. 5`, `Vol. II`; or one
    /// with a letter before it: `art. L. 121`.
    pub fn is_number(&self) -> bool {
        let is_roman =
            self.word.len() > 1 && self.word.bytes().all(|byte| b"IVXLC".contains(&byte));
        let behind = self.after_word.strip_prefix('.').unwrap_or("").trim_start();
        let is_code = self.word.len() == 1 && first(behind).is_numeric();
        self.letter.is_numeric() || is_roman || is_code
    }

    /// `— Mary Smith` and no more: who is quoted.
    pub fn is_signature(&self) -> bool {
        let name = self.rest.trim_end().trim_start_matches(|ch| is_dash(ch) || ch == ' ');
        let mut words = name.split(' ');
        let is_part =
            |word: &str| word.len() <= PARTICLE_BYTES_MAX || word.starts_with(char::is_uppercase);
        self.has_dash
            && name.len() <= SIGNATURE_BYTES_MAX
            && name.contains(' ')
            && words.all(is_part)
            && !name.ends_with(['.', '!', '?', '…'])
    }

    /// `b) the second item`.
    pub fn is_item(&self) -> bool {
        self.word.len() == 1 && self.after_word.starts_with(") ")
    }

    /// Whether the first word begins with a capital and goes on small: `Il`, `L'`, never `US`.
    pub fn is_capitalised(&self) -> bool {
        let second = self.word.chars().nth(1);
        let rest = second.unwrap_or_else(|| first(self.after_word));
        self.letter.is_uppercase()
            && (rest.is_lowercase() || second.is_none() && (is_apostrophe(rest) || rest == ' '))
    }
}
