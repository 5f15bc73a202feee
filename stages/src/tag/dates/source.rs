//! A sentence being matched: its tokens, and what is known of each before any rule is tried.

use std::borrow::Cow;
use std::cell::Cell;

use rust_decimal::Decimal;

use super::lexicon::Lexicon;
use super::openings::classes_of_number;
use super::pattern::Item;
use super::starts::Starts;
use super::tokens::{BYTES_PER_TOKEN, Token, TokenKind, pieces};
use super::vocabulary::{Marks, Names, WordId};

/// A sentence being matched.
#[derive(Debug)]
pub struct Source<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token<'a>>,
    pub lexicon: &'static Lexicon,
    known: Vec<Known>,
    /// Behind the last token that is a number or a trigger: no date begins there or later.
    pub dates_end: usize,
    /// The token at which a number was looked for last, and what was read there.
    number: Cell<Option<(usize, Option<NumberRead>)>>,
}

/// The tokens of a number in digits or words, and its value.
type NumberRead = (usize, Decimal);

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
        let room = text.len() / BYTES_PER_TOKEN;
        let (tokens, known) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let number = Cell::new(None);
        let mut source = Self { text, tokens, lexicon, known, dates_end: 0, number };
        let mut before = 0;
        for piece in pieces(text) {
            let token = Token::of(text, lowered, piece, before);
            before = piece.end;
            match token.cut(lowered, &lexicon.glued) {
                None => source.add(token),
                Some(two) => two.into_iter().for_each(|token| source.add(token)),
            }
        }
        if source.dates_end == 0 {
            return None;
        }
        let mut ahead = Marks::default();
        for token in source.known.iter_mut().rev() {
            ahead = ahead.and(token.marks);
            token.ahead = ahead;
        }
        Some(source)
    }

    /// Adds a token, in two where it is a word and what is written as one with it.
    #[inline]
    fn add(&mut self, token: Token<'a>) {
        let lexicon = self.lexicon;
        let word = lexicon.vocabulary.id(&token.folded);
        let may_be_split = word.is_none() && !lexicon.prefixes.is_empty();
        if may_be_split && let Some(parts) = split(&token, lexicon) {
            for part in parts {
                let word = lexicon.vocabulary.id(&part.folded);
                self.add_whole(part, word);
            }
            return;
        }
        self.add_whole(token, word);
    }

    #[inline]
    fn add_whole(&mut self, token: Token<'a>, id: Option<WordId>) {
        let word = id.map(|id| self.lexicon.vocabulary.word(id));
        let mut marks = word.map_or(Marks::default(), |word| word.marks);
        let is_number = token.kind == TokenKind::Number;
        if is_number {
            marks = marks.and(classes_of_number(&token.folded));
        }
        self.tokens.push(token);
        self.known.push(Known { word: id, marks, ahead: marks });
        if is_number || word.is_some_and(|word| word.is_trigger) {
            self.dates_end = self.tokens.len();
        }
    }

    #[inline]
    pub fn token(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at)
    }

    /// The token at `at` where no white space stands before it.
    #[inline]
    pub fn attached(&self, at: usize) -> Option<&Token<'a>> {
        self.token(at).filter(|token| !token.is_spaced)
    }

    /// The id of the token at `at`, if it is a word of the language's files.
    #[inline]
    pub fn word(&self, at: usize) -> Option<WordId> {
        self.known.get(at)?.word
    }

    /// What may stand at token `at`; nothing behind the last.
    #[inline]
    pub fn marks(&self, at: usize) -> Marks {
        self.known.get(at).map_or(Marks::default(), |token| token.marks)
    }

    /// Whether the phrase stands at token `at`.
    #[inline]
    pub fn has_phrase(&self, at: usize, words: &[WordId]) -> bool {
        self.known.get(at..at + words.len()).is_some_and(|tokens| {
            tokens.iter().zip(words).all(|(token, word)| token.word == Some(*word))
        })
    }

    /// The longest of `names` at token `at`: its tokens and its meaning.
    pub fn name<'n, T>(&self, at: usize, names: &'n Names<T>) -> Option<(usize, &'n T)> {
        let mut alike = names.beginning_with(self.word(at)?);
        let found = alike.find(|(words, _)| self.has_phrase(at, words));
        found.map(|(words, meaning)| (words.len(), meaning))
    }

    /// The number in digits or words at token `at`, read once for the classes that ask for it.
    pub fn number(&self, at: usize) -> Option<NumberRead> {
        if let Some((known_at, known)) = self.number.get()
            && known_at == at
        {
            return known;
        }
        let read = self.read_number(at);
        self.number.set(Some((at, read)));
        read
    }

    fn read_number(&self, at: usize) -> Option<NumberRead> {
        let token = self.token(at)?;
        // A word that another is glued to ends before it ("zweimonatig").
        let is_word = |token: &Token| token.kind == TokenKind::Word;
        let is_glued = is_word(token) && self.attached(at + 1).is_some_and(is_word);
        let text = &self.text[token.start..];
        let text = if is_glued { &text[..token.end - token.start] } else { text };
        let number = self.lexicon.numbers.read(text)?;
        let end = token.start + number.length;
        let length = self.tokens[at..].iter().take_while(|token| token.start < end).count();
        (self.tokens[at + length - 1].end == end).then_some((length, number.value))
    }

    /// The patterns that begin with the word at token `at`, if any may go on behind it.
    #[inline]
    pub fn word_starts(&self, at: usize) -> Option<&'static Starts> {
        let starts = &self.lexicon.vocabulary.word(self.word(at)?).starts;
        starts.may_go_on(self.marks(at + 1)).then_some(starts)
    }

    /// Whether one of `marks` may stand at token `at` or after it.
    #[inline]
    pub fn has_ahead(&self, at: usize, marks: Marks) -> bool {
        self.known.get(at).is_some_and(|token| token.ahead.meets(marks))
    }

    /// Whether `item` may begin at token `at`, as far as one look can tell.
    #[inline]
    pub fn may_stand(&self, at: usize, item: &Item) -> bool {
        let fits = |marks| self.marks(at).meets(marks);
        let is_spaced = || self.token(at).is_some_and(|token| token.is_spaced);
        item.opens.is_none_or(fits) && !(item.is_unspaced && is_spaced())
    }
}

/// A word that the language's files do not have, and what it begins with, apart: `وأمس` as `و`,
/// `أمس`; with the article `للعام` as `ل`, `العام`.
fn split<'a>(token: &Token<'a>, lexicon: &Lexicon) -> Option<[Token<'a>; 2]> {
    if token.kind != TokenKind::Word {
        return None;
    }
    let (prefix, tail) = lexicon.prefixes.iter().find_map(|prefix| {
        let tail = token.folded.strip_prefix(prefix.as_str())?;
        let short = lexicon.article.chars().next_back().filter(|last| prefix.ends_with(*last));
        let tail: Cow<str> = match short.and_then(|last| tail.strip_prefix(last)) {
            Some(noun) => format!("{}{noun}", lexicon.article).into(),
            None => tail.into(),
        };
        let word = lexicon.vocabulary.id(&tail)?;
        let is_and = || lexicon.vocabulary.id(prefix).is_some_and(|and| lexicon.joins.is_and(and));
        let is_month = || lexicon.months.iter().any(|(words, _)| words[..] == [word]);
        let is_long = tail.chars().count() >= WORD_AFTER_PREFIX_CHARS;
        let is_split = is_long || is_and() && is_month();
        is_split.then(|| (prefix.as_str(), tail.into_owned()))
    })?;
    let end = token.start + prefix.len();
    let whole = Token { end, folded: prefix.to_owned().into(), ..*token };
    let (folded, is_spaced, is_capital) = (tail.into(), false, false);
    Some([whole, Token { start: end, folded, is_spaced, is_capital, ..*token }])
}

/// Shorter words are parts of other words more often than words behind a prefix; but for a month
/// behind "and".
const WORD_AFTER_PREFIX_CHARS: usize = 3;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use newsloom_languages::folders;
    use serde::Deserialize;

    use super::*;
    use crate::tag::dates::classes::Class;
    use crate::tag::dates::lexicon::lexicon_of;
    use crate::tag::dates::vocabulary::Phrase;
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

    /// Sees the examples of the rules of each language.
    fn each_language(see: &mut dyn FnMut(&'static Lexicon, &[String])) {
        for folder in folders() {
            let Some(lexicon) = lexicon_of(folder.tag) else { continue };
            let written: Examples = crate::lexicon::read(folder, "dates.toml");
            let examples = written.rule.into_iter().flat_map(|rule| rule.examples);
            see(lexicon, &examples.map(|example| example.text).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_stands_at_a_token_is_among_its_marks() {
        let mut count = 0;
        each_language(&mut |lexicon, texts| {
            for text in texts {
                let lowered = lowered(text);
                let Some(source) = Source::of(text, &lowered, lexicon) else { continue };
                for (at, known) in source.known.iter().enumerate() {
                    for class in Class::ALL {
                        let stands = class.read(&source, at).is_some();
                        count += usize::from(stands);
                        let place = (text, at, class);
                        assert!(!stands || known.marks.meets(Marks::of_class(*class)), "{place:?}");
                        assert!(!stands || source.has_ahead(0, Marks::of_class(*class)));
                    }
                }
            }
        });
        assert!(count > 1000, "{count}");
    }

    #[test]
    fn what_stands_there_without_digits_holds_a_telling_word() {
        let mut count = 0;
        each_language(&mut |lexicon, texts| {
            let last = |words: &Phrase| words.last().copied();
            let telling = Class::ALL.iter().map(|class| {
                let named = class.telling_words_of_phrases(lexicon, last);
                let words: BTreeSet<_> = named.chain(class.other_telling_words(lexicon)).collect();
                (class, words)
            });
            let telling: Vec<_> = telling.collect();
            for text in texts {
                let lowered = lowered(text);
                let Some(source) = Source::of(text, &lowered, lexicon) else { continue };
                for (at, (class, words)) in
                    (0..source.tokens.len()).flat_map(|at| telling.iter().map(move |one| (at, one)))
                {
                    let Some((length, _)) = class.read(&source, at) else { continue };
                    let mut tokens = source.tokens[at..at + length].iter();
                    if tokens.any(|token| token.kind == TokenKind::Number) {
                        continue;
                    }
                    let tells = |at: usize| source.word(at).is_some_and(|id| words.contains(&id));
                    count += 1;
                    assert!((at..at + length).any(tells), "{:?}", (text, at, class));
                }
            }
        });
        assert!(count > 1000, "{count}");
    }
}
