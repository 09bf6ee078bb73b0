//! What stands around every page.

use super::Desk;
use crate::people::{Right, Visitor};

/// The part of the console a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Here {
    Overview,
    Findings,
    Coverage,
    Releases,
    Check,
    People,
    Audit,
    Deliveries,
    Nowhere,
}

/// Title, region and place in the navigation.
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) region: String,
    pub(super) here: Here,
    pub(super) visitor: Option<Visitor>,
}

impl Frame {
    pub(super) fn new(desk: &Desk, here: Here, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            region: desk.region.name.clone(),
            here,
            visitor: Some(desk.visitor.clone()),
        }
    }

    /// Without knowledge of the region, for problems.
    pub(super) fn bare(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            region: String::new(),
            here: Here::Nowhere,
            visitor: None,
        }
    }

    /// Name and role of who is logged in.
    pub(super) fn who(&self) -> Option<(&str, &'static str)> {
        self.visitor
            .as_ref()
            .map(|v| (v.name.as_str(), v.role.chinese()))
    }

    pub(super) fn may_manage(&self) -> bool {
        self.may(Right::Manage)
    }

    pub(super) fn may_audit(&self) -> bool {
        self.may(Right::Audit)
    }

    pub(super) fn may_notify(&self) -> bool {
        self.may(Right::Notify)
    }

    fn may(&self, right: Right) -> bool {
        self.visitor.as_ref().is_some_and(|v| v.may(right))
    }

    /// `aria-current` of a navigation entry.
    pub(super) fn current(&self, here: Here) -> &'static str {
        if self.here == here { "page" } else { "false" }
    }
}
