//! `duwang rules`.

use crate::cli::RulesAction;
use crate::config::Config;
use crate::out::Out;
use crate::{lists, manual, rulebook};
use anyhow::Context as _;

pub(super) fn run(config: &Config, action: RulesAction, out: &Out) -> anyhow::Result<u8> {
    let rules = rulebook::load(config.rules.as_deref(), &[])?;
    match action {
        RulesAction::List { category } => {
            for rule in rules
                .all()
                .iter()
                .filter(|r| category.is_empty() || category.contains(&r.category))
            {
                out.print(format!(
                    "{:<36} {}  {}  {}\n",
                    rule.id,
                    rule.level.chinese(),
                    rule.certainty.chinese(),
                    rule.title
                ));
            }
            Ok(0)
        }
        RulesAction::Show { id } => {
            let rule = rules.all().iter().find(|r| r.id == id);
            let rule = rule.with_context(|| format!("没有规则“{id}”{}", nearest(&rules, &id)))?;
            out.print(manual::rule(rule));
            Ok(0)
        }
        RulesAction::Test { ids } => test(&rules, &ids, out),
        RulesAction::Docs { output } => {
            let text = manual::manual(&rules);
            match output {
                Some(file) => std::fs::write(&file, text)
                    .with_context(|| format!("写不了 {}", file.display()))?,
                None => out.print(text),
            }
            Ok(0)
        }
        RulesAction::Import { file, list } => {
            let folder = config.rules.as_deref().context(
                "写到哪里？加 --rules 目录，例如 duwang --rules 本地规则 rules import 词表.xlsx",
            )?;
            let (written, rows) = lists::import(list, &file, folder)?;
            out.print(format!("{} 行，写入 {}\n", rows, written.display()));
            Ok(0)
        }
        RulesAction::Score => anyhow::bail!("这个命令尚未提供"),
    }
}

fn nearest(rules: &duwang_rules::Rules, id: &str) -> String {
    let best = rules
        .all()
        .iter()
        .max_by(|a, b| strsim::jaro(&a.id, id).total_cmp(&strsim::jaro(&b.id, id)));
    best.map_or_else(String::new, |r| format!("，是不是 {}？", r.id))
}

/// Runs the examples inside the rules; exit code 2 when one does not hold.
fn test(rules: &duwang_rules::Rules, ids: &[String], out: &Out) -> anyhow::Result<u8> {
    let results = rules.test(&rulebook::read_example);
    for id in ids {
        anyhow::ensure!(
            rules.all().iter().any(|r| r.id == *id),
            "没有规则“{id}”{}",
            nearest(rules, id)
        );
    }
    let chosen: Vec<_> = results
        .iter()
        .filter(|r| ids.is_empty() || ids.contains(&r.rule))
        .collect();
    anyhow::ensure!(!chosen.is_empty(), "没有可测的规则：{}", ids.join("、"));
    let failed: Vec<_> = chosen.iter().filter(|r| !r.passed).collect();
    for result in &failed {
        out.print(format!("✗ {result}\n"));
    }
    out.print(format!(
        "正反例 {} 个，不符 {} 个\n",
        chosen.len(),
        failed.len()
    ));
    Ok(if failed.is_empty() { 0 } else { 2 })
}
