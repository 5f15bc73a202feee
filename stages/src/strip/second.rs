//! The second row of features of each line: the first row, and what the first model said of the
//! line, of its neighbours and of the whole page.
//!
//! Invariant: integers only; names and values stand side by side, once, in `Scored::each`.

use super::features::{Page, share};

/// A first score above this is sure body, below its negative sure boilerplate.
const SURE: i32 = 1500;
const FAR: i32 = 99;

/// A page and the first model's scores, in thousandths of log odds.
#[derive(Debug)]
pub struct Scored<'a> {
    page: &'a Page<'a>,
    scores: &'a [i32],
    /// Sums over the lines before each, one more than lines: letters and digits, …
    ink: Vec<i64>,
    /// … those that the first model keeps, …
    kept: Vec<i64>,
    /// … and chances of being kept, times letters and digits.
    chance: Vec<i64>,
    /// Lines since and until one that is surely body.
    sure: Vec<(i32, i32)>,
    /// Lines in a row on the same side of zero, and their letters and digits.
    runs: Vec<(i32, i64)>,
}

impl<'a> Scored<'a> {
    /// Sums the scores up.
    pub fn of(page: &'a Page<'a>, scores: &'a [i32]) -> Self {
        let count = page.len();
        let (mut ink, mut kept, mut chance) = (vec![0_i64], vec![0_i64], vec![0_i64]);
        for (index, score) in scores.iter().enumerate() {
            let own = i64::from(page.facts[index].ink);
            ink.push(ink[index] + own);
            kept.push(kept[index] + if *score > 0 { own } else { 0 });
            chance.push(chance[index] + own * i64::from(likelihood(*score)));
        }
        let mut sure = vec![(FAR, FAR); count];
        let (mut since, mut until) = (FAR, FAR);
        for index in 0..count {
            since = (since + 1).min(FAR);
            sure[index].0 = since;
            since = if scores[index] > SURE { 0 } else { since };
        }
        for index in (0..count).rev() {
            until = (until + 1).min(FAR);
            sure[index].1 = until;
            until = if scores[index] > SURE { 0 } else { until };
        }
        let mut runs = vec![(0, 0); count];
        let mut start = 0;
        for index in 1..=count {
            if index == count || (scores[index] > 0) != (scores[start] > 0) {
                let length = ((index - start) as i32).min(FAR);
                let sign = if scores[start] > 0 { 1 } else { -1 };
                runs[start..index].fill((sign * length, ink[index] - ink[start]));
                start = index;
            }
        }
        Self { page, scores, ink, kept, chance, sure, runs }
    }

    /// Gives every feature of line `index`, name and value, in the order of a row.
    pub fn each(&self, index: usize, put: &mut impl FnMut(&'static str, i32)) {
        self.page.each(index, put);
        let count = self.scores.len();
        put("score", self.scores[index]);
        const AROUND: [(&str, isize); 10] = [
            ("score_above5", -5),
            ("score_above4", -4),
            ("score_above3", -3),
            ("score_above2", -2),
            ("score_above", -1),
            ("score_below", 1),
            ("score_below2", 2),
            ("score_below3", 3),
            ("score_below4", 4),
            ("score_below5", 5),
        ];
        for (name, step) in AROUND {
            let other = index.checked_add_signed(step).and_then(|other| self.scores.get(other));
            put(name, other.copied().unwrap_or(-9000));
        }
        for (mean, best_above, best_below, radius) in [
            ("likely_within_2", "best_within_2_above", "best_within_2_below", 2),
            ("likely_within_5", "best_within_5_above", "best_within_5_below", 5),
            ("likely_within_12", "best_within_12_above", "best_within_12_below", 12),
            ("likely_within_30", "best_within_30_above", "best_within_30_below", 30),
        ] {
            let (from, to) = (index.saturating_sub(radius), (index + radius + 1).min(count));
            put(mean, self.likely(from, index, index + 1, to));
            let best = |scores: &[i32]| scores.iter().copied().max().unwrap_or(-9000);
            put(best_above, best(&self.scores[from..index]));
            put(best_below, best(&self.scores[index + 1..to]));
        }
        put("likely_above", self.likely(0, index, index, index));
        put("likely_below", self.likely(index + 1, count, count, count));
        let all = self.kept[count].max(1);
        put("page_body_ink", self.kept[count] as i32);
        put("page_likely", self.likely(0, count, count, count));
        put("page_kept_by_score", (self.kept[count] * 1000 / self.ink[count].max(1)) as i32);
        put("body_above", (self.kept[index] * 1000 / all) as i32);
        put("body_below", ((self.kept[count] - self.kept[index + 1]) * 1000 / all) as i32);
        put("lines_since_sure", self.sure[index].0);
        put("lines_until_sure", self.sure[index].1);
        put("sure_around", self.sure[index].0 + self.sure[index].1);
        put("run_by_score", self.runs[index].0);
        put("run_ink_by_score", self.runs[index].1 as i32);
        put("run_body_share", (self.runs[index].1 * 1000 / all).min(9999) as i32);
        let ink = self.page.facts[index].ink;
        put("share_of_body", share(ink, self.kept[count] as i32));
    }

    /// The mean chance of the lines in two ranges, by letters and digits.
    fn likely(&self, from: usize, to: usize, then_from: usize, then_to: usize) -> i32 {
        let over = |sums: &[i64]| sums[to] - sums[from] + sums[then_to] - sums[then_from];
        (over(&self.chance) / over(&self.ink).max(1)) as i32
    }
}

/// The chance, in thousandths, that a score stands for, roughly: the logistic curve by pieces.
pub fn likelihood(score: i32) -> i32 {
    const CURVE: [i32; 9] = [500, 622, 731, 818, 881, 924, 953, 971, 982];
    let size = score.unsigned_abs().min(3999) as usize;
    let (step, rest) = (size / 500, (size % 500) as i32);
    let high = CURVE[step] + (CURVE[step + 1] - CURVE[step]) * rest / 500;
    if score < 0 { 1000 - high } else { high }
}
