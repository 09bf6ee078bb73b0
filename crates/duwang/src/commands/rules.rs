//! `duwang rules`.

use crate::cli::RulesAction;
use crate::config::Config;
use crate::out::Out;
use crate::{candidates, lists, manual, rulebook, score, trust};
use anyhow::Context as _;
use duwang_model::{Certainty, FindingFilter, State, Trust};
use duwang_rules::Rule;
use duwang_store::Store;
use std::path::Path;

/// Runs without or, when there is one, with the memory of what people decided.
pub(super) fn run(
    config: &Config,
    action: RulesAction,
    store: Option<&dyn Store>,
    out: &Out,
) -> anyhow::Result<u8> {
    let rules = rulebook::load_with_examples(config.rules.as_deref(), &[])?;
    match action {
        RulesAction::List { category } => {
            let trust = store.map(trust::of).transpose()?.unwrap_or_default();
            for rule in rules.all() {
                if category.is_empty() || category.contains(&rule.category) {
                    out.print(listed(rule, &trust));
                }
            }
            Ok(0)
        }
        RulesAction::Show { id } => {
            let rule = rules.all().iter().find(|r| r.id == id);
            let rule = rule.with_context(|| format!("没有规则“{id}”{}", nearest(&rules, &id)))?;
            out.print(manual::rule(rule));
            Ok(0)
        }
        RulesAction::Test { ids } => {
            out.say(match &config.rules {
                Some(folder) => format!("测自带的规则，连同 {} 里的", folder.display()),
                None => "测自带的规则；改过的规则放在哪个文件夹，就加 --rules 那个文件夹 再测"
                    .to_owned(),
            });
            let folder = config.rules.as_deref();
            rulebook::check_overlays(folder, &rulebook::overlays(folder))?;
            test(&rules, &ids, out)
        }
        RulesAction::Docs { output } => {
            ensure_named(&rules)?;
            hand_over(manual::manual(&rules), output.as_deref(), out)
        }
        RulesAction::Prepare { output } => {
            let prepared = rulebook::prepare(config.rules.as_deref())?;
            hand_over(prepared, output.as_deref(), out)
        }
        RulesAction::Score {
            corpus,
            output,
            wrong,
            rule,
            record,
        } => {
            let order = score::Order {
                corpus,
                output,
                wrong,
                rules: rule,
                record,
            };
            score::run(config, &order, out)
        }
        RulesAction::Import { file, list, .. } => match file {
            Some(file) => import_table(config, list, &file, out),
            None => import_dismissals(config, &rules, store, out),
        },
    }
}

/// Writes a text into a file or, without one, to the standard output.
fn hand_over(text: String, file: Option<&Path>, out: &Out) -> anyhow::Result<u8> {
    match file {
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("写不了 {}", file.display()))?;
        }
        None => out.print(text),
    }
    Ok(0)
}

/// Whether a command wants to know what people decided.
pub(super) fn asks_memory(action: &RulesAction) -> bool {
    matches!(
        action,
        RulesAction::List { .. }
            | RulesAction::Import {
                dismissals: true,
                ..
            }
    )
}

/// A manual is for people, who know rules by their names.
fn ensure_named(rules: &duwang_rules::Rules) -> anyhow::Result<()> {
    let nameless = rules.all().iter().filter(|r| r.name.is_empty());
    let ids: Vec<&str> = nameless.map(|r| r.id.as_str()).collect();
    anyhow::ensure!(
        ids.is_empty(),
        "这些规则没有名称，请各写一行 name = \"…\"：{}",
        ids.join("、")
    );
    Ok(())
}

/// One rule in a line; a demoted one says what it lost and why.
fn listed(rule: &Rule, trust: &Trust) -> String {
    let demotion = trust
        .demotion(&rule.id)
        .filter(|_| rule.certainty > Certainty::Ask);
    let certainty = demotion.map_or(rule.certainty, |_| Certainty::Ask);
    let note = demotion.map_or(String::new(), |record| {
        format!("（原为{}：{}）", rule.certainty.chinese(), record.said())
    });
    format!(
        "{:<36} {}  {}  {}{note}\n",
        rule.id,
        rule.level.chinese(),
        certainty.chinese(),
        match rule.name.as_str() {
            "" => rule.title.clone(),
            name => format!("{name}：{}", rule.title),
        }
    )
}

/// Writes a clerk's table as a word list, roster or the like.
fn import_table(config: &Config, list: lists::List, file: &Path, out: &Out) -> anyhow::Result<u8> {
    let folder = config.rules.as_deref().context(
        "写到哪里？加 --rules 目录，例如 duwang --rules 本地规则 rules import 词表.xlsx",
    )?;
    let (written, rows) = lists::import(list, file, folder)?;
    out.print(format!("{} 行，写入 {}\n", rows, written.display()));
    Ok(0)
}

/// Keeps what people called false alarms as candidate examples beside the rules.
fn import_dismissals(
    config: &Config,
    rules: &duwang_rules::Rules,
    store: Option<&dyn Store>,
    out: &Out,
) -> anyhow::Result<u8> {
    let folder = config.rules.as_deref();
    let folder = folder.context("请用 --rules 指明规则目录，候选反例写在那里")?;
    let store = store.with_context(|| {
        format!(
            "数据目录 {} 里还没有复核过的问题",
            config.data_dir.display()
        )
    })?;
    let dismissed = store.findings(&FindingFilter {
        states: vec![State::Dismissed],
        ..FindingFilter::default()
    })?;
    let written = candidates::write(store, rules.all(), &dismissed, folder)?;
    for (file, count) in &written.files {
        out.print(format!("{}：候选反例 {count} 个\n", file.display()));
    }
    out.print(format!(
        "判为误报的问题 {} 个：已在例子里 {}，说的是整个渠道 {}，规则已不存在 {}\n",
        dismissed.len(),
        written.known,
        written.without_page,
        written.homeless
    ));
    Ok(0)
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
    let is_chosen = |id: &String| ids.is_empty() || ids.contains(id);
    let chosen: Vec<_> = results.iter().filter(|r| is_chosen(&r.rule)).collect();
    anyhow::ensure!(!chosen.is_empty(), "没有可测的规则：{}", ids.join("、"));
    for rule in rules.all().iter().filter(|r| is_chosen(&r.id)) {
        if rule.fix.is_empty() {
            out.warn(format!(
                "注意：规则 {} 没有写 fix（怎么改），报出的问题不会有建议",
                rule.id
            ));
        }
    }
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
