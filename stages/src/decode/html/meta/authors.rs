//! Who wrote the article, out of the page's records, its `<meta>` and its byline.
//!
//! A person that the article's record names is believed first. An organisation, or the site
//! itself, counts only where nothing else on the page names a person.

use serde_json::Value;

use super::json_ld::{self, Node};
use super::signature;
use super::site::Site;
use super::words::clean;
use crate::byline::{is_person, names};
use crate::decode::html::Page;
use crate::decode::html::facts::{Element, Facts};
use crate::layers::{Claim, Evidence};
use crate::page::Cue;
use crate::span::Span;
use crate::text::key;

/// What names the author in `<meta>`, the most trusted first.
const META_KEYS: &[&str] = &[
    "article:author",
    "article:author_name",
    "author",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "og:article:author",
    "og:author",
    "article.author",
    "byl",
    "byline",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
];
/// Keys whose names stand with the family name first.
const INVERTED: &[&str] = &["dc.creator", "dcterms.creator", "citation_author"];
/// What may name the author where the record names an organisation.
const OTHER_KEYS: &[&str] = &["articleauthor", "article_author", "dable:author", "authors"];
/// How far apart, in bytes of the text, two names of one byline may stand.
const GAP_BYTES_MAX: usize = 40;
/// The longest text of an element that is read as a byline.
const BYLINE_BYTES_MAX: usize = 200;
/// The most authors.
const AUTHORS_MAX: usize = 100;

/// Names from one place of the page.
struct Byline {
    names: Vec<String>,
    evidence: Evidence,
    /// None of them is an organisation or the site.
    names_person: bool,
}

/// The authors, and who else the page calls one.
#[derive(Debug, Default)]
pub struct Authors {
    pub names: Vec<String>,
    /// Each place's names, the chosen first.
    pub claims: Vec<Claim>,
}

/// Who wrote the article. `heading_end` is where the title ends in the text.
pub fn find(
    page: &Page,
    nodes: &[(&Node, bool)],
    articles: &[&Node],
    site: &Site,
    heading_end: u32,
) -> Authors {
    let (facts, text) = (&page.facts, page.text.as_str());
    let record = articles.iter().find_map(|node| of_record(node, nodes, site));
    let is_typed_person = record.as_ref().is_some_and(|(_, is_organization)| !is_organization);
    let mut found: Vec<Byline> = record.into_iter().map(|(byline, _)| byline).collect();
    found.extend(META_KEYS.iter().filter_map(|key| of_meta(facts, key, site)));
    if !is_typed_person {
        found.extend(OTHER_KEYS.iter().filter_map(|key| of_meta(facts, key, site)));
    }
    found.extend(of_text(facts, text, site, heading_end));
    if !found.iter().any(|byline| byline.names_person) {
        found.extend(byline(signature::find(page), Evidence::Byline, site));
    }
    // A stable sort: where nobody is named, the first place counts.
    found.sort_by_key(|byline| !byline.names_person);
    let mut authors = Authors::default();
    for Byline { names, evidence, .. } in found {
        let claim = Claim { value: names.join("; "), evidence };
        if authors.names.is_empty() {
            authors.names = names;
        }
        if authors.claims.iter().all(|other| key(&other.value) != key(&claim.value)) {
            authors.claims.push(claim);
        }
    }
    authors
}

/// The byline of `names`; none where there are none. The site stands beside others for nothing.
fn byline(names: Vec<String>, evidence: Evidence, site: &Site) -> Option<Byline> {
    let mut own: Vec<String> = Vec::new();
    for name in names {
        if own.iter().all(|other| key(other) != key(&name)) && own.len() < AUTHORS_MAX {
            own.push(name);
        }
    }
    let names_person = own.iter().any(|name| !site.is_named(name));
    if names_person {
        own.retain(|name| !site.is_named(name));
    }
    (!own.is_empty()).then_some(Byline { names: own, evidence, names_person })
}

/// The authors of an article's record, and whether all of them are organisations.
fn of_record(node: &Node, nodes: &[(&Node, bool)], site: &Site) -> Option<(Byline, bool)> {
    let mut found = Vec::new();
    let mut all_organizations = true;
    for member in ["author", "creator"] {
        for author in json_ld::all(node.get(member)) {
            let said = match author {
                Value::String(name) => vec![name.clone()],
                Value::Object(author) => of_author(author, nodes),
                _ => continue,
            };
            let is_organization = author.as_object().is_some_and(json_ld::is_organization);
            all_organizations &= is_organization;
            for said in said.iter().filter_map(|name| clean(name)) {
                // An organisation's name is whole ("Smith and Sons").
                found.extend(if is_organization { vec![said] } else { names(&said) });
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    let mut byline = byline(found, Evidence::JsonLd, site)?;
    byline.names_person &= !all_organizations;
    Some((byline, all_organizations))
}

/// The names of an author's node, or of the node of the same `@id`.
fn of_author(author: &Node, nodes: &[(&Node, bool)]) -> Vec<String> {
    let own: Vec<String> =
        json_ld::all(author.get("name")).filter_map(Value::as_str).map(str::to_owned).collect();
    if !own.is_empty() {
        return own;
    }
    let parts = ["givenName", "familyName"].map(|member| json_ld::text(author, member));
    if parts[1].is_some() {
        return vec![parts.into_iter().flatten().collect::<Vec<_>>().join(" ")];
    }
    let Some(id) = json_ld::text(author, "@id") else { return Vec::new() };
    let same = nodes.iter().filter(|(node, _)| json_ld::text(node, "@id") == Some(id));
    same.filter_map(|(node, _)| json_ld::text(node, "name")).take(1).map(str::to_owned).collect()
}

fn of_meta(facts: &Facts, key: &str, site: &Site) -> Option<Byline> {
    let mut found = Vec::new();
    for said in super::metas(facts, key).filter_map(clean) {
        let said = match said.split_once(", ").filter(|_| INVERTED.contains(&key)) {
            Some((family, given)) if !given.contains(", ") => format!("{given} {family}"),
            _ => said,
        };
        // A profile's address or a handle names nobody.
        if !said.starts_with(['@', '/']) {
            found.extend(names(&said));
        }
    }
    let mut byline = byline(found, Evidence::Meta, site)?;
    byline.names_person &= byline.names.iter().any(|name| name.chars().any(char::is_alphabetic));
    Some(byline)
}

/// The byline that readers see: the first behind the title.
fn of_text(facts: &Facts, text: &str, site: &Site, heading_end: u32) -> Option<Byline> {
    let elements: Vec<&Element> =
        facts.elements.iter().filter(|element| names_author(element, text)).collect();
    let is_leaf = |element: &&&Element| {
        let holds = |other: &&Element| {
            let (outer, inner) = (element.span, other.span);
            outer != inner && outer.start <= inner.start && inner.end <= outer.end
        };
        !elements.iter().any(holds)
    };
    let mut leaves: Vec<Leaf> = Vec::new();
    for element in elements.iter().filter(is_leaf) {
        let own = clean(element.span.slice(text)).map(|words| names(&words)).unwrap_or_default();
        let is_author = element.itemprop.is_some_and(is_author_property);
        let evidence = if is_author { Evidence::Microdata } else { Evidence::Byline };
        if !own.is_empty() && leaves.iter().all(|leaf| leaf.span != element.span) {
            leaves.push(Leaf { span: element.span, names: own, evidence });
        }
    }
    leaves.sort_by_key(|leaf| leaf.span);
    let first = leaves.iter().position(|leaf| leaf.span.start >= heading_end).unwrap_or(0);
    let mut own: Vec<String> = Vec::new();
    let mut end = leaves.get(first)?.span.start as usize;
    for Leaf { span, names, .. } in &leaves[first..] {
        if span.start as usize > end + GAP_BYTES_MAX {
            break;
        }
        end = span.end as usize;
        own.extend(names.iter().cloned());
    }
    let mut byline = byline(own, leaves[first].evidence, site)?;
    byline.names_person &= byline.names.iter().any(|name| is_person(name));
    Some(byline)
}

/// An element of a byline that holds no other, and the names in it.
struct Leaf {
    span: Span,
    names: Vec<String>,
    evidence: Evidence,
}

fn is_author_property(itemprop: &str) -> bool {
    let mut words = itemprop.split_whitespace();
    words.any(|word| word.eq_ignore_ascii_case("author") || word.eq_ignore_ascii_case("creator"))
}

/// Whether the element's words may be the article's byline.
fn names_author(element: &Element, text: &str) -> bool {
    const OTHERS: &[Cue] = &[Cue::Comment, Cue::Related, Cue::Bio, Cue::Caption, Cue::Media];
    let length = element.span.slice(text).len();
    let is_other = OTHERS.iter().any(|cue| cue.is_in(element.cues));
    let is_rel = element
        .rel
        .is_some_and(|rel| rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("author")));
    let is_author = is_rel
        || element.itemprop.is_some_and(is_author_property)
        || Cue::Byline.is_in(element.cues);
    is_author && !is_other && (1..=BYLINE_BYTES_MAX).contains(&length)
}
