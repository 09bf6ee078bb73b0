//! Which rules can be sampled, and one sample.

use super::act::confirmed;
use super::{Probe, Standing, barred_until, candidates, every, own, running, sampled};
use crate::console::filter::Filter;
use crate::console::findings::{Row, default_due, row};
use crate::console::frame::{Frame, Here};
use crate::console::problem::{Answer, Problem, html};
use crate::console::{ConsoleState, Desk};
use crate::people::Visitor;
use crate::register::Group;
use crate::view::minute;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use std::sync::Arc;

pub(in crate::console) async fn choose(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
) -> Answer {
    let filter = Filter::read(&query.unwrap_or_default()).map_err(Problem::Unclear)?;
    state
        .answer(visitor, move |desk| Ok(html(&Offers::new(desk, &filter)?)))
        .await
}

pub(in crate::console) async fn show(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Answer {
    state
        .answer(visitor, move |desk| Ok(html(&Page::new(desk, &id)?)))
        .await
}

#[derive(Template)]
#[template(path = "probes.html")]
struct Offers {
    frame: Frame,
    query: String,
    offers: Vec<Offer>,
    mine: Vec<Mine>,
}

/// A rule of the list that can be sampled.
struct Offer {
    rule: String,
    /// Its name, or its id.
    name: String,
    count: usize,
    all: usize,
    sample: usize,
    /// Until when it must be looked at one by one.
    barred: Option<String>,
    running: Option<String>,
}

/// A sample of the visitor's.
struct Mine {
    id: String,
    rule: String,
    at: String,
    words: String,
}

impl Offers {
    fn new(desk: &Desk, filter: &Filter) -> Result<Self, Problem> {
        let probes = every(desk)?;
        let shelf = desk.shelf()?;
        let mut offers = Vec::new();
        for (rule, found) in candidates(desk, &shelf, filter)? {
            let all = found.len().min(Probe::MOST);
            offers.push(Offer {
                count: found.len(),
                all,
                sample: Probe::sample_size(all),
                barred: barred_until(desk, &probes, &rule)?.map(minute),
                running: running(desk, &probes, &rule)?.map(|p| p.id.clone()),
                name: desk.names.rule(&rule).to_owned(),
                rule,
            });
        }
        offers.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.rule.cmp(&b.rule)));
        let mut mine = Vec::new();
        for probe in probes.into_iter().filter(|p| p.by == desk.visitor.name) {
            mine.push(Mine {
                words: words(&super::standing(desk, &probe)?),
                at: minute(probe.at),
                id: probe.id,
                rule: desk.names.rule(&probe.rule).to_owned(),
            });
        }
        mine.sort_by(|a, b| b.at.cmp(&a.at));
        Ok(Self {
            frame: Frame::new(desk, Here::Findings, "抽样确认"),
            query: filter.on_page(1).query(),
            offers,
            mine,
        })
    }
}

fn words(standing: &Standing) -> String {
    match standing {
        Standing::Looking(left) => format!("还有 {left} 条没有看"),
        Standing::Failed(_) => "样本里有不成立的，已终止".to_owned(),
        Standing::Passed => "样本都已确认，其余等您决定".to_owned(),
        Standing::Done(at) => format!("{} 一并确认", minute(*at)),
        Standing::Stale => "已过 12 小时，作废".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "probe.html")]
struct Page {
    frame: Frame,
    probe: Probe,
    /// The rule's name, or its id.
    rule: String,
    at: String,
    standing: Standing,
    rows: Vec<Row>,
    /// How many of the rest may be confirmed, or were.
    rest: usize,
    /// The finding that failed, and why.
    failed: Option<(String, String)>,
    due: String,
}

impl Page {
    fn new(desk: &Desk, id: &str) -> Result<Self, Problem> {
        let (_, probe) = own(desk, id)?;
        let found = sampled(desk, &probe)?;
        let standing = probe.standing(&found, desk.now);
        let filter = Filter::of_probe(id);
        let shelf = desk.shelf()?;
        let mut rows = Vec::new();
        for fingerprint in &probe.sample {
            let Some(head) = shelf.get(fingerprint).map(Arc::clone) else {
                continue;
            };
            let group = Group {
                head,
                count: 1,
                units: 1,
            };
            rows.extend(row(desk, &shelf, &group, &filter)?);
        }
        let failed = match &standing {
            Standing::Failed(fingerprint) => found.iter().find(|f| f.fingerprint == *fingerprint),
            _ => None,
        };
        let failed = failed.map(|f| {
            let why = f.decisions.last().map_or("", |d| d.reason.as_str());
            let why = crate::view::mask_text(why);
            (crate::console::finding::href(&f.id, &filter), why)
        });
        let rest = match standing {
            Standing::Done(_) => confirmed(desk, &probe)?.len(),
            _ => probe.rest().count(),
        };
        Ok(Self {
            frame: Frame::new(desk, Here::Findings, "抽样确认"),
            at: minute(probe.at),
            due: default_due(desk),
            standing,
            rows,
            rest,
            failed,
            rule: desk.names.rule(&probe.rule).to_owned(),
            probe,
        })
    }

    fn looked(&self) -> usize {
        self.rows.iter().filter(|r| r.looked).count()
    }
}
