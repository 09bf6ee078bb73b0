//! `mark`: furniture that every site shows, such as its 网站标识码: anywhere on the page, as text, link, picture or script.
//!
//! A mark that a script draws cannot be seen here; the script itself counts as the mark.

use super::{Out, Reading};
use crate::judge::{Form, Parts, Seen};
use crate::load::{Expression, LazyRegex, expressions, plain_regexes};
use crate::rule::is_front_page;
use duwang_model::Document;

#[derive(Debug)]
pub(crate) struct Mark {
    /// In the visible text of any part, and in what a picture or a link without words calls itself.
    patterns: Vec<Expression>,
    /// In the text or address of a link.
    links: Vec<LazyRegex>,
    /// In the description or address of a picture.
    images: Vec<LazyRegex>,
    /// In the address of the page itself.
    urls: Vec<LazyRegex>,
    /// In what scripts and frames load.
    embeds: Vec<LazyRegex>,
    /// Only on pages that say one of these.
    when: Vec<Expression>,
}

/// A page with fewer links may be a shell whose furniture comes by script.
const FEWEST_LINKS: usize = 5;
/// A page with less text is one in any case.
const FEWEST_CHARS: usize = 20;

/// Whether what a reader sees is mostly brought by scripts and frames, which were not run, or by the portal that a folder belongs to.
fn is_shell(document: &Document) -> bool {
    let says_little = || document.text.folded().chars().nth(FEWEST_CHARS).is_none();
    let is_folder = || !is_front_page(&document.url);
    document.links.len() < FEWEST_LINKS
        && (!document.embeds.is_empty() || says_little() || is_folder())
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Mark> {
    let fields = reading.fields;
    let ways = ["patterns", "links", "images", "embeds", "urls"];
    if !ways.iter().any(|way| fields.has(way)) {
        fields.missing("patterns");
    }
    Some(Mark {
        patterns: expressions(fields, "patterns", Form::Folded, reading.watch),
        links: plain_regexes(fields, "links"),
        images: plain_regexes(fields, "images"),
        embeds: plain_regexes(fields, "embeds"),
        urls: plain_regexes(fields, "urls"),
        when: expressions(fields, "when", Form::Folded, reading.watch),
    })
}

impl Mark {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let document = seen.document;
        let applies = self.when.is_empty() || seen.has(&self.when, &Parts::EVERYWHERE);
        if !applies || self.is_shown(seen) {
            return;
        }
        if is_shell(document) {
            return out.unjudged(&document.url);
        }
        let draft = out.draft().keyed("missing");
        out.push(draft);
    }

    fn is_shown(&self, seen: &Seen<'_>) -> bool {
        let document = seen.document;
        let any = |list: &[LazyRegex], text: &str| list.iter().any(|r| r.is_match(text));
        let linked = || {
            document
                .links
                .iter()
                .any(|l| any(&self.links, &l.text) || any(&self.links, &l.url))
        };
        let pictured = || {
            document
                .images
                .iter()
                .any(|i| any(&self.images, &i.alt) || any(&self.images, &i.url))
        };
        // What stands in place of words: the description of a picture, the `title` of a link that shows none.
        let drawn = document.images.iter().map(|i| &i.alt).chain(
            document
                .links
                .iter()
                .filter(|l| l.span.is_empty())
                .map(|l| &l.text),
        );
        let called = |name: &String| {
            self.patterns
                .iter()
                .any(|pattern| pattern.phrase.is_match(name))
        };
        seen.has(&self.patterns, &Parts::EVERYWHERE)
            || drawn.into_iter().any(called)
            || linked()
            || pictured()
            || any(&self.urls, &document.url)
            || document.embeds.iter().any(|e| any(&self.embeds, e))
    }
}
