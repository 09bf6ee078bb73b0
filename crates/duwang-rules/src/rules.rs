//! The compiled rules and what can be asked of them.

mod channel;
mod plan;

use crate::error::RuleErrors;
use crate::examples::{self, ExampleOutcome, ExamplePage};
use crate::explain::{Explanation, Why};
use crate::judge::{Draft, Ground, Line, Owner, Seen, finish, judged_on};
use crate::kind::{Out, terms, typo};
use crate::load::{self, Loaded, Prepared};
use crate::rule::{Admission, Checked, Context, Rule, Unjudged};
use chrono::NaiveDate;
use duwang_model::{Category, Certainty, Document, Hit, Span};
use duwang_typo::Checker;
use plan::{Plan, PlanKey, out_of_scope, turning_days};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// One file of the rules, with its path relative to the rules folder: `guide/office-hours.toml`, `wording/bodies.tsv`,
/// `overlays/fujian.toml`, `guide/office-hours/page.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Path with `/` between its parts.
    pub path: String,
    /// Content; of a file that is part of the program, where it lies there.
    pub text: Cow<'static, str>,
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

impl Rules {
    /// Reads and compiles rules. `overlays` apply in order, later wins. Every fault of every file is told at once.
    pub fn load(files: &[RuleFile], overlays: &[String]) -> Result<Self, RuleErrors> {
        Self::load_prepared(files, overlays, &Prepared::default())
    }

    /// The same with what is known of their expressions beforehand: the same rules, sooner.
    pub fn load_prepared(
        files: &[RuleFile],
        overlays: &[String],
        prepared: &Prepared,
    ) -> Result<Self, RuleErrors> {
        let loaded = load::load(files, overlays, prepared)?;
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

    /// The same without the examples of its rules, half of what stands in their files: whoever only judges has no use for them.
    #[must_use]
    pub fn without_examples(mut self) -> Self {
        for rule in &mut self.loaded.rules {
            (rule.bad, rule.good, rule.not_yet) = Default::default();
        }
        self
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
            &self.loaded.titles,
            &plan.wanted,
        )
        .with_typos(self.typos.as_deref())
    }

    fn admits_title(&self, number: u32, seen: &Seen<'_>) -> bool {
        self.rule(number)
            .is_some_and(|rule| rule.scope.admits_title(seen))
    }

    fn judge(&self, plan: &Plan, seen: &Seen<'_>) -> (Vec<Hit>, Vec<Unjudged>) {
        let rules = &self.loaded.rules;
        let in_scope = |number: u32| plan.in_scope.get(number as usize) == Some(&true);
        let mut drafts: Vec<Draft> = Vec::new();
        let mut unjudged = Vec::new();
        let has_word = |number: u32| in_scope(number) && self.admits_title(number, seen);
        terms::judge(rules, &self.loaded.rows, &has_word, seen, &mut drafts);
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
            let Some(admission) = rule.scope.admission(seen, rule.is_about_words()) else {
                continue;
            };
            let before = drafts.len();
            let mut out = Out {
                number,
                rule,
                drafts: &mut drafts,
                unjudged: &mut unjudged,
            };
            rule.check.document(seen, &mut out);
            if admission == Admission::Perhaps {
                ask_only(&mut drafts[before..]);
            }
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
}

/// A fixed formulation as a whole says more than the word of a list inside it.
fn whole_formulas(rules: &[Rule], drafts: &mut Vec<Draft>) {
    let kind = |draft: &Draft| rules.get(draft.rule as usize).map_or("", |r| r.kind);
    let wholes = drafts.iter().filter(|d| kind(d) == "formula");
    let mut wholes: Vec<Span> = wholes.filter_map(|d| d.span).collect();
    if wholes.is_empty() {
        return;
    }
    // Each reaches as far as any that begins before it: one look tells whether one of them holds a span.
    wholes.sort_unstable();
    let mut furthest = 0;
    for whole in &mut wholes {
        furthest = furthest.max(whole.end);
        whole.end = furthest;
    }
    drafts.retain(|draft| {
        let within = |span: Span| {
            let begun = wholes.partition_point(|whole| whole.start <= span.start);
            begun > 0 && wholes[begun - 1].contains(span)
        };
        kind(draft) != "terms" || !draft.span.is_some_and(within)
    });
}

/// Of a page that may be something else, nothing is sure.
fn ask_only(drafts: &mut [Draft]) {
    for draft in drafts {
        draft.certainty = Certainty::Ask;
    }
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

/// FNV-1a over paths, contents and overlays: the same on every machine and build.
fn version(packs: &str, files: &[RuleFile], overlays: &[String]) -> String {
    let mut sorted: Vec<&RuleFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let texts = sorted
        .into_iter()
        .flat_map(|file| [file.path.as_str(), &file.text])
        .chain(overlays.iter().map(String::as_str));
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in texts {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{packs}+{hash:016x}")
}
