//! How each platform numbers its list pages and articles, and the interfaces some of them list through. One arm a platform; the shapes
//! follow the real products (TRS `index_1.htm`, JCMS `dataproxy.jsp`, JPAAS `build/unit`, gkmlpt `/api/all/<id>`, VSB counting backwards).

use super::data::ColumnData;
use super::site::{Item, Listing, Site};
use crate::escape::html as escape;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The platforms of the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Platform {
    /// TRS WCM.
    Trs,
    /// 大汉 JCMS with jpage.
    Jcms,
    /// 大汉 JPAAS.
    Jpaas,
    /// 广东公开平台.
    Gkmlpt,
    /// 开普云 UCAP.
    Ucap,
    /// 博达 VSB.
    Vsb,
    /// An old table site.
    Table,
    /// A recent responsive site.
    #[default]
    Card,
    /// NFCMS static pages.
    Nfcms,
}

impl Platform {
    /// The platform of a design.
    pub fn of(design: &str) -> Option<Self> {
        Some(match design {
            "trs" => Self::Trs,
            "jcms" => Self::Jcms,
            "jpaas" => Self::Jpaas,
            "gkmlpt" => Self::Gkmlpt,
            "ucap" => Self::Ucap,
            "vsb" => Self::Vsb,
            "table" => Self::Table,
            "card" => Self::Card,
            "nfcms" => Self::Nfcms,
            _ => return None,
        })
    }

    /// The path of list page `page` (from 1) of `total`.
    pub fn list_path(self, column: &ColumnData, page: usize, total: usize) -> String {
        if page <= 1 {
            return column.path.clone();
        }
        let folder = folder(&column.path);
        match self {
            Self::Trs => format!("{folder}index_{}.htm", page - 1),
            Self::Ucap => format!("{folder}index_{page}.html"),
            Self::Nfcms => format!("{folder}column-index-{page}.shtml"),
            Self::Vsb => format!(
                "{}/{}.htm",
                column.path.trim_end_matches(".htm"),
                total - page + 1
            ),
            Self::Table => format!("{folder}list_{page}.html"),
            Self::Card => format!("{folder}page/{page}/"),
            // These list through an interface; there is no second static page.
            Self::Jcms | Self::Jpaas | Self::Gkmlpt => column.path.clone(),
        }
    }

    /// Further addresses of the first list page.
    pub fn list_alias(self, column: &ColumnData) -> Option<String> {
        (self == Self::Trs).then(|| format!("{}index.htm", column.path))
    }

    /// The path of a filler article.
    pub fn article_path(self, column: &ColumnData, serial: usize, day: NaiveDate) -> String {
        let folder = folder(&column.path);
        let (month, compact) = (day.format("%Y%m"), day.format("%Y%m%d"));
        let seed = column
            .id
            .bytes()
            .fold(0usize, |sum, b| sum * 31 % 900 + usize::from(b));
        let id = 3_390_000 + seed * 200 - serial;
        match self {
            Self::Trs => format!("{folder}{month}/t{compact}_{id}.htm"),
            Self::Jcms => {
                let column = digits(&column.path);
                format!(
                    "/art/{}/art_{column}_{}.html",
                    day.format("%Y/%-m/%-d"),
                    id % 100_000
                )
            }
            Self::Jpaas => format!(
                "/art/{}/art_{}.html",
                day.format("%Y"),
                hex(&column.path, serial)
            ),
            Self::Gkmlpt => format!(
                "/gkmlpt/content/0/{}/post_{}.html",
                id % 1_000_000 / 1000,
                id % 1_000_000
            ),
            Self::Ucap => format!("{folder}content/post_{}.html", id % 1_000_000),
            Self::Vsb => format!("/info/{}/{}.htm", 1000 + seed % 90, id % 10_000),
            Self::Table => format!("{folder}show_{}.html", id % 10_000),
            Self::Card => format!("{folder}{}/{}.html", day.format("%Y/%m%d"), id % 10_000),
            Self::Nfcms => format!("{folder}{month}/{}.shtml", hex(&column.path, serial)),
        }
    }
}

/// Answers of the list interfaces: path and parameters (query and form together) to content type and body.
pub fn answer(
    site: &Site,
    path: &str,
    parameters: &HashMap<String, String>,
) -> Option<(&'static str, String)> {
    match (site.platform, path) {
        (Platform::Jcms, "/module/web/jpage/dataproxy.jsp") => {
            let key = parameters.get("columnid")?;
            let listing = site.lists.iter().find(|l| digits(&l.column.path) == *key)?;
            Some(("text/xml;charset=UTF-8", jcms_answer(listing, parameters)))
        }
        (Platform::Jpaas, "/api-gateway/jpaas-publish-server/front/page/build/unit") => {
            let key = parameters.get("pageId")?;
            let listing = site.lists.iter().find(|l| digits(&l.column.path) == *key)?;
            Some((
                "application/json;charset=UTF-8",
                jpaas_answer(listing, parameters),
            ))
        }
        (Platform::Gkmlpt, _) => {
            let key = path.strip_prefix("/gkmlpt/api/all/")?;
            let listing = site.lists.iter().find(|l| digits(&l.column.path) == key)?;
            Some(("application/json", gkmlpt_answer(site, listing, parameters)))
        }
        _ => None,
    }
}

/// The XML island of a JCMS list: the first group of records and the link to the next group.
pub fn jcms_island(listing: &Listing) -> String {
    jcms_records(listing, 0, jcms_group(listing), false)
}

/// The query of a JPAAS list page, with the single quotes the platform writes.
pub fn jpaas_query(listing: &Listing) -> String {
    let id = digits(&listing.column.path);
    format!(
        "{{'parseType':'bulidstatic','webId':'9801','tplSetId':'yx2023','pageType':'column','tagId':'信息列表','editType':'null','pageId':'{id}'}}"
    )
}

/// One page of JPAAS list items with its pagination, as the interface and the first static page both write it.
pub fn jpaas_items(listing: &Listing, page: usize, size: usize) -> String {
    let mut html = String::from("<ul class=\"list-box\">");
    for item in listing
        .items
        .iter()
        .skip(page.saturating_sub(1) * size)
        .take(size)
    {
        let _ = write!(
            html,
            "<li class=\"clearfix\"><a href=\"{}\" title=\"{}\" target=\"_blank\">{}</a><b>{}</b></li>",
            item.href,
            escape(&item.title),
            escape(&item.short),
            item.date
        );
    }
    let count = listing.items.len() + listing.column.claims;
    let _ = write!(
        html,
        "</ul><div class=\"pagination\" rows=\"{size}\" count=\"{count}\" queryid=\"{}\"></div>",
        digits(&listing.column.path)
    );
    html
}

/// The column tree of a gkmlpt index page, as a JavaScript literal.
pub fn gkmlpt_tree(site: &Site) -> String {
    let leaf = |l: &Listing| {
        serde_json::json!({
            "id": number(&l.column.path), "parent": 1, "name": l.column.name, "jump_url": "", "post_count": l.items.len() + l.column.claims, "children": []
        })
    };
    let leaves: Vec<_> = site.lists.iter().map(leaf).collect();
    serde_json::json!([{ "id": 1, "parent": 0, "name": "政府信息公开目录", "jump_url": "", "post_count": 0, "children": leaves }]).to_string()
}

/// The digits of the first run of digits in a path: the column number of JCMS, JPAAS and gkmlpt.
pub fn digits(path: &str) -> String {
    path.chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect()
}

fn number(path: &str) -> u64 {
    digits(path).parse().unwrap_or(0)
}

/// JCMS sends three pages at a time.
fn jcms_group(listing: &Listing) -> usize {
    listing.column.size * 3
}

fn jcms_answer(listing: &Listing, parameters: &HashMap<String, String>) -> String {
    let read = |name: &str| parameters.get(name).and_then(|v| v.parse::<usize>().ok());
    let group = jcms_group(listing);
    let (from, to) = match (read("startrecord"), read("endrecord"), read("page")) {
        (Some(start), end, _) => {
            let from = start.max(1) - 1;
            (from, end.unwrap_or(from + group).clamp(from, from + 60))
        }
        (None, _, Some(page)) => (page.max(1).saturating_sub(1) * group, page.max(1) * group),
        _ => (0, group),
    };
    jcms_records(listing, from, to, true)
}

fn jcms_records(listing: &Listing, from: usize, to: usize, totals: bool) -> String {
    let column = digits(&listing.column.path);
    let stated = listing.items.len() + listing.column.claims;
    let mut xml = String::from("<datastore>");
    if totals {
        let pages = stated.div_ceil(listing.column.size.max(1));
        let _ = write!(
            xml,
            "<totalrecord>{stated}</totalrecord><totalpage>{pages}</totalpage>"
        );
    }
    if to < listing.items.len() {
        let next = to / jcms_group(listing).max(1) + 1;
        let _ = write!(
            xml,
            "<nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page={next}&appid=1&webid=3095&path=/&columnid={column}&unitid=6{column}&webname=%E4%B8%B4%E6%B1%9F%E9%95%87&permissiontype=0\"></a>]]></nextgroup>"
        );
    }
    xml.push_str("<recordset>");
    for item in listing
        .items
        .iter()
        .skip(from)
        .take(to.saturating_sub(from))
    {
        let _ = write!(xml, "\n<record><![CDATA[{}]]></record>", jcms_item(item));
    }
    xml.push_str("</recordset></datastore>");
    xml
}

fn jcms_item(item: &Item) -> String {
    format!(
        "<li><a href=\"{}\" target=\"_blank\" title=\"{}\">{}</a><span class=\"bt-data-time\">{}</span></li>",
        item.href,
        escape(&item.title),
        escape(&item.short),
        item.date
    )
}

fn jpaas_answer(listing: &Listing, parameters: &HashMap<String, String>) -> String {
    let wanted: serde_json::Value = parameters
        .get("paramJson")
        .and_then(|p| serde_json::from_str(p).ok())
        .unwrap_or_default();
    let read = |name: &str| {
        wanted
            .get(name)
            .and_then(serde_json::Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
    };
    let (page, size) = (
        read("pageNo").unwrap_or(1),
        read("pageSize").unwrap_or(listing.column.size).clamp(1, 50),
    );
    serde_json::json!({ "success": true, "message": "", "code": "200", "data": { "html": jpaas_items(listing, page, size) } }).to_string()
}

fn gkmlpt_answer(site: &Site, listing: &Listing, parameters: &HashMap<String, String>) -> String {
    const PAGE: usize = 100; // what the platform really uses
    let page = parameters
        .get("page")
        .and_then(|p| p.parse::<usize>().ok())
        .unwrap_or(1)
        .max(1);
    let total = listing.items.len() + listing.column.claims;
    let article = |item: &Item| {
        let stamp = item
            .day
            .and_then(|d| d.and_hms_opt(1, 5, 0))
            .map_or(0, |t| t.and_utc().timestamp());
        serde_json::json!({
            "id": number(item.href.rsplit('/').next().unwrap_or("")), "title": item.title, "document_number": item.number, "identifier": "",
            "publisher": site.unit, "date": stamp, "created_at": format!("{} 09:05:00", item.date), "display_publish_time": stamp,
            "classify_main_name": listing.column.name, "classify_genre_name": "其他", "classify_theme_name": "", "url": item.href, "post_url": "",
            "abstract": "", "is_expired": 0, "is_abolished": 0, "attachment": [], "relation": "[]"
        })
    };
    let articles: Vec<_> = listing
        .items
        .iter()
        .skip((page - 1) * PAGE)
        .take(PAGE)
        .map(article)
        .collect();
    serde_json::json!({
        "classify": { "id": number(&listing.column.path), "name": listing.column.name, "post_count": total }, "total": total, "articles": articles
    })
    .to_string()
}

fn folder(path: &str) -> &str {
    path.rfind('/').map_or("/", |at| &path[..=at])
}

/// 32 hexadecimal digits that stay the same from start to start.
fn hex(path: &str, serial: usize) -> String {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    let mut word = |seed: usize| {
        for byte in path
            .bytes()
            .chain(serial.to_string().bytes())
            .chain(seed.to_string().bytes())
        {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        state
    };
    format!("{:016x}{:016x}", word(1), word(2))
}
