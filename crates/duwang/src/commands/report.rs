//! `duwang report`.

use super::App;
use super::findings::moment;
use crate::cli::{ReportArgs, ReportFormat};
use crate::out::Out;
use crate::report::{self, ReportOptions};
use anyhow::Context as _;

pub(super) fn run(app: &App, args: ReportArgs, out: &Out) -> anyhow::Result<u8> {
    let options = ReportOptions {
        scan: args.scan.clone(),
        since: args.since.as_deref().map(|d| moment(d, 0)).transpose()?,
        until: args.until.as_deref().map(|d| moment(d, 1)).transpose()?,
        units: args.unit.clone(),
        include_open: args.include_open,
        unmask: args.unmask,
        generated_at: app.config.clock.now(),
    };
    let report = report::freeze(app.store.as_ref(), &app.region(), &options)?;
    let text = match args.format {
        ReportFormat::Html => report::html(&report)?,
        ReportFormat::Csv => report::csv(&report)?,
        ReportFormat::Json => report::json(&report)?,
        ReportFormat::Docx | ReportFormat::Xlsx => {
            anyhow::bail!("docx、xlsx 尚未提供；现有 html、csv、json")
        }
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
