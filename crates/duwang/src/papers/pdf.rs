//! Papers as PDF, by LibreOffice when it is on this machine: a process of its own with a profile of its own and a time limit.

use anyhow::{Context as _, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A paper that takes longer is given up.
const LONGEST: Duration = Duration::from_secs(120);

/// The converter, when there is one.
pub(crate) fn converter() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join("soffice"))
        .find(|file| file.is_file())
}

/// A docx or xlsx as PDF.
pub(crate) fn pdf(converter: &Path, bytes: &[u8], ending: &str) -> anyhow::Result<Vec<u8>> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join(format!("paper.{ending}"));
    std::fs::write(&file, bytes)?;
    let profile = format!(
        "-env:UserInstallation=file://{}",
        dir.path().join("profile").display()
    );
    let mut child = Command::new(converter)
        .args([
            &profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
        ])
        .arg(dir.path())
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("LibreOffice 没有启动")?;
    let began = Instant::now();
    while child.try_wait()?.is_none() {
        if began.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("LibreOffice 转换超时");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let made = dir.path().join("paper.pdf");
    ensure!(made.exists(), "LibreOffice 没有转出 PDF");
    Ok(std::fs::read(made)?)
}
