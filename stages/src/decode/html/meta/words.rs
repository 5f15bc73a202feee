//! Words out of metadata, cleaned, and the key by which two of them are held to be the same.

use crate::decode::html::entity::decoded;

/// The longest statement that is taken for a title, a name or a site.
const BYTES_MAX: usize = 600;
/// The longest tag that is cut out of a statement.
const TAG_BYTES_MAX: usize = 100;

/// The words without references, tags and characters that are not seen, single spaces between
/// them; none where nothing or far too much is left.
pub fn clean(words: &str) -> Option<String> {
    if words.len() > 4 * BYTES_MAX {
        return None;
    }
    let words = decoded(words);
    let mut out = String::with_capacity(words.len());
    let mut rest = &*words;
    while let Some(ch) = rest.chars().next() {
        if let Some(length) = tag_length(rest) {
            rest = &rest[length..];
            continue;
        }
        rest = &rest[ch.len_utf8()..];
        match ch {
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => {}
            _ if ch.is_whitespace() || ch.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.push(ch),
        }
    }
    out.truncate(out.trim_end().len());
    (!out.is_empty() && out.len() <= BYTES_MAX).then_some(out)
}

/// The length of the tag that `text` begins with.
fn tag_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let is_tag = name.starts_with(|ch: char| ch.is_ascii_alphabetic());
    let end = inner.bytes().take(TAG_BYTES_MAX).position(|byte| byte == b'>')?;
    is_tag.then_some(1 + end + 1)
}

/// Whether the two have a word of four letters or more in common.
pub fn share_a_word(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|ch: char| !ch.is_alphanumeric());
        words.filter(|word| word.chars().nth(3).is_some()).map(str::to_lowercase).collect()
    };
    let others = words(other);
    words(one).iter().any(|word| others.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::key;

    #[test]
    fn what_is_not_seen_is_left_out() {
        for (words, expected) in [
            (" a \n\t b ", Some("a b")),
            ("a&nbsp;&quot;b&quot;", Some("a \"b\"")),
            ("<em>a</em> < b <c", Some("a < b <c")),
            ("Don\u{AD}au", Some("Donau")),
            ("<p>", None),
            ("", None),
        ] {
            assert_eq!(clean(words).as_deref(), expected, "{words}");
        }
        assert_eq!(clean(&"a".repeat(BYTES_MAX + 1)), None);
        assert_eq!(key("«Où ? – Là»"), key("où là"));
    }
}
