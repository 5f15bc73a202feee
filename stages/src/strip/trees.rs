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

/// The features of a line, in the order that the model names them; the rest is not looked at.
pub type Row = [i32; 256];

/// The trees of a model, in the order of its file.
#[derive(Debug)]
pub struct Trees {
    bias: i32,
    features: Vec<String>,
    trees: Vec<Tree>,
}

/// A tree's nodes, the root first; places are less than `NODES`, and features than a row is long,
/// so that a step needs no check.
#[derive(Debug)]
struct Tree {
    nodes: [Node; NODES],
    /// The mean of the leaves below each node.
    values: [i32; NODES],
    /// Steps from the root that reach a leaf for sure.
    depth: u32,
    /// Nodes that are there.
    count: u8,
}

/// A node of a tree; the right child of a split stands right after the left one. A leaf leads to
/// itself, so that every row takes as many steps through a tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    threshold: i32,
    feature: u8,
    left: u8,
}

/// Trees of more nodes are refused.
const NODES: usize = 32;
/// Rows that are led through one tree before the next tree's nodes are fetched.
const BLOCK_ROWS: usize = 32;

impl Tree {
    /// A leaf.
    fn new() -> Self {
        let leaf = |place| Node { threshold: i32::MAX, feature: 0, left: place as u8 };
        Self { nodes: std::array::from_fn(leaf), values: [0; NODES], depth: 0, count: 1 }
    }

    /// Where `row` goes from the node at `at`.
    fn next(&self, at: usize, row: &Row) -> usize {
        let node = self.nodes[at % NODES];
        let goes_right = row[usize::from(node.feature)] > node.threshold;
        usize::from(node.left) + usize::from(goes_right)
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
            self.depth = self.depth.max(above);
            return Ok(());
        };
        self.values[at] = part()?.ok_or("a split without a value")?;
        let feature = u8::try_from(first).map_err(|_| "no such feature")?;
        let left = self.count;
        if usize::from(left) + 2 > NODES {
            return Err("more nodes than a tree may have");
        }
        self.count += 2;
        self.nodes[at] = Node { threshold, feature, left };
        self.read_node(tokens, usize::from(left), above + 1)?;
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

    /// For each of `rows` the sum of the leaves that it falls into: thousandths of log odds.
    pub fn scores(&self, rows: &[Row]) -> Vec<i32> {
        let mut sums = vec![self.bias; rows.len()];
        for (rows, sums) in rows.chunks(BLOCK_ROWS).zip(sums.chunks_mut(BLOCK_ROWS)) {
            for tree in &self.trees {
                for (row, sum) in rows.iter().zip(&mut *sums) {
                    *sum += tree.value((0..tree.depth).fold(0, |at, _| tree.next(at, row)));
                }
            }
        }
        sums
    }

    /// The score of `row`, and the index of the feature that moved it most in the direction of its
    /// sign, by the change of the nodes' values along the paths; the first of equals. None where no
    /// feature moved it that way.
    pub fn explain(&self, row: &Row) -> (i32, Option<usize>) {
        let mut moves = [0_i32; 256];
        let mut sum = self.bias;
        for tree in &self.trees {
            let mut at = 0;
            for _ in 0..tree.depth {
                let below = tree.next(at, row);
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
    use super::Trees;

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
            let mut padded = [0; 256];
            padded[..2].copy_from_slice(&row);
            assert_eq!(trees.scores(&[padded]), [score], "{row:?}");
            assert_eq!(trees.explain(&padded), (score, why), "{row:?}");
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
            "trees 1\nbias x\n",
        ] {
            assert!(Trees::parse(file).is_err(), "{file:?}");
        }
    }
}
