//! TLS that breaks, and HTTP/2 frames that no decent server sends.

use super::wire::{Wire, story};
use super::{Ends, Misbehaviour, Plays};
use std::io::{Read as _, Result, Write as _};
use std::time::Duration;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;
/// `:status: 200`, by its number in the static table.
const OK: u8 = 0x88;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// Says hello and waits until something was asked for.
fn greet(wire: &mut dyn Wire) -> Result<()> {
    wire.write_all(&frame(SETTINGS, 0, 0, &[]))?;
    wire.flush()?;
    let mut preface = [0; 24];
    wire.read_exact(&mut preface)?;
    loop {
        let mut head = [0; 9];
        wire.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        std::io::copy(
            &mut (&mut *wire).take(u64::from(length)),
            &mut std::io::sink(),
        )?;
        if head[3] == HEADERS {
            return Ok(());
        }
    }
}

/// After a proper greeting, the first bytes once and the second for ever.
fn flood(wire: &mut dyn Wire, first: &[u8], again: &[u8], every: Duration) -> Result<()> {
    greet(wire)?;
    wire.write_all(first)?;
    loop {
        wire.write_all(again)?;
        wire.flush()?;
        std::thread::sleep(every);
    }
}

/// A site that answers its first request by HTTP/2 like this.
macro_rules! http2 {
    ($name:literal, $serves:literal, $wire:ident => $play:expr, $told:literal) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::Http2(|$wire| $play),
            ends: Ends::Statement(0, &[$told]),
        }
    };
}

const AT_ONCE: Duration = Duration::ZERO;

pub const ALL: &[Misbehaviour] = &[
    Misbehaviour {
        name: "tls-breaks-off",
        serves: "TLS 握手到一半断开",
        plays: Plays::Bare(|stream| {
            let mut hello = [0; 8192];
            let _ = stream.read(&mut hello)?;
            stream.write_all(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76")
        }),
        ends: Ends::Statement(0, &["/ unreachable HTTPS 握手失败：对方中断"]),
    },
    Misbehaviour {
        name: "tls-that-is-none",
        serves: "HTTPS 端口上没有 TLS",
        plays: Plays::Bare(|stream| {
            let mut hello = [0; 8192];
            let _ = stream.read(&mut hello)?;
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        }),
        ends: Ends::Statement(
            0,
            &["/ unreachable HTTPS 握手失败：协议不支持（该端口不是 HTTPS 服务）"],
        ),
    },
    Misbehaviour {
        name: "tls-endless-handshake",
        serves: "TLS 握手消息声称 16 MB，一直传",
        plays: Plays::Bare(|stream| {
            stream.write_all(b"\x16\x03\x03\x40\x00\x0b\xff\xff\xff")?;
            stream.write_all(&[0; 0x4000 - 4])?;
            loop {
                stream.write_all(b"\x16\x03\x03\x40\x00")?;
                stream.write_all(&[0; 0x4000])?;
            }
        }),
        ends: Ends::Statement(
            0,
            &["/ unreachable HTTPS 握手失败：协议不支持（该端口不是 HTTPS 服务）"],
        ),
    },
    Misbehaviour {
        name: "tls-silent",
        serves: "TLS 握手没有回答",
        plays: Plays::Bare(|_| {
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }),
        ends: Ends::Statement(0, &["/ unreachable …超时…"]),
    },
    Misbehaviour {
        name: "tls-cut",
        serves: "没有长度的正文，TLS 没有告别就断开",
        plays: Plays::Tls(|t| match t.is_it() {
            true => t.say(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{}",
                story()
            )),
            false => t.ordinary(),
        }),
        ends: Ends::Unseen("unread 正文没有传完整（长度与声明不符）"),
    },
    http2!("h2-goodbye", "HTTP/2 一开始就说再见（GOAWAY）", wire => {
        // And stays: a server that closes on what it did not read resets the connection, sometimes before its goodbye was heard.
        flood(wire, &frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 11]), b"", Duration::from_secs(1))
    }, "/ unreachable 连接中断（没有应答）"),
    http2!("h2-reset", "HTTP/2 取消每个请求（RST_STREAM）", wire => {
        flood(wire, &frame(RESET, 0, 1, &[0, 0, 0, 2]), b"", Duration::from_secs(1))
    }, "/ unreachable 连接中断（没有应答）"),
    http2!("h2-silent", "HTTP/2 只打招呼，不回答", wire => flood(wire, b"", b"", Duration::from_secs(1)), "/ unreachable …超时…"),
    http2!("h2-ping-flood", "HTTP/2 没完没了的 PING", wire => flood(wire, b"", &frame(PING, 0, 0, &[7; 8]).repeat(100), AT_ONCE), "/ unreachable …超时…"),
    http2!("h2-settings-flood", "HTTP/2 没完没了的 SETTINGS", wire => flood(wire, b"", &frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 9]).repeat(100), AT_ONCE), "/ unreachable …超时…"),
    http2!("h2-continuation-flood", "HTTP/2 响应头没有尽头（CONTINUATION）", wire => {
        flood(wire, &frame(HEADERS, 0, 1, &[OK]), &frame(CONTINUATION, 0, 1, &[0; 16_000]), AT_ONCE)
    }, "/ unreachable 连接中断（没有应答）"),
    http2!("h2-header-bomb", "HTTP/2 响应头展开后有几十 MB（HPACK 炸弹）", wire => {
        // One long header put into the table, then named ten thousand times by one byte each.
        let mut block = vec![OK, 0x40, 1, b'x', 0x7f, 0xc1, 0x1e];
        block.extend([b'y'; 4000]);
        block.extend([0xbe; 10_000]);
        flood(wire, &frame(HEADERS, END_HEADERS, 1, &block), b"", Duration::from_secs(1))
    }, "/ unreachable 连接中断（没有应答）"),
    http2!("h2-over-the-window", "HTTP/2 不管接收窗口，一直传", wire => {
        flood(wire, &frame(HEADERS, END_HEADERS, 1, &[OK]), &frame(DATA, 0, 1, &[b'a'; 16_000]), AT_ONCE)
    }, "/ unread 正文传输有误（压缩或分块与声明不符）"),
    http2!("h2-empty-data", "HTTP/2 没完没了的空数据帧", wire => {
        flood(wire, &frame(HEADERS, END_HEADERS, 1, &[OK]), &frame(DATA, 0, 1, b"").repeat(100), AT_ONCE)
    }, "/ unread 正文传输有误（压缩或分块与声明不符）"),
    http2!("h2-push", "HTTP/2 推送没有要求的内容", wire => {
        flood(wire, &frame(PUSH, END_HEADERS, 1, &[0, 0, 0, 2, 0x82, 0x84]), b"", Duration::from_secs(1))
    }, "/ unreachable 连接中断（没有应答）"),
    http2!("h2-frame-too-large", "HTTP/2 一帧声称 16 MB", wire => {
        flood(wire, b"\xff\xff\xff\x00\x00\x00\x00\x00\x01", &[0; 16_384], AT_ONCE)
    }, "/ unreachable 连接中断（没有应答）"),
    http2!("h2-speaks-h1", "协商了 HTTP/2，回答 HTTP/1.1", wire => {
        wire.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }, "/ unreachable 连接…"),
];
