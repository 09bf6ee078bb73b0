//! How a host answers for a page that cannot exist. A page that looks the same is not there either.

use super::glance::Glance;
use crate::net::answer::Fetched;
use duwang_html::Limits;
use duwang_model::{Outcome, OutcomeKind};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The look of a host's "not there". Made by [`crate::Crawler::baseline`].
#[derive(Debug, Default)]
pub struct Baseline {
    title: String,
    /// Hashes of its visible lines.
    lines: HashSet<u64>,
    prose: usize,
}

/// Of a page's lines, how many must be the baseline's.
const ALIKE: f64 = 0.9;

impl Baseline {
    /// From the answer to a request for nothing; empty when the host says so honestly.
    pub(crate) fn of(fetched: &Fetched) -> Self {
        if fetched.outcome.kind != OutcomeKind::Ok {
            return Self::default();
        }
        let bytes = fetched.body.as_deref().unwrap_or_default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => encoding_rs::GB18030.decode(bytes).0,
        };
        let glance = Glance::of(&duwang_html::parse(&text, Limits::default()));
        Self {
            lines: glance.lines.iter().map(|l| hash(l)).collect(),
            prose: glance.prose,
            title: glance.title,
        }
    }

    /// Whether the host answers with an error status, as it should: then there is nothing to compare with.
    pub fn is_honest(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn judge(&self, glance: &Glance) -> Option<Outcome> {
        if self.is_honest() || glance.is_stamped || glance.title != self.title {
            return None;
        }
        let alike = glance
            .lines
            .iter()
            .filter(|l| self.lines.contains(&hash(l)))
            .count();
        let all = glance.lines.len().max(self.lines.len());
        let is_alike = alike as f64 >= ALIKE * all as f64;
        let is_as_long = glance.prose.abs_diff(self.prose) <= 40;
        (is_alike && is_as_long)
            .then(|| Outcome::new(OutcomeKind::Missing, "与该网站对不存在页面的回答相同"))
    }
}

fn hash(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}
