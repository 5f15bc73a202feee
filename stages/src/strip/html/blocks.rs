//! The blocks of a page: what each holds, what it is called, and which of them is the article's.
//!
//! Invariant: one pass over the lines and one over the blocks; a block stands behind the one that
//! holds it.

use super::super::features::Page;
use crate::page::{Container, Cue, Mark, Role};

/// What a distance is where there is nothing to be far from.
pub const FAR: i32 = 99;

/// What a block holds, the blocks inside it included.
#[derive(Debug, Clone, Copy, Default)]
pub struct Content {
    pub ink: i32,
    pub strong_ink: i32,
    pub link_chars: i32,
    pub lines: i32,
    pub strong_lines: i32,
    pub headings: i32,
    pub first_line: i32,
    pub last_line: i32,
    /// Sure prose whose names do not speak against it …
    pub prose: i32,
    /// … and of that, what stands in the blocks right inside.
    pub prose_of_children: i32,
    /// Sure prose less all else.
    pub worth: i32,
}

/// Names of what an article is not.
pub const BAD: u32 = Cue::Comment.bit()
    | Cue::Related.bit()
    | Cue::Share.bit()
    | Cue::Newsletter.bit()
    | Cue::Ad.bit()
    | Cue::Nav.bit()
    | Cue::Footer.bit()
    | Cue::Sidebar.bit()
    | Cue::Caption.bit()
    | Cue::Byline.bit()
    | Cue::Bio.bit()
    | Cue::Date.bit()
    | Cue::Cookie.bit()
    | Cue::Tags.bit()
    | Cue::Modal.bit()
    | Cue::Form.bit()
    | Cue::Meta.bit();
/// Names of parts of a page that hold prose and are none of the article.
pub const OTHER: u32 = Cue::Comment.bit()
    | Cue::Related.bit()
    | Cue::Newsletter.bit()
    | Cue::Ad.bit()
    | Cue::Nav.bit()
    | Cue::Footer.bit()
    | Cue::Sidebar.bit()
    | Cue::Bio.bit()
    | Cue::Cookie.bit()
    | Cue::Modal.bit()
    | Cue::Form.bit();
pub const GOOD: u32 = Cue::ArticleBody.bit() | Cue::Article.bit();

/// A block, and which blocks it is in and are in it.
#[derive(Debug)]
pub struct Ancestry {
    pub block: usize,
    pub is_in: Vec<bool>,
    pub is_around: Vec<bool>,
}

impl Ancestry {
    /// What is in `block` and around it.
    pub fn of(block: usize, containers: &[Container]) -> Self {
        let mut is_in = vec![false; containers.len()];
        for index in block..containers.len() {
            is_in[index] = index == block || is_in[containers[index].parent as usize];
        }
        let mut is_around = vec![false; containers.len()];
        let mut at = block;
        while !std::mem::replace(&mut is_around[at], true) {
            at = containers[at].parent as usize;
        }
        Self { block, is_in, is_around }
    }

    /// Blocks from `from` up to this block, where it is inside, or up to one around both, and from
    /// there down to this block.
    pub fn way(&self, from: usize, containers: &[Container]) -> (i32, i32, i32) {
        let (mut inside, mut up, mut down, mut at) = (0, 0, 0, from);
        if self.is_in[from] {
            while at != self.block {
                at = containers[at].parent as usize;
                inside += 1;
            }
            return (inside, 0, 0);
        }
        while !self.is_around[at] {
            at = containers[at].parent as usize;
            up += 1;
        }
        let mut below = self.block;
        while below != at {
            below = containers[below].parent as usize;
            down += 1;
        }
        (-1, up, down)
    }
}

/// For each likeness of blocks, in order: lines, letters and digits, and those of sure prose whose
/// names do not speak against it.
pub fn alike(
    page: &Page,
    marks: &[Mark],
    containers: &[Container],
    cues: &[u32],
) -> Vec<(u32, i32, i32, i32)> {
    let mut lines: Vec<(u32, i32, i32, i32)> = Vec::with_capacity(marks.len());
    for (index, mark) in marks.iter().enumerate() {
        let block = mark.container as usize;
        let ink = page.facts[index].ink;
        let is_prose = page.is_strong(index) && cues[block] & OTHER == 0;
        lines.push((containers[block].likeness, 1, ink, if is_prose { ink } else { 0 }));
    }
    lines.sort_unstable_by_key(|line| line.0);
    lines.dedup_by(|next, first| {
        let is_alike = next.0 == first.0;
        if is_alike {
            *first = (first.0, first.1 + next.1, first.2 + next.2, first.3 + next.3);
        }
        is_alike
    });
    lines
}

/// For each block, the bits of `Cue` of it and those around it that do not hold the title.
pub fn cues(marks: &[Mark], containers: &[Container], title: Option<usize>) -> Vec<u32> {
    let mut holds_title = vec![title.is_none(); 1];
    holds_title.resize(containers.len(), false);
    if let Some(title) = title {
        let mut at = marks[title].container as usize;
        while !std::mem::replace(&mut holds_title[at], true) {
            at = containers[at].parent as usize;
        }
    }
    let mut cues: Vec<u32> = Vec::with_capacity(containers.len());
    for (index, container) in containers.iter().enumerate() {
        let own = if holds_title[index] { 0 } else { container.cues };
        cues.push(if index == 0 { own } else { own | cues[container.parent as usize] });
    }
    cues
}

/// The bit of a name that tells nothing on this page: that of advertisements where most of the sure
/// prose bears it, as what a shop sells, or an entry that is promoted, does.
pub fn idle_name(page: &Page, marks: &[Mark], cues: &[u32]) -> u32 {
    const SHARE: i64 = 70;
    let (mut whole, mut named) = (0, 0);
    for (index, mark) in marks.iter().enumerate().filter(|(index, _)| page.is_strong(*index)) {
        let ink = i64::from(page.facts[index].ink);
        whole += ink;
        named += if Cue::Ad.is_in(cues[mark.container as usize]) { ink } else { 0 };
    }
    if named > 0 && named * 100 >= whole * SHARE { Cue::Ad.bit() } else { 0 }
}

/// For each line, the last heading above it.
pub fn headings(page: &Page, marks: &[Mark]) -> Vec<Option<usize>> {
    let mut last = None;
    let lines = (0..page.len()).map(|index| {
        let above = last;
        let is_heading = matches!(marks[index].role, Role::Heading(_));
        last = if is_heading { Some(index) } else { last };
        above
    });
    lines.collect()
}

/// The block with the most sure prose in blocks of one line right inside it, or in itself.
pub fn main_block(contents: &[Content], containers: &[Container]) -> usize {
    let score = |index: usize| {
        let content = &contents[index];
        let bad = i64::from((containers[index].cues & BAD).count_ones().min(3));
        let good = i64::from((containers[index].cues & Cue::ArticleBody.bit()).min(1));
        let prose = i64::from(content.prose_of_children);
        let own = if content.lines == 1 { 0 } else { prose };
        own * (4 - bad) * (4 + good)
    };
    let best = (0..contents.len()).max_by_key(|index| (score(*index), usize::MAX - index));
    best.unwrap_or_default()
}

/// Lines since and until sure prose in the main block.
pub fn near(page: &Page, marks: &[Mark], in_main: &[bool]) -> Vec<(i32, i32)> {
    let is_prose = |index: usize| in_main[marks[index].container as usize] && page.is_strong(index);
    let mut near = vec![(FAR, FAR); marks.len()];
    let (mut since, mut until) = (FAR, FAR);
    for (index, near) in near.iter_mut().enumerate() {
        since = (since + 1).min(FAR);
        near.0 = since;
        since = if is_prose(index) { 0 } else { since };
    }
    for (index, near) in near.iter_mut().enumerate().rev() {
        until = (until + 1).min(FAR);
        near.1 = until;
        until = if is_prose(index) { 0 } else { until };
    }
    near
}

/// Sums up what each block holds.
pub fn contents(
    page: &Page,
    marks: &[Mark],
    containers: &[Container],
    cues: &[u32],
) -> Vec<Content> {
    let nothing = Content { first_line: i32::MAX, ..Content::default() };
    let mut contents = vec![nothing; containers.len()];
    for (index, mark) in marks.iter().enumerate() {
        let content = &mut contents[mark.container as usize];
        let ink = page.facts[index].ink;
        let is_strong = page.is_strong(index);
        let is_prose = is_strong && cues[mark.container as usize] & OTHER == 0;
        content.worth += if is_prose { ink } else { -ink / 2 };
        content.ink += ink;
        content.link_chars += mark.link_chars as i32;
        content.lines += 1;
        content.headings += i32::from(matches!(mark.role, Role::Heading(_)));
        content.first_line = content.first_line.min(index as i32);
        content.last_line = content.last_line.max(index as i32);
        content.strong_lines += i32::from(is_strong);
        content.strong_ink += if is_strong { ink } else { 0 };
        content.prose += if is_prose { ink } else { 0 };
    }
    for index in (1..containers.len()).rev() {
        let own = contents[index];
        contents[containers[index].parent as usize].add(&own);
    }
    contents
}

impl Content {
    /// Adds what a block right inside holds.
    fn add(&mut self, own: &Self) {
        self.ink += own.ink;
        self.worth += own.worth;
        self.prose += own.prose;
        self.strong_ink += own.strong_ink;
        self.link_chars += own.link_chars;
        self.lines += own.lines;
        self.strong_lines += own.strong_lines;
        self.headings += own.headings;
        self.first_line = self.first_line.min(own.first_line);
        self.last_line = self.last_line.max(own.last_line);
        // Paragraphs are blocks of one line.
        if own.lines == 1 {
            self.prose_of_children += own.prose;
        }
    }
}
