//! What the model, which learnt from news, takes for furniture though it stands in the article:
//! rows of tables, items of lists, definitions, code, headings between paragraphs, and posts made
//! like the one that is kept.
//!
//! Invariant: lines are only added, each inside the block that holds most of what the model keeps
//! or a block of the same element and class; one pass over the blocks, a few over the lines.

use std::collections::BTreeSet;

use super::super::features::Page;
use super::super::line::Line;
use super::blocks::{Ancestry, GOOD, OTHER};
use super::by_words;
use super::structure::{Structure, link_share};
use crate::layers::Kind;
use crate::page::{Cue, Mark, Role, Within};

/// The share of the kept letters, in hundredths, that the article's block holds.
const SHARE_OF_KEPT: i64 = 75;
/// How sure of its verdict the model may be, in thousandths of log odds, and still be overruled:
/// of the row of a table, an item of a list, …
const ROW: i32 = -2600;
const ITEM: i32 = -2200;
/// … an item above the first paragraph, a definition, a line of code, a heading, …
const FIRST_ITEM: i32 = -1000;
const DEFINITION: i32 = -3000;
const CODE: i32 = -3500;
const HEADING: i32 = -2600;
/// … prose of a post whose names speak against it, and of a block made like the article's.
const POST: i32 = -3500;
const PROSE: i32 = -300;

/// Names between a line and the article's block that make it none of the article.
const APART: u32 = (OTHER & !Cue::Form.bit())
    | Cue::Share.bit()
    | Cue::Caption.bit()
    | Cue::Byline.bit()
    | Cue::Tags.bit();
/// Of these, what boxes of code are called, too.
const CODE_BOX: u32 = Cue::Nav.bit() | Cue::Tags.bit() | Cue::Modal.bit() | Cue::Caption.bit();
/// Elements between that do, unless all that is kept is in one.
const APART_WITHIN: u16 = Within::Aside.bit()
    | Within::Nav.bit()
    | Within::Form.bit()
    | Within::Figure.bit()
    | Within::Footer.bit()
    | Within::Header.bit();

/// A page as the model left it.
pub struct Filling<'a> {
    pub lines: &'a [Line<'a>],
    pub marks: &'a [Mark],
    pub page: &'a Page<'a>,
    pub structure: &'a Structure<'a>,
    /// What the model says; nothing of what it was not asked about.
    pub scores: &'a [Option<(i32, &'static str)>],
    /// The line of the title.
    pub title: Option<usize>,
}

/// Where a block is: in the article's block, or a post outside it, or neither; in which post; the
/// names on the way up to the nearest of these; and those of all blocks around.
#[derive(Clone, Copy, Default)]
struct Place {
    region: Option<usize>,
    post: Option<usize>,
    way: u32,
    names: u32,
}

impl Filling<'_> {
    /// Keeps what the article has besides what is `kept`.
    pub fn fill(&self, kept: &mut [bool]) {
        let Some(main) = self.main_block(kept) else { return };
        let places = self.places(main, kept);
        self.keep_posts(main, &places, kept);
        let around = self.elements_around(&places, kept);
        let is_open = |index: usize| !kept[index] && self.is_open(index, &places, &around);
        let open: Vec<bool> = (0..kept.len()).map(is_open).collect();
        self.keep_parts(&open, &places, &around, kept);
        self.keep_headings(&open, kept);
    }

    /// The innermost block that holds most of what is kept.
    fn main_block(&self, kept: &[bool]) -> Option<usize> {
        let mut ink = vec![0; self.structure.containers.len()];
        for (index, mark) in self.marks.iter().enumerate().filter(|(index, _)| kept[*index]) {
            ink[mark.container as usize] += i64::from(self.page.facts[index].ink);
        }
        for index in (1..ink.len()).rev() {
            ink[self.structure.containers[index].parent as usize] += ink[index];
        }
        let whole = *ink.first().filter(|whole| **whole > 0)?;
        ink.iter().rposition(|ink| ink * 100 >= whole * SHARE_OF_KEPT)
    }

    /// For each block, where it is: in the article's, `main`, or in one made like the block, named
    /// as an article's, that holds kept prose.
    fn places(&self, main: usize, kept: &[bool]) -> Vec<Place> {
        let containers = &self.structure.containers;
        let mut places = vec![Place::default(); containers.len()];
        for (index, container) in containers.iter().enumerate() {
            places[index].names = places[container.parent as usize].names | container.cues;
        }
        let main_names = places[main].names;
        let mut models = BTreeSet::new();
        for index in (0..kept.len()).filter(|index| kept[*index] && self.page.is_strong(*index)) {
            let mut at = self.marks[index].container as usize;
            while at > 0 && containers[at].cues & GOOD == 0 {
                at = containers[at].parent as usize;
            }
            let likeness = containers[at].likeness;
            let is_other = places[at].names & OTHER & !main_names != 0;
            if at > 0 && !is_other {
                models.insert(likeness);
            }
        }
        let around_main = Ancestry::of(main, containers);
        for (index, container) in containers.iter().enumerate() {
            let around = places[container.parent as usize];
            let is_alike = !around_main.is_around[index]
                && container.cues & GOOD != 0
                && models.contains(&container.likeness);
            let (region, way) = match around.region {
                _ if index == main => (Some(main), 0),
                region if is_alike => (region.or(Some(index)), 0),
                region => (region, around.way | container.cues),
            };
            let post = if is_alike { Some(index) } else { around.post };
            places[index] = Place { region, post, way, ..places[index] };
        }
        places
    }

    /// Keeps the prose of blocks made like the article's.
    fn keep_posts(&self, main: usize, places: &[Place], kept: &mut [bool]) {
        const BESIDE: u16 = Within::Nav.bit() | Within::Aside.bit() | Within::Footer.bit();
        let of_kept = self.marks.iter().zip(&*kept).filter(|(_, kept)| **kept);
        let around = of_kept.fold(0, |around, (mark, _)| around | mark.within);
        for (index, kept) in kept.iter_mut().enumerate() {
            let mark = &self.marks[index];
            let Place { post: Some(post), way, .. } = places[mark.container as usize] else {
                continue;
            };
            let is_beside = mark.within & BESIDE & !around != 0;
            if *kept || is_beside || !self.is_sayable(index, way) {
                continue;
            }
            let is_post = places[post].names & OTHER & !places[main].names != 0;
            let is_text = matches!(mark.role, Role::Paragraph | Role::Other);
            let is_prose = is_text && self.ends_as_prose(index);
            let bar = match self.page.is_strong(index) {
                strong if is_post && (strong || is_prose) => POST,
                true => PROSE,
                false => i32::MAX,
            };
            *kept = self.scores[index].is_some_and(|(score, _)| score > bar);
        }
    }

    /// Whether line `index`, `way` from its block, may be the article's, as far as its own words
    /// and element say.
    fn is_sayable(&self, index: usize, way: u32) -> bool {
        let (line, mark) = (&self.lines[index], &self.marks[index]);
        let ink = self.page.facts[index].ink;
        let apart = if mark.role == Role::Pre { APART & !CODE_BOX } else { APART };
        ink > 0
            && (way | self.structure.own_cues(mark)) & apart == 0
            && !matches!(mark.role, Role::Caption | Role::Control)
            && link_share(mark, ink) <= 500
            && by_words(line).is_none()
            && (line.notice_word_count == 0 || mark.role != Role::ListItem)
            && !self.is_title(index)
    }

    /// Whether line `index` says what the title says.
    pub fn is_title(&self, index: usize) -> bool {
        self.title.is_some_and(|title| self.lines[title].folded == self.lines[index].folded)
    }

    /// For each block of the article or post, the elements that all its kept lines are within.
    fn elements_around(&self, places: &[Place], kept: &[bool]) -> Vec<u16> {
        let mut around = vec![u16::MAX; places.len()];
        for (mark, _) in self.marks.iter().zip(kept).filter(|(_, kept)| **kept) {
            if let Some(region) = places[mark.container as usize].region {
                around[region] &= mark.within;
            }
        }
        around
    }

    /// Whether line `index` stands in the article's block, or a post, and may be kept.
    fn is_open(&self, index: usize, places: &[Place], around: &[u16]) -> bool {
        let mark = &self.marks[index];
        let Place { region, way, .. } = places[mark.container as usize];
        let is_apart = |region: usize| mark.within & !around[region] & APART_WITHIN != 0;
        region.is_some_and(|region| !is_apart(region)) && self.is_sayable(index, way)
    }

    /// Keeps rows, items, definitions and code behind what is kept in the same block.
    fn keep_parts(&self, open: &[bool], places: &[Place], around: &[u16], kept: &mut [bool]) {
        let ends = self.ends(|role| role == Role::ListItem);
        let mut has_kept_above = vec![false; self.structure.containers.len()];
        for index in 0..kept.len() {
            let mark = &self.marks[index];
            let Some(region) = places[mark.container as usize].region else { continue };
            let is_item = mark.role == Role::ListItem;
            let is_in_table = Within::Table.is_in(mark.within & !around[region]);
            let bar = match mark.role {
                Role::TableRow => ROW,
                Role::Paragraph | Role::Other if is_in_table => ROW,
                Role::ListItem => ITEM,
                Role::Definition => DEFINITION,
                Role::Pre => CODE,
                _ => i32::MAX,
            };
            let bar = match has_kept_above[region] {
                true => bar,
                false if is_item && kept.get(ends[index]) == Some(&true) => FIRST_ITEM,
                false => i32::MAX,
            };
            if open[index]
                && !(bar == ROW && self.is_of_figures(index))
                && self.scores[index].is_some_and(|(score, _)| score >= bar)
            {
                kept[index] = true;
            }
            has_kept_above[region] |= kept[index];
        }
    }

    /// For each line, the first at or below it that no `is_part` is.
    fn ends(&self, is_part: impl Fn(Role) -> bool) -> Vec<usize> {
        let mut ends: Vec<usize> = (0..self.marks.len()).collect();
        for index in (0..ends.len()).rev().filter(|index| is_part(self.marks[*index].role)) {
            ends[index] = ends.get(index + 1).copied().unwrap_or(ends.len());
        }
        ends
    }

    /// Whether line `index` ends as a sentence, or leads to what follows.
    fn ends_as_prose(&self, index: usize) -> bool {
        self.lines[index].is_closed || self.lines[index].text.ends_with([':', '：'])
    }

    /// Whether line `index` is figures rather than words.
    fn is_of_figures(&self, index: usize) -> bool {
        self.lines[index].digit_count as i32 * 2 > self.page.facts[index].ink
    }

    /// Keeps headings above a line that is kept, right below another or where a block begins.
    fn keep_headings(&self, open: &[bool], kept: &mut [bool]) {
        let is_heading = |role: Role| matches!(role, Role::Heading(_));
        let ends = self.ends(is_heading);
        let mut above = false;
        for index in 0..kept.len() {
            if !is_heading(self.marks[index].role) {
                above = kept[index];
                continue;
            }
            let below = ends[index];
            kept[index] |= open[index]
                && self.scores[index].is_some_and(|(score, _)| score >= HEADING)
                && kept.get(below) == Some(&true)
                && (above || self.opens_block_of(index, below));
        }
    }

    /// Whether the block around line `index` begins with it, dates aside, and holds line `below`.
    fn opens_block_of(&self, index: usize, below: usize) -> bool {
        let block = self.structure.containers[self.marks[index].container as usize].parent;
        let holds = |line: usize| {
            let mut at = self.marks[line].container;
            while at > block {
                at = self.structure.containers[at as usize].parent;
            }
            at == block
        };
        let is_date = |line: usize| {
            by_words(&self.lines[line]) == Some(Kind::DateHeader)
                || Cue::Date.is_in(self.marks[line].own_cues)
        };
        let above = (0..index).rev().find(|above| !is_date(*above));
        block > 0 && holds(below) && !above.is_some_and(holds)
    }
}
