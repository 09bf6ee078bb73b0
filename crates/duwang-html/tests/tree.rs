//! What readers rely on: structure from sloppy pages, caps, selectors, no panic.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
use duwang_html::{Limits, Selector, parse};
use proptest::prelude::*;

fn outline(html: &str) -> String {
    let tree = parse(html, Limits::default());
    let mut out = String::new();
    fn walk(tree: &duwang_html::Tree, id: duwang_html::NodeId, out: &mut String) {
        for child in tree.children(id) {
            if let Some(text) = tree.text(child) {
                out.push_str(text.trim());
            } else if tree.is_element(child) {
                out.push_str(&format!("<{}>", tree.name(child)));
                walk(tree, child, out);
                out.push_str(&format!("</{}>", tree.name(child)));
            }
        }
    }
    walk(&tree, tree.root(), &mut out);
    out
}

#[test]
fn implied_end_tags() {
    assert_eq!(
        outline("<ul><li>a<li>b</ul>c"),
        "<ul><li>a</li><li>b</li></ul>c"
    );
    assert_eq!(outline("<p>a<div>b</div>"), "<p>a</p><div>b</div>");
    assert_eq!(
        outline("<table><tr><td>a<td>b<tr><td><table><tr><td>c</table>d</table>e"),
        "<table><tr><td>a</td><td>b</td></tr><tr><td><table><tr><td>c</td></tr></table>d</td></tr></table>e"
    );
    assert_eq!(
        outline("<dl><dt>a<dd>b<dt>c</dl>"),
        "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"
    );
    assert_eq!(
        outline("<table><td><span>a</td><td>b</span></td></table>"),
        "<table><td><span>a</span></td><td>b</td></table>"
    );
}

#[test]
fn unknown_inline_tags_keep_their_text() {
    assert_eq!(
        outline("晋政办〔<st1:chsdate>2020</st1:chsdate>〕<o:p/>26号"),
        "晋政办〔<st1:chsdate>2020</st1:chsdate>〕<o:p></o:p>26号"
    );
}

#[test]
fn scripts_are_raw_text() {
    let tree = parse(
        "<script>if (a<b) document.write('<p>x</p>')</script><p>y",
        Limits::default(),
    );
    let names: Vec<_> = tree
        .descendants(tree.root())
        .filter(|n| tree.is_element(*n))
        .map(|n| tree.name(n))
        .collect();
    assert_eq!(names, ["script", "p"]);
    assert_eq!(tree.inner_text(tree.root()), "y");
}

#[test]
fn selectors() {
    let tree = parse(
        r#"<div class="a b" id=x><form name=_f><p data-k="v1">t</p></form></div><p>u</p>"#,
        Limits::default(),
    );
    let count = |s: &str| tree.select(tree.root(), &Selector::new(s).unwrap()).count();
    for (selector, matches) in [
        ("p", 2),
        (".a p", 1),
        ("#x.b form[name=_f] p", 1),
        ("p[data-k^=v]", 1),
        ("form, p", 3),
        (".c p", 0),
        ("p[data-k$='1']", 1),
    ] {
        assert_eq!(count(selector), matches, "{selector}");
    }
    assert_eq!(Selector::new("p[").map(|_| ()), None);
}

#[test]
fn deep_and_large_pages_are_bounded() {
    let deep = "<div>".repeat(100_000) + "end";
    let tree = parse(&deep, Limits::default());
    assert!(tree.truncated().is_some());
    assert!(tree.inner_text(tree.root()).contains("end"));
    let deepest = tree
        .descendants(tree.root())
        .map(|n| tree.ancestors(n).count())
        .max();
    assert!(deepest <= Some(512));
    let cut = parse(
        &"字".repeat(100),
        Limits {
            bytes: 100,
            ..Limits::default()
        },
    );
    assert_eq!(cut.inner_text(cut.root()).chars().count(), 33);
}

/// A thousand used up the stack, and with it the process.
#[test]
fn an_element_may_have_any_number_of_attributes() {
    const COUNT: usize = 100_000;
    let attrs: String = (0..COUNT)
        .map(|n| format!(" a{n}=\"{n}甲\r\n\" b{n}=\"\""))
        .collect();
    let tree = parse(&format!("<p{attrs}>end</p>"), Limits::default());
    let p = tree.children(tree.root()).next().unwrap();
    let read: Vec<_> = tree.attrs(p).collect();
    assert_eq!(read.len(), 2 * COUNT);
    for (n, pair) in read.chunks(2).enumerate() {
        let value = format!("{n}甲\n");
        assert_eq!(pair[0], (format!("a{n}").as_str(), value.as_str()));
        assert_eq!(pair[1], (format!("b{n}").as_str(), ""));
    }
    assert_eq!(tree.inner_text(p), "end");
}

proptest! {
    #[test]
    fn any_text_is_some_tree(html in "(<[/a-z]{0,6}( [a-z=\"']{0,5})?>?|[^<]{0,4}|<table><td>|</td>|<!--){0,40}") {
        let tree = parse(&html, Limits::default());
        for id in tree.descendants(tree.root()) {
            prop_assert!(tree.parent(id).is_some_and(|p| p < id && tree.is_within(id, p)));
            prop_assert!(tree.end(id) <= tree.end(tree.root()));
        }
    }
}
