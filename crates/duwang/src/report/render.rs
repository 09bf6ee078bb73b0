//! Rendering what was frozen. Pure: no clock, no store, no order that could change.

use super::{Item, Report};
use crate::view::{Names, shown_csv};
use askama::Template;
use duwang_model::Category;

/// One HTML file that needs nothing else: no script, no picture, no network; fit for printing.
pub fn html(report: &Report) -> anyhow::Result<String> {
    let style = Some(crate::view::STYLE);
    Ok(Page {
        report,
        style,
        home: None,
    }
    .render()?)
}

/// The same page for the console, with the style as a link, as its content security policy wants it. `query` (without `?`) is
/// what the page was asked with, so that the downloads are of the same report.
pub fn page(report: &Report, query: &str) -> anyhow::Result<String> {
    Ok(Page {
        report,
        style: None,
        home: Some(query),
    }
    .render()?)
}

/// The findings for a spreadsheet, standing ones first, then the rectified ones (told apart by the state column).
pub fn csv(report: &Report) -> anyhow::Result<String> {
    let fixed = report.units.iter().flat_map(|u| &u.fixed);
    let rows = report.items().chain(fixed).map(|item| item.finding.clone());
    // A clean report has no row, and there it matters most: the measured miss rate is the heading of a column of its own.
    let missed = report.coverage.controls.words();
    shown_csv(rows, &names(report), Some(&missed))
}

/// The whole report as JSON, ending with a line break.
pub fn json(report: &Report) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    style: Option<&'static str>,
    home: Option<&'a str>,
}

impl Page<'_> {
    fn categories(&self) -> Vec<Category> {
        self.report
            .totals
            .categories
            .iter()
            .map(|c| c.category)
            .collect()
    }

    /// The moment without its zone: `2026-11-02 10:00`.
    fn moment(&self) -> String {
        self.report
            .generated_at
            .chars()
            .take(16)
            .collect::<String>()
            .replace('T', " ")
    }

    /// Units with something to tell.
    fn told(&self) -> impl Iterator<Item = (usize, &super::UnitSection)> {
        let told = self
            .report
            .units
            .iter()
            .filter(|u| !u.groups.is_empty() || !u.fixed.is_empty());
        told.enumerate().map(|(at, unit)| (at + 1, unit))
    }

    fn rectified(&self) -> usize {
        self.report.units.iter().map(|u| u.fixed.len()).sum()
    }
}

/// A frozen report names its units and channels itself.
fn names(report: &Report) -> Names {
    let mut names = Names::default();
    for unit in &report.units {
        names.add_unit(&unit.unit, &unit.name);
        for Item {
            finding,
            channel_name,
            ..
        } in unit.items().chain(&unit.fixed)
        {
            names.add_channel(finding.channel.as_deref().unwrap_or_default(), channel_name);
        }
    }
    names
}
