//! Where sentences end inside a line: candidates by a byte scan, then what stands around them.
//!
//! A candidate is a run of terminators with the quotes and brackets that close after it. It is no
//! boundary where what follows goes on with the sentence, or where its stop belongs to the word
//! before it. When in doubt, do not cut.
//!
//! Invariant: one pass; what a candidate looks at behind and ahead is bounded, so that the time
//! is linear whatever the text.

use super::enumeration::Enumeration;
use super::follower::Follower;
use super::marks::{
    Mark, first, is_cjk, is_dash, is_invisible, is_opener, is_terminator, last, next_mark,
};
use super::quotes::Quotes;
use super::rules::{Rules, Trait};
use super::token::Token;
use crate::text::is_letter_or_digit;

/// A quotation of questions up to this long that goes on in lower case is one with its sentence.
const SHORT_QUOTATION_BYTES_MAX: usize = 120;
/// What ends before a dash and is this short may be only the place and date of a report.
const DATELINE_BYTES_MAX: usize = 40;
/// Who spoke is named within so many bytes and words after the quotation.
const ATTRIBUTION_BYTES_MAX: usize = 64;
const ATTRIBUTION_WORDS_MAX: usize = 4;
const DOMAIN_BYTES_MAX: usize = 8;

/// Appends to `ends` the ends of all sentences of `text` but the last, in bytes.
pub fn boundaries(text: &str, rules: &Rules, ends: &mut Vec<usize>) {
    let mut scan = Scan::of(text, rules);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = next_mark(bytes, at, &rules.leads) {
        at = found;
        let ch = first(&text[at..]);
        let mark = Mark::of(ch);
        if matches!(ch, '.' | ')') {
            scan.item(at, ends);
        }
        at = match mark {
            _ if rules.terminators.contains(&ch) => scan.candidate(at, ends),
            Some(Mark::Terminator | Mark::WideTerminator) => scan.candidate(at, ends),
            Some(Mark::Quote) => at + scan.quotes.see(text, at, ch),
            Some(Mark::Comma) if bytes.get(at + 1) == Some(&b',') => {
                at + scan.quotes.see(text, at, ch)
            }
            Some(Mark::BracketOpen | Mark::BracketClose) if !ch.is_ascii() => {
                at + scan.quotes.see(text, at, ch)
            }
            _ => at + ch.len_utf8(),
        };
    }
}

/// The state of the pass over one block.
struct Scan<'a> {
    text: &'a str,
    rules: &'a Rules,
    quotes: Quotes,
    /// Where the sentence in hand begins.
    start: usize,
    /// Up to where the sentence in hand was searched for a letter or digit, and whether it has one.
    searched: usize,
    has_ink: bool,
    /// The list the sentence in hand begins.
    items: Option<Enumeration>,
}

/// A run of terminators and what closes after it.
struct Candidate {
    run_start: usize,
    run_end: usize,
    /// After the closers.
    end: usize,
    /// The closers hold a quote.
    closes_quote: bool,
    closes_bracket: bool,
    /// A terminator comes after the closers.
    ends_again: bool,
    is_wide: bool,
    is_ellipsis: bool,
    /// `?` or `!`.
    is_loud: bool,
}

impl<'a> Scan<'a> {
    fn of(text: &'a str, rules: &'a Rules) -> Self {
        let items = Enumeration::at_start_of(text);
        Self {
            text,
            rules,
            quotes: Quotes::default(),
            start: 0,
            searched: 0,
            has_ink: false,
            items,
        }
    }

    /// Ends the sentence in hand at byte `end`.
    fn cut(&mut self, end: usize, ends: &mut Vec<usize>) {
        ends.push(end);
        self.start = end;
        self.searched = end;
        self.has_ink = false;
    }

    /// Cuts before the next item of a list, if its `.` or `)` stands at byte `at`.
    fn item(&mut self, at: usize, ends: &mut Vec<usize>) {
        let Some(items) = &mut self.items else { return };
        if let Some(start) = items.next_item(self.text, at)
            && start > self.start
        {
            self.cut(start, ends);
        }
    }

    /// Judges the candidate at byte `at` and returns where to scan on.
    fn candidate(&mut self, at: usize, ends: &mut Vec<usize>) -> usize {
        let candidate = self.read(at);
        let follower = Follower::at(self.text, candidate.end);
        if !self.has_ink {
            self.has_ink = self.text[self.searched..at].contains(is_letter_or_digit);
            self.searched = at;
        }
        if !follower.is_nothing() && self.has_ink && self.is_boundary(&candidate, &follower) {
            self.cut(candidate.end, ends);
            self.items = Enumeration::at_start_of(&self.text[candidate.end..]);
        }
        candidate.end
    }

    fn read(&mut self, run_start: usize) -> Candidate {
        let run_end = self.run_end(run_start);
        let run = &self.text[run_start..run_end];
        let mut candidate = Candidate {
            run_start,
            run_end,
            end: run_end,
            closes_quote: false,
            closes_bracket: false,
            ends_again: false,
            is_wide: run.chars().any(|ch| Mark::of(ch) == Some(Mark::WideTerminator)),
            is_ellipsis: run.contains('…') || run.contains("..") || run.contains(". ."),
            is_loud: run.contains(['?', '!', '？', '！', '؟']),
        };
        self.take_closers(&mut candidate);
        candidate
    }

    /// The end of a run of terminators; those after a space belong to it if they stand alone.
    fn run_end(&self, start: usize) -> usize {
        let text = self.text;
        let is_in_run = |ch: char| {
            is_terminator(ch) || self.rules.terminators.contains(&ch) || is_invisible(ch)
        };
        let past = |from: usize| {
            let rest = &text[from..];
            from + rest.find(|ch| !is_in_run(ch)).unwrap_or(rest.len())
        };
        let mut end = past(start);
        if self.is_before_ellipsis(start, end) {
            return end;
        }
        while text[end..].starts_with(' ') {
            let next = past(end + 1);
            let after = first(&text[next..]);
            if next == end + 1 || !(after == '\0' || after.is_whitespace()) {
                break;
            }
            end = next;
        }
        end
    }

    /// `compounds. . . . The practice`: the sentence ends, then an ellipsis begins the next.
    fn is_before_ellipsis(&self, start: usize, end: usize) -> bool {
        let behind = self.text[end..].strip_prefix(" . . . ").unwrap_or("");
        let is_attached = !self.text[..start].ends_with(' ');
        is_attached && end == start + 1 && first(behind).is_uppercase()
    }

    /// Moves `candidate.end` past quotes and brackets that close, marks of notes, and
    /// terminators after them.
    fn take_closers(&mut self, candidate: &mut Candidate) {
        let text = self.text;
        loop {
            let rest = &text[candidate.end..];
            let unspaced = rest.trim_start_matches(is_gap);
            let at = candidate.end + (rest.len() - unspaced.len());
            let is_spaced = at > candidate.end;
            if let Some(length) = self.quotes.closer_length(text, at, is_spaced) {
                let ch = first(unspaced);
                let is_bracket = matches!(ch, ')' | ']' | '}' | '）' | '】' | '〕');
                candidate.closes_bracket |= is_bracket;
                candidate.closes_quote |= !is_bracket;
                self.quotes.see(text, at, ch);
                candidate.end = at + length;
                continue;
            }
            if !is_spaced && is_terminator(first(rest)) && candidate.end > candidate.run_end {
                candidate.end += first(rest).len_utf8();
                candidate.ends_again = true;
                continue;
            }
            match note_length(rest, &text[..candidate.run_start]) {
                Some(length) => candidate.end += length,
                None => return,
            }
        }
    }

    fn is_boundary(&self, candidate: &Candidate, follower: &Follower<'_>) -> bool {
        let text = self.text;
        if candidate.is_wide {
            // `《谁？》今天上映`: the mark is of a title.
            let goes_on = matches!(follower.head, '、' | '，' | ',' | '；')
                || text[..candidate.end].ends_with(['》', '〉'])
                || candidate.is_loud && self.is_short_quotation_that_goes_on(candidate)
                || candidate.closes_quote && !candidate.ends_again && self.is_attribution(follower);
            return !goes_on && !self.quotes.is_in_corner(candidate.end);
        }
        let token = Token::before(text, self.start, candidate.run_start);
        if !follower.is_spaced && !self.is_unspaced_end(candidate, follower, &token) {
            return false;
        }
        if self.goes_on(candidate, follower, &token) {
            return false;
        }
        // `[...]`, `(!)`: the brackets hold no more.
        if candidate.closes_bracket && token.word.is_empty() && token.before.ends_with(['(', '[']) {
            return candidate.ends_again
                || candidate.is_ellipsis && follower.is_starter(self.rules);
        }
        let run = text[candidate.run_start..candidate.run_end].trim_end_matches(is_invisible);
        if candidate.is_ellipsis && follower.is_caseless() {
            return false;
        }
        if candidate.is_loud || candidate.is_ellipsis {
            let is_marked_name =
                run.len() == 1 && self.rules.traits(token.word).has(Trait::MarkedName);
            return !is_marked_name || follower.is_starter(self.rules);
        }
        let closes = candidate.closes_bracket || candidate.closes_quote;
        run != "." || token.lets_stop_end(self.rules, follower, closes)
    }

    /// Whether what follows is of the same sentence.
    fn goes_on(&self, candidate: &Candidate, follower: &Follower<'_>, token: &Token<'_>) -> bool {
        if follower.is_continuer() || follower.letter == '\0' && is_opener(follower.head) {
            return true;
        }
        if follower.is_lower() {
            let begins = !candidate.is_ellipsis && (follower.has_ellipsis || follower.is_item())
                || self.is_lower_start(candidate, follower, token);
            return !begins;
        }
        if follower.has_dash && is_dash(follower.head) {
            let in_quotation =
                !candidate.closes_quote && self.quotes.innermost(candidate.end).is_some();
            if in_quotation
                || follower.is_signature()
                || !candidate.is_loud && self.is_dateline(candidate.run_start)
            {
                return true;
            }
        }
        candidate.is_loud && self.is_short_quotation_that_goes_on(candidate)
            || candidate.is_loud && candidate.closes_quote && self.is_attribution(follower)
    }

    /// `PARIS, 3 mars. - Le ministre`, `26 de mayo. - El ministro`: the sentence that would end at
    /// byte `end` is short and begins with a number, a place in capitals or a label.
    fn is_dateline(&self, end: usize) -> bool {
        let line = self.text[self.start..end].trim_start();
        let word = line.split(|ch: char| !is_letter_or_digit(ch)).next().unwrap_or("");
        let begins = word.starts_with(char::is_numeric)
            || word.len() > 1 && !word.contains(char::is_lowercase)
            || self.rules.traits(word).has(Trait::Label);
        line.len() <= DATELINE_BYTES_MAX && begins
    }

    /// A word that begins a sentence even in lower case, after a word that is no abbreviation.
    fn is_lower_start(
        &self,
        candidate: &Candidate,
        follower: &Follower<'_>,
        token: &Token<'_>,
    ) -> bool {
        let run = &self.text[candidate.run_start..candidate.end];
        if candidate.is_ellipsis {
            let begins = |words: &String| follower.rest.starts_with(words.as_str());
            return self.rules.ellipsis_starters.iter().any(begins);
        }
        matches!(run, "." | "?")
            && follower.head == follower.letter
            && self.rules.traits(follower.word).has(Trait::LowerStarter)
            && token.is_ordinary(self.rules)
    }

    /// `« Où ? Quand ? » demanda-t-il`, `“Where? When?”, he asked`: the quotation in hand is short,
    /// ends in `?` or `!`, and the sentence goes on after it.
    fn is_short_quotation_that_goes_on(&self, candidate: &Candidate) -> bool {
        let Some((open, close)) = self.quotes.innermost(candidate.end) else { return false };
        if open < self.start || candidate.end - open > SHORT_QUOTATION_BYTES_MAX {
            return false;
        }
        let ahead = head_of(&self.text[candidate.end..], SHORT_QUOTATION_BYTES_MAX);
        let Some(length) = ahead.find(close) else { return false };
        let (quotation, behind) = ahead.split_at(length);
        if !quotation.trim_end().ends_with(['…', '?', '!', '？', '！', '؟']) {
            return false;
        }
        let behind = behind.trim_start_matches(close);
        let follower = Follower::at(behind, 0);
        let clause = behind.trim_start_matches(|ch| ch == ',' || is_gap(ch) || is_dash(ch));
        first(clause).is_lowercase() || follower.is_caseless() && self.is_attribution(&follower)
    }

    /// `"Who?" Smith asked`, `“谁？”他问`, `「…。」と述べた`: the quotation's sentence goes on.
    fn is_attribution(&self, follower: &Follower<'_>) -> bool {
        if !follower.is_spaced
            && self.rules.after_quotation.iter().any(|word| follower.rest.starts_with(word))
        {
            return true;
        }
        let clause = head_of(follower.rest, ATTRIBUTION_BYTES_MAX);
        if is_cjk(follower.head) {
            let is_mark = |ch: char| !is_cjk(ch);
            let clause = &clause[..clause.find(is_mark).unwrap_or(0)];
            return self.rules.speech.iter().any(|word| clause.contains(word.as_str()));
        }
        if follower.is_starter(self.rules) || follower.head != follower.letter {
            return false;
        }
        for word in clause.split(' ').take(ATTRIBUTION_WORDS_MAX) {
            if !word.starts_with(char::is_uppercase) {
                return self.rules.traits(word.trim_end_matches(['.', ','])).has(Trait::Speech);
            }
        }
        false
    }

    /// A space was lost (`».Il`, `partout.Le`) or is not due (`か?はい`, `war.[1]The`); never
    /// inside `site.com` or `U.S.`.
    fn is_unspaced_end(
        &self,
        candidate: &Candidate,
        follower: &Follower<'_>,
        token: &Token<'_>,
    ) -> bool {
        let before = last(&self.text[..candidate.run_start]);
        let stop = first(&self.text[candidate.run_start..]);
        if !stop.is_ascii() && !candidate.is_ellipsis && is_letter_or_digit(follower.letter) {
            return true;
        }
        if is_cjk(before) && (is_cjk(follower.head) || is_cjk(follower.letter)) {
            return !candidate.is_ellipsis;
        }
        if !follower.letter.is_uppercase() || candidate.is_ellipsis {
            return false;
        }
        let closes_before = matches!(before, '»' | '”' | '"' | ')' | '%');
        if closes_before || candidate.end > candidate.run_end {
            return follower.is_capitalised();
        }
        let in_address = token.before.ends_with(['/', '@', '=', '&'])
            || token.word.contains(['.', '_'])
            || follower.after_word.starts_with(['/', '@', '_', '=']);
        let traits = self.rules.traits(token.word);
        // `жылы.XVIII`.
        let is_in_capitals = follower.word.len() > 1 && token.word.chars().count() > 3;
        if in_address || traits.is_abbreviation() || !follower.is_capitalised() && !is_in_capitals {
            return false;
        }
        let is_long = follower.word.chars().nth(1).is_some();
        follower.is_starter(self.rules) && is_long
            || token.is_small() && !is_domain(self.rules, follower.word)
    }
}

/// Whether `word` is, but for its case, the last part of a site's name.
fn is_domain(rules: &Rules, word: &str) -> bool {
    let mut lower = [0; DOMAIN_BYTES_MAX];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|word| rules.traits(word).has(Trait::Domain))
}

/// The length of a note's mark at the start of `rest`: `[1]`, ` [12]`, `²`, and `10` after a
/// stop that follows `head`.
fn note_length(rest: &str, head: &str) -> Option<usize> {
    let unspaced = rest.strip_prefix(' ').unwrap_or(rest);
    if let Some(inside) = unspaced.strip_prefix('[') {
        let digits = inside.bytes().take(4).take_while(u8::is_ascii_digit).count();
        let is_note = (1..=3).contains(&digits) && inside[digits..].starts_with(']');
        return is_note.then_some(rest.len() - unspaced.len() + digits + 2);
    }
    let raised = rest.find(|ch| !matches!(ch, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹'))?;
    if raised > 0 {
        return Some(raised);
    }
    let digits = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let is_alone = (1..=3).contains(&digits) && rest[digits..].starts_with(' ');
    let is_after_word = head.ends_with([')', '”', '"', '»'])
        || head.chars().rev().take(4).filter(|ch| ch.is_lowercase()).count() == 4;
    let begins = Follower::at(rest, digits).is_capitalised();
    (is_alone && is_after_word && begins).then_some(digits)
}

/// White space that may stand between a stop and the quote that closes after it.
fn is_gap(ch: char) -> bool {
    matches!(ch, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

/// At most `bytes_max` bytes of the start of `text`.
fn head_of(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}
