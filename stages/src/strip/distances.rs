//! How far each line of a page is from lines that open or close a part of it.
//!
//! Invariant: a pass down and a pass up the page for each sort of line; distances end at `FAR`.

use std::ops::Range;

use super::facts::Facts;
use super::line::Line;
use crate::layers::Kind;

/// What a distance is where there is nothing to be far from.
pub const FAR: i32 = 99;
const STAMP_WORDS_MAX: usize = 14;
/// What each line between sure prose takes off a stretch, in letters, with half of its own.
const BETWEEN_COST: i32 = 30;

/// Lines from one to the nearest of a sort, before and after.
#[derive(Debug, Clone, Copy)]
pub struct Distances {
    pub strong: (i32, i32),
    pub heading: (i32, i32),
    pub related: (i32, i32),
    pub comments: (i32, i32),
    pub newsletter: (i32, i32),
    pub legal: (i32, i32),
    pub social: (i32, i32),
    pub date: (i32, i32),
    pub byline: (i32, i32),
    pub stamp: (i32, i32),
}

/// A short line with a date or a time of day, as over a comment or an entry of a list.
pub fn is_stamp(line: &Line, facts: &Facts) -> bool {
    line.word_count <= STAMP_WORDS_MAX && (line.has_date || facts.has_time)
}

/// The distances of each line.
pub fn distances(lines: &[Line], facts: &[Facts], strong: &[bool]) -> Vec<Distances> {
    let cue = |index: usize| lines[index].cue.map(|cue| cue.kind);
    let to = |is: &dyn Fn(usize) -> bool| {
        let mut out = vec![(FAR, FAR); lines.len()];
        let (mut since, mut until) = (FAR, FAR);
        for (index, near) in out.iter_mut().enumerate() {
            near.0 = (since + 1).min(FAR);
            since = if is(index) { 0 } else { near.0 };
        }
        for (index, near) in out.iter_mut().enumerate().rev() {
            near.1 = (until + 1).min(FAR);
            until = if is(index) { 0 } else { near.1 };
        }
        out
    };
    let strong = to(&|index| strong[index]);
    let heading = to(&|index| facts[index].mark == 2);
    let related = to(&|index| cue(index) == Some(Kind::Related));
    let comments = to(&|index| matches!(cue(index), Some(Kind::CommentForm | Kind::Comment)));
    let newsletter = to(&|index| cue(index) == Some(Kind::Newsletter));
    let legal = to(&|index| cue(index) == Some(Kind::Legal));
    let social = to(&|index| cue(index) == Some(Kind::Social));
    let date = to(&|index| lines[index].is_date || cue(index) == Some(Kind::DateHeader));
    let byline = to(&|index| cue(index) == Some(Kind::Byline));
    let stamp = to(&|index| is_stamp(&lines[index], &facts[index]));
    let all = (0..lines.len()).map(|index| Distances {
        strong: strong[index],
        heading: heading[index],
        related: related[index],
        comments: comments[index],
        newsletter: newsletter[index],
        legal: legal[index],
        social: social[index],
        date: date[index],
        byline: byline[index],
        stamp: stamp[index],
    });
    all.collect()
}

/// The stretch of lines with the most ink of sure prose, what stands between taken off.
pub fn core(facts: &[Facts], strong: &[bool]) -> Range<usize> {
    let (mut best, mut sum, mut from) = (0, 0, 0);
    let mut core = 0..0;
    for (index, (facts, strong)) in facts.iter().zip(strong).enumerate() {
        if sum <= 0 {
            (sum, from) = (0, index);
        }
        sum += if *strong { facts.ink } else { -facts.ink / 2 - BETWEEN_COST };
        if sum > best {
            (best, core) = (sum, from..index + 1);
        }
    }
    core
}

/// For each line, how many in a row around it have as few words (or not), and the same mark.
pub fn runs(lines: &[Line], facts: &[Facts]) -> Vec<(i32, i32)> {
    let to = |key: &dyn Fn(usize) -> i32| {
        let mut out = vec![0; lines.len()];
        let mut start = 0;
        for index in 1..=lines.len() {
            if index == lines.len() || key(index) != key(start) {
                let run = (index - start) as i32;
                out[start..index].fill(if key(start) == 0 { -run } else { run }.clamp(-FAR, FAR));
                start = index;
            }
        }
        out
    };
    let short = to(&|index| i32::from(lines[index].word_count < 10));
    let marked = to(&|index| facts[index].mark);
    short.into_iter().zip(marked).collect()
}
