//! Sums whose currency the reader takes from the one before: "une dette de 7,8 millions".
//!
//! Invariant: only a number in digits with a scale of a million or more is one, behind a sum whose
//! currency is named by a word, and never before what is counted ("5 millions de voyageurs").

use rust_decimal::Decimal;

use super::naming::Named;
use super::scan::{Scanner, Sum, skip_spaces};

const SCALE_MIN: i64 = 1_000_000;

impl Scanner<'_> {
    /// The sums without a currency in the sentence, which has `taken`; `last` is the last sum
    /// before the sentence.
    pub(super) fn elliptic(&self, taken: &[Sum], last: Option<&Sum>) -> Vec<Sum> {
        let mut found = Vec::new();
        let mut at = 0;
        // How many of the sums end before `start`.
        let mut passed = 0;
        while let Some(start) = self.next_start(at) {
            at = self.after_token(start);
            while taken.get(passed).is_some_and(|sum| sum.end <= start) {
                passed += 1;
            }
            let own = passed.checked_sub(1).map(|before| &taken[before]);
            let next = taken.get(passed).map_or(self.text.len(), |sum| sum.start);
            let Some(model) = own.or(last).filter(|sum| sum.is_model()) else { continue };
            if !self.text[start..].starts_with(|ch: char| ch.is_ascii_digit()) || start >= next {
                continue;
            }
            let amount = self.amount(start, false).filter(|amount| amount.end <= next);
            let Some(amount) = amount else { continue };
            at = at.max(amount.end);
            let is_large = amount.scale >= Decimal::from(SCALE_MIN);
            let is_about_money = own.is_some() || self.has_money_word();
            if is_large && is_about_money && self.counts_nothing(amount.end) {
                let named = Named {
                    start,
                    end: amount.end,
                    meaning: model.currency.clone(),
                    naming: model.naming,
                    has_country: false,
                };
                let sum = self.finish(start, amount.end, Some(amount.value), None, named);
                found.push(Sum { is_elliptic: true, ..sum });
            }
        }
        found
    }

    /// Whether nothing that is counted stands behind the number that ends at `end`.
    fn counts_nothing(&self, end: usize) -> bool {
        let behind = skip_spaces(self.text, end);
        let rest = &self.folded[behind..];
        let is_part = self.lexicon.of.at_start(rest).is_some() || rest.starts_with(['%', '-']);
        !is_part && self.ends_clause(end)
    }
}

impl Sum {
    /// Whether a later sum may leave this one's currency out.
    fn is_model(&self) -> bool {
        self.naming == super::Naming::Name && self.currency.parts == 1 && self.currency.times == 1
    }
}
