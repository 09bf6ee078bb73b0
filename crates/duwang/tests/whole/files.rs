//! Files end to end: read in a process of their own, judged in checks and scans alike, told when they could not be read.

use crate::common::{Answer, Duwang, Site, article};
use duwang::extract::{self, Limits, Manner};
use duwang_page::{Hints, Reading, Source};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../duwang-page/tests/kept");

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs
        .iter()
        .map(|p| format!("<w:p><w:r><w:t>{p}</w:t></w:r></w:p>"))
        .collect();
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    zip(&[("word/document.xml", document.as_bytes())])
}

/// A sheet of two million numbers: honest, and much work.
fn heavy() -> Vec<u8> {
    let mut data = String::new();
    for row in 1..=100_000 {
        data.push_str(&format!("<row r=\"{row}\">"));
        for column in ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"] {
            data.push_str(&format!(
                "<c r=\"{column}{row}\" t=\"inlineStr\"><is><t></t></is></c>"
            ));
        }
        data.push_str("</row>");
    }
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>"
    );
    zip(&[
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn within(limits: Limits, bytes: &[u8]) -> String {
    let hints = Hints::default();
    let source = Source {
        url: "",
        bytes,
        content_type: None,
        hints: &hints,
    };
    let manner = Manner {
        ocr: false,
        limits: Some(limits),
    };
    match extract::read(&source, manner) {
        Reading::Unread(outcome) => outcome.reason,
        Reading::Document(document) => panic!("read: {:?}", document.notes),
    }
}

#[test]
fn a_reader_that_costs_too_much_is_ended_and_told() {
    let heavy = heavy();
    let usual = Limits::usual(false);
    let started = Instant::now();
    let reason = within(
        Limits {
            wall: Duration::from_millis(300),
            ..usual
        },
        &heavy,
    );
    assert!(reason.contains("已中止，未读"), "{reason}");
    let reason = within(Limits { cpu: 1, ..usual }, &heavy);
    assert_eq!(reason, "读取耗用处理器超过 1 秒，已中止，未读");
    let reason = within(
        Limits {
            memory: 64 << 20,
            ..usual
        },
        &heavy,
    );
    assert!(reason.contains("内存超过 64 MB"), "{reason}");
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn no_reader_is_left_behind() {
    let usual = Limits::usual(false);
    within(
        Limits {
            wall: Duration::from_millis(200),
            ..usual
        },
        &heavy(),
    );
    // Other tests of this process have readers of their own: those that are there now must go, whoever started them.
    let started = readers();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !started.is_disjoint(&readers()) {
        assert!(Instant::now() < deadline, "a reader is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Readers this process has started and that have not gone, by their process numbers.
fn readers() -> BTreeSet<String> {
    let own = std::process::id().to_string();
    let of_own = |stat: String| {
        let (number, rest) = stat.split_once(" (duwang) ")?;
        (rest.split_whitespace().nth(1) == Some(&own)).then(|| number.to_owned())
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = processes.filter_map(|p| std::fs::read_to_string(p.path().join("stat")).ok());
    stats.filter_map(of_own).collect()
}

/// `(rule, locator, quote)` of a check of one file.
fn checked(
    duwang: &Duwang,
    file: &Path,
    more: &[&str],
) -> (i32, Value, Vec<(String, String, String)>) {
    let mut args = vec![
        "--now",
        "2026-09-23T12:00:00+08:00",
        "check",
        "--unmask",
        "--format",
        "json",
    ];
    args.extend_from_slice(more);
    args.push(file.to_str().unwrap());
    let output = duwang.run(&args);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let json: Value = serde_json::from_str(text.lines().next().unwrap_or("null"))
        .unwrap_or_else(|e| panic!("{e}: {text} {}", String::from_utf8_lossy(&output.stderr)));
    let word = |f: &Value, key: &str| f[key].as_str().unwrap_or("").to_owned();
    let findings = json["findings"]
        .as_array()
        .map(|all| {
            all.iter()
                .map(|f| (word(f, "rule"), word(f, "locator"), word(f, "quote")))
                .collect()
        })
        .unwrap_or_default();
    (output.status.code().unwrap(), json, findings)
}

fn found(findings: &[(String, String, String)], rule: &str, locator: &str, quote: &str) -> bool {
    findings
        .iter()
        .any(|(r, l, q)| r == rule && l.contains(locator) && q == quote)
}

#[test]
fn a_check_points_into_real_office_files() {
    let duwang = Duwang::new();
    let kept = Path::new(KEPT);
    let (_, json, sheet) = checked(&duwang, &kept.join("libreoffice.xlsx"), &[]);
    assert!(
        found(
            &sheet,
            "privacy/id-number",
            "隐藏行列 公示!C3",
            "350499196903150247"
        ),
        "{json:#}"
    );
    assert!(
        found(
            &sheet,
            "attachment/comments-left",
            "公示!A3的批注",
            "此户再核"
        ),
        "{json:#}"
    );
    assert!(
        found(
            &sheet,
            "attachment/hidden-content",
            "隐藏工作表 底册!A1",
            "未公示人员许某"
        ),
        "{json:#}"
    );
    let (_, json, old) = checked(&duwang, &kept.join("libreoffice.xls"), &[]);
    assert!(
        found(
            &old,
            "privacy/id-number",
            "隐藏行列 公示!C3",
            "350499196903150247"
        ),
        "{json:#}"
    );
    let (_, json, word) = checked(&duwang, &kept.join("libreoffice.doc"), &[]);
    assert!(
        word.iter().any(|(r, ..)| r == "attachment/comments-left"),
        "{json:#}"
    );
}

#[test]
fn a_guide_as_a_word_file_is_judged_as_a_guide() {
    let duwang = Duwang::new();
    let file = duwang.dir.path().join("指南.docx");
    let text = [
        "青石街道办事处政府信息公开指南",
        "一、受理机构：青石街道党政办公室",
        "二、答复期限：自收到申请之日起15个工作日内予以答复。",
    ];
    std::fs::write(&file, docx(&text)).unwrap();
    let (code, json, findings) = checked(&duwang, &file, &[]);
    assert_eq!(json["document"]["kind"], "guide", "{json:#}");
    assert!(
        findings
            .iter()
            .any(|(r, l, _)| r == "guide-outdated/reply-15-days" && l.contains("第3段")),
        "{json:#}"
    );
    assert_eq!(code, 1);
}

#[test]
fn what_cannot_be_read_is_an_outcome_with_its_reason() {
    let duwang = Duwang::new();
    for (name, bytes, reason) in [
        ("旧.rar", b"Rar!\x1a\x07\x01\x00".to_vec(), "RAR"),
        ("坏.docx", b"PK\x03\x04 word/ broken".to_vec(), "损坏"),
        ("坏.pdf", b"%PDF-1.7\nnothing".to_vec(), "PDF"),
    ] {
        let file = duwang.dir.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let (code, json, _) = checked(&duwang, &file, &[]);
        assert_eq!(code, 3, "{name}: {json:#}");
        let told = json.to_string();
        assert!(told.contains(reason), "{name}: {told}");
    }
}

#[test]
fn a_scan_reads_attachments_once_and_again_when_they_change() {
    let site = Site::start();
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let page = "补贴名单见附件：<a href=\"/qs/a.docx\">名单.docx</a>、<a href=\"/qs/b.rar\">底稿.rar</a>，请各社区核对后按时张榜公布。";
    site.html(
        "/qs/",
        &article("青石街道2026年补贴名单公示", "2026-09-01", page),
    );
    let put = |text: &str| {
        site.put(
            "/qs/a.docx",
            Answer {
                content_type: "application/octet-stream",
                body: docx(&["补贴名单", text]),
                ..Answer::html("")
            },
        );
    };
    put("苏某，身份证号350499196903150247，500元。");
    site.put(
        "/qs/b.rar",
        Answer {
            content_type: "application/octet-stream",
            body: b"Rar!\x1a\x07\x01\x00".to_vec(),
            ..Answer::html("")
        },
    );
    let summary = duwang.scan(&units, &["--full"]);
    let told = summary.to_string();
    assert!(told.contains("RAR"), "{summary:#}");
    let leaks = || {
        let all = duwang.findings(&["--unmask", "--rule", "privacy/id-number"]);
        all.into_iter()
            .map(|f| {
                (
                    f["locator"].as_str().unwrap().to_owned(),
                    f["state"].as_str().unwrap().to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(leaks(), [("第2段".to_owned(), "open".to_owned())]);
    // Unchanged: the server says so, nothing is read, what could not be read is still told.
    site.take_log();
    let again = duwang.scan(&units, &["--full"]);
    assert!(
        site.take_log()
            .iter()
            .any(|(_, path, status)| path == "/qs/a.docx" && *status == 304)
    );
    assert!(again.to_string().contains("RAR"), "{again:#}");
    assert_eq!(leaks().len(), 1);
    // Changed: read again, and the fault that is gone is closed.
    put("苏某，身份证号350499********0247，500元。");
    duwang.scan(&units, &["--full"]);
    assert_eq!(leaks()[0].1, "fixed");
    let finding = &duwang.findings(&["--rule", "privacy/id-number"])[0];
    assert_eq!(finding["kind"], "attachment");
}

/// A picture of the text of the kept PDF, drawn by poppler.
fn picture(form: &str) -> Vec<u8> {
    let output = std::process::Command::new("pdftoppm")
        .args(["-r", "150", "-gray", form, "-f", "1", "-l", "1"])
        .arg(format!("{KEPT}/libreoffice.pdf"))
        .output()
        .expect("tests/run installs poppler-utils");
    assert!(output.status.success());
    output.stdout
}

/// A PDF of one page that is a picture.
fn scanned() -> Vec<u8> {
    let jpeg = picture("-jpeg");
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let mut object = |out: &mut Vec<u8>, body: &[u8]| {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", places.len()).as_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\nendobj\n");
    };
    object(&mut out, b"<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut out, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(&mut out, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>");
    let content = b"q 595 0 0 842 0 0 cm /I Do Q";
    object(
        &mut out,
        format!(
            "<< /Length {} >>\nstream\n{}\nendstream",
            content.len(),
            String::from_utf8_lossy(content)
        )
        .as_bytes(),
    );
    let (width, height) = size(&jpeg);
    let head = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
        jpeg.len()
    );
    object(&mut out, &[head.as_bytes(), &jpeg, b"\nendstream"].concat());
    let start = out.len();
    out.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).as_bytes(),
    );
    for place in &places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    out.extend_from_slice(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            places.len() + 1
        )
        .as_bytes(),
    );
    out
}

/// Width and height of a JPEG, from its frame header.
fn size(jpeg: &[u8]) -> (usize, usize) {
    let two = |at: usize| usize::from(jpeg[at]) << 8 | usize::from(jpeg[at + 1]);
    let mut at = 2;
    while !(0xc0..=0xc3).contains(&jpeg[at + 1]) {
        at += 2 + two(at + 2);
    }
    (two(at + 7), two(at + 5))
}

#[test]
fn pictures_and_scans_are_read_only_when_asked_and_never_certain() {
    let duwang = Duwang::new();
    for (name, bytes) in [("截图.png", picture("-png")), ("扫描.pdf", scanned())] {
        let file = duwang.dir.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let (code, json, _) = checked(&duwang, &file, &[]);
        assert_eq!(code, 3, "{name} without recognition is unread: {json:#}");
        let (_, json, _) = checked(&duwang, &file, &["--ocr"]);
        let text = json["document"]["text"].as_str().unwrap_or("").to_owned();
        assert!(text.contains("开展防汛演练"), "{name}: {text}");
        for finding in json["findings"].as_array().unwrap() {
            assert_ne!(finding["certainty"], "certain", "{finding:#}");
        }
    }
    // The same by one setting.
    duwang.config("[ocr]\nenabled = true\n");
    let (code, json, _) = checked(&duwang, &duwang.dir.path().join("截图.png"), &[]);
    assert_ne!(code, 3, "{json:#}");
}

#[test]
fn a_finding_in_recognised_text_says_so() {
    let duwang = Duwang::new();
    // The law says twenty working days; the picture shows the old fifteen.
    let source = duwang.dir.path().join("x.pdf");
    std::fs::write(
        &source,
        include_bytes!("../../../duwang-page/tests/kept/old-reply-limit.pdf"),
    )
    .unwrap();
    let picture = std::process::Command::new("pdftoppm")
        .args(["-r", "200", "-gray", "-png", "-f", "1", "-l", "1"])
        .arg(&source)
        .output()
        .unwrap()
        .stdout;
    let file = duwang.dir.path().join("指南.png");
    std::fs::write(&file, picture).unwrap();
    let (_, json, _) = checked(&duwang, &file, &["--ocr", "--kind", "guide"]);
    let findings = json["findings"].as_array().unwrap();
    let old = findings
        .iter()
        .find(|f| f["rule"] == "guide-outdated/reply-15-days")
        .unwrap_or_else(|| panic!("{json:#}"));
    assert!(
        old["locator"]
            .as_str()
            .unwrap()
            .contains("图片文字识别，置信度"),
        "{old:#}"
    );
    assert_ne!(old["certainty"], "certain");
    // What is not seen in a picture may be there all the same: nothing is called missing.
    assert!(!findings.iter().any(|f| f["quote"] == ""), "{json:#}");
}
