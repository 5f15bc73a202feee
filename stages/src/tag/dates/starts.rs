//! The patterns that begin alike, told apart by what stands behind.
//!
//! Invariant: none is left out that may match there, and they come in the order of the rules.

use std::iter::from_fn;

use super::vocabulary::Marks;

/// A pattern that may begin at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// The positions of its rule and of the pattern in that.
    pub rule: usize,
    pub pattern: usize,
}

/// Patterns that begin with the same word or class.
#[derive(Debug, Default)]
pub struct Starts {
    chunks: Vec<Chunk>,
    /// What may stand behind one of them.
    next: Marks,
    /// Behind one of them anything may stand, or nothing.
    is_open: bool,
}

/// So many of them as a number has bits.
#[derive(Debug)]
struct Chunk {
    starts: Vec<Start>,
    /// Those behind which anything may stand, or nothing.
    always: u64,
    /// By mark, those behind which it may stand.
    by_mark: Box<[u64; Marks::COUNT]>,
}

impl Starts {
    /// Adds a pattern, the last in order; `next` is what may stand behind its beginning, none where
    /// that is anything, or nothing.
    pub fn add(&mut self, start: Start, next: Option<Marks>) {
        if self.chunks.last().is_none_or(|chunk| chunk.starts.len() == u64::BITS as usize) {
            let by_mark = Box::new([0; Marks::COUNT]);
            self.chunks.push(Chunk { starts: Vec::new(), always: 0, by_mark });
        }
        let chunk = self.chunks.last_mut().expect("there is one");
        let bit = 1 << chunk.starts.len();
        chunk.starts.push(start);
        self.next = self.next.and(next.unwrap_or_default());
        self.is_open |= next.is_none();
        match next {
            Some(marks) => marks.places().for_each(|place| chunk.by_mark[place] |= bit),
            None => chunk.always |= bit,
        }
    }

    /// Whether one of them may go on where `behind` stands.
    #[inline]
    pub fn may_go_on(&self, behind: Marks) -> bool {
        self.is_open || self.next.meets(behind)
    }

    /// Those that may go on where `behind` stands.
    pub fn before(&self, behind: Marks) -> impl Iterator<Item = &Start> {
        self.chunks.iter().flat_map(move |chunk| {
            let fits = |all, place: usize| all | chunk.by_mark[place];
            let mut left = behind.places().fold(chunk.always, fits);
            from_fn(move || {
                let place = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                chunk.starts.get(place as usize)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_may_go_on_come_in_order() {
        let mut starts = Starts::default();
        for (rule, kind) in (0..200).zip([0, 1, 2].into_iter().cycle()) {
            starts.add(Start { rule, pattern: 0 }, (kind > 0).then(|| Marks::of_word(kind)));
        }
        for (behind, kinds) in [
            (Marks::default(), &[0][..]),
            (Marks::of_word(1), &[0, 1]),
            (Marks::of_word(1).and(Marks::of_word(2)), &[0, 1, 2]),
        ] {
            let found: Vec<usize> = starts.before(behind).map(|start| start.rule).collect();
            let expected = (0..200).filter(|rule| kinds.contains(&(rule % 3)));
            assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }
}
