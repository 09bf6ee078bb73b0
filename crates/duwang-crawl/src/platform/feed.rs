//! RSS, Atom and JSON feeds, as sites and the usual bridges for official accounts write them.
//!
//! Known quirks: dates without a zone (China is meant), `<![CDATA[` escaped into the text, an `<id>` that is no part of RSS, links to the
//! machine the bridge runs on (the guard refuses those), and only the latest entries — a feed is never a whole list.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone, Utc};
use duwang_model::{ListItem, ListReading};
use feed_rs::model::Entry;
use url::Url;

/// The word by which requests name this reader.
pub(crate) const PLATFORM: &str = "feed";
/// Most entries taken of one feed.
const MOST: usize = 2_000;

pub(super) fn read_answer(url: &Url, body: &str) -> Option<ListReading> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(url.as_str()))
        .timestamp_parser(moment)
        .build();
    let feed = parser.parse(without_declaration(body).as_bytes()).ok()?;
    let entries = feed.entries.len();
    let items: Vec<ListItem> = feed
        .entries
        .iter()
        .take(MOST)
        .filter_map(|e| item(e, url))
        .collect();
    let mut notes = Vec::new();
    if items.len() < entries.min(MOST) {
        notes.push(format!(
            "{} 条没有链接，未读",
            entries.min(MOST) - items.len()
        ));
    }
    if entries > MOST {
        notes.push(format!("共 {entries} 条，只取前 {MOST} 条"));
    }
    Some(ListReading {
        platform: PLATFORM.to_owned(),
        name: feed.title.map(|t| words(&t.content)).unwrap_or_default(),
        empty_text: if items.is_empty() {
            "订阅源里没有条目".to_owned()
        } else {
            String::new()
        },
        items,
        notes,
        page: 1,
        ..ListReading::default()
    })
}

fn item(entry: &Entry, base: &Url) -> Option<ListItem> {
    let is_page = |rel: Option<&str>| matches!(rel, None | Some("alternate" | ""));
    let link = entry.links.iter().find(|l| is_page(l.rel.as_deref()));
    let href = link.or(entry.links.first()).map(|l| l.href.as_str());
    let url = href
        .and_then(|h| base.join(&h.trim().replace("&amp;", "&")).ok())
        .or_else(|| Url::parse(entry.id.trim()).ok())
        .filter(|u| matches!(u.scheme(), "http" | "https"))?;
    let china = FixedOffset::east_opt(8 * 3600)?;
    let at = entry.published.or(entry.updated);
    Some(ListItem {
        url: crate::normalise(&url),
        title: entry
            .title
            .as_ref()
            .map(|t| words(&t.content))
            .unwrap_or_default(),
        date: at.map(|at| at.with_timezone(&china).date_naive()),
    })
}

/// The text is UTF-8 by now, whatever its declaration says.
fn without_declaration(body: &str) -> &str {
    let body = body.trim_start_matches('\u{feff}').trim_start();
    match body
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest,
        None => body,
    }
}

fn words(title: &str) -> String {
    let title = title.trim();
    let inner = title
        .strip_prefix("<![CDATA[")
        .and_then(|t| t.strip_suffix("]]>"));
    inner
        .unwrap_or(title)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A moment in any of the forms in use; without a zone it is meant in China.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) =
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text))
    {
        return Some(at.to_utc());
    }
    let bare = text.split_once(", ").map_or(text, |(_, rest)| rest);
    let forms = [
        "%d %b %Y %H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M:%S",
    ];
    let at = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(bare, form).ok());
    let at = at.or_else(|| {
        let day = chrono::NaiveDate::parse_from_str(bare, "%Y-%m-%d").ok()?;
        day.and_hms_opt(12, 0, 0)
    })?;
    let china = FixedOffset::east_opt(8 * 3600)?;
    Some(china.from_local_datetime(&at).single()?.to_utc())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &str) -> Vec<(String, String, String)> {
        let url = Url::parse("http://rss.example/feeds/all.rss").unwrap();
        let reading = read_answer(&url, body).unwrap();
        reading
            .items
            .into_iter()
            .map(|i| {
                (
                    i.url,
                    i.title,
                    i.date.map_or(String::new(), |d| d.to_string()),
                )
            })
            .collect()
    }

    const SHORT: &str = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv";

    fn one(date: &str) -> Vec<(String, String, String)> {
        vec![(SHORT.to_owned(), "停水通告".to_owned(), date.to_owned())]
    }

    #[test]
    fn rss_of_bridges_with_their_quirks() {
        let rss = |item: &str| {
            format!(
                "<?xml version=\"1.0\" encoding=\"gb2312\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>青石发布</title><link>http://rss.example/</link><description/>{item}</channel></rss>"
            )
        };
        let guid = format!(
            "<item><title><![CDATA[停水通告]]></title><link>{SHORT}</link><guid>{SHORT}</guid><pubDate>Mon, 21 Sep 2026 14:13:00 GMT</pubDate><content:encoded><![CDATA[<p>正文</p>]]></content:encoded></item>"
        );
        assert_eq!(read(&rss(&guid)), one("2026-09-21"));
        // No zone: 22:13 in China, not 06:13 of the next day.
        let zoneless = format!(
            "<item><id>1-2</id><title>&lt;![CDATA[停水通告]]&gt;</title><link>{SHORT}?scene=1</link><pubDate>Mon, 21 Sep 2026 22:13:00 </pubDate><enclosure url=\"http://rss.example/a.jpg\" length=\"0\" type=\"image/jpeg\"/></item>"
        );
        assert_eq!(read(&rss(&zoneless)), one("2026-09-21"));
    }

    #[test]
    fn atom_and_json() {
        let atom = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>青石发布</title><id>x</id><updated>2026-09-21T14:13:00Z</updated><entry><id>{SHORT}</id><title>停水通告</title><link rel=\"enclosure\" href=\"http://rss.example/a.mp3\"/><link href=\"{SHORT}\"/><updated>2026-09-21T20:13:00Z</updated></entry></feed>"
        );
        assert_eq!(read(&atom), one("2026-09-22"));
        let json = format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"青石发布\",\"items\":[{{\"id\":\"1\",\"url\":\"{SHORT}\",\"title\":\"停水通告\",\"content_html\":\"<p>正文</p>\",\"date_published\":\"2026-09-21T22:13:00+08:00\"}}]}}"
        );
        assert_eq!(read(&json), one("2026-09-21"));
    }

    #[test]
    fn what_is_no_feed_is_not_an_empty_one() {
        let url = Url::parse("http://rss.example/").unwrap();
        for body in ["", "<html><body>登录</body></html>", "{}", "<rss"] {
            assert!(read_answer(&url, body).is_none(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(<(rss|feed|item|entry|title|link)[^>]{0,9}>?|&[a-z]{1,4};|\\PC){0,30}") {
            let _ = read_answer(&Url::parse("http://rss.example/").unwrap(), &text);
            let _ = moment(&text);
        }
    }
}
