//! Pull quotes: words of the article that stand apart from it a second time.
//!
//! Invariant: the article said them above, or a line names their speaker; what it says below may
//! have others as a heading.

use std::cell::OnceCell;
use std::ops::Range;

use memchr::memmem::Finder;

use super::line::Line;
use crate::text::key;

/// A quotation set apart has so many words …
const WORDS_MIN: usize = 4;
const WORDS_MAX: usize = 40;
/// … in so many bytes of letters.
const KEY_BYTES_MIN: usize = 20;
/// The paragraph that has it is at most so many lines away.
const LINES_NEAR_MAX: usize = 40;

/// The kept lines in quotation marks that a longer kept line above has as a part; of those that name
/// the speaker in the next line, which goes with them, also what one below has.
pub fn find(lines: &[Line], kept: &[bool]) -> Vec<usize> {
    let keys: Vec<OnceCell<String>> = vec![OnceCell::new(); lines.len()];
    let key_of = |index: usize| keys[index].get_or_init(|| key(lines[index].text));
    let is_said = |index: usize, near: Range<usize>| {
        let own = key_of(index);
        let finder = Finder::new(own);
        // Of two quotations that are equal none is a part of the article.
        let is_source = |at: usize| key_of(at).len() > own.len() || !is_quoted(lines[at].text);
        let mut near = near.filter(|at| *at != index && kept[*at] && is_source(*at)).map(key_of);
        own.len() >= KEY_BYTES_MIN && near.any(|other| finder.find(other.as_bytes()).is_some())
    };
    let mut found = Vec::new();
    for index in (0..lines.len()).filter(|index| kept[*index] && may_be_quote(&lines[*index])) {
        let above = index.saturating_sub(LINES_NEAR_MAX);
        let speaker = lines.get(index + 1).filter(|next| kept[index + 1] && next.names_person());
        let below = lines.len().min(index + LINES_NEAR_MAX);
        if speaker.is_some() && is_said(index, above..below) {
            found.extend([index, index + 1]);
        } else if is_said(index, above..index) {
            found.push(index);
        }
    }
    found
}

fn may_be_quote(line: &Line) -> bool {
    (WORDS_MIN..=WORDS_MAX).contains(&line.word_count) && is_quoted(line.text)
}

/// Whether the line is in quotation marks as a whole, or marked as a quotation.
pub fn is_quoted(text: &str) -> bool {
    let marks = ['"', '“', '”', '„', '«', '»', '‘', '’', '\''];
    text.starts_with('>') || text.starts_with(marks) && text.ends_with(marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn what_was_said_above_is_found_and_what_is_said_below_is_not() {
        let said = "\"Nobody asked the islanders,\" she said, and left the room.";
        let other = "The minister came back an hour later.";
        for (text, found) in [
            (format!("{said}\n{other}\n“Nobody asked the islanders”"), vec![2]),
            (format!("{said}\n> Nobody asked the islanders"), vec![1]),
            (format!("“Nobody asked the islanders”\n{other}\n{said}"), vec![]),
            (format!("{said}\nNobody asked the islanders"), vec![]),
            (format!("{said}\n“Nobody else asked the islanders”"), vec![]),
            (format!("{said}\n{said}"), vec![]),
            ("Nobody asked the islanders.\n“Nobody asked the islanders”".to_owned(), vec![1]),
            ("“Nobody asked the islanders”\n“Nobody asked the islanders”".to_owned(), vec![]),
            (format!("“Nobody asked the islanders.”\nAnn Lee, Fisherwoman\n{said}"), vec![0, 1]),
            (format!("“Nobody asked the islanders.”\nAnn Lee, Fisherwoman\n{other}"), vec![]),
        ] {
            let mut start = 0;
            let mut lines = Vec::new();
            for line in text.split('\n') {
                lines.push(Line::of(&text, Span::new(start, start + line.len())));
                start += line.len() + 1;
            }
            assert_eq!(find(&lines, &vec![true; lines.len()]), found, "{text}");
        }
    }
}
