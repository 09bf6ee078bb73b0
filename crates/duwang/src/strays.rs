//! Files in a rules folder that nothing reads. They are told, because whoever put them there believes they are read.

use std::path::Path;

/// Most files named; a folder that is something else altogether is not listed whole.
const NAMED: usize = 5;
/// Folders in folders that are looked into: a link may lead back to where it stands.
const DEEPEST: usize = 6;
/// Files beside the packs that are no rules.
const ROOT: &[&str] = &[
    "assessment.toml",
    "calendar.tsv",
    "controls.toml",
    "duwang.toml",
    "protected.tsv",
    "units.toml",
];
/// What the model and `typo learn` keep.
const OF_MODEL: &[&str] = &["model.bin", "learned.bin", "learned.json"];

/// A line for each file that is not read, and why.
pub(crate) fn strays(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    walk(dir, &mut Vec::new(), &mut found);
    if found.len() > NAMED {
        found.truncate(NAMED);
        found.push("注意：规则目录里还有别的文件不会被读".to_owned());
    }
    found
}

fn walk(dir: &Path, above: &mut Vec<String>, found: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir)
        .map(|entries| entries.flatten().collect())
        .unwrap_or_default();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if found.len() > NAMED {
            return;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(['.', '~']) {
            continue;
        }
        let path = entry.path();
        above.push(name);
        if path.is_dir() && above.len() < DEEPEST {
            walk(&path, above, found);
        } else if !path.is_dir() {
            let parts: Vec<&str> = above.iter().map(String::as_str).collect();
            let told = why(&parts).map(|why| format!("注意：{} 不会被读：{why}", path.display()));
            found.extend(told);
        }
        above.pop();
    }
}

/// Why a file at this place is not read; `None`: it is.
fn why(parts: &[&str]) -> Option<String> {
    let (name, folders) = parts.split_last()?;
    if let [_] = parts
        && (ROOT.contains(name) || duwang_rules::is_sets(name))
    {
        return None;
    }
    if *folders == ["typo"] && OF_MODEL.contains(name) {
        return None;
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    match (extension, folders) {
        ("md" | "candidates", _) | ("toml" | "tsv", [_]) | ("txt", ["papers"]) => None,
        ("html", [_, _]) => None,
        ("txt", _) if stem.ends_with(".toml") || stem.ends_with(".tsv") => Some(format!(
            "多了扩展名 .txt，应是 {stem}（记事本另存为时，“保存类型”选“所有文件”）"
        )),
        ("toml" | "tsv", []) => Some(format!("没有放进规则包的文件夹，例如 wording/{name}")),
        ("toml" | "tsv", [pack, ..]) => Some(format!("规则包里不再分文件夹，应是 {pack}/{name}")),
        ("html", _) => Some("例子网页要放在 规则包/规则名/ 文件夹里".to_owned()),
        ("xlsx" | "xls" | "csv" | "et", _) => {
            Some("表格要用 duwang rules import 导入，或另存为制表符分隔的 .tsv".to_owned())
        }
        _ => Some("规则的扩展名是 .toml，词表是 .tsv".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::why;

    #[test]
    fn what_is_read_is_no_stray() {
        for path in [
            "wording/vague.toml",
            "typo/known-errors.tsv",
            "typo/model.bin",
            "guide/fees/page.html",
            "papers/tongbao.txt",
            "overlays/fujian.toml",
            "calendar.tsv",
            "sets.toml",
            "sets-本市.toml",
            "README.md",
            "typo/language.candidates",
        ] {
            let parts: Vec<&str> = path.split('/').collect();
            assert_eq!(why(&parts), None, "{path}");
        }
    }

    #[test]
    fn what_is_not_read_is_told_with_its_place() {
        for (path, told) in [
            ("wording/vague.toml.txt", "应是 vague.toml"),
            ("vague.toml", "wording/vague.toml"),
            ("wording/deep/vague.toml", "应是 wording/vague.toml"),
            ("wording/words.xlsx", "import"),
            ("wording/notes.docx", ".toml"),
            ("page.html", "例子网页"),
        ] {
            let parts: Vec<&str> = path.split('/').collect();
            let why = why(&parts).unwrap_or_default();
            assert!(why.contains(told), "{path}: {why}");
        }
    }
}
