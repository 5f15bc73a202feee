//! Which lines are kept: the assignment of the highest sum of the model's scores, a cost paid for
//! each switch between kept and dropped (Viterbi).

use super::features::Page;
use super::rules::Judged;
use super::{judge, model};
use crate::span::Score;

/// What a switch costs, in thousandths of log odds.
const SWITCH_COST: i32 = 100;
/// Scores beyond this are as sure as can be.
pub const SCORE_MAX: i32 = 4000;

/// What was decided of each line.
#[derive(Debug)]
pub struct Decided {
    pub kept: Vec<bool>,
    scores: Vec<i32>,
    /// The feature that moved the score most, where the line's own evidence speaks against it.
    pub whys: Vec<Option<&'static str>>,
}

impl Decided {
    /// Decides by the model.
    pub fn by_model(page: &Page, judged: &Judged) -> Self {
        let speaks_against =
            |index: usize, score: i32| (judged.said.evidence[index].weight > 0) != (score > 0);
        let (scores, whys) = model::scores(page, speaks_against);
        Self { kept: keep(page, &scores), scores, whys }
    }

    /// Decides by scores given.
    pub fn by_scores(page: &Page, scores: &[i32]) -> Self {
        let whys = vec![None; scores.len()];
        Self { kept: keep(page, scores), scores: scores.to_vec(), whys }
    }

    /// Keeps or drops line `index` against the model.
    pub fn overrule(&mut self, index: usize, keep: bool) {
        self.kept[index] = keep;
        self.whys[index] = None;
    }

    /// How sure the model is of what was decided of line `index`.
    pub fn sureness(&self, index: usize) -> Score {
        let score = self.scores[index];
        let chance = likelihood(if self.kept[index] { score } else { -score });
        Score(u16::try_from(chance).unwrap_or_default())
    }
}

fn keep(page: &Page, scores: &[i32]) -> Vec<bool> {
    let told = |(index, score): (usize, &i32)| match page.is_ruled_out(index) {
        // A list mark alone tells nothing of its neighbours.
        true if page.facts[index].ink == 0 => 0,
        true => -SCORE_MAX,
        false => *score,
    };
    let told: Vec<i32> = scores.iter().enumerate().map(told).collect();
    let kept = judge::keep(&told, SWITCH_COST);
    kept.into_iter().enumerate().map(|(index, kept)| kept && !page.is_ruled_out(index)).collect()
}

/// The chance, in thousandths, that a score stands for: the logistic curve in straight pieces.
fn likelihood(score: i32) -> i32 {
    const CURVE: [i32; 9] = [500, 622, 731, 818, 881, 924, 953, 971, 982];
    let size = score.clamp(1 - SCORE_MAX, SCORE_MAX - 1).abs();
    let (step, rest) = ((size / 500) as usize, size % 500);
    let high = CURVE[step] + (CURVE[step + 1] - CURVE[step]) * rest / 500;
    if score < 0 { 1000 - high } else { high }
}

#[cfg(test)]
mod tests {
    use super::likelihood;

    #[test]
    fn chances_rise_with_scores() {
        for (score, chance) in
            [(0, 500), (1000, 731), (-1000, 269), (i32::MAX, 981), (i32::MIN, 19)]
        {
            assert_eq!(likelihood(score), chance);
        }
        assert!((-5000..5000).all(|score| likelihood(score) <= likelihood(score + 1)));
    }
}
