//! Label–value pairs: `联系电话：0599-6660001` in running text, rows of tables, definitions.

use crate::fold::fold;
use crate::numbered::{behind_number, without_number};
use crate::tables::Placed;
use crate::walk::{RawCell, is_visible};
use duwang_model::{Block, BlockKind, Pair, Part, Span, Table, Text};

/// Most pairs kept of one page.
const MAX_PAIRS: usize = 5_000;
const MAX_LABEL: usize = 20;
/// Longest name that needs no colon behind it.
const LONGEST_BARE_LABEL: usize = 10;
/// Longest table cell, in bytes, that is taken for a value.
const MAX_VALUE: usize = 3_000;

/// Everything pairs are read from.
pub(crate) struct Ground<'d> {
    pub text: &'d Text,
    pub blocks: &'d [Block],
    pub placed: &'d [Placed],
    pub tables: &'d [Table],
    pub terms: &'d [(Span, Span)],
}

/// All pairs of a page, in the order of their labels.
pub(crate) fn find(ground: &Ground<'_>) -> Vec<Pair> {
    let mut pairs = Pairs {
        ground,
        found: Vec::new(),
    };
    for one in ground.placed {
        one.raw.rows.iter().for_each(|row| pairs.row(row, one.part));
    }
    ground.tables.iter().for_each(|table| pairs.columns(table));
    ground
        .terms
        .iter()
        .for_each(|(term, definition)| pairs.definition(*term, *definition));
    let mut taken: Vec<usize> = pairs.found.iter().map(|p| p.label_span.start).collect();
    taken.sort_unstable();
    for i in 0..ground.blocks.len() {
        pairs.line(i, &taken);
    }
    let mut found = pairs.found;
    found.sort_by_key(|p| (p.label_span.start, p.value_span.start));
    found.dedup_by(|a, b| a.label_span == b.label_span && a.value_span == b.value_span);
    found
}

/// Whether a short text names something: `联系电话`, `办公地址`.
pub(crate) fn is_label(text: &str) -> bool {
    const ENDS: [&str; 60] = [
        "电话",
        "传真",
        "地址",
        "时间",
        "邮箱",
        "信箱",
        "邮编",
        "邮政编码",
        "网址",
        "机构",
        "单位",
        "联系人",
        "索引号",
        "索取号",
        "文号",
        "字号",
        "日期",
        "名称",
        "标题",
        "分类",
        "来源",
        "负责人",
        "部门",
        "期限",
        "方式",
        "有效性",
        "关键词",
        "主题词",
        "概述",
        "编号",
        "编码",
        "职务",
        "姓名",
        "科室",
        "热线",
        "状态",
        "类别",
        "依据",
        "条件",
        "对象",
        "材料",
        "流程",
        "程序",
        "标准",
        "主体",
        "年份",
        "时限",
        "范围",
        "人员",
        "内容",
        "意见",
        "理由",
        "结果",
        "情况",
        "备注",
        "作者",
        "号码",
        "金额",
        "数量",
        "采纳",
    ];
    let text = text
        .trim_end_matches([':', '：'])
        .trim_end_matches([')', '）']);
    let count = text.chars().count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (2..=MAX_LABEL).contains(&count)
        && digits < 3
        && !text.contains(['，', '。', '；', ',', '\n'])
        && (ENDS.iter().any(|e| text.ends_with(e)) || text.contains('('))
        && (!text.contains('(') || ENDS.iter().any(|e| text.contains(e)))
}

struct Pairs<'d> {
    ground: &'d Ground<'d>,
    found: Vec<Pair>,
}

impl Pairs<'_> {
    fn push(&mut self, label: Span, value: Span, part: Part) {
        if self.found.len() >= MAX_PAIRS {
            return;
        }
        let name = clean_label(&fold(self.ground.text, label));
        if name.is_empty() {
            return;
        }
        let folded = fold(self.ground.text, value).trim().to_owned();
        let (value, folded) = if is_blank_form(&folded) {
            (Span::new(label.end, label.end), String::new())
        } else {
            (value, folded)
        };
        self.found.push(Pair {
            label: name,
            value: folded,
            label_span: label,
            value_span: value,
            part,
        });
    }

    fn row(&mut self, row: &[RawCell], part: Part) {
        if row.len() < 2 || row.iter().all(|c| c.head) {
            return;
        }
        let is_name = |cell: &RawCell| {
            let text = fold(self.ground.text, cell.span);
            let text = text.trim();
            !text.is_empty()
                && text.chars().count() <= MAX_LABEL + 2
                && (cell.head || text.ends_with(':') || is_label(text))
        };
        let names: Vec<bool> = row.iter().map(is_name).collect();
        if row.len() >= 3 && names.iter().all(|n| *n) {
            return; // a row of names is a header
        }
        let mut i = 0;
        while i + 1 < row.len() {
            if row[i + 1].span.len() > MAX_VALUE {
                i += 1; // a cell that arranges the page
                continue;
            }
            let group = names[i] && names[i + 1] && i + 2 < row.len() && !names[i + 2];
            if !names[i]
                || group
                || (names[i + 1]
                    && fold(self.ground.text, row[i + 1].span)
                        .trim()
                        .ends_with(':'))
            {
                i += 1;
                continue;
            }
            let label = self.without_colon(row[i].span);
            let value = self.trimmed(row[i + 1].span);
            self.push(
                label,
                if value.is_empty() {
                    Span::new(label.end, label.end)
                } else {
                    value
                },
                part,
            );
            i += 2;
        }
    }

    /// Under a header, every cell of a row is the value of its column's name.
    fn columns(&mut self, table: &Table) {
        for row in table.rows.iter().take(200) {
            for (name, cell) in table.header.iter().zip(row) {
                if is_label(name)
                    && cell.span.end > 0
                    && !cell.text.is_empty()
                    && self.found.len() < MAX_PAIRS
                {
                    self.found.push(Pair {
                        label: clean_label(name),
                        value: cell.text.clone(),
                        label_span: Span::new(cell.span.start, cell.span.start),
                        value_span: cell.span,
                        part: table.part,
                    });
                }
            }
        }
    }

    fn definition(&mut self, term: Span, definition: Span) {
        let label = self.without_colon(term);
        let part = self.part_at(label.start);
        if !label.is_empty() && self.ground.text.slice(label).chars().count() <= MAX_LABEL + 10 {
            let value = self.trimmed(definition);
            self.push(
                label,
                if value.is_empty() {
                    Span::new(label.end, label.end)
                } else {
                    value
                },
                part,
            );
        }
    }

    fn part_at(&self, offset: usize) -> Part {
        let blocks = self.ground.blocks;
        let next = blocks.partition_point(|b| b.span.start <= offset);
        next.checked_sub(1)
            .and_then(|i| blocks.get(i))
            .map_or(Part::Main, |b| b.part)
    }

    fn line(&mut self, index: usize, taken: &[usize]) {
        let block = self.ground.blocks[index];
        if block.part == Part::Hidden {
            return;
        }
        let line = self.ground.text.slice(block.span);
        let colons = labelled_colons(line);
        if colons.is_empty()
            && block.part != Part::Nav
            && let Some((label, value)) = gap_pair(line)
        {
            let label = shift(label, block.span.start);
            if taken.binary_search(&label.start).is_err() {
                self.push(label, shift(value, block.span.start), block.part);
            }
            return;
        }
        for (i, colon) in colons.iter().enumerate() {
            let label = shift(colon.label, block.span.start);
            if taken.binary_search(&label.start).is_ok() {
                continue;
            }
            let until = colons
                .get(i + 1)
                .map_or(line.len(), |next| next.label.start);
            let value = value_in(line, colon.after, until);
            if !value.is_empty() {
                self.push(label, shift(value, block.span.start), block.part);
            } else if until == line.len() {
                let value = self
                    .on_next_line(index, label)
                    .unwrap_or(Span::new(label.end, label.end));
                self.push(label, value, block.part);
            } else {
                self.push(label, Span::new(label.end, label.end), block.part);
            }
        }
    }

    /// `办公时间：` alone on a line may have its value on the next one.
    fn on_next_line(&self, index: usize, label: Span) -> Option<Span> {
        let next = self.ground.blocks.get(index + 1)?;
        let here = self.ground.blocks[index];
        let line = self.ground.text.slice(next.span);
        let folded = fold(self.ground.text, next.span);
        let name = clean_label(&fold(self.ground.text, label));
        let is_other_cell = here.kind == BlockKind::Cell && next.kind != BlockKind::Cell;
        let starts_own_pair = labelled_colons(line)
            .first()
            .is_some_and(|c| c.label.start < 12);
        let fits = next.part == here.part
            && next.kind != BlockKind::Heading
            && line.len() <= 300
            && !is_other_cell
            && !starts_own_pair
            && behind_number(&folded).is_none();
        (fits && plausible(&name, &folded)).then_some(next.span)
    }

    fn trimmed(&self, span: Span) -> Span {
        let text = self.ground.text.slice(span);
        let start = span.start + text.len() - text.trim_start().len();
        let end = start + text.trim().len();
        if text.chars().any(is_visible) {
            Span::new(start, end.max(start))
        } else {
            Span::new(span.start, span.start)
        }
    }

    fn without_colon(&self, span: Span) -> Span {
        let span = self.trimmed(span);
        let text = self
            .ground
            .text
            .slice(span)
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
        Span::new(span.start, span.start + text.len())
    }
}

fn shift(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// Whether a text on the line below can be the value of that label at all.
fn plausible(label: &str, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match label {
        l if l.ends_with("电话") || l.ends_with("传真") || l.ends_with("热线") => digits >= 5,
        l if l.ends_with("时间") || l.ends_with("日期") || l.ends_with("期限") => {
            digits >= 1 || value.contains('时') || value.contains("周")
        }
        l if l.ends_with("邮箱") => value.contains('@'),
        l if l.ends_with("网址") => {
            value.contains("http") || value.contains("www") || value.contains('.')
        }
        l if l.ends_with("邮编") || l.ends_with("编码") => digits >= 6,
        l => is_label(l) && value.chars().count() <= 60,
    }
}

/// A colon with the label before it; offsets into the line.
struct Labelled {
    label: Span,
    after: usize,
}

fn labelled_colons(line: &str) -> Vec<Labelled> {
    let bytes = line.as_bytes();
    let mut found: Vec<Labelled> = Vec::new();
    let mut from = 0;
    for at in memchr::memchr2_iter(b':', 0xef, bytes) {
        let len = match bytes[at] {
            b':' => 1,
            _ if bytes[at..].starts_with("：".as_bytes()) => 3,
            _ => continue,
        };
        if is_inside_value(bytes, at, len) {
            continue;
        }
        if let Some(label) = label_before(line, from, at) {
            found.push(Labelled {
                label,
                after: at + len,
            });
            from = at + len;
            if found.len() >= 40 {
                break;
            }
        }
    }
    found
}

/// `8:30` and `http://` have colons that end no label.
fn is_inside_value(bytes: &[u8], at: usize, len: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| bytes.get(i));
    let after = bytes.get(at + len);
    let digits = before.is_some_and(u8::is_ascii_digit) && after.is_some_and(u8::is_ascii_digit);
    digits || bytes[at + len..].starts_with(b"//")
}

/// The label that ends at a colon: Han, letters and single blanks between single characters (`联 系 电 话`), with a bracket at its end left out.
fn label_before(line: &str, from: usize, colon: usize) -> Option<Span> {
    let mut end = from + line[from..colon].trim_end().len();
    if let Some(open) = opening_bracket(&line[from..end]) {
        end = from + line[from..from + open].trim_end().len();
    }
    let segment = &line[from..end];
    let is_whole_line = from == 0 && is_spaced_label(segment);
    let start = if is_whole_line {
        from + segment.len() - segment.trim_start().len()
    } else {
        from + label_start(segment)
    };
    let label = &line[start..end];
    let count = label.chars().filter(|c| is_visible(*c)).count();
    let has_word =
        label.chars().any(is_han) || label.bytes().filter(u8::is_ascii_alphabetic).count() >= 2;
    // `问：0599-6660001`: one character is a name where nothing stands before it.
    let least = if line[..start].trim_end().is_empty() {
        1
    } else {
        2
    };
    ((least..=MAX_LABEL).contains(&count) && has_word).then(|| Span::new(start, end))
}

/// `联系 电话`, `文　 号`: a whole line of one or two characters at a time.
fn is_spaced_label(segment: &str) -> bool {
    const LONGEST: usize = 8;
    // A line may have a hundred thousand colons, and each asks what stands before it.
    const BYTES: usize = 400;
    if segment.len() > BYTES {
        return false;
    }
    let mut count = 0;
    let alone = |t: &str| t.chars().count() == 1;
    let most = if segment.split(char::is_whitespace).any(alone) {
        3
    } else {
        2
    };
    for token in segment.split(char::is_whitespace).filter(|t| !t.is_empty()) {
        let size = token.chars().count();
        if size > most || !token.chars().all(is_label_char) {
            return false;
        }
        count += size;
    }
    count <= LONGEST
}

fn opening_bracket(text: &str) -> Option<usize> {
    let close = text.chars().next_back()?;
    let opens = match close {
        ')' | '）' => ['(', '（'],
        ']' | '】' => ['[', '【'],
        _ => return None,
    };
    let mut near = text.char_indices().rev().take(20);
    let (open, _) = near.find(|(_, c)| opens.contains(c))?;
    (open > 0).then_some(open)
}

/// Where the run of label characters that ends the segment begins.
fn label_start(segment: &str) -> usize {
    let chars: Vec<(usize, char)> = segment.char_indices().rev().take(4 * MAX_LABEL).collect();
    let mut start = segment.len();
    let mut token = 0; // characters of the token being read, from its end
    let mut i = 0;
    while let Some((at, c)) = chars.get(i).copied() {
        if is_label_char(c) {
            start = at;
            token += 1;
            i += 1;
        } else if !is_visible(c) {
            let next = chars[i..]
                .iter()
                .position(|(_, c)| is_visible(*c))
                .map(|n| i + n);
            let Some(next) = next else { break };
            let alone = is_han(chars[next].1)
                && chars.get(next + 1).is_none_or(|(_, c)| !is_label_char(*c));
            if token != 1 || !alone {
                break;
            }
            token = 0;
            i = next;
        } else {
            break;
        }
    }
    start
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn is_label_char(c: char) -> bool {
    is_han(c) || c.is_ascii_alphabetic() || matches!(c, '/' | '-' | '／')
}

/// `联系电话　0599-6660001`: a name and its value with a wide gap between them instead of a colon.
fn gap_pair(line: &str) -> Option<(Span, Span)> {
    let trimmed = without_number(line.trim());
    let gap = wide_gap(trimmed)?;
    let (label, value) = (&trimmed[..gap], trimmed[gap..].trim_start());
    let is_name = label.chars().count() >= 2
        && label.chars().count() <= LONGEST_BARE_LABEL
        && label.chars().all(is_label_char)
        && is_label(label)
        && !value.is_empty()
        && !is_label(value);
    let end = line.trim_end().len();
    let start = end - trimmed.len();
    is_name.then(|| {
        (
            Span::new(start, start + label.len()),
            Span::new(end - value.len(), end),
        )
    })
}

/// Where a wide gap begins that is near enough to the start to have a name before it.
fn wide_gap(line: &str) -> Option<usize> {
    let near = line.char_indices().take(LONGEST_BARE_LABEL + 1);
    let is_gap = |rest: &str| {
        rest.starts_with(['\u{3000}', '\u{2003}', '\t'])
            || rest.starts_with("  ")
            || rest.starts_with("\u{a0}\u{a0}")
    };
    near.map(|(at, _)| at).find(|at| is_gap(&line[*at..]))
}

fn value_in(line: &str, from: usize, until: usize) -> Span {
    let text = &line[from..until];
    let text = text.split('。').next().unwrap_or(text);
    let is_edge =
        |c: char| !is_visible(c) || matches!(c, '；' | ';' | '，' | ',' | '、' | '|' | '_' | '＿');
    let start = from + text.len() - text.trim_start_matches(is_edge).len();
    let inner = text.trim_matches(is_edge);
    if inner.is_empty() || is_only_numbering(inner) {
        return Span::new(from, from);
    }
    Span::new(start, start + inner.len())
}

/// `上午( )至( ),下午( )至( )`: a form whose blanks nobody filled in.
fn is_blank_form(value: &str) -> bool {
    const FORM: &str = "上下午至到时分点年月日周星期路街巷号室楼层转";
    let mut blanks = 0;
    let mut rest = value;
    while let Some(at) = rest.find(['(', '_']) {
        if !rest[..at]
            .chars()
            .all(|c| !c.is_alphanumeric() || FORM.contains(c))
        {
            return false;
        }
        let inner = rest[at..].trim_start_matches(['(', '_', ' ', '\u{3000}']);
        let filled = rest[at..].starts_with('(') && !inner.starts_with(')');
        if filled {
            return false;
        }
        blanks += 1;
        rest = inner.trim_start_matches(')');
    }
    blanks > 0
        && rest
            .chars()
            .all(|c| !c.is_alphanumeric() || FORM.contains(c))
}

/// `（二）` left over between an empty value and the next label.
fn is_only_numbering(text: &str) -> bool {
    let inner = text
        .trim_start_matches(['(', '（', '第'])
        .trim_end_matches([')', '）', '、', '.', '．']);
    inner.len() < text.len()
        && (1..=2).contains(&inner.chars().count())
        && inner
            .chars()
            .all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
}

/// Without blanks, colon, numbering in front and bracket behind.
fn clean_label(folded: &str) -> String {
    let mut label: String = folded
        .chars()
        .filter(|c| is_visible(*c) && !matches!(c, ':' | '：'))
        .collect();
    if let Some(open) = label.find('(')
        && open > 0
        && label.ends_with(')')
    {
        label.truncate(open);
    }
    without_number(&label)
        .trim_matches(|c: char| matches!(c, '*' | '·' | '●' | '■' | '◆' | '【' | '】' | '[' | ']'))
        .to_owned()
}
