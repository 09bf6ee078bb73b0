//! The list of findings: filters, pages, rows of the same words, and a hundred thousand of them.

use super::*;

#[test]
fn filters_narrow_the_list() {
    let console = full();
    let total = |query: &str| {
        let body = console.get(&format!("/findings?{query}")).body;
        let at = body.find("共 <strong>").map(|at| at + "共 <strong>".len());
        at.map_or(0, |at| {
            body[at..]
                .split('<')
                .next()
                .unwrap()
                .parse::<usize>()
                .unwrap()
        })
    };
    assert_eq!(total(""), 4);
    assert_eq!(total("unit=qingshi"), 2);
    assert_eq!(total("unit=qingshi&unit=yunfeng"), 4);
    assert_eq!(total("channel=yunfeng-site&category=privacy"), 1);
    assert_eq!(total("level=general"), 1);
    assert_eq!(total("rule=guide"), 1);
    assert_eq!(total("rule=wording%2Frenamed-bodies"), 1);
    assert_eq!(total("state=confirmed"), 1);
    assert_eq!(total("state=open"), 3);
    assert_eq!(total("kind=guide&certainty=likely"), 4);
    assert_eq!(total("text=%E5%B7%A5%E5%95%86"), 1);
    assert_eq!(total("text=%3Cscript%3E"), 0);
    let empty = console.get("/findings?unit=nobody%22%3E").body;
    assert!(
        empty.contains("这里是空的") && !empty.contains("nobody\">"),
        "{empty}"
    );
    let other = console.get("/findings?unit=qingshi&state=fixed").body;
    assert!(
        other.contains("别的状态的有 2 条") && other.contains("?unit=qingshi&#38;state=all"),
        "{other}"
    );
}

#[test]
fn the_list_comes_in_pages_of_fifty() {
    let console =
        holding((0..120).map(|n| sample::finding("wording/fixed-phrases", &format!("词{n:03}"))));
    let rows = |query: &str| {
        console
            .get(&format!("/findings?{query}"))
            .body
            .matches("<article>")
            .count()
    };
    assert_eq!(rows("rule=wording%2Ffixed-phrases"), 50);
    assert_eq!(rows("rule=wording%2Ffixed-phrases&page=3"), 20);
    assert_eq!(
        rows("rule=wording%2Ffixed-phrases&page=99"),
        20,
        "the last page stands in for pages beyond it"
    );
    let second = console
        .get("/findings?rule=wording%2Ffixed-phrases&page=2")
        .body;
    assert!(second.contains("第 51–100 条"));
    assert!(second.contains("rel=\"prev\"") && second.contains("rel=\"next\""));
    assert!(
        second.contains("/findings?rule=wording%2Ffixed-phrases&#38;page=3"),
        "links keep the filter"
    );
}

#[test]
fn the_gravest_or_the_newest_come_first_where_that_is_asked_for() {
    use duwang_model::Level;
    let told = [
        ("甲处", Level::Hint, 1),
        ("乙处", Level::Serious, 0),
        ("丙处", Level::General, 2),
    ];
    let console = holding(told.map(|(quote, level, days)| {
        let mut finding = sample::finding("wording/fixed-phrases", quote);
        finding.hit.level = level;
        finding.first_seen += chrono::Duration::days(days);
        finding
    }));
    let listed = |order: &str| {
        let query = format!("/findings?rule=wording%2Ffixed-phrases&order={order}");
        let body = console.get(&query).body;
        let mut places: Vec<(usize, &str)> = told
            .iter()
            .map(|(quote, ..)| (body.find(quote).unwrap(), *quote))
            .collect();
        places.sort_unstable();
        places.iter().map(|(_, quote)| *quote).collect::<String>()
    };
    assert_eq!(listed("gravest"), "乙处丙处甲处");
    assert_eq!(listed("newest"), "丙处甲处乙处");
    let body = console.get("/findings?order=gravest").body;
    assert!(body.contains("<option value=\"gravest\" selected>"));
    // Whoever opens one goes on in the same order.
    let first = body.split("<article>").nth(1).unwrap();
    assert!(first.contains("?order=gravest"), "{first}");
    let wrong = console.get("/findings?order=loudest");
    assert!(wrong.status == 400 && wrong.body.contains("不认识排列“loudest”"));
}

/// Findings with the same words on many pages.
fn reprinted(count: usize) -> Console {
    holding((0..count).map(|n| {
        let mut finding = sample::finding("wording/reprint", "转载稿");
        finding.fingerprint = format!("{n:032x}");
        finding.hit.subject = duwang_model::Subject::Page(format!("http://a.example/{n}"));
        finding
    }))
}

/// A console over these findings besides those of the sample.
fn holding(findings: impl IntoIterator<Item = duwang_model::Finding>) -> Console {
    let store = sample::store();
    let changes = findings.into_iter().map(|f| (duwang_model::Change::New, f));
    let changes = changes.collect();
    store
        .record(&[Visit {
            changes,
            ..Visit::default()
        }])
        .unwrap();
    console(store)
}

#[test]
fn the_same_words_are_one_row_decided_and_undone_at_once() {
    let console = reprinted(30);
    let list = console.get("/findings?rule=wording%2Freprint").body;
    assert_eq!(list.matches("<article>").count(), 1, "{list}");
    assert!(list.contains("30 处来自相同的文字"));
    let flat = console.get("/findings?rule=wording%2Freprint&flat=1").body;
    assert_eq!(flat.matches("<article>").count(), 30);
    let id = console.id_of("wording/reprint");
    let to = format!("/findings/{id}/decisions?rule=wording%2Freprint");
    let standing = |state: State| {
        let filter = FindingFilter {
            rules: vec!["wording/reprint".into()],
            states: vec![state],
            ..FindingFilter::default()
        };
        console.store.findings(&filter).unwrap().len()
    };
    assert_eq!(console.post(&to, "verdict=confirm").status, 303);
    assert_eq!(standing(State::Confirmed), 1, "one alone");
    assert_eq!(console.post(&to, "verdict=undo").status, 303);
    assert_eq!(
        console.post(&to, "verdict=dismiss&reason=x&group=1").status,
        303
    );
    assert_eq!(standing(State::Dismissed), 30);
    assert_eq!(console.post(&to, "verdict=undo&group=1").status, 303);
    assert_eq!(standing(State::Open), 30);
}

#[test]
fn the_script_gets_the_row_back_or_the_reason_why_not() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    let to = format!("/findings/{id}/decisions");
    let part = |form: &str| {
        let extra = format!(
            "Origin: http://{}\r\nX-Duwang-Part: row\r\n",
            console.address
        );
        console.post_from(&to, form, &extra)
    };
    let refused = part("verdict=dismiss");
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body, "判为误报请写明理由，规则靠它改进。");
    let row = part("verdict=assign");
    assert_eq!(row.status, 200);
    assert!(row.body.starts_with("<li data-id="), "{}", row.body);
    let due = "2026-11-09"; // five working days after Monday, 2 November
    assert!(
        row.body.contains(due) && row.body.contains("已交办"),
        "{}",
        row.body
    );
}

/// Every route, every role and a stranger: the table says who passes, and nobody else does.

#[test]
#[ignore = "takes minutes"]
fn a_hundred_thousand_findings_stay_quick() {
    let dir = tempfile::tempdir().unwrap();
    let store = duwang_store::open("sled:", dir.path()).unwrap();
    for group in 0..100_usize {
        let many = (0..1_000).map(|n| {
            let n = group * 1_000 + n;
            let mut finding = sample::finding("wording/fixed-phrases", &format!("词{}", n / 3));
            finding.fingerprint = format!("{:016x}{n:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            finding.unit = format!("unit{}", n % 52);
            finding.hit.rule = format!("pack{}/rule{}", n % 17, n % 90);
            finding.hit.subject = duwang_model::Subject::Page(format!("http://a.example/{n}"));
            (duwang_model::Change::New, finding)
        });
        store
            .record(&[Visit {
                changes: many.collect(),
                ..Visit::default()
            }])
            .unwrap();
    }
    let console = console(store);
    let began = std::time::Instant::now();
    assert_eq!(console.get("/findings").status, 200);
    eprintln!("first look {:?}", began.elapsed());
    let timed = |what: &str, times: usize, act: &dyn Fn(usize)| {
        let mut took: Vec<_> = (0..times)
            .map(|n| {
                let began = std::time::Instant::now();
                act(n);
                began.elapsed()
            })
            .collect();
        took.sort();
        let p95 = took[times * 95 / 100];
        eprintln!("{what}: median {:?}, p95 {p95:?}", took[times / 2]);
        p95
    };
    let ids: Vec<String> = {
        let mut ids = Vec::new();
        let all = FindingFilter::default();
        console
            .store
            .each_finding(&all, &mut |f| {
                ids.push(f.id);
                match ids.len() {
                    400 => std::ops::ControlFlow::Break(()),
                    _ => std::ops::ControlFlow::Continue(()),
                }
            })
            .unwrap();
        ids
    };
    let extra = format!(
        "Origin: http://{}\r\nX-Duwang-Part: row\r\n",
        console.address
    );
    let decide = timed("decision", 200, &|n| {
        let to = format!("/findings/{}/decisions", ids[n]);
        assert_eq!(
            console.post_from(&to, "verdict=confirm", &extra).status,
            200
        );
    });
    let list = timed("list", 60, &|n| {
        let path = format!("/findings?unit=unit{}&page={}", n % 52, n % 5 + 1);
        assert_eq!(console.get(&path).status, 200);
    });
    let whole = timed("list of everything", 60, &|n| {
        assert_eq!(
            console.get(&format!("/findings?page={}", n + 1)).status,
            200
        );
    });
    let one = timed("finding", 60, &|n| {
        assert_eq!(console.get(&format!("/findings/{}", ids[n])).status, 200);
    });
    let front = timed("front page", 30, &|_| {
        assert_eq!(console.get("/").status, 200);
    });
    for p95 in [decide, list, whole, one, front] {
        assert!(p95.as_millis() < 100, "{p95:?}");
    }
}
