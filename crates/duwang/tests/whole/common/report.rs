//! The parts of `docs/robustness.md` that tests write: each stands between `<!-- name -->` and `<!-- /name -->`.
//!
//! With `DUWANG_WRITE_DOCS=1` tests write what they know; without it, lists must be there as they are in code, and figures (which differ
//! from machine to machine) are left alone.

use std::path::PathBuf;
use std::sync::Mutex;

static WRITING: Mutex<()> = Mutex::new(());

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/robustness.md")
}

fn is_writing() -> bool {
    std::env::var_os("DUWANG_WRITE_DOCS").is_some()
}

/// A list of the code: the document must show it word for word.
pub fn list(name: &str, text: &str) {
    if is_writing() {
        return write(name, text);
    }
    let document = std::fs::read_to_string(file()).unwrap();
    assert!(
        document.contains(&framed(name, text)),
        "docs/robustness.md is old at <!-- {name} -->: run this test with DUWANG_WRITE_DOCS=1"
    );
}

/// Figures of this run.
pub fn figures(name: &str, text: &str) {
    if is_writing() {
        write(name, text);
    }
}

fn framed(name: &str, text: &str) -> String {
    format!("<!-- {name} -->\n\n{text}\n<!-- /{name} -->")
}

fn write(name: &str, text: &str) {
    let _alone = WRITING.lock().unwrap();
    let document = std::fs::read_to_string(file()).unwrap();
    let (before, rest) = document.split_once(&format!("<!-- {name} -->")).unwrap();
    let (_, after) = rest.split_once(&format!("<!-- /{name} -->")).unwrap();
    std::fs::write(file(), format!("{before}{}{after}", framed(name, text))).unwrap();
}
