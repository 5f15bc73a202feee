//! The trained model of flattened text, and what it says of a page.
//!
//! Invariant: a model whose features are not the code's is refused.

use std::sync::LazyLock;

use super::decide::SCORE_MAX;
use super::features::Page;
use super::study;
use super::trees::{Row, Trees};

/// Lines whose features are held at once.
const LINES_AT_ONCE: usize = 64;

struct Model {
    trees: Trees,
    names: Vec<&'static str>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let trees = Trees::parse(include_str!("model/text.trees")).expect("the tests read this file");
    let names = study::names();
    assert_eq!(trees.features(), names, "the model was trained on other features");
    Model { trees, names }
});

/// The score of each line, in thousandths of log odds, and for the lines that `asks_why` of index
/// and score, the name of the feature that moved it most.
pub fn scores(
    page: &Page,
    asks_why: impl Fn(usize, i32) -> bool,
) -> (Vec<i32>, Vec<Option<&'static str>>) {
    let Model { trees, names } = &*MODEL;
    let asked: Vec<usize> = (0..page.len()).filter(|index| !page.is_ruled_out(*index)).collect();
    let (mut scores, mut whys) = (vec![-SCORE_MAX; page.len()], vec![None; page.len()]);
    let mut rows: Vec<Row> = Vec::with_capacity(asked.len().min(LINES_AT_ONCE));
    for asked in asked.chunks(LINES_AT_ONCE) {
        rows.clear();
        for index in asked {
            let (mut row, mut at) = ([0; 256], 0);
            page.each(*index, &mut |_, value| {
                row[at] = value;
                at += 1;
            });
            rows.push(row);
        }
        let found = trees.scores(&rows).into_iter().zip(&rows);
        for (index, (score, row)) in asked.iter().zip(found) {
            if asks_why(*index, score) {
                whys[*index] = trees.explain(row).1.map(|feature| names[feature]);
            }
            scores[*index] = score;
        }
    }
    (scores, whys)
}

#[cfg(test)]
mod tests {
    use super::MODEL;

    #[test]
    fn the_model_is_of_the_codes_features() {
        assert_eq!(MODEL.trees.features(), MODEL.names);
        let mut names = MODEL.names.clone();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MODEL.names.len(), "a name stands for two features");
    }
}
