//! What the text says of the kind.

use super::title::{Title, guide, not_opinions};
use super::words::{WORDS, any_in};
use duwang_model::{Document, Kind, Part};

/// As much of the main text as tells the kind, a line a block.
pub(super) fn beginning(document: &Document) -> String {
    let main = document.blocks.iter().filter(|b| b.part == Part::Main);
    let mut beginning = String::new();
    for block in main.take(60) {
        beginning.push_str(document.text.slice(block.span));
        beginning.push('\n');
    }
    beginning
}

/// `青石街道办事处政府信息公开指南` on a line of its own.
pub(super) fn is_name_of_guide(line: &str) -> bool {
    if !line.contains('南') {
        return false;
    }
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let line = without_brackets(&line);
    let clause = |c: char| "?？!！,，。、:：《".contains(c);
    (line.ends_with("信息公开指南") || line.ends_with("信息公开工作指南"))
        && line.chars().count() < 40
        && !line.contains(clause)
        && guide(&Title::of_text(line), &mut Vec::new()) == Some(Kind::Guide)
}

/// `收藏！青石镇政府信息公开指南`, `青石镇政府信息公开指南，请查收`: a title that is the name of somebody's guide, calls apart.
pub(super) fn is_titled_as_guide(title: &str) -> bool {
    const CALLS: [char; 11] = ['!', '！', ',', '，', ':', '：', '|', '｜', '。', '?', '？'];
    // 收好这份政府信息公开指南 names nobody.
    let bodies = WORDS.guide_text.bodies.as_str();
    let whose = |part: &str| {
        let name = part.trim().split("信息公开").next().unwrap_or("");
        let name = name.strip_suffix("政府").unwrap_or(name);
        name.chars().count() >= 2 && name.ends_with(|c| bodies.contains(c))
    };
    guide(&Title::of_text(title), &mut Vec::new()) == Some(Kind::Guide)
        && title
            .split(CALLS)
            .any(|part| is_name_of_guide(part) && whose(part))
}

/// Whether one of the first lines is the name of a guide: `《便民手册》第14页 / 花溪坝乡政府信息公开指南`, or begins with it:
/// `桑营镇政府信息公开指南 ★★★ 受理：党政办 ★★★`.
pub(super) fn begins_with_guide(document: &Document) -> bool {
    let mut head = document.main_blocks().take(3);
    head.any(|b| {
        let line = document.text.slice(b.span);
        let first = line.find(" ★").map_or(line, |at| &line[..at]);
        is_name_of_guide(first)
    })
}

/// `【标题】…指南(大字版)`, `…指南·收费篇`: what stands around the name.
fn without_brackets(line: &str) -> &str {
    let line = line.split(['·', '｜', '|']).next().unwrap_or(line);
    let line = match line.strip_prefix('【').and_then(|l| l.split_once('】')) {
        Some((_, rest)) => rest,
        None => line,
    };
    match line.rfind(['(', '（']) {
        Some(at) if at > 0 && line.ends_with([')', '）']) => &line[..at],
        _ => line,
    }
}

/// How many of the headings of a guide a text has.
pub(super) fn guide_elements(text: &str) -> usize {
    let elements = WORDS.guide_text.elements.iter();
    elements.filter(|word| text.contains(word.as_str())).count()
}

/// An announcement is what its text does: it asks for opinions on a draft until a day, or lays down what nobody may do from a day on.
pub(super) fn announcement(
    title: &Title,
    document: &Document,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let words = &WORDS.order;
    title.own_has(&words.titles)?;
    let main = beginning(document);
    if let Some(word) = asks_for_opinions(title, &main) {
        reasons.push(format!("正文“{word}”，并写了期限"));
        return Some(Kind::Solicitation);
    }
    let number = document.number.as_ref()?;
    let orders = any_in(&words.forbids, &main);
    let in_force = words.itself.iter().any(|own| {
        main.split(['。', '；', '\n'])
            .filter_map(|sentence| sentence.split_once(own.as_str()))
            .any(|(_, rest)| rest.contains('自') && any_in(&words.in_force, rest))
    });
    if !orders || !in_force {
        return None;
    }
    reasons.push(format!("有文号{number}，正文规定了自哪天起施行"));
    Some(Kind::Policy)
}

/// How a text asks for opinions, when it says how and until when they can be given.
fn asks_for_opinions(title: &Title, main: &str) -> Option<&'static str> {
    let words = &WORDS.asking;
    if not_opinions(title).is_some() || !any_in(&words.until, main) {
        return None;
    }
    let sentences = || main.split(['。', '；', '！', '\n']);
    if title.has(&words.drafts).is_some() {
        // 对规划草案有意见的,请……送交……
        let invites = |s: &str| s.contains("意见") && any_in(&words.ways, s);
        return sentences().any(invites).then_some("意见请送交、反馈");
    }
    // What is shown (公示) without a draft is people or results, and objections are heard to those.
    title.own_has(&words.titles)?;
    let asks = sentences().find_map(|sentence| {
        let mut phrases = words.phrases.iter().map(String::as_str);
        let word = phrases.find(|word| sentence.contains(word))?;
        let (before, after) = sentence.split_once(word)?;
        let clause = before.rsplit(['，', ',', '、']).next().unwrap_or(before);
        let behind = after.split(['，', ',']).next().unwrap_or(after);
        let is_told = any_in(&words.past, clause) || any_in(&words.told, behind);
        (after.contains("意见") && !is_told).then_some(word)
    })?;
    let answers = sentences().any(|s| s.contains("意见") && any_in(&words.answers, s));
    answers.then_some(asks)
}

pub(super) fn by_body(
    document: &Document,
    title: &Title,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let main = beginning(document);
    let may_be_guide =
        title.whole.contains("指南") && title.own_has(&WORDS.guide_text.others).is_none();
    let elements = match may_be_guide {
        true => guide_elements(&main),
        false => 0,
    };
    if elements >= 4 {
        reasons.push(format!("正文有{elements}项指南要素"));
        return Some(Kind::Guide);
    }
    if begins_with_guide(document) && any_in(&WORDS.guide_text.tells_how, &main) {
        reasons.push("正文开头是指南的名称".to_owned());
        return Some(Kind::Guide);
    }
    let words = &WORDS.opening;
    let opening: String = main.chars().take(500).collect();
    let asks = words.asks.iter().find(|w| opening.contains(w.as_str()));
    if let Some(word) = asks
        && any_in(&words.answers, &main)
        && not_opinions(title).is_none()
        && title.has(&words.titles).is_some()
        && document.number.is_none()
    {
        reasons.push(format!("正文开头“{word}”并留有提意见的方式"));
        return Some(Kind::Solicitation);
    }
    None
}
