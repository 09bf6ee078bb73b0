//! Lists of WeChat article links that a unit keeps itself: a pasted text, a CSV or a spreadsheet. The steadiest source there is.

use crate::CrawlError;
use calamine::{Data, Reader};
use std::path::Path;
use url::Url;

/// Reads article links with their titles (empty when the list has none), in file order, each article once.
///
/// `.csv` and spreadsheets: columns are found by the words of a header row (标题, 链接 …) in any order; without one, the cell that is
/// a link counts. Anything else is read as text: every link in it, the words around it as title. UTF-8 or GB18030.
pub fn wechat_links(path: &Path) -> Result<Vec<(String, String)>, CrawlError> {
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let links = match extension.as_str() {
        "xlsx" | "xls" | "xlsm" | "xlsb" | "ods" => from_tables(&sheets(path)?),
        "csv" => from_tables(&[records(&text_of(path)?, b',')]),
        "tsv" => from_tables(&[records(&text_of(path)?, b'\t')]),
        _ => from_text(&text_of(path)?),
    };
    Ok(each_once(links))
}

/// The permanent address of an article: `/s/<22 characters>`, or the four-parameter form in its fixed order (old parameter names
/// are renamed). `None` for anything else, temporary links included.
pub fn wechat_canonical(url: &Url) -> Option<String> {
    if url.host_str() != Some("mp.weixin.qq.com") || !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if let Some(id) = url.path().strip_prefix("/s/") {
        let id = id.trim_end_matches('/');
        let is_short = id.len() == 22
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        return is_short.then(|| format!("https://mp.weixin.qq.com/s/{id}"));
    }
    if !matches!(url.path(), "/s" | "/s/" | "/mp/appmsg/show") {
        return None;
    }
    let biz = parameter(url, &["__biz"]).filter(|v| is_word(v, "+/=_-"))?;
    let mid = parameter(url, &["mid", "appmsgid"]).filter(|v| is_word(v, ""))?;
    let idx = parameter(url, &["idx", "itemidx"]).filter(|v| is_word(v, ""))?;
    let sn = parameter(url, &["sn", "sign"]).filter(|v| is_word(v, ""))?;
    Some(format!(
        "https://mp.weixin.qq.com/s?__biz={biz}&mid={mid}&idx={idx}&sn={sn}"
    ))
}

fn parameter(url: &Url, names: &[&str]) -> Option<String> {
    url.query_pairs()
        .find(|(name, _)| names.contains(&name.trim_start_matches("amp;")))
        .map(|(_, value)| value.replace(' ', "+")) // an unescaped `+` of base64 was read as a blank
}

fn is_word(value: &str, also: &str) -> bool {
    !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

fn text_of(path: &Path) -> Result<String, CrawlError> {
    let bytes = std::fs::read(path).map_err(|e| unreadable(path, in_chinese(&e)))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    })
}

fn sheets(path: &Path) -> Result<Vec<Vec<Vec<String>>>, CrawlError> {
    let mut book = calamine::open_workbook_auto(path).map_err(|e| no_table(path, &e))?;
    let names = book.sheet_names();
    let mut out = Vec::new();
    for name in names {
        let range = book
            .worksheet_range(&name)
            .map_err(|e| no_table(path, &e))?;
        out.push(
            range
                .rows()
                .map(|row| row.iter().map(cell).collect())
                .collect(),
        );
    }
    Ok(out)
}

fn cell(data: &Data) -> String {
    data.to_string().trim().to_owned()
}

fn records(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .records()
        .filter_map(Result::ok) // text in memory: a record fails only by its encoding, and this is UTF-8
        .map(|record| record.iter().map(|c| c.trim().to_owned()).collect())
        .collect()
}

fn no_table(path: &Path, why: &calamine::Error) -> CrawlError {
    match why {
        calamine::Error::Io(why) => unreadable(path, in_chinese(why)),
        _ => unreadable(path, format!("不是能读的表格（{why}）")),
    }
}

fn unreadable(path: &Path, reason: String) -> CrawlError {
    CrawlError::File {
        path: path.to_owned(),
        reason,
    }
}

fn in_chinese(why: &std::io::Error) -> String {
    match why.kind() {
        std::io::ErrorKind::NotFound => "文件不存在".to_owned(),
        std::io::ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        _ => why.to_string(),
    }
}

fn from_tables(tables: &[Vec<Vec<String>>]) -> Vec<(String, String)> {
    tables.iter().flat_map(|rows| from_rows(rows)).collect()
}

fn from_rows(rows: &[Vec<String>]) -> Vec<(String, String)> {
    let header = rows
        .iter()
        .take(10)
        .position(|row| link_column(row).is_some() && row.iter().all(|c| links_in(c).is_empty()));
    let (link_at, title_at) = header
        .and_then(|i| rows.get(i))
        .map_or((None, None), |row| (link_column(row), title_column(row)));
    rows.iter()
        .skip(header.map_or(0, |i| i + 1))
        .filter_map(|row| from_row(row, link_at, title_at))
        .collect()
}

fn from_row(
    row: &[String],
    link_at: Option<usize>,
    title_at: Option<usize>,
) -> Option<(String, String)> {
    let link = link_at
        .and_then(|i| row.get(i))
        .and_then(|c| links_in(c).into_iter().next())
        .or_else(|| row.iter().find_map(|c| links_in(c).into_iter().next()))?;
    let title = match title_at.and_then(|i| row.get(i)) {
        Some(title) => title.clone(),
        None => row
            .iter()
            .filter(|c| links_in(c).is_empty())
            .max_by_key(|c| c.chars().count())
            .cloned()
            .unwrap_or_default(),
    };
    Some((link, title))
}

fn link_column(row: &[String]) -> Option<usize> {
    row.iter().position(|c| {
        let c = c.to_ascii_lowercase();
        ["链接", "网址", "地址", "url", "link"]
            .iter()
            .any(|w| c.contains(w))
    })
}

fn title_column(row: &[String]) -> Option<usize> {
    row.iter().position(|c| {
        let c = c.to_ascii_lowercase();
        ["标题", "题目", "文章名", "title"]
            .iter()
            .any(|w| c.contains(w))
    })
}

fn from_text(text: &str) -> Vec<(String, String)> {
    text.lines()
        .flat_map(|line| {
            let links = links_in(line);
            let title = if links.len() == 1 {
                words_around(line)
            } else {
                String::new()
            };
            links.into_iter().map(move |link| (link, title.clone()))
        })
        .collect()
}

/// Every link of a text in its one spelling.
fn links_in(text: &str) -> Vec<String> {
    link_spans(text)
        .into_iter()
        .filter_map(|(start, end)| {
            let raw = text[start..end].replace("\\x26", "&").replace("&amp;", "&");
            let url = Url::parse(&raw).ok()?;
            Some(wechat_canonical(&url).unwrap_or_else(|| crate::normalise(&url)))
        })
        .collect()
}

fn words_around(line: &str) -> String {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, end) in link_spans(line) {
        pieces.push(unframed(&line[from..start]));
        from = end;
    }
    pieces.push(unframed(&line[from..]));
    let words = pieces.join(" ");
    let words = words.trim();
    // A list number in front is not part of the title, a year is.
    let unnumbered = words.trim_start_matches(|c: char| c.is_ascii_digit());
    match unnumbered.chars().next() {
        Some('.' | '、' | ')' | '）' | ' ') => unframed(unnumbered).to_owned(),
        _ => words.to_owned(),
    }
}

/// Without the blanks and marks at the edges; brackets and quotes that may belong to a title stay.
fn unframed(words: &str) -> &str {
    words.trim_matches(|c: char| c.is_whitespace() || ".,:;|-—·、，。：；>→".contains(c))
}

fn link_spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|i| from + i) {
        let rest = &text[at..];
        if !(rest.starts_with("http://") || rest.starts_with("https://")) {
            from = at + 4;
            continue;
        }
        // A link is plain ASCII: the first character that is not ends it, as do quotes, brackets and blanks.
        let len = rest
            .find(|c: char| !c.is_ascii_graphic() || "\"'<>()[]{}|`^".contains(c))
            .unwrap_or(rest.len());
        let len = rest[..len].trim_end_matches([',', ';', '.', '!']).len();
        spans.push((at, at + len));
        from = at + len.max(4);
    }
    spans
}

fn each_once(links: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut seen = std::collections::HashSet::new();
    links
        .into_iter()
        .filter(|(link, _)| seen.insert(link.clone()))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn free_text_gives_links_and_the_words_around_them() {
        let text = "1. 青石街道停水通告 https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv?scene=1 \n\
                    看这里：http://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&amp;mid=2247480001&amp;idx=2&amp;sn=abc，谢谢\n没有链接";
        assert_eq!(
            from_text(text),
            [
                (
                    "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv".to_owned(),
                    "青石街道停水通告".to_owned()
                ),
                (
                    "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2247480001&idx=2&sn=abc"
                        .to_owned(),
                    "看这里 谢谢".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn columns_may_stand_in_any_order() {
        let rows = records(
            "发布日期,链接,标题\n2026-09-18,https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv,甲\n,,\n",
            b',',
        );
        assert_eq!(
            from_rows(&rows),
            [(
                "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv".to_owned(),
                "甲".to_owned()
            )]
        );
        let bare = records(
            "乙乙,https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv\n",
            b',',
        );
        assert_eq!(from_rows(&bare)[0].1, "乙乙");
    }

    #[test]
    fn temporary_links_are_not_an_identity() {
        let of = |u: &str| wechat_canonical(&Url::parse(u).unwrap());
        assert_eq!(
            of("https://mp.weixin.qq.com/s?src=11&timestamp=1&ver=1&signature=x"),
            None
        );
        assert_eq!(of("https://mp.weixin.qq.com/s/short"), None);
        assert_eq!(of("https://weixin.example/s/AbCdEfGhIjKlMnOpQrStUv"), None);
        assert_eq!(
            of("http://mp.weixin.qq.com/mp/appmsg/show?__biz=MzA=&appmsgid=10&itemidx=1&sign=0a#wechat_redirect").unwrap(),
            "https://mp.weixin.qq.com/s?__biz=MzA=&mid=10&idx=1&sn=0a"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_some_list(text in "(http[s:]{0,2}/{0,3}|\\PC|\n){0,60}") {
            let _ = from_text(&text);
            let _ = from_rows(&records(&text, b','));
        }
    }
}
