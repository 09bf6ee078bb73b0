//! The strip below a list: 下一页, 尾页, page numbers, 共123条 1/9.

use super::sheet::Sheet;
use super::visible::{one_line, segments};
use crate::walk::normalise;
use crate::walk::shape::compiled;
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

#[derive(Debug, Default)]
pub(super) struct Pager {
    /// Target of 下一页.
    pub(super) next: Option<Url>,
    /// Target of 尾页.
    pub(super) last: Option<Url>,
    /// Targets of the links 1, 2, 3 …
    pub(super) numbered: Vec<(usize, Url)>,
    /// Entries stated.
    pub(super) total: Option<usize>,
    /// Pages stated.
    pub(super) pages: Option<usize>,
    /// This page, from 1, when stated.
    pub(super) current: Option<usize>,
}

impl Pager {
    pub(super) fn of(sheet: &Sheet<'_>) -> Self {
        let mut pager = Self::default();
        pager.read_links(sheet);
        pager.read_words(sheet);
        pager
    }

    /// Whether the page turns its pages at all.
    pub(super) fn is_there(&self) -> bool {
        self.next.is_some()
            || self.last.is_some()
            || self.total.is_some()
            || self.pages.is_some()
            || self.numbered.len() > 1
    }

    /// The addresses of pages 2, 3 … as far as the links prove them: all, when 下一页 and 尾页 (or two numbers) differ in one number.
    pub(super) fn further(&self, here: &Url) -> Vec<(usize, Url)> {
        let current = self.current.or_else(|| page_in_query(here)).unwrap_or(1);
        let here = normalise(here);
        let step = self
            .next
            .clone()
            .or_else(|| {
                self.numbered
                    .iter()
                    .find(|(n, _)| *n == current + 1)
                    .map(|(_, u)| u.clone())
            })
            .filter(|next| normalise(next) != here);
        // From a page in the middle the first page is named too: the list is known by it.
        let first = self
            .numbered
            .iter()
            .find(|(n, _)| *n == 1 && current > 1)
            .map(|(_, u)| (1, u.clone()));
        let Some(next) = step else {
            return first.into_iter().collect();
        };
        match self.series(&next, current) {
            Some(all) if current == 1 => all,
            _ => first.into_iter().chain([(current + 1, next)]).collect(),
        }
    }

    fn series(&self, next: &Url, current: usize) -> Option<Vec<(usize, Url)>> {
        let (far, far_page) = match (&self.last, self.pages) {
            (Some(last), _) => (last, None),
            (None, _) => {
                let (page, url) = self.numbered.iter().max_by_key(|(n, _)| *n)?;
                (url, Some(*page))
            }
        };
        let (before, from, to, after) = one_number_apart(next.as_str(), far.as_str())?;
        // Numbers must rise from the next page to the last one, by as many steps as the page says.
        let steps = to.checked_sub(from).filter(|s| *s < super::MAX_NEXT)?;
        let last_page = current + 1 + steps;
        let agrees = far_page.or(self.pages).is_none_or(|p| p == last_page);
        agrees.then(|| {
            (0..=steps)
                .filter_map(|i| {
                    Some((
                        current + 1 + i,
                        Url::parse(&format!("{before}{}{after}", from + i)).ok()?,
                    ))
                })
                .collect()
        })
    }

    fn read_links(&mut self, sheet: &Sheet<'_>) {
        for anchor in &sheet.rows().anchors {
            let Some(url) = &anchor.url else {
                continue;
            };
            let words = anchor
                .text
                .trim_matches(|c: char| c.is_whitespace() || "[]".contains(c));
            let bare = words.trim_matches(|c: char| c.is_whitespace() || "<>«»‹›→".contains(c));
            match bare {
                "下一页" | "下页" | "后一页" | "下一頁" | "Next" | "next" | "NEXT" => {
                    self.next.get_or_insert_with(|| url.clone());
                }
                "尾页" | "末页" | "最后一页" | "最末页" | "Last" | "last" => {
                    self.last.get_or_insert_with(|| url.clone());
                }
                "" if matches!(words, ">" | "›" | "»" | "→") => {
                    self.next.get_or_insert_with(|| url.clone());
                }
                _ => {
                    if let Some(number) = page_number(bare) {
                        self.numbered.push((number, url.clone()));
                    }
                }
            }
        }
        self.numbered.dedup_by(|a, b| a.0 == b.0);
    }

    fn read_words(&mut self, sheet: &Sheet<'_>) {
        if !sheet.holds("共") && !sheet.holds("总") && !sheet.holds("页") {
            return;
        }
        let words = strip_words(sheet);
        self.total = TOTAL
            .captures_iter(&words)
            .last()
            .and_then(|c| group(&c, &[1, 2]));
        self.pages = PAGES
            .captures_iter(&words)
            .last()
            .and_then(|c| c[1].parse().ok());
        if let Some(c) = FRACTION.captures_iter(&words).last() {
            let (current, pages) = (group(&c, &[1, 3]), group(&c, &[2, 4]));
            if let (Some(current), Some(pages)) = (current, pages)
                && (1..=pages).contains(&current)
            {
                self.current = Some(current);
                self.pages.get_or_insert(pages);
            }
        }
        if let Some(c) = CURRENT.captures_iter(&words).last() {
            self.current = self.current.or_else(|| c[1].parse().ok());
        }
    }
}

static TOTAL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?:共(?:有|计)?|总计|总共)\s*[:：]?\s*(\d{1,7})\s*(?:条|篇|个?记录)|总(?:记录|条)?数\s*[:：]?\s*(\d{1,7})",
    )
});
static PAGES: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?:共(?:有|计)?|总页数|/)\s*[:：]?\s*(\d{1,5})\s*页"));
static FRACTION: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?:共|条|页|第)[^\n]{0,20}?[\s第:：页](\d{1,5})\s*/\s*(\d{1,5})(?:$|[\s页,，])|(\d{1,5})\s*/\s*(\d{1,5})\s*页",
    )
});
static CURRENT: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?:当前(?:是|为)?|第)\s*[:：]?\s*第?\s*(\d{1,5})\s*页"));

/// The number in the first of some capture groups that took part.
fn group(captures: &regex::Captures<'_>, groups: &[usize]) -> Option<usize> {
    groups
        .iter()
        .find_map(|i| captures.get(*i))
        .and_then(|m| m.as_str().parse().ok())
}

/// The words of the page that may belong to the strip: short texts outside the entries, joined so that `共<b>9</b>页` reads as one.
fn strip_words(sheet: &Sheet<'_>) -> String {
    let tree = sheet.tree;
    let mut words = String::new();
    for segment in segments(tree, tree.root(), tree.end(tree.root())) {
        let is_short = segment.len() <= 120;
        if is_short
            && segment.chars().any(|c| {
                c.is_ascii_digit() || matches!(c, '共' | '页' | '条' | '总' | '/' | '第' | '篇')
            })
        {
            words.push_str(&one_line(segment));
            words.push(' ');
        } else if !words.ends_with('\n') {
            words.push('\n');
        }
    }
    words
}

fn page_number(words: &str) -> Option<usize> {
    (words.len() <= 4 && words.bytes().all(|b| b.is_ascii_digit()))
        .then(|| words.parse().ok())
        .flatten()
        .filter(|n| (1..10_000).contains(n))
}

/// The page a query asks for.
pub(super) fn page_in_query(url: &Url) -> Option<usize> {
    url.query_pairs()
        .find(|(name, _)| {
            matches!(
                name.to_ascii_lowercase().as_str(),
                "page"
                    | "pageno"
                    | "pageindex"
                    | "pagenum"
                    | "curpage"
                    | "currentpage"
                    | "pn"
                    | "p"
                    | "pageid"
                    | "nowpage"
            )
        })
        .and_then(|(_, value)| super::stated(&value))
}

/// Two addresses that differ in one number only: what is before, the two numbers, what is after.
fn one_number_apart<'a>(a: &'a str, b: &'a str) -> Option<(&'a str, usize, usize, &'a str)> {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    // Back to the start of the number the difference stands in.
    let start = a
        .get(..same)?
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .len();
    let digits = |s: &str| s.bytes().skip(start).take_while(u8::is_ascii_digit).count();
    let (in_a, in_b) = (digits(a), digits(b));
    let after = a.get(start + in_a..)?;
    (after == b.get(start + in_b..)?).then_some(())?;
    let number = |s: &'a str, n: usize| s.get(start..start + n)?.parse().ok();
    Some((a.get(..start)?, number(a, in_a)?, number(b, in_b)?, after))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_series_of_pages_is_seen_in_two_links() {
        assert_eq!(
            one_number_apart("http://a/l?page=2&x=1", "http://a/l?page=19&x=1").unwrap(),
            ("http://a/l?page=", 2, 19, "&x=1")
        );
        assert_eq!(
            one_number_apart("http://a/index_1.html", "http://a/index_19.html").unwrap(),
            ("http://a/index_", 1, 19, ".html")
        );
        assert!(one_number_apart("http://a/x.html", "http://a/y.html").is_none());
    }

    #[test]
    fn stated_numbers_are_read_in_their_forms() {
        let total = |t: &str| TOTAL.captures(t).and_then(|c| group(&c, &[1, 2]));
        for form in [
            "共123条",
            "共有 123 条记录",
            "总记录数：123",
            "共 123 篇",
            "共计123条",
        ] {
            assert_eq!(total(form), Some(123), "{form}");
        }
        let fraction = |t: &str| FRACTION.captures(t).and_then(|c| group(&c, &[2, 4]));
        assert_eq!(fraction("共123条 1/9 "), Some(9));
        assert_eq!(fraction("1/9页"), Some(9));
        assert_eq!(fraction("09/18 "), None);
        assert_eq!(&PAGES.captures("第1页/共9页").unwrap()[1], "9");
    }
}
