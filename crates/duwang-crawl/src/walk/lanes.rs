//! The lists that name articles for a channel without columns of its own: albums and feeds.
//!
//! A lane is asked like the interface of a column, page after page; what it names is read wherever it stands, each article once however
//! many lanes name it.

use super::links::listed_page;
use super::{Seen, Walk, normalise};
use crate::platform::{ALBUM, FEED, album_call, unseen};
use crate::{Purpose, Request};
use duwang_model::{LinkRole, ListReading, Outcome, OutcomeKind};
use url::Url;

impl Walk {
    /// The first call of every lane.
    pub(super) fn lanes(&mut self) -> Vec<Request> {
        let (album, feed) = (self.channel.album.clone(), self.channel.feed.clone());
        let mut out = Vec::new();
        if let Some(album) = album.and_then(|a| Url::parse(&a).ok()) {
            match album_call(&album) {
                Some(call) => out.extend(self.ask_lane(ALBUM, &call)),
                None => self.drop_link(album.as_str(), "合集网址里没有 __biz 和 album_id"),
            }
        }
        if let Some(feed) = feed.and_then(|f| Url::parse(&f).ok()) {
            out.extend(self.ask_lane(FEED, &feed));
        }
        out
    }

    fn ask_lane(&mut self, platform: &str, url: &Url) -> Option<Request> {
        let column = normalise(url);
        let purpose = Purpose::Interface {
            platform: platform.to_owned(),
            column: column.clone(),
            page: 1,
        };
        let asked = self.ask(Request::new(column.clone(), purpose))?;
        self.tally(&column).ask(1);
        Some(asked)
    }

    /// What a page of a lane names, and its next page.
    pub(super) fn lane(&mut self, request: &Request, seen: &Seen<'_>) -> Vec<Request> {
        let Purpose::Interface { column, page, .. } = &request.purpose else {
            return Vec::new();
        };
        let nothing = ListReading::default();
        let list = seen.list.unwrap_or(&nothing);
        let why = unseen(list).filter(|_| list.items.is_empty());
        if let Some(why) = why.or(seen.list.is_none().then_some("列表接口没有回答")) {
            self.tally(column)
                .fail(*page, &Outcome::new(OutcomeKind::Unread, why));
            return Vec::new();
        }
        self.tally(column).read(*page, list, false);
        let mut out = Vec::new();
        if !self.tally(column).is_repeated(*page) {
            out.extend(self.next_of_lane(request, column, page + 1, list));
        }
        for item in &list.items {
            out.extend(self.ask(Request {
                depth: request.depth.saturating_add(1),
                via: request.url.clone(),
                ..listed_page(&item.url, Some(column), &item.title, item.date)
            }));
        }
        out
    }

    fn next_of_lane(
        &mut self,
        request: &Request,
        column: &str,
        page: usize,
        list: &ListReading,
    ) -> Vec<Request> {
        let host = |url: &str| Url::parse(url).ok().map(|u| u.origin());
        let here = host(&request.url);
        let mut out = Vec::new();
        for next in list.next.iter().filter_map(|w| Request::from_word(w)) {
            let Purpose::Interface { platform, .. } = &next.purpose else {
                continue;
            };
            if host(&next.url) != here || page > self.limits.max_list_pages {
                self.drop_link(&next.url, "超过单个列表的页数上限");
                self.tally(column).refuse(page);
                continue;
            }
            let purpose = Purpose::Interface {
                platform: platform.clone(),
                column: column.to_owned(),
                page,
            };
            let asked = self.ask(Request {
                purpose,
                via: request.url.clone(),
                ..next
            });
            if asked.is_some() {
                self.tally(column).ask(page);
            }
            out.extend(asked);
        }
        out
    }

    /// An entry of a feed leads to its files and to what it links; nothing else follows from it.
    pub(super) fn entry_of_feed(&mut self, request: &Request, seen: &Seen<'_>) -> Vec<Request> {
        let Ok(here) = Url::parse(seen.final_url) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for link in seen.links {
            let Ok(url) = Url::parse(&link.url) else {
                continue;
            };
            match link.role {
                LinkRole::Attachment => {
                    out.extend(self.ask(self.follow(request, &here, &url, Purpose::Attachment)))
                }
                LinkRole::Content => out.extend(self.check(&url, request, here.as_str())),
                _ => {}
            }
        }
        out
    }
}
