//! The line that is the article's title.

use memchr::memmem::Finder;

use super::judge::Evidence;
use super::line::Line;
use super::vocabulary::Repeats;

/// A title has this many words or more; fewer are a rubric.
pub const TITLE_WORDS_MIN: usize = 4;
const TITLE_WORDS_MAX: usize = 32;

/// The head nearest above the first paragraph, one that the page repeats before others.
pub fn find(
    lines: &[Line],
    evidence: &[Evidence],
    kept: &[bool],
    repeats: &[Repeats],
) -> Option<usize> {
    let is_paragraph =
        |index: &usize| kept[*index] && evidence[*index].weight > 1 && !is_head(&lines[*index]);
    let first = (0..lines.len()).find(is_paragraph)?;
    let heads: Vec<usize> = (0..first).rev().filter(|index| is_head(&lines[*index])).collect();
    let nearest = *heads.first()?;
    let is_quoted = |index: usize| {
        let folded = lines[index].folded.as_str();
        let finder = Finder::new(folded);
        let mut longer = lines.iter().filter(|line| line.folded.len() > folded.len());
        repeats[index].equal > 1 || longer.any(|line| finder.find(line.folded.as_bytes()).is_some())
    };
    let quoted = heads.iter().copied().filter(|index| is_quoted(*index)).take(8);
    let chosen = quoted.last().unwrap_or(nearest);
    let folded = &lines[chosen].folded;
    let first_equal = (0..=chosen).find(|index| lines[*index].folded == *folded);
    first_equal.filter(|index| is_head(&lines[*index])).or(Some(chosen))
}

fn is_head(line: &Line) -> bool {
    let asks = line.text.ends_with(['?', '!', '»', '”', '"']);
    (!line.is_closed || asks)
        && line.cue.is_none()
        && !line.is_date
        && !line.is_links
        && !line.is_breadcrumb
        && !line.is_cut_off
        && (TITLE_WORDS_MIN..=TITLE_WORDS_MAX).contains(&line.word_count)
}

/// A title's words without the marks of a markdown heading, in one line.
pub fn words(text: &str) -> String {
    let words = text.trim_start_matches(['#', ' ', '*']).trim_end_matches('*');
    words.split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}
