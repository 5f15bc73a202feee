//! What the model is told of one line by itself: small integers, the same for every script.
//!
//! Invariant: a pass over the line's characters and its words, no more; nothing here looks at a
//! neighbour.

use super::cues::Place;
use super::line::Line;
use crate::layers::Kind;
use crate::text::is_letter_or_digit;

/// Counts of a line's characters and words.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Letters and digits outside links' targets: what the line weighs.
    pub ink: i32,
    pub letters: i32,
    pub uppers: i32,
    pub commas: i32,
    pub stops: i32,
    pub marks: i32,
    pub quotes: i32,
    pub separators: i32,
    pub brackets: i32,
    pub links: i32,
    /// Letters and digits inside links' words.
    pub link_ink: i32,
    pub symbols: i32,
    /// White space before the line, in characters.
    pub indent: i32,
    /// Empty lines between this line and the one before.
    pub blank_before: i32,
    /// 0 none, 1 a list mark, 2 a heading's mark, 3 a quotation's or table's.
    pub mark: i32,
    pub begins_lower: bool,
    pub ends: End,
    pub has_address: bool,
    pub has_time: bool,
    pub long_words: i32,
}

/// The line's last mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum End {
    #[default]
    Other = 0,
    Letter = 1,
    Digit = 2,
    Comma = 3,
    Colon = 4,
    Question = 5,
    Exclamation = 6,
    Quote = 7,
    Stop = 8,
    Ellipsis = 9,
}

impl Facts {
    /// Counts the line; `above` is what stands between it and the line before.
    pub fn of(line: &Line, above: &str) -> Self {
        let mut facts = Self::default();
        let text = line.text;
        let breaks = above.matches('\n').count() as i32;
        facts.blank_before = (breaks - 1).clamp(0, 3);
        let own = above.rsplit('\n').next().unwrap_or("");
        facts.indent = (own.chars().count() as i32).min(60);
        facts.mark = mark(text);
        facts.count(text);
        let first = text.chars().find(|ch| is_letter_or_digit(*ch));
        facts.begins_lower = first.is_some_and(char::is_lowercase);
        facts.ends = end(line);
        facts.has_address = has_address(text.as_bytes());
        facts.has_time = has_time(text.as_bytes());
        facts
    }

    fn count(&mut self, text: &str) {
        let (mut in_link, mut before, mut run) = (false, ' ', 0);
        let mut chars = text.chars();
        while let Some(ch) = chars.next() {
            if is_letter_or_digit(ch) {
                run += 1;
                if !ch.is_ascii_digit() {
                    self.letters += 1;
                    self.uppers += i32::from(ch.is_uppercase());
                }
                before = ch;
                continue;
            }
            self.ink += run;
            self.link_ink += if in_link { run } else { 0 };
            self.long_words += i32::from(run >= 7);
            run = 0;
            match ch {
                ' ' => {}
                '(' if before == ']' => {
                    self.links += 1;
                    in_link = false;
                    before = chars.by_ref().find(|ch| *ch == ')').unwrap_or_default();
                    continue;
                }
                '[' => in_link = true,
                ']' => {}
                ',' | '،' | '、' | '，' | ';' => self.commas += 1,
                '.' | '!' | '?' | '。' | '！' | '？' | '؟' | '।' | '۔' => {
                    self.stops += i32::from(is_letter_or_digit(before) || before == '»');
                }
                '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '‘' | '‹' | '›' =>
                {
                    self.quotes += 1;
                }
                '|' | '·' | '•' | '/' | '→' | '>' | '–' | '—' => self.separators += 1,
                '(' | ')' => self.brackets += 1,
                ':' | '\'' | '’' | '-' | '_' | '*' | '#' => self.marks += 1,
                _ if ch.is_whitespace() => {}
                _ => self.symbols += 1,
            }
            before = ch;
        }
        self.ink += run;
        self.link_ink += if in_link { run } else { 0 };
        self.long_words += i32::from(run >= 7);
    }
}

fn mark(text: &str) -> i32 {
    let word = text.split(' ').next().unwrap_or("");
    match word {
        "*" | "-" | "•" | "·" | "+" | "–" | "◦" | "▪" => 1,
        _ if !word.is_empty() && word.bytes().all(|byte| byte == b'#') => 2,
        ">" | "|" => 3,
        _ => 0,
    }
}

fn end(line: &Line) -> End {
    if line.is_cut_off {
        return End::Ellipsis;
    }
    let Some(last) = line.text.trim_end_matches(['*', '_', ')', ']', ' ']).chars().next_back()
    else {
        return End::Other;
    };
    match last {
        '.' | '。' | '।' | '۔' => End::Stop,
        '!' | '！' => End::Exclamation,
        '?' | '？' | '؟' => End::Question,
        ':' | '：' => End::Colon,
        ',' | ';' | '،' | '、' => End::Comma,
        '"' | '”' | '“' | '»' | '」' | '\'' | '’' => End::Quote,
        _ if last.is_ascii_digit() => End::Digit,
        _ if is_letter_or_digit(last) => End::Letter,
        _ => End::Other,
    }
}

/// `name@host`, `www.host`, `https://host`.
fn has_address(bytes: &[u8]) -> bool {
    memchr::memchr3_iter(b'@', b'.', b':', bytes).any(|at| match bytes[at] {
        b'@' => true,
        b'.' => bytes[..at].ends_with(b"www"),
        _ => bytes[at..].starts_with(b"://"),
    })
}

/// `12:34`.
fn has_time(bytes: &[u8]) -> bool {
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    memchr::memchr_iter(b':', bytes)
        .any(|at| at > 0 && is_digit(at - 1) && is_digit(at + 1) && is_digit(at + 2))
}

/// The cue's kind as a number, 0 for none.
pub fn cue_code(line: &Line) -> i32 {
    line.cue.map_or(0, |cue| match cue.kind {
        Kind::Nav => 1,
        Kind::Related => 2,
        Kind::CommentForm | Kind::Comment => 3,
        Kind::Newsletter => 4,
        Kind::Social => 5,
        Kind::ReadingTime | Kind::ViewCount => 6,
        Kind::Legal => 7,
        Kind::Ad => 8,
        Kind::Caption => 9,
        Kind::Byline => 10,
        Kind::DateHeader => 11,
        _ => 12,
    })
}

/// How much of the line its cue is: 0 none, 1 somewhere in it, 2 its start, 3 the line.
pub fn cue_place(line: &Line) -> i32 {
    line.cue.map_or(0, |cue| match cue.place {
        Place::Anywhere => 1,
        Place::Start => 2,
        Place::Line => 3,
    })
}
