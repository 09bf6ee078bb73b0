//! Units and columns that a portal's disclosure page links to: a draft of a units file for a person to finish.
//!
//! Nothing here is certain by itself. What agrees with a given list of units is taken, everything else is marked 待核 with the reason.

use super::class::class_of;
use super::shape::{is_attachment, looks_like_article, looks_like_column, names_a_column};
use super::url::{bare_host, normalise};
use crate::platform::named_links;
use duwang_html::Tree;
use duwang_model::{ColumnClass, UnitKind};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use url::Url;

/// A unit known by name before its site is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUnit {
    /// `[a-z0-9-]+`.
    pub id: String,
    /// Full name.
    pub name: String,
    /// What sort of body it is.
    pub kind: UnitKind,
}

/// A link that leads to a unit's directory, as far as one can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitCandidate {
    /// The unit of the given list, or one made up from the link.
    pub unit: KnownUnit,
    /// The words of the link.
    pub written: String,
    /// The directory.
    pub url: String,
    /// A person must confirm it.
    pub uncertain: bool,
    /// Why it was taken, in Chinese.
    pub why: String,
}

/// A link that leads to a column, as far as one can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnCandidate {
    /// The words of the link.
    pub name: String,
    /// The column.
    pub url: String,
    /// Its class.
    pub class: ColumnClass,
}

/// The units a page links to, in page order, each once. `url` is the page's address after redirects.
pub fn find_units(url: &Url, html: &str, tree: &Tree, known: &[KnownUnit]) -> Vec<UnitCandidate> {
    let mut out: Vec<UnitCandidate> = Vec::new();
    for (target, words) in named_links(url, html, tree) {
        if looks_like_article(&target)
            || is_attachment(&target)
            || normalise(&target) == normalise(url)
        {
            continue;
        }
        let Some(candidate) = candidate(url, &target, &words, known) else {
            continue;
        };
        match out.iter_mut().find(|c| c.unit.name == candidate.unit.name) {
            Some(first) => prefer(first, candidate),
            None => out.push(candidate),
        }
    }
    give_ids(&mut out, known);
    out
}

/// The columns a page links to, in page order, each once.
pub fn find_columns(url: &Url, html: &str, tree: &Tree) -> Vec<ColumnCandidate> {
    let mut seen = HashSet::new();
    named_links(url, html, tree)
        .into_iter()
        .filter(|(target, words)| {
            looks_like_column(target, words)
                && names_a_column(words)
                && bare_host(target) == bare_host(url)
        })
        .map(|(target, words)| (normalise(&target), words))
        .filter(|(target, _)| seen.insert(target.clone()))
        .map(|(url, name)| ColumnCandidate {
            class: class_of(&name, &url).unwrap_or(ColumnClass::Other),
            name,
            url,
        })
        .collect()
}

/// A units file drafted from a disclosure page, with what must be confirmed as comments.
pub fn draft_units(url: &Url, html: &str, tree: &Tree, known: &[KnownUnit]) -> String {
    let units = find_units(url, html, tree, known);
    let mut out = format!(
        "# 由 {} 起草，供人工核对补全；标“待核”的请逐一确认。\n\n",
        comment(url.as_str())
    );
    let region = region_name(tree, known).unwrap_or_else(|| "待填".to_owned());
    let _ = write!(
        out,
        "[region]\nname = {}\noverlays = [\"national\"]\n",
        quoted(&region)
    ); // writing to a String cannot fail
    for unit in &units {
        draft_unit(&mut out, unit);
    }
    draft_missing(&mut out, &units, known);
    draft_columns(&mut out, &find_columns(url, html, tree));
    out
}

fn draft_unit(out: &mut String, candidate: &UnitCandidate) {
    let unit = &candidate.unit;
    let _ = write!(
        out,
        "\n[[unit]]\nid = {}\nname = {}\n",
        quoted(&unit.id),
        quoted(&unit.name)
    );
    let short = bare_name(&unit.name);
    if short != unit.name && short.chars().count() > 1 {
        let _ = writeln!(out, "short_names = [{}]", quoted(short));
    }
    let _ = writeln!(out, "kind = {}", quoted(unit.kind.word()));
    if candidate.uncertain {
        let _ = writeln!(out, "# 待核：{}", comment(&candidate.why));
    }
    let _ = write!(
        out,
        "  [[unit.channel]]\n  kind = \"website\"\n  entry = [{}]\n",
        quoted(&candidate.url)
    );
}

fn draft_missing(out: &mut String, units: &[UnitCandidate], known: &[KnownUnit]) {
    let missing: Vec<&KnownUnit> = known
        .iter()
        .filter(|k| units.iter().all(|u| u.unit.id != k.id))
        .collect();
    if !missing.is_empty() {
        let _ = writeln!(out, "\n# 名单里有、页面上没有找到入口的单位：");
    }
    for unit in missing {
        let _ = writeln!(out, "#   {} {}", comment(&unit.id), comment(&unit.name));
    }
}

fn draft_columns(out: &mut String, columns: &[ColumnCandidate]) {
    if !columns.is_empty() {
        let _ = writeln!(
            out,
            "\n# 页面上像栏目的链接，需要固定更新时限的可抄入 [[unit.channel.column]]："
        );
    }
    for column in columns {
        let _ = writeln!(
            out,
            "#   {}（{}）{}",
            comment(&column.name),
            column.class.word(),
            comment(&column.url)
        );
    }
}

/// The unit a link leads to: one of the list, or one that is named like a unit.
fn candidate(page: &Url, target: &Url, words: &str, known: &[KnownUnit]) -> Option<UnitCandidate> {
    let written = words
        .trim_matches(|c: char| c.is_whitespace() || "·•>[]【】".contains(c))
        .to_owned();
    if !(2..=24).contains(&written.chars().count()) {
        return None;
    }
    let (unit, mut uncertain, mut why) = match matched(&written, known) {
        Some((unit, how)) => (unit.clone(), how == How::Short, how.chinese().to_owned()),
        None => {
            let kind = kind_of(&written)?;
            let why = if known.is_empty() {
                "没有给定名单可对照"
            } else {
                "名称像单位，但不在给定名单里"
            };
            let unit = KnownUnit {
                id: String::new(),
                name: written.clone(),
                kind,
            };
            (unit, true, why.to_owned())
        }
    };
    if bare_host(target) != bare_host(page) {
        uncertain = true;
        why.push_str("；链接在别的主机上");
    }
    Some(UnitCandidate {
        unit,
        written,
        url: normalise(target),
        uncertain,
        why,
    })
}

/// Of two links to one unit the more certain one, then the one that names a directory.
fn prefer(first: &mut UnitCandidate, second: UnitCandidate) {
    if first.url == second.url {
        return;
    }
    let rank = |c: &UnitCandidate| {
        (
            !c.uncertain,
            c.url.contains("zfxxgk"),
            c.url.contains("zfxxgkml"),
        )
    };
    if rank(&second) > rank(first) {
        let other = std::mem::replace(first, second);
        let _ = write!(first.why, "；另有链接 {}", other.url);
    } else {
        let _ = write!(first.why, "；另有链接 {}", second.url);
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Same,
    Bare,
    Short,
}

impl How {
    fn chinese(self) -> &'static str {
        match self {
            Self::Same => "与名单名称一致",
            Self::Bare => "去掉区划名和“人民政府”“办事处”后与名单一致",
            Self::Short => "像名单中单位的简称",
        }
    }
}

fn matched<'k>(written: &str, known: &'k [KnownUnit]) -> Option<(&'k KnownUnit, How)> {
    if let Some(unit) = known.iter().find(|k| k.name == written) {
        return Some((unit, How::Same));
    }
    let bare = bare_name(written);
    let only = |is: &dyn Fn(&KnownUnit) -> bool| {
        let mut fitting = known.iter().filter(|k| is(k));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    if let Some(unit) = only(&|k| bare_name(&k.name) == bare) {
        return Some((unit, How::Bare));
    }
    let long = spelled_out(bare);
    only(&|k| spelled_out(bare_name(&k.name)) == long).map(|unit| (unit, How::Short))
}

/// The name without the area in front and the form of government behind: 教育局, 青石街道, 陈埭镇.
fn bare_name(name: &str) -> &str {
    let name = name
        .strip_suffix("人民政府")
        .or_else(|| name.strip_suffix("办事处"))
        .filter(|n| !n.is_empty())
        .unwrap_or(name);
    // 云溪市教育局, 市教育局; but 市场监督管理局 and 城市管理局 keep their 市.
    for area in ["市", "县", "区"] {
        let Some((before, after)) = name.split_once(area) else {
            continue;
        };
        let is_area = before.chars().count() <= 4
            && after.chars().count() >= 2
            && !before.ends_with('城')
            && !after.starts_with("场")
            && !after.starts_with("政");
        if is_area {
            return after;
        }
    }
    name
}

/// Usual short forms written out, so that 发改局 and 发展和改革局 meet.
fn spelled_out(name: &str) -> String {
    const SHORT: &[(&str, &str)] = &[
        ("发改", "发展和改革"),
        ("工信", "工业和信息化"),
        ("科技", "科学技术"),
        ("人社", "人力资源和社会保障"),
        ("住建", "住房和城乡建设"),
        ("文旅", "文化和旅游"),
        ("卫健", "卫生健康"),
        ("市场监管", "市场监督管理"),
        ("市监", "市场监督管理"),
        ("应急局", "应急管理局"),
        ("退役军人局", "退役军人事务局"),
        ("医保", "医疗保障"),
        ("城管", "城市管理"),
        ("交通局", "交通运输局"),
        ("资规", "自然资源和规划"),
        ("府办", "人民政府办公室"),
    ];
    let found = SHORT.iter().find(|(short, _)| name.contains(short));
    let long = found.map_or_else(
        || name.to_owned(),
        |(short, long)| name.replace(short, long),
    );
    match long.strip_suffix("委员会") {
        Some(stem) => format!("{stem}委"),
        None => long,
    }
}

fn kind_of(name: &str) -> Option<UnitKind> {
    let ends = |words: &[&str]| {
        words
            .iter()
            .any(|w| name.ends_with(w) && name.len() > w.len())
    };
    if ends(&["镇", "乡", "镇人民政府", "乡人民政府"]) {
        Some(UnitKind::Town)
    } else if ends(&["街道", "街道办", "街道办事处"]) {
        Some(UnitKind::Street)
    } else if ends(&[
        "局",
        "委员会",
        "管委会",
        "办公室",
        "支队",
        "大队",
        "发改委",
        "卫健委",
        "住建委",
    ]) {
        Some(UnitKind::Department)
    } else {
        None
    }
}

/// Ids for units that are not on the list, from the folder names of their addresses.
fn give_ids(units: &mut [UnitCandidate], known: &[KnownUnit]) {
    let mut taken: HashMap<String, usize> = known.iter().map(|k| (k.id.clone(), 1)).collect();
    for unit in units.iter_mut().filter(|u| u.unit.id.is_empty()) {
        let stem = id_of(&unit.url);
        let times = taken.entry(stem.clone()).or_insert(0);
        *times += 1;
        unit.unit.id = if *times == 1 {
            stem
        } else {
            format!("{stem}-{times}")
        };
    }
}

fn id_of(url: &str) -> String {
    const SHARED: &[&str] = &[
        "zfxxgkml", "zfxxgk", "xxgk", "zfxxgkzl", "index", "col", "public", "gkmlpt", "list",
        "fdzdgknr", "bmzfxxgk", "zjdgk", "zjzfxxgk",
    ];
    let segments: Vec<String> = Url::parse(url)
        .ok()
        .and_then(|u| {
            u.path_segments().map(|s| {
                s.map(|p| p.split('.').next().unwrap_or("").to_ascii_lowercase())
                    .collect()
            })
        })
        .unwrap_or_default();
    let own = segments
        .iter()
        .rev()
        .find(|s| !s.is_empty() && !SHARED.contains(&s.as_str()));
    let plain: String = own
        .map(|s| s.chars().filter(char::is_ascii_alphanumeric).collect())
        .unwrap_or_default();
    match plain.chars().next() {
        None => "unit".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("unit-{plain}"),
        Some(_) => plain,
    }
}

/// 云溪市 of 云溪市人民政府, from the site's name, its title or the given names.
fn region_name(tree: &Tree, known: &[KnownUnit]) -> Option<String> {
    let meta = tree
        .descendants(tree.root())
        .take(2000)
        .filter(|id| {
            tree.name(*id) == "meta"
                && tree
                    .attr(*id, "name")
                    .is_some_and(|n| n.eq_ignore_ascii_case("sitename"))
        })
        .find_map(|id| tree.attr(id, "content").map(str::to_owned));
    let title = tree.first("title").map(|id| tree.inner_text(id));
    let names = known.iter().map(|k| k.name.clone());
    meta.into_iter()
        .chain(title)
        .chain(names)
        .find_map(|name| area_in(&name))
}

fn area_in(name: &str) -> Option<String> {
    name.split(['-', '_', '|', ' ', '—', '·']).find_map(|part| {
        let part = part.trim();
        let end = ["市", "县", "区"]
            .iter()
            .filter_map(|a| part.find(a).map(|i| i + a.len()))
            .min()?;
        let area = &part[..end];
        let is_area = (2..=6).contains(&area.chars().count())
            && area.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        is_area.then(|| area.to_owned())
    })
}

/// A TOML string. JSON's escapes are TOML's, but for characters that have no place in a name anyway.
fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    serde_json::Value::String(plain).to_string()
}

fn comment(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
