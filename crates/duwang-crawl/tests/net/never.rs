//! One table of addresses that are never asked, and everything the network half asks with.

use duwang_crawl::{Crawler, Guard, Office, OfficeTrouble, Policy, Purpose, Request};
use duwang_model::OutcomeKind;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use url::Url;

const TABLE: &str = include_str!("never.txt");

/// The table with the port of a listener, whether a slip would arrive there, and how many came by.
async fn trapped() -> (Vec<(bool, String)>, SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let came = Arc::new(AtomicUsize::new(0));
    let six = TcpListener::bind(("::1", at.port())).await; // where there is no IPv6, nothing arrives by it
    for listener in [Ok(listener), six].into_iter().flatten() {
        let counted = Arc::clone(&came);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let lines = TABLE.lines().filter(|l| !l.starts_with('#'));
    let table = lines.map(|line| {
        let arrives = line.starts_with('!');
        let url = line.trim_start_matches("! ");
        (arrives, url.replace("{port}", &at.port().to_string()))
    });
    (table.collect(), at, came)
}

/// Inside is allowed, and a name that resolves to "this network".
fn at_home() -> Policy {
    Policy {
        allow_private: true,
        rate: Some(0.0),
        max_redirects: 3,
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(5),
        resolve: HashMap::from([("zero-demo.gov.cn".to_owned(), Ipv4Addr::UNSPECIFIED.into())]),
        ..Policy::default()
    }
}

#[tokio::test]
async fn what_is_never_asked_is_refused_with_its_reason() {
    let (table, _, came) = trapped().await;
    let crawler = Crawler::new(at_home()).unwrap();
    for (_, text) in &table {
        let url = Url::parse(text).unwrap();
        let outcome = match crawler.permit(&url).await {
            Ok(permit) => {
                let request = Request::new(text.as_str(), Purpose::Entry);
                crawler.fetch(permit, &request).await.outcome
            }
            Err(outcome) => outcome,
        };
        assert_eq!(outcome.kind, OutcomeKind::Refused, "{text}: {outcome:?}");
        assert!(!outcome.reason.is_empty(), "{text}");
    }
    assert_eq!(came.load(Ordering::Relaxed), 0, "somebody came by");
}

/// Those that are meant to arrive do, once the guard is out of the way: the trap is a trap.
#[tokio::test]
async fn the_trap_is_a_trap() {
    let (table, at, came) = trapped().await;
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .no_proxy()
        .resolve(
            "zero-demo.gov.cn",
            SocketAddr::from(([0, 0, 0, 0], at.port())),
        )
        .resolve(
            "zero-demo.gov.cn.",
            SocketAddr::from(([0, 0, 0, 0], at.port())),
        )
        .timeout(Duration::from_millis(400))
        .build()
        .unwrap();
    let has_six = std::net::TcpListener::bind("[::1]:0").is_ok();
    for (_, text) in table.iter().filter(|(arrives, _)| *arrives) {
        let is_six = text.contains("[::]") || text.contains("[0:0");
        if is_six && !has_six {
            continue;
        }
        let before = came.load(Ordering::Relaxed);
        drop(client.get(text).send().await);
        assert!(
            came.load(Ordering::Relaxed) > before,
            "{text} arrives nowhere"
        );
    }
}

/// The services an office names may be inside, and nothing else is let through for them.
#[tokio::test]
async fn services_of_the_office_are_guarded_too() {
    let (table, at, came) = trapped().await;
    let office = Office::new(Duration::from_secs(2)).unwrap();
    let ask = |text: &str| reqwest::Request::new(reqwest::Method::POST, Url::parse(text).unwrap());
    for (_, text) in &table {
        if text.to_ascii_lowercase().contains("zero") {
            continue; // pinned for the crawler only
        }
        let refused = office.ask(ask(text)).await.unwrap_err();
        assert!(
            matches!(refused, OfficeTrouble::Refused(_)),
            "{text}: {refused:?}"
        );
    }
    assert_eq!(came.load(Ordering::Relaxed), 0, "somebody came by");
    let broken_off = office.ask(ask(&format!("http://{at}/secret-path"))).await;
    let told = broken_off.unwrap_err().to_string();
    assert!(!told.contains("secret-path"), "{told}");
    assert_eq!(came.load(Ordering::Relaxed), 1, "inside is allowed");
}

#[tokio::test]
async fn a_service_leads_nobody_elsewhere_and_is_not_read_without_end() {
    use super::server::{Reply, Server, respond};
    let (_, at, came) = trapped().await;
    let location = format!("http://{at}/");
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/away" => Reply::Send(respond(
            "307 Temporary Redirect",
            &[("location", &location)],
            "",
        )),
        _ => Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'a'; 64 << 10]),
    })
    .await;
    let office = Office::new(Duration::from_secs(10)).unwrap();
    let ask = |path: &str| {
        let url = Url::parse(&server.url(path)).unwrap();
        office.ask(reqwest::Request::new(reqwest::Method::POST, url))
    };
    assert_eq!(ask("/away").await.unwrap().status, 307);
    assert!(matches!(ask("/endless").await, Err(OfficeTrouble::TooLong)));
    assert_eq!(came.load(Ordering::Relaxed), 0);
}

/// A guard that allows the inside still refuses the whole table by its text alone, but for names.
#[test]
fn the_text_of_an_address_is_enough() {
    let guard = Guard::new(&at_home());
    for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
        let text = line.trim_start_matches("! ").replace("{port}", "8080");
        let url = Url::parse(&text).unwrap();
        let is_name = url.domain().is_some();
        assert_eq!(guard.check(&url).is_ok(), is_name, "{text} is {url}");
    }
}
