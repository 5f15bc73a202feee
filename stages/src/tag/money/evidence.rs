//! Which currency an open name or sign is, and what says so.
//!
//! Invariant: evidence is asked in one order: the words themselves, the article's other sums and the
//! currencies it names without an amount, the country it comes from or speaks of, the default; the
//! first that answers alone decides.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::lexicon::{Lexicon, is_world, last_year, pays_with};
use super::scan::{Naming, Scanner, Sum};
use crate::layers::{CurrencyEvidence, MoneyMention};

/// What an article tells of currencies beside the words of a sum.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Codes of the sums whose words leave no doubt, and what named them, each pair once.
    pub named: Vec<(&'a str, Naming)>,
    /// The country the article comes from, if known.
    pub country: Option<&'a str>,
    /// Codes that the configuration takes where nothing else tells.
    pub defaults: &'a [String],
    /// The year of publication.
    pub year: Option<i16>,
    /// The kept sentences.
    pub texts: &'a [Cow<'a, str>],
    /// The words of the article's language.
    pub lexicon: &'static Lexicon,
    /// The countries that the article names.
    pub countries: OnceCell<BTreeSet<&'static str>>,
    /// The countries whose adjectives it uses.
    pub demonyms: OnceCell<BTreeSet<&'static str>>,
    /// The codes of the currencies that it names without much doubt, with an amount or without.
    pub spoken: OnceCell<BTreeSet<String>>,
}

/// What the sentence of a sum tells.
#[derive(Debug)]
pub struct Around<'a> {
    text: &'a str,
    lexicon: &'static Lexicon,
    /// The earliest year it names in digits.
    year: Option<i16>,
    countries: OnceCell<BTreeSet<&'static str>>,
}

impl<'a> Around<'a> {
    pub fn new(text: &'a str, lexicon: &'static Lexicon) -> Self {
        Self { text, lexicon, year: first_year(text), countries: OnceCell::new() }
    }
}

impl Evidence<'_> {
    /// The code of a sum's currency and what decided it; `last` is the sum before it.
    pub fn decide(
        &self,
        sum: &Sum,
        around: &Around,
        last: Option<&MoneyMention>,
    ) -> (Option<String>, CurrencyEvidence) {
        if let [code] = sum.currency.codes.as_slice() {
            let evidence = match sum.naming {
                Naming::Sign => CurrencyEvidence::Symbol,
                Naming::Name | Naming::Code => CurrencyEvidence::Explicit,
            };
            return (Some(code.clone()), evidence);
        }
        let year = around.year.or(self.year);
        let codes: Vec<&String> =
            sum.currency.codes.iter().filter(|code| is_money_in(code, year)).collect();
        // "a loss of $3 million, or 9 cents a share"
        let before = last.and_then(|last| last.currency.as_ref());
        if let Some(code) = before.filter(|code| sum.currency.parts > 1 && codes.contains(code)) {
            return (Some(code.clone()), CurrencyEvidence::Document);
        }
        // Who writes `HK$` means another dollar by `$`.
        let is_contrast = |naming| sum.naming == Naming::Sign && naming == Naming::Sign;
        let named = self
            .named
            .iter()
            .filter(|(code, naming)| !is_contrast(*naming) && codes.iter().any(|one| one == code));
        let converted = last.filter(|_| sum.is_conversion).and_then(|last| last.currency.as_ref());
        let told = only(named.map(|(code, _)| *code));
        if let Some(code) = told.filter(|code| converted.is_none_or(|converted| converted != code))
        {
            return (Some(code.to_owned()), CurrencyEvidence::Document);
        }
        let past = codes.iter().find(|code| year.zip(last_year(code)).is_some());
        let past = past.filter(|code| around.lexicon.is_home_of(code)).copied();
        // "La livre libanaise a chuté : il en faut 90 000 livres pour un dollar."
        let is_spoken = |code: &&&String| self.spoken().contains(code.as_str());
        // "Francs" in French may be the old ones of a text that tells no year.
        let may_be_past = || sum.currency.codes.iter().any(|code| around.lexicon.is_home_of(code));
        let is_open = sum.currency.default.is_none()
            && past.is_none()
            && (sum.currency.parts > 1 || !may_be_past());
        if is_open && let Some(code) = only(codes.iter().filter(is_spoken)) {
            return (Some((*code).clone()), CurrencyEvidence::Document);
        }
        let own = self.country.and_then(|country| {
            codes.iter().find(|code| pays_with(country, code) && converted != Some(**code))
        });
        let default = sum.currency.default.as_deref();
        // What a country pays another in rupees, it pays in its own, and is named itself somewhere.
        let is_near_telling =
            default.is_none_or(|code| is_world(code) || last_year(code).is_some());
        let told = || {
            let near = is_near_telling.then(|| told_by_sentence(around, &codes)).flatten();
            near.or_else(|| self.told_by_article(&codes))
        };
        // The world's dollar is named by its noun alone wherever it is news.
        // Who writes `US$` for it means the one at home by `$`.
        let is_told_apart =
            |(code, naming): &(&str, Naming)| is_contrast(*naming) && default == Some(*code);
        let open = !default.is_some_and(is_world) || self.named.iter().any(is_told_apart);
        let own = own.copied().or_else(|| open.then(told).flatten());
        if let Some(code) = own.or_else(|| is_open.then(|| self.told_by_demonyms(&codes)).flatten())
        {
            return (Some(code.clone()), CurrencyEvidence::Country);
        }
        let configured = self.defaults.iter().find(|code| codes.contains(code));
        let default = sum.currency.default.as_ref();
        let default = default.filter(|code| sum.currency.codes.contains(code));
        match configured.or(past).or(default) {
            Some(code) => (Some(code.clone()), CurrencyEvidence::Default),
            None => (None, CurrencyEvidence::Unknown),
        }
    }

    fn spoken(&self) -> &BTreeSet<String> {
        self.spoken.get_or_init(|| {
            let marked = self.texts.iter().filter(|text| self.lexicon.markers.are_in(text));
            marked.flat_map(|text| Scanner::new(text, self.lexicon).plain_names()).collect()
        })
    }

    /// The code of the country whose adjective the article uses.
    fn told_by_demonyms<'c>(&self, codes: &[&'c String]) -> Option<&'c String> {
        let countries = self.demonyms.get_or_init(|| {
            self.texts.iter().flat_map(|text| self.lexicon.demonyms_in(text)).collect()
        });
        paid_in(countries, codes)
    }

    /// The code of the country that the article names.
    fn told_by_article<'c>(&self, codes: &[&'c String]) -> Option<&'c String> {
        let countries = self.countries.get_or_init(|| {
            self.texts.iter().flat_map(|text| self.lexicon.countries_in(text)).collect()
        });
        paid_in(countries, codes)
    }
}

/// The code of the country that the sentence names.
fn told_by_sentence<'c>(around: &Around, codes: &[&'c String]) -> Option<&'c String> {
    let countries = around.countries.get_or_init(|| around.lexicon.countries_in(around.text));
    paid_in(countries, codes)
}

/// The one of `codes` that any of `countries` pays with.
fn paid_in<'c>(countries: &BTreeSet<&str>, codes: &[&'c String]) -> Option<&'c String> {
    let is_paid = |code: &&&String| countries.iter().any(|one| pays_with(one, code));
    only(codes.iter().filter(is_paid).copied())
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
