//! The embedded engine: sled 0.34 behind [`Tables`]. Nothing else in duwang knows it.
//!
//! sled is old and has no repair tool, so this file is careful for it:
//! - one transaction over all trees for every batch (separate batches are half applied after a kill);
//! - its `flush` only asks Linux to write a range of the file (`sync_file_range`), which promises nothing after a power cut: we
//!   sync the file ourselves before anything is acknowledged;
//! - the number of the last acknowledged batch is kept beside the engine, so that a log that came back shorter is noticed;
//! - a log damaged near its end loses the last rows of single tables without a word: every batch carries what each table should
//!   hold (`tally.rs`), and opening counts whether it does;
//! - opening happens on a thread of its own and every call is guarded: damage makes sled panic, and must not end the program;
//! - what does not open is copied, the copy is opened without its snapshot files (what a power cut damages), and only when that
//!   works takes the place of the original, which is kept.
//!
//! ```text
//! DIR/owner          lock (owner.rs)
//! DIR/format         version of this layout
//! DIR/acknowledged   number of the last acknowledged batch
//! DIR/sled/          the engine's files
//! DIR/sled.damaged-… what was replaced by a repaired copy
//! ```

use crate::acknowledged::Acknowledged;
use crate::bodies::Bodies;
use crate::ledger::Ledger;
use crate::owner::Owner;
use crate::tables::{Batch, EachRow, Table, Tables};
use crate::tally::Tally;
use crate::{OpenOptions, Result, Store, StoreError, disk};
use ::sled::transaction::{ConflictableTransactionError, Transactional};
use std::fs::File;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// The newest layout this program reads and writes. 2: scans of the modes `watch` and `proof`; rows are as in 1.
const FORMAT: u32 = 2;
/// sled takes three to six times this much memory.
const CACHE_BYTES: u64 = 4 << 20;
/// While walking, every so many rows one is asked for by its key. sled thinks of its cache only when a shard of it (there are 256) was
/// asked 64 times; a walk asks for each node once and would hold 16,384 of them, a hundred megabytes.
const TOUCH_EVERY: usize = 4;
/// Key of the [`Tally`] in [`Table::Meta`].
const TALLY: &[u8] = b"batches";

/// Opens (or creates) the store in a directory; repairs it when it does not open.
pub(crate) fn open(dir: &Path, data_dir: &Path, options: &OpenOptions) -> Result<Box<dyn Store>> {
    let owner = Owner::take(dir, options.socket.as_deref())?;
    prove_format(dir)?;
    let bodies = Bodies::open(options.bodies.as_deref(), data_dir)?;
    let opened = open_or_repair(dir)?;
    let tables = SledTables::new(dir, opened.db)?;
    let lost = tables.lost_batches()?;
    let altered = tables.altered_tables()?;
    let mut ledger = Ledger::new(tables, bodies, dir.to_owned(), options.reserve, owner);
    if let Some(aside) = opened.repaired_from {
        let report = ledger.check(true)?;
        ledger.notice(format!(
            "数据目录 {} 打开时发现损坏，已自动修复：原数据留存于 {}；记录 {} 条，不可读 {} 条，重建索引 {} 条",
            dir.display(),
            aside.display(),
            report.rows,
            report.damaged,
            report.index_missing + report.index_stray
        ));
    }
    if lost > 0 {
        ledger.notice(format!(
            "数据目录 {} 缺少最后 {lost} 批已确认写入的数据（文件损坏或被旧副本覆盖）；请用 duwang store import 导入最近的备份，并重新扫描",
            dir.display()
        ));
    }
    if !altered.is_empty() {
        ledger.notice(format!(
            "数据目录 {} 的内容与最后一次写入时不同（文件损坏）：{}；请运行 duwang store check --repair，用 duwang store import 导入最近的备份，并重新扫描",
            dir.display(),
            altered.join("；"),
        ));
    }
    Ok(Box::new(ledger))
}

/// Reads the layout version before the engine touches anything. A new directory gets the present one, and so does an older one: what is
/// written from now on is not for older programs.
fn prove_format(dir: &Path) -> Result<()> {
    let path = dir.join("format");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return disk::replace_file(&path, format!("{FORMAT}\n").as_bytes());
        }
        Err(e) => return Err(StoreError::io(&path, e)),
    };
    match text.trim().parse() {
        Ok(found) if found > FORMAT => Err(StoreError::Newer {
            dir: dir.to_owned(),
            found,
            known: FORMAT,
        }),
        Ok(found) if found < FORMAT => disk::replace_file(&path, format!("{FORMAT}\n").as_bytes()),
        Ok(_) => Ok(()),
        Err(_) => Err(StoreError::damaged(dir, "文件 format 不是版本号")),
    }
}

/// An engine that opened, and the damaged original if a repaired copy took its place.
struct Opened {
    db: ::sled::Db,
    repaired_from: Option<PathBuf>,
}

fn open_or_repair(dir: &Path) -> Result<Opened> {
    let files = dir.join("sled");
    finish_repair(dir, &files)?;
    let error = match open_engine(dir, &files) {
        Ok(db) => {
            return Ok(Opened {
                db,
                repaired_from: None,
            });
        }
        Err(error) => error,
    };
    if !matches!(error, StoreError::Damaged { .. }) {
        return Err(error);
    }
    tracing::warn!(dir = %dir.display(), %error, "数据目录打不开，正在修复副本");
    let aside = repair(dir, &files)?;
    Ok(Opened {
        db: open_engine(dir, &files)?,
        repaired_from: Some(aside),
    })
}

/// Makes a copy, opens the copy without snapshot files, and puts it in place of the original, which is kept and named.
/// The original is not touched before the copy has opened.
fn repair(dir: &Path, files: &Path) -> Result<PathBuf> {
    let copy = repairing(dir);
    let _ = std::fs::remove_dir_all(&copy);
    disk::want_room(dir, 0, disk::size_of(files))?;
    let tried = disk::copy_dir(files, &copy)
        .and_then(|()| remove_snapshots(&copy))
        .and_then(|()| open_engine(dir, &copy).map(drop));
    if let Err(error) = tried {
        let _ = std::fs::remove_dir_all(&copy);
        return Err(error);
    }
    let aside = free_name(dir);
    std::fs::rename(files, &aside).map_err(|e| StoreError::io(&aside, e))?;
    std::fs::rename(&copy, files).map_err(|e| StoreError::io(files, e))?;
    disk::sync_dir(dir)?;
    Ok(aside)
}

fn repairing(dir: &Path) -> PathBuf {
    dir.join("sled.repairing")
}

/// A repair that was killed between its two renamings left a copy that has opened and nothing in its place.
fn finish_repair(dir: &Path, files: &Path) -> Result<()> {
    let copy = repairing(dir);
    if copy.is_dir() && !files.exists() {
        std::fs::rename(&copy, files).map_err(|e| StoreError::io(files, e))?;
    }
    Ok(())
}

fn free_name(dir: &Path) -> PathBuf {
    let day = chrono::Utc::now().format("%Y%m%d-%H%M%S");
    (1_u32..)
        .map(|n| dir.join(format!("sled.damaged-{day}-{n}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| dir.join("sled.damaged"))
}

/// Snapshots only shorten recovery: without them sled reads its whole log.
fn remove_snapshots(dir: &Path) -> Result<()> {
    for entry in std::fs::read_dir(dir).map_err(|e| StoreError::io(dir, e))? {
        let path = entry.map_err(|e| StoreError::io(dir, e))?.path();
        let is_snapshot = path
            .file_name()
            .is_some_and(|n| n.as_encoded_bytes().starts_with(b"snap."));
        if is_snapshot {
            std::fs::remove_file(&path).map_err(|e| StoreError::io(&path, e))?;
        }
    }
    Ok(())
}

/// Opens sled on a thread of its own: its panics on damaged files end there.
fn open_engine(dir: &Path, files: &Path) -> Result<::sled::Db> {
    disk::make_dir(files)?;
    let mut patience = 20;
    loop {
        let config = ::sled::Config::new()
            .path(files)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None);
        let opening = std::thread::spawn(move || config.open());
        match opening.join() {
            Ok(Ok(db)) => return Ok(db),
            // We are the owner, so this is an instance of our own that is still closing.
            Ok(Err(e)) if is_locked(&e) && patience > 0 => {
                patience -= 1;
                std::thread::sleep(Duration::from_millis(100));
            }
            Ok(Err(e)) => return Err(error_of(dir, e)),
            Err(panic) => return Err(panicked(dir, &*panic)),
        }
    }
}

fn is_locked(error: &::sled::Error) -> bool {
    matches!(error, ::sled::Error::Io(e) if e.to_string().contains("could not acquire lock"))
}

struct SledTables {
    /// In the order of [`Table::ALL`].
    trees: Vec<::sled::Tree>,
    db: ::sled::Db,
    dir: PathBuf,
    /// The engine's own directory.
    files: PathBuf,
    /// The file sled keeps nearly everything in; synced before anything is acknowledged.
    log: File,
    acknowledged: Acknowledged,
    /// What the last committed batch left.
    tally: Mutex<Tally>,
    /// The first error or panic: sled is not to be asked again.
    wound: OnceLock<String>,
}

impl SledTables {
    fn new(dir: &Path, db: ::sled::Db) -> Result<Self> {
        let files = dir.join("sled");
        let trees = guarded(dir, || {
            let open = |table: Table| db.open_tree(table.name());
            Table::ALL.into_iter().map(open).collect()
        })?;
        let log_path = files.join("db");
        let tables = Self {
            trees,
            log: File::open(&log_path).map_err(|e| StoreError::io(&log_path, e))?,
            acknowledged: Acknowledged::open(dir.join("acknowledged"))?,
            tally: Mutex::new(Tally::default()),
            wound: OnceLock::new(),
            dir: dir.to_owned(),
            files,
            db,
        };
        tables.make_stable()?;
        disk::sync_dir(&tables.files)?;
        disk::sync_dir(dir)?;
        let tally = match tables.get(Table::Meta, TALLY)? {
            Some(bytes) => Tally::read(&bytes)
                .ok_or_else(|| StoreError::damaged(dir, "meta 中的计数不可读"))?,
            None => Tally::default(),
        };
        *tables.tally() = tally;
        Ok(tables)
    }

    /// How many acknowledged batches are missing.
    fn lost_batches(&self) -> Result<u64> {
        let committed = self.tally().batches;
        let lost = self.acknowledged.last().saturating_sub(committed);
        if lost > 0 {
            self.acknowledged.reset(committed)?; // told once; from here on what is there counts
        }
        Ok(lost)
    }

    /// The tables that do not hold what the last batch left in them, each in words. Told once, as lost batches are.
    fn altered_tables(&self) -> Result<Vec<String>> {
        let mut tally = self.tally();
        let mut found = Tally::empty();
        for table in Table::ALL {
            self.walk(table, &[], &mut |key, value| {
                if (table, key) != (Table::Meta, TALLY) {
                    found.add(table, key, value);
                }
                Ok(ControlFlow::Continue(()))
            })?;
        }
        let altered = tally.differences(&found);
        if !tally.holds(&found) {
            found.batches = tally.batches + 1;
            self.write(&Batch::default(), &found)?;
            *tally = found;
        }
        Ok(altered)
    }

    fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tree(&self, table: Table) -> &::sled::Tree {
        &self.trees[table as usize]
    }

    /// Runs one call of sled; after an error or a panic none is made any more. Reading fails too once sled could not write.
    fn guarded<R>(&self, call: impl FnOnce() -> ::sled::Result<R>) -> Result<R> {
        if let Some(cause) = self.wound.get() {
            return Err(StoreError::Broken {
                dir: self.dir.clone(),
                cause: cause.clone(),
            });
        }
        let result = guarded(&self.dir, call);
        if let Err(error) = &result {
            let _ = self.wound.set(error.to_string());
        }
        result
    }

    /// One transaction: the batch and the tally it leaves, which is given back.
    fn write(&self, batch: &Batch, before: &Tally) -> Result<Tally> {
        let done = self.guarded(|| {
            Ok(self.trees.as_slice().transaction(|trees| {
                let mut tally = before.clone();
                for (table, key, value) in batch.writes() {
                    let old = match value {
                        Some(value) => trees[table as usize].insert(key, value)?,
                        None => trees[table as usize].remove(key)?,
                    };
                    tally.replace(table, key, old.as_deref(), value);
                }
                trees[Table::Meta as usize].insert(TALLY, tally.write())?;
                Ok::<Tally, ConflictableTransactionError<()>>(tally)
            }))
        })?;
        match done {
            Ok(tally) => Ok(tally),
            Err(::sled::transaction::TransactionError::Storage(e)) => Err(error_of(&self.dir, e)),
            Err(::sled::transaction::TransactionError::Abort(())) => {
                Err(StoreError::damaged(&self.dir, "写入被中止"))
            }
        }
    }

    fn make_stable(&self) -> Result<()> {
        self.guarded(|| self.db.flush())?;
        if self.has_blobs() {
            disk::sync_file_system(&self.files)
        } else {
            self.log
                .sync_data()
                .map_err(|e| StoreError::io(&self.files, e))
        }
    }

    /// Values beyond about half a megabyte become files of their own, which sled does not sync either.
    fn has_blobs(&self) -> bool {
        std::fs::read_dir(self.files.join("blobs")).is_ok_and(|mut d| d.next().is_some())
    }
}

impl Tables for SledTables {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let value = self.guarded(|| self.tree(table).get(key))?;
        Ok(value.map(|v| v.to_vec()))
    }

    fn walk(&self, table: Table, prefix: &[u8], each: EachRow<'_>) -> Result<()> {
        let tree = self.tree(table);
        let mut rows = tree.scan_prefix(prefix);
        let mut walked = 0_usize;
        while let Some((key, value)) = self.guarded(|| rows.next().transpose())? {
            if each(&key, &value)?.is_break() {
                break;
            }
            walked += 1;
            if walked.is_multiple_of(TOUCH_EVERY) {
                self.guarded(|| tree.contains_key(&key))?;
            }
        }
        Ok(())
    }

    fn commit(&self, batch: &Batch) -> Result<()> {
        let mut tally = self.tally();
        *tally = self.write(batch, &tally.next())?;
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        let committed = self.tally().batches;
        self.make_stable()?;
        self.acknowledged.at_least(committed)
    }

    fn size(&self) -> Result<u64> {
        Ok(disk::size_of(&self.files))
    }
}

/// Turns errors and panics of sled into ours.
fn guarded<R>(dir: &Path, call: impl FnOnce() -> ::sled::Result<R>) -> Result<R> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|e| error_of(dir, e)),
        Err(panic) => Err(panicked(dir, &*panic)),
    }
}

fn panicked(dir: &Path, panic: &(dyn std::any::Any + Send)) -> StoreError {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("原因不明");
    StoreError::damaged(dir, format!("存储引擎中断：{words}"))
}

fn error_of(dir: &Path, error: ::sled::Error) -> StoreError {
    use std::io::ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
    match error {
        e if is_locked(&e) => StoreError::Busy {
            dir: dir.to_owned(),
            pid: None,
            socket: None,
        },
        // A file that is too short, gone or senseless is damage; everything else is the disk speaking.
        ::sled::Error::Io(e)
            if !matches!(
                e.kind(),
                InvalidData | InvalidInput | NotFound | UnexpectedEof
            ) =>
        {
            StoreError::io(dir, e)
        }
        other => StoreError::damaged(dir, other.to_string()),
    }
}
