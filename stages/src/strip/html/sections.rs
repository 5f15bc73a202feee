//! Pages that are no article: what a firm offers, a shop sells, an office explains, members of a
//! forum write, a list leads to. The model learnt from news; what it leaves of such a page is kept
//! by structure alone.
//!
//! Invariant: lines are only added, and none to a page that calls itself an article; a few passes
//! over the lines and blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::super::line::Line;
use super::blocks::{Ancestry, OTHER};
use super::by_words;
use super::fill::Filling;
use super::structure::link_share;
use crate::page::{Cue, Mark, Nature, Role, Within};

/// Elements and names that hold none of the content, unless they hold much of it.
const BESIDE: u16 =
    Within::Nav.bit() | Within::Aside.bit() | Within::Footer.bit() | Within::Form.bit();
const NAMED_BESIDE: u32 =
    (OTHER & !Cue::Ad.bit()) | Cue::Share.bit() | Cue::Caption.bit() | Cue::Byline.bit();
/// Names of what stands beside a list, whatever holds it is called.
const NAMED_BESIDE_LIST: u32 = Cue::Footer.bit()
    | Cue::Sidebar.bit()
    | Cue::Cookie.bit()
    | Cue::Modal.bit()
    | Cue::Newsletter.bit();
/// Names that tell nothing of a block of one line, as of a margin or a tab, …
const OF_MANY: u32 = Cue::Sidebar.bit() | Cue::Nav.bit() | Cue::Footer.bit();
/// … and of one that is but a heading: what folds the text below it in and out is a button.
const OF_HEADING: u32 = OF_MANY | Cue::Form.bit();
/// The share of the prose, in hundredths, from which an element or name that is around it tells
/// nothing; that of comments, from which the page is a thread.
const IDLE_SHARE: i64 = 30;
const THREAD_SHARE: i64 = 50;
/// The share of the prose that may be content, in hundredths, of which the model keeps less where
/// the page is unlike news.
const KNOWN_SHARE: i64 = 85;
/// Words that make a closed line prose; lines of fewer in blocks without a meaning are labels.
const PROSE_WORDS: usize = 5;
const LABEL_WORDS: usize = 4;
/// A block of so many lines may be a teaser.
const TEASER_LINES: i32 = 6;
/// A list has so many entries, of so many lines, and is this share of the lines, in hundredths.
const ENTRIES_MIN: usize = 3;
const ENTRY_LINES_MAX: usize = 12;
const LIST_SHARE: usize = 50;

/// What may be the content of a page; a value for each line.
struct Content {
    /// Inside the page's main part, whatever its parts are called.
    is_inside: Vec<bool>,
    is_prose: Vec<bool>,
    /// What the blocks around are called.
    names: Vec<u32>,
    /// May be content.
    is_part: Vec<bool>,
    /// Most of the prose is called comments.
    is_thread: bool,
}

/// Elements and names that tell that a line is none of the content, and whether the page is a
/// thread.
struct Beside {
    within: u16,
    names: u32,
    is_thread: bool,
}

impl Filling<'_> {
    /// Keeps the content of a page of which nothing says that it is an article.
    pub fn fill_sections(&self, nature: Nature, kept: &mut [bool]) {
        if nature == Nature::Article {
            return;
        }
        let content = self.content();
        let is_other = nature != Nature::Dated;
        let is_sure = |index: &usize| content.is_part[*index] && content.is_prose[*index];
        let whole = self.ink_of((0..kept.len()).filter(is_sure));
        let known = self.ink_of((0..kept.len()).filter(is_sure).filter(|index| kept[*index]));
        let is_unlike = known * 100 < whole * KNOWN_SHARE;
        let is_of_parts = is_other && (nature == Nature::Offer || is_unlike);
        let is_thread = is_unlike && content.is_thread;
        let is_of_run = self.runs(&content, kept);
        for index in (0..kept.len()).rev() {
            let is_wanted = match self.marks[index].role {
                Role::Heading(_) => is_other && kept[index + 1..].iter().take(2).any(|kept| *kept),
                _ => is_of_parts || is_other && is_of_run[index],
            };
            let is_post =
                is_thread && content.is_prose[index] && Cue::Comment.is_in(content.names[index]);
            kept[index] |= content.is_part[index] && (is_wanted || is_post);
        }
        self.keep_list(&content, is_other, kept);
    }

    fn ink_of(&self, lines: impl Iterator<Item = usize>) -> i64 {
        lines.map(|index| i64::from(self.page.facts[index].ink)).sum()
    }

    /// How much of `lines` is, in hundredths.
    fn share(&self, lines: &[usize], is_it: impl Fn(usize) -> bool) -> i64 {
        let own = self.ink_of(lines.iter().copied().filter(|index| is_it(*index)));
        own * 100 / self.ink_of(lines.iter().copied()).max(1)
    }

    fn links(&self, index: usize) -> i32 {
        link_share(&self.marks[index], self.page.facts[index].ink)
    }

    fn content(&self) -> Content {
        let lines = 0..self.marks.len();
        let is_prose = |index: usize| {
            let line = &self.lines[index];
            let is_closed = line.is_closed && line.word_count >= PROSE_WORDS;
            (self.page.is_strong(index) || is_closed) && self.links(index) <= 500
        };
        let is_prose: Vec<bool> = lines.clone().map(is_prose).collect();
        let mut prose: Vec<usize> = lines.clone().filter(|index| is_prose[*index]).collect();
        let is_inside: Vec<bool> = self.inside(&prose);
        prose.retain(|index| is_inside[*index]);
        let names = self.names();
        let beside = self.beside(&prose, &names);
        let is_part = |index: usize| {
            let is_question = is_prose.get(index + 1) == Some(&true) && self.is_question(index);
            let is_text = self.links(index) <= 500 && !self.is_among_links(index);
            is_inside[index]
                && (is_text || is_question)
                && self.marks[index].within & beside.within == 0
                && names[index] & beside.names_of(names[index]) == 0
                && self.is_text(index)
        };
        let is_part = lines.map(is_part).collect();
        Content { is_inside, is_prose, names, is_part, is_thread: beside.is_thread }
    }

    /// Whether each line is in the main part of the page: in `<main>`, where most of the prose is,
    /// and below the title.
    fn inside(&self, prose: &[usize]) -> Vec<bool> {
        let within = |index: usize| self.marks[index].within;
        let has_main = self.share(prose, |index| Within::Main.is_in(within(index))) > 50;
        let title = self.title.unwrap_or(0);
        let is_below = self.share(prose, |index| index > title) > 50;
        let outside = Within::Header.bit() | Within::Footer.bit();
        let is_inside = |index: usize| {
            let is_main = match has_main {
                true => Within::Main.is_in(within(index)),
                false => within(index) & outside == 0,
            };
            is_main && (index > title || !is_below)
        };
        (0..self.marks.len()).map(is_inside).collect()
    }

    fn beside(&self, prose: &[usize], names: &[u32]) -> Beside {
        let mut beside = Beside { within: BESIDE, names: NAMED_BESIDE, is_thread: false };
        for element in Within::ALL.iter().filter(|element| element.is_in(BESIDE)) {
            let share = self.share(prose, |index| element.is_in(self.marks[index].within));
            beside.within &= if share >= IDLE_SHARE { !element.bit() } else { u16::MAX };
        }
        for cue in Cue::ALL.iter().filter(|cue| cue.is_in(NAMED_BESIDE)) {
            let is_comment = *cue == Cue::Comment;
            let bar = if is_comment { THREAD_SHARE } else { IDLE_SHARE };
            if self.share(prose, |index| cue.is_in(names[index])) >= bar {
                beside.names &= !cue.bit();
                beside.is_thread |= is_comment;
            }
        }
        beside
    }

    /// Whether line `index` may be content, as far as its own words and element say.
    fn is_text(&self, index: usize) -> bool {
        let (line, role) = (&self.lines[index], self.marks[index].role);
        let is_label = matches!(role, Role::Other | Role::Paragraph)
            && line.word_count < LABEL_WORDS
            && !line.is_closed;
        self.page.facts[index].ink > 0
            && !is_label
            && !matches!(role, Role::Caption | Role::Control)
            && by_words(line).is_none()
            && !self.is_title(index)
    }

    /// A question, which may be a link that folds its answer in and out.
    fn is_question(&self, index: usize) -> bool {
        let line = &self.lines[index];
        line.text.ends_with(['?', '？']) && line.word_count >= LABEL_WORDS
    }

    /// Whether a small block around line `index` is links rather than text: what it stands beside
    /// is a teaser.
    fn is_among_links(&self, index: usize) -> bool {
        let mut at = self.marks[index].container as usize;
        loop {
            let content = self.structure.content(at);
            if at == 0 || content.lines > TEASER_LINES {
                return false;
            }
            if content.link_chars * 2 > content.ink {
                return true;
            }
            at = self.structure.containers[at].parent as usize;
        }
    }

    /// For each line, the names of its element and of the blocks around it that do not hold the
    /// title.
    fn names(&self) -> Vec<u32> {
        let containers = &self.structure.containers;
        let title = self.title.map_or(0, |title| self.marks[title].container as usize);
        let around_title = Ancestry::of(title, containers).is_around;
        let mut names: Vec<u32> = vec![0; containers.len()];
        for (index, container) in containers.iter().enumerate() {
            let content = self.structure.content(index);
            let own = match (content.lines, content.headings) {
                _ if around_title[index] => 0,
                (1, 1) => container.cues & !OF_HEADING,
                (1, _) => container.cues & !OF_MANY,
                _ => container.cues,
            };
            names[index] = names[container.parent as usize] | own;
        }
        let own = |mark: &Mark| match mark.role {
            Role::Heading(_) => self.structure.own_cues(mark) & !OF_HEADING,
            _ => self.structure.own_cues(mark) & !OF_MANY,
        };
        self.marks.iter().map(|mark| names[mark.container as usize] | own(mark)).collect()
    }

    /// Whether each line is of a run of items, rows or the like that stands right below a heading
    /// or what is kept, and is no label that the page repeats, nor word to its reader.
    fn runs(&self, content: &Content, kept: &[bool]) -> Vec<bool> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for line in self.lines {
            *counts.entry(&line.folded).or_default() += 1;
        }
        let is_own = |line: &Line| line.reader_word_count == 0 && counts[line.folded.as_str()] == 1;
        let mut is_below = false;
        let runs = self.marks.iter().zip(self.lines).enumerate().map(|(index, (mark, line))| {
            let is_item = content.is_part[index]
                && matches!(
                    mark.role,
                    Role::ListItem | Role::Definition | Role::TableRow | Role::Pre
                );
            if !is_item {
                is_below = kept[index] || matches!(mark.role, Role::Heading(_));
            }
            is_item && is_below && is_own(line)
        });
        runs.collect()
    }

    /// Keeps the entries of a list that is most of the page: links alone that are made alike, each
    /// with what stands between it and the next. Of a page that has a date, which may be news, only
    /// where the entries have what is kept.
    fn keep_list(&self, content: &Content, is_other: bool, kept: &mut [bool]) {
        let apart = Within::Header.bit() | Within::Nav.bit();
        let is_of_page = |mark: &Mark| {
            mark.link_chars == 0 && (mark.within & apart == 0 || Within::Main.is_in(mark.within))
        };
        if !self.title.is_some_and(|title| is_of_page(&self.marks[title])) {
            return;
        }
        let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut texts = 0;
        for index in (0..kept.len()).filter(|index| self.is_listed(content, *index)) {
            if self.is_link(index) {
                let block = &self.structure.containers[self.marks[index].container as usize];
                groups.entry(block.likeness).or_default().push(index);
            } else {
                texts += usize::from(by_words(&self.lines[index]).is_none());
            }
        }
        let whole = self.ink_of((0..kept.len()).filter(|index| kept[*index]));
        for heads in groups.values().filter(|heads| heads.len() >= ENTRIES_MIN) {
            let said = heads.iter().map(|head| self.lines[*head].folded.as_str());
            let is_of_buttons = said.collect::<BTreeSet<&str>>().len() * 2 <= heads.len();
            let entries = self.entries(content, heads);
            let is_most = entries.len() * 100 >= (texts + heads.len()) * LIST_SHARE
                && entries.len() >= heads.len() * 2;
            let own = self.ink_of(entries.iter().copied().filter(|index| kept[*index]));
            if !is_of_buttons && is_most && (is_other || own * 100 >= whole * KNOWN_SHARE) {
                entries.into_iter().for_each(|index| kept[index] = true);
            }
        }
    }

    /// Whether line `index` stands where a list may.
    fn is_listed(&self, content: &Content, index: usize) -> bool {
        content.is_inside[index]
            && content.names[index] & NAMED_BESIDE_LIST == 0
            && self.marks[index].within & BESIDE == 0
            && self.marks[index].role != Role::Control
            && self.page.facts[index].ink > 0
    }

    fn is_link(&self, index: usize) -> bool {
        self.links(index) >= 800
    }

    /// The lines of the entries that begin with `heads`.
    fn entries(&self, content: &Content, heads: &[usize]) -> Vec<usize> {
        let gap = heads.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(1);
        let mut entries = Vec::new();
        for (place, head) in heads.iter().enumerate() {
            let next = heads.get(place + 1).copied().unwrap_or(head + gap);
            let end = next.min(head + ENTRY_LINES_MAX).min(self.marks.len());
            let is_heading = |index: &usize| matches!(self.marks[*index].role, Role::Heading(_));
            let rest =
                (head + 1..end).take_while(|index| !is_heading(index) || self.is_link(*index));
            // A price may be inside the link.
            let is_entry = |index: &usize| {
                let line = &self.lines[*index];
                self.is_listed(content, *index)
                    && (!self.is_link(*index) || line.digit_count > 0)
                    && by_words(line).is_none()
            };
            entries.push(*head);
            entries.extend(rest.filter(is_entry));
        }
        entries
    }
}

impl Beside {
    /// The names that tell so of a line called `names`: in a thread, a list is one of posts.
    fn names_of(&self, names: u32) -> u32 {
        match self.is_thread && Cue::Comment.is_in(names) {
            true => self.names & !Cue::Related.bit(),
            false => self.names,
        }
    }
}
