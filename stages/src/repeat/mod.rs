//! `repeat`: which lines the articles of one site share; such lines are the site's, not theirs.
//!
//! It sees many articles, so it works on the little that it needs of each: hashes of its lines.
//! Invariant: the result is a function of the articles given and of their order alone.

mod host;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::layers::{Document, Readability};
use crate::lines::{LineSet, line_hash};

/// Articles of one site that are counted at most.
pub const SAMPLE_MAX: usize = 256;
/// A longer line, of some 60 words, is never taken for the site's.
const LINE_BYTES_MAX: usize = 400;
/// A line as long as this, of some 20 words, is prose: what versions of one article share.
const PROSE_BYTES_MIN: usize = 120;
/// A line is the site's where so many articles have it …
const ARTICLES_MIN: usize = 3;
/// … and one in so many of those counted.
const ARTICLES_PART: usize = 10;

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub enabled: bool,
    /// Sites with fewer articles are left alone.
    pub articles_min: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { enabled: true, articles_min: 5 }
    }
}

/// What is counted of one article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    pub readability: Readability,
    /// The host of the URL that the article states.
    pub host: Option<String>,
    /// The lines that may be the site's.
    pub short: LineSet,
    /// The lines that versions of one article share.
    pub prose: LineSet,
}

/// The lines of one article, those without a letter left out.
pub fn lines(document: &Document) -> Lines {
    let start = document.stated.stamp.map_or(0, |stamp| stamp.end as usize);
    let lines = document.text[start..].split('\n').map(str::trim);
    let has_letter = |byte: u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let lines = lines.filter(|line| line.bytes().any(has_letter));
    let hashed: Vec<(usize, u64)> = lines.map(|line| (line.len(), line_hash(line))).collect();
    let of_length = |is_wanted: fn(usize) -> bool| {
        hashed.iter().filter(|(length, _)| is_wanted(*length)).map(|(_, hash)| *hash).collect()
    };
    Lines {
        readability: document.readability,
        host: document.stated.url.as_deref().and_then(host::host),
        short: of_length(|length| length <= LINE_BYTES_MAX),
        prose: of_length(|length| length >= PROSE_BYTES_MIN),
    }
}

/// The lines that are the site's, given a sample of its articles.
///
/// Versions of an article that came before are not counted, or what they share would be taken
/// for the site's.
pub fn repeated(sample: &[Lines], settings: &Settings) -> LineSet {
    let mut hashes = Vec::new();
    let mut counted_count = 0;
    let mut versions = Versions::default();
    for lines in sample {
        if versions.is_new(&lines.prose) {
            counted_count += 1;
            hashes.extend(lines.short.hashes());
        }
    }
    if !settings.enabled || counted_count < settings.articles_min as usize {
        return LineSet::default();
    }
    let enough = ARTICLES_MIN.max(counted_count.div_ceil(ARTICLES_PART));
    hashes.sort_unstable();
    let runs = hashes.chunk_by(|one, other| one == other);
    runs.filter(|run| run.len() >= enough).map(|run| run[0]).collect()
}

/// The prose of the articles that were counted.
#[derive(Default)]
struct Versions {
    article_count: usize,
    /// The articles that have each line.
    holders: BTreeMap<u64, Vec<usize>>,
}

impl Versions {
    /// Whether no article so far has more than three quarters of this prose; it is added then.
    fn is_new(&mut self, prose: &LineSet) -> bool {
        let mut shared_counts = vec![0; self.article_count];
        let hashes = prose.hashes();
        for holder in hashes.iter().filter_map(|hash| self.holders.get(hash)).flatten() {
            shared_counts[*holder] += 1;
        }
        if shared_counts.into_iter().any(|shared| shared * 4 > hashes.len() * 3) {
            return false;
        }
        for hash in hashes {
            self.holders.entry(*hash).or_default().push(self.article_count);
        }
        self.article_count += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::from_text;

    /// An article of its own with these lines added.
    fn article(number: usize, added: &[&str]) -> Lines {
        let word = "abcdefghijklmnopqrstuvwxyz".chars().cycle().skip(number % 26).take(9);
        let word: String = word.chain("x".repeat(number / 26).chars()).collect();
        let own = format!("Headline {word}\n{}\nClosing {word}", word.repeat(20));
        lines(&from_text(&format!("{own}\n{}", added.join("\n"))))
    }

    fn repeated_of(sample: &[Lines]) -> LineSet {
        repeated(sample, &Settings::default())
    }

    fn set(lines: &[&str]) -> LineSet {
        lines.iter().map(|line| line_hash(line)).collect()
    }

    #[test]
    fn a_line_of_three_articles_is_the_sites_from_five_articles_on() {
        let with = |count: usize, shared_count: usize| -> Vec<Lines> {
            let added = |number| if number < shared_count { &["Follow us"][..] } else { &[] };
            (0..count).map(|number| article(number, added(number))).collect()
        };
        assert_eq!(repeated_of(&with(5, 3)), set(&["Follow us"]));
        assert!(repeated_of(&with(5, 2)).is_empty());
        assert!(repeated_of(&with(4, 4)).is_empty());
        assert_eq!(repeated_of(&with(30, 3)), set(&["Follow us"]));
        assert!(repeated_of(&with(31, 3)).is_empty());
        assert_eq!(repeated_of(&with(256, 26)), set(&["Follow us"]));
        assert!(repeated_of(&with(256, 25)).is_empty());
        let few = Settings { articles_min: 3, ..Settings::default() };
        assert_eq!(repeated(&with(3, 3), &few), set(&["Follow us"]));
        let off = Settings { enabled: false, ..Settings::default() };
        assert!(repeated(&with(9, 9), &off).is_empty());
    }

    #[test]
    fn a_line_counts_once_an_article() {
        let sample: Vec<Lines> = (0..6)
            .map(|number| article(number, &["Share", "SHARE", "Share"][..number % 4]))
            .collect();
        assert_eq!(repeated_of(&sample), set(&["Share"]));
        assert!(repeated_of(&[&sample[..2], &sample[3..6]].concat()[..4]).is_empty());
    }

    #[test]
    fn versions_of_one_article_count_once() {
        let prose = |letter: &str| format!("{} {letter}", letter.repeat(130));
        let paragraphs: Vec<String> = ["a", "b", "c", "d", "e"].map(prose).into();
        let version = |number: usize| {
            let text =
                format!("Version {}\n{}\nThe end", "x".repeat(number), paragraphs.join("\n"));
            lines(&from_text(&text))
        };
        let mut sample: Vec<Lines> = (0..5).map(|number| article(number, &[])).collect();
        sample.extend((0..5).map(version));
        assert!(repeated_of(&sample).is_empty());
        // What other articles have as well is the site's all the same.
        sample.extend((5..7).map(|number| article(number, &["The end"])));
        assert_eq!(repeated_of(&sample), set(&["The end"]));
    }

    #[test]
    fn long_lines_and_lines_without_letters_are_no_sites() {
        let long = "word ".repeat(81);
        let sample: Vec<Lines> =
            (0..9).map(|number| article(number, &[&long, "* * *", "2024", "12:30"])).collect();
        assert!(repeated_of(&sample).is_empty());
        assert_eq!(lines(&from_text("One\n\nTwo\n***\n one")).short, set(&["one", "two"]));
    }
}
