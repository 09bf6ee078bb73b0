//! One finding: its place on the page, its history, and the form by which a person decides.

mod around;
mod history;

use super::decide::{DecisionForm, may_decide};
use super::filter::Filter;
use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::proof::{self, Proof};
use super::queue::Neighbours;
use super::snapshot::is_hash;
use super::unmasked;
use super::{ConsoleState, Desk};
use crate::people::{Right, Visitor};
use crate::view::{PageText, Shown, mask_text, minute, one_line, read_snapshot, web_link};
use around::{Beside, Elsewhere, beside, elsewhere, group_size};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use duwang_model::{Finding, State as Stand, Verdict};
use history::{Event, events};

/// Working days a unit gets when nothing else is said.
pub(crate) const DUE_WORKDAYS: u32 = 5;
/// Characters of the page shown around the place before the whole text is asked for.
pub(super) const AROUND: usize = 220;
/// Lines of the page shown before and after the place.
pub(super) const LINES: usize = 7;
/// Characters of the whole text put into the page; more is in the snapshot.
const WHOLE: usize = 100_000;

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    let filter = Filter::read(&query).map_err(Problem::Unclear)?;
    let form = DecisionForm::default();
    state
        .answer(visitor, move |desk| {
            let finding = find(desk, &id)?;
            let done = Done::read(&query, &finding.id, &filter);
            Ok(html(&Page::new(
                desk,
                &finding,
                filter,
                form,
                Notice { done, wrong: None },
            )?))
        })
        .await
}

/// The finding again, with what was wrong with the form.
pub(super) fn refused(
    desk: &Desk,
    finding: &Finding,
    filter: Filter,
    form: DecisionForm,
    wrong: String,
) -> Answer {
    let notice = Notice {
        done: None,
        wrong: Some(wrong),
    };
    let page = html(&Page::new(desk, finding, filter, form, notice)?);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub(super) fn verdict_word(verdict: &Verdict) -> &'static str {
    VERDICTS
        .iter()
        .find(|(_, name)| *name == verdict.chinese())
        .map_or("", |(word, _)| *word)
}

const VERDICTS: &[(&str, &str)] = &[
    ("confirm", "确认"),
    ("dismiss", "误报"),
    ("waive", "豁免"),
    ("assign", "交办"),
    ("return", "退回"),
    ("claim", "声明整改"),
    ("appeal", "申诉"),
    ("note", "备注"),
    ("undo", "撤销"),
];

/// The decisions this visitor may take now, in the order of the form.
fn choices(desk: &Desk, finding: &Finding) -> Vec<(&'static str, &'static str)> {
    let day = desk.today();
    let verdict = |word: &str| match word {
        "confirm" => Verdict::Confirm,
        "dismiss" => Verdict::Dismiss,
        "waive" => Verdict::Waive { until: day },
        "assign" => Verdict::Assign { due: None },
        "return" => Verdict::Return,
        "claim" => Verdict::Claim,
        "appeal" => Verdict::Appeal,
        "undo" => Verdict::Undo,
        _ => Verdict::Note,
    };
    let may = |word: &str| match word {
        "note" => desk.visitor.may(Right::Answer) || desk.visitor.may(Right::Decide),
        word => may_decide(desk, finding, &verdict(word)).is_ok(),
    };
    VERDICTS
        .iter()
        .filter(|(word, _)| {
            may(word) && finding.permits(&verdict(word), &desk.visitor.name).is_ok()
        })
        .copied()
        .collect()
}

/// Which of them are recorded only with a reason.
const WITH_REASON: &[&str] = &["dismiss", "waive", "return", "claim", "appeal", "note"];

/// Why the visitor cannot do what they may have come for, and what has to happen first.
fn because(desk: &Desk, finding: &Finding) -> Option<String> {
    if desk.visitor.may(Right::Decide) {
        let answer = finding.permits(&Verdict::Return, &desk.visitor.name);
        let is_appealed = finding.state == Stand::Appealed;
        return answer.err().filter(|_| is_appealed).map(|e| e.to_string());
    }
    if !desk.visitor.may(Right::Answer) {
        return None;
    }
    let words = match finding.state {
        Stand::Open | Stand::Reopened => {
            "还没有人复核。确认并交办给本单位之后，可以在这里声明整改或申诉。"
        }
        Stand::Confirmed => "已确认，还没有交办。交办给本单位之后，可以在这里声明整改或申诉。",
        Stand::Assigned if finding.claim().is_some() => {
            "已声明整改。读网会重新读取这一页，结果写在“经过”里。"
        }
        Stand::Appealed => "已申诉，等复核的人答复，结果写在“经过”里。",
        _ => return None,
    };
    Some(words.to_owned())
}

/// What was just recorded, of how many findings, and of which when it was not this one.
struct Done {
    what: &'static str,
    count: usize,
    /// The address of the finding it was recorded of.
    of: Option<String>,
}

impl Done {
    /// Only our own words come back out of the address.
    fn read(query: &str, id: &str, filter: &Filter) -> Option<Self> {
        let part = |wanted: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == wanted).map(|(_, value)| value)
        };
        let word = part("done")?;
        let known = VERDICTS.iter().chain([&("proof", "附佐证")]);
        let (_, what) = known.into_iter().find(|(known, _)| *known == word)?;
        let of = part("of").filter(|of| is_id(of) && of != id);
        Some(Self {
            what,
            count: part("count").and_then(|n| n.parse().ok()).unwrap_or(1),
            of: of.map(|of| href(&of, filter)),
        })
    }
}

/// Ids are hex digits, and a prefix is enough.
fn is_id(id: &str) -> bool {
    (4..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What the visitor may not see is not there.
pub(super) fn find(desk: &Desk, id: &str) -> Result<Finding, Problem> {
    let mut finding = match is_id(id) {
        true => desk.store.finding(id)?,
        false => None,
    }
    .filter(|f| desk.visitor.sees(&f.unit))
    .ok_or(Problem::Missing("这个问题"))?;
    desk.shelf()?.temper(&mut finding);
    Ok(finding)
}

pub(super) fn href(id: &str, filter: &Filter) -> String {
    match filter.query() {
        query if query.is_empty() => format!("/findings/{id}"),
        query => format!("/findings/{id}?{query}"),
    }
}

/// Where decisions about a finding go; the filter is kept.
pub(super) fn action(id: &str, filter: &Filter) -> String {
    under(id, "decisions", filter)
}

fn under(id: &str, part: &str, filter: &Filter) -> String {
    match filter.query() {
        query if query.is_empty() => format!("/findings/{id}/{part}"),
        query => format!("/findings/{id}/{part}?{query}"),
    }
}

fn proof_line(id: &str, proof: &Proof) -> ProofLine {
    ProofLine {
        href: format!("/findings/{id}/proofs/{}", proof.hash),
        name: mask_text(&proof.name),
        about: format!(
            "{}，{}，{}，{}",
            proof.kind.ending().to_uppercase(),
            super::overview::size(&(proof.size as u64)),
            mask_text(&proof.by),
            minute(proof.at)
        ),
    }
}

/// The list a finding was opened from.
pub(super) fn list_href(filter: &Filter) -> String {
    match (&filter.probe, filter.query()) {
        (Some(id), _) => {
            let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
            format!("/probes/{id}")
        }
        (None, query) if query.is_empty() => "/findings".to_owned(),
        (None, query) => format!("/findings?{query}"),
    }
}

struct Notice {
    done: Option<Done>,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "finding.html")]
struct Page {
    frame: Frame,
    finding: Shown,
    unit: String,
    channel: String,
    also: Vec<String>,
    present: bool,
    text: Option<PageText>,
    evidence: Evidence,
    events: Vec<Event>,
    neighbours: Neighbours,
    action: String,
    list_href: String,
    form: DecisionForm,
    notice: Notice,
    known: usize,
    choices: Vec<(&'static str, &'static str)>,
    because: Option<String>,
    group: usize,
    due: Option<String>,
    overdue: bool,
    claimed: bool,
    /// The rule's name; empty when it has none.
    rule_name: String,
    default_due: String,
    may_unmask: bool,
    /// Where it is shown with its personal data, when it has any and the visitor may see it.
    unmasked: Option<String>,
    proofs: Vec<ProofLine>,
    /// Where a proof is brought, when the visitor may.
    proof_action: Option<String>,
    elsewhere: Vec<Elsewhere>,
    beside: Vec<Beside>,
    is_wechat: bool,
}

/// What is known of the snapshot.
struct Evidence {
    hash: Option<String>,
    fetched: String,
    status: u16,
    size: Option<usize>,
}

/// A file the unit brought.
struct ProofLine {
    href: String,
    name: String,
    about: String,
}

impl Page {
    fn new(
        desk: &Desk,
        finding: &Finding,
        filter: Filter,
        form: DecisionForm,
        notice: Notice,
    ) -> Result<Self, Problem> {
        let reading = read_snapshot(desk.store.as_ref(), finding)?;
        let document = reading.as_ref().and_then(|r| r.document.as_deref());
        let shown = Shown::of(finding, false);
        let proofs = proof::of(desk, finding)?;
        Ok(Self {
            frame: Frame::new(desk, Here::Findings, one_line(&shown.message)),
            unit: desk.names.unit(&finding.unit).to_owned(),
            channel: desk.names.channel(&finding.channel).to_owned(),
            also: finding
                .also
                .iter()
                .map(|u| crate::view::mask_url(u).into_owned())
                .collect(),
            present: finding.present,
            text: document.map(|d| PageText::new(d.text.plain(), &finding.hit, false)),
            evidence: Evidence {
                hash: shown
                    .snapshot
                    .clone()
                    .filter(|h| is_hash(h) && reading.is_some()),
                fetched: finding.snapshot.fetched.map_or(String::new(), minute),
                status: finding.snapshot.status,
                size: reading.as_ref().map(|r| r.bytes.len()),
            },
            events: events(finding, &proofs),
            neighbours: Neighbours::new(desk, &finding.fingerprint, &filter)?,
            choices: choices(desk, finding),
            because: because(desk, finding),
            group: group_size(desk, finding, &filter)?,
            due: finding.due().map(|d| d.to_string()),
            overdue: finding.is_overdue(desk.today()),
            claimed: finding.claim().is_some(),
            rule_name: desk
                .names
                .rules()
                .known(&finding.hit.rule)
                .unwrap_or_default()
                .to_owned(),
            default_due: super::findings::default_due(desk),
            may_unmask: desk.visitor.may(Right::Unmask),
            unmasked: (desk.visitor.may(Right::Unmask) && unmasked::is_masked(finding))
                .then(|| under(&finding.id, "unmasked", &filter)),
            proof_action: proof::is_wanted(desk, finding)
                .then(|| under(&finding.id, "proofs", &filter)),
            proofs: proofs.iter().map(|p| proof_line(&finding.id, p)).collect(),
            elsewhere: elsewhere(desk, finding)?,
            beside: beside(desk, finding, &filter)?,
            is_wechat: finding.kind == Some(duwang_model::Kind::WechatArticle)
                || finding.url().contains("://mp.weixin.qq.com/"),
            action: action(&finding.id, &filter),
            list_href: list_href(&filter),
            known: finding.decisions.len(),
            finding: shown,
            form,
            notice,
        })
    }

    fn link(&self) -> Option<&str> {
        self.finding.url.as_deref().and_then(web_link)
    }

    fn excerpt(&self) -> Option<PageText> {
        self.text.as_ref().map(|t| t.excerpt(AROUND, LINES))
    }

    /// The whole text when it is longer than the excerpt and short enough for a page.
    fn whole(&self) -> Option<&PageText> {
        let (text, excerpt) = (self.text.as_ref()?, self.excerpt()?);
        let whole = text.whole();
        let longer = whole.trim().len() > excerpt.whole().len();
        (longer && text.has_place() && whole.chars().count() <= WHOLE).then_some(text)
    }

    /// Which of the offered decisions want a reason.
    fn reason_hint(&self) -> String {
        let wants = |choice: &&(&str, &str)| WITH_REASON.contains(&choice.0);
        let names: Vec<&str> = self.choices.iter().filter(wants).map(|c| c.1).collect();
        match names.len() == self.choices.len() {
            true => "必须写".to_owned(),
            false => format!("{}必须写", names.join("、")),
        }
    }

    fn is_chosen(&self, word: &str) -> bool {
        self.form.verdict == word
    }
}
