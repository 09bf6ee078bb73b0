//! One article under several addresses: a short link, a long link, a link of another lane. Its identity stands in its own page, so it
//! is known only after it was read. The same fault of the same article is one finding, which names the other addresses.

use duwang_model::{Change, Finding, Visit};
use duwang_store::{Store, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Puts findings of second addresses under the first. Runs when all pages of the channel were visited, so that the order of arrival
/// does not matter.
pub(super) fn merged(store: &dyn Store, channel: &str) -> Result<Visit, StoreError> {
    let mut visit = Visit::default();
    let first_of = second_addresses(store, channel)?;
    if first_of.is_empty() {
        return Ok(visit);
    }
    let findings = store.findings_of_channel(channel)?;
    let mut kept: BTreeMap<(&str, &str, &str), Finding> = findings
        .iter()
        .filter(|f| f.present && !first_of.contains_key(f.url()))
        .map(|f| ((f.url(), f.hit.rule.as_str(), words(f)), f.clone()))
        .collect();
    let mut changed: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for twin in findings
        .iter()
        .filter(|f| f.present && f.decisions.is_empty())
    {
        let Some(first) = first_of.get(twin.url()) else {
            continue;
        };
        let key = (first.as_str(), twin.hit.rule.as_str(), words(twin));
        let Some((key, finding)) = kept
            .get_key_value(&key)
            .map(|(k, _)| *k)
            .and_then(|k| Some((k, kept.get_mut(&k)?)))
        else {
            continue;
        };
        if !finding.also.iter().any(|url| url == twin.url()) {
            finding.also.push(twin.url().to_owned());
            finding.also.sort();
            changed.insert(key);
        }
        visit.superseded.push(twin.fingerprint.clone());
    }
    let changes = changed.iter().filter_map(|key| kept.remove(key));
    visit
        .changes
        .extend(changes.map(|finding| (Change::Persisting, finding)));
    Ok(visit)
}

fn words(f: &Finding) -> &str {
    if f.hit.key.is_empty() {
        &f.hit.quote
    } else {
        &f.hit.key
    }
}

/// Addresses of an article that has a shorter one, with that one.
pub(super) fn second_addresses(
    store: &dyn Store,
    channel: &str,
) -> Result<HashMap<String, String>, StoreError> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    store.each_sketch(channel, &mut |page| {
        let article = page.facts.and_then(|f| f.ties.article.clone());
        if let Some(article) = article.filter(|_| page.outcome.is_seen()) {
            groups.entry(article).or_default().push(page.url);
        }
    })?;
    let mut first_of = HashMap::new();
    for mut urls in groups.into_values() {
        urls.sort_by_key(|url| (url.len(), url.clone()));
        let mut urls = urls.into_iter();
        let Some(first) = urls.next() else { continue };
        first_of.extend(urls.map(|url| (url, first.clone())));
    }
    Ok(first_of)
}
