//! Label–value pairs: `联系电话：0599-6660001` in running text, rows of tables, definitions.

mod label;

pub(crate) use label::is_label;

use crate::fold::fold;
use crate::numbered::behind_number;
use crate::tables::Placed;
use crate::walk::{RawCell, is_visible};
use duwang_model::{Block, BlockKind, Pair, Part, Span, Table, Text};
use label::{MAX_LABEL, clean_label, gap_pair, labelled_colons, plausible};

/// Most pairs kept of one page.
const MAX_PAIRS: usize = 5_000;
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
