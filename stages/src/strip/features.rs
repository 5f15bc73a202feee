//! The first row of features of each line: the line, its neighbours and its place on the page.
//!
//! Invariant: a feature's name and value stand side by side, once, in `Page::each`; rows and the
//! list of names come from that one place, so they cannot disagree. Invariant: integers only.

use std::ops::Range;

use super::distances::{Distances, FAR, core, distances, is_stamp, runs};
use super::facts::{self, End, Facts};
use super::line::Line;
use super::rules::Judged;
use super::vocabulary::Vocabulary;

/// A line of at least this weight is sure prose by its own evidence.
const STRONG: i32 = 5;
/// Evidence of this weight or less is a rule's word against the line, which stands.
const RULED_OUT: i32 = -8;
/// A line of fewer words, this many lines or more from sure prose, is not the article.
const FAR_OFF_WORDS: usize = 6;
const FAR_OFF_LINES: i32 = 8;

/// A page's lines with all that the features of one line need of the others.
#[derive(Debug)]
pub struct Page<'a> {
    lines: &'a [Line<'a>],
    pub facts: Vec<Facts>,
    judged: &'a Judged,
    /// Sums over the lines before each, one more than lines: letters and digits …
    ink: Vec<i32>,
    /// … of sure prose, …
    strong_ink: Vec<i32>,
    /// … of what the rules keep, …
    kept_ink: Vec<i32>,
    /// … and the number of lines of sure prose.
    strong_count: Vec<i32>,
    /// Sums as above: words of notices, words that speak to the reader, and stamps.
    notice_words: Vec<i32>,
    reader_words: Vec<i32>,
    stamps: Vec<i32>,
    /// The densest stretch of sure prose.
    core: Range<usize>,
    /// Lines since and until sure prose, a heading's mark, and cues that open or close a section.
    near: Vec<Distances>,
    /// Lines in a row as short or as long, and with the same mark.
    runs: Vec<(i32, i32)>,
    /// Thousandths of the line's long words that sure prose has, and the title.
    shared: Vec<(i32, i32)>,
    /// How many lines are longer.
    ranks: Vec<i32>,
    blank_share: i32,
    link_share: i32,
}

impl<'a> Page<'a> {
    /// Looks at all lines of `text` once.
    pub fn of(text: &str, lines: &'a [Line<'a>], judged: &'a Judged) -> Self {
        let mut facts = Vec::with_capacity(lines.len());
        let mut at = lines
            .first()
            .map_or(0, |line| text[..line.span.start as usize].rfind('\n').unwrap_or_default());
        for line in lines {
            facts.push(Facts::of(line, &text[at..line.span.start as usize]));
            at = line.span.end as usize;
        }
        let strong: Vec<bool> =
            judged.said.evidence.iter().map(|line| line.weight >= STRONG).collect();
        let sums = |value: &dyn Fn(usize) -> i32| {
            let mut sum = 0;
            let mut sums = vec![0];
            sums.extend((0..lines.len()).map(|index| {
                sum += value(index);
                sum
            }));
            sums
        };
        let ink = sums(&|index| facts[index].ink);
        let strong_ink = sums(&|index| if strong[index] { facts[index].ink } else { 0 });
        let kept_ink = sums(&|index| if judged.kept[index] { facts[index].ink } else { 0 });
        let strong_count = sums(&|index| i32::from(strong[index]));
        let notice_words = sums(&|index| lines[index].notice_word_count as i32);
        let reader_words = sums(&|index| lines[index].reader_word_count as i32);
        let stamps = sums(&|index| i32::from(is_stamp(&lines[index], &facts[index])));
        let vocabulary = Vocabulary::of(lines, &strong, judged.title);
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|index| (-facts[*index].ink, *index));
        let mut ranks = vec![0; lines.len()];
        for (rank, index) in (0..).zip(order) {
            ranks[index] = rank;
        }
        let blank: i32 = facts.iter().map(|facts| i32::from(facts.blank_before > 0)).sum();
        let links: i32 = facts.iter().map(|facts| i32::from(facts.links > 0)).sum();
        Self {
            near: distances(lines, &facts, &strong),
            core: core(&facts, &strong),
            runs: runs(lines, &facts),
            shared: vocabulary.shares(0..lines.len(), &strong),
            ranks,
            blank_share: share(blank, lines.len() as i32),
            link_share: share(links, lines.len() as i32),
            lines,
            facts,
            judged,
            ink,
            strong_ink,
            kept_ink,
            strong_count,
            notice_words,
            reader_words,
            stamps,
        }
    }

    /// The number of lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// What the words of a line say it is, as a number; 0 for nothing.
    pub fn cue_code(&self, index: usize) -> i32 {
        facts::cue_code(&self.lines[index])
    }

    /// Sure prose, by its own evidence.
    pub fn is_strong(&self, index: usize) -> bool {
        self.judged.said.evidence[index].weight >= STRONG
    }

    /// Whether line `index` is surely not the article, so that no model need be asked: its words
    /// say what it is, or it has no word, or few, and no sure prose is near.
    pub fn is_ruled_out(&self, index: usize) -> bool {
        let (since, until) = self.near[index].strong;
        let is_short = self.lines[index].word_count < FAR_OFF_WORDS && !self.judged.kept[index];
        self.facts[index].ink == 0
            || self.judged.said.evidence[index].weight <= RULED_OUT
            || is_short && since.min(until) >= FAR_OFF_LINES
    }

    /// Gives every feature of line `index`, name and value, in the order of a row.
    pub fn each(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        self.each_of_line(index, put);
        self.each_of_place(index, put);
        self.each_of_distance(index, put);
        self.each_of_neighbours(index, put);
    }

    fn each_of_line(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        let (line, facts) = (&self.lines[index], &self.facts[index]);
        let words = line.word_count as i32;
        put("rules_weight", self.judged.said.evidence[index].weight);
        put("rules_keep", i32::from(self.judged.kept[index]));
        put("words", words);
        put("ink", facts.ink);
        put("word_length", facts.ink * 10 / words.max(1));
        put("long_words", share(facts.long_words, words));
        put("function_words", share(line.function_word_count as i32, words));
        put("function_word_count", line.function_word_count as i32);
        put("notice_words", share(line.notice_word_count as i32, words));
        put("notice_word_count", line.notice_word_count as i32);
        put("reader_words", share(line.reader_word_count as i32, words));
        put("reader_word_count", line.reader_word_count as i32);
        put("capitals", share(line.capital_count as i32, words));
        put("upper_case", share(facts.uppers, facts.letters));
        put("digits", share(line.digit_count as i32, facts.ink));
        put("commas", facts.commas);
        put("comma_share", share(facts.commas, words));
        put("stops", facts.stops);
        put("stop_share", share(facts.stops, words));
        put("quotes", facts.quotes);
        put("separators", share(facts.separators, words));
        put("marks", share(facts.marks, words));
        put("symbols", share(facts.symbols, words));
        put("brackets", facts.brackets);
        put("links", facts.links);
        put("link_share", share(facts.link_ink, facts.ink));
        put("list_or_heading_mark", facts.mark);
        put("indent", facts.indent);
        put("blank_before", facts.blank_before);
        put("begins_lower", i32::from(facts.begins_lower));
        put("ends_with", facts.ends as i32);
        put("closed", i32::from(line.is_closed));
        put("address", i32::from(facts.has_address));
        put("time_of_day", i32::from(facts.has_time));
        put("date", i32::from(line.has_date) + i32::from(line.is_date));
        put("breadcrumb", i32::from(line.is_breadcrumb));
        put("cue", facts::cue_code(line));
        put("cue_place", facts::cue_place(line));
        put("repeats", self.judged.said.repeats[index].equal);
        put("repeats_earlier", i32::from(self.judged.said.repeats[index].earlier));
        put("opening_repeats", self.judged.said.repeats[index].opening);
        put("body_words", self.shared[index].0);
        put("title_words", self.shared[index].1);
    }

    fn each_of_place(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        let count = self.len();
        let (all, strong) = (self.ink[count], self.strong_ink[count]);
        put("page_lines", count as i32);
        put("page_ink", all);
        put("page_strong_share", share(strong, all));
        put("page_kept_share", share(self.kept_ink[count], all));
        put("page_strong_lines", self.strong_count[count]);
        put("page_blank_lines", self.blank_share);
        put("page_links", self.link_share);
        put("place_by_lines", share(index as i32, count as i32));
        put("place_by_ink", share(self.ink[index], all));
        put("lines_after", ((count - index) as i32).min(FAR));
        put("strong_above", share(self.strong_ink[index], strong));
        put("strong_lines_above", self.strong_count[index].min(FAR));
        put("strong_lines_below", (self.strong_count[count] - self.strong_count[index]).min(FAR));
        put("kept_above", share(self.kept_ink[index], self.kept_ink[count]));
        put("length_rank", self.ranks[index].min(FAR));
        put("share_of_page", share(self.facts[index].ink, all));
        let title = self.judged.title.map_or(FAR, |title| index as i32 - title as i32);
        put("lines_below_title", title.clamp(-FAR, FAR));
        let title_first = self.judged.title.map_or(0, |title| self.ink[title]);
        put("ink_below_title", self.ink[index] - title_first);
        for (name, kept, radius) in [
            ("strong_share_within_3", "kept_share_within_3", 3),
            ("strong_share_within_8", "kept_share_within_8", 8),
            ("strong_share_within_20", "kept_share_within_20", 20),
        ] {
            let (from, to) = (index.saturating_sub(radius), (index + radius + 1).min(count));
            let whole = self.ink[to] - self.ink[from];
            put(name, share(self.strong_ink[to] - self.strong_ink[from], whole));
            put(kept, share(self.kept_ink[to] - self.kept_ink[from], whole));
        }
        let (first, last) = (self.core.start, self.core.end.saturating_sub(1));
        let outside = index.saturating_sub(last) as i32 - first.saturating_sub(index) as i32;
        put("lines_from_core", outside.clamp(-FAR, FAR));
        put("ink_from_core", self.ink[index] - self.ink[index.clamp(first, last)]);
        let core = self.strong_ink[self.core.end] - self.strong_ink[first];
        put("core_share", share(core, strong));
        let (from, to) = (index.saturating_sub(3), (index + 4).min(count));
        let whole = self.ink[to] - self.ink[from];
        put("notice_within_3", share(8 * (self.notice_words[to] - self.notice_words[from]), whole));
        put("reader_within_3", share(8 * (self.reader_words[to] - self.reader_words[from]), whole));
        put("stamps_above", self.stamps[index].min(FAR));
        put("stamps_below", (self.stamps[count] - self.stamps[index]).min(FAR));
        let (above, below) = (index.saturating_sub(4), (index + 5).min(count));
        let between = |sums: &[i32], from: usize, to: usize| sums[to] - sums[from];
        put("ink_within_4_above", between(&self.ink, above, index));
        put("ink_within_4_below", between(&self.ink, index + 1, below));
        put("strong_ink_within_4_above", between(&self.strong_ink, above, index));
        put("strong_ink_within_4_below", between(&self.strong_ink, index + 1, below));
    }

    fn each_of_distance(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        let near = &self.near[index];
        put("lines_since_strong", near.strong.0);
        put("lines_until_strong", near.strong.1);
        put("lines_since_heading", near.heading.0);
        put("lines_until_heading", near.heading.1);
        put("lines_since_related", near.related.0);
        put("lines_until_related", near.related.1);
        put("lines_since_comments", near.comments.0);
        put("lines_until_comments", near.comments.1);
        put("lines_since_newsletter", near.newsletter.0);
        put("lines_until_newsletter", near.newsletter.1);
        put("lines_since_legal", near.legal.0);
        put("lines_until_legal", near.legal.1);
        put("lines_since_social", near.social.0);
        put("lines_until_social", near.social.1);
        put("lines_since_date", near.date.0);
        put("lines_until_date", near.date.1);
        put("lines_since_byline", near.byline.0);
        put("lines_until_byline", near.byline.1);
        put("lines_since_stamp", near.stamp.0);
        put("lines_until_stamp", near.stamp.1);
        put("short_run", self.runs[index].0);
        put("mark_run", self.runs[index].1);
        let ink_to = |distance: i32, down: bool| {
            let other = if down {
                index + distance as usize
            } else {
                index.wrapping_sub(distance as usize)
            };
            if distance >= FAR || other >= self.len() {
                return FAR * FAR;
            }
            if down {
                self.ink[other] - self.ink[index]
            } else {
                self.ink[index] - self.ink[other + 1]
            }
        };
        put("ink_since_strong", ink_to(near.strong.0, false));
        put("ink_until_strong", ink_to(near.strong.1, true));
        let heading = index.checked_sub(near.heading.0 as usize).filter(|_| near.heading.0 < FAR);
        let from = heading.unwrap_or(0);
        let to = index + 1 + near.heading.1 as usize;
        let to = if near.heading.1 < FAR { to.min(self.len()) } else { self.len() };
        let whole = self.ink[to] - self.ink[from];
        put("section_strong_share", share(self.strong_ink[to] - self.strong_ink[from], whole));
    }

    fn each_of_neighbours(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        const NAMES: [[&str; 11]; 6] = [
            [
                "above3_weight",
                "above3_words",
                "above3_ends_with",
                "above3_links",
                "above3_cue",
                "above3_capitals",
                "above3_function_words",
                "above3_mark",
                "above3_keep",
                "above3_body_words",
                "above3_indent",
            ],
            [
                "above2_weight",
                "above2_words",
                "above2_ends_with",
                "above2_links",
                "above2_cue",
                "above2_capitals",
                "above2_function_words",
                "above2_mark",
                "above2_keep",
                "above2_body_words",
                "above2_indent",
            ],
            [
                "above_weight",
                "above_words",
                "above_ends_with",
                "above_links",
                "above_cue",
                "above_capitals",
                "above_function_words",
                "above_mark",
                "above_keep",
                "above_body_words",
                "above_indent",
            ],
            [
                "below_weight",
                "below_words",
                "below_ends_with",
                "below_links",
                "below_cue",
                "below_capitals",
                "below_function_words",
                "below_mark",
                "below_keep",
                "below_body_words",
                "below_indent",
            ],
            [
                "below2_weight",
                "below2_words",
                "below2_ends_with",
                "below2_links",
                "below2_cue",
                "below2_capitals",
                "below2_function_words",
                "below2_mark",
                "below2_keep",
                "below2_body_words",
                "below2_indent",
            ],
            [
                "below3_weight",
                "below3_words",
                "below3_ends_with",
                "below3_links",
                "below3_cue",
                "below3_capitals",
                "below3_function_words",
                "below3_mark",
                "below3_keep",
                "below3_body_words",
                "below3_indent",
            ],
        ];
        for (names, step) in NAMES.iter().zip([-3_isize, -2, -1, 1, 2, 3]) {
            let other = index.checked_add_signed(step).filter(|other| *other < self.len());
            let Some(other) = other else {
                names.iter().for_each(|name| put(name, -FAR));
                continue;
            };
            let (line, facts) = (&self.lines[other], &self.facts[other]);
            let words = line.word_count as i32;
            put(names[0], self.judged.said.evidence[other].weight);
            put(names[1], words);
            put(names[2], facts.ends as i32);
            put(names[3], share(facts.link_ink, facts.ink));
            put(names[4], facts::cue_code(line));
            put(names[5], share(line.capital_count as i32, words));
            put(names[6], share(line.function_word_count as i32, words));
            put(names[7], facts.mark);
            put(names[8], i32::from(self.judged.kept[other]));
            put(names[9], self.shared[other].0);
            put(names[10], facts.indent - self.facts[index].indent);
        }
        let above = index.checked_sub(1).map(|above| &self.facts[above]);
        let open = above.is_some_and(|above| matches!(above.ends, End::Letter | End::Comma));
        put("goes_on", i32::from(open && self.facts[index].begins_lower));
    }
}

/// `part` of `whole` in thousandths.
pub fn share(part: i32, whole: i32) -> i32 {
    (i64::from(part) * 1000 / i64::from(whole.max(1))) as i32
}
