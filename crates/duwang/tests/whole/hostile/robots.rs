//! robots.txt that is too long, goes in circles, fails or is something else.

use super::{Ends, Misbehaviour, Plays};
use std::time::Duration;

/// A robots.txt of its own before an ordinary site.
macro_rules! robots {
    ($name:literal, $serves:literal, $t:ident => $answer:expr, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::Site(|$t| match $t.path.as_str() {
                "/robots.txt" => $answer,
                "/t20260901_2.htm" => $t.html(super::wire::story()),
                _ => $t.ordinary(),
            }),
            ends: $ends,
        }
    };
}

const FORBIDDEN: &str = "/it refused 网站的 robots.txt 不允许访问";

pub const ALL: &[Misbehaviour] = &[
    robots!("robots-huge", "robots.txt 有 10 MB，前面的规定照办，500 KB 之后的不看", t => {
        let filler = "# 填充\n".repeat(1 << 20);
        t.respond("200 OK", "Content-Type: text/plain\r\n", format!("User-agent: *\nDisallow: /t20260901_2.htm\n{filler}\nDisallow: /\n"))
    }, Ends::Statement(2, &[FORBIDDEN])),
    robots!("robots-one-line", "robots.txt 是 10 MB 的一行", t => {
        t.respond("200 OK", "Content-Type: text/plain\r\n", format!("User-agent: {}", "*".repeat(10 << 20)))
    }, Ends::Read),
    robots!("robots-bomb", "robots.txt 是 gzip 炸弹", t => {
        t.respond("200 OK", "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n", &*super::packing::GZIP)
    }, Ends::Read),
    robots!("robots-in-a-circle", "robots.txt 循环转向", t => t.redirect("/robots.txt"), Ends::Read),
    robots!("robots-to-metadata", "robots.txt 转向云主机元数据地址", t => {
        t.redirect("http://169.254.169.254/")
    }, Ends::Statement(0, &["/ refused 云主机元数据地址一律不访问（169.254.169.254）"])),
    robots!("robots-500", "robots.txt 出错（500）", t => {
        t.respond("500 Oops", "", "")
    }, Ends::Statement(0, &["/ refused 暂时取不到 robots.txt（500），按规范先不访问"])),
    robots!("robots-hangs", "robots.txt 没有回答", t => {
        t.say_for_ever("", Duration::from_secs(1))
    }, Ends::Statement(0, &["/ unreachable …超时…"])),
    robots!("robots-web-page", "robots.txt 是一个网页", t => t.html(super::wire::story()), Ends::Read),
    robots!("robots-binary", "robots.txt 是乱码", t => {
        let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        t.respond("200 OK", "Content-Type: text/plain\r\n", [b"User-agent: *\nDisallow: /*$*$**\xff\nDisallow: ".as_slice(), &bytes].concat())
    }, Ends::Read),
    robots!("robots-stars", "robots.txt 里的一条规定有几万个星号", t => {
        let stars = "*a".repeat(30_000);
        t.respond("200 OK", "Content-Type: text/plain\r\n", format!("User-agent: *\nDisallow: /{stars}b$\n"))
    }, Ends::Read),
];
