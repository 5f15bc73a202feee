//! What the trainer needs of this stage: rows of features, and decisions from scores given.
//!
//! Invariant: rows and decisions come from the very code that the stage runs.

use std::ops::Range;

use super::decide::Decided;
use super::features::Page;
use super::html::structure::Structure;
use super::line::Line;
use super::{html, lines, page_lines, roles, rules, title};
use crate::layers::Document;

/// The names of the features of a row.
pub fn names() -> Vec<&'static str> {
    let mut names = Vec::new();
    let text = "x";
    let lines = lines(text, 0);
    let judged = rules::judge(&lines, title::find);
    Page::of(text, &lines, &judged).each(0, &mut |name, _| names.push(name));
    names
}

/// The rows of features of the lines of `text` that are not blank, of a hard-wrapped paragraph one,
/// each with the number of its first line.
pub fn rows(text: &str) -> Vec<(usize, Vec<i32>)> {
    let lines = lines(text, 0);
    let judged = rules::judge(&lines, title::find);
    let page = Page::of(text, &lines, &judged);
    let row = |index| {
        let mut row = Vec::new();
        page.each(index, &mut |_, value| row.push(value));
        row
    };
    numbers(text, &lines).map(|numbers| numbers.start).zip((0..page.len()).map(row)).collect()
}

/// The numbers of the lines that are kept, given the `scores` of the rows.
pub fn kept(text: &str, scores: &[i32]) -> Vec<usize> {
    let lines = lines(text, 0);
    let judged = rules::judge(&lines, title::find);
    let decided = Decided::by_scores(&Page::of(text, &lines, &judged), scores);
    let parts = roles::assign(&lines, &judged, decided);
    let kept = numbers(text, &lines).zip(&parts.lines).filter(|(_, part)| part.kind.is_kept());
    kept.flat_map(|(numbers, _)| numbers).collect()
}

/// The numbers of the lines of `text` that each of `lines` is made of.
fn numbers(text: &str, lines: &[Line]) -> impl Iterator<Item = Range<usize>> {
    let breaks = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
    let (mut at, mut number) = (0, 0);
    lines.iter().map(move |line| {
        let (start, end) = (line.span.start as usize, line.span.end as usize);
        let first = number + breaks(&text[at..start]);
        number = first + breaks(&text[start..end]);
        at = end;
        first..number + 1
    })
}

/// The names of the features of a row of a page of HTML.
pub fn page_names() -> Vec<&'static str> {
    html::names()
}

/// The rows of the lines of a page of HTML that are not blank; none for those that are surely none
/// of the article, which no model is asked about.
pub fn page_rows(document: &Document) -> Vec<Option<Vec<i32>>> {
    let lines = page_lines(&document.text);
    let judged = rules::judge(&lines, title::guess);
    let title = html::stated_title(document, &lines);
    let page = Page::of(&document.text, &lines, &judged);
    let structure = Structure::of(&page, &document.marks, &document.containers, title);
    let row = |(index, line): (usize, &Line)| {
        let mut row = Vec::new();
        page.each(index, &mut |_, value| row.push(value));
        structure.each(index, &mut |_, value| row.push(value));
        (!structure.is_apart(index, line.word_count)).then_some(row)
    };
    lines.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{kept, rows};

    #[test]
    fn a_hard_wrapped_paragraph_is_one_row_of_all_its_lines() {
        let first = "The council voted on Tuesday to close the bridge for repairs, after\n\
            engineers found cracks in two of its piers, the mayor said in a long\n\
            statement.";
        let text = format!("Council closes the bridge\n\n{first}\n\n{first}\n");
        let numbers: Vec<usize> = rows(&text).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [0, 2, 6]);
        assert_eq!(kept(&text, &[4000, -4000, 4000]), [0, 6, 7, 8]);
    }
}
