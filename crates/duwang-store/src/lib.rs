//! What was seen, found and decided: scans, pages, findings, decisions and the bodies that prove them.
//!
//! ```text
//! Visit ──▶ bodies.rs      bodies as files named by their sha256      durable first
//!       └─▶ ledger.rs      rows and their indexes, one transaction    durable second, then acknowledged
//!             └─ sled.rs   the embedded engine (the only file that knows sled)
//! postgres/                the shared engine: many processes, one database
//! memory.rs                the same promises without a disk, for tests
//! contract/                those promises as functions, run by every backend
//! ```
//! Start with [`Store`]. All calls block: call them from blocking threads, never on an async pool. Any write error of an
//! embedded engine ends the life of the opened store ([`StoreError::Broken`] from then on): open it again to find out what really is on disk.

mod acknowledged;
mod bodies;
mod check;
#[cfg(feature = "contract")]
pub mod cluster;
#[cfg(feature = "contract")]
pub mod contract;
mod disk;
mod error;
mod export;
mod keys;
mod ledger;
mod memory;
mod notebook;
mod open;
mod owner;
pub mod postgres;
mod row;
mod sled;
mod succession;
mod tables;
mod tally;

pub use check::Report;
pub use duwang_model::body_name;
pub use error::StoreError;
pub use export::{EXPORT_FORMAT, Transferred, for_older_program, import};
pub use memory::Memory;
pub use notebook::{LogEntry, News, Note};
pub use open::{OpenOptions, is_shared, open, open_with};
pub use postgres::{Fence, Postgres};

use duwang_model::{
    Decision, Finding, FindingFilter, FrontierEntry, PageRecord, PageSketch, Scan, Visit,
};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

/// What a store call gives.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The memory of duwang. Everything a call acknowledged survives a killed process and a lost power supply.
pub trait Store: Send + Sync {
    /// Writes a scan that starts. Beginning the same unfinished scan again (a resumed one) changes nothing; a finished one is never
    /// begun again.
    fn begin_scan(&self, scan: &Scan) -> Result<()>;
    /// Writes a scan as it stands.
    fn save_scan(&self, scan: &Scan) -> Result<()>;
    /// One scan.
    fn scan(&self, id: &str) -> Result<Option<Scan>>;
    /// Every scan, newest first.
    fn scans(&self) -> Result<Vec<Scan>>;

    /// Writes everything these visits change; durable when it returns. Each visit is written whole or not at all. Decisions people
    /// took meanwhile stay, also those on a superseded finding; a done frontier entry is made undone only by one with a moment to
    /// look again (`not_before`).
    fn record(&self, visits: &[Visit]) -> Result<()>;

    /// Every frontier entry of a channel in a scan, done ones too, by URL.
    fn frontier(&self, scan: &str, channel: &str) -> Result<Vec<FrontierEntry>> {
        let mut entries = Vec::new();
        self.each_entry(scan, channel, &mut |entry| entries.push(entry))?;
        Ok(entries)
    }
    /// The same one by one.
    fn each_entry(
        &self,
        scan: &str,
        channel: &str,
        each: &mut dyn FnMut(FrontierEntry),
    ) -> Result<()>;
    /// Drops the frontier of a scan that has ended.
    fn end_frontier(&self, scan: &str) -> Result<()>;

    /// What is remembered of a page.
    fn page(&self, channel: &str, url: &str) -> Result<Option<PageRecord>>;
    /// Every page of a channel, by URL. Pages may be recorded while this runs.
    fn each_page(&self, channel: &str, each: &mut dyn FnMut(PageRecord)) -> Result<()>;
    /// The same pages in the same order, of each only what is added up over a channel: quicker, and in less room.
    fn each_sketch(&self, channel: &str, each: &mut dyn FnMut(PageSketch)) -> Result<()>;

    /// The finding with this id or fingerprint, or the only one whose fingerprint starts with it (at least four characters).
    fn finding(&self, id: &str) -> Result<Option<Finding>>;
    /// Findings whose subject has this URL: the page's own, and a column's or channel's kept at the same address.
    fn findings_of_page(&self, channel: &str, url: &str) -> Result<Vec<Finding>>;
    /// Every finding of a channel.
    fn findings_of_channel(&self, channel: &str) -> Result<Vec<Finding>>;
    /// Findings that pass the filter, sorted by unit, channel, rule, URL and start.
    fn findings(&self, filter: &FindingFilter) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        self.each_finding(filter, &mut |finding| {
            found.push(finding);
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }
    /// The same one by one and in the same order, until told to stop, for lists that need not stand in memory.
    fn each_finding(
        &self,
        filter: &FindingFilter,
        each: &mut dyn FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<()>;

    /// Appends and applies all these decisions, or none; durable when it returns. Gives the decided finding for each decision, in
    /// the same order. An id may be shortened as for [`Store::finding`].
    fn decide(&self, decisions: &[Decision]) -> Result<Vec<Finding>>;

    /// [`Store::decide`] and [`Store::append`] in one: either the decisions stand and the log says so, or neither.
    fn decide_logged(&self, decisions: &[Decision], log: &str, text: &str) -> Result<Vec<Finding>>;

    /// What changed in the findings since `mark` (0: from the beginning), for readers that keep an index of their own. Marks are
    /// only good for one opened store. The default always says: read everything anew.
    fn news(&self, mark: u64) -> Result<News> {
        let _ = mark;
        Ok(News {
            mark: 0,
            changed: None,
        })
    }
    /// The finding with exactly this fingerprint.
    fn finding_of(&self, fingerprint: &str) -> Result<Option<Finding>> {
        Ok(self
            .finding(fingerprint)?
            .filter(|f| f.fingerprint == fingerprint))
    }

    /// The document of a kind under a key.
    fn note(&self, kind: &str, key: &str) -> Result<Option<Note>>;
    /// Every document of a kind with its key, by key.
    fn notes(&self, kind: &str) -> Result<Vec<(String, Note)>>;
    /// Writes a document when it still has the version that was read (0: it is not there yet), else [`StoreError::Stale`]; durable
    /// when it returns. Gives the new version.
    fn put_note(
        &self,
        kind: &str,
        key: &str,
        version: u64,
        value: &serde_json::Value,
    ) -> Result<u64>;
    /// Removes a document; whether there was one.
    fn remove_note(&self, kind: &str, key: &str) -> Result<bool>;

    /// Adds an entry to the end of a log, chained to the one before it; durable when it returns.
    fn append(&self, log: &str, text: &str) -> Result<LogEntry>;
    /// Entries of a log from a number on, at most `most`, in order.
    fn entries(&self, log: &str, from: u64, most: usize) -> Result<Vec<LogEntry>>;

    /// Keeps a body and gives its name, `sha256:…`; durable when it returns.
    fn keep_body(&self, bytes: &[u8]) -> Result<String>;
    /// The body of that name, proved to be unchanged.
    fn body(&self, hash: &str) -> Result<Option<Vec<u8>>>;
    /// Whether a body of that name is kept; its content is not looked at.
    fn has_body(&self, hash: &str) -> bool {
        matches!(self.body(hash), Ok(Some(_)))
    }

    /// What is in it.
    fn stats(&self) -> Result<Stats>;
    /// Reads every row, compares the indexes with the rows and looks for missing bodies. With `repair`, damaged rows are put aside
    /// and indexes made anew from the rows.
    fn check(&self, repair: bool) -> Result<Report>;
    /// Writes every row as a JSON line, closed by a line with their number and hash. Bodies are files and are copied as such.
    fn export(&self, to: &mut dyn Write) -> Result<Transferred>;
    /// Tells other processes on which socket the owner of this store can be asked.
    fn announce(&self, socket: &Path) -> Result<()> {
        let _ = socket;
        Ok(())
    }
    /// The shared store behind this one, for the work queue that lives on the same database; `None` for embedded stores.
    fn as_postgres(&self) -> Option<&Postgres> {
        None
    }
}

/// What is in a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    /// Scans.
    pub scans: usize,
    /// Pages.
    pub pages: usize,
    /// Findings.
    pub findings: usize,
    /// Frontier entries of unfinished scans.
    pub frontier: usize,
    /// Distinct bodies.
    pub bodies: usize,
    /// Bytes of the body files on disk.
    pub body_bytes: u64,
    /// Bytes of the rows on disk.
    pub row_bytes: u64,
    /// What a person should know: repairs on opening, sizes near what was tested; in Chinese.
    pub notices: Vec<String>,
}
