//! Links that lead nowhere, each with one place where it stands.

use duwang_model::{DeadLink, LinkRef, OutcomeKind, PageRecord, PageSketch};
use duwang_store::{Store, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};

/// From so many addresses on that a host does not answer at, and none at which it does, the host is down: one fault, not thousands.
const HOST_IS_DOWN: usize = 10;

/// What failed twice, and which hosts answered.
#[derive(Default)]
pub(super) struct Dead {
    failures: BTreeMap<String, Failure>,
    /// Hosts that said anything in this scan.
    answering: HashSet<String>,
}

struct Failure {
    /// In Chinese.
    reason: String,
    /// Nobody answered there; otherwise somebody said that there is nothing.
    is_silent: bool,
}

impl Dead {
    /// Notes what became of a page of this channel.
    pub(super) fn take(&mut self, scan: &str, page: &PageSketch) {
        let kind = page.outcome.kind;
        if page.scan == scan && kind != OutcomeKind::Unreachable {
            self.note_answer(&page.url);
        }
        // Called dead only after two failures at two times.
        if page.failures < 2 || !page.outcome.is_worth_another_look() {
            return;
        }
        let failure = Failure {
            reason: page.outcome.reason.clone(),
            is_silent: kind == OutcomeKind::Unreachable,
        };
        self.failures.insert(page.url.clone(), failure);
    }

    fn note_answer(&mut self, url: &str) {
        let host = host_of(url);
        if !self.answering.contains(host) {
            self.answering.insert(host.to_owned());
        }
    }

    /// Each dead target (or host) with the smallest page that links to it, whatever order the pages come in; and the lists that nothing led to
    /// in this scan: what they say may long be gone, and proves nothing.
    pub(super) fn links(
        &self,
        store: &dyn Store,
        channel: &str,
        scan: &str,
    ) -> Result<(Vec<DeadLink>, Vec<String>), StoreError> {
        if self.failures.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let mut unseen = Vec::new();
        let down = self.hosts_down();
        let mut found: BTreeMap<&str, DeadLink> = BTreeMap::new();
        store.each_page(channel, &mut |page| {
            if !page.outcome.is_seen() {
                return;
            }
            if page.scan != scan && page.is_list() {
                return unseen.push(page.url);
            }
            for link in &page.links {
                let Some((target, failure)) = self.failures.get_key_value(&link.url) else {
                    continue;
                };
                let host = host_of(target);
                let (key, reason) = match down.get(host) {
                    Some(many) => (host, all_of(host, *many, &failure.reason)),
                    None => (target.as_str(), failure.reason.clone()),
                };
                let this = dead_link(&page, link, reason);
                match found.get_mut(key) {
                    None => drop(found.insert(key, this)),
                    Some(known) => keep_smaller(known, this),
                }
            }
        })?;
        Ok((found.into_values().collect(), unseen))
    }

    /// Hosts that are down, with how many of their addresses failed.
    fn hosts_down(&self) -> HashMap<&str, usize> {
        let mut failed: HashMap<&str, usize> = HashMap::new();
        for (url, _) in self.failures.iter().filter(|(_, f)| f.is_silent) {
            *failed.entry(host_of(url)).or_default() += 1;
        }
        failed.retain(|host, many| *many >= HOST_IS_DOWN && !self.answering.contains(*host));
        failed
    }
}

fn dead_link(page: &PageRecord, link: &LinkRef, reason: String) -> DeadLink {
    let title = page.facts.as_ref().map(|f| f.title.clone());
    DeadLink {
        page: page.url.clone(),
        page_title: title.unwrap_or_default(),
        target: link.url.clone(),
        text: link.text.clone(),
        role: link.role,
        reason,
        others: 0,
    }
}

fn keep_smaller(known: &mut DeadLink, this: DeadLink) {
    let others = known.others + 1;
    if (&this.target, &this.page) < (&known.target, &known.page) {
        *known = this;
    }
    known.others = others;
}

fn all_of(host: &str, many: usize, reason: &str) -> String {
    format!("{host} 的 {many} 个地址都打不开：{reason}")
}

/// The host and port of an address.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
