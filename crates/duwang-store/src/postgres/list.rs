//! Lists: filters as SQL, walked in listing order from one snapshot, so that no row is missed or met twice while others write.

use super::connect::{Connection, Snapshot, Trouble};
use super::record::after;
use super::{decode_finding, text, url_text};
use crate::{Result, StoreError};
use duwang_model::{Finding, FindingFilter};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use std::ops::ControlFlow;

const SHORTEST_PREFIX: usize = 4;
/// Rows asked for first, and at most at a time: short lists cost little, long ones few questions.
const FIRST: i64 = 64;
const MOST: i64 = 2_000;

/// A place in the listing: unit, channel, rule, url, start, fingerprint.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Listed {
    unit: String,
    channel: String,
    rule: String,
    url: String,
    start: i64,
    fingerprint: String,
    row: Vec<u8>,
}

pub(super) fn each_finding(
    connection: &Connection,
    filter: &FindingFilter,
    each: &mut dyn FnMut(Finding) -> ControlFlow<()>,
) -> Result<()> {
    let mut snapshot = Snapshot::of(connection)?;
    let mut last: Option<Listed> = None;
    let mut stride = FIRST;
    loop {
        let mut query = page_of(filter, last.as_ref(), stride);
        // Planned for what is really asked: that a filter is covered by a partial index must not be hidden behind a parameter.
        let rows: Vec<Listed> = snapshot.read(async |c| {
            let query = query.build_query_as().persistent(false);
            Ok(query.fetch_all(c).await?)
        })?;
        let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < stride;
        for listed in &rows {
            let finding = decode_finding(&listed.fingerprint, &listed.row)?;
            if filter.admits(&finding) && each(finding).is_break() {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
        last = rows.into_iter().next_back();
        stride = (stride * 4).min(MOST);
    }
}

/// The next rows of the listing that the columns let pass; the finding itself is asked afterwards.
fn page_of(filter: &FindingFilter, after: Option<&Listed>, stride: i64) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "SELECT unit, channel, rule, url, start, fingerprint, row FROM findings WHERE true",
    );
    restrict(&mut query, filter);
    if let Some(last) = after {
        query.push(" AND (unit, channel, rule, url, start, fingerprint) > (");
        let mut place = query.separated(", ");
        place
            .push_bind(last.unit.clone())
            .push_bind(last.channel.clone())
            .push_bind(last.rule.clone())
            .push_bind(last.url.clone())
            .push_bind(last.start)
            .push_bind(last.fingerprint.clone());
        query.push(")");
    }
    query.push(" ORDER BY unit, channel, rule, url, start, fingerprint LIMIT ");
    query.push_bind(stride);
    query
}

/// The filter's words as conditions on columns.
pub(super) fn restrict(query: &mut QueryBuilder<Postgres>, filter: &FindingFilter) {
    one_of(query, "unit", filter.units.iter().map(|u| text(u)));
    one_of(query, "channel", filter.channels.iter().map(|c| text(c)));
    one_of(
        query,
        "category",
        filter.categories.iter().map(|c| c.word()),
    );
    one_of(query, "level", filter.levels.iter().map(|l| l.word()));
    one_of(
        query,
        "certainty",
        filter.certainties.iter().map(|c| c.word()),
    );
    one_of(query, "kind", filter.kinds.iter().map(|k| k.word()));
    one_of(query, "state", filter.states.iter().map(|s| s.word()));
    rules(query, &filter.rules);
    if let Some(scan) = &filter.scan {
        query.push(" AND scan = ").push_bind(text(scan));
    }
    if let Some(since) = filter.since {
        query.push(" AND last_seen >= ").push_bind(since);
    }
    if let Some(until) = filter.until {
        query.push(" AND last_seen <= ").push_bind(until); // columns hold microseconds; the finding itself is asked afterwards
    }
    if let Some(url) = &filter.url {
        query.push(" AND url = ").push_bind(url_text(url));
    }
}

fn one_of<T: AsRef<str>>(
    query: &mut QueryBuilder<Postgres>,
    column: &'static str,
    words: impl Iterator<Item = T>,
) {
    let words: Vec<String> = words.map(|w| w.as_ref().to_owned()).collect();
    if words.is_empty() {
        return;
    }
    query.push(" AND ").push(column).push(" IN (");
    let mut list = query.separated(", ");
    for word in words {
        list.push_bind(word);
    }
    query.push(")");
}

/// Rule ids and whole packs.
fn rules(query: &mut QueryBuilder<Postgres>, rules: &[String]) {
    if rules.is_empty() {
        return;
    }
    query.push(" AND (false");
    for rule in rules {
        let rule = text(rule);
        let pack = format!("{rule}/");
        query.push(" OR rule = ").push_bind(rule);
        query.push(" OR (rule >= ").push_bind(pack.clone());
        query.push(" AND rule < ").push_bind(after(&pack)).push(")");
    }
    query.push(")");
}

/// An id as a person may write it.
pub(super) fn given(id: &str) -> String {
    text(&id.trim().to_ascii_lowercase())
}

/// The fingerprint behind an id, a fingerprint or a unique prefix.
pub(super) async fn resolve(
    connection: &mut PgConnection,
    given: &str,
) -> Result<Option<String>, Trouble> {
    let exact =
        sqlx::query_scalar("SELECT fingerprint FROM findings WHERE fingerprint = $1 OR id = $1");
    let exact: Option<String> = exact.bind(given).fetch_optional(&mut *connection).await?;
    if exact.is_some() || given.len() < SHORTEST_PREFIX {
        return Ok(exact);
    }
    let alike = sqlx::query_as(
        "SELECT fingerprint, id FROM findings WHERE fingerprint >= $1 AND fingerprint < $2 ORDER BY fingerprint LIMIT 10",
    );
    let alike: Vec<(String, String)> = alike
        .bind(given)
        .bind(after(given))
        .fetch_all(connection)
        .await?;
    match alike.len() {
        0 => Ok(None),
        1 => Ok(alike.into_iter().next().map(|(fingerprint, _)| fingerprint)),
        _ => Err(StoreError::Ambiguous {
            given: given.to_owned(),
            candidates: alike.into_iter().map(|(_, id)| id).collect(),
        }
        .into()),
    }
}
