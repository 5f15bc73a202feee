//! What a language's `sentences.toml` says: its abbreviations, the words that begin its
//! sentences, and its habits of punctuation.
//!
//! Invariant: a language is compiled once, when it is first asked for; looking a word up
//! allocates nothing.

use std::collections::HashMap;

use newsloom_languages::{Folder, ROOT};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::marks::{MarkBits, leads_with};
use crate::lexicon::{self, PerLanguage};
use crate::text::is_apostrophe;

/// A `sentences.toml`. Words are whole and in their exact case; abbreviations stand without
/// their last stop, and without spaces (`z.B` is also found in `z. B.`).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// Signs that end a sentence besides those of Unicode.
    terminators: Vec<char>,
    /// Abbreviations that end no sentence (`cf.`).
    never: Vec<String>,
    /// That stand before names, and end no sentence before a capital (`Dr`).
    titles: Vec<String>,
    /// That end one only before a starter (`etc.`, `U.S.`).
    before_starter: Vec<String>,
    /// That go on only before a digit or an item (`No. 5`, `lit. b)`).
    before_number: Vec<String>,
    /// Ends of longer words that do so too (`Lindenstr. 5`).
    before_number_ends: Vec<String>,
    /// That go on only between two numbers (`5 ft. 3 in.`).
    units: Vec<String>,
    /// Times and eras: they end a sentence before a capital, but for a word of `time_goes_on`, or
    /// where the sentence is no more so far than a phrase that begins with a word of
    /// `phrase_openers` (`At 5 p.m. Smith left.`).
    times: Vec<String>,
    time_goes_on: Vec<String>,
    phrase_openers: Vec<String>,
    /// Words that often begin sentences and are no names; with an apostrophe at the end, elided.
    starters: Vec<String>,
    /// Starters that are also a part of surnames: none after an initial.
    name_particles: Vec<String>,
    /// Words that begin a sentence even where the writer left out the capital.
    lower_starters: Vec<String>,
    /// The same after an ellipsis: each with the space after it.
    ellipsis_starters: Vec<String>,
    /// A short number with a stop is an ordinal (`3. Oktober`).
    ordinal_stop: bool,
    /// Names written with `!` or `?`, without it.
    marked_names: Vec<String>,
    /// Words whose number has a stop and belongs to what follows (`Figure 1. The town`).
    labels: Vec<String>,
    /// Words that tell who spoke: after a quotation, their clause goes on with its sentence.
    speech: Vec<String>,
    /// What sticks to a closed quotation and goes on with its sentence.
    after_quotation: Vec<String>,
    /// Last parts of names of sites.
    domains: Vec<String>,
    /// Texts with `|` at each boundary, which run as tests.
    examples: IgnoredAny,
}

/// A property of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Trait {
    Never = 1,
    Title = 1 << 1,
    BeforeStarter = 1 << 2,
    BeforeNumber = 1 << 3,
    Unit = 1 << 4,
    Time = 1 << 5,
    TimeGoesOn = 1 << 6,
    PhraseOpener = 1 << 7,
    Starter = 1 << 8,
    Elided = 1 << 9,
    NameParticle = 1 << 10,
    LowerStarter = 1 << 11,
    MarkedName = 1 << 12,
    Label = 1 << 13,
    Speech = 1 << 14,
    Domain = 1 << 15,
    /// The beginning of an abbreviation with stops inside: `u.a` of `u.a.m`.
    Prefix = 1 << 16,
}

/// All that is known of one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits(u32);

impl Traits {
    const ABBREVIATION: u32 = Trait::Never as u32
        | Trait::Title as u32
        | Trait::BeforeStarter as u32
        | Trait::BeforeNumber as u32
        | Trait::Unit as u32
        | Trait::Time as u32;

    pub fn has(self, which: Trait) -> bool {
        self.0 & which as u32 != 0
    }

    /// Whether the word is an abbreviation of any class.
    pub fn is_abbreviation(self) -> bool {
        self.0 & Self::ABBREVIATION != 0
    }

    /// Whether a stop after the word may be inside an abbreviation that goes on.
    pub fn is_abbreviation_or_prefix(self) -> bool {
        self.is_abbreviation() || self.has(Trait::Prefix)
    }
}

/// The rules of one language.
#[derive(Debug)]
pub struct Rules {
    words: HashMap<Box<str>, Traits>,
    /// First bytes of the marks to stop at.
    pub leads: [MarkBits; 256],
    pub terminators: Vec<char>,
    before_number_ends: Vec<String>,
    pub ordinal_stop: bool,
    pub speech: Vec<String>,
    pub after_quotation: Vec<String>,
    pub ellipsis_starters: Vec<String>,
}

impl Rules {
    fn of(folder: &Folder) -> Self {
        let own: Words = lexicon::read(folder, "sentences.toml");
        let mut rules = Self {
            words: HashMap::new(),
            leads: leads_with(&own.terminators),
            terminators: own.terminators.clone(),
            before_number_ends: own.before_number_ends.clone(),
            ordinal_stop: own.ordinal_stop,
            speech: own.speech.clone(),
            after_quotation: own.after_quotation.clone(),
            ellipsis_starters: own.ellipsis_starters.clone(),
        };
        if folder.tag != ROOT {
            let root = newsloom_languages::folder(ROOT).expect("there is what all share");
            rules.add(&lexicon::read(root, "sentences.toml"));
        }
        rules.add(&own);
        rules
    }

    fn add(&mut self, words: &Words) {
        for (list, which) in [
            (&words.never, Trait::Never),
            (&words.titles, Trait::Title),
            (&words.before_starter, Trait::BeforeStarter),
            (&words.before_number, Trait::BeforeNumber),
            (&words.units, Trait::Unit),
            (&words.times, Trait::Time),
            (&words.time_goes_on, Trait::TimeGoesOn),
            (&words.phrase_openers, Trait::PhraseOpener),
            (&words.name_particles, Trait::NameParticle),
            (&words.lower_starters, Trait::LowerStarter),
            (&words.marked_names, Trait::MarkedName),
            (&words.labels, Trait::Label),
            (&words.speech, Trait::Speech),
            (&words.domains, Trait::Domain),
        ] {
            for word in list {
                self.set(word, which);
            }
        }
        for word in &words.starters {
            match word.strip_suffix(is_apostrophe) {
                Some(elided) => self.set(elided, Trait::Elided),
                None => self.set(word, Trait::Starter),
            }
        }
    }

    fn set(&mut self, word: &str, which: Trait) {
        self.words.entry(word.into()).or_default().0 |= which as u32;
        if Traits(which as u32).is_abbreviation() {
            for (at, _) in word.match_indices('.') {
                self.set(&word[..at], Trait::Prefix);
            }
        }
    }

    /// What is known of `word`.
    pub fn traits(&self, word: &str) -> Traits {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// What is known of a word by how it ends.
    pub fn traits_by_end(&self, word: &str) -> Traits {
        let is_known = self.before_number_ends.iter().any(|end| word.ends_with(end.as_str()));
        if is_known { Traits(Trait::BeforeNumber as u32) } else { Traits::default() }
    }
}

/// The rules of the language `tag`, or those all share where it has none.
pub fn rules_of(tag: &str) -> &'static Rules {
    static RULES: PerLanguage<Rules> = PerLanguage::new(Rules::of);
    RULES.get_or_shared(tag)
}

#[cfg(test)]
mod tests {
    use newsloom_languages::folders;

    use super::*;
    use crate::segment::boundary::boundaries;

    #[derive(Default, Deserialize)]
    struct Examples {
        examples: Vec<String>,
    }

    /// `text` with `|` at each of `ends`.
    fn marked(text: &str, ends: &[usize]) -> String {
        let mut marked = String::new();
        let mut start = 0;
        for end in ends.iter().chain([&text.len()]) {
            let part = text[start..*end].trim();
            marked.push_str(if marked.is_empty() { "" } else { "|" });
            marked.push_str(part);
            start = *end;
        }
        marked
    }

    #[test]
    fn the_examples_of_every_language_are_cut_where_they_say() {
        let mut misses = Vec::new();
        let mut count = 0;
        for folder in folders().iter().filter(|folder| folder.file("sentences.toml").is_some()) {
            let rules = rules_of(folder.tag);
            let written: Examples = lexicon::read(folder, "sentences.toml");
            assert!(!written.examples.is_empty(), "{} has no example", folder.tag);
            for example in &written.examples {
                let parts: Vec<&str> = example.split('|').collect();
                let text = parts.concat();
                let wanted: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
                let mut ends = Vec::new();
                boundaries(&text, rules, &mut ends);
                let found = marked(&text, &ends);
                count += 1;
                if found != wanted.join("|") {
                    misses.push(format!("{}: {example}\n    found {found}", folder.tag));
                }
            }
        }
        assert!(count > 200, "{count} examples");
        assert!(misses.is_empty(), "{} of {count} missed\n{}", misses.len(), misses.join("\n"));
    }

    #[test]
    fn no_language_lists_a_word_twice() {
        let mut misses = Vec::new();
        for folder in folders() {
            let words: Words = lexicon::read(folder, "sentences.toml");
            let classes = [
                &words.never,
                &words.titles,
                &words.before_starter,
                &words.before_number,
                &words.units,
                &words.times,
            ];
            let mut all: Vec<&String> = classes.into_iter().flatten().collect();
            all.sort();
            for pair in all.windows(2).filter(|pair| pair[0] == pair[1]) {
                misses.push(format!("{}: {}", folder.tag, pair[0]));
            }
            let starters: Vec<&String> = words.starters.iter().collect();
            let is_upper = |word: &&&String| !word.starts_with(char::is_lowercase);
            assert_eq!(starters.iter().filter(is_upper).count(), starters.len(), "{}", folder.tag);
        }
        assert!(misses.is_empty(), "{}", misses.join("\n"));
    }
}
