//! A group of visits in one transaction: what they touch is read and locked, changed in memory as any backend would, and written.
//!
//! Locks are taken in key order and table by table, so that two writers wait for each other instead of dying. A row both of them
//! insert makes the later one start anew.

use super::columns::Columns;
use super::connect::Trouble;
use super::{decode_finding, row_key, text, url_text};
use crate::ledger::stays_done;
use crate::{Result, row, succession};
use chrono::{DateTime, Utc};
use duwang_model::{Finding, FrontierEntry, PageRecord, Visit};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Ids are at least this long.
const SHORTEST_ID: usize = 12;

pub(super) async fn record(connection: &mut PgConnection, visits: &[Visit]) -> Result<(), Trouble> {
    let mut findings = Findings::load(connection, visits).await?;
    let mut frontier = Frontier::load(connection, visits).await?;
    let mut pages: BTreeMap<(String, String), &PageRecord> = BTreeMap::new();
    for visit in visits {
        if let Some(page) = &visit.page {
            pages.insert((text(&page.channel), url_text(&page.url)), page);
        }
        for (_, finding) in &visit.changes {
            findings.record(finding);
        }
        for fingerprint in &visit.superseded {
            findings.supersede(fingerprint, visit);
        }
        visit.frontier.iter().for_each(|entry| frontier.put(entry));
    }
    write_pages(connection, &pages).await?;
    findings.write(connection).await?;
    frontier.write(connection).await
}

/// Findings these visits touch.
#[derive(Default)]
struct Findings {
    /// As stored, locked.
    stored: BTreeMap<String, Finding>,
    /// As they will be; `None`: removed.
    now: BTreeMap<String, Option<Finding>>,
    /// Other fingerprints that begin like a new one, for ids that must differ.
    alike: BTreeSet<String>,
}

impl Findings {
    async fn load(connection: &mut PgConnection, visits: &[Visit]) -> Result<Self, Trouble> {
        let mut wanted: Vec<String> = visits
            .iter()
            .flat_map(|v| {
                let changed = v.changes.iter().map(|(_, f)| &f.fingerprint);
                changed.chain(&v.superseded)
            })
            .map(|f| text(f))
            .collect();
        wanted.sort();
        wanted.dedup();
        let mut findings = Self::default();
        if wanted.is_empty() {
            return Ok(findings);
        }
        for finding in locked(connection, &wanted).await? {
            findings.stored.insert(finding.fingerprint.clone(), finding);
        }
        findings.now = findings
            .stored
            .iter()
            .map(|(k, f)| (k.clone(), Some(f.clone())))
            .collect();
        let new: Vec<String> = visits
            .iter()
            .flat_map(|v| &v.changes)
            .filter(|(_, f)| !findings.stored.contains_key(&f.fingerprint))
            .map(|(_, f)| text(shortest(&f.fingerprint)))
            .collect();
        findings.alike = alike(connection, &new).await?;
        Ok(findings)
    }

    fn record(&mut self, judged: &Finding) {
        let mut finding = judged.clone();
        if !finding.hit.score.is_finite() {
            finding.hit.score = 0.0; // JSON has no word for it, and the row could not be read again
        }
        match self.now.get(&finding.fingerprint) {
            Some(Some(stored)) => finding.keep_decisions_of(stored),
            _ => finding.id = self.free_id(&finding.fingerprint),
        }
        self.now.insert(finding.fingerprint.clone(), Some(finding));
    }

    fn supersede(&mut self, fingerprint: &str, visit: &Visit) {
        let Some(Some(gone)) = self.now.get(fingerprint).cloned() else {
            return;
        };
        let heirs: Vec<Finding> = visit
            .changes
            .iter()
            .filter_map(|(_, f)| self.now.get(&f.fingerprint).cloned().flatten())
            .collect();
        if let Some(heir) = succession::heir(&gone, &heirs) {
            let mut heir = heir.clone();
            succession::inherit(&mut heir, &gone);
            self.now.insert(heir.fingerprint.clone(), Some(heir));
        } else if !gone.decisions.is_empty() {
            return;
        }
        self.now.insert(fingerprint.to_owned(), None);
    }

    /// The first digits of the fingerprint, more when another finding has the same ones.
    fn free_id(&self, fingerprint: &str) -> String {
        let here = self.now.iter().filter(|(_, f)| f.is_some()).map(|(k, _)| k);
        let gone = |other: &&String| matches!(self.now.get(*other), Some(None));
        let stored = self.alike.iter().filter(|other| !gone(other));
        let others: Vec<&String> = here.chain(stored).filter(|o| *o != fingerprint).collect();
        (SHORTEST_ID..fingerprint.len())
            .filter_map(|end| fingerprint.get(..end))
            .find(|id| !others.iter().any(|other| other.starts_with(id)))
            .unwrap_or(fingerprint)
            .to_owned()
    }

    async fn write(&self, connection: &mut PgConnection) -> Result<(), Trouble> {
        let (mut new, mut changed, mut removed) =
            (Columns::default(), Columns::default(), Vec::new());
        for (fingerprint, now) in &self.now {
            match (self.stored.get(fingerprint), now) {
                (None, Some(finding)) => new.push(finding)?,
                (Some(_), Some(finding)) => changed.push(finding)?,
                (Some(_), None) => removed.push(text(fingerprint)),
                _ => {}
            }
        }
        if !removed.is_empty() {
            let query = sqlx::query(
                "WITH removed AS (DELETE FROM findings WHERE fingerprint = ANY($1) RETURNING fingerprint) \
                 INSERT INTO gone (fingerprint) SELECT fingerprint FROM removed",
            );
            query.bind(&removed).execute(&mut *connection).await?;
        }
        changed.update(connection).await?;
        new.insert(connection).await?;
        Ok(())
    }
}

fn shortest(fingerprint: &str) -> &str {
    fingerprint.get(..SHORTEST_ID).unwrap_or(fingerprint)
}

/// Stored findings with these fingerprints, locked against other writers.
pub(super) async fn locked(
    connection: &mut PgConnection,
    fingerprints: &[String],
) -> Result<Vec<Finding>, Trouble> {
    let query = sqlx::query_as(
        "SELECT fingerprint, row FROM findings WHERE fingerprint = ANY($1) ORDER BY fingerprint FOR UPDATE",
    );
    let rows: Vec<(String, Vec<u8>)> = query.bind(fingerprints).fetch_all(connection).await?;
    let findings = rows.iter().map(|(key, row)| decode_finding(key, row));
    Ok(findings.collect::<Result<_>>()?)
}

/// Stored fingerprints that begin with one of these.
async fn alike(
    connection: &mut PgConnection,
    beginnings: &[String],
) -> Result<BTreeSet<String>, Trouble> {
    if beginnings.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ends: Vec<String> = beginnings.iter().map(|b| after(b)).collect();
    let query = sqlx::query_scalar(
        "SELECT f.fingerprint FROM UNNEST($1::text[], $2::text[]) AS n(first, last) \
         CROSS JOIN LATERAL (SELECT fingerprint FROM findings WHERE fingerprint >= n.first AND fingerprint < n.last \
         ORDER BY fingerprint LIMIT 1000) AS f",
    );
    let found: Vec<String> = query
        .bind(beginnings)
        .bind(&ends)
        .fetch_all(connection)
        .await?;
    Ok(found.into_iter().collect())
}

/// The end of the range of texts that begin with this one.
pub(super) fn after(beginning: &str) -> String {
    format!("{beginning}{}", char::MAX)
}

/// Frontier entries these visits touch.
#[derive(Default)]
struct Frontier {
    stored: BTreeMap<Key, FrontierEntry>,
    now: BTreeMap<Key, FrontierEntry>,
}

/// Scan, channel and URL as texts.
type Key = (String, String, String);

fn key(entry: &FrontierEntry) -> Key {
    (
        text(&entry.scan),
        text(&entry.channel),
        url_text(&entry.url),
    )
}

impl Frontier {
    async fn load(connection: &mut PgConnection, visits: &[Visit]) -> Result<Self, Trouble> {
        let keys: BTreeSet<Key> = visits.iter().flat_map(|v| &v.frontier).map(key).collect();
        let mut frontier = Self::default();
        if keys.is_empty() {
            return Ok(frontier);
        }
        let (mut scans, mut channels, mut urls) = (Vec::new(), Vec::new(), Vec::new());
        for (scan, channel, url) in keys {
            scans.push(scan);
            channels.push(channel);
            urls.push(url);
        }
        let query = sqlx::query_as(
            "SELECT f.scan, f.channel, f.url, f.row FROM frontier f \
             JOIN UNNEST($1::text[], $2::text[], $3::text[]) AS n(scan, channel, url) \
             ON f.scan = n.scan AND f.channel = n.channel AND f.url = n.url \
             ORDER BY f.scan, f.channel, f.url FOR UPDATE OF f",
        );
        let rows: Vec<(String, String, String, Vec<u8>)> = query
            .bind(&scans)
            .bind(&channels)
            .bind(&urls)
            .fetch_all(connection)
            .await?;
        for (scan, channel, url, stored) in rows {
            let parts = [scan, channel, url];
            let entry: FrontierEntry = row::decode("frontier", &row_key(&parts), &stored)?;
            let [scan, channel, url] = parts;
            frontier.stored.insert((scan, channel, url), entry);
        }
        frontier.now = frontier.stored.clone();
        Ok(frontier)
    }

    fn put(&mut self, entry: &FrontierEntry) {
        let key = key(entry);
        let stored = self.now.get(&key);
        if !stored.is_some_and(|stored| stays_done(stored, entry)) {
            self.now.insert(key, entry.clone());
        }
    }

    async fn write(&self, connection: &mut PgConnection) -> Result<(), Trouble> {
        let (mut new, mut changed) = (Rows::default(), Rows::default());
        for (key, entry) in &self.now {
            match self.stored.get(key) {
                None => new.push(key, entry)?,
                Some(stored) if stored != entry => changed.push(key, entry)?,
                Some(_) => {}
            }
        }
        changed.write(connection, WRITE_LOCKED).await?;
        new.write(connection, WRITE_NEW).await
    }
}

/// Entries as arrays.
#[derive(Default)]
struct Rows {
    scan: Vec<String>,
    channel: Vec<String>,
    url: Vec<String>,
    done: Vec<bool>,
    not_before: Vec<Option<DateTime<Utc>>>,
    row: Vec<Vec<u8>>,
}

const WRITE_LOCKED: &str = "INSERT INTO frontier AS f (scan, channel, url, done, not_before, row) \
     SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::bytea[]) \
     ON CONFLICT (scan, channel, url) DO UPDATE \
     SET done = excluded.done, not_before = excluded.not_before, row = excluded.row";

/// What two writers queue at the same time meets only here: done stays done.
const WRITE_NEW: &str = "INSERT INTO frontier AS f (scan, channel, url, done, not_before, row) \
     SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::bytea[]) \
     ON CONFLICT (scan, channel, url) DO UPDATE \
     SET done = excluded.done, not_before = excluded.not_before, row = excluded.row \
     WHERE NOT (f.done AND NOT excluded.done AND excluded.not_before IS NULL)";

impl Rows {
    fn push(&mut self, (scan, channel, url): &Key, entry: &FrontierEntry) -> Result<()> {
        let parts = [scan.clone(), channel.clone(), url.clone()];
        self.row.push(row::encode(&row_key(&parts), entry)?);
        let [scan, channel, url] = parts;
        self.scan.push(scan);
        self.channel.push(channel);
        self.url.push(url);
        self.done.push(entry.done);
        self.not_before.push(entry.not_before);
        Ok(())
    }

    async fn write(&self, connection: &mut PgConnection, sql: &'static str) -> Result<(), Trouble> {
        if self.row.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(sql)
            .bind(&self.scan)
            .bind(&self.channel)
            .bind(&self.url)
            .bind(&self.done)
            .bind(&self.not_before)
            .bind(&self.row);
        query.execute(connection).await?;
        Ok(())
    }
}

async fn write_pages(
    connection: &mut PgConnection,
    pages: &BTreeMap<(String, String), &PageRecord>,
) -> Result<(), Trouble> {
    if pages.is_empty() {
        return Ok(());
    }
    let (mut channels, mut urls, mut scans) = (Vec::new(), Vec::new(), Vec::new());
    let (mut visited, mut rows) = (Vec::new(), Vec::new());
    for ((channel, url), page) in pages {
        let parts = [channel.clone(), url.clone()];
        rows.push(row::encode(&row_key(&parts), page)?);
        let [channel, url] = parts;
        channels.push(channel);
        urls.push(url);
        scans.push(text(&page.scan));
        visited.push(page.visited);
    }
    let query = sqlx::query(
        "INSERT INTO pages (channel, url, scan, visited, row) \
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[]) \
         ON CONFLICT (channel, url) DO UPDATE SET scan = excluded.scan, visited = excluded.visited, row = excluded.row",
    );
    query
        .bind(&channels)
        .bind(&urls)
        .bind(&scans)
        .bind(&visited)
        .bind(&rows)
        .execute(connection)
        .await?;
    Ok(())
}
