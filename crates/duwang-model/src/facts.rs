//! What rules about a whole channel look at: the columns and a summary of each page.

use crate::{ChannelKind, ColumnClass, Kind, Media};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Everything a channel-level rule may look at. Built from page records after the pages of a scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelFacts {
    /// Channel id.
    #[serde(default)]
    pub channel: String,
    /// How it is read.
    #[serde(default = "website")]
    pub kind: ChannelKind,
    /// The entry URL, where something missing is reported.
    #[serde(default)]
    pub entry: String,
    /// The moment of judging.
    pub now: DateTime<Utc>,
    /// Every list was read to its end: only then is something missing really missing.
    #[serde(default)]
    pub complete: bool,
    /// The pages that were seen (now or, unchanged, before).
    #[serde(default)]
    pub pages: Vec<PageFacts>,
    /// The columns.
    #[serde(default)]
    pub columns: Vec<ColumnFacts>,
    /// Links that failed twice.
    #[serde(default)]
    pub dead_links: Vec<DeadLink>,
}

fn website() -> ChannelKind {
    ChannelKind::Website
}

/// A link that failed at two times, and one place that links to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadLink {
    /// The page that links.
    pub page: String,
    /// The page's title.
    #[serde(default)]
    pub page_title: String,
    /// The target.
    pub target: String,
    /// Anchor text.
    #[serde(default)]
    pub text: String,
    /// What the link is for.
    pub role: crate::LinkRole,
    /// What happened, in Chinese (`404`, `域名无法解析`).
    pub reason: String,
    /// How many other pages of the channel link to it too.
    #[serde(default)]
    pub others: usize,
}

/// Summary of one page; kept in its record so that an unchanged page need not be read again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageFacts {
    /// Its URL.
    #[serde(default)]
    pub url: String,
    /// What it is.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Publication day.
    #[serde(default)]
    pub published: Option<NaiveDate>,
    /// 文号.
    #[serde(default)]
    pub number: Option<String>,
    /// Targets of content links (absolute), for "linked both ways".
    #[serde(default)]
    pub links: Vec<String>,
    /// Titles it names in 《》 and numbers it cites, at most 20.
    #[serde(default)]
    pub cites: Vec<String>,
    /// Characters of content.
    #[serde(default)]
    pub chars: usize,
    /// Pictures in the content.
    #[serde(default)]
    pub images: usize,
    /// Other forms in the content.
    #[serde(default)]
    pub media: Media,
    /// Last day of a solicitation's period, when it is one and says so.
    #[serde(default)]
    pub deadline: Option<NaiveDate>,
    /// The column it was listed in, when known.
    #[serde(default)]
    pub column: Option<String>,
    /// Identity of a WeChat article, `biz/mid/idx`: the same under a short and a long address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
}

/// A column as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnFacts {
    /// Its first list page.
    pub url: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its class.
    pub class: ColumnClass,
    /// Limit pinned in the units file.
    #[serde(default)]
    pub update_days: Option<u32>,
    /// Exempt from freshness until this day.
    #[serde(default)]
    pub exempt_until: Option<NaiveDate>,
    /// Whether the list was read to its end.
    #[serde(default = "yes")]
    pub complete: bool,
    /// Whether the column is top-level (一级栏目).
    #[serde(default = "yes")]
    pub top: bool,
    /// Items, newest first when dated.
    #[serde(default)]
    pub items: Vec<ListItem>,
    /// Text of the list area when there is no item ("暂无内容").
    #[serde(default)]
    pub empty_text: String,
}

fn yes() -> bool {
    true
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListItem {
    /// Target.
    #[serde(default)]
    pub url: String,
    /// Title as listed (the `title` attribute when the text is cut).
    #[serde(default)]
    pub title: String,
    /// Date beside it.
    #[serde(default)]
    pub date: Option<NaiveDate>,
}
