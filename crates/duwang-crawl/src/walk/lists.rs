//! What follows from a list page: its further pages and its entries.

use super::links::listed_page;
use super::memory::key;
use super::shape::{is_attachment, is_without_text};
use super::{Walk, normalise};
use crate::platform::unseen;
use crate::{Purpose, Request};
use duwang_model::{ListItem, ListReading, Outcome, OutcomeKind};
use std::collections::HashSet;
use url::Url;

impl Walk {
    pub(super) fn list(
        &mut self,
        request: &Request,
        here: &Url,
        list: &ListReading,
    ) -> Vec<Request> {
        let (column, asked) = match &request.purpose {
            Purpose::List { column, page } | Purpose::Interface { column, page, .. } => {
                (column.clone(), *page)
            }
            // Met in the middle: the column is named by its first page.
            _ if list.page > 1 => (
                first_page(list).unwrap_or_else(|| request.url.clone()),
                list.page,
            ),
            _ => (request.url.clone(), 1),
        };
        // What the page says of itself outweighs what was asked for, but for a server that always shows page 1.
        let page = if list.page > 1 { list.page } else { asked };
        if let Some(why) = unseen(list).filter(|_| list.items.is_empty()) {
            let outcome = Outcome::new(OutcomeKind::Unread, why);
            self.tally(&column).fail(page, &outcome);
            return Vec::new();
        }
        let next: Vec<Request> = list
            .next
            .iter()
            .filter_map(|w| Request::from_word(w))
            .collect();
        let directory: HashSet<&str> = next
            .iter()
            .filter_map(column_of)
            .filter(|c| !c.is_empty())
            .collect();
        let is_directory = !directory.is_empty();
        let depth = self.depth_of(&column, request);
        self.tally(&column).read(page, list, is_directory);
        self.tally(&column).depth = Some(depth);
        let mut out = Vec::new();
        let is_end = list.stated_total.is_none()
            && list.stated_pages.is_none()
            && self.tally(&column).is_repeated(page);
        if !is_end {
            out.extend(self.further_pages(&column, page, request, here, next.clone()));
        }
        if is_directory {
            self.name_columns(&list.items);
        } else {
            out.extend(self.items(&column, request, here, list));
        }
        out
    }

    fn depth_of(&mut self, column: &str, request: &Request) -> u16 {
        self.tally(column)
            .depth
            .map_or(request.depth, |d| d.min(request.depth))
    }

    fn further_pages(
        &mut self,
        column: &str,
        here_page: usize,
        request: &Request,
        here: &Url,
        next: Vec<Request>,
    ) -> Vec<Request> {
        let mut out = Vec::new();
        for further in next {
            let Some((target, page)) = place_of(&further, column, here_page) else {
                out.extend(self.page_of_directory(request, here, &further));
                continue;
            };
            if matches!(further.purpose, Purpose::Interface { .. }) {
                self.tally(&target).has_interface();
            }
            if let Some(reason) = self.out_of_reach(&further.url, page) {
                self.drop_link(&further.url, reason);
                self.tally(&target).refuse(page);
                continue;
            }
            let request = Request {
                purpose: at_place(&further.purpose, &target, page),
                depth: request.depth,
                via: here.to_string(),
                ..further
            };
            out.extend(self.ask_list_page(&target, page, request));
        }
        out
    }

    /// A page that a script-driven directory names besides its columns.
    fn page_of_directory(
        &mut self,
        request: &Request,
        here: &Url,
        page: &Request,
    ) -> Option<Request> {
        let url = Url::parse(&page.url).ok()?;
        if !self.scope.holds(&url) {
            return self.check(&url, request, here.as_str());
        }
        let purpose = page.purpose.clone();
        self.ask(self.follow(request, here, &url, purpose))
    }

    /// Why a further page of a list is not asked for.
    fn out_of_reach(&self, url: &str, page: usize) -> Option<&'static str> {
        let url = Url::parse(url).ok()?;
        if !(self.scope.holds(&url) || self.scope.is_on_host(&url)) {
            return Some("列表的后续页在渠道主机之外");
        }
        (page > self.limits.max_list_pages).then_some("超过单个列表的页数上限")
    }

    fn ask_list_page(&mut self, column: &str, page: usize, request: Request) -> Option<Request> {
        let is_known = self
            .known
            .contains_key(&key(&request.url, request.form.as_deref()));
        let asked = self.ask(request);
        match asked.is_some() || is_known {
            true => self.tally(column).ask(page),
            false => self.tally(column).refuse(page),
        }
        asked
    }

    /// Entries of a directory are the names of its columns.
    fn name_columns(&mut self, items: &[ListItem]) {
        for item in items {
            self.call(&item.url, &item.title);
            self.tally(&item.url).depth = Some(1);
        }
    }

    fn items(
        &mut self,
        column: &str,
        request: &Request,
        here: &Url,
        list: &ListReading,
    ) -> Vec<Request> {
        let links_out = self.keeps_entries_elsewhere(list);
        let mut out = Vec::new();
        let mut checks = Vec::new();
        for item in &list.items {
            let Ok(url) = Url::parse(&item.url) else {
                continue;
            };
            let is_ours = self.scope.holds(&url) || links_out && self.scope.is_on_host(&url);
            if !is_ours {
                checks.extend(self.check(&url, request, here.as_str()));
            } else if is_attachment(&url) {
                out.extend(self.ask(self.follow(request, here, &url, Purpose::Attachment)));
            } else if !is_without_text(&url) {
                let page = listed_page(&normalise(&url), Some(column), &item.title, item.date);
                out.extend(self.ask(Request {
                    depth: request.depth.saturating_add(1),
                    via: here.to_string(),
                    ..page
                }));
            }
        }
        out.extend(checks);
        out
    }

    /// Whether a list's entries stand outside the channel's prefixes by design: on these platforms, or if most of them do.
    fn keeps_entries_elsewhere(&self, list: &ListReading) -> bool {
        let on_host: Vec<Url> = list
            .items
            .iter()
            .filter_map(|i| Url::parse(&i.url).ok())
            .filter(|u| self.scope.is_on_host(u))
            .collect();
        let outside = on_host.iter().filter(|u| !self.scope.holds(u)).count();
        matches!(
            list.platform.as_str(),
            "jcms" | "jpaas" | "gkmlpt" | "vsb" | "ucap"
        ) || outside * 2 > on_host.len()
    }
}

/// The first page of a list that was met on a later one, as its reader knows it.
fn first_page(list: &ListReading) -> Option<String> {
    let requests = list.next.iter().filter_map(|w| Request::from_word(w));
    requests
        .into_iter()
        .find(|r| matches!(r.purpose, Purpose::List { page: 1, .. }))
        .map(|r| r.url)
}

/// The column and page number of a further list page. Readers leave the column empty for "this one" and the page 0 for "the next one".
fn place_of(further: &Request, column: &str, here_page: usize) -> Option<(String, usize)> {
    let (target, page) = match &further.purpose {
        Purpose::List { column, page } | Purpose::Interface { column, page, .. } => (column, *page),
        _ => return None,
    };
    let target = if target.is_empty() { column } else { target };
    let page = if page == 0 {
        here_page.saturating_add(1)
    } else {
        page
    };
    Some((target.to_owned(), page))
}

fn at_place(purpose: &Purpose, column: &str, page: usize) -> Purpose {
    let column = column.to_owned();
    match purpose {
        Purpose::Interface { platform, .. } => Purpose::Interface {
            platform: platform.clone(),
            column,
            page,
        },
        _ => Purpose::List { column, page },
    }
}

fn column_of(request: &Request) -> Option<&str> {
    match &request.purpose {
        Purpose::List { column, .. } | Purpose::Interface { column, .. } => Some(column),
        _ => None,
    }
}
