//! A finding as columns, and many of them as arrays for one statement.

use super::{text, url_text};
use crate::{Result, keys, row};
use chrono::{DateTime, Utc};
use duwang_model::Finding;
use sqlx::PgConnection;

/// The columns of `findings`, each as an array over findings.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Columns {
    fingerprint: Vec<String>,
    id: Vec<String>,
    unit: Vec<String>,
    channel: Vec<String>,
    rule: Vec<String>,
    url: Vec<String>,
    start: Vec<i64>,
    category: Vec<&'static str>,
    level: Vec<&'static str>,
    certainty: Vec<&'static str>,
    kind: Vec<Option<&'static str>>,
    state: Vec<&'static str>,
    present: Vec<bool>,
    scan: Vec<String>,
    last_seen: Vec<DateTime<Utc>>,
    row: Vec<Vec<u8>>,
}

impl Columns {
    pub(super) fn push(&mut self, finding: &Finding) -> Result<()> {
        let fingerprint = text(&finding.fingerprint);
        self.row.push(row::encode(fingerprint.as_bytes(), finding)?);
        self.fingerprint.push(fingerprint);
        self.id.push(text(&finding.id));
        self.unit.push(text(&finding.unit));
        self.channel.push(text(&finding.channel));
        self.rule.push(text(&finding.hit.rule));
        self.url.push(url_text(finding.url()));
        self.start
            .push(i64::try_from(keys::start(finding)).unwrap_or(i64::MAX));
        self.category.push(finding.hit.category.word());
        self.level.push(finding.hit.level.word());
        self.certainty.push(finding.hit.certainty.word());
        self.kind.push(finding.kind.map(|kind| kind.word()));
        self.state.push(finding.state.word());
        self.present.push(finding.present);
        self.scan.push(text(&finding.scan));
        self.last_seen.push(finding.last_seen);
        Ok(())
    }

    /// Inserts all of them; one that is there already is a collision.
    pub(super) async fn insert(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.run(
            connection,
            "INSERT INTO findings (fingerprint, id, unit, channel, rule, url, start, category, level, certainty, kind, state, \
             present, scan, last_seen, row) \
             SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], \
             $9::text[], $10::text[], $11::text[], $12::text[], $13::boolean[], $14::text[], $15::timestamptz[], $16::bytea[])",
        )
        .await
    }

    /// Writes all of them over what is there.
    pub(super) async fn update(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.run(
            connection,
            "UPDATE findings f SET id = n.id, unit = n.unit, channel = n.channel, rule = n.rule, url = n.url, start = n.start, \
             category = n.category, level = n.level, certainty = n.certainty, kind = n.kind, state = n.state, present = n.present, \
             scan = n.scan, last_seen = n.last_seen, row = n.row, changed = pg_current_xact_id() \
             FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], \
             $9::text[], $10::text[], $11::text[], $12::text[], $13::boolean[], $14::text[], $15::timestamptz[], $16::bytea[]) \
             AS n(fingerprint, id, unit, channel, rule, url, start, category, level, certainty, kind, state, present, scan, \
             last_seen, row) WHERE f.fingerprint = n.fingerprint",
        )
        .await
    }

    async fn run(
        &self,
        connection: &mut PgConnection,
        sql: &'static str,
    ) -> Result<(), sqlx::Error> {
        if self.fingerprint.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(sql)
            .bind(&self.fingerprint)
            .bind(&self.id)
            .bind(&self.unit)
            .bind(&self.channel)
            .bind(&self.rule)
            .bind(&self.url)
            .bind(&self.start)
            .bind(&self.category)
            .bind(&self.level)
            .bind(&self.certainty)
            .bind(&self.kind)
            .bind(&self.state)
            .bind(&self.present)
            .bind(&self.scan)
            .bind(&self.last_seen)
            .bind(&self.row);
        query.execute(connection).await?;
        Ok(())
    }
}

/// The words beside the row as the row says they must be, in one text, to compare with what is stored.
pub(super) fn said(finding: &Finding) -> String {
    [
        text(&finding.id),
        text(&finding.unit),
        text(&finding.channel),
        text(&finding.hit.rule),
        url_text(finding.url()),
        i64::try_from(keys::start(finding))
            .unwrap_or(i64::MAX)
            .to_string(),
        finding.hit.category.word().to_owned(),
        finding.hit.level.word().to_owned(),
        finding.hit.certainty.word().to_owned(),
        finding.kind.map_or("", |kind| kind.word()).to_owned(),
        finding.state.word().to_owned(),
        finding.present.to_string(),
        text(&finding.scan),
    ]
    .join("\u{1f}")
}

/// The same of a stored row.
pub(super) const SAID: &str = "concat_ws(chr(31), id, unit, channel, rule, url, start::text, category, level, certainty, \
     coalesce(kind, ''), state, present::text, scan)";
