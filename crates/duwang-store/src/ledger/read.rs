//! How the ledger reads: values, ranges, keys of an index, and ids people shorten.

use super::Ledger;
use crate::tables::{Batch, Table, Tables};
use crate::{Result, StoreError, keys, row};
use duwang_model::Finding;
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;

const SHORTEST_PREFIX: usize = 4;

impl<T: Tables> Ledger<T> {
    pub(super) fn sound(&self) -> Result<()> {
        match self.broken.get() {
            Some(cause) => Err(StoreError::Broken {
                dir: self.dir.clone(),
                cause: cause.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Remembers an error that ends the life of this opened store.
    pub(super) fn fatal<R>(&self, result: Result<R>) -> Result<R> {
        if let Err(error) = &result {
            let _ = self.broken.set(error.to_string());
        }
        result
    }

    pub(super) fn value<V: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<V>> {
        self.sound()?;
        match self.tables.get(table, key)? {
            Some(row) => row::decode(table.name(), key, &row).map(Some),
            None => Ok(None),
        }
    }

    /// The value as the batch will leave it.
    pub(super) fn value_after<V: DeserializeOwned>(
        &self,
        batch: &Batch,
        table: Table,
        key: &[u8],
    ) -> Result<Option<V>> {
        match batch.pending(table, key) {
            Some(Some(row)) => row::decode(table.name(), key, row).map(Some),
            Some(None) => Ok(None),
            None => self.value(table, key),
        }
    }

    pub(super) fn each_value<V: DeserializeOwned>(
        &self,
        table: Table,
        prefix: &[u8],
        each: &mut dyn FnMut(V) -> Result<()>,
    ) -> Result<()> {
        self.sound()?;
        self.tables.walk(table, prefix, &mut |key, row| {
            each(row::decode(table.name(), key, row)?)?;
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Keys of an index that pass, gathered while no row can move.
    pub(super) fn gather<K>(
        &self,
        table: Table,
        prefix: &[u8],
        pick: impl Fn(&[u8], &[u8]) -> Option<K>,
    ) -> Result<Vec<K>> {
        self.sound()?;
        let mut picked = Vec::new();
        let _still = self.gate.read().map_err(|_| self.interrupted())?;
        self.tables.walk(table, prefix, &mut |key, value| {
            picked.extend(pick(key, value));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(picked)
    }

    pub(super) fn findings_under(&self, prefix: &[u8]) -> Result<Vec<Finding>> {
        let fingerprints = self.gather(Table::ByPage, prefix, |key, _| {
            keys::fingerprint_of_by_page(key)
        })?;
        let mut findings = Vec::with_capacity(fingerprints.len());
        for fingerprint in fingerprints {
            findings.extend(self.value::<Finding>(Table::Findings, &keys::finding(&fingerprint))?);
        }
        Ok(findings)
    }

    /// Resolves an id, fingerprint or unique prefix.
    pub(super) fn fingerprint_of(&self, given: &str) -> Result<Option<String>> {
        let given = given.trim().to_ascii_lowercase();
        let mut candidates = self.fingerprints_from(&given)?;
        if let Some(exact) = candidates.iter().position(|c| *c == given) {
            return Ok(Some(candidates.swap_remove(exact)));
        }
        if given.len() < SHORTEST_PREFIX {
            return Ok(None);
        }
        if candidates.len() < 2 {
            return Ok(candidates.pop());
        }
        let mut ids = Vec::new();
        for fingerprint in candidates {
            let id = self
                .value::<Finding>(Table::Findings, &keys::finding(&fingerprint))?
                .map_or_else(|| fingerprint.clone(), |f| f.id);
            if id == given {
                return Ok(Some(fingerprint));
            }
            ids.push(id);
        }
        ids.truncate(10);
        Err(StoreError::Ambiguous {
            given,
            candidates: ids,
        })
    }

    /// Fingerprints with this prefix; a few are enough to tell that it is not unique.
    pub(super) fn fingerprints_from(&self, prefix: &str) -> Result<Vec<String>> {
        self.sound()?;
        let mut found = Vec::new();
        self.tables
            .walk(Table::Findings, prefix.as_bytes(), &mut |key, _| {
                found.push(String::from_utf8_lossy(key).into_owned());
                Ok(if found.len() < 1_000 {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                })
            })?;
        Ok(found)
    }
}
