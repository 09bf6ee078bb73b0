//! The card a person fills in for an account no program reads: what to look at, by when, and where to write down that it was done.

use chrono::NaiveDate;
use duwang_model::{Channel, ChannelKind, Region, Unit};
use serde::Deserialize;

/// What to look at, as data.
const ITEMS: &str = include_str!("../../../seeds/manual-checks.toml");

#[derive(Deserialize)]
struct Items {
    item: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    what: String,
    basis: String,
    #[serde(default)]
    kinds: Vec<ChannelKind>,
}

/// A card for every such account of the chosen units, those that are due first.
pub(crate) fn cards(region: &Region, units: &[String], today: NaiveDate) -> anyhow::Result<String> {
    let items: Items = toml::from_str(ITEMS)?;
    let mut accounts: Vec<(&Unit, &Channel)> = region
        .units
        .iter()
        .filter(|u| units.is_empty() || units.contains(&u.id))
        .flat_map(|u| u.channels.iter().map(move |c| (u, c)))
        .filter(|(_, c)| c.manual.is_some())
        .collect();
    accounts.sort_by_key(|(_, c)| c.manual.and_then(|m| m.due()));
    if accounts.is_empty() {
        return Ok(
            "单位文件里没有须人工检查的账号（微博、抖音号、视频号、小程序、移动客户端）\n"
                .to_owned(),
        );
    }
    Ok(accounts
        .iter()
        .map(|(unit, channel)| card(unit, channel, &items, today))
        .collect())
}

fn card(unit: &Unit, channel: &Channel, items: &Items, today: NaiveDate) -> String {
    let name = channel.account.as_deref().unwrap_or(&channel.id);
    let due = channel.manual.and_then(|m| m.due());
    let when = match due {
        None => "尚未检查过，请尽快检查".to_owned(),
        Some(due) if due < today => format!("应于 {due} 前检查，已逾期"),
        Some(due) => format!("不晚于 {due} 检查"),
    };
    let last = channel.manual.and_then(|m| m.checked);
    let last = last.map_or("无".to_owned(), |day| day.to_string());
    let mut text = format!(
        "人工检查卡　{}\n{}“{name}”（渠道 {}）\n{when}；上次检查：{last}\n",
        unit.name,
        channel.kind.chinese(),
        channel.id
    );
    let wanted = items
        .item
        .iter()
        .filter(|i| i.kinds.is_empty() || i.kinds.contains(&channel.kind));
    for (number, item) in (1..).zip(wanted) {
        text += &format!("  □ {number}. {}\n       依据：{}\n", item.what, item.basis);
    }
    text += "  结论：　　　　　　　　　　　　检查人：　　　　　　日期：\n  查完后，把单位文件里这个渠道的 checked 改为检查日期。\n\n";
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_kind_a_person_looks_at_has_something_to_look_at() -> anyhow::Result<()> {
        let items: super::Items = toml::from_str(super::ITEMS)?;
        for kind in duwang_model::ChannelKind::ALL
            .iter()
            .filter(|k| k.is_manual())
        {
            let fits = |i: &&super::Item| i.kinds.is_empty() || i.kinds.contains(kind);
            assert!(items.item.iter().filter(fits).count() >= 3, "{kind}");
        }
        Ok(())
    }
}
