//! Reading files in a process of their own: whatever a file does to its reader, the answer is a document or an `unread` with its reason.
//!
//! ```text
//! this process ── job and bytes ──▶ duwang extract (memory, CPU and wall limits) ── JSON ──▶ this process
//!                                     └─ pdftotext, pdftoppm, tesseract, when installed
//! ```
//! Start with [`read`]. Web pages and plain text are read in this process: their readers are ours and bounded by themselves.

pub mod child;
mod engines;
mod limits;
mod run;
mod tsv;

pub use engines::{Engine, engines};
pub use limits::Limits;
pub(crate) use run::Run;

use duwang_model::{Outcome, OutcomeKind};
use duwang_page::{Hints, Reading, Source};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The word by which the program starts itself as a reader of one file. Not for people.
pub const WORD: &str = "extract";

/// How files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// Whether characters in pictures are recognised.
    pub ocr: bool,
    /// What one file may cost; `None`: the usual.
    pub limits: Option<Limits>,
}

/// What the reader of one file is told; the bytes follow.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Job {
    url: String,
    content_type: Option<String>,
    hints: Hints,
    ocr: bool,
    limits: Limits,
}

/// Reads a body: files in a process of their own, everything else here. Blocks until it is read or given up.
pub fn read(source: &Source<'_>, manner: Manner) -> Reading {
    if !duwang_page::is_file(source) {
        return duwang_page::read(source);
    }
    let limits = manner.limits.unwrap_or_else(|| Limits::usual(manner.ocr));
    let job = Job {
        url: source.url.to_owned(),
        content_type: source.content_type.map(str::to_owned),
        hints: source.hints.clone(),
        ocr: manner.ocr,
        limits,
    };
    match ask(&job, source.bytes) {
        Ok(reading) => reading,
        Err(reason) => Reading::Unread(Outcome::new(OutcomeKind::Unread, reason)),
    }
}

/// Asks a child; `Err` is the reason for people.
fn ask(job: &Job, bytes: &[u8]) -> Result<Reading, String> {
    let mut input = serde_json::to_vec(job).map_err(|_| "读取程序出错".to_owned())?;
    input.push(b'\n');
    let mut command = Command::new(program()?);
    command
        .arg(WORD)
        .stderr(Stdio::null())
        .env_clear()
        .envs(kept_environment());
    let run = Run {
        wall: job.limits.wall,
        most: MAX_ANSWER,
        own_group: true,
    };
    let ended = run
        .run(command, &[&input, bytes])
        .map_err(|error| format!("读取程序没能启动（{error}）"))?;
    if ended.out.len() as u64 > MAX_ANSWER {
        return Err("读出的内容过大，未读".to_owned());
    }
    match serde_json::from_slice(&ended.out) {
        Ok(reading) => Ok(reading),
        Err(_) => Err(ended.why(job.limits)),
    }
}

/// Most bytes of an answer.
const MAX_ANSWER: u64 = 256 << 20;

/// A reader of strangers' files needs to find its engines, and nothing that is secret.
fn kept_environment() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    ["PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "TMPDIR"]
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
}

/// This program; in tests and benches the one built beside them.
fn program() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|e| format!("找不到读取程序（{e}）"))?;
    let is_ours = own
        .file_name()
        .is_some_and(|n| n.to_string_lossy().starts_with("duwang") && !is_test(&own));
    if is_ours {
        // The running program, even when its file was replaced by a newer one meanwhile.
        let running = PathBuf::from("/proc/self/exe");
        return Ok(if running.exists() { running } else { own });
    }
    own.ancestors()
        .skip(1)
        .take(3)
        .map(|folder| folder.join("duwang"))
        .find(|program| program.is_file())
        .ok_or_else(|| "找不到读取程序 duwang".to_owned())
}

/// Test programs and benches live in a folder of their own and carry a hash in their names.
fn is_test(program: &std::path::Path) -> bool {
    program
        .parent()
        .is_some_and(|folder| folder.ends_with("deps"))
}
