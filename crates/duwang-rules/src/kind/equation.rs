//! `equation`: numbers that must add up, in the text (采纳 + 未采纳 = 收到) or in the rows of a table (新收 + 结转 = 办结 + 结转下年).
//!
//! A value that is not there, or stands there more than once with different numbers, makes no equation: nothing is said. Where a text tells
//! its values several times (第一次收到…；第二次收到…), each line is an equation of its own.

mod across;
mod down;
mod number;
mod row;
mod sum;
mod value;

use super::{Out, Reading};
use crate::judge::{Form, Seen};
use crate::load::{Expression, Fields, expressions};
use across::Across;
use down::Down;
use duwang_model::Span;
use sum::Sum;
use value::{Found, Read, Value};

#[derive(Debug)]
pub(crate) struct Equation {
    values: Vec<Value>,
    /// What must add up.
    sums: Vec<Sum>,
    /// Rows of which the last of so many numbers is the sum of the others.
    across: Vec<Across>,
    /// Rows of totals below what they add up.
    down: Option<Down>,
    /// Numbers that make the sum another one (意见另有2条与本办法无关).
    unless: Vec<Expression>,
}

/// One line that tells everything says nothing of a number told elsewhere.
const FEWEST_LINES: usize = 2;
/// Nobody tells the same in so many rounds; each line is compared with everything that is told.
const MOST_LINES: usize = 50;

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Equation> {
    let fields = reading.fields;
    let values: Vec<Value> = fields
        .tables("values")
        .iter()
        .map(|one| Value::of(one, reading))
        .collect();
    let rounding = rounding(fields);
    let sums = fields
        .texts("sums")
        .iter()
        .filter_map(|source| Sum::of(source, &values, rounding, fields))
        .collect();
    let across: Vec<Across> = fields
        .tables("across")
        .iter()
        .filter_map(Across::of)
        .collect();
    let down = fields.table("down").map(|one| Down::of(&one, rounding));
    if !fields.has("sums") && across.is_empty() && down.is_none() {
        fields.missing("sums");
    }
    Some(Equation {
        values,
        sums,
        across,
        down,
        unless: expressions(fields, "unless", Form::Folded, reading.watch),
    })
}

/// `rounding = "0.01"`: by how much each addend of a sum may be rounded, in ten-thousandths.
fn rounding(fields: &Fields<'_>) -> i64 {
    let Some(given) = fields.text("rounding") else {
        return 0;
    };
    number::number(&given.value).unwrap_or_else(|| {
        let what = format!("“{}”不是数", given.value);
        fields.troubles().report(&given.place, what);
        0
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
                sum.judge(&self.values, &read, out);
            }
        }
        for across in &self.across {
            across.judge(seen, out);
        }
        if let Some(down) = &self.down {
            down.judge(seen, out);
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
            sum.judge(&self.values, read, out);
        }
    }
}
