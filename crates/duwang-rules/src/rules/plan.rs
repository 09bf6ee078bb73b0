//! Which rules run: decided once for all documents or channels alike.

use super::Rules;
use crate::explain::Why;
use crate::judge::{Ground, Wanted};
use crate::rule::{Context, Rule, RuleState};
use chrono::NaiveDate;
use duwang_model::{ChannelKind, Kind, UnitKind};
use std::collections::HashSet;
use std::sync::{Arc, PoisonError};

/// Everything that decides which rules run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PlanKey {
    /// `None`: the channel as a whole.
    document: Option<(Kind, Ground)>,
    channel: ChannelKind,
    pub(super) unit_kind: Option<UnitKind>,
    /// Position in `special_units`.
    special: Option<usize>,
    /// How many turning days have passed.
    epoch: usize,
}

/// Which rules run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) in_scope: Vec<bool>,
    /// Rules that run whatever the scanner saw.
    pub(super) always: Vec<u32>,
    /// Rules about titles alone.
    pub(super) title_patterns: Vec<u32>,
    pub(super) wanted: Wanted,
    pub(super) ran: Arc<HashSet<String>>,
}

impl Rules {
    pub(super) fn key(
        &self,
        document: Option<(Kind, Ground)>,
        context: &Context<'_>,
        day: NaiveDate,
    ) -> PlanKey {
        PlanKey {
            document,
            channel: context.channel,
            unit_kind: context.unit.map(|u| u.kind),
            special: context
                .unit
                .and_then(|u| self.special_units.binary_search(&u.id).ok()),
            epoch: self.turning_days.partition_point(|turn| *turn <= day),
        }
    }

    pub(super) fn plan(
        &self,
        document: Option<(Kind, Ground)>,
        context: &Context<'_>,
        day: NaiveDate,
    ) -> Arc<Plan> {
        let key = self.key(document, context, day);
        let known = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = known.get(&key) {
            return Arc::clone(plan);
        }
        drop(known);
        let ground = document.map_or(Ground::Whole, |(_, ground)| ground);
        let plan = self.plan_of(ground, |rule| self.why_silent(rule, &key, day).is_none());
        let plan = Arc::new(plan);
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(plans.entry(key).or_insert(plan))
    }

    pub(super) fn plan_of(&self, ground: Ground, runs: impl Fn(&Rule) -> bool) -> Plan {
        let rules = &self.loaded.rules;
        let in_scope: Vec<bool> = rules.iter().map(runs).collect();
        let chosen = || {
            rules
                .iter()
                .enumerate()
                .filter(|(number, _)| in_scope[*number])
        };
        let always = chosen()
            .filter(|(_, rule)| !rule.check.is_driven_by_scanner())
            .map(|(number, _)| number as u32)
            .collect();
        // Where pictures stand for words, the absence of a hit proves nothing either.
        let ran = chosen()
            .filter(|(_, rule)| ground == Ground::Whole || !rule.check.needs_whole_document())
            .map(|(_, rule)| rule.id.clone())
            .collect();
        let title_patterns = chosen()
            .filter(|(_, r)| r.kind == "pattern" && r.scope.parts.is_title_only())
            .map(|(number, _)| number as u32)
            .collect();
        let wanted = self
            .loaded
            .scanner
            .wanted(|rule| in_scope.get(rule as usize) == Some(&true));
        Plan {
            ran: Arc::new(ran),
            always,
            title_patterns,
            wanted,
            in_scope,
        }
    }

    /// Why a rule does not run under a key.
    pub(super) fn why_silent(&self, rule: &Rule, key: &PlanKey, day: NaiveDate) -> Option<Why> {
        if rule.state != RuleState::Active {
            return Some(Why::NotInForce);
        }
        if rule.check.needs_model() && self.typos.is_none() {
            return Some(Why::NotSeen);
        }
        if let Some(since) = rule.since.filter(|since| day < *since) {
            return Some(Why::NotYet(since));
        }
        if let Some(until) = rule.until.filter(|until| *until < day) {
            return Some(Why::NoLonger(until));
        }
        if !self.is_version_for(rule, key) {
            return Some(Why::OutOfScope("另有本单位的版本".to_owned()));
        }
        if let Some(why) = out_of_scope(rule, key) {
            return Some(Why::OutOfScope(why));
        }
        let cut = matches!(key.document, Some((_, Ground::CutShort)));
        (cut && rule.check.needs_whole_document()).then_some(Why::NotSeen)
    }

    /// Of the versions of a rule that fit a unit, the most special one judges it.
    fn is_version_for(&self, rule: &Rule, key: &PlanKey) -> bool {
        let unit = key
            .special
            .and_then(|n| self.special_units.get(n))
            .map(String::as_str);
        let Some(own) = rule.audience.fit(unit, key.unit_kind) else {
            return false;
        };
        let others = &self.loaded.rules[self.loaded.common..];
        let better = others
            .iter()
            .filter(|r| r.id == rule.id)
            .filter_map(|r| r.audience.fit(unit, key.unit_kind))
            .max();
        better.is_none_or(|better| better <= own)
    }
}

/// Why a rule's scope leaves a document or channel out.
pub(super) fn out_of_scope(rule: &Rule, key: &PlanKey) -> Option<String> {
    if rule.is_about_channel() != key.document.is_none() {
        return Some("看整个渠道的规则与看单篇的规则不混用".to_owned());
    }
    if let Some((kind, _)) = key.document
        && !rule.scope.admits_kind(kind, rule.is_about_words())
    {
        return Some(format!("文档类型是{}", kind.chinese()));
    }
    if !rule.scope.admits_channel(key.channel) {
        return Some(format!("渠道是{}", key.channel.chinese()));
    }
    if !rule.scope.admits_unit(key.unit_kind) {
        return Some("单位类别不符".to_owned());
    }
    if rule.check.needs_unit() && key.unit_kind.is_none() {
        return Some("不知道是哪个单位".to_owned());
    }
    None
}

pub(super) fn turning_days(rules: &[Rule]) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = rules
        .iter()
        .flat_map(|r| [r.since, r.until.and_then(|day| day.succ_opt())])
        .flatten()
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}
