//! Serves HTTP to whoever connects, and lets nobody hold it up: a slow head, a slow body, too many connections of one address each have
//! their limit.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

/// How long and how much one visitor may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Until the head of a request is there; also how long a connection may stay silent between two requests.
    pub(crate) head: Duration,
    /// Until a request is answered, its body included.
    pub(crate) whole: Duration,
    /// Connections at once.
    pub(crate) connections: usize,
    /// Of these, from one address. A proxy on this machine speaks for many and is not counted.
    pub(crate) of_one: usize,
}

/// Largest head of a request, bytes, and most fields in it.
const HEAD: usize = 32 << 10;
const FIELDS: usize = 64;

impl Default for Limits {
    /// A draft of 64 MB over a slow line and a scanned file that is read for five minutes must both end.
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            whole: Duration::from_secs(15 * 60),
            connections: 512,
            of_one: 128,
        }
    }
}

/// Serves until told to stop, then until every request under way is answered.
pub(crate) async fn serve<L>(
    mut listener: L,
    site: Router,
    limits: Limits,
    stopped: impl Future<Output = ()>,
) where
    L: Listener<Addr = SocketAddr>,
{
    let places = Places::new(limits);
    let ending = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        let next = async { (places.free().await, listener.accept().await) };
        let (place, (stream, peer)) = tokio::select! {
            next = next => next,
            () = &mut stopped => break,
        };
        let Some(place) = place.taken_by(peer.ip()) else {
            continue; // hung up on: this address has enough
        };
        let site = site.clone();
        let service = service_fn(move |request| answer(site.clone(), request, peer, limits.whole));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(HEAD)
            .max_headers(FIELDS)
            .serve_connection(TokioIo::new(stream), service);
        let connection = ending.watch(connection);
        tokio::spawn(async move {
            drop(connection.await); // whoever broke it off knows
            drop(place);
        });
    }
    ending.shutdown().await;
}

async fn answer(
    site: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    longest: Duration,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    match tokio::time::timeout(longest, site.oneshot(request)).await {
        Ok(answered) => answered,
        Err(_) => {
            let mut late = Response::new(Body::empty());
            *late.status_mut() = StatusCode::REQUEST_TIMEOUT;
            Ok(late)
        }
    }
}

/// Room for connections.
#[derive(Clone)]
struct Places {
    all: Arc<Semaphore>,
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
    of_one: usize,
}

/// Room for one connection, of nobody yet.
struct Free {
    places: Places,
    room: Option<OwnedSemaphorePermit>,
}

/// Held as long as its connection.
struct Place {
    places: Places,
    address: IpAddr,
    _room: Option<OwnedSemaphorePermit>,
}

impl Places {
    fn new(limits: Limits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.connections)),
            by_address: Arc::default(),
            of_one: limits.of_one,
        }
    }

    /// Waits for one. Who connects meanwhile waits in the queue of the system.
    async fn free(&self) -> Free {
        // Never closed: there is always a permit in the end.
        let room = Arc::clone(&self.all).acquire_owned().await.ok();
        Free {
            places: self.clone(),
            room,
        }
    }
}

impl Free {
    /// `None`: the address has as many as it may.
    fn taken_by(self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let mut counts = lock(&self.places.by_address);
        let count = counts.entry(address).or_default();
        if *count >= self.places.of_one && !address.is_loopback() {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Place {
            places: self.places,
            address,
            _room: self.room,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.places.by_address);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

fn lock(
    counts: &Mutex<HashMap<IpAddr, usize>>,
) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use axum::routing::{get, post};
    use std::time::Instant;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    const QUICK: Limits = Limits {
        head: Duration::from_millis(300),
        whole: Duration::from_millis(900),
        connections: 3,
        of_one: 2,
    };

    /// A site that reads bodies, and its address.
    async fn site(limits: Limits) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let site = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/", post(|body: String| async move { body }));
        tokio::spawn(serve(listener, site, limits, std::future::pending()));
        at
    }

    /// What comes back, and after how long the connection is closed.
    async fn told(at: SocketAddr, request: &str) -> (String, Duration) {
        let began = Instant::now();
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let reading = stream.read_to_end(&mut answer);
        drop(
            tokio::time::timeout(Duration::from_secs(10), reading)
                .await
                .unwrap(),
        );
        (
            String::from_utf8_lossy(&answer).into_owned(),
            began.elapsed(),
        )
    }

    const WHOLE: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    #[tokio::test]
    async fn whoever_is_slow_is_let_go() {
        let at = site(QUICK).await;
        assert!(told(at, WHOLE).await.0.ends_with("here"));
        for slow in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n"] {
            let (answer, took) = told(at, slow).await;
            assert!(!answer.contains("here"), "{answer}");
            assert!(
                took < Duration::from_secs(5),
                "{slow:?} held on for {took:?}"
            );
        }
        let half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf";
        let (answer, took) = told(at, half).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(took < Duration::from_secs(5), "{took:?}");
    }

    #[tokio::test]
    async fn a_head_has_its_size() {
        let at = site(QUICK).await;
        let long = format!("X: {}\r\n", "a".repeat(2 * HEAD));
        let many = "X: a\r\n".repeat(2 * FIELDS);
        for fields in [long, many] {
            let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
            let (answer, _) = told(at, &request).await;
            assert!(!answer.contains("here"), "{answer}");
        }
    }

    #[tokio::test]
    async fn those_who_come_too_many_wait_for_the_others() {
        let at = site(QUICK).await;
        let mut held = Vec::new();
        for _ in 0..QUICK.connections {
            held.push(TcpStream::connect(at).await.unwrap());
        }
        let (answer, took) = told(at, WHOLE).await;
        assert!(answer.ends_with("here"), "{answer}");
        assert!(took >= QUICK.head / 2, "answered after {took:?}");
    }

    #[tokio::test]
    async fn one_address_does_not_get_every_place() {
        let places = Places::new(QUICK);
        let outside: IpAddr = [198, 51, 100, 7].into();
        let first = places.free().await.taken_by(outside).unwrap();
        let _second = places.free().await.taken_by(outside).unwrap();
        assert!(places.free().await.taken_by(outside).is_none());
        let mapped = "::ffff:198.51.100.7".parse().unwrap();
        assert!(places.free().await.taken_by(mapped).is_none());
        drop(first);
        assert!(places.free().await.taken_by(outside).is_some());
        assert!(
            places
                .free()
                .await
                .taken_by([198, 51, 100, 8].into())
                .is_some()
        );
    }
}
