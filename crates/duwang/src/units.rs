//! The units file (`seeds/*.toml`): text to [`Region`], with errors that name file, line, column and the nearest valid key.

mod form;
mod ids;

use crate::trouble::FileTrouble;
use duwang_model::{Channel, ChannelKind, Column, ManualCheck, Region, Unit, WechatApi};
use form::{ApiPart, ChannelPart, ColumnPart, File, UnitPart};
use ids::Ids;
use std::collections::HashMap;
use std::path::Path;
use toml::Spanned;

/// Days between two looks at a channel no program reads, when the units file says nothing: once a quarter.
const EVERY_DAYS: u32 = 90;
/// Cap on pages of one channel and scan when the units file sets none.
const MAX_PAGES: usize = 20_000;

/// Reads a units file from disk.
pub fn load(path: &Path) -> anyhow::Result<Region> {
    use anyhow::Context as _;
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("读不了单位文件 {}", path.display()))?;
    Ok(parse(path, &text)?)
}

/// The same, when the rules have every overlay that it names.
pub fn load_for(path: &Path, rules: Option<&Path>) -> anyhow::Result<Region> {
    use anyhow::Context as _;
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("读不了单位文件 {}", path.display()))?;
    let known = crate::rulebook::overlays(rules);
    Ok(parse_knowing(path, &text, Some(&known))?)
}

/// Reads the text of a units file. `path` is only for messages.
pub fn parse(path: &Path, text: &str) -> Result<Region, FileTrouble> {
    parse_knowing(path, text, None)
}

fn parse_knowing(path: &Path, text: &str, known: Option<&[String]>) -> Result<Region, FileTrouble> {
    let file: File = toml::from_str(text).map_err(|e| FileTrouble::from_toml(path, text, &e))?;
    let mut ids = Ids {
        path,
        text,
        seen: HashMap::new(),
    };
    if let Some(known) = known {
        ids.overlays(&file.region.overlays, known)?;
    }
    let units = file
        .unit
        .into_iter()
        .map(|u| unit(u, &mut ids))
        .collect::<Result<_, _>>()?;
    let overlays = file.region.overlays.into_iter();
    Ok(Region {
        name: file.region.name,
        overlays: overlays.map(Spanned::into_inner).collect(),
        units,
    })
}

fn unit(part: UnitPart, ids: &mut Ids<'_>) -> Result<Unit, FileTrouble> {
    let id = part.id.get_ref().clone();
    ids.claim("单位", &id, part.id.span())?;
    let channels = part
        .channel
        .into_iter()
        .map(|c| channel(&id, c, ids))
        .collect::<Result<_, _>>()?;
    Ok(Unit {
        id,
        name: part.name,
        short_names: part.short_names,
        kind: part.kind,
        channels,
    })
}

fn channel(unit: &str, part: ChannelPart, ids: &mut Ids<'_>) -> Result<Channel, FileTrouble> {
    let kind = *part.kind.get_ref();
    let span = part.id.as_ref().map_or(part.kind.span(), Spanned::span);
    let id = part
        .id
        .map_or_else(|| format!("{unit}-{kind}"), Spanned::into_inner);
    ids.claim("渠道", &id, span)?;
    let entry = ids.urls(&part.entry)?;
    require_source(
        kind,
        &part.kind,
        ids,
        &[
            (
                ChannelKind::Website,
                !entry.is_empty(),
                "网站渠道要有 entry，例如 entry = [\"https://www.example.gov.cn/qingshi/\"]",
            ),
            (
                ChannelKind::Wechat,
                !part.articles.is_empty()
                    || part.links.is_some()
                    || part.album.is_some()
                    || part.feed.is_some()
                    || part.api.is_some()
                    || part.account.is_some(),
                "公众号渠道至少要有 account、articles、links、album、feed、api 之一",
            ),
            (
                ChannelKind::Feed,
                part.feed.is_some(),
                "订阅源渠道要有 feed 网址",
            ),
            (
                ChannelKind::Files,
                part.folder.is_some() || part.links.is_some(),
                "文件渠道要有 folder（文件夹）或 links（清单），路径从单位文件所在目录算起",
            ),
            (
                kind,
                !kind.is_manual() || part.account.is_some(),
                "要写 account，例如 account = \"青石街道\"；它不能自动读取，到期须人工检查",
            ),
        ],
    )?;
    let manual = kind.is_manual().then(|| ManualCheck {
        checked: part.checked.and_then(date),
        due: part.due.and_then(date),
        every_days: part.every_days.unwrap_or(EVERY_DAYS),
    });
    let mut scope = ids.urls(&part.scope)?;
    if scope.is_empty() {
        scope = entry.iter().map(|e| folder(e)).collect();
    }
    let api = part.api.map(|a| wechat_api_of(a, ids)).transpose()?;
    let columns = part
        .column
        .into_iter()
        .map(|c| column(c, ids))
        .collect::<Result<_, _>>()?;
    Ok(Channel {
        id,
        unit: unit.to_owned(),
        kind,
        entry,
        scope,
        max_pages: part.max_pages.unwrap_or(MAX_PAGES),
        columns,
        account: part.account,
        articles: ids.urls(&part.articles)?,
        links: part.links,
        album: part.album.as_ref().map(|u| ids.url(u)).transpose()?,
        feed: part.feed.as_ref().map(|u| ids.url(u)).transpose()?,
        api,
        folder: part.folder,
        manual,
    })
}

/// A channel of this kind without anything to read is an error, not a channel that is always clean.
fn require_source(
    kind: ChannelKind,
    at: &Spanned<ChannelKind>,
    ids: &Ids<'_>,
    needs: &[(ChannelKind, bool, &str)],
) -> Result<(), FileTrouble> {
    match needs.iter().find(|(k, met, _)| *k == kind && !met) {
        Some((_, _, help)) => {
            Err(ids.trouble(at.span(), "这个渠道没有可读的来源".to_owned(), help))
        }
        None => Ok(()),
    }
}

/// How variables begin that hold secrets of this program and of its stores: a units file that others wrote must not send them anywhere.
const OWN_SECRETS: [&str; 3] = ["DUWANG_", "AWS_", "PG"];

fn wechat_api_of(part: ApiPart, ids: &Ids<'_>) -> Result<WechatApi, FileTrouble> {
    for secret in [&part.appid, &part.secret] {
        if !secret.get_ref().starts_with("env:") && !secret.get_ref().starts_with("file:") {
            return Err(ids.trouble(
                secret.span(),
                "密钥不能写在单位文件里".to_owned(),
                "写 \"env:变量名\" 或 \"file:路径\"",
            ));
        }
    }
    for secret in [&part.appid, &part.secret] {
        let is_ours = |name: &str| OWN_SECRETS.iter().any(|own| name.starts_with(own));
        if secret.get_ref().strip_prefix("env:").is_some_and(is_ours) {
            return Err(ids.trouble(
                secret.span(),
                "单位文件不能用读网自己的密钥".to_owned(),
                "公众号的密钥另起一个变量名，例如 \"env:QS_SECRET\"",
            ));
        }
    }
    Ok(WechatApi {
        appid: part.appid.into_inner(),
        secret: part.secret.into_inner(),
        base: part.base,
    })
}

fn column(part: ColumnPart, ids: &Ids<'_>) -> Result<Column, FileTrouble> {
    if let Some(until) = part.exempt_until.as_ref()
        && part.exempt_proof.trim().is_empty()
    {
        return Err(ids.trouble(
            until.span(),
            "豁免要写明依据".to_owned(),
            "加一行 exempt_proof = \"批准豁免的文件和文号\"",
        ));
    }
    let exempt_until = part.exempt_until.map(Spanned::into_inner).and_then(date);
    Ok(Column {
        url: ids.url(&part.url)?,
        name: part.name,
        class: part.class,
        update_days: part.update_days,
        exempt_until,
        exempt_proof: part.exempt_proof,
    })
}

fn date(given: toml::value::Datetime) -> Option<chrono::NaiveDate> {
    let d = given.date?;
    chrono::NaiveDate::from_ymd_opt(i32::from(d.year), u32::from(d.month), u32::from(d.day))
}

/// `https://h/a/b.htm` → `https://h/a/`.
fn folder(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or(url);
    match bare.rfind('/') {
        Some(slash) if slash > bare.find("://").map_or(0, |s| s + 2) => bare[..=slash].to_owned(),
        _ => format!("{bare}/"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "tests fail by panicking"
    )]
    use super::*;

    const GOOD: &str = "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nkind = \"website\"\nentry = [\"http://www.example.gov.cn/qingshi/index.htm\"]\n";

    #[test]
    fn defaults_are_filled_in() -> Result<(), FileTrouble> {
        let region = parse(Path::new("u.toml"), GOOD)?;
        let channel = &region.units[0].channels[0];
        assert_eq!(channel.id, "qingshi-website");
        assert_eq!(channel.scope, ["http://www.example.gov.cn/qingshi/"]);
        Ok(())
    }

    #[test]
    fn channels_a_person_looks_at_have_a_due_day() -> Result<(), FileTrouble> {
        let more = "[[unit.channel]]\nkind = \"weibo\"\naccount = \"青石街道\"\nchecked = 2026-09-01\n[[unit.channel]]\nkind = \"app\"\naccount = \"云溪通\"\ndue = 2026-12-31\n";
        let region = parse(Path::new("u.toml"), &format!("{GOOD}{more}"))?;
        let due = |n: usize| region.units[0].channels[n].manual.and_then(|m| m.due());
        assert_eq!(due(1).map(|d| d.to_string()), Some("2026-11-30".to_owned()));
        assert_eq!(due(2).map(|d| d.to_string()), Some("2026-12-31".to_owned()));
        Ok(())
    }

    #[test]
    fn units_files_cannot_name_our_own_secrets() {
        let file = |name: &str| {
            format!(
                "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qs\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nkind = \"wechat\"\naccount = \"青石发布\"\napi = {{ appid = \"env:QS_APPID\", secret = \"env:{name}\", base = \"https://evil.example\" }}\n"
            )
        };
        let parsed = |name: &str| parse(Path::new("units.toml"), &file(name));
        assert!(parsed("QS_SECRET").is_ok());
        for own in ["DUWANG_STORE", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"] {
            let told = format!("{:?}", parsed(own).err());
            assert!(told.contains("不能用读网自己的密钥"), "{own}: {told}");
        }
    }

    #[test]
    fn errors_name_place_and_help() {
        for (bad, place, says) in [
            (GOOD.replace("entry", "entyr"), "u.toml:9:1", "entyr"),
            (
                GOOD.to_owned() + "[[unit]]\nid = \"qingshi\"\nname=\"乙\"\nkind=\"镇\"\n",
                "u.toml:11:6",
                "重复",
            ),
            (GOOD.replace("http://", "htp//"), "u.toml:9:10", "网址"),
            (GOOD.replace("街道\"", "街办\""), "u.toml:6:8", "街办"),
            (
                format!("{GOOD}[[unit.channel]]\nkind = \"douyin\"\n"),
                "u.toml:11:8",
                "来源",
            ),
            (
                format!("{GOOD}[[unit.channel]]\nkind = \"files\"\n"),
                "u.toml:11:8",
                "来源",
            ),
            (
                GOOD.replace(
                    "entry = [\"http://www.example.gov.cn/qingshi/index.htm\"]",
                    "",
                ),
                "u.toml:8:8",
                "来源",
            ),
            (
                GOOD.to_owned()
                    + "[[unit.channel.column]]\nurl = \"http://www.example.gov.cn/qingshi/a/\"\nclass = \"news\"\nexempt_until = 2026-12-31\n",
                "u.toml:13:16",
                "依据",
            ),
        ] {
            let message = parse(Path::new("u.toml"), &bad)
                .map(|_| ())
                .expect_err("must be an error")
                .to_string();
            assert!(
                message.starts_with(place) && message.contains(says),
                "{message}"
            );
        }
    }
}
