//! The compiled rules and what can be asked of them.

use crate::error::RuleErrors;
use crate::examples::{self, ExampleOutcome, ExamplePage};
use crate::explain::{Explanation, Why};
use crate::judge::{Draft, Ground, Line, Owner, Seen, Wanted, finish, judged_on, shanghai_day};
use crate::kind::catalogue::{self, Published};
use crate::kind::{Out, terms, typo};
use crate::load::{self, Loaded};
use crate::rule::{Checked, Context, Rule, RuleState, Unjudged};
use chrono::NaiveDate;
use duwang_model::{
    Category, Certainty, ChannelFacts, ChannelKind, Document, Hit, Kind, Span, UnitKind,
};
use duwang_typo::Checker;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

/// One file of the rules, with its path relative to the rules folder: `guide/office-hours.toml`, `wording/bodies.tsv`,
/// `overlays/fujian.toml`, `guide/office-hours/page.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Path with `/` between its parts.
    pub path: String,
    /// Content.
    pub text: String,
}

/// All rules of all packs, compiled. Cheap to share between threads, expensive to build.
#[derive(Debug)]
pub struct Rules {
    loaded: Loaded,
    version: String,
    /// Units with rules of their own.
    special_units: Vec<String>,
    /// Days on which some rule begins or ceases to hold.
    turning_days: Vec<NaiveDate>,
    /// Which rules run, by everything that decides it: computed once, shared by all documents alike.
    plans: RwLock<HashMap<PlanKey, Arc<Plan>>>,
    /// What rules of the kind `typo` ask.
    typos: Option<Arc<Checker>>,
    /// What cannot be judged in this run and why, in Chinese.
    unchecked: Option<String>,
}

/// Everything that decides which rules run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct PlanKey {
    /// `None`: the channel as a whole.
    document: Option<(Kind, Ground)>,
    channel: ChannelKind,
    unit_kind: Option<UnitKind>,
    /// Position in `special_units`.
    special: Option<usize>,
    /// How many turning days have passed.
    epoch: usize,
}

/// Which rules run.
#[derive(Debug)]
struct Plan {
    in_scope: Vec<bool>,
    /// Rules that run whatever the scanner saw.
    always: Vec<u32>,
    /// Rules about titles alone.
    title_patterns: Vec<u32>,
    wanted: Wanted,
    ran: Arc<HashSet<String>>,
}

impl Rules {
    /// Reads and compiles rules. `overlays` apply in order, later wins. Every fault of every file is told at once.
    pub fn load(files: &[RuleFile], overlays: &[String]) -> Result<Self, RuleErrors> {
        let loaded = load::load(files, overlays)?;
        let mut special_units: Vec<String> = loaded
            .rules
            .iter()
            .filter_map(|r| r.audience.unit.clone())
            .collect();
        special_units.sort();
        special_units.dedup();
        Ok(Self {
            version: version(&loaded.packs, files, overlays),
            special_units,
            turning_days: turning_days(&loaded.rules),
            loaded,
            plans: RwLock::default(),
            typos: None,
            unchecked: None,
        })
    }

    /// What is wrong in each of these overlays, each laid over the rules by itself.
    pub fn check_overlays(files: &[RuleFile], overlays: &[String]) -> Result<(), RuleErrors> {
        load::check_overlays(files, overlays)
    }

    /// With the model that rules of the kind `typo` ask, or with why there is none: those rules then do not run, and
    /// [`Rules::unchecked`] says so. `stamp` tells one model from another.
    #[must_use]
    pub fn with_typos(mut self, checker: Result<Arc<Checker>, String>, stamp: &str) -> Self {
        match checker {
            Ok(checker) => {
                self.typos = Some(checker);
                self.unchecked = None;
                self.version.push('+');
                self.version.push_str(stamp);
            }
            Err(why) => self.unchecked = Some(format!("没有用语言模型检查错别字：{why}")),
        }
        self.plans = RwLock::default();
        self
    }

    /// What these rules cannot judge in this run, for the coverage statement.
    pub fn unchecked(&self) -> Option<&str> {
        self.unchecked.as_deref()
    }

    /// Packs with their versions and a stamp of the files' content: `guide@3,link@1+5f0c…`. Another stamp, another judgement.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every rule by id, drafts and retired ones included.
    pub fn all(&self) -> &[Rule] {
        &self.loaded.rules[..self.loaded.common]
    }

    /// Judges one document.
    pub fn check(&self, document: &Document, context: &Context<'_>) -> Checked {
        let ground = Ground::of(document);
        let day = judged_on(document, context);
        let plan = self.plan(Some((document.kind, ground)), context, day);
        let seen = self.see(document, context, ground, &plan);
        let (hits, unjudged) = self.judge(&plan, &seen);
        Checked {
            hits,
            ran: Arc::clone(&plan.ran),
            unjudged,
        }
    }

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
        let mut drafts = Vec::new();
        let mut unjudged = Vec::new();
        let published = self.published(&plan, facts, comparing);
        for &number in &plan.always {
            let Some(rule) = self.rule(number) else {
                continue;
            };
            if rule.check.is_comparison() != comparing {
                Arc::make_mut(&mut ran).remove(&rule.id);
                continue;
            }
            let mut out = Out {
                number,
                rule,
                drafts: &mut drafts,
                unjudged: &mut unjudged,
            };
            let is_judged = match (rule.check.catalogue(), published.get(&number)) {
                (Some(catalogue), Some(sum)) => catalogue.judge(sum, facts, context, &mut out),
                _ => {
                    rule.check.computes().is_some() || rule.check.channel(facts, context, &mut out)
                }
            };
            if !is_judged {
                Arc::make_mut(&mut ran).remove(&rule.id);
            }
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

    /// Runs the examples inside the rules; `read` makes a document of a small page.
    pub fn test(&self, read: &dyn Fn(&ExamplePage) -> Document) -> Vec<ExampleOutcome> {
        examples::run(self, read)
    }

    /// Tells for every place that a word or pattern rule looked at what became of it: reported, or why not.
    pub fn explain(&self, document: &Document, context: &Context<'_>) -> Vec<Explanation> {
        let ground = Ground::of(document);
        let mut everything = self.plan_of(ground, |_| true);
        everything
            .always
            .retain(|n| self.rule(*n).is_some_and(|r| r.check.needs_model()));
        let seen = self
            .see(document, context, ground, &everything)
            .explaining();
        let key = self.key(Some((document.kind, ground)), context, seen.judged_on);
        let silent: Vec<Option<Why>> = self
            .loaded
            .rules
            .iter()
            .map(|rule| self.why_silent(rule, &key, seen.judged_on))
            .collect();
        self.judge(&everything, &seen);
        let mut explanations: Vec<Explanation> = seen
            .into_explanations()
            .into_iter()
            .map(|mut explanation| {
                let rule = self.all().binary_search_by(|r| r.id.cmp(&explanation.rule));
                if let Some(why) = rule.ok().and_then(|n| silent[n].clone()) {
                    explanation.why = why;
                }
                explanation
            })
            .collect();
        explanations.sort_by(|a, b| {
            (a.span, &a.rule)
                .cmp(&(b.span, &b.rule))
                .then_with(|| a.why.to_string().cmp(&b.why.to_string()))
        });
        explanations.dedup();
        explanations
    }

    /// One rule alone, whatever its state: for its examples.
    pub(crate) fn check_one(
        &self,
        rule: &Rule,
        document: &Document,
        context: &Context<'_>,
    ) -> Vec<Hit> {
        let ground = Ground::of(document);
        let day = judged_on(document, context);
        let mut key = self.key(Some((document.kind, ground)), context, day);
        if key.unit_kind.is_none() {
            key.unit_kind = rule.scope.units.first().copied(); // an example need not say whose it is
        }
        let applies = rule.holds_on(day)
            && out_of_scope(rule, &key).is_none()
            && !(rule.check.needs_whole_document() && ground == Ground::CutShort);
        let plan = self.plan_of(ground, |r| {
            applies && r.id == rule.id && r.audience.is_everybody()
        });
        let seen = self.see(document, context, ground, &plan);
        self.judge(&plan, &seen).0
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

    fn rule(&self, number: u32) -> Option<&Rule> {
        self.loaded.rules.get(number as usize)
    }

    fn see<'a>(
        &'a self,
        document: &'a Document,
        context: &'a Context<'a>,
        ground: Ground,
        plan: &Plan,
    ) -> Seen<'a> {
        Seen::new(
            document,
            context,
            ground,
            &self.loaded.scanner,
            &plan.wanted,
        )
        .with_typos(self.typos.as_deref())
    }

    fn judge(&self, plan: &Plan, seen: &Seen<'_>) -> (Vec<Hit>, Vec<Unjudged>) {
        let rules = &self.loaded.rules;
        let in_scope = |number: u32| plan.in_scope.get(number as usize) == Some(&true);
        let mut drafts: Vec<Draft> = Vec::new();
        let mut unjudged = Vec::new();
        terms::judge(rules, &self.loaded.rows, &in_scope, seen, &mut drafts);
        if self.typos.is_some() {
            seen.note_listed(typo::listed(rules, &drafts));
        }
        let seen_patterns = self
            .patterns_seen(plan, seen)
            .into_iter()
            .filter(|n| in_scope(*n));
        for number in plan.always.iter().copied().chain(seen_patterns) {
            let Some(rule) = self.rule(number) else {
                continue;
            };
            let (url, unit) = (seen.document.url.as_str(), seen.context.unit);
            if !rule.scope.admits_document(url, || seen.bare_title(), unit) {
                continue;
            }
            let mut out = Out {
                number,
                rule,
                drafts: &mut drafts,
                unjudged: &mut unjudged,
            };
            rule.check.document(seen, &mut out);
        }
        typo::settle(rules, seen.document.text.plain(), &mut drafts);
        if seen.ground != Ground::Whole {
            doubt(rules, &mut drafts);
        }
        whole_formulas(rules, &mut drafts);
        self.leave_names_alone(seen, &mut drafts);
        (finish(rules, Some(seen.document), drafts), unjudged)
    }

    /// Nothing inside a protected name, or inside the name of a unit of the region, is a misspelling or a name of old.
    fn leave_names_alone(&self, seen: &Seen<'_>, drafts: &mut Vec<Draft>) {
        let is_by_words = |draft: &Draft| {
            self.rule(draft.rule)
                .is_some_and(|r| matches!(r.category, Category::Wording | Category::Typo))
        };
        if !drafts.iter().any(is_by_words) {
            return;
        }
        let text = seen.document.text.plain();
        let unit = seen.context.unit;
        let own = seen.context.region.iter().flat_map(|r| &r.units);
        let units = own.flat_map(|u| std::iter::once(&u.name).chain(&u.short_names));
        let listed = self.loaded.protected.iter().filter(|p| p.is_for(unit));
        let names: Vec<&str> = listed
            .map(|p| p.text.as_str())
            .chain(units.map(String::as_str))
            .collect();
        drafts.retain(|draft| {
            let (Some(rule), Some(span)) = (self.rule(draft.rule), draft.span) else {
                return true;
            };
            if !is_by_words(draft) || span.end > text.len() {
                return true;
            }
            let line = Line::around(text, span.start, span.end);
            let Some(name) = names.iter().find(|name| line.lies_within(name)) else {
                return true;
            };
            seen.explain(&rule.id, span, || Why::Exception(format!("名称“{name}”")));
            false
        });
    }

    /// Pattern rules that have something to look at, each once.
    fn patterns_seen(&self, plan: &Plan, seen: &Seen<'_>) -> Vec<u32> {
        let scanner = &self.loaded.scanner;
        let mut last = None;
        let mut rules: Vec<u32> = seen
            .candidates
            .lines
            .iter()
            .filter(|line| last.replace(line.expression) != Some(line.expression))
            .map(|line| scanner.owner(line.expression))
            .chain(scanner.everywhere())
            .filter_map(|owner| match owner {
                Owner::Pattern(rule) => Some(rule),
                _ => None,
            })
            .collect();
        // A title that does not stand in the text is a title no scanner saw.
        let document = seen.document;
        let is_bare = document.title_span.is_none() && !document.title.is_empty();
        let has_another = !document.head_title.is_empty() && document.head_title != document.title;
        if is_bare || has_another {
            rules.extend(&plan.title_patterns);
        }
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    fn key(
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

    fn plan(
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

    fn plan_of(&self, ground: Ground, runs: impl Fn(&Rule) -> bool) -> Plan {
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
    fn why_silent(&self, rule: &Rule, key: &PlanKey, day: NaiveDate) -> Option<Why> {
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

/// A fixed formulation as a whole says more than the word of a list inside it.
fn whole_formulas(rules: &[Rule], drafts: &mut Vec<Draft>) {
    let kind = |draft: &Draft| rules.get(draft.rule as usize).map_or("", |r| r.kind);
    let wholes: Vec<Span> = drafts
        .iter()
        .filter(|d| kind(d) == "formula")
        .filter_map(|d| d.span)
        .collect();
    if wholes.is_empty() {
        return;
    }
    drafts.retain(|draft| {
        let within = |span: Span| wholes.iter().any(|whole| whole.contains(span));
        kind(draft) != "terms" || !draft.span.is_some_and(within)
    });
}

/// Why a rule's scope leaves a document or channel out.
fn out_of_scope(rule: &Rule, key: &PlanKey) -> Option<String> {
    if rule.is_about_channel() != key.document.is_none() {
        return Some("看整个渠道的规则与看单篇的规则不混用".to_owned());
    }
    if let Some((kind, _)) = key.document
        && !rule
            .scope
            .admits_kind(kind, matches!(rule.kind, "terms" | "pattern" | "typo"))
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

/// On ground that could not be read, what is called absent is a question at most.
fn doubt(rules: &[Rule], drafts: &mut [Draft]) {
    for draft in drafts {
        let absent = rules
            .get(draft.rule as usize)
            .is_some_and(|r| r.check.needs_whole_document());
        if absent {
            draft.certainty = Certainty::Ask;
        }
    }
}

fn channel_day(facts: &ChannelFacts, context: &Context<'_>) -> NaiveDate {
    context.judged_on.unwrap_or_else(|| shanghai_day(facts.now))
}

fn turning_days(rules: &[Rule]) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = rules
        .iter()
        .flat_map(|r| [r.since, r.until.and_then(|day| day.succ_opt())])
        .flatten()
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// FNV-1a over paths, contents and overlays: the same on every machine and build.
fn version(packs: &str, files: &[RuleFile], overlays: &[String]) -> String {
    let mut sorted: Vec<&RuleFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let texts = sorted
        .into_iter()
        .flat_map(|file| [&file.path, &file.text])
        .chain(overlays);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in texts {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{packs}+{hash:016x}")
}
