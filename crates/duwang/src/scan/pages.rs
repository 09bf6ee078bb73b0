//! Content pages that wait, packed: a large site has a hundred thousand of them, and most name the same column and list page.

use chrono::NaiveDate;
use duwang_crawl::{Purpose, Request};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// First in, first out.
#[derive(Default)]
pub(super) struct Pages {
    waiting: VecDeque<Waiting>,
    words: Words,
}

enum Waiting {
    Listed(Listed),
    /// A file, a form, or a page with validators.
    Other(Box<Request>),
}

/// A page as a list or a link names it.
struct Listed {
    /// URL and title in one piece.
    text: Box<str>,
    title_at: u32,
    via: u32,
    column: Option<u32>,
    date: Option<NaiveDate>,
    depth: u16,
}

impl Pages {
    pub(super) fn push(&mut self, request: Request) {
        let packed = self.pack(&request);
        self.waiting
            .push_back(packed.map_or_else(|| Waiting::Other(Box::new(request)), Waiting::Listed));
    }

    pub(super) fn pop(&mut self) -> Option<Request> {
        let request = match self.waiting.pop_front()? {
            Waiting::Listed(page) => self.unpack(&page),
            Waiting::Other(request) => *request,
        };
        if self.waiting.is_empty() {
            *self = Self::default(); // gives the room back
        }
        Some(request)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    fn pack(&mut self, request: &Request) -> Option<Listed> {
        let Purpose::Page {
            column,
            title,
            date,
        } = &request.purpose
        else {
            return None;
        };
        if request.form.is_some() || request.etag.is_some() || request.last_modified.is_some() {
            return None;
        }
        Some(Listed {
            title_at: u32::try_from(request.url.len()).ok()?,
            text: format!("{}{title}", request.url).into(),
            via: self.words.number(&request.via),
            column: column.as_ref().map(|c| self.words.number(c)),
            date: *date,
            depth: request.depth,
        })
    }

    fn unpack(&self, page: &Listed) -> Request {
        let (url, title) = page.text.split_at(page.title_at as usize);
        let purpose = Purpose::Page {
            column: page.column.map(|n| self.words.word(n)),
            title: title.to_owned(),
            date: page.date,
        };
        Request {
            depth: page.depth,
            via: self.words.word(page.via),
            ..Request::new(url, purpose)
        }
    }
}

/// Each word once.
#[derive(Default)]
struct Words {
    words: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.words.len() as u32;
        let word: Arc<str> = word.into();
        self.words.push(Arc::clone(&word));
        self.numbers.insert(word, number);
        number
    }

    fn word(&self, number: u32) -> String {
        self.words
            .get(number as usize)
            .map(|w| w.to_string())
            .unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_comes_out_in_order() {
        let page = |n: u32, column: Option<&str>| {
            let purpose = Purpose::Page {
                column: column.map(str::to_owned),
                title: format!("第{n}号"),
                date: NaiveDate::from_ymd_opt(2026, 9, n),
            };
            Request {
                depth: 2,
                via: "http://www.yunxi-demo.gov.cn/gk/".into(),
                ..Request::new(format!("http://www.yunxi-demo.gov.cn/gk/{n}.html"), purpose)
            }
        };
        let with_form = Request {
            form: Some("a=1".into()),
            ..page(3, None)
        };
        let file = Request::new("http://www.yunxi-demo.gov.cn/a.pdf", Purpose::Attachment);
        let all = [
            page(1, Some("http://www.yunxi-demo.gov.cn/gk/")),
            with_form,
            file,
            page(2, None),
        ];
        let mut pages = Pages::default();
        for _ in 0..2 {
            all.iter().cloned().for_each(|r| pages.push(r));
            assert_eq!(pages.len(), all.len());
            let out: Vec<Request> = std::iter::from_fn(|| pages.pop()).collect();
            assert_eq!(out, all);
        }
    }
}
