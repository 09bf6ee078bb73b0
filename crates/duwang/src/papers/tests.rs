#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use super::{Head, PAPERS, list, paper};
use crate::report::{self, Report, ReportOptions};
use crate::view::sample;
use calamine::{Data, Reader as _, Xlsx};
use duwang_model::{Change, Decision, FindingFilter, Verdict, Visit};
use std::io::{Cursor, Read as _};

/// Everything of the sample city confirmed, with a text that would be a formula.
fn frozen() -> Report {
    let store = sample::store();
    let mut hostile = sample::finding("wording/formula", "=HYPERLINK(\"http://evil.example\")");
    hostile.hit.message = "=1+1|| 换行\n# 假标题".into();
    hostile.fingerprint = format!("{:032x}", 7);
    store
        .record(&[Visit {
            changes: vec![(Change::New, hostile)],
            ..Visit::default()
        }])
        .unwrap();
    let findings = store.findings(&FindingFilter::default()).unwrap();
    let decisions: Vec<Decision> = findings
        .iter()
        .map(|f| Decision {
            finding: f.id.clone(),
            verdict: Verdict::Confirm,
            by: "王某".into(),
            at: sample::now(),
            reason: String::new(),
        })
        .collect();
    store.decide(&decisions).unwrap();
    let options = ReportOptions {
        generated_at: sample::now(),
        ..ReportOptions::default()
    };
    report::freeze(store.as_ref(), &sample::region(), &options).unwrap()
}

fn head() -> Head {
    Head {
        office: "云溪市政务公开办公室".into(),
        number: "云公开〔2026〕1号".into(),
    }
}

fn text_of(docx: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut xml = String::new();
    archive
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let mut reader = quick_xml::Reader::from_str(&xml);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            _ => continue,
        }
    }
    let mut text = String::new();
    for part in xml.split("<w:t xml:space=\"preserve\">").skip(1) {
        text.push_str(part.split("</w:t>").next().unwrap());
        text.push('\n');
    }
    text
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = frozen();
    let again: Report = serde_json::from_str(&report::json(&report).unwrap()).unwrap();
    assert_eq!(list(&report, None).unwrap(), list(&again, None).unwrap());
    for (name, _, of_unit) in PAPERS {
        let unit = of_unit.then(|| report.units[0].unit.as_str());
        let one = paper(name, &report, &head(), unit, None).unwrap();
        assert_eq!(
            one,
            paper(name, &again, &head(), unit, None).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn numbers_agree_in_every_form() {
    let report = frozen();
    let total = report.totals.all.total;
    assert!(total > 3);
    assert_eq!(report.items().count(), total);
    let csv = report::csv(&report).unwrap();
    let rows = csv::Reader::from_reader(csv.as_bytes())
        .into_records()
        .count();
    let fixed: usize = report.units.iter().map(|u| u.fixed.len()).sum();
    assert_eq!(rows, total + fixed);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(list(&report, None).unwrap())).unwrap();
    let names = book.sheet_names();
    let mut listed = 0;
    for name in &names[2..] {
        listed += book.worksheet_range(name).unwrap().height() - 1;
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(
            formulas.used_cells().all(|(_, _, f)| f.is_empty()),
            "{name}"
        );
    }
    assert_eq!(listed, total + fixed);
    let sums = book.worksheet_range("汇总").unwrap();
    let last = sums.rows().next_back().unwrap();
    assert_eq!(last[0], Data::String("合计".into()));
    assert_eq!(last[4], Data::Float(total as f64));
    let of_units: f64 = sums
        .rows()
        .skip(1)
        .take(report.totals.units.len())
        .map(|r| r[4].to_string().parse::<f64>().unwrap())
        .sum();
    assert!((of_units - total as f64).abs() < 1e-9);
    let notice = text_of(&paper("tongbao", &report, &head(), None, None).unwrap());
    assert!(notice.contains(&format!("共有问题 {total} 处")), "{notice}");
    let order: usize = report
        .units
        .iter()
        .map(|u| {
            let paper = paper("zhenggai", &report, &head(), Some(&u.unit), None).unwrap();
            let text = text_of(&paper);
            u.items().filter(|i| text.contains(&i.finding.id)).count()
        })
        .sum();
    assert_eq!(order, total);
    let html = report::html(&report).unwrap();
    assert!(report.items().all(|i| html.contains(&i.finding.id)));
}

#[test]
fn what_a_page_published_stays_text() {
    let report = frozen();
    let notice = text_of(&paper("tongbao", &report, &head(), None, None).unwrap());
    for needle in [
        "云溪市政务公开办公室",
        "云公开〔2026〕1号",
        "2026年11月2日",
        "一、总体情况",
    ] {
        assert!(notice.contains(needle), "{needle} not in {notice}");
    }
    assert!(!notice.contains("350499199001010018"), "masked");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(list(&report, None).unwrap())).unwrap();
    let cells: Vec<String> = book
        .sheet_names()
        .iter()
        .flat_map(|n| {
            let range = book.worksheet_range(n).unwrap();
            range
                .used_cells()
                .map(|(_, _, c)| c.to_string())
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(cells.iter().any(|c| c.starts_with("=HYPERLINK")), "as text");
}

/// Rows as high as what stands in them, days as people write them, and paper wide enough for the columns.
#[test]
fn the_list_can_be_read_in_print() {
    let bytes = list(&frozen(), None).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut sheet = String::new();
    archive
        .by_name("xl/worksheets/sheet3.xml")
        .unwrap()
        .read_to_string(&mut sheet)
        .unwrap();
    assert!(sheet.contains("paperSize=\"8\""), "A3");
    let rows = sheet.matches("<row ").count();
    assert!(rows > 1 && sheet.matches("customHeight=\"1\"").count() == rows);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[2].clone();
    let range = book.worksheet_range(&name).unwrap();
    let column = range.rows().next().unwrap();
    let column = column.iter().position(|c| *c == "首次发现");
    let seen = range.get((1, column.unwrap())).unwrap().to_string();
    assert_eq!(seen, "2026-11-02 09:15");
}

#[test]
fn deductions_show_their_arithmetic_and_stop_at_the_cap() {
    let report = frozen();
    let scheme: super::Scheme =
        toml::from_str("full = 10\n[[item]]\nname = \"全部\"\neach = 0.3\ncap = 1\n").unwrap();
    let mut lost = 0;
    for (unit, deductions, score) in scheme.apply(&report) {
        let count = unit.items().count();
        lost += deductions[0].count;
        assert_eq!(deductions[0].count, count);
        let raw = count as f64 * 0.3;
        assert!((score - (10.0 - raw.min(1.0))).abs() < 1e-9);
        if raw > 1.0 {
            assert!(
                deductions[0].words.contains("最多扣 1"),
                "{}",
                deductions[0].words
            );
        } else if count > 0 {
            assert!(deductions[0].words.contains(&format!("{count} 处 × 0.3")));
        }
    }
    assert_eq!(lost, report.totals.all.total);
    assert!(super::Scheme::load(None).is_ok(), "the bundled one reads");
}
