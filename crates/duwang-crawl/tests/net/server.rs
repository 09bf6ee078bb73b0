//! A hand-written HTTP server: it can send what no decent server would.

use duwang_crawl::{Crawler, Fetched, Policy, Purpose, Request};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub head: String,
    pub body: String,
    pub at: Instant,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (n, v) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then_some(v.trim())
        })
    }
}

/// What to do with a request.
pub enum Reply {
    /// Send these bytes and close.
    Send(Vec<u8>),
    /// Send these bytes and never close.
    Hang(Vec<u8>),
    /// Send the first, then the second again and again for ever.
    Endless(Vec<u8>, Vec<u8>),
    /// Wait, then send and close.
    Late(Duration, Vec<u8>),
    /// Send these bytes and reset the connection.
    Reset(Vec<u8>),
}

pub struct Server {
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", answer).await
    }

    pub async fn start_at(
        address: &str,
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(answer);
        let kept = log.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer.clone(), kept.clone()));
            }
        });
        Self { address, log }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Requests so far, robots.txt left out.
    pub fn asked(&self) -> Vec<Asked> {
        let mut asked = self.all_asked();
        asked.retain(|a| a.path != "/robots.txt");
        asked
    }

    pub fn all_asked(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: Arc<impl Fn(&Asked) -> Reply>,
    log: Arc<Mutex<Vec<Asked>>>,
) {
    let Some(asked) = read_request(&mut stream).await else {
        return;
    };
    log.lock().unwrap().push(asked.clone());
    match answer(&asked) {
        Reply::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Hang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        Reply::Endless(first, again) => {
            let _ = stream.write_all(&first).await;
            while stream.write_all(&again).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        Reply::Late(wait, bytes) => {
            tokio::time::sleep(wait).await;
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            stream.set_zero_linger().unwrap();
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head_end = loop {
        let mut chunk = [0; 4096];
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&chunk[..n]);
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut first = head.lines().next()?.split(' ');
    let mut asked = Asked {
        method: first.next()?.to_owned(),
        path: first.next()?.to_owned(),
        head: head.clone(),
        body: String::new(),
        at: Instant::now(),
    };
    let length: usize = asked
        .header("content-length")
        .and_then(|l| l.parse().ok())
        .unwrap_or(0);
    while bytes.len() < head_end + 4 + length {
        let mut chunk = [0; 4096];
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&chunk[..n]);
    }
    asked.body = String::from_utf8_lossy(&bytes[head_end + 4..]).into_owned();
    Some(asked)
}

/// A whole response with the right length.
pub fn respond(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut out = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str("\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(body);
    out
}

pub fn html(body: impl AsRef<[u8]>) -> Reply {
    Reply::Send(respond(
        "200 OK",
        &[("Content-Type", "text/html; charset=utf-8")],
        body,
    ))
}

pub fn redirect(to: &str) -> Reply {
    Reply::Send(respond("302 Found", &[("Location", to)], ""))
}

pub fn not_found() -> Reply {
    Reply::Send(respond("404 Not Found", &[], "no"))
}

/// Loopback allowed, no delay, little patience.
pub fn quick() -> Policy {
    Policy {
        rate: Some(0.0),
        allow_private: true,
        connect_timeout: Duration::from_secs(3),
        read_timeout: Duration::from_secs(3),
        total_timeout: Duration::from_secs(5),
        attachment_timeout: Duration::from_secs(10),
        backoff: Duration::from_millis(20),
        ..Policy::default()
    }
}

pub fn page(url: &str) -> Request {
    Request::new(
        url,
        Purpose::Page {
            column: None,
            title: String::new(),
            date: None,
        },
    )
}

/// Permit and fetch in one; a refused permit becomes the outcome, as the pipeline does it.
pub async fn visit(crawler: &Crawler, request: &Request) -> Fetched {
    let url = Url::parse(&request.url).unwrap();
    match crawler.permit(&url).await {
        Ok(permit) => crawler.fetch(permit, request).await,
        Err(outcome) => answer(&request.url, outcome),
    }
}

pub async fn visit_page(policy: Policy, url: &str) -> Fetched {
    visit(&Crawler::new(policy).unwrap(), &page(url)).await
}

/// An answer made by hand.
pub fn answer(url: &str, outcome: duwang_model::Outcome) -> Fetched {
    Fetched::without_answer(url, outcome)
}
