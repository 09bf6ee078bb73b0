//! The rules as people read them: one rule on the terminal, and all of them as `docs/rules.md`.

use duwang_rules::{Example, ExampleSubject, Rule, Rules};
use std::fmt::Write as _;

/// Most examples of one sort shown in the manual; the rule file has them all.
const SHOWN: usize = 4;

/// One rule in full.
pub fn rule(rule: &Rule) -> String {
    let mut text = format!(
        "{}（{}，{}，{}）\n",
        rule.id,
        rule.category.chinese(),
        rule.level.chinese(),
        rule.certainty.chinese()
    );
    for (label, value) in [
        ("名称", &rule.name),
        ("问题", &rule.title),
        ("为什么", &rule.why),
        ("怎么改", &rule.fix),
        ("依据", &rule.basis_line()),
    ] {
        // A write to a String cannot fail.
        if !value.is_empty() {
            let _ = writeln!(text, "  {label}：{value}");
        }
    }
    let _ = writeln!(text, "  有效期：{}", validity(rule));
    let _ = writeln!(
        text,
        "  规则包：{}，种类 {}，状态 {}",
        rule.pack,
        rule.kind,
        rule.state.word()
    );
    for (label, examples) in [
        ("应当指出", &rule.bad),
        ("不应指出", &rule.good),
        ("尚未做到", &rule.not_yet),
    ] {
        for example in examples.iter().filter_map(shown) {
            let _ = writeln!(text, "  {label}：{example}");
        }
    }
    text
}

/// All rules by pack, as Markdown.
pub fn manual(rules: &Rules) -> String {
    let mut text = String::from(
        "# 规则手册\n\n由 `duwang rules docs -o docs/rules.md` 生成，不要手改。每条规则：指出什么、为什么、怎么改、依据、正反例。\n",
    );
    let mut pack = "";
    for rule in rules.all() {
        if rule.pack != pack {
            pack = &rule.pack;
            let _ = write!(text, "\n## {}（{}）\n", rule.pack_title, rule.pack);
        }
        add(&mut text, rule);
    }
    text
}

fn add(text: &mut String, rule: &Rule) {
    let _ = write!(
        text,
        "\n### {}\n\n**{}**：{}（{}，{}，{}）\n\n- 为什么：{}\n- 怎么改：{}\n- 依据：{}\n- 有效期：{}\n",
        rule.id,
        line(&rule.name),
        line(&rule.title),
        rule.category.chinese(),
        rule.level.chinese(),
        rule.certainty.chinese(),
        line(&rule.why),
        line(&rule.fix),
        line(&rule.basis_line()),
        validity(rule)
    );
    if rule.rows > 0 {
        let _ = writeln!(text, "- 词表：{} 行", rule.rows);
    }
    for (label, examples) in [("应当指出", &rule.bad), ("不应指出", &rule.good)] {
        for example in examples.iter().filter_map(shown).take(SHOWN) {
            let _ = writeln!(text, "- {label}：`{}`", example.replace('`', "'"));
        }
    }
}

fn validity(rule: &Rule) -> String {
    match (rule.since, rule.until) {
        (None, None) => "一直有效".to_owned(),
        (Some(since), None) => format!("{since} 起"),
        (None, Some(until)) => format!("至 {until}"),
        (Some(since), Some(until)) => format!("{since} 至 {until}"),
    }
}

/// The beginning of a page example on one line; channel examples are tables of facts and are left to the rule file.
fn shown(example: &Example) -> Option<String> {
    let ExampleSubject::Page(page) = &example.subject else {
        return None;
    };
    let text = line(&page.text);
    let short: String = text.chars().take(80).collect();
    Some(if short.len() < text.len() {
        format!("{short}…")
    } else {
        short
    })
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
