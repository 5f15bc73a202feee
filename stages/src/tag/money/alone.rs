//! Amounts whose currency another sum names: "une dette de 7,8 millions".
//!
//! Invariant: only a number in digits with a scale, or of a million or more, is one, and never
//! before what is counted ("5 millions de voyageurs"). Its currency is that of a sum of the same
//! amount anywhere in the article, so that a heading may leave it out; else that of the sum before
//! it, if a word names that.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::amount::Amount;
use super::lexicon::lexicon_of;
use super::naming::Named;
use super::scan::{Lender, Naming, Scanner, Sum, is_space, skip_spaces};
use crate::layers::Sentence;
use crate::text::is_letter;

/// A sum without a currency stands at most so many sentences behind the one that it takes it from.
const SENTENCES_MAX: usize = 3;
const MILLION: i64 = 1_000_000;
const DIGITS_OF_MILLION: usize = 7;
const THOUSAND: i64 = 1000;

/// The sums without a currency of their own in an article that names the sums `named`, each with
/// the place of its sentence, in order.
pub fn alone_in(
    sentences: &[Sentence],
    texts: &[Cow<str>],
    named: &[(usize, Sum)],
) -> Vec<(usize, Sum)> {
    let mut twins = Twins::of(named);
    let mut found: Vec<(usize, Sum)> = Vec::new();
    let mut rest = named;
    let mut last: Option<(usize, &Sum)> = None;
    for (index, (sentence, text)) in sentences.iter().zip(texts).enumerate() {
        let (taken, others) = rest.split_at(rest.partition_point(|(at, _)| *at == index));
        rest = others;
        last = last.filter(|(at, _)| index - at <= SENTENCES_MAX);
        let may_lend = last.is_some() || !taken.is_empty() || !twins.by_amount.is_empty();
        if may_lend && next_number(text, 0).is_some() {
            let scanner = Scanner::new(text, lexicon_of(&sentence.language.tag));
            let models = Models { taken, last: last.map(|(_, sum)| sum), twins: &mut twins };
            let sums = scanner.alone(models);
            if let Some((_, model)) = sums.last() {
                last = Some((index, model));
            }
            found.extend(sums.into_iter().map(|(sum, _)| (index, sum)));
        }
        if let Some((_, sum)) = taken.last()
            && found.last().is_none_or(|(at, one)| *at < index || one.start < sum.start)
        {
            last = Some((index, sum));
        }
    }
    found.retain(|(_, sum)| sum.lender != Lender::Twin || !twins.counts(sum.amount));
    found
}

/// What may lend a sentence's amounts a currency.
struct Models<'s, 't> {
    /// The sums of the sentence.
    taken: &'s [(usize, Sum)],
    /// The last before it.
    last: Option<&'s Sum>,
    twins: &'t mut Twins<'s>,
}

/// The large amounts that an article names with a currency.
struct Twins<'s> {
    /// With a sum of each; none where its sums are of several currencies.
    by_amount: BTreeMap<Decimal, Option<&'s Sum>>,
    /// Those that are also how many there are of something.
    counted: BTreeSet<Decimal>,
}

impl<'s> Twins<'s> {
    fn of(named: &'s [(usize, Sum)]) -> Self {
        let mut by_amount: BTreeMap<Decimal, Option<&Sum>> = BTreeMap::new();
        for (_, sum) in named {
            let is_large = |amount: &Decimal| *amount >= Decimal::from(THOUSAND);
            let Some(amount) = sum.amount.filter(is_large) else { continue };
            if sum.amount_max.is_some() || !sum.is_major() {
                continue;
            }
            by_amount
                .entry(amount)
                .and_modify(|twin| *twin = twin.and_then(|twin| narrower(twin, sum)))
                .or_insert(Some(sum));
        }
        Self { by_amount, counted: BTreeSet::new() }
    }

    fn counts(&self, amount: Option<Decimal>) -> bool {
        amount.is_some_and(|amount| self.counted.contains(&amount))
    }
}

/// Of two sums that can be of one currency the one whose words leave less open.
fn narrower<'s>(one: &'s Sum, other: &'s Sum) -> Option<&'s Sum> {
    let (codes, others) = (&one.currency.codes, &other.currency.codes);
    let is_shared = codes.iter().any(|code| others.contains(code));
    is_shared.then_some(if codes.len() <= others.len() { one } else { other })
}

impl Scanner<'_> {
    /// The sums without a currency in the sentence, each with the one that lends it one.
    fn alone<'s>(&self, models: Models<'s, '_>) -> Vec<(Sum, &'s Sum)> {
        let Models { taken, last, twins } = models;
        let mut found = Vec::new();
        let mut at = 0;
        // How many of the sums end before `start`.
        let mut passed = 0;
        while let Some((start, end)) = next_number(self.text, at) {
            at = end;
            while taken.get(passed).is_some_and(|(_, sum)| sum.end <= start) {
                passed += 1;
            }
            let next = taken.get(passed).map_or(self.text.len(), |(_, sum)| sum.start);
            let amount = if start < next { self.amount(start, false) } else { None };
            let Some(amount) = amount.filter(|amount| amount.end <= next) else { continue };
            at = at.max(amount.end);
            let own = passed.checked_sub(1).map(|before| &taken[before].1);
            let twin = twins.by_amount.get(&amount.value).copied().flatten();
            let is_counted = !self.counts_nothing(amount.end);
            let lent = match twin.filter(|_| is_large(&amount)) {
                Some(_) if is_counted && !self.is_joined(start, amount.end) => {
                    twins.counted.insert(amount.value);
                    None
                }
                Some(twin) => Some((twin, Lender::Twin)),
                None if is_counted => None,
                None => self.elliptic(&amount, own, last).map(|sum| (sum, Lender::Before)),
            };
            if let Some((model, lender)) = lent {
                let named = Named {
                    start,
                    end: amount.end,
                    meaning: model.currency.clone(),
                    naming: model.naming,
                    has_country: false,
                };
                let sum = self.finish(start, amount.end, Some(amount.value), None, named);
                found.push((Sum { lender, ..sum }, model));
            }
        }
        found
    }

    /// The sum before an amount, in the sentence or before it, if its currency goes on.
    fn elliptic<'s>(
        &self,
        amount: &Amount,
        own: Option<&'s Sum>,
        last: Option<&'s Sum>,
    ) -> Option<&'s Sum> {
        let is_large = amount.scale >= Decimal::from(MILLION);
        let is_model = |sum: &&Sum| sum.is_major() && sum.naming == Naming::Name;
        let model = own.or(last).filter(|sum| is_large && is_model(sum))?;
        (own.is_some() || self.has_money_word()).then_some(model)
    }

    /// Whether nothing that is counted stands behind the number that ends at `end`.
    pub(super) fn counts_nothing(&self, end: usize) -> bool {
        let behind = skip_spaces(self.text, end);
        let rest = &self.folded[behind..];
        let is_part = self.lexicon.of.at_start(rest).is_some() || rest.starts_with(['%', '-']);
        !is_part && (self.ends_clause(end) || self.is_before_verb(behind))
    }

    /// Whether the last word of a clause, which is no noun, stands at `at`: "bei 7,3 Millionen
    /// gelegen."
    fn is_before_verb(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let behind = rest.trim_start_matches(is_letter);
        let ends = behind.is_empty() || behind.starts_with(['.', ',', ';', ':', '!', '?', ')']);
        self.lexicon.capital_nouns && rest.starts_with(char::is_lowercase) && ends
    }

    /// Whether a word is joined to the number at `start..end`, and the number to none before, as
    /// in an address: "das 300-Millionen-Paket".
    fn is_joined(&self, start: usize, end: usize) -> bool {
        let behind = self.text[end..].strip_prefix('-');
        !self.text[..start].ends_with('-') && behind.is_some_and(|rest| rest.starts_with(is_letter))
    }
}

impl Sum {
    /// Whether its amount counts whole units of its currency.
    fn is_major(&self) -> bool {
        self.currency.parts == 1 && self.currency.times == 1
    }
}

fn is_large(amount: &Amount) -> bool {
    amount.scale >= Decimal::from(THOUSAND) || amount.value >= Decimal::from(MILLION)
}

/// The next number in digits from `at` on that a word follows or that has digits enough for a
/// million, and its end.
fn next_number(text: &str, mut at: usize) -> Option<(usize, usize)> {
    let digit = |byte: &u8| byte.is_ascii_digit();
    loop {
        let start = at + text.as_bytes()[at..].iter().position(digit)?;
        at = start;
        let mut digits = 0;
        loop {
            let rest = &text[at..];
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            digits += length;
            at += length;
            let gap = text[at..].chars().next().filter(|ch| is_space(*ch) || ".,'’".contains(*ch));
            let next = at + gap.map_or(0, char::len_utf8);
            if gap.is_none() || !text[next..].starts_with(|ch: char| ch.is_ascii_digit()) {
                break;
            }
            at = next;
        }
        let behind = text[skip_spaces(text, at)..].trim_start_matches('-');
        let has_word = behind.starts_with(|ch: char| is_letter(ch) || !ch.is_ascii());
        let is_own = !text[..start].ends_with(char::is_alphanumeric);
        if is_own && (has_word || digits >= DIGITS_OF_MILLION) {
            return Some((start, at));
        }
    }
}
