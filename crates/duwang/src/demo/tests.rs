#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]
//! The city keeps its word: what is promised in `expected.jsonl` is really published, and the servers behave as the platforms do.

use super::{City, Expected, changes, data, paging, site};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn sites() -> HashMap<String, site::Site> {
    let places = super::HOSTS.map(|host| (host, format!("http://{host}.example")));
    site::build_all(&HashMap::from(places), crate::clock::day(City::now())).unwrap()
}

#[test]
fn every_change_is_over_and_was_one() {
    let sites = sites();
    for change in changes::read().unwrap() {
        let today = crate::clock::day(City::now());
        assert!(change.until <= today && change.from.is_none_or(|from| from < change.until));
        let data = data::paths("units/", ".toml").into_iter();
        let mut hosts = data.map(|path| data::read::<data::SiteData>(&path).unwrap());
        let host = hosts.find(|site| site.host == change.host).unwrap();
        let page = host.page.iter().find(|p| p.path == change.path);
        let mut page = page
            .unwrap_or_else(|| panic!("no page {}", change.path))
            .clone();
        assert!(page.body.contains(&change.now), "{}", change.path);
        let before = page.body.clone();
        let eve = change.until.pred_opt().unwrap();
        changes::apply(std::slice::from_ref(&change), &change.host, &mut page, eve);
        assert_ne!(page.body, before, "{}", change.path);
        assert!(sites[&change.host].resources.contains_key(&change.path));
    }
}

#[test]
fn nothing_is_published_before_its_day() {
    let places = HashMap::from(super::HOSTS.map(|host| (host, format!("http://{host}.example"))));
    let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 9).unwrap();
    let then = site::build_all(&places, day).unwrap();
    for (host, now) in sites() {
        let earlier = &then[&host].lists;
        for (list, listed) in now.lists.iter().zip(earlier) {
            assert!(listed.items.iter().all(|i| i.day.is_none_or(|d| d <= day)));
            let kept = list.items.iter().filter(|i| i.day.is_none_or(|d| d <= day));
            let hrefs: Vec<_> = kept.map(|i| &i.href).collect();
            assert_eq!(
                listed.items.iter().map(|i| &i.href).collect::<Vec<_>>(),
                hrefs
            );
        }
    }
    assert!(!super::wechat::to_come(&places, day).unwrap().is_empty());
}

fn host_and_path(url: &str) -> (&str, &str) {
    url.strip_prefix('{').unwrap().split_once('}').unwrap()
}

fn shown(resource: &site::Resource) -> String {
    let hints = duwang_page::Hints::default();
    let source = duwang_page::Source {
        url: "",
        bytes: &resource.body,
        content_type: Some(&resource.content_type),
        hints: &hints,
    };
    if duwang_page::is_file(&source) {
        let duwang_page::Reading::Document(document) = duwang_page::read(&source) else {
            return String::new();
        };
        let residue = document.residue.iter().map(|r| r.text.as_str());
        return std::iter::once(document.text.plain())
            .chain(residue)
            .collect();
    }
    let html = match String::from_utf8(resource.body.clone()) {
        Ok(text) => text,
        Err(_) => encoding_rs::GBK.decode(&resource.body).0.into_owned(),
    };
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn every_promise_points_at_something_published() {
    let sites = sites();
    for Expected {
        url, quote, rule, ..
    } in City::expected()
    {
        let (host, path) = host_and_path(&url);
        let resource = sites[host]
            .resources
            .get(path)
            .unwrap_or_else(|| panic!("{rule}: nothing at {url}"));
        assert!(
            shown(resource).contains(&quote),
            "{rule}: {quote} is not on {url}"
        );
    }
}

#[test]
fn every_rule_of_this_round_is_planted() {
    let planted: HashSet<_> = City::expected()
        .into_iter()
        .filter(|e| !e.near_miss && !e.optional)
        .map(|e| e.rule)
        .collect();
    for rule in RULES.split_whitespace() {
        assert!(planted.contains(rule), "{rule} has no fault in the city");
    }
}

#[test]
fn the_city_is_big_and_varied() {
    let sites = sites();
    let pages = |s: &site::Site| {
        s.resources
            .values()
            .filter(|r| r.content_type.starts_with("text/html"))
            .count()
    };
    assert!(sites.values().map(pages).sum::<usize>() > 400);
    assert!(data::paths("designs/", ".html").len() >= 9);
    let titles = |s: &site::Site| {
        s.lists
            .iter()
            .flat_map(|l| l.items.iter().map(|i| i.title.clone()))
            .collect::<Vec<_>>()
    };
    for (host, site) in &sites {
        let all = titles(site);
        let distinct: HashSet<_> = all.iter().collect();
        assert!(
            distinct.len() * 20 >= all.len() * 19,
            "{host}: {} titles, {} distinct",
            all.len(),
            distinct.len()
        );
    }
}

#[test]
fn the_interface_of_jcms_gives_every_record_once() {
    let sites = sites();
    let jcms = &sites["jcms"];
    let listing = &jcms.lists[0];
    let column = paging::digits(&listing.column.path);
    let mut records = 0;
    for page in 1..=9 {
        let ask = HashMap::from([
            ("columnid".to_owned(), column.clone()),
            ("page".to_owned(), page.to_string()),
        ]);
        let (_, xml) = paging::answer(jcms, "/module/web/jpage/dataproxy.jsp", &ask).unwrap();
        records += xml.matches("<record>").count();
    }
    assert_eq!(records, listing.items.len());
}

#[tokio::test]
async fn servers_answer_as_promised() {
    let city = City::start(None).await.unwrap();
    let first = get(&city, "{trs}/xxgk/zn/", "").await;
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    let etag = first
        .lines()
        .find_map(|l| l.strip_prefix("etag: "))
        .unwrap();
    let again = get(
        &city,
        "{trs}/xxgk/zn/",
        &format!("If-None-Match: {etag}\r\n"),
    )
    .await;
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    let busy = get(&city, "{card}/news/page/2/", "").await;
    assert!(
        busy.starts_with("HTTP/1.1 503") && busy.contains("retry-after: 1"),
        "{busy}"
    );
    assert!(
        get(&city, "{card}/news/page/2/", "")
            .await
            .starts_with("HTTP/1.1 200")
    );
    assert!(
        get(&city, "{card}/guard/zn/", "")
            .await
            .starts_with("HTTP/1.1 403")
    );
    assert!(get(&city, "{guard}/", "").await.starts_with("HTTP/1.1 412"));
    assert!(
        get(&city, "{trs}/nowhere.htm", "")
            .await
            .starts_with("HTTP/1.1 404")
    );
    let table = get(&city, "{table}/gkzn/index.html", "").await;
    assert!(
        table.contains("content-type: text/html\r\n"),
        "the old site must not tell its charset"
    );
    assert_eq!(city.requests(), 8);
    tokio::time::timeout(Duration::from_secs(5), city.stop())
        .await
        .unwrap();
}

/// The raw answer to one GET, lossily decoded.
async fn get(city: &City, url: &str, headers: &str) -> String {
    let (host, path) = host_and_path(url);
    let mut stream = TcpStream::connect(city.addresses[host]).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

const RULES: &str = "
guide/title-unit guide/update-date guide/working-body guide/organisation guide/office-address guide/office-hours guide/office-phone
guide/office-fax guide/internet-contact guide/application-url guide/classification guide/arrangement guide/access-ways guide/publish-limit
guide/application-ways guide/application-contents guide/reply-limit guide/supplement-limit guide/fees guide/complaint
guide-outdated/reply-15-days guide-outdated/extension-15-days guide-outdated/decree-492 guide-outdated/three-needs guide-outdated/old-fees
guide-outdated/supervision-organ guide-outdated/old-articles guide-outdated/review-body
interpretation/consulting-phone interpretation/interpreting-body interpretation/background interpretation/main-contents
interpretation/policy-link interpretation/interpretation-link interpretation/late interpretation/thin interpretation/single-form
interpretation/missing
solicitation/draft-missing solicitation/explanation-missing solicitation/deadline-missing solicitation/period-short
solicitation/channels-missing solicitation/phone-missing solicitation/result-missing
typo/known-errors wording/renamed-bodies wording/repealed-laws wording/fixed-phrases wording/territory wording/ethnic-religious
wording/social-terms wording/legal-terms wording/variant-forms wording/absolute-claims
format/units format/numerals format/punctuation format/official-format
privacy/id-number privacy/mobile-number privacy/bank-card link/dead link/hidden link/placeholder attachment/dead
attachment/comments-left attachment/changes-left attachment/hidden-content attachment/author-left
freshness/column-stale freshness/column-blank freshness/account-silent coverage/guide-missing annual-report/missing
annual-report/contact annual-report/five-points annual-report/government-points annual-report/requests-balance
annual-report/table-items coverage/disclosure-entries consistency/address consistency/hours coverage/allowance-guide coverage/budget coverage/budget-tables
coverage/destitute-support coverage/farm-subsidy coverage/homestead coverage/homestead-table coverage/irrigation
coverage/irrigation-county coverage/labour-levy coverage/land-transfer coverage/land-transfer-table coverage/medical-assistance
coverage/openness-mark coverage/openness-wrong coverage/project-list coverage/relief-funds coverage/relief-supervision
coverage/standard-catalogue coverage/subsistence-allowance coverage/temporary-relief coverage/temporary-relief-table
coverage/three-expenses-sum coverage/village-affairs guide/application-form guide/correction guide/disabled-help
guide/frequent-requests guide/joint-body guide/petition-requests guide/receipt-day guide/reply-kinds guide/separable
guide/third-party guide/time-not-counted interpretation/applies-to interpretation/goals interpretation/one-angle
interpretation/validity labelling/accessibility labelling/article-tags labelling/column-tags labelling/error-report labelling/icp
labelling/party-mark labelling/police-record labelling/site-tags labelling/sitemap service-guide/elements
service-guide/mostly-empty service-guide/phone-implausible service-guide/vague-materials solicitation/result-reasons
solicitation/result-sum
";
