//! What was read of one column, page by page, and whether that is all the site says there is.

use super::class::class_of;
use super::url::same_page;
use chrono::NaiveDate;
use duwang_model::{Column, ColumnClass, ListItem, ListReading, Outcome};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    /// Named in the units file.
    pub pinned: bool,
    /// An entry, pinned, or linked from an entry.
    pub top: bool,
    /// Its entries, each once, in list order.
    pub items: Vec<ListItem>,
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
    pages: BTreeMap<usize, Sight>,
    /// The first page each entry stands on.
    first_on: HashMap<String, usize>,
    asked: BTreeSet<usize>,
    /// Pages that were never asked for because a limit was reached.
    refused: BTreeSet<usize>,
    stated_total: Option<usize>,
    stated_pages: Option<usize>,
    platform: String,
    /// Its further pages are answers of an interface; the first of them repeats what the page itself shows.
    has_interface: bool,
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
enum Sight {
    Read(Vec<ListItem>),
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
            let first = self.first_on.entry(key(item)).or_insert(page);
            *first = page.min(*first);
        }
        let is_fuller = self
            .pages
            .get(&page)
            .is_none_or(|seen| seen.items().len() <= items.len());
        if is_fuller {
            self.pages.insert(page, Sight::Read(items));
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
        let stands_before = |i: &ListItem| self.first_on.get(&key(i)).is_some_and(|p| *p < page);
        let is_first_answer = self.has_interface && page == 2;
        page > 1 && !is_first_answer && items.iter().all(stands_before)
    }

    /// The entry with this key.
    pub(super) fn item(&self, wanted: &str) -> Option<&ListItem> {
        let page = self.first_on.get(wanted)?;
        self.pages
            .get(page)?
            .items()
            .iter()
            .find(|i| key(i) == wanted)
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
    fn items(&self) -> &[ListItem] {
        match self {
            Self::Read(items) => items,
            Self::Failed(_) => &[],
        }
    }
}

/// The pages of a tally added up in list order.
#[derive(Debug, Default)]
struct Count {
    items: Vec<ListItem>,
    /// Entries as listed, pages that only repeat others left out.
    listed: usize,
    without_url: usize,
    /// Pages read.
    read: usize,
    failed: Vec<(usize, String)>,
    empty: Vec<usize>,
    repeated: Vec<usize>,
    /// Pages in the middle with fewer entries than is usual.
    short: Vec<usize>,
    pending: Vec<usize>,
    /// Entries on a usual page.
    size: usize,
    /// Entries on the last page.
    last_page: usize,
}

impl Count {
    fn of(tally: &Tally) -> Self {
        let mut count = Self::default();
        let mut seen = HashSet::new();
        let mut lengths = Vec::new();
        let is_open = tally.stated_total.is_none() && tally.stated_pages.is_none();
        let is_interface = tally.has_interface;
        let mut end = usize::MAX;
        for (&page, sight) in &tally.pages {
            let Sight::Read(items) = sight else {
                continue;
            };
            let fresh = items.iter().filter(|i| seen.insert(key(i))).count();
            if page > 1 && is_open && fresh == 0 && !(is_interface && page == 2) {
                // Nobody says how long this list is: it ends where nothing new comes, and what lies beyond does not count.
                count.read += 1;
                end = page;
                break;
            }
            count.read += 1;
            count.last_page = items.len();
            if page > 1 && items.is_empty() {
                count.empty.push(page);
            } else if page > 1 && fresh == 0 {
                // The first call of an interface gives what the page itself already showed.
                if !(is_interface && page == 2) {
                    count.repeated.push(page);
                }
            } else {
                let is_taste = is_interface && page == 1; // listed again by the interface
                count.listed += if is_taste { 0 } else { items.len() };
                lengths.push((page, items.len()));
            }
        }
        count.miss(end, tally);
        count.take_items(tally);
        count.measure(&lengths, tally, is_interface);
        count
    }

    /// Failed and unseen pages before the end of the list.
    fn miss(&mut self, end: usize, tally: &Tally) {
        let is_shifted = tally.is_shifted();
        for (page, sight) in tally.pages.range(..end) {
            if let Sight::Failed(outcome) = sight
                && !is_shifted
            {
                let reason = if outcome.reason.is_empty() {
                    outcome.kind.chinese().to_owned()
                } else {
                    outcome.reason.clone()
                };
                self.failed.push((*page, reason));
            }
        }
        self.pending = tally
            .asked
            .range(..end)
            .copied()
            .filter(|p| !tally.pages.contains_key(p) && !tally.refused.contains(p))
            .collect();
        if !is_shifted && let Some(pages) = tally.stated_pages {
            let unasked = (1..=pages.min(end.saturating_sub(1)).min(10_000)).filter(|p| {
                !tally.pages.contains_key(p)
                    && !tally.asked.contains(p)
                    && !tally.refused.contains(p)
            });
            self.pending.extend(unasked);
            self.pending.sort_unstable();
        }
    }

    fn take_items(&mut self, tally: &Tally) {
        let mut places: HashMap<String, usize> = HashMap::new();
        for item in tally.pages.values().flat_map(Sight::items) {
            match places.get(&key(item)) {
                // The first mention counts; a later one may know the date.
                Some(&place) => {
                    if let Some(first) = self.items.get_mut(place) {
                        first.date = first.date.or(item.date);
                    }
                }
                None => {
                    places.insert(key(item), self.items.len());
                    self.without_url += usize::from(item.url.is_empty());
                    self.items.push(item.clone());
                }
            }
        }
    }

    /// The usual length of a page, and the pages in the middle that fall short of it.
    fn measure(&mut self, lengths: &[(usize, usize)], tally: &Tally, is_interface: bool) {
        let last = tally
            .stated_pages
            .or_else(|| lengths.last().map(|(p, _)| *p))
            .unwrap_or(1);
        let mut times: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, length) in lengths.iter().filter(|(p, _)| *p < last) {
            *times.entry(*length).or_default() += 1;
        }
        // Where two lengths are equally frequent the larger one is the rule.
        self.size = times
            .iter()
            .max_by_key(|(length, times)| (**times, **length))
            .map_or(0, |(length, _)| *length);
        if self.size == 0 {
            self.size = lengths.first().map_or(0, |(_, l)| *l);
        }
        if !is_interface && tally.stated_total.is_none() && tally.stated_pages.is_some() {
            self.short = lengths
                .iter()
                .filter(|(p, l)| *p > 1 && *p < last && *l < self.size)
                .map(|(p, _)| *p)
                .collect();
        }
    }

    /// The fewest entries a list of so many pages can have.
    fn least(&self, pages: Option<usize>) -> Option<usize> {
        pages
            .filter(|p| *p > 1 && self.size > 0)
            .map(|p| (p - 1) * self.size + 1)
    }
}

impl Tally {
    /// The site numbers its files one higher than was tried first, and every page was found under the higher number.
    fn is_shifted(&self) -> bool {
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

fn key(item: &ListItem) -> String {
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
