//! Text for the terminal: made harmless, coloured and wrapped.
//!
//! Invariant: no control character of a text reaches the terminal; only the colours chosen here
//! and line ends do.

use std::env;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, stdout};

use unicode_width::UnicodeWidthChar as _;

use crate::cli::Color;

/// Room for words below which a line is left to the terminal to wrap.
const WORDS_WIDTH_MIN: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Label,
    Note,
    Dropped,
    Number,
    Date,
    Money,
}

impl Style {
    /// Parameters of the escape sequence SGR (ECMA-48).
    fn parameters(self) -> &'static str {
        match self {
            Self::Plain => "0",
            Self::Label => "0;1",
            Self::Note => "0;2",
            Self::Dropped => "0;2;9",
            Self::Number => "0;33",
            Self::Date => "0;36",
            Self::Money => "0;32",
        }
    }
}

/// What standard output can show.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    pub colored: bool,
    /// In columns; none where lines are not to be wrapped.
    pub width: Option<usize>,
}

impl Terminal {
    /// Standard output as it is: wrapped on a terminal only, coloured as `color` says.
    pub fn of_stdout(color: Color) -> Self {
        let is_terminal = stdout().is_terminal();
        let is_refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|value| value == "dumb");
        let size = rustix::termios::tcgetwinsize(stdout()).ok();
        Self {
            colored: match color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => is_terminal && !is_refused,
            },
            width: size.map(|size| usize::from(size.ws_col)).filter(|width| *width > 0),
        }
    }

    /// Adds `pieces` to `page` as one line; what does not fit goes on below, `indent` columns in.
    pub fn line(&self, page: &mut String, indent: usize, pieces: &[(Style, &str)]) {
        let mut chars: Vec<(char, Style)> = Vec::new();
        for (style, words) in pieces {
            push_harmless(words, *style, &mut chars);
        }
        let width = self.width.filter(|width| *width >= indent + WORDS_WIDTH_MIN);
        let ends = width.map_or_else(|| vec![chars.len()], |width| wrap(&chars, indent, width));
        let mut start = 0;
        for end in ends {
            if start > 0 {
                write!(page, "{:indent$}", "").expect("to memory");
            }
            let spaces = chars[start..end].iter().rev().take_while(|(ch, _)| *ch == ' ').count();
            self.paint(page, &chars[start..end - spaces]);
            page.push('\n');
            start = end;
        }
    }

    fn paint(&self, page: &mut String, chars: &[(char, Style)]) {
        let mut now = Style::Plain;
        let mut turn = |page: &mut String, style: Style| {
            if self.colored && style != now {
                write!(page, "\x1b[{}m", style.parameters()).expect("to memory");
                now = style;
            }
        };
        for (ch, style) in chars {
            turn(page, *style);
            page.push(*ch);
        }
        turn(page, Style::Plain);
    }
}

/// Where each line ends: after spaces, or beside characters of two columns (scripts written
/// without spaces), or else where the line is full.
fn wrap(chars: &[(char, Style)], indent: usize, width: usize) -> Vec<usize> {
    let columns = |ch: char| ch.width().unwrap_or(0);
    let mut ends = Vec::new();
    let (mut start, mut column, mut may_end) = (0, 0, 0);
    for (index, (ch, _)) in chars.iter().enumerate() {
        let is_over = column + columns(*ch) > width;
        if is_over && *ch != ' ' && index > start {
            let end = if may_end > start { may_end } else { index };
            ends.push(end);
            start = end;
            column = indent + chars[end..index].iter().map(|(ch, _)| columns(*ch)).sum::<usize>();
        }
        column += columns(*ch);
        if *ch == ' ' || columns(*ch) == 2 {
            may_end = index + 1;
        }
    }
    ends.push(chars.len());
    ends
}

/// Adds `words`, with what could steer the terminal written out (`\u{1b}`).
fn push_harmless(words: &str, style: Style, chars: &mut Vec<(char, Style)>) {
    for ch in words.chars() {
        if ch == '\t' || ch == '\n' {
            chars.push((' ', style));
        } else if ch.is_control() || reorders(ch) {
            chars.extend(ch.escape_unicode().map(|ch| (ch, style)));
        } else {
            chars.push((ch, style));
        }
    }
}

/// Characters that end the line or turn round what follows them, beyond their own word.
fn reorders(ch: char) -> bool {
    matches!(ch, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(colored: bool, width: Option<usize>, indent: usize, words: &str) -> String {
        let mut page = String::new();
        Terminal { colored, width }.line(&mut page, indent, &[(Style::Date, words)]);
        page
    }

    #[test]
    fn words_wrap_below_their_own_start() {
        let page = shown(false, Some(30), 4, "  1 Le chat dort sur le vieux tapis du salon.");
        assert_eq!(page, "  1 Le chat dort sur le vieux\n    tapis du salon.\n");
        let page = shown(false, Some(26), 2, "1 これは日本語の長い文章です。空白はありません。");
        assert_eq!(page, "1 これは日本語の長い文章で\n  す。空白はありません。\n");
        let unbroken = "x".repeat(70);
        let page = shown(false, Some(30), 2, &unbroken);
        assert_eq!(page.lines().map(str::len).collect::<Vec<_>>(), [30, 30, 14]);
    }

    #[test]
    fn colour_ends_with_its_line() {
        let page = shown(true, Some(30), 4, "  1 Le chat dort sur le vieux tapis du salon.");
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.contains("\x1b[0;36m") && line.ends_with("\x1b[0m")));
    }

    proptest! {
        #[test]
        fn nothing_steers_the_terminal(
            words in "([a-z ]|\\PC|[\u{0}-\u{1f}\u{7f}-\u{9f}\u{2028}-\u{202e}\u{2066}-\u{2069}]){0,60}",
            width in prop::option::of(0_usize..60),
        ) {
            let page = shown(false, width, 3, &words);
            let steers = |ch: char| ch != '\n' && (ch.is_control() || reorders(ch));
            prop_assert!(!page.chars().any(steers), "{:?}", page);
            prop_assert!(page.ends_with('\n'));
        }

        #[test]
        fn wrapping_loses_nothing(words in "([a-z]{1,9}|日本|é| ){0,40}", width in 30_usize..50) {
            let ink = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
            prop_assert_eq!(ink(&shown(false, Some(width), 3, &words)), ink(&words));
        }
    }
}
