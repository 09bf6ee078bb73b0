//! Tallies by rule, category, channel and certainty, for each part; and which of them must not fall.

use super::corpus::{Part, Sample};
use super::judge::{Counted, Verdict};
use super::tally::Tally;
use anyhow::Context as _;
use duwang_model::{Category, Certainty};
use duwang_rules::{Rule, RuleState, Rules};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

/// By what cases are counted together; in the order of the printed tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Certainty,
    Family,
    Channel,
    Category,
    Rule,
}

impl By {
    pub(super) const ALL: [Self; 5] = [
        Self::Certainty,
        Self::Family,
        Self::Channel,
        Self::Category,
        Self::Rule,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Certainty => "certainty",
            Self::Family => "family",
            Self::Channel => "channel",
            Self::Category => "category",
            Self::Rule => "rule",
        }
    }

    pub(super) fn chinese(self) -> &'static str {
        match self {
            Self::Certainty => "按把握",
            Self::Family => "按要素与用语",
            Self::Channel => "按渠道",
            Self::Category => "按类别",
            Self::Rule => "按规则",
        }
    }
}

/// How right the rules are.
pub(super) struct Figures {
    /// By part, grouping and name (a code word).
    tallies: BTreeMap<(Part, By, String), Tally>,
    /// Chinese names of code words.
    names: HashMap<String, String>,
    /// Documents, and documents whose kind is labelled and was found, by part.
    pub(super) documents: BTreeMap<Part, Documents>,
    /// Rules in force without a labelled fault or without a near miss.
    pub(super) without_fault: Vec<String>,
    pub(super) without_near: Vec<String>,
    pub(super) rules: usize,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Documents {
    pub(super) all: u32,
    pub(super) kinds: u32,
    pub(super) kinds_found: u32,
}

/// Elements of duty: what must be on a page, and on a site.
const ELEMENTS: [Category; 8] = [
    Category::Guide,
    Category::GuideOutdated,
    Category::Interpretation,
    Category::Solicitation,
    Category::Coverage,
    Category::AnnualReport,
    Category::ServiceGuide,
    Category::Labelling,
];
/// How things are written.
const WORDING: [Category; 3] = [Category::Wording, Category::Typo, Category::Format];

impl Figures {
    pub(super) fn of(rules: &Rules, samples: &[Sample], verdicts: &[Verdict]) -> Self {
        let by_id: HashMap<&str, &Rule> = rules.all().iter().map(|r| (r.id.as_str(), r)).collect();
        let mut figures = Self {
            tallies: BTreeMap::new(),
            names: names(),
            documents: BTreeMap::new(),
            without_fault: Vec::new(),
            without_near: Vec::new(),
            rules: 0,
        };
        for part in Part::ALL {
            figures.documents.insert(part, Documents::default());
        }
        debug_assert_eq!(samples.len(), verdicts.len());
        for verdict in verdicts {
            figures.note(verdict);
            for case in &verdict.cases {
                for (by, name) in groups(case, verdict, by_id.get(case.rule.as_str()).copied()) {
                    let key = (verdict.part, by, name);
                    figures.tallies.entry(key).or_default().add(case.case);
                }
            }
        }
        figures.note_uncovered(rules);
        figures
    }

    fn note(&mut self, verdict: &Verdict) {
        let documents = self.documents.entry(verdict.part).or_default();
        documents.all += 1;
        documents.kinds += u32::from(verdict.kind_known);
        documents.kinds_found += u32::from(verdict.kind_known && verdict.mistaken.is_none());
    }

    fn note_uncovered(&mut self, rules: &Rules) {
        let (mut with_fault, mut with_near) = (BTreeSet::new(), BTreeSet::new());
        for ((_, by, name), tally) in &self.tallies {
            if *by == By::Rule && tally.faults() > 0 {
                with_fault.insert(name.clone());
            }
            if *by == By::Rule && tally.near() > 0 {
                with_near.insert(name.clone());
            }
        }
        for rule in rules.all().iter().filter(|r| r.state == RuleState::Active) {
            self.rules += 1;
            if !with_fault.contains(&rule.id) {
                self.without_fault.push(rule.id.clone());
            }
            if !with_near.contains(&rule.id) {
                self.without_near.push(rule.id.clone());
            }
        }
    }

    /// The tallies of one table, by name.
    pub(super) fn table(&self, part: Part, by: By) -> Vec<(&str, Tally)> {
        self.tallies
            .iter()
            .filter(|((p, b, _), _)| *p == part && *b == by)
            .map(|((_, _, name), tally)| (name.as_str(), *tally))
            .collect()
    }

    pub(super) fn tally(&self, part: Part, by: By, name: &str) -> Tally {
        let key = (part, by, name.to_owned());
        self.tallies.get(&key).copied().unwrap_or_default()
    }

    /// All cases of a part together.
    pub(super) fn total(&self, part: Part) -> Tally {
        let mut sum = Tally::default();
        for (_, tally) in self.table(part, By::Rule) {
            sum.right += tally.right;
            sum.wrong += tally.wrong;
            sum.missed += tally.missed;
            sum.spared += tally.spared;
            sum.fooled += tally.fooled;
        }
        sum
    }

    /// The Chinese name of a group; a rule is called by its id.
    pub(super) fn name<'a>(&'a self, word: &'a str) -> &'a str {
        self.names.get(word).map_or(word, String::as_str)
    }

    /// The figures that must not fall, one a line. Single rules of the frozen part are left out: with few cases each they would tell
    /// what happened where.
    pub(super) fn record(&self) -> String {
        let mut text = String::from("part\tby\tname\tprecision\trecall\n");
        for ((part, by, name), tally) in &self.tallies {
            if *part == Part::Frozen && *by == By::Rule {
                continue;
            }
            let share = |s: Option<super::tally::Share>| {
                s.map_or_else(|| "-".to_owned(), |s| format!("{:.4}", s.value))
            };
            // A write to a String cannot fail.
            let _ = writeln!(
                text,
                "{}\t{}\t{name}\t{}\t{}",
                part.word(),
                by.word(),
                share(tally.precision()),
                share(tally.recall())
            );
        }
        text
    }

    /// Which figures are below what was recorded, in words.
    pub(super) fn fallen(&self, recorded: Option<&str>) -> anyhow::Result<Vec<String>> {
        let mut fallen = Vec::new();
        for (n, line) in recorded.unwrap_or_default().lines().enumerate().skip(1) {
            self.compare(line, &mut fallen)
                .with_context(|| format!("recorded.tsv 第 {} 行写错了：{line}", n + 1))?;
        }
        Ok(fallen)
    }

    fn compare(&self, line: &str, fallen: &mut Vec<String>) -> anyhow::Result<()> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [part, by, name, precision, recall] = cells.as_slice() else {
            anyhow::bail!("应为五列");
        };
        let part = Part::ALL.into_iter().find(|p| p.word() == *part);
        let by = By::ALL.into_iter().find(|b| b.word() == *by);
        let (part, by) = part.zip(by).context("没有这一组")?;
        let tally = self.tally(part, by, name);
        for (what, recorded, now) in [
            ("准确率", precision, tally.precision()),
            ("召回率", recall, tally.recall()),
        ] {
            if *recorded == "-" {
                continue;
            }
            let recorded: f64 = recorded.parse()?;
            // Four digits are recorded.
            let is = now.map_or(1.0, |s| s.value);
            if is < recorded - 0.000_051 {
                fallen.push(format!(
                    "{}{}的{what}是 {is:.4}，记录的是 {recorded:.4}",
                    part.chinese(),
                    self.name(name)
                ));
            }
        }
        Ok(())
    }
}

/// In which tables a case is counted.
fn groups(case: &Counted, verdict: &Verdict, rule: Option<&Rule>) -> Vec<(By, String)> {
    let certainty = case.certainty.or(rule.map(|r| r.certainty));
    let category = case.category.or(rule.map(|r| r.category));
    let mut groups = vec![
        (By::Rule, case.rule.clone()),
        (By::Channel, verdict.channel.word().to_owned()),
    ];
    groups.extend(certainty.map(|c| (By::Certainty, c.word().to_owned())));
    if let Some(category) = category {
        groups.push((By::Category, category.word().to_owned()));
        let family = if ELEMENTS.contains(&category) {
            "elements"
        } else if WORDING.contains(&category) {
            "wording-family"
        } else {
            "others"
        };
        groups.push((By::Family, family.to_owned()));
    }
    groups
}

fn names() -> HashMap<String, String> {
    let certainties = [Certainty::Certain, Certainty::Likely, Certainty::Ask]
        .map(|c| (c.word().to_owned(), c.chinese().to_owned()));
    let categories = ELEMENTS
        .into_iter()
        .chain(WORDING)
        .chain([
            Category::Freshness,
            Category::Privacy,
            Category::Link,
            Category::Attachment,
            Category::Availability,
            Category::NewMedia,
            Category::Consistency,
            Category::Safety,
        ])
        .map(|c| (c.word().to_owned(), c.chinese().to_owned()));
    let channels = [
        duwang_model::ChannelKind::Website,
        duwang_model::ChannelKind::Wechat,
    ]
    .map(|c| (c.word().to_owned(), c.chinese().to_owned()));
    let families = [
        ("elements", "要素（指南、解读、征集、年报、公开内容……）"),
        ("wording-family", "用语（规范用语、错别字、格式）"),
        ("others", "其他（链接、隐私、更新……）"),
    ]
    .map(|(word, name)| (word.to_owned(), name.to_owned()));
    certainties
        .into_iter()
        .chain(categories)
        .chain(channels)
        .chain(families)
        .collect()
}
