//! The labelled documents: many a file, each with a small head and labels inside its text (`tests/corpus/README.md`).

use super::frame::Frame;
use anyhow::{Context as _, bail, ensure};
use chrono::NaiveDate;
use duwang_model::{ChannelKind, ColumnClass, Kind, Residue};
use duwang_rules::Rules;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../tests/corpus"]
#[include = "*.txt"]
#[include = "*.tsv"]
#[include = "*.html"]
struct Bundled;

/// Which part of the corpus a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Rules may be mended on what goes wrong here.
    Tuned,
    /// Measured only.
    Frozen,
}

impl Part {
    pub(super) const ALL: [Self; 2] = [Self::Frozen, Self::Tuned];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Tuned => "tuned",
            Self::Frozen => "frozen",
        }
    }

    pub(super) fn chinese(self) -> &'static str {
        match self {
            Self::Tuned => "调试部分",
            Self::Frozen => "封存部分",
        }
    }
}

/// What a label says of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// The rule must speak.
    Fault,
    /// The rule must be silent, though a weaker one would have spoken.
    Near,
    /// People differ: whatever the rule does counts for nothing.
    Open,
}

/// One labelled document.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) part: Part,
    /// `guide.txt:120 青石指南`: file, line and name.
    pub(super) place: String,
    /// The content with its labels.
    pub(super) body: String,
    /// Labels about the document as a whole.
    pub(super) labels: Vec<(String, Says)>,
    /// An extract, labelled for these packs or rules only; empty: labelled for all.
    pub(super) only: Vec<String>,
    /// What the document is, when the author says so; the reader has to find out by itself.
    pub(super) kind: Option<Kind>,
    pub(super) unit: Option<String>,
    /// Its id, where a list names it by that.
    pub(super) unit_id: Option<String>,
    pub(super) others: Vec<String>,
    pub(super) url: String,
    pub(super) channel: ChannelKind,
    pub(super) charset: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) published: Option<NaiveDate>,
    pub(super) column: Option<String>,
    /// Documents of one site are also judged together.
    pub(super) site: Option<String>,
    /// A list page of a site is a column of this class.
    pub(super) class: Option<ColumnClass>,
    /// After how many days without anything new the column is stale, when the unit has fixed it.
    pub(super) update_days: Option<u32>,
    /// Targets of its links that failed twice.
    pub(super) dead: Vec<String>,
    /// Whether the site was read to its end.
    pub(super) complete: bool,
    /// Whether the site is a whole host rather than columns of a portal.
    pub(super) host: bool,
    /// Days on which the site's lists were read to their end before.
    pub(super) readings: Vec<NaiveDate>,
    /// The day on which the page was first met.
    pub(super) first_seen: Option<NaiveDate>,
    /// What the file carries besides its text; files themselves are read by other tests.
    pub(super) residue: Vec<Residue>,
}

impl Sample {
    /// Whether the document is labelled for a rule.
    pub(super) fn is_about(&self, rule: &str) -> bool {
        let pack = rule.split('/').next().unwrap_or(rule);
        self.only.is_empty() || self.only.iter().any(|o| o == rule || o == pack)
    }
}

/// Texts of a corpus by path, and the figures recorded for it.
pub(super) struct Files {
    texts: BTreeMap<String, String>,
}

impl Files {
    pub(super) fn bundled() -> Self {
        let texts = Bundled::iter()
            .filter_map(|path| {
                let file = Bundled::get(&path)?;
                let text = String::from_utf8_lossy(&file.data).into_owned();
                Some((path.into_owned(), text))
            })
            .collect();
        Self { texts }
    }

    pub(super) fn of_folder(dir: &Path) -> anyhow::Result<Self> {
        let mut texts = BTreeMap::new();
        add_folder(dir, dir, &mut texts)?;
        Ok(Self { texts })
    }

    /// The figures that must not fall.
    pub(super) fn recorded(&self) -> Option<&str> {
        self.texts.get("recorded.tsv").map(String::as_str)
    }

    /// Every document, in order of path and line.
    pub(super) fn samples(&self, rules: &Rules) -> anyhow::Result<Vec<Sample>> {
        let known: HashSet<&str> = rules.all().iter().map(|r| r.id.as_str()).collect();
        let mut samples = Vec::new();
        for (path, text) in self.texts.iter().filter(|(p, _)| p.ends_with(".txt")) {
            let part = match path.split('/').next() {
                Some("tuned") => Part::Tuned,
                Some("frozen") => Part::Frozen,
                _ => bail!("{path}：语料要放在 tuned 或 frozen 里"),
            };
            self.read_file(part, path, text, &mut samples)?;
        }
        ensure!(!samples.is_empty(), "语料里没有文档");
        for sample in &samples {
            for (rule, _) in &sample.labels {
                ensure!(
                    known.contains(rule.as_str()),
                    "{}：没有规则“{rule}”",
                    sample.place
                );
            }
            super::marks::Marked::read(&sample.body)
                .and_then(|marked| marked.check(&known))
                .with_context(|| sample.place.clone())?;
        }
        Ok(samples)
    }

    /// A document begins with `=== name`, then `key: value` lines up to `---`, then its content.
    fn read_file(
        &self,
        part: Part,
        path: &str,
        text: &str,
        to: &mut Vec<Sample>,
    ) -> anyhow::Result<()> {
        let lines: Vec<&str> = text.lines().collect();
        let starts: Vec<usize> = (0..lines.len())
            .filter(|n| lines[*n].starts_with("=== "))
            .collect();
        for (n, &start) in starts.iter().enumerate() {
            let end = starts.get(n + 1).copied().unwrap_or(lines.len());
            let name = lines[start].trim_start_matches("=== ").trim();
            let place = format!("{path}:{} {name}", start + 1);
            let sample = self.read_sample(part, &place, &lines[start + 1..end]);
            to.push(sample.with_context(|| place.clone())?);
        }
        Ok(())
    }

    fn read_sample(&self, part: Part, place: &str, lines: &[&str]) -> anyhow::Result<Sample> {
        let (mut sample, frame) = read_sample(part, place, lines)?;
        if !frame.name.is_empty() {
            let path = format!("frames/{}.html", frame.name);
            let page = self.texts.get(&path);
            let page = page.with_context(|| format!("没有版式“{}”", frame.name))?;
            sample.body = frame.set(page, &sample.body)?;
        }
        Ok(sample)
    }
}

fn add_folder(root: &Path, dir: &Path, texts: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("读不了 {}", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        if path.is_dir() {
            add_folder(root, &path, texts)?;
        } else if [".txt", ".tsv", ".html"].iter().any(|e| name.ends_with(e)) {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("读不了 {}", path.display()))?;
            texts.insert(name, text);
        }
    }
    Ok(())
}

fn read_sample(part: Part, place: &str, lines: &[&str]) -> anyhow::Result<(Sample, Frame)> {
    let mut frame = Frame::default();
    let rule = lines
        .iter()
        .position(|l| *l == "---")
        .context("缺少分隔行“---”")?;
    let mut sample = Sample {
        part,
        place: place.to_owned(),
        body: lines[rule + 1..].join("\n").trim_end().to_owned(),
        labels: Vec::new(),
        only: Vec::new(),
        kind: None,
        unit: None,
        unit_id: None,
        others: Vec::new(),
        url: String::new(),
        channel: ChannelKind::Website,
        charset: None,
        content_type: None,
        published: None,
        column: None,
        site: None,
        class: None,
        update_days: None,
        dead: Vec::new(),
        complete: true,
        host: false,
        readings: Vec::new(),
        first_seen: None,
        residue: Vec::new(),
    };
    ensure!(!sample.body.is_empty(), "没有内容");
    for line in &lines[..rule] {
        let (key, value) = line
            .split_once(':')
            .with_context(|| format!("看不懂这一行：{line}"))?;
        if !frame.take(key.trim(), value.trim()) {
            head(&mut sample, key.trim(), value.trim())
                .with_context(|| format!("看不懂这一行：{line}"))?;
        }
    }
    if sample.site.is_some() && sample.url.is_empty() {
        sample.url = own_url(place);
    }
    Ok((sample, frame))
}

/// The address of a page of a site that does not tell one: a hit about the site is laid to the page it names.
fn own_url(place: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric();
    let name: String = place.chars().filter(is_plain).collect();
    format!("http://www.site-demo.gov.cn/{name}.html")
}

fn head(sample: &mut Sample, key: &str, value: &str) -> anyhow::Result<()> {
    let text = || Some(value.to_owned());
    let words = || value.split([',', '，', ' ']).filter(|w| !w.is_empty());
    let labels = |says| words().map(move |w| (w.to_owned(), says));
    match key {
        "faults" => sample.labels.extend(labels(Says::Fault)),
        "near" => sample.labels.extend(labels(Says::Near)),
        "open" => sample.labels.extend(labels(Says::Open)),
        "only" => sample.only = words().map(str::to_owned).collect(),
        "kind" => sample.kind = Some(value.parse()?),
        "unit" => sample.unit = text(),
        "unit_id" => sample.unit_id = text(),
        "others" => sample.others = words().map(str::to_owned).collect(),
        "url" => value.clone_into(&mut sample.url),
        "channel" => sample.channel = value.parse()?,
        "charset" => sample.charset = text(),
        "type" => sample.content_type = text(),
        "published" => sample.published = Some(value.parse()?),
        "column" => sample.column = text(),
        "site" => sample.site = text(),
        "class" => sample.class = Some(value.parse()?),
        "update_days" => sample.update_days = Some(value.parse()?),
        "dead" => sample.dead = words().map(str::to_owned).collect(),
        "complete" => sample.complete = value != "no",
        "host" => sample.host = value == "yes",
        "readings" => sample.readings = words().map(str::parse).collect::<Result<_, _>>()?,
        "first_seen" => sample.first_seen = Some(value.parse()?),
        "residue" => sample.residue.push(residue(value)?),
        _ => bail!("没有“{key}”这一项"),
    }
    Ok(())
}

/// `comment|第12段的批注|王某|这个数再核一下`: what it is, where, by whom and its text.
fn residue(line: &str) -> anyhow::Result<Residue> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [kind, place, author, text] = cells.as_slice() else {
        bail!("residue 要写成 类别|位置|作者|文字");
    };
    Ok(Residue {
        kind: kind.parse()?,
        text: (*text).to_owned(),
        span: None,
        author: (*author).to_owned(),
        place: (*place).to_owned(),
    })
}
