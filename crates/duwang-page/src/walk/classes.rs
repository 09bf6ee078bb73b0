//! What tags, roles, classes and ids say of an element.

use super::attributes::Attributes;
use super::{MAX_HINTS, Walker};
use crate::main_part;
use crate::tags::{Region, Tag, region_of_tag, region_of_words};
use duwang_html::NodeId;

/// What a class list or an id says; pages repeat few of them over and over.
#[derive(Clone, Copy)]
pub(super) struct Name {
    region: Region,
    title: bool,
}

impl Name {
    fn of(words: &str) -> Self {
        Self {
            region: region_of_words(words),
            title: main_part::is_title_word(words),
        }
    }
}

impl<'t> Walker<'t> {
    /// Notes the region of an element, and whether it may hold the title or the main part.
    pub(super) fn classify(&mut self, id: NodeId, tag: Tag, attrs: &Attributes<'t>) {
        let node = id.index() as u32;
        let is_inline = matches!(tag, Tag::Anchor | Tag::Inline | Tag::Heading);
        let mut region = region_of_tag(self.tree.name(id), attrs.role);
        let mut is_title = false;
        for words in [attrs.id, attrs.class].into_iter().flatten() {
            let says = *self.names.entry(words).or_insert_with(|| Name::of(words));
            if region == Region::None && !is_inline {
                region = says.region;
            }
            is_title |= says.title;
        }
        self.draft.region[node as usize] = region;
        if is_title && self.draft.title_like.len() < MAX_HINTS {
            self.draft.title_like.push(node);
        }
        if !is_inline
            && self.draft.containers.len() < MAX_HINTS
            && let Some(container) = main_part::container_of(attrs.id, attrs.class)
        {
            self.draft.containers.push((node, container));
        }
    }
}
