//! Names of persons, known by their shape and by what stands around them.

use super::characters;
use crate::alphabet::{STRANGER, is_han_id, is_mark};
use crate::checker::Parts;
use crate::line::Line;

/// How much a place looks like part of a personal name: 0 not, 1 a surname stands near, 2 also a title or a mark around it.
pub(crate) fn name_likeness(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> f32 {
    let mut best = 0.0;
    for start in from.saturating_sub(2).max(1)..=from {
        for len in [2, 3] {
            if start + len >= to.max(from + 1)
                && let Some(likeness) = as_name(line, parts, start, start + len)
            {
                best = f32::max(best, likeness);
            }
        }
    }
    best
}

/// Whether signs `start..end` look like a surname and a given name.
fn as_name(line: &Line, parts: &Parts<'_>, start: usize, end: usize) -> Option<f32> {
    let ids = line.ids.get(start..end)?;
    if !ids.iter().all(|id| is_han_id(*id) || *id == STRANGER) {
        return None;
    }
    let surname = parts.character(*ids.first()?)?;
    if !SURNAMES.contains(surname) {
        return None;
    }
    if parts.character(line.id(start + 1)) == Some('某') {
        return Some(2.0);
    }
    let before = characters(line, parts, start.saturating_sub(2), start);
    let after = characters(line, parts, end, end + 2);
    // A list of persons sets blanks around them (王某某　局长).
    let before_mark = is_mark(line.id(start - 1)) || line.is_parted(start);
    let after_mark = is_mark(line.id(end)) || line.is_parted(end);
    let titled = |text: &[char], titles: &[&str]| {
        let text: String = text.iter().collect();
        titles.iter().any(|t| text.contains(t))
    };
    let framed = (before_mark || titled(&before, TITLES_BEFORE))
        && (after_mark || titled(&after, TITLES_AFTER));
    let has_title = titled(&before, TITLES_BEFORE) || titled(&after, TITLES_AFTER);
    Some(if framed || has_title { 2.0 } else { 1.0 })
}

/// A surname with a given name, framed so that it can hardly be anything else.
pub(super) fn is_person(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    name_likeness(line, parts, from, to) >= 2.0
}

/// A surname that a form of address follows: the 陈 of “资产管理股 陈女士” has nothing to do with the word before it, however well 股东 would fit.
pub(super) fn is_addressed(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    // 李工 is an engineer, 李工程 nobody.
    let ends_at = |at: usize| line.is_parted(at) || !is_han_id(line.id(at));
    (from..to.max(from + 1)).any(|at| {
        let after: String = characters(line, parts, at + 1, at + 4).iter().collect();
        parts.character(line.id(at)).is_some_and(is_surname)
            && (ADDRESSES.iter().any(|address| after.starts_with(address))
                || after.starts_with('工') && ends_at(at + 2))
    })
}

/// Whether a character is a family name of one character.
pub fn is_surname(c: char) -> bool {
    SURNAMES.contains(c)
}

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎雷龙黎史贺陶顾毛郝龚邵万覃武钱戴严莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁符阮纪梅童凌毕单季成霍苗涂谷曲盛冉骆蓝路游辛靳管柴蒙鲍华喻祁房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";
const TITLES_BEFORE: &[&str] = &[
    "主任", "书记", "局长", "市长", "县长", "区长", "镇长", "部长", "处长", "科长", "院长", "校长",
    "记者", "同志", "村民", "居民", "业主", "教授", "医生", "老师", "经理", "代表", "委员", "审判",
    "人员", "姓名", "作者", "通讯", "摄影", "导演", "常委", "秘书", "队长", "所长", "站长", "院士",
    "编辑", "法官", "律师", "原告", "被告", "主席", "总理", "社员", "董事", "监事", "理事", "会长",
    "总裁", "专家", "厅长", "省长", "州长", "乡长", "村长", "讲师", "学生", "选手", "演员", "歌手",
];
/// What follows a surname alone.
const ADDRESSES: &[&str] = &[
    "女士", "先生", "老师", "同志", "医生", "师傅", "同学", "科长", "股长", "站长", "所长", "队长",
    "主任", "经理", "局长", "书记", "镇长", "乡长", "处长", "校长", "院长", "园长", "会计", "警官",
    "律师", "某",
];
const TITLES_AFTER: &[&str] = &[
    "同志", "先生", "女士", "主任", "书记", "局长", "市长", "县长", "区长", "镇长", "部长", "处长",
    "科长", "院长", "校长", "教授", "医生", "老师", "经理", "说", "表示", "告诉", "介绍", "任",
    "等", "摄", "某", "为", "院士", "委员", "代表", "董事", "理事", "律师", "记者", "同学", "厅长",
];
