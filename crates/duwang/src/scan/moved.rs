//! Pages that moved: the fault of a page that is gone, met again on a page of the same title and day, is the same finding.

use duwang_model::{Change, Finding, OutcomeKind, Visit};
use duwang_store::{Store, StoreError};
use std::collections::{BTreeMap, HashSet};

/// Gives findings first met in this scan the history of the finding they continue. Runs when all pages of the channel were
/// visited, so that the order of arrival does not matter.
pub(super) fn moved(store: &dyn Store, scan: &str, channel: &str) -> Result<Visit, StoreError> {
    let findings = store.findings_of_channel(channel)?;
    let about_pages = || findings.iter().filter(|f| f.present && f.kind.is_some());
    let new: BTreeMap<Identity, Vec<&Finding>> =
        grouped(about_pages().filter(|f| f.first_scan == scan && f.decisions.is_empty()));
    let mut visit = Visit::default();
    if new.is_empty() {
        return Ok(visit);
    }
    let old =
        grouped(about_pages().filter(|f| f.first_scan != scan && new.contains_key(&identity(f))));
    let gone = gone(
        store,
        channel,
        old.values().flatten().map(|f| f.url()).collect(),
    )?;
    for (identity, stayed_behind) in old {
        let followers = new.get(&identity).into_iter().flatten();
        let orphans = stayed_behind.into_iter().filter(|f| gone.contains(f.url()));
        for (orphan, follower) in orphans.zip(followers) {
            visit
                .changes
                .push((Change::Persisting, continued(orphan, follower)));
            visit.superseded.push(follower.fingerprint.clone());
        }
    }
    Ok(visit)
}

/// What makes a fault on a moved page recognisable: rule, words, title and day of the page.
type Identity = (String, String, String, Option<chrono::NaiveDate>);

fn identity(f: &Finding) -> Identity {
    let words = if f.hit.key.is_empty() {
        &f.hit.quote
    } else {
        &f.hit.key
    };
    (
        f.hit.rule.clone(),
        words.clone(),
        f.page_title.clone(),
        f.published,
    )
}

fn grouped<'a>(
    findings: impl Iterator<Item = &'a Finding>,
) -> BTreeMap<Identity, Vec<&'a Finding>> {
    let mut groups: BTreeMap<Identity, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.filter(|f| !f.page_title.is_empty()) {
        groups.entry(identity(finding)).or_default().push(finding);
    }
    for group in groups.values_mut() {
        group.sort_by_key(|f| (f.url().to_owned(), f.hit.span));
    }
    groups
}

/// Which of these pages are no longer at their address.
fn gone(
    store: &dyn Store,
    channel: &str,
    urls: HashSet<&str>,
) -> Result<HashSet<String>, StoreError> {
    let mut gone = HashSet::new();
    for url in urls {
        let page = store.page(channel, url)?;
        if page.is_some_and(|p| {
            p.outcome.kind == OutcomeKind::Missing || p.final_url != p.url && p.outcome.is_seen()
        }) {
            gone.insert(url.to_owned());
        }
    }
    Ok(gone)
}

/// The old finding at its new address, with the new evidence.
fn continued(old: &Finding, new: &Finding) -> Finding {
    Finding {
        hit: new.hit.clone(),
        page_title: new.page_title.clone(),
        published: new.published,
        kind: new.kind,
        present: true,
        last_seen: new.last_seen,
        scan: new.scan.clone(),
        snapshot: new.snapshot.clone(),
        ..old.clone()
    }
}
