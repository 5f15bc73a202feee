//! Headings inside the article: short lines that the page has between its paragraphs.
//!
//! Invariant: a line is one for what stands above and below it, never for its words alone.

use super::credits::{ends_in_label, names_agency};
use super::line::{Line, begins_with_capital};
use super::mend::{
    BOX_LINES_MAX, PARAGRAPH_WORDS_MIN, Page, ends_box, has_two_sentences, is_headline, is_prose,
    opens_entries,
};
use super::quotes::is_quoted;
use crate::text::{is_apostrophe, key};

/// A heading has at most so many words, …
const HEADING_WORDS_MAX: usize = 7;
/// … one with figures at least so many, …
const FIGURE_WORDS_MIN: usize = 4;
/// … and so few digits; …
const HEADING_DIGITS_MAX: usize = 4;
/// … a list of contents may have it, too.
const EQUAL_MAX: usize = 2;
/// A question of an interview has at most so many words.
const QUESTION_WORDS_MAX: usize = 25;
/// Where and when have at most so many words.
const DATELINE_WORDS_MAX: usize = 10;
/// Beside so many headings one of a single word is none of a button.
const HEADINGS_MIN: usize = 2;

impl Page<'_> {
    /// Short lines between a paragraph, or a box behind one, and the next paragraph.
    pub fn headings(&self) -> Vec<(usize, bool)> {
        let is_heading = |index: &usize| {
            !self.kept[*index]
                && self.is_heading(*index)
                && (reads_like_heading(&self.lines[*index]) || self.quotes_next(*index))
                && !opens_entries(&self.lines[*index - 1])
        };
        let is_rare = |index: &usize| {
            let equal = |line: &&Line| line.folded == self.lines[*index].folded;
            self.lines.iter().filter(equal).count() <= EQUAL_MAX
        };
        let all = (1..self.lines.len())
            .filter(is_heading)
            .filter(|index| self.is_behind(*index))
            .filter(is_rare);
        all.map(|index| (index, true)).collect()
    }

    /// Headings of one word, where the page has other headings right between paragraphs.
    pub fn one_word_headings(&self) -> Vec<(usize, bool)> {
        let is_between = |index: &usize| {
            self.kept[*index - 1] && self.lines[*index - 1].is_closed && self.is_heading(*index)
        };
        let is_behind_cue = |index: &usize| {
            ends_box(&self.lines[*index - 1]) && self.is_behind(*index) && self.is_heading(*index)
        };
        let is_sure = |index: &usize| {
            (is_between(index) || is_behind_cue(index))
                && (self.kept[*index] && is_headline(&self.lines[*index]) || self.is_word(*index))
        };
        let sure: Vec<usize> = (1..self.lines.len()).filter(is_sure).collect();
        let Some(first) = sure.first().filter(|_| sure.len() >= HEADINGS_MIN) else {
            return Vec::new();
        };
        let is_new = |index: &usize| !self.kept[*index] && self.is_word(*index);
        let is_heading = |index: &usize| is_between(index) || self.is_behind(*index);
        let all = (*first..self.lines.len()).filter(is_new).filter(is_heading);
        all.filter(|index| self.is_heading(*index)).map(|index| (index, true)).collect()
    }

    /// Questions of an interview: lines that ask, above a paragraph, where others do.
    pub fn questions(&self) -> Vec<(usize, bool)> {
        let asks = |index: &usize| {
            let (line, next) = (&self.lines[*index], &self.lines[*index + 1]);
            line.text.ends_with('?')
                && line.word_count <= QUESTION_WORDS_MAX
                && line.cue.is_none()
                && !line.is_links
                && self.kept[*index + 1]
                && next.is_closed
                && next.word_count > line.word_count
        };
        let all = (1..self.lines.len().saturating_sub(1)).filter(asks);
        let (kept, dropped): (Vec<usize>, Vec<usize>) = all.partition(|index| self.kept[*index]);
        let is_among = |index: &usize| {
            kept.len() >= HEADINGS_MIN && kept[0] < *index && self.is_behind(*index)
        };
        dropped.into_iter().filter(is_among).map(|index| (index, true)).collect()
    }

    /// Where and when, with an agency in brackets, above a paragraph: `ROME, 6 May (ANS) -`.
    pub fn datelines(&self) -> Vec<(usize, bool)> {
        let is_dateline = |index: &usize| {
            let line = &self.lines[*index];
            let end = line.text.trim_end_matches([' ', '-', '–', '—']);
            !self.kept[*index]
                && self.kept[*index + 1]
                && line.word_count <= DATELINE_WORDS_MAX
                && end.len() < line.text.len()
                && end.ends_with(')')
                && begins_with_capital(line.text)
        };
        let all = (0..self.lines.len().saturating_sub(1)).filter(is_dateline);
        all.map(|index| (index, true)).collect()
    }

    /// Whether line `index` is one word, which is nowhere else on the page a line.
    fn is_word(&self, index: usize) -> bool {
        let line = &self.lines[index];
        let is_other = |other: &Line| other.folded == line.folded && other.span != line.span;
        line.word_count == 1
            && line.text.chars().all(|ch| ch.is_alphabetic() || is_apostrophe(ch))
            && line.text.contains(char::is_lowercase)
            && begins_with_capital(line.text)
            && line.cue.is_none()
            && line.notice_word_count + line.reader_word_count == 0
            && !line.is_repeated_across
            && !self.lines.iter().any(is_other)
    }

    /// Whether the article stands above line `index`, or a box behind it.
    fn is_behind(&self, index: usize) -> bool {
        let above = index.saturating_sub(BOX_LINES_MAX + 1)..index;
        let above = above.rev().find(|at| self.kept[*at]);
        above.is_some_and(|above| self.lines[above].is_closed)
    }

    /// Whether line `index` is in quotation marks and the next has its words.
    fn quotes_next(&self, index: usize) -> bool {
        let line = &self.lines[index];
        line.cue.is_none()
            && line.word_count >= FIGURE_WORDS_MIN
            && is_quoted(line.text)
            && key(self.lines[index + 1].text).contains(&key(line.text))
    }

    /// Whether line `index` is short, with a kept paragraph below it.
    pub fn is_heading(&self, index: usize) -> bool {
        let next = self.lines.get(index + 1);
        self.lines[index].word_count <= HEADING_WORDS_MAX
            && next.is_some_and(|next| {
                let is_paragraph = next.is_closed && next.word_count >= PARAGRAPH_WORDS_MIN;
                self.kept[index + 1]
                    && (is_prose(next) || is_paragraph && is_marked_heading(self.lines[index].text))
            })
    }

    /// Whether the line above `index` is a heading behind a mark that others of the article have.
    pub fn is_below_mark(&self, index: usize) -> bool {
        let above = self.lines[index - 1].text;
        let is_other = |at: &usize| {
            let text = self.lines[*at].text;
            self.kept[*at] && is_marked_heading(text) && mark_of(text) == mark_of(above)
        };
        is_marked_heading(above)
            && has_two_sentences(&self.lines[index])
            && (1..index - 1).filter(is_other).count() >= HEADINGS_MIN
    }
}

/// Whether the line is of few words, with a capital, and says nothing else of itself.
pub fn is_short_heading(line: &Line) -> bool {
    is_headline(line)
        && line.word_count <= HEADING_WORDS_MAX
        && has_few_figures(line)
        && line.cue.is_none()
        && line.notice_word_count + line.reader_word_count == 0
        && !line.names_person()
}

/// Whether the line names a matter, and neither a person nor what a button does.
fn reads_like_heading(line: &Line) -> bool {
    let is_marked = is_marked_heading(line.text) && begins_with_capital(line.text);
    (is_headline(line) || is_marked || is_numbered(line))
        && line.cue.is_none()
        && line.word_count > 1
        && (has_few_figures(line) || is_numbered(line))
        && line.notice_word_count + line.reader_word_count == 0
        && !line.is_links
        && !line.is_breadcrumb
        && !line.is_repeated_across
        && !line.text.contains(['@', '/', '[', '»', '>', '©'])
        && !ends_in_label(line.text)
        && !names_agency(line)
        && !line.names_person()
}

fn has_few_figures(line: &Line) -> bool {
    line.digit_count == 0
        || line.word_count >= FIGURE_WORDS_MIN && line.digit_count <= HEADING_DIGITS_MAX
}

/// `1. The price`.
fn is_numbered(line: &Line) -> bool {
    let number = line.text.split_once(". ").filter(|(_, rest)| begins_with_capital(rest));
    let is_digits = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit());
    number.is_some_and(|(number, _)| is_digits(number) && number.len() == line.digit_count)
}

/// `## The price`, `**The price**`.
fn is_marked_heading(text: &str) -> bool {
    text.starts_with("##") || text.len() > 4 && text.starts_with("**") && text.ends_with("**")
}

/// What stands before a heading's words.
fn mark_of(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches(['#', '*']).len()]
}
