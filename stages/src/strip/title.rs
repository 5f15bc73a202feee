//! The line that is the article's title.

use memchr::memmem::Finder;

use super::line::Line;
use super::rules::Said;
use super::vocabulary::Vocabulary;

/// A title has this many words or more; fewer are a rubric.
pub const TITLE_WORDS_MIN: usize = 4;
const TITLE_WORDS_MAX: usize = 32;

/// A line with a date and this many digits says when, and not what.
const DATE_DIGITS_MIN: usize = 6;
/// Heads further up are those of menus.
const HEADS_MAX: usize = 64;
/// A title stands at most so many lines above the first paragraph …
const LINES_ABOVE_MAX: usize = 30;
/// … and says what the article says: this share of its long words, in thousandths.
const SHARE_MIN: i32 = 400;

/// The line above the first paragraph that names what the article tells, one that the page repeats
/// before others, the topmost before others: leads and captions stand below it. Where no line does,
/// the head nearest above the first paragraph.
pub fn find(lines: &[Line], said: &Said, kept: &[bool]) -> Option<usize> {
    let is_paragraph =
        |index: usize| kept[index] && said.evidence[index].weight > 1 && !is_head(&lines[index]);
    let paragraphs: Vec<bool> = (0..lines.len()).map(is_paragraph).collect();
    let first = paragraphs.iter().position(|is_paragraph| *is_paragraph)?;
    let heads = (0..first).rev().filter(|index| is_head(&lines[*index]));
    let heads: Vec<usize> = heads.take(HEADS_MAX).collect();
    let nearest = *heads.first()?;
    let near = first.saturating_sub(LINES_ABOVE_MAX)..first;
    let shares =
        Vocabulary::of(&said.long_words, &paragraphs, None).shares(near.clone(), &paragraphs);
    let is_told = |index: usize| {
        let tells = near.contains(&index) && shares[index - near.start].0 >= SHARE_MIN;
        tells || lines[index].text.starts_with("# ")
    };
    let is_quoted = |index: usize| {
        let folded = lines[index].folded.as_str();
        let finder = Finder::new(folded);
        let mut longer = lines.iter().filter(|line| line.folded.len() > folded.len());
        said.repeats[index].equal > 1
            || longer.any(|line| finder.find(line.folded.as_bytes()).is_some())
    };
    let told: Vec<usize> = heads.iter().copied().filter(|index| is_told(*index)).collect();
    let candidates = if told.is_empty() { &heads } else { &told };
    let quoted = candidates.iter().copied().filter(|index| is_quoted(*index)).take(8).last();
    let chosen = quoted.or(told.last().copied()).unwrap_or(nearest);
    let folded = &lines[chosen].folded;
    let first_equal = (0..=chosen).find(|index| lines[*index].folded == *folded);
    first_equal.filter(|index| is_head(&lines[*index])).or(Some(chosen))
}

fn is_head(line: &Line) -> bool {
    let says_when = line.has_date && line.digit_count >= DATE_DIGITS_MIN;
    let asks = line.text.ends_with(['?', '!', '»', '”', '"']);
    (!line.is_closed || asks)
        && line.cue.is_none()
        && !line.is_date
        && !says_when
        && !line.text.contains('©')
        && !line.text.ends_with(':')
        && !line.is_links
        && !line.is_breadcrumb
        && !line.is_cut_off
        && (TITLE_WORDS_MIN..=TITLE_WORDS_MAX).contains(&line.word_count)
}

/// A title's words without the marks of a markdown heading or link, in one line.
pub fn words(text: &str) -> String {
    let words = text.trim_start_matches(['#', ' ', '*']).trim_end_matches('*');
    let link = words.strip_prefix('[').and_then(|rest| rest.split_once("]("));
    let words = link.filter(|_| words.ends_with(')')).map_or(words, |(words, _)| words);
    words.split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}
