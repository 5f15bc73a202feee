//! Pages and what must come of them.

use html5gum::Token as Gum;
use proptest::prelude::*;

use super::entity::decoded;
use super::token::{Token, Tokens};
use super::*;
use crate::layers::Readability;
use crate::page::{Cue, Region, Role, Within};
use crate::span::Span;

fn text(source: &str) -> String {
    parse(source).text
}

/// Pieces that pages, sound and broken, are made of.
fn pages() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zé€ \n\t\r]{0,8}",
        Just("\u{A0}".to_owned()),
        "</?(p|div|b|a|li|ul|td|tr|table|h2|pre|br|span|button|svg|option|x-y|form|section)>",
        "<(p|div|a|td|time|h1) (class|id|hidden|style|itemprop|rel)( ?= ?(\"[a-z& ;]{0,6}\"|'x|y))?/?>",
        "&(amp|nbsp|eacute|lt|notin|NotEqualTilde|#x41|#10|#0|#xD800|#99999999)?;?",
        "</?(script|style|title|textarea|noscript|template|select)>",
        "<!-?-?[a> -]{0,4}(-->)?",
        "[<>/&=\"'!-]{1,3}",
        Just("<?pi?>".to_owned()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_character_leads_back_to_the_source(source in pages()) {
        let Page { text, map, marks, containers, facts } = parse(&source);
        let raw: Vec<char> = source.chars().collect();
        let translator = map.translator(&text);
        let mut last = 0;
        for (byte, ch) in text.char_indices().filter(|(_, ch)| !ch.is_whitespace()) {
            let (start, end) = translator.raw(Span::new(byte, byte + ch.len_utf8()));
            let words: String = raw[start as usize..end as usize].iter().collect();
            prop_assert!(decoded_text(&words).contains(ch), "{:?} from {:?}", ch, words);
            prop_assert!(words.chars().count() == 1 || words.starts_with('&'));
            prop_assert!(start >= last);
            last = start;
        }
        let lines: Vec<&str> = text.split('\n').filter(|line| !line.trim().is_empty()).collect();
        prop_assert_eq!(lines.len(), marks.len());
        for (line, mark) in lines.iter().zip(&marks) {
            prop_assert!(mark.link_chars as usize <= line.chars().count());
            prop_assert!((mark.container as usize) < containers.len());
        }
        let behind = |(index, container): (usize, &Container)| {
            index == 0 && container.parent == 0 || (container.parent as usize) < index
        };
        prop_assert!(containers.iter().enumerate().all(behind));
        for element in &facts.elements {
            element.span.slice(&text);
        }
    }

    #[test]
    fn any_text_is_a_page(source in any::<String>()) {
        let page = parse(&source);
        page.map.translator(&page.text).raw(Span::new(0, page.text.len()));
    }

    #[test]
    fn tokens_are_those_of_the_standard(source in pages()) {
        prop_assert_eq!(own_tokens(&source), standard_tokens(&source), "{:?}", source);
    }
}

fn decoded_text(words: &str) -> String {
    let reference = words.starts_with('&').then(|| entity::reference(words, false)).flatten();
    reference.map_or(words.to_owned(), |found| found.chars.into_iter().flatten().collect())
}

/// Elements whose content the tests take as holding no tags, as `html5gum` does by itself.
const RAW: [&str; 5] = ["script", "style", "title", "textarea", "noscript"];

/// The source's tokens as words, its text without character references.
fn own_tokens(source: &str) -> Vec<String> {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let mut tokens = Tokens::new(&source);
    let mut words: Vec<String> = Vec::new();
    let mut open = String::new();
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(range) => open.push_str(&all_decoded(&source[range])),
            Token::Start { name, is_self_closing } => {
                push_text(&mut open, &mut words);
                let name = name.to_ascii_lowercase();
                let mut attributes: Vec<(String, String)> = Vec::new();
                for attribute in &tokens.attributes {
                    let key = attribute.name.to_ascii_lowercase();
                    if !attributes.iter().any(|(known, _)| *known == key) {
                        attributes.push((key, decoded(attribute.value).into_owned()));
                    }
                }
                attributes.sort();
                words.push(format!("<{name} {attributes:?} {is_self_closing}>"));
                if RAW.contains(&&*name) {
                    let range = tokens.raw_text(&name);
                    let is_decoded = matches!(&*name, "title" | "textarea");
                    let raw = &source[range];
                    open = if is_decoded { all_decoded(raw) } else { raw.to_owned() };
                }
            }
            Token::End { name } => {
                push_text(&mut open, &mut words);
                words.push(format!("</{}>", name.to_ascii_lowercase()));
            }
        }
    }
    push_text(&mut open, &mut words);
    words
}

fn push_text(text: &mut String, words: &mut Vec<String>) {
    if !text.is_empty() {
        words.push(std::mem::take(text));
    }
}

fn all_decoded(text: &str) -> String {
    let mut all = String::new();
    let mut at = 0;
    while let Some(ch) = text[at..].chars().next() {
        match entity::reference(&text[at..], false).filter(|_| ch == '&') {
            Some(found) => {
                all.extend(found.chars.into_iter().flatten());
                at += found.length;
            }
            None => {
                all.push(ch);
                at += ch.len_utf8();
            }
        }
    }
    all
}

fn standard_tokens(source: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = String::new();
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut tokenizer = html5gum::Tokenizer::new(source);
    while let Some(Ok(token)) = tokenizer.next() {
        match token {
            Gum::String(text) => open.push_str(&utf8(&text.value)),
            Gum::StartTag(tag) => {
                push_text(&mut open, &mut words);
                let attributes = tag.attributes.iter();
                let mut attributes: Vec<(String, String)> =
                    attributes.map(|(key, value)| (utf8(key), utf8(&value.value))).collect();
                attributes.sort();
                let name = utf8(&tag.name);
                words.push(format!("<{name} {attributes:?} {}>", tag.self_closing));
                if let Some(state) = raw_state(&name) {
                    tokenizer.set_state(state);
                }
            }
            Gum::EndTag(tag) => {
                push_text(&mut open, &mut words);
                words.push(format!("</{}>", utf8(&tag.name)));
            }
            _ => {}
        }
    }
    push_text(&mut open, &mut words);
    words
}

fn raw_state(name: &str) -> Option<html5gum::State> {
    match name {
        "script" => Some(html5gum::State::ScriptData),
        "style" | "noscript" => Some(html5gum::State::RawText),
        "title" | "textarea" => Some(html5gum::State::RcData),
        _ => None,
    }
}

#[test]
fn blocks_are_lines_and_white_space_is_collapsed() {
    for (source, expected) in [
        ("<p>a\n  b<p>c", "a b\n\nc"),
        ("<div>a</div><div>b <i>c</i>d</div>e", "a\nb cd\ne"),
        ("a<br>b<br><br>c", "a\nb\nc"),
        ("<ul><li>a<li>b <b> c</b></ul>d", "a\nb c\n\nd"),
        ("<table><tr><td>a<td> b<tr><th>c</table>", "a\tb\nc"),
        ("<pre>a\n  b\r\n\r\nc  </pre>d", "a\n  b\nc\n\nd"),
        ("a <b> b </b> c", "a b c"),
        ("&nbsp;a&nbsp;b&#160;", "a\u{A0}b\u{A0}"),
        ("<p>&nbsp;</p><p>a</p>", "a"),
        ("caf&eacute &amp; th&eacute;&copy2", "café & thé©2"),
        ("a&#128;&notit;&#xZ;&;", "a€¬it;&#xZ;&;"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("<b>a<p>b</b>c</p>d", "a\n\nbc\n\nd"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "a\nb\nc"),
        ("\u{FEFF}<html><body>a</body></html>b", "ab"),
        ("<x-card>a</x-card><x-card>b</x-card>", "a\nb"),
        ("<p>a</div>b</p>", "ab"),
    ] {
        assert_eq!(text(source), expected, "{source}");
    }
}

#[test]
fn what_is_not_shown_is_left_out() {
    for source in [
        "<script>if (a < b) { '</p>' }</script>",
        "<script><!-- <script> x </script> --></script>",
        "<style>p { }</style><template><p>x</p></template>",
        "<noscript><img><p>x</p></noscript>",
        "<!-- x --><!doctype html><?x ?>",
        "<div hidden>x<p>x</div>",
        "<div style='color: red; DISPLAY : none'>x<div>x</div>x</div>",
        "<span class='a sr-only'>x</span>",
        "<select><option>x<option>x</select><textarea><p>x</textarea>",
        "<svg><title>x</title><path/><text>x</text></svg>",
        "<title>x</title><iframe><p>x</iframe>",
    ] {
        assert_eq!(text(&format!("{source}<p>seen")), "seen", "{source}");
    }
}

#[test]
fn marks_say_what_lines_are() {
    let page = parse(
        "<body><nav><a href=x>Home</a> now</nav><main><article class='post-content'>\
         <h1 class=title>Head</h1><p>One <a>two</a> three<div class=share-bar><button>Go</button>\
         </div><blockquote><p>Said</blockquote><figure>x<figcaption>Seen</figcaption></figure>\
         <table><td>1<td>2</table></article><a><div>t</div></a></main><footer>End</footer>",
    );
    let seen: Vec<(Role, Region, u32)> =
        page.marks.iter().map(|mark| (mark.role, mark.region, mark.link_chars)).collect();
    let expected = [
        (Role::Other, Region::Nav, 4),
        (Role::Heading(1), Region::Article, 0),
        (Role::Paragraph, Region::Article, 3),
        (Role::Control, Region::Article, 0),
        (Role::Quote, Region::Article, 0),
        (Role::Other, Region::Article, 0),
        (Role::Caption, Region::Article, 0),
        (Role::TableRow, Region::Article, 0),
        (Role::Other, Region::Main, 1),
        (Role::Other, Region::Footer, 0),
    ];
    assert_eq!(seen, expected);
    assert_eq!(text("<div hidden id='S:1'><p>late</div>"), "late");
    let fold = parse("<h2><button>How to apply</button></h2><button>Send</button>");
    let roles: Vec<Role> = fold.marks.iter().map(|mark| mark.role).collect();
    assert_eq!(roles, [Role::Heading(2), Role::Control]);
    let of = |index: usize| &page.marks[index];
    assert!(Cue::Title.is_in(of(1).own_cues) && Cue::ArticleBody.is_in(of(1).cues));
    assert!(!Cue::ArticleBody.is_in(of(1).own_cues));
    assert!(Cue::Share.is_in(of(3).cues) && !Cue::Share.is_in(of(4).cues));
    assert!(Within::Figure.is_in(of(6).within) && !Within::Figure.is_in(of(7).within));
    let article = |index: usize| page.containers[of(index).container as usize].parent;
    assert_eq!(article(1), article(2));
}

#[test]
fn a_page_states_facts() {
    let page = parse(
        "<html lang=fr><head><title>T &amp; U</title><meta property=og:title content='A&lt;b'>\
         <link rel='canonical' href='/x?a=1&amp;b=2'><link rel=stylesheet href=s>\
         <script type='application/ld+json; charset=utf-8'>{\"a\": 1}</script></head>\
         <h1> Head <i>line</i> </h1><p class=byline>By <a rel=author href=/ann>Ann</a></p>\
         <time datetime=2024-05-01T10:00>1 May</time>",
    );
    let facts = &page.facts;
    assert_eq!((facts.language, facts.title.as_deref()), (Some("fr"), Some("T & U")));
    assert_eq!(facts.meta(&["x", "OG:title"]).collect::<Vec<_>>(), ["A<b"]);
    assert_eq!(facts.links.len(), 1);
    assert_eq!(facts.links[0].href, "/x?a=1&b=2");
    assert_eq!(facts.json_ld, ["{\"a\": 1}"]);
    let words: Vec<(&str, &str)> = facts
        .elements
        .iter()
        .map(|element| (element.name, element.span.slice(&page.text)))
        .collect();
    let expected = [("h1", "Head line"), ("p", "By Ann"), ("a", "Ann"), ("time", "1 May")];
    assert_eq!(words, expected);
    assert_eq!(facts.elements[3].value.as_deref(), Some("2024-05-01T10:00"));
}

#[test]
fn hostile_pages_degrade() {
    let many = |piece: &str, count: usize| piece.repeat(count);
    for (source, expected) in [
        (many("<div>", 10_000) + "deep" + &many("</div>", 10_000) + "<p>flat", "deep\n\nflat"),
        (many("<b>", 10_000) + "deep", "deep"),
        (many("</b>", 10_000) + "flat", "flat"),
        (format!("<p title='{}'>a", many("x", 1 << 20)), "a"),
        (format!("<p {}>a", many("x=y ", 1 << 18)), "a"),
        (format!("a<p title='{}", many("<b>", 1 << 18)), "a"),
        (format!("a<!-- {}", many("<!-- -", 1 << 18)), "a"),
        (format!("a<script>{}", many("</scrip <!--", 1 << 18)), "a"),
        (many("<!---->", 1 << 18) + "a", "a"),
        (many("<table><tr><td>", 5_000) + "a", "a"),
        (many("<a>", 100_000) + "a", "a"),
    ] {
        assert_eq!(text(&source), expected, "{}", &source[..20]);
    }
    let flood = many("&amp;&nGt;&#x10FFFF;", 1 << 16);
    let page = parse(&flood);
    assert!(page.text.len() < flood.len() && page.map.segments.len() < flood.len() / 4);
    let flood = many("<time>1</time><meta name=a content=b>", 5_000);
    let elements = parse(&flood);
    assert!(elements.facts.elements.len() < 2_000 && elements.facts.metas.len() < 2_000);
}

#[test]
fn pages_are_known_by_their_head() {
    for (raw, is) in [
        ("<!DOCTYPE html>", true),
        ("\u{FEFF} \n<!-- x --> <?xml version='1.0'?><HTML lang=fr>", true),
        ("<!doctype htmlx>", false),
        ("<p>a", false),
        ("A page begins with <html>", false),
        ("<!-- <html>", false),
    ] {
        assert_eq!(is_page(raw.as_bytes()), is, "{raw}");
    }
}

#[test]
fn a_page_is_read_in_the_encoding_it_states() {
    use crate::decode::{Settings, Told, decode};
    use crate::layers::Format;
    let page = |label: &str| format!("<html><meta charset={label}><p>п&eacute;ривет");
    let (koi, _, _) = encoding_rs::KOI8_R.encode("привет");
    let koi = |head: &str| [head.as_bytes(), &koi].concat();
    for (raw, told, encoding, text) in [
        (koi("<html><meta charset=koi8-r><p>"), None, "koi8-r", "привет"),
        (koi("<html><meta charset=koi8-u><p>"), Some("koi8-r"), "koi8-r", "привет"),
        (page("koi8-r").into_bytes(), None, "utf-8", "пéривет"),
    ] {
        let told = Told { encoding: told.map(str::to_owned), ..Told::default() };
        let document = decode(&raw, Format::Text, &told, &Settings::default());
        assert_eq!((document.encoding.as_str(), document.text.as_str()), (encoding, text));
        assert_eq!((document.format, document.readability), (Format::Html, Readability::Readable));
    }
}
