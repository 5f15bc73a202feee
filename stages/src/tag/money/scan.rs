//! Sums of money in one sentence: an amount with a currency before or after it, and what qualifies
//! them.
//!
//! Invariant: an amount without a currency is no sum; sums are in order and do not overlap.

use rust_decimal::Decimal;

use super::lexicon::{Lexicon, Meaning};
use crate::layers::Bound;
use crate::tag::numbers::Number;

/// What named the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    Name,
    Sign,
    Code,
}

/// A sum as it stands in a sentence, its currency still to be decided. Places are bytes.
#[derive(Debug, Clone)]
pub struct Sum {
    pub start: usize,
    pub end: usize,
    pub amount: Option<Decimal>,
    pub amount_max: Option<Decimal>,
    pub currency: Meaning,
    pub naming: Naming,
    pub qualifier: Option<(usize, usize)>,
    pub bound: Bound,
    pub per: Option<String>,
    /// Stands in brackets right behind the sum before it.
    pub is_conversion: bool,
}

/// A currency as named at some place.
#[derive(Debug, Clone)]
struct Named {
    meaning: Meaning,
    naming: Naming,
    start: usize,
    end: usize,
    has_country: bool,
}

/// An amount at some place.
#[derive(Debug, Clone, Copy)]
struct Amount {
    number: Number,
    end: usize,
}

/// A sentence being searched.
pub struct Scanner<'a> {
    text: &'a str,
    /// The same in lower case, byte for byte in the same places.
    folded: String,
    lexicon: &'a Lexicon,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, lexicon: &'a Lexicon) -> Self {
        Self { text, folded: fold(text), lexicon }
    }

    /// The sums of the sentence, in order.
    pub fn sums(&self) -> Vec<Sum> {
        let mut sums: Vec<Sum> = Vec::new();
        let mut at = 0;
        while let Some(start) = self.next_start(at) {
            let found = self.sum(start).or_else(|| self.vague(start));
            let Some(mut sum) =
                found.filter(|sum| sums.last().is_none_or(|last| last.end <= sum.start))
            else {
                at = self.after_token(start);
                continue;
            };
            at = sum.end;
            sum.is_conversion = sums.last().is_some_and(|last| {
                let between = self.text[last.end..sum.start].trim_start();
                between.starts_with(['(', '[']) && between.chars().count() <= 12
            });
            if !self.joins_compound(&mut sums, &sum) {
                sums.push(sum);
            }
        }
        sums
    }

    /// The next place from `at` on where an amount may begin: a digit or a word's first letter.
    fn next_start(&self, at: usize) -> Option<usize> {
        let mut before = self.text[..at].chars().next_back();
        for (offset, ch) in self.text[at..].char_indices() {
            let inside = before.is_some_and(|before| {
                before.is_alphanumeric()
                    && (before.is_numeric() == ch.is_numeric() || before.is_alphabetic())
            });
            if ch.is_alphanumeric() && (!inside || self.ends_with_sign(at + offset)) {
                return Some(at + offset);
            }
            before = Some(ch);
        }
        None
    }

    /// Whether a sign of letters (`R$`, `Rs`) or a code ends right before `at`.
    fn ends_with_sign(&self, at: usize) -> bool {
        self.text[at..].starts_with(|ch: char| ch.is_ascii_digit())
            && self.named_before(at).is_some()
    }

    fn after_token(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        let numeric = rest.starts_with(char::is_numeric);
        let same = |ch: char| {
            if numeric { ch.is_numeric() || matches!(ch, '.' | ',') } else { ch.is_alphabetic() }
        };
        start + rest.find(|ch| !same(ch)).unwrap_or(rest.len()).max(1)
    }

    fn amount(&self, at: usize) -> Option<Amount> {
        if let Some((phrase, value)) = self.lexicon.amounts.at_start(&self.folded[at..]) {
            let number =
                Number { value: *value, length: phrase.len(), in_digits: false, has_scale: true };
            return Some(Amount { number, end: at + phrase.len() });
        }
        let mut number = self.lexicon.numbers.read(&self.text[at..])?;
        let mut end = at + number.length;
        if number.in_digits {
            let rest = &self.text[end..];
            let spaced = rest.trim_start_matches([' ', '\u{A0}', '\u{202F}']);
            if let Some((suffix, power)) = self.lexicon.suffixes.at_start(spaced) {
                let gap = rest.len() - spaced.len();
                // "5 m" is a length, "5 Mio" and "$5m" are not.
                let glued = self.lexicon.signs.at_start(&spaced[suffix.len()..]).is_some();
                if gap == 0 || suffix.chars().count() > 1 || glued {
                    number.value = number.value.checked_mul(Decimal::from(10_u64.pow(*power)))?;
                    number.has_scale = true;
                    end += gap + suffix.len();
                }
            }
        }
        Some(Amount { number, end })
    }

    fn sum(&self, start: usize) -> Option<Sum> {
        let first = self.amount(start)?;
        let before = self.named_before(start);
        let after_first = self.named_after(first.end);
        let between = self
            .lexicon
            .between
            .at_end(self.folded[..before.as_ref().map_or(start, |named| named.start)].trim_end())
            .is_some();
        if let Some(range) =
            self.range(start, first, before.as_ref(), after_first.as_ref(), between)
        {
            return Some(range);
        }
        let named = match (before, after_first) {
            // "5 $US" after "3 €" belongs to the 5.
            (Some(before), _) if before.naming != Naming::Name => before,
            (_, Some(after)) => after,
            _ => return None,
        };
        let is_before = named.start < start;
        if named.naming != Naming::Name && !first.number.in_digits && !first.number.has_scale {
            return None;
        }
        if named.meaning.is_weak && !first.number.has_scale && !named.has_country {
            return None;
        }
        let mut amount = first.number.value;
        let mut end = first.end.max(named.end);
        if named.meaning.parts > 1 {
            amount = amount.checked_div(Decimal::from(named.meaning.parts))?;
        } else if let Some((minor, length)) =
            self.minor_digits(end, &first.number).filter(|_| !is_before)
        {
            amount += minor;
            end += length;
        }
        Some(self.finish(
            if is_before { named.start } else { start },
            end,
            Some(amount),
            None,
            named,
        ))
    }

    /// `5 euros 30`, `2 € 50`: two digits right behind the currency.
    fn minor_digits(&self, end: usize, number: &Number) -> Option<(Decimal, usize)> {
        let rest = self.text[end..].strip_prefix([' ', '\u{A0}', '\u{202F}'])?;
        let digits =
            rest.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let closes = rest[2..]
            .trim_start()
            .chars()
            .next()
            .is_none_or(|ch| !ch.is_alphanumeric() && ch != '%')
            || rest[2..].starts_with(' ') && !rest[3..].starts_with(char::is_numeric);
        let plain = !number.has_scale && number.value.fract().is_zero();
        let gap = self.text[end..].len() - rest.len();
        (plain && closes && !rest[2..].starts_with([',', '.', ':', 'h', '%']))
            .then(|| (Decimal::new(digits.parse().unwrap_or(0), 2), gap + 2))
    }

    fn range(
        &self,
        start: usize,
        first: Amount,
        before: Option<&Named>,
        after_first: Option<&Named>,
        between: bool,
    ) -> Option<Sum> {
        let first_end = after_first.map_or(first.end, |named| named.end.max(first.end));
        let rest = &self.folded[first_end..];
        let spaced = rest.trim_start_matches([' ', '\u{A0}', '\u{202F}']);
        let joiners = if between { &self.lexicon.between_and } else { &self.lexicon.range_to };
        let (joiner, ()) = joiners.at_start(spaced)?;
        let mut second_start = first_end + (rest.len() - spaced.len()) + joiner.len();
        second_start += self.text[second_start..].len()
            - self.text[second_start..].trim_start_matches([' ', '\u{A0}', '\u{202F}']).len();
        let sign = self.lexicon.signs.at_start(&self.text[second_start..]);
        if let Some((sign, _)) = sign {
            second_start += sign.len();
        }
        let second = self.amount(second_start)?;
        let after = self.named_after(second.end);
        let named = match (before.filter(|named| named.naming != Naming::Name), after) {
            (Some(before), _) => before.clone(),
            (None, Some(after)) => after,
            (None, None) => return None,
        };
        if named.meaning.is_weak && !second.number.has_scale && !named.has_country {
            return None;
        }
        let (mut low, mut high) = (first.number.value, second.number.value);
        if second.number.has_scale && !first.number.has_scale && low < Decimal::from(1000) {
            let base = self
                .lexicon
                .numbers
                .digits(&self.text[second_start..])
                .map_or(Decimal::ONE, |(base, _)| base);
            if !base.is_zero() && low <= base {
                low = low.checked_mul(high.checked_div(base)?)?;
            }
        }
        if named.meaning.parts > 1 {
            low = low.checked_div(Decimal::from(named.meaning.parts))?;
            high = high.checked_div(Decimal::from(named.meaning.parts))?;
        }
        let is_year = !first.number.has_scale
            && first.number.in_digits
            && first.number.length == 4
            && before.is_none();
        if low >= high || is_year && !between && joiner != "-" && joiner != "–" {
            return None;
        }
        let span_start = before.map_or(start, |named| named.start);
        let span_end = second.end.max(named.end);
        Some(self.finish(span_start, span_end, Some(low), Some(high), named))
    }

    /// `plusieurs millions d'euros`: a sum without an amount.
    fn vague(&self, start: usize) -> Option<Sum> {
        let (phrase, ()) = self.lexicon.vague.at_start(&self.folded[start..])?;
        let rest_start = start + phrase.len();
        let rest = &self.text[rest_start..];
        let spaced = rest.trim_start();
        let scale = self
            .lexicon
            .numbers
            .read(spaced)
            .filter(|number| number.has_scale && !number.in_digits)?;
        let end = rest_start + (rest.len() - spaced.len()) + scale.length;
        let named = self.named_after(end)?;
        Some(self.finish(start, named.end, None, None, named))
    }

    /// `three pounds fifty`-like and `20 dollars and 50 cents`: the minor unit joins the major one.
    fn joins_compound(&self, sums: &mut [Sum], sum: &Sum) -> bool {
        let Some(last) = sums.last_mut() else { return false };
        let gap = &self.folded[last.end..sum.start];
        let joined = gap.trim().is_empty()
            || self
                .lexicon
                .between_and
                .at_start(gap.trim_start())
                .is_some_and(|(word, ())| gap.trim() == word);
        let minor = sum.currency.parts > 1 && last.currency.parts == 1;
        let (Some(major), Some(small)) = (last.amount, sum.amount) else { return false };
        if !joined || !minor || last.amount_max.is_some() || small >= Decimal::ONE {
            return false;
        }
        last.amount = major.checked_add(small);
        last.end = sum.end;
        true
    }

    fn finish(
        &self,
        start: usize,
        end: usize,
        amount: Option<Decimal>,
        amount_max: Option<Decimal>,
        named: Named,
    ) -> Sum {
        let (start, negative) = self.sign_before(start);
        let qualifier = self.qualifier(start);
        let amount = if negative { amount.map(|amount| -amount) } else { amount };
        Sum {
            start,
            end,
            amount,
            amount_max,
            currency: named.meaning,
            naming: named.naming,
            qualifier: qualifier.map(|(from, to, _)| (from, to)),
            bound: qualifier.map_or(Bound::Unbounded, |(_, _, bound)| bound),
            per: self.per(end),
            is_conversion: false,
        }
    }

    /// A minus right before the sum, not a dash between words.
    fn sign_before(&self, start: usize) -> (usize, bool) {
        let before = &self.text[..start];
        for minus in ['-', '−'] {
            if let Some(rest) = before.strip_suffix(minus)
                && (rest.is_empty() || rest.ends_with(char::is_whitespace) || rest.ends_with('('))
            {
                return (rest.len(), true);
            }
        }
        (start, false)
    }

    fn qualifier(&self, start: usize) -> Option<(usize, usize, Bound)> {
        let before = self.folded[..start].trim_end();
        let (phrase, bound) = self.lexicon.qualifiers.at_end(before)?;
        Some((before.len() - phrase.len(), before.len(), *bound))
    }

    fn per(&self, end: usize) -> Option<String> {
        let rest = self.folded[end..].trim_start();
        let (phrase, ()) = self.lexicon.per.at_start(rest)?;
        let unit = rest[phrase.len()..].trim_start();
        let length = unit.find(|ch: char| !ch.is_alphabetic()).unwrap_or(unit.len());
        let unit = &unit[..length];
        let known = self.lexicon.per_units.get(unit);
        // Behind an article alone only a known unit is one.
        let is_word =
            phrase.chars().count() <= 2 && phrase != "/" && phrase != "an" && phrase != "a";
        match known {
            Some(name) => Some(name.clone()),
            None if unit.is_empty() || is_word && phrase.len() <= 2 => None,
            None => (phrase.len() >= 3).then(|| unit.to_owned()),
        }
    }

    /// A sign or code that ends right before `at`, or one space before.
    fn named_before(&self, at: usize) -> Option<Named> {
        let before = &self.text[..at];
        let trimmed = before.strip_suffix([' ', '\u{A0}', '\u{202F}']).unwrap_or(before);
        if let Some((sign, meaning)) = self.lexicon.signs.at_end(trimmed) {
            let start = trimmed.len() - sign.len();
            // A letter that is a sign only stands alone after its number.
            let single_letter = sign.chars().count() == 1 && sign.starts_with(char::is_alphabetic);
            return (!single_letter).then(|| Named {
                meaning: meaning.clone(),
                naming: Naming::Sign,
                start,
                end: at,
                has_country: false,
            });
        }
        let start = trimmed.len().checked_sub(3)?;
        let code = trimmed.get(start..)?;
        let alone = !trimmed[..start].ends_with(char::is_alphanumeric);
        (alone && self.lexicon.codes.contains(code) && code != "ALL").then(|| Named {
            meaning: explicit(code),
            naming: Naming::Code,
            start,
            end: at,
            has_country: true,
        })
    }

    /// The currency named behind an amount that ends at `at`.
    fn named_after(&self, at: usize) -> Option<Named> {
        let gap = |text: &str, from: usize| {
            let rest = &text[from..];
            from + rest.len()
                - rest.trim_start_matches([' ', '\u{A0}', '\u{202F}', '\u{2009}', '-']).len()
        };
        let mut start = gap(self.text, at);
        if start - at > 4 {
            return None;
        }
        if let Some(named) = self.sign_or_code(start) {
            return Some(named);
        }
        if let Some((of, ())) = self.lexicon.of.at_start(&self.folded[start..]) {
            start = gap(self.text, start + of.len());
        }
        self.name(start)
    }

    fn sign_or_code(&self, start: usize) -> Option<Named> {
        let rest = &self.text[start..];
        let found = |meaning: Meaning, naming, length, has_country| Named {
            meaning,
            naming,
            start,
            end: start + length,
            has_country,
        };
        if let Some((sign, meaning)) = self.lexicon.signs.at_start(rest) {
            // "€" that belongs to the next amount: "12 €50".
            return Some(found(meaning.clone(), Naming::Sign, sign.len(), false));
        }
        let code = rest.get(..3).filter(|code| self.lexicon.codes.contains(*code))?;
        let alone = !rest[3..].starts_with(char::is_alphanumeric);
        alone.then(|| found(explicit(code), Naming::Code, 3, true))
    }

    /// A currency's name with a country's adjective before or after it.
    fn name(&self, start: usize) -> Option<Named> {
        let adjectives = &self.lexicon.adjectives;
        let before = adjectives.at_start(&self.folded[start..]);
        let name_start = before.map_or(start, |(adjective, _)| {
            let end = start + adjective.len();
            end + self.folded[end..].len()
                - self.folded[end..].trim_start_matches([' ', '\u{A0}', '-']).len()
        });
        let (name, meaning) = self.lexicon.names.at_start(&self.folded[name_start..])?;
        let mut end = name_start + name.len();
        let mut country = before.map(|(_, country)| country.as_str());
        if country.is_none() {
            let rest = &self.folded[end..];
            let spaced = rest.trim_start_matches([' ', '\u{A0}']);
            if let Some((adjective, name)) = adjectives.at_start(spaced)
                && narrowed(meaning, name).is_some()
            {
                end += rest.len() - spaced.len() + adjective.len();
                country = Some(name);
            } else if meaning.parts > 1 {
                // "50 centimes d'euro"
                if let Some((of, ())) = self.lexicon.of.at_start(spaced)
                    && let Some((major, whole)) =
                        self.lexicon.names.at_start(spaced[of.len()..].trim_start())
                {
                    let taken = spaced.len() - spaced[of.len()..].trim_start().len() + major.len();
                    let meaning = Meaning { parts: meaning.parts, ..whole.clone() };
                    let end = end + rest.len() - spaced.len() + taken;
                    return Some(Named {
                        meaning,
                        naming: Naming::Name,
                        start,
                        end,
                        has_country: true,
                    });
                }
            }
        }
        let meaning = match country {
            Some(country) => narrowed(meaning, country)?,
            None => meaning.clone(),
        };
        Some(Named { meaning, naming: Naming::Name, start, end, has_country: country.is_some() })
    }
}

fn explicit(code: &str) -> Meaning {
    Meaning { codes: vec![code.to_owned()], default: None, is_weak: false, parts: 1 }
}

/// The meaning of a name beside the adjective of `country`: ISO 4217 codes begin with the
/// country's.
fn narrowed(meaning: &Meaning, country: &str) -> Option<Meaning> {
    let code = meaning.codes.iter().find(|code| code.starts_with(country))?;
    Some(Meaning { parts: meaning.parts, ..explicit(code) })
}

/// Lower case; a character that would change its length stays as it is.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for ch in text.chars() {
        let mut lower = ch.to_lowercase();
        let one = lower.next().unwrap_or(ch);
        let same_length = lower.next().is_none() && one.len_utf8() == ch.len_utf8();
        folded.push(if same_length { one } else { ch });
    }
    folded
}
