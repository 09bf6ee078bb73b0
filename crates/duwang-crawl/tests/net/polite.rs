use crate::server::{Reply, Server, html, not_found, page, quick, respond, visit};
use chrono::{NaiveTime, TimeZone, Utc};
use duwang_crawl::{Crawler, Hours, Policy};
use duwang_model::OutcomeKind::{Blocked, Ok, Refused, Unreachable};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn paced(delay: Duration) -> Policy {
    Policy {
        rate: None,
        delay,
        ..quick()
    }
}

async fn plain_server() -> Server {
    Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => html("<p>page</p>"),
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_delay_is_kept_however_many_tasks_want_to_hurry() {
    let server = plain_server().await;
    let crawler = Arc::new(Crawler::new(paced(Duration::from_millis(120))).unwrap());
    let tasks: Vec<_> = (0..8)
        .map(|i| {
            let (crawler, request) = (crawler.clone(), page(&server.url(&format!("/{i}"))));
            tokio::spawn(async move { visit(&crawler, &request).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().outcome.kind, Ok);
    }
    let starts: Vec<Instant> = server.all_asked().iter().map(|a| a.at).collect();
    assert_eq!(starts.len(), 9);
    for pair in starts.windows(2) {
        assert!(
            pair[1] - pair[0] >= Duration::from_millis(105),
            "{:?}",
            pair[1] - pair[0]
        );
    }
}

#[tokio::test]
async fn one_request_at_a_time_to_a_paced_host() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let server = Server::start(|asked| {
        if asked.path == "/robots.txt" {
            return not_found();
        }
        let now = NOW.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(now, Ordering::SeqCst);
        tokio::spawn(async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            NOW.fetch_sub(1, Ordering::SeqCst);
        });
        Reply::Late(Duration::from_millis(80), respond("200 OK", &[], "x"))
    })
    .await;
    let policy = Policy {
        rate: Some(500.0),
        ..quick()
    };
    let crawler = Arc::new(Crawler::new(policy).unwrap());
    let tasks: Vec<_> = (0..5)
        .map(|i| {
            let (crawler, request) = (crawler.clone(), page(&server.url(&format!("/{i}"))));
            tokio::spawn(async move { visit(&crawler, &request).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(MOST.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn hosts_do_not_wait_for_each_other() {
    let (a, b) = (plain_server().await, plain_server().await);
    let start = Instant::now();
    // robots.txt itself would take the first turn.
    let exempt = Policy {
        ignore_robots: vec!["127.0.0.1".into()],
        ..paced(Duration::from_secs(30))
    };
    let crawler = Crawler::new(exempt).unwrap();
    visit(&crawler, &page(&a.url("/1"))).await;
    visit(&crawler, &page(&b.url("/1"))).await;
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_dropped_permit_lets_the_next_one_in() {
    let server = plain_server().await;
    let crawler = Crawler::new(paced(Duration::from_millis(20))).unwrap();
    let url = server.url("/a").parse().unwrap();
    drop(crawler.permit(&url).await.unwrap());
    let again = tokio::time::timeout(Duration::from_secs(2), crawler.permit(&url)).await;
    assert!(again.unwrap().is_ok());
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ if COUNT.fetch_add(1, Ordering::SeqCst) == 0 => {
            Reply::Send(respond("429 Slow down", &[("Retry-After", "1")], "slow"))
        }
        _ => html("there"),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    let fetched = visit(&crawler, &page(&server.url("/a"))).await;
    assert_eq!((fetched.outcome.kind, fetched.requests), (Ok, 2));
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_millis(950));
}

#[tokio::test]
async fn a_long_retry_after_stops_the_host_for_the_run() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        _ => Reply::Send(respond("503 Busy", &[("Retry-After", "7200")], "busy")),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    let first = visit(&crawler, &page(&server.url("/a"))).await;
    assert_eq!((first.outcome.kind, first.requests), (Blocked, 1));
    let second = visit(&crawler, &page(&server.url("/b"))).await;
    assert_eq!((second.outcome.kind, second.requests), (Blocked, 0));
    assert_eq!(server.asked().len(), 1);
    assert_eq!(crawler.paused().len(), 1);
}

#[tokio::test]
async fn setbacks_are_backed_off_and_end() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        "/429" => Reply::Send(respond("429 Slow down", &[], "")),
        _ => Reply::Send(respond("503 Busy", &[], "")),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    let busy = visit(&crawler, &page(&server.url("/503"))).await;
    assert_eq!((busy.outcome.kind, busy.requests), (Unreachable, 3));
    let limited = visit(&crawler, &page(&server.url("/429"))).await;
    assert_eq!((limited.outcome.kind, limited.requests), (Blocked, 3));
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_millis(20));
    assert!(asked[2].at - asked[1].at >= Duration::from_millis(40));
    visit(&crawler, &page(&server.url("/429"))).await;
    assert_eq!(crawler.paused().len(), 1, "six times 429 in a row");
}

#[tokio::test]
async fn a_challenge_stops_the_host() {
    let ruishu = "<!DOCTYPE html><html><head><meta id=\"x\" content=\"q\" r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script></head><body></body></html>";
    let jsl = "<script>document.cookie=('_')+('_')+('jsl_clearance_s=1');location.href=location.pathname</script>";
    let acw = "<html><script>var arg1='AA';function setCookie(){document.cookie='acw_sc__v2='+x;}</script></html>";
    for (status, body) in [
        ("412 X", ruishu),
        ("202 X", ruishu),
        ("521 X", jsl),
        ("200 OK", acw),
        ("412 X", ""),
    ] {
        let reply = respond(status, &[("Content-Type", "text/html")], body);
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ => Reply::Send(reply.clone()),
        })
        .await;
        let crawler = Crawler::new(quick()).unwrap();
        let first = visit(&crawler, &page(&server.url("/a"))).await;
        assert_eq!(first.outcome.kind, Blocked, "{status} {body}");
        let second = visit(&crawler, &page(&server.url("/b"))).await;
        assert_eq!(
            (second.outcome.kind, second.requests),
            (Blocked, 0),
            "{status}"
        );
        assert!(second.outcome.reason.contains("本次不再访问"));
    }
}

#[tokio::test]
async fn a_plain_403_stops_nothing() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        "/shut" => Reply::Send(respond("403 Forbidden", &[], "<h1>403 Forbidden</h1>nginx")),
        _ => html("open"),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    assert_eq!(
        visit(&crawler, &page(&server.url("/shut")))
            .await
            .outcome
            .kind,
        Blocked
    );
    assert_eq!(
        visit(&crawler, &page(&server.url("/open")))
            .await
            .outcome
            .kind,
        Ok
    );
}

#[tokio::test]
async fn one_offending_address_stops_nothing_but_three_do() {
    let blocked = "<title>访问被拦截</title><p>您的请求带有不合法参数，已被网站管理员设置拦截！事件ID：0123</p>";
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        "/open" => html("open"),
        _ => Reply::Send(respond(
            "403 Forbidden",
            &[("Content-Type", "text/html")],
            blocked,
        )),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    for path in ["/a?x=select", "/open", "/b?x=union"] {
        visit(&crawler, &page(&server.url(path))).await;
    }
    assert_eq!(
        visit(&crawler, &page(&server.url("/open")))
            .await
            .outcome
            .kind,
        Ok
    );
    visit(&crawler, &page(&server.url("/c?x=script"))).await;
    assert_eq!(
        visit(&crawler, &page(&server.url("/open")))
            .await
            .outcome
            .kind,
        Blocked
    );
}

#[tokio::test]
async fn wechats_captcha_stops_wechat() {
    for by_redirect in [true, false] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => not_found(),
            _ if by_redirect => {
                let to = "/mp/wappoc_appmsgcaptcha?poc_token=x";
                Reply::Send(respond("302 Found", &[("Location", to)], ""))
            }
            _ => html("<div class=\"weui-msg\"><h2 class=\"weui-msg__title\">环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p></div>"),
        })
        .await;
        let mut policy = quick();
        policy
            .resolve
            .insert("mp.weixin.qq.com".into(), [127, 0, 0, 1].into());
        let crawler = Crawler::new(policy).unwrap();
        let url = format!(
            "http://mp.weixin.qq.com:{}/s/AbCdEfGhIjKlMnOpQrStUv",
            server.address.port()
        );
        let first = visit(&crawler, &page(&url)).await;
        assert_eq!(
            (first.outcome.kind, first.requests),
            (Blocked, 1),
            "{:?}",
            first.outcome
        );
        assert_eq!(visit(&crawler, &page(&url)).await.requests, 0);
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn wechat_is_asked_slowly() {
    let server = plain_server().await;
    let mut policy = Policy {
        wechat_delay: Duration::ZERO,
        ..paced(Duration::from_millis(10))
    };
    policy
        .resolve
        .insert("mp.weixin.qq.com".into(), [127, 0, 0, 1].into());
    policy.ignore_robots.push("mp.weixin.qq.com".into());
    let crawler = Crawler::new(policy).unwrap();
    let url = format!(
        "http://mp.weixin.qq.com:{}/s/AbCdEfGhIjKlMnOpQrStUv",
        server.address.port()
    );
    let start = Instant::now();
    visit(&crawler, &page(&url)).await;
    visit(&crawler, &page(&url)).await;
    assert!(
        start.elapsed() >= Duration::from_millis(2900),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn outside_the_hours_nothing_is_sent() {
    let server = plain_server().await;
    let night = Hours {
        from: NaiveTime::from_hms_opt(22, 0, 0).unwrap(),
        to: NaiveTime::from_hms_opt(6, 0, 0).unwrap(),
    };
    let at = |hour| Policy {
        hours: Some(night),
        wait_for_hours: false,
        now: Arc::new(move || Utc.with_ymd_and_hms(2026, 9, 18, hour, 0, 0).unwrap()),
        ..quick()
    };
    let noon = Crawler::new(at(4)).unwrap();
    let fetched = visit(&noon, &page(&server.url("/a"))).await;
    assert_eq!(fetched.outcome.kind, Refused);
    assert!(
        fetched.outcome.reason.contains("22:00–06:00"),
        "{}",
        fetched.outcome.reason
    );
    assert!(server.all_asked().is_empty());
    let midnight = Crawler::new(at(16)).unwrap();
    assert_eq!(
        visit(&midnight, &page(&server.url("/a")))
            .await
            .outcome
            .kind,
        Ok
    );
}

#[tokio::test]
async fn the_hours_are_waited_for() {
    let server = plain_server().await;
    let open = Hours {
        from: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
        to: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
    };
    let start = Instant::now();
    // One second before eight in Shanghai.
    let opening = Utc.with_ymd_and_hms(2026, 9, 17, 23, 59, 59).unwrap();
    let policy = Policy {
        hours: Some(open),
        now: Arc::new(move || opening + start.elapsed()),
        ..quick()
    };
    let crawler = Crawler::new(policy).unwrap();
    assert_eq!(
        visit(&crawler, &page(&server.url("/a"))).await.outcome.kind,
        Ok
    );
    assert!(start.elapsed() >= Duration::from_millis(990));
}

#[tokio::test]
async fn without_delay_the_outside_is_refused_and_private_leave_is_needed() {
    let crawler = Crawler::new(quick()).unwrap();
    let fetched = visit(&crawler, &page("http://93.184.216.34/")).await;
    assert_eq!(fetched.outcome.kind, Refused);
    assert!(fetched.outcome.reason.contains("不限速"));
    let hasty = Policy {
        rate: Some(0.0),
        ..Policy::default()
    };
    assert!(Crawler::new(hasty).is_err());
}
