//! Messages on standard error.
//!
//! Invariant: where nobody can read them, as on a full disk, nothing else changes.

use std::fmt::Arguments;
use std::io::{self, Write as _};

/// Writes a line to standard error.
pub fn tell(message: Arguments) {
    let _ = writeln!(io::stderr(), "{message}");
}

/// `name` with the characters that no terminal shows escaped, so that none moves the cursor.
pub fn visible(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    for ch in name.chars() {
        if matches!(ch, '\'' | '"' | '\\') {
            shown.push(ch);
        } else {
            shown.extend(ch.escape_debug());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn only_what_no_terminal_shows_is_escaped() {
        for (name, shown) in [
            ("l'eau \"d'été\".txt", "l'eau \"d'été\".txt"),
            ("bad\\xFF.txt", "bad\\xFF.txt"),
            ("a\u{1b}[2Jb\nc", "a\\u{1b}[2Jb\\nc"),
        ] {
            assert_eq!(visible(name), shown);
        }
    }
}
