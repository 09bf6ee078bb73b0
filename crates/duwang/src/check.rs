//! `duwang check`: the same rules on a draft, before it is published. Nothing is stored but the card of the check, when asked for.
//!
//! ```text
//! input ─▶ Draft ─ Bench::judge ─▶ Verdict ─▶ print (human, json) · sarif · page (html) · docx · card
//! ```
//! [`Bench`] and [`Verdict`] also serve the HTTP interface and the console.

mod bench;
mod card;
mod docx;
mod input;
mod markup;
mod page;
mod place;
mod print;
mod sarif;

pub(crate) use bench::{Bench, Question, Verdict};
pub(crate) use card::{Card, Cards, find as find_card, save as save_card};
pub(crate) use input::{Draft, files, local as draft_of_bytes};
pub(crate) use markup::{marked, marked_text};
pub(crate) use page::Sheet;
pub(crate) use print::object;

use crate::cli::{CardArgs, CheckArgs, CheckFormat};
use crate::commands::units_for;
use crate::config::Config;
use crate::out::Out;
use anyhow::Context as _;
use duwang_model::Kind;
use std::path::Path;

/// Checks every input; exit code 1 when a finding is at or above `--fail-on`, 3 when some input could not be read.
pub async fn run(config: &Config, args: CheckArgs, out: &Out) -> anyhow::Result<u8> {
    let (bench, question) = prepared(config, &args)?;
    if let Some(unchecked) = bench.rules.unchecked() {
        out.warn(format!("注意：{unchecked}"));
    }
    if args.lines {
        anyhow::ensure!(
            matches!(
                args.format,
                CheckFormat::Human | CheckFormat::Json | CheckFormat::Jsonl
            ),
            "--lines 逐行检测只有 jsonl 一种结果"
        );
        return lines(&bench, &question, &args, out);
    }
    ensure_file(&args)?;
    let drafts = input::drafts(config, &args.inputs).await?;
    finish(config, (&bench, &question), drafts, &args, out)
}

/// Checks drafts that came another way than by name.
pub(crate) fn judge_all(
    config: &Config,
    drafts: Vec<Draft>,
    args: CheckArgs,
    out: &Out,
) -> anyhow::Result<u8> {
    let (bench, question) = prepared(config, &args)?;
    ensure_file(&args)?;
    finish(config, (&bench, &question), drafts, &args, out)
}

fn ensure_file(args: &CheckArgs) -> anyhow::Result<()> {
    anyhow::ensure!(
        args.format != CheckFormat::Docx || args.output.is_some(),
        "docx 不能写到屏幕上，请用 -o 给出文件，例如 -o 批注.docx"
    );
    Ok(())
}

fn finish(
    config: &Config,
    (bench, question): (&Bench, &Question),
    drafts: Vec<Draft>,
    args: &CheckArgs,
    out: &Out,
) -> anyhow::Result<u8> {
    let verdicts: Vec<Verdict> = drafts
        .into_iter()
        .map(|d| bench.judge(d, question))
        .collect();
    for card in verdicts.iter().filter_map(|v| v.card.as_ref()) {
        card::save(&config.data_dir, card)?;
    }
    write(bench, &verdicts, args, out)?;
    let fails = verdicts.iter().any(|v| v.fails(args.fail_on));
    let unread = verdicts.iter().any(|v| v.reading.is_err());
    Ok(if fails {
        1
    } else if unread {
        3
    } else {
        0
    })
}

/// Shows a card; with an input, whether that is the text it was made of. Exit code 1 when it is not.
pub async fn verify(config: &Config, args: CardArgs, out: &Out) -> anyhow::Result<u8> {
    let card = card::find(&config.data_dir, &args.id)
        .with_context(|| format!("没有编号为“{}”的检测单，或检测单被改动过", args.id))?;
    out.print(print::card(&card));
    let Some(input) = args.input else {
        return Ok(0);
    };
    let region = units_for(config, None, false)?;
    let bench = Bench::new(config, region)?;
    for draft in input::drafts(config, &[input]).await? {
        let name = draft.shown_name();
        let verdict = bench.judge(draft, &Question::default());
        let same = verdict.reading.as_ref().is_ok_and(|d| card.is_about(d));
        out.print(match &verdict.reading {
            Err(outcome) => format!("{name}：{}，没有核对\n", outcome.reason),
            Ok(_) if same => format!("{name}：就是检测过的那一稿\n"),
            Ok(_) => format!("{name}：与检测过的那一稿不同\n"),
        });
        if !same {
            return Ok(1);
        }
    }
    if card.rules != bench.rules.version() {
        out.print("检测之后规则有更新，建议重新检测\n");
    }
    Ok(0)
}

fn prepared(config: &Config, args: &CheckArgs) -> anyhow::Result<(Bench, Question)> {
    let region = units_for(config, args.units.as_deref(), args.unit.is_some())?;
    let mut bench = Bench::new(config, region)?;
    bench.manner.ocr |= args.ocr;
    let question = Question {
        kind: args.kind,
        unit: args.unit.as_deref().map(|id| bench.unit(id)).transpose()?,
        published: args.published,
        only: args.only.clone(),
        explain: args.explain,
        card: args.card.then_some(args.fail_on),
    };
    Ok((bench, question))
}

/// Writes all verdicts in the chosen format.
fn write(bench: &Bench, verdicts: &[Verdict], args: &CheckArgs, out: &Out) -> anyhow::Result<()> {
    let text = match args.format {
        CheckFormat::Docx => return commented(bench, verdicts, args, out),
        CheckFormat::Sarif => {
            serde_json::to_string_pretty(&sarif::log(verdicts, &bench.rules, args.unmask))? + "\n"
        }
        CheckFormat::Html => page::html(verdicts, bench.rules.version(), bench.now(), args.unmask)?,
        CheckFormat::Json => verdicts
            .iter()
            .map(|v| object(v, args.unmask).to_string() + "\n")
            .collect(),
        CheckFormat::Jsonl => verdicts
            .iter()
            .map(|v| print::jsonl(v, args.unmask))
            .collect(),
        CheckFormat::Human => print::human(verdicts, &bench.rules, args.unmask),
    };
    deliver(&text, args, out)
}

/// One verdict as a file of this format, personal numbers masked.
pub(crate) fn rendered(
    bench: &Bench,
    verdict: &Verdict,
    format: CheckFormat,
) -> anyhow::Result<Vec<u8>> {
    let one = std::slice::from_ref(verdict);
    Ok(match (format, &verdict.reading) {
        (CheckFormat::Docx, Ok(document)) => {
            let source = verdict.draft.body.as_deref().unwrap_or_default();
            docx::annotated(source, document, &verdict.findings, false, bench.now())?
        }
        (CheckFormat::Html, _) => {
            page::html(one, bench.rules.version(), bench.now(), false)?.into_bytes()
        }
        (CheckFormat::Sarif, _) => sarif::log(one, &bench.rules, false)
            .to_string()
            .into_bytes(),
        _ => object(verdict, false).to_string().into_bytes(),
    })
}

/// One Word file each; several drafts go into a folder. Drafts that could not be read are named on stderr.
fn commented(
    bench: &Bench,
    verdicts: &[Verdict],
    args: &CheckArgs,
    out: &Out,
) -> anyhow::Result<()> {
    let Some(target) = &args.output else {
        return Ok(());
    };
    for verdict in verdicts {
        let document = match &verdict.reading {
            Ok(document) => document,
            Err(outcome) => {
                out.warn(format!(
                    "{}：{}，没有检测",
                    verdict.draft.shown_name(),
                    outcome.reason
                ));
                continue;
            }
        };
        let source = verdict.draft.body.as_deref().unwrap_or_default();
        let bytes = docx::annotated(
            source,
            document,
            &verdict.findings,
            args.unmask,
            bench.now(),
        )
        .with_context(|| format!("{} 写不成 Word", verdict.draft.shown_name()))?;
        let file = match verdicts.len() {
            1 => target.clone(),
            _ => {
                std::fs::create_dir_all(target)
                    .with_context(|| format!("建不了目录 {}", target.display()))?;
                free_name(target, &verdict.draft.name)
            }
        };
        std::fs::write(&file, bytes).with_context(|| format!("写不了 {}", file.display()))?;
        out.say(format!(
            "{}：{} 处批注，已写入 {}",
            verdict.draft.shown_name(),
            verdict.findings.len(),
            file.display()
        ));
    }
    Ok(())
}

/// `通知.html` → `DIR/通知.docx`, with a number when that is taken.
fn free_name(folder: &Path, name: &str) -> std::path::PathBuf {
    let stem = Path::new(name)
        .file_stem()
        .map_or("稿件".into(), |s| s.to_string_lossy());
    let stem: String = stem
        .chars()
        .filter(|c| !c.is_control() && !"/\\:*?\"<>|".contains(*c))
        .take(80)
        .collect();
    let first = folder.join(format!("{stem}.docx"));
    let others = (2..10_000).map(|n| folder.join(format!("{stem}-{n}.docx")));
    std::iter::once(first.clone())
        .chain(others)
        .find(|f| !f.exists())
        .unwrap_or(first)
}

/// Every line a document of its own: findings as JSON lines with `line` and `score`.
fn lines(bench: &Bench, question: &Question, args: &CheckArgs, out: &Out) -> anyhow::Result<u8> {
    use std::io::BufRead as _;
    let hints = duwang_page::Hints {
        kind: Some(args.kind.unwrap_or(Kind::Unknown)),
        ..duwang_page::Hints::default()
    };
    let mut reader = input::lines(&args.inputs)?;
    let (mut raw, mut number, mut fails) = (Vec::new(), 0_usize, false);
    let mut text = String::new();
    while reader.read_until(b'\n', &mut raw)? > 0 {
        number += 1;
        let line = String::from_utf8_lossy(&raw);
        let document = duwang_page::read_text("", line.trim_end_matches(['\r', '\n']), &hints);
        for finding in bench.findings(&document, question) {
            fails |= args.fail_on.fails(finding.hit.level);
            text.push_str(&print::line(&finding, number, args.unmask));
        }
        for explanation in bench.explanations(&document, question) {
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
    match &args.output {
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("写不了 {}", file.display()))?
        }
        None => out.print(text),
    }
    Ok(())
}
