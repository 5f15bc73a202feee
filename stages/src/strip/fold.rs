//! A line as cues are written, equal for lines that say the same.

use crate::text::{is_apostrophe, is_digit, is_small};

/// The line as cues are written: lower case, each run of digits one `#`, plain apostrophes and
/// single spaces, without links' targets and without marks at the edges.
pub fn fold(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    // The last character written, and where the rest begins.
    let (mut last, mut at) = (' ', 0);
    let mut has_bracket = false;
    let mut number_count = 0;
    loop {
        let start = at;
        while let Some(byte) = line.as_bytes().get(at).filter(|byte| is_copied(**byte, last)) {
            last = char::from(*byte);
            at += 1;
        }
        out.push_str(&line[start..at]);
        let Some(ch) = line[at..].chars().next() else { break };
        at += ch.len_utf8();
        match ch {
            '(' => {
                out.pop();
                last = ' ';
                at = line[at..].find(')').map_or(line.len(), |end| at + end + 1);
            }
            '.' | ',' if last == '#' => continue,
            _ if last == '#' && is_digit(ch) => continue,
            _ if ch == '#' || is_digit(ch) => {
                number_count += 1;
                last = '#';
            }
            '[' | ']' => {
                has_bracket = true;
                last = ch;
            }
            _ if is_apostrophe(ch) => last = '\'',
            _ if ch.is_whitespace() => {
                if last == ' ' {
                    continue;
                }
                last = ' ';
            }
            _ if is_small(ch) => last = ch,
            _ => {
                out.extend(ch.to_lowercase());
                last = out.chars().next_back().unwrap_or(' ');
                continue;
            }
        }
        out.push(last);
    }
    out.make_ascii_lowercase();
    while number_count > 1 && out.contains("# #") {
        out = out.replace("# #", "#");
    }
    if has_bracket {
        out.retain(|ch| !matches!(ch, '[' | ']'));
    }
    out.truncate(out.trim_end_matches(is_edge_mark).len());
    out.drain(..out.len() - out.trim_start_matches(is_edge_mark).len());
    out
}

/// Whether `fold` writes a byte as it is, but for its case, behind `last`.
#[inline]
fn is_copied(byte: u8, last: char) -> bool {
    match byte {
        b' ' => last != ' ',
        // Decimal and thousands marks stay inside the number.
        b'.' | b',' => last != '#',
        b'(' => last != ']',
        b'0'..=b'9' | b'#' | b'[' | b']' | b'\t'..=b'\r' => false,
        _ => byte.is_ascii(),
    }
}

/// What tells nothing at the edges of a line.
fn is_edge_mark(ch: char) -> bool {
    let is_mark = matches!(
        ch,
        '*' | ':'
            | '-'
            | '–'
            | '—'
            | '•'
            | '>'
            | '<'
            | '»'
            | '«'
            | '|'
            | '!'
            | '?'
            | '…'
            | '↑'
            | '→'
            | '←'
            | '_'
    );
    is_mark || ch.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folding_keeps_what_cues_are_written_in() {
        for (line, folded) in [
            ("Lu 1 204 fois", "lu # fois"),
            ("السبت ٣ سبتمبر ٢٠٢٢", "السبت # سبتمبر #"),
            ("[Tweet](#)[Share 451](http://x.y)", "tweet share #"),
            ("  Nom * :", "nom"),
            ("L’ÉTÉ", "l'été"),
        ] {
            assert_eq!(fold(line), folded);
        }
    }
}
