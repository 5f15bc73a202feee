//! Gathers the items of the raw folder in order, each with what the last run knew of it.
//!
//! Invariant: a source whose stat can be believed is not opened; a container is read as a stream,
//! one record at a time.

use std::fs::File;
use std::iter::Peekable;
use std::path::Path;

use super::item::{Fault, ItemState};
use super::read::{open, unreadable};
use super::scan::{Found, Tree};
use super::stat::Stat;
use super::state::History;
use crate::containers::{Container, RawArticle, Record, container_of, record_of, records};

/// An article to be, or what stands in the place of one.
#[derive(Debug)]
pub struct Item {
    /// Index in the tree.
    pub source: usize,
    /// 0 for a whole file.
    pub number: u64,
    /// What the last run knew of it.
    pub before: Option<ItemState>,
    pub content: Content,
    /// With the last item of a source: the stat that the source is remembered by.
    pub ends_source: Option<Stat>,
}

/// What must be done to know an item.
#[derive(Debug)]
pub enum Content {
    /// Nothing: its bytes are as the last run knew them.
    Known,
    /// The file is to be read; racy where only the age of its stat is why.
    Unread {
        is_racy: bool,
    },
    /// A record of a container, as read.
    Raw(Box<RawArticle>),
    Fault(Fault),
}

/// What may be believed of the last run's state.
#[derive(Debug, Clone, Copy)]
pub struct Trust {
    /// Whether stats may be believed at all: not with `--rehash` or under other limits.
    pub stats: bool,
    /// Whether results need no looking at: the program and its settings are the same.
    pub rejects: bool,
    /// Whether records of containers can be had without reading them.
    pub containers: bool,
}

/// The items in order, as an iterator.
pub struct Gather<'a> {
    tree: &'a Tree,
    raw: &'a Path,
    history: &'a mut History,
    trust: Trust,
    article_bytes_max: u64,
    next_source: usize,
    open: Open,
}

enum Open {
    Nothing,
    /// A container that is as it was.
    Known {
        source: usize,
        stat: Stat,
        last_number: u64,
    },
    Stream(Box<Stream>),
}

/// A container being read.
struct Stream {
    source: usize,
    stat: Stat,
    entries: Peekable<Entries>,
    /// The next item that the last run knew.
    before: Option<ItemState>,
}

/// The records of a container, and at the end what is wrong with it as a whole.
struct Entries {
    records: Box<dyn Iterator<Item = Record> + Send>,
    file: File,
    stat: Stat,
    /// The number that reading began behind.
    first_number: u64,
    last_number: u64,
    is_ended: bool,
}

impl<'a> Gather<'a> {
    pub fn new(
        tree: &'a Tree,
        raw: &'a Path,
        history: &'a mut History,
        trust: Trust,
        article_bytes_max: u64,
    ) -> Self {
        Self { tree, raw, history, trust, article_bytes_max, next_source: 0, open: Open::Nothing }
    }

    /// How many sources were begun.
    pub fn source_count(&self) -> usize {
        self.next_source
    }

    /// The first item of the next source.
    fn begin_source(&mut self) -> Option<Item> {
        if self.next_source == self.tree.len() {
            return None;
        }
        let source = self.next_source;
        self.next_source += 1;
        let found = self.tree.get(source);
        let past = self.history.seek(found.path);
        let container = container_of(found.path);
        let is_known = past.as_ref().is_some_and(|past| {
            let trust = self.trust;
            trust.stats
                && past.is_settled
                && past.stat == found.stat
                && (trust.rejects || past.reject_count == 0)
                && (trust.containers || container.is_none())
        });
        if let Some(container) = container.filter(|_| found.fault.is_none()) {
            if is_known {
                self.open = Open::Known { source, stat: found.stat, last_number: 0 };
            } else if let Err(fault) = self.begin_stream(source, found, container, 0) {
                return Some(self.whole(source, found, Content::Fault(fault)));
            }
            return self.next();
        }
        let content = match found.fault {
            Some(fault) => Content::Fault(fault.clone()),
            None if record_of(found.path).is_some() => {
                let detail = "the name is that of a container's record; rename the file";
                Content::Fault(Fault::new("name_ambiguous", detail))
            }
            None if is_known => Content::Known,
            None => {
                let is_racy = past.is_some_and(|past| !past.is_settled && past.stat == found.stat);
                Content::Unread { is_racy }
            }
        };
        Some(self.whole(source, found, content))
    }

    /// The only item of a source.
    fn whole(&mut self, source: usize, found: Found, content: Content) -> Item {
        let before = self.history.next_item().filter(|before| before.number == 0);
        let content = match content {
            Content::Known if before.is_none() => Content::Unread { is_racy: false },
            content => content,
        };
        Item { source, number: 0, before, content, ends_source: Some(found.stat) }
    }

    /// Opens a container to be read from the record after `last_number` on.
    fn begin_stream(
        &mut self,
        source: usize,
        found: Found,
        container: Container,
        last_number: u64,
    ) -> Result<(), Fault> {
        let (file, stat) = open(&self.raw.join(found.path))?;
        let stream = file.try_clone().map_err(|error| unreadable(&error))?;
        let records = records(container, stream, self.article_bytes_max);
        let records = Box::new(records.skip_while(move |record| record.number <= last_number));
        let entries = Entries {
            records,
            file,
            stat,
            first_number: last_number,
            last_number,
            is_ended: false,
        };
        let before = self.history.next_item();
        let stream = Stream { source, stat, entries: entries.peekable(), before };
        self.open = Open::Stream(Box::new(stream));
        Ok(())
    }

    /// The next item of a container that is as it was.
    fn next_known(&mut self, source: usize, stat: Stat, last_number: u64) -> Option<Item> {
        let Some(item) = self.history.next_item() else {
            // The state is damaged: what it said up to here stands, the rest is read.
            let found = self.tree.get(source);
            let container = container_of(found.path).expect("it was opened as a container");
            return match self.begin_stream(source, found, container, last_number) {
                Ok(()) => self.next(),
                Err(fault) => {
                    let (number, content) = (last_number + 1, Content::Fault(fault));
                    let ends_source = Some(stat);
                    Some(Item { source, number, before: None, content, ends_source })
                }
            };
        };
        let number = item.number;
        let is_last = self.history.left_count() == 0;
        if !is_last {
            self.open = Open::Known { source, stat, last_number: number };
        }
        let ends_source = is_last.then_some(stat);
        Some(Item { source, number, before: Some(item), content: Content::Known, ends_source })
    }
}

impl Iterator for Gather<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => self.begin_source(),
            Open::Known { source, stat, last_number } => self.next_known(source, stat, last_number),
            Open::Stream(mut stream) => match stream.next(self.history) {
                Some(item) => {
                    self.open = Open::Stream(stream);
                    Some(item)
                }
                None => self.begin_source(),
            },
        }
    }
}

impl Stream {
    fn next(&mut self, history: &mut History) -> Option<Item> {
        let (number, content) = self.entries.next()?;
        let ends_source = self.entries.peek().is_none().then_some(self.stat);
        let mut before = None;
        while self.before.as_ref().is_some_and(|next| next.number <= number) {
            before = self.before.take().filter(|next| next.number == number);
            self.before = history.next_item();
        }
        Some(Item { source: self.source, number, before, content, ends_source })
    }
}

impl Iterator for Entries {
    type Item = (u64, Content);

    fn next(&mut self) -> Option<(u64, Content)> {
        if self.is_ended {
            return None;
        }
        if let Some(Record { number, content }) = self.records.next() {
            self.last_number = number;
            let raw = content.map(|raw| Content::Raw(Box::new(raw)));
            return Some((number, raw.unwrap_or_else(|fault| Content::Fault(fault.into()))));
        }
        self.is_ended = true;
        if self.last_number == self.first_number && self.last_number > 0 {
            // Read on from a record that the last run knew, and nothing is there.
            return Some(self.changed());
        }
        if self.last_number == 0 {
            return Some((0, Content::Fault(Fault::new("no_records", "it holds no record"))));
        }
        let after = self.file.metadata().map(|metadata| Stat::of(&metadata));
        if after.is_ok_and(|after| after == self.stat) {
            return None;
        }
        Some(self.changed())
    }
}

impl Entries {
    fn changed(&self) -> (u64, Content) {
        let detail = "the container changed while it was read; the next run reads it again";
        let fault = Fault::new("changed_while_reading", detail);
        (self.last_number + 1, Content::Fault(fault))
    }
}
