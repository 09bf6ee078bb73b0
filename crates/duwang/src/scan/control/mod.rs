//! A crawl that distrusts itself: before and after every run, pages whose faults are known go the way every page goes — network, robots.txt,
//! decoding, parsing, rules, the reader of files in its own process. A run that misses one of them withdraws itself: what it did not find
//! elsewhere proves nothing.

mod pages;

use crate::clock::Clock;
use crate::config::Config;
use crate::pipeline::{self, Desk, Lines, Place, Visited};
use anyhow::Context as _;
use chrono::{TimeZone as _, Utc};
use duwang_crawl::{Crawler, Policy, Purpose, Request};
use duwang_model::{ChannelCoverage, Controls, Outcome, OutcomeKind, Region, Scan, ScanSummary};
use duwang_rules::{RuleState, Rules};
use duwang_store::{Memory, Store};
use pages::{Fault, Page, Served};
use std::path::Path;
use std::sync::Arc;

/// Shows the control pages to the rules of a run, and counts what was not seen in them.
pub(crate) async fn measure(config: &Config, rules: &Arc<Rules>) -> anyhow::Result<Controls> {
    let pages = pages::load(config.rules.as_deref())?;
    let served = Served::start(&pages)
        .await
        .context("对照页在本机打不开（回环地址 127.0.0.1 不可用）")?;
    let (desk, place) = (Arc::new(desk(config, rules, &served)?), place(&served)?);
    let place = Arc::new(place);
    let mut controls = Controls::default();
    for page in &pages {
        let purpose = match page.is_file() {
            true => Purpose::Attachment,
            false => Purpose::Page {
                column: None,
                title: String::new(),
                date: None,
            },
        };
        let request = Request::new(served.url(&page.path), purpose);
        let visited = pipeline::visit(&desk, &place, request, None, false).await;
        count(&mut controls, page, rules, &visited);
    }
    Ok(controls)
}

fn count(controls: &mut Controls, page: &Page, rules: &Rules, visited: &Visited) {
    let is_active = |fault: &Fault| {
        let mut rules = rules.all().iter();
        rules.any(|r| r.state == RuleState::Active && fault.is_of(&r.id))
    };
    let hits = visited.judged.as_ref().map(|j| j.checked.hits.as_slice());
    for fault in page.fault.iter().filter(|f| is_active(f)) {
        controls.shown += 1;
        let mut all = hits.unwrap_or_default().iter();
        let is_seen = all.any(|hit| fault.is_of(&hit.rule) && fault.is_at(&hit.quote));
        if !is_seen {
            let why = match hits {
                Some(_) => "规则没有指出",
                None => visited.record.outcome.reason.as_str(),
            };
            controls.missed.push(format!(
                "{} {}（{}，{why}）",
                fault.rule, fault.quote, page.path
            ));
        }
    }
}

/// The rules of the run, and everything else as far from it as can be: a store in memory, a clock that stands still, loopback only.
fn desk(config: &Config, rules: &Arc<Rules>, served: &Served) -> anyhow::Result<Desk> {
    let policy = Policy {
        allow_private: true,
        rate: Some(0.0),
        ..Policy::default()
    };
    let aside = Config {
        ocr: false,
        render: false,
        clock: Clock::fixed(
            Utc.with_ymd_and_hms(2026, 11, 2, 2, 0, 0)
                .single()
                .unwrap_or_default(),
        ),
        ..config.clone()
    };
    super::desk(
        &aside,
        Arc::new(Memory::new()),
        Arc::new(region(served)?),
        Arc::new(Crawler::new(policy)?),
        Arc::clone(rules),
        Lines::of_process(&aside.heavy),
        "control",
    )
}

fn region(served: &Served) -> anyhow::Result<Region> {
    let text = format!(
        "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"control\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n\
         [[unit.channel]]\nkind = \"website\"\nentry = [\"{}\"]\n",
        served.url("/")
    );
    Ok(crate::units::parse(Path::new("对照页"), &text)?)
}

fn place(served: &Served) -> anyhow::Result<Place> {
    let unit = region(served)?.units.into_iter().next();
    let unit = unit.context("对照页没有单位")?;
    let channel = unit.channels.first().cloned();
    let channel = channel.context("对照页没有渠道")?;
    Ok(Place { unit, channel })
}

/// Ends a run that cannot trust itself before it asked anybody anything: every channel counts as unread, nothing remembered is touched.
pub(crate) fn withdraw(
    store: &dyn Store,
    scan: &Scan,
    region: &Region,
    controls: Controls,
    clock: Clock,
) -> anyhow::Result<ScanSummary> {
    let outcome = outcome(&controls);
    let chosen = region
        .units
        .iter()
        .flat_map(|u| &u.channels)
        .filter(|c| scan.channels.contains(&c.id));
    let channels = chosen.map(|channel| {
        let mut coverage = ChannelCoverage::new(&channel.unit, &channel.id);
        doubt(&mut coverage, &outcome);
        coverage
    });
    let summary = ScanSummary {
        scan: scan.id.clone(),
        mode: scan.mode.word().to_owned(),
        channels: channels.collect(),
        controls: Some(controls),
        ..ScanSummary::default()
    };
    let ended = Scan {
        finished: Some(clock.now()),
        summary: Some(summary.clone()),
        ..scan.clone()
    };
    store.save_scan(&ended)?;
    store.end_frontier(&scan.id)?;
    crate::meter::scan(&summary, clock.now().timestamp());
    Ok(summary)
}

/// Says of a channel that what was not found in it proves nothing.
pub(super) fn doubt(coverage: &mut ChannelCoverage, outcome: &Outcome) {
    coverage.complete = false;
    let channel = coverage.channel.clone();
    coverage.miss(&channel, outcome);
}

/// Why a run is withdrawn.
pub(crate) fn outcome(controls: &Controls) -> Outcome {
    let reason = format!(
        "本批作废：对照页上有已知的问题没有查出来，别处没有查出来也就不说明没有问题。漏掉的是：{}。请运行 duwang doctor、duwang rules test 找原因，改好后重新扫描",
        controls.missed.join("；")
    );
    Outcome::new(OutcomeKind::Unread, reason)
}
