//! What is said: counts by unit, and where to look. No names of people, no quotes.

use super::{Message, Stage, Target};
use crate::people::{Account, Role};
use crate::register::{Brief, Shelf};
use crate::report::Coverage;
use crate::view::Names;
use chrono::NaiveDate;
use duwang_model::{Region, Scan, State, UnknownYear};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many units are named one by one.
const LONGEST: usize = 20;

/// After a reading. Nothing new is said too, with what was not seen.
pub(super) fn digest(scan: &Scan, shelf: &Shelf, region: &Region, target: &Target) -> Message {
    let names = Names::new(region);
    let this = shelf.names.find(&scan.id);
    let mine = of_target(shelf, target);
    let moved: Vec<&Arc<Brief>> = mine
        .iter()
        .filter(|b| Some(b.scan) == this)
        .copied()
        .collect();
    let count = |is: &dyn Fn(&Brief) -> bool| moved.iter().filter(|b| is(b)).count();
    let new = count(&|b| b.present && Some(b.first_scan) == this && b.state != State::Reopened);
    let back = count(&|b| b.present && b.state == State::Reopened);
    let gone = count(&|b| !b.present);
    let live = mine.iter().filter(|b| b.is_live()).count();
    let units = target.unit.as_slice();
    let coverage = Coverage::of(std::slice::from_ref(scan), region, units);
    let gaps = coverage.gaps().count();
    let mut lines = vec![if new + back == 0 {
        format!("本次没有新问题；整改 {gone} 处，未了结 {live} 处。")
    } else {
        format!("新增 {new} 处，再次出现 {back} 处，整改 {gone} 处，未了结 {live} 处。")
    }];
    lines.push(if gaps == 0 {
        format!("{} 个渠道都读到末尾。", coverage.channels.len())
    } else {
        format!("有 {gaps} 个渠道没有读全，没读到的地方不等于没有问题。")
    });
    if target.unit.is_none() {
        lines.extend(by_unit(&moved, shelf, &names, this));
    }
    Message {
        title: title("读网摘要", target, &names),
        text: lines.join("\n"),
    }
}

fn by_unit(
    moved: &[&Arc<Brief>],
    shelf: &Shelf,
    names: &Names,
    this: Option<crate::register::Word>,
) -> Vec<String> {
    let new = moved
        .iter()
        .filter(|b| b.present && Some(b.first_scan) == this);
    let told = counts(new.copied(), shelf).into_iter();
    told.map(|(unit, count)| format!("{}：新增 {count} 处", names.unit(unit)))
        .collect()
}

/// What waits for one person. A unit's editor is told what is with the unit.
pub(super) fn personal(
    person: &Account,
    shelf: &Shelf,
    target: &Target,
    today: NaiveDate,
) -> String {
    let mine = of_target(shelf, target);
    let own = shelf.names.find(&person.name);
    let count = |is: &dyn Fn(&Brief) -> bool| mine.iter().filter(|b| is(b)).count();
    if person.role == Role::Editor {
        let with_unit = count(&|b| b.state == State::Assigned && !b.claimed);
        let late = count(&|b| b.is_overdue(today) && !b.claimed);
        return format!("交办给本单位、等您处理的 {with_unit} 处，其中已超期 {late} 处。");
    }
    let is_own = |b: &Brief| own.is_some() && b.by == own;
    let waiting = count(&Brief::is_waiting);
    let with_units = count(&|b| is_own(b) && b.state == State::Assigned);
    let late = count(&|b| is_own(b) && b.is_overdue(today));
    // Who took part in a decision may not judge the appeal against it.
    let appeals = count(&|b| !is_own(b) && b.state == State::Appealed);
    format!(
        "待复核 {waiting} 处，等您答复的申诉 {appeals} 处；您交办的 {with_units} 处还在整改，其中已超期 {late} 处。"
    )
}

/// What a target hears today, by stage; nothing when there is nothing.
pub(super) fn reminder(
    news: &BTreeMap<i32, Vec<&Arc<Brief>>>,
    shelf: &Shelf,
    region: &Region,
    target: &Target,
) -> Option<Message> {
    let names = Names::new(region);
    let mut lines = Vec::new();
    for (days, briefs) in news.iter().rev() {
        lines.push(format!("{} {} 处。", Stage::words(*days), briefs.len()));
        if target.unit.is_none() {
            let counts = counts(briefs.iter().copied(), shelf);
            let told = counts
                .into_iter()
                .map(|(unit, count)| format!("  {}：{count} 处", names.unit(unit)));
            lines.extend(told);
        }
    }
    let what = match news.keys().any(|days| *days > 0) {
        true => "整改督办",
        false => "整改提醒",
    };
    (!lines.is_empty()).then(|| Message {
        title: title(what, target, &names),
        text: lines.join("\n"),
    })
}

/// Without the year's holidays no stage can be reckoned, and silence would look like all being well.
pub(super) fn no_calendar(why: UnknownYear, region: &Region, target: &Target) -> Message {
    Message {
        title: title("整改提醒算不出来", target, &Names::new(region)),
        text: format!("{why}。补好之前不会再有整改提醒。"),
    }
}

pub(super) fn of_target<'s>(shelf: &'s Shelf, target: &Target) -> Vec<&'s Arc<Brief>> {
    let unit = target.unit.as_deref().map(|u| shelf.names.find(u));
    let all = shelf.all().iter();
    all.filter(|b| unit.is_none_or(|u| u == Some(b.unit)))
        .collect()
}

/// How many of each unit, the most first; the longest list people read.
fn counts<'s>(
    briefs: impl Iterator<Item = &'s Arc<Brief>>,
    shelf: &'s Shelf,
) -> Vec<(&'s str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for brief in briefs {
        *counts.entry(shelf.names.get(brief.unit)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(unit, count)| (std::cmp::Reverse(*count), *unit));
    counts.truncate(LONGEST);
    counts
}

fn title(what: &str, target: &Target, names: &Names) -> String {
    match target.unit.as_deref() {
        Some(unit) => format!("{what}：{}", names.unit(unit)),
        None => what.to_owned(),
    }
}
