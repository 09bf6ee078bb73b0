//! What becomes of the links of a page.

use super::memory::key;
use super::shape::{
    is_attachment, is_without_text, looks_like_article, looks_like_column, names_a_column,
};
use super::{Walk, normalise};
use crate::{Purpose, Request};
use chrono::NaiveDate;
use duwang_model::{LinkRef, LinkRole};
use url::Url;

impl Walk {
    pub(super) fn link(
        &mut self,
        request: &Request,
        here: &Url,
        link: &LinkRef,
        on_list: bool,
        out: &mut Found,
    ) {
        let Some(url) = web_address(&link.url) else {
            return;
        };
        if link.role == LinkRole::Hidden || on_list && is_turning(link) {
            return;
        }
        if self.scope.holds(&url) {
            self.inner_link(request, here, &url, link, out);
        } else if self.scope.is_on_host(&url) && is_file(&url, link) {
            out.attachments.extend(self.ask_file(request, here, &url));
        } else if matches!(
            link.role,
            LinkRole::Content | LinkRole::Item | LinkRole::Attachment | LinkRole::Nav
        ) {
            out.checks.extend(self.check(&url, request, here.as_str()));
        }
    }

    fn inner_link(
        &mut self,
        request: &Request,
        here: &Url,
        url: &Url,
        link: &LinkRef,
        out: &mut Found,
    ) {
        if is_file(url, link) {
            out.attachments.extend(self.ask_file(request, here, url));
            return;
        }
        if is_without_text(url) {
            return;
        }
        let is_column = looks_like_column(url, &link.text);
        if is_column || names_a_column(&link.text) {
            self.call(&normalise(url), &link.text);
        }
        let depth = request.depth.saturating_add(1);
        if self.is_known_or_trap(url, &link.text, depth) {
            return;
        }
        if is_column {
            let asked = self.ask_column(url, depth, here.as_str());
            out.lists.extend(asked);
        } else {
            let page = listed_page(&normalise(url), None, "", None);
            out.pages.extend(self.ask(Request {
                depth,
                via: here.to_string(),
                ..page
            }));
        }
    }

    fn is_known_or_trap(&mut self, url: &Url, text: &str, depth: u16) -> bool {
        let normalised = normalise(url);
        let key = key(&normalised, None);
        if self.known.contains_key(&key) {
            self.remember_spelling(key, &normalised);
            return true;
        }
        if self.refused.contains(&key) {
            return true;
        }
        let reason = match depth > self.limits.max_depth {
            true => Some("离入口太深"),
            false => self.traps.judge(url, text, &self.limits),
        };
        if let Some(reason) = reason {
            self.drop_link(&normalised, reason);
        }
        reason.is_some()
    }

    fn ask_file(&mut self, request: &Request, here: &Url, url: &Url) -> Option<Request> {
        self.ask(self.follow(request, here, url, Purpose::Attachment))
    }

    pub(super) fn ask_column(&mut self, url: &Url, depth: u16, via: &str) -> Option<Request> {
        let column = normalise(url);
        let purpose = Purpose::List {
            column: column.clone(),
            page: 1,
        };
        let asked = self.ask(Request {
            depth,
            via: via.to_owned(),
            ..Request::new(column.clone(), purpose)
        })?;
        let tally = self.tally(&column);
        tally.ask(1);
        tally.depth = Some(tally.depth.map_or(depth, |d| d.min(depth)));
        Some(asked)
    }

    pub(super) fn follow(
        &self,
        request: &Request,
        here: &Url,
        url: &Url,
        purpose: Purpose,
    ) -> Request {
        Request {
            depth: request.depth.saturating_add(1),
            via: here.to_string(),
            ..Request::new(normalise(url), purpose)
        }
    }

    /// Looks at an off-scope link once.
    pub(super) fn check(&mut self, url: &Url, request: &Request, here: &str) -> Option<Request> {
        let url = web_address(url.as_str())?;
        let target = normalise(&url);
        let key = key(&target, None);
        if self.known.contains_key(&key) || self.refused.contains(&key) || !self.checked.insert(key)
        {
            return None;
        }
        if self.limits.max_checks == 0 {
            return None; // nobody wants links checked: nothing is cut off
        }
        if self.checks >= self.limits.max_checks {
            self.drop_link(&target, "范围外链接过多，未逐个检查");
            return None;
        }
        self.checks += 1;
        Some(Request {
            depth: request.depth.saturating_add(1),
            via: here.to_owned(),
            ..Request::new(target, Purpose::Check)
        })
    }
}

/// Requests made from the links of one page, by kind.
#[derive(Default)]
pub(super) struct Found {
    pub(super) lists: Vec<Request>,
    pages: Vec<Request>,
    attachments: Vec<Request>,
    checks: Vec<Request>,
}

impl Found {
    pub(super) fn in_order(self) -> impl Iterator<Item = Request> {
        self.lists
            .into_iter()
            .chain(self.pages)
            .chain(self.attachments)
            .chain(self.checks)
    }
}

pub(super) fn listed_page(
    url: &str,
    column: Option<&str>,
    title: &str,
    date: Option<NaiveDate>,
) -> Request {
    let column = column.map(str::to_owned);
    let title = title.to_owned();
    Request::new(
        url,
        Purpose::Page {
            column,
            title,
            date,
        },
    )
}

fn is_file(url: &Url, link: &LinkRef) -> bool {
    is_attachment(url) || link.role == LinkRole::Attachment && !looks_like_article(url)
}

/// Links that turn the pages of the list they stand under: its reader has followed them already.
fn is_turning(link: &LinkRef) -> bool {
    let words = link.text.trim();
    link.role == LinkRole::Pager
        || matches!(
            words,
            "下一页" | "下页" | "上一页" | "上页" | "尾页" | "末页" | "第一页" | "最后一页"
        )
        || !words.is_empty() && words.len() <= 4 && words.bytes().all(|b| b.is_ascii_digit())
}

fn web_address(url: &str) -> Option<Url> {
    Url::parse(url)
        .ok()
        .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
}
