//! Programs of the machine that read what we cannot: poppler for PDF, tesseract for pictures. Each is used when it is installed.

use super::run::Run;
use super::tsv;
use duwang_page::{Aids, PdfText, Recognised};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Most pages asked of poppler.
const MAX_PAGES: usize = 2_000;
/// Most bytes taken of any program.
const MOST: u64 = 64 << 20;
/// Dots per inch of pictures of pages: enough for characters of 小四.
const DPI: &str = "200";

/// The engines of this machine.
pub(super) struct Engines {
    pub ocr: bool,
    pub wall: Duration,
}

impl Aids for Engines {
    fn pdf_text(&self, pdf: &[u8]) -> Option<PdfText> {
        let last = (MAX_PAGES + 1).to_string();
        let arguments = ["-enc", "UTF-8", "-eol", "unix", "-l", &last, "-", "-"];
        let out = self.ask("pdftotext", &arguments, pdf)?;
        let text = String::from_utf8_lossy(&out);
        let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
        if pages.last().is_some_and(|p| p.trim().is_empty()) {
            pages.pop(); // every page ends with a form feed
        }
        let more = match pages.len() > MAX_PAGES {
            true => self
                .page_count(pdf)
                .unwrap_or(MAX_PAGES + 1)
                .saturating_sub(MAX_PAGES),
            false => 0,
        };
        pages.truncate(MAX_PAGES);
        Some(PdfText {
            engine: "pdftotext".to_owned(),
            pages,
            more,
        })
    }

    fn recognises(&self) -> bool {
        self.ocr
    }

    fn recognise(&self, picture: &[u8]) -> Option<Recognised> {
        if !self.ocr {
            return None;
        }
        let arguments = ["stdin", "stdout", "-l", "chi_sim", "--psm", "3", "tsv"];
        let out = self.ask("tesseract", &arguments, picture)?;
        Some(tsv::lines(&String::from_utf8_lossy(&out)))
    }

    fn pdf_page(&self, pdf: &[u8], page: usize) -> Option<Vec<u8>> {
        let page = page.to_string();
        let arguments = ["-r", DPI, "-gray", "-png", "-f", &page, "-l", &page, "-"];
        self.ask("pdftoppm", &arguments, pdf)
            .filter(|picture| !picture.is_empty())
    }
}

impl Engines {
    fn page_count(&self, pdf: &[u8]) -> Option<usize> {
        let out = self.ask("pdfinfo", &["-"], pdf)?;
        let text = String::from_utf8_lossy(&out);
        let line = text.lines().find_map(|l| l.strip_prefix("Pages:"))?;
        line.trim().parse().ok()
    }

    /// What a program answers; `None` when it is missing, fails or takes too long.
    fn ask(&self, program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("OMP_THREAD_LIMIT", "1")
            .stderr(Stdio::null());
        let run = Run {
            wall: self.wall / 2,
            most: MOST,
            own_group: false,
        };
        let ended = run.run(command, &[input]).ok()?;
        (ended.succeeded() && ended.out.len() as u64 <= MOST).then_some(ended.out)
    }
}

/// An engine and whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in Chinese.
    pub purpose: &'static str,
    /// Whether it can be used, and what it answers to the question for its version.
    pub found: Option<String>,
}

/// The engines this machine has, for `duwang doctor`.
pub fn engines() -> Vec<Engine> {
    let version = |name: &str, argument: &str| {
        let out = Command::new(name).arg(argument).output().ok()?;
        let said = [out.stdout, out.stderr].concat();
        let text = String::from_utf8_lossy(&said);
        Some(text.lines().next().unwrap_or("").trim().to_owned())
    };
    let has_chinese = || {
        let out = Command::new("tesseract")
            .arg("--list-langs")
            .output()
            .ok()?;
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        said.lines().any(|l| l.trim() == "chi_sim").then_some(())
    };
    vec![
        Engine {
            name: "pdftotext",
            purpose: "读 PDF（缺它时用内置的 pdf_oxide）",
            found: version("pdftotext", "-v"),
        },
        Engine {
            name: "pdftoppm",
            purpose: "扫描件转图片",
            found: version("pdftoppm", "-v"),
        },
        Engine {
            name: "tesseract",
            purpose: "识别图片里的文字（需要 chi_sim）",
            found: version("tesseract", "--version").filter(|_| has_chinese().is_some()),
        },
        Engine {
            name: "chromium",
            purpose: "渲染由脚本生成的页面（缺省不用）",
            found: crate::render::find_program().map(|p| p.display().to_string()),
        },
    ]
}
