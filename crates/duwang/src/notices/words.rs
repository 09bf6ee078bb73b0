//! What is said: counts by unit, and where to look. No names of people, no quotes.

use super::{Message, Target};
use crate::register::{Brief, Shelf};
use crate::report::Coverage;
use crate::view::Names;
use chrono::{Days, NaiveDate};
use duwang_model::{Region, Scan, State};
use std::sync::Arc;

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
    let mut counts: std::collections::BTreeMap<&str, usize> = Default::default();
    for brief in moved
        .iter()
        .filter(|b| b.present && Some(b.first_scan) == this)
    {
        *counts.entry(shelf.names.get(brief.unit)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(unit, count)| (std::cmp::Reverse(*count), *unit));
    counts
        .into_iter()
        .take(20)
        .map(|(unit, count)| format!("{}：新增 {count} 处", names.unit(unit)))
        .collect()
}

/// What is due tomorrow, today, or is past its day; nothing when nothing is.
pub(super) fn reminder(
    today: NaiveDate,
    shelf: &Shelf,
    region: &Region,
    target: &Target,
) -> Option<Message> {
    let mine = of_target(shelf, target);
    let assigned = || {
        mine.iter()
            .filter(|b| b.state == State::Assigned && !b.claimed)
    };
    let tomorrow = today + Days::new(1);
    let soon = assigned()
        .filter(|b| b.due.is_some_and(|d| d == today || d == tomorrow))
        .count();
    let late = assigned().filter(|b| b.is_overdue(today)).count();
    let long = assigned()
        .filter(|b| b.due.is_some_and(|d| d + Days::new(7) < today))
        .count();
    if soon + late == 0 {
        return None;
    }
    let mut text = format!("今明两天到期 {soon} 处，已超期 {late} 处。");
    if long > 0 {
        text.push_str(&format!("其中 {long} 处超期一周以上，请负责人督办。"));
    }
    Some(Message {
        title: title("整改提醒", target, &Names::new(region)),
        text,
    })
}

fn of_target<'s>(shelf: &'s Shelf, target: &Target) -> Vec<&'s Arc<Brief>> {
    let unit = target.unit.as_deref().map(|u| shelf.names.find(u));
    let all = shelf.all().iter();
    all.filter(|b| unit.is_none_or(|u| u == Some(b.unit)))
        .collect()
}

fn title(what: &str, target: &Target, names: &Names) -> String {
    match target.unit.as_deref() {
        Some(unit) => format!("{what}：{}", names.unit(unit)),
        None => what.to_owned(),
    }
}
