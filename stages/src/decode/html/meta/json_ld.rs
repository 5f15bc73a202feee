//! Reads what a page says of itself in JSON-LD (schema.org), as well formed as it comes.
//!
//! Invariant: nodes are in the order of the source, the members of an object in the order of their
//! names; a record that cannot be mended says nothing and takes no other with it.

use crate::decode::html::entity::decoded;
use serde_json::{Deserializer, Map, Value};

/// A node of the page's records.
pub type Node = Map<String, Value>;

/// The most nodes that are looked at of one page.
const NODES_MAX: usize = 10_000;

/// The values in the texts of the page's JSON-LD scripts.
pub fn parse(texts: &[&str]) -> Vec<Value> {
    texts.iter().flat_map(|text| values(text)).collect()
}

fn values(text: &str) -> Vec<Value> {
    let text = unwrapped(text);
    if let Some(values) = read(text) {
        return values;
    }
    if let Some(values) = read(&mended(text)) {
        return values;
    }
    // Some pages escape the whole record as if it stood in an attribute.
    if text.contains("&quot;") { read(&mended(&decoded(text))).unwrap_or_default() } else { vec![] }
}

/// The values that stand in `text` one behind the other.
fn read(text: &str) -> Option<Vec<Value>> {
    Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().ok()
}

/// The record without the comments that once hid scripts from browsers.
fn unwrapped(text: &str) -> &str {
    const CDATA: &str = "<![CDATA[";
    let text = match text.split_once(CDATA) {
        Some((before, rest)) if !before.contains(['{', '[']) => {
            rest.rsplit_once("]]>").map_or(rest, |(record, _)| record)
        }
        _ => text,
    };
    let start = text.find(['{', '[']).unwrap_or(0);
    let end = text.rfind(['}', ']']).map_or(text.len(), |last| last + 1);
    &text[start..end.max(start)]
}

/// The record as its writer meant it: control characters and quotation marks inside strings
/// escaped, unknown escapes and commas before a closing bracket left out, what is open closed.
fn mended(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 16);
    let mut open = Vec::new();
    let mut in_string = false;
    let mut chars = text.char_indices();
    while let Some((at, ch)) = chars.next() {
        let next = |at: usize| bytes[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
        match ch {
            '"' if !in_string => in_string = true,
            '"' if matches!(next(at), None | Some(b',' | b':' | b'}' | b']')) => in_string = false,
            '"' => out.push('\\'),
            '\\' if in_string => {
                let is_known = bytes.get(at + 1).is_some_and(|byte| b"\"\\/bfnrtu".contains(byte));
                if let Some((_, escaped)) = chars.next() {
                    out.extend(is_known.then_some('\\').into_iter().chain([escaped]));
                }
                continue;
            }
            '\0'..='\x1F' if in_string => {
                out.push(' ');
                continue;
            }
            ',' if !in_string && matches!(next(at), None | Some(b'}' | b']')) => continue,
            '{' if !in_string => open.push('}'),
            '[' if !in_string => open.push(']'),
            '}' | ']' if !in_string => {
                open.pop();
            }
            _ => {}
        }
        out.push(ch);
    }
    if in_string {
        out.push('"');
    }
    out.extend(open.into_iter().rev());
    out
}

/// The nodes of all records, in order; true with those that another node only refers to, as the
/// articles of a list or the parts of a live blog.
pub fn nodes(values: &[Value]) -> Vec<(&Node, bool)> {
    let mut nodes = Vec::new();
    for value in values {
        add_nodes(value, false, &mut nodes);
    }
    nodes
}

fn add_nodes<'a>(value: &'a Value, is_part: bool, nodes: &mut Vec<(&'a Node, bool)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| add_nodes(value, is_part, nodes)),
        Value::Object(node) if nodes.len() < NODES_MAX => {
            nodes.push((node, is_part));
            let mut members: Vec<(&String, &Value)> = node.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            for (name, value) in members {
                let is_part = is_part || !matches!(name.as_str(), "@graph" | "mainEntity");
                add_nodes(value, is_part, nodes);
            }
        }
        _ => {}
    }
}

/// Whether one of the node's types, in lower case and without its address, is `is_type`.
pub fn has_type(node: &Node, is_type: impl Fn(&str) -> bool) -> bool {
    all(node.get("@type")).filter_map(Value::as_str).any(|name| {
        let name = name.rsplit(['/', '#', ':']).next().unwrap_or(name);
        is_type(&name.to_ascii_lowercase())
    })
}

/// Whether the node is an article of some kind.
pub fn is_article(node: &Node) -> bool {
    has_type(node, |name| {
        name.ends_with("article")
            || name.ends_with("posting")
            || name.ends_with("episode")
            || matches!(name, "report" | "claimreview" | "creativework")
    })
}

/// Whether the node is an article that is read like one of the press.
pub fn is_report(node: &Node) -> bool {
    has_type(node, |name| {
        name.ends_with("article")
            || name.ends_with("blogposting")
            || name.ends_with("episode")
            || matches!(name, "report" | "claimreview")
    })
}

/// Whether the node is something that is sold, offered or held, or a list of such.
pub fn is_offer(node: &Node) -> bool {
    has_type(node, |name| {
        name.ends_with("event")
            || name.ends_with("service")
            || matches!(name, "product" | "productgroup" | "jobposting" | "collectionpage")
    })
}

/// Whether the node is a thread of a forum, or a question with its answers.
pub fn is_thread(node: &Node) -> bool {
    has_type(node, |name| matches!(name, "discussionforumposting" | "qapage" | "question"))
}

/// Whether the node is a page of questions and their answers.
pub fn is_help(node: &Node) -> bool {
    has_type(node, |name| name == "faqpage")
}

/// Whether the node is an organisation of some kind.
pub fn is_organization(node: &Node) -> bool {
    has_type(node, |name| name.ends_with("organization"))
}

/// The values of a member, which may be one or a list.
pub fn all(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter()
}

/// The first text of a member.
pub fn text<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    all(node.get(name)).find_map(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// The names of a member that is a thing or a list of things: text, or nodes with a `name`.
pub fn names<'a>(node: &'a Node, member: &str) -> impl Iterator<Item = &'a str> {
    all(node.get(member)).filter_map(|value| match value {
        Value::String(name) => Some(name.as_str()),
        Value::Object(thing) => text(thing, "name"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headline(record: &str) -> Option<String> {
        let values = parse(&[record]);
        let found = nodes(&values).into_iter().find(|(node, _)| is_article(node));
        found.and_then(|(node, _)| text(node, "headline").map(str::to_owned))
    }

    #[test]
    fn broken_records_are_mended() {
        for (record, expected) in [
            (r#"{"@type": "NewsArticle", "headline": "A"}"#, "A"),
            (r#"[{"@graph": [{"@type": ["Thing", "Article"], "headline": "A"}]}]"#, "A"),
            (r#"{"@type": "http://schema.org/LiveBlogPosting", "headline": ["A"]}"#, "A"),
            ("<!-- {\"@type\": \"Article\", \"headline\": \"A\"} -->", "A"),
            ("//<![CDATA[\n{\"@type\": \"Article\", \"headline\": \"A\"}\n//]]>", "A"),
            ("<![CDATA[{\"@type\": \"Article\", \"headline\": \"A\"}]]>", "A"),
            ("{\"@type\": \"Article\", \"headline\": \"A\nb\"};", "A b"),
            (r#"{"@type": "Article", "headline": "A \'b\'",}"#, "A 'b'"),
            (
                r#"{"@type": "Article", "headline": "He said "no" again", "x": [1, 2,]}"#,
                "He said \"no\" again",
            ),
            (r#"{"@type": "Article", "headline": "A", "author": {"name": "B}"#, "A"),
            (r#"{"@type": "WebPage"} {"@type": "Article", "headline": "A"}"#, "A"),
            ("{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;A&quot;}", "A"),
        ] {
            assert_eq!(headline(record).as_deref(), Some(expected), "{record}");
        }
        for record in ["", "{", "no record", "[[[[", "{\"@type\": }", "\"Article\"", "{\"é", "\\"]
        {
            assert_eq!(headline(record), None, "{record}");
        }
    }

    #[test]
    fn deep_records_say_nothing_and_overflow_nothing() {
        assert_eq!(headline(&"[".repeat(1 << 18)), None);
        assert_eq!(headline(&"{\"a\":".repeat(1 << 18)), None);
    }
}
