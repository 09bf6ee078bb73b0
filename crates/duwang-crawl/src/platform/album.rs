//! An album of an official account: the one list of articles an account publishes openly. Its JSON is asked for page by page.
//!
//! Numbers come as text; a page with one article has an object where others have an array; the last page may lack the list.

use super::loose;
use super::sheet::interface;
use crate::wechat_canonical;
use chrono::{DateTime, FixedOffset};
use duwang_model::{ListItem, ListReading};
use serde_json::Value;
use url::Url;

/// The word by which requests name this reader.
pub(crate) const PLATFORM: &str = "wechat-album";
/// Articles asked for at once.
const PAGE: &str = "20";

/// The first call for an album's address as people copy it.
pub(crate) fn first_call(album: &Url) -> Option<Url> {
    let mut biz = None;
    let mut id = None;
    for (name, value) in album.query_pairs() {
        match name.as_ref() {
            "__biz" => biz = Some(value.into_owned()),
            "album_id" => id = Some(value.into_owned()),
            _ => {}
        }
    }
    Some(call(album, &biz?.replace(' ', "+"), &id?, None))
}

fn call(album: &Url, biz: &str, id: &str, after: Option<(&str, &str)>) -> Url {
    let mut url = album.clone();
    url.set_path("/mp/appmsgalbum");
    url.set_fragment(None);
    let mut query = url.query_pairs_mut();
    query.clear().extend_pairs([
        ("action", "getalbum"),
        ("__biz", biz),
        ("album_id", id),
        ("count", PAGE),
        ("is_reverse", "0"),
        ("f", "json"),
    ]);
    if let Some((message, index)) = after {
        query.extend_pairs([("begin_msgid", message), ("begin_itemidx", index)]);
    }
    drop(query);
    url
}

pub(super) fn read_answer(url: &Url, body: &str) -> Option<ListReading> {
    let answer = loose::answer(body)?;
    let refusal = &answer["base_resp"]["ret"];
    let album = &answer["getalbum_resp"];
    if loose::count(refusal).is_none_or(|code| code != 0) || !album.is_object() {
        return None;
    }
    let articles: Vec<&Value> = match &album["article_list"] {
        Value::Array(list) => list.iter().collect(),
        one @ Value::Object(_) => vec![one],
        _ => Vec::new(),
    };
    let base = &album["base_info"];
    let mut reading = ListReading {
        platform: PLATFORM.to_owned(),
        name: loose::text(&base["title"]),
        items: articles.iter().filter_map(|a| item(a, url)).collect(),
        stated_total: loose::count(&base["article_count"]),
        page: 0,
        ..ListReading::default()
    };
    let goes_on = loose::text(&album["continue_flag"]) == "1";
    if let (true, Some(last)) = (goes_on, articles.last()) {
        reading.next.extend(next(url, last));
    }
    let paid = articles
        .iter()
        .filter(|a| loose::text(&a["is_pay_subscribe"]) == "1")
        .count();
    if paid > 0 {
        reading
            .notes
            .push(format!("{paid} 篇付费文章只能读到试读部分"));
    }
    Some(reading)
}

/// The call for what follows the last article; `None` when the answer does not say how to go on.
fn next(url: &Url, last: &Value) -> Option<String> {
    let (message, index) = (loose::text(&last["msgid"]), loose::text(&last["itemidx"]));
    if message.is_empty() || index.is_empty() {
        return None;
    }
    let parameter = |name: &str| {
        let found = url.query_pairs().find(|(n, _)| n == name);
        found.map(|(_, v)| v.into_owned())
    };
    let call = call(
        url,
        &parameter("__biz")?,
        &parameter("album_id")?,
        Some((&message, &index)),
    );
    Some(interface(PLATFORM, &call, "", 0))
}

fn item(article: &Value, base: &Url) -> Option<ListItem> {
    let url = base
        .join(&loose::text(&article["url"]).replace("&amp;", "&"))
        .ok()?;
    let seconds: i64 = loose::text(&article["create_time"]).parse().unwrap_or(0);
    let china = FixedOffset::east_opt(8 * 3600)?;
    Some(ListItem {
        url: wechat_canonical(&url).unwrap_or_else(|| crate::normalise(&url)),
        title: loose::text(&article["title"]),
        date: DateTime::from_timestamp(seconds, 0)
            .filter(|_| seconds > 0)
            .map(|at| at.with_timezone(&china).date_naive()),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use crate::{Purpose, Request};

    fn article(n: usize) -> String {
        format!(
            "{{\"title\":\"样例{n}\",\"url\":\"http://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&amp;mid=224748000{n}&amp;idx=1&amp;sn=0a#rd\",\"msgid\":\"224748000{n}\",\"itemidx\":\"1\",\"create_time\":\"1790000000\",\"is_pay_subscribe\":\"0\"}}"
        )
    }

    fn read(list: &str, goes_on: &str) -> ListReading {
        let album = Url::parse("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzAwMDAwMDAwMA==&action=getalbum&album_id=12#wechat_redirect").unwrap();
        let body = format!(
            "{{\"base_resp\":{{\"ret\":0}},\"getalbum_resp\":{{{list}\"base_info\":{{\"title\":\"政策解读\",\"article_count\":\"37\"}},\"continue_flag\":\"{goes_on}\"}}}}"
        );
        read_answer(&first_call(&album).unwrap(), &body).unwrap()
    }

    #[test]
    fn pages_follow_each_other_by_their_last_article() {
        let page = read(
            &format!("\"article_list\":[{},{}],", article(1), article(2)),
            "1",
        );
        assert_eq!(
            (page.name.as_str(), page.stated_total, page.items.len()),
            ("政策解读", Some(37), 2)
        );
        assert_eq!(
            page.items[0].url,
            "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2247480001&idx=1&sn=0a"
        );
        assert_eq!(page.items[0].date.unwrap().to_string(), "2026-09-21");
        let next = Request::from_word(&page.next[0]).unwrap();
        assert!(
            next.url.contains("begin_msgid=2247480002&begin_itemidx=1"),
            "{}",
            next.url
        );
        assert!(matches!(next.purpose, Purpose::Interface { page: 0, .. }));
    }

    #[test]
    fn one_article_is_an_object_and_the_end_may_lack_the_list() {
        assert_eq!(
            read(&format!("\"article_list\":{},", article(1)), "0")
                .items
                .len(),
            1
        );
        let end = read("", "0");
        assert!(end.items.is_empty() && end.next.is_empty());
    }

    #[test]
    fn a_refusal_is_no_empty_album() {
        let url = Url::parse("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=a&album_id=1").unwrap();
        for body in [
            "{\"base_resp\":{\"ret\":200013}}",
            "<html>环境异常</html>",
            "{}",
            "",
        ] {
            assert!(read_answer(&url, body).is_none(), "{body}");
        }
    }
}
