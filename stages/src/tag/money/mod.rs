//! Money: finding sums in a sentence, their exact amount and currency.
//!
//! Each sentence is searched for sums (`scan`); then the currency of each is decided with the
//! whole article in sight. Invariant: amounts are exact decimals; a currency that the words leave
//! open is kept open or marked as a default, with the candidates beside it.

mod lexicon;
mod markers;
mod scan;

use rust_decimal::Decimal;

use super::{Settings, spans_in};
use crate::layers::{CurrencyEvidence, Document, Language, MoneyMention, Sentence, Sentences};
use lexicon::lexicon_of;
use scan::{Naming, Scanner, Sum};

/// The sums of money the sentences name, in order.
pub fn tag(
    document: &Document,
    language: &Language,
    sentences: &Sentences,
    settings: &Settings,
) -> Vec<MoneyMention> {
    let mut found: Vec<(u32, &Sentence, Sum)> = Vec::new();
    for (sentence, index) in sentences.sentences.iter().zip(0..) {
        let text = sentence.text(&document.text);
        let lexicon = lexicon_of(&sentence.language.tag);
        if !lexicon.markers.are_in(&text) {
            continue;
        }
        let sums = Scanner::new(&text, lexicon).sums();
        found.extend(sums.into_iter().map(|sum| (index, sentence, sum)));
    }
    let named: Vec<String> = found
        .iter()
        .filter_map(|(_, _, sum)| match sum.currency.codes.as_slice() {
            [code] => Some(code.clone()),
            _ => None,
        })
        .collect();
    let defaults = settings.default_currencies.get(&language.document.tag);
    let defaults = defaults.map(Vec::as_slice).unwrap_or_default();
    let mut mentions: Vec<MoneyMention> = Vec::with_capacity(found.len());
    for (index, sentence, sum) in found {
        let (currency, evidence) = decide(&sum, &named, defaults);
        let candidates = match evidence {
            CurrencyEvidence::Explicit | CurrencyEvidence::Symbol => Vec::new(),
            _ => sum.currency.codes.clone(),
        };
        let qualifier = sum.qualifier.map(|(start, end)| spans_in(sentence, start, end));
        let equivalent_of = sum.is_conversion.then(|| mentions.len().checked_sub(1)).flatten();
        mentions.push(MoneyMention {
            sentence: index,
            spans: spans_in(sentence, sum.start, sum.end),
            amount: sum.amount.map(amount_text),
            amount_max: sum.amount_max.map(amount_text),
            currency,
            currency_evidence: evidence,
            currency_candidates: candidates,
            qualifier: qualifier.and_then(|spans| spans.first().copied()),
            bound: sum.bound,
            per: sum.per.clone(),
            equivalent_of: equivalent_of.map(|index| crate::span::Span::new(0, index).end),
            rule: rule(&sum).to_owned(),
        });
    }
    mentions
}

/// The code of a sum's currency and what decided it.
fn decide(sum: &Sum, named: &[String], defaults: &[String]) -> (Option<String>, CurrencyEvidence) {
    let codes = &sum.currency.codes;
    if let [code] = codes.as_slice() {
        let evidence = match sum.naming {
            Naming::Sign => CurrencyEvidence::Symbol,
            Naming::Name | Naming::Code => CurrencyEvidence::Explicit,
        };
        return (Some(code.clone()), evidence);
    }
    let mut in_document = named.iter().filter(|code| codes.contains(code));
    if let Some(code) = in_document.next()
        && in_document.all(|other| other == code)
    {
        return (Some(code.clone()), CurrencyEvidence::Document);
    }
    let configured = defaults.iter().find(|code| codes.contains(code));
    match configured.or(sum.currency.default.as_ref()) {
        Some(code) => (Some(code.clone()), CurrencyEvidence::Default),
        None => (None, CurrencyEvidence::Unknown),
    }
}

/// The amount as exact text without closing zeros.
fn amount_text(amount: Decimal) -> String {
    amount.normalize().to_string()
}

fn rule(sum: &Sum) -> &'static str {
    match (sum.amount, sum.amount_max, sum.naming) {
        (None, _, _) => "vague_amount",
        (_, Some(_), _) => "range",
        (_, None, Naming::Name) => "amount_and_name",
        (_, None, Naming::Sign) => "amount_and_sign",
        (_, None, Naming::Code) => "amount_and_code",
    }
}

#[cfg(test)]
mod tests {
    use newsloom_languages::folders;
    use serde::Deserialize;

    use super::*;
    use crate::decode::from_text;
    use crate::layers::{Blocks, LanguageBasis, Tagged, joined};
    use crate::lexicon;
    use crate::span::{Score, Span};

    /// A text and the sums in it, as `surface = amount currency`.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        text: String,
        find: Vec<String>,
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Examples {
        example: Vec<Example>,
    }

    fn found(text: &str, tag: &str) -> Vec<MoneyMention> {
        let document = from_text(text);
        let language = Language::given(tag, &Blocks::all_body(&document.text));
        let sentence = Sentence {
            spans: vec![Span::new(0, document.text.len())],
            block: 0,
            language: Tagged { tag: tag.to_owned(), confidence: Score::ONE },
            language_basis: LanguageBasis::Document,
        };
        let sentences = Sentences { sentences: vec![sentence] };
        super::tag(&document, &language, &sentences, &Settings::default())
    }

    #[test]
    fn the_examples_of_every_language_are_found_as_they_say() {
        let mut misses = Vec::new();
        let mut count = 0;
        for folder in folders() {
            let written: Examples = lexicon::read(folder, "money.toml");
            for example in &written.example {
                let sums = found(&example.text, folder.tag);
                let sums: Vec<String> = sums
                    .iter()
                    .map(|sum| {
                        let max =
                            sum.amount_max.as_ref().map_or(String::new(), |max| format!("–{max}"));
                        let amount = sum.amount.as_deref().unwrap_or("?");
                        let currency = sum.currency.as_deref().unwrap_or("?");
                        format!("{} = {amount}{max} {currency}", joined(&sum.spans, &example.text))
                    })
                    .collect();
                count += 1;
                if sums != example.find {
                    misses.push(format!("{}: {}: {sums:?}", folder.tag, example.text));
                }
            }
        }
        assert!(count > 0);
        assert!(misses.is_empty(), "{} of {count}\n{}", misses.len(), misses.join("\n"));
    }
}
