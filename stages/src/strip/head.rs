//! What stands around the title of a text: the lead, and the lines that say when and by whom.
//!
//! Invariant: a name alone is a byline only beside something that makes it one: a date line, what
//! its bearer is, or the same name again below. A lead stands between title and byline.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::cues;
use super::fold::fold;
use super::line::{Line, begins_with_capital};
use crate::byline::{
    after_by, ends_in_role, is_person, is_place, is_role, joins_names, names, signs_agency,
};
use crate::layers::Kind;
use crate::text::is_digit;

/// A head ends so many lines below its title at the latest.
const LINES_MAX: usize = 16;
/// A byline may stand so many lines above the title.
const LINES_ABOVE: usize = 3;
/// A lead has at most so many lines.
const LEAD_LINES_MAX: usize = 3;
/// A kept line of so many characters, behind the lead, is the body.
const BODY_CHARS: usize = 100;
/// A lead of fewer words could be a button or a heading.
const LEAD_WORDS_MIN: usize = 9;
/// So many thousandths of a lead's words are function words, at the least.
const LEAD_FUNCTION_SHARE_MIN: usize = 150;
/// A lead has at most one word of notices in so many words.
const LEAD_WORDS_A_NOTICE: usize = 8;
/// `1/2/2024`.
const DATE_DIGITS_MIN: usize = 6;
/// A byline with words like "by" has at most so many.
const BYLINE_WORDS_MAX: usize = 20;
const NAME_WORDS_MAX: usize = 5;
/// Words like "by" that stand alone above a name.
const BY_WORDS_MAX: usize = 3;
/// What must speak for a name that stands alone.
const NAME_SCORE_MIN: usize = 2;
/// The same, of one in capitals.
const CAPITALS_SCORE_MIN: usize = 3;
/// Two names, or one with what its bearer is, have at most so many words.
const NAMES_WORDS_MAX: usize = 8;
/// What is said of the author stands in so many of the last lines.
const NOTE_LINES_MAX: usize = 3;
/// Words like "de" in a name.
const PARTICLE_BYTES_MAX: usize = 3;
/// A name's words of so many letters are nowhere in small letters.
const WORD_BYTES_MIN: usize = 4;

/// The lines around the title, and what they state.
#[derive(Debug, Default)]
pub struct Head {
    /// Lines of the article, whatever the model says.
    pub lead: Range<usize>,
    pub date_lines: BTreeSet<usize>,
    pub byline: Option<usize>,
    pub authors: Vec<String>,
}

impl Head {
    /// Of the page whose title is line `title`.
    pub fn of(lines: &[Line], kept: &[bool], title: usize) -> Self {
        let range = range(lines, kept, title);
        let is_date = |index: &usize| !kept[*index] && is_date_line(&lines[*index]);
        let above = title.saturating_sub(LINES_ABOVE)..title;
        let date_lines: BTreeSet<usize> =
            above.clone().chain(range.clone()).filter(is_date).collect();
        let head = Self { date_lines, ..Self::default() };
        let said = range.clone().chain(above.rev()).filter(|index| !kept[*index]);
        let names = |index| {
            said_names(&lines[index])
                .or_else(|| named_below(lines, index))
                .or_else(|| signed_names(lines, index))
                .or_else(|| dated_name(lines, index).filter(|_| head.date_lines.contains(&index)))
        };
        let said = said.into_iter().find_map(|index| Some((index, names(index)?)));
        let found = said.or_else(|| {
            let ranked = range.filter(|index| !kept[*index] && is_name(&lines[*index]));
            let ranked = ranked.map(|index| (head.name_score(lines, index), index));
            let best = ranked.max_by_key(|(score, index)| (*score, std::cmp::Reverse(*index)));
            let (score, index) = best?;
            let text = plain(lines[index].text);
            let least = if is_mixed(&text) { NAME_SCORE_MIN } else { CAPITALS_SCORE_MIN };
            let persons = persons(&text);
            let is_sure = score >= least && is_written_large(lines, lines[index].text);
            is_sure.then_some((index, persons))
        });
        let (byline, authors) = found.unzip();
        let ends = byline.into_iter().chain(head.date_lines.iter().copied());
        let end = ends.filter(|index| *index > title).min().unwrap_or(title + 1);
        let is_lead = |index: &usize| kept[*index] || reads_like_lead(&lines[*index]);
        // A note on the article may stand above it.
        let is_note = |line: &Line| line.cue.is_some_and(|cue| cue.kind == Kind::OtherBoilerplate);
        let start =
            title + 1 + lines[title + 1..end].iter().take_while(|line| is_note(line)).count();
        let lead_end = (start..end).find(|index| !is_lead(index)).unwrap_or(end);
        let lead = start..lead_end.min(start + LEAD_LINES_MAX);
        // A byline may stand above the lead, the day below it.
        let is_between = byline == Some(title + 1)
            && head.date_lines.contains(&(title + 3))
            && is_lead(&(title + 2));
        let lead = if is_between { title + 2..title + 3 } else { lead };
        Self { lead, byline, authors: authors.unwrap_or_default(), ..head }
    }

    /// Lines that end the article and begin with its author's name: they say who that is.
    pub fn notes(&self, lines: &[Line], kept: &[bool]) -> Vec<usize> {
        let last = (0..lines.len()).rev().filter(|index| kept[*index]).take(NOTE_LINES_MAX);
        let begins = |index: &usize| {
            let text = plain(lines[*index].text).to_lowercase();
            let names = self.authors.iter().filter(|name| is_person(name));
            names
                .into_iter()
                .any(|name| text.strip_prefix(&name.to_lowercase()).is_some_and(is_end))
        };
        last.filter(begins).collect()
    }

    /// How much speaks for the name that line `index` is.
    fn name_score(&self, lines: &[Line], index: usize) -> usize {
        let is_date = |index: usize| self.date_lines.contains(&index);
        // A place may stand between name and day.
        let is_place = lines.get(index + 1).is_some_and(|line| {
            line.word_count <= 2 && line.capital_count == line.word_count && line.digit_count == 0
        });
        let has_place = is_place && is_date(index + 2);
        let beside = is_date(index + 1) || index > 0 && is_date(index - 1) || has_place;
        let near = (index.saturating_sub(3)..index + 4).any(is_date);
        let next = lines.get(index + 1).map(|line| plain(line.text));
        let has_role = next.as_ref().is_some_and(|next| is_role(next) || ends_in_role(next));
        let name = plain(lines[index].text);
        // `Ann Lee is a teacher`, `More by Ann Lee`.
        let names = |line: &Line| {
            let text = plain(line.text);
            text.strip_prefix(&*name).is_some_and(is_end)
                || line.word_count <= NAMES_WORDS_MAX && text.ends_with(&*name)
        };
        let again = lines[index + 1..].iter().any(names);
        let is_signed = ends_in_role(&name) || joins_names(&name);
        let has_handle = next.is_some_and(|next| next.starts_with('@') && !next.contains(' '));
        CAPITALS_SCORE_MIN * usize::from(has_handle)
            + usize::from(near)
            + usize::from(beside)
            + usize::from(has_place)
            + 2 * usize::from(has_role)
            + usize::from(again)
            + usize::from(is_signed)
    }
}

/// The lines between the title and the body, those of a lead with them.
fn range(lines: &[Line], kept: &[bool], title: usize) -> Range<usize> {
    let start = title + 1;
    let last = lines.len().min(start + LINES_MAX);
    let is_body = |index: &usize| kept[*index] && lines[*index].char_count >= BODY_CHARS;
    let Some(first) = (start..last).find(is_body) else { return start..last };
    // The first paragraph is a lead where other lines than links to other articles part it from
    // the next.
    let behind = (first + 1..last).take_while(|index| !kept[*index]);
    let behind = behind.take_while(|index| !opens_others(&lines[*index])).count();
    start..first + 1 + behind
}

/// Whether the line says that other articles follow.
fn opens_others(line: &Line) -> bool {
    line.cue.is_some_and(|cue| cue.kind == Kind::Related)
}

/// Whether the line is prose that is neither a notice, nor a caption, nor a teaser.
pub fn reads_like_lead(line: &Line) -> bool {
    line.word_count >= LEAD_WORDS_MIN
        && line.function_share() >= LEAD_FUNCTION_SHARE_MIN
        && line.cue.is_none()
        && !line.is_links
        && !line.is_cut_off
        && !line.is_repeated_across
        && line.notice_word_count * LEAD_WORDS_A_NOTICE <= line.word_count
        && !line.text.contains(['©', '|', '•'])
        && !line.text.contains(" / ")
        && !line.text.ends_with(')')
        && !ends_in_capitals(line.text)
}

/// Whether the last word is in capitals, as names of photographers are: `… in winter. ANN LEE`.
fn ends_in_capitals(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    last.len() > 3 && last.chars().all(char::is_uppercase)
}

/// Whether the line says when, and little else: hardly more words than figures.
fn is_date_line(line: &Line) -> bool {
    // Behind links to who writes, where there are any.
    let behind = line.text.rsplit_once("](").map(|(_, rest)| rest.split_once(')'));
    let text = behind.map_or(line.text, |rest| rest.map_or("", |(_, text)| text));
    let word_count = text.split_whitespace().filter(|word| has_no_digit(word)).count();
    let digit_count = text.chars().filter(|ch| is_digit(*ch)).count();
    let says_when = line.cue.is_some_and(|cue| cue.kind == Kind::DateHeader);
    line.is_date
        || says_when && line.has_date
        || digit_count >= DATE_DIGITS_MIN
            && (line.has_date || word_count <= 3)
            && word_count * 4 <= digit_count * 3
            && !line.text.contains('©')
}

fn has_no_digit(word: &str) -> bool {
    word.contains(char::is_alphabetic) && !word.contains(is_digit)
}

/// The names behind words like "by", which the line begins with.
pub fn said_names(line: &Line) -> Option<Vec<String>> {
    if line.word_count > BYLINE_WORDS_MAX {
        return None;
    }
    let text = plain(line.text);
    let names = persons(before_more(after_by(&text)?));
    names.first().is_some_and(|name| is_person(name)).then_some(names)
}

/// The names in the line below one that is no more than "by".
fn named_below(lines: &[Line], index: usize) -> Option<Vec<String>> {
    let next = lines.get(index + 1).filter(|next| is_bare_name(next))?;
    let by = plain(lines[index].text);
    let text = format!("{by} {}", plain(next.text));
    let is_all = by.split(' ').count() <= BY_WORDS_MAX && after_by(&text)? == plain(next.text);
    is_all.then(|| persons(&text))
}

/// The name that a line begins with, before when: `Ann Lee 3 May 2024, 14:20`.
fn dated_name(lines: &[Line], index: usize) -> Option<Vec<String>> {
    let text = plain(lines[index].text);
    let end = text.find(|ch: char| is_digit(ch))?;
    let name = persons(text[..end].trim_end_matches([' ', ',', '|', '-', '–', '•', '·']));
    let is_sure = |name: &String| {
        is_person(name)
            && name.contains(char::is_lowercase)
            && name.split(' ').count() <= NAME_WORDS_MAX
            && !signs_agency(name)
            && cues::find_start(&fold(name)).is_none()
            && is_written_large(lines, name)
    };
    Some(name).filter(|names| names.len() == 1 && is_sure(&names[0]))
}

/// The words before those that say when, or what others did: `Ann Lee Published 3 May`, `Ann Lee
/// Edited by Bob Ray`.
fn before_more(names: &str) -> &str {
    let is_more = |at: usize| {
        let cue = cues::find_start(&fold(&names[at + 1..]));
        cue.is_some_and(|cue| match cue.kind {
            Kind::DateHeader => true,
            Kind::Byline => names[at + 1..][..cue.length].trim().contains(' '),
            _ => false,
        })
    };
    let end = names.match_indices(' ').map(|(at, _)| at).skip(1).find(|at| is_more(*at));
    end.map_or(names, |end| &names[..end])
}

/// Who and when: the part of a line before the sentence that says when, `Ann Lee. Published 3 May`.
pub fn signature(text: &str) -> Option<(&str, &str)> {
    let (names, rest) = text.split_once(". ")?;
    let is_of_name = |word: &str| {
        word.starts_with(['[', '*'])
            || begins_with_capital(word)
            || word.len() <= PARTICLE_BYTES_MAX
    };
    let are_names = names.split_whitespace().count() <= NAMES_WORDS_MAX
        && names.split_whitespace().all(is_of_name);
    (are_names && cues::find_start(&fold(names)).is_none()).then_some((names, rest))
}

/// The names in a line that says when, too, without the name of the site, as another line has it.
fn signed_names(lines: &[Line], index: usize) -> Option<Vec<String>> {
    let line = &lines[index];
    let is_date = line.cue.is_some_and(|cue| cue.kind == Kind::DateHeader);
    let text = plain(line.text);
    let (names, _) = signature(&text).filter(|_| is_date)?;
    let is_site = |words: &str| {
        let site = words.trim_end_matches(',').to_lowercase();
        let says = |other: &Line| other.folded.ends_with(&site) && !other.is_closed;
        words.contains(' ') && lines[..index].iter().chain(&lines[index + 1..]).any(says)
    };
    let ends = names.match_indices(' ').map(|(at, _)| at).rev();
    let site_end = ends.into_iter().find(|at| is_site(&names[..*at])).unwrap_or_default();
    let names = persons(&names[site_end..]);
    names.first().is_some_and(|name| is_person(name)).then_some(names)
}

/// The names in a byline. Among persons an agency may stand; longer words say what they are.
pub fn persons(byline: &str) -> Vec<String> {
    let all = names(byline);
    let is_said = |name: &&String| is_person(name) || !name.contains(' ') && !is_place(name);
    let said: Vec<String> = all.iter().filter(is_said).cloned().collect();
    if said.iter().any(|name| is_person(name)) { said } else { all }
}

/// Whether the line is a name, with what its bearer is or another name, and nothing else.
fn is_name(line: &Line) -> bool {
    let text = plain(line.text);
    if line.cue.is_none()
        && (ends_in_role(&text) || joins_names(&text))
        && line.word_count <= NAMES_WORDS_MAX
        && line.notice_word_count + line.reader_word_count + line.digit_count == 0
        && !line.is_closed
    {
        let names = names(&text);
        let is_short = |name: &String| name.split(' ').count() <= NAME_WORDS_MAX;
        return !names.is_empty() && names.iter().all(|name| is_person(name) && is_short(name));
    }
    is_bare_name(line)
}

fn is_bare_name(line: &Line) -> bool {
    let name = plain(line.text);
    let is_of_name = |ch: char| ch.is_alphabetic() || matches!(ch, ' ' | '.' | '-' | '\'' | '’');
    line.cue.is_none()
        && line.notice_word_count + line.reader_word_count == 0
        && line.word_count <= NAME_WORDS_MAX
        && name.chars().all(is_of_name)
        && name.contains(' ')
        && is_person(&name)
}

/// Whether `name` is not all in capitals.
fn is_mixed(name: &str) -> bool {
    let has_case = |ch: char| ch.is_lowercase() || ch.is_uppercase();
    !name.contains(has_case) || name.contains(char::is_lowercase)
}

/// Whether no long word of `name` stands in small letters on the page, as words of a menu do.
fn is_written_large(lines: &[Line], name: &str) -> bool {
    let words = name.split_whitespace().filter(|word| word.len() >= WORD_BYTES_MIN);
    let large = words.filter(|word| word.starts_with(char::is_uppercase));
    let small: Vec<String> = large.map(str::to_lowercase).collect();
    let mut all = lines.iter().flat_map(|line| line.text.split(|ch: char| !ch.is_alphabetic()));
    !all.any(|word| small.iter().any(|small| small == word))
}

/// Whether a name has an end before `rest`.
fn is_end(rest: &str) -> bool {
    !rest.starts_with(char::is_alphabetic)
}

/// The line's words without targets of links and marks of markdown.
pub fn plain(text: &str) -> Cow<'_, str> {
    let is_mark = |ch: char| matches!(ch, '[' | ']' | '*' | '#' | '_');
    if !text.contains(is_mark) {
        return text.trim().into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        out.push_str(&rest[..at]);
        rest = rest[at..].find(')').map_or("", |end| &rest[at + end + 1..]);
        // Links side by side are two things.
        if rest.starts_with(" [") {
            out.push(',');
        }
    }
    out.push_str(rest);
    out.retain(|ch| !is_mark(ch));
    out.trim().to_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    /// The lines of `text`, and which are kept: those that end as sentences do.
    fn lines(text: &str) -> (Vec<Line<'_>>, Vec<bool>) {
        let mut start = 0;
        let lines = text.split('\n').map(|line| {
            let span = Span::new(start, start + line.len());
            start += line.len() + 1;
            let line = Line::of(text, span);
            let is_kept = line.is_closed;
            (line, is_kept)
        });
        lines.unzip()
    }

    /// The number of date lines, the authors and the number of lines of the lead.
    fn head(text: &str) -> (usize, String, usize) {
        let (lines, kept) = lines(text);
        let head = Head::of(&lines, &kept, 1);
        (head.date_lines.len(), head.authors.join("; "), head.lead.len())
    }

    #[test]
    fn names_and_days_between_title_and_body_are_told() {
        let body = "The council voted to close the bridge for repairs, after engineers found \
            cracks in two of its piers, the mayor said.";
        let lead = "Engineers found cracks in two of the piers before it was too late";
        let pier = "The pier that was closed in the winter of that year (Bob Ray/The Post)";
        for (lines, expected) in [
            ("Ann Lee\n27.09.2021, 14:20 Uhr", (1, "Ann Lee", 0)),
            ("A lead of one sentence.\n[Ann Lee](/ann)\n3 May 2024, 14:20", (1, "Ann Lee", 1)),
            (&format!("{lead}\n**Ann Lee**\nStaff writer\nShare"), (0, "Ann Lee", 1)),
            (&format!("{lead}\nShare"), (0, "", 0)),
            (&format!("{pier}\nAnn Lee\n3 May 2024, 14:20"), (1, "Ann Lee", 0)),
            ("Ann Lee\nHilltown\n3 May 2024, 14:20", (1, "Ann Lee", 0)),
            ("Aug. 7, 2024 5:00 a.m. PT | Updated Aug. 8, 2024 3:12 p.m. PT", (1, "", 0)),
            ("By Ann Lee, a teacher of philosophy who lives in the north", (0, "Ann Lee", 0)),
            ("3 May 2024\nShare Article\nTo share this article", (1, "", 0)),
            ("Ann Lee\nNothing beside it", (0, "", 0)),
            ("Ann Lee and Bob Ray\n3 May 2024, 14:20", (1, "Ann Lee; Bob Ray", 0)),
            ("Ann Lee and nothing beside it", (0, "", 0)),
            ("Ann Lee Political correspondent\n3 May 2024, 14:20", (1, "Ann Lee", 0)),
            ("ANN LEE\nStaff writer\n3 May 2024, 14:20", (1, "ANN LEE", 0)),
            ("ANN LEE\nHilltown\n3 May 2024, 14:20", (1, "ANN LEE", 0)),
            ("HILL PARK\n3 May 2024, 14:20", (1, "", 0)),
            ("Ann Lee\nA line\n3 May 2024, 14:20\nMore by Ann Lee", (1, "Ann Lee", 0)),
            ("Ann Lee. Published 3 May 2024 at 14:20", (1, "Ann Lee", 0)),
            ("The Post Ann Lee. Updated 3 May 2024\nThe Post", (1, "Ann Lee", 0)),
            ("By Ann Lee\nA lead of one sentence.\n3 May 2024, 14:20", (1, "Ann Lee", 1)),
            ("[Share](/share) 3 May 2024, 14:20", (1, "", 0)),
            ("Ann Lee 3 May 2024, 14:20", (1, "Ann Lee", 0)),
            ("Hill Agency 3 May 2024, 14:20", (1, "", 0)),
            ("By\nAnn Lee\n3 May 2024, 14:20", (1, "Ann Lee", 0)),
            ("By Ann Lee Edited By Bob Ray", (0, "Ann Lee", 0)),
            ("ANN LEE\n@annlee\nHilltown", (0, "ANN LEE", 0)),
        ] {
            let (dates, authors, lead) =
                head(&format!("News\nTown closes bridge\n{lines}\n{body}"));
            assert_eq!((dates, authors.as_str(), lead), expected, "{lines}");
        }
    }

    #[test]
    fn a_byline_may_stand_above_the_title_or_be_missing() {
        for (text, authors) in [
            ("By [Ann Lee](/ann)\nTown closes bridge\nIt did so.", "Ann Lee"),
            ("News\nTown closes bridge", ""),
            ("News\nTown closes bridge\nBy now it is shut", ""),
        ] {
            assert_eq!(head(text).1, authors, "{text}");
        }
    }

    #[test]
    fn what_ends_the_text_with_the_authors_name_says_who_that_is() {
        let text = "Town closes bridge\nBy Ann Lee\nAnn Lee saw it close.\nOne.\nTwo.\nThree.\n\
            ANN LEE teaches bridges.\nAnn Leeson stays.";
        let (lines, kept) = lines(text);
        let head = Head::of(&lines, &kept, 0);
        assert_eq!(head.notes(&lines, &kept), [6]);
    }

    #[test]
    fn marks_of_markdown_are_no_words() {
        for (text, words) in [
            ("By [Ann](/a) and **Bob**", "By Ann and Bob"),
            ("[Ann](/a) [Bob](/b)", "Ann, Bob"),
            ("[Ann](", "Ann"),
            ("", ""),
        ] {
            assert_eq!(plain(text), words);
        }
    }
}
