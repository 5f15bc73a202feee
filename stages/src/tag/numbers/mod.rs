//! Numbers in digits and words, for dates and money alike.
//!
//! Invariant: values are exact decimals, never floats; one grammar serves every language, whose
//! words and marks stand in `numbers.toml`.

mod addition;
mod digits;
mod grammar;

pub use grammar::{Number, Numbers};

use crate::lexicon;
use newsloom_languages::folders;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The numbers of the language `tag`, or those in digits alone where it has no words.
pub fn numbers_of(tag: &str) -> &'static Numbers {
    static NUMBERS: LazyLock<BTreeMap<&str, Numbers>> = LazyLock::new(|| {
        let of = |folder| Numbers::new(&lexicon::read(folder, "numbers.toml"));
        folders().iter().map(|folder| (folder.tag, of(folder))).collect()
    });
    static DIGITS: LazyLock<Numbers> = LazyLock::new(|| Numbers::new(&grammar::Words::default()));
    NUMBERS.get(tag).unwrap_or(&DIGITS)
}
