//! The Guangdong disclosure platform.

use crate::site::{Site, article, walk_channel};
use duwang_model::Channel;
use serde_json::json;

const INDEX: &str = r#"<html><head><title>政府信息公开目录</title></head><body><div id="app"></div>
<script>window._CONFIG = {
  SID: '755041', // 站点
  TREE: [ {"id":1,"name":"政策","parent":0,"jump_url":"","post_count":3,"children":[
      {"id":11,"name":"规范性文件","parent":1,"jump_url":"","post_count":230,"children":[]},
      {"id":12,"name":"通知公告","parent":1,"jump_url":"","post_count":3,"children":[]},],},
    {"id":2,"name":"指南","parent":0,"jump_url":"/gkmlpt/guide","post_count":0,"children":[]} ],
};</script></body></html>"#;

fn channel() -> Channel {
    let mut channel = crate::site::channel();
    channel.entry = vec!["https://www.yunxi-demo.gov.cn/gkmlpt/index".to_owned()];
    channel.scope = vec!["https://www.yunxi-demo.gov.cn/gkmlpt/".to_owned()];
    channel
}

fn answer(column: usize, name: &str, page: usize, total: usize) -> String {
    let from = page.max(1) * 100 - 100;
    let articles: Vec<_> = (from..(from + 100).min(total))
        .map(|i| json!({"id": i, "title": format!("{name}第{i}件"), "date": 1_790_000_000 - i * 86_400, "created_at": "2026-09-21 22:13:20",
            "url": format!("http://www.yunxi-demo.gov.cn/gkmlpt/content/0/{column}/post_{}.html", column * 1000 + i), "post_url": ""}))
        .collect();
    json!({"classify": {"id": column, "name": name, "post_count": total}, "total": total, "articles": articles}).to_string()
}

fn site(second_page: bool) -> Site {
    let mut site =
        Site::default()
            .page("/gkmlpt/index", INDEX)
            .answer("/gkmlpt/api/all/", move |url| {
                let id: usize = url.path().rsplit('/').next()?.parse().ok()?;
                let value = |name: &str| {
                    url.query_pairs()
                        .find(|(n, _)| n == name)
                        .map(|(_, v)| v.into_owned())
                };
                (value("sid").as_deref() == Some("755041")).then_some(())?;
                let page: usize = value("page")?.parse().ok()?;
                match id {
                    11 if page == 1 || second_page => Some(answer(11, "规范性文件", page, 230)),
                    12 if page == 1 => Some(answer(12, "通知公告", page, 3)),
                    _ => None,
                }
            });
    for (column, total) in [(11, 230), (12, 3)] {
        for i in 0..total {
            site = site.page(
                &format!("/gkmlpt/content/0/{column}/post_{}.html", column * 1000 + i),
                article("文件"),
            );
        }
    }
    site
}

#[test]
fn each_leaf_is_a_column_read_to_its_end() {
    let walked = walk_channel(&site(true), &channel());
    let policies = walked.column("规范性文件");
    assert!(policies.complete, "{:?}", policies.notes);
    assert_eq!(
        (policies.got, policies.stated, policies.url.as_str()),
        (
            230,
            Some(230),
            "https://www.yunxi-demo.gov.cn/gkmlpt/index#11"
        )
    );
    assert_eq!(
        policies
            .items
            .iter()
            .next()
            .unwrap()
            .date
            .unwrap()
            .to_string(),
        "2026-09-21"
    );
    assert!(policies.top);
    let notices = walked.column("通知公告");
    assert!(notices.complete && notices.got == 3);
    assert_eq!(
        walked.columns.len(),
        2,
        "the directory itself is no column: {:?}",
        walked.columns.keys()
    );
    assert_eq!(
        walked
            .pages()
            .iter()
            .filter(|p| p.contains("/content/"))
            .count(),
        233
    );
}

#[test]
fn a_second_page_that_is_refused_is_a_shortfall() {
    let walked = walk_channel(&site(false), &channel());
    let policies = walked.column("规范性文件");
    assert!(!policies.complete);
    assert_eq!(policies.notes[0], "站方自报 230 条，实取 100 条");
    assert!(
        policies
            .notes
            .iter()
            .any(|n| n.starts_with("第 2 页打不开")),
        "{:?}",
        policies.notes
    );
}

#[test]
fn a_leaf_that_does_not_answer_keeps_its_name() {
    let silent = Site::default()
        .page("/gkmlpt/index", INDEX)
        .answer("/gkmlpt/api/all/12", |_| Some("系统维护中".to_owned()));
    let walked = walk_channel(&silent, &channel());
    let notices = walked.column("通知公告");
    assert!(!notices.complete && notices.items.is_empty(), "{notices:?}");
}
