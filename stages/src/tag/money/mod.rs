//! Money: finding sums in a sentence, their exact amount and currency.
//!
//! Each sentence is searched for sums (`scan`); then the currency of each is decided with the
//! whole article in sight. Invariant: amounts are exact decimals; a currency that the words leave
//! open is kept open or marked as a default, with the candidates beside it.

mod alone;
mod amount;
mod beyond;
mod context;
mod evidence;
mod lexicon;
mod markers;
mod meaning;
mod naming;
mod phrases;
mod range;
mod scan;

use std::borrow::Cow;
use std::cell::OnceCell;

use rust_decimal::Decimal;

use super::{Settings, spans_in};
use crate::layers::{CurrencyEvidence, Language, MoneyMention, Published, Sentence, Sentences};
use evidence::{Around, Evidence};
use lexicon::lexicon_of;
use scan::{Lender, Naming, Scanner, Sum};

/// The sums of money the sentences name, in order. `texts` are those of the sentences, `country`
/// is where the article comes from.
pub fn tag(
    language: &Language,
    sentences: &Sentences,
    texts: &[Cow<str>],
    published: Option<&Published>,
    country: Option<&str>,
    settings: &Settings,
) -> Vec<MoneyMention> {
    let mut found: Vec<(usize, Sum)> = Vec::new();
    for (index, (sentence, text)) in sentences.sentences.iter().zip(texts).enumerate() {
        let lexicon = lexicon_of(&sentence.language.tag);
        if lexicon.markers.are_in(text) {
            let sums = Scanner::new(text, lexicon).sums();
            found.extend(sums.into_iter().map(|sum| (index, sum)));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    found.extend(alone::alone_in(&sentences.sentences, texts, &found));
    found.sort_by_key(|(index, sum)| (*index, sum.start));
    let tag = &language.document.tag;
    let evidence = Evidence {
        named: named(&found),
        country,
        defaults: settings.default_currencies.get(tag).map(Vec::as_slice).unwrap_or_default(),
        year: published.and_then(|published| published.value.get(..4)?.parse().ok()),
        texts,
        lexicon: lexicon_of(tag),
        countries: OnceCell::new(),
        demonyms: OnceCell::new(),
        spoken: OnceCell::new(),
    };
    let mut mentions: Vec<MoneyMention> = Vec::with_capacity(found.len());
    for sums in found.chunk_by(|(index, _), (next, _)| index == next) {
        let index = sums[0].0;
        let sentence = &sentences.sentences[index];
        let around = Around::new(&texts[index], lexicon_of(&sentence.language.tag));
        let mut coins = None;
        for (_, sum) in sums {
            let (code, told) = evidence.decide(sum, &around, mentions.last());
            let decided = match (sum.lender, mentions.last()) {
                (Lender::Before, Some(last)) => (last.currency.clone(), CurrencyEvidence::Document),
                (Lender::Twin, _) if code.is_some() => (code, CurrencyEvidence::Document),
                _ => (code, told),
            };
            // "45 cents to $12.30"
            if let (Some(code), Some(before)) = (&decided.0, coins.take()) {
                let before: &mut MoneyMention = &mut mentions[before];
                if before.currency_candidates.contains(code) {
                    before.currency = Some(code.clone());
                    before.currency_evidence = CurrencyEvidence::Document;
                }
            }
            coins = (decided.0.is_none() && sum.currency.parts > 1).then_some(mentions.len());
            mentions.push(mention(sum, index, sentence, decided, &mentions));
        }
    }
    mentions
}

/// The codes that the words of sums leave no doubt of, and what named them, each pair once.
fn named(found: &[(usize, Sum)]) -> Vec<(&str, Naming)> {
    let mut named = Vec::new();
    for (_, sum) in found {
        if let [code] = sum.currency.codes.as_slice()
            && !named.contains(&(code.as_str(), sum.naming))
        {
            named.push((code.as_str(), sum.naming));
        }
    }
    named
}

/// A sum as a row; `before` are those before it.
fn mention(
    sum: &Sum,
    index: usize,
    sentence: &Sentence,
    (currency, currency_evidence): (Option<String>, CurrencyEvidence),
    before: &[MoneyMention],
) -> MoneyMention {
    let candidates = match currency_evidence {
        CurrencyEvidence::Explicit | CurrencyEvidence::Symbol => Vec::new(),
        _ => sum.currency.codes.clone(),
    };
    let qualifier = sum.qualifier.map(|(start, end)| spans_in(sentence, start, end));
    let number = |index: usize| u32::try_from(index).expect("a text has fewer than 2^32 bytes");
    // Of "(£342m; €382m)" both say the one before the bracket.
    let last = before.last().filter(|last| sum.is_conversion && last.currency != currency);
    let original = last.map(|last| last.equivalent_of.unwrap_or_else(|| number(before.len() - 1)));
    MoneyMention {
        sentence: number(index),
        spans: spans_in(sentence, sum.start, sum.end),
        amount: sum.amount.map(amount_text).or_else(|| sum.amount_text.clone()),
        amount_max: sum.amount_max.map(amount_text),
        currency,
        currency_evidence,
        currency_candidates: candidates,
        qualifier: qualifier.and_then(|spans| spans.first().copied()),
        bound: sum.bound,
        per: sum.per.clone(),
        equivalent_of: original,
        rule: rule(sum).to_owned(),
    }
}

/// The amount as exact text without closing zeros.
fn amount_text(amount: Decimal) -> String {
    amount.normalize().to_string()
}

fn rule(sum: &Sum) -> &'static str {
    match sum.lender {
        Lender::None => {}
        Lender::Before => return "amount_alone",
        Lender::Twin => return "amount_again",
    }
    let is_vague = sum.amount.is_none() && sum.amount_text.is_none();
    match (is_vague, sum.amount_max, sum.naming) {
        (true, _, _) => "vague_amount",
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
    use crate::layers::{Blocks, Bound, LanguageBasis, Tagged, joined};
    use crate::lexicon;
    use crate::span::{Score, Span};

    /// A text, a line a sentence, and the sums in it, as `surface = amount currency`.
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
        let place = |line: &str| line.as_ptr().addr() - text.as_ptr().addr();
        let sentence = |line: &str| Sentence {
            spans: vec![Span::new(place(line), place(line) + line.len())],
            block: 0,
            language: Tagged { tag: tag.to_owned(), confidence: Score::ONE },
            language_basis: LanguageBasis::Document,
        };
        let sentences = Sentences { sentences: text.lines().map(sentence).collect() };
        let texts: Vec<_> = text.lines().map(Cow::from).collect();
        super::tag(&language, &sentences, &texts, None, None, &Settings::default())
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

    #[test]
    fn a_currency_is_taken_from_the_sum_before_where_nothing_is_counted() {
        for (text, tag, amounts) in [
            (
                "Le prix passe de 9,4 millions d'euros à 12 millions.",
                "fr",
                &["9400000", "12000000"][..],
            ),
            ("Il paie 2 millions d'euros pour 5 millions de voyageurs.", "fr", &["2000000"]),
            (
                "Son 31,4 millones de euros. La deuda es de 7,8 millones.",
                "es",
                &["31400000", "7800000"],
            ),
            ("It costs $2 million and was seen by 5 million in Europe.", "en", &["2000000"]),
            ("La deuda es de 7,8 millones.", "es", &[]),
            ("投资$5亿，价格$20。", "zh", &["20"]),
        ] {
            let sums = found(text, tag);
            let found: Vec<_> = sums.iter().filter_map(|sum| sum.amount.as_deref()).collect();
            assert_eq!(found, amounts, "{text}");
            let codes = sums.windows(2).map(|pair| pair[0].currency == pair[1].currency);
            assert!(codes.into_iter().all(|is_same| is_same), "{text}");
        }
    }

    #[test]
    fn a_sum_in_brackets_says_the_one_before_it_in_other_money() {
        for (text, tag, links) in [
            ("It cost $5 million (£4 million).", "en", &[None, Some(0)][..]),
            ("Oil is at 45 dollars a barrel (38 euros).", "en", &[None, Some(0)]),
            ("Le baril vaut 45 dollars, soit 38 euros.", "fr", &[None, Some(0)]),
            ("Il paie 300 francs à Genève, soit 280 euros.", "fr", &[None, Some(0)]),
            ("Er zahlte 10 Euro, sie 12 Dollar.", "de", &[None, None]),
            ("It cost $5 for all of them there (£4).", "en", &[None, None]),
            ("It cost $5 million (£4 million; €4.5 million).", "en", &[None, Some(0), Some(0)]),
            ("It cost $5 million (£4 million), €2 million more.", "en", &[None, Some(0), None]),
        ] {
            let told: Vec<_> = found(text, tag).iter().map(|sum| sum.equivalent_of).collect();
            assert_eq!(told, links, "{text}");
        }
    }

    #[test]
    fn what_a_sum_is_for_and_how_it_is_bounded_are_told() {
        for (text, tag, per, bound) in [
            ("About 45 dollars a barrel.", "en", Some("barrel"), Bound::About),
            ("Plus de 12 euros par mois.", "fr", Some("month"), Bound::MoreThan),
            ("Up to $20 an hour.", "en", Some("hour"), Bound::UpTo),
            ("Mindestens 300 Euro pro Aktie.", "de", Some("share"), Bound::AtLeast),
            ("12 euros.", "fr", None, Bound::Unbounded),
            ("A loss of $0.12 per diluted share.", "en", Some("share"), Bound::Unbounded),
            ("Un salaire de 1 800 euros mensuels.", "fr", Some("month"), Bound::Unbounded),
            ("Près d'un million d'euros.", "fr", None, Bound::About),
            ("De omzet steeg tot 3 miljard euro.", "nl", None, Bound::Unbounded),
            ("Boetes tot 3000 euro zijn mogelijk.", "nl", None, Bound::UpTo),
            ("Er verdient 3000 Euro brutto im Monat.", "de", Some("month"), Bound::Unbounded),
            ("She earns $500 net a week.", "en", Some("week"), Bound::Unbounded),
            ("وأكثر من 100 دولار للبرميل.", "ar", Some("barrel"), Bound::MoreThan),
            ("غرامة لا تقل عن 300 دولار.", "ar", None, Bound::AtLeast),
            ("أنفق 20 دولارا في الشهر الماضي.", "ar", None, Bound::Unbounded),
            ("It sold $5 million a year earlier.", "en", None, Bound::Unbounded),
            ("It sells $5 million a year on average.", "en", Some("year"), Bound::Unbounded),
            (
                "It surpasses 5 cents per kilowatt hour.",
                "en",
                Some("kilowatt hour"),
                Bound::MoreThan,
            ),
            ("A rent of $20/sq ft.", "en", Some("square foot"), Bound::Unbounded),
            ("Il perdait 2 millions d'euros l'an dernier.", "fr", None, Bound::Unbounded),
            ("Une offre de 2 millions d'euros par Vivendi.", "fr", None, Bound::Unbounded),
            ("Le loyer dépasse les 32 €/m² ici.", "fr", Some("square metre"), Bound::MoreThan),
            ("Un café, pas plus de 3 euros.", "fr", None, Bound::UpTo),
            ("Gas für 62 €/MWh.", "de", Some("megawatt hour"), Bound::Unbounded),
            ("Ein Kredit über 5 Millionen Euro.", "de", None, Bound::Unbounded),
            ("Er zahlte 5 Millionen Euro im Jahr 2020.", "de", None, Bound::Unbounded),
            ("El alquiler supera los 900 euros al mes.", "es", Some("month"), Bound::MoreThan),
            ("No supera los 20 euros por barril.", "es", Some("barrel"), Bound::UpTo),
            ("Pagó 20 euros por daños.", "es", None, Bound::Unbounded),
            ("Cobra 900 euros netos mensuales por hijo.", "es", Some("month"), Bound::Unbounded),
            ("El precio creció hasta 20 euros.", "es", None, Bound::Unbounded),
            ("Una multa de hasta 20 euros.", "es", None, Bound::UpTo),
            ("Il valore supera il miliardo di euro.", "it", None, Bound::MoreThan),
            ("Le baril tombe sous les 100 dollars.", "fr", None, Bound::LessThan),
            ("دفع 100 دولار للمتر المربع.", "ar", Some("square metre"), Bound::Unbounded),
            ("Non più di 32 euro al megawattora.", "it", Some("megawatt hour"), Bound::UpTo),
            ("Paga 300 euro per spese legali.", "it", None, Bound::Unbounded),
            (
                "Ultrapassa os 5 euros por metro quadrado.",
                "pt",
                Some("square metre"),
                Bound::MoreThan,
            ),
            ("Niet meer dan 15 euro per vierkante meter.", "nl", Some("square metre"), Bound::UpTo),
            ("Кредит в 300 рублей на период до весны.", "ru", None, Bound::Unbounded),
            ("Val 20 euros per operació.", "ca", Some("operation"), Bound::Unbounded),
            ("Posa 20 euros per pagar el pa.", "ca", None, Bound::Unbounded),
        ] {
            let sums = found(text, tag);
            assert_eq!((sums[0].per.as_deref(), sums[0].bound), (per, bound), "{text}");
        }
    }
}
