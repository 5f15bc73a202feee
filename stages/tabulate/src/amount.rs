//! Exact decimal texts to the numbers of the money columns.

use crate::column::{DECIMAL_PRECISION, DECIMAL_SCALE};

/// The amount scaled by ten to the power of `DECIMAL_SCALE`; none where the decimal type does not
/// hold it exactly.
pub fn decimal_of(amount: &str) -> Option<i128> {
    let (digits, sign) = match amount.strip_prefix('-') {
        Some(rest) => (rest, -1),
        None => (amount, 1),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > usize::from(DECIMAL_SCALE) {
        return None;
    }
    let scaled: i128 =
        format!("{whole}{fraction:0<width$}", width = usize::from(DECIMAL_SCALE)).parse().ok()?;
    (scaled < 10_i128.pow(DECIMAL_PRECISION.into())).then_some(sign * scaled)
}

/// The double nearest to the amount.
pub fn float_of(amount: &str) -> Option<f64> {
    amount.parse().ok()
}

/// The decimal text of a scaled amount, without exponent and without closing zeros.
pub fn text_of(scaled: i128) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let one = 10_u128.pow(DECIMAL_SCALE.into());
    let (whole, fraction) = (scaled.unsigned_abs() / one, scaled.unsigned_abs() % one);
    let text = format!("{sign}{whole}.{fraction:0width$}", width = usize::from(DECIMAL_SCALE));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_or_refused() {
        for (text, scaled) in [
            ("8500000000", Some(8_500_000_000_000_000_000)),
            ("0.5", Some(500_000_000)),
            ("-1.25", Some(-1_250_000_000)),
            ("0.000000001", Some(1)),
            ("0.0000000001", None),
            (
                "99999999999999999999999999999",
                Some(99_999_999_999_999_999_999_999_999_999_000_000_000),
            ),
            ("100000000000000000000000000000", None),
        ] {
            assert_eq!(decimal_of(text), scaled, "{text}");
            if let Some(scaled) = scaled {
                assert_eq!(text_of(scaled), text);
            }
        }
    }
}
