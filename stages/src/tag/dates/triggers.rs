//! Telling at a glance that a sentence holds no date: by digits, and by the words without one of
//! which no rule can match.
//!
//! Invariant: each match of a rule holds a digit or a trigger, so that a sentence without either
//! may be passed over.

use std::collections::BTreeSet;

use super::classes::Class;
use super::lexicon::{Lexicon, Means};
use super::pattern::{Item, Node};
use super::tokens::{Glued, TokenKind, fold, tokenize};
use super::vocabulary::WordId;

/// What a word costs as a trigger: one that stands in every sentence tells nothing.
const USUAL: u32 = 1000;
const COMMON: u32 = 100;
const RARE: u32 = 10;

/// The lengths of triggers, a bit each, by their first two letters.
#[derive(Debug, Default)]
pub struct Prefilter {
    lengths: Vec<u32>,
    /// Any word may begin with another one, so that none can be told by its first letters.
    reads_all: bool,
}

impl Prefilter {
    /// The filter for the words of `lexicon` that are marked as triggers.
    pub fn of(lexicon: &Lexicon) -> Self {
        let reads_all = !lexicon.prefixes.is_empty();
        let mut lengths = vec![0; 27 * 27];
        for word in lexicon.vocabulary.words().filter(|word| word.is_trigger) {
            let word = word.text.as_bytes();
            if word.iter().all(u8::is_ascii_alphabetic) {
                lengths[place(word)] |= length_bit(word);
            }
        }
        Self { lengths, reads_all }
    }

    fn may_be(&self, word: &[u8]) -> bool {
        self.lengths[place(word)] & length_bit(word) != 0
    }
}

/// Whether `text` may hold a date of the language.
pub fn may_hold_date(text: &str, lexicon: &Lexicon) -> bool {
    let bytes = text.as_bytes();
    let in_word = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let mut at = 0;
    while !lexicon.prefilter.reads_all && at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| in_word(byte)).count();
        if length == 0 {
            if bytes[at].is_ascii_digit() {
                return true;
            }
            at += 1;
            continue;
        }
        let word = &text[at..at + length];
        let is_glued = |suffix: &String| {
            let end = length.checked_sub(suffix.len()).and_then(|start| word.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        let holds = if word.is_ascii() && !lexicon.glued_suffixes.iter().any(is_glued) {
            lexicon.prefilter.may_be(word.as_bytes()) && is_trigger(&fold(word), lexicon)
        } else {
            let glued = Glued { suffixes: &lexicon.glued_suffixes, except: &lexicon.glued_except };
            tokenize(word, &glued)
                .iter()
                .any(|token| token.kind == TokenKind::Number || is_trigger(&token.folded, lexicon))
        };
        if holds {
            return true;
        }
        at += length;
    }
    lexicon.prefilter.reads_all
}

fn is_trigger(folded: &str, lexicon: &Lexicon) -> bool {
    let id = lexicon.vocabulary.id(folded);
    id.is_some_and(|id| lexicon.vocabulary.word(id).is_trigger)
}

fn place(word: &[u8]) -> usize {
    let letter = |at: usize| {
        word.get(at).map_or(0, |byte| usize::from(byte.to_ascii_lowercase() - b'a') + 1)
    };
    letter(0) * 27 + letter(1)
}

fn length_bit(word: &[u8]) -> u32 {
    1 << word.len().min(31)
}

/// The words of which each match without digits holds one, for each rule the rarest there are.
pub fn triggers(lexicon: &Lexicon) -> BTreeSet<WordId> {
    let rules = lexicon.rules.iter().filter(|rule| rule.means != Means::Nothing);
    let patterns = rules.flat_map(|rule| rule.patterns.iter().map(move |pattern| (rule, pattern)));
    patterns
        .flat_map(|(rule, pattern)| {
            let found = rarest(&pattern.items, lexicon);
            found.unwrap_or_else(|| panic!("{}: all of a pattern may be missing", rule.name)).1
        })
        .collect()
}

/// What each match of `items` holds one of, and its cost: of the items that must stand the
/// cheapest.
fn rarest(items: &[Item], lexicon: &Lexicon) -> Option<(u32, BTreeSet<WordId>)> {
    let must_stand = items.iter().filter(|item| !item.is_optional);
    must_stand.filter_map(|item| words_of(&item.node, lexicon)).min_by_key(|(cost, _)| *cost)
}

fn words_of(node: &Node, lexicon: &Lexicon) -> Option<(u32, BTreeSet<WordId>)> {
    match node {
        Node::Phrases(phrases) => {
            let rarest =
                |words: &[WordId]| words.iter().copied().min_by_key(|id| cost(*id, lexicon));
            let ids: BTreeSet<WordId> = phrases.iter().filter_map(|words| rarest(words)).collect();
            Some((ids.iter().map(|id| cost(*id, lexicon)).sum(), ids))
        }
        Node::Class(class, _) => {
            let words = class.opening_words(lexicon);
            // A mark before digits is told by the digits.
            let ids = words.iter().filter(|word| word.chars().all(char::is_alphabetic));
            let ids: BTreeSet<WordId> =
                ids.filter_map(|word| lexicon.vocabulary.id(word)).collect();
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
            Some((ids.iter().map(|id| cost(*id, lexicon).max(least)).sum(), ids))
        }
        Node::Group(alternatives) => {
            let mut all = (0, BTreeSet::new());
            for items in alternatives {
                let (cost, ids) = rarest(items, lexicon)?;
                all.0 += cost;
                all.1.extend(ids);
            }
            Some(all)
        }
        Node::SpanStart | Node::SpanEnd | Node::End => None,
    }
}

fn cost(id: WordId, lexicon: &Lexicon) -> u32 {
    let text = lexicon.vocabulary.word(id).text.as_str();
    let is_usual = text.chars().count() <= 2 || lexicon.function_words.contains(text);
    if is_usual { USUAL } else { RARE }
}
