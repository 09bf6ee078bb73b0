//! Official papers from a frozen report: the same report gives the same bytes, on any machine and at any time.
//!
//! ```text
//! rules/papers/*.txt ─▶ text.rs ─▶ Line ─▶ docx.rs     what a paper says is a plain file an office can change
//! sheet.rs                                             the list of findings and the arithmetic of the assessment, xlsx
//! pdf.rs                                               the same as PDF when LibreOffice is on this machine
//! ```

mod docx;
mod pdf;
mod scheme;
mod sheet;
mod text;

pub(crate) use pdf::{converter, pdf};
pub(crate) use scheme::Scheme;

use crate::report::Report;
use std::path::Path;

/// What stands on a paper besides the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Head {
    /// 发文机关: in red on top, and under the text.
    pub office: String,
    /// 发文字号.
    pub number: String,
}

/// The papers there are: template, name for people, whether it is for one unit.
pub(crate) const PAPERS: &[(&str, &str, bool)] = &[
    ("tongbao", "通报", false),
    ("duwang", "读网记录", false),
    ("zhenggai", "整改通知单", true),
    ("fankui", "整改反馈表", true),
];

/// A paper as docx. `unit` is needed for those of one unit.
pub(crate) fn paper(
    name: &str,
    report: &Report,
    head: &Head,
    unit: Option<&str>,
    rules: Option<&Path>,
) -> anyhow::Result<Vec<u8>> {
    let lines = text::lines(&text::template(name, rules)?, report, head, unit)?;
    docx::write(&lines)
}

/// The list of findings as xlsx: one sheet a unit, totals and assessment before them.
pub(crate) fn list(report: &Report, rules: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    sheet::write(report, &Scheme::load(rules)?)
}

#[cfg(test)]
mod tests;
