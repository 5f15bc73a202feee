//! Telling at a glance that a sentence holds no date: by digits, and by the words without one of
//! which no rule can match.
//!
//! Invariant: each match of a rule holds a digit or a trigger, so that a sentence without either
//! may be passed over.

use std::cmp::Reverse;

use super::classes::Class;
use super::lexicon::{Lexicon, Means};
use super::pattern::{Item, Node};
use super::tokens::{Piece, TokenKind, fold, pieces, tokenize};
use super::vocabulary::{Phrase, WordId};
use crate::text::{is_letter, lowered};
use crate::words::Shapes;

/// What a word costs as a trigger: one that stands in every sentence tells nothing.
const MARK: u32 = 40_000;
/// By how many letters a function word has, from one on; the shorter, the more usual.
const USUAL: [u32; 4] = [20_000, 15_000, 10_000, 3000];
/// A word of one or two letters is most often a part of another (`d'`, `'s`).
const SHORT: u32 = 1000;
const COMMON: u32 = 50;
const RARE: u32 = 10;

/// What the triggers of a language look like.
#[derive(Debug, Default)]
pub struct Prefilter {
    shapes: Shapes,
    /// Any word may begin with another one, so that none can be told by its first letters.
    reads_all: bool,
}

impl Prefilter {
    /// The filter for the words of `lexicon` that are marked as triggers.
    pub fn of(lexicon: &Lexicon) -> Self {
        let mut shapes = Shapes::default();
        for word in lexicon.vocabulary.words().filter(|word| word.is_trigger) {
            shapes.add(&word.text);
        }
        Self { shapes, reads_all: !lexicon.prefixes.is_empty() }
    }
}

/// Whether `text` may hold a date of the language.
pub fn may_hold_date(text: &str, lexicon: &Lexicon) -> bool {
    // By stretches, so that the processor looks at many bytes at once.
    let holds_digit =
        |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | byte.is_ascii_digit());
    lexicon.prefilter.reads_all
        || text.as_bytes().chunks(64).any(holds_digit)
        || pieces(text).any(|piece| opens_date(piece, text, lexicon))
}

/// Whether a token is digits or a trigger, or holds one that a word is glued to.
fn opens_date(Piece { start, end, kind, is_ascii }: Piece, text: &str, lexicon: &Lexicon) -> bool {
    let word = &text[start..end];
    let is_trigger = |folded: &str| {
        let id = lexicon.vocabulary.id(folded);
        id.is_some_and(|id| lexicon.vocabulary.word(id).is_trigger)
    };
    if kind == TokenKind::Number {
        true
    } else if kind == TokenKind::Word && lexicon.glued.may_end(word) {
        let lowered = lowered(word);
        tokenize(word, &lowered, Some(&lexicon.glued)).iter().any(|token| is_trigger(&token.folded))
    } else if is_ascii {
        lexicon.prefilter.shapes.may_hold(word) && is_trigger(&fold(word))
    } else {
        is_trigger(&fold(word))
    }
}

/// The words of which each match without digits holds one, for each pattern the rarest there are.
pub fn triggers(lexicon: &Lexicon) -> Vec<WordId> {
    let mut choice = Choice::new(lexicon);
    let rules = lexicon.rules.iter().filter(|rule| rule.means != Means::Nothing);
    let patterns = rules.flat_map(|rule| rule.patterns.iter().map(move |pattern| (rule, pattern)));
    let mut patterns: Vec<_> = patterns
        .map(|(rule, pattern)| match choice.rarest(&pattern.items) {
            Some((cost, _)) => (cost, pattern),
            None => panic!("{}: all of a pattern may be missing", rule.name),
        })
        .collect();
    // The dearest first: others may do with their words.
    patterns.sort_by_key(|(cost, _)| Reverse(*cost));
    for (_, pattern) in patterns {
        for word in choice.rarest(&pattern.items).into_iter().flat_map(|(_, words)| words) {
            choice.costs[word as usize] = 0;
        }
    }
    (0..).zip(choice.costs).filter(|(_, cost)| *cost == 0).map(|(word, _)| word).collect()
}

/// Words being chosen as triggers.
struct Choice<'a> {
    lexicon: &'a Lexicon,
    /// Of each word; those that are chosen cost nothing.
    costs: Vec<u32>,
    /// By class, in the order of `Class::ALL`, the telling words that are of no phrase: thousands of
    /// numbers in some languages.
    others: Vec<Vec<WordId>>,
}

impl<'a> Choice<'a> {
    fn new(lexicon: &'a Lexicon) -> Self {
        let costs = lexicon.vocabulary.words().map(|word| cost(&word.text, lexicon)).collect();
        let others = Class::ALL.iter().map(|class| class.other_telling_words(lexicon)).collect();
        Self { lexicon, costs, others }
    }

    /// What each match of `items` holds one of, and its cost: of the items that must stand the
    /// cheapest.
    fn rarest(&self, items: &[Item]) -> Option<(u32, Vec<WordId>)> {
        let must_stand = items.iter().filter(|item| !item.is_optional);
        must_stand.filter_map(|item| self.words_of(&item.node)).min_by_key(|(cost, _)| *cost)
    }

    fn words_of(&self, node: &Node) -> Option<(u32, Vec<WordId>)> {
        let rarest = |words: &Phrase| words.iter().copied().min_by_key(|id| self.cost(*id, 0));
        match node {
            Node::Phrases(phrases) => {
                Some(self.priced(phrases.iter().filter_map(rarest).collect(), 0))
            }
            Node::Class(class, _) => {
                let is_common = matches!(
                    class,
                    Class::Number
                        | Class::Ordinal
                        | Class::DayInWords
                        | Class::YearInWords
                        | Class::Modifier
                        | Class::Shift
                );
                let least = if is_common { COMMON } else { RARE };
                let named = class.telling_words_of_phrases(self.lexicon, rarest);
                let others = self.others[*class as usize].iter().copied();
                Some(self.priced(named.chain(others).collect(), least))
            }
            Node::Group(alternatives) => {
                let mut all = Vec::new();
                let mut whole = 0;
                for items in alternatives {
                    let (cost, ids) = self.rarest(items)?;
                    whole += cost;
                    all.extend(ids);
                }
                Some((whole, all))
            }
            Node::SpanStart | Node::SpanEnd | Node::End => None,
        }
    }

    /// `ids` and the cost of all together, of each at least `least`.
    fn priced(&self, mut ids: Vec<WordId>, least: u32) -> (u32, Vec<WordId>) {
        ids.sort_unstable();
        ids.dedup();
        (ids.iter().map(|id| self.cost(*id, least)).sum(), ids)
    }

    fn cost(&self, id: WordId, least: u32) -> u32 {
        match self.costs[id as usize] {
            0 => 0,
            cost => cost.max(least),
        }
    }
}

/// What the word costs that is no trigger yet.
fn cost(text: &str, lexicon: &Lexicon) -> u32 {
    let letters = text.chars().count();
    if !text.starts_with(is_letter) {
        MARK
    } else if lexicon.function_words.contains(text) {
        USUAL[letters.clamp(1, USUAL.len()) - 1]
    } else if letters <= 2 {
        SHORT
    } else {
        RARE
    }
}
