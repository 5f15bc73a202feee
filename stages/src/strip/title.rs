//! The line that is the article's title.

use std::cmp::Reverse;

use memchr::memmem::Finder;

use super::credits::{ends_in_agency, ends_in_credit};
use super::head::reads_like_lead;
use super::line::{Line, begins_with_capital};
use super::rules::Said;
use super::vocabulary::{Vocabulary, may_hold};
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
/// The words of a head count where it stands at most so many lines above the first paragraph …
const LINES_ABOVE_MAX: usize = 30;
/// … by this weight of the share that the article has of them.
const SHARE_WEIGHT: i32 = 5;
/// Of a guess the article has this share of the words, in thousandths …
const SHARE_MIN: i32 = 400;
/// … and so many that the page repeats are looked at.
const QUOTED_MAX: usize = 8;
/// Day and author stand at most so many lines below a title.
const SIGNED_LINES: usize = 4;
/// A title may stand above so many heads that could be one.
const HEADS_ABOVE_MAX: usize = 3;
/// Most titles have so many words.
const LONG_TITLE_WORDS: usize = 6;
/// A name that is no title has at most so many words.
const NAME_WORDS_MAX: usize = 5;
/// The last part of a breadcrumb that names a page has so many bytes.
const CRUMB_BYTES_MIN: usize = 8;
/// So much more may speak for a lead than for the title above it.
const LEAD_LEAD: i32 = 3000;

/// The head above the first paragraph for which most speaks, the topmost before others. Where the
/// name of the site is but one of them, another goes before it, and a head before the lead below it.
pub fn find(lines: &[Line], said: &Said, kept: &[bool]) -> Option<usize> {
    let heads = heads(lines, said, kept);
    let score = |head: &Head| SHARE_WEIGHT * head.share.max(0) + signs(lines, said, head.index);
    let scores: Vec<i32> = heads.iter().map(score).collect();
    let ranked = heads.iter().zip(&scores).map(|(head, score)| (*score, Reverse(head.index)));
    let (best, Reverse(chosen)) = ranked.max()?;
    // What has a lead of its own is none.
    let has_lead = lines
        .get(chosen + 1)
        .is_some_and(|next| reads_like_lead(next) && next.word_count > lines[chosen].word_count);
    let may_be_lead = |above: usize| !has_lead && scores[above] + LEAD_LEAD >= best;
    Some(settle(lines, &heads, chosen, may_be_lead))
}

/// The title as the model of pages learnt it, told by the words of the article alone: the topmost
/// head that has enough of them, one that the page repeats before others, else the nearest head.
pub fn guess(lines: &[Line], said: &Said, kept: &[bool]) -> Option<usize> {
    let heads = heads(lines, said, kept);
    let nearest = heads.first()?.index;
    let is_told =
        |head: &&Head| head.share >= SHARE_MIN || lines[head.index].text.starts_with("# ");
    let all: Vec<usize> = heads.iter().map(|head| head.index).collect();
    let told: Vec<usize> = heads.iter().filter(is_told).map(|head| head.index).collect();
    let candidates = if told.is_empty() { &all } else { &told };
    let is_quoted =
        |index: &usize| said.repeats[*index].equal > 1 || is_part_of_another(lines, *index);
    let quoted = candidates.iter().copied().filter(is_quoted).take(QUOTED_MAX).last();
    let chosen = quoted.or(told.last().copied()).unwrap_or(nearest);
    Some(settle(lines, &heads, chosen, |_| false))
}

/// A line that may be the title, with the share of its long words that the article has, or -1 where
/// it stands too far above.
struct Head {
    index: usize,
    share: i32,
}

/// The heads above the first paragraph, the nearest first.
fn heads(lines: &[Line], said: &Said, kept: &[bool]) -> Vec<Head> {
    let is_paragraph =
        |index: usize| kept[index] && said.evidence[index].weight > 1 && !is_head(&lines[index]);
    let paragraphs: Vec<bool> = (0..lines.len()).map(is_paragraph).collect();
    let Some(first) = paragraphs.iter().position(|is_paragraph| *is_paragraph) else {
        return Vec::new();
    };
    let heads = (0..first).rev().filter(|index| is_head(&lines[*index]));
    let mut heads: Vec<usize> = heads.take(HEADS_MAX).collect();
    let naming: Vec<&Line> = lines.iter().filter(|line| may_name_site(line)).collect();
    let others: Vec<usize> =
        heads.iter().copied().filter(|head| !is_site(&lines[*head], &naming)).collect();
    if !others.is_empty() {
        heads = others;
    }
    let near = first.saturating_sub(LINES_ABOVE_MAX)..first;
    let shares = Vocabulary::of(lines, &paragraphs, None).shares(near.clone(), &paragraphs);
    let share = |index| if near.contains(&index) { shares[index - near.start].0 } else { -1 };
    heads.into_iter().map(|index| Head { index, share: share(index) }).collect()
}

/// The title where `chosen` seems to be it: what it opens as a rubric, or the head right above it
/// where it is a lead, or `may_be_lead` says so of that above it, by its place among the heads; of
/// equal lines the first.
fn settle(
    lines: &[Line],
    heads: &[Head],
    chosen: usize,
    may_be_lead: impl Fn(usize) -> bool,
) -> usize {
    let rubric = heads.iter().find(|head| head.index > chosen && opens(lines, chosen, head.index));
    let mut chosen = rubric.map_or(chosen, |head| head.index);
    for step in 0..HEADS_ABOVE_MAX {
        let is_right_above = |head: &Head| {
            head.index + 1 == chosen || head.index + 2 == chosen && lines[chosen - 1].says_names()
        };
        let above = heads.iter().position(is_right_above);
        let is_title = |above: &usize| {
            let line = &lines[heads[*above].index];
            (step == 0 && line.word_count < lines[chosen].word_count || is_clause(line))
                && (is_lead(&lines[chosen]) || may_be_lead(*above))
        };
        let Some(above) = above.filter(is_title) else { break };
        chosen = heads[above].index;
    }
    let folded = &lines[chosen].folded;
    let first_equal = (0..=chosen).find(|index| lines[*index].folded == *folded);
    first_equal.filter(|index| is_head(&lines[*index])).unwrap_or(chosen)
}

/// Whether a longer line holds all of line `index`.
fn is_part_of_another(lines: &[Line], index: usize) -> bool {
    let folded = lines[index].folded.as_str();
    let finder = Finder::new(folded);
    let is_longer = |other: &usize| lines[*other].folded.len() > folded.len();
    let mut longer = (0..lines.len()).filter(is_longer);
    longer.any(|other| {
        may_hold(&lines[other], &lines[index])
            && finder.find(lines[other].folded.as_bytes()).is_some()
    })
}

/// Whether a longer line holds all of line `index`, or a breadcrumb ends in how it begins.
fn is_said_by_another(lines: &[Line], index: usize) -> bool {
    let head = &lines[index];
    let finder = Finder::new(&head.folded);
    let holds = |other: &Line| {
        other.folded.len() > head.folded.len()
            && may_hold(other, head)
            && finder.find(other.folded.as_bytes()).is_some()
    };
    let ends = |other: &Line| {
        let crumb = other.folded.rsplit(['/', '>', '›', '»']).next().unwrap_or_default().trim();
        crumb.len() >= CRUMB_BYTES_MIN && head.folded.starts_with(crumb)
    };
    lines.iter().any(|other| holds(other) || other.is_breadcrumb && ends(other))
}

/// Whether the head is a name, of a firm or a place, that a sentence of the page names, too.
fn is_name_in_prose(lines: &[Line], index: usize) -> bool {
    const SMALL_LETTERS_MAX: usize = 3;
    let head = &lines[index];
    let is_of_name = |word: &str| begins_with_capital(word) || word.len() <= SMALL_LETTERS_MAX;
    if head.word_count > NAME_WORDS_MAX
        || head.is_closed
        || !head.text.split_whitespace().all(is_of_name)
    {
        return false;
    }
    let finder = Finder::new(&head.folded);
    lines.iter().any(|line| {
        line.is_closed && may_hold(line, head) && finder.find(line.folded.as_bytes()).is_some()
    })
}

/// What speaks for head `index` besides its words, in thousandths: the page says it again, day or
/// author stand below it, it is marked as a heading, it does not speak to the reader, and no credit
/// of a picture follows it.
fn signs(lines: &[Line], said: &Said, index: usize) -> i32 {
    let line = &lines[index];
    let below = &lines[index + 1..lines.len().min(index + 1 + SIGNED_LINES)];
    let has_cue = |line: &Line, kind| line.cue.is_some_and(|cue| cue.kind == kind);
    let is_credit = |next: &Line| next.text.starts_with('(') && has_cue(next, Kind::Caption);
    let is_credited = below.first().is_some_and(is_credit);
    let is_dated = |line: &Line| line.is_date || says_when(line) || has_cue(line, Kind::DateHeader);
    let is_byline = |line: &Line| has_cue(line, Kind::Byline) || line.says_names();
    let to_reader = line.notice_word_count + line.reader_word_count;
    let is_name = is_name_in_prose(lines, index);
    2000 * (i32::from(said.repeats[index].equal > 1) - 2 * i32::from(is_name))
        + 2000 * i32::from(!is_name && is_said_by_another(lines, index))
        - 2000 * i32::from(is_credited)
        + 3000 * i32::from(below.iter().any(is_dated))
        + 2000 * i32::from(below.iter().any(is_byline))
        + 2000 * i32::from(line.text.starts_with("# "))
        + 2000 * i32::from(line.word_count >= LONG_TITLE_WORDS)
        - 1000 * to_reader.min(2) as i32
}

/// Whether head `head` is the site's name: a line of the law or a credit among `naming` has it.
fn is_site(head: &Line, naming: &[&Line]) -> bool {
    let name = head.folded.as_str();
    let finder = Finder::new(name);
    let is_named = |line: &&Line| {
        let Some(at) = finder.find(line.folded.as_bytes()) else { return false };
        let before = &line.folded[..at];
        let is_credit = before.ends_with('/')
            && before.rsplit(')').next().is_some_and(|open| open.contains('('));
        line.folded.len() > name.len() && (is_of_law(line) || is_credit)
    };
    head.word_count <= SITE_WORDS_MAX && naming.iter().any(is_named)
}

fn is_of_law(line: &Line) -> bool {
    line.text.contains('©') || line.cue.is_some_and(|cue| cue.kind == Kind::Legal)
}

/// Whether the line is of the law, or has the marks of a credit.
fn may_name_site(line: &Line) -> bool {
    line.folded.contains('/') || is_of_law(line)
}

/// Whether the words of head `rubric` open those of head `title`, a colon behind them.
fn opens(lines: &[Line], rubric: usize, title: usize) -> bool {
    let rest = lines[title].folded.strip_prefix(lines[rubric].folded.as_str());
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// Whether the head has the words of a sentence, which a menu has not, and speaks to nobody, as a
/// pitch does.
fn is_clause(line: &Line) -> bool {
    line.word_count >= LONG_TITLE_WORDS
        && line.reader_word_count == 0
        && line.function_word_count > 1
        && !line.text.contains(['>', '›', '»', '|', '/'])
}

/// Whether the head is longer than a title, or of two sentences.
fn is_lead(line: &Line) -> bool {
    line.word_count > LEAD_WORDS_MIN || has_inner_stop(line.text)
}

/// Whether a sentence ends inside the line, behind a word that is no abbreviation.
fn has_inner_stop(text: &str) -> bool {
    const WORD_CHARS_MIN: usize = 4;
    text.match_indices(". ").any(|(at, _)| {
        let word = text[..at].chars().rev().take_while(|ch| ch.is_alphabetic()).count();
        word >= WORD_CHARS_MIN && text[at + 2..].starts_with(char::is_uppercase)
    })
}

/// `[Print] [Share]`.
fn is_row_of_buttons(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && text.contains("] [")
}

fn says_when(line: &Line) -> bool {
    line.has_date && line.digit_count >= DATE_DIGITS_MIN
}

fn is_head(line: &Line) -> bool {
    let asks = line.text.ends_with(['?', '!', '»', '”', '"']);
    (!line.is_closed || asks)
        && line.cue.is_none()
        && !line.is_date
        && !says_when(line)
        && !line.text.contains('©')
        && !ends_in_agency(line.text)
        && !ends_in_credit(line)
        && !is_row_of_buttons(line.text)
        && !line.text.ends_with(':')
        && !line.is_links
        && !line.is_breadcrumb
        && !line.is_cut_off
        && !line.text.contains('•')
        && !line.text.contains(" · ")
        && !["* ", "- ", "▸", "►", "▪", "→"].iter().any(|mark| line.text.starts_with(mark))
        && (TITLE_WORDS_MIN..=TITLE_WORDS_MAX).contains(&line.word_count)
        && !(line.digit_count > 0 && is_of_figures(line.text))
        && !line.says_names()
}

/// Whether most words are figures, as those of results are: `Rovers 4 7 7`.
fn is_of_figures(text: &str) -> bool {
    let words = || text.split_whitespace();
    words().filter(|word| !word.contains(char::is_alphabetic)).count() * 2 > words().count()
}

/// A title's words without the marks of a markdown heading or link, in one line.
pub fn words(text: &str) -> String {
    let words = text.trim_start_matches(['#', ' ', '*']).trim_end_matches('*');
    let link = words.strip_prefix('[').and_then(|rest| rest.split_once("]("));
    let words = link.filter(|_| words.ends_with(')')).map_or(words, |(words, _)| words);
    words.split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;
    use crate::span::Span;

    fn title(text: &str) -> Option<&str> {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            lines.push(Line::of(text, Span::new(start, start + line.len())));
            start += line.len() + 1;
        }
        rules::judge(&lines, find).title.map(|title| lines[title].text)
    }

    #[test]
    fn the_head_for_which_most_speaks_is_the_title() {
        let body = "Rovers were beaten by Town on Saturday in front of an angry crowd, and the \
            coach said after the match that he did not know how long he would stay.";
        let lead =
            "Nobody can tell how long the coach will stay where he is not wanted, not even he";
        let wanted = "Nobody laughs at Hill Park any more";
        let caption = "The ground before Saturday and its storm of the evening";
        let pitch = "Join our club today and save money";
        for lines in [
            format!("Rovers - Town 0:4\n{wanted}\nBy Ann Lee\n3 May 2024"),
            format!("{pitch}\n{wanted}\nBy Ann Lee"),
            format!("{wanted}\n{lead}\nBy Ann Lee\n3 May 2024"),
            format!("{wanted}\nAnn Lee and the long way home to Hill Park\n# {wanted}: a report"),
            format!("News · Sport · Culture of Hill Park · Rovers\n{wanted}"),
            format!("{wanted}\nRovers Town 4 7 7"),
            format!("{wanted}\nRovers at Hill Park on Saturday. A. LEE"),
            format!("{wanted}\n{caption}\n(Photo: Ann Lee)"),
            format!("Sport / Rovers / Nobody laughs\n{wanted}\n{caption}"),
            format!("- Rovers and Town on Saturday, the coach and the crowd\n{wanted}"),
            format!("▸ Rovers and Town on Saturday, the coach and the crowd\n{wanted}"),
            format!("{wanted}\nBy Ann Lee\n{lead}\nBy Ann Lee 3 May 2024"),
        ] {
            let text = format!("The Post\n{lines}\n{body}\n{body}.");
            let found = title(&text).map(words);
            assert!(found.as_deref().is_some_and(|found| found.starts_with(wanted)), "{text}");
        }
    }
}
