//! A channel of local files: what a folder holds, or what a list names.

use anyhow::Context as _;
use std::path::{Path, PathBuf};
use url::Url;

/// Deepest nesting of folders.
const DEPTH: usize = 20;
/// Largest file that is read, bytes.
pub(crate) const MAX_FILE: u64 = 64 << 20;

/// The files of a channel as `file:` addresses, in order of name; addresses a list names stay as they are.
pub(super) fn files(
    folder: Option<&Path>,
    list: Option<&Path>,
    most: usize,
) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    if let Some(folder) = folder {
        let mut found = Vec::new();
        collect(folder, DEPTH, most, &mut found)
            .with_context(|| format!("读不了文件夹 {}", folder.display()))?;
        found.sort();
        out.extend(found.iter().filter_map(|f| address(f)));
    }
    if let Some(list) = list {
        let text = std::fs::read_to_string(list)
            .with_context(|| format!("读不了清单 {}", list.display()))?;
        let base = list.parent().unwrap_or(Path::new("."));
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        out.extend(
            lines
                .filter(|l| !l.is_empty() && !l.starts_with('#'))
                .filter_map(|line| match line.split_once("://") {
                    Some(("http" | "https", _)) => Some(line.to_owned()),
                    _ => address(&base.join(line)),
                }),
        );
    }
    out.truncate(most);
    Ok(out)
}

/// Ordinary files below a folder. Links are not followed: they may lead anywhere. Hidden files and office lock files are left out.
fn collect(
    folder: &Path,
    depth: usize,
    most: usize,
    out: &mut Vec<PathBuf>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if name.starts_with('.') || name.starts_with("~$") || out.len() >= most {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), depth - 1, most, out)?;
        } else if kind.is_file() {
            out.push(entry.path());
        }
    }
    Ok(())
}

fn address(path: &Path) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    Url::from_file_path(path).ok().map(String::from)
}

/// Reads a file of such a channel as if it had been fetched.
pub(crate) fn read(url: &Url) -> duwang_crawl::Fetched {
    use duwang_model::{Outcome, OutcomeKind};
    let failed = |kind, reason: String| {
        duwang_crawl::Fetched::without_answer(url.as_str(), Outcome::new(kind, reason))
    };
    let Ok(path) = url.to_file_path() else {
        return failed(OutcomeKind::Refused, "不是本机文件的地址".to_owned());
    };
    let size = match std::fs::symlink_metadata(&path) {
        Ok(meta) if meta.is_file() => meta.len(),
        Ok(_) => return failed(OutcomeKind::Refused, "不是普通文件".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return failed(OutcomeKind::Missing, "文件已不在".to_owned());
        }
        Err(error) => return failed(OutcomeKind::Unread, format!("读不了文件：{error}")),
    };
    if size > MAX_FILE {
        let reason = format!("文件有 {} MB，超过 64 MB，未读", size >> 20);
        return failed(OutcomeKind::Refused, reason);
    }
    match std::fs::read(&path) {
        Ok(bytes) => duwang_crawl::Fetched {
            status: 200,
            bytes: bytes.len() as u64,
            body: Some(std::sync::Arc::from(bytes)),
            ..failed(OutcomeKind::Ok, String::new())
        },
        Err(error) => failed(OutcomeKind::Unread, format!("读不了文件：{error}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use duwang_model::OutcomeKind;

    #[test]
    fn a_folder_is_read_without_what_is_hidden_or_leads_away() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir(at("二〇二六")).unwrap();
        for name in [
            "乙.txt",
            "甲.txt",
            ".隐.txt",
            "~$乙.docx",
            "二〇二六/丙.txt",
        ] {
            std::fs::write(at(name), name).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", at("外.txt")).unwrap();
        std::fs::write(
            at("清单.txt"),
            "# 清单\n甲.txt\nhttp://www.qingshi-demo.gov.cn/1.html\n不在.txt\n",
        )
        .unwrap();
        let found = files(Some(dir.path()), None, 100).unwrap();
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(files(Some(dir.path()), None, 2).unwrap().len(), 2);
        let listed = files(None, Some(&at("清单.txt")), 100).unwrap();
        assert_eq!(listed.len(), 3);
        assert_eq!(listed[1], "http://www.qingshi-demo.gov.cn/1.html");
        let outcome = |url: &str| read(&Url::parse(url).unwrap()).outcome.kind;
        assert_eq!(outcome(&listed[0]), OutcomeKind::Ok);
        assert_eq!(outcome(&listed[2]), OutcomeKind::Missing);
        assert_eq!(
            outcome(&address(&at("外.txt")).unwrap()),
            OutcomeKind::Refused
        );
    }
}
