//! What the text says of the kind.

use super::title::{Title, guide, not_opinions};
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
    const BODIES: &str = "镇乡道局府处会心院县市区厅办社站所队校馆台场联旗委";
    let whose = |part: &str| {
        let name = part.trim().split("信息公开").next().unwrap_or("");
        let name = name.strip_suffix("政府").unwrap_or(name);
        name.chars().count() >= 2 && name.ends_with(|c| BODIES.contains(c))
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

/// Any of these makes what begins with the name of a guide one.
const TELLS_HOW: [&str; 4] = ["申请", "答复", "受理", "表"];

/// How many of the headings of a guide a text has.
pub(super) fn guide_elements(text: &str) -> usize {
    const GUIDE: [&str; 8] = [
        "编排体系",
        "获取方式",
        "依申请公开",
        "办公地址",
        "办公时间",
        "受理机构",
        "答复时限",
        "公开形式",
    ];
    GUIDE.iter().filter(|word| text.contains(**word)).count()
}

/// An announcement is what its text does: it asks for opinions on a draft until a day, or lays down what nobody may do from a day on.
pub(super) fn announcement(
    title: &Title,
    document: &Document,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    title.own_has(&["公告", "通告", "公示", "启事"])?;
    let main = beginning(document);
    if let Some(word) = asks_for_opinions(title, &main) {
        reasons.push(format!("正文“{word}”，并写了期限"));
        return Some(Kind::Solicitation);
    }
    let number = document.number.as_ref()?;
    let orders = ["禁止", "不得", "严禁", "违反"]
        .iter()
        .any(|word| main.contains(word));
    let in_force = ["本通告", "本公告"].iter().any(|own| {
        main.split(['。', '；', '\n'])
            .filter_map(|sentence| sentence.split_once(own))
            .any(|(_, rest)| {
                rest.contains('自') && ["施行", "实施", "执行"].iter().any(|w| rest.contains(w))
            })
    });
    if !orders || !in_force {
        return None;
    }
    reasons.push(format!("有文号{number}，正文规定了自哪天起施行"));
    Some(Kind::Policy)
}

/// How a text asks for opinions, when it says how and until when they can be given.
fn asks_for_opinions(title: &Title, main: &str) -> Option<&'static str> {
    const PAST: [&str; 9] = [
        "经", "已", "曾", "前期", "广泛", "充分", "根据", "按照", "工作",
    ];
    const WAYS: [&str; 12] = [
        "反馈", "提出", "提交", "送交", "请送", "寄", "发至", "发送", "邮箱", "书面", "来信",
        "来电",
    ];
    const UNTIL: [&str; 12] = [
        "截止",
        "截至",
        "日前",
        "日内",
        "公告期",
        "公示期",
        "公示时间",
        "公告时间",
        "征求意见期",
        "期限",
        "日止",
        "天内",
    ];
    if not_opinions(title).is_some() || !UNTIL.iter().any(|word| main.contains(word)) {
        return None;
    }
    let sentences = || main.split(['。', '；', '！', '\n']);
    let draft = title.has(&["草案", "征求意见稿", "送审稿", "讨论稿", "修改稿"]);
    if draft.is_some() {
        // 对规划草案有意见的,请……送交……
        let invites = |s: &str| s.contains("意见") && WAYS.iter().any(|way| s.contains(way));
        return sentences().any(invites).then_some("意见请送交、反馈");
    }
    // What is shown (公示) without a draft is people or results, and objections are heard to those.
    title.own_has(&["公告", "通告", "启事"])?;
    let asks = sentences().find_map(|sentence| {
        let word = ["公开征求", "征求社会", "征求公众", "征集社会", "公开征集"]
            .into_iter()
            .find(|word| sentence.contains(word))?;
        let (before, after) = sentence.split_once(word)?;
        let clause = before.rsplit(['，', ',', '、']).next().unwrap_or(before);
        let is_told = PAST.iter().any(|past| clause.contains(past))
            || ["情况", "结果", "后", "的基础"].iter().any(|end| {
                after
                    .split(['，', ','])
                    .next()
                    .is_some_and(|a| a.contains(end))
            });
        (after.contains("意见") && !is_told).then_some(word)
    })?;
    let answers = sentences().any(|s| {
        s.contains("意见")
            && ["反馈", "提出", "请将", "发至", "发送", "寄"]
                .iter()
                .any(|way| s.contains(way))
    });
    answers.then_some(asks)
}

pub(super) fn by_body(
    document: &Document,
    title: &Title,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let main = beginning(document);
    let has = |word: &str| memchr::memmem::find(main.as_bytes(), word.as_bytes()).is_some();
    let elements = guide_elements(&main);
    if title.whole.contains("指南")
        && title.own_has(&["通知", "条例", "办法"]).is_none()
        && elements >= 4
    {
        reasons.push(format!("正文有{elements}项指南要素"));
        return Some(Kind::Guide);
    }
    if begins_with_guide(document) && TELLS_HOW.iter().any(|word| has(word)) {
        reasons.push("正文开头是指南的名称".to_owned());
        return Some(Kind::Guide);
    }
    let opening: String = main.chars().take(500).collect();
    let asks = [
        "公开征求意见",
        "征求意见",
        "征集意见",
        "征求社会各界意见",
        "征求公众意见",
    ]
    .iter()
    .find(|w| opening.contains(**w));
    let answer = [
        "电子邮箱",
        "意见反馈",
        "反馈意见",
        "提出意见",
        "截止",
        "电子邮件",
        "修改意见",
    ]
    .iter()
    .any(|w| has(w));
    if let Some(word) = asks
        && answer
        && not_opinions(title).is_none()
        && title
            .has(&["公告", "草案", "公示", "通知", "稿", "启事"])
            .is_some()
        && document.number.is_none()
    {
        reasons.push(format!("正文开头“{word}”并留有提意见的方式"));
        return Some(Kind::Solicitation);
    }
    None
}
