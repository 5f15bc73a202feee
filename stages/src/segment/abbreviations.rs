//! What a language's `sentences.toml` says: abbreviations in classes, and habits of punctuation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use newsloom_languages::{Folder, ROOT, folders};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::lexicon;

/// A `sentences.toml`. Abbreviations are written without their last stop, in their exact case.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    /// End no sentence (`M.`, `art.`).
    never: Vec<String>,
    /// End one only before a word that often begins sentences (`etc.`, `U.S.`).
    before_starter: Vec<String>,
    /// End none before a digit (`No.`, `p.`).
    before_number: Vec<String>,
    /// Stand before names (`Dr`, `Mme`).
    titles: Vec<String>,
    /// A number with a stop is an ordinal (`3. Oktober`).
    ordinal_stop: bool,
    /// Texts with `|` at each boundary, which run as tests.
    examples: IgnoredAny,
}

/// How an abbreviation may end a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Never,
    BeforeStarter,
    NotBeforeNumber,
}

/// The rules of one language.
#[derive(Debug, Default)]
pub struct Rules {
    classes: BTreeMap<String, Class>,
    starters: BTreeSet<String>,
    pub ordinal_stop: bool,
}

impl Rules {
    fn of(folder: &Folder, root: &Words) -> Self {
        let own: Words = lexicon::read(folder, "sentences.toml");
        let mut classes = BTreeMap::new();
        for words in [root, &own] {
            for (list, class) in [
                (&words.never, Class::Never),
                (&words.titles, Class::Never),
                (&words.before_starter, Class::BeforeStarter),
                (&words.before_number, Class::NotBeforeNumber),
            ] {
                classes.extend(list.iter().map(|word| (word.clone(), class)));
            }
        }
        let language = lexicon::languages().iter().find(|(tag, _)| *tag == folder.tag);
        let starters = language.map(|(_, words)| words.function_words.iter().cloned().collect());
        Self { classes, starters: starters.unwrap_or_default(), ordinal_stop: own.ordinal_stop }
    }

    /// The class of the word before a stop, if it is an abbreviation.
    pub fn class(&self, word: &str) -> Option<Class> {
        self.classes.get(word).copied()
    }

    /// Whether `word` often begins sentences.
    pub fn is_starter(&self, word: &str) -> bool {
        self.starters.contains(&word.to_lowercase())
    }
}

/// The rules of the language `tag`, or the shared ones where it has none.
pub fn rules_of(tag: &str) -> &'static Rules {
    static RULES: LazyLock<BTreeMap<&str, Rules>> = LazyLock::new(|| {
        let root: Words = newsloom_languages::folder(ROOT)
            .map_or_else(Words::default, |root| lexicon::read(root, "sentences.toml"));
        folders().iter().map(|folder| (folder.tag, Rules::of(folder, &root))).collect()
    });
    RULES.get(tag).or_else(|| RULES.get(ROOT)).expect("there is a folder of what all share")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::boundary::boundaries;

    #[derive(Default, Deserialize)]
    struct Examples {
        examples: Vec<String>,
    }

    #[test]
    fn the_examples_of_every_language_are_cut_where_they_say() {
        let mut misses = Vec::new();
        let mut count = 0;
        for folder in folders() {
            let rules = rules_of(folder.tag);
            let written: Examples = lexicon::read(folder, "sentences.toml");
            for example in &written.examples {
                let parts: Vec<&str> = example.split('|').collect();
                let text = parts.concat();
                let mut at = 0;
                let mut expected: Vec<usize> = parts
                    .iter()
                    .map(|part| {
                        at += part.len();
                        at
                    })
                    .collect();
                expected.pop();
                let found = boundaries(&text, rules);
                count += 1;
                let trimmed = |ends: &[usize]| -> Vec<usize> {
                    ends.iter().map(|end| text[..*end].trim_end().len()).collect()
                };
                if trimmed(&found) != trimmed(&expected) {
                    misses.push(format!("{}: {example}\n   cut at {found:?}", folder.tag));
                }
            }
        }
        assert!(count > 0);
        assert!(misses.is_empty(), "{} of {count} examples\n{}", misses.len(), misses.join("\n"));
    }
}
