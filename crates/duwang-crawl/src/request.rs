//! One visit the crawler is asked to make, and what it is for.
//!
//! The walking half makes requests, the network half answers them. A request is also the memory of the frontier: [`Request::to_word`]
//! is what `FrontierEntry::purpose` and `ListReading::next` hold, so that a killed scan goes on where it was.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One visit to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Absolute URL.
    pub url: String,
    /// Body of a form POST (`application/x-www-form-urlencoded`); `None`: a plain GET (or HEAD for [`Purpose::Check`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// What the visit is for.
    pub purpose: Purpose,
    /// Links away from the entry.
    #[serde(default)]
    pub depth: u16,
    /// The page that led here; empty for an entry.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub via: String,
    /// `ETag` of the copy we hold, to ask only for changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of the copy we hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// What a visit is for: decides how the answer is read and what may follow from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "for")]
pub enum Purpose {
    /// A channel's entry.
    Entry,
    /// A list page of a column.
    List {
        /// Normalised URL of the column's first page.
        column: String,
        /// Page number, from 1.
        page: usize,
    },
    /// A call of a list interface (JSON or XML) of a column.
    Interface {
        /// The platform's word, see [`crate::read_interface`].
        platform: String,
        /// Normalised URL of the column's first page.
        column: String,
        /// Page number, from 1.
        page: usize,
    },
    /// A content page.
    Page {
        /// The column it was listed in, when known.
        column: Option<String>,
        /// Title as listed; empty when not listed.
        title: String,
        /// Date as listed.
        date: Option<NaiveDate>,
    },
    /// A file linked from a page.
    Attachment,
    /// A link out of the channel: only asked whether it is there (HEAD), never read or followed.
    Check,
}

impl Request {
    /// A plain GET without memory of an earlier visit.
    pub fn new(url: impl Into<String>, purpose: Purpose) -> Self {
        Self {
            url: url.into(),
            form: None,
            purpose,
            depth: 0,
            via: String::new(),
            etag: None,
            last_modified: None,
        }
    }

    /// The request as one line of JSON.
    pub fn to_word(&self) -> String {
        // Strings and numbers only: cannot fail; an empty word would read back as `None`.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads [`Request::to_word`] back; `None` for anything else.
    pub fn from_word(word: &str) -> Option<Self> {
        serde_json::from_str(word).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back_as_the_same_request() {
        let mut request = Request::new(
            "https://www.yunxi-demo.gov.cn/tzgg/index_1.html",
            Purpose::List {
                column: "https://www.yunxi-demo.gov.cn/tzgg/".into(),
                page: 2,
            },
        );
        request.form = Some("page=2&col=1".into());
        request.depth = 2;
        request.etag = Some("\"a1\"".into());
        assert_eq!(Request::from_word(&request.to_word()).unwrap(), request);
        let page = Request::new(
            "https://www.yunxi-demo.gov.cn/tzgg/t20260918_1.html",
            Purpose::Page {
                column: None,
                title: "样例".into(),
                date: NaiveDate::from_ymd_opt(2026, 9, 18),
            },
        );
        assert_eq!(Request::from_word(&page.to_word()).unwrap(), page);
        assert_eq!(Request::from_word("page"), None);
    }
}
