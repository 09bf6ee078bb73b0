//! What stands around every page.

use super::Desk;

/// The part of the console a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Here {
    Overview,
    Findings,
    Coverage,
    Check,
    Nowhere,
}

/// Title, region and place in the navigation.
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) region: String,
    pub(super) here: Here,
}

impl Frame {
    pub(super) fn new(desk: &Desk, here: Here, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            region: desk.region.name.clone(),
            here,
        }
    }

    /// Without knowledge of the region, for problems.
    pub(super) fn bare(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            region: String::new(),
            here: Here::Nowhere,
        }
    }

    /// `aria-current` of a navigation entry.
    pub(super) fn current(&self, here: Here) -> &'static str {
        if self.here == here { "page" } else { "false" }
    }
}
