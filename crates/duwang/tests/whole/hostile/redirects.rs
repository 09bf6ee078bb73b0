//! Redirects in circles, without end, and to places nobody may go.

use super::wire::story;
use super::{Ends, Misbehaviour, Plays};

/// Names without DNS: one stands for the metadata of a cloud, one for this machine.
pub const NAMES: &str = "[resolve]\n\"metadata.yunxi-demo.gov.cn\" = \"169.254.169.254\"\n\"printer.yunxi-demo.gov.cn\" = \"0.0.0.0\"\n";

const METADATA: &str = "refused 转向后的网址：云主机元数据地址一律不访问（169.254.169.254）";
const TOO_MANY: &str = "refused 转向次数过多";
const CIRCLE: &str = "refused 循环转向";

/// A redirect of the misbehaving page to one fixed place.
macro_rules! to {
    ($name:literal, $serves:literal, $to:literal, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::It(|t| t.redirect($to)),
            ends: Ends::Unseen($ends),
        }
    };
}

pub const ALL: &[Misbehaviour] = &[
    Misbehaviour {
        name: "redirect-to-itself",
        serves: "转向自己",
        plays: Plays::It(|t| t.redirect(&t.path.clone())),
        ends: Ends::Unseen(CIRCLE),
    },
    Misbehaviour {
        name: "redirect-in-a-circle",
        serves: "甲转向乙，乙转向甲",
        plays: Plays::Site(|t| match t.path.as_str() {
            "/t20260901_2.htm" => t.redirect("/b.htm"),
            "/b.htm" => t.redirect("/t20260901_2.htm"),
            _ => t.ordinary(),
        }),
        ends: Ends::Unseen(CIRCLE),
    },
    Misbehaviour {
        name: "redirect-without-end",
        serves: "每次转向一个新网址",
        plays: Plays::Site(|t| match t.path.strip_prefix("/hop/") {
            Some(n) => t.redirect(&format!("/hop/{n}1")),
            None if t.is_it() => t.redirect("/hop/1"),
            None => t.ordinary(),
        }),
        ends: Ends::Unseen(TOO_MANY),
    },
    Misbehaviour {
        name: "redirect-growing",
        serves: "每次转向的网址长一倍",
        plays: Plays::Site(|t| match t.path.strip_prefix("/hop/") {
            Some(n) => t.redirect(&format!("/hop/{n}{n}{n}{n}")),
            None if t.is_it() => t.redirect("/hop/0123456789"),
            None => t.ordinary(),
        }),
        ends: Ends::Unseen("refused 响应头过大"),
    },
    Misbehaviour {
        name: "redirect-between-hosts",
        serves: "几个主机互相转来转去",
        plays: Plays::Site(|t| match t.is_it() {
            true => t.redirect(&format!("{}/web/x", t.elsewhere)),
            false => t.ordinary(),
        }),
        ends: Ends::Unseen(TOO_MANY),
    },
    Misbehaviour {
        name: "redirect-with-ever-new-cookies",
        serves: "转向自己，每次换一个 Cookie",
        plays: Plays::It(|t| {
            let headers = format!("Location: {}\r\nSet-Cookie: n={}\r\n", t.path, t.nth);
            t.respond("302 Found", &headers, "")
        }),
        ends: Ends::Unseen(TOO_MANY),
    },
    Misbehaviour {
        name: "cookie-flood",
        serves: "转向时设置一千个 Cookie",
        plays: Plays::Site(|t| match t.path.as_str() {
            "/after.htm" => t.html(story()),
            _ if t.is_it() => {
                let cookies: String = (0..200)
                    .map(|n| format!("Set-Cookie: c{n}={}\r\n", "x".repeat(200)))
                    .collect();
                t.respond(
                    "302 Found",
                    &format!("Location: /after.htm\r\n{cookies}"),
                    "",
                )
            }
            _ => t.ordinary(),
        }),
        ends: Ends::Read,
    },
    to!(
        "redirect-to-file",
        "转向 file: 网址",
        "file:///etc/passwd",
        "refused 转向后的网址：不是网页地址（file:）"
    ),
    to!(
        "redirect-to-script",
        "转向 javascript: 网址",
        "javascript:alert(1)",
        "refused 转向后的网址：不是网页地址（javascript:）"
    ),
    to!(
        "redirect-to-data",
        "转向 data: 网址",
        "data:text/html,x",
        "refused 转向后的网址：不是网页地址（data:）"
    ),
    to!(
        "redirect-to-gopher",
        "转向 gopher: 网址",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "refused 转向后的网址：不是网页地址（gopher:）"
    ),
    to!(
        "redirect-to-another-port",
        "转向本机的数据库端口",
        "http://127.0.0.1:6379/",
        "refused 转向后的网址：端口不是网站端口"
    ),
    to!(
        "redirect-to-metadata",
        "转向云主机元数据地址",
        "http://169.254.169.254/latest/",
        METADATA
    ),
    to!(
        "redirect-to-metadata-decimal",
        "同上，地址写成十进制数",
        "http://2852039166/",
        METADATA
    ),
    to!(
        "redirect-to-metadata-hex",
        "同上，地址写成十六进制数",
        "http://0xa9fea9fe/",
        METADATA
    ),
    to!(
        "redirect-to-metadata-octal",
        "同上，地址写成八进制数",
        "http://0251.0376.0251.0376/",
        METADATA
    ),
    to!(
        "redirect-to-metadata-wide",
        "同上，地址写成全角数字",
        "http://%EF%BC%91%EF%BC%96%EF%BC%99.254.169.254/",
        METADATA
    ),
    to!(
        "redirect-to-metadata-v6",
        "同上，写成 IPv6 里的 IPv4",
        "http://[::ffff:169.254.169.254]/",
        "refused 转向后的网址：云主机元数据地址一律不访问（::ffff:169.254.169.254）"
    ),
    to!(
        "redirect-to-metadata-nat64",
        "同上，写成 NAT64 地址",
        "http://[64:ff9b::a9fe:a9fe]/",
        "refused 转向后的网址：NAT64 转换的内部地址一律不访问（64:ff9b::a9fe:a9fe）"
    ),
    to!(
        "redirect-to-metadata-by-name",
        "转向一个域名，域名解析到元数据地址",
        "http://metadata.yunxi-demo.gov.cn/",
        METADATA
    ),
    to!(
        "redirect-to-zero-by-name",
        "转向一个域名，域名解析到 0.0.0.0",
        "http://printer.yunxi-demo.gov.cn/",
        "refused 转向后的网址：本网络地址一律不访问（0.0.0.0）"
    ),
    to!(
        "redirect-to-link-local",
        "转向 IPv6 链路本地地址",
        "http://[fe80::1]/",
        "refused 转向后的网址：链路本地地址一律不访问（fe80::1）"
    ),
    to!(
        "redirect-to-multicast",
        "转向组播地址",
        "http://224.0.0.1/",
        "refused 转向后的网址：组播地址一律不访问（224.0.0.1）"
    ),
    to!(
        "redirect-with-password",
        "转向带账号口令的网址",
        "http://admin:admin@127.0.0.1/",
        "refused 转向后的网址：网址里带有账号口令"
    ),
    to!(
        "redirect-to-nowhere",
        "转向，但没有写去哪里",
        "",
        "unread 转向（302）没有有效的目标"
    ),
    to!(
        "redirect-to-rubbish",
        "转向，目标不成网址",
        "http://[::1",
        "unread 转向（302）没有有效的目标"
    ),
    Misbehaviour {
        name: "redirect-to-long",
        serves: "转向 60 KB 长的网址",
        plays: Plays::Site(|t| match t.path.len() {
            60_000.. => t.html(story()),
            _ if t.is_it() => t.redirect(&format!("/{}.htm", "x".repeat(60_000))),
            _ => t.ordinary(),
        }),
        ends: Ends::Read,
    },
];
