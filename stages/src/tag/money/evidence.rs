//! Which currency an open name or sign is, and what says so.
//!
//! Invariant: evidence is asked in one order: the words themselves, the article's other sums, the
//! country it comes from or speaks of, the default; the first that answers alone decides.

use super::lexicon::{Lexicon, last_year, pays_with};
use super::scan::{Naming, Sum};
use crate::layers::{CurrencyEvidence, MoneyMention};

/// What an article tells of currencies beside the words of a sum.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// Codes of the sums whose words leave no doubt, and what named them.
    pub named: Vec<(String, Naming)>,
    /// The country the article comes from, if known.
    pub country: Option<String>,
    /// Codes that the configuration takes where nothing else tells.
    pub defaults: &'a [String],
    /// The year of publication.
    pub year: Option<i16>,
    /// The kept sentences.
    pub text: String,
}

impl Evidence<'_> {
    /// The code of a sum's currency and what decided it; `last` is the sum before it.
    pub fn decide(
        &self,
        sum: &Sum,
        sentence: &str,
        lexicon: &Lexicon,
        last: Option<&MoneyMention>,
    ) -> (Option<String>, CurrencyEvidence) {
        if let [code] = sum.currency.codes.as_slice() {
            let evidence = match sum.naming {
                Naming::Sign => CurrencyEvidence::Symbol,
                Naming::Name | Naming::Code => CurrencyEvidence::Explicit,
            };
            return (Some(code.clone()), evidence);
        }
        let year = first_year(sentence).or(self.year);
        let codes: Vec<&String> =
            sum.currency.codes.iter().filter(|code| is_money_in(code, year)).collect();
        // Who writes `HK$` means another dollar by `$`.
        let is_contrast = |naming| sum.naming == Naming::Sign && naming == Naming::Sign;
        let named = self
            .named
            .iter()
            .filter(|(code, naming)| codes.contains(&code) && !is_contrast(*naming));
        let converted = last.filter(|_| sum.is_conversion).and_then(|last| last.currency.as_ref());
        let told = only(named.map(|(code, _)| code)).filter(|code| converted != Some(*code));
        if let Some(code) = told {
            return (Some(code.clone()), CurrencyEvidence::Document);
        }
        let publisher = self.country.as_deref();
        let own = publisher.and_then(|country| {
            codes.iter().find(|code| pays_with(country, code) && converted != Some(**code))
        });
        let told = || self.told_by_places(sentence, &codes, lexicon);
        // The world's dollar is named by its noun alone wherever it is news.
        let open = sum.currency.default.is_none();
        if let Some(code) = own.copied().or_else(|| open.then(told).flatten()) {
            return (Some(code.clone()), CurrencyEvidence::Country);
        }
        let past = codes.iter().find(|code| year.zip(last_year(code)).is_some());
        let past = past.filter(|code| lexicon.is_home_of(code)).copied();
        let configured = self.defaults.iter().find(|code| codes.contains(code));
        let default = sum.currency.default.as_ref();
        let default = default.filter(|code| sum.currency.codes.contains(code));
        match configured.or(past).or(default) {
            Some(code) => (Some(code.clone()), CurrencyEvidence::Default),
            // "a loss of $3 million, or 9 cents a share"
            None => match last.and_then(|last| last.currency.as_ref()) {
                Some(code) if sum.currency.parts > 1 && codes.contains(&code) => {
                    (Some(code.clone()), CurrencyEvidence::Document)
                }
                _ => (None, CurrencyEvidence::Unknown),
            },
        }
    }

    /// The code of the country that the sentence, else the article, names.
    fn told_by_places<'c>(
        &self,
        sentence: &str,
        codes: &[&'c String],
        lexicon: &Lexicon,
    ) -> Option<&'c String> {
        [sentence, &self.text].into_iter().find_map(|text| {
            let told = codes.iter().copied().filter(|code| {
                lexicon.countries.iter().any(|(country, names)| {
                    pays_with(country, code) && names.iter().any(|name| names_place(text, name))
                })
            });
            only(told)
        })
    }
}

/// The one thing that all of them are.
fn only<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// Whether `code` was money in `year`; demonetised ones only where the year is known to be old.
fn is_money_in(code: &str, year: Option<i16>) -> bool {
    last_year(code).is_none_or(|last| year.is_some_and(|year| year <= last))
}

/// The earliest year that a sentence names in digits.
fn first_year(sentence: &str) -> Option<i16> {
    let numbers = sentence.split(|ch: char| !ch.is_ascii_digit());
    let years = numbers.filter(|digits| digits.len() == 4).filter_map(|year| year.parse().ok());
    years.filter(|year| (1800..2100).contains(year)).min()
}

fn names_place(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(char::is_alphabetic)
            && !text[at + name.len()..].starts_with(char::is_alphabetic)
    })
}

/// The country whose domain the host of `url` is in, as ISO 3166 writes it.
pub fn country_of_host(host: &str) -> Option<String> {
    let label = host.rsplit('.').next().filter(|label| label.len() == 2)?;
    // Domains that the whole world registers in.
    let is_open = ["co", "io", "tv", "me", "ai", "fm", "ly", "eu", "cc", "to"].contains(&label);
    let country = if label == "uk" { "GB".to_owned() } else { label.to_ascii_uppercase() };
    (!is_open).then_some(country)
}

/// The host of a URL, without `www.`.
pub fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}
