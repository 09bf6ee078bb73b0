//! What is remembered of one page between scans.

use crate::words::words;
use crate::{Kind, ListItem, Outcome, PageFacts, shanghai_day};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// What the cards of earlier checks say of a published page.
    CheckedBefore {
        /// The same text passed, by the rules of today.
        Passed = "passed", "发布前已检测通过，之后未改";
        /// A text passed, and was changed on its way or since.
        Changed = "changed", "发布前检测通过，之后有改动";
        /// The same text passed by older rules.
        RulesNewer = "rules-newer", "发布前检测通过，此后规则有更新";
        /// The text did not pass and was published all the same.
        Failed = "failed", "发布前检测未通过";
        /// No card is about it.
        Never = "never", "发布前未检测";
    }
}

/// The memory of one URL of one channel. Small (a few KB): the body is a snapshot file named by its hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Channel id.
    pub channel: String,
    /// Normalised URL: the key within the channel.
    pub url: String,
    /// URL after redirects.
    pub final_url: String,
    /// What became of the last visit.
    pub outcome: Outcome,
    /// HTTP status of the last answer; 0 when there was none.
    pub status: u16,
    /// When it was last visited.
    pub visited: DateTime<Utc>,
    /// When its content was last really read (body or 304).
    pub read: Option<DateTime<Utc>>,
    /// When its URL was first met.
    pub first_seen: DateTime<Utc>,
    /// Scan that visited it last.
    pub scan: String,
    /// `sha256:…` of the last body that was read.
    pub snapshot: Option<String>,
    /// Hash of the content without template noise; says whether the page changed.
    pub content_hash: Option<String>,
    /// `ETag` of that body.
    pub etag: Option<String>,
    /// `Last-Modified` of that body.
    pub last_modified: Option<String>,
    /// Response headers of that body as evidence (name, value), capped.
    pub headers: Vec<(String, String)>,
    /// Versions of the rules that judged it last (`Rules::version`).
    pub rules: String,
    /// What channel-level rules need to know of it, when it was read.
    pub facts: Option<PageFacts>,
    /// Links worth following or checking again when the page is unchanged.
    pub links: Vec<LinkRef>,
    /// What its list says, when it is a list page.
    pub list: Option<ListReading>,
    /// Only looked at as the target of a link (off scope): it has no content of its own here.
    #[serde(default)]
    pub check_only: bool,
    /// Failed looks in a row, at least the recheck interval apart; two make a dead link.
    #[serde(default)]
    pub failures: u32,
    /// What a person must know of how it was read, in Chinese: parts that could not be, a browser that was needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What was known of its text before it was published, when the office keeps cards of its checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_before: Option<CheckedBefore>,
    /// Requests the last visit took.
    #[serde(default)]
    pub requests: u32,
    /// Decoded body bytes the last visit received.
    #[serde(default)]
    pub bytes: u64,
}

impl PageRecord {
    /// Whether it is a list of other pages.
    pub fn is_list(&self) -> bool {
        self.list.is_some() || self.facts.as_ref().is_some_and(|f| f.kind == Kind::List)
    }

    /// Whether the same page may be judged otherwise now, because a day it speaks of has passed since it was last read: the end of a
    /// solicitation, or its own date, which lay ahead. Also when it was read at a time that is still to come: the clock was wrong then.
    pub fn is_overtaken(&self, now: DateTime<Utc>) -> bool {
        let (Some(read), Some(facts)) = (self.read, &self.facts) else {
            return false;
        };
        let (judged, today) = (shanghai_day(read), shanghai_day(now));
        let ended = |last: NaiveDate| (last < judged) != (last < today);
        let lay_ahead = |day: NaiveDate| day > judged && today > judged;
        judged > today
            || facts.ties.deadline.is_some_and(ended)
            || facts.published.is_some_and(lay_ahead)
    }
}

/// One list page (or one answer of a list interface) as a platform reader understood it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ListReading {
    /// The platform's word (`trs`, `jcms`, `jpaas`, `gkmlpt`, `ucap`, `vsb`, `fujian`, `generic`).
    pub platform: String,
    /// Name of the column, when the page says it.
    pub name: String,
    /// The entries, in order.
    pub items: Vec<ListItem>,
    /// Further list pages or interface calls this one leads to, as serialised crawl requests.
    pub next: Vec<String>,
    /// Entries the site says the list has.
    pub stated_total: Option<usize>,
    /// Pages the site says the list has.
    pub stated_pages: Option<usize>,
    /// This page's number, from 1.
    pub page: usize,
    /// Text of the list area when it has no entry.
    pub empty_text: String,
    /// What may be invisible ("静态分页只生成前 50 页"), in Chinese.
    pub notes: Vec<String>,
}

/// A link as remembered: enough to follow it, check it and point at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRef {
    /// Absolute, normalised target.
    pub url: String,
    /// Anchor text, cut to 60 characters.
    pub text: String,
    /// What it is for.
    pub role: crate::LinkRole,
}
