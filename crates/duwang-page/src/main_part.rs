//! Which part of the page is the content proper: marks and containers of known platforms first, else the innermost element that
//! holds most of the running text. Short paragraphs count like long ones: Chinese notices are made of them.

use crate::tags::{Region, contains_ignore_case};
use crate::walk::Draft;
use duwang_html::{NodeId, Tree};

/// How sure a class or id is to name the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Container {
    /// Used by page templates for many things; taken only when it holds most of the text.
    Likely,
    /// Used by one platform for nothing but the content.
    Sure,
}

/// A comment that a publishing system leaves around what it fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    ContentBegin,
    ContentEnd,
    TitleBegin,
    TitleEnd,
}

/// The choice.
#[derive(Debug, Clone, Default)]
pub(crate) struct MainPart {
    /// Node ranges of the content, in document order.
    pub ranges: Vec<(u32, u32)>,
    /// Chosen by a platform's own mark or container rather than by layout.
    pub sure: bool,
}

impl MainPart {
    pub(crate) fn holds(&self, node: u32) -> bool {
        let next = self.ranges.partition_point(|r| r.0 <= node);
        next > 0 && node < self.ranges[next - 1].1
    }

    pub(crate) fn start(&self) -> u32 {
        self.ranges.first().map_or(u32::MAX, |r| r.0)
    }

    pub(crate) fn end(&self) -> u32 {
        self.ranges.last().map_or(u32::MAX, |r| r.1)
    }
}

/// Bytes of text below each node, links apart from the rest, page furniture left out of `text`.
pub(crate) struct Weights {
    pub text: Vec<u32>,
    pub link: Vec<u32>,
    /// The region of each node, its own or the nearest ancestor's.
    pub region: Vec<Region>,
}

pub(crate) fn mark_of(comment: &str) -> Option<Mark> {
    let comment = comment.trim();
    if comment.len() > 80 {
        return None;
    }
    let ends = comment.ends_with("end") || comment.starts_with('/');
    if comment.contains("[信息内容]")
        || contains_ignore_case(comment, "rss.content.")
        || matches!(comment, "enpcontent" | "/enpcontent")
    {
        return Some(if ends {
            Mark::ContentEnd
        } else {
            Mark::ContentBegin
        });
    }
    if comment.contains("[标题名称") || matches!(comment, "enpproperty-title") {
        return Some(if ends {
            Mark::TitleEnd
        } else {
            Mark::TitleBegin
        });
    }
    None
}

pub(crate) fn is_title_word(words: &str) -> bool {
    words.split_ascii_whitespace().any(|w| {
        let w = w.to_ascii_lowercase();
        matches!(
            w.as_str(),
            "title"
                | "tit"
                | "bt"
                | "biaoti"
                | "wzbt"
                | "xl_tit"
                | "xl-tit"
                | "h1"
                | "arc_title"
                | "articletitle"
                | "cont_title"
                | "content_title"
                | "contenttitle"
                | "newstitle"
        ) || ((w.ends_with("title")
            || w.ends_with("_tit")
            || w.ends_with("-tit")
            || w.ends_with("_bt"))
            && !w.contains("sub")
            && !w.contains("site")
            && !w.contains("nav"))
    })
}

pub(crate) fn container_of(id: Option<&str>, class: Option<&str>) -> Option<Container> {
    let by_id = id.and_then(|id| match id {
        "js_content" | "UCAP-CONTENT" | "vsb_content" | "zoom" | "fontzoom" | "J_content"
        | "Zoom" | "vsb_content_2" | "vsb_content_4" | "vsb_content_100" | "ozoom" => {
            Some(Container::Sure)
        }
        _ if id.starts_with("vsb_content") || id.eq_ignore_ascii_case("ucap-content") => {
            Some(Container::Sure)
        }
        "content" | "article" | "articleContent" | "article_content" | "news_content"
        | "pagecontent" | "detailContent" | "textBox" | "artibody" | "MyContent"
        | "info_content" => Some(Container::Likely),
        _ => None,
    });
    let by_class = class.and_then(|list| {
        list.split_ascii_whitespace()
            .filter_map(container_class)
            .max()
    });
    by_id.max(by_class)
}

fn container_class(class: &str) -> Option<Container> {
    match class {
        "TRS_Editor" | "TRS_UEDITOR" | "trs_editor_view" | "trs_word" | "v_news_content"
        | "ucap" | "rich_media_content" | "UCAP-CONTENT" => Some(Container::Sure),
        "article-content" | "article_content" | "articleContent" | "article-con"
        | "article_con" | "news_content" | "newscontent" | "news-content" | "detail-content"
        | "detail_content" | "pages_content" | "xl-bk" | "xl_content" | "con_text"
        | "content-text" | "content_text" | "view" | "article" | "content" | "zwnr" | "gknr"
        | "xxgk_content" | "wzcon" | "conTxt" | "info-content" | "info_content" | "main-txt"
        | "text-content" => Some(Container::Likely),
        _ => None,
    }
}

/// Sums the texts of every subtree. A region that holds most of the text of the page is no furniture, whatever it is called.
pub(crate) fn weigh(tree: &Tree, draft: &Draft) -> Weights {
    let mut all = draft.own_text.clone();
    sum_up(tree, &mut all);
    let total = all.first().copied().unwrap_or(0);
    let mut region = draft.region.clone();
    let sure: Vec<u32> = draft
        .containers
        .iter()
        .filter(|c| c.1 == Container::Sure)
        .map(|c| c.0)
        .collect();
    let marks: Vec<u32> = draft
        .marks
        .iter()
        .filter(|m| m.1 == Mark::ContentBegin)
        .map(|m| m.0)
        .collect();
    for node in 1..region.len() {
        if region[node] == Region::None {
            continue;
        }
        let Some(id) = tree.node_at(node) else {
            continue;
        };
        let end = tree.end(id).index() as u32;
        let holds = |nodes: &[u32]| {
            let next = nodes.partition_point(|n| (*n as usize) <= node);
            nodes.get(next).is_some_and(|n| *n < end)
        };
        if all[node] > total / 2 || holds(&sure) || holds(&marks) {
            region[node] = Region::None;
        }
    }
    for node in 1..region.len() {
        if region[node] == Region::None
            && let Some(parent) = tree.node_at(node).and_then(|id| tree.parent(id))
        {
            region[node] = region[parent.index()];
        }
    }
    let mut text = draft.own_text.clone();
    for (weight, region) in text.iter_mut().zip(&region) {
        if *region != Region::None {
            *weight = 0;
        }
    }
    sum_up(tree, &mut text);
    let mut link = draft.own_link.clone();
    sum_up(tree, &mut link);
    Weights { text, link, region }
}

/// Adds every node's value to its ancestors: children stand after their parent, so one backward loop is enough.
fn sum_up(tree: &Tree, values: &mut [u32]) {
    for node in (1..values.len()).rev() {
        if values[node] > 0
            && let Some(parent) = tree.node_at(node).and_then(|id| tree.parent(id))
        {
            values[parent.index()] = values[parent.index()].saturating_add(values[node]);
        }
    }
}

/// Chooses the content proper.
pub(crate) fn choose(tree: &Tree, draft: &Draft, weights: &Weights) -> MainPart {
    let dense = densest(tree, draft, weights);
    marked(draft)
        .or_else(|| contained(tree, draft, weights, Container::Sure, dense))
        .or_else(|| contained(tree, draft, weights, Container::Likely, dense))
        .unwrap_or_else(|| MainPart {
            ranges: vec![range_of(tree, dense)],
            sure: false,
        })
}

fn range_of(tree: &Tree, node: usize) -> (u32, u32) {
    let end = tree
        .node_at(node)
        .map_or(node + 1, |id| tree.end(id).index());
    (node as u32, end as u32)
}

/// Between content marks, when there is something between them.
fn marked(draft: &Draft) -> Option<MainPart> {
    let mut ranges = Vec::new();
    let mut begin = None;
    for (node, mark) in &draft.marks {
        match mark {
            Mark::ContentBegin => begin = begin.or(Some(*node)),
            Mark::ContentEnd => {
                if let Some(begin) = begin.take() {
                    ranges.push((begin, *node));
                }
            }
            _ => {}
        }
    }
    let has_content = |range: &(u32, u32)| {
        let inside = range.0 as usize..range.1 as usize;
        draft.own_text[inside.clone()]
            .iter()
            .map(|w| u64::from(*w))
            .sum::<u64>()
            > 30
            || draft
                .images
                .iter()
                .any(|i| inside.contains(&(i.node as usize)))
            || draft
                .links
                .iter()
                .any(|l| inside.contains(&(l.node as usize)))
    };
    ranges.retain(has_content);
    (!ranges.is_empty()).then_some(MainPart { ranges, sure: true })
}

/// Outermost elements of that certainty that hold text or pictures, unless the running text of the page is elsewhere.
fn contained(
    tree: &Tree,
    draft: &Draft,
    weights: &Weights,
    certainty: Container,
    dense: usize,
) -> Option<MainPart> {
    let dense_range = range_of(tree, dense);
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (node, found) in &draft.containers {
        let range = range_of(tree, *node as usize);
        if *found != certainty
            || ranges.last().is_some_and(|last| range.0 < last.1)
            || !worthy(draft, weights, range, certainty)
        {
            continue;
        }
        let holds_dense = range.0 <= dense_range.0 && dense_range.1 <= range.1;
        let inside_dense = dense_range.0 <= range.0 && range.1 <= dense_range.1;
        let share = f64::from(weights.text[*node as usize]) / f64::from(weights.text[dense].max(1));
        match certainty {
            Container::Sure => ranges.push(range),
            // A wide container tells no more than the dense element inside it.
            Container::Likely if holds_dense && share < 1.3 => {
                return Some(MainPart {
                    ranges: vec![range],
                    sure: false,
                });
            }
            Container::Likely if inside_dense && share > 0.6 => {
                return Some(MainPart {
                    ranges: vec![range],
                    sure: false,
                });
            }
            Container::Likely => {}
        }
    }
    let weight: u64 = ranges
        .iter()
        .map(|r| u64::from(weights.text[r.0 as usize]))
        .sum();
    let elsewhere = u64::from(weights.text[dense]) > 4 * weight + 600
        && !ranges
            .iter()
            .any(|r| r.0 <= dense_range.0 && dense_range.1 <= r.1);
    (!ranges.is_empty() && (!elsewhere || weight > 900)).then_some(MainPart { ranges, sure: true })
}

fn worthy(draft: &Draft, weights: &Weights, range: (u32, u32), certainty: Container) -> bool {
    let node = range.0 as usize;
    let inside = |n: u32| range.0 <= n && n < range.1;
    let (text, link) = (weights.text[node], weights.link[node]);
    match certainty {
        Container::Sure => {
            text > 30
                || link > 0
                || draft.images.iter().any(|i| inside(i.node))
                || draft.media.iter().any(|m| inside(m.0))
        }
        Container::Likely => text > 60 && text > link,
    }
}

/// Goes down from the root as long as one child holds nearly all of the running text.
fn densest(tree: &Tree, draft: &Draft, weights: &Weights) -> usize {
    let mut at = 0;
    loop {
        let Some(id) = tree.node_at(at) else { return 0 };
        if let Some(first) = first_twin(tree, draft, weights, id) {
            at = first;
            continue;
        }
        let here = f64::from(weights.text[at]);
        let heaviest = tree
            .children(id)
            .filter(|c| tree.is_element(*c))
            .max_by_key(|c| weights.text[c.index()])
            .map(NodeId::index);
        let Some(child) = heaviest else {
            return settle(tree, at);
        };
        let share = f64::from(weights.text[child]) / here.max(1.0);
        let needed = if weights.link[at] > weights.link[child] + 200 {
            0.6
        } else {
            0.72
        };
        if here == 0.0 || share < needed {
            return settle(tree, at);
        }
        at = child;
    }
}

/// Some pages carry their content twice, for wide and for narrow screens: two children of about the same weight with about
/// the same longest paragraph. The first is read.
fn first_twin(tree: &Tree, draft: &Draft, weights: &Weights, id: NodeId) -> Option<usize> {
    let here = weights.text[id.index()];
    if here < 600 {
        return None;
    }
    let mut heavy = tree
        .children(id)
        .filter(|c| tree.is_element(*c) && weights.text[c.index()] > here / 3);
    let (first, second) = (heavy.next()?, heavy.next()?);
    let longest = |id: NodeId| {
        draft.own_text[id.index()..tree.end(id).index()]
            .iter()
            .max()
            .copied()
            .unwrap_or(0)
    };
    let (a, b) = (weights.text[first.index()], weights.text[second.index()]);
    let (long, other) = (longest(first), longest(second));
    let same = a.abs_diff(b) * 8 < a && long.abs_diff(other) * 4 <= long && long > 60;
    (same && u64::from(a) + u64::from(b) > u64::from(here) * 3 / 4).then(|| first.index())
}

/// Goes back up from a paragraph, an inline element or a piece of a table to the block that holds it.
fn settle(tree: &Tree, node: usize) -> usize {
    let Some(id) = tree.node_at(node) else {
        return node;
    };
    std::iter::once(id)
        .chain(tree.ancestors(id))
        .find(|n| {
            matches!(
                tree.name(*n),
                "div"
                    | "td"
                    | "section"
                    | "article"
                    | "main"
                    | "body"
                    | "form"
                    | "center"
                    | "dd"
                    | "blockquote"
            )
        })
        .map_or(0, NodeId::index)
}
