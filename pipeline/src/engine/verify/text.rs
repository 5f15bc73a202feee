//! The text of a raw article, sliced by Unicode scalars.
//!
//! Invariant: a span that is not in the text, or is none at all, is an answer, never a panic.

use std::iter;

use newsloom_stages::decode::html;

/// Scalars between two marks.
const STRIDE: usize = 16;

/// A text and the way from its scalars to its bytes.
#[derive(Debug)]
pub struct Text {
    text: String,
    /// Its words stand between tags, and as character references.
    is_page: bool,
    /// The byte at which every `STRIDE`th scalar begins; the end counts as one more scalar.
    marks: Vec<usize>,
}

impl Text {
    pub fn new(text: String, is_page: bool) -> Self {
        let starts = (0..text.len()).filter(|place| text.is_char_boundary(*place));
        let marks = starts.chain(iter::once(text.len())).step_by(STRIDE).collect();
        Self { text, is_page, marks }
    }

    /// Whether `spans`, as the tables write them (`3:8;12:20`), slice `words` out of the text; two
    /// stretches are joined by one space. Of a page, what the stretches show must be the words,
    /// white space aside.
    pub fn holds(&self, spans: &str, words: &str) -> bool {
        if self.is_page {
            return self.shows(spans).is_some_and(|shown| shown == without_space(words));
        }
        let mut rest = words;
        for (index, span) in spans.split(';').enumerate() {
            let joint = if index == 0 { "" } else { " " };
            let stretch = ends_of(span).and_then(|(start, end)| self.slice(start, end));
            let after = rest.strip_prefix(joint).zip(stretch);
            match after.and_then(|(rest, stretch)| rest.strip_prefix(stretch)) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        rest.is_empty()
    }

    /// What the page's stretches at `spans` show, without white space.
    fn shows(&self, spans: &str) -> Option<String> {
        let stretches = spans.split(';').map(|span| {
            let (start, end) = ends_of(span)?;
            Some(without_space(&html::parse(self.slice(start, end)?).text))
        });
        stretches.collect()
    }

    /// The scalars from `start` to `end`, the end excluded.
    fn slice(&self, start: usize, end: usize) -> Option<&str> {
        self.text.get(self.byte_of(start)?..self.byte_of(end)?)
    }

    /// Where a scalar begins; the end of the text for the one after the last.
    fn byte_of(&self, scalar: usize) -> Option<usize> {
        let mark = *self.marks.get(scalar / STRIDE)?;
        let mut starts =
            (mark..=self.text.len()).filter(|place| self.text.is_char_boundary(*place));
        starts.nth(scalar % STRIDE)
    }
}

fn without_space(words: &str) -> String {
    words.chars().filter(|ch| !ch.is_whitespace()).collect()
}

/// The ends of a span `start:end`.
fn ends_of(span: &str) -> Option<(usize, usize)> {
    let (start, end) = span.split_once(':')?;
    Some((start.parse().ok()?, end.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn scalars_are_found_in_any_text(text in "[aé€😀\n]{0,200}", start in 0..210_usize) {
            let scalars: Vec<char> = text.chars().collect();
            let text = Text::new(text, false);
            for end in start..start + 80 {
                let expected = scalars.get(start..end).map(|part| part.iter().collect::<String>());
                prop_assert_eq!(text.slice(start, end), expected.as_deref());
            }
        }
    }

    #[test]
    fn spans_hold_their_words_and_no_others() {
        let text = Text::new("Été à Paris".to_owned(), false);
        for (spans, words, holds) in [
            ("0:3", "Été", true),
            ("0:3", "Ét", false),
            ("0:3", "Été ", false),
            ("0:3;6:11", "Été Paris", true),
            ("0:3;6:11", "ÉtéParis", false),
            ("0:3;6:11", "Été", false),
            ("11:11", "", true),
            ("11:12", "", false),
            ("3:0", "", false),
            ("", "", false),
            ("-1:3", "Été", false),
            ("0:99999999999999999999", "Été", false),
            ("0:3;", "Été", false),
        ] {
            assert_eq!(text.holds(spans, words), holds, "{spans:?} {words:?}");
        }
    }

    #[test]
    fn spans_of_a_page_hold_what_they_show() {
        let text = Text::new("<p>A &amp; <b>b\n c</b><script>x</script>d".to_owned(), true);
        for (spans, words, holds) in [
            ("3:4", "A", true),
            ("3:18", "A & b c", true),
            ("3:10", "A &", true),
            ("3:10;40:41", "A & d", true),
            ("14:41", "b c d", true),
            ("14:41", "b c x d", false),
        ] {
            assert_eq!(text.holds(spans, words), holds, "{spans:?} {words:?}");
        }
    }
}
