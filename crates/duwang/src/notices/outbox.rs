//! What waits, what went and what failed. A delivery is a note of kind `delivery`; nothing is sent that was not kept before.

use super::{Message, Office, Target, send, words};
use crate::register::Register;
use chrono::{DateTime, Duration, Utc};
use duwang_store::Store;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const KIND: &str = "delivery";
const MARKS: &str = "notice";
/// Robots take about twenty a minute; one look sends at most so many to each.
const AT_ONCE: usize = 5;
/// After so many failures a delivery is given up.
const TRIES: u32 = 8;
/// Between two looks.
const LOOK: std::time::Duration = std::time::Duration::from_secs(20);

/// One message to one target.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Delivery {
    target: String,
    message: Message,
    made: DateTime<Utc>,
    tries: u32,
    next: DateTime<Utc>,
    sent: Option<DateTime<Utc>>,
    trouble: String,
}

/// Looks again and again until the program ends.
pub(crate) async fn attend(office: Office, targets: Vec<Target>) {
    let office = Arc::new(office);
    let register = Register::default();
    loop {
        if let Err(error) = look(&office, &register, &targets, Utc::now()).await {
            tracing::warn!(error = format!("{error:#}"), "通知没有处理完，稍后再试");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Writes what is new, sends what waits.
pub(super) async fn look(
    office: &Arc<Office>,
    register: &Register,
    targets: &[Target],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (asked, theirs, all) = (Arc::clone(office), register.clone(), targets.to_vec());
    tokio::task::spawn_blocking(move || write(&asked, &theirs, &all, now)).await??;
    for target in targets.iter().filter(|t| !t.is_quiet(now)) {
        deliver(office, target, now).await?;
    }
    Ok(())
}

/// A digest for every finished reading that was not told yet, a reminder once a day.
fn write(
    office: &Office,
    register: &Register,
    targets: &[Target],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let store = office.store.as_ref();
    let today = crate::clock::day(now).to_string();
    let scans = store.scans()?;
    let latest = scans
        .into_iter()
        .find(|s| s.finished.is_some() && s.is_reading());
    let region = (office.region)();
    for target in targets {
        if let Some(scan) = &latest
            && mark(office, &format!("digest {}", target.name), &scan.id)?
        {
            let shelf = register.now(store)?;
            let message = words::digest(scan, &shelf, &region, target);
            put(store, target, message, now)?;
        }
        if mark(office, &format!("reminder {}", target.name), &today)? {
            let shelf = register.now(store)?;
            let day = crate::clock::day(now);
            if let Some(message) = words::reminder(day, &shelf, &region, target) {
                put(store, target, message, now)?;
            }
        }
    }
    Ok(())
}

/// Whether this is new under this key; remembered from now on.
fn mark(office: &Office, key: &str, value: &str) -> anyhow::Result<bool> {
    let known = office.store.note(MARKS, key)?;
    if known.as_ref().is_some_and(|n| n.value == value) {
        return Ok(false);
    }
    let version = known.map_or(0, |n| n.version);
    office.store.put_note(MARKS, key, version, &value.into())?;
    Ok(true)
}

/// Something that happened at a unit's site, for whoever hears of that unit.
pub(crate) fn tell(
    store: &dyn Store,
    targets: &[Target],
    unit: &str,
    message: &Message,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let hears = |t: &&Target| t.unit.as_deref().is_none_or(|of| of == unit);
    for target in targets.iter().filter(hears) {
        put(store, target, message.clone(), now)?;
    }
    Ok(())
}

fn put(
    store: &dyn Store,
    target: &Target,
    message: Message,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let delivery = Delivery {
        target: target.name.clone(),
        message,
        made: now,
        tries: 0,
        next: now,
        sent: None,
        trouble: String::new(),
    };
    let key = format!(
        "{} {}",
        now.timestamp_micros(),
        crate::api::tokens::random_hex(4)?
    );
    store.put_note(KIND, &key, 0, &serde_json::to_value(&delivery)?)?;
    Ok(())
}

/// Sends what is due to one target, oldest first.
async fn deliver(office: &Office, target: &Target, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut sent = 0;
    for (key, note) in office.store.notes(KIND)? {
        let mut delivery: Delivery = serde_json::from_value(note.value)?;
        let waits = delivery.target == target.name
            && delivery.sent.is_none()
            && delivery.tries < TRIES
            && delivery.next <= now;
        if !waits || sent >= AT_ONCE {
            continue;
        }
        sent += 1;
        match send::send(target, &delivery.message, now).await {
            Ok(()) => delivery.sent = Some(now),
            Err(error) => {
                delivery.tries += 1;
                delivery.next = now + Duration::minutes(1 << delivery.tries.min(8));
                delivery.trouble = format!("{error:#}");
            }
        }
        office
            .store
            .put_note(KIND, &key, note.version, &serde_json::to_value(&delivery)?)?;
    }
    Ok(())
}
