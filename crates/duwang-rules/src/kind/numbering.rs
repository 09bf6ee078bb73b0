//! `numbering`: 一、二、四: a number that is missing or stands twice in the headings of a text.
//!
//! A text may hold several series (a notice and the plan it issues) and appendices; a new series begins with 一 again. Only a series that
//! is plainly one – its numbers rise, and it goes on after the gap – is accused. Numbers stand at the beginning of lines, and of sentences
//! within them: guides often write several points in one paragraph and the others on lines of their own.

use super::sheet::Sheet;
use super::{Out, Reading};
use crate::han::number_at;
use crate::judge::{Form, Seen, Slots};
use crate::load::{LazyRegex, plain_regexes};
use duwang_model::{BlockKind, Part, Span, Table, UnknownWord};
use std::str::FromStr;

#[derive(Debug)]
pub(crate) struct Numbering {
    styles: Vec<Style>,
    /// Fewest numbers of a series that is judged.
    least: usize,
    /// What a heading says that leaves a number out on purpose (原第八条已删去，序号保留).
    unless: Vec<LazyRegex>,
}

/// How headings are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `一、`
    Chinese,
    /// `（一）`
    Bracketed,
    /// `1.`
    Arabic,
    /// `第一条`
    Article,
    /// `第一步`, `第三件`
    Step,
    /// `1.2`
    Decimal,
    /// `①`
    Circled,
    /// `1）`
    Closed,
    /// `一）`
    HanClosed,
    /// `A.`
    Letter,
    /// `（1）`
    Parenthesised,
    /// `其一`
    Among,
    /// `一是`
    Point,
    /// The cells of a column called 序号.
    Rows,
}

impl FromStr for Style {
    type Err = UnknownWord;
    fn from_str(given: &str) -> Result<Self, Self::Err> {
        match given {
            "chinese" => Ok(Self::Chinese),
            "bracketed" => Ok(Self::Bracketed),
            "arabic" => Ok(Self::Arabic),
            "article" => Ok(Self::Article),
            "step" => Ok(Self::Step),
            "decimal" => Ok(Self::Decimal),
            "circled" => Ok(Self::Circled),
            "closed" => Ok(Self::Closed),
            "han-closed" => Ok(Self::HanClosed),
            "letter" => Ok(Self::Letter),
            "parenthesised" => Ok(Self::Parenthesised),
            "among" => Ok(Self::Among),
            "point" => Ok(Self::Point),
            "rows" => Ok(Self::Rows),
            _ => Err(UnknownWord {
                given: given.to_owned(),
                known: &[
                    "chinese",
                    "bracketed",
                    "arabic",
                    "article",
                    "step",
                    "decimal",
                    "circled",
                    "closed",
                    "han-closed",
                    "letter",
                    "parenthesised",
                    "among",
                    "point",
                    "rows",
                ],
            }),
        }
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Numbering> {
    let fields = reading.fields;
    let styles: Vec<Style> = fields.words("styles");
    if styles.is_empty() {
        fields.missing("styles");
    }
    Some(Numbering {
        styles,
        least: fields.number("least").map_or(4, |n| n.value as usize),
        unless: plain_regexes(fields, "unless"),
    })
}

/// A numbered line.
#[derive(Debug, Clone, Copy)]
struct Numbered {
    number: u32,
    /// Its mark in the published text: `四、`.
    span: Span,
    /// It says itself why numbers before it are missing.
    is_excused: bool,
}

/// A gap or a repetition.
struct Fault {
    before: Numbered,
    at: Numbered,
}

impl Numbering {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let places = places(seen);
        for style in &self.styles {
            let all = match style {
                Style::Rows => rows(seen),
                style => self.series(seen, &places, *style),
            };
            for series in all.iter().filter(|series| series.len() >= self.least) {
                for fault in faults(series) {
                    report(&fault, *style, seen, out);
                }
            }
        }
    }

    /// The series of one style: each begins with 1, and one of a lower style ends where a higher heading stands.
    fn series(
        &self,
        seen: &Seen<'_>,
        places: &[(usize, usize)],
        style: Style,
    ) -> Vec<Vec<Numbered>> {
        let mut all: Vec<Vec<Numbered>> = Vec::new();
        let mut open = false;
        // `10.21 英寸轮毂`: item 10, read as a decimal.
        let mut decimal_item = None;
        let mut behind_last = 0;
        for &(start, end) in places {
            let text = &seen.text(Form::Folded)[start..end];
            open &= !ends_series(text, style);
            let Some((number, range)) = numbered(text, style) else {
                decimal_item = decimal_item.or_else(|| whole_part(text, style));
                continue;
            };
            let follows_decimal = decimal_item.take().is_some_and(|item| item + 1 == number);
            let span = seen.span(Form::Folded, start + range.start, start + range.end);
            // An article goes on after a blank, which folding drops; 第三条明确了…… tells of one.
            if style == Style::Article && !is_before_blank(seen, span) {
                continue;
            }
            let last = all.last_mut().filter(|_| open && number != 1);
            let at = start + range.start;
            let between = seen.text(Form::Folded).get(behind_last..at);
            let is_told_between = is_spoken(style)
                && last
                    .as_ref()
                    .and_then(|series| series.last())
                    .zip(between)
                    .is_some_and(|(last, text)| tells_of_missing(text, last.number, number));
            behind_last = start + range.end;
            let this = Numbered {
                number,
                span,
                is_excused: follows_decimal
                    || is_told_between
                    || self.unless.iter().any(|r| r.is_match(text)),
            };
            match last {
                Some(series) => series.push(this),
                None => {
                    all.push(vec![this]);
                    open = true;
                }
            }
        }
        // What does not begin with 1 is a piece of something (an excerpt, a list cut by an anchor): nothing is known of it.
        all.retain(|series| series.first().is_some_and(|n| n.number == 1));
        all
    }
}

/// The numbers of each table's column 序号. Rows may have been taken out of a long list on purpose, and one that was sorted anew says
/// nothing: only a column that begins with 1 and rises to its end is a series.
fn rows(seen: &Seen<'_>) -> Vec<Vec<Numbered>> {
    let tables = seen.document.tables.iter().filter(|t| t.part == Part::Main);
    tables.filter_map(numbers_of).collect()
}

fn numbers_of(table: &Table) -> Option<Vec<Numbered>> {
    const LEAST: usize = 5;
    let sheet = Sheet::of(table)?;
    let at = sheet.headings.iter().position(|h| h.whole == "序号")?;
    let mut series: Vec<Numbered> = Vec::new();
    for cell in sheet.rows.iter().filter_map(|row| row.get(at)) {
        let number = cell.text.trim().parse().ok();
        match (number, series.last()) {
            (_, Some(last)) if last.span == cell.span => {} // a cell over several rows
            (Some(number), last) if last.is_none_or(|last| last.number < number) => {
                series.push(Numbered {
                    number,
                    span: cell.span,
                    is_excused: false,
                });
            }
            (Some(_), _) => return None, // a second list, or one sorted anew
            (None, _) => break,          // a sum, a note
        }
    }
    let begins = series.first().is_some_and(|first| first.number == 1);
    (begins && series.len() >= LEAST).then_some(series)
}

/// Numbers that stand in sentences, and often behind a mere comma, where they are not looked for.
fn is_spoken(style: Style) -> bool {
    matches!(style, Style::Among | Style::Point)
}

/// Whether a number between the last one and this stands in the text between them, in whatever words (`，二要`, `、其二`).
fn tells_of_missing(between: &str, last: u32, number: u32) -> bool {
    const HAN: &str = "一二三四五六七八九十";
    (last + 1..number).any(|missing| {
        let sign = HAN.chars().nth(missing as usize - 1);
        sign.is_none_or(|sign| stands_behind_mark(between, sign))
    })
}

fn stands_behind_mark(text: &str, sign: char) -> bool {
    text.match_indices(sign).any(|(at, _)| {
        let before = text[..at].trim_end_matches(['其', '第']);
        before.ends_with([',', ';', ':', '。', '、', ' ', '\n']) || before.is_empty()
    })
}

fn is_before_blank(seen: &Seen<'_>, mark: Span) -> bool {
    let plain = seen.document.text.plain();
    let (before, after) = plain.split_at(mark.end);
    before.ends_with(char::is_whitespace)
        || after.is_empty()
        || after.starts_with(char::is_whitespace)
}

/// Where a number (or an appendix) may stand, with the end of the line: at the start of a line, and of the sentences in it.
fn places(seen: &Seen<'_>) -> Vec<(usize, usize)> {
    let whole = seen.text(Form::Folded);
    let mut places = Vec::new();
    for &line in seen.lines(Form::Folded) {
        let text = &whole[line.0..line.1];
        let before = places.len();
        if may_begin(text, true) {
            places.push(line);
        }
        let sentences = text.match_indices(ends_sentence);
        let inside = sentences
            .map(|(at, mark)| at + mark.len())
            .filter(|at| may_begin(&text[*at..], false));
        places.extend(inside.map(|at| (line.0 + at, line.1)));
        // Most lines have nothing, and their blocks are not looked up.
        let is_content = || {
            seen.block_of(Form::Folded, line).is_some_and(|b| {
                // A line with a date in it may be taken for the head of the page.
                matches!(b.part, Part::Main | Part::Info) && b.kind != BlockKind::Cell
            })
        };
        if places.len() > before && !is_content() {
            places.truncate(before);
        }
    }
    places
}

const CIRCLED_ONE: char = '①';
const CIRCLED_TWENTY: char = '⑳';

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | ';' | ':' | '!' | '?')
}

/// Whether a text can begin with a number of any style.
fn may_begin(text: &str, is_line: bool) -> bool {
    let first = text.chars().find(|c| !c.is_whitespace());
    first.is_some_and(|c| {
        c.is_ascii_digit()
            || c.is_ascii_uppercase()
            || matches!(c, '(' | '第' | '头' | '其' | CIRCLED_ONE..=CIRCLED_TWENTY)
            || (c == '附' && is_line)
            || "一二三四五六七八九十百".contains(c)
    })
}

/// A heading of a higher style begins a new series of the lower ones; so does an appendix for all.
fn ends_series(text: &str, style: Style) -> bool {
    let text = text.trim_start();
    let appendix = text.starts_with("附件") || text.starts_with("附表") || text.starts_with("附录");
    let higher: &[Style] = match style {
        Style::Chinese | Style::Article | Style::Step | Style::Decimal | Style::Rows => &[],
        Style::Bracketed => &[Style::Chinese, Style::Article],
        Style::Arabic => &[Style::Chinese, Style::Bracketed, Style::Article],
        Style::Circled
        | Style::Closed
        | Style::HanClosed
        | Style::Letter
        | Style::Parenthesised
        | Style::Among
        | Style::Point => &[
            Style::Chinese,
            Style::Bracketed,
            Style::Article,
            Style::Arabic,
        ],
    };
    appendix || higher.iter().any(|s| numbered(text, *s).is_some())
}

/// What stands before the point where a line begins with a decimal number.
fn whole_part(text: &str, style: Style) -> Option<u32> {
    let text = text.trim_start();
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let tail = text[len..].strip_prefix('.')?;
    let is_decimal = style == Style::Arabic && tail.starts_with(|c: char| c.is_ascii_digit());
    text[..len].parse().ok().filter(|_| is_decimal)
}

/// The number a line begins with, and the byte range of its mark.
fn numbered(text: &str, style: Style) -> Option<(u32, std::ops::Range<usize>)> {
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
            let is_heading = !words.trim().is_empty() && !words.starts_with(['至', '项', '(']);
            is_heading.then_some((number, len + 2))?
        }
        Style::Arabic => {
            let len = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u32 = rest[..len].parse().ok().filter(|n| *n < 100)?;
            let tail = rest[len..].strip_prefix(['.', '、'])?;
            let mark = rest[len..].chars().next().map_or(1, char::len_utf8);
            // 1.5 万 is a quantity, 1.1 the numbering of another style.
            let is_heading = tail.chars().find(|c| !c.is_whitespace())?;
            (!is_heading.is_ascii_digit()).then_some((number, len + mark))?
        }
        Style::Article => {
            let inner = rest.strip_prefix('第')?;
            let (number, len) = number_at(inner)?;
            let tail = inner[len..].strip_prefix('条')?;
            // 第三条第二款规定: a reference.
            let is_reference = ["第", "款", "、", "规定的", "的规定"]
                .iter()
                .any(|word| tail.starts_with(word));
            let mark = '第'.len_utf8() + len + '条'.len_utf8();
            (!is_reference).then_some((number, mark))?
        }
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
            let is_reference = ['至', '项', '款', '式', '和', '或', '(', '、', '-', '~'];
            let is_heading = !tail.trim().is_empty() && !tail.starts_with(is_reference);
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
    let is_heading = ('\u{4e00}'..='\u{9fff}').contains(&heading)
        && !"万亿元米公吨倍年月日个平亩千百分角条小时度号起至到以".contains(heading)
        && tail.chars().count() <= LONGEST_HEADING
        && !tail.contains(['。', ';', ',', ':']);
    (is_number && is_heading).then_some((number, first + 1 + second))
}

fn faults(series: &[Numbered]) -> Vec<Fault> {
    let rises = series
        .windows(2)
        .filter(|pair| pair[1].number > pair[0].number)
        .count();
    // A list that jumps up and down is none of ours.
    if rises + 2 < series.len() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (n, pair) in series.windows(2).enumerate() {
        let (before, at) = (pair[0], pair[1]);
        if at.number == before.number + 1 {
            continue;
        }
        let next = series.get(n + 2).map(|s| s.number);
        let is_repeated = at.number == before.number;
        // 三、三、五: the second should be 四, and nothing is missing behind it.
        let was_repeated = n > 0 && series[n - 1].number == before.number;
        if was_repeated && at.number == before.number + 2 {
            continue;
        }
        let goes_on =
            next.is_none_or(|next| next == at.number + 1 || (is_repeated && next == at.number + 2));
        let is_small = is_repeated || (2..=3).contains(&at.number.saturating_sub(before.number));
        if is_small && goes_on && !at.is_excused {
            found.push(Fault { before, at });
        }
    }
    found
}

fn report(fault: &Fault, style: Style, seen: &Seen<'_>, out: &mut Out<'_>) {
    let written = |n: Numbered| seen.document.text.slice(n.span).trim().to_owned();
    let (before, at) = (written(fault.before), written(fault.at));
    let what = if fault.at.number == fault.before.number {
        "重复"
    } else {
        "跳号"
    };
    let mut draft = out
        .draft()
        .at(fault.at.span)
        .keyed(format!(
            "{style:?} {} {}",
            fault.before.number, fault.at.number
        ))
        .with(Slots {
            label: what.to_owned(),
            value: before,
            target: at,
            ..Slots::default()
        });
    draft.locator = Some(what.to_owned());
    out.push(draft);
}

#[cfg(test)]
mod tests {
    use super::{Numbered, Style, faults, numbered, stands_behind_mark};
    use duwang_model::Span;

    #[test]
    fn numbers_are_read() {
        assert_eq!(numbered("(一)、(二)项", Style::Bracketed), None);
        assert_eq!(numbered("1.5万元", Style::Arabic), None);
        assert!(numbered("四、工作要求", Style::Chinese).is_some());
        assert_eq!(numbered("一、", Style::Chinese), None);
        assert_eq!(numbered("第三条规定的", Style::Article), None);
        assert!(numbered("第三条本办法所称", Style::Article).is_some());
        assert!(numbered("(一)、总则", Style::Bracketed).is_some());
        let number = |text, style| numbered(text, style).map(|(n, _)| n);
        assert_eq!(number("第四步:提交申请", Style::Step), Some(4));
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
        assert_eq!(number("其四,装修时间", Style::Among), Some(4));
        assert_eq!(number("四是台账更新迟缓", Style::Point), Some(4));
    }

    #[test]
    fn a_number_told_behind_a_comma_is_not_missing() {
        assert!(stands_behind_mark("摸底数,二要建台账;", '二'));
        assert!(stands_behind_mark("摸底数,其二,建台账;", '二'));
        assert!(!stands_behind_mark("个别乡镇整改;建筑垃圾十二处", '二'));
    }

    #[test]
    fn gaps_and_repetitions_are_found_and_wild_lists_left_alone() {
        let series = |numbers: &[u32]| -> Vec<Numbered> {
            let of = |number: &u32| Numbered {
                number: *number,
                span: Span::new(0, 1),
                is_excused: false,
            };
            numbers.iter().map(of).collect()
        };
        let found = |numbers: &[u32]| -> Vec<u32> {
            faults(&series(numbers))
                .iter()
                .map(|f| f.at.number)
                .collect()
        };
        assert_eq!(found(&[1, 2, 4, 5]), [4]);
        assert_eq!(found(&[1, 2, 2, 3]), [2]);
        assert_eq!(found(&[1, 2, 3, 3, 5]), [3]);
        assert_eq!(found(&[1, 2, 3, 4]), [] as [u32; 0]);
        assert_eq!(found(&[1, 2, 9, 3, 4]), [] as [u32; 0]);
        assert_eq!(found(&[1, 3, 2, 5, 4]), [] as [u32; 0]);
    }
}
