//! The site: its name, its other names, and the address of the article.

use super::json_ld::{self, Node};
use super::words::clean;
use crate::decode::html::facts::Facts;
use crate::text::key;

/// The site's name in `<meta>`, the most trusted first.
const NAME_KEYS: &[&str] =
    &["og:site_name", "application-name", "dc.publisher", "citation_journal_title"];
/// What names the site beside its name.
const OTHER_KEYS: &[&str] = &[
    "twitter:site",
    "al:ios:app_name",
    "al:android:app_name",
    "apple-mobile-web-app-title",
    "copyright",
    "publisher",
];
/// How many letters may follow a site's name in what is still the site (`.com`, a department).
const SUFFIX_LETTERS_MAX: usize = 12;

/// What the site is called.
#[derive(Debug, Default)]
pub struct Site {
    pub name: Option<String>,
    /// The keys of all its names, its host's among them.
    keys: Vec<String>,
}

impl Site {
    pub fn of(facts: &Facts, nodes: &[(&Node, bool)], address: Option<&str>) -> Self {
        let of_metas = |keys: &[&str]| -> Vec<String> {
            keys.iter().flat_map(|key| super::metas(facts, key)).filter_map(clean).collect()
        };
        let mut names = of_metas(NAME_KEYS);
        let publishers = |parts: bool| {
            let own = nodes.iter().filter(move |(_, is_part)| *is_part == parts);
            own.flat_map(|(node, _)| json_ld::names(node, "publisher")).filter_map(clean)
        };
        let own = nodes.iter().filter(|(node, is_part)| {
            !is_part && json_ld::has_type(node, |name| name.ends_with("website"))
        });
        let own = own.filter_map(|(node, _)| json_ld::text(node, "name"));
        names.extend(publishers(false).chain(own.filter_map(clean)));
        let mut keys: Vec<String> = names
            .iter()
            .map(String::as_str)
            .map(key)
            .chain(publishers(true).map(|name| key(&name)))
            .collect();
        keys.extend(of_metas(OTHER_KEYS).iter().map(|name| key(name)));
        if let Some(host) = address.and_then(host) {
            let labels: Vec<&str> = host.split('.').collect();
            keys.push(key(host));
            let own = labels.iter().take(labels.len().saturating_sub(1));
            keys.extend(own.filter(|label| label.len() > 2).map(|label| key(label)));
        }
        keys.retain(|key| !key.is_empty());
        let is_name = |name: &String| !name.starts_with('@') && !name.contains("://");
        Self { name: names.into_iter().find(is_name), keys }
    }

    /// Whether `words` are a name of the site, or begin with one and go on for a little.
    pub fn is_named(&self, words: &str) -> bool {
        let words = key(words);
        self.keys.iter().any(|name| {
            words == *name
                || name.chars().nth(3).is_some()
                    && words
                        .strip_prefix(name.as_str())
                        .is_some_and(|rest| rest.chars().count() <= SUFFIX_LETTERS_MAX)
        })
    }
}

/// The host of an address, without `www.`.
fn host(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

/// The article's address as the page states it: absolute, of `http` or `https`.
pub fn canonical(facts: &Facts, articles: &[&Node], told: Option<&str>) -> Option<String> {
    let links = facts.links.iter().filter(|link| link.rel.eq_ignore_ascii_case("canonical"));
    let of_links = links.map(|link| &*link.href);
    let of_records = articles.iter().filter_map(|node| json_ld::text(node, "url"));
    let metas = super::metas(facts, "og:url");
    let base = facts.base.as_deref().or(told);
    of_links.chain(metas).chain(of_records).find_map(|address| absolute(address.trim(), base))
}

/// The address, led back to the origin of `base` where it begins with a slash.
fn absolute(address: &str, base: Option<&str>) -> Option<String> {
    const BYTES_MAX: usize = 2000;
    if address.len() > BYTES_MAX || address.contains(char::is_whitespace) {
        return None;
    }
    let is_web = |address: &str| {
        ["http://", "https://"].iter().any(|scheme| {
            let start = address.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
                && address.len() > scheme.len()
        })
    };
    if is_web(address) {
        return Some(address.to_owned());
    }
    let base = base.filter(|base| is_web(base))?;
    let (scheme, rest) = base.split_once("://")?;
    if address.starts_with("//") {
        return Some(format!("{scheme}:{address}"));
    }
    let host = rest.split(['/', '?', '#']).next()?;
    address.starts_with('/').then(|| format!("{scheme}://{host}{address}"))
}

/// The language that the page claims, as a BCP 47 tag.
pub fn language(facts: &Facts, articles: &[&Node]) -> Option<String> {
    const BYTES_MAX: usize = 35;
    let of_metas = ["content-language", "og:locale", "dc.language", "language"];
    let of_metas = of_metas.iter().flat_map(|key| super::metas(facts, key));
    let of_records = articles.iter().filter_map(|node| json_ld::text(node, "inLanguage"));
    facts.language.into_iter().chain(of_metas).chain(of_records).find_map(|tag| {
        let tag = tag.trim().replace('_', "-");
        let primary = tag.split('-').next().unwrap_or_default();
        let is_tag = matches!(primary.len(), 2 | 3)
            && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
            && tag.len() <= BYTES_MAX
            && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_tag.then_some(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_led_back_to_their_origin() {
        let base = Some("https://a.example/x/y?z");
        for (address, base, expected) in [
            ("http://b.example/1", None, Some("http://b.example/1")),
            ("/1", base, Some("https://a.example/1")),
            ("//c.example/1", base, Some("https://c.example/1")),
            ("/1", None, None),
            ("1.html", base, None),
            ("javascript:void(0)", base, None),
            ("https://", None, None),
            ("http://a b", None, None),
        ] {
            assert_eq!(absolute(address, base).as_deref(), expected, "{address}");
        }
    }
}
