//! The country that an article comes from, which decides what an open currency or a date in digits
//! means.
//!
//! Invariant: codes are those of ISO 3166, in capitals; where nothing tells, none is guessed.

use super::Settings;
use crate::layers::{Document, Language};

/// The country that the settings name for the article's host or language, else that of the host's
/// domain, else the region of the language that the article declares (`en-GB`).
pub fn country_of(document: &Document, language: &Language, settings: &Settings) -> Option<String> {
    let stated = &document.stated;
    let host = stated.url.as_deref().or(stated.canonical_url.as_deref()).and_then(host);
    let configured = host.and_then(|host| settings.countries.get(host));
    let configured = configured.or_else(|| settings.countries.get(&language.document.tag));
    configured
        .cloned()
        .or_else(|| host.and_then(country_of_host))
        .or_else(|| stated.language.as_deref().and_then(region))
}

/// The region of a BCP 47 tag.
fn region(tag: &str) -> Option<String> {
    let is_region = |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic());
    let mut subtags = tag.split(['-', '_']).skip(1).take_while(|part| part.len() > 1);
    subtags.find(is_region).map(str::to_ascii_uppercase)
}

/// The country whose domain a host is in.
fn country_of_host(host: &str) -> Option<String> {
    let label = host.rsplit('.').next().filter(|label| label.len() == 2)?;
    // Domains that the whole world registers in.
    let is_open = ["co", "io", "tv", "me", "ai", "fm", "ly", "eu", "cc", "to"].contains(&label);
    let country = if label == "uk" { "GB".to_owned() } else { label.to_ascii_uppercase() };
    (!is_open).then_some(country)
}

/// The host of a URL, without `www.`.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::from_text;
    use crate::layers::Blocks;

    #[test]
    fn settings_go_before_the_domain_and_that_before_the_declared_region() {
        let country = |url: Option<&str>, declared: Option<&str>, settings: &Settings| {
            let mut document = from_text("A text.");
            document.stated.url = url.map(str::to_owned);
            document.stated.language = declared.map(str::to_owned);
            let language = Language::given("en", &Blocks::all_body(&document.text));
            country_of(&document, &language, settings)
        };
        let none = Settings::default();
        let pair = |(key, code): (&str, &str)| (key.to_owned(), code.to_owned());
        let by_host = [("news.example.ie", "GB"), ("en", "AU")].map(pair);
        let both = Settings { countries: by_host.into(), ..Settings::default() };
        for (url, declared, settings, expected) in [
            (Some("https://www.example.co.uk/a?b"), Some("en-US"), &none, Some("GB")),
            (Some("http://example.com:80/"), Some("en_gb"), &none, Some("GB")),
            (None, Some("zh-Hans-CN"), &none, Some("CN")),
            (None, Some("en-x-GB"), &none, None),
            (None, Some("en-001"), &none, None),
            (Some("https://example.io/"), None, &none, None),
            (Some("https://news.example.ie/1"), Some("en-US"), &both, Some("GB")),
            (Some("https://example.ie/1"), None, &both, Some("AU")),
        ] {
            let told = country(url, declared, settings);
            assert_eq!(told.as_deref(), expected, "{url:?} {declared:?}");
        }
    }
}
