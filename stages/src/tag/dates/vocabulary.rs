//! The words of a language's dates, each known by a number, and what may begin with each.
//!
//! Invariant: every word and mark of the language's phrases has an id, so that phrases are compared
//! by ids, and a token without one is part of no phrase.

use super::classes::Class;
use super::tokens::{Glued, tokenize};
use crate::words::WordMap;

/// A word or mark of the language's files.
pub type WordId = u32;

/// Words and marks of a phrase, as the tokeniser cuts them.
pub type Phrase = Box<[WordId]>;

/// A set of what may stand at a token: a bit for each class, the others shared by the words.
///
/// It never lacks what does stand there; words that share a bit are told apart by their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(u64);

impl Marks {
    const WORD_BITS: u32 = u64::BITS - Class::ALL.len() as u32;

    pub fn of_class(class: Class) -> Self {
        Self(1 << (Self::WORD_BITS + class as u32))
    }

    pub fn of_word(id: WordId) -> Self {
        Self(1 << (id % Self::WORD_BITS))
    }

    /// The classes that a number in digits may be of.
    pub fn of_digits() -> Self {
        let opening = Class::ALL.iter().filter(|class| class.opens_with_digits());
        opening.fold(Self::default(), |all, class| all.and(Self::of_class(*class)))
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is known of a word before any rule is tried.
#[derive(Debug, Default)]
pub struct Word {
    pub text: String,
    pub marks: Marks,
    /// A sentence without digits and without any such word holds no date.
    pub is_trigger: bool,
    /// It says that its clause speaks of what is to come.
    pub is_future: bool,
    /// The patterns that may begin with it, as positions of rule and pattern, in order.
    pub openings: Vec<(usize, usize)>,
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
        self.ids.insert(text.into(), id);
        let (text, marks) = (text.to_owned(), Marks::of_word(id));
        self.words.push(Word { text, marks, ..Word::default() });
        id
    }

    /// The words and marks of `text`, each with an id.
    pub fn add_phrase(&mut self, text: &str) -> Phrase {
        tokenize(text, &Glued::default()).iter().map(|token| self.add(&token.folded)).collect()
    }

    pub fn id(&self, folded: &str) -> Option<WordId> {
        self.ids.get(folded).copied()
    }

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
