//! The shared store: PostgreSQL behind [`Store`], for a team on many machines. Nothing else in the crate knows sqlx.
//!
//! ```text
//! connect.rs   pool, schema and its migrations, waiting for a database that went away
//! columns.rs   a finding as columns: the words queries ask for, beside the row itself
//! record.rs    a group of visits: read with locks, apply in memory, write
//! decide.rs    decisions, all or none
//! notebook.rs  documents, logs, news
//! list.rs      filters as SQL, listing in order from one snapshot
//! survey.rs    stats, check and repair, export
//! ```
//! Rows are the bytes every other backend keeps ([`crate::row`]), so that a damaged one is noticed here as well.
//! `Store` is a blocking trait: each call runs on a small runtime of this store and is waited for, so the application's own network
//! threads never share a queue with the database.

mod columns;
mod connect;
mod decide;
mod list;
mod notebook;
mod record;
mod survey;

pub use connect::Fence;
pub use sqlx::PgPool;

use crate::bodies::Bodies;
use crate::ledger::newest_first;
use crate::{
    LogEntry, News, Note, OpenOptions, Report, Result, Stats, Store, StoreError, Transferred, disk,
    keys, row,
};
use connect::{Connection, Trouble};
use duwang_model::{
    Body, Decision, Finding, FindingFilter, FrontierEntry, PageRecord, PageSketch, Scan, Visit,
};
use serde::de::DeserializeOwned;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows asked for at a time where all of many are read.
const STRIDE: i64 = 1_000;
/// Visits written in one transaction.
const GROUP: usize = 256;

/// A store on PostgreSQL. Cheap to clone; all clones share one pool.
#[derive(Clone)]
pub struct Postgres {
    connection: Arc<Connection>,
    bodies: Arc<Bodies>,
    moments: Arc<notebook::Moments>,
    data_dir: PathBuf,
    reserve: u64,
    fence: Option<Fence>,
}

impl Postgres {
    /// Connects, and creates or upgrades the schema. Bodies are kept where the options say.
    pub fn open(url: &str, data_dir: &Path, options: &OpenOptions) -> Result<Self> {
        Ok(Self {
            connection: Arc::new(Connection::open(url)?),
            bodies: Arc::new(Bodies::open(options.bodies.as_deref(), data_dir)?),
            moments: Arc::default(),
            data_dir: data_dir.to_owned(),
            reserve: options.reserve,
            fence: None,
        })
    }

    /// The same store for one slice of work: as soon as the slice has been given to somebody else, nothing more is written.
    #[must_use]
    pub fn fenced(&self, fence: Fence) -> Self {
        Self {
            fence: Some(fence),
            ..self.clone()
        }
    }

    /// The pool, for the work queue on the same database.
    pub fn pool(&self) -> &PgPool {
        self.connection.pool()
    }

    fn keep_bodies(&self, bodies: &[&Body]) -> Result<()> {
        if bodies.is_empty() {
            return Ok(());
        }
        let bytes: u64 = bodies.iter().map(|b| b.packed().len() as u64).sum();
        disk::want_room(&self.data_dir, self.reserve, bytes)?;
        self.bodies.keep(bodies)
    }

    /// One row by a query of one value.
    fn one<T: DeserializeOwned>(
        &self,
        table: &'static str,
        sql: &'static str,
        parts: &[String],
    ) -> Result<Option<T>> {
        let row: Option<Vec<u8>> = self.connection.read(async |connection| {
            let mut query = sqlx::query_scalar(sql);
            for part in parts {
                query = query.bind(part);
            }
            Ok(query.fetch_optional(connection).await?)
        })?;
        row.map(|row| row::decode(table, &row_key(parts), &row))
            .transpose()
    }

    /// Findings by a query of fingerprint and row.
    fn found(&self, sql: &'static str, parts: &[String]) -> Result<Vec<Finding>> {
        let rows: Vec<(String, Vec<u8>)> = self.connection.read(async |connection| {
            let mut query = sqlx::query_as(sql);
            for part in parts {
                query = query.bind(part);
            }
            Ok(query.fetch_all(connection).await?)
        })?;
        rows.iter()
            .map(|(fingerprint, row)| decode_finding(fingerprint, row))
            .collect()
    }
}

/// The bytes a row's checksum covers besides itself.
fn row_key(parts: &[String]) -> Vec<u8> {
    parts.join("\0").into_bytes()
}

fn decode_finding(fingerprint: &str, row: &[u8]) -> Result<Finding> {
    row::decode("findings", fingerprint.as_bytes(), row)
}

/// PostgreSQL texts hold no zero byte: escaped as in the keys of the other backends, order kept.
fn text(part: &str) -> String {
    if !part.contains(['\0', '\u{1}']) {
        return part.to_owned();
    }
    part.replace('\u{1}', "\u{1}\u{2}")
        .replace('\0', "\u{1}\u{1}")
}

/// An address as a key: escaped, and cut when an index could not hold it.
fn url_text(url: &str) -> String {
    text(&keys::bounded(url))
}

impl Postgres {
    /// Rows of pages in strides, each read as what is asked for.
    fn each_row_of_page<P: DeserializeOwned>(
        &self,
        channel: &str,
        each: &mut dyn FnMut(P),
    ) -> Result<()> {
        let channel = text(channel);
        let mut last: Option<String> = None;
        loop {
            let rows: Vec<(String, Vec<u8>)> = self.connection.read(async |connection| {
                let query = sqlx::query_as(
                    "SELECT url, row FROM pages WHERE channel = $1 AND ($2::text IS NULL OR url > $2) \
                     ORDER BY url LIMIT $3",
                );
                Ok(query
                    .bind(&channel)
                    .bind(&last)
                    .bind(STRIDE)
                    .fetch_all(connection)
                    .await?)
            })?;
            let Some((end, _)) = rows.last() else {
                return Ok(());
            };
            last = Some(end.clone());
            for (url, row) in rows {
                let key = row_key(&[channel.clone(), url]);
                each(row::decode("pages", &key, &row)?);
            }
        }
    }
}

impl Store for Postgres {
    fn begin_scan(&self, scan: &Scan) -> Result<()> {
        let id = text(&scan.id);
        let known: Option<Scan> = self.one("scans", SCAN, std::slice::from_ref(&id))?;
        match known {
            Some(known) if known.finished.is_some() => {
                Err(StoreError::FinishedScan(scan.id.clone()))
            }
            Some(_) => Ok(()),
            None => self.put_scan(scan, "ON CONFLICT DO NOTHING"),
        }
    }

    fn save_scan(&self, scan: &Scan) -> Result<()> {
        self.put_scan(
            scan,
            "ON CONFLICT (id) DO UPDATE SET started = excluded.started, finished = excluded.finished, row = excluded.row",
        )
    }

    fn scan(&self, id: &str) -> Result<Option<Scan>> {
        self.one("scans", SCAN, &[text(id)])
    }

    fn scans(&self) -> Result<Vec<Scan>> {
        let rows: Vec<(String, Vec<u8>)> = self.connection.read(async |connection| {
            let query = sqlx::query_as("SELECT id, row FROM scans ORDER BY id");
            Ok(query.fetch_all(connection).await?)
        })?;
        let mut scans = rows
            .iter()
            .map(|(id, row)| row::decode("scans", id.as_bytes(), row))
            .collect::<Result<Vec<Scan>>>()?;
        scans.sort_by(newest_first);
        Ok(scans)
    }

    fn record(&self, visits: &[Visit]) -> Result<()> {
        let bodies: Vec<&Body> = visits.iter().filter_map(|v| v.body.as_ref()).collect();
        self.keep_bodies(&bodies)?;
        for group in visits.chunks(GROUP) {
            self.connection.write(async |connection, _| {
                self.stand_by_fence(connection).await?;
                self.note_progress(connection, group).await?;
                record::record(connection, group).await
            })?;
        }
        Ok(())
    }

    fn each_entry(
        &self,
        scan: &str,
        channel: &str,
        each: &mut dyn FnMut(FrontierEntry),
    ) -> Result<()> {
        let (scan, channel) = (text(scan), text(channel));
        let rows: Vec<(String, Vec<u8>)> = self.connection.read(async |connection| {
            let query = sqlx::query_as(
                "SELECT url, row FROM frontier WHERE scan = $1 AND channel = $2 ORDER BY url",
            );
            Ok(query
                .bind(&scan)
                .bind(&channel)
                .fetch_all(connection)
                .await?)
        })?;
        for (url, row) in rows {
            let key = row_key(&[scan.clone(), channel.clone(), url]);
            each(row::decode("frontier", &key, &row)?);
        }
        Ok(())
    }

    fn end_frontier(&self, scan: &str) -> Result<()> {
        let scan = text(scan);
        self.connection.write(async |connection, _| {
            let query = sqlx::query("DELETE FROM frontier WHERE scan = $1");
            query.bind(&scan).execute(connection).await?;
            Ok(())
        })
    }

    fn page(&self, channel: &str, url: &str) -> Result<Option<PageRecord>> {
        self.one(
            "pages",
            "SELECT row FROM pages WHERE channel = $1 AND url = $2",
            &[text(channel), url_text(url)],
        )
    }

    fn each_page(&self, channel: &str, each: &mut dyn FnMut(PageRecord)) -> Result<()> {
        self.each_row_of_page(channel, each)
    }

    fn each_sketch(&self, channel: &str, each: &mut dyn FnMut(PageSketch)) -> Result<()> {
        self.each_row_of_page(channel, each)
    }

    fn finding(&self, id: &str) -> Result<Option<Finding>> {
        let given = list::given(id);
        let found = self
            .connection
            .read(async |connection| list::resolve(connection, &given).await)?;
        match found {
            Some(fingerprint) => self.one("findings", FINDING, &[fingerprint]),
            None => Ok(None),
        }
    }

    fn findings_of_page(&self, channel: &str, url: &str) -> Result<Vec<Finding>> {
        self.found(
            "SELECT fingerprint, row FROM findings WHERE channel = $1 AND url = $2 ORDER BY fingerprint",
            &[text(channel), url_text(url)],
        )
    }

    fn findings_of_channel(&self, channel: &str) -> Result<Vec<Finding>> {
        self.found(
            "SELECT fingerprint, row FROM findings WHERE channel = $1 ORDER BY url, fingerprint",
            &[text(channel)],
        )
    }

    fn each_finding(
        &self,
        filter: &FindingFilter,
        each: &mut dyn FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<()> {
        list::each_finding(&self.connection, filter, each)
    }

    fn decide(&self, decisions: &[Decision]) -> Result<Vec<Finding>> {
        if decisions.is_empty() {
            return Ok(Vec::new());
        }
        self.connection.write(async |connection, is_repeated| {
            decide::decide(connection, decisions, is_repeated).await
        })
    }

    fn decide_logged(&self, decisions: &[Decision], log: &str, text: &str) -> Result<Vec<Finding>> {
        self.connection.write(async |connection, is_repeated| {
            let decided = decide::decide(connection, decisions, is_repeated).await?;
            notebook::append(connection, log, text, is_repeated).await?;
            Ok(decided)
        })
    }

    fn news(&self, mark: u64) -> Result<News> {
        self.moments.news(&self.connection, mark)
    }

    fn finding_of(&self, fingerprint: &str) -> Result<Option<Finding>> {
        self.one("findings", FINDING, &[text(fingerprint)])
    }

    fn note(&self, kind: &str, key: &str) -> Result<Option<Note>> {
        notebook::note(&self.connection, kind, key)
    }

    fn notes(&self, kind: &str) -> Result<Vec<(String, Note)>> {
        notebook::notes(&self.connection, kind)
    }

    fn put_note(
        &self,
        kind: &str,
        key: &str,
        version: u64,
        value: &serde_json::Value,
    ) -> Result<u64> {
        notebook::put_note(&self.connection, kind, key, version, value)
    }

    fn remove_note(&self, kind: &str, key: &str) -> Result<bool> {
        notebook::remove_note(&self.connection, kind, key)
    }

    fn append(&self, log: &str, text: &str) -> Result<LogEntry> {
        self.connection.write(async |connection, is_repeated| {
            notebook::append(connection, log, text, is_repeated).await
        })
    }

    fn entries(&self, log: &str, from: u64, most: usize) -> Result<Vec<LogEntry>> {
        notebook::entries(&self.connection, log, from, most)
    }

    fn keep_body(&self, bytes: &[u8]) -> Result<String> {
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
        survey::stats(&self.connection, &self.bodies)
    }

    fn check(&self, repair: bool) -> Result<Report> {
        survey::check(&self.connection, &self.bodies, repair)
    }

    fn export(&self, to: &mut dyn Write) -> Result<Transferred> {
        survey::export(&self.connection, to)
    }

    fn as_postgres(&self) -> Option<&Postgres> {
        Some(self)
    }
}

const FINDING: &str = "SELECT row FROM findings WHERE fingerprint = $1";
const SCAN: &str = "SELECT row FROM scans WHERE id = $1";

impl Postgres {
    fn put_scan(&self, scan: &Scan, on_conflict: &'static str) -> Result<()> {
        let id = text(&scan.id);
        let row = row::encode(id.as_bytes(), scan)?;
        self.connection.write(async |connection, _| {
            let mut insert =
                sqlx::QueryBuilder::new("INSERT INTO scans (id, started, finished, row) VALUES (");
            let mut values = insert.separated(", ");
            values
                .push_bind(&id)
                .push_bind(scan.started)
                .push_bind(scan.finished)
                .push_bind(&row);
            insert.push(") ").push(on_conflict);
            insert.build().execute(connection).await?;
            Ok(())
        })
    }

    /// Nothing is written for a slice that somebody else has taken over; whoever takes it over waits for us to finish this write.
    async fn stand_by_fence(&self, connection: &mut sqlx::PgConnection) -> Result<(), Trouble> {
        let Some(fence) = &self.fence else {
            return Ok(());
        };
        let query = sqlx::query_scalar(
            "SELECT epoch FROM slices WHERE scan = $1 AND channel = $2 FOR SHARE",
        );
        let epoch: Option<i64> = query
            .bind(&fence.scan)
            .bind(&fence.channel)
            .fetch_optional(connection)
            .await?;
        match epoch {
            Some(epoch) if epoch == fence.epoch => Ok(()),
            _ => Err(StoreError::Fenced(fence.channel.clone()).into()),
        }
    }

    /// A slice that brought a page does not kill its readers.
    async fn note_progress(
        &self,
        connection: &mut sqlx::PgConnection,
        visits: &[Visit],
    ) -> Result<(), Trouble> {
        let Some(fence) = &self.fence else {
            return Ok(());
        };
        if visits.iter().all(|visit| visit.page.is_none()) {
            return Ok(());
        }
        let note = sqlx::query(
            "UPDATE slices SET tries = 0 WHERE scan = $1 AND channel = $2 AND tries > 0",
        );
        note.bind(&fence.scan)
            .bind(&fence.channel)
            .execute(connection)
            .await?;
        Ok(())
    }
}
