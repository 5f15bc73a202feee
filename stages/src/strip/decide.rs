//! Which lines are kept, given the second model's scores: the assignment of the highest sum of
//! scores, weighed by length, with a cost for each switch between kept and dropped (Viterbi).

use super::features::Page;
use super::judge;

/// What a switch costs, in thousandths of log odds.
const SWITCH_COST: i32 = 300;

/// Whether each line is kept.
pub fn keep(page: &Page, scores: &[i32]) -> Vec<bool> {
    debug_assert_eq!(page.len(), scores.len());
    judge::keep(scores, SWITCH_COST)
}
