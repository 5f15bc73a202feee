//! Captions told by what stands beside them: a credit below, or the same words again.
//!
//! Invariant: captions are dropped, never kept.

use super::credits::{ends_in_credit, ends_in_rights, names_agency};
use super::cues::find_start;
use super::line::{Line, begins_with_capital};
use super::mend::{Page, has_two_sentences};
use crate::layers::Kind;

/// A caption above its credit has at most so many words.
const CAPTION_WORDS_MAX: usize = 30;
/// Shorter ones could be headings.
const CAPTION_WORDS_MIN: usize = 5;
/// A credit has at most so many words.
const CREDIT_WORDS_MAX: usize = 8;
/// What a caption says again has at least so many words.
const SAID_WORDS_MIN: usize = 4;

impl Page<'_> {
    /// Captions, which end in who took the picture: `The harbour in winter. ANN LEE / AGENCY`.
    pub fn credits(&self) -> Vec<(usize, bool)> {
        let all = (0..self.lines.len()).filter(|index| self.kept[*index]);
        let is_caption = |index: &usize| {
            let line = &self.lines[*index];
            ends_in_credit(line)
                || ends_in_rights(line)
                || self.is_credit(*index)
                || self.is_credit(*index + 1)
                || self.is_said_by_caption(*index)
                || !line.is_closed && self.is_credited(*index)
        };
        all.filter(is_caption).map(|index| (index, false)).collect()
    }

    /// Whether line `index` is a credit of its own inside the article, with the sentence of its
    /// caption above it.
    fn is_credit(&self, index: usize) -> bool {
        let is_caption = |line: &Line| {
            line.is_closed && line.word_count <= CAPTION_WORDS_MAX && !has_two_sentences(line)
        };
        self.kept.get(index + 1) == Some(&true)
            && index > 0
            && (names_agency(&self.lines[index]) || is_label(&self.lines[index]))
            && is_caption(&self.lines[index - 1])
    }

    /// Whether the caption below line `index` begins with its words, as it does where a page has
    /// what stands in for a picture, too.
    fn is_said_by_caption(&self, index: usize) -> bool {
        let (line, next) = (&self.lines[index], self.lines.get(index + 1));
        line.word_count >= SAID_WORDS_MIN
            && next.is_some_and(|next| {
                let words = line.folded.trim_end_matches('.');
                is_caption_cue(next) && next.folded.starts_with(words)
            })
    }

    /// Whether the line below `index` says whose a picture is, and no more.
    fn is_credited(&self, index: usize) -> bool {
        let line = &self.lines[index];
        (CAPTION_WORDS_MIN..=CAPTION_WORDS_MAX).contains(&line.word_count)
            && !line.text.ends_with(':')
            && self.lines.get(index + 1).is_some_and(is_label)
    }
}

fn is_caption_cue(line: &Line) -> bool {
    line.cue.is_some_and(|cue| cue.kind == Kind::Caption)
}

/// Whether the line says whose a picture is, and no more: `Photo: Ann Lee`, `Ann Lee/Getty Images`.
fn is_label(line: &Line) -> bool {
    let names_owner = |line: &Line| line.text.split_whitespace().all(begins_with_capital);
    is_caption_cue(line)
        && !line.is_closed
        && line.word_count <= CREDIT_WORDS_MAX
        && (find_start(&line.folded).is_some_and(|cue| cue.kind == Kind::Caption)
            || names_owner(line))
}
