//! One finding: its place on the page, its history, and the form by which a person decides.

use super::filter::Filter;
use super::findings::{admitted, order};
use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::reviewer;
use super::snapshot::is_hash;
use super::{ConsoleState, Desk};
use crate::view::{PageText, Shown, mask_text, minute, one_line, read_snapshot, web_link};
use askama::Template;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use chrono::NaiveDate;
use duwang_model::{Decision, Finding, Verdict};
use serde::Deserialize;

/// Characters of the page shown around the place before the whole text is asked for.
const AROUND: usize = 220;
/// Lines of the page shown before and after the place.
const LINES: usize = 7;
/// Characters of the whole text put into the page; more is in the snapshot.
const WHOLE: usize = 100_000;
/// The longest reason kept, in characters.
const REASON: usize = 1_000;

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let query = query.unwrap_or_default();
    let filter = Filter::read(&query).map_err(Problem::Unclear)?;
    let form = DecisionForm {
        by: reviewer::remembered(&headers),
        ..DecisionForm::default()
    };
    state
        .answer(move |desk| {
            let finding = find(desk, &id)?;
            let done = done_words(&query);
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

pub(super) async fn decide(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Form(form): Form<DecisionForm>,
) -> Answer {
    let filter = Filter::read(&query.unwrap_or_default()).map_err(Problem::Unclear)?;
    state
        .answer(move |desk| {
            let finding = find(desk, &id)?;
            match form.decision(&finding, desk.now) {
                Ok(decision) => recorded(desk, &finding, &filter, decision, form.next.is_some()),
                Err(wrong) => {
                    let notice = Notice {
                        done: None,
                        wrong: Some(wrong),
                    };
                    let page = html(&Page::new(desk, &finding, filter, form, notice)?);
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
                }
            }
        })
        .await
}

/// What the reviewer's form says; everything may be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DecisionForm {
    by: String,
    verdict: String,
    reason: String,
    until: String,
    /// How many decisions the reviewer had seen.
    known: Option<usize>,
    /// Present when the next finding is wanted.
    next: Option<String>,
}

impl DecisionForm {
    /// The decision, or what is wrong with the form.
    fn decision(
        &self,
        finding: &Finding,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<Decision, String> {
        let by = reviewer::tidy(&self.by);
        if by.is_empty() {
            return Err("请填写复核人姓名。".to_owned());
        }
        if self
            .known
            .is_some_and(|known| known != finding.decisions.len())
        {
            return Err(
                "您打开页面之后，有人对这个问题作了新的决定。请看过下面的记录再定。".to_owned(),
            );
        }
        let reason: String = self.reason.trim().chars().take(REASON).collect();
        let verdict = self.verdict(finding, crate::view::day(at), &reason)?;
        Ok(Decision {
            finding: finding.id.clone(),
            verdict,
            by,
            at,
            reason,
        })
    }

    fn verdict(
        &self,
        finding: &Finding,
        today: NaiveDate,
        reason: &str,
    ) -> Result<Verdict, String> {
        let needs_reason = |verdict: Verdict, why: &str| {
            if reason.is_empty() {
                Err(why.to_owned())
            } else {
                Ok(verdict)
            }
        };
        match self.verdict.as_str() {
            "confirm" => Ok(Verdict::Confirm),
            "dismiss" => needs_reason(Verdict::Dismiss, "判为误报请写明理由，规则靠它改进。"),
            "waive" => {
                let until = self.day()?.ok_or("豁免请选定截止日期。")?;
                if until < today {
                    return Err("豁免的截止日期已经过去。".to_owned());
                }
                needs_reason(Verdict::Waive { until }, "豁免请写明理由。")
            }
            "assign" => Ok(Verdict::Assign { due: self.day()? }),
            "note" => needs_reason(Verdict::Note, "备注请写内容。"),
            "undo" if can_undo(finding) => Ok(Verdict::Undo),
            "undo" => Err("没有可以撤销的决定。".to_owned()),
            _ => Err("请先选一项处理。".to_owned()),
        }
    }

    fn day(&self) -> Result<Option<NaiveDate>, String> {
        let day = self.until.trim();
        if day.is_empty() {
            return Ok(None);
        }
        day.parse()
            .map(Some)
            .map_err(|_| "日期请按 2026-12-31 的样子填写。".to_owned())
    }
}

fn can_undo(finding: &Finding) -> bool {
    let mut standing = 0_usize;
    for decision in &finding.decisions {
        match decision.verdict {
            Verdict::Undo => standing = standing.saturating_sub(1),
            Verdict::Note | Verdict::Release => {}
            _ => standing += 1,
        }
    }
    standing > 0
}

/// Stores the decision and leads back to the finding, or on to the next one of the filter.
fn recorded(
    desk: &Desk,
    finding: &Finding,
    filter: &Filter,
    decision: Decision,
    wants_next: bool,
) -> Answer {
    let next = if wants_next {
        Neighbours::new(desk, finding, filter)?.next
    } else {
        None
    };
    let cookie = reviewer::cookie(&decision.by);
    let done = verdict_word(&decision.verdict);
    desk.store.decide(&[decision])?;
    let to = next.unwrap_or_else(|| href(&finding.id, filter));
    let separator = if to.contains('?') { '&' } else { '?' };
    let back = Redirect::to(&format!("{to}{separator}done={done}"));
    Ok(([(SET_COOKIE, cookie)], back).into_response())
}

fn verdict_word(verdict: &Verdict) -> &'static str {
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
    ("note", "备注"),
    ("undo", "撤销"),
];

/// What was just recorded; only our own words come back out of the address.
fn done_words(query: &str) -> Option<&'static str> {
    let (_, word) = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "done")?;
    VERDICTS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, name)| *name)
}

/// Ids are hex digits, and a prefix is enough.
fn find(desk: &Desk, id: &str) -> Result<Finding, Problem> {
    let plausible = (4..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit());
    let finding = if plausible {
        crate::trust::finding(desk.store.as_ref(), id)?
    } else {
        None
    };
    finding.ok_or(Problem::Missing("这个问题"))
}

fn href(id: &str, filter: &Filter) -> String {
    match filter.query() {
        query if query.is_empty() => format!("/findings/{id}"),
        query => format!("/findings/{id}?{query}"),
    }
}

struct Notice {
    done: Option<&'static str>,
    wrong: Option<String>,
}

/// The findings before and after this one in the filtered list, also when this one has just left it.
struct Neighbours {
    previous: Option<String>,
    next: Option<String>,
    position: Option<usize>,
    total: usize,
}

impl Neighbours {
    fn new(desk: &Desk, finding: &Finding, filter: &Filter) -> Result<Self, Problem> {
        let list = admitted(desk, filter)?;
        let at = list.partition_point(|f| order(f, &desk.names) < order(finding, &desk.names));
        let listed = list
            .get(at)
            .is_some_and(|f| f.fingerprint == finding.fingerprint);
        let link = |at: Option<usize>| at.and_then(|at| list.get(at)).map(|f| href(&f.id, filter));
        Ok(Self {
            previous: link(at.checked_sub(1)),
            next: link(Some(at + usize::from(listed))),
            position: listed.then_some(at + 1),
            total: list.len(),
        })
    }
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
    query: String,
    list_href: String,
    form: DecisionForm,
    notice: Notice,
    known: usize,
    can_undo: bool,
}

/// What is known of the snapshot.
struct Evidence {
    hash: Option<String>,
    fetched: String,
    status: u16,
    size: Option<usize>,
}

/// One line of the history.
struct Event {
    at: String,
    who: String,
    what: String,
    why: String,
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
        let query = filter.query();
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
            events: events(finding),
            neighbours: Neighbours::new(desk, finding, &filter)?,
            list_href: if query.is_empty() {
                "/findings".to_owned()
            } else {
                format!("/findings?{query}")
            },
            query,
            known: finding.decisions.len(),
            can_undo: can_undo(finding),
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

    fn action(&self) -> String {
        let query = if self.query.is_empty() {
            String::new()
        } else {
            format!("?{}", self.query)
        };
        format!("/findings/{}/decisions{query}", self.finding.id)
    }

    fn choices(&self) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
        let can_undo = self.can_undo;
        VERDICTS
            .iter()
            .filter(move |(word, _)| *word != "undo" || can_undo)
    }

    fn is_chosen(&self, word: &str) -> bool {
        self.form.verdict == word
    }
}

/// First seen, the decisions, last seen or gone, in the order of time.
fn events(finding: &Finding) -> Vec<Event> {
    let of_scan = |at, what: &str, scan: &str| Event {
        at: minute(at),
        who: "读网".to_owned(),
        what: what.to_owned(),
        why: if scan.is_empty() {
            String::new()
        } else {
            format!("批次 {scan}")
        },
    };
    let mut events = vec![(
        finding.first_seen,
        of_scan(finding.first_seen, "首次发现", &finding.first_scan),
    )];
    if finding.last_seen > finding.first_seen {
        let scan = if finding.present {
            finding.scan.as_str()
        } else {
            ""
        };
        events.push((
            finding.last_seen,
            of_scan(finding.last_seen, "最近一次看到", scan),
        ));
    }
    events.extend(finding.decisions.iter().map(|d| (d.at, decision_event(d))));
    events.sort_by_key(|(at, _)| *at);
    let mut events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
    if !finding.present {
        events.push(Event {
            at: String::new(),
            who: "读网".to_owned(),
            what: "再读时已不再出现".to_owned(),
            why: format!("批次 {}", finding.scan),
        });
    }
    events
}

fn decision_event(decision: &Decision) -> Event {
    let what = match &decision.verdict {
        Verdict::Waive { until } => format!("豁免至 {until}"),
        Verdict::Assign { due: Some(due) } => format!("交办，{due} 前整改"),
        verdict => verdict.chinese().to_owned(),
    };
    Event {
        at: minute(decision.at),
        who: mask_text(&one_line(&decision.by)),
        what,
        why: mask_text(&decision.reason),
    }
}
