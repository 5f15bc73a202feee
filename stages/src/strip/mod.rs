//! `strip`: which lines of the page are the article, and what the others are.
//!
//! Four steps: each line by itself (`line`, `cues`), what the rules keep (`judge`, `rules`), what
//! the model keeps, told of both (`features`, `model`, `decide`), then the part each line plays
//! (`title`, `roles`); docs/STRIP.md tells how the model is made. Invariant: no rule names a site, a
//! headline or a phrase of one article; what a language's press says of its pages stands in
//! `languages/`.

mod captions;
mod credits;
mod cues;
mod decide;
mod distances;
mod facts;
mod features;
mod fold;
mod head;
mod headings;
mod html;
mod judge;
mod line;
mod mend;
mod model;
mod quotes;
mod roles;
mod rules;
mod stretches;
pub mod study;
mod title;
mod tokens;
mod trees;
mod unwrap;
mod vocabulary;

use serde::{Deserialize, Serialize};

use crate::layers::{ArticleStatus, Block, Blocks, Document, Format, Kind, Readability};
use crate::lines::{LineSet, line_hash};
use crate::span::{Score, Span};
use decide::Decided;
use features::Page;
use line::Line;

/// What the configuration says of this stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

/// Gives each line of the document a kind, kept or dropped, by a named rule; `repeated` are the
/// lines of it that many articles of its site have.
pub fn strip(document: &Document, repeated: &LineSet, _settings: &Settings) -> Blocks {
    let text = &document.text;
    let mut blocks = Vec::new();
    let mut start = 0;
    if let Some(stamp) = document.stated.stamp {
        blocks.push(Block {
            span: stamp.trimmed(text),
            kind: Kind::DateHeader,
            keep: false,
            rule: "scraper_stamp".to_owned(),
            score: Score::ONE,
            continues: None,
        });
        start = stamp.end as usize;
    }
    let is_page = document.format == Format::Html;
    let mut lines = if is_page { page_lines(text) } else { lines(text, start) };
    let title = document.stated.title.as_deref().map(line_hash);
    for line in &mut lines {
        line.is_repeated_across =
            repeated.contains(line.text) && title != Some(line_hash(line.text));
    }
    let judged = rules::judge(&lines, if is_page { title::guess } else { title::find });
    let page = Page::of(text, &lines, &judged);
    let parts = if is_page {
        html::assign(document, &lines, &page)
    } else {
        roles::assign(&lines, &judged, Decided::by_model(&page, &judged))
    };
    for (line, part) in lines.iter().zip(&parts.lines) {
        blocks.push(Block {
            span: line.span,
            kind: part.kind,
            // A page states its title apart from its text.
            keep: part.kind.is_kept() && !(is_page && part.kind == Kind::Title),
            rule: part.rule.to_owned(),
            score: part.score,
            continues: None,
        });
    }
    rejoin(text, &mut blocks);
    let has_body = blocks.iter().any(|block| block.kind == Kind::Body);
    let status = match document.readability {
        Readability::Empty => ArticleStatus::Empty,
        Readability::Binary => ArticleStatus::Binary,
        Readability::Readable if has_body => ArticleStatus::Ok,
        Readability::Readable => ArticleStatus::NoArticle,
    };
    let stated = &document.stated;
    let authors = match &stated.authors[..] {
        [] => parts.authors,
        authors => authors.to_vec(),
    };
    let title = if is_page {
        // The page says which of its headings is the title.
        stated.title.clone().or(parts.title)
    } else {
        // The title in a text has a block of its own, and the row should agree with it.
        parts.title.or_else(|| stated.title.clone())
    };
    Blocks { blocks, status, title, authors, site: stated.site.clone().or(parts.site) }
}

/// `text` taken as clean: each paragraph is a body block, a line or, hard-wrapped, several.
pub fn paragraphs(text: &str) -> Blocks {
    Blocks::body_of(unwrap::paragraphs(text, spans(text, 0)).into_iter())
}

/// The lines of `text` from byte `start` on that hold more than white space; those of a
/// hard-wrapped paragraph are one.
fn lines(text: &str, start: usize) -> Vec<Line<'_>> {
    let spans = spans(text, start);
    unwrap::paragraphs(text, spans).into_iter().map(|span| Line::of(text, span)).collect()
}

/// The lines of a page, each of which has a mark: what breaks them is its structure, not a width.
fn page_lines(text: &str) -> Vec<Line<'_>> {
    spans(text, 0).into_iter().map(|span| Line::of(text, span)).collect()
}

fn spans(text: &str, start: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = start;
    for line in text[start..].split('\n') {
        let span = Span::new(at, at + line.len()).trimmed(text);
        if !span.is_empty() {
            spans.push(span);
        }
        at += line.len() + 1;
    }
    spans
}

/// Joins a body cut in two: the first half ends without a stop, dropped blocks stand between, the
/// second half begins in lower case.
fn rejoin(text: &str, blocks: &mut [Block]) {
    let mut last_body: Option<usize> = None;
    for index in 0..blocks.len() {
        if !blocks[index].keep {
            continue;
        }
        if blocks[index].kind != Kind::Body {
            last_body = None;
            continue;
        }
        let words = blocks[index].span.slice(text);
        if let Some(earlier) = last_body.filter(|earlier| earlier + 1 < index) {
            let open = blocks[earlier].span.slice(text);
            let broken_off =
                open.ends_with(|ch: char| ch.is_alphanumeric() || ch == ',' || ch == '-');
            if broken_off && words.starts_with(char::is_lowercase) {
                blocks[index].continues = Some(Span::new(0, earlier).end);
            }
        }
        last_body = Some(index);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::{self, Told, from_text};

    proptest! {
        #[test]
        fn every_character_is_in_one_block(
            text in "([a-zé0-9 .!?…»«()\\[\\]\n:;>/#-]|By Ann Lee|Lire aussi|http|date 2024-05 ){0,60}",
        ) {
            let document = from_text(&text);
            let found = strip(&document, &LineSet::default(), &Settings::default());
            let spans: Vec<Span> = found.blocks.iter().map(|block| block.span).collect();
            prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
            let ink = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
            let all: String = spans.iter().map(|span| ink(span.slice(&document.text))).collect();
            prop_assert_eq!(all, ink(&document.text));
        }
    }

    #[test]
    fn any_bytes_are_stripped_the_same_twice() {
        for bytes in [&b""[..], b"\xff\xfe\x00", b"\n\n- \n](\n[(", b"\xe2\x80", b"a\r\n\x00b."] {
            let settings = decode::Settings::default();
            let document = decode::decode(bytes, Format::Text, &Told::default(), &settings);
            let strip = || strip(&document, &LineSet::default(), &Settings::default());
            assert_eq!(format!("{:?}", strip()), format!("{:?}", strip()));
        }
    }

    #[test]
    fn a_page_of_menus_has_no_article() {
        let page = "Home\nWorld\nSport\nLog in\nSubscribe\n© The Post 2024";
        let found = strip(&from_text(page), &LineSet::default(), &Settings::default());
        assert_eq!(found.status, ArticleStatus::NoArticle);
    }

    #[test]
    fn a_title_told_stands_in_for_one_that_the_text_lacks() {
        let told = Told { title: Some("Told".to_owned()), ..Told::default() };
        let body = "The council voted on Tuesday to close the bridge for repairs, after \
            engineers found cracks in two of its piers, the mayor said in a statement.";
        let head = "Council closes the bridge over the river for repairs";
        for (text, title) in [(body.to_owned(), "Told"), (format!("{head}\n\n{body}"), head)] {
            let document =
                decode::decode(text.as_bytes(), Format::Text, &told, &decode::Settings::default());
            let found = strip(&document, &LineSet::default(), &Settings::default());
            assert_eq!(found.title.as_deref(), Some(title));
        }
    }

    #[test]
    fn a_line_of_the_site_is_dropped_unless_it_is_the_title() {
        let prose = "The council voted on Tuesday to close the bridge for repairs, after \
            engineers found cracks in two of its piers, the mayor said in a statement.";
        let said = "Every article of this paper is read twice by its editors before it is printed.";
        let text = format!("{prose}\n{said}\n{prose}!");
        let rules = |repeated: &LineSet, title: Option<&str>| -> Vec<(bool, String)> {
            let told = Told { title: title.map(str::to_owned), ..Told::default() };
            let document =
                decode::decode(text.as_bytes(), Format::Text, &told, &decode::Settings::default());
            let found = strip(&document, repeated, &Settings::default());
            found.blocks.into_iter().map(|block| (block.keep, block.rule)).collect()
        };
        let alone = rules(&LineSet::default(), None);
        assert!(alone.iter().all(|(is_kept, _)| *is_kept));
        let repeated: LineSet = [line_hash(said)].into_iter().collect();
        let among_others = rules(&repeated, None);
        assert_eq!(among_others[1], (false, "repeated_across_articles".to_owned()));
        assert_eq!((&among_others[0], &among_others[2]), (&alone[0], &alone[2]));
        assert_eq!(rules(&repeated, Some(said)), rules(&LineSet::default(), Some(said)));
    }
}
