//! A number in words, added up word by word.
//!
//! Invariant: a scale multiplies what stands before it; words add up from large to small.

use rust_decimal::Decimal;

use super::grammar::Word;

/// A number in words as it grows.
#[derive(Debug)]
pub struct Addition {
    total: Decimal,
    current: Decimal,
    pub has_scale: bool,
    /// What the scales it ends in multiply by.
    pub scale: Decimal,
    last_added: Option<u64>,
}

impl Default for Addition {
    fn default() -> Self {
        let (total, current) = (Decimal::ZERO, Decimal::ZERO);
        Self { total, current, has_scale: false, scale: Decimal::ONE, last_added: None }
    }
}

impl Addition {
    pub fn value(&self) -> Decimal {
        self.total + self.current
    }

    /// Whether `word` can go on with the number.
    pub fn takes(&self, word: Word) -> bool {
        word.is_scale || self.last_added.is_none_or(|last| last >= 100 && word.value < 100)
    }

    /// None where the number is too large.
    pub fn add(&mut self, word: Word) -> Option<()> {
        let value = Decimal::from(word.value);
        if !word.is_scale {
            self.current += value;
            self.last_added = Some(word.value);
            self.scale = Decimal::ONE;
            return Some(());
        }
        self.has_scale |= word.value >= 1000;
        self.scale = self.scale.checked_mul(value)?;
        let factor = if self.current.is_zero() { Decimal::ONE } else { self.current };
        if word.value == 100 {
            self.current = factor.checked_mul(value)?;
        } else if self.total > Decimal::ZERO && value > self.total {
            // "deux mille milliards": the scale takes all before it.
            self.total = (self.total + self.current).checked_mul(value)?;
            self.current = Decimal::ZERO;
        } else {
            self.total += factor.checked_mul(value)?;
            self.current = Decimal::ZERO;
        }
        self.last_added = None;
        Some(())
    }
}
