//! Gradient-boosted trees over integer features: reads a model file, scores a row of features.
//!
//! Invariant: features, thresholds, leaves and sums are integers, so that a score is the same on
//! every machine. Invariant: a model names its features; one that lacks a feature the code gives,
//! or asks for another, is refused when it is read.
//!
//! A model file is text: a line `trees 1`, a line `bias N`, a line `feature NAME` for each feature
//! in the order of the row, then a line for each tree, its nodes in preorder. A node is
//! `FEATURE:THRESHOLD:VALUE`, or a leaf, its bare value; a row goes left where its feature is no
//! more than the threshold. A node's value is the mean of the leaves below it.

/// The features of some lines, in the order that the model names them, each beside those of the same
/// name; what is not set is not looked at. Values are held to 16 bits, as thresholds are.
#[derive(Debug)]
pub struct Rows([[i16; Rows::COUNT]; 256]);

impl Rows {
    /// How many rows there are.
    pub const COUNT: usize = 8;

    pub fn new() -> Self {
        Self([[0; Self::COUNT]; 256])
    }

    /// Sets a feature of row `place`.
    #[inline]
    pub fn set(&mut self, place: usize, feature: u8, value: i32) {
        let value = value.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        self.0[usize::from(feature)][place % Self::COUNT] = value;
    }
}

/// The trees of a model, in the order of its file.
#[derive(Debug)]
pub struct Trees {
    bias: i32,
    features: Vec<String>,
    trees: Vec<Tree>,
}

/// A tree: its splits, and what its leaves say.
#[derive(Debug)]
struct Tree {
    splits: [Split; LEAVES - 1],
    split_count: usize,
    /// The values of the leaves, from left to right.
    leaves: [i32; LEAVES],
    leaf_count: usize,
    /// The steps to each leaf; after its last they change nothing.
    steps: [Steps; LEAVES],
}

/// A split, and the leaves to its left, a bit each: a row that goes right passes them. The leaf of a
/// row is the first that it does not pass.
#[derive(Debug, Clone, Copy)]
struct Split {
    threshold: i16,
    feature: u8,
    left: u16,
}

/// The features asked on the way to a leaf, and by how much the value changes.
type Steps = [(u8, i32); DEPTH];

/// Trees of more leaves are refused, …
const LEAVES: usize = 16;
/// … and those of more steps to a leaf.
const DEPTH: usize = 6;

impl Tree {
    /// Without splits or leaves.
    fn new() -> Self {
        Self {
            // No value is above such a threshold.
            splits: [Split { threshold: i16::MAX, feature: 0, left: 0 }; LEAVES - 1],
            split_count: 0,
            leaves: [0; LEAVES],
            leaf_count: 0,
            steps: [Steps::default(); LEAVES],
        }
    }

    /// The leaf of each row. Written so that the compiler compares all rows at once.
    #[inline]
    fn leaves_of(&self, rows: &Rows) -> [u8; Rows::COUNT] {
        let mut passed = [0_u16; Rows::COUNT];
        for split in &self.splits {
            let values = &rows.0[usize::from(split.feature)];
            let (threshold, left) = (split.threshold, split.left);
            let more: [u16; Rows::COUNT] =
                std::array::from_fn(|row| if values[row] > threshold { left } else { 0 });
            passed = std::array::from_fn(|row| passed[row] | more[row]);
        }
        passed.map(|passed| passed.trailing_ones() as u8)
    }

    /// Reads a node, `depth` steps below the root, and all below it. The last of the `steps` to it
    /// has the value of the node above instead of the change.
    fn read_node<'a>(
        &mut self,
        tokens: &mut impl Iterator<Item = &'a str>,
        depth: usize,
        mut steps: Steps,
    ) -> Result<(), &'static str> {
        const TOO_LARGE: &str = "more leaves than a tree may have";
        let token = tokens.next().ok_or("the tree ends early")?;
        let mut parts = token.split(':').map(str::parse::<i32>);
        let mut part = || parts.next().transpose().map_err(|_| "no number");
        let first = part()?.ok_or("no number")?;
        let threshold = part()?;
        let value = match threshold {
            None => first,
            Some(_) => part()?.ok_or("a split without a value")?,
        };
        if let Some(last) = depth.checked_sub(1) {
            steps[last].1 = value - steps[last].1;
        }
        let Some(threshold) = threshold else {
            *self.leaves.get_mut(self.leaf_count).ok_or(TOO_LARGE)? = value;
            self.steps[self.leaf_count] = steps;
            self.leaf_count += 1;
            return Ok(());
        };
        let feature = u8::try_from(first).map_err(|_| "no such feature")?;
        let threshold = i16::try_from(threshold).ok().filter(|threshold| *threshold < i16::MAX);
        let threshold = threshold.ok_or("a threshold of more than 16 bits")?;
        *steps.get_mut(depth).ok_or("more steps than a tree may have")? = (feature, value);
        let first_leaf = self.leaf_count;
        self.read_node(tokens, depth + 1, steps)?;
        let left = (1_u32 << self.leaf_count) - (1 << first_leaf);
        let split = Split { threshold, feature, left: left as u16 };
        *self.splits.get_mut(self.split_count).ok_or(TOO_LARGE)? = split;
        self.split_count += 1;
        self.read_node(tokens, depth + 1, steps)
    }

    /// The largest feature that a split asks for.
    fn last_feature(&self) -> usize {
        self.splits.iter().map(|split| usize::from(split.feature)).max().unwrap_or_default()
    }
}

/// The leaf of each tree that each of some rows falls into.
pub struct Fallen<'a> {
    trees: &'a Trees,
    leaves: Vec<[u8; Rows::COUNT]>,
}

impl Fallen<'_> {
    /// The score of row `place`, in thousandths of log odds: the sum of its leaves.
    pub fn score(&self, place: usize) -> i32 {
        let place = place % Rows::COUNT;
        let trees = self.trees.trees.iter().zip(&self.leaves);
        self.trees.bias + trees.map(|(tree, leaves)| tree.leaves[leaf(leaves[place])]).sum::<i32>()
    }

    /// The index of the feature that moved the score of row `place` most in the direction of its
    /// sign, by the change of the nodes' values along the paths; the first of equals. None where no
    /// feature moved it that way.
    pub fn why(&self, place: usize) -> Option<usize> {
        let place = place % Rows::COUNT;
        let mut moves = [0_i32; 256];
        for (tree, leaves) in self.trees.trees.iter().zip(&self.leaves) {
            for (feature, change) in &tree.steps[leaf(leaves[place])] {
                moves[usize::from(*feature)] += change;
            }
        }
        let sign = if self.score(place) < 0 { -1 } else { 1 };
        let features = 0..self.trees.features.len();
        let best = features.max_by_key(|index| (moves[*index] * sign, usize::MAX - index));
        best.filter(|best| moves[*best] * sign > 0)
    }
}

fn leaf(place: u8) -> usize {
    usize::from(place) % LEAVES
}

impl Trees {
    /// Reads a model file.
    ///
    /// # Errors
    /// Says which line is not as the format wants it.
    pub fn parse(file: &str) -> Result<Self, String> {
        let mut lines = file.lines().zip(1..);
        if lines.next().map(|(line, _)| line) != Some("trees 1") {
            return Err("line 1 is not `trees 1`".to_owned());
        }
        let mut trees = Self { bias: 0, features: Vec::new(), trees: Vec::new() };
        for (line, number) in lines {
            let wrong = |what: &str| format!("line {number}: {what}: {line:.60}");
            if let Some(bias) = line.strip_prefix("bias ") {
                trees.bias = bias.parse().map_err(|_| wrong("no number"))?;
            } else if let Some(name) = line.strip_prefix("feature ") {
                trees.features.push(name.to_owned());
            } else {
                let mut tokens = line.split(' ');
                let mut tree = Tree::new();
                tree.read_node(&mut tokens, 0, Steps::default()).map_err(wrong)?;
                if tokens.next().is_some() {
                    return Err(wrong("more than one tree"));
                }
                if tree.last_feature() >= trees.features.len() {
                    return Err(wrong("no such feature"));
                }
                trees.trees.push(tree);
            }
        }
        Ok(trees)
    }

    /// The names of the features, in the order of a row.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// Lets each row fall through each tree.
    pub fn fall(&self, rows: &Rows) -> Fallen<'_> {
        let leaves = self.trees.iter().map(|tree| tree.leaves_of(rows)).collect();
        Fallen { trees: self, leaves }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rows, Trees};

    const MODEL: &str = "trees 1\nbias 10\nfeature words\nfeature links\n\
        0:5:0 -100 1:0:50 120 -80\n1:2:1 7 -9\n";

    #[test]
    fn a_row_falls_to_one_leaf_of_each_tree() {
        let trees = Trees::parse(MODEL).expect("as the format wants it");
        assert_eq!(trees.features(), ["words", "links"]);
        for (row, score, why) in [
            ([5, 0], -83, Some(0)),
            ([6, 0], 137, Some(1)),
            ([6, 1], -63, Some(1)),
            ([9, 3], -79, Some(1)),
        ] {
            let mut rows = Rows::new();
            for (feature, value) in (0..).zip(row) {
                rows.set(3, feature, value);
            }
            let fallen = trees.fall(&rows);
            assert_eq!((fallen.score(3), fallen.why(3)), (score, why), "{row:?}");
        }
    }

    #[test]
    fn a_tree_too_large_is_refused() {
        fn full(depth: usize) -> String {
            if depth == 0 {
                return "1".to_owned();
            }
            format!("0:0:0 {0} {0}", full(depth - 1))
        }
        let chain = |steps: usize| format!("{}1", "0:0:0 1 ".repeat(steps));
        for (tree, is_read) in
            [(full(4), true), (full(5), false), (chain(6), true), (chain(7), false)]
        {
            let file = format!("trees 1\nfeature a\n{tree}\n");
            assert_eq!(Trees::parse(&file).is_ok(), is_read, "{tree}");
        }
    }

    #[test]
    fn a_damaged_file_is_refused() {
        for file in [
            "",
            "trees 2\n",
            "trees 1\n0:1:2 3 4\n",
            "trees 1\nfeature a\n0:1:2 3\n",
            "trees 1\nfeature a\n0:1 3 4\n",
            "trees 1\nfeature a\n1 2\n",
            "trees 1\nfeature a\n1:0:0 1 2\n",
            "trees 1\nfeature a\n256:0:0 1 2\n",
            "trees 1\nfeature a\n0:32767:0 1 2\n",
            "trees 1\nbias x\n",
        ] {
            assert!(Trees::parse(file).is_err(), "{file:?}");
        }
    }
}
