//! The line that is the article's title.

use memchr::memmem::Finder;

use super::head::said_names;
use super::line::Line;
use super::rules::Said;
use super::vocabulary::Vocabulary;
use crate::layers::Kind;

/// A title has this many words or more; fewer are a rubric.
pub const TITLE_WORDS_MIN: usize = 4;
const TITLE_WORDS_MAX: usize = 32;

/// Names of sites have no more words.
const SITE_WORDS_MAX: usize = 7;
/// A head of more words is a lead, where another stands above it.
const LEAD_WORDS_MIN: usize = 20;

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
    let mut heads: Vec<usize> = heads.take(HEADS_MAX).collect();
    if heads.iter().any(|head| !is_site(lines, *head)) {
        heads.retain(|head| !is_site(lines, *head));
    }
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
    let chosen = heads
        .iter()
        .copied()
        .find(|head| *head > chosen && opens(lines, chosen, *head))
        .unwrap_or(chosen);
    let above = chosen.checked_sub(1).filter(|above| heads.contains(above));
    let chosen = above.filter(|above| is_lead_below(lines, *above, chosen)).unwrap_or(chosen);
    let folded = &lines[chosen].folded;
    let first_equal = (0..=chosen).find(|index| lines[*index].folded == *folded);
    first_equal.filter(|index| is_head(&lines[*index])).or(Some(chosen))
}

/// Whether head `index` is the site's name: a line of the law or a credit has it.
fn is_site(lines: &[Line], index: usize) -> bool {
    let name = lines[index].folded.as_str();
    let finder = Finder::new(name);
    let is_named = |line: &&Line| {
        let Some(at) = finder.find(line.folded.as_bytes()) else { return false };
        let is_law = line.text.contains('©') || line.cue.is_some_and(|cue| cue.kind == Kind::Legal);
        let before = &line.folded[..at];
        let is_credit = before.ends_with('/')
            && before.rsplit(')').next().is_some_and(|open| open.contains('('));
        line.folded.len() > name.len() && (is_law || is_credit)
    };
    lines[index].word_count <= SITE_WORDS_MAX && lines.iter().any(|line| is_named(&line))
}

/// Whether the words of head `rubric` open those of head `title`, a colon behind them.
fn opens(lines: &[Line], rubric: usize, title: usize) -> bool {
    let rest = lines[title].folded.strip_prefix(lines[rubric].folded.as_str());
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// Whether head `index` is longer than a title, or of two sentences, and longer than the one right
/// above it.
fn is_lead_below(lines: &[Line], above: usize, index: usize) -> bool {
    let word_count = lines[index].word_count;
    let is_lead = word_count > LEAD_WORDS_MIN || has_inner_stop(lines[index].text);
    is_lead && lines[above].word_count < word_count
}

/// Whether a sentence ends inside the line, behind a word that is no abbreviation.
fn has_inner_stop(text: &str) -> bool {
    const WORD_CHARS_MIN: usize = 4;
    text.match_indices(". ").any(|(at, _)| {
        let word = text[..at].chars().rev().take_while(|ch| ch.is_alphabetic()).count();
        word >= WORD_CHARS_MIN && text[at + 2..].starts_with(char::is_uppercase)
    })
}

/// Whether the line ends in the credit of a picture: `… (Ann Lee/The Daily Post)`.
fn has_credit(text: &str) -> bool {
    let credit = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    credit.is_some_and(|(before, credit)| !before.is_empty() && credit.contains('/'))
}

/// `[Print] [Share]`.
fn is_row_of_buttons(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && text.contains("] [")
}

fn is_head(line: &Line) -> bool {
    let says_when = line.has_date && line.digit_count >= DATE_DIGITS_MIN;
    let asks = line.text.ends_with(['?', '!', '»', '”', '"']);
    (!line.is_closed || asks)
        && line.cue.is_none()
        && !line.is_date
        && !says_when
        && !line.text.contains('©')
        && !has_credit(line.text)
        && !is_row_of_buttons(line.text)
        && !line.text.ends_with(':')
        && !line.is_links
        && !line.is_breadcrumb
        && !line.is_cut_off
        && !line.text.contains('•')
        && (TITLE_WORDS_MIN..=TITLE_WORDS_MAX).contains(&line.word_count)
        && said_names(line).is_none()
}

/// A title's words without the marks of a markdown heading or link, in one line.
pub fn words(text: &str) -> String {
    let words = text.trim_start_matches(['#', ' ', '*']).trim_end_matches('*');
    let link = words.strip_prefix('[').and_then(|rest| rest.split_once("]("));
    let words = link.filter(|_| words.ends_with(')')).map_or(words, |(words, _)| words);
    words.split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}
