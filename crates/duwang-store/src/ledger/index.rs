//! Index rows: which ones a finding must have, and which of them a filter need not look behind.

use crate::keys;
use crate::tables::Table;
use duwang_model::{Finding, FindingFilter, State};
use serde::{Deserialize, Serialize};

/// A row of an index: table, key, value.
pub(crate) type IndexRow = (Table, Vec<u8>, Vec<u8>);

/// The index rows a finding must have.
pub(crate) fn index_rows(finding: &Finding) -> Vec<IndexRow> {
    let words = Words {
        state: finding.state,
        present: finding.present,
    };
    vec![
        (Table::ByPage, keys::by_page(finding), Vec::new()),
        (
            Table::Listing,
            keys::listing(finding),
            serde_json::to_vec(&words).unwrap_or_default(),
        ),
    ]
}

/// What the listing remembers beside its key, so that a list by state need not read every finding.
#[derive(Serialize, Deserialize)]
struct Words {
    state: State,
    present: bool,
}

/// Whether the finding behind a listing row may pass; the finding itself is asked afterwards.
pub(super) fn may_pass(filter: &FindingFilter, listed: &keys::Listed, words: &[u8]) -> bool {
    let rule_passes =
        |r: &String| listed.rule == *r || listed.rule.split('/').next() == Some(r.as_str());
    let state_passes = || {
        serde_json::from_slice::<Words>(words).map_or(true, |w| filter.states.contains(&w.state))
    };
    (filter.units.is_empty() || filter.units.contains(&listed.unit))
        && (filter.channels.is_empty() || filter.channels.contains(&listed.channel))
        && (filter.rules.is_empty() || filter.rules.iter().any(rule_passes))
        && (filter.states.is_empty() || state_passes())
}

/// The parts of the listing to read, in listing order.
pub(super) fn listing_prefixes(filter: &FindingFilter) -> Vec<Vec<u8>> {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list.dedup();
        list
    };
    if filter.units.is_empty() {
        return vec![Vec::new()];
    }
    let mut prefixes = Vec::new();
    for unit in sorted(&filter.units) {
        if filter.channels.is_empty() {
            prefixes.push(keys::listing_of(&[&unit]));
        }
        for channel in sorted(&filter.channels) {
            prefixes.push(keys::listing_of(&[&unit, &channel]));
        }
    }
    prefixes
}
