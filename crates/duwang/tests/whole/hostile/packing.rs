//! Compression that explodes, lies or breaks off.

use super::wire::{HTML, story};
use super::{Ends, Misbehaviour, Plays};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::{Read, Write as _};
use std::sync::LazyLock;

const TOO_LARGE: &str = "refused 体积超限（超过 8 MB）";
/// What a bomb unpacks to.
const BOMB: u64 = 200 << 20;

fn blank() -> impl Read {
    std::io::repeat(b' ').take(BOMB)
}

fn gzip(from: &mut impl Read) -> Vec<u8> {
    let mut to = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(from, &mut to).unwrap();
    to.finish().unwrap()
}

pub static GZIP: LazyLock<Vec<u8>> = LazyLock::new(|| gzip(&mut blank()));
static DEFLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut to = ZlibEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(&mut blank(), &mut to).unwrap();
    to.finish().unwrap()
});
static BROTLI: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut to = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 1, 22);
    std::io::copy(&mut blank(), &mut to).unwrap();
    to.into_inner()
});
static ZSTD: LazyLock<Vec<u8>> = LazyLock::new(|| zstd::encode_all(blank(), 1).unwrap());
/// The largest window a frame may ask for: a reader that believes it takes 2 GiB at once.
static ZSTD_WINDOW: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut frame = b"\x28\xb5\x2f\xfd".to_vec();
    frame.extend([0x00, 0xa8]); // no size, a window of 2^31
    frame.extend(b"\x0b\x00\x00a"); // a last block: one byte, repeated once
    frame
});

pub const ALL: &[Misbehaviour] = &[
    Misbehaviour {
        name: "gzip-bomb",
        serves: "不到 1 MB 的 gzip，解开 200 MB",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: gzip\r\n"),
                &*GZIP,
            )
        }),
        ends: Ends::Unseen(TOO_LARGE),
    },
    Misbehaviour {
        name: "deflate-bomb",
        serves: "不到 1 MB 的 deflate，解开 200 MB",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: deflate\r\n"),
                &*DEFLATE,
            )
        }),
        ends: Ends::Unseen(TOO_LARGE),
    },
    Misbehaviour {
        name: "brotli-bomb",
        serves: "几百字节的 br，解开 200 MB",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: br\r\n"),
                &*BROTLI,
            )
        }),
        ends: Ends::Unseen(TOO_LARGE),
    },
    Misbehaviour {
        name: "zstd-bomb",
        serves: "几 KB 的 zstd，解开 200 MB",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: zstd\r\n"),
                &*ZSTD,
            )
        }),
        ends: Ends::Unseen(TOO_LARGE),
    },
    Misbehaviour {
        name: "zstd-window",
        serves: "zstd 要求 2 GB 的窗口",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: zstd\r\n"),
                &*ZSTD_WINDOW,
            )
        }),
        ends: Ends::Unseen("unread 正文的压缩方式不支持"),
    },
    Misbehaviour {
        name: "gzip-in-gzip",
        serves: "gzip 里面还是 gzip 炸弹",
        plays: Plays::It(|t| {
            let twice = gzip(&mut GZIP.as_slice());
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: gzip, gzip\r\n"),
                twice,
            )
        }),
        ends: Ends::Unseen("unread 正文的压缩方式不支持"),
    },
    Misbehaviour {
        name: "gzip-cut-off",
        serves: "gzip 传到一半就完了",
        plays: Plays::It(|t| {
            let packed = gzip(&mut story().as_bytes());
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: gzip\r\n"),
                &packed[..packed.len() / 2],
            )
        }),
        ends: Ends::Unseen("unread 正文的压缩方式不支持"),
    },
    Misbehaviour {
        name: "gzip-with-wrong-checksum",
        serves: "gzip 的校验值不对",
        plays: Plays::It(|t| {
            let mut packed = gzip(&mut story().as_bytes());
            let at = packed.len() - 6;
            packed[at] ^= 0xff;
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: gzip\r\n"),
                packed,
            )
        }),
        ends: Ends::Unseen("unread 正文的压缩方式不支持"),
    },
    Misbehaviour {
        name: "gzip-that-is-none",
        serves: "说是 gzip，其实没有压缩",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: gzip\r\n"),
                story(),
            )
        }),
        ends: Ends::Read,
    },
    Misbehaviour {
        name: "gzip-untold",
        serves: "压缩了却没有说",
        plays: Plays::It(|t| {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(story().as_bytes())?;
            t.html(packed.finish()?)
        }),
        ends: Ends::Unseen("unread 暂不能读 gzip 压缩包"),
    },
    Misbehaviour {
        name: "encoding-nobody-knows",
        serves: "没有人认识的压缩方式",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                &format!("{HTML}Content-Encoding: sdch\r\n"),
                story(),
            )
        }),
        ends: Ends::Read,
    },
];
