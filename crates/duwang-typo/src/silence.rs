//! Where it is better to say nothing, and why.

mod firms;
mod persons;
mod places;

pub use persons::is_surname;
pub(crate) use persons::name_likeness;

use crate::alphabet::{STRANGER, is_mark};
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
    if persons::is_person(line, parts, from, to) && !is_set_phrase
        || persons::is_addressed(line, parts, from, to)
    {
        return Some(Silence::Person);
    }
    if firms::is_company(line, parts, to)
        || firms::is_trade_name(line, parts, from, to) && !is_set_phrase
        || places::is_place(line, parts, from, to)
            && !(is_set_phrase && line.strangeness() <= PLAIN)
        || places::is_road(line, parts, to)
        || places::is_building(line, parts, to)
        || places::is_body(line, parts, from, to) && !is_set_phrase
        || places::is_seat(line, parts, from, to)
        || places::is_document_number(line, parts, to)
        || places::is_case_number(line, parts, from, to)
        || places::is_listed(line, parts, from, to, is_set_phrase)
    {
        return Some(Silence::Name);
    }
    if phrases::is_accepted(line, parts, from, to) || is_capital(line, parts, edit) {
        return Some(Silence::Variant);
    }
    if is_coined(line, from, to) {
        return Some(Silence::Coined);
    }
    if is_alone(line, from, to) || is_bracketed(line, parts, edit) {
        return Some(Silence::Alone);
    }
    if places::are_provinces(line, parts, from, to) {
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

/// All that stands in brackets, as in forms: 本项目（否）接受联合体投标. What should be a number is one of a list (（已）加强领导).
fn is_bracketed(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    let is_numeral = |id: &u16| parts.character(*id).is_some_and(|c| NUMERALS.contains(c));
    edit.to == edit.from + 1
        && [edit.from - 1, edit.to].map(|at| line.id(at)) == BRACKETS
        && !edit.meant().iter().any(is_numeral)
}

/// A number written so that nobody can alter it, as in tenders and contracts (施工总承包贰级, 壹个标段, 叁佰元): behind it stands another or what
/// is counted. In a saying it is a slip (举一反叁).
fn is_capital(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    let is_of = |id: u16, set: &str| parts.character(id).is_some_and(|c| set.contains(c));
    let written = line.ids.get(edit.from..edit.to).unwrap_or_default();
    edit.slip == Slip::Character
        && written.iter().all(|id| is_of(*id, CAPITALS))
        && edit.meant().iter().all(|id| is_of(*id, NUMERALS))
        && [CAPITALS, COUNTED]
            .iter()
            .any(|set| is_of(line.id(edit.to), set))
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

/// The numbers of ( and ).
const BRACKETS: [u16; 2] = [crate::alphabet::FIRST + 7, crate::alphabet::FIRST + 8];
const CAPITALS: &str = "壹贰叁肆伍陆柒捌玖拾佰仟";
/// What stands behind such a number.
const COUNTED: &str = "级个年月日份名万元角分次套台项期区号包批标人家条处座栋层间亩米吨";
const NUMERALS: &str = "一二三四五六七八九十百千";
/// Signs of a catchword at most.
const CATCHWORD: usize = 8;
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
