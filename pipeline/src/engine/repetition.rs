//! Which lines each site repeats: samples of the sites' articles, and what was counted of them.
//!
//! A site is the host of the URL that an article states, else the folder of its file, else its
//! container. Invariant: a site's sample is a function of its articles alone, whatever their order:
//! of the hashes of their lines the lowest, each once. So a new article seldom changes it.
//! Invariant: 64 bytes are held for each article of a sample while all are looked at, and then 48
//! for each site that has lines of its own.

use std::collections::HashMap;
use std::io;

use newsloom_stages::lines::LineSet;
use newsloom_stages::repeat::{Lines, SAMPLE_MAX};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::chain::Chain;
use super::hash::{HalfHash, Hash};
use super::item::ArticleState;
use super::run::RunError;
use super::store::Store;

/// A site, by half the hash of its name.
pub type Site = HalfHash;

/// The site that `host` names.
pub fn site_of_host(host: &str) -> Site {
    Hash::of_parts([&b"host"[..], host.as_bytes()]).half()
}

/// The site of an article at `path` that states no host.
fn site_of_place(path: &str, number: u64) -> Site {
    let (kind, name) = match path.rsplit_once('/') {
        _ if number > 0 => ("container", path),
        Some((folder, _)) => ("folder", folder),
        None => ("folder", ""),
    };
    Hash::of_parts([kind.as_bytes(), name.as_bytes()]).half()
}

/// The site of an article, given the site of the host that it states.
pub fn site(host: Option<Site>, path: &str, number: u64) -> Site {
    host.unwrap_or_else(|| site_of_place(path, number))
}

/// How an article stands to the lines that its site repeats; only where the site has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repetition {
    /// The hash of the site's lines.
    pub set: Hash,
    /// The hash of those that the article has; none where it has none.
    pub shared: Option<Hash>,
}

/// An article of a sample: the hash of its lines, and the key that the store has them under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sampled {
    lines: Hash,
    key: Hash,
}

/// The samples of all sites.
#[derive(Debug, Default)]
pub struct Samples {
    sites: HashMap<Site, Vec<Sampled>>,
}

impl Samples {
    /// Adds an article.
    pub fn add(&mut self, site: Site, lines: Hash, key: Hash) {
        let sample = self.sites.entry(site).or_insert_with(|| Vec::with_capacity(1));
        let place = sample.partition_point(|sampled| sampled.lines < lines);
        match sample.get_mut(place) {
            Some(same) if same.lines == lines => same.key = key.min(same.key),
            _ if place == SAMPLE_MAX => {}
            _ => {
                sample.truncate(SAMPLE_MAX - 1);
                sample.insert(place, Sampled { lines, key });
            }
        }
    }

    /// Adds an article whose state is known.
    pub fn add_known(&mut self, chain: &Chain, path: &str, number: u64, article: &ArticleState) {
        let site = site(article.host, path, number);
        self.add(site, article.lines, chain.lines_key(article.document()));
    }

    /// The lines that each site would repeat, from the store or from `fresh`, the lines of articles
    /// by their hash; nothing is written, and a site with lines that neither has is left out.
    pub fn foresee(
        &self,
        chain: &Chain,
        store: Option<&Store>,
        fresh: &HashMap<Hash, Lines>,
    ) -> HashMap<Site, LineSet> {
        let load = |sampled: &Sampled| {
            let stored = || load_lines(sampled.key, sampled.lines, store?);
            fresh.get(&sampled.lines).cloned().or_else(stored)
        };
        let set = |(site, sample): (Site, &Vec<Sampled>)| {
            let counted = store.and_then(|store| store.get(key_of(chain, sample)));
            let counted = counted.and_then(|stored| postcard::from_bytes(&stored.bytes).ok());
            let count = || {
                let lines: Vec<Lines> = sample.iter().map(load).collect::<Option<_>>()?;
                Some(chain.repeated(&lines))
            };
            Some((site, counted.or_else(count)?))
        };
        self.counted(chain).filter_map(set).collect()
    }

    /// The keys that the store has the counts of the sites under.
    pub fn keys(&self, chain: &Chain) -> impl Iterator<Item = Hash> {
        self.counted(chain).map(|(_, sample)| key_of(chain, sample))
    }

    /// The sites that have articles enough.
    fn counted(&self, chain: &Chain) -> impl Iterator<Item = (Site, &Vec<Sampled>)> {
        let settings = chain.repeat_settings();
        let count_min = if settings.enabled { settings.articles_min as usize } else { usize::MAX };
        let enough = self.sites.iter().filter(move |(_, sample)| sample.len() >= count_min);
        enough.map(|(site, sample)| (*site, sample))
    }
}

/// The key of what is counted of a sample.
fn key_of(chain: &Chain, sample: &[Sampled]) -> Hash {
    chain.set_key(sample.iter().map(|sampled| sampled.lines))
}

/// The sites that have lines of their own, each with the hash of these.
#[derive(Debug, Default)]
pub struct Sets {
    sites: HashMap<Site, Hash>,
}

impl Sets {
    /// Counts the samples, or finds them counted; the store has the sets then.
    ///
    /// # Errors
    /// Where the store cannot be written, or has lost the lines of an article.
    pub fn count(samples: &Samples, chain: &Chain, store: &Store) -> Result<Self, RunError> {
        let samples: Vec<(Site, &Vec<Sampled>)> = samples.counted(chain).collect();
        let sets = samples.into_par_iter().filter_map(|(site, sample)| {
            let set = set_of(sample, chain, store).transpose()?;
            Some(set.map(|set| (site, set)))
        });
        Ok(Self { sites: sets.collect::<Result<_, RunError>>()? })
    }

    /// The hash of the lines that an article's site repeats; none where it repeats none.
    pub fn of(&self, host: Option<Site>, path: &str, number: u64) -> Option<Hash> {
        // Without any such lines no name need be hashed.
        if self.sites.is_empty() {
            None
        } else {
            self.sites.get(&site(host, path, number)).copied()
        }
    }
}

/// The hash of the lines that the articles of a sample share; none where there are none.
fn set_of(sample: &[Sampled], chain: &Chain, store: &Store) -> Result<Option<Hash>, RunError> {
    let key = key_of(chain, sample);
    if let Some(hash) = store.output(key) {
        let hash = (hash != hash_of(&LineSet::default())).then_some(hash);
        if hash.is_none_or(|hash| store.output(content_key(hash)).is_some()) {
            return Ok(hash);
        }
    }
    let load = |sampled: &Sampled| load_lines(sampled.key, sampled.lines, store);
    let lines: Option<Vec<Lines>> = sample.iter().map(load).collect();
    let set = chain.repeated(&lines.ok_or(RunError::MustRead)?);
    put(key, &set, store).map_err(RunError::Cache)
}

/// Keeps a set, also under its own hash; gives that.
fn put(key: Hash, set: &LineSet, store: &Store) -> io::Result<Option<Hash>> {
    let bytes = bytes_of(set);
    let hash = store.put(key, &bytes)?;
    if set.is_empty() {
        return Ok(None);
    }
    store.put(content_key(hash), &bytes)?;
    Ok(Some(hash))
}

/// The key of the set with this hash.
pub fn content_key(set: Hash) -> Hash {
    Hash::of_parts([&b"repeated lines"[..], &set.0])
}

/// The set with this hash; none where the store has lost it.
pub fn load_set(set: Hash, store: &Store) -> Option<LineSet> {
    let stored = store.get(content_key(set)).filter(|stored| stored.output == set)?;
    postcard::from_bytes(&stored.bytes).ok()
}

/// The lines of an article; none where the store has lost them.
pub fn load_lines(key: Hash, lines: Hash, store: &Store) -> Option<Lines> {
    let stored = store.get(key).filter(|stored| stored.output == lines)?;
    postcard::from_bytes(&stored.bytes).ok()
}

/// The hash of lines that an article shares; none where there are none.
pub fn shared_hash(shared: &LineSet) -> Option<Hash> {
    (!shared.is_empty()).then(|| hash_of(shared))
}

fn hash_of(set: &LineSet) -> Hash {
    Hash::of(&bytes_of(set))
}

fn bytes_of(set: &LineSet) -> Vec<u8> {
    postcard::to_stdvec(set).expect("hashes are plain data")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: usize) -> Hash {
        Hash::of(&number.to_le_bytes())
    }

    fn sample(numbers: impl Iterator<Item = usize>) -> Vec<Sampled> {
        let mut samples = Samples::default();
        numbers.for_each(|number| samples.add([0; 16], hash(number), hash(number + 1000)));
        samples.sites.remove(&[0; 16]).unwrap()
    }

    #[test]
    fn a_sample_is_the_lowest_hashes_whatever_their_order() {
        let lowest = sample(0..1000);
        let mut hashes: Vec<Hash> = (0..1000).map(hash).collect();
        hashes.sort();
        assert!(
            lowest.iter().map(|sampled| sampled.lines).eq(hashes[..SAMPLE_MAX].iter().copied())
        );
        assert_eq!(sample((0..1000).rev().chain(0..1000)), lowest);
        assert_eq!(sample(0..3).len(), 3);
    }

    #[test]
    fn a_site_is_a_host_or_else_a_place() {
        let host = site_of_host("example.org");
        assert_eq!(site(Some(host), "a/b.txt", 0), site(Some(host), "c.jsonl", 7));
        assert_eq!(site(None, "a/b.txt", 0), site(None, "a/c.txt", 0));
        assert_eq!(site(None, "a/b.jsonl", 1), site(None, "a/b.jsonl", 2));
        let places = [("b.txt", 0), ("a/b.txt", 0), ("a/a/b.txt", 0), ("a/b", 1), ("a/c", 1)];
        let mut sites: Vec<Site> =
            places.iter().map(|(path, number)| site(None, path, *number)).collect();
        sites.push(host);
        sites.sort();
        sites.dedup();
        assert_eq!(sites.len(), places.len() + 1);
    }
}
