//! The store without a disk: for tests, and the plain statement of what every backend must do.

use crate::bodies::unpack;
use crate::ledger::{newest_first, stays_done};
use crate::notebook::Journal;
use crate::{
    LogEntry, News, Note, Report, Result, Stats, Store, StoreError, Transferred, export, keys,
    succession,
};
use duwang_model::{
    Body, Decision, Finding, FindingFilter, FrontierEntry, PageRecord, PageSketch, Scan, Visit,
};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Everything in maps behind one lock.
#[derive(Debug, Default)]
pub struct Memory {
    rows: RwLock<Rows>,
    journal: Mutex<Journal>,
}

#[derive(Debug, Default, Clone)]
struct Rows {
    scans: BTreeMap<String, Scan>,
    frontier: BTreeMap<(String, String, String), FrontierEntry>,
    pages: BTreeMap<(String, String), PageRecord>,
    findings: BTreeMap<String, Finding>,
    bodies: BTreeMap<String, Body>,
    notes: BTreeMap<(String, String), Note>,
    logs: BTreeMap<String, Vec<LogEntry>>,
}

impl Memory {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Rows> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self, fingerprints: impl IntoIterator<Item = String>) {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        for fingerprint in fingerprints {
            journal.add(&fingerprint);
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, Rows> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    fn resolve(&self, given: &str) -> Result<Option<&Finding>> {
        let given = given.trim().to_ascii_lowercase();
        let all = || self.findings.values();
        if let Some(exact) = all().find(|f| f.id == given || f.fingerprint == given) {
            return Ok(Some(exact));
        }
        let fits: Vec<&Finding> = all()
            .filter(|f| given.len() >= 4 && f.fingerprint.starts_with(&given))
            .collect();
        match fits.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(StoreError::Ambiguous {
                given,
                candidates: fits.iter().take(10).map(|f| f.id.clone()).collect(),
            }),
        }
    }

    fn append(&mut self, log: &str, text: &str) -> LogEntry {
        let entries = self.logs.entry(log.to_owned()).or_default();
        let entry = LogEntry::after(log, entries.last(), text);
        entries.push(entry.clone());
        entry
    }

    fn record_finding(&mut self, judged: &Finding) {
        let mut finding = judged.clone();
        match self.findings.get(&finding.fingerprint) {
            Some(stored) => finding.keep_decisions_of(stored),
            None => finding.id = self.free_id(&finding.fingerprint),
        }
        self.findings.insert(finding.fingerprint.clone(), finding);
    }

    fn supersede(&mut self, fingerprint: &str, visit: &Visit) {
        let Some(gone) = self.findings.get(fingerprint).cloned() else {
            return;
        };
        let heirs: Vec<Finding> = visit
            .changes
            .iter()
            .filter_map(|(_, f)| self.findings.get(&f.fingerprint).cloned())
            .collect();
        if let Some(heir) = succession::heir(&gone, &heirs) {
            let mut heir = heir.clone();
            succession::inherit(&mut heir, &gone);
            self.findings.insert(heir.fingerprint.clone(), heir);
        } else if !gone.decisions.is_empty() {
            return;
        }
        self.findings.remove(fingerprint);
    }

    fn free_id(&self, fingerprint: &str) -> String {
        (12..fingerprint.len())
            .filter_map(|end| fingerprint.get(..end))
            .find(|id| !self.findings.keys().any(|other| other.starts_with(id)))
            .unwrap_or(fingerprint)
            .to_owned()
    }

    fn record_frontier(&mut self, entry: &FrontierEntry) {
        let key = (entry.scan.clone(), entry.channel.clone(), entry.url.clone());
        let stored = self.frontier.get(&key);
        if !stored.is_some_and(|stored| stays_done(stored, entry)) {
            self.frontier.insert(key, entry.clone());
        }
    }

    fn decide(&mut self, decisions: &[Decision]) -> Result<Vec<Finding>> {
        let mut decided = Vec::new();
        for decision in decisions {
            if decision.by.trim().is_empty() {
                return Err(StoreError::Unsigned(decision.finding.clone()));
            }
            let unknown = || StoreError::UnknownFinding(decision.finding.clone());
            let mut finding = self
                .resolve(&decision.finding)?
                .ok_or_else(unknown)?
                .clone();
            finding.decide(Decision {
                finding: finding.id.clone(),
                ..decision.clone()
            });
            decided.push(finding.fingerprint.clone());
            self.findings.insert(finding.fingerprint.clone(), finding);
        }
        Ok(decided
            .iter()
            .filter_map(|f| self.findings.get(f).cloned())
            .collect())
    }
}

impl Store for Memory {
    fn begin_scan(&self, scan: &Scan) -> Result<()> {
        let mut rows = self.write();
        match rows.scans.get(&scan.id) {
            Some(known) if known.finished.is_some() => {
                return Err(StoreError::FinishedScan(scan.id.clone()));
            }
            Some(_) => {}
            None => {
                rows.scans.insert(scan.id.clone(), scan.clone());
            }
        }
        Ok(())
    }

    fn save_scan(&self, scan: &Scan) -> Result<()> {
        self.write().scans.insert(scan.id.clone(), scan.clone());
        Ok(())
    }

    fn scan(&self, id: &str) -> Result<Option<Scan>> {
        Ok(self.read().scans.get(id).cloned())
    }

    fn scans(&self) -> Result<Vec<Scan>> {
        let mut scans: Vec<Scan> = self.read().scans.values().cloned().collect();
        scans.sort_by(newest_first);
        Ok(scans)
    }

    fn record(&self, visits: &[Visit]) -> Result<()> {
        let mut rows = self.write();
        for visit in visits {
            if let Some(body) = &visit.body {
                rows.bodies.insert(body.name().to_owned(), body.clone());
            }
            if let Some(page) = &visit.page {
                let key = (page.channel.clone(), page.url.clone());
                rows.pages.insert(key, page.clone());
            }
            for (_, finding) in &visit.changes {
                rows.record_finding(finding);
            }
            for fingerprint in &visit.superseded {
                rows.supersede(fingerprint, visit);
            }
            for entry in &visit.frontier {
                rows.record_frontier(entry);
            }
        }
        let changed = visits.iter().flat_map(|v| {
            let written = v.changes.iter().map(|(_, f)| f.fingerprint.clone());
            written.chain(v.superseded.iter().cloned())
        });
        self.told(changed);
        Ok(())
    }

    fn each_entry(
        &self,
        scan: &str,
        channel: &str,
        each: &mut dyn FnMut(FrontierEntry),
    ) -> Result<()> {
        let is_asked = |e: &&FrontierEntry| e.scan == scan && e.channel == channel;
        let rows = self.read();
        let entries: Vec<FrontierEntry> =
            rows.frontier.values().filter(is_asked).cloned().collect();
        drop(rows); // whoever looks may write
        entries.into_iter().for_each(each);
        Ok(())
    }

    fn end_frontier(&self, scan: &str) -> Result<()> {
        self.write().frontier.retain(|_, e| e.scan != scan);
        Ok(())
    }

    fn page(&self, channel: &str, url: &str) -> Result<Option<PageRecord>> {
        let key = (channel.to_owned(), url.to_owned());
        Ok(self.read().pages.get(&key).cloned())
    }

    fn each_page(&self, channel: &str, each: &mut dyn FnMut(PageRecord)) -> Result<()> {
        let pages: Vec<PageRecord> = self
            .read()
            .pages
            .values()
            .filter(|p| p.channel == channel)
            .cloned()
            .collect();
        pages.into_iter().for_each(each);
        Ok(())
    }

    fn each_sketch(&self, channel: &str, each: &mut dyn FnMut(PageSketch)) -> Result<()> {
        self.each_page(channel, &mut |page| each(page.into()))
    }

    fn finding(&self, id: &str) -> Result<Option<Finding>> {
        Ok(self.read().resolve(id)?.cloned())
    }

    fn findings_of_page(&self, channel: &str, url: &str) -> Result<Vec<Finding>> {
        let mut findings = self.findings_of_channel(channel)?;
        findings.retain(|f| f.url() == url);
        Ok(findings)
    }

    fn findings_of_channel(&self, channel: &str) -> Result<Vec<Finding>> {
        let mut findings: Vec<Finding> = self
            .read()
            .findings
            .values()
            .filter(|f| f.channel == channel)
            .cloned()
            .collect();
        findings.sort_by(|a, b| (a.url(), &a.fingerprint).cmp(&(b.url(), &b.fingerprint)));
        Ok(findings)
    }

    fn each_finding(
        &self,
        filter: &FindingFilter,
        each: &mut dyn FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut findings: Vec<Finding> = self
            .read()
            .findings
            .values()
            .filter(|f| filter.admits(f))
            .cloned()
            .collect();
        findings.sort_by(|a, b| listing_order(a).cmp(&listing_order(b)));
        let _ = findings.into_iter().try_for_each(each);
        Ok(())
    }

    fn decide(&self, decisions: &[Decision]) -> Result<Vec<Finding>> {
        let mut rows = self.write();
        let mut next = rows.clone(); // all or nothing
        let decided = next.decide(decisions)?;
        *rows = next;
        self.told(decided.iter().map(|f| f.fingerprint.clone()));
        Ok(decided)
    }

    fn decide_logged(&self, decisions: &[Decision], log: &str, text: &str) -> Result<Vec<Finding>> {
        let mut rows = self.write();
        let mut next = rows.clone();
        let decided = next.decide(decisions)?;
        next.append(log, text);
        *rows = next;
        self.told(decided.iter().map(|f| f.fingerprint.clone()));
        Ok(decided)
    }

    fn news(&self, mark: u64) -> Result<News> {
        let _whole = self.read(); // what is told was written
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(journal.since(mark))
    }

    fn note(&self, kind: &str, key: &str) -> Result<Option<Note>> {
        let key = (kind.to_owned(), key.to_owned());
        Ok(self.read().notes.get(&key).cloned())
    }

    fn notes(&self, kind: &str) -> Result<Vec<(String, Note)>> {
        let rows = self.read();
        let of_kind = rows.notes.iter().filter(|((k, _), _)| k == kind);
        Ok(of_kind
            .map(|((_, key), note)| (key.clone(), note.clone()))
            .collect())
    }

    fn put_note(
        &self,
        kind: &str,
        key: &str,
        version: u64,
        value: &serde_json::Value,
    ) -> Result<u64> {
        let mut rows = self.write();
        let at = (kind.to_owned(), key.to_owned());
        if rows.notes.get(&at).map_or(0, |n| n.version) != version {
            return Err(StoreError::Stale {
                kind: at.0,
                key: at.1,
            });
        }
        let note = Note {
            version: version + 1,
            value: value.clone(),
        };
        rows.notes.insert(at, note);
        Ok(version + 1)
    }

    fn remove_note(&self, kind: &str, key: &str) -> Result<bool> {
        let key = (kind.to_owned(), key.to_owned());
        Ok(self.write().notes.remove(&key).is_some())
    }

    fn append(&self, log: &str, text: &str) -> Result<LogEntry> {
        Ok(self.write().append(log, text))
    }

    fn entries(&self, log: &str, from: u64, most: usize) -> Result<Vec<LogEntry>> {
        let rows = self.read();
        let entries = rows.logs.get(log).map(Vec::as_slice).unwrap_or_default();
        let skip = usize::try_from(from.max(1) - 1).unwrap_or(usize::MAX);
        Ok(entries.iter().skip(skip).take(most).cloned().collect())
    }

    fn keep_body(&self, bytes: &[u8]) -> Result<String> {
        let body = Body::pack(bytes).map_err(StoreError::Packing)?;
        let name = body.name().to_owned();
        self.write().bodies.insert(name.clone(), body);
        Ok(name)
    }

    fn body(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        let rows = self.read();
        let damaged = |detail| StoreError::DamagedBody {
            file: hash.into(),
            detail,
        };
        let unpacked = rows.bodies.get(hash).map(|b| unpack(b.packed()));
        unpacked.transpose().map_err(damaged)
    }

    fn stats(&self) -> Result<Stats> {
        let rows = self.read();
        Ok(Stats {
            scans: rows.scans.len(),
            pages: rows.pages.len(),
            findings: rows.findings.len(),
            frontier: rows.frontier.len(),
            bodies: rows.bodies.len(),
            body_bytes: rows.bodies.values().map(|b| b.packed().len() as u64).sum(),
            row_bytes: 0,
            notices: Vec::new(),
        })
    }

    fn check(&self, repair: bool) -> Result<Report> {
        let rows = self.read();
        let mut report = Report {
            rows: rows.scans.len()
                + rows.pages.len()
                + rows.findings.len()
                + rows.frontier.len()
                + rows.notes.len()
                + rows.logs.values().map(Vec::len).sum::<usize>(),
            repaired: repair,
            ..Report::default()
        };
        let named_by_pages = rows
            .pages
            .values()
            .filter_map(|p| Some((p.url.as_str(), p.snapshot.as_ref()?)));
        let named_by_findings = rows.findings.values().map(|f| (f.url(), &f.snapshot.hash));
        for (url, hash) in named_by_pages.chain(named_by_findings) {
            if !hash.is_empty() && !rows.bodies.contains_key(hash) {
                report.missing_body(url, hash);
            }
        }
        Ok(report)
    }

    fn export(&self, to: &mut dyn Write) -> Result<Transferred> {
        let rows = self.read();
        let mut out = export::export_rows(
            to,
            rows.scans.values(),
            rows.pages.values(),
            rows.findings.values(),
            rows.frontier.values(),
        )?;
        for ((kind, key), note) in &rows.notes {
            out.note(kind, key, note)?;
        }
        for (log, entries) in &rows.logs {
            for entry in entries {
                out.entry(log, entry)?;
            }
        }
        out.close()
    }
}

fn listing_order(f: &Finding) -> (&str, &str, &str, &str, u64, &str) {
    (
        &f.unit,
        &f.channel,
        &f.hit.rule,
        f.url(),
        keys::start(f),
        &f.fingerprint,
    )
}
