//! The queue: findings a filter admits, those with the same words as one row.

use super::Desk;
use super::filter::Filter;
use super::probe;
use super::problem::Problem;
use crate::register::{Brief, Listing, Look, Shelf, Wanted};
use chrono::Duration;
use std::sync::Arc;

/// What a filter admits, in the order of the list, with the counts of its fields. The same for all who look through the same filter.
pub(super) fn listing(
    desk: &Desk,
    shelf: &Shelf,
    filter: &Filter,
) -> Result<Arc<Listing>, Problem> {
    let model = filter.with_states();
    let wanted = wanted(desk, shelf, filter, &model)?;
    let rank = |unit: &str| desk.names.rank(unit).0;
    let look = Look {
        shelf,
        wanted: &wanted,
        rank: &rank,
        order: filter.order,
        flat: filter.flat,
    };
    Ok(match key(desk, filter) {
        Some(key) => shelf.listing(&key, &look),
        None => Arc::new(Listing::made(&look)),
    })
}

/// Everything a list depends on besides the register; `None` where it depends on the moment or on a sample.
fn key(desk: &Desk, filter: &Filter) -> Option<String> {
    let is_lasting = filter.age.is_none() && filter.probe.is_none();
    is_lasting.then(|| {
        let filter = filter.on_page(1);
        let (only, today) = (desk.visitor.only_unit(), desk.today());
        format!("{filter:?} {only:?} {today} {}", desk.names.stamp())
    })
}

fn wanted<'f>(
    desk: &Desk,
    shelf: &Shelf,
    filter: &Filter,
    model: &'f duwang_model::FindingFilter,
) -> Result<Wanted<'f>, Problem> {
    let oldest = filter.age.map(|days| desk.now - Duration::days(days));
    Ok(Wanted::new(model, shelf, desk.visitor.only_unit())
        .overdue(filter.overdue.then(|| desk.today()))
        .claimed(filter.claimed)
        .recurring(filter.recurring)
        .older(oldest)
        .among(probe::among(desk, filter)?))
}

/// The findings of a group that a filter admits.
pub(super) fn members(
    desk: &Desk,
    shelf: &Shelf,
    filter: &Filter,
    head: &Brief,
) -> Result<Vec<Arc<Brief>>, Problem> {
    let model = filter.with_states();
    let wanted = wanted(desk, shelf, filter, &model)?;
    let admitted = shelf
        .group(head.group)
        .filter(|b| wanted.admits(b, shelf.certainty(b)));
    Ok(admitted.cloned().collect())
}

/// The findings before and after one in the filtered list, also when it has just left it.
pub(super) struct Neighbours {
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) position: Option<usize>,
    pub(super) total: usize,
}

impl Neighbours {
    pub(super) fn new(desk: &Desk, fingerprint: &str, filter: &Filter) -> Result<Self, Problem> {
        let shelf = desk.shelf()?;
        let listing = listing(desk, &shelf, filter)?;
        let list = &listing.counts.admitted;
        let place = match shelf.get(fingerprint) {
            Some(brief) => {
                let rank = |unit: &str| desk.names.rank(unit).0;
                list.binary_search_by(|b| shelf.compare((b, brief), filter.order, rank))
            }
            None => Err(list.len()),
        };
        let (Ok(at) | Err(at)) = place;
        let listed = place.ok();
        let link = |at: Option<usize>| {
            at.and_then(|at| list.get(at))
                .map(|b| super::finding::href(&b.id, filter))
        };
        Ok(Self {
            previous: link(at.checked_sub(1)),
            next: link(Some(at + usize::from(listed.is_some()))),
            position: listed.map(|at| at + 1),
            total: list.len(),
        })
    }
}
