//! The evidence of one finding as a folder of plain files, written from the store alone: it works without any network.

use super::{PageText, Reading, Shown, finding_json, minute, read_snapshot, web_link};
use anyhow::Context;
use askama::Template;
use duwang_model::Finding;
use duwang_page::Format;
use duwang_store::Store;
use std::path::{Path, PathBuf};

/// Writes the evidence of a finding into `dir` (made when absent) and says which files it wrote.
///
/// `page.*` is the body byte for byte as received, so that its SHA-256 proves it; it is the one file that is never masked.
/// `headers.txt` has the address, time and response headers, `text.txt` the plain text the offsets count in, `highlight.html`
/// the same text with the place marked, `finding.json` the contract object.
pub fn evidence(
    store: &dyn Store,
    finding: &Finding,
    dir: &Path,
    unmask: bool,
) -> anyhow::Result<Vec<PathBuf>> {
    crate::private::folder(dir).with_context(|| format!("无法建立目录 {}", dir.display()))?;
    let reading = read_snapshot(store, finding)?;
    let document = reading.as_ref().and_then(|r| r.document.as_deref());
    let text = document.map(|d| PageText::new(d.text.plain(), &finding.hit, unmask));
    let mut files = vec![
        ("finding.json".to_owned(), json(finding, unmask)?),
        (
            "headers.txt".to_owned(),
            headers(finding, reading.as_ref(), unmask).into_bytes(),
        ),
        (
            "highlight.html".to_owned(),
            highlight(finding, text.as_ref(), unmask)?.into_bytes(),
        ),
    ];
    if let Some(text) = text {
        files.push(("text.txt".to_owned(), text.whole().into_bytes()));
    }
    if let Some(reading) = reading {
        files.push((
            format!("page.{}", extension(&reading, finding.url())),
            reading.bytes,
        ));
    }
    files
        .into_iter()
        .map(|(name, content)| write(&dir.join(name), &content))
        .collect()
}

#[derive(Template)]
#[template(path = "evidence.html")]
struct Highlight<'a> {
    finding: &'a Shown,
    unit: &'a str,
    text: Option<&'a PageText>,
    fetched: String,
    style: &'static str,
}

impl Highlight<'_> {
    fn link(&self) -> Option<&str> {
        self.finding.url.as_deref().and_then(web_link)
    }
}

fn highlight(finding: &Finding, text: Option<&PageText>, unmask: bool) -> anyhow::Result<String> {
    let page = Highlight {
        finding: &Shown::of(finding, unmask),
        unit: &finding.unit,
        text,
        fetched: finding
            .snapshot
            .fetched
            .map_or("时间不详".to_owned(), minute),
        style: super::STYLE,
    };
    Ok(page.render()?)
}

fn json(finding: &Finding, unmask: bool) -> anyhow::Result<Vec<u8>> {
    let mut json = serde_json::to_vec_pretty(&finding_json(finding, unmask))?;
    json.push(b'\n');
    Ok(json)
}

fn headers(finding: &Finding, reading: Option<&Reading>, unmask: bool) -> String {
    let shown = Shown::of(finding, unmask);
    let mut text = format!(
        "网址: {}\n抓取时间: {}\nHTTP 状态: {}\n快照: {}\n",
        shown.url.as_deref().unwrap_or("—"),
        finding
            .snapshot
            .fetched
            .map_or("—".to_owned(), super::rfc3339),
        finding.snapshot.status,
        shown.snapshot.as_deref().unwrap_or("—"),
    );
    match reading {
        None => text.push_str("说明: 没有保存页面内容（问题不针对某一页面，或快照已清理）。\n"),
        Some(reading) if reading.headers.is_empty() => {
            text.push_str("说明: 该次响应的响应头已不在库中（页面后来有新的版本）。\n");
        }
        Some(reading) => {
            text.push('\n');
            for (name, value) in &reading.headers {
                text.push_str(&format!(
                    "{}: {}\n",
                    super::one_line(name),
                    super::one_line(value)
                ));
            }
        }
    }
    text
}

/// By content; where the content does not say enough, by an ending of the address that is known to be harmless in a file name.
fn extension<'a>(reading: &Reading, url: &'a str) -> &'a str {
    match reading.format {
        Format::Html => "html",
        Format::Text => "txt",
        Format::Pdf => "pdf",
        Format::Json => "json",
        Format::Xml => "xml",
        Format::Zip | Format::Office | Format::Image | Format::Mail | Format::Other => {
            let path = url.split(['?', '#']).next().unwrap_or_default();
            let ending = path.rsplit('.').next().unwrap_or_default();
            if ENDINGS.contains(&ending) {
                ending
            } else {
                "bin"
            }
        }
    }
}

const ENDINGS: &[&str] = &[
    "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "ofd", "rtf", "zip", "rar", "7z",
    "png", "jpg", "jpeg", "gif", "webp", "bmp",
];

fn write(path: &Path, content: &[u8]) -> anyhow::Result<PathBuf> {
    std::fs::write(path, content).with_context(|| format!("无法写入 {}", path.display()))?;
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::super::sample;
    use super::*;
    use duwang_model::FindingFilter;

    fn folder(rule: &str, unmask: bool) -> (tempfile::TempDir, Finding) {
        let store = sample::store();
        let filter = FindingFilter {
            rules: vec![rule.to_owned()],
            ..FindingFilter::default()
        };
        let finding = store.findings(&filter).unwrap().remove(0);
        let dir = tempfile::tempdir().unwrap();
        evidence(store.as_ref(), &finding, dir.path(), unmask).unwrap();
        (dir, finding)
    }

    fn read(dir: &tempfile::TempDir, name: &str) -> String {
        std::fs::read_to_string(dir.path().join(name)).unwrap()
    }

    #[test]
    fn the_folder_proves_the_finding_without_a_network() {
        let (dir, finding) = folder("guide/office-hours", false);
        assert_eq!(read(&dir, "page.html"), sample::PAGE);
        assert!(read(&dir, "headers.txt").contains(&finding.snapshot.hash));
        assert!(read(&dir, "text.txt").contains("办公时间为上班时间"));
        let page = read(&dir, "highlight.html");
        assert!(
            page.contains("办公时间为<mark id=\"place\">上班时间</mark>"),
            "{page}"
        );
        assert!(!page.contains("<script") && !page.contains("<link"));
        let json: serde_json::Value = serde_json::from_str(&read(&dir, "finding.json")).unwrap();
        assert_eq!(json["id"], finding.id);
    }

    #[test]
    fn only_the_bytes_as_received_keep_personal_numbers() {
        let (dir, _) = folder("privacy/id-number", false);
        assert!(read(&dir, "page.html").contains("350499199001010018"));
        for name in ["headers.txt", "text.txt", "highlight.html", "finding.json"] {
            let text = read(&dir, name);
            assert!(
                !text.contains("350499199001010018") && !text.contains("13800138001"),
                "{name}"
            );
        }
        assert!(
            read(&folder("privacy/id-number", true).0, "highlight.html")
                .contains("350499199001010018")
        );
    }
}
