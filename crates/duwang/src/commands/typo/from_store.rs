//! `duwang typo learn --from-store`: the pages of the latest reading that people have nothing against teach how this city writes. A page
//! that changed teaches what it says now; one with an open finding, or that is gone, is unlearned.

use super::learn::{folder, main_text, told};
use super::ledger::{Learned, PageTaught};
use crate::closure::MACHINE;
use crate::commands::App;
use crate::out::Out;
use duwang_model::{Finding, FindingFilter, PageRecord, State, Verdict, body_name};
use duwang_page::{Hints, Reading, Source};
use duwang_store::Store;
use std::collections::{BTreeMap, HashSet};

/// Learns, or with `forget` takes back, what the store's pages taught.
pub(super) fn run(app: &App, forget: bool, out: &Out) -> anyhow::Result<u8> {
    let mut learned = Learned::open(folder(&app.config)?)?;
    let clean = match forget {
        true => BTreeMap::new(),
        false => clean(app, &judged(app.store.as_ref())?)?,
    };
    let change = bring(&mut learned, app.store.as_ref(), &clean)?;
    learned.save()?;
    out.print(format!(
        "学了 {} 篇，忘掉 {} 篇，{} 篇学过的没有变；{}\n",
        change.learned,
        change.forgotten,
        change.kept,
        told(&learned)
    ));
    Ok(0)
}

/// What people said of the findings.
#[derive(Default)]
struct Judged {
    /// Addresses something stands against.
    faulty: HashSet<String>,
    /// Units of which somebody decided on findings.
    reviewed: HashSet<String>,
}

fn judged(store: &dyn Store) -> anyhow::Result<Judged> {
    let mut judged = Judged::default();
    for finding in store.findings(&FindingFilter::default())? {
        if finding.decisions.iter().any(|d| {
            d.by != MACHINE
                && matches!(
                    d.verdict,
                    Verdict::Confirm
                        | Verdict::Dismiss
                        | Verdict::Waive { .. }
                        | Verdict::Assign { .. }
                )
        }) {
            judged.reviewed.insert(finding.unit.clone());
        }
        if stands(&finding) {
            judged.faulty.insert(finding.url().to_owned());
            judged.faulty.extend(finding.also);
        }
    }
    Ok(judged)
}

/// What is waived is no model either: somebody tolerates it, nobody called it right.
fn stands(finding: &Finding) -> bool {
    finding.is_live() || finding.state == State::Waived
}

/// A page as far as it may teach.
struct Page {
    url: String,
    body: String,
    content_type: Option<String>,
}

/// Every page that may teach, by channel and address.
fn clean(app: &App, judged: &Judged) -> anyhow::Result<BTreeMap<String, Page>> {
    let region = app.region();
    let units = region.units.iter();
    let reviewed = units.filter(|u| judged.reviewed.contains(&u.id));
    let mut clean = BTreeMap::new();
    for channel in reviewed.flat_map(|u| &u.channels) {
        app.store.each_page(&channel.id, &mut |page| {
            let is_faulty = [&page.url, &page.final_url]
                .iter()
                .any(|url| judged.faulty.contains(*url));
            if is_article(&page)
                && !is_faulty
                && let Some(body) = page.snapshot
            {
                let key = format!("{} {}", channel.id, page.url);
                let content_type = content_type(page.headers);
                let url = page.url;
                clean.insert(
                    key,
                    Page {
                        url,
                        body,
                        content_type,
                    },
                );
            }
        })?;
    }
    Ok(clean)
}

/// Whether it was read, and is more than a list of others.
fn is_article(page: &PageRecord) -> bool {
    page.outcome.is_seen() && !page.check_only && !page.is_list()
}

fn content_type(headers: Vec<(String, String)>) -> Option<String> {
    let mut headers = headers.into_iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    found.map(|(_, value)| value)
}

struct Change {
    learned: usize,
    forgotten: usize,
    kept: usize,
}

/// Brings what is known to what these pages teach.
fn bring(
    learned: &mut Learned,
    store: &dyn Store,
    clean: &BTreeMap<String, Page>,
) -> anyhow::Result<Change> {
    let is_kept = |key: &String, taught: &PageTaught| {
        clean.get(key).is_some_and(|page| page.body == taught.body)
    };
    let pages = std::mem::take(&mut learned.ledger.pages);
    let (kept, gone): (BTreeMap<_, _>, BTreeMap<_, _>) = pages
        .into_iter()
        .partition(|(key, taught)| is_kept(key, taught));
    let change = (kept.len(), gone.len());
    learned.ledger.pages = kept;
    if !unlearn(learned, store, &gone)? {
        learned.begin_anew();
    }
    for (key, page) in clean {
        if learned.ledger.pages.contains_key(key) {
            continue;
        }
        let content_type = page.content_type.as_deref();
        if let Some(text) = text(store, &page.body, &page.url, content_type)? {
            learned.supplement.learn(&text);
            let taught = PageTaught {
                url: page.url.clone(),
                body: page.body.clone(),
                content_type: page.content_type.clone(),
                text: body_name(text.as_bytes()),
            };
            learned.ledger.pages.insert(key.clone(), taught);
        }
    }
    let (kept, forgotten) = change;
    Ok(Change {
        learned: learned.ledger.pages.len().saturating_sub(kept),
        forgotten,
        kept,
    })
}

/// Takes back what these pages taught; `false` when it cannot be had again word for word, and all the others are to be learned anew.
fn unlearn(
    learned: &mut Learned,
    store: &dyn Store,
    gone: &BTreeMap<String, PageTaught>,
) -> anyhow::Result<bool> {
    for taught in gone.values() {
        let content_type = taught.content_type.as_deref();
        let text = text(store, &taught.body, &taught.url, content_type)?;
        match text.filter(|text| body_name(text.as_bytes()) == taught.text) {
            Some(text) => learned.supplement.forget(&text),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// The main text of a web page whose body the store keeps. Files are left out: what a program makes of them is not all that they say.
fn text(
    store: &dyn Store,
    body: &str,
    url: &str,
    content_type: Option<&str>,
) -> anyhow::Result<Option<String>> {
    let Some(bytes) = store.body(body)? else {
        return Ok(None);
    };
    let source = Source {
        url,
        bytes: &bytes,
        content_type,
        hints: &Hints::default(),
    };
    if duwang_page::is_file(&source) {
        return Ok(None);
    }
    Ok(match duwang_page::read(&source) {
        Reading::Document(document) => Some(main_text(&document)),
        Reading::Unread(_) => None,
    })
}
