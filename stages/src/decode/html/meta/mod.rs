//! What a page states of its article: title, authors, dates, site, address and language, out of
//! its records (JSON-LD), its `<meta>` and what readers see.
//!
//! Invariant: a pure function of the facts and the text; what a container told is not touched.
//! Invariant: where the head contradicts what readers see, what they see counts, and both are kept
//! with the place that says them.

mod authors;
mod dates;
mod forms;
mod json_ld;
mod signature;
mod site;
#[cfg(test)]
mod tests;
mod title;
mod words;

use crate::calendar::Order;
use crate::text::key;
pub use dates::in_address;
use json_ld::Node;
use site::Site;

use super::Page;
use super::facts::{Element, Facts};
use crate::layers::{Evidence, Published, Stated};
use crate::page::Nature;
use crate::span::Span;

/// Adds to `stated`, which holds what the container told, what the page says.
pub fn add(page: &Page, stated: &mut Stated) {
    let (facts, text) = (&page.facts, page.text.as_str());
    let values = json_ld::parse(&facts.json_ld);
    let nodes = json_ld::nodes(&values);
    let articles = articles(&nodes, facts, text);
    let address = site::canonical(facts, &articles, stated.url.as_deref());
    let known_address = address.clone().or_else(|| stated.url.clone());
    let site = Site::of(facts, &nodes, known_address.as_deref());
    let titles = title::find(facts, text, &articles, &site);
    let heading = heading(facts, text, titles.first().map(|claim| claim.value.as_str()));
    let heading_end = heading.end;
    let language = stated.language.take().or_else(|| site::language(facts, &articles));
    let order = Order::of(language.as_deref());
    let authors = authors::find(page, &nodes, &articles, &site, heading_end);

    let mut published = dates::published(facts, text, &nodes, &articles, heading_end, order);
    if published.is_empty() {
        published.extend(dates::seen(text, heading, order));
    }
    stated.published.extend(published);
    stated.published.extend(known_address.as_deref().and_then(in_address));
    stated.modified = dates::modified(facts, &articles, order);
    stated.canonical_url = address;
    if stated.title.is_none() {
        stated.title = titles.first().map(|claim| claim.value.clone());
    }
    if stated.authors.is_empty() {
        stated.authors = authors.names;
    }
    stated.nature = nature(facts, &nodes, &stated.published);
    stated.titles = titles;
    stated.bylines = authors.claims;
    stated.site = stated.site.take().or(site.name);
    stated.language = language;
}

/// The records of articles: those of the page itself first, then the one whose headline is a
/// heading of the page.
fn articles<'a>(nodes: &[(&'a Node, bool)], facts: &Facts, text: &str) -> Vec<&'a Node> {
    let headings = facts.elements.iter().filter(|element| is_heading(element));
    let headings: Vec<String> = headings
        .map(|heading| key(heading.span.slice(text)))
        .filter(|key| !key.is_empty())
        .collect();
    let mut found: Vec<(bool, bool, &Node)> = Vec::new();
    for (node, is_part) in nodes.iter().filter(|(node, _)| json_ld::is_article(node)) {
        let headline = json_ld::text(node, "headline").map(key);
        let is_seen = headline.is_some_and(|headline| headings.contains(&headline));
        found.push((*is_part, !is_seen, node));
    }
    found.sort_by_key(|(is_part, is_unseen, _)| (*is_part, *is_unseen));
    found.into_iter().map(|(_, _, node)| node).collect()
}

/// What the page says that it is: by its own record, by `og:type` with a date of publication, or by
/// a date outside its records.
fn nature(facts: &Facts, nodes: &[(&Node, bool)], published: &[Published]) -> Nature {
    let own = || nodes.iter().filter(|(_, is_part)| !is_part).map(|(node, _)| node);
    let is_type = metas(facts, "og:type").any(|kind| kind.eq_ignore_ascii_case("article"));
    let is_dated = metas(facts, "article:published_time").next().is_some();
    if own().any(|node| json_ld::is_report(node)) || is_type && is_dated {
        return Nature::Article;
    }
    let is_seen = published.iter().any(|date| date.evidence != Some(Evidence::JsonLd));
    if own().any(|node| json_ld::is_offer(node))
        || !is_seen && own().any(|node| json_ld::is_help(node))
    {
        Nature::Offer
    } else if is_seen || own().any(|node| json_ld::is_thread(node)) {
        Nature::Dated
    } else {
        Nature::Undated
    }
}

/// Where the heading that is the title stands in the text, or the line that ends with it; at the
/// start where the text has none.
fn heading(facts: &Facts, text: &str, title: Option<&str>) -> Span {
    let headings = || facts.elements.iter().filter(|element| is_heading(element));
    let title = title.map(key).filter(|title| !title.is_empty());
    let own = headings().find(|heading| Some(key(heading.span.slice(text))) == title);
    let any = || headings().find(|heading| !heading.span.is_empty());
    if let Some(heading) = own.or_else(any) {
        return heading.span;
    }
    let mut end = 0;
    let line = text.split('\n').find(|line| {
        end += line.len() + 1;
        title.as_ref().is_some_and(|title| key(line).ends_with(title.as_str()))
    });
    line.map_or(Span::new(0, 0), |line| Span::new(end - 1 - line.len(), end - 1))
}

fn is_heading(element: &Element) -> bool {
    element.name.eq_ignore_ascii_case("h1")
}

/// The contents of `<meta>` of the key, in any case, in order.
fn metas<'a>(facts: &'a Facts, key: &str) -> impl Iterator<Item = &'a str> {
    let own = facts.metas.iter().filter(move |meta| meta.key.eq_ignore_ascii_case(key));
    own.map(|meta| &*meta.content)
}
