//! Links out of a channel are only asked whether they are there.

use crate::server::{Reply, Server, html, not_found, quick, redirect, respond, visit};
use duwang_crawl::{Crawler, Fetched, Purpose, Request};
use duwang_model::OutcomeKind::{Blocked, Missing, Ok, Unreachable};

async fn check(server: &Server, path: &str) -> Fetched {
    let crawler = Crawler::new(quick()).unwrap();
    visit(&crawler, &Request::new(server.url(path), Purpose::Check)).await
}

#[tokio::test]
async fn head_is_enough_where_it_is_known() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => Reply::Send(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n".to_vec(),
        ),
    })
    .await;
    let fetched = check(&server, "/a").await;
    assert_eq!((fetched.outcome.kind, fetched.requests), (Ok, 1));
    assert_eq!(server.asked()[0].method, "HEAD");
    assert!(fetched.body.is_none());
}

#[tokio::test]
async fn where_head_is_refused_a_small_get_decides() {
    let server = Server::start(|asked| match (asked.method.as_str(), asked.path.as_str()) {
        (_, "/robots.txt") => not_found(),
        ("HEAD", path) if path.starts_with("/drop") => Reply::Reset(Vec::new()),
        ("HEAD", path) => Reply::Send(respond(&format!("{} X", &path[1..]), &[], "")),
        _ => Reply::Send(respond("206 Partial", &[], "x".repeat(1024))),
    })
    .await;
    for path in ["/403", "/405", "/501", "/400", "/404", "/500", "/drop"] {
        let fetched = check(&server, path).await;
        assert_eq!(
            (fetched.outcome.kind, fetched.requests),
            (Ok, 2),
            "{path} {:?}",
            fetched.outcome
        );
        let asked = server.asked();
        assert_eq!(asked.last().unwrap().header("range"), Some("bytes=0-1023"));
    }
}

#[tokio::test]
async fn what_is_gone_is_gone() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        "/410" => Reply::Send(respond("410 Gone", &[], "")),
        "/403" => Reply::Send(respond("403 Forbidden", &[], "no")),
        "/503" => Reply::Send(respond("503 Busy", &[], "")),
        _ => not_found(),
    })
    .await;
    assert_eq!(check(&server, "/404").await.outcome.kind, Missing);
    assert_eq!(check(&server, "/410").await.outcome.kind, Missing);
    assert_eq!(check(&server, "/403").await.outcome.kind, Blocked);
    let busy = check(&server, "/503").await;
    assert_eq!((busy.outcome.kind, busy.requests), (Unreachable, 1));
}

#[tokio::test]
async fn a_huge_body_is_not_downloaded_to_check_a_link() {
    let server = Server::start(|asked| match (asked.method.as_str(), asked.path.as_str()) {
        (_, "/robots.txt") => not_found(),
        ("HEAD", _) => Reply::Send(respond("405 No", &[], "")),
        _ => Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 1024]),
    })
    .await;
    let fetched = check(&server, "/a").await;
    assert_eq!(fetched.outcome.kind, Ok);
    assert!(fetched.bytes < 64 << 10);
}

#[tokio::test]
async fn ending_on_the_front_page_is_not_there() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        "/xxgk/202601/t20260101_1.html" => redirect("/"),
        "/xxgk" | "/index.htm" => redirect("/"),
        _ => html("<p>front</p>"),
    })
    .await;
    let gone = check(&server, "/xxgk/202601/t20260101_1.html").await;
    assert_eq!(gone.outcome.kind, Missing);
    assert_eq!(gone.hops.len(), 1);
    assert_eq!(check(&server, "/xxgk").await.outcome.kind, Ok);
    assert_eq!(check(&server, "/index.htm").await.outcome.kind, Ok);
}
