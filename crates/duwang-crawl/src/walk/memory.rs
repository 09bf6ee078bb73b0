//! What was asked for already, under which spelling, and what was dropped.

use super::{Walk, same_page};
use crate::Request;
use std::hash::{DefaultHasher, Hash, Hasher};

impl Walk {
    /// Asks for a page once; `None` when it is known or the cap is reached.
    pub(super) fn ask(&mut self, request: Request) -> Option<Request> {
        let key = key(&request.url, request.form.as_deref());
        if self.known.contains_key(&key) {
            self.remember_spelling(key, &request.url);
            return None;
        }
        if self.pages >= self.limits.max_pages {
            self.drop_link(&request.url, "超过渠道的页数上限");
            return None;
        }
        self.known.insert(key, hash(&request.url));
        self.pages += 1;
        Some(request)
    }

    /// Notes a page as asked for; `false` when it was, perhaps under another spelling.
    pub(super) fn is_new(&mut self, key: u64, url: &str) -> bool {
        let spelling = hash(url);
        match self.known.get(&key) {
            Some(first) if *first != spelling => {
                self.respelled.insert(spelling);
                false
            }
            Some(_) => false,
            None => self.known.insert(key, spelling).is_none(),
        }
    }

    /// Keeps the smallest other spelling of a page.
    pub(super) fn remember_spelling(&mut self, key: u64, url: &str) {
        if self.known.get(&key).is_none_or(|first| *first == hash(url)) {
            return;
        }
        let kept = self.spare.entry(key).or_insert_with(|| url.to_owned());
        if url < kept.as_str() {
            url.clone_into(kept);
        }
    }

    pub(super) fn drop_link(&mut self, url: &str, reason: &str) {
        if !self.refused.insert(key(url, None)) {
            return;
        }
        *self.dropped_by_reason.entry(reason.to_owned()).or_default() += 1;
        if self.dropped.len() < self.limits.max_dropped {
            self.dropped.push((url.to_owned(), reason.to_owned()));
        }
    }
}

pub(super) fn key(url: &str, form: Option<&str>) -> u64 {
    let page = same_page(url);
    match form {
        Some(form) => hash(&format!("{page}\n{form}")),
        None => hash(&page),
    }
}

/// The same on every machine and in every run: the hasher has fixed keys.
pub(super) fn hash<T: Hash + ?Sized>(words: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}
