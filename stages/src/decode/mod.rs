//! `decode`: raw bytes to text, with the way back and what the file states of itself.
//!
//! Invariant: every character of the text but line ends is the character of the raw file that the
//! offset map leads to; of plain text the byte order mark and carriage returns are left out,
//! nothing else; of a page all that is not shown.

mod charset;
mod encoding;
pub mod html;
mod stamp;
mod told;

use serde::{Deserialize, Serialize};

use crate::layers::{Document, Format, Readability, Stated};
use crate::span::{OffsetMap, Segment, Span};

pub use told::{Told, day_in_name};

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

/// Reads the raw bytes of one article, of which its container told what `told` holds. Text that
/// begins as a page does is read as one, whatever `format` says.
pub fn decode(raw: &[u8], format: Format, told: &Told, _settings: &Settings) -> Document {
    let is_page = format == Format::Html || html::is_page(raw);
    let label = told.encoding.as_deref();
    let stated = || if is_page { charset::stated(raw) } else { None };
    let Some(decoded) = encoding::decode(raw, label, stated) else {
        let mut document = text_document("", told);
        document.readability = Readability::Binary;
        return document;
    };
    let read = if is_page { page_document } else { text_document };
    let mut document = read(&decoded.text, told);
    document.encoding = decoded.encoding;
    document.replacement_count = decoded.replacement_count;
    document
}

/// The document of a text that needs no decoding; offsets lead back into `raw`.
pub fn from_text(raw: &str) -> Document {
    text_document(raw, &Told::default())
}

/// The document of a page of HTML that needs no decoding; offsets lead back into `raw`.
pub fn from_html(raw: &str) -> Document {
    page_document(raw, &Told::default())
}

fn text_document(raw: &str, told: &Told) -> Document {
    let (text, map) = normalise_lines(raw);
    let mut stated = told.stated();
    if let Some((span, published)) = stamp::find(&text) {
        stated.stamp = Some(span);
        stated.published.push(published);
    }
    stated.published.extend(stated.url.as_deref().and_then(html::meta::in_address));
    Document { stated, ..document(Format::Text, text, map) }
}

fn page_document(raw: &str, told: &Told) -> Document {
    let page = html::parse(raw);
    let mut stated = told.stated();
    html::meta::add(&page, &mut stated);
    let html::Page { text, map, marks, containers, .. } = page;
    Document { stated, marks, containers, ..document(Format::Html, text, map) }
}

/// A document that states nothing.
fn document(format: Format, text: String, map: OffsetMap) -> Document {
    let empty = text.chars().all(char::is_whitespace);
    Document {
        readability: if empty { Readability::Empty } else { Readability::Readable },
        format,
        encoding: "utf-8".to_owned(),
        replacement_count: 0,
        stated: Stated::default(),
        text,
        map,
        marks: Vec::new(),
        containers: Vec::new(),
    }
}

/// The text without byte order mark, its lines ended by `\n`, and the way back.
fn normalise_lines(raw: &str) -> (String, OffsetMap) {
    if !raw.starts_with('\u{FEFF}') && !raw.contains('\r') {
        return (raw.to_owned(), OffsetMap::identity(raw));
    }
    let mut text = String::with_capacity(raw.len());
    let mut segments = Vec::new();
    let mut raw_start = 0;
    let mut rest = raw;
    if let Some(after) = rest.strip_prefix('\u{FEFF}') {
        rest = after;
        raw_start = 1;
    }
    while !rest.is_empty() {
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let ending = ["\r\n", "\r", "\n"].into_iter().find(|ending| after.starts_with(ending));
        let ending = ending.unwrap_or_default();
        let length = line.chars().count() + ending.len();
        let raw_end = raw_start + Span::new(0, length).end;
        segments.push(Segment { text_byte: Span::new(0, text.len()).end, raw_start, raw_end });
        text.push_str(line);
        if !ending.is_empty() {
            text.push('\n');
        }
        raw_start = raw_end;
        rest = &after[ending.len()..];
    }
    (text, OffsetMap { segments })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::layers::PublishedSource;

    proptest! {
        #[test]
        fn offsets_lead_back_to_the_raw_text(raw in "(\u{FEFF})?([aé€😀\r\n]{0,40})") {
            let document = from_text(&raw);
            let raw: Vec<char> = raw.chars().collect();
            let translator = document.map.translator(&document.text);
            for (byte, ch) in document.text.char_indices().filter(|(_, ch)| *ch != '\n') {
                let (start, end) = translator.raw(Span::new(byte, byte + ch.len_utf8()));
                prop_assert_eq!(&raw[start as usize..end as usize], &[ch]);
            }
        }

        #[test]
        fn any_bytes_decode(raw in prop::collection::vec(any::<u8>(), 0..300)) {
            let document = decode(&raw, Format::Text, &Told::default(), &Settings::default());
            document.map.translator(&document.text).raw(Span::new(0, document.text.len()));
        }
    }

    fn decoded(raw: &[u8]) -> (String, String) {
        let document = decode(raw, Format::Text, &Told::default(), &Settings::default());
        (document.text, document.encoding)
    }

    #[test]
    fn encodings_are_told_apart() {
        let words = "Le café a été rénové à Besançon, où l’été fut très chaud.";
        let utf16 = |big: bool| -> Vec<u8> {
            let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            words.encode_utf16().flat_map(unit).collect()
        };
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(words);
        let mut cases = vec![
            (words.as_bytes().to_vec(), "utf-8"),
            ([b"\xEF\xBB\xBF", words.as_bytes()].concat(), "utf-8"),
            (windows.into_owned(), "windows-1252"),
        ];
        for (mark, big, name) in
            [(*b"\xFF\xFE", false, "utf-16le"), (*b"\xFE\xFF", true, "utf-16be")]
        {
            cases.push(([&mark[..], &utf16(big)].concat(), name));
            cases.push((utf16(big), name));
        }
        for (raw, name) in cases {
            assert_eq!(decoded(&raw), (words.to_owned(), name.to_owned()));
        }
    }

    #[test]
    fn a_damaged_byte_does_not_change_the_encoding() {
        let mut raw = "Été après été, le café fermé à Orléans.".repeat(3).into_bytes();
        raw.push(0xFF);
        let document = decode(&raw, Format::Text, &Told::default(), &Settings::default());
        assert_eq!((document.encoding.as_str(), document.replacement_count), ("utf-8", 1));
    }

    #[test]
    fn what_is_no_text_is_binary_or_empty() {
        for raw in [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], b"%PDF-1.7\n%\xE2\xE3", &[0; 64]] {
            assert_eq!(
                decode(raw, Format::Text, &Told::default(), &Settings::default()).readability,
                Readability::Binary
            );
        }
        for raw in [&b""[..], b" \n\t\r\n", b"\xEF\xBB\xBF"] {
            assert_eq!(
                decode(raw, Format::Text, &Told::default(), &Settings::default()).readability,
                Readability::Empty
            );
        }
    }

    #[test]
    fn what_is_told_is_stated_and_blank_words_are_not() {
        let some = |words: &str| Some(words.to_owned());
        let told = Told {
            id: some("7"),
            url: some(" http://a.example/ "),
            title: some(" \n"),
            author: some("Ann Lee"),
            site: some(""),
            date: some("2024-06-01T08:30:00Z"),
            day_in_name: some("2024-05-31"),
            language: some("fr"),
            encoding: None,
        };
        let document = decode(b"date 2024-05 Body", Format::Text, &told, &Settings::default());
        let Stated { published, stamp, .. } = &document.stated;
        let dates = published.iter().map(|date| (date.value.as_str(), date.source));
        let expected = [
            ("2024-06-01T08:30", PublishedSource::Metadata),
            ("2024-05-31", PublishedSource::FileName),
            ("2024-05", PublishedSource::Stamp),
        ];
        assert!(dates.eq(expected) && stamp.is_some(), "{:?}", document.stated);
        let expected = Stated {
            record_id: some("7"),
            url: some("http://a.example/"),
            authors: vec!["Ann Lee".to_owned()],
            language: some("fr"),
            published: published.clone(),
            stamp: *stamp,
            ..Stated::default()
        };
        assert_eq!(document.stated, expected);
        let binary = decode(b"\0\0", Format::Text, &told, &Settings::default());
        assert_eq!(binary.readability, Readability::Binary);
        assert_eq!(binary.stated.record_id, some("7"));
    }

    #[test]
    fn the_encoding_told_counts_where_the_bytes_fit_it() {
        let (koi, _, _) = encoding_rs::KOI8_R.encode("привет");
        let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("日本");
        let (western, _, _) = encoding_rs::WINDOWS_1252.encode("café très");
        for (raw, label, encoding) in [
            (&koi[..], "KOI8-R", "koi8-r"),
            (&japanese, "sjis", "shift_jis"),
            ("café".as_bytes(), "latin1", "utf-8"),
            (b"\xFE\xFF\0a", "koi8-r", "utf-16be"),
            (b"plain", "iso-8859-1", "windows-1252"),
            (b"plain", "no such label", "utf-8"),
            (&western, "utf-8", "windows-1252"),
        ] {
            let told = Told { encoding: Some(label.to_owned()), ..Told::default() };
            assert_eq!(
                decode(raw, Format::Text, &told, &Settings::default()).encoding,
                encoding,
                "{label}"
            );
        }
    }
}
