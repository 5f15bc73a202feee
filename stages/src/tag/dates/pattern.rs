//! Patterns over tokens, in a compact notation.
//!
//! - `word`, `,`: a word or mark of the text, in lower case
//! - `<class>`, `<class:slot>`: a class (`day`, `month`, `number`, …), captured under its name or
//!   the slot's
//! - `@list`: one of the phrases of a list of the language
//! - `(a b | c)`: one of several; `x?`: may be missing; `~x`: no white space before it
//! - `{ … }`: what is inside is the mention's span; without braces, all is

use std::collections::{BTreeSet, HashMap};

use super::classes::{Class, Source};

/// A parsed pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    items: Vec<Item>,
}

#[derive(Debug, Clone)]
struct Item {
    node: Node,
    is_optional: bool,
    is_unspaced: bool,
}

#[derive(Debug, Clone)]
enum Node {
    Literal(Vec<String>),
    Class(Class, String),
    List(String),
    Group(Vec<Vec<Item>>),
    SpanStart,
    SpanEnd,
}

/// What a capture holds: a number, or a name of the language's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Captured {
    Number(i64),
    Name(String),
}

/// A match: tokens `start..end`, the span within, and what was captured.
#[derive(Debug, Clone, Default)]
pub struct Match {
    pub end: usize,
    pub span: Option<(usize, usize)>,
    span_start: Option<usize>,
    pub captures: Vec<(String, Captured)>,
}

impl Match {
    /// The number captured under `slot`.
    pub fn number(&self, slot: &str) -> Option<i64> {
        self.captures.iter().find_map(|(name, value)| match value {
            Captured::Number(number) if name == slot => Some(*number),
            _ => None,
        })
    }

    /// The name captured under `slot`.
    pub fn name(&self, slot: &str) -> Option<&str> {
        self.captures.iter().find_map(|(name, value)| match value {
            Captured::Name(text) if name == slot => Some(text.as_str()),
            _ => None,
        })
    }
}

/// What a pattern may begin with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
    Word(String),
    Class(Class),
}

impl Pattern {
    /// Everything a match may begin with, optional parts skipped.
    pub fn openings(&self, lists: &HashMap<String, Vec<Vec<String>>>) -> BTreeSet<Opening> {
        let mut openings = BTreeSet::new();
        collect_openings(&self.items, lists, &mut openings);
        openings
    }

    /// Parses the notation; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let spaced = ["(", ")", "|", "{", "}"]
            .iter()
            .fold(text.to_owned(), |text, mark| text.replace(mark, &format!(" {mark} ")));
        let spaced = spaced.replace(") ?", ")?").replace(")  ?", ")?");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut at = 0;
        let mut alternatives = parse_alternatives(&words, &mut at)?;
        if at < words.len() || alternatives.len() != 1 {
            return Err(format!("{text:?} is not one pattern"));
        }
        Ok(Self { items: alternatives.remove(0) })
    }

    /// The longest match that begins at token `at`.
    pub fn longest(&self, source: &Source, at: usize) -> Option<Match> {
        let start = Match { end: at, ..Match::default() };
        let mut found = Vec::new();
        step(&self.items, source, start, &mut found);
        let mut best: Option<Match> = None;
        for mut candidate in found {
            candidate.span.get_or_insert((at, candidate.end));
            // Of equally long matches the first is the one with most captured.
            let better = best.as_ref().is_none_or(|best| {
                (candidate.end, candidate.captures.len()) > (best.end, best.captures.len())
            });
            if better && candidate.end > at {
                best = Some(candidate);
            }
        }
        best
    }

    /// The words that must stand in a text for this pattern to match: literals and lists.
    pub fn literals(&self, lists: &HashMap<String, Vec<Vec<String>>>) -> BTreeSet<String> {
        fn collect(
            items: &[Item],
            lists: &HashMap<String, Vec<Vec<String>>>,
            out: &mut BTreeSet<String>,
        ) {
            for item in items {
                match &item.node {
                    Node::Literal(words) => out.extend(words.iter().cloned()),
                    Node::List(name) => {
                        out.extend(lists.get(name).into_iter().flatten().flatten().cloned());
                    }
                    Node::Group(alternatives) => {
                        for alternative in alternatives {
                            collect(alternative, lists, out);
                        }
                    }
                    _ => {}
                }
            }
        }
        let mut words = BTreeSet::new();
        collect(&self.items, lists, &mut words);
        words.retain(|word| word.chars().count() > 2);
        words
    }
}

/// Adds what `items` may begin with; whether they may also be empty.
fn collect_openings(
    items: &[Item],
    lists: &HashMap<String, Vec<Vec<String>>>,
    openings: &mut BTreeSet<Opening>,
) -> bool {
    for item in items {
        let may_be_empty = match &item.node {
            Node::SpanStart | Node::SpanEnd => true,
            Node::Literal(words) => {
                openings.extend(words.first().cloned().map(Opening::Word));
                false
            }
            Node::List(name) => {
                let phrases = lists.get(name).into_iter().flatten();
                openings
                    .extend(phrases.filter_map(|words| words.first().cloned()).map(Opening::Word));
                false
            }
            Node::Class(class, _) => {
                openings.insert(Opening::Class(*class));
                false
            }
            Node::Group(alternatives) => {
                let mut any_empty = false;
                for alternative in alternatives {
                    any_empty |= collect_openings(alternative, lists, openings);
                }
                any_empty
            }
        };
        if !may_be_empty && !item.is_optional {
            return false;
        }
    }
    true
}

fn parse_alternatives(words: &[&str], at: &mut usize) -> Result<Vec<Vec<Item>>, String> {
    let mut alternatives = vec![Vec::new()];
    while let Some(word) = words.get(*at) {
        *at += 1;
        match *word {
            "|" => alternatives.push(Vec::new()),
            ")" | ")?" => {
                *at -= 1;
                break;
            }
            word => {
                let item = parse_item(word, words, at)?;
                alternatives.last_mut().expect("there is one").push(item);
            }
        }
    }
    Ok(alternatives)
}

fn parse_item(word: &str, words: &[&str], at: &mut usize) -> Result<Item, String> {
    let (word, is_unspaced) = word.strip_prefix('~').map_or((word, false), |rest| (rest, true));
    if word == "(" {
        let alternatives = parse_alternatives(words, at)?;
        let close = words.get(*at).ok_or("a bracket is not closed")?;
        *at += 1;
        let is_optional = *close == ")?";
        return Ok(Item { node: Node::Group(alternatives), is_optional, is_unspaced });
    }
    let (word, is_optional) = match word.strip_suffix('?') {
        Some(rest) if !rest.is_empty() => (rest, true),
        _ => (word, false),
    };
    let node = if word == "{" {
        Node::SpanStart
    } else if word == "}" {
        Node::SpanEnd
    } else if let Some(name) = word.strip_prefix('<').and_then(|word| word.strip_suffix('>')) {
        let (class, slot) = name.split_once(':').unwrap_or((name, name));
        let class = Class::of(class).ok_or_else(|| format!("there is no class <{class}>"))?;
        Node::Class(class, slot.to_owned())
    } else if let Some(name) = word.strip_prefix('@') {
        Node::List(name.to_owned())
    } else {
        Node::Literal(super::lexicon::phrase(word))
    };
    Ok(Item { node, is_optional, is_unspaced })
}

/// All ways to go on from `state` through `items`.
fn step(items: &[Item], source: &Source, state: Match, found: &mut Vec<Match>) {
    let Some((item, rest)) = items.split_first() else {
        found.push(state);
        return;
    };
    if item.is_optional {
        step(rest, source, state.clone(), found);
    }
    let spaced = source.tokens.get(state.end).is_some_and(|token| token.is_spaced);
    if item.is_unspaced && spaced {
        return;
    }
    match &item.node {
        Node::SpanStart => {
            let span_start = Some(state.end);
            step(rest, source, Match { span_start, ..state }, found);
        }
        Node::SpanEnd => {
            let span = state.span_start.map(|start| (start, state.end));
            step(rest, source, Match { span, ..state }, found);
        }
        Node::Literal(words) => {
            if source.has_phrase(state.end, words) {
                let end = state.end + words.len();
                step(rest, source, Match { end, ..state }, found);
            }
        }
        Node::List(name) => {
            let phrases = source.lexicon.lists.get(name).map(Vec::as_slice).unwrap_or_default();
            for words in phrases.iter().filter(|words| source.has_phrase(state.end, words)) {
                let end = state.end + words.len();
                step(rest, source, Match { end, ..state.clone() }, found);
            }
        }
        Node::Class(class, slot) => {
            for (length, value) in class.read(source, state.end) {
                let mut next = state.clone();
                next.end += length;
                next.captures.push((slot.clone(), value));
                step(rest, source, next, found);
            }
        }
        Node::Group(alternatives) => {
            for alternative in alternatives {
                let mut inside = Vec::new();
                step(alternative, source, state.clone(), &mut inside);
                for state in inside {
                    step(rest, source, state, found);
                }
            }
        }
    }
}
