//! Money: finding sums in a sentence, their exact amount and currency.

use super::Settings;
use crate::layers::{Document, Language, MoneyMention, Sentences};

/// The sums of money the sentences name, in order.
pub fn tag(
    _document: &Document,
    _language: &Language,
    _sentences: &Sentences,
    _settings: &Settings,
) -> Vec<MoneyMention> {
    Vec::new()
}
