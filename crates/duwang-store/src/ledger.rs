//! [`Store`] over an embedded engine: which rows and index rows a call reads and writes.
//!
//! One writer at a time plans a batch from what is stored and commits it whole. Findings live under their fingerprint; two indexes
//! (`by_page`, `listing`) are written in the same transaction as the row they point at and can be made anew from the rows.

use crate::bodies::{self, Bodies};
use crate::tables::{Batch, Table, Tables};
use crate::{
    Report, Result, Stats, Store, StoreError, Transferred, check, disk, export, keys, row,
    succession,
};
use duwang_model::{
    Decision, Finding, FindingFilter, FrontierEntry, PageRecord, Scan, State, Visit,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, RwLock};

/// A transaction ends at this many rows or bytes: large ones hold the readers up.
const GROUP_ROWS: usize = 2_000;
const GROUP_BYTES: usize = 1 << 20;
/// Ids are at least this long, and shortened ids too.
const SHORTEST_ID: usize = 12;
const SHORTEST_PREFIX: usize = 4;
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

    // Reading.

    fn sound(&self) -> Result<()> {
        match self.broken.get() {
            Some(cause) => Err(StoreError::Broken {
                dir: self.dir.clone(),
                cause: cause.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Remembers an error that ends the life of this opened store.
    fn fatal<R>(&self, result: Result<R>) -> Result<R> {
        if let Err(error) = &result {
            let _ = self.broken.set(error.to_string());
        }
        result
    }

    fn value<V: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<V>> {
        self.sound()?;
        match self.tables.get(table, key)? {
            Some(row) => row::decode(table.name(), key, &row).map(Some),
            None => Ok(None),
        }
    }

    /// The value as the batch will leave it.
    fn value_after<V: DeserializeOwned>(
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

    fn each_value<V: DeserializeOwned>(
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
    fn gather<K>(
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

    fn findings_under(&self, prefix: &[u8]) -> Result<Vec<Finding>> {
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
    fn fingerprint_of(&self, given: &str) -> Result<Option<String>> {
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
    fn fingerprints_from(&self, prefix: &str) -> Result<Vec<String>> {
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

    // Writing.

    fn begin_write(&self) -> Result<MutexGuard<'_, ()>> {
        self.sound()?;
        self.writer.lock().map_err(|_| self.interrupted())
    }

    fn commit(&self, batch: &Batch, reserve: u64) -> Result<()> {
        if batch.len() == 0 {
            return Ok(());
        }
        disk::want_room(&self.dir, reserve, batch.bytes() as u64)?;
        let _alone = self.gate.write().map_err(|_| self.interrupted())?;
        self.fatal(self.tables.commit(batch))
    }

    /// Makes everything committed durable; only then may a call be acknowledged.
    fn flush(&self) -> Result<()> {
        self.sound()?;
        self.fatal(self.tables.flush())
    }

    /// A whole small write: plan, commit, flush.
    fn write<R>(&self, plan: impl FnOnce(&mut Batch) -> Result<R>) -> Result<R> {
        let turn = self.begin_write()?;
        let mut batch = Batch::default();
        let result = plan(&mut batch)?;
        // People's work goes on for a while after crawling has stopped for want of room.
        self.commit(&batch, self.reserve / 4)?;
        drop(turn);
        self.flush()?;
        Ok(result)
    }

    fn put<V: Serialize>(batch: &mut Batch, table: Table, key: Vec<u8>, value: &V) -> Result<()> {
        let row = row::encode(&key, value)?;
        batch.put(table, key, row);
        Ok(())
    }

    fn put_visit(&self, batch: &mut Batch, visit: &Visit) -> Result<()> {
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
    fn supersede(&self, batch: &mut Batch, fingerprint: &str, visit: &Visit) -> Result<()> {
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

    fn put_frontier(&self, batch: &mut Batch, entry: &FrontierEntry) -> Result<()> {
        let key = keys::frontier(&entry.scan, &entry.channel, &entry.url);
        if let Some(stored) = self.value_after::<FrontierEntry>(batch, Table::Frontier, &key)?
            && stays_done(&stored, entry)
        {
            return Ok(());
        }
        Self::put(batch, Table::Frontier, key, entry)
    }

    fn put_finding(&self, batch: &mut Batch, judged: &Finding) -> Result<()> {
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
    fn replace_finding(
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
    fn free_id(&self, batch: &Batch, fingerprint: &str) -> Result<String> {
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

    // What check.rs and export.rs need.

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
        let bodies: Vec<(&str, &[u8])> = visits
            .iter()
            .filter_map(|v| v.body.as_ref())
            .map(|(name, bytes)| (name.as_str(), bytes.as_ref()))
            .collect();
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

    fn frontier(&self, scan: &str, channel: &str) -> Result<Vec<FrontierEntry>> {
        let mut entries = Vec::new();
        let prefix = keys::frontier_of_channel(scan, channel);
        self.each_value(Table::Frontier, &prefix, &mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        Ok(entries)
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
        self.write(|batch| {
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
        })
    }

    fn keep_body(&self, bytes: &[u8]) -> Result<String> {
        self.sound()?;
        let name = bodies::name_of(bytes);
        self.keep_bodies(&[(&name, bytes)])?;
        Ok(name)
    }

    fn body(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        self.bodies.read(hash)
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

impl<T: Tables> Ledger<T> {
    fn keep_bodies(&self, bodies: &[(&str, &[u8])]) -> Result<()> {
        let bytes: u64 = bodies.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        if bytes == 0 && bodies.is_empty() {
            return Ok(());
        }
        disk::want_room(&self.dir, self.reserve, bytes)?;
        match self.bodies.keep(bodies) {
            Err(e @ StoreError::WrongBody { .. }) => Err(e), // the caller's slip; nothing was written
            result => self.fatal(result),
        }
    }
}

/// An entry that was visited is queued again only with a moment to look again: two pages may report the same link.
pub(crate) fn stays_done(stored: &FrontierEntry, entry: &FrontierEntry) -> bool {
    stored.done && !entry.done && entry.not_before.is_none()
}

pub(crate) fn newest_first(a: &Scan, b: &Scan) -> std::cmp::Ordering {
    (b.started, &b.id).cmp(&(a.started, &a.id))
}

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
fn may_pass(filter: &FindingFilter, listed: &keys::Listed, words: &[u8]) -> bool {
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
fn listing_prefixes(filter: &FindingFilter) -> Vec<Vec<u8>> {
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
