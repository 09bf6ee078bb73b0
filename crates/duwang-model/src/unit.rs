//! Who must publish, and where.

use crate::words::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

words! {
    /// What sort of body a unit is; decides which duties it has.
    UnitKind {
        /// Town.
        Town = "镇", "镇";
        /// Street office.
        Street = "街道", "街道";
        /// Municipal department.
        Department = "市直", "市直";
        /// Anything else.
        Other = "其他", "其他";
    }
}

words! {
    /// The way a channel is read.
    ChannelKind {
        /// Columns and pages of a website.
        Website = "website", "网站";
        /// Articles of an official account.
        Wechat = "wechat", "微信公众号";
        /// RSS, Atom or JSON feed.
        Feed = "feed", "订阅源";
        /// Files of a local folder.
        Files = "files", "文件";
    }
}

words! {
    /// The class of a column; decides how often it must be updated.
    ColumnClass {
        /// 动态要闻.
        News = "news", "动态要闻";
        /// 通知公告.
        Notice = "notice", "通知公告";
        /// 政策文件.
        Policy = "policy", "政策文件";
        /// Everything else.
        Other = "other", "其他";
    }
}

/// A city (or another area) and its units: one `seeds/*.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Region {
    /// Name shown in reports.
    pub name: String,
    /// Threshold and rule overlays that apply, later wins (national → province → city).
    pub overlays: Vec<String>,
    /// Its units, in file order.
    pub units: Vec<Unit>,
}

/// A body that must publish.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// `[a-z0-9-]+`, unique in the region.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Names it is also called by.
    pub short_names: Vec<String>,
    /// What sort of body it is.
    pub kind: UnitKind,
    /// Where it publishes.
    pub channels: Vec<Channel>,
}

/// One place where a unit publishes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Unique in the region; defaults to unit id + kind.
    pub id: String,
    /// The id of the unit it belongs to.
    pub unit: String,
    /// How it is read.
    pub kind: ChannelKind,
    /// First pages to fetch (website), absolute URLs.
    pub entry: Vec<String>,
    /// URL prefixes that belong to the channel; defaults to the folder of each entry.
    pub scope: Vec<String>,
    /// Cap on pages of one scan.
    pub max_pages: usize,
    /// Columns pinned by the units file.
    pub columns: Vec<Column>,
    /// WeChat: the account's display name.
    pub account: Option<String>,
    /// WeChat: article links.
    pub articles: Vec<String>,
    /// WeChat: a text, csv or xlsx file of article links, relative to the units file.
    pub links: Option<String>,
    /// WeChat: an album to enumerate.
    pub album: Option<String>,
    /// A feed to read (also a lane of a WeChat channel).
    pub feed: Option<String>,
    /// WeChat: the account's own API.
    pub api: Option<WechatApi>,
}

/// Access to an account's own API; secrets are references (`env:NAME`), never values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WechatApi {
    /// `env:NAME` of the app id.
    pub appid: String,
    /// `env:NAME` of the secret.
    pub secret: String,
    /// API base URL.
    pub base: String,
}

/// A list page with its class and update limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The list page.
    pub url: String,
    /// Its name, when known.
    pub name: Option<String>,
    /// Its class.
    pub class: ColumnClass,
    /// It must show something newer than this many days; `None`: the overlay's limit for its class.
    pub update_days: Option<u32>,
    /// Exempt from freshness until this day.
    pub exempt_until: Option<NaiveDate>,
    /// What the exemption rests on: a document, its number.
    #[serde(default)]
    pub exempt_proof: String,
}
