//! The findings remembered of a channel, by what they are about: a large channel has thousands, and each reading concerns a few.

use duwang_model::{Changes, Finding};
use std::collections::{HashMap, HashSet};

/// Findings by the URL they are about.
pub(super) struct Known(HashMap<String, Vec<Finding>>);

impl Known {
    /// Sorts findings by what they are about.
    pub(super) fn of(findings: Vec<Finding>) -> Self {
        let mut by_url: HashMap<String, Vec<Finding>> = HashMap::new();
        for finding in findings {
            match by_url.get_mut(finding.url()) {
                Some(there) => there.push(finding),
                None => drop(by_url.insert(finding.url().to_owned(), vec![finding])),
            }
        }
        Self(by_url)
    }

    /// What is remembered of one page. A hit there can be nothing else: its URL is a part of what it is known by.
    pub(super) fn at(&self, url: &str) -> &[Finding] {
        self.0.get(url).map_or(&[], Vec::as_slice)
    }

    /// What none of these changes speaks of, in the order of fingerprints.
    pub(super) fn unsaid(self, changes: &Changes) -> Vec<Finding> {
        let said: HashSet<&str> = changes
            .iter()
            .map(|(_, f)| f.fingerprint.as_str())
            .collect();
        let all = self.0.into_values().flatten();
        let mut unsaid: Vec<Finding> = all
            .filter(|f| !said.contains(f.fingerprint.as_str()))
            .collect();
        unsaid.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
        unsaid
    }
}
