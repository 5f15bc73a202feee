//! What a page's structure tells the model of each line: its element, the names around it, and
//! the blocks it stands in beside how much prose they hold.
//!
//! Invariant: names and values stand side by side, once, in `Structure::each`; integers only.

use std::borrow::Cow;

use super::super::features::{Page, share};
use super::blocks::{
    Ancestry, BAD, Content, FAR, GOOD, OTHER, alike, contents, cues, headings, idle_name,
    main_block, near,
};
use crate::page::{Container, Cue, Mark, Region, Role, Within};

/// How many blocks around a line are looked at.
const LEVELS: usize = 5;

/// A page's structure.
#[derive(Debug)]
pub struct Structure<'a> {
    page: &'a Page<'a>,
    marks: &'a [Mark],
    /// Without the name that tells nothing.
    pub containers: Cow<'a, [Container]>,
    /// The bit of `Cue` that tells nothing on this page, or none.
    idle: u32,
    contents: Vec<Content>,
    /// Bits of `Cue` of each block and those around it, but for blocks that hold the title: what
    /// these are called says nothing of their parts.
    cues: Vec<u32>,
    /// The line of the title.
    title: Option<usize>,
    /// The block that holds the most prose right inside it.
    main: Ancestry,
    /// The block whose prose outweighs all else by the most.
    worthy: Ancestry,
    /// Sure prose by role: paragraphs, others.
    strong_ink: i32,
    record_lines: i32,
    /// For each line, the lines since and until sure prose in the main block.
    near: Vec<(i32, i32)>,
    /// Sums of `in_record` lines before each.
    records: Vec<i32>,
    /// By likeness of blocks, sorted: lines, and letters and digits of sure prose, right in them.
    alike: Vec<(u32, i32, i32, i32)>,
    /// For each line, the heading above it.
    headings: Vec<Option<usize>>,
}

impl<'a> Structure<'a> {
    /// Sums up what the blocks of the page hold; a mark for each line of `page`.
    pub fn of(
        page: &'a Page<'a>,
        marks: &'a [Mark],
        containers: &'a [Container],
        title: Option<usize>,
    ) -> Self {
        let mut cues = cues(marks, containers, title);
        let idle = idle_name(page, marks, &cues);
        let mut containers = Cow::Borrowed(containers);
        if idle != 0 {
            cues.iter_mut().for_each(|cues| *cues &= !idle);
            containers.to_mut().iter_mut().for_each(|container| container.cues &= !idle);
        }
        let contents = contents(page, marks, &containers, &cues);
        let mut records = vec![0];
        for (index, mark) in marks.iter().enumerate() {
            records.push(records[index] + i32::from(mark.in_record));
        }
        let main = Ancestry::of(main_block(&contents, &containers), &containers);
        let worth = |index: &usize| (contents[*index].worth, *index);
        let worthy = (0..contents.len()).max_by_key(worth).unwrap_or_default();
        let worthy = Ancestry::of(worthy, &containers);
        let near = near(page, marks, &main.is_in);
        let headings = headings(page, marks);
        let alike = alike(page, marks, &containers, &cues);
        let strong_ink = contents.first().map_or(0, |content| content.strong_ink);
        let record_lines = records[marks.len()];
        Self {
            page,
            marks,
            containers,
            idle,
            contents,
            cues,
            title,
            main,
            worthy,
            strong_ink,
            record_lines,
            near,
            records,
            alike,
            headings,
        }
    }

    /// Whether line `index` is surely none of the article: a link alone outside the article's
    /// block, an entry of a menu, a button.
    pub fn is_apart(&self, index: usize, word_count: usize) -> bool {
        const LINK_SHARE: i32 = 800;
        const LINK_WORDS_MAX: usize = 20;
        let mark = &self.marks[index];
        let is_link = link_share(mark, self.page.facts[index].ink) >= LINK_SHARE
            && word_count < LINK_WORDS_MAX
            && !self.main.is_in[mark.container as usize];
        is_link || Within::Nav.is_in(mark.within) || mark.role == Role::Control
    }

    /// What block `index` holds.
    pub fn content(&self, index: usize) -> &Content {
        &self.contents[index]
    }

    /// The bits of `Cue` of the blocks around line `index`, and of its own element.
    pub fn cues(&self, index: usize) -> u32 {
        let mark = &self.marks[index];
        self.cues[mark.container as usize] | self.own_cues(mark)
    }

    /// The bits of `Cue` of the line's own element that tell something.
    pub fn own_cues(&self, mark: &Mark) -> u32 {
        mark.own_cues & !self.idle
    }

    /// Gives every feature of line `index`, name and value, in the order of a row.
    pub fn each(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        let mark = &self.marks[index];
        self.each_of_element(index, mark, put);
        for cue in Cue::ALL {
            let (around, own) = (self.cues[mark.container as usize], self.own_cues(mark));
            put(cue.feature(), i32::from(cue.is_in(around)) + i32::from(cue.is_in(own)));
        }
        for within in Within::ALL {
            put(within.feature(), i32::from(within.is_in(mark.within)));
        }
        self.each_of_blocks(mark, put);
        self.each_of_main(index, mark, put);
        self.each_of_neighbours(index, put);
    }

    fn each_of_element(&self, index: usize, mark: &Mark, put: &mut impl FnMut(&'static str, i32)) {
        put("role", role_code(mark.role));
        put(
            "heading_level",
            if let Role::Heading(level) = mark.role { i32::from(level) } else { 0 },
        );
        put("region", region_code(mark.region));
        put("depth", i32::from(mark.depth));
        put("anchor_share", link_share(mark, self.page.facts[index].ink));
        put("anchor_chars", (mark.link_chars as i32).min(999));
        put("ancestors_bad", (self.cues[mark.container as usize] & BAD).count_ones() as i32);
        put("ancestors_other", (self.cues[mark.container as usize] & OTHER).count_ones() as i32);
        let from_title = self.title.map_or(FAR, |title| index as i32 - title as i32);
        put("from_headline", from_title.clamp(-FAR, FAR));
        let likeness = self.containers[mark.container as usize].likeness;
        let found = self.alike.binary_search_by_key(&likeness, |alike| alike.0);
        let (_, lines, ink, prose) = found.map_or((0, 0, 0, 0), |place| self.alike[place]);
        put("alike_lines", lines.min(FAR));
        put("alike_prose", share(prose, ink));
        put("alike_of_page", share(prose, self.contents[0].prose));
        put("in_record", i32::from(mark.in_record));
        put("record_lines", self.record_lines.min(FAR));
        put("record_above", self.records[index].min(FAR));
        put("record_below", (self.record_lines - self.records[index + 1]).min(FAR));
    }

    fn each_of_blocks(&self, mark: &Mark, put: &mut impl FnMut(&'static str, i32)) {
        const NAMES: [[&str; 9]; LEVELS] = [
            [
                "b0_ink",
                "b0_prose",
                "b0_links",
                "b0_lines",
                "b0_headings",
                "b0_page",
                "b0_bad",
                "b0_body",
                "b0_strong_lines",
            ],
            [
                "b1_ink",
                "b1_prose",
                "b1_links",
                "b1_lines",
                "b1_headings",
                "b1_page",
                "b1_bad",
                "b1_body",
                "b1_strong_lines",
            ],
            [
                "b2_ink",
                "b2_prose",
                "b2_links",
                "b2_lines",
                "b2_headings",
                "b2_page",
                "b2_bad",
                "b2_body",
                "b2_strong_lines",
            ],
            [
                "b3_ink",
                "b3_prose",
                "b3_links",
                "b3_lines",
                "b3_headings",
                "b3_page",
                "b3_bad",
                "b3_body",
                "b3_strong_lines",
            ],
            [
                "b4_ink",
                "b4_prose",
                "b4_links",
                "b4_lines",
                "b4_headings",
                "b4_page",
                "b4_bad",
                "b4_body",
                "b4_strong_lines",
            ],
        ];
        let mut at = mark.container as usize;
        for [ink, prose, links, lines, headings, page, bad, body, strong] in NAMES {
            let (content, cues) = (self.contents[at], self.containers[at].cues);
            put(ink, content.ink);
            put(prose, share(content.strong_ink, content.ink));
            put(links, share(content.link_chars, content.ink));
            put(lines, content.lines.min(FAR));
            put(headings, content.headings.min(FAR));
            put(page, share(content.strong_ink, self.strong_ink));
            put(bad, (cues & BAD).count_ones() as i32);
            put(body, (cues & GOOD).count_ones() as i32);
            put(strong, content.strong_lines.min(FAR));
            at = self.containers[at].parent as usize;
        }
    }

    fn each_of_main(&self, index: usize, mark: &Mark, put: &mut impl FnMut(&'static str, i32)) {
        let place = index as i32;
        let block = mark.container as usize;
        const NAMES: [[&str; 8]; 2] = [
            [
                "levels_in_main",
                "levels_up_to_main",
                "levels_down_to_main",
                "from_main_start",
                "to_main_end",
                "main_prose",
                "main_share",
                "main_links",
            ],
            [
                "levels_in_worthy",
                "levels_up_to_worthy",
                "levels_down_to_worthy",
                "from_worthy_start",
                "to_worthy_end",
                "worthy_prose",
                "worthy_share",
                "worthy_links",
            ],
        ];
        for (names, ancestry) in NAMES.iter().zip([&self.main, &self.worthy]) {
            let [inside_name, up_name, down_name, start, end, prose, of_page, links] = names;
            let content = self.contents[ancestry.block];
            let (inside, up, down) = ancestry.way(block, &self.containers);
            put(inside_name, inside);
            put(up_name, up);
            put(down_name, down);
            put(start, (place - content.first_line).clamp(-FAR, FAR));
            put(end, (content.last_line - place).clamp(-FAR, FAR));
            put(prose, content.strong_ink);
            put(of_page, share(content.strong_ink, self.strong_ink));
            put(links, share(content.link_chars, content.ink));
        }
        put("since_main_prose", self.near[index].0);
        put("until_main_prose", self.near[index].1);
        self.each_of_heading(index, put);
    }

    fn each_of_heading(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        let heading = self.headings[index];
        let lines = heading.map_or(FAR, |heading| (index - heading) as i32);
        put("lines_since_headline", lines.min(FAR));
        put("headline_cue", heading.map_or(-1, |heading| self.page.cue_code(heading)));
        let level = heading.map_or(0, |heading| match self.marks[heading].role {
            Role::Heading(level) => i32::from(level),
            _ => 0,
        });
        put("headline_level", level);
        // Blocks from the line up to the one that holds its heading.
        let mut up = 0;
        if let Some(heading) = heading {
            let mut at = self.marks[index].container as usize;
            while up < 9 && self.contents[at].first_line > heading as i32 {
                at = self.containers[at].parent as usize;
                up += 1;
            }
        }
        put("levels_to_headline", if heading.is_some() { up } else { -1 });
        let bad = heading.map_or(0, |heading| {
            (self.cues[self.marks[heading].container as usize] & BAD).count_ones()
        });
        put("headline_bad", bad as i32);
    }

    fn each_of_neighbours(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        const NAMES: [(&str, &str, &str, &str, &str, isize); 4] = [
            ("up2_role", "up2_anchors", "up2_bad", "up2_record", "up2_same_block", -2),
            ("up_role", "up_anchors", "up_bad", "up_record", "up_same_block", -1),
            ("down_role", "down_anchors", "down_bad", "down_record", "down_same_block", 1),
            ("down2_role", "down2_anchors", "down2_bad", "down2_record", "down2_same_block", 2),
        ];
        let parent = |mark: &Mark| self.containers[mark.container as usize].parent;
        for (role, anchors, bad, record, same_block, step) in NAMES {
            let other = index.checked_add_signed(step);
            let found = other.and_then(|other| Some((other, self.marks.get(other)?)));
            let (own, (other, mark)) = match found {
                Some(found) => (&self.marks[index], found),
                None => {
                    for name in [role, anchors, bad, record, same_block] {
                        put(name, -1);
                    }
                    continue;
                }
            };
            put(role, role_code(mark.role));
            put(anchors, link_share(mark, self.page.facts[other].ink));
            put(bad, (self.cues[mark.container as usize] & BAD).count_ones() as i32);
            put(record, i32::from(mark.in_record));
            let is_same = parent(mark) == parent(own);
            put(same_block, i32::from(is_same) + i32::from(mark.container == own.container));
        }
    }
}

/// Thousandths of the line that are words of links.
pub fn link_share(mark: &Mark, ink: i32) -> i32 {
    share(mark.link_chars as i32, ink).min(1000)
}

fn role_code(role: Role) -> i32 {
    match role {
        Role::Paragraph => 0,
        Role::Quote => 1,
        Role::Pre => 2,
        Role::Heading(_) => 3,
        Role::ListItem => 4,
        Role::Definition => 5,
        Role::TableRow => 6,
        Role::Other => 7,
        Role::Caption => 8,
        Role::Control => 9,
    }
}

fn region_code(region: Region) -> i32 {
    match region {
        Region::Article => 0,
        Region::Main => 1,
        Region::None => 2,
        Region::Header => 3,
        Region::Aside => 4,
        Region::Footer => 5,
        Region::Nav => 6,
    }
}
