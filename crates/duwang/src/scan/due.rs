//! Which known pages an incremental scan visits again.

use super::Run;
use crate::clock;
use crate::pipeline::Place;
use chrono::{Datelike as _, TimeDelta};
use duwang_crawl::{Purpose, Request};
use duwang_model::{Mode, PageRecord};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// What decides over re-visits in one channel.
pub(super) struct Due {
    /// Pages with findings that still want work: visited every time, so that a fix is noticed at once.
    watched: HashSet<String>,
}

impl Due {
    pub(super) fn new(run: &Run, place: &Place) -> anyhow::Result<Self> {
        let findings = run.desk.store.findings_of_channel(&place.channel.id)?;
        let watched = findings
            .into_iter()
            .filter(|f| f.present && f.is_live())
            .map(|f| f.url().to_owned())
            .collect();
        Ok(Self { watched })
    }

    /// Whether a page that is known must be visited in this scan.
    pub(super) fn is_due(&self, run: &Run, request: &Request, page: &PageRecord) -> bool {
        if page.scan == run.scan.id {
            return false; // visited already, before a crash
        }
        matches!(run.scan.mode, Mode::Full | Mode::Sample)
            || matches!(
                request.purpose,
                Purpose::Entry | Purpose::List { .. } | Purpose::Interface { .. } | Purpose::Check
            )
            || !page.outcome.is_seen()
            || page.read.is_none()
            || page.rules != run.desk.rules.version()
            || page.is_overtaken(run.desk.clock.now())
            || self.watched.contains(&page.url)
            || looks_changed(request, page)
            || scheduled(run, page)
    }
}

/// The list now says another title or date than the page did.
pub(crate) fn looks_changed(request: &Request, page: &PageRecord) -> bool {
    let (Purpose::Page { title, date, .. }, Some(facts)) = (&request.purpose, &page.facts) else {
        return false;
    };
    let cut: String = title
        .chars()
        .take_while(|c| *c != '…' && *c != '.')
        .take(10)
        .collect();
    let retitled = !cut.is_empty() && !facts.title.contains(cut.trim());
    let redated =
        matches!((date, facts.published), (Some(listed), Some(published)) if *listed > published);
    retitled || redated
}

/// The rolling schedule: each page has its week, and none goes unread longer than the configured number of weeks.
fn scheduled(run: &Run, page: &PageRecord) -> bool {
    let now = run.desk.clock.now();
    let Some(read) = page.read else { return true };
    let (weeks, age) = (run.config.weeks, now - read);
    // Read tomorrow: the clock was wrong then, and nobody knows how long ago it was.
    if age >= TimeDelta::weeks(i64::from(weeks)) || age < -TimeDelta::days(1) {
        return true;
    }
    let this_week = u64::from(clock::day(now).iso_week().week0());
    let its_turn = seeded(&page.url, 0) % u64::from(weeks) == this_week % u64::from(weeks);
    its_turn && age >= TimeDelta::days(6)
}

/// A number that depends on the URL and the seed only.
pub(super) fn seeded(url: &str, seed: u64) -> u64 {
    let digest = Sha256::new()
        .chain_update(seed.to_be_bytes())
        .chain_update(url.as_bytes())
        .finalize();
    digest.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
}
