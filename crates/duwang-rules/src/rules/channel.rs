//! What is judged of a channel as a whole, or of a unit's channels together.

use super::Rules;
use super::plan::Plan;
use crate::judge::{Draft, finish, shanghai_day};
use crate::kind::Out;
use crate::kind::catalogue::{self, Published};
use crate::rule::{Checked, Context, Rule, Unjudged};
use chrono::NaiveDate;
use duwang_model::{ChannelFacts, Hit};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// What one rule says of a channel.
struct Said<'r> {
    rule: &'r Rule,
    drafts: Vec<Draft>,
    unjudged: Vec<Unjudged>,
    is_judged: bool,
}

impl<'r> Said<'r> {
    fn nothing(rule: &'r Rule) -> Self {
        Self {
            rule,
            drafts: Vec::new(),
            unjudged: Vec::new(),
            is_judged: false,
        }
    }

    /// Lets the rule look; whether it could tell.
    fn judge(
        &mut self,
        number: u32,
        published: Option<&Published>,
        facts: &ChannelFacts,
        context: &Context<'_>,
    ) -> bool {
        let check = &self.rule.check;
        let mut out = Out {
            number,
            rule: self.rule,
            drafts: &mut self.drafts,
            unjudged: &mut self.unjudged,
        };
        match (check.catalogue(), published) {
            (Some(catalogue), Some(sum)) => catalogue.judge(sum, facts, context, &mut out),
            _ => check.computes().is_some() || check.channel(facts, context, &mut out),
        }
    }
}

impl Rules {
    /// Judges a channel as a whole, but for what [`Rules::compare`] judges.
    pub fn check_channel(&self, facts: &ChannelFacts, context: &Context<'_>) -> Checked {
        self.check_facts(facts, context, false)
    }

    /// Judges whether the pages of a unit agree with each other; `facts.elsewhere` holds those of its other channels.
    pub fn compare(&self, facts: &ChannelFacts, context: &Context<'_>) -> Checked {
        self.check_facts(facts, context, true)
    }

    fn check_facts(&self, facts: &ChannelFacts, context: &Context<'_>, comparing: bool) -> Checked {
        let plan = self.plan(None, context, channel_day(facts, context));
        let mut ran = Arc::clone(&plan.ran);
        let published = self.published(&plan, facts, comparing);
        // Each goes through all pages of the channel by itself, so all processors share them; what they say is taken in the order of the rules.
        let said: Vec<Said<'_>> = plan
            .always
            .par_iter()
            .filter_map(|&number| {
                let rule = self.rule(number)?;
                let is_asked = rule.check.is_comparison() == comparing;
                let mut said = Said::nothing(rule);
                said.is_judged =
                    is_asked && said.judge(number, published.get(&number), facts, context);
                Some(said)
            })
            .collect();
        let (mut drafts, mut unjudged) = (Vec::new(), Vec::new());
        for said in said {
            if !said.is_judged {
                Arc::make_mut(&mut ran).remove(&said.rule.id);
            }
            drafts.extend(said.drafts);
            unjudged.extend(said.unjudged);
        }
        for unsure in self.compute(&plan, facts, &mut drafts, &mut unjudged) {
            Arc::make_mut(&mut ran).remove(unsure);
        }
        unjudged.sort();
        unjudged.dedup();
        Checked {
            hits: finish(&self.loaded.rules, None, drafts),
            ran,
            unjudged,
        }
    }

    /// What is published on the topics of the catalogues that run, by rule.
    fn published(
        &self,
        plan: &Plan,
        facts: &ChannelFacts,
        comparing: bool,
    ) -> HashMap<u32, Published> {
        if comparing {
            return HashMap::new();
        }
        let numbers = plan.always.iter().copied();
        let (numbers, catalogues): (Vec<u32>, Vec<_>) = numbers
            .filter_map(|n| Some((n, self.rule(n)?.check.catalogue()?)))
            .unzip();
        let sums = catalogue::published(&catalogues, facts);
        numbers.into_iter().zip(sums).collect()
    }

    /// Computes the site-level items from what the other rules found; gives those that could not tell.
    fn compute<'r>(
        &'r self,
        plan: &Plan,
        facts: &ChannelFacts,
        drafts: &mut Vec<Draft>,
        unjudged: &mut Vec<Unjudged>,
    ) -> Vec<&'r str> {
        let (mut computed, mut unsure) = (Vec::new(), Vec::new());
        for &number in &plan.always {
            let Some(rule) = self.rule(number) else {
                continue;
            };
            let Some(indicator) = rule.check.computes() else {
                continue;
            };
            let mut out = Out {
                number,
                rule,
                drafts: &mut computed,
                unjudged,
            };
            if !indicator.judge(facts, &self.loaded.rules, drafts, &mut out) {
                unsure.push(rule.id.as_str());
            }
        }
        drafts.extend(computed);
        unsure
    }

    /// One channel rule alone.
    pub(crate) fn check_channel_one(
        &self,
        rule: &Rule,
        facts: &ChannelFacts,
        context: &Context<'_>,
    ) -> Vec<Hit> {
        if !rule.scope.admits_channel(context.channel) {
            return Vec::new();
        }
        let number = self.all().iter().position(|r| r.id == rule.id);
        let (mut drafts, mut unjudged) = (Vec::new(), Vec::new());
        let mut out = Out {
            number: number.unwrap_or_default() as u32,
            rule,
            drafts: &mut drafts,
            unjudged: &mut unjudged,
        };
        match rule.check.computes() {
            Some(indicator) => {
                let said = self.said_of(facts, context);
                indicator.judge(facts, &self.loaded.rules, &said, &mut out);
            }
            None => {
                rule.check.channel(facts, context, &mut out);
            }
        }
        finish(&self.loaded.rules, None, drafts)
    }

    /// What the rules that only look, and compute nothing, say of a channel.
    fn said_of(&self, facts: &ChannelFacts, context: &Context<'_>) -> Vec<Draft> {
        let (mut drafts, mut unjudged) = (Vec::new(), Vec::new());
        for (number, rule) in self.all().iter().enumerate() {
            let mut out = Out {
                number: number as u32,
                rule,
                drafts: &mut drafts,
                unjudged: &mut unjudged,
            };
            if rule.is_about_channel() && rule.check.computes().is_none() {
                rule.check.channel(facts, context, &mut out);
            }
        }
        drafts
    }
}

fn channel_day(facts: &ChannelFacts, context: &Context<'_>) -> NaiveDate {
    context.judged_on.unwrap_or_else(|| shanghai_day(facts.now))
}
