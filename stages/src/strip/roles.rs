//! The part each line plays on the page: title, headings and body among what is kept; among what
//! is dropped, the kind that its words, its shape or its neighbours tell.

use super::decide::Decided;
use super::head::{Head, persons, plain};
use super::judge::Evidence;
use super::line::{Line, begins_with_capital};
use super::rules::Judged;
use super::{mend, quotes, title};
use crate::byline::is_person;
use crate::layers::Kind;
use crate::span::Score;

const HEADING_WORDS_MAX: usize = 20;

/// What one line is.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub kind: Kind,
    pub rule: &'static str,
    pub score: Score,
}

/// What the page's lines are, and what they state.
#[derive(Debug, Default)]
pub struct Parts {
    pub lines: Vec<Part>,
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub site: Option<String>,
}

/// Gives each line its part, kept where `decided` says so.
pub fn assign(lines: &[Line], judged: &Judged, mut decided: Decided) -> Parts {
    let title = title::find(lines, &judged.said, &decided.kept);
    let head = title.map(|title| Head::of(lines, &decided.kept, title)).unwrap_or_default();
    head.lead.clone().for_each(|index| decided.overrule(index, true));
    let changes = mend::overrules(lines, &decided.kept).into_iter();
    for (index, keep) in
        changes.filter(|(index, _)| *index != head.lead.start || head.lead.is_empty())
    {
        decided.overrule(index, keep);
    }
    head.notes(lines, &decided.kept).into_iter().for_each(|index| decided.overrule(index, false));
    let free = |index: &usize| Some(*index) != title && !head.lead.contains(index);
    let quotes: Vec<usize> = quotes::find(lines, &decided.kept).into_iter().filter(free).collect();
    quotes.iter().for_each(|index| decided.overrule(*index, false));
    Page { lines, evidence: &judged.said.evidence, decided, title, head, quotes }.parts()
}

struct Page<'a> {
    lines: &'a [Line<'a>],
    evidence: &'a [Evidence],
    decided: Decided,
    title: Option<usize>,
    head: Head,
    /// Lines that the article says again.
    quotes: Vec<usize>,
}

impl Page<'_> {
    fn parts(&self) -> Parts {
        let mut parts = Parts { authors: self.head.authors.clone(), ..Parts::default() };
        let body_start =
            self.decided.kept.iter().position(|kept| *kept).unwrap_or(self.lines.len());
        let body_end = self.decided.kept.iter().rposition(|kept| *kept).map_or(0, |last| last + 1);
        let mut section: Option<Kind> = None;
        for (index, line) in self.lines.iter().enumerate() {
            let part = if self.title == Some(index) {
                parts.title = Some(title::words(line.text));
                section = None;
                self.part(index, Kind::Title, "head_above_body")
            } else if self.title.is_some_and(|title| self.lines[title].folded == line.folded) {
                self.part(index, Kind::Nav, "title_again")
            } else if self.decided.kept[index] && self.title.is_none_or(|title| index > title) {
                section = None;
                self.kept_part(index)
            } else {
                self.dropped_part(index, body_start, body_end, &mut section)
            };
            self.state(index, part.kind, index >= body_end, &mut parts);
            parts.lines.push(part);
        }
        parts
    }

    fn part(&self, index: usize, kind: Kind, rule: &'static str) -> Part {
        // A rule that speaks against the decision is not what decided.
        let against = kind.is_kept() != (self.evidence[index].weight > 0);
        let rule = self.decided.whys[index].filter(|_| against).unwrap_or(rule);
        Part { kind, rule, score: self.decided.sureness(index) }
    }

    fn kept_part(&self, index: usize) -> Part {
        let line = &self.lines[index];
        let follows = self.decided.kept.get(index + 1).copied().unwrap_or(false);
        let prose_follows = follows && self.evidence[index + 1].weight > 0;
        let asks = line.text.ends_with('?') && line.word_count <= 12;
        if (!line.is_closed || asks)
            && line.word_count <= HEADING_WORDS_MAX
            && prose_follows
            && line.word_count > 0
            && begins_with_capital(line.text)
            && !line.text.ends_with([':', ',', ';', '…'])
            && !line.is_cut_off
        {
            return self.part(index, Kind::SectionHeading, "short_line_above_paragraph");
        }
        self.part(index, Kind::Body, self.evidence[index].rule)
    }

    fn dropped_part(
        &self,
        index: usize,
        body_start: usize,
        body_end: usize,
        section: &mut Option<Kind>,
    ) -> Part {
        let line = &self.lines[index];
        if self.quotes.contains(&index) {
            return self.part(index, Kind::OtherBoilerplate, "pull_quote");
        }
        if let Some(cue) = line.cue {
            let opens = matches!(cue.kind, Kind::Related | Kind::CommentForm);
            if opens || !matches!(cue.kind, Kind::DateHeader | Kind::ReadingTime | Kind::Byline) {
                *section = opens.then_some(cue.kind);
            }
            return self.part(index, cue.kind, "cue");
        }
        if *section == Some(Kind::CommentForm) && (is_form_label(line) || line.is_links) {
            return self.part(index, Kind::CommentForm, "form_label");
        }
        if is_form_label(line) && has_asterisk(line.text) {
            return self.part(index, Kind::CommentForm, "form_label");
        }
        if *section == Some(Kind::CommentForm) && self.evidence[index].weight > 0 {
            return self.part(index, Kind::Comment, "prose_in_comments");
        }
        if *section == Some(Kind::Related) {
            return self.part(index, Kind::Related, "under_related");
        }
        if line.is_date || self.head.date_lines.contains(&index) {
            return self.part(index, Kind::DateHeader, "date_line");
        }
        if self.head.byline == Some(index) {
            return self.part(index, Kind::Byline, "name_under_title");
        }
        if self.is_beside_date(index) {
            return self.part(index, Kind::Byline, "name_beside_date");
        }
        if line.is_breadcrumb {
            return self.part(index, Kind::Nav, "breadcrumb");
        }
        if let Some(rule) = self.related_shape(index) {
            return self.part(index, Kind::Related, rule);
        }
        if index >= body_end && is_site_and_year(line) {
            return self.part(index, Kind::Legal, "site_and_year");
        }
        if line.is_links {
            return self.part(index, Kind::Nav, "links");
        }
        if line.is_repeated_across {
            return self.part(index, Kind::OtherBoilerplate, "repeated_across_articles");
        }
        if index < body_start {
            return self.part(index, Kind::Nav, "above_body");
        }
        if index < body_end {
            return self.part(index, Kind::Related, "between_paragraphs");
        }
        self.part(index, Kind::OtherBoilerplate, "below_body")
    }

    /// A short name in the line beside a date line, which is not that of a masthead.
    fn is_beside_date(&self, index: usize) -> bool {
        let line = &self.lines[index];
        let is_name = !line.is_closed
            && !line.is_bullet
            && line.word_count <= 4
            && line.digit_count == 0
            && (line.word_count == 1 || is_person(line.text))
            && begins_with_capital(line.text)
            && self.title.is_none_or(|title| index > title);
        is_name && self.lines.get(index + 1).is_some_and(|next| next.is_date)
    }

    /// A teaser, its headline, or an entry of a list of other articles.
    fn related_shape(&self, index: usize) -> Option<&'static str> {
        let line = &self.lines[index];
        let is_entry =
            |line: &Line| line.has_date && !line.is_date && line.word_count <= 8 && !line.is_closed;
        let before = index.checked_sub(1).map(|index| &self.lines[index]);
        let after = self.lines.get(index + 1);
        if line.is_cut_off && line.word_count >= 5 {
            Some("teaser")
        } else if is_entry(line) {
            Some("dated_entry")
        } else if before.is_some_and(is_entry) {
            Some("headline_under_entry")
        } else if after.is_some_and(|next| next.is_cut_off && next.word_count >= 8) {
            Some("headline_above_teaser")
        } else {
            None
        }
    }

    /// What a line states of author and site.
    fn state(&self, index: usize, kind: Kind, below_body: bool, parts: &mut Parts) {
        let line = &self.lines[index];
        match kind {
            Kind::Byline if parts.authors.is_empty() => parts.authors = authors(line),
            Kind::Legal if below_body && parts.site.is_none() && is_site_and_year(line) => {
                parts.site = Some(site_words(line.text));
            }
            _ => {}
        }
    }
}

/// The names of a byline.
fn authors(line: &Line) -> Vec<String> {
    persons(&plain(line.text))
}

/// `Name * :`, `Website :`.
fn is_form_label(line: &Line) -> bool {
    let end = line.text.trim_end();
    line.word_count <= 6 && (end.ends_with(':') || line.text.contains('*'))
}

/// `Name *`, `*Required`; not the bullet or the bold type of markdown.
fn has_asterisk(text: &str) -> bool {
    let words = text.trim_end_matches([':', ' ']);
    let opens = text.starts_with('*') && text[1..].starts_with(char::is_alphabetic);
    (opens || words.ends_with('*')) && words.matches('*').count() == 1
}

/// `© The Daily Post 2024`, `Daily Post 2024`: a publisher and a year, and nothing else.
fn is_site_and_year(line: &Line) -> bool {
    let words = line.text.split_whitespace();
    let words: Vec<&str> = words.filter(|word| word.contains(char::is_alphanumeric)).collect();
    let Some((year, names)) = words.split_last() else { return false };
    let is_year = year.len() == 4
        && (year.starts_with("19") || year.starts_with("20"))
        && year.bytes().all(|byte| byte.is_ascii_digit());
    is_year && (1..=5).contains(&names.len()) && names.iter().all(|name| begins_with_capital(name))
}

fn site_words(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    words.collect::<Vec<_>>().join(" ")
}
