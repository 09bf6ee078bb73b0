//! What a page leaves to others to show: addresses its scripts and frames name, ids of empty places that scripts fill.
//! Nothing is executed; a mark that only a script draws is neither seen nor missing.

use duwang_html::Tree;

/// More than any page needs for its marks.
const MAX: usize = 60;
/// Longer inline scripts are programs, not snippets that draw a mark.
const LONGEST_SNIPPET: usize = 20_000;
const LONGEST_ADDRESS: usize = 300;

/// Addresses and ids in document order, each once.
pub(crate) fn read(tree: &Tree) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |what: &str| {
        let what: String = what.chars().take(LONGEST_ADDRESS).collect();
        if found.len() < MAX && !what.is_empty() && !found.contains(&what) {
            found.push(what);
        }
    };
    for node in tree.descendants(tree.root()) {
        match tree.name(node) {
            "script" => {
                tree.attr(node, "src").into_iter().for_each(&mut add);
                tree.attr(node, "id").into_iter().for_each(&mut add);
                let texts = tree.children(node).filter_map(|t| tree.text(t));
                texts
                    .filter(|t| t.len() <= LONGEST_SNIPPET)
                    .for_each(|t| addresses(t).for_each(&mut add));
            }
            "iframe" => tree.attr(node, "src").into_iter().for_each(&mut add),
            "span" | "div" if tree.children(node).next().is_none() => {
                tree.attr(node, "id").into_iter().for_each(&mut add);
            }
            _ => {}
        }
    }
    found
}

/// `//host/path` wherever it stands in a script, up to a quote or blank.
fn addresses(script: &str) -> impl Iterator<Item = &str> {
    script.match_indices("//").filter_map(|(at, _)| {
        let rest = &script[at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | '<' | '>'))
            .unwrap_or(rest.len());
        let address = &rest[..end];
        address[2..].contains(['.', '/']).then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use duwang_html::{Limits, parse};

    #[test]
    fn marks_drawn_by_scripts_leave_a_trace() {
        let page = r#"<script>document.write(unescape("%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='//dcs.demo.example/js/1.js'%3E"));</script>
            <script id="_jiucuo_" src="https://zf.demo.example/jiucuo.js"></script><span id="_span_jiucuo"></span><div id="full">x</div>"#;
        assert_eq!(
            read(&parse(page, Limits::default())),
            [
                "//dcs.demo.example/js/1.js",
                "https://zf.demo.example/jiucuo.js",
                "_jiucuo_",
                "_span_jiucuo",
            ]
        );
    }
}
