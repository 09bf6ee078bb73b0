//! Decisions: every finding they name is locked, decided on in memory, and written; all or none.

use super::columns::Columns;
use super::connect::Trouble;
use super::list::{given, resolve};
use super::record::locked;
use super::text;
use crate::StoreError;
use duwang_model::{Decision, Finding};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// `is_repeated`: an earlier try may have been committed although we never heard of it; then a decision that is there is not
/// appended again.
pub(super) async fn decide(
    connection: &mut PgConnection,
    decisions: &[Decision],
    is_repeated: bool,
) -> Result<Vec<Finding>, Trouble> {
    let mut named = Vec::with_capacity(decisions.len());
    for decision in decisions {
        if decision.by.trim().is_empty() {
            return Err(StoreError::Unsigned(decision.finding.clone()).into());
        }
        let fingerprint = resolve(connection, &given(&decision.finding)).await?;
        named.push(fingerprint.ok_or_else(|| unknown(decision))?);
    }
    let mut wanted = named.clone();
    wanted.sort();
    wanted.dedup();
    let mut findings: BTreeMap<String, Finding> = locked(connection, &wanted)
        .await?
        .into_iter()
        .map(|f| (text(&f.fingerprint), f))
        .collect();
    for (decision, fingerprint) in decisions.iter().zip(&named) {
        let finding = findings
            .get_mut(fingerprint)
            .ok_or_else(|| unknown(decision))?;
        let whole = Decision {
            finding: finding.id.clone(),
            ..decision.clone()
        };
        if !(is_repeated && finding.decisions.contains(&whole)) {
            finding.decide(whole);
        }
    }
    let mut columns = Columns::default();
    for finding in findings.values() {
        columns.push(finding)?;
    }
    columns.update(connection).await?;
    Ok(named
        .iter()
        .filter_map(|f| findings.get(f).cloned())
        .collect())
}

fn unknown(decision: &Decision) -> StoreError {
    StoreError::UnknownFinding(decision.finding.clone())
}
