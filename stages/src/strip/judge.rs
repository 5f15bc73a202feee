//! Which lines are the article: evidence line by line, then the cheapest way to switch between
//! kept and dropped stretches (Viterbi), so that a line is judged with its neighbours.

use super::line::Line;

/// What it costs to switch between kept and dropped, in the weights of `evidence`.
pub const SWITCH_COST: i32 = 4;

/// How much a line by itself says that it is the article (positive) or not (negative), and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    pub weight: i32,
    pub rule: &'static str,
}

/// The evidence of one line; `is_repeated` where the text says the same more than once.
pub fn evidence(line: &Line, is_repeated: bool) -> Evidence {
    let strong = |weight, rule| Evidence { weight, rule };
    if line.cue.is_some() {
        return strong(-12, "cue");
    }
    if line.is_date {
        return strong(-8, "date_line");
    }
    if line.is_links {
        return strong(-8, "links");
    }
    if line.is_breadcrumb {
        return strong(-8, "breadcrumb");
    }
    if line.is_bullet {
        return strong(-6, "list_mark");
    }
    if line.is_repeated_across {
        return strong(-12, "repeated_across_articles");
    }
    if is_repeated && line.word_count < 25 {
        return strong(-6, "repeated");
    }
    let (mut weight, rule) = match (line.is_closed, line.word_count) {
        (true, 20..) => (8, "prose"),
        (true, 10..) => (5, "prose"),
        (true, 5..) => (2, "short_sentence"),
        (true, _) => (-1, "short_sentence"),
        (false, _) if line.is_cut_off && line.word_count >= 5 => (-4, "teaser"),
        (false, 30..) => (5, "prose"),
        (false, 15..) => (1, "unclosed"),
        (false, 8..) => (-2, "unclosed"),
        (false, _) => (-3, "short_line"),
    };
    if line.word_count >= 6 {
        weight += match line.function_share() {
            300.. => 2,
            180.. => 0,
            100.. => -1,
            _ => -4,
        };
    }
    if line.word_count >= 4 && line.capital_count * 10 > line.word_count * 6 {
        weight -= 3;
    }
    if line.digit_count * 4 > line.char_count {
        weight -= 3;
    }
    Evidence { weight, rule }
}

/// Whether each line is kept: the assignment of the highest weight, `cost` paid for each switch.
pub fn keep(weights: &[i32], cost: i32) -> Vec<bool> {
    // Best sums that end dropped and kept, and for each line whether each came from the other.
    let (mut dropped, mut kept) = (0, -cost);
    let mut switched = Vec::with_capacity(weights.len());
    for weight in weights {
        let from_kept = kept - cost > dropped;
        let from_dropped = dropped - cost > kept;
        let next_dropped = if from_kept { kept - cost } else { dropped } - weight;
        let next_kept = if from_dropped { dropped - cost } else { kept } + weight;
        switched.push((from_kept, from_dropped));
        (dropped, kept) = (next_dropped, next_kept);
    }
    let mut state = kept > dropped;
    let mut path = vec![false; weights.len()];
    for (index, (from_kept, from_dropped)) in switched.iter().enumerate().rev() {
        path[index] = state;
        state = if state { !from_dropped } else { *from_kept };
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{SWITCH_COST, keep};

    #[test]
    fn weak_lines_follow_their_neighbours() {
        let kept = |weights: &[i32]| -> String {
            keep(weights, SWITCH_COST).iter().map(|kept| if *kept { '+' } else { '-' }).collect()
        };
        assert_eq!(kept(&[8, -1, 8]), "+++");
        assert_eq!(kept(&[-3, 2, -3]), "---");
        assert_eq!(kept(&[8, 8, -6, 0, -6, 8]), "++---+");
        assert_eq!(kept(&[]), "");
        assert_eq!(kept(&[10]), "+");
    }
}
