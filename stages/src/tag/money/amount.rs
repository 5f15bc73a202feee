//! The amount at a place: digits or words, a fraction, a scale.
//!
//! Invariant: a lone plural scale ("millions of dollars") is no amount.

use rust_decimal::Decimal;

use super::scan::{Scanner, is_space, skip_spaces};
use crate::tag::numbers::Number;

/// An amount at some place.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    pub value: Decimal,
    /// What its scale multiplies by; one without a scale.
    pub scale: Decimal,
    pub end: usize,
    pub in_digits: bool,
    /// Its digits stand in groups, or it is large, or has cents: the look of a sum.
    pub looks_like_a_sum: bool,
    /// Only an article or the word for one: "a dollar".
    pub is_article: bool,
    /// A part that is written as a word: "a quarter".
    pub is_fraction: bool,
}

impl Amount {
    pub fn has_scale(&self) -> bool {
        self.scale > Decimal::ONE
    }

    /// Its scale; of two thousands or more that one word says (the Arabic dual), the thousands.
    fn last_scale(&self) -> Decimal {
        let thousands = [9, 6, 3].map(|power| Decimal::from(10_u64.pow(power)));
        let holds = |scale: &Decimal| self.value >= *scale && (self.value % scale).is_zero();
        match self.has_scale() || self.in_digits {
            true => self.scale,
            false => thousands.into_iter().find(holds).unwrap_or(Decimal::ONE),
        }
    }

    pub(super) fn from_number(number: &Number, at: usize, text: &str) -> Self {
        let surface = &text[at..at + number.length];
        let decimals = surface.rsplit_once(['.', ',']).map_or("", |(_, decimals)| decimals);
        let is_large = number.value >= Decimal::from(1000) && number.value.scale() == 0;
        let is_year = surface.len() == 4 && number.value < Decimal::from(2100);
        let has_cents = decimals.len() == 2 && decimals.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            value: number.value,
            scale: if number.has_scale { number.scale } else { Decimal::ONE },
            end: at + number.length,
            in_digits: number.in_digits,
            looks_like_a_sum: number.in_digits && (is_large && !is_year || has_cents),
            is_article: false,
            is_fraction: false,
        }
    }
}

impl Scanner<'_> {
    /// The amount at `at`; `has_sign` says that a currency's sign stands right before it.
    pub(super) fn amount(&self, at: usize, has_sign: bool) -> Option<Amount> {
        if let Some(amount) = self.fraction_of_scale(at) {
            return Some(amount);
        }
        if self.text[at..].starts_with('.') {
            return self.cents_alone(at);
        }
        let mut number = self.lexicon.numbers.read(&self.text[at..])?;
        if !number.in_digits && self.is_vague_scale(at) {
            return None;
        }
        if number.in_digits && !number.has_scale {
            number = self.with_foreign_groups(at, number, has_sign);
        }
        self.drop_minor_name(at, &mut number);
        let mut amount = Amount::from_number(&number, at, self.text);
        let one = self.lexicon.ones.at_start(&self.folded[at..]);
        amount.is_article = one.is_some_and(|(word, ())| at + word.len() == amount.end);
        self.half(at, &mut amount)?;
        if amount.in_digits {
            let no_cents = no_cents(&self.text[amount.end..]);
            amount.looks_like_a_sum |= no_cents > 0;
            amount.end += no_cents;
            self.suffix(&mut amount, has_sign)?;
        }
        self.rest_of_scale(at, &mut amount, has_sign)?;
        Some(amount)
    }

    /// The French "cents" behind "50" or "quarante-cinq" is the coin, not the hundred.
    fn drop_minor_name(&self, at: usize, number: &mut Number) {
        let surface = &self.folded[at..at + number.length];
        let Some((name, meaning)) = self.lexicon.names.at_end(surface) else { return };
        let kept = surface[..surface.len() - name.len()].trim_end_matches([' ', '\u{A0}', '-']);
        let before = self.lexicon.numbers.read(kept);
        let before = before.and_then(|before| before.value.checked_mul(number.scale));
        let hundred = number.scale == Decimal::ONE_HUNDRED && meaning.parts > 1;
        if hundred
            && before == Some(number.value)
            && (number.in_digits || number.value >= Decimal::from(1000))
        {
            number.length = kept.len();
            number.value = number.value.checked_div(number.scale).unwrap_or(number.value);
            number.scale = Decimal::ONE;
            number.has_scale = false;
        }
    }

    /// `half a billion`, `a million`, `un demi-million`, `a dollar`.
    fn fraction_of_scale(&self, at: usize) -> Option<Amount> {
        let (phrase, fraction) = self.lexicon.fractions.at_start(&self.folded[at..])?;
        let mut end = skip_spaces(self.text, at + phrase.len());
        end += self.text[end..].len() - self.text[end..].trim_start_matches('-').len();
        let is_article = *fraction == Decimal::ONE;
        let mut amount = Amount {
            value: *fraction,
            scale: Decimal::ONE,
            end: at + phrase.len(),
            in_digits: false,
            looks_like_a_sum: false,
            is_article,
            is_fraction: true,
        };
        if self.lexicon.numbers.begins_with_scale(&self.text[end..]) {
            let number = self.lexicon.numbers.read(&self.text[end..])?;
            amount.value = fraction.checked_mul(number.value)?;
            amount.scale = number.value.max(Decimal::from(100));
            amount.end = end + number.length;
            amount.is_article = false;
            amount.is_fraction = false;
            self.half(at, &mut amount)?;
        }
        Some(amount)
    }

    /// A scale that says only how large the sum is: "millions of dollars".
    pub(super) fn is_vague_scale(&self, at: usize) -> bool {
        self.lexicon.vague_scales.at_start(&self.folded[at..]).is_some()
    }

    /// `.55` behind a sign.
    fn cents_alone(&self, at: usize) -> Option<Amount> {
        let (value, length) = self.lexicon.numbers.digits(&self.text[at + 1..])?;
        let value = value.checked_div(Decimal::from(10_u64.checked_pow(length as u32)?))?;
        let mut number = Number { value, length: length + 1, in_digits: true, ..NOTHING };
        number = self.lexicon.numbers.with_scales(&self.text[at..], number);
        let mut amount = Amount::from_number(&number, at, self.text);
        self.suffix(&mut amount, true)?;
        Some(amount)
    }

    /// Three digits behind the decimal mark are a group behind a sign (`£3,000` in Portuguese),
    /// and three zeros are one anywhere: no sum is given to a thousandth.
    fn with_foreign_groups(&self, at: usize, number: Number, has_sign: bool) -> Number {
        let surface = &self.text[at..at + number.length];
        let Some((whole, decimals)) = surface.rsplit_once(['.', ',']) else { return number };
        let mark = surface[whole.len()..].chars().next();
        let zeros = decimals == "000";
        let plain = (1..=3).contains(&whole.len())
            && whole.bytes().all(|byte| byte.is_ascii_digit())
            && !whole.starts_with('0')
            && decimals.len() == 3;
        if number.value.scale() == 0 || !plain || !zeros && (mark != Some(',') || !has_sign) {
            return number;
        }
        let Ok(value) = format!("{whole}{decimals}").parse() else { return number };
        let rest = &self.text[at + number.length..];
        let cents = rest.strip_prefix('.').and_then(|rest| rest.get(..2));
        let cents = cents.filter(|_| !rest[3..].starts_with(|ch: char| ch.is_ascii_digit()));
        match cents.and_then(|cents| cents.parse::<u32>().ok()) {
            Some(cents) => {
                let value = Decimal::from(cents) / Decimal::ONE_HUNDRED + { value };
                Number { value, length: number.length + 3, ..number }
            }
            None => Number { value, ..number },
        }
    }

    /// `and a half` behind a number or its scale, and the scale behind that.
    fn half(&self, at: usize, amount: &mut Amount) -> Option<()> {
        let start = skip_spaces(self.text, amount.end);
        let Some((phrase, half)) = self.lexicon.halves.at_start(&self.folded[start..]) else {
            return Some(());
        };
        // "$4.12 1/2" is half a cent more.
        let is_plain = amount.in_digits && !amount.has_scale();
        let place = if is_plain { Decimal::new(1, amount.value.scale()) } else { amount.scale };
        amount.value = amount.value.checked_add(half.checked_mul(place)?)?;
        amount.end = start + phrase.len();
        amount.is_article = false;
        if !amount.has_scale() {
            let length = amount.end - at;
            let number = Number { value: amount.value, length, in_digits: false, ..NOTHING };
            let number = self.lexicon.numbers.with_scales(&self.text[at..], number);
            amount.value = number.value;
            amount.scale = number.scale;
            amount.end = at + number.length;
        }
        Some(())
    }

    /// A scale written short: `1.2bn`, `3,5 M€`, `30 MUSD`, `20 Mio. Euro`.
    pub(super) fn suffix(&self, amount: &mut Amount, has_sign: bool) -> Option<()> {
        let start = skip_spaces(self.text, amount.end);
        let rest = &self.text[start..];
        let suffixes = &self.lexicon.suffixes;
        let glued = suffixes.prefixes(rest).find(|(suffix, _)| {
            let rest = &rest[suffix.len()..];
            rest.starts_with(|ch: char| !ch.is_ascii_lowercase()) && self.currency_mark(rest)
        });
        let alone = || {
            let (suffix, power) = suffixes.at_start(rest)?;
            let end = start + suffix.len();
            // "5 m" is a length, "5 Mio", "$5m" and "12 M d'euros" are not.
            let sure = start == amount.end
                || suffix.chars().count() > 1
                || has_sign && suffix.starts_with(char::is_uppercase)
                || self.currency_mark(&self.text[skip_spaces(self.text, end)..])
                || self.lexicon.of.at_start(&self.folded[skip_spaces(self.text, end)..]).is_some();
            sure.then_some((suffix, power))
        };
        if let Some((suffix, power)) = glued.or_else(alone) {
            let factor = Decimal::from(10_u64.pow(*power));
            amount.value = amount.value.checked_mul(factor)?;
            amount.scale = amount.scale.checked_mul(factor)?;
            amount.end = start + suffix.len();
        }
        Some(())
    }

    /// Whether `rest` begins with a sign or code.
    fn currency_mark(&self, rest: &str) -> bool {
        let code = rest.get(..3).is_some_and(|code| self.lexicon.codes.contains(code));
        code && !rest[3..].starts_with(char::is_alphanumeric)
            || self.lexicon.signs.at_start(rest).is_some()
    }

    /// `2 millions 500.000`, `1 milione e 340mila`: what is less than the scale before it is added.
    /// `2 mil 300 millones`: so it is to the thousands of the scale behind.
    fn rest_of_scale(&self, at: usize, amount: &mut Amount, has_sign: bool) -> Option<()> {
        let mut start = skip_spaces(self.text, amount.end);
        let scale = amount.last_scale();
        if scale == Decimal::ONE || start == amount.end {
            return Some(());
        }
        let joiner = self.lexicon.scale_and.prefixes(&self.folded[start..]).next();
        if let Some((word, ())) = joiner.filter(|_| !self.is_between(at)) {
            start = skip_spaces(self.text, start + word.len());
        }
        let number = self.lexicon.numbers.read(&self.text[start..]);
        let is_rest = |number: &Number| number.in_digits || joiner.is_some();
        let Some(number) = number.filter(is_rest) else { return Some(()) };
        let end = start + number.length;
        let is_sum = self.named_after(end).is_some() || has_sign && self.counts_nothing(end);
        let count = number.value.checked_div(number.scale)?;
        if is_sum && number.value < scale {
            (amount.value, amount.end) = (amount.value.checked_add(number.value)?, end);
        } else if is_sum && joiner.is_none() && count < scale && scale < number.scale {
            amount.value = amount.value.checked_add(count)?.checked_mul(number.scale)?;
            (amount.scale, amount.end) = (number.scale, end);
        }
        Some(())
    }
}

const NOTHING: Number = Number {
    value: Decimal::ZERO,
    length: 0,
    in_digits: false,
    has_scale: false,
    scale: Decimal::ONE,
};

/// The length of a dash in the place of cents: `12,-`, `5.–`.
fn no_cents(rest: &str) -> usize {
    let Some(dashes) = rest.strip_prefix([',', '.']) else { return 0 };
    let after = dashes.trim_start_matches(['-', '–', '—']);
    let ends =
        after.is_empty() || after.starts_with(|ch: char| is_space(ch) || !ch.is_alphanumeric());
    if after.len() < dashes.len() && ends { rest.len() - after.len() } else { 0 }
}
