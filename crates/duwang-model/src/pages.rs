//! The pages of a channel as its rules go through them.

use crate::{Bulk, Kind, PageFacts};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// Pages in little room, by kind: most rules about a channel ask for pages of one kind, and most pages are of another. Written as a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pages(BTreeMap<Kind, Bulk<PageFacts>>);

impl Pages {
    /// Adds a page.
    pub fn push(&mut self, page: PageFacts) {
        self.0.entry(page.kind).or_default().push(page);
    }

    /// How many pages there are.
    pub fn len(&self) -> usize {
        self.0.values().map(Bulk::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every page, kind by kind.
    pub fn iter(&self) -> impl Iterator<Item = PageFacts> {
        self.0.values().flat_map(Bulk::iter)
    }

    /// The pages of a kind, in the order they were added.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = PageFacts> {
        self.0.get(&kind).into_iter().flat_map(Bulk::iter)
    }
}

impl FromIterator<PageFacts> for Pages {
    fn from_iter<I: IntoIterator<Item = PageFacts>>(values: I) -> Self {
        let mut pages = Self::default();
        values.into_iter().for_each(|page| pages.push(page));
        pages
    }
}

impl From<Vec<PageFacts>> for Pages {
    fn from(values: Vec<PageFacts>) -> Self {
        values.into_iter().collect()
    }
}

impl Serialize for Pages {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Pages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into())
    }
}
