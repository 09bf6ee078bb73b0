use crate::server::{Reply, Server, html, not_found, page, quick, redirect, respond, visit};
use duwang_crawl::{Crawler, Policy};
use duwang_model::OutcomeKind::{Ok, Refused};
use std::time::{Duration, Instant};

async fn server(robots: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots(),
        _ => html("<p>page</p>"),
    })
    .await
}

fn text(body: &str) -> Reply {
    Reply::Send(respond("200 OK", &[("Content-Type", "text/plain")], body))
}

#[tokio::test]
async fn what_is_disallowed_is_not_asked_for() {
    let server =
        server(|| text("\u{feff}User-agent: *\nDisallow: /admin/\nAllow: /admin/open\n")).await;
    let crawler = Crawler::new(quick()).unwrap();
    let at = |path: &str| page(&server.url(path));
    let refused = visit(&crawler, &at("/admin/x")).await;
    assert_eq!(refused.outcome.kind, Refused);
    assert!(refused.outcome.reason.contains("robots.txt"));
    assert_eq!(visit(&crawler, &at("/admin/open")).await.outcome.kind, Ok);
    assert_eq!(visit(&crawler, &at("/")).await.outcome.kind, Ok);
    let asked = server.all_asked();
    assert_eq!(asked.iter().filter(|a| a.path == "/robots.txt").count(), 1);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn many_tasks_look_once() {
    let server =
        server(|| Reply::Late(Duration::from_millis(100), respond("404 X", &[], ""))).await;
    let crawler = std::sync::Arc::new(Crawler::new(quick()).unwrap());
    let tasks: Vec<_> = (0..20)
        .map(|i| {
            let (crawler, request) = (crawler.clone(), page(&server.url(&format!("/{i}"))));
            tokio::spawn(async move { visit(&crawler, &request).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().outcome.kind, Ok);
    }
    assert_eq!(server.all_asked().len(), 21);
}

#[tokio::test]
async fn an_html_page_is_no_robots_txt() {
    let server = server(|| html("<html><pre>User-agent: *\nDisallow: /</pre></html>")).await;
    let crawler = Crawler::new(quick()).unwrap();
    assert_eq!(
        visit(&crawler, &page(&server.url("/a"))).await.outcome.kind,
        Ok
    );
}

#[tokio::test]
async fn a_server_error_forbids_for_now() {
    let server = server(|| Reply::Send(respond("503 Busy", &[], "later"))).await;
    let crawler = Crawler::new(quick()).unwrap();
    let fetched = visit(&crawler, &page(&server.url("/a"))).await;
    assert_eq!(fetched.outcome.kind, Refused);
    assert!(
        fetched.outcome.reason.contains("503"),
        "{}",
        fetched.outcome.reason
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_firewall_before_robots_txt_is_the_reason_given() {
    let riddle =
        "<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>";
    let server =
        server(move || Reply::Send(respond("521 X", &[("Content-Type", "text/html")], riddle)))
            .await;
    let crawler = Crawler::new(quick()).unwrap();
    let fetched = visit(&crawler, &page(&server.url("/a"))).await;
    assert_eq!(fetched.outcome.kind, duwang_model::OutcomeKind::Blocked);
    assert_eq!(crawler.paused().len(), 1);
}

#[tokio::test]
async fn redirects_are_followed_five_times() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => redirect("/r1"),
        "/r1" => redirect("/r2"),
        "/r2" => text("User-agent: *\nDisallow: /shut"),
        _ => html("page"),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    assert_eq!(
        visit(&crawler, &page(&server.url("/shut/x")))
            .await
            .outcome
            .kind,
        Refused
    );
    assert_eq!(
        visit(&crawler, &page(&server.url("/open")))
            .await
            .outcome
            .kind,
        Ok
    );
    let endless = Server::start(|asked| match asked.path.strip_prefix("/r") {
        Some("obots.txt") => redirect("/r1"),
        Some(n) => redirect(&format!("/r{n}1")),
        None => html("page"),
    })
    .await;
    assert_eq!(
        visit(&crawler, &page(&endless.url("/a")))
            .await
            .outcome
            .kind,
        Ok
    );
    assert_eq!(endless.all_asked().len(), 7);
}

#[tokio::test]
async fn a_redirect_of_robots_txt_is_guarded_too() {
    let server = server(|| redirect("http://169.254.169.254/robots.txt")).await;
    let crawler = Crawler::new(quick()).unwrap();
    let fetched = visit(&crawler, &page(&server.url("/a"))).await;
    assert_eq!(fetched.outcome.kind, Refused);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn the_crawl_delay_is_kept() {
    let server = server(|| text("User-agent: *\nCrawl-delay: 0.4\n")).await;
    let crawler = Crawler::new(quick()).unwrap();
    for path in ["/1", "/2", "/3"] {
        visit(&crawler, &page(&server.url(path))).await;
    }
    let starts: Vec<Instant> = server.all_asked().iter().map(|a| a.at).collect();
    for pair in starts.windows(2) {
        assert!(
            pair[1] - pair[0] >= Duration::from_millis(380),
            "{:?}",
            pair[1] - pair[0]
        );
    }
}

#[tokio::test]
async fn the_owner_may_tell_us_to_ignore_it() {
    let server = server(|| text("User-agent: *\nDisallow: /\n")).await;
    for name in ["127.0.0.1".to_owned(), server.address.to_string()] {
        let policy = Policy {
            ignore_robots: vec![name],
            ..quick()
        };
        let crawler = Crawler::new(policy).unwrap();
        assert_eq!(
            visit(&crawler, &page(&server.url("/a"))).await.outcome.kind,
            Ok
        );
        assert!(crawler.is_robots_exempt(&server.url("/a").parse().unwrap()));
    }
    assert!(server.all_asked().iter().all(|a| a.path != "/robots.txt"));
}

#[tokio::test]
async fn a_redirect_into_what_is_disallowed_is_refused() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => text("User-agent: *\nDisallow: /shut\n"),
        "/a" => redirect("/shut/b"),
        _ => not_found(),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    let fetched = visit(&crawler, &page(&server.url("/a"))).await;
    assert_eq!((fetched.outcome.kind, fetched.requests), (Refused, 1));
    assert_eq!(fetched.hops.len(), 1);
}
