//! What went wrong on the wire, in words a site's editor understands.

use super::guard::NoAddress;
use duwang_model::{Outcome, OutcomeKind};
use rustls::CertificateError;
use std::error::Error;
use std::io;
use std::time::Duration;

/// Trouble with one request.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// What the visit comes to, unless asked again.
    pub(crate) outcome: Outcome,
    /// The body broke (wrong compression, wrong length, broken chunks): worth asking once more without compression.
    pub(crate) is_garbled: bool,
    /// The connection broke although it had been made: some servers do that to HEAD.
    pub(crate) is_broken_off: bool,
}

impl Trouble {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if let Some(refusal) = find::<NoAddress>(error) {
            return Self::plain(refusal.0.clone());
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::unreachable(tls_reason(tls));
        }
        if error.is_timeout() {
            let what = if error.is_connect() {
                "连接超时"
            } else {
                "读取超时（长时间没有数据）"
            };
            return Self::unreachable(what);
        }
        if find::<io::Error>(error).is_some_and(is_our_own_want) {
            return Self::plain(our_own_want());
        }
        let io = find::<io::Error>(error).map(innermost_kind);
        if let Some(reason) = io.and_then(io_reason) {
            return Self {
                is_broken_off: !error.is_connect(),
                ..Self::unreachable(reason)
            };
        }
        Self::of_http(error, io)
    }

    /// The whole request took too long.
    pub(crate) fn too_long(limit: Duration) -> Self {
        Self::unreachable(format!("超时（{} 秒内没有传完）", limit.as_secs_f32()))
    }

    /// The body still does not decode.
    pub(crate) fn garbled(reason: &str) -> Self {
        Self {
            is_garbled: true,
            ..Self::plain(Outcome::new(OutcomeKind::Unread, reason))
        }
    }

    fn of_http(error: &reqwest::Error, io: Option<io::ErrorKind>) -> Self {
        let text = find::<hyper::Error>(error).map(ToString::to_string);
        if text.as_ref().is_some_and(|t| t.contains("too large")) {
            return Self::plain(Outcome::new(OutcomeKind::Refused, "响应头过大"));
        }
        if error.is_decode() || error.is_body() {
            let reason = match io {
                Some(io::ErrorKind::UnexpectedEof) => "正文没有传完整（长度与声明不符）",
                _ => "正文传输有误（压缩或分块与声明不符）",
            };
            return Self::garbled(reason);
        }
        if error.is_connect() {
            return Self::unreachable(match io {
                Some(io::ErrorKind::UnexpectedEof) => "HTTPS 握手失败：对方中断",
                _ => "无法建立连接",
            });
        }
        let hyper = find::<hyper::Error>(error);
        let reason = if hyper.is_some_and(hyper::Error::is_parse) {
            "应答不合 HTTP 规范"
        } else {
            "连接中断（没有应答）"
        };
        Self {
            is_broken_off: true,
            ..Self::unreachable(reason)
        }
    }

    fn unreachable(reason: impl Into<String>) -> Self {
        Self::plain(Outcome::new(OutcomeKind::Unreachable, reason))
    }

    /// Trouble that asking again does not mend.
    pub(crate) fn plain(outcome: Outcome) -> Self {
        Self {
            outcome,
            is_garbled: false,
            is_broken_off: false,
        }
    }
}

/// Layers wrap each other's `io::Error` as `Other`; the innermost one knows what happened.
fn innermost_kind(error: &io::Error) -> io::ErrorKind {
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<io::Error>());
    inner.map_or(error.kind(), innermost_kind)
}

/// Whether this machine is out of something, so that nothing can be said of the site: file handles of the process or the system, memory,
/// buffers, ports.
pub(crate) fn is_our_own_want(error: &io::Error) -> bool {
    const EMFILE: i32 = 24;
    const ENFILE: i32 = 23;
    const ENOMEM: i32 = 12;
    const ENOBUFS: i32 = 105;
    const EADDRNOTAVAIL: i32 = 99;
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<io::Error>());
    let is_one = |code| matches!(code, EMFILE | ENFILE | ENOMEM | ENOBUFS | EADDRNOTAVAIL);
    error.raw_os_error().is_some_and(is_one) || inner.is_some_and(is_our_own_want)
}

/// What a visit comes to then: refused by us, and no fault of the site.
pub(crate) fn our_own_want() -> Outcome {
    Outcome::new(
        OutcomeKind::Refused,
        "本机资源不足（文件句柄、内存或端口用完），没有访问",
    )
}

fn io_reason(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::ConnectionRefused => Some("连接被拒绝（服务未开）"),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => Some("连接被重置"),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => Some("网络不可达"),
        io::ErrorKind::TimedOut => Some("连接超时"),
        _ => None,
    }
}

fn tls_reason(error: &rustls::Error) -> String {
    use rustls::Error as E;
    match error {
        E::InvalidCertificate(certificate) => certificate_reason(certificate),
        E::AlertReceived(_) | E::PeerIncompatible(_) | E::NoApplicationProtocol => {
            "HTTPS 握手失败：协议不支持（对方只支持过旧的协议或加密方式）".to_owned()
        }
        E::InvalidMessage(_) | E::InappropriateMessage { .. } => {
            "HTTPS 握手失败：协议不支持（该端口不是 HTTPS 服务）".to_owned()
        }
        other => format!("HTTPS 握手失败：{other}"),
    }
}

fn certificate_reason(error: &CertificateError) -> String {
    use CertificateError as C;
    let reason = match error {
        C::Expired | C::ExpiredContext { .. } => "证书过期",
        C::NotValidYet | C::NotValidYetContext { .. } => "证书尚未生效",
        C::NotValidForName | C::NotValidForNameContext { .. } => "证书与主机名不符",
        C::UnknownIssuer => "证书自签名或证书链不全",
        C::Revoked => "证书已吊销",
        // webpki's word for a self-signed authority served as the site's own certificate.
        C::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "证书自签名或证书链不全"
        }
        C::BadSignature | C::BadEncoding => "证书损坏",
        other => return format!("HTTPS 证书无效：{other}"),
    };
    format!("HTTPS 证书有误：{reason}")
}

/// The first cause of a type, looking inside `io::Error`, whose own wrapped error `source` skips.
fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(inner) = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            && let Some(found) = find::<T>(inner)
        {
            return Some(found);
        }
        next = cause.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_this_machine_lacks_is_no_fault_of_a_site() {
        let bare = io::Error::from_raw_os_error(24);
        assert!(is_our_own_want(&bare));
        assert!(is_our_own_want(&io::Error::other(bare)));
        assert!(!is_our_own_want(&io::Error::from_raw_os_error(111)));
    }
}
