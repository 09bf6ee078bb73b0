//! Documents, logs, and what changed since somebody looked.

use super::connect::{Connection, Trouble};
use super::{row_key, text};
use crate::{LogEntry, News, Note, Result, StoreError, row};
use sqlx::PgConnection;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// A reader that missed more than this reads everything.
const NEWS: i64 = 20_000;
/// So many moments are remembered for readers to come back to.
const MOMENTS: usize = 256;

pub(super) fn note(connection: &Connection, kind: &str, key: &str) -> Result<Option<Note>> {
    let parts = [text(kind), text(key)];
    let row: Option<Vec<u8>> = connection.read(async |c| {
        let query = sqlx::query_scalar("SELECT row FROM notes WHERE kind = $1 AND key = $2");
        let query = query.bind(&parts[0]).bind(&parts[1]);
        Ok(query.fetch_optional(c).await?)
    })?;
    row.map(|row| row::decode("notes", &row_key(&parts), &row))
        .transpose()
}

pub(super) fn notes(connection: &Connection, kind: &str) -> Result<Vec<(String, Note)>> {
    let kind = text(kind);
    let rows: Vec<(String, Vec<u8>)> = connection.read(async |c| {
        let query = sqlx::query_as("SELECT key, row FROM notes WHERE kind = $1 ORDER BY key");
        Ok(query.bind(&kind).fetch_all(c).await?)
    })?;
    rows.into_iter()
        .map(|(key, bytes)| {
            let parts = [kind.clone(), key];
            let note = row::decode("notes", &row_key(&parts), &bytes)?;
            let [_, key] = parts;
            Ok((untext(&key), note))
        })
        .collect()
}

pub(super) fn put_note(
    connection: &Connection,
    kind: &str,
    key: &str,
    version: u64,
    value: &serde_json::Value,
) -> Result<u64> {
    let parts = [text(kind), text(key)];
    let note = Note {
        version: version + 1,
        value: value.clone(),
    };
    let bytes = row::encode(&row_key(&parts), &note)?;
    let (old, new) = (number(version), number(note.version));
    connection.write(async |c, is_repeated| {
        // A version of 0 is a document that is not there yet.
        let put = sqlx::query(
            "INSERT INTO notes (kind, key, version, row) SELECT $1, $2, $4, $5 WHERE $3 = 0 ON CONFLICT DO NOTHING",
        );
        let mut written = put
            .bind(&parts[0])
            .bind(&parts[1])
            .bind(old)
            .bind(new)
            .bind(&bytes)
            .execute(&mut *c)
            .await?
            .rows_affected();
        if written == 0 {
            let replace = sqlx::query(
                "UPDATE notes SET version = $4, row = $5 WHERE kind = $1 AND key = $2 \
                 AND (version = $3 OR ($6 AND version = $4 AND row = $5))",
            );
            written = replace
                .bind(&parts[0])
                .bind(&parts[1])
                .bind(old)
                .bind(new)
                .bind(&bytes)
                .bind(is_repeated)
                .execute(c)
                .await?
                .rows_affected();
        }
        match written {
            0 => Err(StoreError::Stale {
                kind: kind.to_owned(),
                key: key.to_owned(),
            }
            .into()),
            _ => Ok(note.version),
        }
    })
}

pub(super) fn remove_note(connection: &Connection, kind: &str, key: &str) -> Result<bool> {
    let (kind, key) = (text(kind), text(key));
    connection.write(async |c, is_repeated| {
        let remove = sqlx::query("DELETE FROM notes WHERE kind = $1 AND key = $2");
        let removed = remove.bind(&kind).bind(&key).execute(c).await?;
        Ok(removed.rows_affected() > 0 || is_repeated)
    })
}

/// Adds an entry; whoever else writes to this log waits.
pub(super) async fn append(
    connection: &mut PgConnection,
    log: &str,
    text_: &str,
    is_repeated: bool,
) -> Result<LogEntry, Trouble> {
    let name = text(log);
    let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 7239470012))");
    lock.bind(&name).execute(&mut *connection).await?;
    let last =
        sqlx::query_as("SELECT number, row FROM logs WHERE log = $1 ORDER BY number DESC LIMIT 1");
    let last: Option<(i64, Vec<u8>)> = last.bind(&name).fetch_optional(&mut *connection).await?;
    let last: Option<LogEntry> = match last {
        Some((number, bytes)) => Some(row::decode("logs", &log_key(&name, number), &bytes)?),
        None => None,
    };
    if let Some(last) = last.as_ref().filter(|l| is_repeated && l.text == text_) {
        return Ok(last.clone()); // written by the try we did not hear of
    }
    let entry = LogEntry::after(log, last.as_ref(), text_);
    let bytes = row::encode(&log_key(&name, number(entry.number)), &entry)?;
    let insert = sqlx::query("INSERT INTO logs (log, number, row) VALUES ($1, $2, $3)");
    insert
        .bind(&name)
        .bind(number(entry.number))
        .bind(&bytes)
        .execute(connection)
        .await?;
    Ok(entry)
}

pub(super) fn entries(
    connection: &Connection,
    log: &str,
    from: u64,
    most: usize,
) -> Result<Vec<LogEntry>> {
    let name = text(log);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows: Vec<(i64, Vec<u8>)> = connection.read(async |c| {
        let query = sqlx::query_as(
            "SELECT number, row FROM logs WHERE log = $1 AND number >= $2 ORDER BY number LIMIT $3",
        );
        let query = query.bind(&name).bind(number(from)).bind(most);
        Ok(query.fetch_all(c).await?)
    })?;
    rows.iter()
        .map(|(number, bytes)| row::decode("logs", &log_key(&name, *number), bytes))
        .collect()
}

fn log_key(name: &str, number: i64) -> Vec<u8> {
    row_key(&[name.to_owned(), number.to_string()])
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The text a key was made from.
pub(super) fn untext(key: &str) -> String {
    key.replace("\u{1}\u{1}", "\0")
        .replace("\u{1}\u{2}", "\u{1}")
}

/// The moments readers were told of: what was visible then, as the database says it. A number taken from a sequence would not do: a
/// transaction with a lower one may end later.
#[derive(Debug, Default)]
pub(super) struct Moments {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    next: u64,
    latest: VecDeque<(u64, String)>,
}

impl Moments {
    pub(super) fn news(&self, connection: &Connection, mark: u64) -> Result<News> {
        let then = self.moment(mark);
        let (now, changed) = connection.read(async |c| {
            // The moment is taken first: what is written in between is told twice, never left out.
            let now = sqlx::query_scalar("SELECT pg_current_snapshot()::text");
            let now: String = now.fetch_one(&mut *c).await?;
            let changed = match &then {
                Some(then) => Some(changed_since(c, then).await?),
                None => None,
            };
            Ok((now, changed))
        })?;
        Ok(News {
            mark: self.remember(now),
            changed: changed.filter(|c| c.len() < NEWS as usize),
        })
    }

    fn moment(&self, mark: u64) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.latest.iter().find(|(m, _)| *m == mark);
        found.map(|(_, moment)| moment.clone())
    }

    fn remember(&self, moment: String) -> u64 {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((mark, _)) = known.latest.back().filter(|(_, latest)| *latest == moment) {
            return *mark;
        }
        known.next += 1;
        let mark = known.next;
        known.latest.push_back((mark, moment));
        if known.latest.len() > MOMENTS {
            known.latest.pop_front();
        }
        mark
    }
}

async fn changed_since(c: &mut PgConnection, then: &str) -> Result<Vec<String>, Trouble> {
    let query = sqlx::query_scalar(
        "SELECT fingerprint FROM (SELECT fingerprint, changed FROM findings WHERE changed >= pg_snapshot_xmin($1::pg_snapshot) \
         UNION ALL SELECT fingerprint, changed FROM gone WHERE changed >= pg_snapshot_xmin($1::pg_snapshot)) AS written \
         WHERE NOT pg_visible_in_snapshot(changed, $1::pg_snapshot) GROUP BY fingerprint ORDER BY fingerprint LIMIT $2",
    );
    let changed: Vec<String> = query.bind(then).bind(NEWS).fetch_all(c).await?;
    Ok(changed.iter().map(|f| untext(f)).collect())
}
