//! What an address looks like before it is visited: an article, a column, a file, or nothing one reads.

use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// Whether the address is plainly that of one article, by the shapes the platforms give them.
pub(crate) fn looks_like_article(url: &Url) -> bool {
    static SHAPES: LazyLock<Regex> = LazyLock::new(|| {
        compiled(concat!(
            r"(?i)/(?:",
            r"t\d{8}_\d+[^/]*\.s?html?",                        // TRS
            r"|art_\d+_[0-9a-f]+\.html|art_[0-9a-f]{32}\.html", // JCMS, JPAAS
            r"|m?post_\d+\.html|content_\d+\.s?html?",          // UCAP, gkmlpt
            r"|info/\d+/\d+\.html?",                            // VSB
            r"|[0-9a-f]{32}\.s?html?",                          // UCAP, JPAAS
            r"|content/article/\d+|public/\d+/\d+\.html",
            r"|c\d{4,}/content\.s?html?",
            r"|\d{5,}\.s?html?|(?:show|detail|article|view)[-_]?\d+\.s?html?",
            r")$",
        ))
    });
    SHAPES.is_match(url.path())
}

/// Whether the address or the words of a link promise a list of entries.
pub(crate) fn looks_like_column(url: &Url, text: &str) -> bool {
    if looks_like_article(url) || is_attachment(url) {
        return false;
    }
    let path = url.path();
    let file = path.rsplit('/').next().unwrap_or("");
    let is_folder = file.is_empty() || super::url::is_index_file(file);
    is_folder && path.len() > 1 || is_list_file(file) || names_a_column(text)
}

/// Whether the words of a link are those of a column or of the way into one.
pub(crate) fn names_a_column(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "动态",
        "要闻",
        "新闻",
        "通知",
        "公告",
        "公示",
        "政策",
        "文件",
        "解读",
        "目录",
        "公开",
        "年报",
        "年度报告",
        "征集",
        "规划",
        "财政",
        "预决算",
        "人事",
        "招标",
        "采购",
        "应急",
        "更多",
        "指南",
        "专栏",
        "专题",
        "法规",
        "统计",
    ];
    let length = text.chars().count();
    (2..=14).contains(&length) && (WORDS.iter().any(|w| text.contains(w)) || is_more(text))
}

/// `更多>>`, `MORE+`.
pub(crate) fn is_more(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    matches!(
        bare,
        "更多" | "查看更多" | "更多内容" | "更多信息" | "点击更多"
    ) || bare.eq_ignore_ascii_case("more")
}

/// Whether the address ends like a file that is read as an attachment.
pub(crate) fn is_attachment(url: &Url) -> bool {
    matches!(
        extension(url).as_str(),
        "pdf"
            | "doc"
            | "docx"
            | "wps"
            | "xls"
            | "xlsx"
            | "et"
            | "ppt"
            | "pptx"
            | "dps"
            | "ofd"
            | "rtf"
            | "txt"
            | "csv"
            | "zip"
            | "rar"
            | "7z"
            | "ceb"
    ) || url.path().ends_with("/system/_content/download.jsp")
}

/// Whether the address ends like something without text: pictures, players, scripts, programs.
pub(crate) fn is_without_text(url: &Url) -> bool {
    matches!(
        extension(url).as_str(),
        "jpg"
            | "jpeg"
            | "png"
            | "gif"
            | "bmp"
            | "svg"
            | "webp"
            | "ico"
            | "mp4"
            | "mp3"
            | "wav"
            | "avi"
            | "wmv"
            | "flv"
            | "swf"
            | "css"
            | "js"
            | "exe"
            | "apk"
            | "dmg"
            | "woff"
            | "woff2"
            | "ttf"
    )
}

/// A regular expression of this program: known to compile.
pub(crate) fn compiled(pattern: &str) -> Regex {
    #[allow(
        clippy::expect_used,
        reason = "a literal of this crate; every one is compiled by a test"
    )]
    Regex::new(pattern).expect("pattern of this crate")
}

fn extension(url: &Url) -> String {
    let file = url.path().rsplit('/').next().unwrap_or("");
    file.rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .unwrap_or_default()
}

fn is_list_file(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    let stem = file.split('.').next().unwrap_or("");
    stem.starts_with("list")
        || stem.ends_with("list")
        || stem.starts_with("column-index")
        || stem.starts_with("xxgk_list")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse("http://a.example/").unwrap().join(text).unwrap()
    }

    #[test]
    fn articles_of_every_platform_are_known_by_their_address() {
        for article in [
            "/x/202609/t20260918_3400123.htm",
            "/x/202609/t20260918_3400123_1.html",
            "/art/2026/9/18/art_1229160000_59000001.html",
            "/art/2026/art_0123456789abcdef0123456789abcdef.html",
            "/content/post_123.html",
            "/gkmlpt/content/0/963/post_963149.html",
            "/info/1041/2345.htm",
            "/c160193/202609/0123456789abcdef0123456789abcdef.shtml",
            "/public/6606/123456.html",
        ] {
            assert!(looks_like_article(&url(article)), "{article}");
            assert!(!looks_like_column(&url(article), "通知公告"), "{article}");
        }
        for other in [
            "/tzgg/",
            "/tzgg/index_3.html",
            "/tzgg/12.htm",
            "/col/col123/index.html",
            "/xxgk/zfxxgkzl/zn",
            "/list.jsp?id=12345",
        ] {
            assert!(!looks_like_article(&url(other)), "{other}");
        }
    }

    #[test]
    fn columns_are_known_by_address_or_words() {
        for (address, text) in [
            ("/tzgg/", ""),
            ("/col/col12/index.html", "x"),
            ("/list.jsp?a=1", ""),
            ("/tzgg.htm", "通知公告"),
            ("/a/b.htm", "更多>>"),
        ] {
            assert!(looks_like_column(&url(address), text), "{address}");
        }
        for (address, text) in [
            ("/", "首页"),
            ("/about.htm", "关于我们"),
            (
                "/a/b.htm",
                "青石街道办事处关于做好防汛工作的通知及其他若干事项",
            ),
        ] {
            assert!(!looks_like_column(&url(address), text), "{address}");
        }
    }
}
