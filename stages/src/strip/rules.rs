//! What the rules alone keep of a page: evidence, smoothed, then what stands apart from the article
//! dropped again. The model is told it, line by line.

use std::ops::Range;

use super::judge::{Evidence, SWITCH_COST, evidence, keep};
use super::line::{Line, begins_with_capital};
use super::title::TITLE_WORDS_MIN;
use super::vocabulary::{self, Repeats};
use crate::layers::Kind;

/// A kept stretch apart from the main one needs this share of its characters, in hundredths …
const ISLAND_SHARE: usize = 12;
/// … or no more dropped lines than this between.
const ISLAND_GAP_LINES: usize = 4;

/// What the lines say by themselves, and what they say again.
#[derive(Debug)]
pub struct Said {
    pub evidence: Vec<Evidence>,
    pub repeats: Vec<Repeats>,
}

/// What the rules alone say of each line, and which is the title.
#[derive(Debug)]
pub struct Judged {
    pub said: Said,
    pub kept: Vec<bool>,
    pub title: Option<usize>,
}

/// The title among lines of which something was said and some kept: `title::find`, `title::guess`.
pub type ChooseTitle = fn(&[Line], &Said, &[bool]) -> Option<usize>;

/// Judges the lines by rules.
pub fn judge(lines: &[Line], choose_title: ChooseTitle) -> Judged {
    let repeats = vocabulary::repeats(lines);
    let evidence: Vec<Evidence> =
        lines.iter().zip(&repeats).map(|(line, said)| evidence(line, said.equal > 1)).collect();
    let weights: Vec<i32> = evidence.iter().map(|line| line.weight).collect();
    let kept = keep(&weights, SWITCH_COST);
    let mut page = Rules { lines, evidence: &evidence, kept };
    page.drop_comments();
    page.drop_islands();
    page.drop_edges();
    page.drop_headline_runs();
    let kept = page.kept;
    let said = Said { evidence, repeats };
    let title = choose_title(lines, &said, &kept);
    Judged { said, kept, title }
}

struct Rules<'a> {
    lines: &'a [Line<'a>],
    evidence: &'a [Evidence],
    kept: Vec<bool>,
}

impl Rules<'_> {
    /// The kept stretches as ranges of lines.
    fn stretches(&self) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for index in (0..self.kept.len()).filter(|index| self.kept[*index]) {
            match stretches.last_mut() {
                Some(last) if last.end == index => last.end = index + 1,
                _ => stretches.push(index..index + 1),
            }
        }
        stretches
    }

    fn prose_chars(&self, range: Range<usize>) -> usize {
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

    fn kept_chars(&self, range: Range<usize>) -> usize {
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
    fn closes_article(&self, range: Range<usize>) -> bool {
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
}
