//! A made-up site and a visitor who walks it to the end.

use duwang_crawl::{
    ColumnReading, Purpose, Request, Seen, Walk, WalkLimits, read_interface, read_list,
};
use duwang_html::{Limits, Tree};
use duwang_model::{Channel, LinkRef, LinkRole, ListReading, Outcome, OutcomeKind};
use std::collections::{BTreeMap, HashMap};
use url::Url;

pub const ROOT: &str = "https://www.yunxi-demo.gov.cn/qingshi/";

type Answer = Box<dyn Fn(&Url) -> Option<String>>;

/// Pages by path (with query), and answers of interfaces by the start of their path.
#[derive(Default)]
pub struct Site {
    pages: HashMap<String, String>,
    answers: Vec<(String, Answer)>,
}

impl Site {
    pub fn page(mut self, path: &str, html: impl Into<String>) -> Self {
        self.pages.insert(path.to_owned(), html.into());
        self
    }

    pub fn answer(mut self, path: &str, answer: impl Fn(&Url) -> Option<String> + 'static) -> Self {
        self.answers.push((path.to_owned(), Box::new(answer)));
        self
    }

    pub fn without(mut self, path: &str) -> Self {
        assert!(self.pages.remove(path).is_some(), "{path} was never there");
        self
    }

    fn get(&self, url: &str) -> Option<String> {
        let url = Url::parse(url).unwrap();
        if !matches!(url.host_str(), Some("www.yunxi-demo.gov.cn")) {
            return None;
        }
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        self.pages.get(&path).cloned().or_else(|| {
            let (_, answer) = self
                .answers
                .iter()
                .find(|(start, _)| url.path().starts_with(start.as_str()))?;
            answer(&url)
        })
    }
}

/// One visit as it is remembered: enough to replay it.
#[derive(Clone)]
pub struct Visit {
    pub request: Request,
    pub links: Vec<LinkRef>,
    pub list: Option<ListReading>,
    pub outcome: Outcome,
}

pub struct Walked {
    pub walk: Walk,
    pub visits: Vec<Visit>,
    pub columns: BTreeMap<String, ColumnReading>,
}

impl Walked {
    /// The column whose name is this.
    pub fn column(&self, name: &str) -> &ColumnReading {
        self.columns
            .values()
            .find(|c| c.name == name)
            .unwrap_or_else(|| panic!("no column {name} among {:?}", self.columns))
    }

    /// URLs visited for some purpose, shortened to their path, sorted.
    pub fn visited(&self, purpose: fn(&Purpose) -> bool) -> Vec<String> {
        let mut out: Vec<String> = self
            .visits
            .iter()
            .filter(|v| purpose(&v.request.purpose))
            .map(|v| v.request.url.replace("https://www.yunxi-demo.gov.cn", ""))
            .collect();
        out.sort();
        out
    }

    pub fn pages(&self) -> Vec<String> {
        self.visited(|p| matches!(p, Purpose::Page { .. }))
    }
}

pub fn channel() -> Channel {
    let channel = serde_json::json!({
        "id": "qingshi-website", "unit": "qingshi", "kind": "website",
        "entry": [ROOT], "scope": [], "max_pages": 20000, "columns": [], "account": null,
        "articles": [], "links": null, "album": null, "feed": null, "api": null,
    });
    serde_json::from_value(channel).unwrap()
}

pub fn walk(site: &Site) -> Walked {
    walk_channel(site, &channel())
}

pub fn walk_channel(site: &Site, channel: &Channel) -> Walked {
    let mut walk = Walk::new(channel, WalkLimits::default());
    let mut queue = walk.start();
    let mut visits = Vec::new();
    let mut at = 0;
    while at < queue.len() {
        assert!(at < 5000, "the walk does not end: {:?}", queue[at]);
        let visit = visit(site, &queue[at]);
        queue.extend(replay(&mut walk, &visit));
        visits.push(visit);
        at += 1;
    }
    let mut asked: Vec<&str> = queue.iter().map(|r| r.url.as_str()).collect();
    asked.sort_unstable();
    let all = asked.len();
    asked.dedup();
    assert_eq!(all, asked.len(), "something was asked for twice");
    let columns = walk
        .columns()
        .into_iter()
        .map(|c| (c.url.clone(), c))
        .collect();
    Walked {
        walk,
        visits,
        columns,
    }
}

pub fn replay(walk: &mut Walk, visit: &Visit) -> Vec<Request> {
    let seen = Seen {
        final_url: &visit.request.url,
        links: &visit.links,
        list: visit.list.as_ref(),
        outcome: &visit.outcome,
    };
    walk.found(&visit.request, &seen)
}

fn visit(site: &Site, request: &Request) -> Visit {
    let mut visit = Visit {
        request: request.clone(),
        links: Vec::new(),
        list: None,
        outcome: Outcome::ok(),
    };
    let Some(body) = site.get(&request.url) else {
        visit.outcome = Outcome::new(OutcomeKind::Missing, "HTTP 404");
        return visit;
    };
    let url = Url::parse(&request.url).unwrap();
    if let Purpose::Interface { platform, .. } = &request.purpose {
        visit.list = Some(read_interface(platform, &url, &body));
        return visit;
    }
    let tree = duwang_html::parse(&body, Limits::default());
    visit.list = read_list(&url, &body, &tree);
    visit.links = links(&tree, &url);
    visit
}

/// The links of a page as the page reader would hand them over, with the plainest roles.
fn links(tree: &Tree, url: &Url) -> Vec<LinkRef> {
    tree.descendants(tree.root())
        .filter(|id| tree.name(*id) == "a")
        .filter_map(|id| {
            let target = url.join(tree.attr(id, "href")?).ok()?;
            let within = |name: &str| tree.ancestors(id).any(|a| tree.name(a) == name);
            let role = match () {
                () if tree.attr(id, "style") == Some("display:none") => LinkRole::Hidden,
                () if within("nav") => LinkRole::Nav,
                () if within("footer") => LinkRole::Footer,
                () => LinkRole::Content,
            };
            Some(LinkRef {
                url: duwang_crawl::normalise(&target),
                text: tree.inner_text(id),
                role,
            })
        })
        .collect()
}

pub fn read(path: &str, html: &str) -> Option<ListReading> {
    let url = Url::parse(ROOT).unwrap().join(path).unwrap();
    read_list(&url, html, &duwang_html::parse(html, Limits::default()))
}

/// An article page: no list, whatever stands around it.
pub fn article(title: &str) -> String {
    let text =
        "青石街道办事处今日就防汛值守作出安排，要求各社区落实责任、备足物资，遇有险情及时报告。"
            .repeat(8);
    format!(
        "<html><head><title>{title}_云溪市</title></head><body><nav><a href='{ROOT}'>首页</a></nav>\
         <h1>{title}</h1><p>发布时间：2026-09-18</p><div class='TRS_Editor'><p>{text}</p></div></body></html>"
    )
}

/// A page with one list in the plainest form.
pub fn list_page(name: &str, rows: &str, strip: &str) -> String {
    format!(
        "<html><head><title>{name}_云溪市青石街道</title><meta name='ColumnName' content='{name}'></head>\
         <body><nav><a href='{ROOT}'>首页</a></nav><ul class='list'>{rows}</ul>{strip}</body></html>"
    )
}

/// Rows for articles `from..=to`, newest first by number.
pub fn rows(from: usize, to: usize, address: impl Fn(usize) -> String) -> String {
    (from..=to)
        .map(|i| {
            format!(
                "<li><a href='{}' title='青石街道第{i}号通知全称'>青石街道第{i}号…</a><span>2026-09-{:02}</span></li>",
                address(i),
                28 - i % 28
            )
        })
        .collect()
}
