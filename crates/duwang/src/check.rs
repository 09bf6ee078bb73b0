//! `duwang check`: the same rules on a draft, before it is published. Nothing is stored.

mod input;
mod print;

use crate::cli::{CheckArgs, CheckFormat};
use crate::commands::units_for;
use crate::config::Config;
use crate::extract::Manner;
use crate::out::Out;
use crate::rulebook;
use duwang_model::{
    ChannelKind, Document, Finding, Hit, Kind, PageReading, Region, Unit, reconcile,
};
use duwang_page::{Hints, Reading};
use duwang_rules::{Context, Explanation, Rules, Why};
use input::Draft;
pub(crate) use input::files;

/// One draft and what the rules said of it; `Err` holds why it could not be read.
pub(crate) struct Verdict {
    pub(crate) name: String,
    pub(crate) reading: Result<Box<Document>, duwang_model::Outcome>,
    pub(crate) findings: Vec<Finding>,
    /// What the rules looked at and why they did not report it, when asked.
    pub(crate) explanations: Vec<Explanation>,
}

/// Checks every input; exit code 1 when a finding is at or above `--fail-on`, 3 when some input could not be read.
pub async fn run(config: &Config, args: CheckArgs, out: &Out) -> anyhow::Result<u8> {
    let bench = Bench::new(config, &args)?;
    if let Some(unchecked) = bench.rules.unchecked() {
        out.warn(format!("注意：{unchecked}"));
    }
    if args.lines {
        return lines(&bench, &args, out);
    }
    anyhow::ensure!(
        matches!(
            args.format,
            CheckFormat::Human | CheckFormat::Json | CheckFormat::Jsonl
        ),
        "--format {} 尚未提供；现有 human、json、jsonl",
        clap::ValueEnum::to_possible_value(&args.format)
            .map(|v| v.get_name().to_owned())
            .unwrap_or_default()
    );
    let mut verdicts = Vec::new();
    for draft in input::drafts(config, &args.inputs).await? {
        verdicts.push(bench.judge(draft));
    }
    let mut text = String::new();
    for verdict in &verdicts {
        text.push_str(&print::verdict(verdict, &args)?);
    }
    if args.format == CheckFormat::Human {
        text.push_str(&print::closing(&verdicts));
    }
    deliver(&text, &args, out)?;
    let fails = verdicts
        .iter()
        .flat_map(|v| &v.findings)
        .any(|f| args.fail_on.fails(f.hit.level));
    let unread = verdicts.iter().any(|v| v.reading.is_err());
    Ok(if fails {
        1
    } else if unread {
        3
    } else {
        0
    })
}

/// Rules, city and date that every draft of a run is judged by.
struct Bench {
    rules: Rules,
    region: Region,
    unit: Option<Unit>,
    args: CheckArgs,
    now: chrono::DateTime<chrono::Utc>,
    manner: Manner,
}

impl Bench {
    fn new(config: &Config, args: &CheckArgs) -> anyhow::Result<Self> {
        let region = units_for(config, args.units.as_deref(), args.unit.is_some())?;
        let unit = match &args.unit {
            Some(id) => Some(
                region
                    .units
                    .iter()
                    .find(|u| u.id == *id)
                    .cloned()
                    .ok_or_else(|| {
                        anyhow::anyhow!("没有单位“{id}”；duwang units list 可看全部单位")
                    })?,
            ),
            None => None,
        };
        let rules = rulebook::load(config.rules.as_deref(), &region.overlays)?;
        Ok(Self {
            rules,
            region,
            unit,
            args: args.clone(),
            now: config.clock.now(),
            manner: Manner {
                ocr: config.ocr || args.ocr,
                limits: None,
            },
        })
    }

    fn judge(&self, draft: Draft) -> Verdict {
        let hints = Hints {
            kind: self.args.kind,
            ..Hints::default()
        };
        let reading = draft.read(hints, self.manner);
        match reading {
            Reading::Unread(outcome) => Verdict {
                name: draft.name,
                reading: Err(outcome),
                findings: Vec::new(),
                explanations: Vec::new(),
            },
            Reading::Document(mut document) => {
                let findings = self.findings(&document);
                document
                    .notes
                    .extend(self.rules.unchecked().map(str::to_owned));
                Verdict {
                    name: draft.name,
                    explanations: self.explanations(&document),
                    reading: Ok(document),
                    findings,
                }
            }
        }
    }

    fn findings(&self, document: &Document) -> Vec<Finding> {
        let hits = self.hits(document);
        let reading = PageReading {
            unit: self.unit.as_ref().map_or("", |u| &u.id),
            now: self.now,
            ..PageReading::of_document(document, &hits, &|_| false)
        };
        reconcile(&[], &reading)
            .into_iter()
            .map(|(_, finding)| finding)
            .collect()
    }

    fn context(&self, document: &Document) -> Context<'_> {
        Context {
            unit: self.unit.as_ref(),
            region: Some(&self.region),
            channel: if document.kind == Kind::WechatArticle {
                ChannelKind::Wechat
            } else {
                ChannelKind::Website
            },
            now: self.now,
            // Without a given day the page's own date counts, and today for a draft that has none.
            judged_on: self.args.published,
        }
    }

    /// What was looked at and not reported, of the categories asked for.
    fn explanations(&self, document: &Document) -> Vec<Explanation> {
        if !self.args.explain {
            return Vec::new();
        }
        let wanted = |id: &str| {
            let rule = self.rules.all().iter().find(|r| r.id == id);
            self.args.only.is_empty() || rule.is_some_and(|r| self.args.only.contains(&r.category))
        };
        let mut explained = self.rules.explain(document, &self.context(document));
        explained.retain(|e| e.why != Why::Reported && wanted(&e.rule));
        explained
    }

    fn hits(&self, document: &Document) -> Vec<Hit> {
        let mut hits = self.rules.check(document, &self.context(document)).hits;
        if !self.args.only.is_empty() {
            hits.retain(|hit| self.args.only.contains(&hit.category));
        }
        hits
    }
}

/// Every line a document of its own: findings as JSON lines with `line` and `score`.
fn lines(bench: &Bench, args: &CheckArgs, out: &Out) -> anyhow::Result<u8> {
    use std::io::BufRead as _;
    let hints = Hints {
        kind: Some(args.kind.unwrap_or(Kind::Unknown)),
        ..Hints::default()
    };
    let mut reader = input::lines(&args.inputs)?;
    let (mut raw, mut number, mut fails) = (Vec::new(), 0_usize, false);
    let mut text = String::new();
    while reader.read_until(b'\n', &mut raw)? > 0 {
        number += 1;
        let line = String::from_utf8_lossy(&raw);
        let document = duwang_page::read_text("", line.trim_end_matches(['\r', '\n']), &hints);
        for finding in bench.findings(&document) {
            fails |= args.fail_on.fails(finding.hit.level);
            text.push_str(&print::line(&finding, number, args.unmask));
        }
        for explanation in bench.explanations(&document) {
            out.warn(format!(
                "第 {number} 行 {}",
                print::explanation(&explanation)
            ));
        }
        raw.clear();
        if args.output.is_none() && text.len() > 1 << 16 {
            out.print(std::mem::take(&mut text));
        }
    }
    deliver(&text, args, out)?;
    Ok(u8::from(fails))
}

fn deliver(text: &str, args: &CheckArgs, out: &Out) -> anyhow::Result<()> {
    use anyhow::Context as _;
    match &args.output {
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("写不了 {}", file.display()))?
        }
        None => out.print(text),
    }
    Ok(())
}
