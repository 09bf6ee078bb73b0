//! What stands around a finding: others with its words, what was decided elsewhere, others of its page.

use super::history::{Event, decision_event};
use super::href;
use crate::console::Desk;
use crate::console::filter::Filter;
use crate::console::problem::Problem;
use crate::console::queue::listing;
use crate::view::{Shown, mask_text, one_line};
use duwang_model::Finding;

/// A decision on the same quote somewhere else.
pub(super) struct Elsewhere {
    pub(super) href: String,
    pub(super) place: String,
    pub(super) event: Event,
}

/// Another finding of the same page.
pub(super) struct Beside {
    pub(super) href: String,
    pub(super) message: String,
    pub(super) state: duwang_model::State,
}

/// So many decisions elsewhere and findings beside are listed.
const LISTED: usize = 8;

/// How many findings of the list have the same words.
pub(super) fn group_size(
    desk: &Desk,
    finding: &Finding,
    filter: &Filter,
) -> Result<usize, Problem> {
    if filter.probe.is_some() {
        return Ok(1); // a sample is looked at one by one
    }
    let shelf = desk.shelf()?;
    let Some(brief) = shelf.get(&finding.fingerprint).cloned() else {
        return Ok(1);
    };
    Ok(listing(desk, &shelf, filter)?.group_size(&brief).max(1))
}

/// What was decided about the same quote by the same rule on other pages.
pub(super) fn elsewhere(desk: &Desk, finding: &Finding) -> Result<Vec<Elsewhere>, Problem> {
    let shelf = desk.shelf()?;
    let Some(brief) = shelf.get(&finding.fingerprint) else {
        return Ok(Vec::new());
    };
    let same = shelf.decided_like(brief);
    let same = same.into_iter().filter(|b| desk.sees(&shelf, b));
    let mut found = Vec::new();
    for brief in same.take(LISTED) {
        let Some(other) = desk.store.finding_of(&brief.fingerprint)? else {
            continue;
        };
        if let Some(decision) = other.decisions.iter().rfind(|d| d.verdict.moves_state()) {
            found.push(Elsewhere {
                href: format!("/findings/{}", other.id),
                place: format!(
                    "{} · {}",
                    desk.names.unit(&other.unit),
                    mask_text(&one_line(&other.page_title))
                ),
                event: decision_event(decision),
            });
        }
    }
    Ok(found)
}

/// Other findings of the same page.
pub(super) fn beside(
    desk: &Desk,
    finding: &Finding,
    filter: &Filter,
) -> Result<Vec<Beside>, Problem> {
    let mut others = desk
        .store
        .findings_of_page(&finding.channel, finding.url())?;
    others.retain(|f| f.fingerprint != finding.fingerprint);
    others.sort_by_key(|f| f.hit.span.map(|s| s.start));
    Ok(others
        .iter()
        .take(LISTED)
        .map(|f| Beside {
            href: href(&f.id, filter),
            message: Shown::of(f, false).message,
            state: f.state,
        })
        .collect())
}
