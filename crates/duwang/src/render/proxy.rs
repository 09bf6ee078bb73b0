//! The only way a browser of ours reaches the network: an HTTP proxy on loopback that asks the crawler's guard about every host and every
//! address, and counts what comes through.

use duwang_crawl::{Guard, Policy};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// Most bytes that come through for one page.
const MOST: i64 = 40 << 20;
/// Most connections for one page.
const CONNECTIONS: usize = 200;
/// Most bytes of a request's head.
const HEAD: usize = 32 << 10;
const PATIENCE: Duration = Duration::from_secs(10);

/// A running proxy; it ends when it is dropped.
pub(super) struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Proxy {
    pub(super) async fn start(policy: &Policy) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            guard: Guard::new(policy),
            pinned: policy.resolve.clone(),
            left: AtomicI64::new(MOST),
            connections: AtomicUsize::new(0),
        });
        let task = tokio::spawn(async move {
            let mut served = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                if shared.connections.fetch_add(1, Ordering::Relaxed) < CONNECTIONS {
                    served.spawn(serve(stream, Arc::clone(&shared)));
                }
            }
        });
        Ok(Self { address, task })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort(); // and with it every connection
    }
}

struct Shared {
    guard: Guard,
    pinned: HashMap<String, IpAddr>,
    left: AtomicI64,
    connections: AtomicUsize,
}

impl Shared {
    /// Connects to the first address of a host that the guard lets through.
    async fn connect(&self, url: &Url) -> Option<TcpStream> {
        self.guard.check(url).ok()?;
        let host = url.host_str()?.trim_matches(['[', ']']);
        let port = url.port_or_known_default()?;
        let addresses: Vec<SocketAddr> = match self.pinned.get(host) {
            Some(pinned) => vec![(*pinned, port).into()],
            None => tokio::net::lookup_host((host, port)).await.ok()?.collect(),
        };
        let allowed = addresses
            .into_iter()
            .find(|a| self.guard.check_address(a.ip()).is_ok())?;
        tokio::time::timeout(PATIENCE, TcpStream::connect(allowed))
            .await
            .ok()?
            .ok()
    }
}

/// One connection of the browser. Whatever goes wrong ends it; the browser shows what it has.
async fn serve(mut browser: TcpStream, shared: Arc<Shared>) {
    let Ok(Some((head, rest))) = tokio::time::timeout(PATIENCE, read_head(&mut browser)).await
    else {
        return;
    };
    let Some(asked) = Asked::of(&head) else {
        return;
    };
    let Some(mut server) = shared.connect(&asked.url).await else {
        let refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = browser.write_all(refusal).await; // it may be gone
        return;
    };
    let begun = match &asked.head {
        None => {
            browser
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .await
        }
        Some(head) => server.write_all(head.as_bytes()).await,
    };
    if begun.is_err() || server.write_all(&rest).await.is_err() {
        return;
    }
    let (from_browser, to_browser) = browser.split();
    let (from_server, to_server) = server.split();
    tokio::select! {
        () = pass(from_server, to_browser, &shared.left) => {}
        () = async {
            pass(from_browser, to_server, &shared.left).await;
            std::future::pending::<()>().await; // the answer may still be coming
        } => {}
    }
}

/// What a request's head asks for.
struct Asked {
    url: Url,
    /// The head as the server wants it; `None` for a tunnel.
    head: Option<String>,
}

impl Asked {
    fn of(head: &str) -> Option<Self> {
        let (first, fields) = head.split_once("\r\n")?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        if method == "CONNECT" {
            let url = Url::parse(&format!("https://{target}/")).ok()?;
            return Some(Self { url, head: None });
        }
        let url = Url::parse(target).ok().filter(|u| u.scheme() == "http")?;
        let mut out = format!(
            "{method} {} HTTP/1.1\r\n",
            &url[url::Position::BeforePath..url::Position::AfterQuery]
        );
        for field in fields.split("\r\n").filter(|f| !f.is_empty()) {
            let name = field.split(':').next().unwrap_or("").to_ascii_lowercase();
            if !matches!(
                name.as_str(),
                "connection"
                    | "keep-alive"
                    | "proxy-connection"
                    | "proxy-authorization"
                    | "upgrade"
            ) {
                out.push_str(field);
                out.push_str("\r\n");
            }
        }
        out.push_str("Connection: close\r\n\r\n");
        Some(Self {
            url,
            head: Some(out),
        })
    }
}

/// The head of a request, and what came after it.
async fn read_head(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4096];
    loop {
        let read = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(chunk.get(..read)?);
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Some((String::from_utf8(bytes).ok()?, rest));
        }
        if bytes.len() > HEAD {
            return None;
        }
    }
}

/// Passes bytes on until either side ends or the page has had its share.
async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, left: &AtomicI64) {
    let mut chunk = vec![0_u8; 16 << 10];
    while let Ok(read) = from.read(&mut chunk).await {
        let is_over = left.fetch_sub(read as i64, Ordering::Relaxed) < read as i64;
        let Some(bytes) = chunk.get(..read).filter(|b| !b.is_empty() && !is_over) else {
            return;
        };
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn heads_are_put_as_servers_want_them() {
        let asked = Asked::of("GET http://www.yunxi-demo.gov.cn/a?b=1 HTTP/1.1\r\nHost: www.yunxi-demo.gov.cn\r\nProxy-Connection: keep-alive\r\n\r\n").unwrap();
        assert_eq!(
            asked.head.unwrap(),
            "GET /a?b=1 HTTP/1.1\r\nHost: www.yunxi-demo.gov.cn\r\nConnection: close\r\n\r\n"
        );
        let tunnel = Asked::of("CONNECT www.yunxi-demo.gov.cn:443 HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!(tunnel.url.as_str(), "https://www.yunxi-demo.gov.cn/");
        assert!(tunnel.head.is_none());
        for wrong in [
            "GET /a HTTP/1.1\r\n\r\n",
            "GET ftp://a/ HTTP/1.1\r\n\r\n",
            "x\r\n\r\n",
            "",
        ] {
            assert!(Asked::of(wrong).is_none(), "{wrong:?}");
        }
    }

    async fn through(policy: &Policy, request: &str) -> String {
        let proxy = Proxy::start(policy).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_guard_decides_over_every_host() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = server.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = server.accept().await {
                let _ = read_head(&mut stream).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhere").await;
            }
        });
        let ask = format!("GET http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n");
        let closed = Policy::default();
        assert!(through(&closed, &ask).await.starts_with("HTTP/1.1 403"));
        let tunnel = format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n");
        assert!(through(&closed, &tunnel).await.starts_with("HTTP/1.1 403"));
        let metadata = "GET http://169.254.169.254/latest/ HTTP/1.1\r\nHost: x\r\n\r\n";
        let open = Policy {
            allow_private: true,
            ..Policy::default()
        };
        assert!(through(&open, metadata).await.starts_with("HTTP/1.1 403"));
        assert!(through(&open, &ask).await.ends_with("here"));
    }
}
