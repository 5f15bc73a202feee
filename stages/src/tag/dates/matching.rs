//! Matching one pattern at one token: all ways through its items, the longest kept.
//!
//! Invariant: what was captured is kept on one stack; it is copied only where a match is the
//! longest so far.

use std::borrow::Cow;

use super::pattern::{Item, Node, Pattern};
use super::source::Source;

/// What a capture holds: a number, two that make one of them ("two or three"), or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Captured {
    Number(i64),
    Numbers(i64, i64),
    Name(Cow<'static, str>),
}

/// A match: from token `start` up to `end`, the span within, and what was captured.
#[derive(Debug, Clone)]
pub struct Match {
    pub start: usize,
    pub end: usize,
    pub span: (usize, usize),
    captures: Vec<(&'static str, Captured)>,
}

impl Match {
    /// The number captured under `slot`; of two the last.
    pub fn number(&self, slot: &str) -> Option<i64> {
        self.captures.iter().find_map(|(name, value)| match value {
            Captured::Number(number) | Captured::Numbers(_, number) if *name == slot => {
                Some(*number)
            }
            _ => None,
        })
    }

    /// The match with the first of two numbers alone, where it has captured two.
    pub fn with_first(&self) -> Option<Self> {
        let is_two = |value: &Captured| matches!(value, Captured::Numbers(..));
        if !self.captures.iter().any(|(_, value)| is_two(value)) {
            return None;
        }
        let first = |value: &Captured| match value {
            Captured::Numbers(first, _) => Captured::Number(*first),
            other => other.clone(),
        };
        let captures = self.captures.iter().map(|(name, value)| (*name, first(value)));
        Some(Self { captures: captures.collect(), ..*self })
    }

    /// The name captured under `slot`.
    pub fn name(&self, slot: &str) -> Option<&str> {
        self.captures.iter().find_map(|(name, value)| match value {
            Captured::Name(text) if *name == slot => Some(text.as_ref()),
            _ => None,
        })
    }
}

/// The longest match of `pattern` that begins at token `start`.
pub fn longest(pattern: &'static Pattern, source: &Source, start: usize) -> Option<Match> {
    if !pattern.needs.iter().all(|need| source.has_ahead(start, *need)) {
        return None;
    }
    let mut search = Search { source, start, captures: Vec::new(), best: None };
    let state = State { at: start, span_start: None, span: None };
    search.step(Rest { items: &pattern.items, after: None }, state);
    search.best
}

struct Search<'a> {
    source: &'a Source<'a>,
    start: usize,
    captures: Vec<(&'static str, Captured)>,
    best: Option<Match>,
}

/// How far a way has come, what it captured apart.
#[derive(Clone, Copy)]
struct State {
    at: usize,
    span_start: Option<usize>,
    span: Option<(usize, usize)>,
}

/// The items still to come: the rest of a group's, then those after the group.
#[derive(Clone, Copy)]
struct Rest<'a> {
    items: &'static [Item],
    after: Option<&'a Rest<'a>>,
}

impl Search<'_> {
    /// Tries all ways to go on from `state`.
    fn step(&mut self, rest: Rest, state: State) {
        let Some((item, items)) = rest.items.split_first() else {
            match rest.after {
                Some(after) => self.step(*after, state),
                None => self.keep_longest(state),
            }
            return;
        };
        let rest = Rest { items, ..rest };
        if item.is_optional {
            self.step(rest, state);
        }
        let source = self.source;
        if !source.may_stand(state.at, item) {
            return;
        }
        match &item.node {
            Node::SpanStart => self.step(rest, State { span_start: Some(state.at), ..state }),
            Node::SpanEnd => {
                let span = state.span_start.map(|start| (start, state.at));
                self.step(rest, State { span, ..state });
            }
            Node::End => {
                if state.at == source.tokens.len() {
                    self.step(rest, state);
                }
            }
            Node::Phrases(phrases) => {
                for words in phrases.iter().filter(|words| source.has_phrase(state.at, words)) {
                    self.step(rest, State { at: state.at + words.len(), ..state });
                }
            }
            Node::Class(class, slot) => {
                if let Some((length, value)) = class.read(source, state.at) {
                    self.captures.push((slot, value));
                    self.step(rest, State { at: state.at + length, ..state });
                    self.captures.pop();
                }
            }
            Node::Group(alternatives) => {
                for items in alternatives {
                    self.step(Rest { items, after: Some(&rest) }, state);
                }
            }
        }
    }

    /// Of equally long matches the first is the one with most captured.
    fn keep_longest(&mut self, state: State) {
        let better = self
            .best
            .as_ref()
            .is_none_or(|best| (state.at, self.captures.len()) > (best.end, best.captures.len()));
        if better && state.at > self.start {
            let span = state.span.unwrap_or((self.start, state.at));
            let captures = self.captures.clone();
            self.best = Some(Match { start: self.start, end: state.at, span, captures });
        }
    }
}
