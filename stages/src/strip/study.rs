//! What the trainer needs of this stage: rows of features, and decisions from scores given.
//!
//! Invariant: rows and decisions come from the very code that the stage runs.

use super::features::Page;
use super::html::Structure;
use super::second::Scored;
use super::{decide, lines, roles};
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

/// The names of the features of a row of a page's first or second model.
pub fn page_names(is_second: bool) -> Vec<&'static str> {
    let document = crate::decode::from_html("x");
    let mut names = names(is_second);
    let lines = lines(&document.text, 0);
    let page = Page::of(&document.text, &lines, roles::judge(&lines));
    let structure = Structure::of(&page, &document.marks, &document.containers);
    structure.each(0, &mut |name, _| names.push(name));
    names
}

/// The rows of a page's first model, or with the first model's `scores` those of the second; a row
/// a line that is not blank.
pub fn page_rows(document: &Document, scores: Option<&[i32]>) -> Vec<Vec<i32>> {
    let (_, mut rows) = rows(&document.text, scores);
    let lines = lines(&document.text, 0);
    let page = Page::of(&document.text, &lines, roles::judge(&lines));
    let structure = Structure::of(&page, &document.marks, &document.containers);
    for (index, row) in rows.iter_mut().enumerate() {
        structure.each(index, &mut |_, value| row.push(value));
    }
    rows
}

/// The lines of a page that are kept, given the second model's `scores`.
pub fn page_kept(document: &Document, scores: &[i32]) -> Vec<bool> {
    let lines = lines(&document.text, 0);
    let page = Page::of(&document.text, &lines, roles::judge(&lines));
    decide::keep(&page, scores)
}
