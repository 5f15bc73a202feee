//! The raw articles behind the rows, read in the order of the rows.
//!
//! Invariant: a file is read once, a container as a stream in step with its records; no path
//! leads out of the raw folder.

use std::iter::Peekable;
use std::path::{Component, Path, PathBuf};

use super::rows::Key;
use crate::config::Config;
use crate::containers::{RawArticle, Record, container_of, records};
use crate::engine::item::Fault;
use crate::engine::read::{open, read};

type Records = Peekable<Box<dyn Iterator<Item = Record> + Send>>;

/// The raw folder, and the container that is being read.
pub struct RawArticles<'a> {
    folder: &'a Path,
    article_bytes_max: u64,
    container: Option<(String, Records)>,
}

impl<'a> RawArticles<'a> {
    pub fn new(config: &'a Config) -> Self {
        let article_bytes_max = config.limits.article_bytes_max;
        Self { folder: &config.paths.raw, article_bytes_max, container: None }
    }

    /// The raw article of a key, which is not before the last one asked for.
    ///
    /// # Errors
    /// Why there is none any more.
    pub fn read(&mut self, key: Key) -> Result<RawArticle, Fault> {
        if key.number == 0 {
            return Ok(read(&self.path(key.path)?, self.article_bytes_max)?.0);
        }
        let records = self.records(key.path)?;
        while records.next_if(|record| record.number < key.number).is_some() {}
        match records.next_if(|record| record.number == key.number) {
            Some(record) => Ok(record.content?),
            None => Err(Fault::new("gone", "its container has no such record any more")),
        }
    }

    /// The records of a container, from where they were read to.
    fn records(&mut self, path: &str) -> Result<&mut Records, Fault> {
        if self.container.as_ref().is_none_or(|(opened, _)| opened != path) {
            let kind = container_of(path).expect("only records of containers have a number");
            let file = open(&self.path(path)?)?.0;
            let records = records(kind, file, self.article_bytes_max).peekable();
            self.container = Some((path.to_owned(), records));
        }
        let (_, records) = self.container.as_mut().expect("it was opened");
        Ok(records)
    }

    fn path(&self, path: &str) -> Result<PathBuf, Fault> {
        let is_inside =
            Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_inside {
            return Err(Fault::new("outside", "it is no path inside the raw folder"));
        }
        Ok(self.folder.join(path))
    }
}
