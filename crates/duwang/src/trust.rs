//! What rules are trusted with, read from the decisions in the store at every look: nothing of it is kept.

use duwang_model::{Finding, FindingFilter, State, Trust, TrustBuilder};
use duwang_store::Store;
use std::ops::ControlFlow;

/// Every state a decided finding can be in.
const DECIDED: [State; 7] = [
    State::Confirmed,
    State::Dismissed,
    State::Waived,
    State::Assigned,
    State::Appealed,
    State::Fixed,
    State::Reopened,
];

/// The records of all rules by the decisions in the store.
pub(crate) fn of(store: &dyn Store) -> duwang_store::Result<Trust> {
    let mut builder = TrustBuilder::default();
    let decided = FindingFilter {
        states: DECIDED.to_vec(),
        ..FindingFilter::default()
    };
    store.each_finding(&decided, &mut |finding| {
        builder.add(&finding);
        ControlFlow::Continue(())
    })?;
    Ok(builder.finish())
}

/// Findings that pass the filter, those of demoted rules tempered; a filter by certainty looks at the tempered one.
pub(crate) fn findings(
    store: &dyn Store,
    filter: &FindingFilter,
) -> duwang_store::Result<Vec<Finding>> {
    let trust = of(store)?;
    let mut wide = filter.clone();
    let certainties = std::mem::take(&mut wide.certainties);
    let mut findings = store.findings(&wide)?;
    for finding in &mut findings {
        trust.temper(finding);
    }
    findings.retain(|f| certainties.is_empty() || certainties.contains(&f.hit.certainty));
    Ok(findings)
}

/// One finding, tempered when its rule is demoted.
pub(crate) fn finding(store: &dyn Store, id: &str) -> duwang_store::Result<Option<Finding>> {
    let Some(mut finding) = store.finding(id)? else {
        return Ok(None);
    };
    of(store)?.temper(&mut finding);
    Ok(Some(finding))
}
