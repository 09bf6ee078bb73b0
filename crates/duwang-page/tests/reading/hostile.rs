//! Whatever comes in, reading ends, keeps its promises and stays linear.

use crate::common::check_invariants;
use duwang_page::{Hints, Reading, Source, content_hash, decode, facts, read, sniff};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn survives(bytes: &[u8]) {
    let reading = read(&Source {
        url: "http://www.yunxi.example/a/b.htm",
        bytes,
        content_type: Some("text/html"),
        hints: &Hints::default(),
    });
    if let Reading::Document(document) = reading {
        check_invariants(&document);
        let _ = (facts(&document), content_hash(&document));
    }
}

fn in_time(page: &str) {
    let start = Instant::now();
    survives(page.as_bytes());
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?} for {} bytes",
        start.elapsed(),
        page.len()
    );
}

#[test]
fn deep_wide_and_unclosed_pages_end_in_time() {
    let n = 30_000;
    in_time(&"<div>".repeat(n));
    in_time(&"<ul><li>".repeat(n));
    in_time(&"<table><tr><td>".repeat(n));
    in_time(&"<a href=x>链接文字链接文字</a>".repeat(n));
    in_time(&"<p>2026-09-18</p>".repeat(n));
    in_time(&"<td>联系电话：</td>".repeat(n));
    in_time(&format!("<p>{}</p>", "联系电话：".repeat(n)));
    in_time(&"<div id=zoom class='TRS_Editor title'>x<img src=a></div>".repeat(n));
    in_time(
        &"<li><a href=t20260918_1.htm>关于样例的通知</a><span>2026-09-18</span></li>".repeat(n),
    );
    in_time(&"<!--<$[信息内容]>begin-->x".repeat(n));
    in_time(&"《".repeat(n));
    in_time(&"：".repeat(4 * n));
    in_time(&"）：".repeat(2 * n));
    in_time(&"发布时间：来源：索引号：".repeat(n));
    in_time(&format!(
        "<div style=display:none>{}</div>",
        "<a href=x>y</a>".repeat(n)
    ));
}

/// A megabyte on one line, each colon of which asks what stands before it: looking back to the beginning each time would take many minutes.
#[test]
fn a_megabyte_of_colons_is_read_once() {
    const MANY: usize = 350_000;
    in_time(&"：".repeat(MANY));
    in_time(&"）：".repeat(MANY / 2));
    in_time(&"【】：".repeat(MANY / 3));
    in_time(&"甲 乙：".repeat(MANY / 3));
}

const PIECES: [&str; 30] = [
    "<p>",
    "</p>",
    "<div class=footer>",
    "<div id=zoom>",
    "</div>",
    "<table>",
    "<tr>",
    "<td rowspan=3 colspan=2>",
    "<th>",
    "</table>",
    "<a href=./x.pdf>",
    "</a>",
    "<dl><dt>",
    "<dd>",
    "联系电话：",
    "0599-6660001",
    "2026年9月18日",
    "（",
    "）",
    "㈠",
    "㎡",
    "\u{200b}",
    "&nbsp;",
    "<br>",
    "<h1>",
    "</h1>",
    "<span style='display:none'>",
    "</span>",
    "来源:",
    "《云〔2026〕3号》",
];

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (decode(&bytes, None), decode(&bytes, Some("text/html; charset=gbk")), sniff(&bytes, None));
        survives(&bytes);
    }

    #[test]
    fn any_markup(pieces in proptest::collection::vec(0_usize..PIECES.len(), 0..60)) {
        let page: String = pieces.iter().map(|i| PIECES[*i]).collect();
        survives(page.as_bytes());
    }

    #[test]
    fn any_wechat_script(script in "[ -~\\n甲乙]{0,120}") {
        survives(format!("<div id=js_article><div id=js_content></div></div><script>var biz={script};window.desc='{script}';picture_page_info_list=[{script}</script>").as_bytes());
    }
}
