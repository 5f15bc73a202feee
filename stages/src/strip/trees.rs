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

/// A tree, twice: as its splits, for many rows at once, and as nodes, for the way of one row.
#[derive(Debug)]
struct Tree {
    splits: [Split; LEAVES - 1],
    split_count: usize,
    /// The values of the leaves, from left to right.
    leaves: [i32; LEAVES],
    leaf_count: usize,
    /// The root first; places are less than `NODES`, and features than a row is long, so that a step
    /// needs no check.
    nodes: [Node; NODES],
    /// The mean of the leaves below each node.
    values: [i32; NODES],
    /// Steps from the root that reach a leaf for sure.
    depth: u32,
    /// Nodes that are there.
    count: u8,
}

/// A split, and the leaves to its left, a bit each: a row that goes right passes them. The leaf of a
/// row is the first that it does not pass.
#[derive(Debug, Clone, Copy)]
struct Split {
    threshold: i16,
    feature: u8,
    left: u16,
}

/// A node of a tree; the right child of a split stands right after the left one. A leaf leads to
/// itself, so that every row takes as many steps through a tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    threshold: i16,
    feature: u8,
    left: u8,
}

/// Trees of more leaves are refused.
const LEAVES: usize = 16;
const NODES: usize = LEAVES * 2;

impl Tree {
    /// A leaf.
    fn new() -> Self {
        let leaf = |place| Node { threshold: i16::MAX, feature: 0, left: place as u8 };
        Self {
            // No value is above such a threshold.
            splits: [Split { threshold: i16::MAX, feature: 0, left: 0 }; LEAVES - 1],
            split_count: 0,
            leaves: [0; LEAVES],
            leaf_count: 0,
            nodes: std::array::from_fn(leaf),
            values: [0; NODES],
            depth: 0,
            count: 1,
        }
    }

    /// Where row `place` goes from the node at `at`.
    fn next(&self, at: usize, rows: &Rows, place: usize) -> usize {
        let node = self.nodes[at % NODES];
        let goes_right = rows.0[usize::from(node.feature)][place % Rows::COUNT] > node.threshold;
        usize::from(node.left) + usize::from(goes_right)
    }

    /// The leaf of each row. Written so that the compiler compares all rows at once.
    #[inline]
    fn leaves_of(&self, rows: &Rows) -> [usize; Rows::COUNT] {
        let mut passed = [0_u16; Rows::COUNT];
        for split in &self.splits {
            let values = &rows.0[usize::from(split.feature)];
            let (threshold, left) = (split.threshold, split.left);
            let more: [u16; Rows::COUNT] =
                std::array::from_fn(|row| if values[row] > threshold { left } else { 0 });
            passed = std::array::from_fn(|row| passed[row] | more[row]);
        }
        passed.map(|passed| passed.trailing_ones() as usize)
    }

    fn value(&self, at: usize) -> i32 {
        self.values[at % NODES]
    }

    /// Reads the node at `at`, `above` steps from the root, and all below it.
    fn read_node<'a>(
        &mut self,
        tokens: &mut impl Iterator<Item = &'a str>,
        at: usize,
        above: u32,
    ) -> Result<(), &'static str> {
        let token = tokens.next().ok_or("the tree ends early")?;
        let mut parts = token.split(':').map(str::parse::<i32>);
        let mut part = || parts.next().transpose().map_err(|_| "no number");
        let first = part()?.ok_or("no number")?;
        let Some(threshold) = part()? else {
            self.values[at] = first;
            *self.leaves.get_mut(self.leaf_count).ok_or("more leaves than a tree may have")? =
                first;
            self.leaf_count += 1;
            self.depth = self.depth.max(above);
            return Ok(());
        };
        self.values[at] = part()?.ok_or("a split without a value")?;
        let feature = u8::try_from(first).map_err(|_| "no such feature")?;
        let threshold = i16::try_from(threshold).ok().filter(|threshold| *threshold < i16::MAX);
        let threshold = threshold.ok_or("a threshold of more than 16 bits")?;
        let left = self.count;
        if usize::from(left) + 2 > NODES {
            return Err("more nodes than a tree may have");
        }
        self.count += 2;
        self.nodes[at] = Node { threshold, feature, left };
        let first_leaf = self.leaf_count;
        self.read_node(tokens, usize::from(left), above + 1)?;
        let passed = (1 << self.leaf_count) - (1_u32 << first_leaf);
        self.splits[self.split_count] = Split { threshold, feature, left: passed as u16 };
        self.split_count += 1;
        self.read_node(tokens, usize::from(left) + 1, above + 1)
    }

    /// The largest feature that a node asks for.
    fn last_feature(&self) -> usize {
        self.nodes.iter().map(|node| usize::from(node.feature)).max().unwrap_or_default()
    }
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
                tree.read_node(&mut tokens, 0, 0).map_err(wrong)?;
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

    /// For each row the sum of the leaves that it falls into: thousandths of log odds.
    pub fn scores(&self, rows: &Rows) -> [i32; Rows::COUNT] {
        let mut sums = [self.bias; Rows::COUNT];
        for tree in &self.trees {
            for (sum, leaf) in sums.iter_mut().zip(tree.leaves_of(rows)) {
                *sum += tree.leaves[leaf % LEAVES];
            }
        }
        sums
    }

    /// The score of row `place`, and the index of the feature that moved it most in the direction of
    /// its sign, by the change of the nodes' values along the paths; the first of equals. None where
    /// no feature moved it that way.
    pub fn explain(&self, rows: &Rows, place: usize) -> (i32, Option<usize>) {
        let mut moves = [0_i32; 256];
        let mut sum = self.bias;
        for tree in &self.trees {
            let mut at = 0;
            for _ in 0..tree.depth {
                let below = tree.next(at, rows, place);
                moves[usize::from(tree.nodes[at % NODES].feature)] +=
                    tree.value(below) - tree.value(at);
                at = below;
            }
            sum += tree.value(at);
        }
        let sign = if sum < 0 { -1 } else { 1 };
        let best =
            (0..self.features.len()).max_by_key(|index| (moves[*index] * sign, usize::MAX - index));
        (sum, best.filter(|best| moves[*best] * sign > 0))
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
            assert_eq!(trees.scores(&rows)[3], score, "{row:?}");
            assert_eq!(trees.explain(&rows, 3), (score, why), "{row:?}");
        }
    }

    #[test]
    fn a_tree_of_too_many_nodes_is_refused() {
        let chain = |splits: usize| format!("trees 1\nfeature a\n{}1\n", "0:0:0 1 ".repeat(splits));
        assert!(Trees::parse(&chain(15)).is_ok());
        assert!(Trees::parse(&chain(16)).is_err());
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
