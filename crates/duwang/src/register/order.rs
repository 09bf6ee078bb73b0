//! In what order a list shows findings.

use super::Brief;
use std::cmp::{Ordering, Reverse};

/// What comes first in a list. Whatever an order leaves open is settled by unit, and within a unit as the register has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// The units as the units file has them.
    #[default]
    Unit,
    /// The gravest, and of those the surest.
    Gravest,
    /// What was seen first only lately.
    Newest,
}

impl Order {
    pub(crate) const ALL: [Self; 3] = [Self::Unit, Self::Gravest, Self::Newest];

    /// As an address says it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Gravest => "gravest",
            Self::Newest => "newest",
        }
    }

    /// For people.
    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Unit => "按单位",
            Self::Gravest => "严重的在前",
            Self::Newest => "新发现的在前",
        }
    }

    /// Reads what [`Order::word`] says.
    pub(crate) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }

    /// Which of two comes first. What a rule itself says of its certainty counts: what people's decisions make of it may change at any moment.
    pub(super) fn compare(self, a: &Brief, b: &Brief) -> Ordering {
        let gravity = |brief: &Brief| Reverse((brief.level, brief.certainty));
        match self {
            Self::Unit => Ordering::Equal,
            Self::Gravest => gravity(a).cmp(&gravity(b)),
            Self::Newest => b.first_seen.cmp(&a.first_seen),
        }
    }
}
