//! What a title says of the kind.

use super::body::announcement;
use super::ways::{When, by_ways};
use crate::words::holds;
use duwang_model::{Document, Kind};

/// A title as it is compared: without blanks, brackets of one form.
pub(super) struct Title {
    /// Folded, without what stands in 《》.
    pub(super) own: String,
    /// Folded, whole.
    pub(super) whole: String,
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
        Self { own, whole }
    }

    pub(super) fn has(&self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().find(|w| holds(&self.whole, w)).copied()
    }

    pub(super) fn own_has(&self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().find(|w| holds(&self.own, w)).copied()
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
    title: &Title,
    document: &Document,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    annual_report(title, reasons)
        .or_else(|| solicitation_result(title, reasons))
        .or_else(|| by_ways(document, title, When::First, reasons))
        .or_else(|| interpretation(title, reasons))
        .or_else(|| solicitation(title, reasons))
        .or_else(|| guide(title, reasons))
        .or_else(|| by_ways(document, title, When::Titled, reasons))
        .or_else(|| announcement(title, document, reasons))
        .or_else(|| policy(title, document, reasons))
}

fn annual_report(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    let open = title.whole.contains("信息公开") || title.whole.contains("政务公开");
    let report = title.own_has(&["年度报告", "年报", "工作报告"])?;
    let is_about = title
        .own_has(&[
            "通知",
            "解读",
            "汇总",
            "目录",
            "填报",
            "编制",
            "审计工作",
            "审计报告",
            "审计结果",
        ])
        .is_some();
    (open && !is_about).then_some(())?;
    says(reasons, Kind::AnnualReport, report)
}

fn solicitation_result(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    title.own_has(&["征求", "征集", "意见", "听证", "调查"])?;
    let told = title.own_has(&[
        "结果反馈",
        "征集结果",
        "采纳情况",
        "反馈情况",
        "征求意见情况",
        "意见征集情况",
        "征集情况",
        "听证会情况",
        "听证情况",
        "调查结果",
        "采纳反馈",
        "反馈结果",
        "意见反馈",
        "情况反馈",
        "反馈公告",
        "采纳结果",
        "征求意见结果",
        "征求意见的反馈",
        "意见处理情况",
        "意见采纳",
        "结果公布",
        "结果公示",
        "结果公告",
    ])?;
    not_opinions(title).is_none().then_some(())?;
    says(reasons, Kind::SolicitationResult, told)
}

/// Collections of anything but opinions.
pub(super) fn not_opinions(title: &Title) -> Option<&'static str> {
    title
        .whole
        .contains("意见")
        .then_some(())
        .map_or_else(
            || {
                title.has(&[
                    "节目",
                    "吉祥物",
                    "标语",
                    "作品",
                    "供应商",
                    "项目库",
                    "征稿",
                    "征文",
                    "口号",
                    "线索",
                    "志愿者",
                    "LOGO",
                    "logo",
                    "会徽",
                    "摄影",
                    "选手",
                    "征兵",
                    "藏品",
                    "史料",
                    "设计方案",
                ])
            },
            |()| None,
        )
        .or_else(|| title.has(&["招标", "采购", "中标", "征兵", "竞争性磋商", "询价"]))
}

fn solicitation(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    if let Some(word) = not_opinions(title) {
        reasons.push(format!("标题含“{word}”，不是征求意见"));
        return None;
    }
    let word = title
        .has(&[
            "征求意见",
            "公开征求",
            "意见征集",
            "征集意见",
            "民意征集",
            "征求社会意见",
            "征求公众意见",
            "征集公众意见",
            "意见建议征集",
            "意见征求",
            "预公开",
            "听证公告",
            "听证会公告",
            "问卷调查",
            "网上调查",
            "民意调查",
        ])
        .or_else(|| {
            let draft = title.has(&["(草案)", "(征求意见稿)", "(送审稿)", "(草稿)"])?;
            title
                .own_has(&["公告", "公示", "征", "意见", "启事"])
                .map(|_| draft)
        })
        .or_else(|| {
            (title.own.contains("征集") && title.own_has(&["意见", "建议"]).is_some())
                .then_some("征集")
        })
        .or_else(|| (title.own.contains("征求") && title.own.contains("意见")).then_some("征求"))?;
    let is_news = title
        .own_has(&["召开", "座谈会", "举行听证", "举行", "开展"])
        .is_some()
        && title.own_has(&["公告", "通知", "公示"]).is_none();
    (!is_news).then_some(())?;
    says(reasons, Kind::Solicitation, word)
}

pub(super) fn guide(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    if let Some(word) = title.own_has(&[
        "办事指南",
        "服务指南",
        "办理指南",
        "申报指南",
        "申请指南",
        "申领指南",
        "办理须知",
        "核发指南",
        "审批指南",
        "登记指南",
        "办事须知",
    ]) {
        return says(reasons, Kind::ServiceGuide, word);
    }
    let word = title.own_has(&[
        "政府信息公开指南",
        "信息公开指南",
        "信息公开工作指南",
        "公开指南",
        "依申请公开指南",
    ])?;
    if let Some(other) = title.own_has(&["通知", "条例", "办法", "解读", "印发", "目录"])
    {
        reasons.push(format!("标题含“{other}”，不是指南"));
        return None;
    }
    if let Some(verb) = title
        .own_has(&NEWS_VERBS)
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
    const DONE: [&str; 10] = [
        "修订", "更新", "完善", "修改", "重编", "规范", "编制", "公布", "发布", "编印",
    ];
    const WORK: [&str; 7] = ["编制", "修订", "更新", "自查", "检查", "培训", "工作"];
    if title.whole.contains('《') || title.own_has(&["关于", "公告", "通告"]).is_some() {
        return None;
    }
    let (before, after) = title.own.split_once(guide)?;
    let whole_name = ["政府", "本机关", "本级", "单位"];
    let before = whole_name
        .iter()
        .find_map(|name| before.strip_suffix(name))
        .unwrap_or(before);
    let before = before.trim_end_matches(['了', '新', '其']);
    let done = DONE.iter().find(|verb| {
        before
            .strip_suffix(**verb)
            .is_some_and(|who| who.chars().count() >= 2 && !who.ends_with(')'))
    });
    done.or_else(|| WORK.iter().find(|work| after.starts_with(**work)))
        .copied()
}

/// Verbs of what was done about a thing: the page tells of it and is not the thing itself.
const NEWS_VERBS: [&str; 12] = [
    "召开", "举办", "举行", "开展", "组织", "参加", "培训", "座谈", "检查", "调研", "部署", "完成",
];

pub(super) fn interpretation(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    let word = title.own_has(&[
        "政策解读",
        "文字解读",
        "图解",
        "一图读懂",
        "一文读懂",
        "一文看懂",
        "一图看懂",
        "一张图读懂",
        "图文解读",
        "视频解读",
        "专家解读",
        "动漫解读",
        "起草说明",
        "答记者问",
        "政策问答",
        "百问百答",
        "解读",
    ])?;
    let is_news = title
        .own_has(&[
            "召开",
            "举办",
            "举行",
            "开展",
            "活动",
            "培训",
            "宣讲",
            "宣传周",
            "走进",
            "解读会",
            "送政策",
        ])
        .is_some();
    // What is ordered about readings, or lists them, is none.
    let is_about_readings = ["通知", "制度", "清单", "目录", "名单"]
        .iter()
        .any(|end| title.own.ends_with(end));
    let calls_for_opinions = word == "起草说明" && title.has(&["征求意见", "草案"]).is_some();
    (!is_news && !is_about_readings && !calls_for_opinions).then_some(())?;
    says(reasons, Kind::Interpretation, word)
}

/// What is published in the form of a policy document but lays down no policy.
pub(super) const NO_POLICY: [&str; 36] = [
    "任免",
    "任职",
    "免职",
    "公示",
    "公告",
    "通告",
    "招聘",
    "招录",
    "采购",
    "中标",
    "成交",
    "表彰",
    "表扬",
    "会议的通知",
    "放假",
    "值班",
    "领导小组",
    "通报",
    "名单",
    "培训",
    "征稿",
    "征集",
    "评选",
    "任前",
    "录用",
    "拍卖",
    "挂牌",
    "出让",
    "批前",
    "建议的答复",
    "建议的复函",
    "建议办理",
    "提案",
    "停水",
    "停电",
    "缴费",
];
/// Of these, what no wording around them makes a policy.
const NEVER_POLICY: [&str; 14] = [
    "任免", "任职", "免职", "公示", "公告", "通告", "招聘", "招录", "中标", "成交", "表彰", "表扬",
    "任前", "录用",
];

fn policy(title: &Title, document: &Document, reasons: &mut Vec<String>) -> Option<Kind> {
    let lays_down = title
        .own_has(&["印发", "转发", "办法", "细则", "规定", "意见"])
        .is_some()
        && title.own_has(&NEVER_POLICY).is_none();
    if let Some(word) = title.own_has(&NO_POLICY).filter(|_| !lays_down) {
        let form = title.own_has(&[
            "通知", "公示", "公告", "通告", "决定", "通报", "名单", "任免",
        ]);
        if form.is_some() {
            return says(reasons, Kind::Notice, word);
        }
        return None;
    }
    let form = title.has(&[
        "通知", "意见", "办法", "规定", "细则", "方案", "规划", "决定", "批复", "预案", "规则",
        "措施", "制度", "条例", "计划", "函",
    ])?;
    if let Some(number) = &document.number {
        reasons.push(format!("有文号{number}"));
        return says(reasons, Kind::Policy, form);
    }
    if title
        .own_has(&[
            "召开", "举办", "举行", "开展", "解读", "学习", "宣传", "座谈",
        ])
        .is_some()
    {
        return None;
    }
    let word = title
        .own_has(&[
            "印发",
            "转发",
            "实施意见",
            "实施办法",
            "管理办法",
            "暂行办法",
            "实施细则",
            "管理规定",
            "若干意见",
            "若干措施",
            "若干规定",
            "实施方案",
            "应急预案",
        ])
        .or_else(|| {
            ["办法", "规定", "细则", "条例"]
                .into_iter()
                .find(|w| title.own.ends_with(w) || title.own.ends_with(&format!("{w}(试行)")))
        })?;
    says(reasons, Kind::Policy, word)
}

pub(super) fn by_plain_title(title: &Title, reasons: &mut Vec<String>) -> Option<Kind> {
    const NOTICE: [&str; 23] = [
        "公报",
        "公告",
        "公示",
        "通告",
        "通知",
        "启事",
        "招聘",
        "招录",
        "任免",
        "中标",
        "成交",
        "采购",
        "招标",
        "拍卖",
        "挂牌",
        "公开选",
        "名单",
        "通报",
        "征集",
        "预告",
        "提示",
        "声明",
        "倡议书",
    ];
    const NEWS: [&str; 28] = [
        "召开",
        "举行",
        "举办",
        "开展",
        "调研",
        "走访",
        "慰问",
        "部署",
        "推进",
        "启动",
        "揭牌",
        "开幕",
        "闭幕",
        "亮相",
        "签约",
        "助力",
        "打造",
        "入选",
        "荣获",
        "落地",
        "考察",
        "座谈",
        "培训",
        "学习",
        "组织",
        "完成",
        "发布会",
        "落户",
    ];
    if let Some(word) = title.own_has(&NOTICE) {
        return says(reasons, Kind::Notice, word);
    }
    title
        .own_has(&NEWS)
        .and_then(|word| says(reasons, Kind::News, word))
}
