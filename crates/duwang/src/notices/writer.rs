//! What there is to say now: a digest for every finished reading, reminders once a day. Each is said once.

use super::outbox::Outbox;
use super::stage::Told;
use super::{Message, Office, Target, words};
use crate::people::{Account, Accounts};
use crate::register::Register;
use chrono::{DateTime, Utc};
use duwang_store::Store;
use serde_json::Value;

/// Notes of what was said already.
const MARKS: &str = "notice";

/// Puts into the outbox what was not said yet.
pub(super) fn write(
    office: &Office,
    register: &Register,
    targets: &[Target],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    for target in targets {
        let person = match &target.person {
            None => None,
            Some(name) => match hearer(office.store.as_ref(), name)? {
                Some(account) => Some(account),
                None => continue, // locked or gone: nothing is for them any more
            },
        };
        let target = of_person(target, person.as_ref());
        digest(office, register, &target, person.as_ref(), now)?;
        remind(office, register, &target, now)?;
    }
    Ok(())
}

/// Something that happened at a unit's site, for whoever hears of that unit.
pub(crate) fn tell(
    store: &dyn Store,
    targets: &[Target],
    unit: &str,
    message: &Message,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    for target in targets {
        let person = target.person.as_deref().map(|name| hearer(store, name));
        let target = match person.transpose()? {
            Some(None) => continue, // locked or gone
            person => of_person(target, person.flatten().as_ref()),
        };
        if target.unit.as_deref().is_none_or(|of| of == unit) {
            Outbox(store).put(&target, message.clone(), now)?;
        }
    }
    Ok(())
}

fn hearer(store: &dyn Store, name: &str) -> anyhow::Result<Option<Account>> {
    let account = Accounts(store).get(name)?;
    Ok(account.filter(|a| !a.disabled))
}

/// An editor hears of the own unit only.
fn of_person(target: &Target, person: Option<&Account>) -> Target {
    let own = person.and_then(|p| p.unit.clone());
    Target {
        unit: own.or_else(|| target.unit.clone()),
        ..target.clone()
    }
}

fn digest(
    office: &Office,
    register: &Register,
    target: &Target,
    person: Option<&Account>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let store = office.store.as_ref();
    let mut scans = store.scans()?.into_iter();
    let Some(scan) = scans.find(|s| s.is_reading() && s.finished.is_some()) else {
        return Ok(());
    };
    if !is_new(office, &format!("digest {}", target.name), &scan.id)? {
        return Ok(());
    }
    let region = (office.region)();
    let shelf = register.now(store)?;
    let mut message = words::digest(&scan, &shelf, &region, target);
    if let Some(person) = person {
        let own = words::personal(person, &shelf, target, crate::clock::day(now));
        message.text = format!("{own}\n{}", message.text);
    }
    Outbox(store).put(target, message, now)
}

fn remind(
    office: &Office,
    register: &Register,
    target: &Target,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let store = office.store.as_ref();
    let today = crate::clock::day(now);
    if !is_new(
        office,
        &format!("reminder {}", target.name),
        &today.to_string(),
    )? {
        return Ok(());
    }
    let region = (office.region)();
    let key = format!("stages {}", target.name);
    let known = store.note(MARKS, &key)?;
    let version = known.as_ref().map_or(0, |n| n.version);
    let before: Told = known.map_or(Ok(Told::default()), |n| serde_json::from_value(n.value))?;
    let mut told = before.clone();
    let shelf = register.now(store)?;
    let mine = words::of_target(&shelf, target);
    let message = match told.hear(target, &office.stages, &mine, today, &office.calendar) {
        Ok(news) => words::reminder(&news, &shelf, &region, target),
        Err(unknown) => Some(words::no_calendar(unknown, &region, target)),
    };
    if told != before {
        store.put_note(MARKS, &key, version, &serde_json::to_value(&told)?)?;
    }
    match message {
        Some(message) => Outbox(store).put(target, message, now),
        None => Ok(()),
    }
}

/// Whether this is new under this key; remembered from now on.
fn is_new(office: &Office, key: &str, value: &str) -> anyhow::Result<bool> {
    let known = office.store.note(MARKS, key)?;
    if known.as_ref().is_some_and(|n| n.value == value) {
        return Ok(false);
    }
    let version = known.map_or(0, |n| n.version);
    office
        .store
        .put_note(MARKS, key, version, &Value::from(value))?;
    Ok(true)
}
