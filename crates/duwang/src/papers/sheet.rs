//! 问题清单 as a workbook: totals with a chart, the assessment with its arithmetic, and one sheet a unit. Every cell of text is written as
//! text, so that nothing a page published can become a formula.

use super::Scheme;
use crate::report::{Item, Report, UnitSection};
use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartType, Color, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Url, Workbook, Worksheet,
};

/// Column, width, content.
type Column = (&'static str, f64, fn(&Item) -> String);

const COLUMNS: &[Column] = &[
    ("编号", 15.0, |i| i.finding.id.clone()),
    ("级别", 7.0, |i| i.finding.level.chinese().to_owned()),
    ("类别", 11.0, |i| i.finding.category.chinese().to_owned()),
    ("规则", 18.0, |i| i.rule().to_owned()),
    ("渠道", 16.0, |i| i.channel_name.clone()),
    ("问题", 36.0, |i| i.finding.message.clone()),
    ("原文", 30.0, |i| i.finding.quote.clone()),
    ("页面标题", 30.0, |i| {
        i.finding.page_title.clone().unwrap_or_default()
    }),
    ("网址", 30.0, |i| {
        i.finding.url.clone().unwrap_or_default()
    }),
    ("建议", 30.0, |i| {
        i.finding.suggestion.clone().unwrap_or_default()
    }),
    ("依据", 30.0, |i| i.finding.basis.clone()),
    ("状态", 9.0, |i| i.finding.state.chinese().to_owned()),
    ("首次发现", 17.0, |i| minute(&i.finding.first_seen)),
    ("确认人", 19.0, |i| {
        i.confirmed_by.clone().unwrap_or_default()
    }),
];
/// Points a line of text takes in a cell.
const LINE: f64 = 15.0;
/// Excel makes no row higher.
const HIGHEST: f64 = 409.0;
/// Numbers of paper sizes in the file format.
const A3: u8 = 8;
const A4: u8 = 9;
/// Excel follows no longer link.
const LONGEST_LINK: usize = 2_000;
/// Excel keeps no longer text in a cell.
const LONGEST_TEXT: usize = 32_000;

pub(super) fn write(report: &Report, scheme: &Scheme) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let made =
        ExcelDateTime::parse_from_str(report.generated_at.get(..10).unwrap_or("2000-01-01"))?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title("问题清单")
            .set_creation_datetime(&made),
    );
    let formats = Formats::new();
    totals(workbook.add_worksheet(), report, &formats)?;
    assessment(workbook.add_worksheet(), report, scheme, &formats)?;
    let mut taken = vec!["汇总".to_owned(), "考核".to_owned()];
    for unit in report
        .units
        .iter()
        .filter(|u| u.items().count() + u.fixed.len() > 0)
    {
        let name = sheet_name(&unit.name, &taken);
        let sheet = workbook.add_worksheet();
        sheet.set_name(&name)?;
        taken.push(name);
        findings(sheet, unit, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

struct Formats {
    head: Format,
    text: Format,
    link: Format,
}

impl Formats {
    fn new() -> Self {
        let text = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Thin);
        Self {
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00ED_EDED))
                .set_border(FormatBorder::Thin),
            link: text
                .clone()
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            text,
        }
    }
}

/// Printed across, all columns on one page, the head on every page.
fn printed(sheet: &mut Worksheet, paper: u8) -> anyhow::Result<()> {
    sheet
        .set_paper_size(paper)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?
        .set_footer("&C第 &P 页，共 &N 页")
        .set_row_height(0, 34)?;
    Ok(())
}

fn totals(sheet: &mut Worksheet, report: &Report, formats: &Formats) -> anyhow::Result<()> {
    sheet.set_name("汇总")?;
    printed(sheet, A4)?;
    sheet.set_print_fit_to_pages(1, 1);
    for (column, (name, width)) in (0..).zip([
        ("单位", 28.0),
        ("严重", 8.0),
        ("一般", 8.0),
        ("提示", 8.0),
        ("合计", 8.0),
    ]) {
        sheet.write_string_with_format(0, column, name, &formats.head)?;
        sheet.set_column_width(column, width)?;
    }
    let mut row = 1;
    for unit in &report.totals.units {
        counts(sheet, row, &unit.name, unit.levels, formats)?;
        row += 1;
    }
    counts(sheet, row, "合计", report.totals.all, formats)?;
    sheet.set_freeze_panes(1, 0)?;
    if row > 1 {
        let mut chart = Chart::new(ChartType::BarStacked);
        chart.title().set_name("各单位问题数");
        for column in 1..=3_u16 {
            chart
                .add_series()
                .set_name(("汇总", 0, column))
                .set_categories(("汇总", 1, 0, row - 1, 0))
                .set_values(("汇总", 1, column, row - 1, column))
                .set_gap(60);
        }
        // From the top in the order of the table; the numbers stay at the bottom.
        let units = chart.y_axis(); // the upright one
        units.set_reverse().set_crossing(ChartAxisCrossing::Max);
        // Every unit is named, and the whole stands under the table, on the page it is printed on.
        chart.set_width(760).set_height(140 + 26 * (row - 1));
        sheet.insert_chart(row + 2, 0, &chart)?;
    }
    Ok(())
}

fn counts(
    sheet: &mut Worksheet,
    row: u32,
    name: &str,
    levels: crate::report::LevelCounts,
    formats: &Formats,
) -> anyhow::Result<()> {
    sheet.write_string_with_format(row, 0, name, &formats.text)?;
    for (column, count) in (1..).zip([levels.serious, levels.general, levels.hint, levels.total]) {
        sheet.write_number_with_format(row, column, count as f64, &formats.text)?;
    }
    Ok(())
}

fn assessment(
    sheet: &mut Worksheet,
    report: &Report,
    scheme: &Scheme,
    formats: &Formats,
) -> anyhow::Result<()> {
    sheet.set_name("考核")?;
    printed(sheet, A4)?;
    sheet.set_column_width(0, 28.0)?;
    sheet.write_string_with_format(0, 0, "单位", &formats.head)?;
    let mut column = 1;
    for item in &scheme.item {
        let name = format!("{}（每处 {}，最多 {}）", item.name, item.each, item.cap);
        sheet.write_string_with_format(0, column, &name, &formats.head)?;
        sheet.set_column_width(column, 22.0)?;
        column += 1;
    }
    sheet.write_string_with_format(0, column, "扣分", &formats.head)?;
    sheet.write_string_with_format(0, column + 1, "得分", &formats.head)?;
    for (row, (unit, deductions, score)) in (1..).zip(scheme.apply(report)) {
        sheet.write_string_with_format(row, 0, &unit.name, &formats.text)?;
        for (column, deduction) in (1..).zip(&deductions) {
            let words = match deduction.count {
                0 => "",
                _ => deduction.words.as_str(),
            };
            sheet.write_string_with_format(row, column, words, &formats.text)?;
        }
        let lost: f64 = deductions.iter().map(|d| d.points).sum();
        sheet.write_number_with_format(row, column, lost, &formats.text)?;
        sheet.write_number_with_format(row, column + 1, score, &formats.text)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

/// Fourteen columns cannot be read on A4.
fn findings(sheet: &mut Worksheet, unit: &UnitSection, formats: &Formats) -> anyhow::Result<()> {
    printed(sheet, A3)?;
    for (column, (name, width, _)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, *name, &formats.head)?;
        sheet.set_column_width(column, *width)?;
    }
    let mut last = 0;
    for (row, item) in (1..).zip(unit.items().chain(&unit.fixed)) {
        let mut most = 1;
        for (column, (name, width, text)) in (0..).zip(COLUMNS) {
            let text: String = text(item).chars().take(LONGEST_TEXT).collect();
            most = most.max(lines(&text, *width));
            match item
                .link()
                .filter(|l| *name == "网址" && l.len() < LONGEST_LINK)
            {
                Some(link) => {
                    sheet.write_url_with_format(row, column, Url::new(link), &formats.link)?;
                }
                None => {
                    sheet.write_string_with_format(row, column, &text, &formats.text)?;
                }
            }
        }
        sheet.set_row_height(row, (f64::from(most) * LINE).min(HIGHEST))?;
        last = row;
    }
    let columns = u16::try_from(COLUMNS.len() - 1).unwrap_or(0);
    sheet.autofilter(0, 0, last, columns)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// `2026-09-09 20:00` of a moment as reports keep it.
fn minute(moment: &str) -> String {
    let parsed = chrono::DateTime::parse_from_rfc3339(moment);
    parsed.map_or(moment.to_owned(), |at| crate::view::minute(at.to_utc()))
}

/// How many lines a text takes in a column so many half characters wide: not every program makes a row as high as its longest cell by itself.
fn lines(text: &str, width: f64) -> u32 {
    let half = |c: char| if c.is_ascii() { 1.0 } else { 2.0 };
    let of_line = |line: &str| {
        let halves: f64 = line.chars().map(half).sum();
        (halves / (width - 1.0)).ceil().max(1.0) as u32
    };
    text.lines().map(of_line).sum::<u32>().max(1)
}

/// At most 31 characters, without those Excel forbids, and not twice.
fn sheet_name(name: &str, taken: &[String]) -> String {
    let clean: String = name
        .chars()
        .map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c })
        .take(26)
        .collect();
    let clean = if clean.trim().is_empty() {
        "未命名".to_owned()
    } else {
        clean
    };
    (1..)
        .map(|n| {
            if n == 1 {
                clean.clone()
            } else {
                format!("{clean}（{n}）")
            }
        })
        .find(|candidate| !taken.contains(candidate))
        .unwrap_or(clean)
}
