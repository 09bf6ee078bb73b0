//! A page as the channel it belongs to looks at it: everything is added up over all pages, so of each as little as possible is read.

use crate::{CheckedBefore, LinkRef, LinkRole, Outcome, PageFacts, PageRecord};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use std::borrow::Cow;

/// A [`PageRecord`] without its headers, its list and all but a few of its links. Read from the same JSON, which is several times
/// quicker than reading the whole record.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PageSketch {
    /// Normalised URL: the key within the channel.
    pub url: String,
    /// URL after redirects.
    pub final_url: String,
    /// What became of the last visit.
    pub outcome: Outcome,
    /// When its content was last really read.
    pub read: Option<DateTime<Utc>>,
    /// When its URL was first met.
    pub first_seen: DateTime<Utc>,
    /// Scan that visited it last.
    pub scan: String,
    /// What channel-level rules need to know of it, when it was read.
    pub facts: Option<PageFacts>,
    /// Links in its content whose text promises a document by name.
    #[serde(rename = "links", deserialize_with = "named_links")]
    pub named: Vec<LinkRef>,
    /// Only looked at as the target of a link.
    #[serde(default)]
    pub check_only: bool,
    /// Failed looks in a row.
    #[serde(default)]
    pub failures: u32,
    /// What a person must know of how it was read.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What was known of its text before it was published.
    #[serde(default)]
    pub checked_before: Option<CheckedBefore>,
    /// Requests the last visit took.
    #[serde(default)]
    pub requests: u32,
    /// Decoded body bytes the last visit received.
    #[serde(default)]
    pub bytes: u64,
}

impl From<PageRecord> for PageSketch {
    fn from(page: PageRecord) -> Self {
        let mut named = page.links;
        named.retain(|l| names_document(&l.text, l.role));
        Self {
            url: page.url,
            final_url: page.final_url,
            outcome: page.outcome,
            read: page.read,
            first_seen: page.first_seen,
            scan: page.scan,
            facts: page.facts,
            named,
            check_only: page.check_only,
            failures: page.failures,
            notes: page.notes,
            checked_before: page.checked_before,
            requests: page.requests,
            bytes: page.bytes,
        }
    }
}

/// Whether a link promises a document by name: it stands in the content and its text has a title in brackets.
pub fn names_document(text: &str, role: LinkRole) -> bool {
    role == LinkRole::Content && text.contains('《') && text.contains('》')
}

/// Looks at every link and keeps the few that name a document.
fn named_links<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<LinkRef>, D::Error> {
    #[derive(Deserialize)]
    struct Look<'a> {
        #[serde(borrow)]
        url: Cow<'a, str>,
        #[serde(borrow)]
        text: Cow<'a, str>,
        role: LinkRole,
    }
    struct Named;
    impl<'de> Visitor<'de> for Named {
        type Value = Vec<LinkRef>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("links")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut links: A) -> Result<Self::Value, A::Error> {
            let mut named = Vec::new();
            while let Some(link) = links.next_element::<Look<'de>>()? {
                if names_document(&link.text, link.role) {
                    named.push(LinkRef {
                        url: link.url.into_owned(),
                        text: link.text.into_owned(),
                        role: link.role,
                    });
                }
            }
            Ok(named)
        }
    }
    deserializer.deserialize_seq(Named)
}
