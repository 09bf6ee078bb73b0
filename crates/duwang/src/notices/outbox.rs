//! What waits, what went and what failed. A delivery is a note of kind `delivery`; nothing is sent that was not kept before.

use super::target::Way;
use super::{Message, Office, Target, send, writer};
use crate::register::Register;
use chrono::{DateTime, Duration, Utc};
use duwang_store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const KIND: &str = "delivery";
/// Robots take about twenty a minute; one look sends at most so many to each.
const AT_ONCE: usize = 5;
/// After so many failures a delivery is given up, until somebody wants it tried again.
const TRIES: u32 = 8;
/// What ended so long ago is not kept.
const KEPT_DAYS: i64 = 180;
/// Between two looks.
const LOOK: std::time::Duration = std::time::Duration::from_secs(20);

/// One message to one target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// Name of the target.
    pub(crate) target: String,
    /// How it is reached; absent in what older versions kept.
    #[serde(default)]
    way: Option<Way>,
    /// Masked.
    #[serde(default)]
    pub(crate) receiver: String,
    pub(crate) message: Message,
    pub(crate) made: DateTime<Utc>,
    pub(crate) tries: u32,
    /// So many tries are made before it is given up.
    #[serde(default = "tries")]
    patience: u32,
    pub(crate) next: DateTime<Utc>,
    pub(crate) sent: Option<DateTime<Utc>>,
    /// Why the last try failed.
    pub(crate) trouble: String,
}

fn tries() -> u32 {
    TRIES
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Not tried yet, or to be tried again.
    Waiting,
    Sent,
    GivenUp,
}

impl Fate {
    pub(crate) const ALL: [Self; 3] = [Self::Waiting, Self::Sent, Self::GivenUp];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given-up",
        }
    }

    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Waiting => "待发送",
            Self::Sent => "已送达",
            Self::GivenUp => "没有送达",
        }
    }
}

impl Delivery {
    pub(crate) fn fate(&self) -> Fate {
        match self.sent {
            Some(_) => Fate::Sent,
            None if self.tries < self.patience => Fate::Waiting,
            None => Fate::GivenUp,
        }
    }

    pub(crate) fn way(&self) -> &'static str {
        self.way.map_or("", Way::chinese)
    }

    fn is_due(&self, target: &Target, now: DateTime<Utc>) -> bool {
        self.target == target.name && self.fate() == Fate::Waiting && self.next <= now
    }

    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.fate() != Fate::Waiting && self.made + Duration::days(KEPT_DAYS) < now
    }
}

/// The deliveries of a store.
pub(crate) struct Outbox<'s>(pub(crate) &'s dyn Store);

impl Outbox<'_> {
    /// Everything with its key, the oldest first.
    pub(crate) fn all(&self) -> anyhow::Result<Vec<(String, Delivery)>> {
        let notes = self.0.notes(KIND)?.into_iter();
        notes
            .map(|(key, note)| Ok((key, serde_json::from_value(note.value)?)))
            .collect()
    }

    /// Has it tried once more, at once. `false`: there is none, or it was sent.
    pub(crate) fn retry(&self, key: &str, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let mut found = false;
        self.change(key, |delivery| {
            found = delivery.sent.is_none();
            delivery.patience = delivery.patience.max(delivery.tries + 1);
            delivery.next = now;
        })?;
        Ok(found)
    }

    pub(crate) fn put(
        &self,
        target: &Target,
        message: Message,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let delivery = Delivery {
            target: target.name.clone(),
            way: Some(target.kind),
            receiver: target.receiver(),
            message,
            made: now,
            tries: 0,
            patience: TRIES,
            next: now,
            sent: None,
            trouble: String::new(),
        };
        let random = crate::api::tokens::random_hex(4)?;
        let key = format!("{}-{random}", now.timestamp_micros());
        self.0
            .put_note(KIND, &key, 0, &serde_json::to_value(&delivery)?)?;
        Ok(())
    }

    /// Reads, changes, writes; once more when somebody else was faster.
    fn change(&self, key: &str, mut change: impl FnMut(&mut Delivery)) -> anyhow::Result<()> {
        loop {
            let Some(note) = self.0.note(KIND, key)? else {
                return Ok(());
            };
            let mut delivery: Delivery = serde_json::from_value(note.value)?;
            change(&mut delivery);
            let value = serde_json::to_value(&delivery)?;
            match self.0.put_note(KIND, key, note.version, &value) {
                Err(StoreError::Stale { .. }) => {}
                other => return other.map(drop).map_err(Into::into),
            }
        }
    }
}

/// Looks again and again until the program ends.
pub(crate) async fn attend(office: Office, targets: Vec<Target>, now: impl Fn() -> DateTime<Utc>) {
    let office = Arc::new(office);
    let register = Register::default();
    loop {
        if let Err(error) = look(&office, &register, &targets, now()).await {
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
    let waiting = tokio::task::spawn_blocking(move || {
        writer::write(&asked, &theirs, &all, now)?;
        waiting(asked.store.as_ref(), now)
    })
    .await??;
    for target in targets.iter().filter(|t| !t.is_quiet(now)) {
        let due = waiting.iter().filter(|(_, d)| d.is_due(target, now));
        for (key, delivery) in due.take(AT_ONCE) {
            let sent = send::send(target, &delivery.message, now).await;
            Outbox(office.store.as_ref()).change(key, |delivery| told(delivery, &sent, now))?;
        }
    }
    Ok(())
}

/// What is not over yet; what is long over is swept out.
fn waiting(store: &dyn Store, now: DateTime<Utc>) -> anyhow::Result<Vec<(String, Delivery)>> {
    let mut all = Outbox(store).all()?;
    for (key, _) in all.extract_if(.., |(_, d)| d.is_over(now)) {
        store.remove_note(KIND, &key)?;
    }
    all.retain(|(_, d)| d.fate() == Fate::Waiting);
    Ok(all)
}

fn told(delivery: &mut Delivery, sent: &anyhow::Result<()>, now: DateTime<Utc>) {
    delivery.tries += 1;
    match sent {
        Ok(()) => {
            delivery.sent = Some(now);
            delivery.trouble.clear();
        }
        Err(error) => {
            delivery.next = now + Duration::minutes(1 << delivery.tries.min(8));
            delivery.trouble = format!("{error:#}");
        }
    }
}
