//! Articles as the interface gives them.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// One draft, one publication or one material: up to eight articles that go out together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiItem {
    /// `media_id` or `article_id`.
    pub id: String,
    /// The last change.
    pub updated: Option<DateTime<Utc>>,
    /// Its articles in order.
    pub articles: Vec<ApiArticle>,
}

/// One article.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiArticle {
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// Its summary.
    pub digest: String,
    /// HTML; plain text of a picture post.
    pub content: String,
    /// 阅读原文; empty when none.
    pub source_url: String,
    /// The permanent address once published; a preview of a draft.
    pub url: String,
    /// A picture post (`newspic`): the content is plain text.
    pub is_picture_post: bool,
    /// Taken down after it was published.
    pub is_deleted: bool,
}

impl ApiItem {
    /// The answer of `draft/get`, whose articles stand at the top.
    pub fn of_answer(id: &str, answer: &Value) -> Self {
        Self {
            id: id.to_owned(),
            updated: moment(&answer["update_time"]),
            articles: articles(&answer["news_item"]),
        }
    }
}

/// The items of a page.
pub(super) fn items(answer: &Value) -> Vec<ApiItem> {
    let one = |item: &Value| ApiItem {
        id: ["media_id", "article_id"]
            .iter()
            .find_map(|name| item[*name].as_str())
            .unwrap_or_default()
            .to_owned(),
        updated: moment(&item["update_time"]).or_else(|| moment(&item["content"]["update_time"])),
        articles: articles(&item["content"]["news_item"]),
    };
    answer["item"]
        .as_array()
        .into_iter()
        .flatten()
        .map(one)
        .collect()
}

fn articles(list: &Value) -> Vec<ApiArticle> {
    let one = |article: &Value| {
        let text = |name: &str| article[name].as_str().unwrap_or_default().to_owned();
        ApiArticle {
            title: text("title"),
            author: text("author"),
            digest: text("digest"),
            content: text("content"),
            source_url: text("content_source_url"),
            url: text("url"),
            is_picture_post: article["article_type"] == "newspic",
            is_deleted: article["is_deleted"] == true || article["is_deleted"] == 1,
        }
    };
    list.as_array().into_iter().flatten().map(one).collect()
}

fn moment(seconds: &Value) -> Option<DateTime<Utc>> {
    let seconds = seconds.as_i64().filter(|s| *s > 0)?;
    DateTime::from_timestamp(seconds, 0)
}
