//! Progress while a scan runs, and its summary when it has ended.

use super::coverage::{BY_A_PERSON, note_blind_spots};
use super::entry::blank_entries;
use super::{Run, control};
use duwang_crawl::ColumnReading;
use duwang_model::{
    Channel, ChannelCoverage, CheckedBefore, Controls, FindingCounts, NotSeen, Outcome,
    OutcomeKind, PageRecord, PageSketch, ScanSummary, State,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::{Position, Url};

/// Counters for the progress line, and what the walks noticed for the coverage statement.
pub(crate) struct Progress {
    channels: usize,
    channels_done: AtomicUsize,
    pages: AtomicUsize,
    queued: AtomicUsize,
    notes: Mutex<HashMap<String, Vec<(String, Outcome)>>>,
}

impl Progress {
    pub(crate) fn new(channels: usize) -> Self {
        Self {
            channels,
            channels_done: AtomicUsize::new(0),
            pages: AtomicUsize::new(0),
            queued: AtomicUsize::new(0),
            notes: Mutex::new(HashMap::new()),
        }
    }

    pub(crate) fn visited(&self, _page: &PageRecord, queued: usize) {
        self.pages.fetch_add(1, Ordering::Relaxed);
        self.queued.store(queued, Ordering::Relaxed);
    }

    /// What was noticed of a channel, taken out to be kept elsewhere.
    pub(crate) fn take_missed(&self, channel: &str) -> Vec<(String, Outcome)> {
        let taken = self.notes.lock().ok().and_then(|mut n| n.remove(channel));
        taken.unwrap_or_default()
    }

    /// What another process noticed of a channel.
    pub(crate) fn put_missed(&self, channel: &str, missed: Vec<(String, Outcome)>) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.insert(channel.to_owned(), missed);
        }
    }

    /// Whether every channel was read to its end.
    pub(crate) fn is_done(&self) -> bool {
        self.channels_done.load(Ordering::Relaxed) == self.channels
    }

    pub(crate) fn channel_done(&self) {
        self.channels_done.fetch_add(1, Ordering::Relaxed);
    }

    /// Lists that fell short and links that were not followed, each with its reason.
    pub(crate) fn note_columns(
        &self,
        channel: &str,
        columns: &[ColumnReading],
        dropped: &[(String, String)],
    ) {
        let mut missed = Vec::new();
        for column in columns.iter().filter(|c| !c.complete) {
            let what = format!("列表 {} {}", column.name, column.url);
            let reason = if column.notes.is_empty() {
                "未读到末页".to_owned()
            } else {
                column.notes.join("；")
            };
            missed.push((what, Outcome::new(OutcomeKind::Unread, reason)));
        }
        for (url, reason) in dropped {
            missed.push((
                url.clone(),
                Outcome::new(OutcomeKind::Refused, reason.clone()),
            ));
        }
        if let Ok(mut notes) = self.notes.lock() {
            notes.insert(channel.to_owned(), missed);
        }
    }
}

/// Shows a progress line every half second.
pub(super) async fn tick(run: Arc<Run>) {
    let mut beat = tokio::time::interval(Duration::from_millis(500));
    loop {
        beat.tick().await;
        let p = &run.progress;
        let (pages, queued) = (
            p.pages.load(Ordering::Relaxed),
            p.queued.load(Ordering::Relaxed),
        );
        let done = p.channels_done.load(Ordering::Relaxed);
        run.out.progress(format!(
            "渠道 {done}/{} · 已读 {pages} 页 · 待读约 {queued} · 命中 {}",
            p.channels,
            run.recorder.found()
        ));
    }
}

/// Adds everything up from what was recorded: the same numbers whether or not the scan was interrupted.
pub(super) fn finish(run: &Run, seconds: f64, controls: Controls) -> anyhow::Result<ScanSummary> {
    let withdrawn = controls.is_failed().then(|| control::outcome(&controls));
    let store = run.desk.store.as_ref();
    let mut summary = ScanSummary {
        scan: run.scan.id.clone(),
        mode: run.scan.mode.word().to_owned(),
        seconds,
        controls: Some(controls),
        ..ScanSummary::default()
    };
    for unit in &run.desk.region.units {
        for channel in unit
            .channels
            .iter()
            .filter(|c| run.scan.channels.contains(&c.id))
        {
            let mut coverage = ChannelCoverage::new(&unit.id, &channel.id);
            let mut entries = Entries::of(channel);
            let mut exempt = BTreeSet::new();
            let mut before = BTreeMap::new();
            store.each_sketch(&channel.id, &mut |page| {
                count_page(&run.scan.id, &mut summary, &mut coverage, &page);
                exempt.extend(exempt_host(run, &page));
                entries.meet(&run.scan.id, &page);
                note_checked(page, &mut before);
            })?;
            coverage.closed = entries.are_closed();
            note_exempt(&exempt, &mut coverage);
            note_before(before, &mut coverage);
            let today = crate::clock::day(run.desk.clock.now());
            note_blind_spots(channel, today, &mut coverage);
            coverage
                .notes
                .extend(run.desk.rules.unchecked().map(str::to_owned));
            note_missed(run, &channel.id, &mut coverage);
            for (url, outcome) in blank_entries(store, channel)? {
                note_blank(&url, &outcome, &mut coverage);
            }
            if run.scan.mode != duwang_model::Mode::Sample {
                super::suspect::note_suspect(store, &run.scan.id, &mut coverage)?;
            }
            if let Some(outcome) = &withdrawn {
                control::doubt(&mut coverage, outcome);
            }
            add_findings(run, &channel.id, &mut summary.findings)?;
            coverage
                .not_seen
                .sort_by(|a, b| (&a.outcome, &a.what).cmp(&(&b.outcome, &b.what)));
            summary.channels.push(coverage);
        }
    }
    let mut scan = run.scan.clone();
    scan.finished = Some(run.desk.clock.now());
    scan.summary = Some(summary.clone());
    store.save_scan(&scan)?;
    store.end_frontier(&scan.id)?;
    crate::meter::scan(&summary, run.desk.clock.now().timestamp());
    Ok(summary)
}

/// Whether anybody opened the doors of a channel.
struct Entries {
    urls: HashSet<String>,
    asked: usize,
    seen: usize,
}

impl Entries {
    fn of(channel: &Channel) -> Self {
        let entries = channel.entry.iter().filter_map(|e| Url::parse(e).ok());
        Self {
            urls: entries.map(|url| duwang_crawl::normalise(&url)).collect(),
            asked: 0,
            seen: 0,
        }
    }

    fn meet(&mut self, scan: &str, page: &PageSketch) {
        if page.scan == scan && self.urls.contains(&page.url) {
            self.asked += 1;
            self.seen += usize::from(page.outcome.is_seen());
        }
    }

    fn are_closed(&self) -> bool {
        self.asked > 0 && self.seen == 0
    }
}

fn count_page(
    scan: &str,
    summary: &mut ScanSummary,
    coverage: &mut ChannelCoverage,
    page: &PageSketch,
) {
    if page.scan != scan {
        coverage.carried +=
            usize::from(page.read.is_some() && !page.check_only && page.outcome.is_seen());
        return;
    }
    summary.requests += u64::from(page.requests);
    summary.bytes += page.bytes;
    if page.check_only {
        return;
    }
    summary.pages += 1;
    coverage.count(&page.url, &page.outcome);
    if page.outcome.is_seen() {
        tell_notes(page, coverage);
    }
    let unseen = matches!(
        page.outcome.kind,
        OutcomeKind::Blocked | OutcomeKind::Unreachable
    );
    coverage.complete &= !unseen;
}

/// Parts of a page or file that were left unread, and pages that were read in an unusual way.
fn tell_notes(page: &PageSketch, coverage: &mut ChannelCoverage) {
    for note in &page.notes {
        if note.contains("未读") {
            let part = Outcome::new(OutcomeKind::Unread, note.clone());
            coverage.miss(&page.url, &part);
        } else if coverage.notes.len() < 50 {
            coverage.notes.push(format!("{}：{note}", page.url));
        }
    }
}

/// The host of a page this scan asked for although robots.txt was not heeded there.
fn exempt_host(run: &Run, page: &PageSketch) -> Option<String> {
    if page.scan != run.scan.id || page.requests == 0 {
        return None;
    }
    let asked = [&page.url, &page.final_url];
    let mut urls = asked.iter().filter_map(|u| Url::parse(u).ok());
    let url = urls.find(|u| run.desk.crawler.is_robots_exempt(u))?;
    Some(url[Position::BeforeHost..Position::AfterPort].to_owned())
}

/// Whoever waives robots.txt says so in the coverage statement.
fn note_exempt(hosts: &BTreeSet<String>, coverage: &mut ChannelCoverage) {
    if !hosts.is_empty() {
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        coverage.notes.push(format!(
            "没有按 robots.txt 的限制：{}（列在配置 ignore_robots 里，应有网站主办单位的同意）",
            hosts.join("、")
        ));
    }
}

/// Pages by what the cards of checks before publishing say of them.
fn note_checked(page: PageSketch, before: &mut BTreeMap<CheckedBefore, Vec<String>>) {
    if let Some(checked) = page.checked_before.filter(|_| page.outcome.is_seen()) {
        before.entry(checked).or_default().push(page.url);
    }
}

/// Says how many pages passed before they were published, and names those that should make somebody look.
fn note_before(before: BTreeMap<CheckedBefore, Vec<String>>, coverage: &mut ChannelCoverage) {
    for (checked, mut urls) in before {
        urls.sort();
        let names_them = matches!(checked, CheckedBefore::Changed | CheckedBefore::Failed);
        let named = match names_them {
            true => format!(
                "：{}",
                urls.iter().take(20).cloned().collect::<Vec<_>>().join("、")
            ),
            false => String::new(),
        };
        coverage
            .notes
            .push(format!("{} {} 篇{named}", checked.chinese(), urls.len()));
    }
}

fn note_missed(run: &Run, channel: &str, coverage: &mut ChannelCoverage) {
    let missed = run
        .progress
        .notes
        .lock()
        .ok()
        .and_then(|mut n| n.remove(channel))
        .unwrap_or_default();
    for (what, outcome) in missed {
        coverage.complete &= outcome.kind == OutcomeKind::Refused;
        coverage.miss(&what, &outcome);
    }
    if coverage.seen == 0 {
        coverage.complete = false;
        if coverage.not_seen.is_empty() {
            coverage.miss(
                channel,
                &Outcome::new(OutcomeKind::Unread, "没有可读的入口或文章链接"),
            );
        }
    }
    if run.scan.mode == duwang_model::Mode::Sample {
        coverage.complete = false;
        coverage.miss(
            "其余页面",
            &Outcome::new(OutcomeKind::Refused, "抽查只读所抽页面"),
        );
    }
}

/// An entry that shows nothing: the rest may be there all the same.
fn note_blank(url: &str, outcome: &Outcome, coverage: &mut ChannelCoverage) {
    coverage.complete = false;
    if !coverage.not_seen.iter().any(|missed| missed.what == url) {
        coverage.miss(url, outcome);
    }
}

/// Findings of this scan by what happened to them, from their rows.
pub(super) fn add_findings(
    run: &Run,
    channel: &str,
    counts: &mut FindingCounts,
) -> anyhow::Result<()> {
    let id = &run.scan.id;
    let (mut back, before) = (0, counts.reopened);
    for finding in run
        .desk
        .store
        .findings_of_channel(channel)?
        .iter()
        .filter(|f| f.scan == *id)
    {
        match (finding.present, finding.first_scan == *id) {
            (false, _) => counts.fixed += 1,
            (true, true) => counts.new += 1,
            (true, false) if finding.state == State::Reopened => back += 1,
            (true, false) => counts.persisting += 1,
        }
    }
    // A finding re-opened in an earlier scan and still there counts as persisting.
    let reopened_now = run.recorder.reopened().saturating_sub(before).min(back);
    counts.reopened += reopened_now;
    counts.persisting += back - reopened_now;
    Ok(())
}

/// Whether some channel could not be read at all, or the run withdrew itself: exit code 3.
pub fn some_channel_unread(summary: &ScanSummary) -> bool {
    // What a person looks at by plan, and is not due, is no failure.
    let is_planned = |c: &ChannelCoverage| {
        let refused = OutcomeKind::Refused.word();
        let is_later = |n: &NotSeen| n.outcome == refused && n.reason.starts_with(BY_A_PERSON);
        !c.not_seen.is_empty() && c.not_seen.iter().all(is_later)
    };
    let is_withdrawn = summary.controls.as_ref().is_some_and(Controls::is_failed);
    is_withdrawn
        || summary
            .channels
            .iter()
            .any(|c| c.closed || c.seen == 0 && c.carried == 0 && !is_planned(c))
}
