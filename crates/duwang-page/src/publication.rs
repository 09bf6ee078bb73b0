//! Dates with where they came from, the publication day, the document number and the source.

use crate::dates::{date_in_url, find_dates, is_only_date, parse_date};
use crate::fold::fold;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use duwang_model::{Block, DateSource, Dated, Document, Part, Span, Text};

/// Most dates of text and info lines that are kept.
const MAX_TEXT_DATES: usize = 300;

/// Fills `dates`, `published`, `number` and `source`.
pub(crate) fn read(document: &mut Document, listed: Option<NaiveDate>) {
    let mut dates = std::mem::take(&mut document.dates);
    from_meta(document, &mut dates);
    from_pairs(document, &mut dates);
    from_blocks(document, &mut dates);
    if let Some(day) = date_in_url(&document.url) {
        dates.push(dated(day.and_time(NaiveTime::MIN), DateSource::Url, None));
    }
    if let Some(day) = listed {
        dates.push(dated(day.and_time(NaiveTime::MIN), DateSource::List, None));
    }
    document.dates = dates;
    document.published = published(document);
    note_disagreement(document);
    document.number = number(document);
    document.source = source(document);
}

fn dated(at: NaiveDateTime, source: DateSource, span: Option<Span>) -> Dated {
    Dated { at, source, span }
}

fn from_meta(document: &Document, dates: &mut Vec<Dated>) {
    const NAMES: [&str; 7] = [
        "PubDate",
        "publishdate",
        "pubtime",
        "article:published_time",
        "og:release_date",
        "firstpublishedtime",
        "PublishTime",
    ];
    for (name, content) in &document.meta {
        if NAMES.iter().any(|n| n.eq_ignore_ascii_case(name))
            && let Some(at) = parse_date(content, None)
        {
            dates.push(dated(at, DateSource::Meta, None));
        }
    }
}

/// What a label says a date is.
fn meaning(label: &str) -> Option<DateSource> {
    const PUBLISHED: [&str; 9] = [
        "发布时间",
        "发布日期",
        "公开日期",
        "发稿时间",
        "发表时间",
        "公开时间",
        "上传时间",
        "更新时间",
        "更新日期",
    ];
    const WRITTEN: [&str; 7] = [
        "成文日期",
        "生成日期",
        "公文生成日期",
        "制发日期",
        "印发日期",
        "成文时间",
        "发文日期",
    ];
    if PUBLISHED.iter().any(|l| label.ends_with(l)) || matches!(label, "时间" | "日期") {
        return Some(DateSource::Info);
    }
    WRITTEN
        .iter()
        .any(|l| label.ends_with(l))
        .then_some(DateSource::Written)
}

fn from_pairs(document: &Document, dates: &mut Vec<Dated>) {
    for pair in &document.pairs {
        let Some(source) = meaning(&pair.label) else {
            continue;
        };
        // In running text “时间：” speaks of an event; only the head of the page speaks of publishing.
        if pair.part != Part::Info {
            continue;
        }
        if let Some((range, at)) = find_dates(document.text.slice(pair.value_span))
            .into_iter()
            .next()
        {
            let start = pair.value_span.start;
            dates.push(dated(
                at,
                source,
                Some(Span::new(start + range.start, start + range.end)),
            ));
        }
    }
}

fn from_blocks(document: &Document, dates: &mut Vec<Dated>) {
    let known: Vec<usize> = {
        let mut starts: Vec<usize> = dates
            .iter()
            .filter_map(|d| d.span.map(|s| s.start))
            .collect();
        starts.sort_unstable();
        starts
    };
    let main: Vec<&Block> = document.main_blocks().collect();
    let signature = signature(document, &main);
    let head_end = head_end(document);
    let mut kept = 0;
    for block in &document.blocks {
        if !matches!(block.part, Part::Main | Part::Info) {
            continue;
        }
        let line = document.text.slice(block.span);
        if !line.bytes().any(|b| b.is_ascii_digit()) && !line.contains('月') {
            continue;
        }
        let whole = is_only_date(line).is_some() || is_number_with_date(document, block);
        let under_title = whole && is_under_title(document, &main, block, head_end);
        for (range, at) in find_dates(line) {
            let span = Span::new(block.span.start + range.start, block.span.start + range.end);
            if known.binary_search(&span.start).is_ok() {
                continue;
            }
            if kept > MAX_TEXT_DATES && signature != Some(block.span) {
                continue;
            }
            let source = match () {
                () if signature == Some(block.span) => DateSource::Signature,
                () if under_title => DateSource::Title,
                () if block.part == Part::Info
                    && !belongs_to_title(document, block)
                    && !is_of_event(document, span) =>
                {
                    DateSource::Info
                }
                () => DateSource::Text,
            };
            let is_common = matches!(source, DateSource::Text | DateSource::Info);
            kept += usize::from(is_common);
            if !is_common || kept <= MAX_TEXT_DATES {
                dates.push(dated(at, source, Some(span)));
            }
        }
    }
}

/// `云教规〔2026〕2号　2026-03-24`: the document's number and the day beside it.
fn is_number_with_date(document: &Document, block: &Block) -> bool {
    const LONGEST: usize = 90;
    let line = document.text.slice(block.span);
    let (number, day) = match line.rfind(char::is_whitespace) {
        Some(at) if line.len() <= LONGEST => line.split_at(at),
        _ => return false,
    };
    let number = number.trim();
    number.ends_with('号')
        && is_only_date(day.trim()).is_some()
        && find_number(number).is_some_and(|found| found.len() == number.len())
}

/// `开始时间：2026-05-08` in the head of the page is a date of what is announced, not of publishing.
fn is_of_event(document: &Document, span: Span) -> bool {
    document.pairs.iter().any(|p| {
        p.value_span.contains(span)
            && (p.label.ends_with("时间") || p.label.ends_with("日期"))
            && meaning(&p.label).is_none()
    })
}

fn belongs_to_title(document: &Document, block: &Block) -> bool {
    document.title_span.is_some_and(|t| t.overlaps(block.span))
}

/// The last line of the text, attachments aside, that is nothing but a date.
fn signature(document: &Document, main: &[&Block]) -> Option<Span> {
    if main.len() < 3 {
        return None;
    }
    main.iter()
        .rev()
        .take(main.len().min(40) - 2)
        .find(|b| is_only_date(document.text.slice(b.span)).is_some() && b.span.len() < 60)
        .map(|b| b.span)
}

/// Up to where a date counts as standing right under the title: the end of the third line after it, navigation aside.
fn head_end(document: &Document) -> usize {
    let after_title = document.title_span.map_or(0, |t| t.end);
    let mut lines = document
        .blocks
        .iter()
        .filter(|b| b.span.start >= after_title && matches!(b.part, Part::Main | Part::Info));
    lines.nth(2).map_or(usize::MAX, |b| b.span.end)
}

/// `（2025年4月11日）` right under the title, or at the top of the content.
fn is_under_title(document: &Document, main: &[&Block], block: &Block, head_end: usize) -> bool {
    let line = document.text.slice(block.span);
    let bracketed = line.starts_with(['(', '（', '[', '【', '〔']);
    let after_title = document
        .title_span
        .is_some_and(|t| t.end <= block.span.start);
    let at_top = main.iter().take(3).any(|b| b.span == block.span)
        || (after_title && block.span.end <= head_end);
    at_top && (bracketed || block.part == Part::Main)
}

/// Publication day: what the visible page says of publishing, then its meta tag, then its address, then the list that links to it, then
/// the date under the title, at last the signature. 成文日期 is never taken for it.
fn published(document: &Document) -> Option<NaiveDate> {
    const ORDER: [DateSource; 7] = [
        DateSource::Script,
        DateSource::Info,
        DateSource::Meta,
        DateSource::Url,
        DateSource::List,
        DateSource::Title,
        DateSource::Signature,
    ];
    ORDER.iter().find_map(|source| best_of(document, *source))
}

fn best_of(document: &Document, source: DateSource) -> Option<NaiveDate> {
    let mut of_source = document.dates.iter().filter(|d| d.source == source);
    let first = of_source.next()?;
    if source != DateSource::Info {
        return Some(first.at.date());
    }
    let labelled = |wanted: &[&str]| {
        document.pairs.iter().find_map(|p| {
            let named = p.part == Part::Info
                && meaning(&p.label) == Some(DateSource::Info)
                && wanted.iter().any(|w| p.label.ends_with(w));
            named
                .then(|| {
                    find_dates(document.text.slice(p.value_span))
                        .first()
                        .map(|d| d.1.date())
                })
                .flatten()
        })
    };
    labelled(&["发布时间", "发布日期", "公开日期", "发稿时间", "发表时间"])
        .or_else(|| labelled(&["时间", "日期"]).filter(|_| !has_written_only(document)))
        .or(Some(first.at.date()))
}

/// Whether every labelled date of the head is a 成文日期: then it is not the publication day.
fn has_written_only(document: &Document) -> bool {
    document.dates.iter().all(|d| d.source != DateSource::Info)
}

fn note_disagreement(document: &mut Document) {
    let day = |source| {
        document
            .dates
            .iter()
            .find(|d| d.source == source)
            .map(|d| d.at.date())
    };
    if let (Some(meta), Some(shown)) = (day(DateSource::Meta), best_of(document, DateSource::Info))
        && meta != shown
    {
        document
            .notes
            .push(format!("网页标签的发布日期{meta}与页面所示{shown}不一致"));
    }
}

fn number(document: &Document) -> Option<String> {
    let labelled = document
        .pairs
        .iter()
        .filter(|p| {
            p.part != Part::Footer
                && (p.label.ends_with("文号") || p.label.ends_with("字号") || p.label == "文件编号")
        })
        .find_map(|p| find_number(&p.value));
    let head = || {
        let end = document.title_span.map_or(0, |t| t.end);
        document
            .blocks
            .iter()
            .filter(|b| matches!(b.part, Part::Main | Part::Info))
            .filter(|b| b.span.start >= end || b.part == Part::Info)
            .take(12)
            .filter(|b| b.span.len() <= 90)
            .find_map(|b| {
                let folded = fold(&document.text, b.span);
                let number = find_number(&folded)?;
                // On a line of its own it is the document's; inside a sentence it is somebody else's.
                (number.len() + 12 >= folded.trim().len()).then_some(number)
            })
    };
    labelled
        .or_else(head)
        .or_else(|| number_of_title(&document.title))
}

/// The number in brackets at the end of a title: `关于印发…方案的通知（云办发〔2026〕2号）`.
fn number_of_title(title: &str) -> Option<String> {
    let title = title.trim();
    title.ends_with([')', '）']).then_some(())?;
    let title = Text::new(title.to_owned());
    let bracketed = title.folded().strip_suffix(')')?;
    let (_, number) = bracketed.rsplit_once('(')?;
    find_number(number).filter(|found| found.len() == number.replace(' ', "").len())
}

/// The first 文号 of a folded text: `云政办〔2026〕3号`. The year may stand in any bracket.
pub(crate) fn find_number(folded: &str) -> Option<String> {
    numbers(folded).into_iter().next()
}

/// Every 文号 of a folded text.
pub(crate) fn numbers(folded: &str) -> Vec<String> {
    let mut found = Vec::new();
    if memchr::memmem::find(folded.as_bytes(), "号".as_bytes()).is_none() {
        return found; // most lines
    }
    let mut from = 0;
    while let Some(at) = folded[from..].find(['〔', '[', '(', '【', '﹝']) {
        let open = from + at;
        from = open + folded[open..].chars().next().map_or(1, char::len_utf8);
        if let Some(end) = number_end(folded, from) {
            let start = issuer_start(&folded[..open]);
            if folded[start..open].chars().count() >= 2 {
                found.push(folded[start..end].replace(' ', ""));
            }
            from = end;
        }
    }
    found
}

/// After the opening bracket: four digits, a closing bracket, 第? digits 号.
fn number_end(text: &str, from: usize) -> Option<usize> {
    let year = text.get(from..from + 4)?;
    if !year.bytes().all(|b| b.is_ascii_digit())
        || !(year.starts_with("19") || year.starts_with("20"))
    {
        return None;
    }
    let rest = text.get(from + 4..)?.trim_start();
    let rest = rest.strip_prefix(['〕', ']', ')', '】', '﹞'])?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('第').unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest.get(digits..)?.trim_start().strip_prefix('号')?;
    (digits > 0 && digits <= 5).then(|| text.len() - after.len())
}

fn issuer_start(before: &str) -> usize {
    let mut start = before.len();
    for (count, (at, c)) in before.char_indices().rev().enumerate() {
        let belongs = matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_ascii_alphabetic();
        if !belongs || count >= 14 {
            break;
        }
        start = at;
    }
    after_reference_word(before, start)
}

/// `根据云政办` → `云政办`: the words that lead to a number in a sentence are no part of it.
fn after_reference_word(before: &str, start: usize) -> usize {
    const WORDS: [&str; 24] = [
        "决定书",
        "告知书",
        "通知书",
        "裁定书",
        "判决书",
        "意见书",
        "根据",
        "依据",
        "按照",
        "参照",
        "贯彻",
        "落实",
        "印发",
        "转发",
        "以及",
        "废止",
        "文件",
        "的",
        "和",
        "与",
        "及",
        "见",
        "将",
        "对",
    ];
    let issuer = &before[start..];
    let cut = WORDS
        .iter()
        .filter_map(|w| issuer.rfind(w).map(|at| at + w.len()))
        .max()
        .unwrap_or(0);
    if issuer[cut..].chars().count() >= 2 {
        start + cut
    } else {
        start
    }
}

fn source(document: &Document) -> Option<String> {
    let of_label = |names: &[&str]| {
        document.pairs.iter().find_map(|p| {
            let named = matches!(p.part, Part::Info | Part::Main)
                && names.iter().any(|n| p.label == *n)
                && !p.value.is_empty()
                && p.value.chars().count() <= 60;
            named
                .then(|| until_blank(&p.value))
                .filter(|v| !v.is_empty())
        })
    };
    let of_meta = || {
        document
            .meta
            .iter()
            .find(|(n, v)| n.eq_ignore_ascii_case("ContentSource") && !v.is_empty())
            .map(|(_, v)| v.clone())
    };
    let account = || {
        document
            .wechat
            .as_ref()
            .map(|w| w.account.clone())
            .filter(|a| !a.is_empty())
    };
    of_label(&[
        "来源",
        "信息来源",
        "文章来源",
        "稿件来源",
        "新闻来源",
        "发布来源",
    ])
    .or_else(of_meta)
    .or_else(|| {
        of_label(&[
            "发布机构",
            "发文机关",
            "发布单位",
            "发文单位",
            "公开主体",
            "发布部门",
            "信息提供",
            "供稿单位",
        ])
    })
    .or_else(account)
}

/// The info line goes on after the source: `云溪日报 浏览次数`.
fn until_blank(value: &str) -> String {
    let end = value
        .find(['[', '【', '|', '字', '浏', '打', '下', '分'])
        .filter(|at| {
            value[*at..].starts_with(['[', '【', '|'])
                || ["字号", "字体", "浏览", "打印", "下载", "分享"]
                    .iter()
                    .any(|w| value[*at..].starts_with(w))
        });
    let value = &value[..end.unwrap_or(value.len())];
    let dated = find_dates(value).first().map_or(value.len(), |d| d.0.start);
    value[..dated]
        .trim()
        .trim_end_matches("发布时间:")
        .trim_end_matches("时间:")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_numbers_in_any_bracket() {
        for (text, want) in [
            ("云政办〔2026〕3号", "云政办〔2026〕3号"),
            ("云政办[2026]3号", "云政办[2026]3号"),
            ("现印发云政办(2026)第12号文", "云政办(2026)第12号"),
            ("国令第711号", ""),
            ("〔2026〕3号", ""),
        ] {
            assert_eq!(find_number(text).unwrap_or_default(), want);
        }
    }
}
