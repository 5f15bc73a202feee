//! One line and what can be said of it without its neighbours.

use std::cell::OnceCell;

use super::credits::credit_label;
use super::cues::{self, Cue, Place};
use super::fold::fold;
use super::head;
use crate::byline::{after_by, is_person};
use crate::layers::Kind;
use crate::span::Span;
use crate::text::{is_digit, is_letter_or_digit};

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
    /// Words of notices to readers, and words that speak to them.
    pub notice_word_count: usize,
    pub reader_word_count: usize,
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
    /// Many articles of the site have it.
    pub is_repeated_across: bool,
    pub cue: Option<Cue>,
    /// Equal for lines that say the same.
    pub folded: String,
    /// Its long words, by hash.
    pub long_words: Vec<u16>,
    says_names: OnceCell<bool>,
}

/// Lines of more words than this are prose that mentions a cue, not a cue.
const CUE_WORDS_MAX: usize = 32;
/// A byline names few words after its cue.
const BYLINE_WORDS_MAX: usize = 12;
/// `Updated at 9.30`: a time of day has so many digits, and few words before it.
const TIME_DIGITS_MIN: usize = 3;
const TIME_WORDS_MAX: usize = 7;
/// A person's name has at most so many words, …
const NAME_WORDS_MAX: usize = 3;
/// … with what its bearer is so many.
const PERSON_WORDS_MAX: usize = 8;
/// What pitches and notices begin with tells also of whole paragraphs, …
const NOTICE_WORDS_MAX: usize = 60;
/// … and a byline goes on with when in so many words.
const SIGNED_WORDS_MAX: usize = 8;
/// A credit behind a caption has at most so many words.
const CREDIT_WORDS_MAX: usize = 10;
/// Captions say more than other cues.
const CAPTION_WORDS_MAX: usize = 60;
/// A bar of buttons whose names lost the spaces between them.
const GLUED_WORDS_MAX: usize = 3;
/// No label of a site is longer.
const LABEL_BYTES_MAX: usize = 40;
/// `1/2/24`.
const NUMERIC_DATE_DIGITS_MIN: usize = 4;

impl<'a> Line<'a> {
    /// Looks at the line at `span` of `text`.
    pub fn of(text: &'a str, span: Span) -> Self {
        let line = span.slice(text);
        let folded = fold(line);
        let counts = Counts::of(line);
        let wording = cues::wording(&folded);
        let is_closed = is_closed(line);
        let has_numeric_date = counts.digits >= NUMERIC_DATE_DIGITS_MIN && holds_numeric_date(line);
        let mut new = Self {
            span,
            text: line,
            word_count: counts.words + counts.spaceless / 2,
            capital_count: counts.capitals,
            digit_count: counts.digits,
            function_word_count: wording.function_word_count + counts.spaceless / 6,
            notice_word_count: wording.notice_word_count,
            reader_word_count: wording.reader_word_count,
            char_count: counts.chars,
            is_closed,
            is_cut_off: is_cut_off(line),
            is_bullet: counts.words == 0,
            is_date: wording.is_date,
            has_date: wording.names_date || has_numeric_date,
            is_links: line.starts_with('[') && line.ends_with(')') && line.contains("]("),
            is_breadcrumb: !is_closed && is_breadcrumb(line),
            is_repeated_across: false,
            cue: None,
            folded,
            long_words: wording.long_words,
            says_names: OnceCell::new(),
        };
        new.cue = if counts.words > CAPTION_WORDS_MAX && !new.is_links {
            cues::find_line(&new.folded)
        } else {
            new.find_cue(wording.phrase)
        };
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

    /// Whether it names persons behind words like "by"; looked up once.
    pub fn says_names(&self) -> bool {
        *self.says_names.get_or_init(|| head::said_names(self).is_some())
    }

    /// Whether it is a name, or a name and what its bearer is: `Ann Lee, Minister`.
    pub fn names_person(&self) -> bool {
        let (name, role) = self.text.split_once(", ").unwrap_or((self.text, ""));
        let is_role = role.is_empty() || begins_with_capital(role);
        is_role
            && !self.is_closed
            && self.word_count <= PERSON_WORDS_MAX
            && name.split(' ').count() <= NAME_WORDS_MAX
            && is_person(name)
    }

    /// The cue that tells most: of the whole line, else of its start, else the `phrase` in it.
    fn find_cue(&self, phrase: Option<Cue>) -> Option<Cue> {
        if self.is_links {
            let links = self.text.split("](").filter_map(|part| part.rsplit('[').next());
            for link in links {
                let folded = fold(link);
                if let Some(cue) = cues::find_line(&folded) {
                    return Some(cue);
                }
            }
        }
        let whole = cues::find_line(&self.folded);
        let start = || cues::find_start(&self.folded).filter(|cue| self.fits(cue));
        let glued = || self.find_glued().filter(|cue| self.fits(cue));
        whole
            .or_else(start)
            .or_else(glued)
            .or_else(|| phrase.filter(|cue| self.fits(cue)))
            .or_else(|| self.find_signed_date())
            .or_else(|| self.find_credit())
    }

    /// Whether a line of this length, with what else it says, can be what the cue tells.
    fn fits(&self, cue: &Cue) -> bool {
        match (cue.kind, cue.place) {
            (_, Place::Line) => true,
            (Kind::Byline, Place::Start) => self.is_byline(cue.length),
            (Kind::Caption, _) => self.word_count <= CAPTION_WORDS_MAX,
            (Kind::DateHeader, Place::Start) => {
                let has_time = !self.is_closed
                    && self.digit_count >= TIME_DIGITS_MIN
                    && self.word_count <= TIME_WORDS_MAX;
                self.has_date && self.word_count <= BYLINE_WORDS_MAX + 4 || has_time
            }
            (Kind::Nav | Kind::Social | Kind::ReadingTime | Kind::ViewCount | Kind::Ad, _) => {
                self.word_count <= CUE_WORDS_MAX / 2
            }
            (Kind::Related, Place::Start) => {
                // "Related: …" is a pointer; a sentence that begins so is not.
                self.word_count <= CUE_WORDS_MAX && (!self.is_closed || self.word_count <= 16)
            }
            (Kind::Newsletter | Kind::Legal | Kind::CommentForm, Place::Start) => {
                let to_reader = self.notice_word_count + self.reader_word_count;
                self.word_count <= if to_reader > 1 { NOTICE_WORDS_MAX } else { CUE_WORDS_MAX }
            }
            _ => self.word_count <= CUE_WORDS_MAX,
        }
    }

    /// The cue of a label that lost the space behind it: `Previous articleCouncil votes`; of one word
    /// only in a line that is hardly more, as a bar of buttons is: `FacebookTwitter`.
    fn find_glued(&self) -> Option<Cue> {
        let label = glued_label(self.text)?;
        if !label.contains(' ') && self.word_count > GLUED_WORDS_MAX {
            return None;
        }
        let cue = cues::find_line(&fold(label))?;
        Some(Cue { place: Place::Start, ..cue })
    }

    /// The cue that says when, behind names: `Ann Lee. Published 3 May 2024`, or behind words like
    /// "by" and names.
    fn find_signed_date(&self) -> Option<Cue> {
        if !self.has_date || self.word_count > CUE_WORDS_MAX {
            return None;
        }
        let says_when =
            |rest: &str| cues::find_start(&fold(rest)).filter(|cue| cue.kind == Kind::DateHeader);
        if let Some((_, rest)) = head::signature(self.text) {
            return says_when(rest);
        }
        after_by(self.text)?;
        let ends = self.text.match_indices(' ').skip(1).take(SIGNED_WORDS_MAX);
        ends.into_iter().find_map(|(at, _)| says_when(&self.text[at + 1..]))
    }

    /// The cue that says whose a picture is, at the end: `The harbour in winter. Photo: Ann Lee`.
    fn find_credit(&self) -> Option<Cue> {
        let credit = credit_label(self.text)
            .filter(|credit| credit.split_whitespace().count() <= CREDIT_WORDS_MAX)?;
        cues::find_start(&fold(credit)).filter(|cue| cue.kind == Kind::Caption)
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

/// What stands before the first capital right behind a small letter, where that is near the start.
fn glued_label(line: &str) -> Option<&str> {
    let opening = &line[..line.floor_char_boundary(LABEL_BYTES_MAX)];
    // Most lines are told by their bytes.
    let may_be_small = |byte: u8| byte.is_ascii_lowercase() || !byte.is_ascii();
    let may_be_capital = |byte: u8| byte.is_ascii_uppercase() || !byte.is_ascii();
    let mut neighbours = opening.as_bytes().windows(2);
    if !neighbours.any(|pair| may_be_small(pair[0]) && may_be_capital(pair[1])) {
        return None;
    }
    let pairs = opening.char_indices().zip(opening.chars().skip(1));
    let mut glued = pairs.filter(|((_, ch), next)| ch.is_lowercase() && next.is_uppercase());
    let ((at, ch), _) = glued.next()?;
    Some(&line[..at + ch.len_utf8()])
}

/// What a pass over a line's characters counts.
#[derive(Debug, Default)]
struct Counts {
    chars: usize,
    /// Digits of ASCII.
    digits: usize,
    /// Parts between white space with a letter or digit …
    words: usize,
    /// … and those whose first is a capital.
    capitals: usize,
    /// Characters of a script without spaces.
    spaceless: usize,
}

impl Counts {
    fn of(line: &str) -> Self {
        let mut counts = Self::default();
        let mut in_word = false;
        for ch in line.chars() {
            counts.chars += 1;
            if is_letter_or_digit(ch) {
                counts.digits += usize::from(is_digit(ch));
                if !in_word {
                    counts.words += 1;
                    counts.capitals += usize::from(ch.is_uppercase());
                }
                in_word = true;
            } else if ch.is_whitespace() {
                in_word = false;
            }
            counts.spaceless += usize::from(!ch.is_ascii() && is_spaceless(ch));
        }
        counts
    }
}

/// A character of a script that has no spaces between words.
pub fn is_spaceless(ch: char) -> bool {
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
    let end = without_initials(line).trim_end_matches(marks);
    end.ends_with(['.', '!', '?', '。', '！', '？', '؟', '।', '۔', '…']) && !is_cut_off(line)
}

/// The line without the initials of who wrote it, behind its last sentence: `… . (ann)`.
fn without_initials(line: &str) -> &str {
    const INITIALS_BYTES_MAX: usize = 8;
    let is_initials = |words: &str| {
        words.len() <= INITIALS_BYTES_MAX
            && words.contains(char::is_lowercase)
            && words.chars().all(|ch| ch.is_alphabetic() || matches!(ch, '/' | '-'))
    };
    let parts = line.strip_suffix(')').and_then(|line| line.rsplit_once(" ("));
    parts.filter(|(_, initials)| is_initials(initials)).map_or(line, |(line, _)| line)
}

fn is_cut_off(line: &str) -> bool {
    let end = line.trim_end_matches([']', ')', ' ', '\u{A0}']);
    end.ends_with('…') || end.ends_with("...") || end.ends_with("[…")
}

/// Whether a word of the line is a date in digits; most lines have no separator between digits.
fn holds_numeric_date(line: &str) -> bool {
    let is_digit = |at: usize| line.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let mut separators = memchr::memchr3_iter(b'/', b'-', b'.', line.as_bytes());
    separators.any(|at| at > 0 && is_digit(at - 1) && is_digit(at + 1))
        && line.split_whitespace().any(is_numeric_date)
}

fn is_numeric_date(word: &str) -> bool {
    let mut parts = word.trim_matches(|ch: char| !ch.is_ascii_digit()).split(['/', '-', '.']);
    let (Some(first), Some(second), Some(third), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    [first, second, third].into_iter().all(is_digits)
        && matches!(
            (first.len(), second.len(), third.len()),
            (1..=2, 1..=2, 2 | 4) | (4, 1..=2, 1..=2)
        )
}

/// A line that ends as no sentence does, in short parts.
fn is_breadcrumb(line: &str) -> bool {
    // The first bytes of a separator: most lines have none.
    let has_separator = line.as_bytes().windows(3).any(|bytes| {
        matches!(bytes, [b' ', b'>' | b'/' | b'|', b' '] | [b' ', 0xC2, 0xBB] | [b' ', 0xE2, _])
    });
    has_separator
        && [" > ", " › ", " » ", " / ", " → ", " | "].iter().any(|separator| {
            let parts: Vec<&str> = line.split(separator).collect();
            let short = |part: &&str| part.split_whitespace().count() <= 3;
            let (first, rest) = (&parts[0], &parts[1..]);
            let enough = if matches!(*separator, " > " | " › ") { 1 } else { 2 };
            rest.len() >= enough && short(first) && rest[..rest.len() - 1].iter().all(short)
        })
}
