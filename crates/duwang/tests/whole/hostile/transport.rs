//! Connections that break, trickle or never end, and answers that are no HTTP.

use super::wire::{HTML, story};
use super::{Ends, Misbehaviour, Plays};
use std::time::Duration;

/// Two clocks run: for the whole and between two bytes.
const LATE: &str = "unreachable …超时…";
const BROKEN: &str = "unreachable 应答不合 HTTP 规范";
const RESET: &str = "unreachable 连接被重置";
const SECOND: Duration = Duration::from_secs(1);

pub const ALL: &[Misbehaviour] = &[
    Misbehaviour {
        name: "slow-headers",
        serves: "响应头一秒一行，没有尽头",
        plays: Plays::It(|t| {
            t.say("HTTP/1.1 200 OK\r\n")?;
            t.say_for_ever("X-Wait: 1\r\n", SECOND)
        }),
        ends: Ends::Unseen(LATE),
    },
    Misbehaviour {
        name: "slow-body",
        serves: "正文一秒一个字节",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: 5000\r\n\r\n"
            ))?;
            t.say_for_ever("a", SECOND)
        }),
        ends: Ends::Unseen(LATE),
    },
    Misbehaviour {
        name: "slow-chunks",
        serves: "分块传输，一块一个字节，没有尽头",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\n"
            ))?;
            t.say_for_ever("1\r\na\r\n", Duration::from_millis(50))
        }),
        ends: Ends::Unseen(LATE),
    },
    Misbehaviour {
        name: "endless-chunks",
        serves: "分块传输，能传多快传多快，没有尽头",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\n"
            ))?;
            let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
            t.say_for_ever(chunk, Duration::ZERO)
        }),
        ends: Ends::Unseen("refused 体积超限（超过 8 MB）"),
    },
    Misbehaviour {
        name: "endless-body",
        serves: "没有长度的正文，没有尽头",
        plays: Plays::It(|t| {
            t.say(format!("HTTP/1.0 200 OK\r\n{HTML}\r\n"))?;
            t.say_for_ever("<p>无尽</p>".repeat(1000), Duration::ZERO)
        }),
        ends: Ends::Unseen("refused 体积超限（超过 8 MB）"),
    },
    Misbehaviour {
        name: "endless-continue",
        serves: "没完没了的 100 Continue",
        plays: Plays::It(|t| {
            t.say_for_ever("HTTP/1.1 100 Continue\r\n\r\n", Duration::from_millis(1))
        }),
        ends: Ends::Unseen(LATE),
    },
    Misbehaviour {
        name: "endless-chunk-extension",
        serves: "分块大小后面的扩展没有尽头",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\n5;"
            ))?;
            t.say_for_ever("x".repeat(4096), Duration::ZERO)
        }),
        ends: Ends::Unseen("unread 正文传输有误（压缩或分块与声明不符）"),
    },
    Misbehaviour {
        name: "endless-trailers",
        serves: "分块结束后的尾部字段没有尽头",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
            ))?;
            t.say_for_ever("X-More: 1\r\n", Duration::ZERO)
        }),
        ends: Ends::Unseen("unread 正文传输有误（压缩或分块与声明不符）"),
    },
    Misbehaviour {
        name: "silent",
        serves: "接受连接，一言不发",
        plays: Plays::It(|t| t.say_for_ever("", SECOND)),
        ends: Ends::Unseen(LATE),
    },
    Misbehaviour {
        name: "hangs-up",
        serves: "接受连接，一言不发就断开",
        plays: Plays::It(|_| Ok(())),
        ends: Ends::Unseen("unreachable 连接中断（没有应答）"),
    },
    Misbehaviour {
        name: "reset-in-header",
        serves: "响应头传到一半，重置连接",
        plays: Plays::It(|t| {
            t.say("HTTP/1.1 200 OK\r\nContent-Ty")?;
            t.reset()
        }),
        ends: Ends::Unseen(RESET),
    },
    Misbehaviour {
        name: "reset-in-body",
        serves: "正文传到一半，重置连接",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: 5000\r\n\r\n<p>青石"
            ))?;
            t.reset()
        }),
        ends: Ends::Unseen(RESET),
    },
    Misbehaviour {
        name: "closed-in-header",
        serves: "响应头传到一半，断开",
        plays: Plays::It(|t| t.say("HTTP/1.1 200 OK\r\nContent-Ty")),
        ends: Ends::Unseen("unreachable 连接中断（没有应答）"),
    },
    Misbehaviour {
        name: "http-09",
        serves: "没有状态行，直接是网页（HTTP/0.9）",
        plays: Plays::It(|t| t.say(story())),
        ends: Ends::Unseen(BROKEN),
    },
    Misbehaviour {
        name: "http-99",
        serves: "状态行写着 HTTP/9.9",
        plays: Plays::It(|t| t.say(format!("HTTP/9.9 200 OK\r\n{HTML}\r\n{}", story()))),
        ends: Ends::Unseen(BROKEN),
    },
    Misbehaviour {
        name: "broken-status-line",
        serves: "状态码不是数",
        plays: Plays::It(|t| t.say(format!("HTTP/1.1 好的 OK\r\n{HTML}\r\n{}", story()))),
        ends: Ends::Unseen(BROKEN),
    },
    Misbehaviour {
        name: "smtp",
        serves: "端口上是一台邮件服务器",
        plays: Plays::It(|t| t.say("220 mail ESMTP ready\r\n500 Command not recognized\r\n")),
        ends: Ends::Unseen(BROKEN),
    },
    Misbehaviour {
        name: "megabyte-header",
        serves: "一个响应头有 1 MB",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("X-Long: {}\r\n", "x".repeat(1 << 20)),
                story(),
            )
        }),
        ends: Ends::Unseen("refused 响应头过大"),
    },
    Misbehaviour {
        name: "thousands-of-headers",
        serves: "5000 个响应头",
        plays: Plays::It(|t| {
            let many: String = (0..5000).map(|n| format!("X-{n}: 1\r\n")).collect();
            t.respond("200 OK", &many, story())
        }),
        ends: Ends::Unseen("refused 响应头过大"),
    },
    Misbehaviour {
        name: "headers-with-rubbish",
        serves: "响应头里有空字节、没有冒号的行和折行",
        plays: Plays::It(|t| {
            let rubbish =
                format!("{HTML}X-Nul: a\0b\r\nno colon here\r\nX-Fold: a\r\n  b\r\n: nameless\r\n");
            t.respond("200 OK", &rubbish, story())
        }),
        ends: Ends::Unseen(BROKEN),
    },
    Misbehaviour {
        name: "length-too-small",
        serves: "声明的长度比正文短",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: 40\r\n\r\n{}",
                story()
            ))
        }),
        ends: Ends::Unseen("unread 空白页：没有可读的内容"),
    },
    Misbehaviour {
        name: "length-too-large",
        serves: "声明的长度比正文长",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: 90000\r\n\r\n{}",
                story()
            ))
        }),
        ends: Ends::Unseen("unread 正文没有传完整（长度与声明不符）"),
    },
    Misbehaviour {
        name: "length-beyond-reason",
        serves: "声明的长度是 10 的 18 次方",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: 1000000000000000000\r\n\r\n{}",
                story()
            ))
        }),
        ends: Ends::Unseen("refused 体积超限（超过 8 MB）"),
    },
    Misbehaviour {
        name: "length-negative",
        serves: "声明的长度是负数",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: -5\r\n\r\n{}",
                story()
            ))
        }),
        ends: Ends::Unseen(BROKEN),
    },
    Misbehaviour {
        name: "two-lengths",
        serves: "两个不同的长度",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: 5\r\nContent-Length: 900\r\n\r\n{}",
                story()
            ))
        }),
        ends: Ends::Unseen(BROKEN),
    },
    Misbehaviour {
        name: "length-and-chunked",
        serves: "既有长度又是分块传输",
        plays: Plays::It(|t| {
            let body = story();
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
                body.len()
            ))
        }),
        ends: Ends::Read,
    },
    Misbehaviour {
        name: "chunk-size-no-number",
        serves: "分块大小不是数",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                story()
            ))
        }),
        ends: Ends::Unseen("unread 正文传输有误（压缩或分块与声明不符）"),
    },
    Misbehaviour {
        name: "chunk-size-overflow",
        serves: "分块大小超出 64 位",
        plays: Plays::It(|t| {
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
                story()
            ))
        }),
        ends: Ends::Unseen("unread 正文传输有误（压缩或分块与声明不符）"),
    },
    Misbehaviour {
        name: "chunks-without-end",
        serves: "分块传输没有结束块就断开",
        plays: Plays::It(|t| {
            let body = story();
            t.say(format!(
                "HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n",
                body.len()
            ))
        }),
        ends: Ends::Unseen("unread 正文没有传完整（长度与声明不符）"),
    },
    Misbehaviour {
        name: "nul-bytes",
        serves: "十万个空字节",
        plays: Plays::It(|t| t.html(vec![0; 100_000])),
        ends: Ends::Unseen("unread 暂不能读其他格式"),
    },
];
