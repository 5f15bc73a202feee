//! What the page's own marks say against the model: lines kept or dropped whatever it holds.
//!
//! Invariant: each rule needs a cue or a shape that says so beside the line, never a score.

use super::cues::Place;
use super::headings::is_short_heading;
use super::line::{Line, begins_with_capital};
use super::vocabulary::Vocabulary;
use crate::layers::Kind;

/// A paragraph behind a box has so many words …
pub const PARAGRAPH_WORDS_MIN: usize = 10;
/// … so many thousandths of them function words …
const FUNCTION_SHARE_MIN: usize = 150;
/// … and this share of its long words in the article, in thousandths.
const TOLD_SHARE_MIN: i32 = 50;
/// It has at most one word of notices in so many words.
const WORDS_A_NOTICE: usize = 12;
/// A box inside the article has at most so many lines.
pub const BOX_LINES_MAX: usize = 6;
/// A paragraph that a paywall cuts off has so many words.
const STUB_WORDS_MIN: usize = 15;
/// A headline that asks has at most so many.
const ENTRY_WORDS_MAX: usize = 20;
/// The line above an embedded post has at most so many words.
const POST_WORDS_MAX: usize = 10;
/// A form's field has at most so many words.
const FIELD_WORDS_MAX: usize = 3;
/// In so many words of prose at most one speaks to the reader.
const WORDS_A_READER: usize = 10;

/// The lines to decide anew, each with whether it is kept. Rules see what those before decided.
pub fn overrules(lines: &[Line], kept: &[bool]) -> Vec<(usize, bool)> {
    let mut page = Page { lines, kept: kept.to_vec() };
    let mut changes = Vec::new();
    for rule in [
        Page::entries,
        Page::link_items,
        Page::teasers,
        Page::post_heads,
        Page::credits,
        Page::stubs,
        Page::live_entries,
        Page::behind_boxes,
        Page::last_paragraph,
        Page::about_sender,
        Page::headings,
        Page::one_word_headings,
        Page::questions,
        Page::datelines,
        Page::lists,
        Page::line_ups,
    ] {
        for (index, keep) in rule(&page) {
            page.kept[index] = keep;
            changes.push((index, keep));
        }
    }
    changes
}

pub struct Page<'a> {
    pub lines: &'a [Line<'a>],
    pub kept: Vec<bool>,
}

impl Page<'_> {
    /// Headlines right below a line that says no more than "related".
    fn entries(&self) -> Vec<(usize, bool)> {
        let mut found = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            if opens_entries(line) {
                let entries = (index + 1..self.lines.len())
                    .take_while(|at| is_entry(&self.lines[*at]))
                    .filter(|at| self.kept[*at])
                    .filter(|at| {
                        *at == index + 1
                            || !self.is_heading(*at)
                            || self.lines[*at].text.contains(": ")
                    });
                found.extend(entries.map(|at| (at, false)));
            }
        }
        found
    }

    /// Items of a list that are links and nothing else, beside others that are dropped.
    fn link_items(&self) -> Vec<(usize, bool)> {
        let is_dropped =
            |at: usize| self.kept.get(at) == Some(&false) && is_link_item(&self.lines[at]);
        let is_item = |index: &usize| {
            self.kept[*index]
                && is_link_item(&self.lines[*index])
                && (is_dropped(*index + 1) || *index > 0 && is_dropped(*index - 1))
        };
        (0..self.lines.len()).filter(is_item).map(|index| (index, false)).collect()
    }

    /// A line between a date alone and a button like "more", inside the article.
    fn teasers(&self) -> Vec<(usize, bool)> {
        let is_button = |line: &Line| {
            line.cue.is_some_and(|cue| cue.kind == Kind::Nav && cue.place == Place::Line)
        };
        let first = self.kept.iter().position(|kept| *kept).map_or(self.lines.len(), |at| at + 2);
        let is_teaser = |index: &usize| {
            self.kept[*index]
                && self.lines[*index].word_count <= ENTRY_WORDS_MAX
                && is_bare_date(&self.lines[*index - 1])
                && self.lines.get(*index + 1).is_some_and(is_button)
        };
        (first..self.lines.len()).filter(is_teaser).map(|index| (index, false)).collect()
    }

    /// Who posted an embedded post, and when: `Name @name · 17 Oct`.
    fn post_heads(&self) -> Vec<(usize, bool)> {
        let names_handle = |line: &Line| {
            let mut words = line.text.split_whitespace();
            let handle =
                |word: &str| word.len() > 2 && word.trim_start_matches('(').starts_with('@');
            let is_open = !line.is_closed || line.text.contains('·');
            is_open && line.word_count <= POST_WORDS_MAX && words.any(handle)
        };
        let all = (0..self.lines.len()).filter(|index| self.kept[*index]);
        all.filter(|index| names_handle(&self.lines[*index])).map(|index| (index, false)).collect()
    }

    /// The paragraph that a paywall cuts off in a word or two.
    fn stubs(&self) -> Vec<(usize, bool)> {
        let is_pitch = |line: &Line| line.cue.is_some_and(|cue| cue.kind == Kind::Newsletter);
        let is_stub = |index: &usize| {
            let line = &self.lines[*index];
            !self.kept[*index]
                && line.is_cut_off
                && line.cue.is_none()
                && line.word_count >= STUB_WORDS_MIN
                && *index > 0
                && self.kept[*index - 1]
                && self.lines[*index - 1].is_closed
                && self.lines.get(*index + 1).is_some_and(is_pitch)
        };
        (0..self.lines.len()).filter(is_stub).map(|index| (index, true)).collect()
    }

    /// Paragraphs right behind a box inside the article, in words that the article has.
    fn behind_boxes(&self) -> Vec<(usize, bool)> {
        let is_paragraph = |index: usize| {
            let line = &self.lines[index];
            let is_notice = line.notice_word_count > 0 && line.reader_word_count > 0;
            !self.kept[index] && is_prose(line) && !is_notice
        };
        let mut candidates: Vec<usize> = Vec::new();
        for index in (1..self.lines.len()).filter(|index| is_paragraph(*index)) {
            if candidates.last() == Some(&(index - 1)) || self.is_behind_box(index) {
                candidates.push(index);
            }
        }
        if candidates.is_empty() {
            return Vec::new();
        }
        let words = Vocabulary::of(self.lines, &self.kept, None);
        let told = |index: &usize| words.shares(*index..*index + 1, &self.kept)[0].0;
        // Another article's teaser has one sentence.
        let is_sure = |line: &Line| line.notice_word_count == 0 && has_two_sentences(line);
        let is_told = |index: &usize| told(index) >= TOLD_SHARE_MIN || is_sure(&self.lines[*index]);
        candidates.into_iter().filter(is_told).map(|index| (index, true)).collect()
    }

    /// Whether the lines right above `index` are a box, with the article above it.
    fn is_behind_box(&self, index: usize) -> bool {
        let above = index.saturating_sub(BOX_LINES_MAX + 1)..index;
        let body = above.rev().find(|at| self.kept[*at]);
        // A heading may stand between.
        let is_end = |end: usize| !self.kept[end] && ends_box(&self.lines[end]);
        let is_newsletter = |end: usize| {
            is_end(end) && self.lines[end].cue.is_some_and(|cue| cue.kind == Kind::Newsletter)
        };
        let is_ended = |end: usize| {
            is_end(end)
                || end > 0
                    && is_button(&self.lines[end])
                    && (is_newsletter(end - 1) || self.is_lone_field(end - 1))
        };
        let has_heading =
            || index > 1 && is_short_heading(&self.lines[index - 1]) && is_ended(index - 2);
        let is_closing = |at: usize| is_article_closed(&self.lines[at]) && !self.is_lone_field(at);
        (is_ended(index - 1) || has_heading() || self.is_below_mark(index))
            && body.is_some_and(|body| self.lines[body].is_closed && !(body..index).any(is_closing))
    }

    /// Whether line `index` is the only field of a form, with its button below it: it asks for an
    /// address, and comments need more.
    fn is_lone_field(&self, index: usize) -> bool {
        let is_field = |line: &Line| {
            line.word_count <= FIELD_WORDS_MAX
                && line
                    .cue
                    .is_some_and(|cue| cue.kind == Kind::CommentForm && cue.place == Place::Line)
        };
        let near = index.saturating_sub(BOX_LINES_MAX)..self.lines.len().min(index + BOX_LINES_MAX);
        is_field(&self.lines[index])
            && self.lines.get(index + 1).is_some_and(is_button)
            && near.filter(|at| is_article_closed(&self.lines[*at])).count() == 1
    }

    /// The paragraph right behind what is kept of the article.
    fn last_paragraph(&self) -> Vec<(usize, bool)> {
        let last = self.kept.iter().rposition(|kept| *kept);
        let next = last.filter(|last| self.lines[*last].is_closed).map(|last| last + 1);
        let is_paragraph = |index: &usize| self.lines.get(*index).is_some_and(reads_like_paragraph);
        next.filter(is_paragraph).map(|index| (index, true)).into_iter().collect()
    }
}

/// `* [Bridge shut](/bridge)`.
fn is_link_item(line: &Line) -> bool {
    let link = line.text.strip_prefix("* [").and_then(|rest| rest.strip_suffix(')'));
    link.is_some_and(|link| link.matches("](").count() == 1)
}

fn is_bare_date(line: &Line) -> bool {
    line.is_date || line.has_date && line.word_count == 1
}

/// Whether the line ends a box inside the article, or is one.
pub fn ends_box(line: &Line) -> bool {
    line.cue.is_some_and(|cue| match cue.kind {
        Kind::Newsletter | Kind::Ad | Kind::OtherBoilerplate => true,
        Kind::Related => cue.place == Place::Start,
        _ => false,
    })
}

/// Whether the line is one word, such as a button below a box has.
fn is_button(line: &Line) -> bool {
    line.word_count == 1 && !line.is_closed && line.digit_count == 0 && line.cue.is_none()
}

/// Whether the line's words say that the article is over.
pub fn is_article_closed(line: &Line) -> bool {
    line.cue.is_some_and(|cue| matches!(cue.kind, Kind::CommentForm | Kind::Legal))
}

/// Whether the line says no more than that other articles follow.
pub fn opens_entries(line: &Line) -> bool {
    line.cue.is_some_and(|cue| cue.kind == Kind::Related && cue.place == Place::Line)
}

/// Whether the line is a headline, or one that asks or calls.
fn is_entry(line: &Line) -> bool {
    let asks = line.text.ends_with(['?', '!']) && line.word_count <= ENTRY_WORDS_MAX;
    is_headline(line) || asks && begins_with_capital(line.text)
}

pub fn is_headline(line: &Line) -> bool {
    line.is_headline() && begins_with_capital(line.text) && !line.text.ends_with(':')
}

/// Whether a sentence ends inside the line.
pub fn has_two_sentences(line: &Line) -> bool {
    let stops = [". ", "! ", "? "].into_iter().flat_map(|stop| line.text.match_indices(stop));
    stops.into_iter().any(|(at, _)| line.text[at + 2..].starts_with(char::is_uppercase))
}

/// Whether the line is prose that does not speak to the reader.
pub fn reads_like_paragraph(line: &Line) -> bool {
    is_prose(line) && line.reader_word_count == 0
}

/// Whether the line is prose that hardly speaks to the reader; a word may do so in another language.
pub fn is_prose(line: &Line) -> bool {
    line.is_closed
        && line.word_count >= PARAGRAPH_WORDS_MIN
        && line.function_share() >= FUNCTION_SHARE_MIN
        && line.cue.is_none()
        && !line.is_links
        && !line.is_repeated_across
        && line.notice_word_count * WORDS_A_NOTICE <= line.word_count
        && line.reader_word_count * WORDS_A_READER <= line.word_count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    /// The lines whose decision changes; lines that begin with `+` were kept.
    fn changes(text: &str) -> Vec<(usize, bool)> {
        let mut start = 0;
        let mut lines = Vec::new();
        let mut kept = Vec::new();
        for line in text.split('\n') {
            lines.push(Line::of(text, Span::new(start + 2, start + line.len())));
            kept.push(line.starts_with('+'));
            start += line.len() + 1;
        }
        overrules(&lines, &kept)
    }

    #[test]
    fn marks_beside_a_line_go_before_the_model() {
        let first = "+ The council voted on Tuesday to close the harbour bridge for repairs.";
        let next = "The harbour bridge will open again when the council has the money for repairs.";
        let other = "A goalkeeper of the second team was sent off in the last minute of the match.";
        for (lines, changed) in [
            (format!("{first}\n- Advertisement\n- {next}"), vec![(2, true)]),
            (format!("{first}\n- Advertisement\n- {next}\n- {next}"), vec![(2, true), (3, true)]),
            (format!("{first}\n- Advertisement\n- {other}"), vec![]),
            (format!("{first}\n- Leave a comment\n- Advertisement\n- {next}"), vec![]),
            (format!("{first}\n- Anything else\n- {other} {other}\n- {other}"), vec![]),
            (format!("{first}\n- {other}"), vec![(1, true)]),
            (format!("{first}\n+ * [Pier one](/one)\n- * [Pier two](/two)"), vec![(1, false)]),
            (format!("{first}\n+ * [Pier one](/one)\n+ * [Pier two](/two)"), vec![]),
            (format!("{first}\n+ Ann Lee in front of the bridge\n- Photo: Bob"), vec![(1, false)]),
            (format!("{first}\n- ROME, 6 May (ANS) -\n+ {next}"), vec![(1, true)]),
            (format!("{first}\n- so they say in ROME (ANS) -\n+ {next}"), vec![]),
            (
                format!(
                    "{first}\n+ Why?\n{first}\n+ Who pays?\n+ {next}\n- And where do you sleep?\n+ {next}"
                ),
                vec![(5, true)],
            ),
            (format!("{first}\n- Do you want to sleep here?\n+ {next}"), vec![]),
            (format!("{first}\n- Nobody knows the price\n+ {next}"), vec![(1, true)]),
            (format!("{first}\n- Advertisement\n- The price is $3\n+ {next}"), vec![(2, true)]),
            (format!("{first}\n- Ann Lee, Minister\n+ {next}"), vec![]),
            (format!("{first}\n- Reporting\n+ {next}"), vec![]),
            (
                format!("{first}\n- Bridge\n+ {next}\n- Harbour\n+ {next}\n- Share"),
                vec![(1, true), (3, true)],
            ),
            (format!("{first}\n- Bridge\n+ {next}\n- Bridge\n+ {next}"), vec![]),
            (format!("{first}\n- ## Who pays?\n+ {next}"), vec![(1, true)]),
            (format!("{first}\n- 1. The price\n+ {next}"), vec![(1, true)]),
            (format!("{first}\n- The bridge (Image: Bob)\n+ {next}"), vec![]),
            (format!("{first}\n- 3 May 2024\n+ Bridge to stay shut\n- More"), vec![(2, false)]),
            (format!("{first}\n- Advertisement\n- {other} Two more left."), vec![(2, true)]),
            (format!("{first}\n+ The bridge in winter. © Bob Ray / Post"), vec![(1, false)]),
            (format!("{first}\n+ The bridge in winter. B. RAY"), vec![(1, false)]),
            (format!("{first}\n+ The bridge in winter. Photo Post/B. R."), vec![(1, false)]),
            (format!("{first}\n- Advertisement\n- Bridge\n- {next}"), vec![(3, true)]),
            (format!("{first}\n- Newsletter\n- Send\n- {next}"), vec![(3, true)]),
            (format!("{first}\n- Newsletter\n- Reopened.\n- {next}"), vec![]),
            (format!("{first}\n- Our letter\n- Your name\n- OK\n- {next}"), vec![(4, true)]),
            (format!("{first}\n- Your name\n- Website\n- OK\n- {next}"), vec![]),
            (
                format!("{first}\n- Newsletter\n- Two lanes from 2026\n- {next}"),
                vec![(3, true), (2, true)],
            ),
            (
                format!(
                    "{first}\n+ ## Pier one\n{first}\n+ ## Pier two\n{first}\n- Ferry\n- ## Pier three\n- {next} So it is."
                ),
                vec![(7, true), (6, true)],
            ),
            (
                format!(
                    "{first}\n+ ## Pier one\n{first}\n- Ferry\n- ## Pier three\n- {next} So it is."
                ),
                vec![],
            ),
            (
                format!("{first}\n+ The bridge in May.\n- Ann Lee | Harbour Images\n+ {next}"),
                vec![(1, false)],
            ),
            (format!("{first}\n+ So it is.\n- Ann Lee | Harbour Images\n- More"), vec![]),
            (
                format!("{first}\n+ The bridge in May.\n- Photo: Ann Lee\n+ {next}"),
                vec![(1, false)],
            ),
            (format!("{first}\n+ So it is. So it was.\n- Photo: Ann Lee\n+ {next}"), vec![]),
            (
                format!(
                    "{first}\n+ The bridge in May.\n- The bridge in May at noon. Photo credit: \
                     Ann Lee\n+ {next}"
                ),
                vec![(1, false)],
            ),
            (
                format!(
                    "{first}\n+ The bridge shut.\n- The pier in May. Photo credit: Ann Lee\n+ {next}"
                ),
                vec![],
            ),
            (format!("{first}\n+ Two of many.\n+ Now | then\n+ {next}"), vec![]),
            (
                format!("{first}\n- Advertisement\n- Bridge\n+ {next}\n- Piers\n+ {next}"),
                vec![(2, true), (4, true)],
            ),
            (format!("{first}\n- ‘The harbour bridge will open again’\n+ {next}"), vec![(1, true)]),
            (
                format!(
                    "{first}\n- Related articles\n- Ferry to the islands stops again\n+ Who \
                     pays for the ships that nobody has ordered?\n- Two of many\n+ {next}"
                ),
                vec![(3, false), (4, true)],
            ),
            (
                format!("{first}\n+ The bridge in winter. ANN LEE / THE POST\n+ {next}"),
                vec![(1, false)],
            ),
            (format!("{first}\n+ They want one thing. CLOSE IT NOW!\n+ {next}"), vec![]),
            (format!("{first}\n+ They want to close it. — UPSET AT THE PORT\n+ {next}"), vec![]),
            (format!("{first}\n+ Post of the town @town · 17 Oct"), vec![(1, false)]),
            (format!("{first}\n- Related articles\n+ Ferry stops\n+ {next}"), vec![(2, false)]),
            (
                format!("{first}\n- Related: The ferry to the islands stops\n- Who pays\n+ {next}"),
                vec![(2, true)],
            ),
            (
                format!(
                    "{first}\n- It had been closed twice in the last ten years, each time for \
                     longer than...\n- Subscribe"
                ),
                vec![(1, true)],
            ),
            (
                format!(
                    "{first}\n- It had been closed twice in the last ten years, each time for \
                     longer than...\n- Other news"
                ),
                vec![],
            ),
        ] {
            assert_eq!(changes(&lines), changed, "{lines}");
        }
    }
}
