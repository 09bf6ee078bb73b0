//! What was read of one column, page by page, and whether that is all the site says there is.

use super::class::class_of;
use super::count::Count;
use super::memory::hash;
use super::url::same_page;
use chrono::NaiveDate;
use duwang_model::{Bulk, Column, ColumnClass, ListItem, ListReading, Outcome, Packed};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Marks the note in which a platform reader passes on the column's type tag.
pub(crate) const COLUMN_TYPE: &str = "栏目类型：";

/// A column as the walk read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnReading {
    /// Its first list page, normalised.
    pub url: String,
    /// Its name: pinned, as the page says, or as a link calls it.
    pub name: String,
    /// Its class: pinned or inferred; `None` when nothing tells.
    pub class: Option<ColumnClass>,
    /// Limit pinned in the units file.
    pub update_days: Option<u32>,
    /// Exempt until this day by the units file.
    pub exempt_until: Option<NaiveDate>,
    /// What the exemption rests on.
    pub exempt_proof: String,
    /// Named in the units file.
    pub pinned: bool,
    /// An entry, pinned, or linked from an entry.
    pub top: bool,
    /// Its entries, each once, in list order.
    pub items: Bulk<ListItem>,
    /// The list was read to its end and what the site states was met.
    pub complete: bool,
    /// Entries the site says the list has.
    pub stated: Option<usize>,
    /// Different entries read.
    pub got: usize,
    /// List pages read.
    pub pages: usize,
    /// What is missing or may be, in Chinese.
    pub notes: Vec<String>,
    /// Text of the list area when there is no entry.
    pub empty_text: String,
}

/// Everything known of one column. Kept by page, so that the sum does not depend on the order in which pages arrived.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) pages: BTreeMap<usize, Sight>,
    /// The first page each entry stands on, by the hash of its key: there may be a hundred thousand.
    first_on: HashMap<u64, u32>,
    pub(super) asked: BTreeSet<usize>,
    /// Pages that were never asked for because a limit was reached.
    pub(super) refused: BTreeSet<usize>,
    pub(super) stated_total: Option<usize>,
    pub(super) stated_pages: Option<usize>,
    platform: String,
    /// Its further pages are answers of an interface; the first of them repeats what the page itself shows.
    pub(super) has_interface: bool,
    /// From the first page that says it.
    name: Option<(usize, String)>,
    kind: Option<(usize, String)>,
    empty_text: Option<(usize, String)>,
    notes: BTreeSet<String>,
    /// Steps from an entry.
    pub(super) depth: Option<u16>,
    /// It only leads to other lists.
    is_directory: bool,
    /// Its first page is an ordinary page.
    is_no_list: bool,
}

/// One page of a list.
#[derive(Debug)]
pub(super) enum Sight {
    Read(Packed<ListItem>),
    Failed(Outcome),
}

impl Tally {
    /// A page is going to be asked for.
    pub(super) fn ask(&mut self, page: usize) {
        self.asked.insert(page);
    }

    /// Its further pages come from an interface.
    pub(super) fn has_interface(&mut self) {
        self.has_interface = true;
    }

    /// A page will not be asked for.
    pub(super) fn refuse(&mut self, page: usize) {
        self.refused.insert(page);
    }

    /// A page was read. What was seen of a page outweighs an earlier failure.
    pub(super) fn read(&mut self, page: usize, reading: &ListReading, is_directory: bool) {
        self.is_directory |= is_directory;
        self.stated_total = self.stated_total.max(reading.stated_total);
        self.stated_pages = self.stated_pages.max(reading.stated_pages);
        if self.platform.is_empty() || page == 1 {
            self.platform.clone_from(&reading.platform);
        }
        earliest(&mut self.name, page, &reading.name);
        earliest(&mut self.empty_text, page, &reading.empty_text);
        for note in &reading.notes {
            match note.strip_prefix(COLUMN_TYPE) {
                Some(kind) => earliest(&mut self.kind, page, kind),
                None => {
                    self.notes.insert(note.clone());
                }
            }
        }
        let items = if is_directory {
            Vec::new()
        } else {
            reading.items.clone()
        };
        // The same page seen twice (an alias, a second look): the fuller view counts, whichever came first.
        for item in &items {
            let here = u32::try_from(page).unwrap_or(u32::MAX);
            let first = self.first_on.entry(hash(&key(item))).or_insert(here);
            *first = here.min(*first);
        }
        let is_fuller = self
            .pages
            .get(&page)
            .is_none_or(|seen| seen.len() <= items.len());
        if is_fuller {
            self.pages.insert(page, Sight::Read(Packed::of(items)));
        }
    }

    /// A page could not be seen.
    pub(super) fn fail(&mut self, page: usize, outcome: &Outcome) {
        self.pages
            .entry(page)
            .or_insert_with(|| Sight::Failed(outcome.clone()));
    }

    /// Its first page turned out to be no list.
    pub(super) fn is_no_list(&mut self) {
        self.is_no_list = true;
    }

    /// Whether every entry of a page stands on earlier pages already: the end of a list that does not say how long it is.
    pub(super) fn is_repeated(&self, page: usize) -> bool {
        let Some(Sight::Read(items)) = self.pages.get(&page) else {
            return false;
        };
        let stands_before = |i: &ListItem| {
            let first = self.first_on.get(&hash(&key(i)));
            first.is_some_and(|p| (*p as usize) < page)
        };
        let is_first_answer = self.has_interface && page == 2;
        page > 1 && !is_first_answer && items.open().iter().all(stands_before)
    }

    /// Whether there is anything to report: a list was read, or could not be.
    pub(super) fn is_column(&self, pinned: bool) -> bool {
        let was_read = self.pages.values().any(|s| matches!(s, Sight::Read(_)));
        // A guessed column whose page does not exist is a dead link, not an unseen list.
        let is_unseen = self
            .pages
            .values()
            .any(|s| matches!(s, Sight::Failed(o) if o.kind != duwang_model::OutcomeKind::Missing));
        pinned || !self.is_directory && (was_read || is_unseen && !self.is_no_list)
    }

    /// The sum.
    pub(super) fn sum(
        &self,
        url: &str,
        pinned: Option<&Column>,
        linked_as: Option<&str>,
    ) -> ColumnReading {
        let count = Count::of(self);
        let name = pinned
            .and_then(|c| c.name.clone())
            .or_else(|| self.name.clone().map(|(_, n)| n))
            .or_else(|| linked_as.map(str::to_owned))
            .unwrap_or_default();
        let kind = self.kind.as_ref().map(|(_, k)| k.as_str()).unwrap_or("");
        let class = pinned
            .map(|c| c.class)
            .or_else(|| class_of(&name, url))
            .or_else(|| class_of(kind, ""))
            .or_else(|| class_of(linked_as.unwrap_or(""), ""));
        let mut notes: Vec<String> = self.notes.iter().cloned().collect();
        let shortfalls = self.shortfalls(&count);
        let complete = shortfalls.is_empty();
        notes.splice(0..0, shortfalls);
        notes.extend(self.remarks(&count));
        ColumnReading {
            url: url.to_owned(),
            name,
            class,
            update_days: pinned.and_then(|c| c.update_days),
            exempt_until: pinned.and_then(|c| c.exempt_until),
            exempt_proof: pinned.map(|c| c.exempt_proof.clone()).unwrap_or_default(),
            pinned: pinned.is_some(),
            top: pinned.is_some() || self.depth.is_some_and(|d| d <= 1),
            stated: self.stated_total,
            got: count.items.len(),
            pages: count.read,
            complete,
            notes,
            empty_text: if count.items.is_empty() {
                self.empty_text.clone().map(|(_, t)| t).unwrap_or_default()
            } else {
                String::new()
            },
            items: count.items,
        }
    }

    /// Everything that keeps the column from being complete.
    fn shortfalls(&self, count: &Count) -> Vec<String> {
        if count.read == 0 {
            let failed = count.failed.first().map(|(_, reason)| reason.clone());
            return vec![failed.map_or_else(
                || "栏目未读到".to_owned(),
                |reason| format!("栏目打不开：{reason}"),
            )];
        }
        if self.is_no_list && count.items.is_empty() {
            return vec!["没有认出列表".to_owned()];
        }
        let got = count.items.len();
        let is_met = self.stated_total.is_some_and(|t| {
            got >= t || count.listed >= t && count.failed.is_empty() && count.pending.is_empty()
        });
        if is_met {
            return Vec::new();
        }
        let mut out = Vec::new();
        if let Some(total) = self.stated_total {
            out.push(format!("站方自报 {total} 条，实取 {got} 条"));
        }
        for (page, reason) in &count.failed {
            out.push(format!("第 {page} 页打不开：{reason}"));
        }
        let pages = |numbers: &[usize], what: &str| {
            (!numbers.is_empty()).then(|| format!("第 {} 页{what}", ranges(numbers)))
        };
        out.extend(pages(&count.empty, "没有条目"));
        out.extend(pages(&count.repeated, "与前面的页重复"));
        out.extend(pages(&count.short, "条目少于其他页"));
        out.extend(pages(&count.pending, "未取"));
        out.extend(pages(
            &self.refused.iter().copied().collect::<Vec<_>>(),
            "因页数上限未取",
        ));
        if let (None, Some(least)) = (self.stated_total, count.least(self.stated_pages))
            && got < least
        {
            out.push(format!(
                "按站方自报 {} 页、每页 {} 条推算至少应有 {least} 条，实取 {got} 条",
                self.stated_pages.unwrap_or(0),
                count.size
            ));
        }
        out
    }

    /// What is worth saying of a column that may be complete.
    fn remarks(&self, count: &Count) -> Vec<String> {
        let mut out = Vec::new();
        if count.without_url > 0 {
            out.push(format!("有 {} 条没有可以打开的链接", count.without_url));
        }
        // Static list pages are often generated only up to a round number of pages: a last page that is full hints at it.
        let pages = self.stated_pages.unwrap_or(0);
        let is_round = matches!(
            pages,
            10 | 15 | 20 | 25 | 30 | 40 | 50 | 60 | 80 | 100 | 150 | 200 | 300 | 500 | 1000
        );
        let is_full = count.last_page >= count.size && count.size > 0;
        if is_round
            && is_full
            && self.stated_total.is_none()
            && matches!(self.platform.as_str(), "trs" | "ucap" | "fujian")
        {
            out.push(format!(
                "静态分页恰为 {pages} 页且末页满页，更早的内容可能未生成列表页"
            ));
        }
        out
    }
}

impl Sight {
    pub(super) fn items(&self) -> Vec<ListItem> {
        match self {
            Self::Read(items) => items.open(),
            Self::Failed(_) => Vec::new(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Read(items) => items.len(),
            Self::Failed(_) => 0,
        }
    }
}

impl Tally {
    /// The site numbers its files one higher than was tried first, and every page was found under the higher number.
    pub(super) fn is_shifted(&self) -> bool {
        let Some(pages) = self.stated_pages else {
            return false;
        };
        let is_read =
            |page| matches!(self.pages.get(&page), Some(Sight::Read(items)) if !items.is_empty());
        pages > 1
            && pages < 100_000
            && matches!(self.pages.get(&2), Some(Sight::Failed(_)))
            && is_read(1)
            && (3..=pages + 1).all(is_read)
    }

    /// The number of pages when page 2 was not found under its first name and may have another.
    pub(super) fn pages_to_shift(&self) -> Option<usize> {
        self.stated_pages
            .filter(|p| (2..100_000).contains(p) && self.platform == "trs")
    }
}

/// Under which an entry is the same entry.
pub(super) fn key(item: &ListItem) -> String {
    if item.url.is_empty() {
        format!("题 {}", item.title)
    } else {
        same_page(&item.url)
    }
}

fn earliest(slot: &mut Option<(usize, String)>, page: usize, text: &str) {
    let is_earlier = slot
        .as_ref()
        .is_none_or(|(p, t)| (page, text) < (*p, t.as_str()));
    if !text.is_empty() && is_earlier {
        *slot = Some((page, text.to_owned()));
    }
}

/// `3、5–7`.
fn ranges(numbers: &[usize]) -> String {
    let mut out = Vec::new();
    let mut rest = numbers.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while rest.peek() == Some(&(last + 1)) {
            last += 1;
            rest.next();
        }
        out.push(if first == last {
            first.to_string()
        } else {
            format!("{first}–{last}")
        });
    }
    out.join("、")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_read_as_ranges() {
        assert_eq!(ranges(&[3, 5, 6, 7, 9]), "3、5–7、9");
        assert_eq!(ranges(&[]), "");
    }
}
