//! `tags`: the meta tags a page must fill, and what they must agree with on the page itself.

use super::{Out, Reading};
use crate::judge::{Seen, Slots};
use crate::setting::setting;
use duwang_model::{Document, Text};

/// Links of a whole page: with fewer, a page without any tag may be a piece of one.
const FEWEST_LINKS: usize = 5;

#[derive(Debug)]
pub(crate) struct TagRule {
    /// Names of tags that must be there and filled.
    names: Vec<String>,
    /// What a tag must agree with; with it a missing tag is not spoken of.
    agree: Option<Agree>,
}

setting! {
    /// What a tag is compared with.
    enum Agree {
        /// The title a reader sees.
        Title = "title",
        /// The code in the footer.
        Code = "code",
        /// The host of the address.
        Host = "host",
        /// The address.
        Url = "url",
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<TagRule> {
    let fields = reading.fields;
    let names: Vec<String> = fields.texts("names").into_iter().map(|t| t.value).collect();
    if names.is_empty() {
        fields.missing("names");
    }
    Some(TagRule {
        names,
        agree: fields.word("agree"),
    })
}

impl TagRule {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        match self.agree {
            None => self.judge_missing(seen.document, out),
            Some(agree) => self.judge_agreement(agree, seen.document, out),
        }
    }

    fn judge_missing(&self, document: &Document, out: &mut Out<'_>) {
        let is_page = !document.head_title.is_empty() && document.links.len() >= FEWEST_LINKS;
        if document.meta.is_empty() && !is_page {
            return out.unjudged(&document.url); // a draft, a file, or a page whose head was not read
        }
        let missing: Vec<&str> = self
            .names
            .iter()
            .filter(|name| content(document, name).is_none())
            .map(String::as_str)
            .collect();
        if missing.is_empty() {
            return;
        }
        let draft = out.draft().keyed("missing").with(Slots {
            value: missing.join("、"),
            ..Slots::default()
        });
        out.push(draft);
    }

    fn judge_agreement(&self, agree: Agree, document: &Document, out: &mut Out<'_>) {
        for name in &self.names {
            let Some(tag) = content(document, name) else {
                continue;
            };
            let Some(shown) = against(agree, tag, document) else {
                continue;
            };
            let mut draft = out.draft().keyed(name.as_str()).with(Slots {
                label: name.clone(),
                value: tag.to_owned(),
                target: shown,
                ..Slots::default()
            });
            draft.quote = Some(tag.to_owned());
            draft.locator = Some(format!("<meta name=\"{name}\">"));
            out.push(draft);
        }
    }
}

/// The filled content of the first tag of that name.
fn content<'d>(document: &'d Document, name: &str) -> Option<&'d str> {
    document
        .meta
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, content)| content.trim())
        .filter(|content| !content.is_empty())
}

/// What the page says instead, when it says something else.
fn against(agree: Agree, tag: &str, document: &Document) -> Option<String> {
    match agree {
        Agree::Title => {
            let (told, shown) = (bare(tag), bare(&document.title));
            let same = told.is_empty()
                || shown.is_empty()
                || told.contains(&shown)
                || shown.contains(&told)
                || shares_most(&told, &shown);
            (!same).then(|| document.title.clone())
        }
        Agree::Code => {
            let shown = code_shown(document)?;
            (!tag.eq_ignore_ascii_case(&shown)).then_some(shown)
        }
        Agree::Host => {
            let host = host(&document.url)?;
            let named = host_named(tag);
            let own = host.trim_start_matches("www.");
            let same = named.is_empty() || named == own || own.ends_with(&format!(".{named}"));
            (!same).then_some(host)
        }
        Agree::Url => {
            let plain = |url: &str| {
                let url = url.split_once("://").map_or(url, |(_, rest)| rest);
                url.trim_end_matches('/').to_ascii_lowercase()
            };
            let is_address = tag.starts_with("http") || tag.starts_with('/');
            let same = plain(&document.url).ends_with(plain(tag).trim_start_matches('/'));
            (is_address && !document.url.is_empty() && !same).then(|| document.url.clone())
        }
    }
}

/// Letters and digits only: columns and marks around a title do not matter.
fn bare(text: &str) -> String {
    let text = Text::new(text.to_owned());
    text.folded()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// A title with a word changed is the same title in a later version, not another page's.
fn shares_most(a: &str, b: &str) -> bool {
    let letters: std::collections::HashSet<char> = a.chars().collect();
    let shared = b.chars().filter(|c| letters.contains(c)).count();
    shared * 2 >= b.chars().count()
}

/// 网站标识码 as the footer shows it.
fn code_shown(document: &Document) -> Option<String> {
    let text = document.text.folded();
    let at = text.find("标识码")?;
    let rest = text[at..]
        .trim_start_matches("标识码")
        .trim_start_matches([':', ' ', '是', '为']);
    let code: String = rest
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let digits = code.strip_prefix("bm").unwrap_or(&code);
    let is_code = digits.len() >= 8 && digits.bytes().all(|b| b.is_ascii_digit());
    (is_code && code.len() == 10).then_some(code)
}

fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.split(':').next()?;
    Some(host.to_ascii_lowercase())
}

/// `http://www.yunxi-demo.gov.cn/` as a host.
fn host_named(tag: &str) -> String {
    let bare = tag.split_once("://").map_or(tag, |(_, rest)| rest);
    let host = bare.split(['/', ':']).next().unwrap_or("");
    host.trim().trim_start_matches("www.").to_ascii_lowercase()
}
