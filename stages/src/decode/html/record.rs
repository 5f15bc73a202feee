//! The page's own record of its article: JSON-LD with `articleBody`. Lines whose words stand in it
//! are marked; the visible text stays what it is.

use memchr::{memchr, memchr2, memmem};

use super::entity::decoded;
use crate::page::Mark;

/// A line with fewer letters and digits may stand in the record by chance.
const INK_MIN: usize = 12;
/// More of a record is not looked at.
const RECORD_BYTES_MAX: usize = 1 << 19;

/// Marks the lines of `text` that stand in the `articleBody` of one of the scripts `json_ld`.
pub fn mark(text: &str, marks: &mut [Mark], json_ld: &[&str]) {
    let mut record = String::new();
    for script in json_ld {
        let mut rest = *script;
        while let Some(found) = memmem::find(rest.as_bytes(), b"\"articleBody\"") {
            rest = &rest[found + 13..];
            let Some(value) = rest.trim_start().strip_prefix(':') else { continue };
            let Some(value) = value.trim_start().strip_prefix('"') else { continue };
            let words = decoded(&unescaped(value)).into_owned();
            fold(&without_tags(&words), &mut record);
            // So that no line stands in the end of one record and the start of the next.
            record.push('\n');
            if record.len() > RECORD_BYTES_MAX {
                break;
            }
        }
    }
    if record.len() < INK_MIN {
        return;
    }
    let mut folded = String::new();
    let lines = text.split('\n').filter(|line| !line.trim().is_empty());
    for (line, mark) in lines.zip(marks) {
        folded.clear();
        fold(line, &mut folded);
        mark.in_record =
            folded.len() >= INK_MIN && memmem::find(record.as_bytes(), folded.as_bytes()).is_some();
    }
}

/// Adds the letters and digits of `words` to `folded`, in lower case.
fn fold(words: &str, folded: &mut String) {
    for ch in words.chars().filter(|ch| ch.is_alphanumeric()) {
        if ch.is_ascii() {
            folded.push(ch.to_ascii_lowercase());
        } else {
            folded.extend(ch.to_lowercase());
        }
    }
}

/// The text of the JSON string whose inside `json` begins with.
fn unescaped(json: &str) -> String {
    let mut text = String::new();
    let mut rest = json;
    while let Some(found) = memchr2(b'"', b'\\', rest.as_bytes()) {
        text.push_str(&rest[..found]);
        let (mark, behind) = rest[found..].split_at(1);
        if mark == "\"" || text.len() > RECORD_BYTES_MAX {
            return text;
        }
        let Some(escape) = behind.chars().next() else { return text };
        rest = &behind[escape.len_utf8()..];
        match escape {
            'n' | 't' | 'r' | 'b' | 'f' => text.push(' '),
            'u' => {
                let unit = rest.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                // Halves of a pair are no letters that matter here.
                text.extend(unit.and_then(char::from_u32));
                rest = rest.get(4..).unwrap_or_default();
            }
            other => text.push(other),
        }
    }
    text
}

/// `words` without what stands between `<` and `>`.
fn without_tags(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = memchr(b'<', rest.as_bytes()) {
        text.push_str(&rest[..start]);
        let Some(length) = memchr(b'>', &rest.as_bytes()[start..]) else { break };
        rest = &rest[start + length + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn lines_of_the_record_are_marked() {
        let page = parse(
            "<script type=application/ld+json>{\"articleBody\" : \"<p>The \\u00c9t\\u00e9 was \
             \\\"hot\\\" &amp; dry.\\n\\nRain came later to us.</p>\"}</script>\
             <p>Menu of the whole page<p>The <b>été</b> was “hot” & dry.<p>Rain came later\
             <p>Later to us, menu of",
        );
        let marked: Vec<bool> = page.marks.iter().map(|mark| mark.in_record).collect();
        assert_eq!(marked, [false, true, true, false]);
    }
}
