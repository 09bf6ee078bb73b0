//! What the way a channel is read cannot see: said in its coverage, whatever was found.

use duwang_model::{Channel, ChannelCoverage, ChannelKind, Outcome, OutcomeKind};

/// How the reason begins when a channel waits for a person.
pub(super) const BY_A_PERSON: &str = "不能自动读取";

/// Whether the units file names everything the channel publishes: only then can something be missing from it.
pub(super) fn names_everything(channel: &Channel) -> bool {
    match channel.kind {
        ChannelKind::Website => true,
        // A list of links is the office's own word for "these are all"; albums, feeds and the interface show a part.
        ChannelKind::Wechat => !channel.articles.is_empty() || channel.links.is_some(),
        _ => false,
    }
}

/// Adds the blind spots of the channel's lanes, and when a person must look at what no program reads.
pub(super) fn note_blind_spots(
    channel: &Channel,
    today: chrono::NaiveDate,
    coverage: &mut ChannelCoverage,
) {
    if channel.kind.is_manual() {
        manual(channel, today, coverage);
        return;
    }
    let spots = [
        (
            channel.api.is_some(),
            "官方“已发布”列表只有“发布”的文章，看不到群发的；列表为空不等于没有发文",
        ),
        (
            channel.album.is_some(),
            "合集只有编入合集的文章，其他文章看不到",
        ),
        (
            channel.feed.is_some(),
            "订阅源只列出最近的条目，更早的看不到",
        ),
    ];
    for (_, words) in spots.iter().filter(|(is_there, _)| *is_there) {
        coverage.notes.push((*words).to_owned());
    }
    let is_partial = spots.iter().any(|(is_there, _)| *is_there);
    coverage.complete &= !is_partial || names_everything(channel);
}

/// Not due: left out by plan. Due or never looked at: unread, and it counts as such.
fn manual(channel: &Channel, today: chrono::NaiveDate, coverage: &mut ChannelCoverage) {
    coverage.complete = false;
    let Some(check) = channel.manual else {
        return;
    };
    let last = check.checked.map_or("尚未人工检查过".to_owned(), |day| {
        format!("上次人工检查 {day}")
    });
    let (kind, reason) = match (check.is_overdue(today), check.due()) {
        (false, Some(due)) => (
            OutcomeKind::Refused,
            format!("{BY_A_PERSON}，{last}，下次不晚于 {due}"),
        ),
        (_, Some(due)) => (
            OutcomeKind::Unread,
            format!("{BY_A_PERSON}，{last}，应于 {due} 前再查，已逾期"),
        ),
        (_, None) => (
            OutcomeKind::Unread,
            format!("{BY_A_PERSON}，{last}，请尽快检查"),
        ),
    };
    let name = channel.account.as_deref().unwrap_or(&channel.id);
    let what = format!("{}“{name}”", channel.kind.chinese());
    coverage.miss(&what, &Outcome::new(kind, reason));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn channel(more: serde_json::Value) -> Channel {
        let mut channel = serde_json::json!({
            "id": "qs-wx", "unit": "qingshi", "kind": "wechat", "entry": [], "scope": [], "max_pages": 100, "columns": [],
            "account": "青石发布", "articles": [], "links": null, "album": null, "feed": null, "api": null,
        });
        for (name, value) in more.as_object().unwrap() {
            channel[name] = value.clone();
        }
        serde_json::from_value(channel).unwrap()
    }

    fn coverage(channel: &Channel, today: &str) -> ChannelCoverage {
        let mut coverage = ChannelCoverage::new("qingshi", &channel.id);
        note_blind_spots(channel, today.parse().unwrap(), &mut coverage);
        coverage
    }

    #[test]
    fn a_partial_list_is_never_everything() {
        let api = serde_json::json!({"appid": "env:A", "secret": "env:S", "base": "https://api.weixin.qq.com"});
        let of_api = coverage(
            &channel(serde_json::json!({"api": api.clone()})),
            "2026-11-02",
        );
        assert!(!of_api.complete && of_api.notes[0].contains("看不到群发"));
        let with_list = coverage(
            &channel(serde_json::json!({"api": api, "links": "links.txt"})),
            "2026-11-02",
        );
        assert!(with_list.complete);
    }

    #[test]
    fn a_channel_for_people_is_due_some_day() {
        let manual = |check| channel(serde_json::json!({"kind": "weibo", "manual": check}));
        let later =
            manual(serde_json::json!({"checked": "2026-10-01", "due": null, "every_days": 90}));
        let seen = coverage(&later, "2026-11-02");
        assert_eq!(
            (seen.not_seen[0].outcome.as_str(), seen.complete),
            ("refused", false)
        );
        assert!(
            seen.not_seen[0].reason.contains("2026-12-30"),
            "{:?}",
            seen.not_seen
        );
        let overdue = coverage(&later, "2027-01-05");
        assert!(
            overdue.not_seen[0].outcome == "unread"
                && overdue.not_seen[0].reason.contains("已逾期")
        );
        let never = coverage(
            &manual(serde_json::json!({"checked": null, "due": null, "every_days": 90})),
            "2026-11-02",
        );
        assert_eq!(never.not_seen[0].outcome, "unread");
    }
}
