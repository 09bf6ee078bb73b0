//! Charsets that lie, markup without measure, and XML with ambushes.

use super::wire::{HTML, story, story_with};
use super::{Ends, Misbehaviour, Plays};
use encoding_rs::GBK;

/// The misbehaving page is this.
macro_rules! page {
    ($name:literal, $serves:literal, $body:expr, $ends:expr) => {
        page!($name, $serves, HTML, $body, $ends)
    };
    ($name:literal, $serves:literal, $headers:expr, $body:expr, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::It(|t| t.respond("200 OK", $headers, $body)),
            ends: $ends,
        }
    };
}

/// A feed that is this.
macro_rules! feed {
    ($name:literal, $serves:literal, $body:expr, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::Feed(|t| match t.path.as_str() {
                "/feed.xml" => t.respond("200 OK", "Content-Type: application/rss+xml\r\n", $body),
                _ => t.ordinary(),
            }),
            ends: $ends,
        }
    };
}

fn gbk(text: &str) -> Vec<u8> {
    GBK.encode(text).0.into_owned()
}

fn utf16(text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let body = text.encode_utf16().flat_map(bytes);
    mark.iter().copied().chain(body).collect()
}

/// `story` with its charset declared in a meta.
fn declared(charset: &str) -> String {
    story().replacen("<head>", &format!("<head><meta charset=\"{charset}\">"), 1)
}

/// Ten references a level, ten levels: ten thousand million laughs.
fn laughs() -> String {
    let levels: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY l0 \"笑\">{levels}]><rss version=\"2.0\"><channel><title>&l9;</title><item><title>&l9;</title><link>/t20260901_1.htm</link></item></channel></rss>"
    )
}

pub const ALL: &[Misbehaviour] = &[
    page!(
        "charset-header-lies",
        "响应头说 GBK，其实是 UTF-8",
        "Content-Type: text/html; charset=gbk\r\n",
        story(),
        Ends::Read
    ),
    page!(
        "charset-meta-lies",
        "网页自己说 UTF-8，其实是 GBK",
        "Content-Type: text/html\r\n",
        gbk(&declared("utf-8")),
        Ends::Read
    ),
    page!(
        "charset-header-against-meta",
        "响应头说 UTF-8，网页说 GBK，其实是 GBK",
        "Content-Type: text/html; charset=utf-8\r\n",
        gbk(&declared("gbk")),
        Ends::Read
    ),
    page!(
        "charset-nobody-knows",
        "没有人认识的字符集",
        "Content-Type: text/html; charset=x-klingon\r\n",
        declared("x-klingon"),
        Ends::Read
    ),
    page!(
        "charset-long-name",
        "字符集名有 60 KB",
        &format!(
            "Content-Type: text/html; charset={}\r\n",
            "x".repeat(60_000)
        ),
        story(),
        Ends::Read
    ),
    page!(
        "utf-16-with-mark",
        "UTF-16，有字节顺序标记",
        "Content-Type: text/html\r\n",
        utf16(&story(), b"\xff\xfe", u16::to_le_bytes),
        Ends::Read
    ),
    page!(
        "utf-16-big",
        "UTF-16 大端，响应头说明",
        "Content-Type: text/html; charset=utf-16be\r\n",
        utf16(&story(), b"", u16::to_be_bytes),
        Ends::Read
    ),
    page!(
        "utf-16-cut",
        "UTF-16，最后缺半个字",
        "Content-Type: text/html\r\n",
        [
            utf16(&story(), b"\xff\xfe", u16::to_le_bytes),
            vec![0x3d, 0xd8, 0x00]
        ]
        .concat(),
        Ends::Read
    ),
    page!(
        "utf-7",
        "UTF-7 里藏着脚本",
        "Content-Type: text/html; charset=utf-7\r\n",
        story_with("+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
        Ends::Read
    ),
    page!(
        "gbk-half-character",
        "GBK，字拆成两半",
        "Content-Type: text/html; charset=gbk\r\n",
        [gbk(&story_with("各社区")), vec![0xb0]].concat(),
        Ends::Read
    ),
    page!(
        "utf-8-broken",
        "UTF-8 里夹着坏字节",
        [b"<p>\xff\xfe\xe9\x9d</p>".as_slice(), story().as_bytes()].concat(),
        Ends::Read
    ),
    page!(
        "mark-in-the-middle",
        "字节顺序标记夹在字中间",
        story().replace("防汛", "防\u{feff}汛"),
        Ends::Read
    ),
    page!(
        "mark-in-the-word",
        "零宽字符夹在错词中间",
        story().replace("布署", "布\u{200b}署"),
        Ends::Plain
    ),
    page!(
        "control-characters",
        "正文里有空字节和控制字符",
        story().replace("会议", "会\0\u{1b}[2J\u{8}议"),
        Ends::Read
    ),
    page!(
        "turned-about",
        "正文里有改变文字方向的字符",
        story().replace("会议", "\u{202e}会议\u{202c}"),
        Ends::Read
    ),
    page!(
        "deep-nesting",
        "十万层嵌套",
        format!("{}{}", "<div>".repeat(100_000), story()),
        Ends::Read
    ),
    page!(
        "deep-tables",
        "两千层表格套表格",
        format!("{}{}", "<table><tr><td>".repeat(2_000), story()),
        Ends::Read
    ),
    page!(
        "many-attributes",
        "一个标签有十万个属性",
        format!(
            "<div {}>{}",
            (0..100_000).map(|n| format!("a{n}=1 ")).collect::<String>(),
            story()
        ),
        Ends::Read
    ),
    page!(
        "long-attribute",
        "一个属性有 4 MB",
        format!("<div title=\"{}\">{}", "长".repeat(1_400_000), story()),
        Ends::Read
    ),
    page!(
        "giant-table",
        "二十万个单元格的表格",
        format!(
            "{}<table>{}</table>",
            story(),
            format!("<tr>{}</tr>", "<td>1</td>".repeat(100)).repeat(2_000)
        ),
        Ends::Partly(&[
            "unread 合并单元格展开后过多，其余表格未读",
            "unread 行数过多，其余未读"
        ])
    ),
    page!(
        "giant-span",
        "单元格声称跨一亿行",
        story_with(
            "</p><table><tr><td rowspan=100000000 colspan=100000000>跨</td><td>二</td></tr></table><p>"
        ),
        Ends::Read
    ),
    page!(
        "giant-line",
        "7 MB 的正文只有一行",
        story_with(&"各社区要抓好落实，".repeat(260_000)),
        Ends::Read
    ),
    page!(
        "giant-comment",
        "注释没有结束",
        format!("{}<!-- {}", story(), "x".repeat(1 << 20)),
        Ends::Read
    ),
    page!(
        "entities",
        "十万个字符实体",
        story_with(&"&#x5e03;&notanentity;&#x110000;&#0;".repeat(25_000)),
        Ends::Read
    ),
    page!(
        "mutual-frames",
        "两个框架页互相嵌套",
        story_with(
            "<iframe src=\"/t20260901_2.htm\"></iframe><iframe src=\"/t20260901_1.htm\"></iframe>"
        ),
        Ends::Read
    ),
    page!(
        "refresh-to-itself",
        "网页每 0 秒刷新到自己",
        "<html><head><meta http-equiv=refresh content=\"0;url=?\"></head><body></body></html>",
        Ends::Unseen("unread 页面只是转到 /t20260901_2.htm?")
    ),
    page!(
        "xhtml-entities",
        "XHTML 里的实体炸弹",
        "Content-Type: application/xhtml+xml\r\n",
        format!(
            "<!DOCTYPE html [<!ENTITY a \"{}\"><!ENTITY b \"{}\">]>{}",
            "笑".repeat(1000),
            "&a;".repeat(1000),
            story_with(&"&b;".repeat(1000))
        ),
        Ends::Read
    ),
    page!(
        "svg-script",
        "正文里是带脚本的 SVG",
        story_with(
            "<svg onload=alert(1)><script>布署</script><foreignObject><p>布署</p></foreignObject></svg>"
        ),
        Ends::Read
    ),
    Misbehaviour {
        name: "never-the-same",
        serves: "每次访问内容都不同",
        plays: Plays::It(|t| {
            let now = format!(
                "访问量：{}，会话 {:?}",
                t.nth * 7919,
                std::time::SystemTime::now()
            );
            t.html(story_with(&now))
        }),
        ends: Ends::Read,
    },
    feed!(
        "feed-laughs",
        "订阅源里的实体炸弹（billion laughs）",
        laughs(),
        Ends::Statement(2, &[])
    ),
    feed!(
        "feed-reads-files",
        "订阅源要求读本机文件（外部实体）",
        "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss version=\"2.0\"><channel><title>&x;</title><item><title>&x;</title><link>/t20260901_1.htm</link></item></channel></rss>",
        Ends::Statement(2, &[])
    ),
    feed!(
        "feed-deep",
        "订阅源有十万层嵌套",
        format!("<rss version=\"2.0\"><channel>{}", "<item>".repeat(100_000)),
        Ends::Statement(
            1,
            &["列表  /feed.xml unread 栏目打不开：列表接口的回答读不懂"]
        )
    ),
    feed!(
        "feed-of-far-places",
        "订阅源的条目指向本机文件和元数据地址",
        "<rss version=\"2.0\"><channel><title>x</title><item><title>a</title><link>file:///etc/passwd</link></item><item><title>b</title><link>http://169.254.169.254/latest/</link></item></channel></rss>",
        Ends::Statement(
            1,
            &[
                "http://169.254.169.254/latest/ refused 云主机元数据地址一律不访问（169.254.169.254）"
            ]
        )
    ),
];
