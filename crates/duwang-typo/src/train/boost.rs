//! Boosted trees from rows and labels: Newton steps on the logistic loss, splits over histograms. Deterministic.

use crate::features::COUNT;
use crate::trees::{LEAF, Node};

/// Rows with what became of them.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    pub(crate) rows: Vec<[f32; COUNT]>,
    pub(crate) right: Vec<bool>,
    pub(crate) weights: Vec<f32>,
}

impl Samples {
    pub(crate) fn add(&mut self, others: Self) {
        self.rows.extend(others.rows);
        self.right.extend(others.right);
        self.weights.extend(others.weights);
    }
}

/// How the trees are grown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) trees: usize,
    pub(crate) depth: usize,
    pub(crate) rate: f64,
    /// Least sum of second derivatives in a leaf.
    pub(crate) least: f64,
    pub(crate) lambda: f64,
}

impl Growth {
    /// So many trees.
    pub(crate) fn of(trees: usize) -> Self {
        Self {
            trees,
            depth: 6,
            rate: 0.07,
            least: 4.0,
            lambda: 2.0,
        }
    }
}

const BINS: usize = 64;

/// Grows the trees; also the start value. `without` names features that may not be used (for ablations).
pub(crate) fn grow(samples: &Samples, growth: Growth, without: &[usize]) -> (Vec<Vec<Node>>, f32) {
    let n = samples.rows.len();
    let cuts: Vec<Vec<f32>> = (0..COUNT).map(|f| cuts(samples, f)).collect();
    let binned: Vec<[u8; COUNT]> = samples
        .rows
        .iter()
        .map(|row| std::array::from_fn(|f| cuts[f].partition_point(|c| *c <= row[f]) as u8))
        .collect();
    let weight = |at: usize| f64::from(samples.weights[at]);
    let all: f64 = (0..n).map(weight).sum();
    let yes: f64 = (0..n).filter(|at| samples.right[*at]).map(weight).sum();
    let start = ((yes + 1.0) / (all - yes + 1.0)).ln();
    let mut scores = vec![start; n];
    let mut trees = Vec::new();
    for _ in 0..growth.trees {
        let slopes: Vec<(f64, f64)> = (0..n)
            .map(|at| {
                let p = 1.0 / (1.0 + (-scores[at]).exp());
                let y = f64::from(u8::from(samples.right[at]));
                ((p - y) * weight(at), (p * (1.0 - p)).max(1e-6) * weight(at))
            })
            .collect();
        let mut grower = Grower {
            binned: &binned,
            cuts: &cuts,
            slopes: &slopes,
            growth,
            without,
            nodes: Vec::new(),
            scores: &mut scores,
        };
        grower.node((0..n as u32).collect(), 0);
        trees.push(grower.nodes);
    }
    (trees, start as f32)
}

/// Quantiles of a feature, at most one less than the bins.
fn cuts(samples: &Samples, feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = samples.rows.iter().map(|row| row[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut cuts: Vec<f32> = (1..BINS)
        .filter_map(|b| values.get(b * values.len() / BINS).copied())
        .collect();
    cuts.dedup();
    cuts
}

struct Grower<'g> {
    binned: &'g [[u8; COUNT]],
    cuts: &'g [Vec<f32>],
    slopes: &'g [(f64, f64)],
    growth: Growth,
    without: &'g [usize],
    nodes: Vec<Node>,
    scores: &'g mut [f64],
}

impl Grower<'_> {
    /// Grows the node of these rows and returns its index.
    fn node(&mut self, rows: Vec<u32>, depth: usize) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node {
            feature: LEAF,
            left: 0,
            right: 0,
            value: 0.0,
        });
        let split = (depth < self.growth.depth).then(|| self.best_split(&rows));
        let Some((feature, bin)) = split.flatten() else {
            self.leaf(index, &rows);
            return index;
        };
        let (low, high): (Vec<u32>, Vec<u32>) = rows
            .into_iter()
            .partition(|row| usize::from(self.binned[*row as usize][feature]) <= bin);
        let left = self.node(low, depth + 1);
        let right = self.node(high, depth + 1);
        self.nodes[index] = Node {
            feature: feature as u16,
            left: (left - index) as u16,
            right: (right - index) as u16,
            value: self.cuts[feature][bin],
        };
        index
    }

    fn leaf(&mut self, index: usize, rows: &[u32]) {
        let (g, h) = self.sum(rows);
        let value = (-g / (h + self.growth.lambda) * self.growth.rate) as f32;
        self.nodes[index].value = value;
        for row in rows {
            self.scores[*row as usize] += f64::from(value);
        }
    }

    fn sum(&self, rows: &[u32]) -> (f64, f64) {
        rows.iter().fold((0.0, 0.0), |(g, h), row| {
            let slope = self.slopes[*row as usize];
            (g + slope.0, h + slope.1)
        })
    }

    /// The feature and bin after which to cut.
    fn best_split(&self, rows: &[u32]) -> Option<(usize, usize)> {
        let mut histogram = vec![(0.0, 0.0); COUNT * BINS];
        for row in rows {
            let slope = self.slopes[*row as usize];
            for (feature, bin) in self.binned[*row as usize].iter().enumerate() {
                let slot = &mut histogram[feature * BINS + usize::from(*bin)];
                slot.0 += slope.0;
                slot.1 += slope.1;
            }
        }
        let (all_g, all_h) = self.sum(rows);
        let strength = |g: f64, h: f64| g * g / (h + self.growth.lambda);
        let mut best = (1e-4, None);
        for feature in (0..COUNT).filter(|f| !self.without.contains(f)) {
            let (mut g, mut h) = (0.0, 0.0);
            for bin in 0..self.cuts[feature].len() {
                let slot = histogram[feature * BINS + bin];
                g += slot.0;
                h += slot.1;
                if h < self.growth.least || all_h - h < self.growth.least {
                    continue;
                }
                let gain = strength(g, h) + strength(all_g - g, all_h - h) - strength(all_g, all_h);
                if gain > best.0 {
                    best = (gain, Some((feature, bin)));
                }
            }
        }
        best.1
    }
}
