//! An article of the interface as a draft: the page it will be, in the account's own markup, so that the same reader reads both.

use crate::check::Draft;
use crate::escape;
use duwang_crawl::{ApiArticle, ApiItem};
use std::sync::Arc;

/// The drafts of an answer of `draft/get` or `draft/batchget` that was saved as a file; `None` for any other file.
pub(crate) fn drafts_in(name: &str, bytes: &[u8]) -> Option<Vec<Draft>> {
    let text = std::str::from_utf8(bytes)
        .ok()?
        .trim_start_matches('\u{feff}')
        .trim_start();
    if !text.starts_with('{') {
        return None;
    }
    let answer: serde_json::Value = serde_json::from_str(text).ok()?;
    let items = match (&answer["news_item"], &answer["item"]) {
        (serde_json::Value::Array(_), _) => vec![ApiItem::of_answer("", &answer)],
        (_, serde_json::Value::Array(items)) => items
            .iter()
            .map(|item| {
                ApiItem::of_answer(
                    item["media_id"].as_str().unwrap_or_default(),
                    &item["content"],
                )
            })
            .collect(),
        _ => return None,
    };
    Some(
        items
            .iter()
            .flat_map(|item| of_item(name, None, item))
            .collect(),
    )
}

/// One draft for each article of an item, named by its place and title.
pub(crate) fn of_item(name: &str, account: Option<&str>, item: &ApiItem) -> Vec<Draft> {
    let several = item.articles.len() > 1;
    let named = |number: usize, article: &ApiArticle| match several {
        true => format!("{name}：第 {number} 篇《{}》", article.title),
        false => format!("{name}：《{}》", article.title),
    };
    (1..)
        .zip(&item.articles)
        .map(|(number, article)| Draft {
            name: named(number, article),
            url: String::new(),
            content_type: Some("text/html; charset=utf-8".to_owned()),
            body: Ok(Arc::from(page(article, account).into_bytes())),
        })
        .collect()
}

fn page(article: &ApiArticle, account: Option<&str>) -> String {
    let content = match article.is_picture_post {
        true => article
            .content
            .lines()
            .map(|l| format!("<p>{}</p>", escape::html(l)))
            .collect(),
        false => article.content.clone(),
    };
    let (title, author) = (escape::html(&article.title), escape::html(&article.author));
    let account = escape::html(account.unwrap_or_default());
    let source = match url::Url::parse(&article.source_url) {
        Ok(url) => format!(
            "<script>var msg_source_url = '{}';</script>",
            url.as_str().replace('\'', "%27").replace('<', "%3C")
        ),
        Err(_) => String::new(),
    };
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta property=\"og:title\" content=\"{title}\"><meta name=\"description\" content=\"{}\"></head><body id=\"activity-detail\" class=\"zh_CN wx_wap_page mm_appmsg\"><div id=\"js_article\" class=\"rich_media\"><h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1><span id=\"js_author_name\">{author}</span><a id=\"js_name\">{account}</a><div class=\"rich_media_content\" id=\"js_content\">{content}</div></div>{source}</body></html>",
        escape::html(&article.digest)
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use duwang_page::{Hints, Reading, Source};

    #[test]
    fn a_saved_draft_is_read_as_the_article_it_will_be() {
        let answer = "{\"news_item\":[{\"article_type\":\"news\",\"title\":\"停水\\\"通告\",\"author\":\"办公室\",\"digest\":\"摘要\",\"content\":\"<section><p>因管道<span>检修</span>，8月1日停水。</p></section>\",\"content_source_url\":\"https://www.example.gov.cn/1.htm\"},{\"article_type\":\"newspic\",\"title\":\"掠影\",\"content\":\"第一行 <b>\\n第二行\"}]}";
        let drafts = drafts_in("草稿.json", answer.as_bytes()).unwrap();
        assert_eq!(drafts[0].name, "草稿.json：第 1 篇《停水\"通告》");
        let read = |draft: &Draft| {
            let source = Source {
                url: "",
                bytes: draft.body.as_ref().unwrap(),
                content_type: draft.content_type.as_deref(),
                hints: &Hints::default(),
            };
            match duwang_page::read(&source) {
                Reading::Document(document) => document,
                Reading::Unread(outcome) => panic!("{outcome:?}"),
            }
        };
        let first = read(&drafts[0]);
        assert_eq!(first.kind, duwang_model::Kind::WechatArticle);
        assert_eq!(first.title, "停水\"通告");
        assert!(first.text.plain().contains("因管道检修，8月1日停水。"));
        assert_eq!(
            first.wechat.as_ref().unwrap().source_url,
            "https://www.example.gov.cn/1.htm"
        );
        assert!(read(&drafts[1]).text.plain().contains("第一行 <b>\n第二行"));
        for other in ["{}", "[1]", "<p>", "{\"news_item\":1}"] {
            assert!(drafts_in("x", other.as_bytes()).is_none(), "{other}");
        }
    }
}
