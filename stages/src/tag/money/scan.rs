//! Sums of money in one sentence: an amount with a currency before or after it, and what qualifies
//! them.
//!
//! Invariant: an amount without a currency is no sum; sums are in order and do not overlap.

use std::borrow::Cow;
use std::cell::OnceCell;

use rust_decimal::Decimal;

use super::amount::Amount;
use super::context::Whole;
use super::lexicon::Lexicon;
use super::meaning::Meaning;
use super::naming::Named;
use crate::layers::Bound;
use crate::text::{is_letter, lowered};

/// What named the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    Name,
    Sign,
    Code,
}

/// The sum that names another one's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lender {
    /// Its own words name it.
    None,
    /// The one before it.
    Before,
    /// One of the same amount.
    Twin,
}

/// A sum as it stands in a sentence, its currency still to be decided. Places are bytes.
#[derive(Debug, Clone)]
pub struct Sum {
    pub start: usize,
    pub end: usize,
    pub amount: Option<Decimal>,
    /// The amount where no decimal holds it.
    pub amount_text: Option<String>,
    pub amount_max: Option<Decimal>,
    pub currency: Meaning,
    pub naming: Naming,
    pub qualifier: Option<(usize, usize)>,
    pub bound: Bound,
    pub per: Option<String>,
    /// Stands in brackets right behind the sum before it.
    pub is_conversion: bool,
    /// What names the currency in its place.
    pub lender: Lender,
}

/// Joins an Arabic prefix to digits: "بـ200 مليون".
const TATWEEL: char = '\u{640}';

/// A sentence being searched.
pub struct Scanner<'a> {
    pub(super) text: &'a str,
    /// The same in lower case, byte for byte in the same places.
    pub(super) folded: Cow<'a, str>,
    pub(super) lexicon: &'a Lexicon,
    pub(super) whole: OnceCell<Whole>,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, lexicon: &'a Lexicon) -> Self {
        Self { text, folded: lowered(text), lexicon, whole: OnceCell::new() }
    }

    /// The sums of the sentence, in order.
    pub fn sums(&self) -> Vec<Sum> {
        let mut sums: Vec<Sum> = Vec::new();
        let mut at = 0;
        while let Some(start) = self.next_start(at) {
            let floor = sums.last().map_or(0, |last| last.end);
            let sum = self.sum(start, floor).or_else(|| self.beyond(start, floor));
            let sum = sum.or_else(|| self.vague(start));
            let Some(mut sum) = sum.filter(|sum| !self.is_in_idiom(sum.start, sum.end)) else {
                at = self.after_token(start);
                continue;
            };
            at = sum.end;
            sum.is_conversion = sums.last().is_some_and(|last| self.converts(last, &sum));
            if !self.joins_compound(&mut sums, &sum) {
                sums.push(sum);
            }
        }
        sums
    }

    /// The next place from `at` on where an amount may begin: a digit, a word's first letter, or
    /// the point of `$.55`.
    pub(super) fn next_start(&self, at: usize) -> Option<usize> {
        let mut before = self.text[..at].chars().next_back();
        for (offset, ch) in self.text[at..].char_indices() {
            let place = at + offset;
            let starts = if ch.is_numeric() {
                !before.is_some_and(|before| before.is_numeric() || is_letter(before))
                    || before == Some(TATWEEL)
                    || before.is_some_and(is_letter)
                        && (self.is_after_prefix(place) || self.named_before(place, 0).is_some())
            } else if ch == '.' {
                before.is_some_and(|before| "$€£".contains(before))
            } else {
                is_letter(ch)
                    && (!before.is_some_and(char::is_alphanumeric) || self.is_after_prefix(place))
            };
            if starts {
                return Some(place);
            }
            before = Some(ch);
        }
        None
    }

    /// Whether a word that is written at the front of the next ends at `at`.
    fn is_after_prefix(&self, at: usize) -> bool {
        let before = |prefix: &String| self.text[..at].strip_suffix(prefix.as_str());
        let mut befores = self.lexicon.prefixes.iter().filter_map(before);
        befores.any(|before| !before.ends_with(is_letter))
    }

    pub(super) fn after_token(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        let behind_first = start + rest.chars().next().map_or(0, char::len_utf8);
        if self.is_after_prefix(behind_first) && rest[behind_first - start..].starts_with(is_letter)
        {
            return behind_first;
        }
        let numeric = rest.starts_with(char::is_numeric);
        let same = |ch: char| {
            if numeric { ch.is_numeric() || matches!(ch, '.' | ',') } else { is_letter(ch) }
        };
        start + rest.find(|ch| !same(ch)).unwrap_or(rest.len()).max(1)
    }

    fn sum(&self, start: usize, floor: usize) -> Option<Sum> {
        let (sign_end, inner_minus) = self.inner_minus(start, floor);
        let before = self.named_before(sign_end, floor);
        let mut first = self.amount(start, before.is_some())?;
        if inner_minus && self.text[..start].ends_with('(') {
            first.end = self.scale_behind_bracket(&mut first)?;
        }
        let after = self.named_after(first.end);
        let first_end = after.as_ref().map_or(first.end, |named| named.end.max(first.end));
        let span_start = before.as_ref().map_or(start, |named| named.start);
        let mut lent = None;
        let has_own = before.is_some() || after.is_some();
        if let Some(pair) = self.pair(span_start, first, first_end, has_own) {
            if let Some(range) = self.range(start, &pair, before.as_ref(), after.as_ref()) {
                return Some(range);
            }
            // "from $89 to $93 billion"
            first = pair.first;
            lent = pair.lent();
        }
        let mut named = self.choose(start, floor, &first, before, after).or(lent)?;
        if named.start < first.end && self.text[first.end..].starts_with(may_touch_digits) {
            return None;
        }
        let mut end = first.end.max(named.end);
        let mut amount = first;
        if named.naming == Naming::Code && !amount.has_scale() && named.start >= first.end {
            end = self.scale_behind(&mut amount, end)?;
        }
        if named.naming != Naming::Name && !first.in_digits && !first.has_scale() {
            return None;
        }
        let span_start = start.min(named.start);
        let minor = self.minor_behind(end, &amount, &named);
        let is_compound = minor.is_some() || self.minor_sum_behind(end);
        let half = self.half_behind(end, &amount, &named);
        let whole_end = half.map_or(end, |(_, to)| to);
        if !is_compound && !self.is_money(span_start, whole_end, &amount, &named) {
            return None;
        }
        let minor = minor.or(half);
        let mut value = named.meaning.in_major(amount.value)?;
        if named.meaning.parts == 1
            && let Some((minor, to)) = minor
        {
            value = value.checked_add(minor)?;
            let is_mark = named.naming == Naming::Sign && to == end + 2;
            if let Some(code) = self.lexicon.sign_as_mark.as_deref().filter(|_| is_mark)
                && self.text[named.start..end].starts_with('$')
            {
                named.meaning = super::naming::explicit(code);
            }
            end = to;
        }
        if inner_minus {
            value = -value;
        }
        Some(self.finish(span_start, end, Some(value), None, named))
    }

    /// The end of a sign before a minus before the amount (`$-5`), or before the bracket that
    /// stands for it (`$(5)`), and whether there is one.
    fn inner_minus(&self, start: usize, floor: usize) -> (usize, bool) {
        let before = self.text.get(floor..start).unwrap_or_default();
        let signed =
            before.strip_suffix(['-', '−', '(']).filter(|rest| rest.ends_with(['$', '€', '£']));
        signed.map_or((start, false), |rest| (floor + rest.len(), true))
    }

    /// Which of the currencies before and behind an amount is its own.
    pub(super) fn choose(
        &self,
        start: usize,
        floor: usize,
        amount: &Amount,
        before: Option<Named>,
        after: Option<Named>,
    ) -> Option<Named> {
        match (before, after) {
            (Some(before), Some(after)) => {
                // "$5 CAD", "$5 million US dollars"
                let narrows = after.meaning.parts == 1
                    && after.meaning.codes.len() == 1
                    && before.meaning.codes.contains(&after.meaning.codes[0]);
                Some(if narrows { Named { start: before.start, ..after } } else { before })
            }
            (Some(before), None) => {
                // "$5 million Canadian"
                let spaced = skip_spaces(self.text, amount.end);
                let country = self.lexicon.adjectives.at_start(&self.folded[spaced..]);
                let code = country.and_then(|(word, country)| {
                    let codes = &before.meaning.codes;
                    let code = codes.iter().find(|code| code.starts_with(country.as_str()))?;
                    Some((word.len(), code))
                });
                let wide = before.meaning.codes.len() > 1;
                Some(match code.filter(|(length, _)| wide && self.ends_clause(spaced + length)) {
                    Some((length, code)) => Named {
                        meaning: super::naming::explicit(code),
                        end: spaced + length,
                        has_country: true,
                        ..before
                    },
                    None => before,
                })
            }
            (None, Some(after)) => Some(after),
            (None, None) => {
                let sure = amount.has_scale() || amount.looks_like_a_sum;
                let named = self.name_before(start, floor)?;
                let alone = || self.is_alone(named.start, amount.end);
                (amount.in_digits && (sure || alone())).then_some(named)
            }
        }
    }

    pub(super) fn ends_clause(&self, at: usize) -> bool {
        let rest = self.text[at..].trim_start();
        let word = &rest[..rest.find(|ch: char| !is_letter(ch)).unwrap_or(rest.len())];
        word.is_empty() || self.lexicon.followers.contains(word)
    }

    /// Whether what stands at `at` is no noun that the words before could count.
    fn precedes_no_noun(&self, at: usize) -> bool {
        let is_small = self.text[at..].trim_start().starts_with(char::is_lowercase);
        self.lexicon.capital_nouns && is_small || self.ends_clause(at)
    }

    /// `$(12.3) million`: the end of an amount in brackets, of its scale if it has one.
    fn scale_behind_bracket(&self, amount: &mut Amount) -> Option<usize> {
        let closed = self.text[amount.end..].starts_with(')');
        closed.then(|| self.scale_behind(amount, amount.end + 1))?
    }

    /// `75 USD million`: a scale behind the code.
    fn scale_behind(&self, amount: &mut Amount, end: usize) -> Option<usize> {
        let at = skip_spaces(self.text, end);
        if at == end || !self.lexicon.numbers.begins_with_scale(&self.text[at..]) {
            return Some(end);
        }
        let scale = self.lexicon.numbers.read(&self.text[at..])?;
        amount.value = amount.value.checked_mul(scale.value)?;
        amount.scale = scale.value;
        Some(at + scale.length)
    }

    /// `5 euros 30`, `2€50`, `15 dollars and 15`, `two pounds fifty`: the hundredths behind a
    /// currency, and their end.
    fn minor_behind(&self, end: usize, amount: &Amount, named: &Named) -> Option<(Decimal, usize)> {
        let plain = !amount.has_scale() && amount.value.scale() == 0 && named.start >= amount.end;
        if !plain || named.naming == Naming::Code && amount.value > Decimal::from(999) {
            return None;
        }
        let spaced = skip_spaces(self.text, end);
        let glued = named.naming == Naming::Sign && spaced == end && named.start == amount.end;
        if spaced == end && !glued {
            return None;
        }
        let joiner = self.lexicon.minor_and.at_start(&self.folded[spaced..]);
        let at = joiner.map_or(spaced, |(word, ())| skip_spaces(self.text, spaced + word.len()));
        let number = self.lexicon.numbers.read(&self.text[at..])?;
        let to = at + number.length;
        let rest = &self.text[to..];
        let two = number.value < Decimal::ONE_HUNDRED;
        let in_digits = number.in_digits && number.length == 2;
        let in_words = !number.in_digits && !amount.in_digits && number.value >= Decimal::TEN;
        let fits = two && !number.has_scale && (in_digits || in_words);
        let runs_on = rest.starts_with([':', '%', '/'])
            || rest.starts_with(['.', ',']) && rest[1..].starts_with(|ch: char| ch.is_numeric())
            || rest.starts_with(char::is_alphanumeric);
        let unit = self.named_after(to);
        let is_own = unit.as_ref().is_some_and(|named| named.meaning.parts == 1);
        let next = rest.trim_start().chars().next();
        let open = next.is_some_and(char::is_alphanumeric) || rest.trim_start().starts_with('%');
        let sure = match joiner {
            _ if in_words => self.precedes_no_noun(to),
            Some(_) => !open,
            None => next != Some('%'),
        };
        // "10 pounds 50 pence"
        let to = unit.map_or(to, |named| named.end);
        (fits && !runs_on && !is_own && sure)
            .then(|| Some((number.value.checked_div(Decimal::ONE_HUNDRED)?, to)))?
    }

    /// "dos euros y medio": what is added behind a currency, and its end.
    fn half_behind(&self, end: usize, amount: &Amount, named: &Named) -> Option<(Decimal, usize)> {
        let start = skip_spaces(self.text, end);
        let (phrase, half) = self.lexicon.halves.at_start(&self.folded[start..])?;
        let to = start + phrase.len();
        let is_behind_name = named.naming == Naming::Name && named.start >= amount.end;
        let ends = !self.text[to..].starts_with('-') && self.ends_clause(to);
        (is_behind_name && !amount.has_scale() && ends).then_some((*half, to))
    }

    /// Whether "and 20 pence" stands behind.
    fn minor_sum_behind(&self, end: usize) -> bool {
        let spaced = skip_spaces(self.text, end);
        let joiner = self.lexicon.minor_and.at_start(&self.folded[spaced..]);
        let at = joiner.map_or(spaced, |(word, ())| skip_spaces(self.text, spaced + word.len()));
        let number = self.lexicon.numbers.read(&self.text[at..]);
        let named = number.and_then(|number| self.named_after(at + number.length));
        named.is_some_and(|named| named.meaning.parts > 1)
    }

    /// `plusieurs millions d'euros`: a sum without an amount.
    fn vague(&self, start: usize) -> Option<Sum> {
        let mut end = start;
        let mut has_scale = false;
        let mut words = 0;
        loop {
            let at = skip_spaces(self.text, end);
            if let Some((phrase, ())) = self.lexicon.vague.at_start(&self.folded[at..]) {
                end = at + phrase.len();
                words += 1;
                // "multimillion"
                has_scale |= self.lexicon.vague_scales.texts().any(|scale| phrase.ends_with(scale));
            } else if let Some((of, ())) =
                self.lexicon.of.at_start(&self.folded[at..]).filter(|_| end > start)
                && self
                    .lexicon
                    .numbers
                    .begins_with_scale(&self.text[skip_spaces(self.text, at + of.len())..])
            {
                end = at + of.len();
            } else if self.lexicon.numbers.begins_with_scale(&self.text[at..])
                && (words > 0 || self.is_vague_scale(at))
            {
                end = at + self.lexicon.numbers.read(&self.text[at..])?.length;
                has_scale = true;
            } else {
                break;
            }
        }
        if end == start
            || !has_scale
                && words == 1
                && self.lexicon.partitives.at_start(&self.folded[start..]).is_some()
        {
            return None;
        }
        let named = self.named_after(end)?;
        let sure = has_scale || named.naming == Naming::Name && !named.meaning.is_weak;
        (sure && named.meaning.parts == 1).then(|| self.finish(start, named.end, None, None, named))
    }

    /// `20 dollars and 50 cents`: the minor unit joins the major one.
    fn joins_compound(&self, sums: &mut [Sum], sum: &Sum) -> bool {
        let Some(last) = sums.last_mut() else { return false };
        let gap = self.folded[last.end..sum.start].trim();
        let and = &self.lexicon.minor_and;
        let joined = gap.is_empty() || and.at_start(gap).is_some_and(|(word, ())| gap == word);
        let minor = sum.currency.parts > 1 && last.currency.parts == 1;
        let (Some(major), Some(small)) = (last.amount, sum.amount) else { return false };
        if !joined || !minor || last.amount_max.is_some() || small >= Decimal::ONE {
            return false;
        }
        last.amount = major.checked_add(small);
        last.end = sum.end;
        true
    }

    /// Whether `sum` says `last` in another currency: in brackets, or behind "that is".
    fn converts(&self, last: &Sum, sum: &Sum) -> bool {
        let between = self.folded[last.end..sum.start].trim_start();
        // "45 dollars a barrel (38 euros)"
        let is_near = |at: usize| {
            at == 0 || last.per.is_some() && between[..at].split_whitespace().count() <= 3
        };
        let opened = between.find(['(', '[']).filter(|at| is_near(*at));
        let opened = opened.is_some_and(|at| between[at..].chars().count() <= 24);
        // "300 francs à Genève, soit 280 euros"
        let comma = between.find(',').filter(|at| between[..*at].split_whitespace().count() <= 3);
        let clause = between[comma.unwrap_or(0)..].trim_start_matches([',', ' ']);
        let said = self.lexicon.that_is.at_start(clause);
        let said = said.is_some() && between.chars().count() <= 32;
        // "(£342m; €382m)"
        let goes_on = last.is_conversion && matches!(between.trim_end(), "," | ";" | "/");
        (opened || said || goes_on) && sum.currency.parts == 1 && !between.contains(')')
    }

    pub(super) fn finish(
        &self,
        start: usize,
        end: usize,
        amount: Option<Decimal>,
        amount_max: Option<Decimal>,
        named: Named,
    ) -> Sum {
        let minus = self.minus_before(start).filter(|_| amount.is_some());
        let start = minus.unwrap_or(start);
        let qualifier = self.qualifier(start);
        let amount = if minus.is_some() { amount.map(|amount| -amount) } else { amount };
        Sum {
            start,
            end,
            amount,
            amount_text: None,
            amount_max,
            currency: named.meaning,
            naming: named.naming,
            qualifier: qualifier.map(|(from, to, _)| (from, to)),
            bound: qualifier.map_or(Bound::Unbounded, |(_, _, bound)| bound),
            per: self.per(end),
            is_conversion: false,
            lender: Lender::None,
        }
    }
}

/// Spaces that stand between the words of a sum; a line's end counts, since the press breaks lines.
pub fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\n' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

/// Whether a letter is of a script without spaces, where a scale that is not known may follow
/// digits at once: `$5亿`.
fn may_touch_digits(ch: char) -> bool {
    ch >= '\u{2E80}' && is_letter(ch)
}

/// The place behind the spaces at `at`.
pub fn skip_spaces(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + rest.len() - rest.trim_start_matches(is_space).len()
}
