//! Items of a list run on in one line: `a) the first b) the second`, each a sentence of its own.
//!
//! Only a list that begins with the sentence counts, and only its next item in turn is looked
//! for. Plain numbers (`1. … 2. …`) are left to the stops before them, and capitals to initials.

use super::marks::first;

/// The list a sentence began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enumeration {
    /// The value of the item to come, counted from `a` = 1 in a list of letters.
    next: u32,
    of_letters: bool,
    /// `(a)`.
    in_brackets: bool,
    /// What stands after the value: `.`, `)` or `.)`.
    suffix: &'static str,
}

impl Enumeration {
    /// The list that `text` begins with.
    pub fn at_start_of(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let in_brackets = text.starts_with('(');
        let item = &text[usize::from(in_brackets)..];
        let length = item.bytes().take(3).take_while(u8::is_ascii_alphanumeric).count();
        let (value, of_letters) = value_of(&item[..length])?;
        let rest = &item[length..];
        let suffix = [".)", ")", "."].into_iter().find(|suffix| rest.starts_with(suffix))?;
        let is_spaced = first(&rest[suffix.len()..]).is_whitespace();
        let counts = of_letters || suffix != ".";
        (is_spaced && counts).then_some(Self { next: value + 1, of_letters, in_brackets, suffix })
    }

    /// The start of the next item, if its suffix begins at byte `at` of `text`.
    pub fn next_item(&mut self, text: &str, at: usize) -> Option<usize> {
        let rest = text[at..].strip_prefix(self.suffix)?;
        if !first(rest).is_whitespace() {
            return None;
        }
        let head = &text.as_bytes()[..at];
        let length = head.iter().rev().take(3).take_while(|byte| byte.is_ascii_alphanumeric());
        let start = at - length.count();
        let (value, of_letters) = value_of(&text[start..at])?;
        let start = if self.in_brackets { start.checked_sub(1)? } else { start };
        let opens = !self.in_brackets || head[start] == b'(';
        let is_spaced = start > 0 && head[start - 1].is_ascii_whitespace();
        if !(opens && is_spaced && value == self.next && of_letters == self.of_letters) {
            return None;
        }
        self.next += 1;
        Some(start)
    }
}

/// The value of `a` to `z` and `1` to `99`, and whether it is a letter.
fn value_of(item: &str) -> Option<(u32, bool)> {
    match item.as_bytes() {
        [letter @ b'a'..=b'z'] => Some((u32::from(letter - b'a') + 1, true)),
        [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9'] => Some((item.parse().ok()?, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &str) -> Vec<usize> {
        let Some(mut items) = Enumeration::at_start_of(text) else { return Vec::new() };
        let marks = text.char_indices().filter(|(_, ch)| matches!(ch, '.' | ')'));
        marks.filter_map(|(at, _)| items.next_item(text, at)).collect()
    }

    #[test]
    fn items_are_found_in_turn() {
        assert_eq!(starts("a) one b) two c) three"), [7, 14]);
        assert_eq!(starts("a. one b. two"), [7]);
        assert_eq!(starts("1.) one 2.) two"), [8]);
        assert_eq!(starts("(a) one (b) two"), [8]);
        assert_eq!(starts("a) one c) three"), [0; 0]);
        assert_eq!(starts("A. Martin and B. Dupont"), [0; 0]);
        assert_eq!(starts("1. FC met the 2. FC"), [0; 0]);
        assert_eq!(starts("(b) é(c) "), [0; 0]);
    }
}
