//! Where it is better to say nothing, and why.

use crate::alphabet::{DIGITS, NUMERAL, STRANGER, is_han_id, is_mark};
use crate::checker::Parts;
use crate::edits::{Edit, Slip};
use crate::line::Line;
use crate::phrases;
use crate::restraint;

/// Why a suspect is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The probability is below the threshold for a question.
    Unsure,
    /// The line as a whole fits the model badly.
    Foreign,
    /// A personal name.
    Person,
    /// A name the caller gave, or one that recurs.
    Name,
    /// A catchword in quotation marks.
    Coined,
    /// A character with nothing written beside it.
    Alone,
    /// A quotation of old Chinese.
    Classical,
    /// A foreign name in Chinese characters.
    Transliteration,
    /// A chemical or medical term.
    Term,
    /// Written in other Chinese characters than the mainland's.
    Traditional,
    /// Dialect or chat.
    Dialect,
    /// An old law's spelling.
    OldSpelling,
    /// The city's own clean pages write it so.
    Learned,
    /// Another accepted way of writing the same.
    Variant,
}

impl Silence {
    /// For people.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Unsure => "把握不够",
            Self::Foreign => "整段文字与公文差得远，模型不熟",
            Self::Person => "像人名",
            Self::Name => "是已知的名称",
            Self::Coined => "是引号里的简短说法",
            Self::Alone => "单独一字，没有上下文",
            Self::Classical => "像文言引文",
            Self::Transliteration => "像外国译名",
            Self::Term => "像化学、医药名词",
            Self::Traditional => "夹有繁体字",
            Self::Dialect => "像方言或者口语",
            Self::OldSpelling => "旧时法规的写法",
            Self::Learned => "本市已发布的页面也这样写",
            Self::Variant => "是通行的另一种写法",
        }
    }
}

/// Bits a sign may cost on the average of a line that the model can judge.
pub(crate) const FOREIGN: f32 = 8.5;
/// Bits a sign costs at most in a line of which the model knows what it is about: there a slip beside a word for a kind of place (第二十四跳 保税港
/// 区) is more than a name.
const PLAIN: f32 = 5.5;
/// So sure, and with a run of signs that official text knows, it is no name that happens to look like a slip (申情表).
const BEYOND_NAMES: f32 = 0.97;

/// Why a place should be left alone, whatever the second stage says.
pub(crate) fn at(line: &Line, parts: &Parts<'_>, edit: &Edit, probability: f32) -> Option<Silence> {
    let (from, to) = (edit.from, edit.to);
    let text = |reach: usize| characters(line, parts, from.saturating_sub(reach), to + reach);
    let near = text(3);
    let is_in_place = matches!(edit.slip, Slip::Character | Slip::Word);
    let is_set_phrase = is_in_place && probability >= BEYOND_NAMES && restraint::is_phrase(edit);
    if is_person(line, parts, from, to) && !is_set_phrase || is_addressed(line, parts, from, to) {
        return Some(Silence::Person);
    }
    if is_company(line, parts, to)
        || is_trade_name(line, parts, from, to) && !is_set_phrase
        || is_place(line, parts, from, to) && !(is_set_phrase && line.strangeness() <= PLAIN)
        || is_road(line, parts, to)
        || is_body(line, parts, from, to) && !is_set_phrase
        || is_seat(line, parts, from, to)
        || is_document_number(line, parts, to)
    {
        return Some(Silence::Name);
    }
    if phrases::is_accepted(line, parts, from, to) {
        return Some(Silence::Variant);
    }
    if is_coined(line, from, to) {
        return Some(Silence::Coined);
    }
    if is_alone(line, from, to) {
        return Some(Silence::Alone);
    }
    if are_provinces(line, parts, from, to) {
        return Some(Silence::Name);
    }
    if runs(&near, TRANSLITERATION) >= 3 && runs(&text(5), TRANSLITERATION) >= 4 {
        return Some(Silence::Transliteration);
    }
    if near.iter().filter(|c| TERM.contains(**c)).count() >= 3 {
        return Some(Silence::Term);
    }
    let wide = text(12);
    if wide.iter().filter(|c| CLASSICAL.contains(**c)).count() >= 2 {
        return Some(Silence::Classical);
    }
    if wide.iter().filter(|c| DIALECT.contains(**c)).count() >= 2 {
        return Some(Silence::Dialect);
    }
    if wide
        .iter()
        .filter(|c| **c == '\u{fffd}' || TRADITIONAL.contains(**c))
        .count()
        >= 2
    {
        return Some(Silence::Traditional);
    }
    let is_undoubted = (is_in_place || edit.slip == Slip::Swapped) && probability >= BEYOND_NAMES;
    if line.strangeness() > FOREIGN && !is_undoubted {
        return Some(Silence::Foreign);
    }
    None
}

/// The characters of signs `from..to`, strangers as `\u{fffd}`, what is no single character as a blank.
fn characters(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> Vec<char> {
    let ids = line.ids.get(from..to.min(line.ids.len()));
    let character = |id: &u16| match *id {
        STRANGER => '\u{fffd}',
        id => parts.character(id).unwrap_or(' '),
    };
    ids.unwrap_or_default().iter().map(character).collect()
}

/// The longest run of characters of a set.
fn runs(text: &[char], set: &str) -> usize {
    let (mut best, mut run) = (0, 0);
    for c in text {
        run = if set.contains(*c) { run + 1 } else { 0 };
        best = best.max(run);
    }
    best
}

/// Whether a place stands between quotation marks of its line.
pub(crate) fn is_quoted(line: &Line, at: usize) -> bool {
    let open = |id: u16| id == crate::alphabet::FIRST + 11;
    let close = |id: u16| id == crate::alphabet::FIRST + 12;
    let before = line.ids[..at].iter().rev().take(60);
    let after = line.ids[at..].iter().take(60);
    let opened = before.take_while(|id| !close(**id)).any(|id| open(*id));
    opened && after.take_while(|id| !open(**id)).any(|id| close(*id))
}

/// Between quotation marks that hold no more than a catchword ("两链一环", "零跑动"): these are coined, and no model knows them.
fn is_coined(line: &Line, from: usize, to: usize) -> bool {
    let (open, close) = (crate::alphabet::FIRST + 11, crate::alphabet::FIRST + 12);
    let before = line.ids[..from].iter().rev().take(CATCHWORD);
    let after = line.ids.get(to..).unwrap_or_default().iter();
    let to_open = before
        .take_while(|id| **id != close)
        .position(|id| *id == open);
    let to_close = after
        .take(CATCHWORD)
        .take_while(|id| **id != open)
        .position(|id| *id == close);
    to_open
        .zip(to_close)
        .is_some_and(|(left, right)| left + right + (to - from) <= CATCHWORD)
}

/// Blanks before it, and blanks or punctuation behind: a cell of a table, or a name set wide (沈　岩).
fn is_alone(line: &Line, from: usize, to: usize) -> bool {
    if to != from + 1 {
        return false;
    }
    let gap = |left: usize| match (line.tokens.get(left), line.tokens.get(left + 1)) {
        (Some(left), Some(right)) => left.end < right.start,
        _ => true,
    };
    let ends = |at: usize| is_mark(line.id(at));
    (gap(from - 1) && (gap(from) || ends(to))) || (ends(from - 1) && gap(from))
}

/// Short names of provinces side by side (川渝, 滇黔): which of them stand together is no matter of language.
fn are_provinces(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let is_province = |at: usize| {
        parts
            .character(line.id(at))
            .is_some_and(|c| PROVINCES.contains(c))
    };
    to == from + 1 && is_province(from) && (is_province(from - 1) || is_province(to))
}

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

/// Inside the name of a place: two or three characters that begin where a name may begin, and a word for a kind of place.
fn is_place(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let begins = |at: usize| {
        let before = line.id(at.saturating_sub(1));
        is_mark(before)
            || !is_han_id(before)
            || parts
                .character(before)
                .is_some_and(|c| PLACE_BEFORE.contains(c))
    };
    let kind_at = |at: usize| {
        parts
            .character(line.id(at))
            .is_some_and(|c| PLACE.contains(c))
    };
    (from.saturating_sub(2).max(1)..=from)
        .any(|start| (start + 2..=start + 3).any(|end| end >= to && begins(start) && kind_at(end)))
}

/// In the name of a road, which a number follows (乐颐路16号).
fn is_road(line: &Line, parts: &Parts<'_>, to: usize) -> bool {
    let is_named = |at: usize| {
        let kind = parts.character(line.id(at));
        kind.is_some_and(|c| ROADS.contains(c)) && matches!(line.id(at + 1), DIGITS | NUMERAL)
    };
    (to..to + 2).any(is_named)
}

/// In the short name of a body, at the beginning of a clause or behind a larger one: 北告派出所, 绿州财政分局, 区经贸投促局、.
fn is_body(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    const LONGEST: usize = 4; // signs before the word for a body, or with a short one of these
    let begins = |at: usize| {
        let before = line.id(at - 1);
        let seat = parts.character(before);
        let leads = |c: char| SEATS.contains(c) || PLACE_BEFORE.contains(c);
        is_mark(before) || !is_han_id(before) || seat.is_some_and(leads)
    };
    (from.saturating_sub(LONGEST).max(1)..=from).any(|start| {
        if !begins(start) || (start..to).any(|at| !is_han_id(line.id(at))) {
            return false;
        }
        let name: String = characters(line, parts, to, start + 2 * LONGEST)
            .into_iter()
            .take_while(|c| crate::alphabet::is_han(*c))
            .collect();
        let before = to - start;
        let stands = |word: &str| {
            let at = name.find(word).map(|at| name[..at].chars().count());
            at.is_some_and(|at| before + at <= LONGEST)
        };
        let ends_short = name.chars().count() + before <= LONGEST + 1
            && is_mark(line.id(to + name.chars().count()))
            && name.ends_with(|c| BODY.contains(c));
        BODIES.iter().any(|word| stands(word)) || ends_short
    })
}

/// Inside a word of the dictionary that a word for a seat of government follows (抚州市).
fn is_seat(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let is_word = |start: usize, end: usize| {
        let word = line.ids.get(start..end);
        word.is_some_and(|word| parts.words.commonness(parts.model, word).is_some())
    };
    let seat_at = |at: usize| {
        parts
            .character(line.id(at))
            .is_some_and(|c| SEATS.contains(c))
    };
    (from.saturating_sub(2).max(1)..=from).any(|start| {
        (start + 2..=start + 3).any(|end| end >= to && seat_at(end) && is_word(start, end))
    })
}

/// In the short name of a body at the head of a document number (云交〔2026〕18号).
fn is_document_number(line: &Line, parts: &Parts<'_>, to: usize) -> bool {
    let after = characters(line, parts, to, to + 4);
    after.iter().any(|c| matches!(c, '〔' | '['))
}

/// Inside the name of a company: its legal form follows, and nothing but Han characters lies between.
fn is_company(line: &Line, parts: &Parts<'_>, to: usize) -> bool {
    let after: String = characters(line, parts, to, to + 14)
        .into_iter()
        .take_while(|c| crate::alphabet::is_han(*c) || matches!(c, '(' | ')' | '\u{fffd}'))
        .collect();
    COMPANY.iter().any(|form| after.contains(form))
}

/// Where the short name of a company may stand (三益食品): a word for a trade follows soon, and a mark or a word for a company stands soon before.
fn is_trade_name(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let near: String = characters(line, parts, to, to + 5)
        .into_iter()
        .take_while(|c| crate::alphabet::is_han(*c) || matches!(c, '(' | ')' | '\u{fffd}'))
        .collect();
    let leads = |at: usize| {
        let led = parts.character(line.id(at));
        is_mark(line.id(at)) || led.is_some_and(|c| COMPANY_BEFORE.contains(c))
    };
    let starts = (from.saturating_sub(4)..from).any(leads);
    starts && TRADES.iter().any(|trade| near.contains(trade))
}

/// A surname with a given name, framed so that it can hardly be anything else.
fn is_person(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    name_likeness(line, parts, from, to) >= 2.0
}

/// A surname that a form of address follows: the 陈 of “资产管理股 陈女士” has nothing to do with the word before it, however well 股东 would fit.
fn is_addressed(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
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
/// Signs of a catchword at most.
const CATCHWORD: usize = 8;
/// Short names of provinces that are hardly used otherwise.
const PROVINCES: &str = "京津沪渝闽粤鲁晋冀豫鄂湘赣浙苏皖川黔滇琼陕甘";
/// What ends the name of a small place.
const PLACE: &str = "镇乡村屯寨厝垵埔坂洋坑岭岛湾港溪桥街巷";
/// What ends the name of a road.
const ROADS: &str = "路街道巷弄";
/// What ends the name of a body, whatever follows.
const BODIES: &[&str] = &[
    "社区",
    "街道",
    "派出所",
    "财政所",
    "司法所",
    "税务所",
    "供电所",
    "分局",
    "中队",
    "支队",
    "大队",
    "小学",
    "中学",
    "卫生院",
    "福利院",
    "居委会",
    "村委会",
    "办事处",
    "林场",
    "网格",
    "管委会",
    "法院",
    "法庭",
    "检察院",
    "交警",
    "消防",
    "医院",
    "示范区",
];
/// The same where nothing follows.
const BODY: &str = "局院委办所站";
/// What a unit with a government of its own is called.
const SEATS: &str = "省市县区州盟旗";
/// What stands before one: a larger place, or a word that leads to a place.
const PLACE_BEFORE: &str = "市县区镇乡道村对到在于由经往和及与、";
const COMPANY: &[&str] = &[
    "有限公司",
    "有限责任公司",
    "股份公司",
    "集团公司",
    "合作社",
    "事务所",
    "个体工商户",
];
/// What ends the word before a company's name (供应商、中标人、采购单位、企业).
const COMPANY_BEFORE: &str = "商人位业司方厂店";
const TRADES: &[&str] = &[
    "科技", "食品", "织造", "鞋业", "服饰", "机械", "电子", "商贸", "实业", "建材", "药业", "物流",
    "集团", "酒店", "超市", "数码", "网络", "传媒", "纺织", "化工", "光电", "电器", "置业",
];
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
const TRANSLITERATION: &str = "斯尔克特拉姆巴尼亚洛维夫罗莫卡德布格伊塔诺萨曼伯莱利埃菲蒂迪加哈贝纳泽索科戈丹奥阿马达杰弗普里雷米鲁波托图乌兰基西";
const TERM: &str = "酸酯烷醇胺醛酮苯烯炔酚醚腈肼嘧啶吡咯唑啉嗪氯氟溴碘钠钾钙镁铵硫磷氢氧氮硝胍肽酶苷芪芩苓蓉萸蒿癌瘤疽痹瘀疡";
const CLASSICAL: &str = "乎矣焉哉兮曰吾汝尔岂奚孰弗毋";
const DIALECT: &str = "咱俺啥咋呗哩喔噻嘞侬哋嘅咗啲唔冇嘢佢嗲伢囡甭";
const TRADITIONAL: &str = "國學會對發開關東車馬門長時間們個這來說話語書畫點條應當辦業務員區縣鎮鄉麼後從給還進過達違選邊經濟義實現產産資財買賣費質責農復幾絕恢發來於這為與價億萬歲勞動導聯廣備團體認識論議護證計設許訊報採線級給統總織組細績繼續級約紅純紙終結絡絲網羅職聽臺號處術衛製訂記講謝讓貿軍轉輕載農運遠適遷鄰醫釋銀錢鋼錄陽陸際隨險雖雙難電頭題願類風飛飯館驗體魚鳥麗黃黨齊龍";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_run_counts() {
        let text: Vec<char> = "在圣彼得斯尔克堡".chars().collect();
        assert_eq!(runs(&text, TRANSLITERATION), 3);
    }
}
