//! The first look at the items: reads what must be read and decodes what is not known, before any
//! article is judged by what others of its site say.
//!
//! Invariant: items are surveyed on all threads and come back in order; a stage that fails on an
//! article, or a file that cannot be read, is that item's outcome and touches no other.
//! Invariant: what was found is kept in a file without a name, so that it takes no memory.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Seek as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use newsloom_stages::layers::Readability;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::chain::{Chain, Decoded, Work, input_hash};
use super::checked::{Reader, Writer};
use super::gather::{Content, Item};
use super::hash::Hash;
use super::item::{ArticleState, Fault, ItemState, Outcome};
use super::read::{read, read_item};
use super::repetition::Site;
use super::run::RunError;
use super::scan::Tree;
use super::stat::Stat;
use super::store::Store;
use crate::config::Config;
use crate::containers::RawArticle;

/// An item and what is known of it before other articles are.
#[derive(Debug, Serialize, Deserialize)]
pub struct Surveyed {
    /// Index in the tree.
    pub source: usize,
    pub number: u64,
    pub before: Option<ItemState>,
    pub finding: Finding,
    pub work: Work,
    pub ends_source: Option<Stat>,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Finding {
    /// It is as it was.
    Same,
    Article(Box<Basis>),
    Rejected(Fault),
}

/// What an article's layers after the document are made of, but for what others of its site say.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Basis {
    pub content: Hash,
    pub input: Hash,
    pub bytes: u64,
    pub host: Option<Site>,
    pub document: Hash,
    pub lines: Hash,
}

impl Basis {
    pub fn of(article: &ArticleState) -> Self {
        let ArticleState { content, input, bytes, host, lines, .. } = *article;
        Self { content, input, bytes, host, document: article.document(), lines }
    }
}

impl Surveyed {
    /// What is known of the article that the item is.
    pub fn basis(&self) -> Option<Basis> {
        match &self.finding {
            Finding::Same => self.before.as_ref()?.article().map(Basis::of),
            Finding::Article(basis) => Some(**basis),
            Finding::Rejected(_) => None,
        }
    }
}

/// What it takes to survey items.
pub struct Surveyor<'a> {
    pub config: &'a Config,
    pub tree: &'a Tree,
    pub chain: &'a Chain,
    pub store: &'a Store,
    /// Whether what the last run made of an article needs no looking up: the stages and their
    /// settings are the same.
    pub is_same_program: bool,
}

/// An item of which all is known, or one to be decoded.
enum Prepared {
    Done(Surveyed),
    Due(Due),
}

/// An article whose document must be looked for.
struct Due {
    item: Item,
    raw: Option<Box<RawArticle>>,
    content: Hash,
    input: Hash,
    bytes: u64,
}

impl Surveyor<'_> {
    /// Surveys items; an article that stands there twice is decoded once.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn survey(&self, items: Vec<Item>) -> io::Result<Vec<Surveyed>> {
        let prepared: Vec<Prepared> =
            items.into_par_iter().map(|item| self.prepare(item)).collect();
        once_each(
            prepared,
            |prepared| match prepared {
                Prepared::Done(_) => None,
                Prepared::Due(due) => Some(due.input),
            },
            |prepared| match prepared {
                Prepared::Done(surveyed) => Ok(surveyed),
                Prepared::Due(due) => self.decode(due),
            },
        )
    }

    fn path(&self, source: usize) -> PathBuf {
        self.config.paths.raw.join(self.tree.get(source).path)
    }

    fn bytes_max(&self) -> u64 {
        self.config.limits.article_bytes_max
    }

    fn prepare(&self, mut item: Item) -> Prepared {
        match std::mem::replace(&mut item.content, Content::Known) {
            Content::Fault(fault) => Prepared::Done(rejected(item, fault)),
            Content::Raw(raw) => self.with_raw(item, raw),
            Content::Unread { .. } => self.read(item),
            Content::Known => {
                let before = item.before.as_ref().expect("what is known was known before");
                let article = match &before.outcome {
                    Outcome::Article(article) if !self.is_same_program => **article,
                    _ => return Prepared::Done(found(item, Finding::Same)),
                };
                let ArticleState { content, input, bytes, .. } = article;
                Prepared::Due(Due { item, raw: None, content, input, bytes })
            }
        }
    }

    fn read(&self, mut item: Item) -> Prepared {
        match read(&self.path(item.source), self.bytes_max()) {
            Ok((raw, stat)) => {
                item.ends_source = Some(stat);
                self.with_raw(item, Box::new(raw))
            }
            Err(fault) => Prepared::Done(rejected(item, fault)),
        }
    }

    fn with_raw(&self, item: Item, raw: Box<RawArticle>) -> Prepared {
        let (content, input) = input_of(&raw);
        match &item.before {
            Some(before)
                if self.is_same_program
                    && before.article().is_some_and(|article| article.input == input) =>
            {
                Prepared::Done(found(item, Finding::Same))
            }
            _ => {
                let bytes = raw.bytes.len() as u64;
                Prepared::Due(Due { item, raw: Some(raw), content, input, bytes })
            }
        }
    }

    fn decode(&self, mut due: Due) -> io::Result<Surveyed> {
        let decoding = || self.chain.decode(due.input, due.raw.as_deref(), self.store, false);
        match catch_unwind(AssertUnwindSafe(decoding)) {
            Err(_) => return Ok(failed(due.item)),
            Ok(decoded) => {
                if let Some((decoded, work)) = decoded? {
                    return Ok(outcome(due, decoded, work));
                }
            }
        }
        // The document must be made, or was lost.
        if due.raw.is_none() {
            match read_item(&self.path(due.item.source), due.item.number, self.bytes_max()) {
                Ok(raw) => {
                    (due.content, due.input) = input_of(&raw);
                    due.bytes = raw.bytes.len() as u64;
                    due.raw = Some(Box::new(raw));
                }
                Err(fault) => return Ok(rejected(due.item, fault)),
            }
        }
        let decoding = || self.chain.decode(due.input, due.raw.as_deref(), self.store, true);
        match catch_unwind(AssertUnwindSafe(decoding)) {
            Err(_) => Ok(failed(due.item)),
            Ok(decoded) => {
                let (decoded, work) = decoded?.expect("the article is given");
                Ok(outcome(due, decoded, work))
            }
        }
    }
}

/// Does `work` on all values on all threads, and gives what came of them in order; where values
/// have the same key, the others wait for the first, which then is in the store for them.
pub fn once_each<T: Send, K: Ord, R: Send, E: Send>(
    values: Vec<T>,
    key: impl Fn(&T) -> Option<K>,
    work: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let mut keys = BTreeSet::new();
    let is_first = |value: &T| key(value).is_none_or(|key| keys.insert(key));
    let firsts: Vec<bool> = values.iter().map(is_first).collect();
    let (firsts, others): (Vec<_>, Vec<_>) =
        values.into_iter().zip(firsts).enumerate().partition(|(_, (_, is_first))| *is_first);
    let mut results = Vec::with_capacity(firsts.len() + others.len());
    for part in [firsts, others] {
        let part = part.into_par_iter().map(|(place, (value, _))| Ok((place, work(value)?)));
        results.extend(part.collect::<Result<Vec<(usize, R)>, E>>()?);
    }
    results.sort_by_key(|(place, _)| *place);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// What became of an article that is decoded.
fn outcome(due: Due, decoded: Decoded, work: Work) -> Surveyed {
    let Due { item, content, input, bytes, .. } = due;
    let Decoded { document, lines, host, readability } = decoded;
    if readability == Readability::Binary {
        let fault = Fault::new("binary", "no text in any encoding known here");
        return Surveyed { work, ..rejected(item, fault) };
    }
    let basis = Basis { content, input, bytes, host, document, lines };
    Surveyed { work, ..found(item, Finding::Article(Box::new(basis))) }
}

/// The hashes of an article's bytes, and of all that `decode` reads of it.
pub fn input_of(raw: &RawArticle) -> (Hash, Hash) {
    let content = Hash::of(&raw.bytes);
    (content, input_hash(content, raw.format, &raw.told))
}

fn found(item: Item, finding: Finding) -> Surveyed {
    let Item { source, number, before, ends_source, .. } = item;
    Surveyed { source, number, before, finding, work: Work::default(), ends_source }
}

fn rejected(item: Item, fault: Fault) -> Surveyed {
    found(item, Finding::Rejected(fault))
}

fn failed(item: Item) -> Surveyed {
    rejected(item, failure())
}

/// The fault of an article on which a stage failed.
pub fn failure() -> Fault {
    Fault::new("internal_error", "a stage failed on it; please report it")
}

/// Keeps what was found of the items, in order.
pub struct SurveyWriter {
    writer: Writer,
    item_count: u64,
}

impl SurveyWriter {
    /// # Errors
    /// Where no file can be made in `cache`.
    pub fn create(cache: &Path) -> io::Result<Self> {
        Ok(Self { writer: Writer::new(tempfile::tempfile_in(cache)?), item_count: 0 })
    }

    /// # Errors
    /// Where the file cannot be written.
    pub fn push(&mut self, surveyed: &Surveyed) -> io::Result<()> {
        self.item_count += 1;
        self.writer.push(surveyed)
    }

    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(self) -> io::Result<Survey> {
        let mut file: File = self.writer.finish()?;
        file.rewind()?;
        Ok(Survey { reader: Reader::new(file), left_count: self.item_count })
    }
}

/// What was found of the items, in order.
pub struct Survey {
    reader: Reader,
    left_count: u64,
}

impl Survey {
    /// The next item; none after the last.
    ///
    /// # Errors
    /// Where the file is not as it was written.
    pub fn next(&mut self) -> Result<Option<Surveyed>, RunError> {
        if self.left_count == 0 {
            return Ok(None);
        }
        self.left_count -= 1;
        self.reader.next().map(Some).ok_or(RunError::Lost)
    }
}
