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
    match serde_json::from_slice::<Members>(json) {
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
