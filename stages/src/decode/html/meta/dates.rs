//! When the page says it was published and changed.
//!
//! Invariant: a date counts in the precision it is written with; the day is that of the page's own
//! clock, as written, whatever its time zone.

use super::forms::date;
use super::json_ld::{self, Node};
use crate::calendar::{self, Order};
use crate::decode::html::facts::{Element, Facts};
use crate::layers::{Evidence, Precision, Published, PublishedSource};
use crate::page::Cue;
use crate::span::Span;

/// Keys of the publication date in `<meta>`: letters and digits alone, the most trusted first.
const PUBLISHED_KEYS: &[&str] = &[
    "articlepublishedtime",
    "ogarticlepublishedtime",
    "ogpublishedtime",
    "datepublished",
    "parselypubdate",
    "sailthrudate",
    "cxenseparserecspublishtime",
    "articlepublished",
    "publisheddate",
    "publishdate",
    "publicationdate",
    "pubdate",
    "ptime",
    "originalpublicationdate",
    "displaydate",
    "citationpublicationdate",
    "citationonlinedate",
    "citationdate",
    "dcdateissued",
    "dctermsissued",
    "dcdatecreated",
    "dctermscreated",
    "dctermsdate",
    "dcdate",
    "datecreated",
    "articlecreated",
    "createdate",
    "created",
    "rnewsdatepublished",
    "weiboarticlecreateat",
    "date",
];
/// Keys of the last change.
const MODIFIED_KEYS: &[&str] = &[
    "articlemodifiedtime",
    "ogarticlemodifiedtime",
    "ogupdatedtime",
    "ogmodifiedtime",
    "datemodified",
    "articleupdated",
    "dctermsmodified",
    "dcdatemodified",
    "dateupdated",
    "lastmodified",
    "modified",
    "revised",
];
/// The most candidates.
const CANDIDATES_MAX: usize = 8;

/// The candidates for the publication date, the most trusted first, no two of one value.
pub fn published(
    facts: &Facts,
    text: &str,
    nodes: &[(&Node, bool)],
    articles: &[&Node],
    heading_end: u32,
    order: Order,
) -> Vec<Published> {
    let of_articles = |member| articles.iter().filter_map(move |node| json_ld::text(node, member));
    let mut said: Vec<(&str, Evidence)> = Vec::new();
    said.extend(of_articles("datePublished").map(|date| (date, Evidence::JsonLd)).take(1));
    said.extend(of_metas(facts, PUBLISHED_KEYS));
    said.extend(times(facts, text, heading_end, order));
    let of_pages = nodes.iter().filter(|(node, is_part)| {
        !is_part
            && json_ld::has_type(node, |name| name.ends_with("page") || name.ends_with("object"))
    });
    let of_pages = of_pages.filter_map(|(node, _)| json_ld::text(node, "datePublished"));
    let weaker = of_pages.chain(of_articles("dateCreated")).chain(of_articles("uploadDate"));
    said.extend(weaker.map(|date| (date, Evidence::JsonLd)));
    let mut found: Vec<Published> = Vec::new();
    for (said, evidence) in said {
        let Some((value, precision)) = date(said, order) else { continue };
        if found.len() < CANDIDATES_MAX && found.iter().all(|other| other.value != value) {
            let (source, evidence) = (PublishedSource::Metadata, Some(evidence));
            found.push(Published { value, precision, source, evidence, span: None });
        }
    }
    found
}

/// The day that a short line names, behind the title or close before it.
pub fn seen(text: &str, title: Span, order: Order) -> Option<Published> {
    const BEHIND: usize = 8;
    const BEFORE: usize = 3;
    const LINE_BYTES_MAX: usize = 100;
    let lines = |from: usize, to: usize| {
        text[from..to].split('\n').scan(from, |at, line| {
            let start = *at;
            *at += line.len() + 1;
            Some((start, line))
        })
    };
    let is_blank = |(_, line): &(usize, &str)| line.trim().is_empty();
    let behind = lines(title.end as usize, text.len()).filter(|line| !is_blank(line));
    let mut before: Vec<_> =
        lines(0, title.start as usize).filter(|line| !is_blank(line)).collect();
    let before = before.split_off(before.len().saturating_sub(BEFORE)).into_iter().rev();
    let near = behind.take(BEHIND).chain(before);
    near.filter(|(_, line)| line.len() <= LINE_BYTES_MAX).find_map(|(start, line)| {
        let (value, words) = calendar::day_in(line, order)?;
        let span = Some(Span::new(start + words.start, start + words.end));
        let (precision, source) = (Precision::Day, PublishedSource::Header);
        Some(Published { value, precision, source, evidence: None, span })
    })
}

/// The date in the path of the article's address (`/2024/05/21/`).
pub fn in_address(address: &str) -> Option<Published> {
    let path = address.split_once("://")?.1.split_once('/')?.1;
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(3).find_map(|parts| {
        let is_number = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let [year, month, day] = parts else { return None };
        let is_date = is_number(year, 4..=4) && is_number(month, 1..=2) && is_number(day, 1..=2);
        let (value, precision) = date(&format!("{year}-{month:0>2}-{day:0>2}"), Order::Unknown)?;
        let source = PublishedSource::Address;
        is_date.then_some(Published { value, precision, source, evidence: None, span: None })
    })
}

/// When the page was last changed, in ISO 8601.
pub fn modified(facts: &Facts, articles: &[&Node], order: Order) -> Option<String> {
    let of_records = articles.iter().filter_map(|node| json_ld::text(node, "dateModified"));
    let of_metas = of_metas(facts, MODIFIED_KEYS).into_iter().map(|(said, _)| said);
    let of_elements = facts.elements.iter().filter(|element| has_property(element, "datemodified"));
    let of_elements = of_elements.filter_map(|element| element.value.as_deref());
    of_records
        .chain(of_metas)
        .chain(of_elements)
        .find_map(|said| date(said, order))
        .map(|(value, _)| value)
}

/// What `<meta>` says under `keys`, in their order.
fn of_metas<'a>(facts: &'a Facts, keys: &[&str]) -> Vec<(&'a str, Evidence)> {
    let mut found: Vec<(usize, &str, Evidence)> = Vec::new();
    for meta in &facts.metas {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric();
        // A key may be the full name of the property (`http://ogp.me/ns/article#published_time`).
        let name = meta.key.rsplit("/ns/").next().unwrap_or_default();
        let key: Vec<u8> =
            name.bytes().filter(is_plain).map(|byte| byte.to_ascii_lowercase()).collect();
        if let Some(rank) = keys.iter().position(|other| other.as_bytes() == key) {
            let is_open_graph = meta.key.contains(':');
            let evidence = if is_open_graph { Evidence::OpenGraph } else { Evidence::Meta };
            found.push((rank, &meta.content, evidence));
        }
    }
    found.sort_by_key(|(rank, ..)| *rank);
    found.into_iter().map(|(_, said, evidence)| (said, evidence)).collect()
}

fn has_property(element: &Element, property: &str) -> bool {
    let words = element.itemprop.unwrap_or_default();
    words.split_whitespace().any(|word| word.eq_ignore_ascii_case(property))
}

/// The dates that elements of the text carry: those that say they are of the publication, then
/// the first `<time>` behind the title.
fn times<'a>(
    facts: &'a Facts,
    text: &'a str,
    heading_end: u32,
    order: Order,
) -> Vec<(&'a str, Evidence)> {
    let said = |element: &'a Element| {
        let value = element.value.as_deref().unwrap_or_default();
        if value.is_empty() { element.span.slice(text) } else { value }
    };
    let is_other = |element: &Element| {
        let others = [Cue::Comment, Cue::Related];
        others.iter().any(|cue| cue.is_in(element.cues)) || has_property(element, "datemodified")
    };
    let own = facts.elements.iter().filter(|element| !is_other(element));
    let by_property = own.clone().filter(|element| has_property(element, "datepublished"));
    let is_time = |element: &&Element| element.name.eq_ignore_ascii_case("time");
    let behind = own
        .filter(is_time)
        .find(|time| time.span.start >= heading_end && date(said(time), order).is_some());
    let by_property = by_property.map(|element| (said(element), Evidence::Microdata));
    by_property.chain(behind.map(|time| (said(time), Evidence::Time))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_hold_the_day() {
        for (address, expected) in [
            ("https://a.example/news/2024/05/21/x.html", Some("2024-05-21")),
            ("https://a.example/2024/5/2/", Some("2024-05-02")),
            ("https://a.example/2024/13/02/", None),
            ("https://a.example/2024/05/story", None),
            ("https://a.example/x?d=2024/05/21/", None),
            ("https://a.example", None),
        ] {
            let found = in_address(address).map(|found| found.value);
            assert_eq!(found.as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn days_are_seen_beside_the_title() {
        for (text, expected) in [
            ("Title\n\nBy Ann Lee | 21.05.24\nBody", Some("2024-05-21 21.05.24")),
            ("News\nMay 21, 2024\nTitle\nBody", Some("2024-05-21 May 21, 2024")),
            (
                "Title\nBody of 21.05.2024, so long a line that it is a paragraph and not a date line, \
                whatever is in it, since paragraphs name other days",
                None,
            ),
            ("Title\n1.2.3\nBody", None),
            ("Title", None),
        ] {
            let title = text.find("Title").unwrap_or_default();
            let found = seen(text, Span::new(title, title + 5), Order::Unknown);
            let found = found.map(|found| {
                let words = found.span.map(|span| span.slice(text)).unwrap_or_default();
                format!("{} {words}", found.value)
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
