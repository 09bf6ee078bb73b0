use crate::server::{
    Reply, Server, html, not_found, page, quick, redirect, respond, visit, visit_page,
};
use duwang_crawl::{Crawler, Policy, Purpose, Request};
use duwang_model::OutcomeKind::{Missing, Ok, Refused, Unchanged, Unreachable, Unread};
use std::io::Write;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_page_comes_with_all_its_evidence() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/a" => Reply::Send(respond(
            "200 OK",
            &[
                ("Content-Type", "text/html; charset=gbk"),
                ("ETag", "\"v1\""),
                ("Last-Modified", "Fri, 18 Sep 2026 01:00:00 GMT"),
            ],
            "<p>正文</p>",
        )),
        _ => not_found(),
    })
    .await;
    let policy = Policy {
        contact: "https://duwang.example/about".into(),
        ..quick()
    };
    let fetched = visit_page(policy, &server.url("/a#top")).await;
    assert_eq!(fetched.outcome.kind, Ok);
    assert_eq!(fetched.final_url, server.url("/a"));
    assert_eq!(
        fetched.content_type.as_deref(),
        Some("text/html; charset=gbk")
    );
    assert_eq!(fetched.etag.as_deref(), Some("\"v1\""));
    assert!(fetched.last_modified.is_some());
    assert_eq!(fetched.body.as_deref(), Some("<p>正文</p>".as_bytes()));
    assert_eq!((fetched.requests, fetched.bytes), (1, 13));
    let asked = &server.asked()[0];
    let agent = asked.header("user-agent").unwrap();
    assert!(
        agent.starts_with("duwang/") && agent.ends_with("(+https://duwang.example/about)"),
        "{agent}"
    );
    assert_eq!(asked.header("cookie"), None);
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/a" => redirect("/b"),
        "/b" => redirect("/a"),
        _ => not_found(),
    })
    .await;
    let fetched = visit_page(quick(), &server.url("/a")).await;
    assert_eq!(fetched.outcome.kind, Refused);
    assert_eq!(fetched.outcome.reason, "循环转向");
    assert_eq!(fetched.hops.len(), 2);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn ever_new_redirects_end_after_ten() {
    let server = Server::start(|asked| match asked.path.strip_prefix("/r") {
        Some(n) if n != "obots.txt" => redirect(&format!("/r{}", n.parse::<u32>().unwrap() + 1)),
        _ => not_found(),
    })
    .await;
    let fetched = visit_page(quick(), &server.url("/r0")).await;
    assert_eq!(
        (fetched.outcome.kind, fetched.outcome.reason.as_str()),
        (Refused, "转向次数过多")
    );
    assert_eq!(fetched.requests, 11);
}

#[tokio::test]
async fn a_redirect_to_cloud_metadata_is_never_followed() {
    for target in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "file:///etc/passwd",
    ] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/a" => redirect(target),
            _ => not_found(),
        })
        .await;
        let fetched = visit_page(quick(), &server.url("/a")).await;
        assert_eq!(fetched.outcome.kind, Refused, "{target}");
        assert!(
            fetched.outcome.reason.starts_with("转向后的网址"),
            "{}",
            fetched.outcome.reason
        );
        assert_eq!((fetched.requests, fetched.hops.len()), (1, 1));
        assert!(fetched.body.is_none());
    }
}

#[tokio::test]
async fn loopback_is_refused_by_default_even_by_name() {
    let server = Server::start(|_| html("secret")).await;
    let mut policy = Policy {
        delay: Duration::from_millis(1),
        ..Policy::default()
    };
    policy
        .resolve
        .insert("www.yunxi-demo.gov.cn".into(), [127, 0, 0, 1].into());
    for host in [
        "127.0.0.1",
        "localhost",
        "www.yunxi-demo.gov.cn",
        "2130706433",
        "[::ffff:127.0.0.1]",
    ] {
        let url = format!("http://{host}:{}/", server.address.port());
        let fetched = visit_page(policy.clone(), &url).await;
        assert_eq!(
            fetched.outcome.kind, Refused,
            "{host}: {:?}",
            fetched.outcome
        );
    }
    assert!(server.all_asked().is_empty());
}

#[tokio::test]
async fn a_name_is_resolved_as_the_policy_says() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => html("<p>云溪</p>"),
    })
    .await;
    let mut policy = quick();
    policy
        .resolve
        .insert("www.yunxi-demo.gov.cn".into(), [127, 0, 0, 1].into());
    let url = format!("http://www.yunxi-demo.gov.cn:{}/", server.address.port());
    let fetched = visit_page(policy, &url).await;
    assert_eq!(fetched.outcome.kind, Ok, "{:?}", fetched.outcome);
    assert!(
        server.asked()[0]
            .header("host")
            .unwrap()
            .starts_with("www.yunxi-demo.gov.cn:")
    );
}

#[tokio::test]
async fn a_cookie_set_by_a_redirect_is_shown_on_the_way_only() {
    let server = Server::start(
        |asked| match (asked.path.as_str(), asked.header("cookie")) {
            ("/robots.txt", _) => not_found(),
            (_, Some("sid=7")) => html("in"),
            _ => Reply::Send(respond(
                "302 Found",
                &[("Location", "/a"), ("Set-Cookie", "sid=7; Path=/")],
                "",
            )),
        },
    )
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    for _ in 0..2 {
        let fetched = visit(&crawler, &page(&server.url("/a"))).await;
        assert_eq!((fetched.outcome.kind, fetched.requests), (Ok, 2));
    }
}

#[tokio::test]
async fn a_location_in_gbk_is_sent_back_as_it_came() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/a" => {
            let mut reply =
                b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nConnection: close\r\nLocation: /"
                    .to_vec();
            reply.extend_from_slice(b"\xb9\xab\xb8\xe6.html\r\n\r\n");
            Reply::Send(reply)
        }
        "/%B9%AB%B8%E6.html" => html("there"),
        _ => not_found(),
    })
    .await;
    let fetched = visit_page(quick(), &server.url("/a")).await;
    assert_eq!(fetched.outcome.kind, Ok);
    assert_eq!(fetched.hops[0].location, server.url("/%B9%AB%B8%E6.html"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_gzip_bomb_is_stopped_at_the_cap() {
    let bomb = gzip(&vec![b' '; 200 << 20]);
    assert!(bomb.len() < 1 << 20);
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => Reply::Send(respond(
            "200 OK",
            &[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            &bomb,
        )),
    })
    .await;
    let fetched = visit_page(quick(), &server.url("/a")).await;
    assert_eq!(fetched.outcome.kind, Refused);
    assert!(
        fetched.outcome.reason.contains("体积超限"),
        "{}",
        fetched.outcome.reason
    );
    assert!(fetched.bytes < 10 << 20, "{}", fetched.bytes);
    assert!(fetched.body.is_none());
}

#[tokio::test]
async fn other_bombs_are_stopped_too() {
    let blank = vec![b' '; 100 << 20];
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    deflate.write_all(&blank).unwrap();
    let zstd = zstd::encode_all(blank.as_slice(), 3).unwrap();
    for (name, bomb) in [("deflate", deflate.finish().unwrap()), ("zstd", zstd)] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ => Reply::Send(respond(
                "200 OK",
                &[("Content-Type", "text/html"), ("Content-Encoding", name)],
                &bomb,
            )),
        })
        .await;
        let fetched = visit_page(quick(), &server.url("/a")).await;
        assert_eq!(
            fetched.outcome.kind, Refused,
            "{name} {:?}",
            fetched.outcome
        );
        assert!(fetched.bytes < 10 << 20, "{name} {}", fetched.bytes);
    }
}

#[tokio::test]
async fn gzip_in_gzip_and_unknown_encodings_are_unread() {
    for encoding in ["gzip, gzip", "x-strange"] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ => Reply::Send(respond(
                "200 OK",
                &[
                    ("Content-Type", "text/html"),
                    ("Content-Encoding", encoding),
                ],
                b"\x1f\x8b\x08\0\0",
            )),
        })
        .await;
        let fetched = visit_page(quick(), &server.url("/a")).await;
        assert_eq!(
            (fetched.outcome.kind, fetched.requests),
            (Unread, 2),
            "{encoding} {:?}",
            fetched.outcome
        );
    }
}

#[tokio::test]
async fn gzip_is_decoded_and_counted_decoded() {
    let body = gzip("<p>压缩的正文</p>".repeat(100).as_bytes());
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => Reply::Send(respond(
            "200 OK",
            &[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            &body,
        )),
    })
    .await;
    let fetched = visit_page(quick(), &server.url("/a")).await;
    assert_eq!((fetched.outcome.kind, fetched.requests), (Ok, 1));
    assert_eq!(fetched.bytes as usize, "<p>压缩的正文</p>".len() * 100);
}

#[tokio::test]
async fn a_server_that_says_gzip_and_sends_text_is_asked_once_more() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => Reply::Send(respond(
            "200 OK",
            &[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            "<p>未压缩</p>",
        )),
    })
    .await;
    let fetched = visit_page(quick(), &server.url("/a")).await;
    assert_eq!(
        (fetched.outcome.kind, fetched.requests),
        (Ok, 2),
        "{:?}",
        fetched.outcome
    );
    assert_eq!(fetched.body.as_deref(), Some("<p>未压缩</p>".as_bytes()));
    assert_eq!(
        server.asked()[1].header("accept-encoding"),
        Some("identity")
    );
}

#[tokio::test]
async fn fifty_megabytes_are_too_much_for_a_page_and_not_for_a_file() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        "/announced" => Reply::Send(respond(
            "200 OK",
            &[("Content-Type", "text/html")],
            vec![b'x'; 50 << 20],
        )),
        "/file" => Reply::Send(respond(
            "200 OK",
            &[("Content-Type", "application/pdf")],
            vec![b'x'; 20 << 20],
        )),
        _ => {
            let mut reply =
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n".to_vec();
            reply.resize(50 << 20, b'x');
            Reply::Send(reply)
        }
    })
    .await;
    let announced = visit_page(quick(), &server.url("/announced")).await;
    assert_eq!((announced.outcome.kind, announced.bytes), (Refused, 0));
    let unannounced = visit_page(quick(), &server.url("/unannounced")).await;
    assert_eq!(unannounced.outcome.kind, Refused);
    assert!(unannounced.bytes <= (8 << 20) + (1 << 20));
    let file = visit_page(quick(), &server.url("/file")).await;
    assert_eq!((file.outcome.kind, file.bytes), (Ok, 20 << 20));
}

#[tokio::test]
async fn a_body_that_never_ends_ends_at_the_total_time() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => Reply::Endless(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec(),
            b"<p>drip".to_vec(),
        ),
    })
    .await;
    let policy = Policy {
        total_timeout: Duration::from_millis(400),
        ..quick()
    };
    let start = Instant::now();
    let fetched = visit_page(policy, &server.url("/a")).await;
    assert_eq!(fetched.outcome.kind, Unreachable);
    assert!(
        fetched.outcome.reason.contains("超时"),
        "{}",
        fetched.outcome.reason
    );
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn silence_ends_at_the_read_timeout() {
    for before in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ => Reply::Hang(before.as_bytes().to_vec()),
        })
        .await;
        let policy = Policy {
            read_timeout: Duration::from_millis(200),
            ..quick()
        };
        let fetched = visit_page(policy, &server.url("/a")).await;
        assert_eq!(fetched.outcome.kind, Unreachable);
        assert!(
            fetched.outcome.reason.contains("超时"),
            "{before:?}: {}",
            fetched.outcome.reason
        );
        assert_eq!(fetched.status, 0);
    }
}

#[tokio::test]
async fn broken_connections_say_so() {
    for (before, reason) in [
        ("", "重置"),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nabc",
            "重置",
        ),
    ] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ => Reply::Reset(before.as_bytes().to_vec()),
        })
        .await;
        let fetched = visit_page(quick(), &server.url("/a")).await;
        assert_eq!(
            fetched.outcome.kind, Unreachable,
            "{before:?} {:?}",
            fetched.outcome
        );
        assert!(
            fetched.outcome.reason.contains(reason),
            "{before:?}: {}",
            fetched.outcome.reason
        );
    }
}

#[tokio::test]
async fn an_early_close_and_nonsense_are_unreachable() {
    for (sent, reason) in [("", "连接中断"), ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP")] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ => Reply::Send(sent.as_bytes().to_vec()),
        })
        .await;
        let fetched = visit_page(quick(), &server.url("/a")).await;
        assert_eq!(fetched.outcome.kind, Unreachable, "{:?}", fetched.outcome);
        assert!(
            fetched.outcome.reason.contains(reason),
            "{}",
            fetched.outcome.reason
        );
    }
}

#[tokio::test]
async fn nobody_listening_and_no_such_name() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let fetched = visit_page(quick(), &format!("http://127.0.0.1:{port}/")).await;
    assert_eq!(fetched.outcome.kind, Unreachable);
    assert!(
        fetched.outcome.reason.contains("拒绝"),
        "{}",
        fetched.outcome.reason
    );
    let fetched = visit_page(quick(), "http://no-such-host.invalid/").await;
    assert_eq!(fetched.outcome.kind, Unreachable);
    assert!(
        fetched.outcome.reason.contains("域名"),
        "{}",
        fetched.outcome.reason
    );
    assert!(fetched.outcome.is_worth_another_look());
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_unread() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => Reply::Send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<p>half"
                .to_vec(),
        ),
    })
    .await;
    let fetched = visit_page(quick(), &server.url("/a")).await;
    assert_eq!(
        (fetched.outcome.kind, fetched.requests),
        (Unread, 2),
        "{:?}",
        fetched.outcome
    );
    assert!(
        fetched.outcome.reason.contains("长度"),
        "{}",
        fetched.outcome.reason
    );
}

#[tokio::test]
async fn a_megabyte_of_headers_is_refused() {
    for size in [70 << 10, 1 << 20] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ => Reply::Send(respond("200 OK", &[("X-Long", &"x".repeat(size))], "body")),
        })
        .await;
        let fetched = visit_page(quick(), &server.url("/a")).await;
        assert_eq!(
            (fetched.outcome.kind, fetched.outcome.reason.as_str()),
            (Refused, "响应头过大")
        );
    }
}

#[tokio::test]
async fn what_has_not_changed_is_unchanged() {
    let server =
        Server::start(
            |asked| match (asked.path.as_str(), asked.header("if-none-match")) {
                ("/robots.txt", _) => not_found(),
                (_, Some("\"v1\"")) => {
                    Reply::Send(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec())
                }
                ("/liar", None) => {
                    Reply::Send(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec())
                }
                _ => html("fresh"),
            },
        )
        .await;
    let crawler = Crawler::new(quick()).unwrap();
    let mut request = page(&server.url("/a"));
    request.etag = Some("\"v1\"".into());
    request.last_modified = Some("Fri, 18 Sep 2026 01:00:00 GMT".into());
    let fetched = visit(&crawler, &request).await;
    assert_eq!((fetched.outcome.kind, fetched.status), (Unchanged, 304));
    assert_eq!(fetched.etag.as_deref(), Some("\"v1\""));
    assert_eq!(fetched.last_modified, request.last_modified);
    assert!(fetched.body.is_none());
    assert!(server.asked()[0].header("if-modified-since").is_some());
    assert_eq!(
        visit(&crawler, &page(&server.url("/a"))).await.outcome.kind,
        Ok
    );
    assert_eq!(
        visit(&crawler, &page(&server.url("/liar")))
            .await
            .outcome
            .kind,
        Unread
    );
}

#[tokio::test]
async fn statuses_become_outcomes_with_reasons() {
    use duwang_model::OutcomeKind::Blocked;
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        path => Reply::Send(respond(&format!("{} X", &path[1..]), &[], "some body")),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    for (status, kind) in [
        (200, Ok),
        (404, Missing),
        (410, Missing),
        (401, Blocked),
        (403, Blocked),
        (500, Unreachable),
        (502, Unreachable),
        (400, Blocked),
        (302, Unread),
    ] {
        let fetched = visit(&crawler, &page(&server.url(&format!("/{status}")))).await;
        assert_eq!(fetched.outcome.kind, kind, "{status}");
        assert_eq!(fetched.outcome.reason.is_empty(), kind == Ok, "{status}");
        assert_eq!(fetched.status, status);
    }
    assert!(crawler.paused().is_empty());
}

#[tokio::test]
async fn a_form_is_posted_and_becomes_a_get_after_a_redirect() {
    let server = Server::start(|asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/list") => html("posted"),
        ("POST", "/moved") => redirect("/after"),
        ("GET", "/after") => html("got"),
        _ => not_found(),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    let mut request = Request::new(
        server.url("/list"),
        Purpose::Interface {
            platform: "jcms".into(),
            column: String::new(),
            page: 1,
        },
    );
    request.form = Some("col=1&page=2".into());
    request.via = server.url("/col/");
    assert_eq!(
        visit(&crawler, &request).await.body.as_deref(),
        Some(b"posted".as_slice())
    );
    let asked = &server.asked()[0];
    assert_eq!(asked.body, "col=1&page=2");
    assert!(
        asked
            .header("content-type")
            .unwrap()
            .starts_with("application/x-www-form-urlencoded")
    );
    assert_eq!(asked.header("referer"), Some(request.via.as_str()));
    request.url = server.url("/moved");
    assert_eq!(
        visit(&crawler, &request).await.body.as_deref(),
        Some(b"got".as_slice())
    );
}

#[tokio::test]
async fn times_without_end_are_no_trouble() {
    let server = Server::start(|_| html("x")).await;
    let policy = Policy {
        total_timeout: Duration::MAX,
        attachment_timeout: Duration::MAX,
        wechat_delay: Duration::MAX,
        ..quick()
    };
    assert_eq!(visit_page(policy, &server.url("/a")).await.outcome.kind, Ok);
}

#[tokio::test]
async fn a_permit_serves_only_its_own_url() {
    let server = Server::start(|_| html("x")).await;
    let crawler = Crawler::new(quick()).unwrap();
    let permit = crawler
        .permit(&server.url("/a").parse().unwrap())
        .await
        .unwrap();
    let fetched = crawler.fetch(permit, &page(&server.url("/b"))).await;
    assert_eq!((fetched.outcome.kind, fetched.requests), (Refused, 0));
}
