//! JSON lines: one object a line.
//!
//! Invariant: blank lines are no records; a line longer than any article may be is passed over
//! without being held.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::member::{Member, Members, NAMES, place_of};
use super::stream::{Stream, fault_of, read_line, too_large};
use super::{Fault, RawArticle, Record};

/// Bytes of JSON for a byte of the article, where all but ASCII is escaped.
const ESCAPED: u64 = 3;
/// What the other members of a line may take.
const SLACK_BYTES: u64 = 1 << 20;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The records of JSON lines.
pub fn read(input: Stream, article_bytes_max: u64) -> impl Iterator<Item = Record> + Send {
    JsonLines {
        input: Some(input),
        line: Vec::new(),
        line_number: 0,
        record_number: 0,
        article_bytes_max,
    }
}

struct JsonLines {
    /// None once it has ended.
    input: Option<Stream>,
    /// The last line, whose memory the next one takes over.
    line: Vec<u8>,
    line_number: u64,
    record_number: u64,
    article_bytes_max: u64,
}

impl Iterator for JsonLines {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let content = self.content()?;
        self.record_number += 1;
        Some(Record { number: self.record_number, content })
    }
}

impl JsonLines {
    fn content(&mut self) -> Option<Result<RawArticle, Fault>> {
        let bytes_max = self.article_bytes_max;
        let line_bytes_max = bytes_max.saturating_mul(ESCAPED).saturating_add(SLACK_BYTES);
        let line_bytes_max = usize::try_from(line_bytes_max).unwrap_or(usize::MAX);
        loop {
            self.line.clear();
            self.line_number += 1;
            let place = format!("line {}", self.line_number);
            match read_line(self.input.as_mut()?, &mut self.line, line_bytes_max) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => return Some(Err(too_large(&place, bytes_max))),
                Ok(None) => {
                    self.input = None;
                    return None;
                }
                Err(error) => {
                    self.input = None;
                    return Some(Err(fault_of(&place, &error)));
                }
            }
            let mut json = self.line.as_slice();
            if self.line_number == 1 {
                json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
            }
            if !json.trim_ascii().is_empty() {
                return Some(article(json, &place, bytes_max));
            }
        }
    }
}

fn article(json: &[u8], place: &str, bytes_max: u64) -> Result<RawArticle, Fault> {
    let malformed = |why: &str| Fault { code: "malformed", detail: format!("{place}: {why}") };
    let json = str::from_utf8(json)
        .map_err(|error| malformed(&format!("not UTF-8 (byte {})", error.valid_up_to() + 1)))?;
    match serde_json::from_str::<Members>(json) {
        Ok(members) => members.article(place, bytes_max),
        Err(error) => {
            // Serde counts the lines of what it was given, which is one.
            let text = error.to_string();
            let end = format!(" at line {} column {}", error.line(), error.column());
            let why = text.strip_suffix(&end).unwrap_or(&text);
            Err(malformed(&format!("{why} (byte {})", error.column())))
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object with `text` or `html`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<String>()? {
            let Some(place) = place_of(&name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = match map.next_value()? {
                Value::Null => None,
                Value::String(text) => Some(text),
                Value::Number(number) if NAMES[place].1 == Member::Id => Some(number.to_string()),
                other => {
                    let found = kind_of(&other);
                    return Err(A::Error::custom(format_args!("`{name}` is {found}, not text")));
                }
            };
            members.set(place, value);
        }
        Ok(members)
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use newsloom_stages::decode::Told;
    use newsloom_stages::layers::Format;

    use super::super::tests::{gzip, records_of, texts, zstd};
    use super::super::{Compression, Container};
    use super::*;

    fn read_plain(bytes: &[u8]) -> Vec<Record> {
        records_of(Container::JsonLines(Compression::None), bytes, 100)
    }

    #[test]
    fn members_are_read_under_their_names() {
        let lines = r#"
            {"id": "a-1", "text": "T", "html": "<p>", "url": "u", "title": null, "author": "A",
             "site": "S", "date": "2024-05", "language": "fr", "tags": [{"deep": [1]}]}
            {"html": "<p>é", "id": 12345678901234567890, "published": "1",
             "date": "2", "lang": "L"}
            {"text": "", "id": -1.5, "published_at": "3", "title": "old", "title": "new"}
        "#;
        let lines = lines.replace(",\n", ",");
        let records = read_plain(lines.as_bytes());
        let some = |text: &str| Some(text.to_owned());
        let utf8 = Told { encoding: some("utf-8"), ..Told::default() };
        let expected = [
            (
                "T",
                Format::Text,
                Told {
                    id: some("a-1"),
                    url: some("u"),
                    author: some("A"),
                    site: some("S"),
                    date: some("2024-05"),
                    language: some("fr"),
                    ..utf8.clone()
                },
            ),
            (
                "<p>é",
                Format::Html,
                Told {
                    id: some("12345678901234567890"),
                    date: some("2"),
                    language: some("L"),
                    ..utf8.clone()
                },
            ),
            (
                "",
                Format::Text,
                Told { id: some("-1.5"), date: some("3"), title: some("new"), ..utf8 },
            ),
        ];
        assert_eq!(records.len(), expected.len());
        for (record, (text, format, told)) in records.into_iter().zip(expected) {
            let bytes = text.as_bytes().to_vec();
            assert_eq!(record.content, Ok(RawArticle { bytes, format, told }));
        }
    }

    #[test]
    fn blank_lines_are_lines_but_no_records() {
        let lines =
            b"\xEF\xBB\xBF{\"text\": \"a\"}\r\n\r\n \t\n{\"text\": \"b\"}\nno\n\n{\"text\":\"c\"}";
        let records = read_plain(lines);
        assert_eq!(texts(&records), ["a", "b", "malformed", "c"]);
        let fault = records[2].content.as_ref().unwrap_err();
        assert!(fault.detail.starts_with("line 5: "), "{}", fault.detail);
        assert_eq!(texts(&read_plain(b"\xEF\xBB\xBF")), [""; 0]);
    }

    #[test]
    fn a_malformed_line_says_what_is_wrong_and_ends_nothing() {
        let deep = format!("{{\"title\": {}1", "[".repeat(1000));
        for (line, words) in [
            (&b"[\"text\"]"[..], "line 1: invalid type: sequence, expected an object"),
            (b"\"text\"", "line 1: invalid type: string"),
            (b"{\"text\": 5}", "line 1: `text` is a number, not text"),
            (b"{\"text\": \"a\", \"title\": {}}", "`title` is an object, not text"),
            (b"{\"text\": \"a\", \"id\": true}", "`id` is a truth value, not text"),
            (b"{\"title\": \"a\", \"text\": null}", "line 1 has neither `text` nor `html`"),
            (b"{\"text\": \"a\"} {}", "trailing characters (byte 15)"),
            (b"{\"text\": \"a", "EOF while parsing a string"),
            (b"{\"text\": \"\xFF\"}", "line 1: not UTF-8 (byte 11)"),
            (b"{\"other\": \"\xC3\", \"text\": \"a\"}", "line 1: not UTF-8 (byte 12)"),
            (b"{\"text\": \"\\ud800\"}", "line 1: unexpected end of hex escape"),
            (deep.as_bytes(), "recursion limit exceeded"),
        ] {
            let records = read_plain(&[line, b"\n{\"text\": \"next\"}\n"].concat());
            assert_eq!(texts(&records), ["malformed", "next"]);
            let detail = &records[0].content.as_ref().unwrap_err().detail;
            assert!(detail.contains(words), "{detail:?} does not say {words:?}");
        }
    }

    #[test]
    fn an_article_or_a_line_that_is_too_long_is_passed_over() {
        let long = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"next\"}}\n", "a".repeat(101));
        assert_eq!(texts(&read_plain(long.as_bytes())), ["too_large", "next"]);
        let limit = format!("{{\"text\": \"{}\"}}", "\\u00e9".repeat(50));
        assert_eq!(texts(&read_plain(limit.as_bytes())), ["é".repeat(50)]);

        let bomb = [&b"{\"text\": \""[..], &vec![b'a'; 50 << 20], b"\"}\n{\"text\": \"next\"}\n"];
        let packed = gzip(&bomb.concat());
        let input = super::super::stream::unpacked(std::io::Cursor::new(packed), Compression::Gzip);
        let mut records = JsonLines {
            input: Some(input),
            line: Vec::new(),
            line_number: 0,
            record_number: 0,
            article_bytes_max: 100,
        };
        let found: Vec<Record> = records.by_ref().collect();
        assert_eq!(texts(&found), ["too_large", "next"]);
        assert!(records.line.capacity() < 4 << 20, "{} bytes held", records.line.capacity());
    }

    #[test]
    fn every_member_and_frame_is_read_and_damage_ends_the_file() {
        let (first, second) = (&b"{\"text\": \"a\"}\n{\"te"[..], &b"xt\": \"b\"}\n"[..]);
        for (compression, pack) in
            [(Compression::Gzip, gzip as fn(&[u8]) -> Vec<u8>), (Compression::Zstd, zstd)]
        {
            let container = Container::JsonLines(compression);
            let whole = [pack(first), pack(b""), pack(second)].concat();
            assert_eq!(texts(&records_of(container, &whole, 100)), ["a", "b"]);
            let cut = &whole[..whole.len() - 3];
            assert_eq!(texts(&records_of(container, cut, 100)).last(), Some(&"damaged"));
            let followed = [&pack(first)[..], b"no member"].concat();
            let records = records_of(container, &followed, 100);
            assert_eq!(texts(&records), ["a", "damaged"]);
            let detail = &records[1].content.as_ref().unwrap_err().detail;
            assert!(detail.contains("line 2"), "{detail}");
            let plain = records_of(container, first, 100);
            assert_eq!(texts(&plain), ["damaged"], "not packed at all");
        }
    }
}
