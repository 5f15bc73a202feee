//! Reads the typed content of a language's files.
//!
//! Invariant: language files are part of the program and tested with it, so a malformed one is a
//! fault of the build, not of the input.

use std::sync::{LazyLock, OnceLock};

use newsloom_languages::{Folder, ROOT, folders};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::words::WordMap;

/// The content of `folder`'s file `name`, or the type's default where the language has none.
///
/// # Panics
/// Where the file does not fit `T`; the tests read every file of every language.
pub fn read<T: DeserializeOwned + Default>(folder: &Folder, name: &str) -> T {
    let Some(text) = folder.file(name) else { return T::default() };
    match toml::from_str(text) {
        Ok(content) => content,
        Err(error) => panic!("languages/{}/{name}: {error}", folder.tag),
    }
}

/// What a stage makes of a language's files, made when the language is first asked for.
#[derive(Debug)]
pub struct PerLanguage<T> {
    /// By tag.
    made: OnceLock<WordMap<(&'static Folder, OnceLock<T>)>>,
    make: fn(&'static Folder) -> T,
}

impl<T> PerLanguage<T> {
    pub const fn new(make: fn(&'static Folder) -> T) -> Self {
        Self { made: OnceLock::new(), make }
    }

    /// That of the language `tag`, if it has a folder.
    pub fn get(&self, tag: &str) -> Option<&T> {
        let made = self.made.get_or_init(|| {
            let mut made = WordMap::default();
            folders().iter().for_each(|folder| made.insert(folder.tag, (folder, OnceLock::new())));
            made
        });
        let (folder, made) = made.get(tag)?;
        Some(made.get_or_init(|| (self.make)(folder)))
    }

    /// That of the language `tag`, or of what all share where it has no folder.
    pub fn get_or_shared(&self, tag: &str) -> &T {
        self.get(tag).or_else(|| self.get(ROOT)).expect("there is a folder of what all share")
    }
}

/// What every language has: its `language.toml`, as far as a language (not `root`) uses it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LanguageWords {
    /// The language's own name.
    pub name: String,
    /// Words that its prose is full of, in lower case.
    pub function_words: Vec<String>,
}

/// The tag and words of every language in full. A folder without `language.toml` (`root`, and
/// languages of which only the punctuation is known) is none.
pub fn languages() -> &'static [(&'static str, LanguageWords)] {
    static LANGUAGES: LazyLock<Vec<(&str, LanguageWords)>> = LazyLock::new(|| {
        let own = folders()
            .iter()
            .filter(|folder| folder.tag != ROOT && folder.file("language.toml").is_some());
        own.map(|folder| (folder.tag, read(folder, "language.toml"))).collect()
    });
    &LANGUAGES
}

/// A language's `calendar.toml`. Words are in lower case, without a stop.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarWords {
    /// From January on, the full name first.
    pub months: Vec<Vec<String>>,
    /// From Monday on, the full name first.
    pub weekdays: Vec<Vec<String>>,
    /// Words between the parts of a date.
    pub joiners: Vec<String>,
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_language_has_a_name_and_function_words() {
        assert!(super::languages().len() >= 2);
        for (tag, words) in super::languages() {
            assert!(!words.name.is_empty(), "{tag}");
            assert!(words.function_words.len() >= 20, "{tag}");
            let lower = |word: &String| word.to_lowercase() == *word;
            assert!(words.function_words.iter().all(lower), "{tag}");
        }
    }
}
