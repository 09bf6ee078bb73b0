//! `duwang report`.

use super::App;
use super::findings::moment;
use crate::cli::{ReportArgs, ReportFormat};
use crate::out::Out;
use crate::papers::{self, Head};
use crate::report::{self, ReportOptions};
use crate::rulebook;
use anyhow::Context as _;

pub(super) fn run(app: &App, args: ReportArgs, out: &Out) -> anyhow::Result<u8> {
    let options = ReportOptions {
        scan: args.scan.clone(),
        since: args.since.as_deref().map(|d| moment(d, 0)).transpose()?,
        until: args.until.as_deref().map(|d| moment(d, 1)).transpose()?,
        units: args.unit.clone(),
        include_open: args.include_open,
        unmask: args.unmask,
        rules: rulebook::names(app.config.rules.as_deref()),
        generated_at: app.config.clock.now(),
    };
    let report = report::freeze(app.store.as_ref(), &app.region(), &options)?;
    let masked = if args.unmask { "，未遮蔽" } else { "" };
    let words = format!("命令行，{}{masked}", args.format.word());
    app.note("导出", &report.scope.of_scans(), &words)?;
    let rules = app.config.rules.as_deref();
    let head = Head {
        office: args.office.clone().unwrap_or_default(),
        number: args.number.clone().unwrap_or_default(),
    };
    let text = match args.format {
        ReportFormat::Docx => {
            let paper = papers::paper("tongbao", &report, &head, None, rules)?;
            return written(&args, &paper, out);
        }
        ReportFormat::Xlsx => return written(&args, &papers::list(&report, rules)?, out),
        ReportFormat::Html => report::html(&report)?,
        ReportFormat::Csv => report::csv(&report)?,
        ReportFormat::Json => report::json(&report)?,
    };
    match &args.output {
        Some(file) => {
            std::fs::write(file, text).with_context(|| format!("写不了 {}", file.display()))?;
            out.say(format!("报告已写入 {}", file.display()));
        }
        None => out.print(text),
    }
    Ok(0)
}

/// Office files are no text for a terminal.
fn written(args: &ReportArgs, bytes: &[u8], out: &Out) -> anyhow::Result<u8> {
    let Some(file) = &args.output else {
        anyhow::bail!("docx、xlsx 请用 -o 写明存到哪个文件");
    };
    std::fs::write(file, bytes).with_context(|| format!("写不了 {}", file.display()))?;
    out.say(format!("报告已写入 {}", file.display()));
    Ok(0)
}
