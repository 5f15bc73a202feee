//! The configuration: `newsloom.toml`, whose keys are the fields below.
//!
//! Invariant: an unknown key or a wrong value is an error that names its line; every key has a
//! default, and is described in `newsloom.toml` and `docs/CONFIG.md`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::article::StageSettings;

/// The file read where none is named.
pub const DEFAULT_PATH: &str = "newsloom.toml";

/// Offsets are 32 bits wide, and a byte of raw text becomes at most three of UTF-8.
const ARTICLE_BYTES_LIMIT: u64 = u32::MAX as u64 / 4;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub paths: Paths,
    pub limits: Limits,
    pub decode: newsloom_stages::decode::Settings,
    pub repeat: newsloom_stages::repeat::Settings,
    pub strip: newsloom_stages::strip::Settings,
    pub detect: newsloom_stages::detect::Settings,
    pub segment: newsloom_stages::segment::Settings,
    pub tag: newsloom_stages::tag::Settings,
}

/// Where things lie. In the file, relative paths start from the folder that the file is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    pub raw: PathBuf,
    pub out: PathBuf,
    pub cache: PathBuf,
}

impl Default for Paths {
    fn default() -> Self {
        Self { raw: "raw".into(), out: "outputs".into(), cache: ".newsloom".into() }
    }
}

impl Paths {
    /// # Errors
    /// Where a folder that is written lies in the one that is read, so that a run would read what
    /// it wrote, or where what is replaced as a whole holds more than the tables.
    pub fn check(&self) -> Result<(), ConfigError> {
        let [raw, out, cache] = [&self.raw, &self.out, &self.cache].map(|path| resolved(path));
        let here = resolved(Path::new("."));
        for (what, folder) in [("out", &out), ("cache", &cache)] {
            // What lies in a hidden folder is not scanned.
            let inside = folder.strip_prefix(&raw).ok();
            let hidden = |part: &std::ffi::OsStr| part.as_encoded_bytes().starts_with(b".");
            if inside.is_some_and(|inside| !inside.iter().any(hidden)) {
                return Err(ConfigError::Inside { what, folder: folder.clone(), of: raw });
            }
        }
        for (what, held) in [("raw", &raw), ("cache", &cache), ("the working directory", &here)] {
            if held.starts_with(&out) {
                return Err(ConfigError::Inside { what, folder: held.clone(), of: out });
            }
        }
        Ok(())
    }
}

/// `path`, absolute and without links, as far as it is there.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|there| Some((there, fs::canonicalize(there).ok()?)));
    let Some((there, real)) = there else { return path.clone() };
    let rest = path.strip_prefix(there).expect("it is an ancestor");
    if rest.as_os_str().is_empty() { real } else { real.join(rest) }
}

/// What is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A larger file becomes a row in `rejects`.
    pub article_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { article_bytes_max: 32 << 20 }
    }
}

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {path}: {error}")]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{path}: {error}")]
    Malformed { path: PathBuf, error: Box<toml::de::Error> },
    #[error("{what} ({folder}) must not lie in {of}; name another folder")]
    Inside { what: &'static str, folder: PathBuf, of: PathBuf },
    #[error("{path}, line {line}: {key}: {fault}")]
    Wrong { path: PathBuf, line: usize, key: String, fault: String },
}

impl Config {
    /// The settings of the stages.
    pub fn stages(&self) -> StageSettings {
        StageSettings {
            decode: self.decode.clone(),
            repeat: self.repeat.clone(),
            strip: self.strip.clone(),
            detect: self.detect.clone(),
            segment: self.segment.clone(),
            tag: self.tag.clone(),
        }
    }

    /// Reads `path`, or the default file where it is there, or takes the defaults.
    ///
    /// # Errors
    /// Where a named file cannot be read, or a file is malformed.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let is_named = path.is_some();
        let path = path.unwrap_or(Path::new(DEFAULT_PATH));
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(error) if !is_named && error.kind() == io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(error) => Err(ConfigError::Unreadable { path: path.to_owned(), error }),
        }
    }

    /// Reads the text of the file at `path`.
    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let malformed = |error: toml::de::Error| ConfigError::Malformed {
            path: path.to_owned(),
            error: error.into(),
        };
        let mut config: Self = toml::from_str(text).map_err(malformed)?;
        if let Some(Fault { keys, fault }) = config.fault() {
            let table = DeTable::parse(text).map_err(malformed)?;
            let line = 1 + text[..offset_of(table.get_ref(), &keys)].matches('\n').count();
            let (path, key) = (path.to_owned(), keys.join("."));
            return Err(ConfigError::Wrong { path, line, key, fault });
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let Paths { raw, out, cache } = &mut config.paths;
        for place in [raw, out, cache] {
            *place = folder.join(&*place);
        }
        Ok(config)
    }

    /// The first value that has the right type and yet cannot be meant.
    fn fault(&self) -> Option<Fault> {
        let bytes = self.limits.article_bytes_max;
        if !(1..=ARTICLE_BYTES_LIMIT).contains(&bytes) {
            let fault = format!("{bytes} is not between 1 and {ARTICLE_BYTES_LIMIT}");
            return Some(Fault::at(["limits", "article_bytes_max"], fault));
        }
        if let Some(tag) = self.detect.allowed.iter().find(|tag| !is_language(tag)) {
            return Some(Fault::at(["detect", "allowed"], not_a_language(tag)));
        }
        for (language, codes) in &self.tag.default_currencies {
            let keys = ["tag", "default_currencies", language];
            if !is_language(language) {
                return Some(Fault::at(keys, not_a_language(language)));
            }
            if let Some(code) = codes.iter().find(|code| !is_currency(code)) {
                let fault = format!("{code:?} is no currency code of ISO 4217, such as \"USD\"");
                return Some(Fault::at(keys, fault));
            }
        }
        for (key, country) in &self.tag.countries {
            let keys = ["tag", "countries", key];
            if !is_language(key) && !key.contains('.') {
                return Some(Fault::at(keys, format!("{}, and no host", not_a_language(key))));
            }
            if !is_country(country) {
                let fault = format!("{country:?} is no country code of ISO 3166, such as \"MA\"");
                return Some(Fault::at(keys, fault));
            }
        }
        None
    }
}

/// A wrong value and the way to it.
struct Fault {
    keys: Vec<String>,
    fault: String,
}

impl Fault {
    fn at<const N: usize>(keys: [&str; N], fault: String) -> Self {
        Self { keys: keys.map(str::to_owned).to_vec(), fault }
    }
}

fn is_language(tag: &str) -> bool {
    matches!(tag.len(), 2 | 3) && tag.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn not_a_language(tag: &str) -> String {
    format!("{tag:?} is no primary language tag of BCP 47, such as \"fr\"")
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Where in the text the value at the end of `keys` begins, or the last of them that is there.
fn offset_of(mut table: &DeTable, keys: &[String]) -> usize {
    let mut offset = 0;
    for key in keys {
        let Some(value): Option<&Spanned<DeValue>> = table.get(key.as_str()) else { break };
        offset = value.span().start;
        let Some(inner) = value.get_ref().as_table() else { break };
        table = inner;
    }
    offset
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const FILE: &str = include_str!("../../newsloom.toml");
    const DOCS: &str = include_str!("../../docs/CONFIG.md");

    /// The keys of `table`, dotted; one without keys of its own is a key itself.
    fn keys(prefix: &str, table: &toml::Table) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (key, value) in table {
            let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                toml::Value::Table(inner) if !inner.is_empty() => found.extend(keys(&key, inner)),
                _ => drop(found.insert(key)),
            }
        }
        found
    }

    /// The keys of the configuration; sections without any are left out.
    fn all_keys() -> BTreeSet<String> {
        let default = toml::Table::try_from(Config::default()).unwrap();
        let mut all = keys("", &default);
        all.retain(|key| key.contains('.'));
        assert!(all.len() >= 5);
        all
    }

    #[test]
    fn the_file_states_every_key_with_its_default() {
        assert_eq!(Config::parse(FILE, Path::new(DEFAULT_PATH)).unwrap(), Config::default());
        let mut stated = keys("", &FILE.parse().unwrap());
        stated.retain(|key| key.contains('.'));
        assert_eq!(stated, all_keys());
        let lines: Vec<&str> = FILE.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ")) {
            let described = pair[1].starts_with('#') || pair[0].starts_with('#');
            assert!(described, "no comment above: {}", pair[1]);
        }
    }

    #[test]
    fn the_docs_describe_every_key_and_no_other() {
        let rows = DOCS.lines().filter_map(|line| line.strip_prefix("| `"));
        let described =
            rows.filter_map(|row| row.split('`').next()).filter(|key| key.contains('.'));
        assert_eq!(described.map(str::to_owned).collect::<BTreeSet<_>>(), all_keys());
    }

    #[test]
    fn paths_start_from_the_folder_of_the_file() {
        let text = "[paths]\nraw = \"in\"\nout = \"/srv/out\"\n";
        let paths = Config::parse(text, Path::new("conf/newsloom.toml")).unwrap().paths;
        assert_eq!(paths.raw, Path::new("conf/in"));
        assert_eq!(paths.out, Path::new("/srv/out"));
        assert_eq!(paths.cache, Path::new("conf/.newsloom"));
    }

    #[test]
    fn faults_name_their_line() {
        for (text, line, named) in [
            ("[limits]\n\narticle_byte_max = 1", 3, "article_byte_max"),
            ("[nowhere]\n", 1, "nowhere"),
            ("[limits]\narticle_bytes_max = \"big\"", 2, "big"),
            ("[limits]\narticle_bytes_max = -1", 2, "-1"),
            ("[limits]\narticle_bytes_max = 0", 2, "limits.article_bytes_max"),
            ("\nlimits.article_bytes_max = 99999999999", 2, "99999999999"),
            ("[detect]\nallowed = [\n  \"fr\",\n  \"English\",\n]", 2, "English"),
            ("[tag]\ndefault_currencies.fr = [\"CAD\"]\ndefault_currencies.en = [\"$\"]", 3, "$"),
            ("[tag.default_currencies]\nfrench = []", 2, "french"),
            ("[tag.countries]\nfrench = \"MA\"", 2, "french"),
            ("[tag.countries]\nfr = \"MA\"\n\"a.org\" = \"Maroc\"", 3, "Maroc"),
            ("[paths\n", 1, "paths"),
        ] {
            let error = Config::parse(text, Path::new("my.toml")).unwrap_err().to_string();
            assert!(error.starts_with("my.toml"), "{error}");
            assert!(error.contains(&format!("line {line}")), "{error}");
            assert!(error.contains(named), "{error}");
        }
    }
}
