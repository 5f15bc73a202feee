//! The words of a language's dates, each known by a number, and what may begin with each.
//!
//! Invariant: every word and mark of the language's phrases has an id, so that phrases are compared
//! by ids, and a token without one is part of no phrase.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::iter::from_fn;

use super::classes::Class;
use super::starts::Starts;
use super::tense::Tense;
use super::tokens::tokenize;
use crate::text::lowered;
use crate::words::WordMap;

/// A word or mark of the language's files.
pub type WordId = u32;

/// Words and marks of a phrase, as the tokeniser cuts them.
pub type Phrase = Box<[WordId]>;

/// A set of what may stand at a token: a bit for each class, the others shared by the words.
///
/// It never lacks what does stand there; words that share a bit are told apart by their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(u128);

impl Marks {
    /// How many marks there are.
    pub const COUNT: usize = u128::BITS as usize;
    const WORD_BITS: u32 = u128::BITS - Class::ALL.len() as u32;

    #[inline]
    pub fn of_class(class: Class) -> Self {
        Self(1 << (Self::WORD_BITS + class as u32))
    }

    #[inline]
    pub fn of_word(id: WordId) -> Self {
        Self(1 << (id % Self::WORD_BITS))
    }

    #[inline]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in `others` too.
    #[inline]
    pub fn within(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// The places of its bits.
    #[inline]
    pub fn places(self) -> impl Iterator<Item = usize> {
        bits(self.0)
    }

    /// The classes in it.
    #[inline]
    pub fn classes(self) -> impl Iterator<Item = Class> {
        bits(self.0 >> Self::WORD_BITS).map(|place| Class::ALL[place])
    }

    #[inline]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The places of the bits of `left`, from the lowest on.
#[inline]
fn bits(mut left: u128) -> impl Iterator<Item = usize> {
    from_fn(move || {
        let place = left.trailing_zeros();
        left &= left.wrapping_sub(1);
        (place < u128::BITS).then_some(place as usize)
    })
}

/// What is known of a word before any rule is tried.
#[derive(Debug, Default)]
pub struct Word {
    pub text: String,
    pub marks: Marks,
    /// A sentence without digits and without any such word holds no date.
    pub is_trigger: bool,
    /// What it says that its clause tells of.
    pub tense: Option<Tense>,
    /// Phrases that tell it begin with this word.
    pub opens_tense_phrase: bool,
    /// A clause ends where it stands.
    pub parts_clauses: bool,
    /// The patterns that begin with it.
    pub starts: Starts,
}

/// All words of one language.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: Vec<Word>,
    ids: WordMap<WordId>,
}

impl Vocabulary {
    /// The id of `text` (folded), which gets one if it has none.
    pub fn add(&mut self, text: &str) -> WordId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = WordId::try_from(self.words.len()).expect("some thousand words");
        self.ids.insert(text, id);
        let (text, marks) = (text.to_owned(), Marks::of_word(id));
        self.words.push(Word { text, marks, ..Word::default() });
        id
    }

    /// The words and marks of `text`, each with an id.
    pub fn add_phrase(&mut self, text: &str) -> Phrase {
        let lowered = lowered(text);
        let tokens = tokenize(text, &lowered, None);
        tokens.iter().map(|token| self.add(&token.folded)).collect()
    }

    #[inline]
    pub fn id(&self, folded: &str) -> Option<WordId> {
        self.ids.get(folded).copied()
    }

    #[inline]
    pub fn word(&self, id: WordId) -> &Word {
        &self.words[id as usize]
    }

    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.words.iter()
    }

    pub fn word_mut(&mut self, id: WordId) -> &mut Word {
        &mut self.words[id as usize]
    }
}

/// Phrases and what each means.
#[derive(Debug)]
pub struct Names<T> {
    /// In the order of their first words; of those that begin alike the longest first.
    all: Vec<(Phrase, T)>,
}

impl<T> Names<T> {
    pub fn iter(&self) -> impl Iterator<Item = &(Phrase, T)> {
        self.all.iter()
    }

    /// Those that begin with `word`, the longest first.
    #[inline]
    pub fn beginning_with(&self, word: WordId) -> impl Iterator<Item = &(Phrase, T)> {
        let start = self.all.partition_point(|(words, _)| words.first() < Some(&word));
        let rest = self.all[start..].iter();
        rest.take_while(move |(words, _)| words.first() == Some(&word))
    }
}

impl<T> FromIterator<(Phrase, T)> for Names<T> {
    fn from_iter<I: IntoIterator<Item = (Phrase, T)>>(each: I) -> Self {
        let mut all: Vec<_> = each.into_iter().collect();
        all.sort_by_key(|(words, _)| (words.first().copied(), Reverse(words.len())));
        Self { all }
    }
}

/// Lists of phrases by meaning.
pub fn phrases(
    lists: &BTreeMap<String, Vec<String>>,
    vocabulary: &mut Vocabulary,
) -> Names<String> {
    let each = lists.iter();
    let each =
        each.flat_map(|(meaning, list)| list.iter().map(move |name| (name, meaning.clone())));
    names(each, vocabulary)
}

/// Lists of phrases by number from 1 on.
pub fn numbered(lists: &[Vec<String>], vocabulary: &mut Vocabulary) -> Names<i64> {
    let each = lists.iter().zip(1..);
    let each = each.flat_map(|(list, number)| list.iter().map(move |name| (name, number)));
    names(each, vocabulary)
}

/// What each name stands for.
pub fn names<'a, T>(
    each: impl Iterator<Item = (&'a String, T)>,
    vocabulary: &mut Vocabulary,
) -> Names<T> {
    each.map(|(name, meaning)| (vocabulary.add_phrase(name), meaning)).collect()
}
