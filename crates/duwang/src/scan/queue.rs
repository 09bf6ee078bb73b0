//! What is still to be visited in one channel: lists first, then pages, then other hosts' links; failed links when they are due.

use duwang_crawl::{PackedQueue, Purpose, Request};
use std::collections::VecDeque;
use tokio::time::Instant;

/// The frontier of one channel in memory; its durable twin is in the store.
#[derive(Default)]
pub(crate) struct Queue {
    /// Pages and checks wait while a sample has not been drawn.
    pub(crate) only_lists: bool,
    lists: VecDeque<Request>,
    /// There may be hundreds of thousands.
    pages: PackedQueue<Request>,
    checks: VecDeque<Request>,
    /// Second looks, earliest first (they are pushed with a constant delay).
    later: VecDeque<(Instant, Request)>,
}

impl Queue {
    pub(crate) fn push(&mut self, request: Request) {
        match request.purpose {
            Purpose::Entry | Purpose::List { .. } | Purpose::Interface { .. } => {
                self.lists.push_back(request)
            }
            Purpose::Page { .. } | Purpose::Attachment => self.pages.push(request),
            Purpose::Check => self.checks.push_back(request),
        }
    }

    pub(crate) fn push_later(&mut self, at: Instant, request: Request) {
        self.later.push_back((at, request));
    }

    /// The next request that may start now, and whether it is a second look.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<(Request, bool)> {
        if self.later.front().is_some_and(|(at, _)| *at <= now) {
            return self.later.pop_front().map(|(_, request)| (request, true));
        }
        let mut first = self.lists.pop_front();
        if first.is_none() && !self.only_lists {
            first = self.pages.pop().or_else(|| self.checks.pop_front());
        }
        first.map(|request| (request, false))
    }

    /// When the next second look is due, if nothing else is left.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.later.front().map(|(at, _)| *at)
    }

    /// Takes all content pages out, for a sample to be drawn from them.
    pub(crate) fn take_pages(&mut self) -> Vec<Request> {
        std::iter::from_fn(|| self.pages.pop()).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.lists.len() + self.pages.len() + self.checks.len() + self.later.len()
    }
}
