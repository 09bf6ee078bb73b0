//! `indicator`: a site-level item of the national indicators – so many faults veto a site, or cost it so many points – computed from what the
//! other rules found, with the arithmetic in words.
//!
//! Vetoes and points are for sites. A channel that is only a column of a portal gets no points: its faults count towards the portal's.

use super::{Out, Reading};
use crate::judge::{Draft, Slots};
use crate::load::Fields;
use crate::rule::Rule;
use duwang_model::{Certainty, ChannelFacts, ColumnClass, ColumnFacts, Level, Subject};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
pub(crate) struct Indicator {
    /// `V-W4a`
    item: String,
    /// Faults of these rules count.
    counts: Vec<String>,
    /// What a fault is called: 个栏目, 处.
    measure: String,
    result: Verdict,
    /// Only columns of these classes; empty: all.
    class: Vec<ColumnClass>,
    /// Count pages on which so many of the rules speak, instead of faults.
    per_page: Option<usize>,
    /// Only grave faults count.
    grave_only: bool,
    /// Say, too, what the columns of a portal contribute to its veto.
    portal: bool,
}

/// What follows from the count.
#[derive(Debug)]
enum Verdict {
    /// From so many on the site fails.
    Veto { at_least: usize },
    /// Each costs so many points, at most so many in all.
    Deduct { each: u32, cap: u32 },
    /// It costs points, but how many is not known for sure: counted, not computed.
    Note { at_least: usize },
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Indicator> {
    let fields = reading.fields;
    let counts: Vec<String> = fields
        .texts("counts")
        .into_iter()
        .map(|c| c.value)
        .collect();
    if counts.is_empty() {
        fields.missing("counts");
    }
    Some(Indicator {
        item: fields.required_text("item")?.value,
        counts,
        measure: fields
            .text("measure")
            .map_or_else(|| "处".to_owned(), |m| m.value),
        result: verdict(fields)?,
        class: fields.words("class"),
        per_page: fields.number("per_page").map(|n| n.value as usize),
        grave_only: fields.flag("grave_only").unwrap_or(false),
        portal: fields.flag("portal").unwrap_or(false),
    })
}

fn verdict(fields: &Fields<'_>) -> Option<Verdict> {
    let number = |key| fields.number(key).map(|n| n.value);
    let (veto, note) = (number("veto_from"), number("note_from"));
    let (each, cap) = (number("deduct_each"), number("deduct_at_most"));
    match (veto, note, each, cap) {
        (Some(from), None, None, None) => Some(Verdict::Veto {
            at_least: (from as usize).max(1),
        }),
        (None, Some(from), None, None) => Some(Verdict::Note {
            at_least: (from as usize).max(1),
        }),
        (None, None, Some(each), Some(cap)) => Some(Verdict::Deduct { each, cap }),
        _ => {
            fields.troubles().report_with(
                fields.place(),
                "要写几处否决、每处扣几分和最多扣几分，或者几处起只计数，三者择一",
                "",
                Some(
                    "写 veto_from = 5，或 deduct_each = 5 和 deduct_at_most = 5，或 note_from = 1"
                        .to_owned(),
                ),
            );
            None
        }
    }
}

/// The faults that count.
struct Counted {
    number: usize,
    /// Each by name.
    named: Vec<String>,
}

impl Indicator {
    pub(crate) fn judge(
        &self,
        facts: &ChannelFacts,
        rules: &[Rule],
        said: &[Draft],
        out: &mut Out<'_>,
    ) -> bool {
        let counted = self.count(facts, rules, said);
        if counted.number == 0 {
            // The rules that are counted say nothing of what was not seen: no fault there is no proof that it is gone.
            return facts.complete;
        }
        if !facts.site {
            self.judge_portal_part(facts, &counted, out);
            return true;
        }
        let arithmetic = match &self.result {
            Verdict::Veto { at_least } | Verdict::Note { at_least }
                if counted.number < *at_least =>
            {
                return facts.complete;
            }
            Verdict::Note { .. } => {
                format!(
                    "{} {}（分值待核，只计数，不计分）",
                    counted.number, self.measure
                )
            }
            Verdict::Veto { at_least } => format!(
                "{} {} ≥ {at_least} → 单项否决",
                counted.number, self.measure
            ),
            Verdict::Deduct { each, cap } => {
                let sum = u64::from(*each) * counted.number as u64;
                let least = sum.min(u64::from(*cap));
                format!(
                    "{} {} × {each} 分 = {sum} 分，本项最多扣 {cap} 分 → 扣 {least} 分",
                    counted.number, self.measure
                )
            }
        };
        self.report(facts, &counted, arithmetic, None, out);
        true
    }

    /// What a unit's columns contribute to the veto of the portal they are part of; never points.
    fn judge_portal_part(&self, facts: &ChannelFacts, counted: &Counted, out: &mut Out<'_>) {
        let (true, Verdict::Veto { at_least }) = (self.portal, &self.result) else {
            return;
        };
        if counted.number < *at_least {
            return;
        }
        let arithmetic = format!(
            "本单位 {} {}，所在门户累计 {at_least} {} 即单项否决（本单位是门户的栏目，不单独评分）",
            counted.number, self.measure, self.measure
        );
        self.report(facts, counted, arithmetic, Some(Level::General), out);
    }

    fn count(&self, facts: &ChannelFacts, rules: &[Rule], said: &[Draft]) -> Counted {
        let mut faults: Vec<(&str, &str, String)> = Vec::new(); // rule, place, name
        for draft in said {
            let Some(rule) = rules.get(draft.rule as usize) else {
                continue;
            };
            // A warning before the limit is no fault yet, and what is only asked counts for nothing.
            let is_fault = draft.level.unwrap_or(rule.level) != Level::Hint
                && draft.certainty.min(rule.certainty) != Certainty::Ask;
            let url = draft.subject.as_ref().map_or("", Subject::url);
            if is_fault && self.counts.contains(&rule.id) && self.is_of_class(url, facts) {
                faults.push((&rule.id, url, name_of(url, &draft.slots.label, facts)));
            }
        }
        for fault in &facts.faults {
            let is_grave = fault.level == Level::Serious;
            if self.counts.contains(&fault.rule) && (is_grave || !self.grave_only) {
                faults.push((&fault.rule, &fault.url, fault.title.clone()));
            }
        }
        let mut named: Vec<String> = match self.per_page {
            Some(least) => pages_with(&faults, least),
            None => faults.into_iter().map(|(_, _, name)| name).collect(),
        };
        named.sort();
        Counted {
            number: named.len(),
            named,
        }
    }

    fn is_of_class(&self, url: &str, facts: &ChannelFacts) -> bool {
        let class = facts.columns.iter().find(|c| c.url == url).map(|c| c.class);
        self.class.is_empty() || class.is_some_and(|class| self.class.contains(&class))
    }

    fn report(
        &self,
        facts: &ChannelFacts,
        counted: &Counted,
        arithmetic: String,
        level: Option<Level>,
        out: &mut Out<'_>,
    ) {
        const SHOWN: usize = 8;
        let mut each = counted.named.clone();
        each.dedup();
        let more = each.len() > SHOWN;
        each.truncate(SHOWN);
        let named = each.join("、") + if more { " 等" } else { "" };
        let mut draft = out
            .draft()
            .about(Subject::Channel(facts.entry.clone()))
            .keyed(&self.item)
            .with(Slots {
                label: self.item.clone(),
                value: arithmetic.clone(),
                target: named.clone(),
                days: counted.number.to_string(),
                ..Slots::default()
            });
        draft.level = level;
        draft.locator = Some(format!("{}：{arithmetic}；{named}", self.item));
        out.push(draft);
    }
}

/// The pages on which at least so many of the rules speak.
fn pages_with(faults: &[(&str, &str, String)], least: usize) -> Vec<String> {
    let mut pages: BTreeMap<&str, (BTreeSet<&str>, &str)> = BTreeMap::new();
    for (rule, url, name) in faults {
        let page = pages.entry(url).or_insert((BTreeSet::new(), name));
        page.0.insert(rule);
    }
    pages
        .into_iter()
        .filter(|(_, (rules, _))| rules.len() >= least)
        .map(|(url, (_, name))| if name.is_empty() { url } else { name }.to_owned())
        .collect()
}

fn name_of(url: &str, label: &str, facts: &ChannelFacts) -> String {
    let of_column = |c: &&ColumnFacts| c.url == url && !c.name.is_empty();
    match facts.columns.iter().find(of_column) {
        Some(column) => column.name.clone(),
        None if label.is_empty() => url.to_owned(),
        None => label.to_owned(),
    }
}
