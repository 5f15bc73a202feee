//! What a page's structure tells the model of each line: its element, the names around it, and
//! the blocks it stands in beside how much prose they hold.
//!
//! Invariant: names and values stand side by side, once, in `Structure::each`; integers only.

use super::features::{Page, share};
use crate::page::{Container, Cue, Mark, Region, Role, Within};

/// How many blocks around a line are looked at.
const LEVELS: usize = 5;
const FAR: i32 = 99;

/// What a block holds, the blocks inside it included.
#[derive(Debug, Clone, Copy, Default)]
struct Content {
    ink: i32,
    strong_ink: i32,
    link_chars: i32,
    lines: i32,
    strong_lines: i32,
    record_lines: i32,
    headings: i32,
    first_line: i32,
    last_line: i32,
    /// Sure prose of the blocks right inside, as candidates for the article's own block.
    prose_of_children: i32,
}

/// A page's structure.
#[derive(Debug)]
pub struct Structure<'a> {
    page: &'a Page<'a>,
    marks: &'a [Mark],
    containers: &'a [Container],
    contents: Vec<Content>,
    /// The block that holds the most prose right inside it.
    main: usize,
    /// Whether each block is `main` or in it.
    in_main: Vec<bool>,
    /// Sure prose by role: paragraphs, others.
    strong_ink: i32,
    record_lines: i32,
    /// For each line, the lines since and until sure prose in the main block.
    near: Vec<(i32, i32)>,
    /// Sums of `in_record` lines before each.
    records: Vec<i32>,
}

impl<'a> Structure<'a> {
    /// Sums up what the blocks of the page hold; a mark for each line of `page`.
    pub fn of(page: &'a Page<'a>, marks: &'a [Mark], containers: &'a [Container]) -> Self {
        let mut contents =
            vec![Content { first_line: i32::MAX, ..Content::default() }; containers.len()];
        let mut records = vec![0];
        for (index, mark) in marks.iter().enumerate() {
            let content = &mut contents[mark.container as usize];
            let ink = page.facts[index].ink;
            let strong = page.is_strong(index);
            content.ink += ink;
            content.link_chars += mark.link_chars as i32;
            content.lines += 1;
            content.record_lines += i32::from(mark.in_record);
            content.headings += i32::from(matches!(mark.role, Role::Heading(_)));
            content.first_line = content.first_line.min(index as i32);
            content.last_line = content.last_line.max(index as i32);
            if strong {
                content.strong_lines += 1;
                content.strong_ink += ink;
            }
            records.push(records[index] + i32::from(mark.in_record));
        }
        for index in (1..containers.len()).rev() {
            let (own, parent) = (contents[index], containers[index].parent as usize);
            // Prose in the block itself, or one level down, as paragraphs are.
            let prose = own.strong_ink;
            let around = &mut contents[parent];
            around.ink += own.ink;
            around.strong_ink += own.strong_ink;
            around.link_chars += own.link_chars;
            around.lines += own.lines;
            around.strong_lines += own.strong_lines;
            around.record_lines += own.record_lines;
            around.headings += own.headings;
            around.first_line = around.first_line.min(own.first_line);
            around.last_line = around.last_line.max(own.last_line);
            if own.lines == 1 {
                around.prose_of_children += prose;
            }
        }
        let main = main_block(&contents, containers);
        let mut in_main = vec![false; containers.len()];
        for index in 0..containers.len() {
            in_main[index] = index == main || in_main[containers[index].parent as usize];
        }
        let near = near(page, marks, &in_main);
        let strong_ink = contents.first().map_or(0, |content| content.strong_ink);
        let record_lines = contents.first().map_or(0, |content| content.record_lines);
        Self {
            page,
            marks,
            containers,
            contents,
            main,
            in_main,
            strong_ink,
            record_lines,
            near,
            records,
        }
    }

    /// Gives every feature of line `index`, name and value, in the order of a row.
    pub fn each(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        let mark = &self.marks[index];
        self.each_of_element(index, mark, put);
        for cue in Cue::ALL {
            let nearness = i32::from(cue.is_in(mark.cues)) + i32::from(cue.is_in(mark.own_cues));
            put(cue.name(), nearness);
        }
        for within in Within::ALL {
            put(within_name(*within), i32::from(within.is_in(mark.within)));
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
        let main = self.contents[self.main];
        // Blocks from the line up to the one that holds the main block too, and down to that.
        let (mut up, mut at) = (0, mark.container as usize);
        while !self.in_main[at] && !self.holds_main(at) {
            at = self.containers[at].parent as usize;
            up += 1;
        }
        let mut inside = 0;
        let mut inner = mark.container as usize;
        while self.in_main[inner] && inner != self.main {
            inner = self.containers[inner].parent as usize;
            inside += 1;
        }
        put("in_main", i32::from(self.in_main[mark.container as usize]));
        put("levels_in_main", if self.in_main[at] { inside } else { -1 });
        put("levels_up_to_main", up);
        let mut down = 0;
        let mut from_main = self.main;
        while from_main != at && from_main != 0 && !self.in_main[at] {
            from_main = self.containers[from_main].parent as usize;
            down += 1;
        }
        put("levels_down_to_main", down);
        let place = index as i32;
        put("lines_from_main_start", (place - main.first_line).clamp(-FAR, FAR));
        put("lines_to_main_end", (main.last_line - place).clamp(-FAR, FAR));
        put("main_prose", main.strong_ink);
        put("main_share", share(main.strong_ink, self.strong_ink));
        put("main_links", share(main.link_chars, main.ink));
        put("since_main_prose", self.near[index].0);
        put("until_main_prose", self.near[index].1);
    }

    fn holds_main(&self, block: usize) -> bool {
        let mut at = self.main;
        while at > block {
            at = self.containers[at].parent as usize;
        }
        at == block
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
            put(bad, (mark.cues & BAD).count_ones() as i32);
            put(record, i32::from(mark.in_record));
            let is_same = parent(mark) == parent(own);
            put(same_block, i32::from(is_same) + i32::from(mark.container == own.container));
        }
    }
}

/// Names of what an article is not.
const BAD: u32 = Cue::Comment.bit()
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
const GOOD: u32 = Cue::ArticleBody.bit() | Cue::Article.bit();

/// The block with the most sure prose in blocks of one line right inside it, or in itself.
fn main_block(contents: &[Content], containers: &[Container]) -> usize {
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
fn near(page: &Page, marks: &[Mark], in_main: &[bool]) -> Vec<(i32, i32)> {
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

/// Thousandths of the line that are words of links.
fn link_share(mark: &Mark, ink: i32) -> i32 {
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

fn within_name(within: Within) -> &'static str {
    match within {
        Within::Main => "in_main_element",
        Within::Article => "in_article",
        Within::Aside => "in_aside",
        Within::Nav => "in_nav",
        Within::Header => "in_header",
        Within::Footer => "in_footer",
        Within::Section => "in_section",
        Within::Form => "in_form",
        Within::Figure => "in_figure",
        Within::Table => "in_table",
        Within::List => "in_list",
        Within::Quote => "in_quote",
        Within::Link => "in_link",
    }
}
