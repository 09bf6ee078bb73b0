//! `duwang units discover`: reads a portal's disclosure page and drafts a units file for a person to finish.

use crate::config::Config;
use crate::out::Out;
use crate::scan::policy;
use anyhow::Context as _;
use duwang_crawl::{Crawler, Purpose, Request};
use std::path::Path;
use url::Url;

/// Fetches the page and prints the draft; exit code 3 when the page could not be read.
pub async fn run(
    config: &Config,
    url: &str,
    names: Option<&Path>,
    out: &Out,
) -> anyhow::Result<u8> {
    let address = Url::parse(url).with_context(|| format!("“{url}”不是可用的网址"))?;
    let known = names.map(known_names).transpose()?.unwrap_or_default();
    let crawler = Crawler::new(policy(config))?;
    let request = Request::new(address.as_str(), Purpose::Entry);
    let answer = match crawler.permit(&address).await {
        Ok(permit) => crawler.fetch(permit, &request).await,
        Err(outcome) => duwang_crawl::Fetched::without_answer(url, outcome),
    };
    let (true, Some(body)) = (answer.outcome.is_seen(), &answer.body) else {
        out.warn(format!(
            "{url}：{}（{}），没有起草",
            answer.outcome.kind.chinese(),
            answer.outcome.reason
        ));
        return Ok(3);
    };
    let html = duwang_page::decode(body, answer.content_type.as_deref()).text;
    let tree = duwang_html::parse(&html, duwang_html::Limits::default());
    let base = Url::parse(&answer.final_url)?;
    out.print(duwang_crawl::draft_units(&base, &html, &tree, &known));
    Ok(0)
}

/// Known units: a units file, or tab-separated id, name, kind.
fn known_names(path: &Path) -> anyhow::Result<Vec<duwang_crawl::KnownUnit>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("读不了 {}", path.display()))?;
    if path.extension().is_some_and(|e| e == "toml") {
        let region = crate::units::parse(path, &text)?;
        return Ok(region
            .units
            .into_iter()
            .map(|u| duwang_crawl::KnownUnit {
                id: u.id,
                name: u.name,
                kind: u.kind,
            })
            .collect());
    }
    Ok(text
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (id, name, kind) = (cells.next()?, cells.next()?, cells.next()?.parse().ok()?);
            Some(duwang_crawl::KnownUnit {
                id: id.to_owned(),
                name: name.to_owned(),
                kind,
            })
        })
        .collect())
}
