//! Closing a channel: rules about the whole of it, moved pages, and the second half of every report — what was not seen.

use super::dead::Dead;
use super::entry::blank_entries;
use super::known::Known;
use super::{Run, coverage, moved, twins};
use crate::pipeline::Place;
use duwang_crawl::ColumnReading;
use duwang_model::{
    Certainty, Channel, ChannelFacts, ChannelKind, ColumnClass, ColumnFacts, Finding, GonePage,
    Hit, Kind, Level, LinkRef, LinkRole, Mode, NamedLink, OutcomeKind, PageFacts, PageFault,
    PageReading, PageSketch, Pages, Snapshot, Ties, Visit, reconcile,
};
use duwang_rules::Context;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What the records of a channel tell once its pages were visited.
struct Survey {
    facts: ChannelFacts,
    /// Looked at, but neither proved alive nor dead: nothing about them may be closed.
    undetermined: HashSet<String>,
}

/// What a page was when it was read: the evidence of what is said of it.
#[derive(Default)]
struct Witness {
    title: String,
    snapshot: Snapshot,
}

/// Runs the channel-level rules and records what they say.
pub(super) async fn close(
    run: &Arc<Run>,
    place: &Arc<Place>,
    columns: Vec<ColumnReading>,
    dropped: Vec<(String, String)>,
) -> anyhow::Result<()> {
    run.progress
        .note_columns(&place.channel.id, &columns, &dropped);
    let (run2, place2) = (Arc::clone(run), Arc::clone(place));
    let visit =
        tokio::task::spawn_blocking(move || judge_channel(&run2, &place2, columns)).await??;
    run.recorder.count(&visit.changes);
    run.recorder.store(visit).await;
    run.recorder.flush().await?;
    let (run2, place2) = (Arc::clone(run), Arc::clone(place));
    let moved = tokio::task::spawn_blocking(move || {
        moved::moved(run2.desk.store.as_ref(), &run2.scan.id, &place2.channel.id)
    })
    .await??;
    run.recorder.store(moved).await;
    run.recorder.flush().await?;
    if place.channel.kind != ChannelKind::Wechat {
        return Ok(());
    }
    let (run2, place2) = (Arc::clone(run), Arc::clone(place));
    let merged = tokio::task::spawn_blocking(move || {
        twins::merged(run2.desk.store.as_ref(), &place2.channel.id)
    })
    .await??;
    run.recorder.store(merged).await;
    run.recorder.flush().await
}

fn judge_channel(run: &Run, place: &Place, columns: Vec<ColumnReading>) -> anyhow::Result<Visit> {
    let survey = survey(run, place, columns)?;
    let context = Context {
        unit: Some(&place.unit),
        region: Some(&run.desk.region),
        channel: place.channel.kind,
        now: run.desk.clock.now(),
        judged_on: None,
    };
    let mut checked = run.desk.rules.check_channel(&survey.facts, &context);
    let hits = std::mem::take(&mut checked.hits);
    let existing = run.desk.store.findings_of_channel(&place.channel.id)?;
    let may_close = |f: &Finding| {
        checked.ran.contains(&f.hit.rule)
            && f.kind.is_none()
            && !survey.undetermined.contains(&f.hit.key)
            && !survey.undetermined.contains(f.url())
            && !checked.is_unjudged(&f.hit.rule, f.url())
    };
    let known = Known::of(existing);
    let mut changes = Vec::new();
    for (url, hits) in by_subject(hits) {
        let witness = witness(run, place, &survey, &url)?;
        let reading = reading(run, place, &witness, &hits, &|_| false);
        changes.extend(reconcile(known.at(&url), &reading));
    }
    let unsaid = known.unsaid(&changes);
    let entry = witness(run, place, &survey, &survey.facts.entry)?;
    let closed = reconcile(&unsaid, &reading(run, place, &entry, &[], &may_close));
    changes.extend(closed);
    Ok(Visit {
        changes,
        ..Visit::default()
    })
}

fn by_subject(hits: Vec<Hit>) -> BTreeMap<String, Vec<Hit>> {
    let mut grouped: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
    for hit in hits {
        grouped
            .entry(hit.subject.url().to_owned())
            .or_default()
            .push(hit);
    }
    grouped
}

fn reading<'a>(
    run: &'a Run,
    place: &'a Place,
    witness: &'a Witness,
    hits: &'a [Hit],
    may_close: &'a dyn Fn(&Finding) -> bool,
) -> PageReading<'a> {
    PageReading {
        unit: &place.unit.id,
        channel: &place.channel.id,
        scan: &run.scan.id,
        now: run.desk.clock.now(),
        title: &witness.title,
        kind: None,
        published: None,
        snapshot: witness.snapshot.clone(),
        hits,
        may_close,
    }
}

/// The page as it was read; what was not read is shown by the entry.
fn witness(run: &Run, place: &Place, survey: &Survey, url: &str) -> anyhow::Result<Witness> {
    let known = |url: &str| -> anyhow::Result<Option<Witness>> {
        let page = run.desk.store.page(&place.channel.id, url)?;
        Ok(page.filter(|p| p.facts.is_some()).map(|page| Witness {
            title: page.facts.map(|f| f.title).unwrap_or_default(),
            snapshot: Snapshot {
                hash: page.snapshot.unwrap_or_default(),
                fetched: page.read,
                status: page.status,
            },
        }))
    };
    if let Some(page) = known(url)? {
        return Ok(page);
    }
    let snapshot = known(&survey.facts.entry)?.unwrap_or_default().snapshot;
    Ok(Witness {
        title: String::new(),
        snapshot,
    })
}

fn survey(run: &Run, place: &Place, columns: Vec<ColumnReading>) -> anyhow::Result<Survey> {
    let channel = &place.channel;
    let mut records = Records::default();
    let store = run.desk.store.as_ref();
    let twins = match channel.kind {
        ChannelKind::Wechat => twins::second_addresses(store, &channel.id)?,
        _ => HashMap::new(), // only articles of accounts have several addresses
    };
    store.each_sketch(&channel.id, &mut |page| {
        if !twins.contains_key(&page.url) {
            records.take(&run.scan.id, page);
        }
    })?;
    let entry = channel
        .entry
        .first()
        .or(channel.articles.first())
        .cloned()
        .unwrap_or_default();
    let entry = duwang_crawl::normalised(&entry);
    let complete = run.scan.mode != Mode::Sample
        && coverage::names_everything(channel)
        && columns.iter().all(|c| c.complete)
        && !records.ground_missing
        && !records.facts.is_empty()
        && blank_entries(store, channel)?.is_empty();
    let (dead_links, unseen) = records.dead.links(store, &channel.id, &run.scan.id)?;
    records.undetermined.extend(unseen);
    let facts = ChannelFacts {
        channel: channel.id.clone(),
        kind: channel.kind,
        entry_links: entry_links(run, place, &entry)?,
        entry,
        now: run.desk.clock.now(),
        complete,
        pages: records.facts,
        columns: columns
            .into_iter()
            .filter(|_| channel.kind == ChannelKind::Website)
            .map(column_facts)
            .collect(),
        dead_links,
        site: is_site(channel),
        gone: records.gone,
        unread: records.unread,
        readings: readings(run, place)?,
        faults: faults(run, place)?,
        named_links: records.named_links,
        elsewhere: Pages::default(),
    };
    Ok(Survey {
        facts,
        undetermined: records.undetermined,
    })
}

/// Links of the entry page, its navigation among them.
fn entry_links(run: &Run, place: &Place, entry: &str) -> anyhow::Result<Vec<NamedLink>> {
    let page = run.desk.store.page(&place.channel.id, entry)?;
    let links = page.into_iter().flat_map(|page| page.links);
    let leads = |link: &LinkRef| link.role != LinkRole::Footer;
    let named = |link: LinkRef| NamedLink {
        page: entry.to_owned(),
        target: link.url,
        text: link.text,
    };
    Ok(links.filter(leads).map(named).collect())
}

/// A site of its own: everything below the root of a host belongs to it.
fn is_site(channel: &Channel) -> bool {
    let is_root = |scope: &String| {
        let path = scope.split_once("://").map_or("", |(_, rest)| rest);
        path.find('/').is_none_or(|at| at + 1 == path.len())
    };
    channel.kind == ChannelKind::Website && channel.scope.iter().any(is_root)
}

/// When all lists of the channel were read to their end in earlier scans.
fn readings(run: &Run, place: &Place) -> anyhow::Result<Vec<chrono::DateTime<chrono::Utc>>> {
    let scans = run.desk.store.scans()?;
    let read_all = |scan: &duwang_model::Scan| {
        let summary = scan.summary.as_ref()?;
        let mut channels = summary.channels.iter();
        let complete = channels.any(|c| c.channel == place.channel.id && c.complete);
        // A page first seen in that very scan was there when the lists were read: only what came after its end is late. What was
        // published while it ran may have been missed; the rule's tolerance covers that.
        scan.finished
            .filter(|_| scan.mode != Mode::Sample && complete)
    };
    Ok(scans.iter().filter_map(read_all).collect())
}

/// What is open against the pages of the channel and is more than a question.
fn faults(run: &Run, place: &Place) -> anyhow::Result<Vec<PageFault>> {
    let findings = run.desk.store.findings_of_channel(&place.channel.id)?;
    let mut faults: Vec<PageFault> = findings
        .into_iter()
        .filter(|f| f.kind.is_some() && f.is_live())
        .filter(|f| f.hit.level != Level::Hint && f.hit.certainty != Certainty::Ask)
        .map(|f| PageFault {
            rule: f.hit.rule.clone(),
            url: f.url().to_owned(),
            title: f.page_title.clone(),
            level: f.hit.level,
        })
        .collect();
    faults.sort_by(|a, b| (&a.rule, &a.url).cmp(&(&b.rule, &b.url)));
    Ok(faults)
}

fn column_facts(column: ColumnReading) -> ColumnFacts {
    ColumnFacts {
        url: column.url,
        name: column.name,
        class: column.class.unwrap_or(ColumnClass::Other),
        update_days: column.update_days,
        exempt_until: column.exempt_until,
        exempt_proof: column.exempt_proof,
        complete: column.complete,
        top: column.top,
        items: column.items,
        empty_text: column.empty_text,
    }
}

#[derive(Default)]
struct Records {
    facts: Pages,
    dead: Dead,
    undetermined: HashSet<String>,
    gone: Vec<GonePage>,
    unread: HashSet<String>,
    /// Links whose text is a title.
    named_links: Vec<NamedLink>,
    /// A list or entry of this channel could not be read: what is missing may be there.
    ground_missing: bool,
}

impl Records {
    fn take(&mut self, scan: &str, page: PageSketch) {
        self.dead.take(scan, &page);
        let is_dead = page.failures >= 2 && page.outcome.is_worth_another_look();
        if !is_dead && !page.outcome.is_seen() {
            self.undetermined.insert(page.url.clone());
        }
        if page.check_only {
            return;
        }
        let unseen = matches!(
            page.outcome.kind,
            OutcomeKind::Blocked | OutcomeKind::Unreachable
        );
        self.ground_missing |= unseen && page.scan == scan;
        if page.outcome.kind == OutcomeKind::Unread {
            self.unread.insert(page.url.clone());
        }
        if page.outcome.kind == OutcomeKind::Missing {
            self.gone.push(GonePage {
                title: page.facts.map(|f| f.title).unwrap_or_default(),
                url: page.url,
                reason: page.outcome.reason,
            });
            return;
        }
        for link in page.named {
            self.named_links.push(NamedLink {
                page: page.url.clone(),
                target: link.url,
                text: link.text,
            });
        }
        if let Some(mut facts) = page.facts {
            facts.first_seen = Some(page.first_seen);
            self.facts.push(slim(facts));
        }
    }
}

/// What channel rules need of ordinary pages is little; the links and citations of the others would only fill memory.
fn slim(mut facts: PageFacts) -> PageFacts {
    let linked = matches!(
        facts.kind,
        Kind::Policy
            | Kind::Interpretation
            | Kind::Solicitation
            | Kind::SolicitationResult
            | Kind::Guide
            | Kind::AnnualReport
    );
    if !linked {
        facts.ties = Ties::default();
    } else if !facts.ties.contacts.is_empty() || !facts.ties.sentences.is_empty() {
        // Compared once all channels are read, see `compare`.
        facts.ties.contacts = Vec::new();
        facts.ties.sentences = Vec::new();
    }
    facts
}
