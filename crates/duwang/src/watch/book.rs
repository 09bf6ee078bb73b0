//! Where looks are kept: one small note a site and day, every look as four numbers, for a year.

use crate::clock::day;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use duwang_schedule::{Day, Probe, Seen};
use duwang_store::{Store, StoreError};
use std::collections::BTreeMap;

const KIND: &str = "probe";
const DAYS_KEPT: i64 = 366;
/// Tries to write a note that another process writes too.
const TRIES: usize = 20;

/// Second of the time since 1970, what was seen, status, milliseconds.
type Row = (i64, u8, u16, u32);

/// One site over some days.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) channel: String,
    pub(crate) all: Day,
    /// Days with enough looks to judge them by.
    pub(crate) days: usize,
}

pub(super) fn write(store: &dyn Store, channel: &str, probe: &Probe) -> anyhow::Result<()> {
    let key = key(channel, day(probe.at));
    for _ in 0..TRIES {
        let (version, mut rows) = read(store, &key)?;
        rows.push(row(probe));
        match store.put_note(KIND, &key, version, &serde_json::to_value(&rows)?) {
            Err(StoreError::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
            Ok(_) if version == 0 => return forget(store, channel, probe.at),
            Ok(_) => return Ok(()),
        }
    }
    anyhow::bail!("监测记录 {key} 一直被别的进程改写")
}

/// The looks of today and yesterday, oldest first.
pub(super) fn latest(
    store: &dyn Store,
    channel: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<Probe>> {
    let mut looks = Vec::new();
    for at in [now - TimeDelta::days(1), now] {
        let (_, rows) = read(store, &key(channel, day(at)))?;
        looks.extend(rows.into_iter().map(probe));
    }
    Ok(looks)
}

/// Every site's looks since a day, by channel.
pub(crate) fn tallies(store: &dyn Store, since: NaiveDate) -> anyhow::Result<Vec<Tally>> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (key, note) in store.notes(KIND)? {
        let Some((channel, of)) = key.rsplit_once('/') else {
            continue;
        };
        let of: NaiveDate = of.parse()?;
        if of < since {
            continue;
        }
        let rows: Vec<Row> = serde_json::from_value(note.value)?;
        let mut counted = Day::new(of);
        rows.into_iter().for_each(|r| counted.add(probe(r).seen));
        let tally = tallies.entry(channel.to_owned()).or_insert_with(|| Tally {
            channel: channel.to_owned(),
            all: Day::new(since),
            days: 0,
        });
        tally.days += usize::from(counted.percent().is_some());
        tally.all.join(&counted);
    }
    Ok(tallies.into_values().collect())
}

/// At the first look of a day the day a year before is dropped.
fn forget(store: &dyn Store, channel: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
    let old = day(now) - TimeDelta::days(DAYS_KEPT);
    store.remove_note(KIND, &key(channel, old))?;
    Ok(())
}

fn read(store: &dyn Store, key: &str) -> anyhow::Result<(u64, Vec<Row>)> {
    Ok(match store.note(KIND, key)? {
        Some(note) => (note.version, serde_json::from_value(note.value)?),
        None => (0, Vec::new()),
    })
}

fn key(channel: &str, day: NaiveDate) -> String {
    format!("{channel}/{day}")
}

fn row(probe: &Probe) -> Row {
    let seen = match probe.seen {
        Seen::Up => 0,
        Seen::Down => 1,
        Seen::OurNetwork => 2,
        Seen::NoWord => 3,
    };
    (probe.at.timestamp(), seen, probe.status, probe.took)
}

fn probe((second, seen, status, took): Row) -> Probe {
    Probe {
        at: DateTime::from_timestamp(second, 0).unwrap_or_default(),
        seen: match seen {
            0 => Seen::Up,
            1 => Seen::Down,
            2 => Seen::OurNetwork,
            _ => Seen::NoWord,
        },
        status,
        took,
    }
}
