//! `link`: links that lead nowhere, are hidden, or lead where they should not.

mod names;

use super::{Out, Reading};
use crate::judge::{Draft, Seen, Slots};
use crate::load::{LazyRegex, plain_regexes};
use crate::setting::setting;
use duwang_model::{ChannelFacts, DeadLink, Document, Link, LinkRole, Subject};
use names::Called;
use regex::RegexSet;

#[derive(Debug)]
pub(crate) struct LinkRule {
    what: What,
    /// Only links of these roles; empty: the usual ones of `what`.
    roles: Vec<LinkRole>,
    /// Only links whose text or target matches; empty: all.
    patterns: AnyOf,
    /// Not links whose text or target matches.
    unless: AnyOf,
    /// At most so many in one document.
    max: usize,
}

setting! {
    /// What is wrong with a link.
    enum What {
        /// Present in the source, invisible, and leading to another site.
        Hidden = "hidden",
        /// `#`, `javascript:` and the like behind a text that promises something.
        Placeholder = "placeholder",
        /// Leading to a site that is neither this one nor allowed by `unless`.
        OffList = "off-list",
        /// Matching `patterns`, whatever it is.
        Matching = "matching",
        /// Failed at two times.
        Dead = "dead",
        /// Leading to another document than its text names.
        Misnamed = "misnamed",
        /// A picture fetched in the clear by a page that came over TLS.
        Mixed = "mixed",
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<LinkRule> {
    let fields = reading.fields;
    let what = fields.required_word("what");
    let rule = LinkRule {
        what: what.unwrap_or(What::Dead),
        roles: fields.words("roles"),
        patterns: AnyOf::new(plain_regexes(fields, "patterns")),
        unless: AnyOf::new(plain_regexes(fields, "unless")),
        max: fields.number("max").map_or(20, |n| n.value as usize),
    };
    what.map(|_| rule)
}

/// Expressions of which one must match. A page has dozens of links: each is asked once for all of them.
#[derive(Debug)]
struct AnyOf {
    each: Vec<LazyRegex>,
    /// All of them at once; `None` when that is too big, and then one by one.
    together: Option<RegexSet>,
}

impl AnyOf {
    fn new(each: Vec<LazyRegex>) -> Self {
        let together = RegexSet::new(each.iter().map(LazyRegex::as_str)).ok();
        Self { each, together }
    }

    fn is_match(&self, text: &str) -> bool {
        match &self.together {
            Some(set) => set.is_match(text),
            None => self.each.iter().any(|r| r.is_match(text)),
        }
    }
}

impl LinkRule {
    pub(crate) fn is_about_channel(&self) -> bool {
        matches!(self.what, What::Dead | What::Misnamed)
    }

    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let document = seen.document;
        if self.what == What::Mixed {
            return judge_mixed(document, out);
        }
        let mut reported: Vec<(&str, &str)> = Vec::new();
        let rule = out.number;
        let is_fault =
            |link: &&Link| self.is_suspect(link, document) && self.says(link, seen, rule);
        for link in document.links.iter().filter(is_fault) {
            let same = (link.href.as_str(), link.text.as_str());
            if reported.len() == self.max || reported.contains(&same) {
                continue;
            }
            reported.push(same);
            out.push(self.draft(link, out));
        }
    }

    /// Whether its text or target says that it is a fault, asked once of the links a site shows on every page.
    fn says(&self, link: &Link, seen: &Seen<'_>, rule: u32) -> bool {
        seen.may_say((rule, &link.text, &link.url), || {
            self.admits(&link.text, &link.url)
        })
    }

    /// Whether it is a fault if its text and target say so.
    fn is_suspect(&self, link: &Link, document: &Document) -> bool {
        let by_role = if self.roles.is_empty() {
            self.usual_roles().contains(&link.role)
        } else {
            self.roles.contains(&link.role)
        };
        by_role
            && match self.what {
                What::Hidden | What::OffList => is_elsewhere(&link.url, &document.url),
                // One character (大 中 小, ×) promises nothing: it is a tool of the page.
                What::Placeholder => {
                    link.text.trim().chars().count() > 1 && is_placeholder(&link.href)
                }
                What::Matching => true,
                What::Dead | What::Misnamed | What::Mixed => false,
            }
    }

    fn usual_roles(&self) -> &'static [LinkRole] {
        match self.what {
            What::Hidden => &[LinkRole::Hidden],
            What::Placeholder => &[LinkRole::Content, LinkRole::Item, LinkRole::Attachment],
            What::OffList | What::Matching => {
                &[LinkRole::Content, LinkRole::Item, LinkRole::Attachment]
            }
            What::Dead | What::Misnamed | What::Mixed => &[
                LinkRole::Content,
                LinkRole::Item,
                LinkRole::Nav,
                LinkRole::Footer,
                LinkRole::Attachment,
                LinkRole::Pager,
            ],
        }
    }

    fn admits(&self, text: &str, url: &str) -> bool {
        let says = |any: &AnyOf| any.is_match(text) || any.is_match(url);
        (self.patterns.each.is_empty() || says(&self.patterns)) && !says(&self.unless)
    }

    fn draft(&self, link: &Link, out: &Out<'_>) -> Draft {
        let mut draft = out
            .draft()
            .keyed(link.href.clone())
            .with(slots(&link.text, &link.url));
        if link.span.is_empty() {
            draft.quote = Some(if link.text.is_empty() {
                link.url.clone()
            } else {
                link.text.clone()
            });
        } else {
            draft.span = Some(link.span);
        }
        draft.locator = Some(format!("链接 {}", link.href));
        draft
    }

    /// Dead links are found by looking at them, so they are known for the channel as a whole.
    pub(crate) fn judge_channel(&self, facts: &ChannelFacts, out: &mut Out<'_>) -> bool {
        if self.what == What::Misnamed {
            self.judge_names(facts, out);
            return true;
        }
        let roles = if self.roles.is_empty() {
            self.usual_roles()
        } else {
            &self.roles
        };
        for dead in &facts.dead_links {
            if roles.contains(&dead.role) && self.admits(&dead.text, &dead.target) {
                out.push(dead_draft(dead, out));
            }
        }
        true
    }
}

impl LinkRule {
    /// Compares the text of links and list entries with the title of what they lead to.
    fn judge_names(&self, facts: &ChannelFacts, out: &mut Out<'_>) {
        let mut reported = 0;
        names::each_misnamed(facts, &mut |called, title| {
            if reported < self.max && self.admits(&called.name, &called.target) {
                reported += 1;
                out.push(misnamed_draft(called, title, out));
            }
            reported < self.max
        });
    }
}

fn misnamed_draft(called: &Called, title: &str, out: &Out<'_>) -> Draft {
    let mut slots = slots(&called.name, &called.target);
    slots.value = title.to_owned();
    let mut draft = out
        .draft()
        .about(Subject::Page(called.page.clone()))
        .keyed(called.target.clone())
        .with(slots);
    draft.quote = Some(called.name.clone());
    draft.locator = Some(format!("链接 {}", called.target));
    draft
}

fn judge_mixed(document: &Document, out: &mut Out<'_>) {
    if !document.url.starts_with("https://") {
        return;
    }
    let mut clear = document
        .images
        .iter()
        .filter(|i| i.url.starts_with("http://"));
    let Some(first) = clear.next() else { return };
    let mut slots = slots("", &first.url);
    slots.value = (1 + clear.count()).to_string();
    let mut draft = out.draft().keyed("mixed").with(slots);
    draft.quote = Some(first.url.clone());
    draft.locator = Some(format!("图片 {}", first.url));
    out.push(draft);
}

fn dead_draft(dead: &DeadLink, out: &Out<'_>) -> Draft {
    let mut slots = slots(&dead.text, &dead.target);
    slots.label.clone_from(&dead.text);
    slots.value.clone_from(&dead.reason);
    let mut draft = out
        .draft()
        .about(Subject::Page(dead.page.clone()))
        .keyed(dead.target.clone())
        .with(slots);
    draft.quote = Some(if dead.text.is_empty() {
        dead.target.clone()
    } else {
        dead.text.clone()
    });
    draft.locator = Some(match dead.others {
        0 => format!("链接 {}（{}）", dead.target, dead.reason),
        n => format!(
            "链接 {}（{}，另有 {n} 页也链到它）",
            dead.target, dead.reason
        ),
    });
    draft
}

fn slots(text: &str, target: &str) -> Slots {
    Slots {
        label: text.to_owned(),
        target: target.to_owned(),
        ..Slots::default()
    }
}

/// A target that leads nowhere.
fn is_placeholder(href: &str) -> bool {
    let href = href.trim();
    let bare = href.to_ascii_lowercase();
    let script = bare.strip_prefix("javascript:").map(str::trim);
    let does_nothing = script.is_some_and(|script| {
        matches!(
            script.trim_end_matches(';'),
            "" | "void(0)" | "void 0" | "void(null)" | "null" | "return false"
        )
    });
    does_nothing
        || matches!(
            bare.as_str(),
            "" | "#" | "##" | "###" | "http://" | "https://" | "about:blank"
        )
}

/// Another site than the page's: the registrable name differs (for `.gov.cn` and its like the label before).
fn is_elsewhere(url: &str, page: &str) -> bool {
    match (host(url), host(page)) {
        (Some(target), Some(own)) => site(target) != site(own),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn host(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then_some(host)
}

fn site(host: &str) -> String {
    let labels: Vec<&str> = host.split('.').collect();
    if labels.iter().all(|l| l.bytes().all(|b| b.is_ascii_digit())) {
        return host.to_owned(); // an address is its own site
    }
    let second_level = labels.len() >= 3
        && matches!(
            labels[labels.len() - 2],
            "gov" | "com" | "org" | "net" | "edu" | "ac"
        );
    let keep = if second_level { 3 } else { 2 };
    labels[labels.len().saturating_sub(keep)..]
        .join(".")
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{is_elsewhere, is_placeholder};

    #[test]
    fn placeholders_lead_nowhere() {
        for href in [
            "#",
            "",
            "javascript:;",
            "javascript:void(0);",
            "JavaScript:void(0)",
            "http://",
        ] {
            assert!(is_placeholder(href), "{href}");
        }
        for href in [
            "#mulu",
            "javascript:doPrint()",
            "a.html",
            "http://www.qingshi-demo.gov.cn/",
        ] {
            assert!(!is_placeholder(href), "{href}");
        }
    }

    #[test]
    fn sites_are_told_by_their_registrable_name() {
        let own = "http://www.qingshi-demo.gov.cn/a.html";
        assert!(!is_elsewhere("https://bszs.qingshi-demo.gov.cn/", own));
        assert!(is_elsewhere("http://www.other-demo.gov.cn/", own));
        assert!(is_elsewhere("http://casino.example/", own));
        assert!(!is_elsewhere("mailto:a@b.example", own));
    }
}
