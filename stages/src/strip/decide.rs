//! Which lines are kept, from the scores of the lines.
//!
//! The model's scores are chances, and what is wanted is the best F1 of the page, so the line is
//! drawn where the F1 to be expected is highest: lower on a page of which the model is unsure. Then
//! a cost for each switch between kept and dropped smooths the lines (Viterbi).

use super::features::Page;
use super::judge;
use super::rules::Judged;
use crate::span::Score;

/// What a switch costs, in thousandths of log odds.
const SWITCH_COST: i32 = 300;
/// How far the line moves from even chances to where F1 is best, in tenths.
const TOWARDS_BEST: i32 = 7;
/// Scores beyond this are as sure as can be.
const SCORE_MAX: i32 = 4000;

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
            |index: usize, score: i32| (judged.evidence[index].weight > 0) != (score > 0);
        let (scores, whys) = super::model::scores(page, speaks_against);
        Self { kept: keep(page, &scores), scores, whys }
    }

    /// Decides by scores given.
    pub fn by_scores(page: &Page, scores: &[i32]) -> Self {
        let whys = vec![None; scores.len()];
        Self { kept: keep(page, scores), scores: scores.to_vec(), whys }
    }

    /// How sure the model is of what was decided of line `index`.
    pub fn sureness(&self, index: usize) -> Score {
        let score = self.scores[index];
        let chance = likelihood(if self.kept[index] { score } else { -score });
        Score(u16::try_from(chance).unwrap_or_default())
    }
}

fn keep(page: &Page, scores: &[i32]) -> Vec<bool> {
    let line = best_line(page, scores) * TOWARDS_BEST / 10;
    // A list mark alone tells nothing of its neighbours and is never the article.
    let is_wordless = |index: usize| page.facts[index].ink == 0;
    let moved = |(index, score): (usize, &i32)| match is_wordless(index) {
        true => 0,
        false => score.saturating_sub(line),
    };
    let moved: Vec<i32> = scores.iter().enumerate().map(moved).collect();
    let mut kept = judge::keep(&moved, SWITCH_COST);
    kept.iter_mut().enumerate().for_each(|(index, kept)| *kept &= !is_wordless(index));
    kept
}

/// The score above which keeping lines makes the expected F1 of the page highest: half of that F1
/// as a chance, so never above even chances.
fn best_line(page: &Page, scores: &[i32]) -> i32 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(scores[*index]), *index));
    let ink = |index: &usize| i64::from(page.facts[*index].ink + 1);
    let body = |index: &usize| ink(index) * i64::from(likelihood(scores[*index]));
    let all: i64 = order.iter().map(body).sum();
    let (mut kept, mut right, mut best) = (0, 0, 0);
    for index in &order {
        kept += ink(index);
        right += body(index);
        // F1 in thousandths; `right` and `all` are thousandths of letters.
        best = best.max(2000 * right / (kept * 1000 + all));
    }
    let wanted = i32::try_from(best / 2).unwrap_or(500).min(500);
    let scores: Vec<i32> = (-SCORE_MAX..=0).step_by(50).collect();
    let at = scores.partition_point(|score| likelihood(*score) < wanted);
    scores.get(at).copied().unwrap_or(0)
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
