//! What rules about a whole channel look at: the columns and a summary of each page.

use crate::{ChannelKind, ColumnClass, Kind, Level, Media};
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
    /// Whether it is a site of its own (a whole host) rather than columns of a portal.
    #[serde(default)]
    pub site: bool,
    /// Articles and pages that were taken down, with the notice that stands in their place.
    #[serde(default)]
    pub gone: Vec<GonePage>,
    /// When all lists of the channel were read to their end before now.
    #[serde(default)]
    pub readings: Vec<DateTime<Utc>>,
    /// What is open against single pages and is more than a question: for the items that count.
    #[serde(default)]
    pub faults: Vec<PageFault>,
    /// Links in contents whose text promises a document by name.
    #[serde(default)]
    pub named_links: Vec<NamedLink>,
    /// Pages about the office in the unit's other channels.
    #[serde(default)]
    pub elsewhere: Vec<PageFacts>,
}

impl ChannelFacts {
    /// A channel of which nothing was seen yet.
    pub fn new(channel: &str, kind: ChannelKind, entry: &str, now: DateTime<Utc>) -> Self {
        Self {
            channel: channel.to_owned(),
            kind,
            entry: entry.to_owned(),
            now,
            complete: false,
            pages: Vec::new(),
            columns: Vec::new(),
            dead_links: Vec::new(),
            site: false,
            gone: Vec::new(),
            readings: Vec::new(),
            faults: Vec::new(),
            named_links: Vec::new(),
            elsewhere: Vec::new(),
        }
    }
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

/// A link that promises a document by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedLink {
    /// The page that links.
    pub page: String,
    /// The target.
    pub target: String,
    /// Anchor text.
    pub text: String,
}

/// A page that was taken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GonePage {
    /// Its URL.
    pub url: String,
    /// Its title, when it was once read.
    #[serde(default)]
    pub title: String,
    /// What the notice says, in Chinese.
    pub reason: String,
}

/// A fault that is open against a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageFault {
    /// The rule's id.
    pub rule: String,
    /// The page.
    pub url: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// How grave.
    #[serde(default = "general")]
    pub level: Level,
}

fn general() -> Level {
    Level::General
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
    /// When it was first seen; filled in for rules about the channel, the record itself knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<DateTime<Utc>>,
    /// What it says of how to reach the office: kept of guides, annual reports and pages about the office itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// The standard meta tags it fills.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Hashes of its sentences, to see what was copied: kept of policies, interpretations, reports and results only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sentences: Vec<u32>,
}

/// A label with its value, as a page about the office states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// `联系电话`, folded.
    pub label: String,
    /// `0599-6660001`, folded.
    pub value: String,
    /// The value as published.
    #[serde(default)]
    pub quote: String,
    /// The heading it stands under and what stands before it on its line: whose phone it is.
    #[serde(default)]
    pub under: String,
}

/// Which of the standard meta tags (政府网站发展指引, appendix) a page fills; written as their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Tags(u16);

impl Tags {
    /// Every standard tag.
    pub const NAMES: [&str; 15] = [
        "SiteName",
        "SiteDomain",
        "SiteIDCode",
        "ColumnName",
        "ColumnDescription",
        "ColumnKeywords",
        "ColumnType",
        "ArticleTitle",
        "PubDate",
        "ContentSource",
        "Keywords",
        "Author",
        "Description",
        "Image",
        "Url",
    ];

    /// The standard ones among some names; capitals do not matter.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        names.into_iter().fold(Self::default(), |tags, name| {
            let known = Self::NAMES.iter();
            let bit = known.zip(0..).find(|(n, _)| n.eq_ignore_ascii_case(name));
            Self(tags.0 | bit.map_or(0, |(_, bit)| 1 << bit))
        })
    }

    /// Whether none is filled.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Whether all of `others` are filled.
    pub fn hold(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl From<Vec<String>> for Tags {
    fn from(names: Vec<String>) -> Self {
        Self::of(names.iter().map(String::as_str))
    }
}

impl From<Tags> for Vec<String> {
    fn from(tags: Tags) -> Self {
        let each = Tags::NAMES.iter().zip(0..);
        each.filter(|(_, bit)| tags.0 & (1 << bit) != 0)
            .map(|(name, _)| (*name).to_owned())
            .collect()
    }
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
    /// What the exemption rests on: a document, its number.
    #[serde(default)]
    pub exempt_proof: String,
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
