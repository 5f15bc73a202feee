//! What holds of the mentions of any text.

use std::time::{Duration, Instant};

use newsloom_languages::folders;
use proptest::prelude::*;

use super::*;
use crate::decode::from_text;
use crate::layers::{LanguageBasis, Precision, Published, PublishedSource, Tagged};
use crate::span::Score;

/// The mentions of `text` as one sentence, published on a day where `is_dated`.
fn mentions_of(text: &str, tag: &str, is_dated: bool) -> (Document, Mentions) {
    let mut document = from_text(text);
    if is_dated {
        document.stated.published.push(Published {
            value: "2024-05-22".to_owned(),
            precision: Precision::Day,
            source: PublishedSource::Given,
            evidence: None,
            span: None,
        });
    }
    let blocks = Blocks::all_body(&document.text);
    let language = Language::given(tag, &blocks);
    let sentence = Sentence {
        spans: vec![Span::new(0, document.text.len())],
        block: 0,
        language: Tagged { tag: tag.to_owned(), confidence: Score::ONE },
        language_basis: LanguageBasis::Document,
    };
    let sentences = Sentences { sentences: vec![sentence] };
    let mentions = super::tag(&document, &blocks, &language, &sentences, &Settings::default());
    (document, mentions)
}

/// Words of a language's files, its examples among them, and what is awkward in any.
fn words() -> impl Strategy<Value = (&'static str, Vec<String>)> {
    let tags: Vec<&'static str> = folders().iter().map(|folder| folder.tag).collect();
    prop::sample::select(tags).prop_flat_map(|tag| {
        let files = ["dates.toml", "calendar.toml", "money.toml", "numbers.toml"];
        let folder = newsloom_languages::folder(tag).expect("it was listed");
        let own: Vec<String> = files
            .iter()
            .filter_map(|file| folder.file(file))
            .flat_map(|text| text.split([' ', '"', '\n', '[', ']', '<', '>', '@', '{', '}']))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let own = if own.is_empty() { vec![tag.to_owned()] } else { own };
        let any = prop_oneof![
            6 => prop::sample::select(own),
            2 => "[0-9]{1,4}",
            1 => "[0-9]{5,40}",
            1 => "[0-9]{1,3}([.,' \u{A0}][0-9]{2,3}){1,8}",
            2 => "[-–/.,;:()$€£½%'’]",
            1 => "\\PC{1,3}",
        ];
        prop::collection::vec(any, 1..40).prop_map(move |words| (tag, words))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn mentions_of_any_words_are_in_order_on_characters_of_the_text(
        (tag, words) in words(),
        glue in prop::sample::select(vec![" ", " ", "", "-", "\u{A0}"]),
        is_dated: bool,
    ) {
        let (document, mentions) = mentions_of(&words.join(glue), tag, is_dated);
        let dates = mentions.dates.iter().map(|date| &date.spans);
        let sums = mentions.money.iter().map(|sum| &sum.spans);
        for spans in [dates.collect::<Vec<_>>(), sums.collect()] {
            let mut end = 0;
            for span in spans.into_iter().flatten() {
                prop_assert!(end <= span.start && span.start < span.end, "{:?}", span);
                prop_assert!(document.text.get(span.start as usize..span.end as usize).is_some());
                end = span.end;
            }
        }
    }
}

#[test]
fn numbers_beyond_all_bounds_are_no_trouble() {
    for (tag, text) in [
        ("en", "The 999999999999999999th day of May 2024, the 9999999999th Monday of May 2024."),
        ("pt", "No século 330, no século 32767."),
        ("en", "In 3200 decades, in 4999 centuries, in 4999 years."),
        ("en", "Sales will double 90,000 quarters later."),
        ("de", "Er sprach 2024 in der Freinacht\u{64B}\u{64B}\u{64B}."),
        ("en", "In 9223372036854775807 years and 9223372036854775807 months."),
        ("en", "$79228162514264337593543950335.5, 79228162514264337593543950335 dollars 50."),
        ("en", "79228162514264337593543950335½ euros, 79228162514264337593543950335 hundred cents"),
        ("fr", &"trois cent cents ".repeat(30)),
        ("en", &"nine hundred trillion ".repeat(30)),
        ("en", &format!("1{}", ",23".repeat(100_000))),
    ] {
        mentions_of(text, tag, true);
    }
}

#[test]
fn the_time_is_linear_in_a_sentence_that_never_ends() {
    for (tag, piece) in [
        ("en", "12 pounds "),
        ("en", "12 crowns in Sweden "),
        ("en", "-$5 "),
        ("es", "doce pesos, "),
        ("de", "zweihundertfünfzigtausend"),
        ("en", "from 3 to 5 May "),
        ("en", "Monday "),
        ("fr", "l'an "),
        ("fr", "111\u{A0}"),
        ("en", "MMK"),
        ("fr", "ce vendredi 2 octobre 2020, aujourd'hui, "),
        ("ar", "خمسة وتسعون "),
    ] {
        let took = |bytes: usize| {
            let text = piece.repeat(bytes / piece.len());
            let start = Instant::now();
            mentions_of(&text, tag, true);
            start.elapsed()
        };
        took(1000);
        let (short, long) = (took(20_000), took(200_000));
        // Ten times the text; a hundred times the time would be quadratic.
        let allowed = 40 * short + Duration::from_millis(200);
        assert!(long < allowed, "{tag} {piece}: {short:?}, then {long:?}");
    }
}
