//! Where sentences end inside a line: candidates by a byte scan, then what stands around them.
//!
//! A candidate is a run of terminators. Closing quotes and brackets after it belong to it. It is
//! no boundary where what follows goes on (lower case, a comma), or where its stop belongs to an
//! abbreviation, an initial, an ordinal or an ellipsis in brackets. When in doubt, do not cut.

use super::abbreviations::{Class, Rules};

/// A quotation up to this many bytes long that ends in `?` or `!` and goes on in lower case is
/// one with its sentence.
const SHORT_QUOTE_BYTES_MAX: usize = 100;

/// The ends of all sentences of `text` but the last, in bytes.
pub fn boundaries(text: &str, rules: &Rules) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut ends = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        if !may_terminate(bytes[at]) {
            at += 1;
            continue;
        }
        if !text.is_char_boundary(at) || !is_terminator(first(&text[at..])) {
            at += 1;
            continue;
        }
        let candidate = Candidate::at(text, start, at);
        if candidate.next < text.len() && candidate.is_boundary(rules) {
            ends.push(candidate.end);
            start = candidate.next;
        }
        at = candidate.end.max(at + 1);
    }
    ends
}

/// First bytes of the terminators: `.`, `!`, `?`, and of `…`, `。`, `！`, `？`, `؟`, `۔`, `।`.
fn may_terminate(byte: u8) -> bool {
    matches!(byte, b'.' | b'!' | b'?' | 0xE2 | 0xE3 | 0xEF | 0xD8 | 0xDB | 0xE0)
}

fn is_terminator(ch: char) -> bool {
    matches!(ch, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '．' | '؟' | '۔' | '।' | '॥')
}

/// Terminators that need no white space after them.
fn is_full_width(ch: char) -> bool {
    matches!(ch, '。' | '！' | '？' | '．')
}

fn is_closer(ch: char) -> bool {
    matches!(
        ch,
        '»' | '”'
            | '’'
            | '›'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '\''
            | '"'
            | '“'
    )
}

fn is_opener(ch: char) -> bool {
    matches!(
        ch,
        '«' | '“'
            | '„'
            | '‟'
            | '‘'
            | '‚'
            | '‹'
            | '('
            | '['
            | '{'
            | '「'
            | '『'
            | '（'
            | '【'
            | '《'
            | '〈'
            | '"'
            | '\''
            | '»'
            | '”'
            | '¿'
            | '¡'
            | '—'
            | '–'
            | '-'
            | '―'
            | '•'
            | '*'
            | '_'
            | '…'
    )
}

fn first(text: &str) -> char {
    text.chars().next().unwrap_or('\0')
}

fn last(text: &str) -> char {
    text.chars().next_back().unwrap_or('\0')
}

/// A run of terminators with what closes after it.
struct Candidate<'a> {
    text: &'a str,
    /// Where the sentence in hand begins.
    start: usize,
    /// The run of terminators.
    run: &'a str,
    run_start: usize,
    /// After the closers.
    end: usize,
    /// After the white space that follows.
    next: usize,
}

impl<'a> Candidate<'a> {
    fn at(text: &'a str, start: usize, run_start: usize) -> Self {
        let rest = &text[run_start..];
        let run_end = run_start + rest.find(|ch| !is_terminator(ch)).unwrap_or(rest.len());
        let run = &text[run_start..run_end];
        let end = after_closers(text, start, run_end);
        let next = end + (text[end..].len() - text[end..].trim_start().len());
        Self { text, start, run, run_start, end, next }
    }

    fn is_boundary(&self, rules: &Rules) -> bool {
        let spaced = self.next > self.end;
        let full_width = self.run.chars().any(is_full_width);
        let closers = &self.text[self.run_start + self.run.len()..self.end];
        if full_width {
            return !self.goes_on_after_quote(closers) && !self.is_inside_corner_brackets();
        }
        if !spaced && !self.is_lost_space() {
            return false;
        }
        if self.goes_on() || self.is_in_brackets(closers) || self.is_short_quote_that_goes_on() {
            return false;
        }
        match self.run {
            "." if closers.is_empty() || closers == ")" => !self.stop_belongs_to_word(rules),
            _ => true,
        }
    }

    /// Whether what follows cannot begin a sentence.
    fn goes_on(&self) -> bool {
        let rest = self.text[self.next..]
            .trim_start_matches(|ch: char| is_opener(ch) || ch.is_whitespace());
        let ch = first(rest);
        let follower = first(&self.text[self.next..]);
        ch.is_lowercase()
            || matches!(follower, ',' | ';' | ':' | ')' | ']' | '%' | '/' | '،' | '؛')
            || rest.is_empty() && follower != '\0' && !is_opener(follower)
    }

    /// A space was lost: `».Il`, `partout.Le`, never inside `site.com` or `U.S.`.
    fn is_lost_space(&self) -> bool {
        let rest = &self.text[self.end..];
        let rest = rest.trim_start_matches(['«', '“', '"', '(']);
        let mut after = rest.chars();
        let begins_word = after.next().is_some_and(char::is_uppercase)
            && after
                .next()
                .is_some_and(|ch| ch.is_lowercase() || ch == '\'' || ch == '’' || ch == ' ');
        let token_start =
            self.text[..self.run_start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let token = self.text[token_start..self.run_start].trim_end_matches(is_closer);
        let tail_lower = token.chars().rev().take(3).filter(|ch| ch.is_lowercase()).count();
        let is_address = token.contains(['@', '/', '.', '_']);
        begins_word
            && !is_address
            && (tail_lower == 3 || self.text[..self.run_start].ends_with(['»', '”', ')']))
    }

    /// `[...]`, `(…)`, `(!)`: the brackets hold nothing but the terminators.
    fn is_in_brackets(&self, closers: &str) -> bool {
        closers.starts_with([')', ']'])
            && self.text[..self.run_start].trim_end().ends_with(['(', '['])
    }

    /// `« Où ? Quand ? » demanda-t-il`: the quotation in hand is short, ends in `?` or `!`, and the
    /// sentence goes on after it.
    fn is_short_quote_that_goes_on(&self) -> bool {
        let before = &self.text[self.start..self.run_start];
        let Some(open) = before.rfind(['«', '“', '„']) else { return false };
        let close = if before[open..].starts_with('«') { '»' } else { '”' };
        if before[open..].contains(close) {
            return false;
        }
        let rest = &self.text[self.end..];
        let Some(length) = rest.find(close) else { return false };
        let quote_end = self.end + length;
        let inside = self.text[self.run_start..quote_end].trim_end();
        let after = self.text[quote_end + close.len_utf8()..].trim_start();
        quote_end - (self.start + open) <= SHORT_QUOTE_BYTES_MAX
            && inside.ends_with(['?', '!', '…'])
            && first(after).is_lowercase()
    }

    /// `「……。」と述べた`: a particle in kana goes on after the closing bracket.
    fn goes_on_after_quote(&self, closers: &str) -> bool {
        let follower = first(&self.text[self.next..]);
        let is_kana = ('\u{3041}'..='\u{3096}').contains(&follower);
        !closers.is_empty() && is_kana || matches!(follower, '、' | '，' | ',')
    }

    fn is_inside_corner_brackets(&self) -> bool {
        let before = &self.text[self.start..self.end];
        before.matches(['「', '『', '（']).count() > before.matches(['」', '』', '）']).count()
    }

    /// Whether the single stop belongs to the word before it.
    fn stop_belongs_to_word(&self, rules: &Rules) -> bool {
        let before = &self.text[self.start..self.run_start];
        let is_edge =
            |ch: char| ch.is_whitespace() || is_opener(ch) && ch != '…' || ch == '’' || ch == '/';
        let word_start = before.rfind(is_edge).map_or(0, |at| at + first(&before[at..]).len_utf8());
        let word = &before[word_start..];
        let is_first =
            before[..word_start].trim_matches(|ch: char| !ch.is_alphanumeric()).is_empty();
        let follower = self.follower();
        if let Some(class) = rules.class(word) {
            return match class {
                Class::Never => true,
                Class::BeforeStarter => !rules.is_starter(follower),
                Class::NotBeforeNumber => follower.starts_with(|ch: char| ch.is_numeric()),
            };
        }
        if !word.is_empty() && word.chars().all(|ch| ch.is_ascii_digit()) {
            let short = word.len() <= 2;
            let enumerates = is_first && word.len() <= 3;
            return enumerates || rules.ordinal_stop && short && !rules.is_starter(follower);
        }
        if is_first && word.chars().count() == 1 && last(word).is_alphabetic() {
            return true;
        }
        if is_dotted_letters(word) {
            return !rules.is_starter(follower);
        }
        is_initial(word)
            && !(rules.is_starter(follower) && follows_lower_case(&before[..word_start]))
    }

    /// The word that follows, without what opens before it.
    fn follower(&self) -> &'a str {
        let rest = self.text[self.next..]
            .trim_start_matches(|ch: char| is_opener(ch) || ch.is_whitespace());
        let end = rest.find(|ch: char| !ch.is_alphanumeric()).unwrap_or(rest.len());
        &rest[..end]
    }
}

/// Past quotes and brackets that close, also after a no-break or plain space before `»`.
fn after_closers(text: &str, start: usize, mut end: usize) -> usize {
    loop {
        let rest = &text[end..];
        let ch = first(rest);
        let spaced = rest.trim_start_matches([' ', '\u{A0}', '\u{202F}', '\u{2009}']);
        if ch == '"' && text[start..end].matches('"').count().is_multiple_of(2) {
            return end;
        }
        if ch == '“' && !text[start..end].contains('„') {
            return end;
        }
        if ch != '\0' && is_closer(ch) {
            end += ch.len_utf8();
        } else if spaced.starts_with('»')
            && spaced.len() < rest.len()
            && is_open_guillemet(text, start, end)
        {
            end += rest.len() - spaced.len() + '»'.len_utf8();
        } else if is_terminator(ch) {
            end += ch.len_utf8();
        } else {
            return end;
        }
    }
}

fn is_open_guillemet(text: &str, start: usize, end: usize) -> bool {
    let before = &text[start..end];
    before.matches('«').count() > before.matches('»').count()
}

/// `U.S`, `p.m`, `z.B`: letters with stops between them.
fn is_dotted_letters(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
        })
}

/// One capital letter: `J. Dupont`, `J.-P. Dupont`.
fn is_initial(word: &str) -> bool {
    let last_part = word.rsplit(['-', '.']).next().unwrap_or(word);
    let mut letters = last_part.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

fn follows_lower_case(before: &str) -> bool {
    let word = before.trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
    word.starts_with(char::is_lowercase)
}
