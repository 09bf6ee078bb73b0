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
        /// An account on Weibo; kept for the record, checked by a person.
        Weibo = "weibo", "微博";
        /// An account on Douyin or another short-video service; checked by a person.
        Douyin = "douyin", "抖音号";
        /// A WeChat video account; checked by a person.
        Video = "video", "视频号";
        /// A mini program; checked by a person.
        MiniProgram = "mini-program", "小程序";
        /// A mobile client; checked by a person.
        App = "app", "移动客户端";
    }
}

impl ChannelKind {
    /// Whether no program reads it: it stands in the units file so that it is not forgotten, and a person looks at it when due.
    pub fn is_manual(self) -> bool {
        matches!(
            self,
            Self::Weibo | Self::Douyin | Self::Video | Self::MiniProgram | Self::App
        )
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
    /// Files: the folder to read, relative to the units file.
    #[serde(default)]
    pub folder: Option<String>,
    /// Channels that a person looks at: when.
    #[serde(default)]
    pub manual: Option<ManualCheck>,
}

/// When a person looked at a channel and must look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualCheck {
    /// The last look; `None`: never.
    pub checked: Option<NaiveDate>,
    /// The last day for the next look; without it `every_days` after the last one.
    pub due: Option<NaiveDate>,
    /// Days between two looks.
    pub every_days: u32,
}

impl ManualCheck {
    /// The last day for the next look; `None`: nobody ever looked and no day was set.
    pub fn due(&self) -> Option<NaiveDate> {
        let after =
            |day: NaiveDate| day.checked_add_days(chrono::Days::new(u64::from(self.every_days)));
        self.due
            .filter(|due| self.checked.is_none_or(|checked| checked < *due))
            .or(self.checked.and_then(after))
    }

    /// Whether the look is overdue on a day; a channel nobody ever looked at is.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.due().is_none_or(|due| due < today)
    }
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
