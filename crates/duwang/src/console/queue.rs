//! The queue: findings a filter admits, those with the same words as one row.

use super::Desk;
use super::filter::Filter;
use super::probe;
use super::problem::Problem;
use crate::register::{Brief, Counts, Shelf, Wanted};
use chrono::Duration;
use std::collections::HashMap;
use std::sync::Arc;

/// Findings with the same words by the same rule: one template, one reprinted text.
pub(super) struct Group {
    /// The first of them in the order of the list.
    pub(super) head: Arc<Brief>,
    pub(super) count: usize,
    /// How many units show it.
    pub(super) units: usize,
}

/// What a filter admits, in the order of the list, with the counts of its fields.
pub(super) fn admitted(desk: &Desk, shelf: &Shelf, filter: &Filter) -> Result<Counts, Problem> {
    let model = filter.with_states();
    let wanted = wanted(desk, shelf, filter, &model)?;
    let mut counts = Counts::of(shelf, &wanted);
    shelf.sort(&mut counts.admitted, |unit| desk.names.rank(unit).0);
    Ok(counts)
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

/// Rows of the list: groups, or every finding by itself.
pub(super) fn groups(admitted: &[Arc<Brief>], flat: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut units: Vec<Vec<crate::register::Word>> = Vec::new();
    let mut places: HashMap<u64, usize> = HashMap::new();
    for brief in admitted {
        let known = (!flat).then(|| places.get(&brief.group)).flatten();
        if let Some(&at) = known {
            groups[at].count += 1;
            if !units[at].contains(&brief.unit) {
                units[at].push(brief.unit);
                groups[at].units += 1;
            }
            continue;
        }
        places.insert(brief.group, groups.len());
        units.push(vec![brief.unit]);
        groups.push(Group {
            head: Arc::clone(brief),
            count: 1,
            units: 1,
        });
    }
    groups
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
        let mut list = admitted(desk, &shelf, filter)?.admitted;
        let listed = list.iter().position(|b| b.fingerprint == fingerprint);
        let at = match (listed, shelf.get(fingerprint)) {
            (Some(at), _) => at,
            (None, Some(brief)) => {
                list.push(Arc::clone(brief));
                shelf.sort_fully(&mut list, |unit| desk.names.rank(unit).0);
                let at = list.iter().position(|b| b.fingerprint == fingerprint);
                list.retain(|b| b.fingerprint != fingerprint);
                at.unwrap_or(list.len())
            }
            (None, None) => list.len(),
        };
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
