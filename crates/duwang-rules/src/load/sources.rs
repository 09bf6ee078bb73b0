//! Which file is what: rules, packs, overlays, word lists, example pages.

use super::fields::{At, Fields};
use crate::error::{Place, Troubles, nearest};
use crate::rules::RuleFile;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The folder of overlays beside the packs.
const OVERLAYS: &str = "overlays";
/// The overlay that needs no file: the packs as they are.
const BASE_OVERLAY: &str = "national";

/// The parsed files.
pub(crate) struct Sources<'f> {
    /// By pack name: its `pack.toml`.
    pub(crate) packs: BTreeMap<&'f str, Parsed<'f>>,
    /// By rule id.
    pub(crate) rules: BTreeMap<&'f str, Parsed<'f>>,
    /// The chosen overlays, in the order they apply.
    pub(crate) overlays: Vec<Parsed<'f>>,
    /// Everything else, by path.
    pub(crate) files: &'f [RuleFile],
}

/// A file and what stands in it.
pub(crate) struct Parsed<'f> {
    pub(crate) file: usize,
    pub(crate) table: Spanned<DeTable<'f>>,
    /// It is not TOML: that was told, and nothing is missing from it that would be worth telling besides.
    pub(crate) broken: bool,
}

impl<'f> Sources<'f> {
    pub(crate) fn parse(
        files: &'f [RuleFile],
        overlays: &[String],
        troubles: &Troubles<'_>,
    ) -> Self {
        let mut sources = Self {
            packs: BTreeMap::new(),
            rules: BTreeMap::new(),
            overlays: Vec::new(),
            files,
        };
        for (number, file) in files.iter().enumerate() {
            let Some(stem) = file.path.strip_suffix(".toml") else {
                continue;
            };
            let mut parts = stem.split('/');
            let (Some(pack), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            if pack == OVERLAYS {
                continue;
            }
            let parsed = parse(number, file, troubles);
            let known = if name == "pack" {
                sources.packs.insert(pack, parsed)
            } else {
                sources.rules.insert(stem, parsed)
            };
            if known.is_some() {
                troubles.report(
                    &Place::new(number, 0..0),
                    format!("“{stem}”重复：同一条规则给了两个文件"),
                );
            }
        }
        sources.overlays = chosen_overlays(files, overlays, troubles);
        sources
    }

    /// Pages of examples and the like: a file in the rule's own folder.
    pub(crate) fn page_of(
        &self,
        rule: &str,
        name: &At<String>,
        troubles: &Troubles<'_>,
    ) -> Option<&'f str> {
        let path = format!("{rule}/{}", name.value);
        let found = self.files.iter().find(|f| f.path == path);
        if found.is_none() {
            let folder = format!("{rule}/");
            let beside = self
                .files
                .iter()
                .filter_map(|f| f.path.strip_prefix(&folder));
            no_such_file(&path, name, beside, troubles);
        }
        found.map(|f| f.text.as_ref())
    }
}

/// Word lists, seen from one rule.
pub(crate) struct Lists<'f> {
    pub(crate) files: &'f [RuleFile],
    /// The pack the rule belongs to.
    pub(crate) pack: &'f str,
}

impl<'f> Lists<'f> {
    /// The list of that name beside the rule.
    pub(crate) fn find(&self, name: &At<String>, fields: &Fields<'_>) -> Option<(usize, &'f str)> {
        let path = format!("{}/{}", self.pack, name.value);
        let found = self.files.iter().position(|f| f.path == path);
        if found.is_none() {
            let folder = format!("{}/", self.pack);
            let beside = self
                .files
                .iter()
                .filter_map(|f| f.path.strip_prefix(&folder))
                .filter(|name| name.ends_with(".tsv"));
            no_such_file(&path, name, beside, fields.troubles());
        }
        found.map(|number| (number, self.files[number].text.as_ref()))
    }
}

fn no_such_file<'n>(
    path: &str,
    name: &At<String>,
    beside: impl Iterator<Item = &'n str>,
    troubles: &Troubles<'_>,
) {
    troubles.report_with(
        &name.place,
        format!("没有文件“{path}”"),
        "这里",
        nearest(&name.value, beside).map(|near| format!("是不是“{near}”？")),
    );
}

fn chosen_overlays<'f>(
    files: &'f [RuleFile],
    overlays: &[String],
    troubles: &Troubles<'_>,
) -> Vec<Parsed<'f>> {
    let name_of = |file: &'f RuleFile| {
        file.path
            .strip_prefix("overlays/")
            .and_then(|name| name.strip_suffix(".toml"))
    };
    let mut chosen = Vec::new();
    for overlay in overlays {
        match files.iter().position(|f| name_of(f) == Some(overlay)) {
            Some(number) => chosen.push(parse(number, &files[number], troubles)),
            None if overlay == BASE_OVERLAY => {}
            None => {
                let known = files.iter().filter_map(name_of);
                troubles.report_absent(
                    &format!("overlays/{overlay}.toml"),
                    format!("没有叠加文件“overlays/{overlay}.toml”（单位文件的 overlays 提到它）"),
                    nearest(overlay, known).map(|near| format!("是不是“{near}”？")),
                );
            }
        }
    }
    chosen
}

/// Parses a file and tells what is wrong with it.
pub(crate) fn parse<'f>(number: usize, file: &'f RuleFile, troubles: &Troubles<'_>) -> Parsed<'f> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let broken = !errors.is_empty();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        troubles.report_with(
            &Place::new(number, span),
            in_chinese(error.message()),
            "这里",
            None,
        );
    }
    Parsed {
        file: number,
        table,
        broken,
    }
}

/// The commonest slips, in Chinese.
fn in_chinese(message: &str) -> String {
    if message.contains("must be quoted") {
        return "文字要写在英文的直引号里".to_owned();
    }
    if ["`\"`", "`'`"].iter().any(|quote| message.ends_with(quote)) {
        return "引号没有配对：文字前后都要英文的直引号，里面可以用中文引号".to_owned();
    }
    format!("写法不合 TOML：{message}")
}

impl<'f> Parsed<'f> {
    pub(crate) fn fields<'a>(&'a self, troubles: &'a Troubles<'a>) -> Fields<'a> {
        Fields::new(
            troubles,
            Place::new(self.file, self.heading()),
            self.table.get_ref(),
        )
    }

    /// Something missing from a file is reported at its first key.
    fn heading(&self) -> std::ops::Range<usize> {
        self.table
            .get_ref()
            .iter()
            .map(|(key, _)| key.span())
            .min_by_key(|span| span.start)
            .unwrap_or(0..0)
    }

    /// The tables of an overlay, by rule id.
    pub(crate) fn overrides(&self) -> impl Iterator<Item = (&str, Place, &DeValue<'f>, Place)> {
        self.table.get_ref().iter().map(|(key, value)| {
            (
                key.get_ref().as_ref(),
                Place::new(self.file, key.span()),
                value.get_ref(),
                Place::new(self.file, value.span()),
            )
        })
    }
}
