//! One finding for a person at a terminal: what is wrong, where, what to do, on which document it rests, and what happened since.

use super::{Names, Shown, mask_text, minute, one_line};
use duwang_model::{Decision, Finding, Verdict};
use std::fmt::Write;

/// One finding with ids.
pub fn human(finding: &Finding, unmask: bool) -> String {
    human_with(finding, &Names::default(), unmask)
}

/// One finding with names beside the ids.
pub fn human_with(finding: &Finding, names: &Names, unmask: bool) -> String {
    let shown = Shown::of(finding, unmask);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{} {}（{}） {}\n{}\n",
        shown.level.chinese(),
        rule(names, &shown.rule),
        shown.pack,
        shown.id,
        one_line(&shown.message)
    );
    for (label, value) in lines(finding, &shown, names) {
        if !value.is_empty() {
            let _ = writeln!(out, "  {label}  {value}");
        }
    }
    for decision in &finding.decisions {
        let _ = writeln!(out, "  复核  {}", decision_line(decision, unmask));
    }
    out
}

/// `指南缺办公时间 guide/office-hours`, or the id alone.
fn rule(names: &Names, id: &str) -> String {
    match names.rule(id) {
        name if name == id => id.to_owned(),
        name => format!("{name} {id}"),
    }
}

/// One decision in one line: `2026-11-02 10:00 张某 豁免至 2026-12-31：理由`.
pub(crate) fn decision_line(decision: &Decision, unmask: bool) -> String {
    let mut line = format!(
        "{} {} {}",
        minute(decision.at),
        one_line(&decision.by),
        decision.verdict.chinese()
    );
    match &decision.verdict {
        Verdict::Waive { until } => line.push_str(&format!("至 {until}")),
        Verdict::Assign { due: Some(due) } => line.push_str(&format!("，{due} 前整改")),
        _ => {}
    }
    if !decision.reason.trim().is_empty() {
        let reason = one_line(&decision.reason);
        line.push('：');
        line.push_str(&if unmask { reason } else { mask_text(&reason) });
    }
    line
}

fn lines(finding: &Finding, shown: &Shown, names: &Names) -> Vec<(&'static str, String)> {
    vec![
        (
            "单位",
            shown
                .unit
                .as_deref()
                .map_or(String::new(), |u| named(names.unit(u), u)),
        ),
        (
            "渠道",
            shown
                .channel
                .as_deref()
                .map_or(String::new(), |c| named(names.channel(c), c)),
        ),
        ("页面", page_line(shown)),
        ("网址", one_line(shown.url.as_deref().unwrap_or_default())),
        ("原文", quoted(shown)),
        ("位置", place_line(shown)),
        (
            "类别",
            format!(
                "{}，{}",
                shown.category.chinese(),
                shown.certainty.chinese()
            ),
        ),
        (
            "建议",
            one_line(shown.suggestion.as_deref().unwrap_or_default()),
        ),
        ("依据", one_line(&shown.basis)),
        (
            "状态",
            if finding.unit.is_empty() {
                String::new()
            } else {
                state_line(finding)
            },
        ),
        (
            "历史",
            if finding.scan.is_empty() {
                String::new()
            } else {
                history_line(finding)
            },
        ),
        ("快照", shown.snapshot.clone().unwrap_or_default()),
    ]
}

fn named(name: &str, id: &str) -> String {
    if name == id {
        name.to_owned()
    } else {
        format!("{name}（{id}）")
    }
}

fn page_line(shown: &Shown) -> String {
    let title = one_line(shown.page_title.as_deref().unwrap_or_default());
    let mut facts = Vec::new();
    facts.extend(shown.kind.map(|k| k.chinese().to_owned()));
    facts.extend(shown.published.as_ref().map(|d| format!("{d} 发布")));
    match (title.is_empty(), facts.is_empty()) {
        (_, true) => title,
        (true, false) => facts.join("，"),
        (false, false) => format!("{title}（{}）", facts.join("，")),
    }
}

fn quoted(shown: &Shown) -> String {
    let (before, quote, after) = shown.parts();
    if quote.is_empty() {
        return "（缺失，页面上没有可引用的文字）".to_owned();
    }
    format!(
        "{}【{}】{}",
        one_line(before),
        one_line(quote),
        one_line(after)
    )
}

fn place_line(shown: &Shown) -> String {
    let chars = match (shown.start, shown.end) {
        (Some(start), Some(end)) => format!("正文第 {start}–{end} 字"),
        _ => String::new(),
    };
    let locator = one_line(shown.locator.as_deref().unwrap_or_default());
    [chars, locator]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join("；")
}

fn state_line(finding: &Finding) -> String {
    let mut line = finding.state.chinese().to_owned();
    if let Some(until) = finding.waived_until {
        line.push_str(&format!("，至 {until}"));
    }
    if finding.reopened > 0 {
        line.push_str(&format!("，复发 {} 次", finding.reopened));
    }
    line
}

fn history_line(finding: &Finding) -> String {
    format!(
        "{} 首次发现，{} 最近发现，批次 {}",
        minute(finding.first_seen),
        minute(finding.last_seen),
        finding.scan
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_person_sees_what_where_why_and_what_to_do() {
        let mut finding = sample::finding("guide/office-hours", "上班时间");
        sample::decide(
            &mut finding,
            Verdict::Confirm,
            "张某",
            "已电话核实 13800138001",
        );
        let text = human_with(&finding, &Names::new(&sample::region()), false);
        for needle in [
            "严重 guide/office-hours（guide@3）",
            "青石街道办事处（qingshi）",
            "办公时间为【上班时间】，欢迎来访。",
            "依据  《中华人民共和国政府信息公开条例》第十二条",
            "张某 确认：已电话核实 138****8001",
            "正文第 5–9 字",
        ] {
            assert!(text.contains(needle), "{needle} not in\n{text}");
        }
        assert!(!text.contains('\u{1b}'));
    }
}
