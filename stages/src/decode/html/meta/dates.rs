//! When the page says it was published and changed.
//!
//! Invariant: a date counts in the precision it is written with; the day is that of the page's own
//! clock, as written, whatever its time zone.

use jiff::civil::DateTime;

use super::json_ld::{self, Node};
use crate::decode::html::facts::{Element, Facts};
use crate::decode::told::iso_date;
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
/// Years outside are no publication dates of web pages or their archives.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=2199;

/// The candidates for the publication date, the most trusted first, no two of one value.
pub fn published(
    facts: &Facts,
    text: &str,
    nodes: &[(&Node, bool)],
    articles: &[&Node],
    heading_end: u32,
) -> Vec<Published> {
    let of_articles = |member| articles.iter().filter_map(move |node| json_ld::text(node, member));
    let mut said: Vec<(&str, Evidence)> = Vec::new();
    said.extend(of_articles("datePublished").map(|date| (date, Evidence::JsonLd)).take(1));
    said.extend(of_metas(facts, PUBLISHED_KEYS));
    said.extend(times(facts, text, heading_end));
    let of_pages = nodes.iter().filter(|(node, is_part)| {
        !is_part
            && json_ld::has_type(node, |name| name.ends_with("page") || name.ends_with("object"))
    });
    let of_pages = of_pages.filter_map(|(node, _)| json_ld::text(node, "datePublished"));
    let weaker = of_pages.chain(of_articles("dateCreated")).chain(of_articles("uploadDate"));
    said.extend(weaker.map(|date| (date, Evidence::JsonLd)));
    let mut found: Vec<Published> = Vec::new();
    for (said, evidence) in said {
        let Some((value, precision)) = date(said) else { continue };
        if found.len() < CANDIDATES_MAX && found.iter().all(|other| other.value != value) {
            let (source, evidence) = (PublishedSource::Metadata, Some(evidence));
            found.push(Published { value, precision, source, evidence, span: None });
        }
    }
    found
}

/// The day, in figures, of a short line behind the title.
pub fn seen(text: &str, heading_end: u32) -> Option<Published> {
    const LINES: usize = 8;
    const LINE_BYTES_MAX: usize = 80;
    let start = heading_end as usize;
    let lines = text[start..].split('\n').scan(start, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    });
    let short = lines.filter(|(_, line)| !line.trim().is_empty()).take(LINES);
    short.filter(|(_, line)| line.len() <= LINE_BYTES_MAX).find_map(|(start, line)| {
        let words =
            line.split_whitespace().filter(|word| word.starts_with(|ch: char| ch.is_ascii_digit()));
        words.into_iter().find_map(|word| {
            let figures = word.trim_end_matches(|ch: char| !ch.is_ascii_digit());
            let (value, precision) = dotted(figures).or_else(|| iso_date(figures))?;
            let at = start + (word.as_ptr() as usize - line.as_ptr() as usize);
            let span = Some(Span::new(at, at + figures.len()));
            let source = PublishedSource::Header;
            let is_day = precision == Precision::Day && is_likely(&value);
            is_day.then_some(Published { value, precision, source, evidence: None, span })
        })
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
        let (value, precision) = date(&format!("{year}-{month:0>2}-{day:0>2}"))?;
        let source = PublishedSource::Address;
        is_date.then_some(Published { value, precision, source, evidence: None, span: None })
    })
}

/// When the page was last changed, in ISO 8601.
pub fn modified(facts: &Facts, articles: &[&Node]) -> Option<String> {
    let of_records = articles.iter().filter_map(|node| json_ld::text(node, "dateModified"));
    let of_metas = of_metas(facts, MODIFIED_KEYS).into_iter().map(|(said, _)| said);
    let of_elements = facts.elements.iter().filter(|element| has_property(element, "datemodified"));
    let of_elements = of_elements.filter_map(|element| element.value.as_deref());
    of_records.chain(of_metas).chain(of_elements).find_map(date).map(|(value, _)| value)
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
fn times<'a>(facts: &'a Facts, text: &'a str, heading_end: u32) -> Vec<(&'a str, Evidence)> {
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
        .find(|time| time.span.start >= heading_end && date(said(time)).is_some());
    let by_property = by_property.map(|element| (said(element), Evidence::Microdata));
    by_property.chain(behind.map(|time| (said(time), Evidence::Time))).collect()
}

/// The date that `said` is, in one of the forms that programs write: ISO 8601 and its kin,
/// RFC 2822, days of the form 21.05.2024.
fn date(said: &str) -> Option<(String, Precision)> {
    const BYTES_MAX: usize = 60;
    let said = said.trim();
    if said.is_empty() || said.len() > BYTES_MAX {
        return None;
    }
    let found = iso_date(said).or_else(|| iso_date(&with_hyphens(said)?));
    let found = found.or_else(|| compact(said)).or_else(|| dotted(said)).or_else(|| {
        let parsed = jiff::fmt::rfc2822::parse(said).ok()?;
        Some((minute(parsed.datetime()), Precision::Minute))
    });
    found.filter(|(value, _)| is_likely(value))
}

/// Whether a page may be of the day that `value` begins with. The first moment of Unix time stands
/// for a date that was never set.
fn is_likely(value: &str) -> bool {
    let year = value.get(..4).and_then(|year| year.parse().ok());
    year.is_some_and(|year| YEARS.contains(&year)) && !value.starts_with("1970-01-01")
}

fn minute(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// `2024/05/21` as `2024-05-21`.
fn with_hyphens(said: &str) -> Option<String> {
    let day = said.get(..10)?;
    let is_slashed = day.as_bytes()[4] == b'/' && day.as_bytes()[7] == b'/';
    is_slashed.then(|| format!("{}{}", day.replace('/', "-"), &said[10..]))
}

/// `20240521` and `20240521T104807Z`.
fn compact(said: &str) -> Option<(String, Precision)> {
    let digits = said.bytes().take_while(u8::is_ascii_digit).count();
    let day = said.get(..8).filter(|_| digits == 8)?;
    let day = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    match said[8..].strip_prefix(['T', 't', ' ']) {
        None => said[8..].is_empty().then(|| iso_date(&day))?,
        Some(clock) => iso_date(&format!("{day}T{}:{}", clock.get(..2)?, clock.get(2..4)?)),
    }
}

/// `21.05.2024` or `21.05.24`, alone or with a clock behind it.
fn dotted(said: &str) -> Option<(String, Precision)> {
    let mut parts = said.splitn(3, '.');
    let (day, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (year, rest) = rest.split_at(digits);
    let century = if year.len() == 2 { "20" } else { "" };
    let day = format!("{century}{year}-{month:0>2}-{day:0>2}");
    let clock = rest.trim_start_matches([',', ' ', '|', '-', '–']);
    let with_clock = || iso_date(&format!("{day}T{}", clock.get(..5)?));
    if rest.starts_with(|ch: char| ch.is_alphanumeric()) {
        return None;
    }
    with_clock().or_else(|| iso_date(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_programs_write() {
        for (said, expected) in [
            ("2024-05-21T10:48:07+02:00", Some("2024-05-21T10:48")),
            ("2024-05-21 10:48:07 +02:00", Some("2024-05-21T10:48")),
            ("2024/05/21", Some("2024-05-21")),
            ("2024/05/21 10:48", Some("2024-05-21T10:48")),
            ("20240521", Some("2024-05-21")),
            ("20240521T104807Z", Some("2024-05-21T10:48")),
            ("Tue, 21 May 2024 10:48:07 GMT", Some("2024-05-21T10:48")),
            ("21.05.2024", Some("2024-05-21")),
            ("1.5.2024, 10:48 Uhr", Some("2024-05-01T10:48")),
            ("2024-05", Some("2024-05")),
            ("1970-01-01T00:00:00Z", None),
            ("0001-01-01T00:00:00", None),
            ("31.02.2024", None),
            ("05/21/2024", None),
            ("yesterday", None),
            ("é024-05-21", None),
            ("2024.05.21", None),
            ("", None),
        ] {
            assert_eq!(date(said).map(|(value, _)| value).as_deref(), expected, "{said}");
        }
    }

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
}
