//! `duwang typo learn`: pages that the rules have nothing to say about teach how this city writes.

use super::ledger::{FileTaught, Learned};
use crate::config::Config;
use crate::out::Out;
use crate::rulebook;
use anyhow::Context as _;
use duwang_model::{ChannelKind, Document, body_name};
use duwang_page::{Hints, Reading};
use duwang_rules::{Context, Rules};
use duwang_typo::Supplement;
use std::path::{Path, PathBuf};

/// Learns, or with `forget` takes back, what these files teach. A file learned before teaches again only when it changed.
pub(super) fn run(
    config: &Config,
    paths: &[PathBuf],
    forget: bool,
    out: &Out,
) -> anyhow::Result<u8> {
    let mut learned = Learned::open(folder(config)?)?;
    let rules = rulebook::load(config.rules.as_deref(), &[])?;
    anyhow::ensure!(
        rules.unchecked().is_none(),
        "{}；没有模型，不能判断页面是否干净",
        rules.unchecked().unwrap_or_default()
    );
    let (mut taken, mut left, mut known) = (0, 0, 0);
    for path in paths {
        for file in crate::check::files(path)? {
            let bytes =
                std::fs::read(&file).with_context(|| format!("读不了 {}", file.display()))?;
            let (key, body) = (key(&file)?, body_name(&bytes));
            if !forget
                && learned
                    .ledger
                    .files
                    .get(&key)
                    .is_some_and(|t| t.body == body)
            {
                known += 1;
                continue;
            }
            let forgotten = unlearn(&mut learned, &key);
            let Some(document) = document(&bytes) else {
                out.say(format!("读不出正文，跳过：{}", file.display()));
                continue;
            };
            let text = main_text(&document);
            if forget {
                // Without a ledger nobody knows what was learned: the text itself says what to take back.
                if !forgotten && learned.is_unrecorded {
                    learned.supplement.forget(&text);
                }
                taken += usize::from(forgotten || learned.is_unrecorded);
            } else if let Some(fault) = fault(&rules, &document, config) {
                out.say(format!("有问题，不学：{}：{fault}", file.display()));
                left += 1;
            } else {
                let strings = Supplement::strings_of(&text);
                learned.supplement.learn_strings(&strings);
                learned
                    .ledger
                    .files
                    .insert(key, FileTaught { body, strings });
                taken += 1;
            }
        }
    }
    learned.save()?;
    let known = match known {
        0 => String::new(),
        n => format!("，{n} 篇学过的没有变"),
    };
    out.print(format!(
        "{} {taken} 篇，{left} 篇有问题没有学{known}；{}\n",
        if forget { "忘掉" } else { "学了" },
        told(&learned)
    ));
    Ok(0)
}

/// The rules folder of the city, where what is learned lies.
pub(super) fn folder(config: &Config) -> anyhow::Result<&Path> {
    let folder = config.rules.as_deref();
    folder.context("请用 --rules 指明本市的规则目录，学到的写在它的 typo/learned.bin")
}

/// How much is known now.
pub(super) fn told(learned: &Learned) -> String {
    format!(
        "现有 {} 篇、{} 种写法",
        learned.supplement.pages(),
        learned.supplement.strings()
    )
}

/// A file by the same name from wherever it is called.
fn key(file: &Path) -> anyhow::Result<String> {
    Ok(std::path::absolute(file)?.display().to_string())
}

/// Takes back what a file taught, when it taught anything.
fn unlearn(learned: &mut Learned, key: &str) -> bool {
    let taught = learned.ledger.files.remove(key);
    if let Some(taught) = &taught {
        learned.supplement.forget_strings(&taught.strings);
    }
    taught.is_some()
}

fn document(bytes: &[u8]) -> Option<Box<Document>> {
    let reading = duwang_page::read(&duwang_page::Source {
        url: "",
        bytes,
        content_type: None,
        hints: &Hints::default(),
    });
    match reading {
        Reading::Document(document) => Some(document),
        Reading::Unread(_) => None,
    }
}

/// The first thing that the rules about words have against a page.
fn fault(rules: &Rules, document: &Document, config: &Config) -> Option<String> {
    let context = Context {
        unit: None,
        region: None,
        channel: ChannelKind::Website,
        now: config.clock.now(),
        judged_on: None,
    };
    let about_words = |category| {
        use duwang_model::Category::{Format, Typo, Wording};
        matches!(category, Typo | Wording | Format)
    };
    let hits = rules.check(document, &context).hits;
    let hit = hits.into_iter().find(|hit| about_words(hit.category))?;
    Some(hit.message)
}

/// The text of a page that is its own.
pub(super) fn main_text(document: &Document) -> String {
    let blocks = document.main_blocks();
    let lines: Vec<&str> = blocks.map(|b| document.text.slice(b.span)).collect();
    lines.join("\n")
}
