//! The part of the page each line stands in: content, info line, header, navigation, footer. Decided by region words, by position
//! around title and content, by how much of a line is links, and by what only footers say.

mod state;

use crate::furniture::{
    catalogue_labels, has_info_word, is_breadcrumb, is_footer, is_footer_like, is_info_line,
    is_leaving_popup, noise,
};
use crate::main_part::{MainPart, Weights};
use crate::numbered::behind_number;
use crate::tags::Region;
use crate::title::Title;
use crate::walk::{Draft, Line};
use duwang_html::Tree;
use duwang_model::Part;

/// The part of every line of the draft.
pub(crate) fn assign(
    tree: &Tree,
    draft: &Draft,
    main: &MainPart,
    weights: &Weights,
    title: &Title,
    is_list: bool,
) -> Vec<Part> {
    let page = Page {
        is_list,
        ..Page::of(tree, draft, main, title)
    };
    let mut parts: Vec<Part> = draft
        .lines
        .iter()
        .enumerate()
        .map(|(i, line)| page.part_of(i, line, weights))
        .collect();
    page.mark_link_runs(&mut parts);
    page.mark_info(&mut parts);
    page.mark_catalogue(&mut parts);
    page.mark_state(&mut parts);
    page.mark_noise(&mut parts);
    page.mark_footer(&mut parts);
    page.mark_leaving_popup(&mut parts);
    parts
}

struct Page<'t> {
    tree: &'t Tree,
    draft: &'t Draft,
    main: &'t MainPart,
    /// Lines of the title.
    title: Option<(usize, usize)>,
    /// First and one past the last line of the content.
    main_lines: (usize, usize),
    /// The content is a list of links.
    is_list: bool,
    /// Node range of the smallest element around both title and content.
    zone: Option<(u32, u32)>,
}

impl<'t> Page<'t> {
    fn of(tree: &'t Tree, draft: &'t Draft, main: &'t MainPart, title: &Title) -> Self {
        let first = draft
            .lines
            .iter()
            .position(|l| main.holds(l.first))
            .unwrap_or(draft.lines.len());
        let last = draft
            .lines
            .iter()
            .rposition(|l| main.holds(l.first) && !l.hidden)
            .map_or(first, |l| l + 1);
        let zone = zone(tree, draft, main, title);
        Self {
            tree,
            draft,
            main,
            title: title.lines,
            main_lines: (first, last),
            zone,
            is_list: false,
        }
    }

    fn text(&self, i: usize) -> &'t str {
        let span = self.draft.lines[i].span;
        &self.draft.plain[span.start..span.end]
    }

    fn part_of(&self, i: usize, line: &Line, weights: &Weights) -> Part {
        if line.hidden {
            return Part::Hidden;
        }
        let region = weights.region[line.node as usize];
        let mostly_link = line.link_bytes as usize * 2 > line.span.len();
        if self.main.holds(line.first) {
            return match region {
                Region::None => Part::Main,
                Region::Header => Part::Info,
                Region::Nav => Part::Nav,
                Region::Footer => Part::Footer,
            };
        }
        if self
            .title
            .is_some_and(|(first, last)| first <= i && i <= last)
        {
            return Part::Info;
        }
        let before_main = i < self.main_lines.0;
        let after_title = self.title.is_some_and(|(_, last)| last < i);
        if before_main && after_title && region != Region::Footer && self.near(line, region) {
            return if mostly_link { Part::Nav } else { Part::Info };
        }
        match region {
            Region::Header => return Part::Header,
            Region::Nav => return Part::Nav,
            Region::Footer => return Part::Footer,
            Region::None => {}
        }
        if before_main {
            return if mostly_link || is_breadcrumb(self.text(i)) {
                Part::Nav
            } else {
                Part::Header
            };
        }
        let in_zone = self
            .zone
            .is_some_and(|z| z.0 <= line.first && line.first < z.1);
        match (in_zone, mostly_link && !self.leads_to_file(line)) {
            (true, false) => Part::Info,
            (_, true) => Part::Nav,
            (false, false) => Part::Footer,
        }
    }

    /// Between title and content everything belongs to the head of the article but for what is called navigation elsewhere.
    fn near(&self, line: &Line, region: Region) -> bool {
        region == Region::None
            || region == Region::Header
            || self
                .zone
                .is_some_and(|z| z.0 <= line.first && line.first < z.1 && region != Region::Nav)
    }

    /// Where the content was chosen by layout alone, four lines of links in a row that lead to no file are navigation.
    fn mark_link_runs(&self, parts: &mut [Part]) {
        if self.main.sure || self.is_list {
            return;
        }
        let is_link = |i: usize| {
            let line = &self.draft.lines[i];
            parts[i] == Part::Main
                && line.link_bytes as usize * 5 > line.span.len() * 4
                && !self.leads_to_file(line)
        };
        let runs: Vec<bool> = (0..parts.len()).map(is_link).collect();
        let mut i = 0;
        while i < runs.len() {
            let length = runs[i..].iter().take_while(|r| **r).count();
            if length >= 4 {
                parts[i..i + length].fill(Part::Nav);
            }
            i += length.max(1);
        }
    }

    fn leads_to_file(&self, line: &Line) -> bool {
        let from = self
            .draft
            .links
            .partition_point(|l| l.span.start < line.span.start);
        self.draft.links[from..]
            .iter()
            .take_while(|l| l.span.start < line.span.end)
            .any(|l| crate::links::is_attachment(&l.href))
    }

    /// The info line may stand inside the element that was chosen as content.
    fn mark_info(&self, parts: &mut [Part]) {
        let (first, last) = self.main_lines;
        let head = self
            .title
            .map_or(first, |(_, t)| first.max(t + 1))
            .max(first);
        for i in first..last.min(head + 6) {
            let text = self.text(i);
            let is_info = has_info_word(text) || (i <= head + 1 && is_info_line(text));
            if parts[i] == Part::Main && is_info {
                parts[i] = Part::Info;
                if self.title.is_some_and(|(from, to)| from >= first && to < i)
                    || self.title.is_none()
                {
                    self.title_lines_before(i, first, parts);
                }
            }
        }
        if self.main_starts_with_info(parts) {
            for part in &mut parts[first..head.min(last)] {
                if *part == Part::Main {
                    *part = Part::Info;
                }
            }
        }
        let before = first.saturating_sub(6);
        for (i, part) in parts.iter_mut().enumerate().take(first).skip(before) {
            // Above a title stand news tickers with dates of their own; only a label makes such a line part of the head.
            let above =
                self.title.is_some_and(|(from, _)| i < from) && !has_info_word(self.text(i));
            if *part == Part::Header && !above && is_info_line(self.text(i)) {
                *part = Part::Info;
            }
        }
    }

    /// A title above an info line inside the content is head, too.
    fn title_lines_before(&self, info: usize, first: usize, parts: &mut [Part]) {
        if let Some((from, to)) = self.title
            && from >= first
            && to < info
        {
            for part in &mut parts[from..=to] {
                *part = Part::Info;
            }
        }
    }

    fn main_starts_with_info(&self, parts: &[Part]) -> bool {
        let (first, last) = self.main_lines;
        !self.main.sure
            && self.title.is_some_and(|(from, to)| {
                from >= first && to < last && from - first <= 4 && parts[from] == Part::Info
            })
    }

    /// Three or more catalogue labels close together are the catalogue block, wherever it stands above the text.
    fn mark_catalogue(&self, parts: &mut [Part]) {
        let until = self.draft.lines.len().min(self.main_lines.0 + 40);
        let mut run: Option<(usize, usize, usize)> = None;
        let mut runs = Vec::new();
        for i in 0..until {
            let labels = catalogue_labels(self.text(i));
            if labels == 0 || is_point(self.text(i)) {
                continue;
            }
            run = match run {
                Some((from, to, count)) if i - to <= 4 => Some((from, i, count + labels)),
                Some(done) => {
                    runs.push(done);
                    Some((i, i, labels))
                }
                None => Some((i, i, labels)),
            };
        }
        runs.extend(run);
        for (from, to, count) in runs {
            let value_follows = self
                .draft
                .lines
                .get(to + 1)
                .is_some_and(|l| self.same_row(l.cell, self.draft.lines[to].cell));
            let to = to + usize::from(value_follows);
            let to = self.end_of_small_table(from).map_or(to, |end| end.max(to));
            if count >= 3 && from <= self.main_lines.0 + 6 {
                for part in &mut parts[from..=to] {
                    if !matches!(part, Part::Hidden | Part::Footer) {
                        *part = Part::Info;
                    }
                }
            }
        }
    }

    /// The last line of the table a line stands in, unless the table is large enough to hold the text as well.
    fn end_of_small_table(&self, line: usize) -> Option<usize> {
        let cell = self
            .tree
            .node_at(self.draft.lines[line].cell as usize)
            .filter(|c| c.index() > 0)?;
        let table = self
            .tree
            .ancestors(cell)
            .find(|a| self.tree.name(*a) == "table")?;
        let range = (table.index() as u32, self.tree.end(table).index() as u32);
        if self.bytes_in(range) > 1500 || range.0 <= self.main.start() && self.main.end() <= range.1
        {
            return None;
        }
        let inside = self.draft.lines[line..]
            .iter()
            .take_while(|l| l.first < range.1)
            .count();
        Some(line + inside.max(1) - 1)
    }

    fn same_row(&self, cell: u32, other: u32) -> bool {
        let row = |cell: u32| {
            self.tree
                .node_at(cell as usize)
                .filter(|_| cell != 0)
                .and_then(|id| self.tree.parent(id))
        };
        row(cell).is_some() && row(cell) == row(other)
    }

    fn mark_noise(&self, parts: &mut [Part]) {
        let (first, last) = self.main_lines;
        for (i, part) in parts.iter_mut().enumerate().take(last).skip(first) {
            let at_edge = i + 15 > last || i < first + 8;
            if *part == Part::Main
                && at_edge
                && let Some(found) = noise(self.text(i))
            {
                *part = found;
            }
        }
    }

    /// From the first line that only a footer says, to the end; and the rest of the element that line stands in.
    fn mark_footer(&self, parts: &mut [Part]) {
        let lines = &self.draft.lines;
        let (first, last) = self.main_lines;
        let from = if last > first {
            last.saturating_sub(25)
                .max(first + 1)
                .max(self.title.map_or(0, |t| t.1 + 1))
        } else {
            0
        };
        let anchor = (from..lines.len()).find(|i| {
            let text = self.text(*i);
            !lines[*i].hidden
                && text.len() < 600
                && (is_footer(text) || (*i >= last && is_footer_like(text)))
        });
        let Some(anchor) = anchor else { return };
        let range = self.small_element(anchor, 1500);
        for (i, line) in lines.iter().enumerate().skip(from) {
            let inside = range.0 <= line.first && line.first < range.1;
            let is_text = matches!(
                parts[i],
                Part::Main | Part::Info | Part::Header | Part::Footer
            );
            if (inside || i >= anchor) && is_text && !line.hidden {
                parts[i] = Part::Footer;
            }
        }
    }

    /// The largest element around a footer line that is still small and holds neither title nor start of the content.
    fn small_element(&self, anchor: usize, most: usize) -> (u32, u32) {
        let line = &self.draft.lines[anchor];
        let mut range = (line.first, line.first + 1);
        let Some(id) = self.tree.node_at(line.node as usize) else {
            return range;
        };
        let title = self
            .title
            .map_or(u32::MAX, |(from, _)| self.draft.lines[from].first);
        let main = self
            .draft
            .lines
            .get(self.main_lines.0)
            .map_or(u32::MAX, |l| l.first);
        for element in std::iter::once(id).chain(self.tree.ancestors(id)) {
            let around = (
                element.index() as u32,
                self.tree.end(element).index() as u32,
            );
            let holds = |node: u32| around.0 <= node && node < around.1;
            let inside_main = self.main.holds(line.first) && !self.main.holds(around.0);
            if holds(title) || holds(main) || inside_main || self.bytes_in(around) > most {
                break;
            }
            range = around;
        }
        range
    }

    fn bytes_in(&self, range: (u32, u32)) -> usize {
        let from = self.draft.lines.partition_point(|l| l.first < range.0);
        self.draft.lines[from..]
            .iter()
            .take_while(|l| l.first < range.1)
            .map(|l| l.span.len())
            .take(500)
            .sum()
    }

    /// “您访问的链接即将离开…” is a dialogue that waits for a click, not content.
    fn mark_leaving_popup(&self, parts: &mut [Part]) {
        for i in 0..parts.len() {
            if !matches!(parts[i], Part::Hidden) && is_leaving_popup(self.text(i)) {
                let range = self.small_element(i, 260);
                for (j, line) in self.draft.lines.iter().enumerate() {
                    if range.0 <= line.first && line.first < range.1 || j == i {
                        parts[j] = Part::Hidden;
                    }
                }
                return;
            }
        }
    }
}

/// `一、批准机关、文号：…`: the text has begun, whatever table stands right above.
fn is_point(text: &str) -> bool {
    let text = text.trim_start();
    behind_number(text).is_some() && !text.starts_with(|c: char| c.is_ascii_digit())
}

fn zone(tree: &Tree, draft: &Draft, main: &MainPart, title: &Title) -> Option<(u32, u32)> {
    let start = main.start();
    let id = tree.node_at(start as usize)?;
    let title = title
        .lines
        .map(|(from, _)| draft.lines[from].first)
        .filter(|t| *t < start);
    let around = tree.ancestors(id).find(|a| {
        let range = (a.index() as u32, tree.end(*a).index() as u32);
        range.1 >= main.end() && title.is_none_or(|t| range.0 <= t)
    })?;
    let is_page = matches!(tree.name(around), "body" | "html");
    (!is_page).then(|| (around.index() as u32, tree.end(around).index() as u32))
}
