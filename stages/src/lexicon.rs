//! Reads the typed content of a language's files.
//!
//! Invariant: language files are part of the program and tested with it, so a malformed one is a
//! fault of the build, not of the input.

use newsloom_languages::Folder;
use serde::de::DeserializeOwned;

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
