//! Sums whose amount no decimal holds: as exact text, so that the row says what was written.
//!
//! Invariant: the text is the amount in the major unit, without grouping and without closing zeros.

use rust_decimal::Decimal;

use super::amount::Amount;
use super::scan::{Scanner, Sum};
use crate::tag::numbers::Number;

/// So many characters of digits and any scale always fit a decimal.
const SURELY_FITS: usize = 15;

impl Scanner<'_> {
    /// The sum in digits at `start`, if they are too many.
    pub(super) fn beyond(&self, start: usize, floor: usize) -> Option<Sum> {
        let (digits, length) = self.lexicon.numbers.digit_text(&self.text[start..])?;
        if digits.len() <= SURELY_FITS {
            return None;
        }
        let one = Decimal::ONE;
        let unit = Number { value: one, length, in_digits: true, has_scale: false, scale: one };
        let unit = self.lexicon.numbers.with_scales(&self.text[start..], unit);
        let mut amount = Amount::from_number(&unit, start, self.text);
        let before = self.named_before(start, floor);
        self.suffix(&mut amount, before.is_some())?;
        let after = self.named_after(amount.end);
        let named = self.choose(start, floor, &amount, before, after)?;
        let text =
            shifted(&digits, power_of_ten(amount.scale)? - power_of_ten(named.meaning.parts)?);
        let (span_start, end) = (start.min(named.start), amount.end.max(named.end));
        let is_beyond = Decimal::from_str_exact(&text).is_err() && named.meaning.times == 1;
        if !is_beyond || !self.is_money(span_start, end, &amount, &named) {
            return None;
        }
        let sum = self.finish(span_start, end, Some(one), None, named);
        let is_negative = sum.amount.is_some_and(|amount| amount.is_sign_negative());
        let text = if is_negative { format!("-{text}") } else { text };
        Some(Sum { amount: None, amount_text: Some(text), ..sum })
    }
}

fn power_of_ten(number: impl Into<Decimal>) -> Option<isize> {
    let text = number.into().normalize().to_string();
    let zeros = text.strip_prefix('1')?;
    zeros.bytes().all(|byte| byte == b'0').then_some(zeros.len().cast_signed())
}

/// Plain digits with their point moved to the right.
fn shifted(digits: &str, places: isize) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let point = whole.len().cast_signed() + places;
    let lead = usize::try_from(-point).unwrap_or(0);
    let point = usize::try_from(point).unwrap_or(0);
    let mut all = format!("{:0<lead$}{whole}{fraction}", "");
    while all.len() < point {
        all.push('0');
    }
    let (whole, fraction) = all.split_at(point);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_moves() {
        for (digits, places, expected) in [
            ("123.45", 0, "123.45"),
            ("123.45", 1, "1234.5"),
            ("123.45", 4, "1234500"),
            ("123.45", -2, "1.2345"),
            ("0123", -4, "0.0123"),
            ("5", -3, "0.005"),
            ("700", -2, "7"),
        ] {
            assert_eq!(shifted(digits, places), expected);
        }
    }
}
