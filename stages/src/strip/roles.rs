//! The part each line plays on the page: title, headings and body among what is kept; among what
//! is dropped, the kind that its words, its shape or its neighbours tell.

use std::collections::HashMap;

use memchr::memmem::Finder;

use super::judge::{Evidence, evidence, keep};
use super::line::{Line, begins_with_capital};
use crate::layers::Kind;
use crate::span::Score;

/// A kept stretch apart from the main one needs this share of its characters, in hundredths …
const ISLAND_SHARE: usize = 12;
/// … or no more dropped lines than this between.
const ISLAND_GAP_LINES: usize = 4;
/// A title has this many words or more; fewer are a rubric.
const TITLE_WORDS_MIN: usize = 4;
const TITLE_WORDS_MAX: usize = 32;
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
    pub author: Option<String>,
    pub site: Option<String>,
}

/// Gives each line its part.
pub fn assign(lines: &[Line]) -> Parts {
    let repeats = repeats(lines);
    let evidence: Vec<Evidence> =
        lines.iter().map(|line| evidence(line, repeats[line.folded.as_str()] > 1)).collect();
    let weights: Vec<i32> = evidence.iter().map(|line| line.weight).collect();
    let mut page = Page { lines, evidence, kept: keep(&weights), title: None };
    page.drop_comments();
    page.drop_islands();
    page.drop_edges();
    page.drop_headline_runs();
    page.title = page.find_title(&repeats);
    page.parts()
}

/// How often the text has each line.
fn repeats<'a>(lines: &'a [Line]) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    for line in lines {
        *counts.entry(line.folded.as_str()).or_insert(0) += 1;
    }
    counts
}

struct Page<'a> {
    lines: &'a [Line<'a>],
    evidence: Vec<Evidence>,
    kept: Vec<bool>,
    title: Option<usize>,
}

impl Page<'_> {
    /// The kept stretches as ranges of lines.
    fn stretches(&self) -> Vec<std::ops::Range<usize>> {
        let mut stretches: Vec<std::ops::Range<usize>> = Vec::new();
        for index in (0..self.kept.len()).filter(|index| self.kept[*index]) {
            match stretches.last_mut() {
                Some(last) if last.end == index => last.end = index + 1,
                _ => stretches.push(index..index + 1),
            }
        }
        stretches
    }

    fn prose_chars(&self, range: std::ops::Range<usize>) -> usize {
        let prose = range.filter(|index| self.evidence[*index].weight > 0);
        prose.map(|index| self.lines[index].char_count).sum()
    }

    /// Readers' comments: all prose after a comment section opens, where most stands before it.
    fn drop_comments(&mut self) {
        let opens = |line: &Line| line.cue.is_some_and(|cue| cue.kind == Kind::CommentForm);
        let total: usize = self.kept_chars(0..self.lines.len());
        for index in 0..self.lines.len() {
            if opens(&self.lines[index]) && self.kept_chars(0..index) * 2 > total {
                self.kept[index..].fill(false);
                return;
            }
        }
    }

    fn kept_chars(&self, range: std::ops::Range<usize>) -> usize {
        let kept = range.filter(|index| self.kept[*index]);
        kept.map(|index| self.lines[index].char_count).sum()
    }

    /// Keeps the main stretch and those large or near enough to belong to it.
    fn drop_islands(&mut self) {
        let stretches = self.stretches();
        let sizes: Vec<usize> =
            stretches.iter().map(|stretch| self.prose_chars(stretch.clone())).collect();
        let Some(main) = (0..sizes.len()).max_by_key(|index| (sizes[*index], usize::MAX - index))
        else {
            return;
        };
        for (index, stretch) in stretches.iter().enumerate() {
            let gap = if index < main {
                stretch.end..stretches[index + 1].start
            } else if index > main {
                stretches[index - 1].end..stretch.start
            } else {
                continue;
            };
            let near = gap.len() <= ISLAND_GAP_LINES && !self.closes_article(gap);
            if !near && sizes[index] * 100 < sizes[main] * ISLAND_SHARE {
                self.kept[stretch.clone()].fill(false);
            }
        }
    }

    /// Whether a line of `range` says that the article is over.
    fn closes_article(&self, range: std::ops::Range<usize>) -> bool {
        self.lines[range].iter().any(|line| {
            line.cue.is_some_and(|cue| {
                matches!(cue.kind, Kind::CommentForm | Kind::Legal | Kind::Newsletter)
            })
        })
    }

    /// Short lines at the edges of the article are menus, unless a paragraph follows them.
    fn drop_edges(&mut self) {
        for stretch in self.stretches() {
            for index in stretch.rev() {
                if self.evidence[index].weight > 0 || self.lines[index].is_closed {
                    break;
                }
                self.kept[index] = false;
            }
        }
    }

    /// Several headlines in a row between paragraphs are not headings of the article. A list is
    /// left: it is announced by a colon, or its items are closed or begin in lower case.
    fn drop_headline_runs(&mut self) {
        let looks_related = |line: &Line| {
            line.is_headline()
                && line.word_count >= TITLE_WORDS_MIN
                && begins_with_capital(line.text)
        };
        let mut index = 0;
        while index < self.lines.len() {
            let run = self.lines[index..]
                .iter()
                .zip(&self.kept[index..])
                .take_while(|(line, kept)| **kept && looks_related(line))
                .count();
            let announced = index > 0 && self.lines[index - 1].text.trim_end().ends_with(':');
            // A dropped list mark before it makes one headline an entry of a list, too.
            let marked = index > 0 && self.lines[index - 1].is_bullet && !self.kept[index - 1];
            if (run >= 3 || run > 0 && marked) && index > 0 && !announced {
                self.kept[index..index + run].fill(false);
            }
            index += run.max(1);
        }
    }

    /// The head nearest above the first paragraph, one that the page repeats before others.
    fn find_title(&self, repeats: &HashMap<&str, usize>) -> Option<usize> {
        let is_paragraph = |index: &usize| {
            self.kept[*index] && self.evidence[*index].weight > 1 && !self.is_head(*index)
        };
        let first = (0..self.lines.len()).find(is_paragraph)?;
        let heads: Vec<usize> = (0..first).rev().filter(|index| self.is_head(*index)).collect();
        let nearest = *heads.first()?;
        let is_quoted = |index: usize| {
            let folded = self.lines[index].folded.as_str();
            let finder = Finder::new(folded);
            let mut longer = self.lines.iter().filter(|line| line.folded.len() > folded.len());
            repeats[folded] > 1 || longer.any(|line| finder.find(line.folded.as_bytes()).is_some())
        };
        let quoted = heads.iter().copied().filter(|index| is_quoted(*index)).take(8);
        let chosen = quoted.last().unwrap_or(nearest);
        let folded = &self.lines[chosen].folded;
        let first_equal = (0..=chosen).find(|index| self.lines[*index].folded == *folded);
        first_equal.filter(|index| self.is_head(*index)).or(Some(chosen))
    }

    fn is_head(&self, index: usize) -> bool {
        let line = &self.lines[index];
        let asks = line.text.ends_with(['?', '!', '»', '”', '"']);
        (!line.is_closed || asks)
            && line.cue.is_none()
            && !line.is_date
            && !line.is_links
            && !line.is_breadcrumb
            && !line.is_cut_off
            && (TITLE_WORDS_MIN..=TITLE_WORDS_MAX).contains(&line.word_count)
    }

    fn parts(&self) -> Parts {
        let mut parts = Parts::default();
        let body_start = self.kept.iter().position(|kept| *kept).unwrap_or(self.lines.len());
        let body_end = self.kept.iter().rposition(|kept| *kept).map_or(0, |last| last + 1);
        let mut section: Option<Kind> = None;
        for (index, line) in self.lines.iter().enumerate() {
            let part = if self.title == Some(index) {
                parts.title = Some(title_words(line.text));
                section = None;
                self.part(index, Kind::Title, "head_above_body")
            } else if self.title.is_some_and(|title| self.lines[title].folded == line.folded) {
                self.part(index, Kind::Nav, "title_again")
            } else if self.kept[index] && self.title.is_none_or(|title| index > title) {
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
        let sure = self.evidence[index].weight.unsigned_abs().min(12);
        let score = Score(500 + u16::try_from(sure).unwrap_or_default() * 40);
        Part { kind, rule, score }
    }

    fn kept_part(&self, index: usize) -> Part {
        let line = &self.lines[index];
        let follows = self.kept.get(index + 1).copied().unwrap_or(false);
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
        if is_form_label(line) && line.text.contains('*') {
            return self.part(index, Kind::CommentForm, "form_label");
        }
        if *section == Some(Kind::CommentForm) && self.evidence[index].weight > 0 {
            return self.part(index, Kind::Comment, "prose_in_comments");
        }
        if *section == Some(Kind::Related) {
            return self.part(index, Kind::Related, "under_related");
        }
        if line.is_date {
            return self.part(index, Kind::DateHeader, "date_line");
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

    /// A short name in the line beside a date line.
    fn is_beside_date(&self, index: usize) -> bool {
        let line = &self.lines[index];
        let is_name = !line.is_closed
            && !line.is_bullet
            && line.word_count <= 4
            && line.digit_count == 0
            && line.capital_count * 2 >= line.word_count
            && begins_with_capital(line.text);
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
            Kind::Byline if parts.author.is_none() => {
                parts.author = author(line);
            }
            Kind::Legal if below_body && parts.site.is_none() && is_site_and_year(line) => {
                parts.site = Some(site_words(line.text));
            }
            _ => {}
        }
    }
}

/// A title's words without the marks of a markdown heading.
fn title_words(text: &str) -> String {
    text.trim_start_matches(['#', ' ', '*']).trim_end_matches('*').to_owned()
}

/// The names of a byline, without its cue.
fn author(line: &Line) -> Option<String> {
    let cue_words = line.cue.map_or(0, |cue| {
        line.folded.get(..cue.length).map_or(0, |cue| cue.split_whitespace().count())
    });
    let words: Vec<&str> = line.text.split_whitespace().skip(cue_words).collect();
    let ends = words.iter().position(|word| {
        word.starts_with(|ch: char| ch.is_ascii_digit())
            || matches!(*word, "|" | "-" | "–" | "•" | "—")
    });
    let names = words[..ends.unwrap_or(words.len())].join(" ");
    let names = names.trim_matches(|ch: char| !ch.is_alphanumeric() && ch != '.' && ch != ')');
    (!names.is_empty()).then(|| names.to_owned())
}

/// `Name * :`, `Website :`.
fn is_form_label(line: &Line) -> bool {
    let end = line.text.trim_end();
    line.word_count <= 6 && (end.ends_with(':') || line.text.contains('*'))
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
