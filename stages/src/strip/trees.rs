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

/// The trees of a model, in the order of its file.
#[derive(Debug)]
pub struct Trees {
    bias: i32,
    features: Vec<String>,
    nodes: Vec<Node>,
    /// The mean of the leaves below each node.
    values: Vec<i32>,
    trees: Vec<Tree>,
}

#[derive(Debug, Clone, Copy)]
struct Tree {
    root: u32,
    /// Steps from the root that reach a leaf for sure.
    depth: u32,
}

/// A node of a tree; the right child of a split stands right after the left one. A leaf leads to
/// itself, so that every row takes as many steps through a tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    feature: u32,
    threshold: i32,
    left: u32,
}

impl Node {
    fn next(self, row: &[i32]) -> usize {
        self.left as usize + usize::from(row[self.feature as usize] > self.threshold)
    }
}

/// Trees deeper than this are refused.
const DEPTH_MAX: u32 = 64;
/// Rows that are led through one tree before the next tree's nodes are fetched.
const BLOCK_ROWS: usize = 32;

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
        let mut trees =
            Self { bias: 0, features: Vec::new(), nodes: vec![], values: vec![], trees: vec![] };
        for (line, number) in lines {
            let wrong = |what: &str| format!("line {number}: {what}: {line:.60}");
            if let Some(bias) = line.strip_prefix("bias ") {
                trees.bias = bias.parse().map_err(|_| wrong("no number"))?;
            } else if let Some(name) = line.strip_prefix("feature ") {
                trees.features.push(name.to_owned());
            } else {
                let mut tokens = line.split(' ');
                let root = trees.add_leaves(1);
                let depth = trees.read_node(&mut tokens, root, 0).map_err(wrong)?;
                trees.trees.push(Tree { root, depth });
                if tokens.next().is_some() {
                    return Err(wrong("more than one tree"));
                }
            }
        }
        Ok(trees)
    }

    /// Adds nodes that lead to themselves; where the first stands.
    fn add_leaves(&mut self, count: u32) -> u32 {
        let first = self.nodes.len() as u32;
        let leaf = |left| Node { feature: 0, threshold: i32::MAX, left };
        self.nodes.extend((first..first + count).map(leaf));
        self.values.resize(self.nodes.len(), 0);
        first
    }

    /// Reads the node at `at`, `above` steps from its root, and all below it; how many steps from
    /// the root the farthest leaf is.
    fn read_node<'a>(
        &mut self,
        tokens: &mut impl Iterator<Item = &'a str>,
        at: u32,
        above: u32,
    ) -> Result<u32, &'static str> {
        let token = tokens.next().ok_or("the tree ends early")?;
        let mut parts = token.split(':').map(str::parse::<i32>);
        let mut part = || parts.next().transpose().map_err(|_| "no number");
        let first = part()?.ok_or("no number")?;
        let Some(threshold) = part()? else {
            self.values[at as usize] = first;
            return Ok(above);
        };
        self.values[at as usize] = part()?.ok_or("a split without a value")?;
        let feature = u32::try_from(first).map_err(|_| "no such feature")?;
        if feature as usize >= self.features.len() || above >= DEPTH_MAX {
            return Err("no such feature, or too deep");
        }
        let left = self.add_leaves(2);
        self.nodes[at as usize] = Node { feature, threshold, left };
        let left_depth = self.read_node(tokens, left, above + 1)?;
        let right_depth = self.read_node(tokens, left + 1, above + 1)?;
        Ok(left_depth.max(right_depth))
    }

    /// The names of the features, in the order of a row.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// For each of `rows`, one after the other, the sum of the leaves that it falls into:
    /// thousandths of log odds.
    pub fn scores(&self, rows: &[i32]) -> Vec<i32> {
        let width = self.features.len().max(1);
        let mut sums = vec![self.bias; rows.len() / width];
        for (rows, sums) in rows.chunks(width * BLOCK_ROWS).zip(sums.chunks_mut(BLOCK_ROWS)) {
            for tree in &self.trees {
                for (row, sum) in rows.chunks_exact(width).zip(&mut *sums) {
                    let mut at = tree.root as usize;
                    for _ in 0..tree.depth {
                        at = self.nodes[at].next(row);
                    }
                    *sum += self.values[at];
                }
            }
        }
        sums
    }

    /// The score of `row`, and the index of the feature that moved it most in the direction of its
    /// sign, by the change of the nodes' values along the paths; the first of equals. None where no
    /// feature moved it that way.
    pub fn explain(&self, row: &[i32]) -> (i32, Option<usize>) {
        let mut moves = vec![0_i32; self.features.len()];
        let mut sum = self.bias;
        for tree in &self.trees {
            let mut at = tree.root as usize;
            for _ in 0..tree.depth {
                let below = self.nodes[at].next(row);
                moves[self.nodes[at].feature as usize] += self.values[below] - self.values[at];
                at = below;
            }
            sum += self.values[at];
        }
        let sign = if sum < 0 { -1 } else { 1 };
        let best = (0..moves.len()).max_by_key(|index| (moves[*index] * sign, usize::MAX - index));
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
            assert_eq!(trees.scores(&row), [score], "{row:?}");
            assert_eq!(trees.explain(&row), (score, why), "{row:?}");
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
            "trees 1\nbias x\n",
        ] {
            assert!(Trees::parse(file).is_err(), "{file:?}");
        }
    }
}
