//! Judging drafts: rules, city and clock that every draft of a run is judged by.

use super::Draft;
use super::card::{self, Card};
use crate::cli::FailOn;
use crate::clock::Clock;
use crate::config::Config;
use crate::extract::Manner;
use crate::rulebook;
use chrono::{DateTime, NaiveDate, Utc};
use duwang_model::{
    Category, ChannelKind, Document, Finding, Hit, Kind, Outcome, OutcomeKind, PageReading, Region,
    Unit, reconcile, visible_chars,
};
use duwang_page::{Hints, Reading};
use duwang_rules::{Context, Explanation, Rules, Why};

/// What is known of a draft beforehand, and what is asked of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// A kind that somebody stated.
    pub(crate) kind: Option<Kind>,
    /// Whose draft it is.
    pub(crate) unit: Option<Unit>,
    /// The day by which rules are judged; without it the draft's own date counts, and today for a draft that has none.
    pub(crate) published: Option<NaiveDate>,
    /// Only these categories; all when empty.
    pub(crate) only: Vec<Category>,
    /// Also tell what was looked at and not reported.
    pub(crate) explain: bool,
    /// Make a card that says "pass" when nothing is at or above this level.
    pub(crate) card: Option<FailOn>,
}

/// One draft and what the rules said of it.
pub(crate) struct Verdict {
    pub(crate) draft: Draft,
    /// The document, or why it could not be read.
    pub(crate) reading: Result<Box<Document>, Outcome>,
    pub(crate) findings: Vec<Finding>,
    /// What the rules looked at and why they did not report it, when asked.
    pub(crate) explanations: Vec<Explanation>,
    /// Made when asked for and the draft could be read.
    pub(crate) card: Option<Card>,
}

impl Verdict {
    pub(crate) fn fails(&self, on: FailOn) -> bool {
        self.findings.iter().any(|f| on.fails(f.hit.level))
    }
}

/// Rules, city and clock.
pub(crate) struct Bench {
    pub(crate) rules: Rules,
    pub(crate) region: Region,
    clock: Clock,
    /// How files are read.
    pub(super) manner: Manner,
}

impl Bench {
    pub(crate) fn new(config: &Config, region: Region) -> anyhow::Result<Self> {
        let rules = rulebook::load(config.rules.as_deref(), &region.overlays)?;
        Ok(Self {
            rules,
            region,
            clock: config.clock,
            manner: Manner {
                ocr: config.ocr,
                limits: None,
            },
        })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn unit(&self, id: &str) -> anyhow::Result<Unit> {
        let unit = self.region.units.iter().find(|u| u.id == id).cloned();
        unit.ok_or_else(|| anyhow::anyhow!("没有单位“{id}”；duwang units list 可看全部单位"))
    }

    /// Reads and judges one draft.
    pub(crate) fn judge(&self, draft: Draft, question: &Question) -> Verdict {
        let mut reading = read(&draft, question, self.manner);
        let (findings, explanations) = match &reading {
            Ok(document) => (
                self.findings(document, question),
                self.explanations(document, question),
            ),
            Err(_) => (Vec::new(), Vec::new()),
        };
        if let Ok(document) = &mut reading {
            let unchecked = self.rules.unchecked().map(str::to_owned);
            document.notes.extend(unchecked);
        }
        let mut verdict = Verdict {
            draft,
            reading,
            findings,
            explanations,
            card: None,
        };
        if let (Some(on), Ok(document)) = (question.card, &verdict.reading) {
            let judged = card::Judged {
                findings: &verdict.findings,
                fails: verdict.fails(on),
                unit: question.unit.as_ref().map(|u| u.id.as_str()),
                rules: self.rules.version(),
                now: self.now(),
            };
            verdict.card = Some(Card::of(document, &judged));
        }
        verdict
    }

    /// What the rules say of a document, each fault once.
    pub(crate) fn findings(&self, document: &Document, question: &Question) -> Vec<Finding> {
        let hits = self.hits(document, question);
        let reading = PageReading {
            unit: question.unit.as_ref().map_or("", |u| &u.id),
            now: self.now(),
            ..PageReading::of_document(document, &hits, &|_| false)
        };
        reconcile(&[], &reading)
            .into_iter()
            .map(|(_, finding)| finding)
            .collect()
    }

    /// What was looked at and not reported, of the categories asked for.
    pub(super) fn explanations(
        &self,
        document: &Document,
        question: &Question,
    ) -> Vec<Explanation> {
        if !question.explain {
            return Vec::new();
        }
        let wanted = |id: &str| {
            let rule = self.rules.all().iter().find(|r| r.id == id);
            question.only.is_empty() || rule.is_some_and(|r| question.only.contains(&r.category))
        };
        let context = self.context(document, question);
        let mut explained = self.rules.explain(document, &context);
        explained.retain(|e| e.why != Why::Reported && wanted(&e.rule));
        explained
    }

    fn hits(&self, document: &Document, question: &Question) -> Vec<Hit> {
        let context = self.context(document, question);
        let mut hits = self.rules.check(document, &context).hits;
        if !question.only.is_empty() {
            hits.retain(|hit| question.only.contains(&hit.category));
        }
        hits
    }

    fn context<'c>(&'c self, document: &Document, question: &'c Question) -> Context<'c> {
        Context {
            unit: question.unit.as_ref(),
            region: Some(&self.region),
            channel: if document.wechat.is_some() || document.kind == Kind::WechatArticle {
                ChannelKind::Wechat
            } else {
                ChannelKind::Website
            },
            now: self.now(),
            judged_on: question.published,
        }
    }
}

fn read(draft: &Draft, question: &Question, manner: Manner) -> Result<Box<Document>, Outcome> {
    let hints = Hints {
        kind: question.kind,
        ..Hints::default()
    };
    match draft.read(hints, manner) {
        Reading::Document(document) if is_empty(&document) => {
            let nothing = "是空的，没有可检测的内容";
            Err(Outcome::new(OutcomeKind::Unread, nothing))
        }
        Reading::Document(document) => Ok(document),
        Reading::Unread(outcome) => Err(outcome),
    }
}

/// Whether there is nothing anybody could see: that nothing is wrong with it would be no news.
fn is_empty(document: &Document) -> bool {
    document.images.is_empty() && visible_chars(document.text.plain()) == 0
}
