//! The title a reader sees, and where it stands.

mod information;

use crate::furniture::{is_info_line, squeeze};
use crate::main_part::{MainPart, Mark, Weights};
use crate::page::is_title_line;
use crate::tags::Region;
use crate::walk::{Draft, Line};
use duwang_html::Tree;
use duwang_model::Span;
use std::borrow::Cow;

/// The title and its lines, when it is in the text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Title {
    pub text: String,
    /// First and last line.
    pub lines: Option<(usize, usize)>,
    pub span: Option<Span>,
}

/// Lines of a page that may hold its title are those before the content and the first few of it.
const LINES_INTO_MAIN: usize = 8;

/// What a line scores that says exactly what the page is called.
const CERTAIN: i32 = 100;

pub(crate) fn find(tree: &Tree, draft: &Draft, main: &MainPart, weights: &Weights) -> Title {
    let first_main = draft
        .lines
        .iter()
        .position(|l| main.holds(l.first))
        .unwrap_or(0);
    let expected = Expected::of(draft);
    let until = draft.lines.len().min(first_main + LINES_INTO_MAIN);
    let squeezed: Vec<Cow<'_, str>> = draft.lines[..until]
        .iter()
        .map(|l| squeeze(&draft.plain[l.span.start..l.span.end]))
        .collect();
    let mut best: (i32, usize, usize) = (0, 0, 0);
    for (i, line) in draft.lines[..until].iter().enumerate() {
        let text = &squeezed[i];
        if line.hidden || text.len() > 600 || text.chars().nth(1).is_none() {
            continue;
        }
        let (named, last) = expected.named(&squeezed[i..]);
        let place = match first_main.checked_sub(i) {
            Some(before) if before <= 10 => 10,
            Some(_) => -10,
            None => 5,
        };
        let short = text.chars().nth(4).is_none() && named < 90;
        let score = named + place - if short { 20 } else { 0 }
            + looks(tree, draft, line, weights.region[line.node as usize])
            + surroundings(line, &squeezed[..i], &squeezed[i..]);
        if score > best.0 {
            best = (score, i, i + last);
        }
    }
    if best.0 < CERTAIN
        && let Some(at) = heading_below(draft, &expected, until)
    {
        return of_lines(draft, at, at);
    }
    let chosen = (best.0 >= 30).then_some(best.1);
    if expected.page.is_empty()
        && let Some(at) = information::heading_below(draft, chosen)
    {
        return of_lines(draft, at, at);
    }
    if best.0 >= 30 {
        return match heading_of_cell(draft, best.1, best.2, until) {
            Some(at) => of_lines(draft, at, at),
            None => of_lines(draft, best.1, best.2),
        };
    }
    let named = without_place(draft, &expected);
    if !named.text.is_empty() && !is_name_of_body(&named.text) {
        return named;
    }
    first_line(draft, rows_above(draft, first_main)..until)
        .or_else(|| name_above_labels(draft, first_main..until))
        .unwrap_or(named)
}

/// Where the content is a cell of a table that only arranges the page, its title may stand in a row of its own above.
fn rows_above(draft: &Draft, first_main: usize) -> usize {
    const MOST: usize = 2;
    let above = draft.lines[..first_main].iter().rev().take(MOST);
    let alone = above.take_while(|l| l.cell != 0 && is_alone_in_row(draft, l.cell));
    first_main - alone.count()
}

/// The name of an office above `办公地址：…`: a page that is about the office and nothing else is called by it.
fn name_above_labels(draft: &Draft, lines: std::ops::Range<usize>) -> Option<Title> {
    let text = |at: usize| {
        let line = draft.lines.get(at)?;
        (!line.hidden && line.link_bytes == 0)
            .then(|| draft.plain[line.span.start..line.span.end].trim())
    };
    let at = lines
        .clone()
        .find(|at| text(*at).is_some_and(|t| !t.is_empty()))?;
    let is_called = is_name_of_body(text(at)?) && text(at + 1).is_some_and(is_labelled);
    is_called.then(|| of_lines(draft, at, at))
}

/// `联系电话：0599-6660001`: the name of a thing, a colon, and the thing.
pub(crate) fn is_labelled(line: &str) -> bool {
    let colon = line.find(['：', ':']);
    colon.is_some_and(|at| {
        crate::pairs::is_label(line[..at].trim()) && line[at..].chars().nth(1).is_some()
    })
}

/// Below a table about the page, which may have more lines than the content is looked through for a title: a heading that says exactly what the
/// page is called.
fn heading_below(draft: &Draft, expected: &Expected, from: usize) -> Option<usize> {
    const FARTHEST: usize = 24;
    let lines = draft.lines.iter().enumerate().skip(from).take(FARTHEST);
    let mut headings = lines.filter(|(_, line)| line.heading && !line.hidden);
    headings.find_map(|(at, line)| {
        let text = squeeze(&draft.plain[line.span.start..line.span.end]);
        let (named, _) = expected.named(&[text]);
        (named >= CERTAIN).then_some(at)
    })
}

/// The heading further down that says what a cell of a table about the page says (标题｜…): that is the title a reader sees.
fn heading_of_cell(draft: &Draft, first: usize, last: usize, until: usize) -> Option<usize> {
    let cell = &draft.lines[first];
    if first != last || cell.cell == 0 || cell.heading {
        return None;
    }
    let text = |line: &Line| draft.plain[line.span.start..line.span.end].trim();
    (last + 1..until).find(|at| {
        let line = &draft.lines[*at];
        line.heading && line.cell == 0 && !line.hidden && text(line) == text(cell)
    })
}

/// Where nothing calls itself the title, the first line of the content is, if it reads like one.
fn first_line(draft: &Draft, lines: std::ops::Range<usize>) -> Option<Title> {
    let (at, line) = lines.clone().zip(&draft.lines[lines]).find(|(_, line)| {
        let text = draft.plain[line.span.start..line.span.end].trim();
        !line.hidden && !text.is_empty() && !is_name_of_body(text)
    })?;
    let text = draft.plain[line.span.start..line.span.end].trim();
    let is_whole = line.cell == 0 || line.heading || is_alone_in_row(draft, line.cell);
    let reads_like_it = text.chars().count() >= 6
        && is_title_line(text)
        && !without_bracket(text).contains(['，', '、', '：', ':'])
        && !is_info_line(text);
    (is_whole && line.link_bytes == 0 && reads_like_it).then(|| of_lines(draft, at, at))
}

/// Old pages set their title in a row of a table that only arranges them.
fn is_alone_in_row(draft: &Draft, cell: u32) -> bool {
    let mut rows = draft.tables.iter().flat_map(|t| &t.rows);
    rows.any(|row| matches!(&row[..], [only] if only.node == cell))
}

/// What the line itself shows: a heading or a title's class, a link, a place in the furniture of the page.
fn looks(tree: &Tree, draft: &Draft, line: &Line, region: Region) -> i32 {
    let mostly_link = line.link_bytes as usize * 2 > line.span.len();
    let points = [
        (line.heading, 25),
        (is_title_like(tree, draft, line.node), 20),
        (mostly_link, -30),
        (region != Region::None, -30),
    ];
    points.iter().filter(|p| p.0).map(|p| p.1).sum()
}

/// What stands around it: a label `标题` before, the info line after.
fn surroundings(line: &Line, before: &[Cow<'_, str>], from: &[Cow<'_, str>]) -> i32 {
    let labelled = line.cell != 0 && follows_title_label(before);
    let announced = line.link_bytes == 0 && can_be_title(&from[0]) && announces_title(&from[1..]);
    i32::from(labelled) * 60 + i32::from(announced) * 25
}

fn of_lines(draft: &Draft, first: usize, last: usize) -> Title {
    let start = draft.lines[first].span.start;
    let shown = without_date(&draft.plain[start..draft.lines[last].span.end]);
    let span = Span::new(start, start + shown.len());
    Title {
        text: draft.plain[span.start..span.end].split('\n').collect(),
        lines: Some((first, last)),
        span: Some(span),
    }
}

/// `题目 (2026-09-18)`: the date beside a title is no part of it.
fn without_date(title: &str) -> &str {
    let end = title.trim_end();
    let open = end
        .ends_with([')', '）', ']', '】'])
        .then(|| end.rfind(['(', '（', '[', '【']))
        .flatten();
    match open {
        Some(at) if at > 12 && crate::dates::is_only_date(&end[at..]).is_some() => {
            end[..at].trim_end()
        }
        _ => title,
    }
}

/// `土地流转公开（草场、耕地）` without what its bracket adds.
pub(crate) fn without_bracket(title: &str) -> &str {
    let open = title
        .ends_with(['）', ')'])
        .then(|| title.rfind(['（', '(']))
        .flatten();
    open.map_or(title, |at| title[..at].trim_end())
}

fn without_place(draft: &Draft, expected: &Expected) -> Title {
    let text = if !expected.article.is_empty() {
        expected.article.clone()
    } else if !draft.title.is_empty() {
        without_site_name(&draft.title).to_owned()
    } else {
        String::new()
    };
    Title {
        text,
        lines: None,
        span: None,
    }
}

/// What the page says its title is.
struct Expected {
    /// As written in `ArticleTitle`, `og:title` or between title marks.
    article: String,
    exact: Vec<String>,
    /// `<title>`, which mostly carries the site's name, too.
    page: String,
}

impl Expected {
    fn of(draft: &Draft) -> Self {
        let site = meta(draft, "SiteName").unwrap_or("");
        let column = meta(draft, "ColumnName").unwrap_or("");
        let article = ["ArticleTitle", "og:title", "twitter:title"]
            .iter()
            .filter_map(|name| meta(draft, name))
            .find(|t| !t.is_empty() && *t != site && *t != column)
            .unwrap_or("")
            .to_owned();
        let mut exact = vec![squeeze(&article).into_owned()];
        exact.extend(marked(draft).map(|t| squeeze(&t).into_owned()));
        exact.push(squeeze(without_site_name(&draft.title)).into_owned());
        exact.retain(|t| t.chars().count() >= 4 && !is_name_of_body(t));
        let page = squeeze(&draft.title).into_owned();
        Self {
            article,
            exact,
            page: if is_name_of_body(&page) {
                String::new()
            } else {
                page
            },
        }
    }

    /// How well the lines from here on match, and how many lines more than one it takes.
    fn named(&self, lines: &[Cow<'_, str>]) -> (i32, usize) {
        let first = lines[0].as_ref();
        let may_match = |t: &str| t.starts_with(first) || first.ends_with(t);
        let in_page = !self.page.is_empty() && first.len() >= 18 && self.page.contains(first);
        if !in_page && !self.page.starts_with(first) && !self.exact.iter().any(|t| may_match(t)) {
            return (0, 0);
        }
        let mut joined = String::new();
        let mut partly = 0;
        for (more, line) in lines.iter().take(4).enumerate() {
            joined.push_str(line);
            if self.exact.contains(&joined) {
                return (CERTAIN, more);
            }
            if more == 0 && joined.chars().count() >= 6 && self.page.contains(&joined) {
                partly = 40 + (joined.chars().count() as i32).min(40);
            }
            let goes_on =
                self.exact.iter().any(|t| t.starts_with(&joined)) || self.page.starts_with(&joined);
            if !goes_on {
                break;
            }
        }
        (partly, 0)
    }
}

/// A page that is titled with nothing but its owner's name says nothing of its own title.
pub(crate) fn is_name_of_body(title: &str) -> bool {
    const ENDS: [&str; 12] = [
        "局",
        "委员会",
        "政府",
        "办事处",
        "门户网站",
        "政府网",
        "网",
        "厅",
        "街道",
        "镇",
        "中心",
        "欢迎您",
    ];
    // `柳塔县公众信息网（2009版）`
    let name = match title.rfind(['（', '(']) {
        Some(at) if at > 0 && title.ends_with(['）', ')']) => &title[..at],
        _ => title,
    };
    title.chars().count() <= 24 && ENDS.iter().any(|e| name.ends_with(e)) && !title.contains('的')
}

fn marked(draft: &Draft) -> Option<String> {
    let begin = draft.marks.iter().find(|m| m.1 == Mark::TitleBegin)?.0;
    let end = draft
        .marks
        .iter()
        .find(|m| m.1 == Mark::TitleEnd && m.0 > begin)?
        .0;
    let lines = draft
        .lines
        .iter()
        .filter(|l| begin < l.first && l.first < end);
    Some(
        lines
            .map(|l| &draft.plain[l.span.start..l.span.end])
            .collect(),
    )
}

/// The content of the first meta tag of that name; names are written in any case.
pub(crate) fn meta<'d>(draft: &'d Draft, name: &str) -> Option<&'d str> {
    draft
        .meta
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.as_str())
}

fn is_title_like(tree: &Tree, draft: &Draft, node: u32) -> bool {
    let Some(id) = tree.node_at(node as usize) else {
        return false;
    };
    // The line's block, or an inline element right inside it, may carry the class.
    let below = draft.title_like.partition_point(|n| *n < node);
    if draft.title_like.get(below).is_some_and(|n| *n <= node + 2) {
        return true;
    }
    tree.ancestors(id)
        .take(2)
        .any(|a| draft.title_like.binary_search(&(a.index() as u32)).is_ok())
}

fn can_be_title(line: &str) -> bool {
    line.chars().count() >= 6 && !line.ends_with([':', '：', '。', '；'])
}

/// Right under a title stands the info line or a date in brackets.
fn announces_title(after: &[Cow<'_, str>]) -> bool {
    after.first().is_some_and(|next| {
        is_info_line(next) || (next.len() < 60 && crate::dates::is_only_date(next).is_some())
    })
}

fn follows_title_label(before: &[Cow<'_, str>]) -> bool {
    before.last().is_some_and(|l| {
        matches!(
            l.trim_end_matches([':', '：']),
            "标题" | "名称" | "信息名称" | "文件名称"
        )
    })
}

/// `题目_市人民政府门户网站` → `题目`. A dash inside a title stays unless a site's name follows it.
pub(crate) fn without_site_name(title: &str) -> &str {
    const SITE: [&str; 12] = [
        "网",
        "政府",
        "门户",
        "委员会",
        "局",
        "厅",
        "办事处",
        "欢迎",
        "之窗",
        "平台",
        "中国",
        "专栏",
    ];
    let mut rest = title.trim();
    while let Some(at) = rest.rfind(['_', '|', '-', '－', '—', '–', '\u{3000}']) {
        let mark = rest[at..].chars().next().map_or(1, char::len_utf8);
        let tail = rest[at + mark..].trim();
        let hard = matches!(rest.as_bytes()[at], b'_' | b'|');
        let head =
            rest[..at].trim_end_matches(|c: char| c.is_whitespace() || "_|-－—–".contains(c));
        if head.is_empty()
            || !(hard
                || tail.is_empty()
                || (tail.chars().count() <= 24 && SITE.iter().any(|s| tail.contains(s))))
        {
            break;
        }
        rest = head;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_names_are_cut_off() {
        for (title, want) in [
            ("关于停水的通知_云溪市人民政府门户网站", "关于停水的通知"),
            (
                "关于停水的通知-通知公告-云溪市人民政府",
                "关于停水的通知-通知公告",
            ),
            ("关于停水的通知 - 云溪市人民政府", "关于停水的通知"),
            ("1-10月投资情况", "1-10月投资情况"),
            ("关于停水的通知", "关于停水的通知"),
            ("", ""),
        ] {
            assert_eq!(without_site_name(title), want);
        }
    }
}
