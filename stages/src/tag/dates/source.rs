//! A sentence being matched: its tokens, and what is known of each before any rule is tried.

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
    /// The sentence `text`; nothing where it holds no date, having neither digits nor words of one.
    pub fn of(text: &'a str, lexicon: &'static Lexicon) -> Option<Self> {
        let glued = Glued { suffixes: &lexicon.glued_suffixes, except: &lexicon.glued_except };
        let mut tokens = tokenize(text, &glued);
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
        let fits = |marks| self.known.get(at).is_some_and(|token| token.marks.meets(marks));
        let is_spaced = || self.token(at).is_some_and(|token| token.is_spaced);
        item.opens.is_none_or(fits) && !(item.is_unspaced && is_spaced())
    }
}

/// A word that the language's files do not have, and what it begins with, apart: `وأمس` as `و`,
/// `أمس`; with the article `للعام` as `ل`, `العام`.
fn split<'a>(token: Token<'a>, lexicon: &Lexicon) -> impl Iterator<Item = Token<'a>> {
    let is_known = |word: &str| lexicon.vocabulary.id(word).is_some();
    let mut rest = None;
    let mut whole = token;
    if whole.kind == TokenKind::Word && !is_known(&whole.folded) {
        let part = lexicon.prefixes.iter().find_map(|prefix| {
            let tail = whole.folded.strip_prefix(prefix.as_str())?;
            let tail = match tail.strip_prefix('ل') {
                Some(noun) if prefix.ends_with('ل') => format!("ال{noun}"),
                _ => tail.to_owned(),
            };
            let is_split = tail.chars().count() >= WORD_AFTER_PREFIX_CHARS && is_known(&tail);
            is_split.then_some((prefix.as_str(), tail))
        });
        if let Some((prefix, tail)) = part {
            let end = whole.start + prefix.len();
            rest = Some(Token {
                start: end,
                folded: tail.into(),
                is_spaced: false,
                is_capital: false,
                ..whole
            });
            whole = Token { end, folded: prefix.to_owned().into(), ..whole };
        }
    }
    std::iter::once(whole).chain(rest)
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
                let Some(source) = Source::of(&example.text, lexicon) else { continue };
                for (at, known) in source.known.iter().enumerate() {
                    for class in Class::ALL {
                        let stands = class.read(&source, at).is_some();
                        count += usize::from(stands);
                        let place = (&example.text, at, class);
                        assert!(!stands || known.marks.meets(Marks::of_class(*class)), "{place:?}");
                        assert!(!stands || source.has_ahead(0, Marks::of_class(*class)));
                    }
                }
            }
        }
        assert!(count > 1000, "{count}");
    }
}
