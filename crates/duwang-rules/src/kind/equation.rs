//! `equation`: numbers that must add up, in the text (采纳 + 未采纳 = 收到) or in the rows of a table (新收 + 结转 = 办结 + 结转下年).
//!
//! A value that is not there, or stands there more than once with different numbers, makes no equation: nothing is said. Where a text tells
//! its values several times (第一次收到…；第二次收到…), each line is an equation of its own.

use super::sheet::{Heading, Sheet};
use super::{Out, Reading};
use crate::judge::{Form, Seen, Slots};
use crate::load::{At, Expression, Fields, LazyRegex, expressions, plain_regexes};
use crate::words::WORDS;
use duwang_model::{Cell, Span};
use std::ops::ControlFlow;

#[derive(Debug)]
pub(crate) struct Equation {
    values: Vec<Value>,
    /// Sums of values, by their positions: left and right.
    sums: Vec<Sum>,
    /// Rows of which the last of so many numbers is the sum of the others.
    across: Vec<Across>,
    /// Numbers that make the sum another one (意见另有2条与本办法无关).
    unless: Vec<Expression>,
}

/// A number by where it stands.
#[derive(Debug)]
struct Value {
    name: String,
    /// In the text: the fault group is the number.
    patterns: Vec<Expression>,
    /// A row of a table that begins like this.
    row: Vec<LazyRegex>,
    /// A column of a table that is called like this and has one number.
    column: Vec<LazyRegex>,
    /// Counts as nothing where it is not told.
    or_zero: bool,
}

#[derive(Debug)]
struct Sum {
    left: Vec<usize>,
    right: Vec<usize>,
    source: String,
}

#[derive(Debug)]
struct Across {
    /// How the row is named; empty: a row without a name.
    row: Vec<LazyRegex>,
    group: usize,
    /// Only rows of so many numbers.
    only: Option<usize>,
    /// The total stands before its parts.
    first: bool,
    /// What the columns of a group are called; empty: anything.
    columns: Vec<LazyRegex>,
}

/// One line that tells everything says nothing of a number told elsewhere.
const FEWEST_LINES: usize = 2;
/// Nobody tells the same in so many rounds; each line is compared with everything that is told.
const MOST_LINES: usize = 50;

/// A value as read: a number for each column (one for a text), with its place.
#[derive(Clone)]
struct Read {
    numbers: Vec<Option<i64>>,
    span: Span,
    told: bool,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Equation> {
    let fields = reading.fields;
    let values: Vec<Value> = fields
        .tables("values")
        .iter()
        .map(|one| value(one, reading))
        .collect();
    let sums = fields
        .texts("sums")
        .iter()
        .filter_map(|source| sum(source, &values, fields))
        .collect();
    let across: Vec<Across> = fields.tables("across").iter().filter_map(across).collect();
    if !fields.has("sums") && across.is_empty() {
        fields.missing("sums");
    }
    Some(Equation {
        values,
        sums,
        across,
        unless: expressions(fields, "unless", Form::Folded, reading.watch),
    })
}

fn value(fields: &Fields<'_>, reading: &mut Reading<'_, '_>) -> Value {
    let name = fields.required_text("name");
    let value = Value {
        name: name.map(|n| n.value).unwrap_or_default(),
        patterns: expressions(fields, "patterns", Form::Folded, reading.watch),
        row: plain_regexes(fields, "row"),
        column: plain_regexes(fields, "column"),
        or_zero: fields.flag("or_zero").unwrap_or(false),
    };
    if !["patterns", "row", "column"]
        .iter()
        .any(|key| fields.has(key))
    {
        fields.missing("patterns");
    }
    fields.finish();
    value
}

fn across(fields: &Fields<'_>) -> Option<Across> {
    let group = fields.required_number("group");
    let row = plain_regexes(fields, "row");
    let only = fields.number("only").map(|n| n.value as usize);
    let first = fields.flag("first").unwrap_or(false);
    let columns = plain_regexes(fields, "columns");
    if row.is_empty() && only.is_none() && columns.is_empty() {
        fields.missing("row");
    }
    fields.finish();
    Some(Across {
        row,
        only,
        first,
        columns,
        group: (group?.value as usize).max(2),
    })
}

/// `"新收 + 结转 = 总计 + 结转下年"`.
fn sum(source: &At<String>, values: &[Value], fields: &Fields<'_>) -> Option<Sum> {
    let side = |text: &str| -> Option<Vec<usize>> {
        text.split('+')
            .map(|name| {
                let name = name.trim();
                let found = values.iter().position(|v| v.name == name);
                if found.is_none() {
                    fields
                        .troubles()
                        .report(&source.place, format!("等式里的“{name}”没有写在 values 里"));
                }
                found
            })
            .collect()
    };
    let Some((left, right)) = source.value.split_once('=') else {
        fields
            .troubles()
            .report(&source.place, "等式要写成“甲 + 乙 = 丙”");
        return None;
    };
    Some(Sum {
        left: side(left)?,
        right: side(right)?,
        source: source.value.clone(),
    })
}

impl Equation {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        if seen.has(&self.unless, &Default::default()) {
            return;
        }
        let found: Vec<Found> = self.values.iter().map(|v| v.find(seen)).collect();
        let read: Vec<Option<Read>> = self
            .values
            .iter()
            .zip(&found)
            .map(|(v, f)| v.read(f))
            .collect();
        for sum in &self.sums {
            let is_told_differently =
                |i: usize| found.get(i).is_some_and(Found::is_told_differently);
            if sum.positions().any(is_told_differently) {
                self.judge_lines(sum, &found, seen, out);
            } else {
                self.judge_sum(sum, &read, out);
            }
        }
        for across in &self.across {
            across.judge(seen, out);
        }
    }

    /// Judges every line by itself that tells each value of a sum once, where several do; what may be left out must then be told nowhere
    /// else.
    fn judge_lines(&self, sum: &Sum, found: &[Found], seen: &Seen<'_>, out: &mut Out<'_>) {
        let differing = |i: usize| found.get(i).filter(|f| f.is_told_differently());
        let Some(Found::Told(told)) = sum.positions().find_map(differing) else {
            return;
        };
        let mut lines: Vec<Span> = told
            .iter()
            .filter_map(|(_, at)| seen.document.block_at(at.start).map(|b| b.span))
            .collect();
        lines.dedup();
        if lines.len() > MOST_LINES {
            return;
        }
        let read = |line: &Span| -> Vec<Option<Read>> {
            let values = self.values.iter().zip(found);
            values.map(|(v, f)| v.read(&f.within(*line))).collect()
        };
        let mut whole: Vec<Vec<Option<Read>>> = lines.iter().map(read).collect();
        whole.retain(|read| {
            sum.positions()
                .all(|i| read.get(i).is_some_and(Option::is_some))
        });
        if whole.len() < FEWEST_LINES {
            return;
        }
        for read in &whole {
            self.judge_sum(sum, read, out);
        }
    }

    fn judge_sum(&self, sum: &Sum, read: &[Option<Read>], out: &mut Out<'_>) {
        let of = |side: &[usize]| -> Option<Vec<&Read>> {
            side.iter().map(|i| read.get(*i)?.as_ref()).collect()
        };
        let Some((left, right)) = of(&sum.left).zip(of(&sum.right)) else {
            return;
        };
        let told = |side: &[&Read]| side.iter().any(|r| r.told);
        if !told(&left) || !told(&right) {
            return;
        }
        let width = left
            .iter()
            .chain(&right)
            .filter(|r| r.told)
            .map(|r| r.numbers.len())
            .min()
            .unwrap_or(0);
        // Columns are counted from the right: the last one is the total in every row.
        for column in 0..width {
            let total =
                |side: &[&Read]| -> Option<i64> { side.iter().map(|r| r.number(column)).sum() };
            let Some((l, r)) = total(&left).zip(total(&right)) else {
                continue;
            };
            if l != r {
                self.say(sum, column, l, r, (&left, &right), out);
                return; // one column is enough to look at the table
            }
        }
    }

    fn say(
        &self,
        sum: &Sum,
        column: usize,
        left: i64,
        right: i64,
        read: (&[&Read], &[&Read]),
        out: &mut Out<'_>,
    ) {
        let side = |positions: &[usize], read: &[&Read]| {
            let each: Vec<String> = positions
                .iter()
                .zip(read)
                .filter(|(_, r)| r.told)
                .map(|(i, r)| {
                    let name = self.values.get(*i).map_or("", |v| v.name.as_str());
                    format!("{name}{}", shown(r.number(column).unwrap_or(0)))
                })
                .collect();
            each.join("＋")
        };
        let (l, r) = (side(&sum.left, read.0), side(&sum.right, read.1));
        let l = if read.0.len() > 1 {
            format!("{l}＝{}", shown(left))
        } else {
            l
        };
        let r = if read.1.len() > 1 {
            format!("{r}＝{}", shown(right))
        } else {
            r
        };
        let place = read.1.iter().chain(read.0).find(|r| r.told);
        let mut draft = out.draft().keyed(sum.source.as_str()).with(Slots {
            value: format!("{l}；{r}"),
            label: sum.source.clone(),
            ..Slots::default()
        });
        draft.span = place.map(|r| r.span);
        out.push(draft);
    }
}

impl Sum {
    fn positions(&self) -> impl Iterator<Item = usize> {
        self.left.iter().chain(&self.right).copied()
    }
}

impl Read {
    fn once(number: i64, span: Span) -> Self {
        Self {
            numbers: vec![Some(number)],
            span,
            told: true,
        }
    }

    /// The number of a column counted from the right; what is not told counts as nothing.
    fn number(&self, column: usize) -> Option<i64> {
        if !self.told {
            return Some(0);
        }
        let at = self.numbers.len().checked_sub(column + 1)?;
        self.numbers.get(at).copied().flatten()
    }
}

impl Value {
    fn find(&self, seen: &Seen<'_>) -> Found {
        match () {
            () if !self.row.is_empty() => self.in_tables(seen),
            () if !self.column.is_empty() => self.in_columns(seen),
            () => self.in_text(seen),
        }
    }

    /// What is said once, or several times in the same way, counts.
    fn read(&self, found: &Found) -> Option<Read> {
        match found {
            Found::Row(read) => Some(read.clone()),
            Found::Told(told) if told.is_empty() => self.or_zero.then_some(Read {
                numbers: Vec::new(),
                span: Span::default(),
                told: false,
            }),
            Found::Told(_) if found.is_told_differently() => None,
            Found::Told(told) => told
                .first()
                .map(|(number, span)| Read::once(*number, *span)),
            Found::Unclear => None,
        }
    }

    fn in_text(&self, seen: &Seen<'_>) -> Found {
        let mut numbers: Vec<(i64, Span)> = Vec::new();
        for pattern in &self.patterns {
            let _ = seen.each(pattern, &Default::default(), &mut |found| {
                let text = &seen.text(pattern.form)[found.start..found.end];
                if let Some(number) = in_words(text) {
                    numbers.push((number, found.span));
                }
                ControlFlow::Continue(())
            });
        }
        Found::Told(numbers)
    }

    fn in_tables(&self, seen: &Seen<'_>) -> Found {
        let rows = seen.document.tables.iter().flat_map(|t| &t.rows);
        let mut named = rows.filter(|row| begins_like(row, &self.row));
        let Some(row) = named.next() else {
            return Found::Told(Vec::new());
        };
        if named.next().is_some() {
            return Found::Unclear;
        }
        let cells = numbers_at_end(row);
        match cells.last() {
            None => Found::Told(Vec::new()),
            Some((_, span)) => Found::Row(Read {
                span: *span,
                numbers: cells.into_iter().map(|(n, _)| n).collect(),
                told: true,
            }),
        }
    }

    fn in_columns(&self, seen: &Seen<'_>) -> Found {
        let mut told = Vec::new();
        for sheet in seen.document.tables.iter().filter_map(Sheet::of) {
            let Some(at) = sheet.only_position(&self.column) else {
                continue;
            };
            let cells = sheet.rows.iter().filter_map(|row| row.get(at));
            told.extend(cells.filter_map(|c| Some((number(&c.text)?, c.span))));
        }
        Found::Told(told)
    }
}

enum Found {
    /// A row of a table.
    Row(Read),
    /// Numbers of a text or a column with their places, in any number.
    Told(Vec<(i64, Span)>),
    /// Several rows could be meant.
    Unclear,
}

impl Found {
    fn is_told_differently(&self) -> bool {
        matches!(self, Self::Told(told) if told.iter().any(|(n, _)| Some(n) != told.first().map(|(n, _)| n)))
    }

    /// What of it is told on a line. Of what is told elsewhere only, nothing is known.
    fn within(&self, line: Span) -> Self {
        match self {
            Self::Told(told) if !told.is_empty() => {
                let here = told.iter().filter(|(_, at)| at.overlaps(line)).copied();
                match here.collect::<Vec<_>>() {
                    here if here.is_empty() => Self::Unclear,
                    here => Self::Told(here),
                }
            }
            Self::Told(_) => Self::Told(Vec::new()),
            Self::Row(_) | Self::Unclear => Self::Unclear,
        }
    }
}

impl Across {
    fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        for table in &seen.document.tables {
            if self.columns.is_empty() {
                self.judge_rows(&table.rows, &[], out);
            } else if let Some(sheet) = Sheet::of(table) {
                self.judge_rows(sheet.rows, &sheet.headings, out);
            }
        }
    }

    fn judge_rows(&self, rows: &[Vec<Cell>], headings: &[Heading], out: &mut Out<'_>) {
        let is_named = |row: &&Vec<Cell>| self.row.is_empty() || begins_like(row, &self.row);
        for row in rows.iter().filter(is_named) {
            let cells = numbers_at_end(row);
            let meant = self.only.is_none_or(|only| only == cells.len());
            if cells.is_empty() || !meant || !cells.len().is_multiple_of(self.group) {
                continue;
            }
            let from = row.len() - cells.len();
            for (n, group) in cells.chunks(self.group).enumerate() {
                let first = (from + n * self.group).min(headings.len());
                if !self.is_called(&headings[first..]) {
                    continue;
                }
                let Some((parts, total, span)) = self.parts_and_total(group) else {
                    continue;
                };
                let sum: i64 = parts.iter().sum();
                if sum == total {
                    continue;
                }
                let each: Vec<String> = parts.iter().map(|n| shown(*n)).collect();
                let label = row.first().map(|c| c.text.clone()).unwrap_or_default();
                let mut draft = out.draft().keyed(format!("across {label}")).with(Slots {
                    value: format!(
                        "{}＝{}；写的是{}",
                        each.join("＋"),
                        shown(sum),
                        shown(total)
                    ),
                    label,
                    ..Slots::default()
                });
                draft.span = Some(span);
                out.push(draft);
            }
        }
    }

    /// Whether the columns from the first of a group on are the ones meant.
    fn is_called(&self, headings: &[Heading]) -> bool {
        let names = self.columns.iter().map(std::slice::from_ref);
        headings.len() >= self.columns.len()
            && names
                .zip(headings)
                .all(|(name, heading)| heading.is_one_of(name))
    }

    /// The parts and the total of a group with its place, when every cell is a number.
    fn parts_and_total(&self, group: &[(Option<i64>, Span)]) -> Option<(Vec<i64>, i64, Span)> {
        let numbers: Vec<i64> = group.iter().map(|(n, _)| *n).collect::<Option<_>>()?;
        let ((total, parts), place) = match self.first {
            true => (numbers.split_first()?, group.first()?),
            false => (numbers.split_last()?, group.last()?),
        };
        Some((parts.to_vec(), *total, place.1))
    }
}

/// Whether one of the cells before the numbers of a row is named like this. A row without numbers is a heading: many pages set 总计 at the
/// head of a column in an ordinary cell.
fn begins_like(row: &[Cell], names: &[LazyRegex]) -> bool {
    let numbers = numbers_at_end(row).len();
    let mut labels = row.iter().take(row.len() - numbers);
    numbers > 0
        && labels.any(|cell| {
            let text: String = cell.text.split_whitespace().collect();
            names.iter().any(|r| r.is_match(&text))
        })
}

/// The cells of a row from the first number on; blank cells among them are unknown numbers.
fn numbers_at_end(row: &[Cell]) -> Vec<(Option<i64>, Span)> {
    let is_label = |c: &Cell| {
        number(&c.text).is_none() && c.text.chars().any(char::is_alphanumeric) && !is_share(&c.text)
    };
    let start = row.iter().rposition(is_label).map_or(0, |at| at + 1);
    let cells: Vec<(Option<i64>, Span)> = row[start..]
        .iter()
        .map(|c| (number(&c.text), c.span))
        .collect();
    if cells.iter().any(|(n, _)| n.is_some()) {
        cells
    } else {
        Vec::new()
    }
}

/// `-12.3%`: beside the numbers of a row, and none that adds up.
fn is_share(text: &str) -> bool {
    let bare = text.trim().trim_start_matches(['-', '+', '－', '↑', '↓']);
    bare.strip_suffix(['%', '％'])
        .is_some_and(|share| number(share).is_some())
}

/// Decimals kept of a number.
const PLACES: usize = 4;

/// A number of a text, where 未安排 is one too; in a table it may as well be a reason.
fn in_words(text: &str) -> Option<i64> {
    let is_nothing = WORDS.nothing.iter().any(|word| word == text);
    is_nothing.then_some(0).or_else(|| number(text))
}

/// A number, with or without its unit, in ten-thousandths.
fn number(text: &str) -> Option<i64> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    let bare = bare.trim_end_matches(['件', '条', '份', '个', '人', '元']);
    if matches!(bare, "零" | "〇") {
        return Some(0);
    }
    if let Some(digits) = crate::han::digits(bare) {
        return Some(i64::from(digits) * 10_i64.pow(PLACES as u32));
    }
    if let Some((number, len)) = crate::han::number_at(bare) {
        return (len == bare.len()).then(|| i64::from(number) * 10_i64.pow(PLACES as u32));
    }
    let bare = bare.trim_end_matches(['万', '元']);
    let (whole, rest) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let readable = !whole.is_empty() && whole.len() <= 9 && rest.len() <= PLACES;
    (readable && digits(whole) && digits(rest))
        .then(|| format!("{whole}{rest:0<PLACES$}").parse().ok())
        .flatten()
}

/// A number as a person writes it.
fn shown(number: i64) -> String {
    let (whole, rest) = (
        number / 10_i64.pow(PLACES as u32),
        number % 10_i64.pow(PLACES as u32),
    );
    let decimals = format!("{rest:0>PLACES$}");
    match decimals.trim_end_matches('0') {
        "" => whole.to_string(),
        decimals => format!("{whole}.{decimals}"),
    }
}
