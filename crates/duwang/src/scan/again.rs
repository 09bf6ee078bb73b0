//! Single pages read again because a unit says it has mended them: no list, no other page, no rule about the channel as a whole.

use super::recorder::Recorder;
use super::{crawler, desk, new_scan};
use crate::config::Config;
use crate::pipeline::{self, Lines, Place};
use duwang_crawl::{Purpose, Request, Turnstile};
use duwang_model::{Mode, Outcome, Region, Scan};
use duwang_store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Channel id and address of a page.
pub(crate) type PageName = (String, String);

/// What came of it.
pub(crate) struct Again {
    /// The scan that what was seen is remembered under.
    pub(crate) scan: String,
    /// What became of each page; one whose channel is not read any more is missing.
    pub(crate) outcomes: BTreeMap<PageName, Outcome>,
}

/// Reads these pages, one after the other: each asks for its permit as in any scan. Takes turns with other processes by `turns`, when there
/// are any that read.
pub(crate) async fn again(
    config: &Config,
    store: &Arc<dyn Store>,
    region: Region,
    pages: &BTreeSet<PageName>,
    turns: Option<Arc<dyn Turnstile>>,
) -> anyhow::Result<Again> {
    let rules = crate::rulebook::load(config.rules.as_deref(), &region.overlays)?;
    let rules = Arc::new(rules);
    let channels: BTreeSet<String> = pages.iter().map(|(channel, _)| channel.clone()).collect();
    let channels = channels.into_iter().collect();
    let scan = new_scan(&store.scans()?, Mode::Proof, channels, &rules, config.clock);
    store.begin_scan(&scan)?;
    let desk = desk(
        config,
        Arc::clone(store),
        Arc::new(region),
        Arc::new(crawler(config, turns)?),
        rules,
        Lines::of_process(&config.heavy),
        &scan.id,
    )?;
    let outcomes = visit_all(Arc::new(desk), store, pages).await?;
    let finished = Some(config.clock.now());
    store.save_scan(&Scan {
        finished,
        ..scan.clone()
    })?;
    Ok(Again {
        scan: scan.id,
        outcomes,
    })
}

async fn visit_all(
    desk: Arc<pipeline::Desk>,
    store: &Arc<dyn Store>,
    pages: &BTreeSet<PageName>,
) -> anyhow::Result<BTreeMap<PageName, Outcome>> {
    let recorder = Recorder::start(Arc::clone(store), &desk);
    let mut outcomes = BTreeMap::new();
    for page in pages {
        let (channel, url) = page;
        let Some(place) = place(&desk.region, channel) else {
            continue;
        };
        let place = Arc::new(place);
        let previous = store.page(channel, url)?;
        let request = Request::new(
            url.as_str(),
            Purpose::Page {
                column: None,
                title: String::new(),
                date: None,
            },
        );
        let visited = pipeline::visit(&desk, &place, request, previous, false).await;
        outcomes.insert(page.clone(), visited.record.outcome.clone());
        recorder.record(&place, visited, Vec::new()).await;
    }
    recorder.flush().await?;
    Ok(outcomes)
}

fn place(region: &Region, channel: &str) -> Option<Place> {
    region.units.iter().find_map(|unit| {
        let channel = unit.channels.iter().find(|c| c.id == channel)?;
        Some(Place {
            unit: unit.clone(),
            channel: channel.clone(),
        })
    })
}
