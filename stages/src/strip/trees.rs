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
    /// Where each tree's root stands in `nodes`.
    roots: Vec<u32>,
}

/// A node of a tree; the left child of a split stands right after it.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// `LEAF` for a leaf.
    feature: u32,
    threshold: i32,
    right: u32,
    value: i32,
}

const LEAF: u32 = u32::MAX;

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
            Self { bias: 0, features: Vec::new(), nodes: Vec::new(), roots: Vec::new() };
        for (line, number) in lines {
            let wrong = |what: &str| format!("line {number}: {what}: {line:.60}");
            if let Some(bias) = line.strip_prefix("bias ") {
                trees.bias = bias.parse().map_err(|_| wrong("no number"))?;
            } else if let Some(name) = line.strip_prefix("feature ") {
                trees.features.push(name.to_owned());
            } else {
                let mut tokens = line.split(' ');
                trees.roots.push(trees.nodes.len() as u32);
                trees.read_node(&mut tokens, 0).map_err(wrong)?;
                if tokens.next().is_some() {
                    return Err(wrong("more than one tree"));
                }
            }
        }
        Ok(trees)
    }

    fn read_node<'a>(
        &mut self,
        tokens: &mut impl Iterator<Item = &'a str>,
        depth: usize,
    ) -> Result<(), &'static str> {
        let token = tokens.next().ok_or("the tree ends early")?;
        let mut parts = token.split(':').map(str::parse::<i32>);
        let mut part = || parts.next().transpose().map_err(|_| "no number");
        let first = part()?.ok_or("no number")?;
        let Some(threshold) = part()? else {
            self.nodes.push(Node { feature: LEAF, threshold: 0, right: 0, value: first });
            return Ok(());
        };
        let value = part()?.ok_or("a split without a value")?;
        let feature = u32::try_from(first).map_err(|_| "no such feature")?;
        if feature as usize >= self.features.len() || depth > 64 {
            return Err("no such feature, or too deep");
        }
        let at = self.nodes.len();
        self.nodes.push(Node { feature, threshold, right: 0, value });
        self.read_node(tokens, depth + 1)?;
        self.nodes[at].right = self.nodes.len() as u32;
        self.read_node(tokens, depth + 1)
    }

    /// The names of the features, in the order of a row.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// The sum of the leaves that `row` falls into: thousandths of log odds.
    pub fn score(&self, row: &[i32]) -> i32 {
        let mut sum = self.bias;
        for root in &self.roots {
            let mut at = *root as usize;
            let mut node = &self.nodes[at];
            while node.feature != LEAF {
                let goes_left = row[node.feature as usize] <= node.threshold;
                at = if goes_left { at + 1 } else { node.right as usize };
                node = &self.nodes[at];
            }
            sum += node.value;
        }
        sum
    }

    /// The score of `row`, and the index of the feature that moved it most in the direction of its
    /// sign, by the change of the nodes' values along the paths; the first of equals. None where no
    /// feature moved it that way.
    pub fn explain(&self, row: &[i32]) -> (i32, Option<usize>) {
        let mut moves = vec![0_i32; self.features.len()];
        let mut sum = self.bias;
        for root in &self.roots {
            let mut at = *root as usize;
            let mut node = &self.nodes[at];
            while node.feature != LEAF {
                let feature = node.feature as usize;
                let goes_left = row[feature] <= node.threshold;
                at = if goes_left { at + 1 } else { node.right as usize };
                moves[feature] += self.nodes[at].value - node.value;
                node = &self.nodes[at];
            }
            sum += node.value;
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
            assert_eq!(trees.score(&row), score, "{row:?}");
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
