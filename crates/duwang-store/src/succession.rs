//! When the history of one finding goes on in another (its page moved), no decision is left behind.

use duwang_model::{Decision, Finding};

/// The finding that goes on for one that is gone: the same fault by rule and identity, and of equal ones the one that already
/// carries most of its decisions.
pub(crate) fn heir<'a>(gone: &Finding, candidates: &'a [Finding]) -> Option<&'a Finding> {
    candidates
        .iter()
        .filter(|c| c.fingerprint != gone.fingerprint && is_same_fault(c, gone))
        .max_by_key(|c| gone.decisions.len() - untold(c, gone).len())
}

/// Appends the decisions of the gone finding that its heir does not carry yet; whether there were any.
pub(crate) fn inherit(heir: &mut Finding, gone: &Finding) -> bool {
    let untold = untold(heir, gone);
    let any = !untold.is_empty();
    for decision in untold {
        heir.decide(Decision {
            finding: heir.id.clone(),
            ..decision
        });
    }
    any
}

fn untold(heir: &Finding, gone: &Finding) -> Vec<Decision> {
    let told = |d: &&Decision| {
        !heir
            .decisions
            .iter()
            .any(|h| (&h.verdict, &h.by, h.at, &h.reason) == (&d.verdict, &d.by, d.at, &d.reason))
    };
    gone.decisions.iter().filter(told).cloned().collect()
}

fn is_same_fault(a: &Finding, b: &Finding) -> bool {
    let identity = |f: &Finding| {
        let words = if f.hit.key.is_empty() {
            &f.hit.quote
        } else {
            &f.hit.key
        };
        (f.hit.rule.clone(), words.clone())
    };
    identity(a) == identity(b)
}
