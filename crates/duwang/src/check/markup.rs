//! A draft's own markup made safe to show, with marks at the places of findings.
//!
//! Only what is on the lists of [`safe`] goes through: elements of running text, tables and pictures, their sizes and colours. Scripts,
//! forms, frames, styles that load or cover something, and addresses other than web and mail links never do.

mod safe;

use super::place::{Alignment, Pieces, Stretch};
use crate::escape;
use crate::view::mask_text;
use duwang_html::{NodeId, Tree};
use duwang_model::{Document, Finding};
use safe::{DROPPED, PLAIN, SHOWN, VOID, safe_link, safe_picture, safe_style};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

/// A stretch of one text that belongs to a finding.
struct Mark {
    range: Range<usize>,
    /// Number of the finding.
    finding: usize,
    /// The last stretch of its words: here the finding's number is written.
    is_last: bool,
}

/// The marks of each text node.
type Marks = BTreeMap<usize, Vec<Mark>>;

/// The page as it will look, with `<mark>` around the words of each finding; the numbers of the findings that have a mark.
pub(crate) fn marked(
    html: &str,
    document: &Document,
    findings: &[Finding],
    unmask: bool,
) -> (String, Vec<bool>) {
    let tree = duwang_html::parse(html, duwang_html::Limits::default());
    let shown = shown_texts(&tree);
    let pieces = Pieces::new(shown.iter().map(|id| tree.text(*id).unwrap_or_default()));
    let alignment = Alignment::new(document, &pieces);
    let places: Vec<Vec<Stretch>> = findings
        .iter()
        .map(|f| f.hit.span.map_or(Vec::new(), |span| alignment.of(span)))
        .collect();
    let mut writer = Writer {
        tree: &tree,
        marks: marks(&places),
        numbers: shown.iter().enumerate().map(|(n, id)| (*id, n)).collect(),
        seen: vec![false; findings.len()],
        unmask,
        out: String::new(),
    };
    writer.write();
    (writer.out, places.iter().map(|p| !p.is_empty()).collect())
}

/// Lines of plain text as paragraphs, with marks.
pub(crate) fn marked_text(
    document: &Document,
    findings: &[Finding],
    unmask: bool,
) -> (String, Vec<bool>) {
    let mut out = String::new();
    let mut seen = vec![false; findings.len()];
    for block in document
        .blocks
        .iter()
        .filter(|b| b.part != duwang_model::Part::Hidden)
    {
        let (tag, class) = match block.kind {
            duwang_model::BlockKind::Heading => ("h3", "line"),
            duwang_model::BlockKind::Cell => ("p", "line cell"),
            duwang_model::BlockKind::Item => ("p", "line item"),
            duwang_model::BlockKind::Paragraph => ("p", "line"),
        };
        let line = document.text.slice(block.span);
        let marks: Vec<Mark> = findings
            .iter()
            .enumerate()
            .filter_map(|(finding, f)| {
                let span = f.hit.span.filter(|s| s.overlaps(block.span))?;
                let from = span.start.max(block.span.start) - block.span.start;
                let to = span.end.min(block.span.end) - block.span.start;
                Some(Mark {
                    range: from..to,
                    finding,
                    is_last: span.end <= block.span.end,
                })
            })
            .collect();
        let _ = write!(out, "<{tag} class=\"{class}\">");
        write_marked(&mut out, line, &marks, &mut seen, unmask);
        let _ = write!(out, "</{tag}>");
    }
    (out, seen)
}

/// Text nodes that will be shown, in order.
fn shown_texts(tree: &Tree) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(node) = tree.node_at(at) {
        if DROPPED.contains(&tree.name(node)) {
            at = tree.end(node).index();
            continue;
        }
        if tree.text(node).is_some() {
            out.push(node);
        }
        at += 1;
    }
    out
}

fn marks(places: &[Vec<Stretch>]) -> Marks {
    let mut marks = Marks::new();
    for (finding, stretches) in places.iter().enumerate() {
        for (index, stretch) in stretches.iter().enumerate() {
            marks.entry(stretch.piece).or_default().push(Mark {
                range: stretch.range.clone(),
                finding,
                is_last: index + 1 == stretches.len(),
            });
        }
    }
    marks
}

struct Writer<'a> {
    tree: &'a Tree,
    marks: Marks,
    numbers: BTreeMap<NodeId, usize>,
    /// Findings whose first mark was written: it carries the id the list of findings links to.
    seen: Vec<bool>,
    unmask: bool,
    out: String,
}

impl Writer<'_> {
    /// One loop over the nodes: a subtree is a range, so what is open is a stack of ends.
    fn write(&mut self) {
        let tree = self.tree;
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut at = 1;
        loop {
            while let Some((_, name)) = open.pop_if(|(end, _)| *end <= at) {
                let _ = write!(self.out, "</{name}>");
            }
            let Some(node) = tree.node_at(at) else { break };
            let name = tree.name(node);
            if DROPPED.contains(&name) {
                at = tree.end(node).index();
                continue;
            }
            if let Some(text) = tree.text(node) {
                self.text(node, text);
            } else if SHOWN.contains(&name) {
                self.start(node, name);
                if !VOID.contains(&name) {
                    open.push((tree.end(node).index(), name));
                }
            }
            at += 1;
        }
        while let Some((_, name)) = open.pop() {
            let _ = write!(self.out, "</{name}>");
        }
    }

    fn text(&mut self, node: NodeId, text: &str) {
        let none = Vec::new();
        let marks = self
            .numbers
            .get(&node)
            .and_then(|n| self.marks.get(n))
            .unwrap_or(&none);
        write_marked(&mut self.out, text, marks, &mut self.seen, self.unmask);
    }

    fn start(&mut self, node: NodeId, name: &str) {
        let _ = write!(self.out, "<{name}");
        for (attribute, value) in self.tree.attrs(node) {
            let value = match attribute {
                "style" => safe_style(value),
                "href" if name == "a" => safe_link(value),
                "src" | "data-src" if name == "img" => safe_picture(value),
                "alt" | "title" if !self.unmask => mask_text(value),
                _ if PLAIN.contains(&attribute) => value.to_owned(),
                _ => continue,
            };
            let attribute = if attribute == "data-src" {
                "src"
            } else {
                attribute
            };
            if !value.is_empty() {
                let _ = write!(self.out, " {attribute}=\"");
                self.out.push_str(&escape::html(&value));
                self.out.push('"');
            }
        }
        if name == "a" {
            self.out.push_str(" rel=\"noreferrer noopener nofollow\"");
        }
        self.out.push('>');
    }
}

/// Text with marks; where findings overlap, the stretch belongs to all of them.
fn write_marked(out: &mut String, text: &str, marks: &[Mark], seen: &mut [bool], unmask: bool) {
    let shown = if unmask {
        text.to_owned()
    } else {
        masked(text)
    };
    let mut bounds: Vec<usize> = marks
        .iter()
        .flat_map(|m| [m.range.start, m.range.end])
        .collect();
    bounds.extend([0, text.len()]);
    bounds.sort_unstable();
    bounds.dedup();
    for pair in bounds.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let here: Vec<&Mark> = marks
            .iter()
            .filter(|m| m.range.start <= from && to <= m.range.end)
            .collect();
        let words = shown.get(from..to).unwrap_or_default();
        let Some(first) = here.first().map(|m| m.finding) else {
            out.push_str(&escape::html(words));
            continue;
        };
        out.push_str("<mark");
        if let Some(is_known) = seen.get_mut(first).filter(|s| !**s) {
            *is_known = true;
            let _ = write!(out, " id=\"m{}\"", first + 1);
        }
        out.push('>');
        for other in here.iter().skip(1).map(|m| m.finding) {
            if let Some(is_known) = seen.get_mut(other).filter(|s| !**s) {
                *is_known = true;
                let _ = write!(out, "<span id=\"m{}\"></span>", other + 1);
            }
        }
        out.push_str(&escape::html(words));
        let ends = here.iter().filter(|m| m.is_last && m.range.end == to);
        let numbers: Vec<String> = ends.map(|m| (m.finding + 1).to_string()).collect();
        if let Some(number) = numbers.first() {
            let _ = write!(
                out,
                "<sup><a href=\"#f{number}\">{}</a></sup>",
                numbers.join("、")
            );
        }
        out.push_str("</mark>");
    }
}

/// Masked so that byte offsets stay: a full-width digit becomes three ASCII stars.
fn masked(text: &str) -> String {
    let shown = mask_text(text);
    if shown == text {
        return shown;
    }
    let mut out = String::with_capacity(text.len());
    for (was, is) in text.chars().zip(shown.chars()) {
        if was == is {
            out.push(is);
        } else {
            (0..was.len_utf8()).for_each(|_| out.push('*'));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;

    fn shown(html: &str) -> String {
        marked(html, &Document::new(""), &[], false).0
    }

    #[test]
    fn only_harmless_markup_goes_through() {
        for (given, expected) in [
            (
                "<p onclick=\"x()\" style=\"color:red;position:fixed;background:url(//a.example)\">甲</p>",
                "<p style=\"color:red\">甲</p>",
            ),
            (
                "<script>alert(1)</script><style>p{}</style><p>乙<img src=x onerror=y></p>",
                "<p>乙<img></p>",
            ),
            (
                "<a href=\"javascript:x\">丙</a>",
                "<a rel=\"noreferrer noopener nofollow\">丙</a>",
            ),
            (
                "<a href=\"https://www.example.gov.cn/\">丁</a>",
                "<a href=\"https://www.example.gov.cn/\" rel=\"noreferrer noopener nofollow\">丁</a>",
            ),
            ("<o:p>戊</o:p><custom-x>己</custom-x>", "戊己"),
            ("<p>1 &lt;script&gt; 2", "<p>1 &lt;script&gt; 2</p>"),
            ("<iframe src=x><p>内</p></iframe>后", "后"),
            ("<p style=\"display:none\">藏</p>", "<p>藏</p>"),
        ] {
            assert_eq!(shown(given), expected, "{given}");
        }
    }

    #[test]
    fn personal_numbers_are_masked_in_place() {
        assert_eq!(
            shown("<p>证号350499199001010018，</p>"),
            "<p>证号350499********0018，</p>"
        );
    }

    proptest! {
        /// Whatever comes in, no element or attribute that is not on the lists comes out.
        #[test]
        fn nothing_else_goes_through(html in "(<[a-z/!]{0,7}( [a-z]{1,7}=[\"']?[a-z:(]{0,9}[\"']?)?>?|[<>&\"'甲]|on|script|style=){0,40}") {
            let out = shown(&html);
            let tree = duwang_html::parse(&out, duwang_html::Limits::default());
            for node in tree.descendants(tree.root()).filter(|n| tree.is_element(*n)) {
                prop_assert!(SHOWN.contains(&tree.name(node)), "{} in {}", tree.name(node), out);
                for (name, _) in tree.attrs(node) {
                    prop_assert!(name == "style" || name == "href" || name == "src" || name == "rel" || PLAIN.contains(&name), "{name} in {out}");
                }
            }
        }
    }
}
