//! The configuration: `newsloom.toml` and what the command line says over it.
//!
//! Invariant: an unknown key is an error that names its line; every key has a default.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::article::StageSettings;

/// The file read where none is named.
pub const DEFAULT_PATH: &str = "newsloom.toml";

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub paths: Paths,
    pub limits: Limits,
    pub decode: newsloom_stages::decode::Settings,
    pub strip: newsloom_stages::strip::Settings,
    pub detect: newsloom_stages::detect::Settings,
    pub segment: newsloom_stages::segment::Settings,
    pub tag: newsloom_stages::tag::Settings,
}

/// Where things lie; relative paths are relative to the working directory.
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

/// What is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A larger file becomes a row in `rejects`.
    pub article_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { article_bytes_max: 64 << 20 }
    }
}

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {path}: {error}")]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{path}: {error}")]
    Malformed { path: PathBuf, error: Box<toml::de::Error> },
    #[error("{path}: limits.article_bytes_max is {given}; at most {max} can be read")]
    TooLarge { path: PathBuf, given: u64, max: u64 },
}

impl Config {
    /// The settings of the stages.
    pub fn stages(&self) -> StageSettings {
        StageSettings {
            decode: self.decode.clone(),
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
        let named = path.is_some();
        let path = path.unwrap_or(Path::new(DEFAULT_PATH)).to_owned();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if !named && error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(ConfigError::Unreadable { path, error }),
        };
        let config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Malformed { path: path.clone(), error: error.into() })?;
        // Offsets are 32 bits wide; a byte of raw text becomes at most three of UTF-8.
        let max = u64::from(u32::MAX) / 4;
        let given = config.limits.article_bytes_max;
        if given > max {
            return Err(ConfigError::TooLarge { path, given, max });
        }
        Ok(config)
    }
}
