//! The small part of CSS selectors that page readers use.

use crate::{NodeId, Tree};

/// A selector list: `div.xl_tit, #zoom, form[name=_newscontent_fromname] p, a[href^='/art/']`.
/// Understood: tag, `#id`, `.class`, `[attr]`, `[attr=value]`, `[attr^=v]`, `[attr*=v]`, `[attr$=v]`, descendant (blank), list (comma).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    alternatives: Vec<Vec<Compound>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Compound {
    tag: Option<String>,
    tests: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Id(String),
    Class(String),
    Has(String),
    Equals(String, String),
    Starts(String, String),
    Contains(String, String),
    Ends(String, String),
}

impl Selector {
    /// Reads a selector list; `None` when it is not in the understood part of CSS.
    pub fn new(text: &str) -> Option<Self> {
        let alternatives = text
            .split(',')
            .map(|one| {
                one.split_whitespace()
                    .map(compound)
                    .collect::<Option<Vec<_>>>()
                    .filter(|c| !c.is_empty())
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { alternatives })
    }

    /// Whether the element matches one of the alternatives.
    pub fn matches(&self, tree: &Tree, id: NodeId) -> bool {
        self.alternatives.iter().any(|chain| {
            let Some((last, before)) = chain.split_last() else {
                return false;
            };
            last.matches(tree, id) && ancestors_match(tree, id, before)
        })
    }
}

fn ancestors_match(tree: &Tree, id: NodeId, chain: &[Compound]) -> bool {
    let mut wanted = chain.iter().rev().peekable();
    for ancestor in tree.ancestors(id) {
        let Some(compound) = wanted.peek() else {
            return true;
        };
        if compound.matches(tree, ancestor) {
            wanted.next();
        }
    }
    wanted.peek().is_none()
}

impl Compound {
    fn matches(&self, tree: &Tree, id: NodeId) -> bool {
        self.tag.as_ref().is_none_or(|tag| tree.name(id) == tag)
            && self.tests.iter().all(|t| t.matches(tree, id))
    }
}

impl Test {
    fn matches(&self, tree: &Tree, id: NodeId) -> bool {
        match self {
            Self::Id(want) => tree.attr(id, "id") == Some(want),
            Self::Class(want) => tree.has_class(id, want),
            Self::Has(name) => tree.attr(id, name).is_some(),
            Self::Equals(name, want) => tree.attr(id, name) == Some(want),
            Self::Starts(name, want) => tree
                .attr(id, name)
                .is_some_and(|v| v.starts_with(want.as_str())),
            Self::Contains(name, want) => tree
                .attr(id, name)
                .is_some_and(|v| v.contains(want.as_str())),
            Self::Ends(name, want) => tree
                .attr(id, name)
                .is_some_and(|v| v.ends_with(want.as_str())),
        }
    }
}

fn compound(text: &str) -> Option<Compound> {
    let mut out = Compound::default();
    let mut rest = text;
    let tag_end = rest.find(['#', '.', '[']).unwrap_or(rest.len());
    if tag_end > 0 && &rest[..tag_end] != "*" {
        out.tag = Some(rest[..tag_end].to_ascii_lowercase());
    }
    rest = &rest[tag_end..];
    while let Some(mark) = rest.chars().next() {
        rest = &rest[1..];
        let end = if mark == '[' {
            rest.find(']')?
        } else {
            rest.find(['#', '.', '[']).unwrap_or(rest.len())
        };
        let body = &rest[..end];
        if body.is_empty() {
            return None;
        }
        out.tests.push(match mark {
            '#' => Test::Id(body.to_owned()),
            '.' => Test::Class(body.to_owned()),
            _ => attribute(body),
        });
        rest = &rest[end + usize::from(mark == '[')..];
    }
    Some(out)
}

fn attribute(body: &str) -> Test {
    let Some((name, value)) = body.split_once('=') else {
        return Test::Has(body.to_owned());
    };
    let value = value.trim_matches(['"', '\'']).to_owned();
    match name.as_bytes().last() {
        Some(b'^') => Test::Starts(name[..name.len() - 1].to_owned(), value),
        Some(b'*') => Test::Contains(name[..name.len() - 1].to_owned(), value),
        Some(b'$') => Test::Ends(name[..name.len() - 1].to_owned(), value),
        _ => Test::Equals(name.to_owned(), value),
    }
}
