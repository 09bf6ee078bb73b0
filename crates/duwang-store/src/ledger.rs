//! [`Store`] over an embedded engine: which rows and index rows a call reads and writes.
//!
//! One writer at a time plans a batch from what is stored and commits it whole. Findings live under their fingerprint; two indexes
//! (`by_page`, `listing`) are written in the same transaction as the row they point at and can be made anew from the rows.

mod index;
mod notebook;
mod read;
mod write;

pub(crate) use index::index_rows;

use crate::bodies::Bodies;
use crate::tables::{Batch, Table, Tables};
use crate::{Report, Result, Stats, Store, StoreError, Transferred, check, export, keys};
use duwang_model::{
    Body, Decision, Finding, FindingFilter, FrontierEntry, PageRecord, PageSketch, Scan, Visit,
};
use index::{listing_prefixes, may_pass};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, RwLock};

/// A transaction ends at this many rows or bytes: large ones hold the readers up.
const GROUP_ROWS: usize = 2_000;
const GROUP_BYTES: usize = 1 << 20;
/// Above this many keys the embedded engine was never tested.
const TESTED_KEYS: usize = 2_000_000;

pub(crate) struct Ledger<T> {
    tables: T,
    pub(crate) bodies: Bodies,
    dir: PathBuf,
    reserve: u64,
    /// Whoever holds it plans and commits; what it read cannot change before it has written.
    writer: Mutex<()>,
    /// Readers that gather keys from an index hold it shared, a commit alone: a row that moves in an index is met once.
    gate: RwLock<()>,
    /// The latest changes of findings, for readers with an index of their own.
    journal: Mutex<crate::notebook::Journal>,
    /// The first error of the engine or the disk. From then on memory and disk may differ, so nothing more is read or written.
    broken: OnceLock<String>,
    /// What a person should know of this opening, in Chinese.
    notices: Vec<String>,
    /// Keeps the lock file; given back after the engine has closed (fields are dropped in order).
    owner: crate::owner::Owner,
}

impl<T: Tables> Ledger<T> {
    pub(crate) fn new(
        tables: T,
        bodies: Bodies,
        dir: PathBuf,
        reserve: u64,
        owner: crate::owner::Owner,
    ) -> Self {
        Self {
            tables,
            bodies,
            dir,
            reserve,
            writer: Mutex::new(()),
            gate: RwLock::new(()),
            journal: Mutex::default(),
            broken: OnceLock::new(),
            notices: Vec::new(),
            owner,
        }
    }

    /// Remembers what a person should know of this opening, and says it once in the log.
    pub(crate) fn notice(&mut self, text: String) {
        tracing::warn!("{text}");
        self.notices.push(text);
    }

    pub(crate) fn tables(&self) -> &T {
        &self.tables
    }

    pub(crate) fn write_batch(&self, batch: &Batch) -> Result<()> {
        self.commit(batch, self.reserve / 4)?;
        self.flush()
    }

    /// Keeps every writer out until dropped.
    pub(crate) fn hold_writers(&self) -> Result<MutexGuard<'_, ()>> {
        self.begin_write()
    }

    fn count(&self, table: Table) -> Result<usize> {
        let mut rows = 0;
        self.tables.walk(table, &[], &mut |_, _| {
            rows += 1;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    fn interrupted(&self) -> StoreError {
        StoreError::Broken {
            dir: self.dir.clone(),
            cause: "另一个线程在写入时中断".into(),
        }
    }
}

impl<T: Tables> Store for Ledger<T> {
    fn begin_scan(&self, scan: &Scan) -> Result<()> {
        self.write(|batch| {
            let key = keys::scan(&scan.id);
            match self.value::<Scan>(Table::Scans, &key)? {
                Some(known) if known.finished.is_some() => {
                    Err(StoreError::FinishedScan(scan.id.clone()))
                }
                Some(_) => Ok(()),
                None => Self::put(batch, Table::Scans, key, scan),
            }
        })
    }

    fn save_scan(&self, scan: &Scan) -> Result<()> {
        self.write(|batch| Self::put(batch, Table::Scans, keys::scan(&scan.id), scan))
    }

    fn scan(&self, id: &str) -> Result<Option<Scan>> {
        self.value(Table::Scans, &keys::scan(id))
    }

    fn scans(&self) -> Result<Vec<Scan>> {
        let mut scans: Vec<Scan> = Vec::new();
        self.each_value(Table::Scans, &[], &mut |scan| {
            scans.push(scan);
            Ok(())
        })?;
        scans.sort_by(newest_first);
        Ok(scans)
    }

    fn record(&self, visits: &[Visit]) -> Result<()> {
        self.sound()?;
        let bodies: Vec<&Body> = visits.iter().filter_map(|v| v.body.as_ref()).collect();
        self.keep_bodies(&bodies)?;
        let turn = self.begin_write()?;
        let mut batch = Batch::default();
        for visit in visits {
            self.put_visit(&mut batch, visit)?;
            if batch.len() >= GROUP_ROWS || batch.bytes() >= GROUP_BYTES {
                self.commit(&std::mem::take(&mut batch), self.reserve)?;
            }
        }
        self.commit(&batch, self.reserve)?;
        drop(turn);
        self.flush()
    }

    fn each_entry(
        &self,
        scan: &str,
        channel: &str,
        each: &mut dyn FnMut(FrontierEntry),
    ) -> Result<()> {
        let prefix = keys::frontier_of_channel(scan, channel);
        self.each_value(Table::Frontier, &prefix, &mut |entry| {
            each(entry);
            Ok(())
        })
    }

    fn end_frontier(&self, scan: &str) -> Result<()> {
        let prefix = keys::frontier_of(scan);
        loop {
            let left = self.write(|batch| {
                self.tables.walk(Table::Frontier, &prefix, &mut |key, _| {
                    batch.remove(Table::Frontier, key.to_vec());
                    Ok(if batch.len() < GROUP_ROWS {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    })
                })?;
                Ok(batch.len())
            })?;
            if left < GROUP_ROWS {
                return Ok(());
            }
        }
    }

    fn page(&self, channel: &str, url: &str) -> Result<Option<PageRecord>> {
        self.value(Table::Pages, &keys::page(channel, url))
    }

    fn each_page(&self, channel: &str, each: &mut dyn FnMut(PageRecord)) -> Result<()> {
        self.each_value(Table::Pages, &keys::pages_of(channel), &mut |page| {
            each(page);
            Ok(())
        })
    }

    fn each_sketch(&self, channel: &str, each: &mut dyn FnMut(PageSketch)) -> Result<()> {
        self.each_value(Table::Pages, &keys::pages_of(channel), &mut |page| {
            each(page);
            Ok(())
        })
    }

    fn finding(&self, id: &str) -> Result<Option<Finding>> {
        match self.fingerprint_of(id)? {
            Some(fingerprint) => self.value(Table::Findings, &keys::finding(&fingerprint)),
            None => Ok(None),
        }
    }

    fn findings_of_page(&self, channel: &str, url: &str) -> Result<Vec<Finding>> {
        self.findings_under(&keys::page(channel, url))
    }

    fn findings_of_channel(&self, channel: &str) -> Result<Vec<Finding>> {
        self.findings_under(&keys::pages_of(channel))
    }

    fn each_finding(
        &self,
        filter: &FindingFilter,
        each: &mut dyn FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut fingerprints = Vec::new();
        for prefix in listing_prefixes(filter) {
            fingerprints.extend(self.gather(Table::Listing, &prefix, |key, words| {
                keys::read_listing(key)
                    .filter(|listed| may_pass(filter, listed, words))
                    .map(|listed| listed.fingerprint)
            })?);
        }
        for fingerprint in fingerprints {
            let finding = self.value::<Finding>(Table::Findings, &keys::finding(&fingerprint))?;
            let Some(finding) = finding.filter(|f| filter.admits(f)) else {
                continue;
            };
            if each(finding).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn decide(&self, decisions: &[Decision]) -> Result<Vec<Finding>> {
        self.write(|batch| self.put_decisions(batch, decisions))
    }

    fn decide_logged(&self, decisions: &[Decision], log: &str, text: &str) -> Result<Vec<Finding>> {
        self.write(|batch| {
            let decided = self.put_decisions(batch, decisions)?;
            self.put_entry(batch, log, text)?;
            Ok(decided)
        })
    }

    fn news(&self, mark: u64) -> Result<crate::News> {
        self.sound()?;
        Ok(self
            .journal
            .lock()
            .map_err(|_| self.interrupted())?
            .since(mark))
    }

    fn finding_of(&self, fingerprint: &str) -> Result<Option<Finding>> {
        self.value(Table::Findings, &keys::finding(fingerprint))
    }

    fn note(&self, kind: &str, key: &str) -> Result<Option<crate::Note>> {
        self.value(Table::Notes, &keys::note(kind, key))
    }

    fn notes(&self, kind: &str) -> Result<Vec<(String, crate::Note)>> {
        self.read_notes(kind)
    }

    fn put_note(
        &self,
        kind: &str,
        key: &str,
        version: u64,
        value: &serde_json::Value,
    ) -> Result<u64> {
        self.write(|batch| self.put_note_row(batch, kind, key, version, value))
    }

    fn remove_note(&self, kind: &str, key: &str) -> Result<bool> {
        self.write(|batch| self.remove_note_row(batch, kind, key))
    }

    fn append(&self, log: &str, text: &str) -> Result<crate::LogEntry> {
        self.write(|batch| self.put_entry(batch, log, text))
    }

    fn entries(&self, log: &str, from: u64, most: usize) -> Result<Vec<crate::LogEntry>> {
        self.read_entries(log, from, most)
    }

    fn keep_body(&self, bytes: &[u8]) -> Result<String> {
        self.sound()?;
        let body = Body::pack(bytes).map_err(StoreError::Packing)?;
        self.keep_bodies(&[&body])?;
        Ok(body.name().to_owned())
    }

    fn body(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        self.bodies.read(hash)
    }

    fn has_body(&self, hash: &str) -> bool {
        self.bodies.has(hash)
    }

    fn stats(&self) -> Result<Stats> {
        self.sound()?;
        let bodies = self.bodies.count();
        let mut stats = Stats {
            scans: self.count(Table::Scans)?,
            pages: self.count(Table::Pages)?,
            findings: self.count(Table::Findings)?,
            frontier: self.count(Table::Frontier)?,
            bodies: bodies.files,
            body_bytes: bodies.bytes,
            row_bytes: self.tables.size()?,
            notices: self.notices.clone(),
        };
        stats.notices.extend(bodies.notice());
        let keys = stats.pages + stats.frontier + 3 * stats.findings;
        if keys > TESTED_KEYS {
            stats.notices.push(format!(
                "已有约 {} 万条记录，超过嵌入式存储经测试的规模（{} 万条）；请考虑按地区分开数据目录",
                keys / 10_000,
                TESTED_KEYS / 10_000
            ));
        }
        Ok(stats)
    }

    fn check(&self, repair: bool) -> Result<Report> {
        check::check(self, repair)
    }

    fn export(&self, to: &mut dyn Write) -> Result<Transferred> {
        self.sound()?;
        export::export(self, to)
    }

    fn announce(&self, socket: &std::path::Path) -> Result<()> {
        self.owner.announce(socket)
    }
}

/// An entry that was visited is queued again only with a moment to look again: two pages may report the same link.
pub(crate) fn stays_done(stored: &FrontierEntry, entry: &FrontierEntry) -> bool {
    stored.done && !entry.done && entry.not_before.is_none()
}

pub(crate) fn newest_first(a: &Scan, b: &Scan) -> std::cmp::Ordering {
    (b.started, &b.id).cmp(&(a.started, &a.id))
}
