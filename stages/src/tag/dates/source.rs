//! A sentence being matched: its tokens, and what is known of each before any rule is tried.

use std::borrow::Cow;

use super::lexicon::{Lexicon, Names};
use super::pattern::Item;
use super::tokens::{Glued, Token, TokenKind, tokenize};
use super::vocabulary::{Marks, WordId};

/// A sentence being matched.
#[derive(Debug)]
pub struct Source<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token<'a>>,
    pub lexicon: &'static Lexicon,
    known: Vec<Known>,
}

/// What is known of a token.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Its word, if it is one of the language's files.
    word: Option<WordId>,
    marks: Marks,
    /// Its marks and those of all tokens after it.
    ahead: Marks,
}

impl<'a> Source<'a> {
    /// The sentence `text`, which is `lowered` in lower case; nothing where it holds no date, having
    /// neither digits nor words of one.
    pub fn of(text: &'a str, lowered: &'a str, lexicon: &'static Lexicon) -> Option<Self> {
        let glued = Glued { suffixes: &lexicon.glued_suffixes, except: &lexicon.glued_except };
        let mut tokens = tokenize(text, lowered, &glued);
        if !lexicon.prefixes.is_empty() {
            tokens = tokens.into_iter().flat_map(|token| split(token, lexicon)).collect();
        }
        let mut may_hold_date = false;
        let know = |token: &Token| {
            let word = lexicon.vocabulary.id(&token.folded);
            let mut marks = Marks::default();
            if let Some(word) = word.map(|id| lexicon.vocabulary.word(id)) {
                marks = word.marks;
                may_hold_date |= word.is_trigger;
            }
            if token.kind == TokenKind::Number {
                marks = marks.and(Marks::of_digits());
                may_hold_date = true;
            }
            Known { word, marks, ahead: marks }
        };
        let mut known: Vec<Known> = tokens.iter().map(know).collect();
        if !may_hold_date {
            return None;
        }
        let mut ahead = Marks::default();
        for token in known.iter_mut().rev() {
            ahead = ahead.and(token.marks);
            token.ahead = ahead;
        }
        Some(Self { text, tokens, lexicon, known })
    }

    pub fn token(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at)
    }

    /// The token at `at` where no white space stands before it.
    pub fn attached(&self, at: usize) -> Option<&Token<'a>> {
        self.token(at).filter(|token| !token.is_spaced)
    }

    /// The id of the token at `at`, if it is a word of the language's files.
    pub fn word(&self, at: usize) -> Option<WordId> {
        self.known.get(at)?.word
    }

    /// What may stand at token `at`; nothing behind the last.
    pub fn marks(&self, at: usize) -> Marks {
        self.known.get(at).map_or(Marks::default(), |token| token.marks)
    }

    /// Whether the phrase stands at token `at`.
    pub fn has_phrase(&self, at: usize, words: &[WordId]) -> bool {
        self.known.get(at..at + words.len()).is_some_and(|tokens| {
            tokens.iter().zip(words).all(|(token, word)| token.word == Some(*word))
        })
    }

    /// The longest of `names` at token `at`: its tokens and its meaning.
    pub fn name<'n, T>(&self, at: usize, names: &'n Names<T>) -> Option<(usize, &'n T)> {
        let found = names.iter().find(|(words, _)| self.has_phrase(at, words));
        found.map(|(words, meaning)| (words.len(), meaning))
    }

    /// Whether one of `marks` may stand at token `at` or after it.
    pub fn has_ahead(&self, at: usize, marks: Marks) -> bool {
        self.known.get(at).is_some_and(|token| token.ahead.meets(marks))
    }

    /// Whether `item` may begin at token `at`, as far as one look can tell.
    pub fn may_stand(&self, at: usize, item: &Item) -> bool {
        let fits = |marks| self.marks(at).meets(marks);
        let is_spaced = || self.token(at).is_some_and(|token| token.is_spaced);
        item.opens.is_none_or(fits) && !(item.is_unspaced && is_spaced())
    }
}

/// A word that the language's files do not have, and what it begins with, apart: `وأمس` as `و`,
/// `أمس`; with the article `للعام` as `ل`, `العام`.
fn split<'a>(token: Token<'a>, lexicon: &Lexicon) -> impl Iterator<Item = Token<'a>> {
    let is_known = |word: &str| lexicon.vocabulary.id(word).is_some();
    let is_whole = token.kind != TokenKind::Word || is_known(&token.folded);
    let part = lexicon.prefixes.iter().filter(|_| !is_whole).find_map(|prefix| {
        let tail = token.folded.strip_prefix(prefix.as_str())?;
        let tail: Cow<str> = match tail.strip_prefix('ل') {
            Some(noun) if prefix.ends_with('ل') => format!("ال{noun}").into(),
            _ => tail.into(),
        };
        let is_split = tail.chars().count() >= WORD_AFTER_PREFIX_CHARS && is_known(&tail);
        is_split.then(|| (prefix.as_str(), tail.into_owned()))
    });
    let Some((prefix, tail)) = part else { return [Some(token), None].into_iter().flatten() };
    let end = token.start + prefix.len();
    let rest =
        Token { start: end, folded: tail.into(), is_spaced: false, is_capital: false, ..token };
    let whole = Token { end, folded: prefix.to_owned().into(), ..token };
    [Some(whole), Some(rest)].into_iter().flatten()
}

/// Shorter words are parts of other words more often than words behind a prefix.
const WORD_AFTER_PREFIX_CHARS: usize = 3;

#[cfg(test)]
mod tests {
    use newsloom_languages::folders;
    use serde::Deserialize;

    use super::*;
    use crate::tag::dates::classes::Class;
    use crate::tag::dates::lexicon::lexicon_of;
    use crate::text::lowered;

    #[derive(Deserialize)]
    struct Example {
        text: String,
    }

    #[derive(Deserialize)]
    struct RuleExamples {
        examples: Vec<Example>,
    }

    #[derive(Default, Deserialize)]
    struct Examples {
        rule: Vec<RuleExamples>,
    }

    #[test]
    fn what_stands_at_a_token_is_among_its_marks() {
        let mut count = 0;
        for folder in folders() {
            let Some(lexicon) = lexicon_of(folder.tag) else { continue };
            let written: Examples = crate::lexicon::read(folder, "dates.toml");
            for example in written.rule.iter().flat_map(|rule| &rule.examples) {
                let lowered = lowered(&example.text);
                let Some(source) = Source::of(&example.text, &lowered, lexicon) else { continue };
                for (at, known) in source.known.iter().enumerate() {
                    for class in Class::ALL {
                        let reading = class.read(&source, at);
                        let stands = reading.is_some();
                        count += usize::from(stands);
                        let place = (&example.text, at, class);
                        if let Some(more) = class.more(lexicon)
                            && reading.is_some_and(|(length, _)| length > 1)
                        {
                            assert!(source.marks(at + 1).meets(more), "{place:?}");
                        }
                        assert!(!stands || known.marks.meets(Marks::of_class(*class)), "{place:?}");
                        assert!(!stands || source.has_ahead(0, Marks::of_class(*class)));
                    }
                }
            }
        }
        assert!(count > 1000, "{count}");
    }
}
