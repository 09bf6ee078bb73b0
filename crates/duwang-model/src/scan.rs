//! One run over chosen channels, and the steps that make it resumable.

use crate::words::words;
use crate::{Body, Changes, ChannelCoverage, Controls, PageRecord};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// How much a scan reads.
    Mode {
        /// Lists, new and changed pages, pages with live findings, and what is due by the rolling schedule.
        Incremental = "incremental", "增量";
        /// Everything.
        Full = "full", "全量";
        /// A reproducible spot check.
        Sample = "sample", "抽查";
        /// New entries of watched columns, read as they appear.
        Watch = "watch", "盯栏目";
        /// What units say they have mended, and nothing else: it proves claims and says nothing of the rest.
        Proof = "proof", "核实";
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// `20260923-210000-ab12`: start in Asia/Shanghai and a short hash.
    pub id: String,
    /// How much it reads.
    pub mode: Mode,
    /// Pages per channel in a sample.
    pub sample: Option<usize>,
    /// Seed of a sample.
    pub seed: u64,
    /// Channel ids it covers, sorted.
    pub channels: Vec<String>,
    /// Start.
    pub started: DateTime<Utc>,
    /// End; `None` while running or after a crash: then the same command resumes it.
    pub finished: Option<DateTime<Utc>>,
    /// Version of all rules it judged by.
    pub rules: String,
    /// The summary, once finished.
    pub summary: Option<ScanSummary>,
}

impl Scan {
    /// Whether it read what it covers as a whole, so that it may stand for the state of its channels: what was read of a few watched columns
    /// or of single pages says nothing about the rest.
    pub fn is_reading(&self) -> bool {
        !matches!(self.mode, Mode::Watch | Mode::Proof)
    }
}

/// Totals of one scan: the last line of `scan --format json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScanSummary {
    /// Scan id.
    pub scan: String,
    /// `incremental`, `full` or `sample`.
    pub mode: String,
    /// Pages visited.
    pub pages: usize,
    /// Decoded body bytes received.
    pub bytes: u64,
    /// Requests sent.
    pub requests: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Findings by what happened to them.
    pub findings: FindingCounts,
    /// Coverage of each channel.
    pub channels: Vec<ChannelCoverage>,
    /// What the run missed of what is known to be there; `None` in runs that were not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controls: Option<Controls>,
}

/// Counts of findings by what happened to them in one scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingCounts {
    /// Seen for the first time.
    pub new: usize,
    /// Seen again.
    pub persisting: usize,
    /// Proved gone.
    pub fixed: usize,
    /// Back again.
    pub reopened: usize,
}

/// One URL a scan wants to visit. Written before it is visited, so that a killed scan goes on where it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrontierEntry {
    /// Scan id.
    pub scan: String,
    /// Channel id.
    pub channel: String,
    /// Normalised URL.
    pub url: String,
    /// What the visit is for, as a word of the crawler (`list`, `page`, `attachment`, `check`…) with its own arguments.
    pub purpose: String,
    /// Links away from the entry.
    pub depth: u16,
    /// Not before this moment (a second look at a failed link).
    pub not_before: Option<DateTime<Utc>>,
    /// Whether it was visited; kept until the scan ends, so that nothing is queued twice.
    pub done: bool,
}

/// Everything one page visit changes; stored in one transaction.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// The page's new record.
    pub page: Option<PageRecord>,
    /// Findings to write.
    pub changes: Changes,
    /// URLs found that were not in the frontier, and the visited entry marked done.
    pub frontier: Vec<FrontierEntry>,
    /// Fingerprints whose history goes on in another finding of this visit (a moved page): their rows are removed.
    pub superseded: Vec<String>,
    /// Body to keep.
    pub body: Option<Body>,
}

/// Progress of a scan, for the counters of a resumed one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Pages, bytes and requests so far.
    pub summary: ScanSummary,
}
