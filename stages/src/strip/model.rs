//! The trained model of flattened text, and what it says of a page.
//!
//! Invariant: a model whose features are not the code's is refused.

use std::sync::LazyLock;

use super::decide::SCORE_MAX;
use super::features::Page;
use super::study;
use super::trees::{Rows, Trees};

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
    let mut rows = Rows::new();
    for asked in asked.chunks(Rows::COUNT) {
        for (place, index) in asked.iter().enumerate() {
            let mut feature = 0;
            page.each(*index, &mut |_, value| {
                rows.set(place, feature, value);
                feature += 1;
            });
        }
        let fallen = trees.fall(&rows);
        for (place, index) in asked.iter().enumerate() {
            scores[*index] = fallen.score(place);
            if asks_why(*index, scores[*index]) {
                whys[*index] = fallen.why(place).map(|feature| names[feature]);
            }
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
