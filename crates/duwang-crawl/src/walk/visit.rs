//! What follows from one visit.

use super::links::Found;
use super::memory::{hash, key};
use super::shape::looks_like_column;
use super::{Seen, Walk, normalise};
use crate::{Purpose, Request};
use duwang_model::{LinkRef, ListReading, Outcome, OutcomeKind};
use url::Url;

impl Walk {
    pub(super) fn missed(&mut self, request: &Request, outcome: &Outcome) -> Vec<Request> {
        let mut out = self.other_spelling(request);
        if let Purpose::List { column, page } | Purpose::Interface { column, page, .. } =
            &request.purpose
        {
            out.extend(self.shifted_page(column, *page, request, outcome));
            self.tally(column).fail(*page, outcome);
        }
        out
    }

    /// An article links out only by 阅读原文.
    pub(super) fn article_source(&mut self, request: &Request, seen: &Seen<'_>) -> Vec<Request> {
        let sources = seen.links.iter().filter(|l| l.text.contains("阅读原文"));
        sources
            .filter_map(|l| Url::parse(&l.url).ok())
            .filter_map(|url| self.check(&url, request, seen.final_url))
            .collect()
    }

    pub(super) fn page(&mut self, request: &Request, seen: &Seen<'_>) -> Vec<Request> {
        let Ok(here) = Url::parse(seen.final_url) else {
            return Vec::new();
        };
        // A page asked for under one address and answered under another is known under both.
        let answered = normalise(&here);
        self.known
            .entry(key(&answered, None))
            .or_insert_with(|| hash(&answered));
        if self.is_off_ground(request, &here) {
            self.drop_link(seen.final_url, "转到了渠道范围之外");
            self.not_a_list(request);
            return Vec::new();
        }
        let mut out = match seen.list.filter(|l| is_believable(request, &here, l)) {
            Some(list) => self.list(request, &here, list),
            None => {
                self.not_a_list(request);
                Vec::new()
            }
        };
        let mut links = Found::default();
        let on_list = seen.list.is_some();
        for link in seen.links {
            if self.settled.insert(spelled(link, on_list)) {
                self.link(request, &here, link, on_list, &mut links);
            }
        }
        out.extend(links.in_order());
        out
    }

    /// The page under its other spelling, once.
    fn other_spelling(&mut self, request: &Request) -> Vec<Request> {
        let spare = self
            .spare
            .remove(&key(&request.url, request.form.as_deref()));
        spare
            .filter(|url| self.respelled.insert(hash(url)))
            .map(|url| Request {
                url,
                etag: None,
                last_modified: None,
                ..request.clone()
            })
            .into_iter()
            .collect()
    }

    /// A site whose page 2 is `index_2`, not `index_1`, has its last page under a number that was not asked for yet.
    fn shifted_page(
        &mut self,
        column: &str,
        page: usize,
        request: &Request,
        outcome: &Outcome,
    ) -> Option<Request> {
        if page != 2 || outcome.kind != OutcomeKind::Missing {
            return None;
        }
        let pages = self.tally(column).pages_to_shift()?;
        let (stem, extension) = request.url.rsplit_once("_1.")?;
        let mut last = request.clone();
        last.url = format!("{stem}_{pages}.{extension}");
        last.purpose = Purpose::List {
            column: column.to_owned(),
            page: pages + 1,
        };
        self.ask(last)
    }

    /// Whether a redirect led out of the channel. Entries of a list may stand outside its prefixes; interfaces always do.
    fn is_off_ground(&self, request: &Request, here: &Url) -> bool {
        let may_leave = match &request.purpose {
            Purpose::Page { column, .. } => column.is_some(),
            Purpose::Interface { .. } => true,
            // A pinned column may stand outside; one inside that leads outside was moved or is gone.
            Purpose::List { .. } => !Url::parse(&request.url).is_ok_and(|u| self.scope.holds(&u)),
            _ => false,
        };
        !(self.scope.holds(here) || may_leave && self.scope.is_on_host(here))
    }

    pub(super) fn not_a_list(&mut self, request: &Request) {
        match &request.purpose {
            Purpose::List { column, page: 1 } => self.tally(column).is_no_list(),
            Purpose::List { column, page } => self
                .tally(column)
                .fail(*page, &Outcome::new(OutcomeKind::Unread, "没有认出列表")),
            Purpose::Interface { column, page, .. } => self.tally(column).fail(
                *page,
                &Outcome::new(OutcomeKind::Unread, "列表接口没有回答"),
            ),
            _ => {}
        }
    }
}

/// What decides over a link, whichever page it stands on.
fn spelled(link: &LinkRef, on_list: bool) -> u64 {
    hash(&(link.url.as_str(), link.text.as_str(), link.role, on_list))
}

/// An entry of a list is an article: a few dated links on it make no column of it, a platform's own strip or a folder does.
fn is_believable(request: &Request, here: &Url, list: &ListReading) -> bool {
    let is_entry = matches!(
        &request.purpose,
        Purpose::Page {
            column: Some(_),
            ..
        }
    );
    !(is_entry && list.platform == "generic" && !looks_like_column(here, ""))
}
