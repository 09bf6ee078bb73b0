//! What became of every run, and where each schedule stands.

use chrono::{DateTime, Utc};
use duwang_model::ScanSummary;
use duwang_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// Kind of the notes, and name of the log.
const KIND: &str = "schedule";
const LOG: &str = "runs";
/// Tries to write a note that another thread writes too.
const TRIES: usize = 20;

/// Where a schedule stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Everything planned up to here has been dealt with.
    pub(super) handled: Option<DateTime<Utc>>,
    /// Who is carrying out a run.
    pub(super) holder: Option<Holder>,
}

/// A run that is going on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Holder {
    /// Process id, to look at.
    pid: u32,
    /// Its latest sign of life.
    pub(super) beat: DateTime<Utc>,
}

impl Holder {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self {
            pid: std::process::id(),
            beat: now,
        }
    }
}

impl State {
    pub(super) fn since(now: DateTime<Utc>) -> Self {
        Self {
            handled: Some(now),
            holder: None,
        }
    }

    /// The state and the version it was read at.
    pub(super) fn read(store: &dyn Store, id: &str) -> anyhow::Result<(u64, Self)> {
        Ok(match store.note(KIND, id)? {
            Some(note) => (note.version, serde_json::from_value(note.value)?),
            None => (0, Self::default()),
        })
    }

    pub(super) fn write(
        &self,
        store: &dyn Store,
        id: &str,
        version: u64,
    ) -> Result<(), StoreError> {
        let value = serde_json::to_value(self).unwrap_or_default();
        store.put_note(KIND, id, version, &value).map(drop)
    }
}

/// Changes a state that others may be changing, too.
fn change(store: &dyn Store, id: &str, change: impl Fn(&mut State)) -> anyhow::Result<()> {
    for _ in 0..TRIES {
        let (version, mut state) = State::read(store, id)?;
        change(&mut state);
        match state.write(store, id, version) {
            Err(StoreError::Stale { .. }) => {}
            done => return Ok(done?),
        }
    }
    anyhow::bail!("计划“{id}”的状态一直被别的进程改写")
}

pub(super) fn beat(store: &dyn Store, id: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
    change(store, id, |state| {
        if let Some(holder) = &mut state.holder {
            holder.beat = now;
        }
    })
}

pub(super) fn release(store: &dyn Store, id: &str) -> anyhow::Result<()> {
    change(store, id, |state| state.holder = None)
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fate {
    /// To its end.
    Done,
    /// To its end, but some channel could not be read.
    Partly,
    /// The process was asked to stop; the next run goes on with the same scan.
    Stopped,
    /// It failed.
    Failed,
    /// It was not started: the one before was still going on.
    Overlapped,
    /// It was not started: it was due while nobody was there, too long ago to make up for.
    Missed,
}

impl Fate {
    /// The word shown to people.
    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Done => "已完成",
            Self::Partly => "已完成，有渠道没读到",
            Self::Stopped => "中途停止，下次接着读",
            Self::Failed => "失败",
            Self::Overlapped => "上一次还没做完，跳过",
            Self::Missed => "错过太久，不再补",
        }
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The schedule.
    pub(crate) schedule: String,
    /// What it was planned for.
    pub(crate) planned: DateTime<Utc>,
    /// When it really began.
    pub(crate) began: DateTime<Utc>,
    /// When it ended.
    pub(crate) ended: DateTime<Utc>,
    /// How.
    pub(crate) fate: Fate,
    /// Runs missed before it that are not made up for.
    pub(crate) missed: usize,
    /// The scan it was.
    pub(crate) scan: Option<String>,
    /// Pages read, findings new; or why it failed.
    pub(crate) detail: String,
}

impl Entry {
    pub(super) fn new(id: &str, planned: DateTime<Utc>, now: DateTime<Utc>, fate: Fate) -> Self {
        Self {
            schedule: id.to_owned(),
            planned,
            began: now,
            ended: now,
            fate,
            missed: 0,
            scan: None,
            detail: String::new(),
        }
    }

    pub(super) fn tell(&mut self, summary: &ScanSummary) {
        if crate::scan::some_channel_unread(summary) {
            self.fate = Fate::Partly;
        }
        self.scan = Some(summary.scan.clone());
        self.detail = format!(
            "{} 页，新增问题 {}，已整改 {}",
            summary.pages, summary.findings.new, summary.findings.fixed
        );
    }
}

pub(super) fn append(store: &dyn Store, entry: &Entry) -> anyhow::Result<()> {
    store.append(LOG, &serde_json::to_string(entry)?)?;
    Ok(())
}

/// The latest entries, newest first.
pub(crate) fn entries(store: &dyn Store, most: usize) -> anyhow::Result<Vec<Entry>> {
    let mut latest = std::collections::VecDeque::new();
    let mut from = 1;
    loop {
        let stride = store.entries(LOG, from, 1_000)?;
        let Some(last) = stride.last() else {
            break;
        };
        from = last.number + 1;
        for entry in &stride {
            latest.push_front(serde_json::from_str(&entry.text)?);
            latest.truncate(most);
        }
    }
    Ok(latest.into())
}
