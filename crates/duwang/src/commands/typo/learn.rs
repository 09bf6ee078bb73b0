//! `duwang typo learn`: pages that the rules have nothing to say about teach how this city writes.

use crate::config::Config;
use crate::out::Out;
use crate::{rulebook, typos};
use anyhow::Context as _;
use duwang_model::{ChannelKind, Document};
use duwang_page::{Hints, Reading};
use duwang_rules::{Context, Rules};
use duwang_typo::Supplement;
use std::path::{Path, PathBuf};

pub(super) fn run(
    config: &Config,
    paths: &[PathBuf],
    forget: bool,
    out: &Out,
) -> anyhow::Result<u8> {
    let folder = config
        .rules
        .as_deref()
        .context("请用 --rules 指明本市的规则目录，学到的写在它的 typo/learned.bin")?;
    let file = typos::learned_file(folder);
    let mut supplement = existing(&file)?;
    let rules = rulebook::load(config.rules.as_deref(), &[])?;
    anyhow::ensure!(
        rules.unchecked().is_none(),
        "{}；没有模型，不能判断页面是否干净",
        rules.unchecked().unwrap_or_default()
    );
    let (mut taken, mut left) = (0, 0);
    for path in paths {
        for file in crate::check::files(path)? {
            let Some(document) = document(&file)? else {
                out.say(format!("读不出正文，跳过：{}", file.display()));
                continue;
            };
            if forget {
                supplement.forget(&main_text(&document));
                taken += 1;
            } else if let Some(fault) = fault(&rules, &document, config) {
                out.say(format!("有问题，不学：{}：{fault}", file.display()));
                left += 1;
            } else {
                supplement.learn(&main_text(&document));
                taken += 1;
            }
        }
    }
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(&file, supplement.to_bytes())
        .with_context(|| format!("写不了 {}", file.display()))?;
    out.print(format!(
        "{} {taken} 篇，{left} 篇有问题没有学；现有 {} 篇、{} 种写法\n",
        if forget { "忘掉" } else { "学了" },
        supplement.pages(),
        supplement.strings()
    ));
    Ok(0)
}

fn existing(file: &Path) -> anyhow::Result<Supplement> {
    if !file.exists() {
        return Ok(Supplement::default());
    }
    let bytes = std::fs::read(file).with_context(|| format!("读不了 {}", file.display()))?;
    Supplement::from_bytes(&bytes).with_context(|| file.display().to_string())
}

fn document(file: &Path) -> anyhow::Result<Option<Box<Document>>> {
    let bytes = std::fs::read(file).with_context(|| format!("读不了 {}", file.display()))?;
    let reading = duwang_page::read(&duwang_page::Source {
        url: "",
        bytes: &bytes,
        content_type: None,
        hints: &Hints::default(),
    });
    Ok(match reading {
        Reading::Document(document) => Some(document),
        Reading::Unread(_) => None,
    })
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

fn main_text(document: &Document) -> String {
    let blocks = document.main_blocks();
    let lines: Vec<&str> = blocks.map(|b| document.text.slice(b.span)).collect();
    lines.join("\n")
}
