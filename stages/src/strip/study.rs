//! What the trainer needs of this stage: rows of features, and decisions from scores given.
//!
//! Invariant: rows and decisions come from the very code that the stage runs.

use super::features::Page;
use super::html::structure::Structure;
use super::line::Line;
use super::second::Scored;
use super::{decide, html, lines, roles};
use crate::layers::Document;

/// The names of the features of a row of the first or second model.
pub fn names(is_second: bool) -> Vec<&'static str> {
    let mut names = Vec::new();
    let text = "x";
    let lines = lines(text, 0);
    let page = Page::of(text, &lines, roles::judge(&lines));
    let mut put = |name, _| names.push(name);
    if is_second {
        Scored::of(&page, &[0]).each(0, &mut put);
    } else {
        page.each(0, &mut put);
    }
    names
}

/// The lines of `text` that are not blank: their numbers, and the rows of the first model, or with
/// the first model's `scores` of these lines, those of the second.
pub fn rows(text: &str, scores: Option<&[i32]>) -> (Vec<usize>, Vec<Vec<i32>>) {
    let lines = lines(text, 0);
    let page = Page::of(text, &lines, roles::judge(&lines));
    let mut rows = vec![Vec::new(); lines.len()];
    let scored = scores.map(|scores| Scored::of(&page, scores));
    for (index, row) in rows.iter_mut().enumerate() {
        match &scored {
            Some(scored) => scored.each(index, &mut |_, value| row.push(value)),
            None => page.each(index, &mut |_, value| row.push(value)),
        }
    }
    (numbers(text), rows)
}

/// The numbers of the lines that are kept, given the second model's `scores`.
pub fn kept(text: &str, scores: &[i32]) -> Vec<usize> {
    let lines = lines(text, 0);
    let page = Page::of(text, &lines, roles::judge(&lines));
    let kept = decide::keep(&page, scores);
    numbers(text)
        .into_iter()
        .zip(kept)
        .filter(|(_, kept)| *kept)
        .map(|(number, _)| number)
        .collect()
}

/// The numbers of the lines that are not blank.
fn numbers(text: &str) -> Vec<usize> {
    let lines = text.split('\n').enumerate();
    lines.filter(|(_, line)| !line.trim().is_empty()).map(|(number, _)| number).collect()
}

/// The names of the features of a row of a page of HTML.
pub fn page_names() -> Vec<&'static str> {
    html::names()
}

/// The rows of the lines of a page of HTML that are not blank; none for those that are surely none
/// of the article, which no model is asked about.
pub fn page_rows(document: &Document) -> Vec<Option<Vec<i32>>> {
    let lines = lines(&document.text, 0);
    let page = Page::of(&document.text, &lines, roles::judge(&lines));
    let structure = Structure::of(&page, &document.marks, &document.containers);
    let row = |(index, line): (usize, &Line)| {
        let mut row = Vec::new();
        page.each(index, &mut |_, value| row.push(value));
        structure.each(index, &mut |_, value| row.push(value));
        (!structure.is_apart(index, line.word_count)).then_some(row)
    };
    lines.iter().enumerate().map(row).collect()
}
