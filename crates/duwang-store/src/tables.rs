//! What the ledger asks of an embedded engine: ordered tables of bytes and batches that are written whole or not at all.
//! A further engine is one file that implements [`Tables`].

use crate::Result;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// The tables. Each stays small and has one purpose: one giant tree would need gigabytes of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// Scan id → `Scan`.
    Scans,
    /// Scan, channel, URL → `FrontierEntry`.
    Frontier,
    /// Channel, URL → `PageRecord`.
    Pages,
    /// Fingerprint → `Finding`.
    Findings,
    /// Index: channel, URL, fingerprint.
    ByPage,
    /// Index: unit, channel, rule, URL, start, fingerprint → the words filters ask for most.
    Listing,
    /// Kind, key → `Note`.
    Notes,
    /// Log, number → `LogEntry`.
    Logs,
    /// Counters of the store itself.
    Meta,
    /// Rows that could not be read, put aside by a repair.
    Damaged,
}

impl Table {
    pub(crate) const ALL: [Self; 10] = [
        Self::Scans,
        Self::Frontier,
        Self::Pages,
        Self::Findings,
        Self::ByPage,
        Self::Listing,
        Self::Notes,
        Self::Logs,
        Self::Meta,
        Self::Damaged,
    ];

    /// Its name in the engine.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scans => "scans",
            Self::Frontier => "frontier",
            Self::Pages => "pages",
            Self::Findings => "findings",
            Self::ByPage => "by_page",
            Self::Listing => "listing",
            Self::Notes => "notes",
            Self::Logs => "logs",
            Self::Meta => "meta",
            Self::Damaged => "damaged",
        }
    }
}

/// Called with key and value of every row of a walk.
pub(crate) type EachRow<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>>;

/// An embedded engine.
pub(crate) trait Tables: Send + Sync {
    /// One value.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>>;
    /// Every row whose key starts with the prefix, in key order.
    fn walk(&self, table: Table, prefix: &[u8], each: EachRow<'_>) -> Result<()>;
    /// Writes the batch whole or not at all, even when the process is killed on the way.
    fn commit(&self, batch: &Batch) -> Result<()>;
    /// Returns when everything committed is on disk.
    fn flush(&self) -> Result<()>;
    /// Bytes on disk.
    fn size(&self) -> Result<u64>;
}

/// Writes of one transaction, by key; the later of two writes to one key wins.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    writes: BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>,
    bytes: usize,
}

impl Batch {
    pub(crate) fn put(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.bytes += key.len() + value.len();
        self.writes.insert((table, key), Some(value));
    }

    pub(crate) fn remove(&mut self, table: Table, key: Vec<u8>) {
        self.bytes += key.len();
        self.writes.insert((table, key), None);
    }

    /// What this batch will leave at a key; `None`: it does not touch it.
    pub(crate) fn pending(&self, table: Table, key: &[u8]) -> Option<Option<&[u8]>> {
        let value = self.writes.get(&(table, key.to_vec()))?;
        Some(value.as_deref())
    }

    /// The writes in table and key order.
    pub(crate) fn writes(&self) -> impl Iterator<Item = (Table, &[u8], Option<&[u8]>)> {
        self.writes
            .iter()
            .map(|((table, key), value)| (*table, key.as_slice(), value.as_deref()))
    }

    pub(crate) fn len(&self) -> usize {
        self.writes.len()
    }

    /// Bytes of keys and values, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}
