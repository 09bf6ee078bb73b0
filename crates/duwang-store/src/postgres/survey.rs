//! The whole store: what is in it, whether it is sound, and all of it as lines.

use super::columns::{Columns, SAID, said};
use super::connect::{Connection, Snapshot, Trouble};
use super::notebook::untext;
use super::{STRIDE, row_key};
use crate::bodies::Bodies;
use crate::export::{Line, Sheet};
use crate::{LogEntry, Note, Report, Result, Stats, Transferred, row};
use duwang_model::{Finding, FrontierEntry, PageRecord, Scan};
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use std::io::Write;

/// A table and its key columns.
#[derive(Debug, Clone, Copy)]
struct Table {
    name: &'static str,
    keys: &'static [&'static str],
}

const SCANS: Table = Table {
    name: "scans",
    keys: &["id"],
};
const PAGES: Table = Table {
    name: "pages",
    keys: &["channel", "url"],
};
const FINDINGS: Table = Table {
    name: "findings",
    keys: &["fingerprint"],
};
const FRONTIER: Table = Table {
    name: "frontier",
    keys: &["scan", "channel", "url"],
};

const NOTES: Table = Table {
    name: "notes",
    keys: &["kind", "key"],
};
const LOGS: Table = Table {
    name: "logs",
    keys: &["log", "number"],
};

pub(super) fn stats(connection: &Connection, bodies: &Bodies) -> Result<Stats> {
    let counts: (i64, i64, i64, i64, i64) = connection.read(async |c| {
        let query = sqlx::query_as(
            "SELECT (SELECT count(*) FROM scans), (SELECT count(*) FROM pages), (SELECT count(*) FROM findings), \
             (SELECT count(*) FROM frontier), (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class \
             WHERE relkind = 'r' AND relnamespace = 'duwang'::regnamespace)",
        );
        Ok(query.fetch_one(c).await?)
    })?;
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    let bodies = bodies.count();
    Ok(Stats {
        scans: count(counts.0),
        pages: count(counts.1),
        findings: count(counts.2),
        frontier: count(counts.3),
        bodies: bodies.files,
        body_bytes: bodies.bytes,
        row_bytes: u64::try_from(counts.4).unwrap_or(0),
        notices: bodies.notice().into_iter().collect(),
    })
}

/// Reads every row in strides; the words beside a finding count as its index.
pub(super) fn check(connection: &Connection, bodies: &Bodies, repair: bool) -> Result<Report> {
    let mut check = Check {
        connection,
        bodies,
        report: Report::default(),
        repair,
        wrong: Vec::new(),
    };
    check.rows::<Scan>(SCANS, "''", |_, _, _| ())?;
    check.rows::<FrontierEntry>(FRONTIER, "''", |_, _, _| ())?;
    check.rows::<Note>(NOTES, "''", |_, _, _| ())?;
    check.rows::<LogEntry>(LOGS, "''", |_, _, _| ())?;
    check.rows::<PageRecord>(PAGES, "''", |check, page, _| {
        check.body(&page.url, page.snapshot.as_deref());
    })?;
    check.rows::<Finding>(FINDINGS, SAID, |check, finding, beside| {
        check.body(finding.url(), Some(&finding.snapshot.hash));
        if said(&finding) != beside {
            check.report.index_missing += 1;
            check.wrong.push(finding);
        }
    })?;
    check.report.repaired = repair;
    Ok(check.report)
}

/// One row as read: its key, the words beside it, and its bytes.
type Stored = (Vec<String>, String, Vec<u8>);

struct Check<'a> {
    connection: &'a Connection,
    bodies: &'a Bodies,
    report: Report,
    repair: bool,
    /// Findings of the present stride whose columns say something else.
    wrong: Vec<Finding>,
}

impl Check<'_> {
    fn rows<T: DeserializeOwned>(
        &mut self,
        table: Table,
        beside: &str,
        each: impl Fn(&mut Self, T, &str),
    ) -> Result<()> {
        let mut last: Option<Vec<String>> = None;
        loop {
            let rows = self
                .connection
                .read(async |c| stride(c, table, beside, last.as_deref()).await)?;
            let Some((end, _, _)) = rows.last() else {
                return Ok(());
            };
            last = Some(end.clone());
            for (key, words, bytes) in rows {
                self.report.rows += 1;
                match row::decode::<T>(table.name, &row_key(&key), &bytes) {
                    Ok(value) => each(self, value, &words),
                    Err(error) => {
                        self.report.damaged_row(&error);
                        self.put_aside(table, &key, &bytes)?;
                    }
                }
            }
            self.mend()?;
        }
    }

    fn body(&mut self, url: &str, hash: Option<&str>) {
        if let Some(hash) = hash.filter(|h| !h.is_empty())
            && !self.bodies.has(hash)
        {
            self.report.missing_body(url, hash);
        }
    }

    fn put_aside(&self, table: Table, key: &[String], bytes: &[u8]) -> Result<()> {
        if !self.repair {
            return Ok(());
        }
        self.connection.write(async |c, _| {
            let aside = sqlx::query(
                "INSERT INTO damaged (tab, key, row) VALUES ($1, $2, $3) \
                 ON CONFLICT (tab, key) DO UPDATE SET row = excluded.row",
            );
            aside
                .bind(table.name)
                .bind(key.join("\u{1f}"))
                .bind(bytes)
                .execute(&mut *c)
                .await?;
            let sql = format!("DELETE FROM {} WHERE {}", table.name, are(table.keys));
            let mut delete = sqlx::query(AssertSqlSafe(sql));
            for part in key {
                delete = delete.bind(part);
            }
            delete.execute(c).await?;
            Ok(())
        })
    }

    fn mend(&mut self) -> Result<()> {
        let wrong = std::mem::take(&mut self.wrong);
        if !self.repair || wrong.is_empty() {
            return Ok(());
        }
        let mut columns = Columns::default();
        for finding in &wrong {
            columns.push(finding)?;
        }
        self.connection
            .write(async |c, _| Ok(columns.update(c).await?))
    }
}

/// `a = $1 AND b = $2`
fn are(keys: &[&str]) -> String {
    let all: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(n, key)| format!("{key}::text = ${}", n + 1))
        .collect();
    all.join(" AND ")
}

/// The next rows of a table by key.
async fn stride(
    connection: &mut PgConnection,
    table: Table,
    beside: &str,
    after: Option<&[String]>,
) -> Result<Vec<Stored>, Trouble> {
    let keys = table.keys.join(", ");
    let cast = |key: &&str| {
        if *key == "number" {
            "::text::bigint"
        } else {
            "::text"
        }
    };
    let places: Vec<String> = table
        .keys
        .iter()
        .enumerate()
        .map(|(n, key)| format!("${}{}", n + 1, cast(key)))
        .collect();
    let from = match after {
        Some(_) => format!("WHERE ({keys}) > ({})", places.join(", ")),
        None => String::new(),
    };
    let shown: Vec<String> = table.keys.iter().map(|k| format!("{k}::text")).collect();
    let shown = shown.join(", ");
    let sql = format!(
        "SELECT ARRAY[{shown}], {beside}, row FROM {} {from} ORDER BY {keys} LIMIT {STRIDE}",
        table.name
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for part in after.unwrap_or_default() {
        query = query.bind(part);
    }
    let rows = query.fetch_all(connection).await?;
    let read = |row: &sqlx::postgres::PgRow| -> Result<Stored, sqlx::Error> {
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// All rows from one snapshot, in the order every backend exports them.
pub(super) fn export(connection: &Connection, to: &mut dyn Write) -> Result<Transferred> {
    let mut from = Snapshot::of(connection)?;
    let mut out = Sheet::new(to)?;
    lines::<Scan>(&mut from, SCANS, |_, s| Line::Scan(Box::new(s)), &mut out)?;
    lines::<PageRecord>(&mut from, PAGES, |_, p| Line::Page(Box::new(p)), &mut out)?;
    lines::<Finding>(
        &mut from,
        FINDINGS,
        |_, f| Line::Finding(Box::new(f)),
        &mut out,
    )?;
    lines::<FrontierEntry>(&mut from, FRONTIER, |_, e| Line::Frontier(e), &mut out)?;
    lines::<Note>(&mut from, NOTES, note, &mut out)?;
    lines::<LogEntry>(&mut from, LOGS, entry, &mut out)?;
    out.close()
}

fn lines<T: DeserializeOwned>(
    from: &mut Snapshot<'_>,
    table: Table,
    line: impl Fn(&[String], T) -> Line,
    out: &mut Sheet<'_>,
) -> Result<()> {
    let mut last: Option<Vec<String>> = None;
    loop {
        let rows = from.read(async |c| stride(c, table, "''", last.as_deref()).await)?;
        let Some((end, _, _)) = rows.last() else {
            return Ok(());
        };
        last = Some(end.clone());
        for (key, _, bytes) in &rows {
            out.line(&line(key, row::decode(table.name, &row_key(key), bytes)?))?;
        }
    }
}

fn note(key: &[String], note: Note) -> Line {
    let part = |n: usize| key.get(n).map(|k| untext(k)).unwrap_or_default();
    Line::Note {
        kind: part(0),
        key: part(1),
        value: note.value,
    }
}

fn entry(key: &[String], entry: LogEntry) -> Line {
    Line::Entry {
        log: key.first().map(|k| untext(k)).unwrap_or_default(),
        entry,
    }
}
