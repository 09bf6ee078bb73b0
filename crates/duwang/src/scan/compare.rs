//! Comparing what the pages of a unit say of its office, and what it publishes in two places, across all its channels. Runs once after
//! every channel was walked: while some are still being read, what is found would depend on the order of arrival.

use super::Run;
use super::known::Known;
use crate::pipeline::Place;
use duwang_model::{
    Channel, ChannelFacts, ChannelKind, Finding, OutcomeKind, PageFacts, PageReading, Pages,
    Snapshot, Unit, Visit, reconcile,
};
use duwang_rules::Context;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Compares each unit that was walked and records what disagrees, at its website.
pub(super) async fn compare(run: &Arc<Run>, places: Vec<Place>) -> anyhow::Result<()> {
    for place in places {
        if place.channel.kind != ChannelKind::Website {
            continue;
        }
        let run2 = Arc::clone(run);
        let visit = tokio::task::spawn_blocking(move || judge(&run2, &place.unit, &place.channel))
            .await??;
        run.recorder.count(&visit.changes);
        run.recorder.store(visit).await;
    }
    run.recorder.flush().await
}

fn judge(run: &Run, unit: &Unit, channel: &Channel) -> anyhow::Result<Visit> {
    let mut keys = HashMap::new();
    // What stands nowhere else needs no comparing word by word.
    let has_others = unit.channels.len() > 1;
    let is_comparable = |facts: &PageFacts| {
        !facts.ties.contacts.is_empty() || has_others && !facts.ties.sentences.is_empty()
    };
    let (mut pages, mut elsewhere) = (Pages::default(), Pages::default());
    comparable(run, channel, is_comparable, &mut pages, &mut keys)?;
    for other in unit.channels.iter().filter(|c| c.id != channel.id) {
        comparable(run, other, is_comparable, &mut elsewhere, &mut keys)?;
    }
    let now = run.desk.clock.now();
    let entry = channel.entry.first().map_or("", String::as_str);
    let facts = ChannelFacts {
        pages,
        elsewhere,
        ..ChannelFacts::new(&channel.id, channel.kind, entry, now)
    };
    let context = Context {
        unit: Some(unit),
        region: Some(&run.desk.region),
        channel: channel.kind,
        now,
        judged_on: None,
    };
    let checked = run.desk.rules.compare(&facts, &context);
    let known = Known::of(run.desk.store.findings_of_channel(&channel.id)?);
    let mut by_page: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for hit in checked.hits {
        let url = hit.subject.url().to_owned();
        by_page.entry(url).or_default().push(hit);
    }
    let titles: HashMap<String, String> = facts
        .pages
        .iter()
        .chain(facts.elsewhere.iter())
        .filter(|p| by_page.contains_key(&p.url) || p.url == facts.entry)
        .map(|p| (p.url, p.title))
        .collect();
    let mut evidence = HashMap::new();
    for url in by_page.keys().chain(std::iter::once(&facts.entry)) {
        evidence.insert(
            url.clone(),
            snapshot(run, unit, keys.get(url).unwrap_or(url))?,
        );
    }
    let reading = |url: &str| PageReading {
        unit: &unit.id,
        channel: &channel.id,
        scan: &run.scan.id,
        now,
        title: titles.get(url).map_or("", String::as_str),
        kind: None,
        published: None,
        snapshot: evidence.get(url).cloned().unwrap_or_default(),
        hits: &[],
        may_close: &|_: &Finding| false,
    };
    let mut changes = Vec::new();
    for (url, hits) in &by_page {
        let own = PageReading {
            hits,
            ..reading(url)
        };
        changes.extend(reconcile(known.at(url), &own));
    }
    let unsaid = known.unsaid(&changes);
    let may_close = |f: &Finding| f.kind.is_none() && checked.ran.contains(&f.hit.rule);
    let last = PageReading {
        may_close: &may_close,
        ..reading(&facts.entry)
    };
    changes.extend(reconcile(&unsaid, &last));
    Ok(Visit {
        changes,
        ..Visit::default()
    })
}

/// Pages of a channel that say how to reach the office, or whose text may stand elsewhere too. `keys` learns under which URL those are
/// remembered that call themselves otherwise.
fn comparable(
    run: &Run,
    channel: &Channel,
    is_comparable: impl Fn(&PageFacts) -> bool,
    found: &mut Pages,
    keys: &mut HashMap<String, String>,
) -> anyhow::Result<()> {
    run.desk.store.each_sketch(&channel.id, &mut |page| {
        if page.check_only || page.outcome.kind == OutcomeKind::Missing {
            return;
        }
        let Some(facts) = page.facts.filter(&is_comparable) else {
            return;
        };
        if page.url != facts.url {
            keys.insert(facts.url.clone(), page.url);
        }
        found.push(facts);
    })?;
    Ok(())
}

/// The body a page was judged by, in whichever channel of the unit it stands.
fn snapshot(run: &Run, unit: &Unit, url: &str) -> anyhow::Result<Snapshot> {
    for channel in &unit.channels {
        if let Some(page) = run.desk.store.page(&channel.id, url)?
            && page.facts.is_some()
        {
            return Ok(Snapshot {
                hash: page.snapshot.unwrap_or_default(),
                fetched: page.read,
                status: page.status,
            });
        }
    }
    Ok(Snapshot::default())
}
