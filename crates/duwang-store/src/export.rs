//! All rows as JSON lines: to look at, to keep as a backup, to move to another backend.
//!
//! The first line names the format, the last one counts the lines before it and gives their sha256. An export without its last line
//! is incomplete and is not imported.

use crate::ledger::Ledger;
use crate::tables::{Table, Tables};
use crate::{LogEntry, Note, Result, Store, StoreError, keys, row};
use duwang_model::{Change, Finding, FrontierEntry, Mode, PageRecord, Scan, Visit};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{BufRead, Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// The newest format this program writes and reads. 2: scans of the modes `watch` and `proof`.
pub const EXPORT_FORMAT: u32 = 2;
/// Rows imported in one call of `record`.
const GROUP: usize = 256;

/// What went out or came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Transferred {
    /// Scans.
    pub scans: usize,
    /// Pages.
    pub pages: usize,
    /// Findings.
    pub findings: usize,
    /// Frontier entries of unfinished scans.
    pub frontier: usize,
    /// Documents: accounts, views, releases and the like.
    pub notes: usize,
    /// Entries of logs.
    pub entries: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Line {
    DuwangExport {
        format: u32,
    },
    Scan(Box<Scan>),
    Page(Box<PageRecord>),
    Finding(Box<Finding>),
    Frontier(FrontierEntry),
    Note {
        kind: String,
        key: String,
        value: serde_json::Value,
    },
    Entry {
        log: String,
        entry: LogEntry,
    },
    End {
        lines: usize,
        sha256: String,
    },
}

impl Transferred {
    fn count(&mut self, line: &Line) {
        match line {
            Line::Scan(_) => self.scans += 1,
            Line::Page(_) => self.pages += 1,
            Line::Finding(_) => self.findings += 1,
            Line::Frontier(_) => self.frontier += 1,
            Line::Note { .. } => self.notes += 1,
            Line::Entry { .. } => self.entries += 1,
            Line::DuwangExport { .. } | Line::End { .. } => {}
        }
    }
}

/// Writes every row.
pub(crate) fn export<T: Tables>(ledger: &Ledger<T>, to: &mut dyn Write) -> Result<Transferred> {
    let mut out = Sheet::new(to)?;
    table(
        ledger,
        Table::Scans,
        |scan| Line::Scan(Box::new(scan)),
        &mut out,
    )?;
    table(
        ledger,
        Table::Pages,
        |page| Line::Page(Box::new(page)),
        &mut out,
    )?;
    table(
        ledger,
        Table::Findings,
        |f| Line::Finding(Box::new(f)),
        &mut out,
    )?;
    table(ledger, Table::Frontier, Line::Frontier, &mut out)?;
    let tables = ledger.tables();
    tables.walk(Table::Notes, &[], &mut |key, value| {
        let note: Note = row::decode(Table::Notes.name(), key, value)?;
        if let Some((kind, key)) = keys::read_note(key) {
            out.note(&kind, &key, &note)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    tables.walk(Table::Logs, &[], &mut |key, value| {
        let entry: LogEntry = row::decode(Table::Logs.name(), key, value)?;
        if let Some(log) = keys::read_log(key) {
            out.entry(&log, &entry)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    out.close()
}

fn table<T: Tables, V: DeserializeOwned>(
    ledger: &Ledger<T>,
    table: Table,
    line: impl Fn(V) -> Line,
    out: &mut Sheet<'_>,
) -> Result<()> {
    ledger.tables().walk(table, &[], &mut |key, value| {
        out.line(&line(row::decode(table.name(), key, value)?))?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Rewrites an export for an older program: what that cannot read is left out. Nothing of it is a finding or a decision.
///
/// # Errors
/// The export is not whole, or a file cannot be read or written.
pub fn for_older_program(
    from: &mut (impl BufRead + Seek),
    format: u32,
    to: &mut dyn Write,
) -> Result<Transferred> {
    prove(from)?;
    from.rewind().map_err(in_error)?;
    let mut out = Sheet::of_format(to, format)?;
    for_each_line(from, &mut |_, line, _| match line {
        Line::DuwangExport { .. } | Line::End { .. } => Ok(()),
        Line::Scan(scan) if format < 2 && matches!(scan.mode, Mode::Watch | Mode::Proof) => Ok(()),
        line => out.line(&line),
    })?;
    out.close()
}

/// Lines going out, counted and hashed.
pub(crate) struct Sheet<'a> {
    to: &'a mut dyn Write,
    lines: usize,
    hash: Sha256,
    done: Transferred,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(to: &'a mut dyn Write) -> Result<Self> {
        Self::of_format(to, EXPORT_FORMAT)
    }

    fn of_format(to: &'a mut dyn Write, format: u32) -> Result<Self> {
        let mut sheet = Self {
            to,
            lines: 0,
            hash: Sha256::new(),
            done: Transferred::default(),
        };
        sheet.line(&Line::DuwangExport { format })?;
        Ok(sheet)
    }

    pub(crate) fn note(&mut self, kind: &str, key: &str, note: &Note) -> Result<()> {
        self.line(&Line::Note {
            kind: kind.to_owned(),
            key: key.to_owned(),
            value: note.value.clone(),
        })
    }

    pub(crate) fn entry(&mut self, log: &str, entry: &LogEntry) -> Result<()> {
        self.line(&Line::Entry {
            log: log.to_owned(),
            entry: entry.clone(),
        })
    }

    pub(crate) fn line(&mut self, line: &Line) -> Result<()> {
        self.done.count(line);
        let mut json = serde_json::to_vec(line)
            .map_err(|e| StoreError::damaged_row("导出行", e.to_string()))?;
        json.push(b'\n');
        self.hash.update(&json);
        self.lines += 1;
        self.write(&json)
    }

    pub(crate) fn close(mut self) -> Result<Transferred> {
        let end = Line::End {
            lines: self.lines,
            sha256: hex(&self.hash.finalize_reset()),
        };
        self.line(&end)?;
        self.to.flush().map_err(out_error)?;
        Ok(self.done)
    }

    fn write(&mut self, json: &[u8]) -> Result<()> {
        self.to.write_all(json).map_err(out_error)
    }
}

/// Reads an export into a store: first the whole file is proved, then written. What people decided in the store stays; bodies are
/// not part of an export.
pub fn import(store: &dyn Store, from: &mut (impl BufRead + Seek)) -> Result<Transferred> {
    prove(from)?;
    from.rewind().map_err(in_error)?;
    let mut done = Transferred::default();
    let mut visits = Vec::new();
    for_each_line(from, &mut |_, line, _| {
        done.count(&line);
        match line {
            Line::Scan(scan) => store.save_scan(&scan)?,
            Line::Page(page) => visits.push(Visit {
                page: Some(*page),
                ..Visit::default()
            }),
            Line::Finding(finding) => visits.push(Visit {
                changes: vec![(Change::Persisting, *finding)],
                ..Visit::default()
            }),
            Line::Frontier(entry) => visits.push(Visit {
                frontier: vec![entry],
                ..Visit::default()
            }),
            Line::Note { kind, key, value } => {
                if store.note(&kind, &key)?.is_none() {
                    store.put_note(&kind, &key, 0, &value)?;
                }
            }
            Line::Entry { log, entry } => import_entry(store, &log, &entry)?,
            Line::DuwangExport { .. } | Line::End { .. } => {}
        }
        if visits.len() >= GROUP {
            store.record(&std::mem::take(&mut visits))?;
        }
        Ok(())
    })?;
    store.record(&visits)?;
    Ok(done)
}

/// An entry the log has already is left alone; a log that went another way is not mixed with this one.
fn import_entry(store: &dyn Store, log: &str, entry: &LogEntry) -> Result<()> {
    let known = store.entries(log, entry.number, 1)?;
    let is_next = match known.first() {
        Some(known) => known == entry,
        None => store.append(log, &entry.text)? == *entry,
    };
    if is_next {
        return Ok(());
    }
    Err(StoreError::OtherLog {
        log: log.to_owned(),
        number: entry.number,
    })
}

/// Proves that an export is whole and of a known format.
fn prove(from: &mut impl BufRead) -> Result<()> {
    let mut hash = Sha256::new();
    let mut last = 0;
    let mut closed = false;
    for_each_line(from, &mut |number, line, bytes| {
        let refuse = |detail: &str| {
            Err(StoreError::Import {
                line: number,
                detail: detail.into(),
            })
        };
        last = number;
        match line {
            _ if closed => return refuse("结束行之后还有内容"),
            Line::DuwangExport { format } if number != 1 || format > EXPORT_FORMAT => {
                return refuse("格式不认识，可能由新版 duwang 导出");
            }
            Line::End { lines, sha256 } => {
                if lines != number - 1 || sha256 != hex(&hash.finalize_reset()) {
                    return refuse("行数或校验值不符，文件已被改动或不完整");
                }
                closed = true;
            }
            Line::DuwangExport { .. } => {}
            _ if number == 1 => return refuse("不是 duwang 的导出文件"),
            _ => {}
        }
        hash.update(bytes);
        Ok(())
    })?;
    if closed {
        return Ok(());
    }
    Err(StoreError::Import {
        line: last,
        detail: "缺少结束行，文件不完整".into(),
    })
}

/// Called with number (from 1), meaning and bytes of every line.
type EachLine<'a> = &'a mut dyn FnMut(usize, Line, &[u8]) -> Result<()>;

fn for_each_line(from: &mut impl BufRead, each: EachLine<'_>) -> Result<()> {
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        if from.read_until(b'\n', &mut bytes).map_err(in_error)? == 0 {
            break;
        }
        let line = serde_json::from_slice(&bytes).map_err(|e| StoreError::Import {
            line: number,
            detail: format!("内容不可读：{e}"),
        })?;
        each(number, line, &bytes)?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn out_error(e: std::io::Error) -> StoreError {
    StoreError::io(Path::new("导出文件"), e)
}

fn in_error(e: std::io::Error) -> StoreError {
    StoreError::io(Path::new("备份文件"), e)
}

/// The same export from rows that are at hand; the caller adds notes and logs and closes it.
pub(crate) fn export_rows<'r, 'w>(
    to: &'w mut dyn Write,
    scans: impl Iterator<Item = &'r Scan>,
    pages: impl Iterator<Item = &'r PageRecord>,
    findings: impl Iterator<Item = &'r Finding>,
    frontier: impl Iterator<Item = &'r FrontierEntry>,
) -> Result<Sheet<'w>> {
    let mut out = Sheet::new(to)?;
    scans
        .map(|s| Line::Scan(Box::new(s.clone())))
        .chain(pages.map(|p| Line::Page(Box::new(p.clone()))))
        .chain(findings.map(|f| Line::Finding(Box::new(f.clone()))))
        .chain(frontier.map(|e| Line::Frontier(e.clone())))
        .try_for_each(|line| out.line(&line))?;
    Ok(out)
}
