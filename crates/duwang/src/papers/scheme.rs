//! 考核: what a unit loses for which findings, as data (`rules/assessment.toml`), and the arithmetic of it.

use crate::report::{Report, UnitSection};
use duwang_model::{Category, Level};
use serde::Deserialize;
use std::path::Path;

const FILE: &str = "assessment.toml";

/// The scheme of a city.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scheme {
    /// What every unit starts with.
    pub(crate) full: f64,
    /// A finding counts for the first item it belongs to.
    pub(crate) item: Vec<Indicator>,
}

/// One line of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Indicator {
    pub(crate) name: String,
    /// Empty: every level.
    #[serde(default)]
    levels: Vec<Level>,
    /// Empty: every category.
    #[serde(default)]
    categories: Vec<Category>,
    /// Points for each finding.
    pub(crate) each: f64,
    /// At most so many points.
    pub(crate) cap: f64,
}

/// What one item took from one unit.
pub(crate) struct Deduction {
    pub(crate) count: usize,
    pub(crate) points: f64,
    /// `3 处 × 0.5 = 1.5`, and what the cap made of it.
    pub(crate) words: String,
}

impl Scheme {
    pub(crate) fn load(rules: Option<&Path>) -> anyhow::Result<Self> {
        let (file, text) = crate::rulebook::own_or_bundled(rules, FILE)?;
        toml::from_str(&text)
            .map_err(|e| crate::trouble::FileTrouble::from_toml(&file, &text, &e).into())
    }

    /// What each item takes from a unit, in order. Only findings a person confirmed count; what nobody saw takes nothing.
    pub(crate) fn deductions(&self, unit: &UnitSection) -> Vec<Deduction> {
        let mut counts = vec![0_usize; self.item.len()];
        for finding in unit.items().filter(|i| !i.is_unreviewed()) {
            let at = self.item.iter().position(|i| {
                (i.levels.is_empty() || i.levels.contains(&finding.finding.level))
                    && (i.categories.is_empty() || i.categories.contains(&finding.finding.category))
            });
            if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        self.item
            .iter()
            .zip(counts)
            .map(|(item, count)| item.deduction(count))
            .collect()
    }

    /// What is left to a unit.
    pub(crate) fn score(&self, deductions: &[Deduction]) -> f64 {
        let lost: f64 = deductions.iter().map(|d| d.points).sum();
        tidy((self.full - lost).max(0.0))
    }

    /// The units of a report with their deductions and scores, in its order.
    pub(crate) fn apply<'r>(
        &self,
        report: &'r Report,
    ) -> Vec<(&'r UnitSection, Vec<Deduction>, f64)> {
        let units = report.units.iter();
        units
            .map(|unit| {
                let deductions = self.deductions(unit);
                let score = self.score(&deductions);
                (unit, deductions, score)
            })
            .collect()
    }
}

impl Indicator {
    fn deduction(&self, count: usize) -> Deduction {
        let raw = tidy(count as f64 * self.each);
        let points = raw.min(self.cap);
        let words = match count {
            0 => String::new(),
            _ if raw > self.cap => {
                format!("{count} 处 × {} = {raw}，最多扣 {}", self.each, self.cap)
            }
            _ => format!("{count} 处 × {} = {raw}", self.each),
        };
        Deduction {
            count,
            points,
            words,
        }
    }
}

/// Without the tail of binary fractions.
fn tidy(points: f64) -> f64 {
    (points * 1_000.0).round() / 1_000.0
}
