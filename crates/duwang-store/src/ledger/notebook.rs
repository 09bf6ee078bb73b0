//! How the ledger keeps documents and logs, and how it writes decisions.

use super::Ledger;
use crate::notebook::{LogEntry, Note};
use crate::tables::{Batch, Table, Tables};
use crate::{Result, StoreError, keys, row};
use duwang_model::{Decision, Finding};
use std::ops::ControlFlow;

/// The key in [`Table::Meta`] of a log's last entry.
fn last_key(log: &str) -> Vec<u8> {
    let mut key = b"last ".to_vec();
    key.extend(keys::log_of(log));
    key
}

impl<T: Tables> Ledger<T> {
    /// Plans these decisions, all or none.
    pub(super) fn put_decisions(
        &self,
        batch: &mut Batch,
        decisions: &[Decision],
    ) -> Result<Vec<Finding>> {
        let mut fingerprints = Vec::with_capacity(decisions.len());
        for decision in decisions {
            if decision.by.trim().is_empty() {
                return Err(StoreError::Unsigned(decision.finding.clone()));
            }
            let unknown = || StoreError::UnknownFinding(decision.finding.clone());
            let fingerprint = self
                .fingerprint_of(&decision.finding)?
                .ok_or_else(unknown)?;
            let key = keys::finding(&fingerprint);
            let old: Finding = self
                .value_after(batch, Table::Findings, &key)?
                .ok_or_else(unknown)?;
            let mut new = old.clone();
            new.decide(Decision {
                finding: old.id.clone(),
                ..decision.clone()
            });
            self.replace_finding(batch, Some(&old), &new)?;
            fingerprints.push(fingerprint);
        }
        let mut decided = Vec::with_capacity(fingerprints.len());
        for fingerprint in fingerprints {
            let key = keys::finding(&fingerprint);
            decided.extend(self.value_after::<Finding>(batch, Table::Findings, &key)?);
        }
        Ok(decided)
    }

    pub(super) fn read_notes(&self, kind: &str) -> Result<Vec<(String, Note)>> {
        self.sound()?;
        let mut notes = Vec::new();
        let prefix = keys::notes_of(kind);
        self.tables.walk(Table::Notes, &prefix, &mut |key, value| {
            let name = keys::read_note(key)
                .map(|(_, name)| name)
                .unwrap_or_default();
            notes.push((name, row::decode(Table::Notes.name(), key, value)?));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(notes)
    }

    pub(super) fn put_note_row(
        &self,
        batch: &mut Batch,
        kind: &str,
        key: &str,
        version: u64,
        value: &serde_json::Value,
    ) -> Result<u64> {
        let at = keys::note(kind, key);
        let stored: Option<Note> = self.value_after(batch, Table::Notes, &at)?;
        if stored.map_or(0, |n| n.version) != version {
            return Err(StoreError::Stale {
                kind: kind.to_owned(),
                key: key.to_owned(),
            });
        }
        let note = Note {
            version: version + 1,
            value: value.clone(),
        };
        Self::put(batch, Table::Notes, at, &note)?;
        Ok(note.version)
    }

    pub(super) fn remove_note_row(&self, batch: &mut Batch, kind: &str, key: &str) -> Result<bool> {
        let at = keys::note(kind, key);
        let was_there = self
            .value_after::<Note>(batch, Table::Notes, &at)?
            .is_some();
        if was_there {
            batch.remove(Table::Notes, at);
        }
        Ok(was_there)
    }

    pub(super) fn put_entry(&self, batch: &mut Batch, log: &str, text: &str) -> Result<LogEntry> {
        let last: Option<LogEntry> = self.value_after(batch, Table::Meta, &last_key(log))?;
        let entry = LogEntry::after(log, last.as_ref(), text);
        let at = keys::log_entry(log, entry.number);
        Self::put(batch, Table::Logs, at, &entry)?;
        Self::put(batch, Table::Meta, last_key(log), &entry)?;
        Ok(entry)
    }

    pub(super) fn read_entries(&self, log: &str, from: u64, most: usize) -> Result<Vec<LogEntry>> {
        let mut entries = Vec::new();
        for number in from.max(1).. {
            if entries.len() >= most {
                break;
            }
            match self.value(Table::Logs, &keys::log_entry(log, number))? {
                Some(entry) => entries.push(entry),
                None => break,
            }
        }
        Ok(entries)
    }
}
