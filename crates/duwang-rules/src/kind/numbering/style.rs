//! The styles headings are numbered in, and the number a line begins with.

use crate::han::{is_ideograph, is_numeral, number_at};
use crate::setting::setting;
use crate::words::{WORDS, behind_first};
use std::ops::Range;

setting! {
    /// How headings are numbered.
    pub(super) enum Style {
        /// `一、`
        Chinese = "chinese",
        /// `（一）`
        Bracketed = "bracketed",
        /// `1.`
        Arabic = "arabic",
        /// `第一条`
        Article = "article",
        /// `第一章`
        Chapter = "chapter",
        /// `第一节`
        Section = "section",
        /// `第一步`, `第三件`
        Step = "step",
        /// `1.2`
        Decimal = "decimal",
        /// `①`
        Circled = "circled",
        /// `1）`
        Closed = "closed",
        /// `一）`
        HanClosed = "han-closed",
        /// `A.`
        Letter = "letter",
        /// `（1）`
        Parenthesised = "parenthesised",
        /// `其一`
        Among = "among",
        /// `一是`
        Point = "point",
        /// The cells of a column called 序号.
        Rows = "rows",
    }
}

impl Style {
    /// Numbers that stand in sentences, and often behind a mere comma, where they are not looked for.
    pub(super) fn is_spoken(self) -> bool {
        matches!(self, Self::Among | Self::Point)
    }

    /// Styles of headings that a series of this one stands under.
    fn higher(self) -> &'static [Self] {
        match self {
            Self::Chinese
            | Self::Article
            | Self::Chapter
            | Self::Step
            | Self::Decimal
            | Self::Rows => &[],
            Self::Section => &[Self::Chapter],
            Self::Bracketed => &[Self::Chinese, Self::Article],
            Self::Arabic => &[Self::Chinese, Self::Bracketed, Self::Article],
            Self::Circled
            | Self::Closed
            | Self::HanClosed
            | Self::Letter
            | Self::Parenthesised
            | Self::Among
            | Self::Point => &[Self::Chinese, Self::Bracketed, Self::Article, Self::Arabic],
        }
    }
}

/// Styles of headings that have items of their own numbers below them.
const OF_HEADINGS: [Style; 4] = [
    Style::Chinese,
    Style::Bracketed,
    Style::Article,
    Style::Arabic,
];

/// Whether a line is numbered as an item of a numbered heading is: `1、镇政府领导名单；` below `三、公开范围`.
pub(in crate::kind) fn is_item_of(heading: &str, line: &str) -> bool {
    style_of(heading).is_some_and(|heading| {
        let mut below = OF_ITEMS
            .into_iter()
            .filter(|s| s.higher().contains(&heading));
        below.any(|style| numbered(line, style).is_some())
    })
}

/// Whether a line is numbered as headings are.
pub(in crate::kind) fn is_numbered(line: &str) -> bool {
    style_of(line).is_some()
}

/// Whether a line is an item and the one below it the next: `4、收入证明` and `5、其他`.
pub(in crate::kind) fn is_item_before(line: &str, below: &str) -> bool {
    let number = |line, style| numbered(line, style).map(|(number, _)| number);
    let mut styles = OF_HEADINGS.iter().chain(&OF_ITEMS);
    styles.any(|style| {
        let both = number(line, *style).zip(number(below, *style));
        both.is_some_and(|(this, next)| next == this + 1)
    })
}

/// Whether a line is the heading of a section (四、收费) of which nothing is said: the next section begins right below it, or the text ends. Where
/// the lines around are numbered as well, they are the items of a list.
pub(in crate::kind) fn is_section_of_nothing(
    above: &str,
    line: &str,
    below: &str,
    further: &str,
) -> bool {
    let number = |line| numbered(line, Style::Chinese).map(|(number, _)| number);
    let is_listed = number(above).is_some()
        || number(further).is_some()
        || line.trim_end().ends_with([';', ',', '。']);
    let ends = below.is_empty()
        || number(below).is_some_and(|next| Some(next) == number(line).map(|n| n + 1));
    number(line).is_some() && !is_listed && ends
}

fn style_of(heading: &str) -> Option<Style> {
    let mut styles = OF_HEADINGS.into_iter();
    styles.find(|style| numbered(heading, *style).is_some())
}

/// Styles that a line may begin with below a heading.
const OF_ITEMS: [Style; 7] = [
    Style::Bracketed,
    Style::Arabic,
    Style::Circled,
    Style::Closed,
    Style::HanClosed,
    Style::Letter,
    Style::Parenthesised,
];

const CIRCLED_ONE: char = '①';
const CIRCLED_TWENTY: char = '⑳';

/// Whether a text can begin with a number of any style.
pub(super) fn may_begin(text: &str, is_line: bool) -> bool {
    let first = text.chars().find(|c| !c.is_whitespace());
    first.is_some_and(|c| {
        c.is_ascii_digit()
            || c.is_ascii_uppercase()
            || matches!(c, '(' | '第' | '头' | '其' | CIRCLED_ONE..=CIRCLED_TWENTY)
            || (c == '附' && is_line)
            || is_numeral(c)
            || c == '百'
    })
}

/// A heading of a higher style begins a new series of the lower ones; so does an appendix for all.
pub(super) fn ends_series(text: &str, style: Style) -> bool {
    let text = text.trim_start();
    let appendix = text.starts_with("附件") || text.starts_with("附表") || text.starts_with("附录");
    appendix || style.higher().iter().any(|s| numbered(text, *s).is_some())
}

/// What stands before the point where a line begins with a decimal number.
pub(super) fn whole_part(text: &str, style: Style) -> Option<u32> {
    let text = text.trim_start();
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let tail = text[len..].strip_prefix('.')?;
    let is_decimal = style == Style::Arabic
        && tail.starts_with(|c: char| c.is_ascii_digit())
        && !begins_with_day(tail);
    text[..len].parse().ok().filter(|_| is_decimal)
}

/// A line that is nothing but the next number of a series, its words on the line below.
pub(super) fn next_alone(text: &str, style: Style, last: u32) -> Option<(u32, Range<usize>)> {
    const LONGEST: usize = 16; // bytes of a number with its marks
    let mark = text.trim_end();
    if mark.len() > LONGEST {
        return None;
    }
    let with_words = format!("{mark}文");
    numbered(&with_words, style)
        .filter(|(number, range)| range.end == mark.len() && *number == last + 1)
}

/// The number a line begins with, and the byte range of its mark.
pub(super) fn numbered(text: &str, style: Style) -> Option<(u32, Range<usize>)> {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    let (number, len) = match style {
        Style::Chinese => {
            let (number, len) = number_at(rest)?;
            let tail = rest[len..].strip_prefix(['、', '.'])?;
            let mark = rest.len() - len - tail.len();
            (!tail.trim().is_empty()).then_some((number, len + mark))?
        }
        Style::Bracketed => {
            let inner = rest.strip_prefix('(')?;
            let (number, len) = number_at(inner)?;
            let tail = inner[len..].strip_prefix(')')?;
            // (一)、(二)项: a reference, not a heading; `(一)、总则` is one, if an ugly one.
            let words = tail.strip_prefix('、').unwrap_or(tail);
            let is_heading = !words.trim().is_empty() && !refers(words, &['至', '项', '(']);
            is_heading.then_some((number, len + 2))?
        }
        Style::Arabic => {
            let len = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u32 = rest[..len].parse().ok().filter(|n| *n < 100)?;
            let tail = rest[len..].strip_prefix(['.', '、'])?;
            let mark = rest[len..].chars().next().map_or(1, char::len_utf8);
            // 1.5 万 is a quantity, 1.1 the numbering of another style.
            let heading = tail.chars().find(|c| !c.is_whitespace())?;
            let is_heading =
                !heading.is_ascii_digit() || begins_with_day(tail) || begins_with_year(tail);
            is_heading.then_some((number, len + mark))?
        }
        Style::Article => part(rest, '条')?,
        Style::Chapter => part(rest, '章')?,
        Style::Section => part(rest, '节')?,
        Style::Step => step(rest)?,
        Style::Decimal => decimal(rest)?,
        Style::Circled => {
            let first = rest.chars().next()?;
            let number = (first as u32).checked_sub(CIRCLED_ONE as u32)? + 1;
            let is_heading = first <= CIRCLED_TWENTY && !rest[first.len_utf8()..].trim().is_empty();
            is_heading.then_some((number, first.len_utf8()))?
        }
        Style::Closed => {
            let len = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u32 = rest[..len].parse().ok().filter(|n| *n < 100)?;
            let tail = rest[len..].strip_prefix(')')?;
            (!tail.trim().is_empty()).then_some((number, len + 1))?
        }
        Style::HanClosed => {
            let (number, len) = number_at(rest)?;
            let tail = rest[len..].strip_prefix(')')?;
            (!tail.trim().is_empty()).then_some((number, len + 1))?
        }
        Style::Letter => {
            let letter = rest.bytes().next().filter(u8::is_ascii_uppercase)?;
            let tail = rest[1..].strip_prefix(['.', '、', ')'])?;
            let mark = rest.len() - tail.len();
            // A.B. is a name.
            let is_heading = tail
                .trim_start()
                .chars()
                .next()
                .is_some_and(|c| !c.is_ascii());
            is_heading.then_some((u32::from(letter - b'A') + 1, mark))?
        }
        Style::Parenthesised => {
            let inner = rest.strip_prefix('(')?;
            let len = inner.bytes().take_while(u8::is_ascii_digit).count();
            let number: u32 = inner[..len].parse().ok().filter(|n| *n < 100)?;
            let tail = inner[len..].strip_prefix(')')?;
            // (1)至(3)项, (1)式: references, not headings.
            let marks = ['至', '项', '款', '式', '和', '或', '(', '、', '-', '~'];
            let is_heading = !tail.trim().is_empty() && !refers(tail, &marks);
            is_heading.then_some((number, len + 2))?
        }
        Style::Among => {
            let inner = rest.strip_prefix('其')?;
            let (number, len) = number_at(inner)?;
            let is_point = inner[len..].starts_with([',', ':', '是', '、']);
            is_point.then_some((number, '其'.len_utf8() + len))?
        }
        Style::Point => {
            let (number, len) = number_at(rest)?;
            let tail = rest[len..].strip_prefix('是')?;
            let mark = len + '是'.len_utf8();
            (!tail.trim().is_empty()).then_some((number, mark))?
        }
        Style::Rows => return None, // not in the text
    };
    Some((number, start..start + len))
}

/// `第三条`, `第二章`: the number, and the length of the whole.
fn part(text: &str, of: char) -> Option<(u32, usize)> {
    // 第三条第二款规定, 第三条、第五条, 第三章和第四章: references; 第六条和解协议 and 第七条、本办法 are none.
    const REFERENCES: [&str; 8] = [
        "第",
        "款",
        "规定的",
        "的规定",
        "至第",
        "和第",
        "以及第",
        "所列",
    ];
    let inner = text.strip_prefix('第')?;
    let (number, len) = number_at(inner)?;
    let tail = inner[len..].strip_prefix(of)?;
    let is_listed = tail
        .strip_prefix('、')
        .is_some_and(|next| next.starts_with(|c: char| c == '第' || is_numeral(c)));
    let is_reference = is_listed || REFERENCES.iter().any(|word| tail.starts_with(word));
    let whole = '第'.len_utf8() + len + of.len_utf8();
    (!is_reference).then_some((number, whole))
}

/// `3月25日至4月15日`: behind the number of a point (`1.3月25日`), and no digits behind a decimal point.
fn begins_with_day(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let month = digits(text);
    let behind = text[month..].strip_prefix('月').unwrap_or_default();
    let day = digits(behind);
    (1..=2).contains(&month)
        && (1..=2).contains(&day)
        && behind[day..].starts_with(['日', '号', '-', '至'])
}

/// `1973年以来没有违反规定`
fn begins_with_year(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && text[digits..].starts_with('年')
}

/// `第四步`, `第三件,停水`, `头一件`: the number, and the length of the whole.
fn step(text: &str) -> Option<(u32, usize)> {
    const COUNTED: [&str; 6] = ["步", "件", "招", "关", "站", "环"];
    let inner = text.strip_prefix('第').or_else(|| {
        text.strip_prefix('头')
            .filter(|rest| rest.starts_with('一'))
    })?;
    let (number, len) = number_at(inner)?;
    let word = COUNTED
        .iter()
        .find(|word| inner[len..].starts_with(**word))?;
    Some((number, '第'.len_utf8() + len + word.len()))
}

/// `1.4工作原则`, a short heading: the number behind the point, and the length of both. `1.4万元` is a quantity.
fn decimal(text: &str) -> Option<(u32, usize)> {
    const LONGEST_HEADING: usize = 24;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    let rest = text[first..].strip_prefix('.')?;
    let second = digits(rest);
    let number: u32 = rest[..second]
        .parse()
        .ok()
        .filter(|n| (1..100).contains(n))?;
    let is_number = (1..=2).contains(&first) && !rest.starts_with('0');
    let tail = rest[second..].trim_start();
    let heading = tail.chars().next()?;
    let words = &WORDS.numbering;
    // 6.1 Ⅳ级应急响应 has its Roman number folded to letters.
    let tail = tail.trim_start_matches(['I', 'V', 'X']);
    let heading = tail.chars().next().unwrap_or(heading);
    let is_heading = is_ideograph(heading)
        && (!words.units.contains(heading) || behind_first(&words.no_units, tail).is_some())
        && tail.chars().count() <= LONGEST_HEADING
        && !tail.contains(['。', ';', ',', ':']);
    (is_number && is_heading).then_some((number, first + 1 + second))
}

/// Whether what stands behind a bracketed number makes it a reference; (3)项目 and (4)款项 begin an item.
fn refers(tail: &str, marks: &[char]) -> bool {
    let begins = |noun: &String| tail.starts_with(noun.as_str());
    tail.starts_with(marks) && !WORDS.numbering.items.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::{Style, numbered};

    #[test]
    fn numbers_are_read() {
        assert_eq!(numbered("(一)、(二)项", Style::Bracketed), None);
        assert_eq!(numbered("1.5万元", Style::Arabic), None);
        assert!(numbered("四、工作要求", Style::Chinese).is_some());
        assert_eq!(numbered("一、", Style::Chinese), None);
        assert_eq!(numbered("第三条规定的", Style::Article), None);
        assert_eq!(numbered("第三条至第五条", Style::Article), None);
        assert_eq!(numbered("第三条、第五条的规定", Style::Article), None);
        assert_eq!(numbered("第三条、五条的规定", Style::Article), None);
        assert!(numbered("第七条、本办法自印发之日起施行", Style::Article).is_some());
        assert!(numbered("第六条和解协议应当写明", Style::Article).is_some());
        assert!(numbered("第三条本办法所称", Style::Article).is_some());
        assert!(numbered("(一)、总则", Style::Bracketed).is_some());
        let number = |text, style| numbered(text, style).map(|(n, _)| n);
        assert_eq!(number("第四步:提交申请", Style::Step), Some(4));
        assert_eq!(number("第三章 附则", Style::Chapter), Some(3));
        assert_eq!(number("第二章和第三章", Style::Chapter), None);
        assert_eq!(number("第三章所列", Style::Chapter), None);
        assert_eq!(number("第二节 监督", Style::Section), Some(2));
        assert_eq!(
            number("1.3月25日至4月15日,禁止野外用火", Style::Arabic),
            Some(1)
        );
        assert_eq!(number("1.3分类分级", Style::Decimal), Some(3));
        assert_eq!(number("1.3分", Style::Decimal), None);
        assert_eq!(number("1.3月", Style::Arabic), None);
        assert_eq!(number("1.4工作原则", Style::Decimal), Some(4));
        assert_eq!(number("1.4万元", Style::Decimal), None);
        assert_eq!(number("1.05公里", Style::Decimal), None);
        assert_eq!(number("一.活动主题", Style::Chinese), Some(1));
        assert_eq!(number("③会用手机", Style::Circled), Some(3));
        assert_eq!(number("3)会用手机", Style::Closed), Some(3));
        assert_eq!(number("四)灯油火烛", Style::HanClosed), Some(4));
        assert_eq!(number("D. 防溺水劝导", Style::Letter), Some(4));
        assert_eq!(number("A.B.公司", Style::Letter), None);
        assert_eq!(number("第三件,水质", Style::Step), Some(3));
        assert_eq!(number("头一件,水费", Style::Step), Some(1));
        assert_eq!(number("(4)钢材过磅", Style::Parenthesised), Some(4));
        assert_eq!(number("(1)至(3)项", Style::Parenthesised), None);
        assert_eq!(number("(3)项规定的", Style::Parenthesised), None);
        assert_eq!(number("(3)项目管理", Style::Parenthesised), Some(3));
        assert_eq!(number("(三)款项支付", Style::Bracketed), Some(3));
        assert_eq!(number("其四,装修时间", Style::Among), Some(4));
        assert_eq!(number("四是台账更新迟缓", Style::Point), Some(4));
    }
}
