//! How fast the crawler itself is. Run by hand, in release: `cargo test -p duwang-crawl --release --test net speed -- --ignored --nocapture`.

use crate::server::{page, quick, visit};
use duwang_crawl::Crawler;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
#[allow(clippy::print_stderr, reason = "the measurement is the result")]
async fn thirty_two_at_once_from_loopback() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let body = "<p>x</p>".repeat(64);
                let reply = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                while stream.read(&mut request).await.is_ok_and(|n| n > 0) {
                    if stream.write_all(reply.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let crawler = Arc::new(Crawler::new(quick()).unwrap());
    let each = 1000;
    let start = Instant::now();
    let tasks: Vec<_> = (0..32)
        .map(|t| {
            let crawler = crawler.clone();
            tokio::spawn(async move {
                for i in 0..each {
                    let request = page(&format!("http://{address}/{t}/{i}.html"));
                    assert!(visit(&crawler, &request).await.outcome.is_seen());
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let rate = f64::from(32 * each) / start.elapsed().as_secs_f64();
    eprintln!("{rate:.0} requests a second");
}
