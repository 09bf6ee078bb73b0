//! What rules about a whole channel look at: the columns and a summary of each page.

use crate::{Bulk, ChannelKind, ColumnClass, Kind, Level, Media, Pages};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

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
    pub pages: Pages,
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
    /// Addresses of pages whose content nobody could read, such as pictures of a text.
    #[serde(default)]
    pub unread: HashSet<String>,
    /// When all lists of the channel were read to their end before now.
    #[serde(default)]
    pub readings: Vec<DateTime<Utc>>,
    /// What is open against single pages and is more than a question: for the items that count.
    #[serde(default)]
    pub faults: Vec<PageFault>,
    /// Links in contents whose text promises a document by name.
    #[serde(default)]
    pub named_links: Vec<NamedLink>,
    /// Links of the entry page: what it leads to may be published on another host.
    #[serde(default)]
    pub entry_links: Vec<NamedLink>,
    /// Pages about the office in the unit's other channels.
    #[serde(default)]
    pub elsewhere: Pages,
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
            pages: Pages::default(),
            columns: Vec::new(),
            dead_links: Vec::new(),
            site: false,
            gone: Vec::new(),
            unread: HashSet::new(),
            readings: Vec::new(),
            faults: Vec::new(),
            named_links: Vec::new(),
            entry_links: Vec::new(),
            elsewhere: Pages::default(),
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
#[serde(from = "Flat", into = "Flat")]
pub struct PageFacts {
    /// Its URL.
    pub url: String,
    /// What it is.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Publication day.
    pub published: Option<NaiveDate>,
    /// Characters of content.
    pub chars: usize,
    /// Pictures in the content.
    pub images: usize,
    /// Other forms in the content.
    pub media: Media,
    /// The column it was listed in, when known.
    pub column: Option<Arc<str>>,
    /// When it was first seen; filled in for rules about the channel, the record itself knows it.
    pub first_seen: Option<DateTime<Utc>>,
    /// The standard meta tags it fills.
    pub tags: Tags,
    /// What it says of other pages and of the office. Most pages of a large channel say nothing that a rule asks for.
    pub ties: Ties,
}

/// How a page is written down: all of it side by side, what is empty left out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flat {
    #[serde(default)]
    url: String,
    kind: Kind,
    title: String,
    #[serde(default)]
    published: Option<NaiveDate>,
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    links: Vec<String>,
    #[serde(default)]
    cites: Vec<String>,
    #[serde(default)]
    chars: usize,
    #[serde(default)]
    images: usize,
    #[serde(default)]
    media: Media,
    #[serde(default)]
    deadline: Option<NaiveDate>,
    #[serde(default)]
    column: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    article: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_seen: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact>,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sentences: Vec<u32>,
}

impl From<Flat> for PageFacts {
    fn from(flat: Flat) -> Self {
        Self {
            url: flat.url,
            kind: flat.kind,
            title: flat.title,
            published: flat.published,
            chars: flat.chars,
            images: flat.images,
            media: flat.media,
            column: flat.column,
            first_seen: flat.first_seen,
            tags: flat.tags,
            ties: TieFields {
                number: flat.number,
                links: flat.links,
                cites: flat.cites,
                deadline: flat.deadline,
                article: flat.article,
                contacts: flat.contacts,
                sentences: flat.sentences,
            }
            .into(),
        }
    }
}

impl From<PageFacts> for Flat {
    fn from(page: PageFacts) -> Self {
        let ties = page.ties.0.map(|ties| *ties).unwrap_or_default();
        Self {
            url: page.url,
            kind: page.kind,
            title: page.title,
            published: page.published,
            number: ties.number,
            links: ties.links,
            cites: ties.cites,
            chars: page.chars,
            images: page.images,
            media: page.media,
            deadline: ties.deadline,
            column: page.column,
            article: ties.article,
            first_seen: page.first_seen,
            contacts: ties.contacts,
            tags: page.tags,
            sentences: ties.sentences,
        }
    }
}

/// [`TieFields`], which take no room when all are empty. Read and written as if they were always there.
#[derive(Debug, Clone, Default)]
pub struct Ties(Option<Box<TieFields>>);

/// What a page says of other pages and of the office.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TieFields {
    /// 文号.
    pub number: Option<String>,
    /// Targets of content links (absolute), for "linked both ways".
    pub links: Vec<String>,
    /// Titles it names in 《》 and numbers it cites, at most 20.
    pub cites: Vec<String>,
    /// Last day of a solicitation's period, when it is one and says so.
    pub deadline: Option<NaiveDate>,
    /// Identity of a WeChat article, `biz/mid/idx`: the same under a short and a long address.
    pub article: Option<String>,
    /// What it says of how to reach the office: kept of guides, annual reports and pages about the office itself.
    pub contacts: Vec<Contact>,
    /// Hashes of its sentences, to see what was copied: kept of policies, interpretations, reports, results and
    /// articles of accounts only.
    pub sentences: Vec<u32>,
}

static NO_TIES: TieFields = TieFields {
    number: None,
    links: Vec::new(),
    cites: Vec::new(),
    deadline: None,
    article: None,
    contacts: Vec::new(),
    sentences: Vec::new(),
};

impl From<TieFields> for Ties {
    fn from(fields: TieFields) -> Self {
        Self((fields != NO_TIES).then(|| Box::new(fields)))
    }
}

impl Deref for Ties {
    type Target = TieFields;

    fn deref(&self) -> &TieFields {
        self.0.as_deref().unwrap_or(&NO_TIES)
    }
}

impl DerefMut for Ties {
    fn deref_mut(&mut self) -> &mut TieFields {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for Ties {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
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
    pub items: Bulk<ListItem>,
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
