//! What a paper says: a text with gaps, filled from the report, read line by line.
//!
//! ```text
//! = 红头    号 文号    # 标题    @ 主送    ## 一级标题    ### 二级标题    附件：说明    > 署名和日期    | 表 | 格 |    --- 换页    其余是正文
//! ```

use super::Head;
use crate::report::Report;
use anyhow::Context as _;
use minijinja::{Environment, Value};
use std::path::Path;

/// One paragraph or row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Mast(String),
    Number(String),
    Title(String),
    To(String),
    Heading(String),
    Subheading(String),
    Body(String),
    Annex(String),
    Signature(String),
    Row(Vec<String>),
    NewPage,
}

/// The template: of the rules folder, else the bundled one.
pub(super) fn template(name: &str, rules: Option<&Path>) -> anyhow::Result<String> {
    let path = format!("papers/{name}.txt");
    let own = rules.map(|d| d.join(&path)).filter(|p| p.exists());
    match own {
        Some(own) => {
            std::fs::read_to_string(&own).with_context(|| format!("读不了 {}", own.display()))
        }
        None => crate::rulebook::bundled(&path).with_context(|| format!("没有模板 {path}")),
    }
}

/// The filled template, line by line.
pub(super) fn lines(
    template: &str,
    report: &Report,
    head: &Head,
    unit: Option<&str>,
) -> anyhow::Result<Vec<Line>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_filter("han", han);
    environment.add_filter("cell", |text: String| text.replace('|', "｜"));
    environment.add_filter("day", |moment: String| chinese_day(&moment));
    let mut values = serde_json::to_value(report)?;
    one_line(&mut values);
    let section = match unit {
        Some(id) => {
            let found = report.units.iter().find(|u| u.unit == id);
            let mut section = serde_json::to_value(found.context("通报里没有这个单位")?)?;
            one_line(&mut section);
            section
        }
        None => serde_json::Value::Null,
    };
    let values = Value::from_pairs([
        ("report", in_template(values)),
        ("unit", in_template(section)),
        ("controls", report.coverage.controls.words().into()),
        ("head", in_template(serde_json::to_value(head)?)),
    ]);
    let filled = environment
        .render_str(template, values)
        .context("公文模板填不完整")?;
    Ok(filled
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(line)
        .collect())
}

/// JSON as the template engine's values.
fn in_template(json: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::from(()),
        Json::Bool(b) => b.into(),
        Json::Number(n) => n.as_i64().unwrap_or_default().into(),
        Json::String(s) => s.into(),
        Json::Array(items) => items.into_iter().map(in_template).collect(),
        Json::Object(members) => {
            let members = members.into_iter();
            Value::from_pairs(members.map(|(name, value)| (name, in_template(value))))
        }
    }
}

fn line(text: &str) -> Line {
    let after = |mark: &str| text.strip_prefix(mark).map(|t| t.trim().to_owned());
    if let Some(text) = after("### ") {
        Line::Subheading(text)
    } else if let Some(text) = after("## ") {
        Line::Heading(text)
    } else if let Some(text) = after("# ") {
        Line::Title(text)
    } else if let Some(text) = after("= ") {
        Line::Mast(text)
    } else if let Some(text) = after("号 ") {
        Line::Number(text)
    } else if let Some(text) = after("@ ") {
        Line::To(text)
    } else if let Some(text) = after("> ") {
        Line::Signature(text)
    } else if text.starts_with("附件：") {
        Line::Annex(text.to_owned())
    } else if text == "---" {
        Line::NewPage
    } else if let Some(cells) = text.strip_prefix('|') {
        let cells = cells.strip_suffix('|').unwrap_or(cells);
        Line::Row(cells.split('|').map(|c| c.trim().to_owned()).collect())
    } else {
        Line::Body(text.to_owned())
    }
}

/// No value may begin a line of its own.
fn one_line(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => *text = crate::view::one_line(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(one_line),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(one_line),
        _ => {}
    }
}

/// 1 to 99 as 一 to 九十九.
fn han(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10, number % 10);
    let digit = |n: u32| DIGITS.get(n as usize).copied().unwrap_or("");
    match tens {
        0 => digit(ones).to_owned(),
        1 => format!("十{}", digit(ones)),
        2..=9 => format!("{}十{}", digit(tens), digit(ones)),
        _ => number.to_string(),
    }
}

/// `2026-11-02T…` as 2026年11月2日.
fn chinese_day(moment: &str) -> String {
    let day = moment
        .get(..10)
        .and_then(|d| d.parse::<chrono::NaiveDate>().ok());
    day.map_or(moment.to_owned(), |d| {
        d.format("%Y年%-m月%-d日").to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::{chinese_day, han};

    #[test]
    fn numbers_and_days_as_official_papers_write_them() {
        let written: Vec<String> = [1, 10, 11, 20, 99, 100].map(han).into();
        assert_eq!(written, ["一", "十", "十一", "二十", "九十九", "100"]);
        assert_eq!(chinese_day("2026-11-02T10:00:00+08:00"), "2026年11月2日");
    }
}
