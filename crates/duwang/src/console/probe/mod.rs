//! Confirming many sure findings after a random sample of them was looked at. The law is [`Probe`]; here it is kept, as notes of kind
//! `probe`, and asked before anything is confirmed unseen.
//!
//! ```text
//! GET  /probes?FILTER   which rules of a filtered list can be sampled
//! POST /probes          draws
//! GET  /probes/{id}     the sample as a queue of its own, and how it stands
//! POST /probes/{id}     confirms the rest, takes that back, or drops the sample
//! ```

mod act;
mod pages;

pub(super) use act::{act, draw};
pub(super) use pages::{choose, show};

use super::Desk;
use super::filter::Filter;
use super::problem::Problem;
use super::queue::listing;
use crate::register::{Brief, Shelf};
use chrono::{DateTime, Utc};
use duwang_model::{Finding, Probe, Standing, Verdict};
use duwang_store::StoreError;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

const KIND: &str = "probe";

/// The visitor's own probe with its version; other people's are not there.
fn own(desk: &Desk, id: &str) -> Result<(u64, Probe), Problem> {
    let kept = kept(desk, id)?;
    kept.filter(|(_, probe)| probe.by == desk.visitor.name)
        .ok_or(Problem::Missing("这次抽样"))
}

fn kept(desk: &Desk, id: &str) -> Result<Option<(u64, Probe)>, Problem> {
    let note = desk.store.note(KIND, id)?;
    Ok(note
        .map(|n| Ok::<_, serde_json::Error>((n.version, serde_json::from_value(n.value)?)))
        .transpose()?)
}

fn keep(desk: &Desk, version: u64, probe: &Probe) -> Result<(), Problem> {
    let value = serde_json::to_value(probe)?;
    desk.store.put_note(KIND, &probe.id, version, &value)?;
    Ok(())
}

fn every(desk: &Desk) -> Result<Vec<Probe>, Problem> {
    let notes = desk.store.notes(KIND)?.into_iter();
    Ok(notes
        .map(|(_, note)| serde_json::from_value(note.value))
        .collect::<Result<_, _>>()?)
}

/// The findings of the sample as they are now.
fn sampled(desk: &Desk, probe: &Probe) -> Result<Vec<Finding>, Problem> {
    let mut sampled = Vec::new();
    for fingerprint in &probe.sample {
        sampled.extend(desk.store.finding_of(fingerprint)?);
    }
    Ok(sampled)
}

fn standing(desk: &Desk, probe: &Probe) -> Result<Standing, Problem> {
    Ok(probe.standing(&sampled(desk, probe)?, desk.now))
}

/// The sample a filter is about; nothing when it is not the visitor's own.
pub(super) fn among(desk: &Desk, filter: &Filter) -> Result<Option<HashSet<String>>, Problem> {
    let Some(id) = &filter.probe else {
        return Ok(None);
    };
    let sample = match own(desk, id) {
        Ok((_, probe)) => probe.sample,
        Err(Problem::Missing(_)) => Vec::new(),
        Err(trouble) => return Err(trouble),
    };
    Ok(Some(sample.into_iter().collect()))
}

/// Whether a finding of the sample was looked at already.
pub(super) fn has_looked(desk: &Desk, filter: &Filter, fingerprint: &str) -> Result<bool, Problem> {
    let Some(id) = &filter.probe else {
        return Ok(false);
    };
    let kept = kept(desk, id)?;
    Ok(kept.is_some_and(|(_, probe)| probe.has_looked(fingerprint)))
}

/// Takes note of a decision that was taken while looking at a sample. It stands already: were this lost, the finding would only have to
/// be looked at once more.
pub(super) fn look(
    desk: &Desk,
    filter: &Filter,
    fingerprint: &str,
    verdict: &Verdict,
) -> Result<(), Problem> {
    let Some(id) = &filter.probe else {
        return Ok(());
    };
    for _ in 0..20 {
        let (version, mut probe) = own(desk, id)?;
        probe.look(fingerprint, verdict, &desk.visitor.name);
        let value = serde_json::to_value(&probe)?;
        match desk.store.put_note(KIND, id, version, &value) {
            Err(StoreError::Stale { .. }) => {}
            other => return Ok(other.map(drop)?),
        }
    }
    Err(Problem::own(anyhow::anyhow!("抽样 {id} 正被频繁修改")))
}

/// Sure findings of a filtered list that nobody decided, by rule.
pub(super) fn candidates(
    desk: &Desk,
    shelf: &Shelf,
    filter: &Filter,
) -> Result<BTreeMap<String, Vec<Arc<Brief>>>, Problem> {
    let mut by_rule: BTreeMap<String, Vec<Arc<Brief>>> = BTreeMap::new();
    for brief in &listing(desk, shelf, filter)?.counts.admitted {
        if shelf.is_candidate(brief) {
            let rule = shelf.names.get(brief.rule).to_owned();
            by_rule.entry(rule).or_default().push(Arc::clone(brief));
        }
    }
    by_rule.retain(|_, found| found.len() >= Probe::LEAST);
    Ok(by_rule)
}

/// Until when a rule must be looked at one by one, because a sample of it failed.
fn barred_until(
    desk: &Desk,
    probes: &[Probe],
    rule: &str,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let mut latest = None;
    for probe in probes.iter().filter(|p| p.rule == rule) {
        let failed = probe.failed().map(|f| desk.store.finding_of(f));
        let until = failed
            .transpose()?
            .flatten()
            .and_then(|f| probe.bars_until(&f));
        latest = latest.max(until.filter(|until| *until > desk.now));
    }
    Ok(latest)
}

/// The visitor's sample of a rule that still runs.
fn running<'p>(desk: &Desk, probes: &'p [Probe], rule: &str) -> Result<Option<&'p Probe>, Problem> {
    let mine = |p: &&Probe| p.rule == rule && p.by == desk.visitor.name;
    for probe in probes.iter().filter(mine) {
        if matches!(
            standing(desk, probe)?,
            Standing::Looking(_) | Standing::Passed
        ) {
            return Ok(Some(probe));
        }
    }
    Ok(None)
}
