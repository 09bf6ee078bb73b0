//! The rules this run judges by: those inside the binary, with a directory that overrides or adds.

use crate::view::RuleNames;
use anyhow::Context as _;
use duwang_model::Document;
use duwang_page::Hints;
use duwang_rules::{ExamplePage, Prepared, RuleFile, Rules};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(rust_embed::RustEmbed)]
#[folder = "../../rules"]
#[include = "*.toml"]
#[include = "*.tsv"]
#[include = "*.html"]
#[include = "*.txt"]
struct Bundled;

/// What is known beforehand of the expressions of the bundled rules.
const PREPARED: &str = include_str!("../data/prepared.json");

/// Loads the bundled rules and, over them, those of `dir`, to judge by: a file of the same path replaces the bundled one.
pub fn load(dir: Option<&Path>, overlays: &[String]) -> anyhow::Result<Rules> {
    load_with_examples(dir, overlays).map(Rules::without_examples)
}

/// The same with the examples of all rules: to run and to show them.
pub fn load_with_examples(dir: Option<&Path>, overlays: &[String]) -> anyhow::Result<Rules> {
    let prepared = Prepared::read(PREPARED).unwrap_or_default(); // a test reads it
    let rules = Rules::load_prepared(&files(dir)?, overlays, &prepared)?;
    Ok(with_typos(rules, dir))
}

/// What can be known beforehand of the expressions of the rules of `dir` or, without one, of the bundled ones, with all overlays: the text of
/// `data/prepared.json`.
pub fn prepare(dir: Option<&Path>) -> anyhow::Result<String> {
    let noting = Prepared::noting();
    Rules::load_prepared(&files(dir)?, &overlays(dir), &noting)?;
    Ok(noting.written())
}

/// What is wrong in the overlays of these names, each by itself.
pub fn check_overlays(dir: Option<&Path>, overlays: &[String]) -> anyhow::Result<()> {
    Ok(Rules::check_overlays(&files(dir)?, overlays)?)
}

/// The names of all overlays there are.
pub fn overlays(dir: Option<&Path>) -> Vec<String> {
    let name = |path: &str| path.strip_suffix(".toml").map(str::to_owned);
    let bundled = Bundled::iter().filter_map(|path| name(path.strip_prefix("overlays/")?));
    let own = dir.and_then(|dir| std::fs::read_dir(dir.join("overlays")).ok());
    let own = own.into_iter().flatten().flatten();
    let own = own.filter_map(|entry| name(&entry.file_name().to_string_lossy()));
    let names: BTreeSet<String> = bundled.chain(own).collect();
    names.into_iter().collect()
}

/// What people call the rules, without reading more of them than that: a file with faults has no name here, and whoever loads it is told.
pub fn names(dir: Option<&Path>) -> RuleNames {
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    let name = |file: &RuleFile| {
        let id = file.path.strip_suffix(".toml")?;
        let named: Named = toml::from_str(&file.text).ok()?;
        Some((id.to_owned(), named.name.trim().to_owned()))
    };
    let files = files(dir).or_else(|_| files(None)).unwrap_or_default();
    RuleNames::new(files.iter().filter_map(name))
}

/// The same with some files (path and text) in place of what lies in the folder: to try what is about to be written there.
pub fn load_with(dir: Option<&Path>, changed: &[(&str, &str)]) -> anyhow::Result<Rules> {
    let mut files = files(dir)?;
    files.retain(|f| changed.iter().all(|(path, _)| f.path != *path));
    files.extend(changed.iter().map(|(path, text)| RuleFile {
        path: (*path).to_owned(),
        text: (*text).to_owned().into(),
    }));
    Ok(with_typos(Rules::load(&files, &[])?, dir))
}

/// With the language model; without one the other rules go on, and [`Rules::unchecked`] says so.
fn with_typos(rules: Rules, dir: Option<&Path>) -> Rules {
    let typos = crate::typos::open(dir);
    rules.with_typos(typos.checker, &typos.stamp)
}

/// The text of a bundled file.
pub fn bundled(path: &str) -> Option<String> {
    bundled_text(path).map(Cow::into_owned)
}

/// A file beside the rules: of the folder, else the bundled one; with its path, for messages.
pub fn own_or_bundled(dir: Option<&Path>, file: &str) -> anyhow::Result<(PathBuf, String)> {
    match dir.map(|d| d.join(file)).filter(|p| p.exists()) {
        Some(path) => {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("读不了 {}", path.display()))?;
            Ok((path, text))
        }
        None => Ok((file.into(), bundled(file).unwrap_or_default())),
    }
}

/// Working days: `calendar.tsv` of the folder, else the bundled one.
pub fn calendar(dir: Option<&Path>) -> anyhow::Result<duwang_model::Calendar> {
    let (path, text) = own_or_bundled(dir, "calendar.tsv")?;
    duwang_model::Calendar::parse(&text)
        .map_err(|why| anyhow::anyhow!("工作日历 {} {why}", path.display()))
}

/// The text of a bundled file, where it lies in the program.
fn bundled_text(path: &str) -> Option<Cow<'static, str>> {
    Some(match Bundled::get(path)?.data {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

fn files(dir: Option<&Path>) -> anyhow::Result<Vec<RuleFile>> {
    let mut files: BTreeMap<String, Cow<'static, str>> = BTreeMap::new();
    for path in Bundled::iter() {
        if let Some(text) = bundled_text(&path) {
            files.insert(path.into_owned(), text);
        }
    }
    if let Some(dir) = dir {
        anyhow::ensure!(
            dir.is_dir(),
            "规则目录 {} 不存在；请先建这个文件夹，或看看 --rules 是不是写错了",
            dir.display()
        );
        add_folder(dir, dir, &mut files)?;
    }
    Ok(files
        .into_iter()
        .map(|(path, text)| RuleFile { path, text })
        .collect())
}

fn add_folder(
    root: &Path,
    dir: &Path,
    files: &mut BTreeMap<String, Cow<'static, str>>,
) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| format!("读不了 {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            add_folder(root, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|e| ["toml", "tsv", "html", "txt"].iter().any(|x| e == *x))
        {
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("读不了 {}", path.display()))?;
            files.insert(name, text.into());
        }
    }
    Ok(())
}

/// How an example inside a rule becomes a document.
pub fn read_example(example: &ExamplePage) -> Document {
    let hints = Hints {
        kind: Some(example.kind),
        channel: Some(example.channel),
        ..Hints::default()
    };
    let mut document = if example.is_html {
        let tree = duwang_html::parse(&example.text, duwang_html::Limits::default());
        duwang_page::read_html(&example.url, &example.text, &tree, "utf-8", &hints)
    } else {
        duwang_page::read_text(&example.url, &example.text, &hints)
    };
    if let Some(title) = &example.title {
        document.title.clone_from(title);
    }
    if example.published.is_some() {
        document.published = example.published;
    }
    document.kind = example.kind;
    document
}
