//! One line and what can be said of it without its neighbours.

use super::cues::{self, Cue, Place};
use crate::layers::Kind;
use crate::span::Span;

/// A line with words or marks in it.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    pub span: Span,
    pub text: &'a str,
    /// Words; two characters of a script without spaces count as one.
    pub word_count: usize,
    pub capital_count: usize,
    pub digit_count: usize,
    pub function_word_count: usize,
    pub char_count: usize,
    /// It ends as a sentence ends.
    pub is_closed: bool,
    /// It ends in an ellipsis.
    pub is_cut_off: bool,
    /// A list mark and nothing else.
    pub is_bullet: bool,
    /// Nothing but the parts of a date.
    pub is_date: bool,
    /// Holds a date, or the digits of one.
    pub has_date: bool,
    /// Markdown links and nothing else.
    pub is_links: bool,
    /// A chain of short parts: `Home > News > Politics`.
    pub is_breadcrumb: bool,
    pub cue: Option<Cue>,
    /// Equal for lines that say the same.
    pub folded: String,
}

/// Lines of more words than this are prose that mentions a cue, not a cue.
const CUE_WORDS_MAX: usize = 32;
/// A byline names few words after its cue.
const BYLINE_WORDS_MAX: usize = 12;
/// Captions say more than other cues.
const CAPTION_WORDS_MAX: usize = 60;

impl<'a> Line<'a> {
    /// Looks at the line at `span` of `text`; `buffer` is scratch space.
    pub fn of(text: &'a str, span: Span, buffer: &mut String) -> Self {
        let line = span.slice(text);
        cues::fold(line, buffer);
        let folded = buffer.clone();
        let words =
            || line.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
        let spaceless = line.chars().filter(|ch| is_spaceless(*ch)).count();
        let word_count = words().count() + spaceless / 2;
        let is_links = line.starts_with('[') && line.ends_with(')') && line.contains("](");
        let mut new = Self {
            span,
            text: line,
            word_count,
            capital_count: words().filter(|word| begins_with_capital(word)).count(),
            digit_count: line.chars().filter(char::is_ascii_digit).count(),
            function_word_count: cues::function_word_count(&folded) + spaceless / 6,
            char_count: line.chars().count(),
            is_closed: is_closed(line),
            is_cut_off: is_cut_off(line),
            is_bullet: !line.chars().any(char::is_alphanumeric),
            is_date: is_date(&folded),
            has_date: has_date(&folded, line),
            is_links,
            is_breadcrumb: is_breadcrumb(line),
            cue: None,
            folded,
        };
        new.cue = new.find_cue();
        new
    }

    /// Share of function words, in thousandths.
    pub fn function_share(&self) -> usize {
        self.function_word_count * 1000 / self.word_count.max(1)
    }

    /// Whether it reads like a headline or a heading: short and without a final stop.
    pub fn is_headline(&self) -> bool {
        !self.is_closed && !self.is_bullet && self.word_count <= 30
    }

    fn find_cue(&self) -> Option<Cue> {
        if self.is_links {
            let links = self.text.split("](").filter_map(|part| part.rsplit('[').next());
            let mut folded = String::new();
            for link in links {
                cues::fold(link, &mut folded);
                if let Some(cue) = cues::find(&folded).filter(|cue| cue.place == Place::Line) {
                    return Some(cue);
                }
            }
        }
        let cue = cues::find(&self.folded)?;
        let fits = match (cue.kind, cue.place) {
            (_, Place::Line) => true,
            (Kind::Byline, Place::Start) => self.is_byline(cue.length),
            (Kind::Caption, _) => self.word_count <= CAPTION_WORDS_MAX,
            (Kind::DateHeader, Place::Start) => {
                self.has_date && self.word_count <= BYLINE_WORDS_MAX + 4
            }
            (Kind::Nav | Kind::Social | Kind::ReadingTime | Kind::ViewCount | Kind::Ad, _) => {
                self.word_count <= CUE_WORDS_MAX / 2
            }
            (Kind::Related, Place::Start) => {
                // "Related: …" is a pointer; a sentence that begins so is not.
                self.word_count <= CUE_WORDS_MAX && (!self.is_closed || self.word_count <= 16)
            }
            _ => self.word_count <= CUE_WORDS_MAX,
        };
        fits.then_some(cue)
    }

    /// Whether what follows the byline's cue are names.
    fn is_byline(&self, cue_length: usize) -> bool {
        let rest = self.folded.get(cue_length..).unwrap_or_default();
        let cue_words = self.folded[..cue_length].split_whitespace().count();
        let words: Vec<&str> = self.text.split_whitespace().skip(cue_words).collect();
        let capital_count = words.iter().filter(|word| begins_with_capital(word)).count();
        let full_stop = self.is_closed && !self.text.ends_with(['!', '?']) && words.len() > 4;
        !rest.is_empty()
            && words.first().is_some_and(|word| begins_with_capital(word))
            && words.len() <= BYLINE_WORDS_MAX
            && capital_count * 2 >= words.len()
            && !full_stop
    }
}

fn is_spaceless(ch: char) -> bool {
    matches!(ch, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{0E00}'..='\u{0E7F}')
}

pub fn begins_with_capital(word: &str) -> bool {
    let letter = word.chars().find(|ch| ch.is_alphanumeric());
    letter.is_some_and(char::is_uppercase)
}

/// Whether the line's last mark, closing quotes and brackets aside, ends a sentence.
pub fn is_closed(line: &str) -> bool {
    let marks = |ch: char| {
        ch.is_whitespace()
            || matches!(
                ch,
                '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）' | '*' | '_' | '“'
            )
    };
    let end = line.trim_end_matches(marks);
    end.ends_with(['.', '!', '?', '。', '！', '？', '؟', '।', '۔', '…']) && !is_cut_off(line)
}

fn is_cut_off(line: &str) -> bool {
    let end = line.trim_end_matches([']', ')', ' ', '\u{A0}']);
    end.ends_with('…') || end.ends_with("...") || end.ends_with("[…")
}

fn is_date(folded: &str) -> bool {
    let mut number_count = 0;
    let mut named = false;
    for word in folded.split(|ch: char| !ch.is_alphanumeric() && ch != '#') {
        if word.is_empty() || cues::is_date_joiner(word) {
            continue;
        }
        if word.contains('#') && word.chars().filter(|ch| ch.is_alphabetic()).count() <= 2 {
            number_count += word.matches('#').count();
        } else if cues::is_date_word(word) {
            named = true;
        } else {
            return false;
        }
    }
    number_count >= 1 && named || number_count >= 3 && folded.contains(['/', '-', '.'])
}

/// A month by name beside a number, or a numeric date.
fn has_date(folded: &str, line: &str) -> bool {
    let words: Vec<&str> = folded
        .split(|ch: char| !ch.is_alphanumeric() && ch != '#')
        .filter(|word| !word.is_empty())
        .collect();
    let named = words.windows(2).any(|pair| {
        let is_number = |word: &str| word.starts_with('#');
        cues::is_date_word(pair[0]) && is_number(pair[1])
            || is_number(pair[0]) && cues::is_date_word(pair[1])
    });
    named || line.split_whitespace().any(is_numeric_date)
}

fn is_numeric_date(word: &str) -> bool {
    let parts: Vec<&str> =
        word.trim_matches(|ch: char| !ch.is_ascii_digit()).split(['/', '-', '.']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3
        && parts.iter().all(digits)
        && matches!(
            (parts[0].len(), parts[1].len(), parts[2].len()),
            (1..=2, 1..=2, 2 | 4) | (4, 1..=2, 1..=2)
        )
}

fn is_breadcrumb(line: &str) -> bool {
    [" > ", " › ", " » ", " / ", " → ", " | "].iter().any(|separator| {
        let parts: Vec<&str> = line.split(separator).collect();
        let short = |part: &&str| part.split_whitespace().count() <= 3;
        let (first, rest) = (&parts[0], &parts[1..]);
        let enough = if matches!(*separator, " > " | " › ") { 1 } else { 2 };
        rest.len() >= enough
            && short(first)
            && rest[..rest.len() - 1].iter().all(short)
            && !is_closed(line)
    })
}
