//! The article's title, out of all that the page calls it.
//!
//! The head's records, the heading that readers see and the page's own title mostly agree. Where
//! they do not: what most of them say; a record that has no word in common with the heading seen
//! is not believed. Invariant: only a site's name, and what the page itself has elsewhere without
//! it, is cut from a title's ends.

use super::json_ld::{self, Node};
use super::site::Site;
use super::words::{clean, share_a_word};
use crate::decode::html::facts::Facts;
use crate::layers::{Claim, Evidence};
use crate::text::key;

/// What a page may call its article in `<meta>` beside `og:title`.
const META_KEYS: &[&str] =
    &["citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title"];
/// The most headings that are looked at.
const HEADINGS_MAX: usize = 50;

/// What the page calls its article; the chosen first, no two of one key.
pub fn find(facts: &Facts, text: &str, articles: &[&Node], site: &Site) -> Vec<Claim> {
    let names = Names::of(facts, text, articles, site);
    let chosen = names.choice();
    let mut found: Vec<Claim> = Vec::new();
    for (value, evidence) in chosen.into_iter().chain(names.all()) {
        if found.iter().all(|claim| key(&claim.value) != key(value)) {
            found.push(Claim { value: value.to_owned(), evidence });
        }
    }
    found
}

/// The page's titles by where they stand.
#[derive(Debug, Default)]
struct Names {
    /// `headline` of the article's record.
    record: Option<String>,
    /// `name` of the article's record.
    record_name: Option<String>,
    /// `og:title`.
    open_graph: Option<String>,
    /// `twitter:title`.
    card: Option<String>,
    meta: Option<String>,
    /// The heading that readers see.
    heading: Option<String>,
    /// `<title>`.
    page: Option<String>,
}

impl Names {
    fn of(facts: &Facts, text: &str, articles: &[&Node], site: &Site) -> Self {
        let usable = |words: &str| clean(words).filter(|words| !site.is_named(words));
        let of_record =
            |member| articles.iter().find_map(|node| json_ld::text(node, member).and_then(usable));
        let of_meta = |key: &str| super::metas(facts, key).find_map(usable);
        let mut names = Self {
            record: of_record("headline"),
            record_name: of_record("name"),
            open_graph: of_meta("og:title"),
            card: of_meta("twitter:title"),
            meta: META_KEYS.iter().find_map(|key| of_meta(key)),
            heading: None,
            page: facts.title.as_deref().and_then(clean),
        };
        names.heading = names.heading_of(facts, text, site);
        names.drop_cut_short();
        names.record = names.record.map(|name| without_site(&name, site, None));
        let whole = names.record.as_ref().or(names.heading.as_ref()).map(|name| key(name));
        let others = [
            &mut names.record_name,
            &mut names.open_graph,
            &mut names.card,
            &mut names.meta,
            &mut names.page,
        ];
        for name in others.into_iter().flatten() {
            *name = without_site(name, site, whole.as_deref());
        }
        names
    }

    /// The `<h1>` that shares most of its words with what the head says; the first of equals.
    fn heading_of(&self, facts: &Facts, text: &str, site: &Site) -> Option<String> {
        let said: Vec<String> = self.all().flat_map(|(name, _)| words_of(name)).collect();
        let mut best: Option<(usize, String)> = None;
        let mut count = 0;
        let headings = facts.elements.iter().filter(|element| super::is_heading(element));
        for heading in headings.take(HEADINGS_MAX) {
            let Some(words) = clean(heading.span.slice(text)) else { continue };
            if site.is_named(&words) {
                continue;
            }
            count += 1;
            let own = words_of(&words);
            let shared = own.iter().filter(|word| said.contains(word));
            // In fifths, so that a word more does not decide.
            let score = 5 * shared.count() / own.len().max(1);
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, words));
            }
        }
        let is_only = count == 1;
        best.filter(|(score, _)| *score > 0 || is_only || said.is_empty()).map(|(_, words)| words)
    }

    /// Forgets an `og:title` that ends where the heading has a quotation mark: the mark ended
    /// the attribute.
    fn drop_cut_short(&mut self) {
        let whole = self.heading.as_ref().or(self.page.as_ref());
        let is_cut = |short: &String| {
            let rest = whole.and_then(|whole| whole.strip_prefix(short.as_str()));
            rest.is_some_and(|rest| rest.trim_start().starts_with('"'))
        };
        self.open_graph.take_if(|name| is_cut(name));
        self.card.take_if(|name| is_cut(name));
    }

    /// All of them, the most trusted first.
    fn all(&self) -> impl Iterator<Item = (&str, Evidence)> {
        let all = [
            (&self.heading, Evidence::Heading),
            (&self.open_graph, Evidence::OpenGraph),
            (&self.record, Evidence::JsonLd),
            (&self.record_name, Evidence::JsonLd),
            (&self.card, Evidence::Twitter),
            (&self.meta, Evidence::Meta),
            (&self.page, Evidence::TitleElement),
        ];
        all.into_iter().filter_map(|(name, evidence)| Some((name.as_deref()?, evidence)))
    }

    fn choice(&self) -> Option<(&str, Evidence)> {
        // A heading that the page's own title says nothing of is one of a section.
        let is_odd = |seen: &&str| {
            let page = self.page.as_deref();
            let open_graph = self.open_graph.as_deref();
            page.zip(open_graph).is_some_and(|(page, open_graph)| {
                share_a_word(page, open_graph) && !share_a_word(page, seen)
            })
        };
        let seen = self.heading.as_deref().filter(|seen| !is_odd(seen));
        let is_believed = |name: &&str| {
            seen.is_none_or(|seen| share_a_word(name, seen) || !has_long_words(name, seen))
        };
        let record = self.record.as_deref().filter(is_believed);
        let open_graph = self.open_graph.as_deref().filter(is_believed);
        let record = record.map(|name| (name, Evidence::JsonLd));
        let open_graph = open_graph.map(|name| (name, Evidence::OpenGraph));
        match (record, open_graph) {
            (Some(record), Some(open_graph)) => Some(self.better(record, open_graph)),
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => self.all().next(),
        }
    }

    /// Of the record's headline and `og:title`, the one that the page bears out.
    fn better<'a>(
        &'a self,
        record: (&'a str, Evidence),
        open_graph: (&'a str, Evidence),
    ) -> (&'a str, Evidence) {
        let keys = |name: &Option<String>| name.as_deref().map(key);
        let (own, social) = (key(record.0), key(open_graph.0));
        let (page, card) = (keys(&self.page), keys(&self.card));
        let Some((seen, heading)) = keys(&self.heading).zip(self.heading.as_deref()) else {
            return if own == social { open_graph } else { record };
        };
        if own == social || own != seen && !seen.starts_with(&social) {
            return open_graph;
        }
        if own == seen {
            // The heading bears out the record. A shorter form of it, or what the page's cards
            // all say, is the same headline as its editors put it.
            let is_short = own.starts_with(&social) || own.ends_with(&social);
            let says_card = card.as_ref() == Some(&social) && page.as_ref() != Some(&social);
            let says_record = keys(&self.record_name).as_ref() == Some(&social);
            return if is_short || says_card || says_record { open_graph } else { record };
        }
        // The heading bears out `og:title`, both made for search; the record keeps the headline
        // that was written, unless it is a part of the heading or the page's own title.
        if seen == social && seen.contains(&own) {
            return open_graph;
        }
        if seen.contains(&own) || page.as_ref() == Some(&own) {
            return (heading, Evidence::Heading);
        }
        record
    }
}

/// The words of `text`, in lower case.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether words can tell the two apart: both have some long enough.
fn has_long_words(one: &str, other: &str) -> bool {
    share_a_word(one, one) && share_a_word(other, other)
}

/// The title without the site's name at its ends. `whole` is the key of the title as it stands
/// elsewhere: what is beside it is cut whatever it is.
fn without_site(title: &str, site: &Site, whole: Option<&str>) -> String {
    let mut title = title;
    'cut: loop {
        for (start, end) in separators(title) {
            let (head, tail) = (title[..start].trim_end(), title[end..].trim_start());
            if head.is_empty() || tail.is_empty() {
                continue;
            }
            if let Some(half) = [head, tail].into_iter().find(|half| whole == Some(&*key(half))) {
                return half.to_owned();
            }
            let half = if site.is_named(tail) { head } else { tail };
            if site.is_named(tail) || site.is_named(head) {
                title = half;
                continue 'cut;
            }
        }
        return title.to_owned();
    }
}

/// Where marks stand that part a title from a site's name.
fn separators(title: &str) -> Vec<(usize, usize)> {
    let is_spaced =
        |start: usize, end: usize| title[..start].ends_with(' ') && title[end..].starts_with(' ');
    let mut found = Vec::new();
    for (start, ch) in title.char_indices() {
        let end = start + ch.len_utf8();
        match ch {
            '|' | '｜' | 'ㅣ' => found.push((start, end)),
            '-' | '–' | '—' | '·' | '•' | '»' | '«' | ':' if is_spaced(start, end) => {
                found.push((start, end));
            }
            _ => {}
        }
    }
    found
}
