//! Patterns over tokens, in a compact notation.
//!
//! - `word`, `,`: a word or mark of the text, in lower case
//! - `<class>`, `<class:slot>`: a class (`day`, `month`, `number`, …), captured under its name or
//!   the slot's
//! - `@list`: one of the phrases of a list of the language
//! - `(a b | c)`: one of several; `x?`: may be missing; `~x`: no white space before it
//! - `$`: the end of the sentence
//! - `{ … }`: what is inside is the mention's span; without braces, all is
//!
//! Invariant: an item is tried only at a token that may begin it (`Item::opens`), and a pattern
//! only where each of its parts may still come (`Pattern::needs`).

use std::collections::BTreeSet;

use super::classes::Class;
use super::lexicon::Lists;
use super::vocabulary::{Marks, Phrase, Vocabulary, WordId};

/// A parsed pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub items: Vec<Item>,
    /// A match needs one of each of these, in tokens from its first on.
    pub needs: Vec<Marks>,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub node: Node,
    pub is_optional: bool,
    pub is_unspaced: bool,
    /// What the item begins with; none where it may take no token.
    pub opens: Option<Marks>,
}

#[derive(Debug, Clone)]
pub enum Node {
    /// One of these; a word of the pattern is the only one.
    Phrases(Vec<Phrase>),
    Class(Class, String),
    Group(Vec<Vec<Item>>),
    SpanStart,
    SpanEnd,
    /// The end of the sentence.
    End,
}

/// What a pattern may begin with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
    Word(WordId),
    Class(Class),
}

impl Opening {
    fn marks(&self) -> Marks {
        match self {
            Self::Word(id) => Marks::of_word(*id),
            Self::Class(class) => Marks::of_class(*class),
        }
    }
}

impl Pattern {
    /// Everything a match may begin with, optional parts skipped.
    pub fn openings(&self) -> BTreeSet<Opening> {
        let mut openings = BTreeSet::new();
        collect_openings(&self.items, &mut openings);
        openings
    }

    /// Parses the notation; the error says what is wrong with it.
    pub fn parse(text: &str, lists: &Lists, vocabulary: &mut Vocabulary) -> Result<Self, String> {
        let spaced = ["(", ")", "|", "{", "}"]
            .iter()
            .fold(text.to_owned(), |text, mark| text.replace(mark, &format!(" {mark} ")));
        let spaced = spaced.replace(") ?", ")?").replace(")  ?", ")?");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut parser = Parser { words: &words, at: 0, lists, vocabulary };
        let mut alternatives = parser.alternatives()?;
        if parser.at < words.len() || alternatives.len() != 1 {
            return Err(format!("{text:?} is not one pattern"));
        }
        let items = alternatives.remove(0);
        let must_stand = items.iter().filter(|item| !item.is_optional);
        Ok(Self { needs: must_stand.filter_map(|item| item.opens).collect(), items })
    }
}

/// Adds what `items` may begin with; whether they may also be empty.
fn collect_openings(items: &[Item], openings: &mut BTreeSet<Opening>) -> bool {
    items.iter().all(|item| node_openings(&item.node, openings) || item.is_optional)
}

/// Adds what `node` may begin with; whether it may also be empty.
fn node_openings(node: &Node, openings: &mut BTreeSet<Opening>) -> bool {
    match node {
        Node::SpanStart | Node::SpanEnd | Node::End => return true,
        Node::Phrases(phrases) => {
            let firsts = phrases.iter().filter_map(|words| words.first());
            openings.extend(firsts.map(|id| Opening::Word(*id)));
        }
        Node::Class(class, _) => {
            openings.insert(Opening::Class(*class));
        }
        Node::Group(alternatives) => {
            let mut any_empty = false;
            for alternative in alternatives {
                any_empty |= collect_openings(alternative, openings);
            }
            return any_empty;
        }
    }
    false
}

/// The notation being read, word by word.
struct Parser<'a> {
    words: &'a [&'a str],
    at: usize,
    lists: &'a Lists,
    vocabulary: &'a mut Vocabulary,
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Result<Vec<Vec<Item>>, String> {
        let mut alternatives = vec![Vec::new()];
        while let Some(word) = self.words.get(self.at) {
            match *word {
                ")" | ")?" => break,
                "|" => {
                    self.at += 1;
                    alternatives.push(Vec::new());
                }
                word => {
                    self.at += 1;
                    let item = self.item(word)?;
                    alternatives.last_mut().expect("there is one").push(item);
                }
            }
        }
        Ok(alternatives)
    }

    fn item(&mut self, word: &str) -> Result<Item, String> {
        let (word, is_unspaced) = word.strip_prefix('~').map_or((word, false), |rest| (rest, true));
        if word == "(" {
            let node = Node::Group(self.alternatives()?);
            let close = self.words.get(self.at).ok_or("a bracket is not closed")?;
            self.at += 1;
            return Ok(item(node, *close == ")?", is_unspaced));
        }
        let (word, is_optional) = match word.strip_suffix('?') {
            Some(rest) if !rest.is_empty() => (rest, true),
            _ => (word, false),
        };
        let node = if word == "{" {
            Node::SpanStart
        } else if word == "}" {
            Node::SpanEnd
        } else if word == "$" {
            Node::End
        } else if let Some(name) = word.strip_prefix('<').and_then(|word| word.strip_suffix('>')) {
            let (class, slot) = name.split_once(':').unwrap_or((name, name));
            let class = Class::of(class).ok_or_else(|| format!("there is no class <{class}>"))?;
            Node::Class(class, slot.to_owned())
        } else if let Some(name) = word.strip_prefix('@') {
            let phrases =
                self.lists.get(name).ok_or_else(|| format!("there is no list @{name}"))?;
            Node::Phrases(phrases.clone())
        } else {
            Node::Phrases(vec![self.vocabulary.add_phrase(word)])
        };
        Ok(item(node, is_optional, is_unspaced))
    }
}

fn item(node: Node, is_optional: bool, is_unspaced: bool) -> Item {
    let mut openings = BTreeSet::new();
    let may_be_empty = node_openings(&node, &mut openings);
    let all = openings.iter().fold(Marks::default(), |all, opening| all.and(opening.marks()));
    Item { node, is_optional, is_unspaced, opens: (!may_be_empty).then_some(all) }
}
