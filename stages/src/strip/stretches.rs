//! Stretches that a mark of the page opens: entries of a live page below their times of day, lists
//! behind the article, and what a press release says of who sends it.
//!
//! Invariant: as in `mend`, each rule needs its mark beside lines that the article has, never a
//! score.

use std::ops::Range;

use super::cues;
use super::line::{Line, begins_with_capital};
use super::mend::{Page, is_article_closed, is_prose};
use super::vocabulary::Vocabulary;

/// Between the time of an entry and its paragraph stand a heading and a name.
const ENTRY_HEAD_LINES: usize = 2;
/// So many entries that are kept make a live page.
const ENTRIES_MIN: usize = 2;
/// The heading of an entry has so many words.
const ENTRY_HEAD_WORDS: Range<usize> = 2..17;
/// A list has at least so many items …
const FACTS_MIN: usize = 3;
const ITEMS_MIN: usize = 2;
/// … of at most so many words, …
const FACT_WORDS_MAX: usize = 20;
/// … with a label of at most so many, …
const LABEL_WORDS_MAX: usize = 6;
/// … and an item behind a mark of at least so many; …
const ITEM_WORDS_MIN: usize = 4;
/// … of which at most one in so many is of a notice or speaks to the reader, in whatever language;
/// …
const WORDS_A_READER: usize = 6;
/// … the article has this share of its long words, in thousandths.
const TOLD_SHARE_MIN: i32 = 80;
/// Its heading has at most so many words.
const HEADING_WORDS_MAX: usize = 7;
/// A line-up has at least so many marks between its names, …
const LINE_UP_MARKS_MIN: usize = 8;
/// … and a match at least so many line-ups.
const LINE_UPS_MIN: usize = 2;
/// More figures without words are a telephone's.
const FIGURES_MAX: usize = 8;
/// A heading like "about the firm" has at most so many words …
const ABOUT_WORDS_MAX: usize = 8;
/// … and the firm's name stands in so many bytes of the next line.
const ABOUT_BYTES: usize = 160;
/// At most so many lines of it are kept.
const ABOUT_LINES_MAX: usize = 4;

impl Page<'_> {
    /// Headings and paragraphs of entries below a time of day, where other entries are kept.
    pub fn live_entries(&self) -> Vec<(usize, bool)> {
        let lines = self.lines;
        let paragraph_of = |clock: usize| {
            let below = clock + 1..lines.len().min(clock + 2 + ENTRY_HEAD_LINES);
            below
                .into_iter()
                .find(|at| self.kept[*at] && lines[*at].is_closed || is_prose(&lines[*at]))
        };
        let clocks = (0..lines.len()).filter(|index| is_clock(&lines[*index]));
        let entries: Vec<(usize, usize)> =
            clocks.filter_map(|clock| Some((clock, paragraph_of(clock)?))).collect();
        let is_kept = |(_, paragraph): &&(usize, usize)| self.kept[*paragraph];
        let first = entries.iter().find(is_kept).map(|(clock, _)| *clock);
        let Some(first) = first.filter(|_| entries.iter().filter(is_kept).count() >= ENTRIES_MIN)
        else {
            return Vec::new();
        };
        let end = (first..lines.len()).find(|index| is_article_closed(&lines[*index]));
        let is_inside =
            |(clock, _): &&(usize, usize)| (first..end.unwrap_or(lines.len())).contains(clock);
        let mut found = Vec::new();
        for (clock, paragraph) in entries.iter().filter(is_inside) {
            let heads = (clock + 1..*paragraph).take(1).filter(|at| is_head_of_entry(&lines[*at]));
            found.extend(
                heads.chain([*paragraph]).filter(|at| !self.kept[*at]).map(|at| (at, true)),
            );
        }
        found
    }

    /// Who played, with the heading and the goals, right behind the article: `Town: Lee; Hill, …`.
    pub fn line_ups(&self) -> Vec<(usize, bool)> {
        let lines = self.lines;
        let is_first = |index: &usize| {
            let pair = *index..*index + LINE_UPS_MIN;
            lines.get(pair).is_some_and(|pair| pair.iter().all(is_line_up))
        };
        let Some(start) = (1..lines.len()).find(is_first) else { return Vec::new() };
        let heading = Some(start - 1).filter(|above| *above > 0 && !self.kept[*above]);
        let first = heading.unwrap_or(start);
        if !self.kept[first - 1] || heading.is_some_and(|heading| !is_heading(&lines[heading])) {
            return Vec::new();
        }
        let rest = lines[start..].iter().take_while(|line| labelled(line).is_some());
        let all = first..start + rest.count();
        all.filter(|at| !self.kept[*at]).map(|at| (at, true)).collect()
    }

    /// Lists with their headings: of a label and a figure right behind the article, of items behind a
    /// mark inside it.
    pub fn lists(&self) -> Vec<(usize, bool)> {
        let lines = self.lines;
        let mut found = Vec::new();
        let mut start = 0;
        let mut words = None;
        while start < lines.len() {
            let run = |is: fn(&Line, &Line) -> bool| {
                lines[start..].iter().take_while(|line| is(line, &lines[start])).count()
            };
            let (facts, items) = (run(|line, _| is_fact(line)), run(is_item_beside));
            let end = start + facts.max(items).max(1);
            let is_list =
                facts >= FACTS_MIN || items >= ITEMS_MIN && self.kept.get(end) == Some(&true);
            let above = start
                .checked_sub(1)
                .filter(|_| is_list && !self.kept[start..end].iter().all(|kept| *kept));
            let heading = above.filter(|above| !self.kept[*above]);
            let before = heading.map_or(above, |heading| heading.checked_sub(1));
            if before.is_some_and(|before| self.kept[before])
                && heading.is_none_or(|heading| is_heading(&lines[heading]))
            {
                let words = words.get_or_insert_with(|| Vocabulary::of(lines, &self.kept, None));
                let shares = words.shares(start..end, &self.kept);
                let told = shares.iter().map(|(share, _)| (*share).max(0)).sum::<i32>();
                if told >= TOLD_SHARE_MIN * (end - start) as i32
                    || items >= FACTS_MIN && are_figures(&lines[start..end])
                {
                    found.extend(heading.into_iter().chain(start..end).map(|at| (at, true)));
                }
            }
            start = end;
        }
        found.retain(|(index, _)| !self.kept[*index]);
        found
    }

    /// What a press release says of who sends it, below a heading like "about the firm", up to its end.
    pub fn about_sender(&self) -> Vec<(usize, bool)> {
        let lines = self.lines;
        let is_about = |index: &usize| {
            let line = &lines[*index];
            line.word_count <= ABOUT_WORDS_MAX
                && !line.is_closed
                && self.kept.get(index + 1) == Some(&true)
                && cues::after_about(&line.folded)
                    .is_some_and(|name| opens_with(&lines[index + 1].folded, name))
        };
        let chars = |all: &mut dyn Iterator<Item = usize>| {
            all.filter(|at| self.kept[*at]).map(|at| lines[at].char_count).sum::<usize>()
        };
        let is_end = |index: &usize| {
            let count = self.kept[*index..].iter().filter(|kept| **kept).count();
            count <= ABOUT_LINES_MAX && chars(&mut (*index..lines.len())) <= chars(&mut (0..*index))
        };
        let start = (0..lines.len()).find(|index| is_about(index) && is_end(index));
        let start = start.unwrap_or(lines.len());
        (start..lines.len()).filter(|at| self.kept[*at]).map(|at| (at, false)).collect()
    }
}

fn is_head_of_entry(line: &Line) -> bool {
    let is_open = !line.is_closed || line.text.ends_with(['?', '!', '»', '”', '"']);
    is_open
        && ENTRY_HEAD_WORDS.contains(&line.word_count)
        && line.cue.is_none()
        && !line.is_links
        && !line.is_date
        && begins_with_capital(line.text)
}

/// `18:10 Uhr`, `Ore 17.55`, `9h05`: a time of day, with a short word beside it or alone.
fn is_clock(line: &Line) -> bool {
    const WORDS_MAX: usize = 2;
    const LETTERS_MAX: usize = 4;
    const DIGITS: Range<usize> = 3..5;
    let is_time = |word: &str| {
        let parts = word.split_once([':', '.', 'h']);
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        parts.is_some_and(|(hour, minute)| {
            (1..=2).contains(&hour.len())
                && minute.len() == 2
                && is_number(hour)
                && is_number(minute)
        })
    };
    let is_short = |word: &str| word.len() <= LETTERS_MAX && word.chars().all(char::is_alphabetic);
    if line.word_count > WORDS_MAX || !DIGITS.contains(&line.digit_count) {
        return false;
    }
    let mut words = line.text.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    words.next().is_none()
        && second.map_or(is_time(first), |second| {
            is_time(first) && is_short(second) || is_short(first) && is_time(second)
        })
}

fn is_heading(line: &Line) -> bool {
    line.is_headline()
        && line.word_count <= HEADING_WORDS_MAX
        && line.cue.is_none()
        && !line.is_date
        && !line.is_links
        && line.notice_word_count == 0
        && begins_with_capital(line.text)
}

/// `Saturday pitch: £28.50 (was £24)`.
fn is_fact(line: &Line) -> bool {
    if line.digit_count == 0 || line.word_count > FACT_WORDS_MAX || line.cue.is_some() {
        return false;
    }
    let Some((label, value)) = line.text.split_once(": ") else { return false };
    let has_digit = |word: &str| word.contains(|ch: char| ch.is_ascii_digit());
    let figures = value.chars().filter(char::is_ascii_digit).count();
    label.split_whitespace().count() <= LABEL_WORDS_MAX
        && label.contains(char::is_alphabetic)
        && !label.starts_with(|ch: char| ch.is_ascii_digit())
        && !line.text.contains(['@', '[', '©'])
        && value.split_whitespace().take(2).any(has_digit)
        && (figures <= FIGURES_MAX || value.contains(char::is_alphabetic))
}

/// `Town: Lee – Hill, Ray (60. Fox), …`.
fn is_line_up(line: &Line) -> bool {
    let Some((_, names)) = labelled(line) else { return false };
    let mark_count = names.matches([',', ';', '–']).count();
    let words = names.split_whitespace().filter(|word| word.contains(char::is_alphabetic));
    let capital_count = words.clone().filter(|word| begins_with_capital(word)).count();
    mark_count >= LINE_UP_MARKS_MIN && 3 * capital_count >= 2 * words.count()
}

/// The label of `Goals: 1-0 Lee`, and what it says.
fn labelled<'a>(line: &Line<'a>) -> Option<(&'a str, &'a str)> {
    let (label, told) = line.text.split_once(':').filter(|(_, told)| told.starts_with(' '))?;
    let is_label =
        label.split_whitespace().count() <= LABEL_WORDS_MAX && begins_with_capital(label);
    let is_fact = line.cue.is_none()
        && !line.is_links
        && !line.text.contains(['@', '[', '©', '|'])
        && line.notice_word_count + line.reader_word_count == 0;
    (is_label && is_fact).then_some((label, told))
}

/// Whether the items of a list all hold figures, and none a date: what was found, not other
/// articles.
fn are_figures(items: &[Line]) -> bool {
    items.iter().all(|line| line.digit_count > 0 && !line.has_date)
}

/// Whether both lines are items of one list, in words or with figures.
fn is_item_beside(line: &Line, other: &Line) -> bool {
    let mark = line.text.chars().next().filter(|ch| matches!(ch, '•' | '·' | '▪'));
    mark.is_some()
        && mark == other.text.chars().next()
        && line.word_count >= ITEM_WORDS_MIN
        && line.cue.is_none()
        && !line.is_date
        && !line.is_cut_off
        && !line.text.contains(['@', '[', '©', '/'])
        && (line.notice_word_count + line.reader_word_count) * WORDS_A_READER <= line.word_count
}

/// Whether `name`, without an article before it, stands near the start of `text`.
fn opens_with(text: &str, name: &str) -> bool {
    const ARTICLE_BYTES_MAX: usize = 3;
    let bare = name.split_once(' ').filter(|(article, _)| article.len() <= ARTICLE_BYTES_MAX);
    let name = bare.map_or(name, |(_, rest)| rest);
    text.find(name).is_some_and(|at| at <= ABOUT_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    /// What `rule` decides anew; lines that begin with `+` were kept.
    fn changes(text: &str, rule: fn(&Page) -> Vec<(usize, bool)>) -> Vec<(usize, bool)> {
        let mut start = 0;
        let mut lines = Vec::new();
        for line in text.split('\n') {
            lines.push(Line::of(text, Span::new(start + 2, start + line.len())));
            start += line.len() + 1;
        }
        let kept = text.split('\n').map(|line| line.starts_with('+')).collect();
        rule(&Page { lines: &lines, kept })
    }

    const BODY: &str = "The council voted on Tuesday to close the harbour bridge for repairs.";
    const NEXT: &str = "Engineers found cracks in two of the piers, and a third pier has moved.";

    #[test]
    fn entries_of_a_live_page_are_kept_whole() {
        let page = format!("- 18:10\n- Bridge shut\n+ {BODY}\n- 17.05 GMT\n+ Late\n+ {NEXT}");
        for (lines, changed) in [
            (page.clone(), vec![(1, true)]),
            (
                format!("{page}\n- Ore 16:00\n- First crack\n- {BODY}"),
                vec![(1, true), (7, true), (8, true)],
            ),
            (format!("{page}\n- Comments\n- 16:00\n- First crack\n- {BODY}"), vec![(1, true)]),
            (
                format!("{page}\n- 10:02\n- Ferry stops again\n- Ferry starts again"),
                vec![(1, true)],
            ),
            (format!("- 18:10\n- Bridge shut\n+ {BODY}\n- Page 17\n- Late\n+ {NEXT}"), vec![]),
        ] {
            assert_eq!(changes(&lines, |page| page.live_entries()), changed, "{lines}");
        }
    }

    #[test]
    fn lists_of_the_article_are_kept_with_their_headings() {
        let facts =
            "- Bridge toll: £3 (was £2)\n- Harbour fee in 2024: £16\n- Repairs, all piers: £2m";
        let figures = "- • Rents rose by 4% in all\n- • Pay fell to $21 an hour\n- • Bills average $90 a house";
        let entries = "- • Rents rise on 3 May 2024\n- • Pay falls on 4 May 2024\n- • Bills grow on 5 May 2024";
        let items = "- • The bridge is closed to cars\n- • The harbour stays open to ships";
        for (lines, changed) in [
            (format!("+ {BODY}\n{facts}"), vec![(1, true), (2, true), (3, true)]),
            (
                format!("+ {BODY}\n- The prices\n{facts}\n- Share"),
                vec![(1, true), (2, true), (3, true), (4, true)],
            ),
            (format!("+ {BODY}\n- Anything\n- Anything else\n{facts}"), vec![]),
            (format!("+ {BODY}\n- Phone: 555 0100 123\n- Fax: 555 0100 124\n- Floor: 3"), vec![]),
            (format!("+ {BODY}\n- Ferries: 12\n- Ships: 3\n- Trams: 4"), vec![]),
            (format!("+ {BODY}\n{items}\n+ {NEXT}"), vec![(1, true), (2, true)]),
            (format!("+ {BODY}\n{items}\n- Share"), vec![]),
            (
                format!("+ {BODY}\n- Found\n{figures}\n+ {NEXT}"),
                vec![(1, true), (2, true), (3, true), (4, true)],
            ),
            (format!("+ {BODY}\n- Found\n{entries}\n+ {NEXT}"), vec![]),
        ] {
            assert_eq!(changes(&lines, |page| page.lists()), changed, "{lines}");
        }
    }

    #[test]
    fn line_ups_behind_the_article_are_kept_with_the_goals() {
        let town = "- Town: Lee; Hill, Ray, Cole, Ash; Bly, Orr, May (Fox, 60), Dee; Kay";
        let port = "- Port: Poe – Hay, Roe, Tull – Nye, Gow, Lamb, Cox – Ives, Dunn";
        let ups = format!("{town}\n{port}");
        for (lines, changed) in [
            (
                format!("+ {BODY}\n- The match\n{ups}\n- Goals: 1-0 Ray\n- Share"),
                vec![(1, true), (2, true), (3, true), (4, true)],
            ),
            (format!("+ {BODY}\n{ups}"), vec![(1, true), (2, true)]),
            (format!("+ {BODY}\n{town}\n- Share"), vec![]),
            (format!("+ {BODY}\n- Share\n- More\n{ups}"), vec![]),
            (format!("+ {BODY}\n- In: {BODY}\n- Out: {NEXT}"), vec![]),
        ] {
            assert_eq!(changes(&lines, |page| page.line_ups()), changed, "{lines}");
        }
    }

    #[test]
    fn who_sends_a_press_release_is_none_of_it() {
        let firm = "Hill Bridges Ltd was founded in 1908 and builds bridges.";
        let body = format!("+ {BODY}\n+ {NEXT}");
        for (lines, changed) in [
            (
                format!("{body}\n+ About Hill Bridges\n+ {firm}\n+ And so on."),
                vec![(2, false), (3, false), (4, false)],
            ),
            (format!("{body}\n- Über die Hill Bridges:\n+ {firm}"), vec![(3, false)]),
            (format!("{body}\n+ About time\n+ {firm}"), vec![]),
            (format!("+ About Hill Bridges\n+ {firm}\n{body}"), vec![]),
        ] {
            assert_eq!(changes(&lines, |page| page.about_sender()), changed, "{lines}");
        }
    }
}
