//! From data to resources: every page, list and file of a host, laid out before the first request.

use super::changes::{self, Change};
use super::data::{self, ColumnData, FileData, PageData, SiteData, Validators};
use super::filler::Filler;
use super::markup::{self, Style};
use super::paging::{self, Platform};
use super::{files, wechat};
use anyhow::Context as _;
use chrono::{Days, NaiveDate, NaiveDateTime};
use minijinja::Environment;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// How many items the front page shows of a column.
const FRONT_ITEMS: usize = 6;

/// Everything one host answers with.
#[derive(Default)]
pub struct Site {
    /// The platform, for its list interfaces.
    pub platform: Platform,
    /// The unit that publishes.
    pub unit: String,
    /// Path to resource.
    pub resources: HashMap<String, Resource>,
    /// Columns with their items, newest first.
    pub lists: Vec<Listing>,
    /// Answers that come before the resources.
    pub answers: Vec<data::AnswerData>,
    /// Which validators are sent.
    pub validators: Validators,
}

/// One thing that can be fetched.
pub struct Resource {
    /// Content-Type as sent.
    pub content_type: String,
    /// The bytes.
    pub body: Vec<u8>,
    /// Last change, Shanghai time.
    pub modified: NaiveDateTime,
}

/// A column with its items.
pub struct Listing {
    /// The column.
    pub column: ColumnData,
    /// Its items, newest first.
    pub items: Vec<Item>,
}

/// One entry of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// Target.
    pub href: String,
    /// Title in full.
    pub title: String,
    /// Title as shown, cut where the site cuts it.
    pub short: String,
    /// `2026-09-18`, or empty.
    pub date: String,
    /// The same as a day.
    #[serde(skip)]
    pub day: Option<NaiveDate>,
    /// 文号.
    pub number: String,
}

/// Puts real addresses where placeholders stand.
pub fn fill(text: &str, places: &HashMap<&'static str, String>) -> String {
    places.iter().fold(text.to_owned(), |text, (host, place)| {
        text.replace(&format!("{{{host}}}"), place)
    })
}

/// Lays out every host of the city as it is on a day: what is dated later is not there yet.
pub fn build_all(
    places: &HashMap<&'static str, String>,
    today: NaiveDate,
) -> anyhow::Result<HashMap<String, Site>> {
    let sources: Vec<_> = data::paths("designs/", ".html")
        .into_iter()
        .map(|path| {
            Ok((
                path.trim_start_matches("designs/").to_owned(),
                data::text(&path)?,
            ))
        })
        .collect::<anyhow::Result<_>>()?;
    let mut designs = Environment::new();
    designs.set_undefined_behavior(minijinja::UndefinedBehavior::Chainable); // a page without a column has no column name either
    for (name, source) in &sources {
        designs
            .add_template(name, source)
            .with_context(|| format!("样例城市的版面 {name} 有误"))?;
    }
    designs.set_formatter(|out, _, value| {
        // Like the default, but leaves the slashes of addresses alone.
        let text = value.to_string();
        let text = if value.is_safe() {
            text
        } else {
            crate::escape::html(&text)
        };
        out.write_str(&text).map_err(Into::into)
    });
    let filler = Filler::read()?;
    let changes = changes::read()?;
    let mut sites = HashMap::new();
    for path in data::paths("units/", ".toml") {
        let site: SiteData = data::read(&path)?;
        let host = site.host.clone();
        let built = Builder {
            designs: &designs,
            filler: &filler,
            places,
            changes: &changes,
            today,
            data: site,
        }
        .build();
        sites.insert(
            host,
            built.with_context(|| format!("样例城市的站点 {path} 搭不起来"))?,
        );
    }
    for (host, site) in wechat::build_all(places, today)? {
        sites.insert(host, site);
    }
    Ok(sites)
}

struct Builder<'a> {
    designs: &'a Environment<'a>,
    filler: &'a Filler,
    places: &'a HashMap<&'static str, String>,
    changes: &'a [Change],
    today: NaiveDate,
    data: SiteData,
}

impl Builder<'_> {
    fn build(mut self) -> anyhow::Result<Site> {
        let platform = Platform::of(&self.data.design)
            .with_context(|| format!("没有版面 {}", self.data.design))?;
        self.add_filler(platform);
        let today = self.today;
        (self.data.page).retain(|p| day_of(&p.date).is_none_or(|day| day <= today));
        let mut site = Site {
            platform,
            unit: self.data.unit.clone(),
            lists: self.data.column.iter().map(|c| self.listing(c)).collect(),
            answers: self
                .data
                .answer
                .iter()
                .map(|a| data::AnswerData {
                    body: fill(&a.body, self.places),
                    ..a.clone()
                })
                .collect(),
            validators: self.data.validators,
            ..Site::default()
        };
        self.lay_pages(&mut site)?;
        self.lay_lists(&mut site)?;
        self.lay_front(&mut site)?;
        self.lay_files(&mut site);
        Ok(site)
    }

    /// Turns the filler of each column into pages like any other.
    fn add_filler(&mut self, platform: Platform) {
        let mut made = Vec::new();
        for column in &self.data.column {
            let Some(newest) = day(&column.newest) else {
                continue;
            };
            for serial in 0..column.filler {
                let back = u64::try_from(serial).unwrap_or(0) * u64::from(column.step);
                let Some(on) = newest.checked_sub_days(Days::new(back)) else {
                    continue;
                };
                let article = self.filler.article(
                    &self.data,
                    &column.id,
                    serial,
                    &on.format("%-m月%-d日").to_string(),
                );
                made.push(PageData {
                    path: platform.article_path(column, serial, on),
                    column: Some(column.id.clone()),
                    title: article.title,
                    date: format!(
                        "{} {:02}:{:02}",
                        on.format("%Y-%m-%d"),
                        8 + serial % 9,
                        serial * 7 % 60
                    ),
                    body: article.body,
                    ..PageData::default()
                });
            }
        }
        self.data.page.extend(made);
    }

    fn listing(&self, column: &ColumnData) -> Listing {
        let mut items: Vec<_> = self
            .data
            .page
            .iter()
            .filter(|p| p.column.as_deref() == Some(&column.id))
            .map(item)
            .collect();
        items.sort_by(|a, b| b.date.cmp(&a.date));
        Listing {
            column: column.clone(),
            items,
        }
    }

    fn lay_pages(&self, site: &mut Site) -> anyhow::Result<()> {
        for page in &self.data.page {
            let mut page = page.clone();
            let changed = changes::apply(self.changes, &self.data.host, &mut page, self.today);
            let style = Style {
                pairs: &page.pairs,
                word: page.word,
                breaks: self.data.design == "table",
            };
            let column = self
                .data
                .column
                .iter()
                .find(|c| Some(&c.id) == page.column.as_ref());
            let content = markup::html(&page.body, style);
            let info: Vec<_> = page
                .info
                .iter()
                .map(|(l, v)| json!({ "label": l, "value": v }))
                .collect();
            let (date, time) = page.date.split_once(' ').unwrap_or((&page.date, ""));
            let shown = json!({
                "title": page.title, "date": date, "time": time, "info": info, "content": content, "files": page.files,
                "source": page.source.as_ref().unwrap_or(&self.data.unit),
                "column": column.map(|c| json!({ "name": c.name, "href": c.path })),
                "script": serde_json::to_string(&content)?.replace('<', "\\u003C"),
                "chinese_date": chinese_date(date),
            });
            let html = self.render("page", "page", shown)?;
            let touched = changed.map_or(page.date, |day| day.to_string());
            self.put(site, &page.path, html, &touched);
        }
        Ok(())
    }

    fn lay_lists(&self, site: &mut Site) -> anyhow::Result<()> {
        for at in 0..site.lists.len() {
            let Some(listing) = site.lists.get(at) else {
                continue;
            };
            let made = self.list_pages(site.platform, listing)?;
            let alias = site.platform.list_alias(&listing.column);
            let newest = listing
                .items
                .first()
                .map_or_else(String::new, |i| i.date.clone());
            for (n, (path, html)) in made.into_iter().enumerate() {
                if let (0, Some(alias)) = (n, &alias) {
                    self.put(site, alias, html.clone(), &newest);
                }
                self.put(site, &path, html, &newest);
            }
        }
        if site.platform == Platform::Gkmlpt {
            let tree = paging::gkmlpt_tree(site);
            let html = self.render("index", "tree", json!(tree))?;
            self.put(site, "/gkmlpt/index", html, &self.touched());
        }
        Ok(())
    }

    /// Path and HTML of every static list page of a column.
    fn list_pages(
        &self,
        platform: Platform,
        listing: &Listing,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let column = &listing.column;
        let size = column.size.max(1);
        let stated = listing.items.len() + column.claims;
        let shown = listing.items.len().div_ceil(size).max(1);
        let total = shown; // a claimed item has no page
        let static_pages = match platform {
            Platform::Gkmlpt => 0, // the tree is the list
            Platform::Jcms | Platform::Jpaas => 1,
            _ => shown,
        };
        let path = |n: usize| platform.list_path(column, n, total);
        (1..=static_pages)
            .map(|page| {
                let items: Vec<_> = listing.items.iter().skip((page - 1) * size).take(size).collect();
                let links: Vec<_> = (1..=total).map(|n| json!({ "n": n, "href": path(n) })).collect();
                let list = json!({
                    "name": column.name, "items": items, "page": page, "total": total, "size": size, "stated": stated, "links": links,
                    "empty": column.empty, "first": path(1), "last": path(total),
                    "prev": (page > 1).then(|| path(page - 1)), "next": (page < total).then(|| path(page + 1)),
                    "island": (platform == Platform::Jcms).then(|| paging::jcms_island(listing)),
                    "query": (platform == Platform::Jpaas).then(|| paging::jpaas_query(listing)),
                    "jpaas": (platform == Platform::Jpaas).then(|| paging::jpaas_items(listing, 1, size)),
                });
                Ok((path(page), self.render("list", "list", list)?))
            })
            .collect()
    }

    fn lay_front(&self, site: &mut Site) -> anyhow::Result<()> {
        let shown = |l: &Listing| {
            let items: Vec<_> = l.items.iter().take(FRONT_ITEMS).collect();
            json!({ "name": l.column.name, "href": l.column.path, "items": items })
        };
        let blocks: Vec<_> = site
            .lists
            .iter()
            .filter(|l| l.column.nav && !l.items.is_empty())
            .map(shown)
            .collect();
        let html = self.render("home", "blocks", json!(blocks))?;
        self.put(site, "/", html, &self.touched());
        if let Some(robots) = &self.data.robots {
            let body = robots.clone().into_bytes();
            site.resources.insert(
                "/robots.txt".to_owned(),
                resource("text/plain", body, "2026-01-05"),
            );
        }
        Ok(())
    }

    /// When the pages that name the newest were last made: the day before the city's last, or today if that is earlier.
    fn touched(&self) -> String {
        let last = day("2026-09-22").unwrap_or(self.today);
        last.min(self.today).to_string()
    }

    fn lay_files(&self, site: &mut Site) {
        for file in &self.data.file {
            let filled = FileData {
                lines: file.lines.iter().map(|l| fill(l, self.places)).collect(),
                ..file.clone()
            };
            let (body, usual) = files::make(&filled);
            let content_type = file.content_type.as_deref().unwrap_or(usual);
            site.resources.insert(
                file.path.clone(),
                resource(content_type, body, "2026-06-01"),
            );
        }
    }

    /// Renders one view of the site's design; `key` is the name the template knows `shown` by.
    fn render(&self, view: &str, key: &str, shown: Value) -> anyhow::Result<String> {
        let columns = self
            .data
            .column
            .iter()
            .filter(|c| c.nav)
            .map(|c| data::LinkData {
                name: c.name.clone(),
                href: c.path.clone(),
            });
        let nav: Vec<_> = self.data.nav.iter().cloned().chain(columns).collect();
        let site = json!({
            "name": self.data.name, "unit": self.data.unit, "short": self.data.short, "nav": nav, "footer": self.data.footer,
            "code": self.data.code, "address": format!("{{{}}}", self.data.host),
        });
        let template = self
            .designs
            .get_template(&format!("{}.html", self.data.design))?;
        Ok(template.render(for_template(
            json!({ "site": site, "view": view, key: shown }),
        ))?)
    }

    fn put(&self, site: &mut Site, path: &str, html: String, date: &str) {
        let html = fill(&html, self.places);
        let (body, content_type) = match self.data.charset.as_deref() {
            Some("gbk") => (encoding_rs::GBK.encode(&html).0.into_owned(), "text/html"),
            _ => (html.into_bytes(), "text/html; charset=utf-8"),
        };
        site.resources
            .insert(path.to_owned(), resource(content_type, body, date));
    }
}

/// JSON as the template engine's values.
fn for_template(json: Value) -> minijinja::Value {
    match json {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(b) => b.into(),
        Value::Number(n) => n.as_i64().unwrap_or_default().into(),
        Value::String(s) => s.into(),
        Value::Array(items) => items.into_iter().map(for_template).collect(),
        Value::Object(members) => {
            let given = members.into_iter().filter(|(_, value)| !value.is_null());
            minijinja::Value::from_pairs(given.map(|(name, value)| (name, for_template(value))))
        }
    }
}

/// A resource; a date that is missing means the city's first day.
pub fn resource(content_type: &str, body: Vec<u8>, date: &str) -> Resource {
    let at = NaiveDateTime::parse_from_str(date, "%Y-%m-%d %H:%M").ok();
    let at = at.or_else(|| day(date)?.and_hms_opt(8, 0, 0));
    Resource {
        content_type: content_type.to_owned(),
        body,
        modified: at.unwrap_or_default(),
    }
}

fn item(page: &PageData) -> Item {
    let date = page.date.split(' ').next().unwrap_or("").to_owned();
    let number = page
        .info
        .iter()
        .find(|(label, _)| label.contains("文号") || label.contains("文 号"));
    Item {
        href: page.path.clone(),
        title: page.title.clone(),
        short: page
            .list_title
            .clone()
            .unwrap_or_else(|| page.title.clone()),
        day: day(&date),
        date,
        number: number.map_or_else(String::new, |(_, value)| value.clone()),
    }
}

/// The day of `2026-09-18 09:05`.
pub fn day_of(date: &str) -> Option<NaiveDate> {
    day(date.split(' ').next().unwrap_or_default())
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn chinese_date(date: &str) -> String {
    day(date).map_or_else(String::new, |d| d.format("%Y年%-m月%-d日").to_string())
}
