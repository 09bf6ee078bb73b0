//! How the ledger writes: one batch for a row and its index rows, committed by one writer at a time.

use super::index::index_rows;
use super::{Ledger, stays_done};
use crate::tables::{Batch, Table, Tables};
use crate::{Result, disk, keys, row, succession};
use duwang_model::{Body, Finding, FrontierEntry, Visit};
use serde::Serialize;
use std::sync::MutexGuard;

/// Ids are at least this long.
const SHORTEST_ID: usize = 12;

impl<T: Tables> Ledger<T> {
    pub(super) fn keep_bodies(&self, bodies: &[&Body]) -> Result<()> {
        if bodies.is_empty() {
            return Ok(());
        }
        let bytes: u64 = bodies.iter().map(|b| b.packed().len() as u64).sum();
        disk::want_room(&self.dir, self.reserve, bytes)?;
        self.fatal(self.bodies.keep(bodies))
    }

    pub(super) fn begin_write(&self) -> Result<MutexGuard<'_, ()>> {
        self.sound()?;
        self.writer.lock().map_err(|_| self.interrupted())
    }

    pub(super) fn commit(&self, batch: &Batch, reserve: u64) -> Result<()> {
        if batch.len() == 0 {
            return Ok(());
        }
        disk::want_room(&self.dir, reserve, batch.bytes() as u64)?;
        let _alone = self.gate.write().map_err(|_| self.interrupted())?;
        self.fatal(self.tables.commit(batch))?;
        let mut journal = self.journal.lock().map_err(|_| self.interrupted())?;
        for (table, key, _) in batch.writes() {
            if table == Table::Findings {
                journal.add(&String::from_utf8_lossy(key));
            }
        }
        Ok(())
    }

    /// Makes everything committed durable; only then may a call be acknowledged.
    pub(super) fn flush(&self) -> Result<()> {
        self.sound()?;
        self.fatal(self.tables.flush())
    }

    /// A whole small write: plan, commit, flush.
    pub(super) fn write<R>(&self, plan: impl FnOnce(&mut Batch) -> Result<R>) -> Result<R> {
        let turn = self.begin_write()?;
        let mut batch = Batch::default();
        let result = plan(&mut batch)?;
        // People's work goes on for a while after crawling has stopped for want of room.
        self.commit(&batch, self.reserve / 4)?;
        drop(turn);
        self.flush()?;
        Ok(result)
    }

    pub(super) fn put<V: Serialize>(
        batch: &mut Batch,
        table: Table,
        key: Vec<u8>,
        value: &V,
    ) -> Result<()> {
        let row = row::encode(&key, value)?;
        batch.put(table, key, row);
        Ok(())
    }

    pub(super) fn put_visit(&self, batch: &mut Batch, visit: &Visit) -> Result<()> {
        if let Some(page) = &visit.page {
            Self::put(
                batch,
                Table::Pages,
                keys::page(&page.channel, &page.url),
                page,
            )?;
        }
        for (_, finding) in &visit.changes {
            self.put_finding(batch, finding)?;
        }
        for fingerprint in &visit.superseded {
            self.supersede(batch, fingerprint, visit)?;
        }
        for entry in &visit.frontier {
            self.put_frontier(batch, entry)?;
        }
        Ok(())
    }

    /// Removes a finding whose history goes on in another one of this visit. What people decided on it meanwhile is taken along;
    /// with nobody to take it, the finding stays.
    pub(super) fn supersede(
        &self,
        batch: &mut Batch,
        fingerprint: &str,
        visit: &Visit,
    ) -> Result<()> {
        let key = keys::finding(fingerprint);
        let Some(gone) = self.value_after::<Finding>(batch, Table::Findings, &key)? else {
            return Ok(());
        };
        let mut heirs = Vec::new();
        for (_, finding) in &visit.changes {
            let key = keys::finding(&finding.fingerprint);
            heirs.extend(self.value_after::<Finding>(batch, Table::Findings, &key)?);
        }
        match succession::heir(&gone, &heirs) {
            Some(heir) => {
                let mut richer = heir.clone();
                if succession::inherit(&mut richer, &gone) {
                    self.replace_finding(batch, Some(heir), &richer)?;
                }
            }
            None if !gone.decisions.is_empty() => return Ok(()),
            None => {}
        }
        for (table, key, _) in index_rows(&gone) {
            batch.remove(table, key);
        }
        batch.remove(Table::Findings, key);
        Ok(())
    }

    pub(super) fn put_frontier(&self, batch: &mut Batch, entry: &FrontierEntry) -> Result<()> {
        let key = keys::frontier(&entry.scan, &entry.channel, &entry.url);
        if let Some(stored) = self.value_after::<FrontierEntry>(batch, Table::Frontier, &key)?
            && stays_done(&stored, entry)
        {
            return Ok(());
        }
        Self::put(batch, Table::Frontier, key, entry)
    }

    pub(super) fn put_finding(&self, batch: &mut Batch, judged: &Finding) -> Result<()> {
        let key = keys::finding(&judged.fingerprint);
        let stored = self.value_after::<Finding>(batch, Table::Findings, &key)?;
        let mut finding = judged.clone();
        if !finding.hit.score.is_finite() {
            finding.hit.score = 0.0; // JSON has no word for it, and the row could not be read again
        }
        match &stored {
            Some(stored) => finding.keep_decisions_of(stored),
            None => finding.id = self.free_id(batch, &finding.fingerprint)?,
        }
        self.replace_finding(batch, stored.as_ref(), &finding)
    }

    /// Writes a finding and moves its index rows.
    pub(super) fn replace_finding(
        &self,
        batch: &mut Batch,
        old: Option<&Finding>,
        new: &Finding,
    ) -> Result<()> {
        let old_rows = old.map(index_rows).unwrap_or_default();
        let new_rows = index_rows(new);
        for (table, key, _) in &old_rows {
            if !new_rows.iter().any(|(t, k, _)| (t, k) == (table, key)) {
                batch.remove(*table, key.clone());
            }
        }
        for new_row in new_rows {
            if !old_rows.contains(&new_row) {
                let (table, key, value) = new_row;
                batch.put(table, key, value);
            }
        }
        Self::put(batch, Table::Findings, keys::finding(&new.fingerprint), new)
    }

    /// The first digits of the fingerprint, more when another finding has the same ones.
    pub(super) fn free_id(&self, batch: &Batch, fingerprint: &str) -> Result<String> {
        let shortest = fingerprint.get(..SHORTEST_ID).unwrap_or(fingerprint);
        let mut others = self.fingerprints_from(shortest)?;
        others.extend(
            batch
                .writes()
                .filter(|(table, key, _)| {
                    *table == Table::Findings && key.starts_with(shortest.as_bytes())
                })
                .map(|(_, key, _)| String::from_utf8_lossy(key).into_owned()),
        );
        others.retain(|other| other != fingerprint);
        let is_free = |id: &&str| !others.iter().any(|other| other.starts_with(id));
        Ok((SHORTEST_ID..fingerprint.len())
            .filter_map(|end| fingerprint.get(..end))
            .find(is_free)
            .unwrap_or(fingerprint)
            .to_owned())
    }
}
