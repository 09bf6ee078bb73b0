//! The attributes of an element.

use crate::tags::style_hides;
use duwang_html::{NodeId, Tree};

/// The attributes that matter for every element, read in one go.
#[derive(Default)]
pub(super) struct Attributes<'t> {
    pub(super) id: Option<&'t str>,
    pub(super) class: Option<&'t str>,
    style: Option<&'t str>,
    pub(super) role: Option<&'t str>,
    hidden: bool,
}

impl<'t> Attributes<'t> {
    pub(super) fn of(tree: &'t Tree, id: NodeId) -> Self {
        let mut out = Self::default();
        for (name, value) in tree.attrs(id) {
            match name {
                "id" => out.id = out.id.or(Some(value)),
                "class" => out.class = out.class.or(Some(value)),
                "style" => out.style = out.style.or(Some(value)),
                "role" => out.role = out.role.or(Some(value)),
                "hidden" => out.hidden = true,
                _ => {}
            }
        }
        out
    }

    pub(super) fn hides(&self) -> bool {
        self.hidden || self.style.is_some_and(style_hides)
    }
}
