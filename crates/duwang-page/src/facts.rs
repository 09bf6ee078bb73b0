//! What channel-level rules and the memory of pages need to know of a document.

use crate::dates::find_dates;
use crate::fold::fold;
use crate::publication::numbers;
use crate::{contacts, sentences};
use chrono::{Datelike, Days, NaiveDate};
use duwang_model::{
    Document, Kind, Link, LinkRole, PageFacts, Part, Tags, TieFields, WechatArticle,
};
use sha2::{Digest, Sha256};

const MAX_LINKS: usize = 1_000;
const MAX_CITES: usize = 20;

/// Summary of a document for rules that look at a whole channel.
pub fn facts(document: &Document) -> PageFacts {
    PageFacts {
        url: document.url.clone(),
        kind: document.kind,
        title: document.title.clone(),
        published: document.published,
        chars: document.main_chars(),
        images: document
            .images
            .iter()
            .filter(|i| i.part == Part::Main)
            .count(),
        media: document.media,
        column: document
            .meta
            .iter()
            .find(|(n, v)| n.eq_ignore_ascii_case("ColumnName") && !v.is_empty())
            .map(|(_, v)| v.as_str().into()),
        first_seen: None,
        tags: Tags::of(filled_tags(document)),
        ties: ties(document).into(),
    }
}

fn ties(document: &Document) -> TieFields {
    TieFields {
        number: document.number.clone(),
        links: content_links(document)
            .take(MAX_LINKS)
            .map(str::to_owned)
            .collect(),
        cites: cites(document),
        deadline: (document.kind == Kind::Solicitation)
            .then(|| deadline(document))
            .flatten(),
        article: document.wechat.as_ref().and_then(identity),
        contacts: contacts::read(document),
        sentences: sentences::read(document),
    }
}

fn filled_tags(document: &Document) -> impl Iterator<Item = &str> {
    let meta = document.meta.iter();
    meta.filter(|(_, content)| !content.trim().is_empty())
        .map(|(name, _)| name.as_str())
}

/// `sn` is no part of it: it only guards the address against guessing.
fn identity(article: &WechatArticle) -> Option<String> {
    let parts = [&article.biz, &article.mid, &article.idx];
    let is_whole = parts.iter().all(|part| !part.is_empty());
    is_whole.then(|| parts.map(String::as_str).join("/"))
}

/// SHA-256 (hex) of the folded content, its title and its links: the same for every page view, another one when the content changes.
/// Counters, buttons and everything outside the content do not count.
pub fn content_hash(document: &Document) -> String {
    let mut hash = Sha256::new();
    hash.update(document.title.split_whitespace().collect::<String>());
    for block in document.main_blocks() {
        let line = fold(&document.text, block.span);
        if !is_counter(&line) {
            hash.update("\n");
            hash.update(line.trim());
        }
    }
    for url in content_links(document) {
        hash.update("\n");
        hash.update(without_session(url));
    }
    for image in document.images.iter().filter(|i| i.part == Part::Main) {
        hash.update("\n");
        hash.update(&image.url);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn content_links(document: &Document) -> impl Iterator<Item = &str> {
    document
        .links
        .iter()
        .filter(|l| match l.role {
            LinkRole::Content | LinkRole::Item | LinkRole::Attachment => true,
            LinkRole::Nav => has_partner(document.kind) && leads_to_partner(document, l),
            _ => false,
        })
        .map(|l| l.url.as_str())
        .filter(|u| u.starts_with("http://") || u.starts_with("https://"))
}

/// Whether documents of a kind belong to another that they should link to.
fn has_partner(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Policy | Kind::Interpretation | Kind::Solicitation | Kind::SolicitationResult
    )
}

/// `相关解读：<a>`, `政策原文`: beside the content pages link to the document that belongs to theirs.
fn leads_to_partner(document: &Document, link: &Link) -> bool {
    const WORDS: [&str; 6] = ["解读", "图解", "一图", "原文", "相关政策", "相关文件"];
    const LONGEST: usize = 200; // bytes of a line that says what its link is
    let at = link.span.start;
    let block = document.blocks.partition_point(|b| b.span.end <= at);
    let block = document.blocks.get(block).filter(|b| b.span.start <= at);
    let line = block.map_or("", |b| document.text.slice(b.span));
    let line = if line.len() <= LONGEST { line } else { "" };
    WORDS
        .iter()
        .any(|w| link.text.contains(w) || line.contains(w))
}

fn is_counter(line: &str) -> bool {
    line.chars().count() <= 40
        && [
            "浏览次数",
            "浏览量",
            "阅读次数",
            "点击数",
            "访问量",
            "点击率",
            "阅读量",
        ]
        .iter()
        .any(|w| line.contains(w))
}

fn without_session(url: &str) -> &str {
    url.find(";jsessionid").map_or(url, |at| &url[..at])
}

/// Titles in 《》 and document numbers of the content, each once.
fn cites(document: &Document) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |cite: String| {
        if found.len() < MAX_CITES && !found.contains(&cite) {
            found.push(cite);
        }
    };
    let title = document
        .title
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>();
    titles_in(&title).for_each(|t| add(t.to_owned()));
    for block in document
        .blocks
        .iter()
        .filter(|b| matches!(b.part, Part::Main))
    {
        let line = fold(&document.text, block.span);
        titles_in(&line).for_each(|t| add(t.to_owned()));
        numbers(&line).into_iter().for_each(&mut add);
    }
    found
}

/// What stands between outer 《 and 》.
fn titles_in(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        loop {
            let open = rest.find('《')? + '《'.len_utf8();
            let mut depth = 1;
            let mut close = None;
            for (at, c) in rest[open..].char_indices().take(200) {
                match c {
                    '《' => depth += 1,
                    '》' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    close = Some(open + at);
                    break;
                }
            }
            let Some(close) = close else {
                rest = &rest[open..];
                continue;
            };
            let title = &rest[open..close];
            rest = &rest[close..];
            if title.chars().count() >= 4 {
                return Some(title);
            }
        }
    })
}

/// The last day on which opinions may be sent: `请于2026年10月18日前…`, `截止时间：10月18日`, `自公告之日起30日内`.
fn deadline(document: &Document) -> Option<NaiveDate> {
    let lines = document
        .blocks
        .iter()
        .filter(|b| matches!(b.part, Part::Main | Part::Info));
    let lines: Vec<String> = lines
        .map(|b| fold(&document.text, b.span).into_owned())
        .collect();
    lines
        .iter()
        .find_map(|l| after_words(l, document.published))
        .or_else(|| {
            lines
                .iter()
                .find_map(|l| within_days(l, document.published))
        })
}

fn after_words(line: &str, published: Option<NaiveDate>) -> Option<NaiveDate> {
    const ABOUT: [&str; 14] = [
        "意见",
        "建议",
        "反馈",
        "征集",
        "征求",
        "截止",
        "截至",
        "公示期",
        "期限",
        "时限",
        "起止",
        "公开时间",
        "公告期",
        "公示时间",
    ];
    if !ABOUT.iter().any(|w| line.contains(w)) {
        return None;
    }
    let days = days_in(line, published);
    let (last_end, last) = *days.last()?;
    let ends = |(end, _): &(usize, NaiveDate)| {
        let after = line[*end..].trim_start_matches(|c: char| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    ':' | '时' | '点' | '分' | ' ' | '(' | ')' | '日' | '下' | '午'
                )
        });
        after.starts_with('前')
            || after.starts_with("之前")
            || after.starts_with("以前")
            || after.starts_with("止")
            || after.starts_with("为止")
            || after.starts_with("截止")
    };
    if let Some((_, day)) = days.iter().find(|d| ends(d)) {
        return Some(*day);
    }
    let before_last = &line[..last_end];
    let is_range = days.len() >= 2
        && ["至", "到", "—", "-", "~", "–"]
            .iter()
            .any(|w| before_last.contains(w));
    let named = ["截止", "截至", "止于"]
        .iter()
        .any(|w| before_last.contains(w));
    (is_range || named).then_some(last)
}

/// Days of a line with the offset after each; a day without a year takes the one before it or that of publication.
fn days_in(line: &str, published: Option<NaiveDate>) -> Vec<(usize, NaiveDate)> {
    let mut days: Vec<(usize, NaiveDate)> = find_dates(line)
        .into_iter()
        .map(|(range, at)| (range.end, at.date()))
        .collect();
    for (month_at, _) in line.match_indices('月') {
        let before = &line[..month_at];
        let start = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let after = &line[month_at + '月'.len_utf8()..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let end = month_at + '月'.len_utf8() + digits + '日'.len_utf8();
        let has_year = before[..start].ends_with('年');
        if has_year || start == month_at || digits == 0 || !after[digits..].starts_with('日') {
            continue;
        }
        let known = days
            .iter()
            .filter(|d| d.0 < month_at)
            .map(|d| d.1)
            .next_back()
            .or(published);
        let (Ok(month), Ok(day), Some(known)) = (
            line[start..month_at].parse::<u32>(),
            after[..digits].parse::<u32>(),
            known,
        ) else {
            continue;
        };
        let this_year = NaiveDate::from_ymd_opt(known.year(), month, day);
        let date = this_year
            .filter(|d| *d >= known)
            .or_else(|| {
                NaiveDate::from_ymd_opt(known.year() + 1, month, day)
                    .filter(|d| (*d - known).num_days() < 200)
            })
            .or(this_year);
        days.extend(date.map(|d| (end, d)));
    }
    days.sort_by_key(|d| d.0);
    days
}

/// `自公告之日起30日内`: counted from publication. Working days are not counted here: a calendar is needed.
fn within_days(line: &str, published: Option<NaiveDate>) -> Option<NaiveDate> {
    let at = line.find("之日起").or_else(|| line.find("发布起"))?;
    let rest = line[at..]
        .trim_start_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '，' | '。' | ','));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let unit = &rest[digits..];
    let counted = unit.starts_with('日')
        || unit.starts_with('天')
        || unit.starts_with("个自然日")
        || unit.starts_with("个日历日");
    counted.then_some(())?;
    published?.checked_add_days(Days::new(rest[..digits].parse::<u64>().ok()?.min(3_650)))
}
