//! Totals that add up: every finding counts once in its unit, once in its category and once in the sum.

use super::{Item, UnitSection};
use duwang_model::{Category, Level};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Findings by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelCounts {
    /// 严重.
    pub serious: usize,
    /// 一般.
    pub general: usize,
    /// 提示.
    pub hint: usize,
    /// All of them.
    pub total: usize,
}

/// Totals of one unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTotals {
    /// Unit id.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// By level.
    pub levels: LevelCounts,
    /// By category; categories without a finding are left out.
    pub categories: BTreeMap<Category, usize>,
}

/// Totals of one category over all units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryTotals {
    /// The category.
    pub category: Category,
    /// By level.
    pub levels: LevelCounts,
}

/// The totals of a report. Rectified findings are not in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All units together.
    pub all: LevelCounts,
    /// Every unit in the scope, also those without a finding.
    pub units: Vec<UnitTotals>,
    /// Every category with a finding.
    pub categories: Vec<CategoryTotals>,
}

impl LevelCounts {
    /// Counts one finding.
    pub fn add(&mut self, level: Level) {
        self.add_many(level, 1);
    }

    /// Takes off one finding that was counted.
    pub fn take(&mut self, level: Level) {
        match level {
            Level::Serious => self.serious -= 1,
            Level::General => self.general -= 1,
            Level::Hint => self.hint -= 1,
        }
        self.total -= 1;
    }

    /// Counts so many of one level.
    pub fn add_many(&mut self, level: Level, count: usize) {
        match level {
            Level::Serious => self.serious += count,
            Level::General => self.general += count,
            Level::Hint => self.hint += count,
        }
        self.total += count;
    }

    /// Counts many.
    pub fn of(levels: impl IntoIterator<Item = Level>) -> Self {
        let mut counts = Self::default();
        levels.into_iter().for_each(|level| counts.add(level));
        counts
    }
}

impl UnitTotals {
    /// Findings of one category.
    pub fn of(&self, category: &Category) -> usize {
        self.categories.get(category).copied().unwrap_or(0)
    }
}

impl Totals {
    /// Counts the standing findings of the sections.
    pub fn of(sections: &[UnitSection]) -> Self {
        let mut categories: BTreeMap<Category, LevelCounts> = BTreeMap::new();
        let mut totals = Self::default();
        for section in sections {
            let mut unit = UnitTotals {
                unit: section.unit.clone(),
                name: section.name.clone(),
                ..UnitTotals::default()
            };
            for Item { finding, .. } in section.items() {
                unit.levels.add(finding.level);
                *unit.categories.entry(finding.category).or_default() += 1;
                categories
                    .entry(finding.category)
                    .or_default()
                    .add(finding.level);
                totals.all.add(finding.level);
            }
            totals.units.push(unit);
        }
        totals.categories = categories
            .into_iter()
            .map(|(category, levels)| CategoryTotals { category, levels })
            .collect();
        totals
    }
}
