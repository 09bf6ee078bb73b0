//! `duwang wechat`: a unit's own account.

use super::units_for;
use crate::check::{self, Draft};
use crate::cli::{CheckArgs, WechatAction, WechatDrafts};
use crate::config::Config;
use crate::out::Out;
use crate::view::minute;
use crate::wechat;
use duwang_crawl::ApiItem;
use duwang_model::Channel;
use std::path::Path;

pub(super) async fn run(config: &Config, action: WechatAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        WechatAction::Drafts(args) => drafts(config, args, out).await,
        WechatAction::Pull { account, units } => {
            pull(config, account.as_deref(), units.as_deref(), out).await
        }
        WechatAction::Quota { account, units } => {
            quota(config, account.as_deref(), units.as_deref(), out).await
        }
    }
}

/// Lists the drafts, or checks them all before they are sent.
async fn drafts(config: &Config, args: WechatDrafts, out: &Out) -> anyhow::Result<u8> {
    let region = units_for(config, args.units.as_deref(), true)?;
    let channels = wechat::chosen(&region, args.account.as_deref())?;
    let crawler = wechat::crawler(config, &channels)?;
    let mut found: Vec<Draft> = Vec::new();
    for channel in &channels {
        let account = wechat::account(config, channel, &crawler)?;
        let drafts = account.drafts().await;
        wechat::keep_token(config, channel, &account)?;
        let drafts = drafts.map_err(|refusal| told(channel, &refusal))?;
        if !args.check {
            out.print(list(channel, &drafts));
        }
        let name = channel.account.as_deref();
        found.extend(
            drafts
                .iter()
                .flat_map(|d| wechat::of_item(name.unwrap_or(&channel.id), name, d)),
        );
    }
    if !args.check {
        return Ok(0);
    }
    if found.is_empty() {
        out.print("草稿箱里没有草稿\n");
        return Ok(0);
    }
    let unit = match channels.as_slice() {
        [one] => Some(one.unit.clone()),
        _ => None,
    };
    check::judge_all(config, found, check_args(args, unit), out)
}

fn check_args(args: WechatDrafts, unit: Option<String>) -> CheckArgs {
    CheckArgs {
        inputs: Vec::new(),
        kind: None,
        unit,
        units: args.units,
        published: None,
        lines: false,
        only: Vec::new(),
        format: args.format,
        output: args.output,
        card: args.card,
        fail_on: args.fail_on,
        unmask: false,
        ocr: false,
        explain: false,
    }
}

fn list(channel: &Channel, drafts: &[ApiItem]) -> String {
    let mut text = format!(
        "{}：{} 份草稿\n",
        channel.account.as_deref().unwrap_or(&channel.id),
        drafts.len()
    );
    for draft in drafts {
        let at = draft.updated.map_or(String::new(), minute);
        for article in &draft.articles {
            text += &format!("  {at}  {}  《{}》\n", draft.id, article.title);
        }
    }
    text
}

/// Remembers the addresses of published articles for the next scan.
async fn pull(
    config: &Config,
    account: Option<&str>,
    units: Option<&Path>,
    out: &Out,
) -> anyhow::Result<u8> {
    let region = units_for(config, units, true)?;
    let channels = wechat::chosen(&region, account)?;
    let crawler = wechat::crawler(config, &channels)?;
    for channel in &channels {
        let account = wechat::account(config, channel, &crawler)?;
        let published = account.published().await;
        wechat::keep_token(config, channel, &account)?;
        let mut items = published.map_err(|refusal| told(channel, &refusal))?;
        // Material is an extra of old accounts: without leave for it, what was published is still worth having.
        items.extend(account.materials().await.unwrap_or_default());
        let articles = items.iter().flat_map(|i| &i.articles);
        let deleted = articles.clone().filter(|a| a.is_deleted).count();
        let addresses: Vec<String> = articles
            .filter(|a| !a.is_deleted)
            .filter_map(|a| url::Url::parse(&a.url.replace("&amp;", "&")).ok())
            .filter(|u| !u.query_pairs().any(|(name, _)| name == "tempkey"))
            .map(|u| duwang_crawl::normalise(&u))
            .collect();
        let count = addresses.len();
        let new = wechat::keep_pulled(&config.data_dir, &channel.id, addresses)?;
        out.print(format!(
            "{}：官方“已发布”列表有 {count} 篇，新 {new} 篇，另有 {deleted} 篇已删除；下次 duwang scan 会读它们\n  注意：这个列表看不到群发的文章，列表为空不等于没有发文；群发的请用文章链接清单补上\n",
            channel.account.as_deref().unwrap_or(&channel.id)
        ));
    }
    Ok(0)
}

async fn quota(
    config: &Config,
    account: Option<&str>,
    units: Option<&Path>,
    out: &Out,
) -> anyhow::Result<u8> {
    let region = units_for(config, units, true)?;
    let channels = wechat::chosen(&region, account)?;
    let crawler = wechat::crawler(config, &channels)?;
    for channel in &channels {
        let account = wechat::account(config, channel, &crawler)?;
        for path in ["/cgi-bin/draft/batchget", "/cgi-bin/freepublish/batchget"] {
            let quota = account.quota(path).await;
            wechat::keep_token(config, channel, &account)?;
            let (limit, used, left) = quota.map_err(|refusal| told(channel, &refusal))?;
            out.print(format!(
                "{}  {path}：今日限 {limit} 次，已用 {used}，剩 {left}\n",
                channel.id
            ));
        }
    }
    Ok(0)
}

fn told(channel: &Channel, refusal: &duwang_crawl::Refusal) -> anyhow::Error {
    anyhow::anyhow!(
        "{}：{refusal}",
        channel.account.as_deref().unwrap_or(&channel.id)
    )
}
