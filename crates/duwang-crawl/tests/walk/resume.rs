//! A walk taken up again, in any order, comes to the same sums.

use crate::site::{Site, Walked, article, channel, list_page, replay, rows, walk};
use duwang_crawl::{Walk, WalkLimits};

fn site() -> Site {
    let mut site = Site::default().page("/qingshi/", "<a href='tzgg/'>通知公告</a><a href='gzdt/'>工作动态</a><a href='https://elsewhere.example/'>外</a>");
    for (column, entries) in [("tzgg", 23), ("gzdt", 12)] {
        let name = if column == "tzgg" {
            "通知公告"
        } else {
            "工作动态"
        };
        let pages = usize::div_ceil(entries, 5);
        for page in 1..=pages {
            let rows = rows(page * 5 - 4, (page * 5).min(entries), |i| {
                format!("./202609/t20260918_{i}.htm")
            });
            let file = if page == 1 {
                String::new()
            } else {
                format!("index_{}.html", page - 1)
            };
            site = site.page(
                &format!("/qingshi/{column}/{file}"),
                list_page(
                    name,
                    &rows,
                    &format!(
                        "<script>createPageHTML({pages}, {}, 'index', 'html')</script>",
                        page - 1
                    ),
                ),
            );
        }
        for i in 1..=entries {
            site = site.page(
                &format!("/qingshi/{column}/202609/t20260918_{i}.htm"),
                article("通知"),
            );
        }
    }
    site.without("/qingshi/tzgg/index_3.html")
}

fn taken_up(walked: &Walked, by_request: bool, order: impl Fn(usize) -> usize) -> Walk {
    let mut walk = Walk::new(&channel(), WalkLimits::default());
    for visit in &walked.visits {
        match by_request {
            true => walk.mark_requested(&visit.request),
            false => walk.mark_known(&visit.request.url),
        }
    }
    let mut again = walk.start();
    let mut visits: Vec<_> = walked.visits.iter().enumerate().collect();
    visits.sort_by_key(|(i, _)| order(*i));
    for (_, visit) in visits {
        again.extend(replay(&mut walk, visit));
    }
    assert!(again.is_empty(), "nothing is asked for twice: {again:?}");
    walk
}

#[test]
fn replaying_gives_the_same_columns_in_any_order() {
    let walked = walk(&site());
    assert_eq!(walked.columns.len(), 2);
    assert!(!walked.column("通知公告").complete && walked.column("工作动态").complete);
    for by_request in [true, false] {
        for order in [
            |i: usize| i,
            |i: usize| usize::MAX - i,
            |i: usize| i.wrapping_mul(7919) % 101,
        ] {
            let walk = taken_up(&walked, by_request, order);
            assert_eq!(walk.columns(), walked.walk.columns());
        }
    }
}

#[test]
fn a_walk_cut_short_goes_on_where_it_was() {
    let walked = walk(&site());
    for cut in [1, 2, 5, 9] {
        let mut walk = Walk::new(&channel(), WalkLimits::default());
        // The frontier at the cut: what was visited, and what those visits led to.
        let mut before = Walk::new(&channel(), WalkLimits::default());
        let mut frontier = before.start();
        for visit in &walked.visits[..cut] {
            frontier.extend(replay(&mut before, visit));
        }
        frontier.iter().for_each(|r| walk.mark_requested(r));
        assert!(walk.start().is_empty());
        for visit in &walked.visits[..cut] {
            assert!(replay(&mut walk, visit).is_empty());
        }
        for visit in &walked.visits[cut..] {
            replay(&mut walk, visit);
        }
        assert_eq!(walk.columns(), walked.walk.columns(), "cut after {cut}");
    }
}

#[test]
fn the_same_input_gives_the_same_requests() {
    let words = |w: &Walked| {
        w.visits
            .iter()
            .map(|v| v.request.to_word())
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&walk(&site())), words(&walk(&site())));
}
