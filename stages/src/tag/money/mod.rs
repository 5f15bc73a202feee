//! Money: finding sums in a sentence, their exact amount and currency.
//!
//! Each sentence is searched for sums (`scan`); then the currency of each is decided with the
//! whole article in sight. Invariant: amounts are exact decimals; a currency that the words leave
//! open is kept open or marked as a default, with the candidates beside it.

mod amount;
mod context;
mod evidence;
mod lexicon;
mod markers;
mod naming;
mod phrases;
mod range;
mod scan;

use rust_decimal::Decimal;

use super::{Settings, spans_in};
use crate::layers::{
    CurrencyEvidence, Document, Language, MoneyMention, Published, Sentence, Sentences,
};
use crate::span::Span;
use evidence::{Evidence, country_of_host, host};
use lexicon::lexicon_of;
use scan::{Naming, Scanner, Sum};

/// The sums of money the sentences name, in order.
pub fn tag(
    document: &Document,
    language: &Language,
    sentences: &Sentences,
    published: Option<&Published>,
    settings: &Settings,
) -> Vec<MoneyMention> {
    let mut found: Vec<(u32, &Sentence, Sum)> = Vec::new();
    for (sentence, index) in sentences.sentences.iter().zip(0..) {
        let lexicon = lexicon_of(&sentence.language.tag);
        let text = sentence.text(&document.text);
        if lexicon.markers.are_in(&text) {
            let sums = Scanner::new(&text, lexicon).sums();
            found.extend(sums.into_iter().map(|sum| (index, sentence, sum)));
        }
    }
    let is_open = |(_, _, sum): &(u32, &Sentence, Sum)| sum.currency.codes.len() != 1;
    let evidence = match found.iter().any(is_open) {
        true => evidence_of(document, language, sentences, published, settings, &found),
        false => Evidence::default(),
    };
    let mut mentions: Vec<MoneyMention> = Vec::with_capacity(found.len());
    for (index, sentence, sum) in found {
        let text = sentence.text(&document.text);
        let lexicon = lexicon_of(&sentence.language.tag);
        let (currency, currency_evidence) = evidence.decide(&sum, &text, lexicon, mentions.last());
        let candidates = match currency_evidence {
            CurrencyEvidence::Explicit | CurrencyEvidence::Symbol => Vec::new(),
            _ => sum.currency.codes.clone(),
        };
        let qualifier = sum.qualifier.map(|(start, end)| spans_in(sentence, start, end));
        let is_other = mentions.last().is_some_and(|last| last.currency != currency);
        let converted = (sum.is_conversion && is_other).then_some(mentions.len());
        let converted = converted.and_then(|count| count.checked_sub(1));
        mentions.push(MoneyMention {
            sentence: index,
            spans: spans_in(sentence, sum.start, sum.end),
            amount: sum.amount.map(amount_text),
            amount_max: sum.amount_max.map(amount_text),
            currency,
            currency_evidence,
            currency_candidates: candidates,
            qualifier: qualifier.and_then(|spans| spans.first().copied()),
            bound: sum.bound,
            per: sum.per.clone(),
            equivalent_of: converted.map(|index| Span::new(0, index).end),
            rule: rule(&sum).to_owned(),
        });
    }
    mentions
}

/// What the article tells of currencies, for the sums that leave them open.
fn evidence_of<'a>(
    document: &Document,
    language: &Language,
    sentences: &Sentences,
    published: Option<&Published>,
    settings: &'a Settings,
    found: &[(u32, &Sentence, Sum)],
) -> Evidence<'a> {
    let named = found.iter().filter_map(|(_, _, sum)| match sum.currency.codes.as_slice() {
        [code] => Some((code.clone(), sum.naming)),
        _ => None,
    });
    let tag = &language.document.tag;
    let stated = &document.stated;
    let host = stated.url.as_deref().or(stated.canonical_url.as_deref()).and_then(host);
    let configured = host.and_then(|host| settings.countries.get(host));
    let configured = configured.or_else(|| settings.countries.get(tag)).cloned();
    let texts: Vec<_> = sentences.sentences.iter().map(|one| one.text(&document.text)).collect();
    Evidence {
        named: named.collect(),
        country: configured.or_else(|| host.and_then(country_of_host)),
        defaults: settings.default_currencies.get(tag).map(Vec::as_slice).unwrap_or_default(),
        year: published.and_then(|published| published.value.get(..4)?.parse().ok()),
        text: texts.join("\n"),
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
        super::tag(&document, &language, &sentences, None, &Settings::default())
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
