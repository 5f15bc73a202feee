//! Numbers in digits and words, for dates and money alike.
//!
//! Invariant: values are exact decimals, never floats; one grammar serves every language, whose
//! words and marks stand in `numbers.toml`.

mod addition;
mod digits;
mod grammar;

pub use grammar::{Number, Numbers};

use crate::lexicon::{self, PerLanguage};

/// The numbers of the language `tag`, or those in digits alone where it has no words.
pub fn numbers_of(tag: &str) -> &'static Numbers {
    static NUMBERS: PerLanguage<Numbers> =
        PerLanguage::new(|folder| Numbers::new(&lexicon::read(folder, "numbers.toml")));
    NUMBERS.get_or_shared(tag)
}
