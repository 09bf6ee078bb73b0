//! What a title says of the kind.

use super::body::announcement;
use super::ways::{Page, When, by_ways};
use super::words::{WORDS, any_in};
use crate::words::{Characters, holds};
use duwang_model::{Document, Kind};

/// A title as it is compared: without blanks, brackets of one form.
pub(super) struct Title {
    /// Folded, without what stands in 《》.
    pub(super) own: String,
    /// Folded, whole.
    pub(super) whole: String,
    /// The characters of the whole.
    characters: Characters,
}

impl Title {
    /// With the line below that goes on after a dash: `把哨吹在灾害前面 / ——解读《…规定》`.
    pub(super) fn of(document: &Document) -> Self {
        match subtitle(document) {
            Some(more) => Self::of_text(&format!("{}{more}", document.title)),
            None => Self::of_text(&document.title),
        }
    }

    pub(super) fn of_text(title: &str) -> Self {
        let whole: String = title
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| {
                if c == '（' {
                    '('
                } else if c == '）' {
                    ')'
                } else {
                    c
                }
            })
            .collect();
        let mut own = String::with_capacity(whole.len());
        let mut depth = 0_u32;
        for c in whole.chars() {
            match c {
                '《' => depth += 1,
                '》' => depth = depth.saturating_sub(1),
                _ if depth == 0 => own.push(c),
                _ => {}
            }
        }
        Self {
            characters: Characters::of(&whole),
            own,
            whole,
        }
    }

    pub(super) fn has(&self, words: &'static [String]) -> Option<&'static str> {
        let mut words = words.iter().map(String::as_str);
        words.find(|w| self.characters.may_hold(w) && holds(&self.whole, w))
    }

    pub(super) fn own_has(&self, words: &'static [String]) -> Option<&'static str> {
        let mut words = words.iter().map(String::as_str);
        words.find(|w| self.characters.may_hold(w) && holds(&self.own, w))
    }

    fn own_begins_with(&self, words: &'static [String]) -> Option<&'static str> {
        let mut words = words.iter().map(String::as_str);
        words.find(|w| self.own.starts_with(w))
    }

    fn own_ends_with(&self, words: &'static [String]) -> Option<&'static str> {
        let mut words = words.iter().map(String::as_str);
        words.find(|w| self.own.ends_with(w))
    }
}

fn subtitle(document: &Document) -> Option<&str> {
    const LONGEST: usize = 60;
    let end = document.title_span?.end;
    let next = document.blocks.partition_point(|b| b.span.start < end);
    let line = document.text.slice(document.blocks.get(next)?.span).trim();
    let goes_on = line.starts_with("——") && line.chars().nth(LONGEST).is_none();
    goes_on.then_some(line)
}

pub(super) fn says(reasons: &mut Vec<String>, kind: Kind, word: &str) -> Option<Kind> {
    reasons.push(format!("标题含“{word}”"));
    Some(kind)
}

pub(super) fn by_title(
    page: &Page<'_>,
    document: &Document,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let title = page.title;
    annual_report(title, reasons)
        .or_else(|| solicitation_result(title, reasons))
        .or_else(|| by_ways(page, When::First, reasons))
        .or_else(|| interpretation(title, reasons))
        .or_else(|| solicitation(title, reasons))
        .or_else(|| guide(title, reasons))
        .or_else(|| by_ways(page, When::Titled, reasons))
        .or_else(|| announcement(title, document, reasons))
        .or_else(|| policy(title, document, reasons))
}

pub(super) fn annual_report(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    let words = &WORDS.annual_report;
    let report = title.own_has(&words.names)?;
    let is_one = any_in(&words.open, &title.whole) && title.own_has(&words.about).is_none();
    is_one.then_some(())?;
    says(reasons, Kind::AnnualReport, report)
}

fn solicitation_result(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    let words = &WORDS.results;
    title.own_has(&words.asked)?;
    let told = title.own_has(&words.names)?;
    not_opinions(title).is_none().then_some(())?;
    says(reasons, Kind::SolicitationResult, told)
}

/// Collections of anything but opinions.
pub(super) fn not_opinions(title: &Title) -> Option<&'static str> {
    let words = &WORDS.solicitation;
    let thing = match title.whole.contains("意见") {
        true => None,
        false => title.has(&words.things),
    };
    thing.or_else(|| title.has(&words.purchases))
}

fn solicitation(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    if let Some(word) = not_opinions(title) {
        reasons.push(format!("标题含“{word}”，不是征求意见"));
        return None;
    }
    let words = &WORDS.solicitation;
    if let Some(word) = title.own_begins_with(&words.forwarded) {
        reasons.push(format!("标题以“{word}”开头，是别人在征求意见"));
        return None;
    }
    let word = title
        .has(&words.names)
        .or_else(|| {
            let draft = title.has(&words.drafts)?;
            title.own_has(&words.draft_forms).map(|_| draft)
        })
        .or_else(|| {
            (title.own.contains("征集") && title.own_has(&words.wishes).is_some()).then_some("征集")
        })
        .or_else(|| (title.own.contains("征求") && title.own.contains("意见")).then_some("征求"))?;
    let is_news = title.own_has(&words.news).is_some() && title.own_has(&words.forms).is_none();
    (!is_news).then_some(())?;
    says(reasons, Kind::Solicitation, word)
}

pub(super) fn guide(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    if let Some(word) = title.own_has(&WORDS.service_guide.names) {
        return says(reasons, Kind::ServiceGuide, word);
    }
    let word = title.own_has(&WORDS.guide.names)?;
    if let Some(other) = title.own_has(&WORDS.guide.others) {
        reasons.push(format!("标题含“{other}”，不是指南"));
        return None;
    }
    if let Some(verb) = title
        .own_has(&WORDS.news_verbs)
        .or_else(|| what_was_done(title, word))
    {
        reasons.push(format!("标题含“{verb}”，是动态，不是指南"));
        return None;
    }
    says(reasons, Kind::Guide, word)
}

/// `红水镇修订政府信息公开指南`, `政府信息公开指南编制工作`: what somebody did about a guide. `(2026年修订)` behind its name is the
/// guide itself, and so is `关于公布政府信息公开指南的公告`, which carries it.
fn what_was_done(title: &Title, guide: &str) -> Option<&'static str> {
    let words = &WORDS.guide;
    if title.whole.contains('《') || title.own_has(&words.carriers).is_some() {
        return None;
    }
    let (before, after) = title.own.split_once(guide)?;
    let mut whose = words.whose.iter();
    let before = whose
        .find_map(|name| before.strip_suffix(name.as_str()))
        .unwrap_or(before);
    let before = before.trim_end_matches(['了', '新', '其']);
    let mut done = words.done.iter().map(String::as_str);
    let done = done.find(|verb| {
        before
            .strip_suffix(verb)
            .is_some_and(|who| who.chars().count() >= 2 && !who.ends_with(')'))
    });
    let mut work = words.work.iter().map(String::as_str);
    done.or_else(|| work.find(|work| after.starts_with(work)))
}

pub(super) fn interpretation(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    let words = &WORDS.interpretation;
    let word = title.own_has(&words.names)?;
    let is_news = title.own_has(&words.news).is_some();
    // What is ordered about readings, or lists them, is none.
    let is_about_readings = title.own_ends_with(&words.lists).is_some();
    let calls_for_opinions = word == "起草说明" && title.has(&words.calls).is_some();
    let is_of_figures = title.has(&words.figures).is_some();
    (!is_news && !is_about_readings && !is_of_figures && !calls_for_opinions).then_some(())?;
    says(reasons, Kind::Interpretation, word)
}

fn policy(title: &Title, document: &Document, reasons: &mut Vec<String>) -> Option<Kind> {
    let words = &WORDS.policy;
    let lays_down =
        title.own_has(&words.lays_down).is_some() && title.own_has(&words.never).is_none();
    if let Some(word) = title.own_has(&words.none).filter(|_| !lays_down) {
        title.own_has(&words.notices)?;
        return says(reasons, Kind::Notice, word);
    }
    let form = title.has(&words.forms)?;
    if let Some(number) = &document.number {
        reasons.push(format!("有文号{number}"));
        return says(reasons, Kind::Policy, form);
    }
    if title.own_has(&words.news).is_some() {
        return None;
    }
    let word = title.own_has(&words.names).or_else(|| {
        let mut ends = words.ends.iter().map(String::as_str);
        ends.find(|w| title.own.ends_with(w) || title.own.ends_with(&format!("{w}(试行)")))
    })?;
    says(reasons, Kind::Policy, word)
}

pub(super) fn by_plain_title(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    if let Some(word) = title.own_has(&WORDS.plain.notice) {
        return says(reasons, Kind::Notice, word);
    }
    title
        .own_has(&WORDS.plain.news)
        .and_then(|word| says(reasons, Kind::News, word))
}
