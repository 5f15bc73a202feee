//! Tests of the stage from outside: what holds of any text, and how blocks make sentences.

use proptest::prelude::*;

use super::*;
use crate::decode::from_text;

/// The sentences of `text`, each line a block that `change` may alter.
fn found_in(text: &str, tag: &str, settings: &Settings, change: impl Fn(&mut [Block])) -> Found {
    let document = from_text(text);
    let mut blocks = Blocks::all_body(&document.text);
    change(&mut blocks.blocks);
    let language = Language::given(tag, &blocks);
    let sentences = segment(&document, &blocks, &language, settings).sentences;
    Found { text: document.text, blocks: blocks.blocks, sentences }
}

struct Found {
    text: String,
    blocks: Vec<Block>,
    sentences: Vec<Sentence>,
}

impl Found {
    fn texts(&self) -> Vec<String> {
        self.sentences.iter().map(|sentence| sentence.text(&self.text).into_owned()).collect()
    }

    /// What must hold, whatever the text and its blocks.
    fn check(&self) -> Result<(), TestCaseError> {
        let starts: Vec<u32> =
            self.sentences.iter().map(|sentence| sentence.spans[0].start).collect();
        prop_assert!(starts.windows(2).all(|pair| pair[0] < pair[1]));
        let mut spans: Vec<Span> =
            self.sentences.iter().flat_map(|sentence| sentence.spans.clone()).collect();
        for span in &spans {
            prop_assert!(self.text.get(span.range()).is_some());
            prop_assert_eq!(span.trimmed(&self.text), *span);
            prop_assert!(!span.is_empty());
        }
        spans.sort();
        prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let ink = |span: &Span| -> String {
            span.slice(&self.text).chars().filter(|ch| !ch.is_whitespace()).collect()
        };
        let said: String = spans.iter().map(ink).collect();
        let kept: String =
            self.blocks.iter().filter(|block| block.keep).map(|block| ink(&block.span)).collect();
        prop_assert_eq!(said, kept);
        for sentence in &self.sentences {
            let block = &self.blocks[sentence.block as usize];
            prop_assert!(block.keep);
            prop_assert!(block.span.start <= sentence.spans[0].start);
            prop_assert!(sentence.spans[0].start < block.span.end);
        }
        Ok(())
    }
}

/// Texts rich in what the rules look at.
const SPECKLED: &str = "([a-zA-Zéßж中のअع0-9 ]|[.!?…。！؟।:;,]|[«»“”„‘’\"'`‹›「」《》（）]|[()\\[\\]{}*_–—-]\
    |\n|\u{A0}|\u{202A}|Dr\\. |z\\. B\\. |etc\\. |p\\.m\\. |\\.\\.\\.|\\. \\. \\. |\\[1\\]|a\\) |b\\) |1\\. |,,|''|3\\. |U\\.S\\. )\
    {0,60}";

fn any_tag() -> impl Strategy<Value = &'static str> {
    let tags: Vec<&str> = newsloom_languages::folders().iter().map(|folder| folder.tag).collect();
    prop::sample::select(tags)
}

proptest! {
    #[test]
    fn every_character_is_in_one_sentence(text in SPECKLED, tag in any_tag()) {
        found_in(&text, tag, &Settings::default(), |_| {}).check()?;
    }

    #[test]
    fn any_text_will_do(text in any::<String>(), tag in any_tag(), unwrap_lines: bool) {
        found_in(&text, tag, &Settings { unwrap_lines }, |_| {}).check()?;
    }

    #[test]
    fn any_blocks_will_do(
        text in SPECKLED,
        tag in any_tag(),
        unwrap_lines: bool,
        choices in prop::collection::vec((any::<bool>(), 0..3usize, prop::option::of(0..9u32)), 9),
    ) {
        let found = found_in(&text, tag, &Settings { unwrap_lines }, |blocks| {
            for (block, (keep, kind, continues)) in blocks.iter_mut().zip(&choices) {
                block.keep = *keep;
                block.kind = [Kind::Title, Kind::SectionHeading, Kind::Body][*kind];
                block.continues = *continues;
            }
        });
        found.check()?;
    }
}

#[test]
fn a_rejoined_sentence_has_two_spans() {
    let text = "It was cut here, as\nRELATED\nthe rest says. And more.";
    let found = found_in(text, "en", &Settings::default(), |blocks| {
        blocks[1].keep = false;
        blocks[2].continues = Some(0);
    });
    assert_eq!(found.texts(), ["It was cut here, as the rest says.", "And more."]);
    assert_eq!(found.sentences[0].spans.len(), 2);
    assert_eq!(found.sentences[1].block, 2);
}

#[test]
fn a_sentence_may_be_rejoined_twice_and_past_a_heading() {
    let text = "One was cut\nHeading\nin two and\nthen in three. Two.";
    let found = found_in(text, "en", &Settings::default(), |blocks| {
        blocks[1].kind = Kind::SectionHeading;
        blocks[2].continues = Some(0);
        blocks[3].continues = Some(2);
    });
    assert_eq!(found.texts(), ["One was cut in two and then in three.", "Heading", "Two."]);
}

#[test]
fn titles_and_headings_are_one_unit() {
    for kind in [Kind::Title, Kind::SectionHeading] {
        let found = found_in("Who won? Nobody did.", "en", &Settings::default(), |blocks| {
            blocks[0].kind = kind;
        });
        assert_eq!(found.texts(), ["Who won? Nobody did."]);
    }
}

#[test]
fn a_line_that_ends_in_a_space_flows_on() {
    let text = "It was a cold \nnight in town. It\nrained. \nstill.\nIt was late \n\nand dark.";
    let found = found_in(text, "en", &Settings::default(), |_| {});
    let wanted =
        ["It was a cold \nnight in town.", "It", "rained.", "still.", "It was late", "and dark."];
    assert_eq!(found.texts(), wanted);
    assert_eq!(found.sentences[1].block, 1);
}

#[test]
fn wrapped_lines_are_one_paragraph_if_the_configuration_says_so() {
    let text = "It was a cold\nNight in town. It\nrained.\n\nThe end";
    let found = found_in(text, "en", &Settings { unwrap_lines: true }, |_| {});
    assert_eq!(found.texts(), ["It was a cold\nNight in town.", "It\nrained.", "The end"]);
}

#[test]
fn a_block_of_several_lines_is_one_paragraph() {
    let text = "It was a cold\nNight in town. It\nrained. A new one";
    let found = found_in(text, "en", &Settings::default(), |blocks| {
        blocks[0].span.end = blocks[1].span.end;
        blocks[1].span.start = blocks[1].span.end;
        blocks[1].keep = false;
    });
    assert_eq!(found.texts()[..2], ["It was a cold\nNight in town.", "It"]);
}

#[test]
fn a_number_at_the_end_of_a_line_is_of_the_word_below() {
    let text = "It paid $3\nmillion to them.\nWard 7\nEast\nAge 9.\nseven";
    let found = found_in(text, "en", &Settings::default(), |_| {});
    let expected = ["It paid $3\nmillion to them.", "Ward 7", "East", "Age 9.", "seven"];
    assert_eq!(found.texts(), expected);
}

#[test]
fn a_sentence_has_the_language_of_its_stretch() {
    let document = from_text("Il dort. He sleeps.");
    let blocks = Blocks::all_body(&document.text);
    let mut language = Language::given("fr", &blocks);
    let mut own = language.runs[0].clone();
    own.span.start = 9;
    own.language.tag = "en".to_owned();
    own.basis = LanguageBasis::Own;
    language.runs[0].span.end = 9;
    language.runs.push(own);
    let found = segment(&document, &blocks, &language, &Settings::default()).sentences;
    let tags: Vec<&str> = found.iter().map(|sentence| sentence.language.tag.as_str()).collect();
    assert_eq!(tags, ["fr", "en"]);
    assert_eq!(found[1].language_basis, LanguageBasis::Own);
}

#[test]
fn the_time_is_linear_in_a_line_that_never_ends() {
    for piece in ["a. b", ". ", ". \"", "( . ", "« a ? b ", "「。", "a.A", "\" . ", "-. -", "1. "]
    {
        let text = piece.repeat(200_000 / piece.len());
        found_in(&text, "fr", &Settings::default(), |_| {}).check().unwrap();
    }
}
