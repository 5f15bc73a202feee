//! The encoding that a page states of itself, in a `<meta>` or in the declaration of XML.

use memchr::memmem;

/// A page states its encoding within so many bytes.
const HEAD_BYTES: usize = 4096;

/// The label of the encoding that the page `raw` states.
pub fn stated(raw: &[u8]) -> Option<&str> {
    let head = &raw[..raw.len().min(HEAD_BYTES)];
    let declaration = head.trim_ascii_start();
    if declaration.starts_with(b"<?xml") {
        let end = memmem::find(declaration, b"?>")?;
        if let Some(label) = value(&declaration[..end], b"encoding") {
            return readable(label);
        }
    }
    let mut rest = head;
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[start..];
        if rest.starts_with(b"<!--") {
            rest = &rest[memmem::find(rest, b"-->")?..];
            continue;
        }
        let tag = &rest[..memchr::memchr(b'>', rest)?];
        let is_meta = tag.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"));
        if let Some(label) = is_meta.then(|| value(tag, b"charset")).flatten() {
            return readable(label);
        }
        rest = &rest[1..];
    }
    None
}

/// What follows `name` and `=` in `tag`, quotes left out.
fn value<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let windows = tag.windows(name.len());
    let start = windows.into_iter().position(|window| window.eq_ignore_ascii_case(name))?;
    let rest = tag[start + name.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte);
    let end = rest.iter().position(|byte| !is_label(byte)).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// A page whose `<meta>` could be read as ASCII is not in UTF-16, whatever it says.
fn readable(label: &[u8]) -> Option<&str> {
    let is_utf16 = label.get(..6).is_some_and(|label| label.eq_ignore_ascii_case(b"utf-16"));
    if is_utf16 { Some("utf-8") } else { str::from_utf8(label).ok() }
}

#[cfg(test)]
mod tests {
    use super::stated;

    #[test]
    fn the_head_of_a_page_states_its_encoding() {
        for (page, label) in [
            ("<!DOCTYPE html><meta charset=utf-8>", Some("utf-8")),
            ("<html><META CHARSET='koi8-r' />", Some("koi8-r")),
            (
                "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">",
                Some("windows-1251"),
            ),
            ("<?xml version='1.0' encoding='iso-8859-15'?><html>", Some("iso-8859-15")),
            ("<?xml version='1.0'?><meta charset=\"gbk\">", Some("gbk")),
            ("<!-- <meta charset=koi8-r> --><meta charset=latin1>", Some("latin1")),
            ("<meta charset=utf-16>", Some("utf-8")),
            ("<p charset=x>", None),
            ("<meta charset>", None),
            ("<meta name=a content=b", None),
        ] {
            assert_eq!(stated(page.as_bytes()), label, "{page}");
        }
    }
}
