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
//! A pattern that captures `first` before its span is of a later member of a list ("siglos XVI y
//! XVII"): it is tried where its rule has found a member before.
//!
//! Invariant: an item is tried only at a token that may begin it (`Item::opens`), and a pattern
//! only where each of its parts may still come (`Pattern::needs`).

use std::collections::BTreeMap;

use super::classes::Class;
use super::lexicon::Lists;
use super::vocabulary::{Marks, Phrase, Vocabulary, WordId};

/// The slot of the first member of a list.
const FIRST: &str = "first";

/// A parsed pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub items: Vec<Item>,
    /// A match needs one of each of these, in tokens from its first on.
    pub needs: Vec<Marks>,
    /// Its mention is a later member of a list.
    pub is_later: bool,
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
    /// Everything a match may begin with, optional parts skipped, with what may stand behind the
    /// word or the reading of the class; none where anything may, or nothing.
    pub fn openings(&self) -> Openings {
        let mut openings = Openings::new();
        let whole = Rest { items: &self.items, after: None };
        each_beginning(whole, &mut |node, rest| {
            let behind = first_marks(rest);
            for (opening, second) in node.beginnings() {
                let next = second.map_or(behind, |second| Some(Marks::of_word(second)));
                let known = openings.entry(opening).or_insert(Some(Marks::default()));
                *known = known.zip(next).map(|(known, next)| known.and(next));
            }
        });
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
        let needs = must_stand.filter_map(|item| item.opens).collect();
        let mut before_span = items.iter().take_while(|item| !matches!(item.node, Node::SpanStart));
        let is_later =
            before_span.any(|item| matches!(&item.node, Node::Class(_, slot) if slot == FIRST));
        Ok(Self { needs, is_later, items })
    }
}

/// What may begin a match, and what may stand behind each.
pub type Openings = BTreeMap<Opening, Option<Marks>>;

/// Items, and those after the group that they are of.
#[derive(Clone, Copy)]
struct Rest<'a> {
    items: &'a [Item],
    after: Option<&'a Rest<'a>>,
}

/// Shows `see` each word list and class that `rest` may begin with, and what comes behind it; whether
/// `rest` may also be empty.
fn each_beginning(rest: Rest, see: &mut dyn FnMut(&Node, Rest)) -> bool {
    let Some((item, items)) = rest.items.split_first() else {
        return rest.after.is_none_or(|after| each_beginning(*after, see));
    };
    let rest = Rest { items, ..rest };
    let mut may_be_empty = false;
    match &item.node {
        Node::SpanStart | Node::SpanEnd | Node::End => return each_beginning(rest, see),
        Node::Phrases(_) | Node::Class(..) => see(&item.node, rest),
        Node::Group(alternatives) => {
            for items in alternatives {
                may_be_empty |= each_beginning(Rest { items, after: Some(&rest) }, see);
            }
        }
    }
    if item.is_optional {
        may_be_empty |= each_beginning(rest, see);
    }
    may_be_empty
}

/// What `rest` may begin with; none where it may be empty.
fn first_marks(rest: Rest) -> Option<Marks> {
    let mut marks = Marks::default();
    let may_be_empty = each_beginning(rest, &mut |node, _| {
        node.beginnings().for_each(|(opening, _)| marks = marks.and(opening.marks()));
    });
    (!may_be_empty).then_some(marks)
}

impl Node {
    /// What a word list or class begins with, of a phrase of several words the second too.
    fn beginnings(&self) -> impl Iterator<Item = (Opening, Option<WordId>)> {
        let (phrases, class) = match self {
            Self::Phrases(phrases) => (phrases.as_slice(), None),
            Self::Class(class, _) => (&[][..], Some(*class)),
            Self::SpanStart | Self::SpanEnd | Self::End | Self::Group(_) => (&[][..], None),
        };
        let words = phrases.iter().filter_map(|words| {
            words.first().map(|first| (Opening::Word(*first), words.get(1).copied()))
        });
        words.chain(class.map(|class| (Opening::Class(class), None)))
    }
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
    let mut item = Item { node, is_optional: false, is_unspaced, opens: None };
    let alone = Rest { items: std::slice::from_ref(&item), after: None };
    item.opens = first_marks(alone);
    Item { is_optional, ..item }
}
