//! Values that add up to others, and what is said when they do not.

use super::number::shown;
use super::value::{Read, Value};
use crate::judge::Slots;
use crate::kind::Out;
use crate::load::{At, Fields};
use duwang_model::Span;

/// Of more addends than this only those are written out that are not nothing.
const FEW: usize = 4;

/// What must be equal: the values of the left and of the right, by their positions.
#[derive(Debug)]
pub(super) struct Sum {
    left: Vec<usize>,
    right: Vec<usize>,
    source: String,
    /// By how much each addend may be rounded, in ten-thousandths.
    rounding: i64,
}

impl Sum {
    /// `"新收 + 结转 = 总计 + 结转下年"`.
    pub(super) fn of(
        source: &At<String>,
        values: &[Value],
        rounding: i64,
        fields: &Fields<'_>,
    ) -> Option<Self> {
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
        Some(Self {
            left: side(left)?,
            right: side(right)?,
            source: source.value.clone(),
            rounding,
        })
    }

    /// By how much the sides may differ: each addend was rounded by itself.
    fn tolerance(&self) -> i64 {
        let addends = self.left.len().max(self.right.len());
        self.rounding * i64::try_from(addends).unwrap_or(0)
    }

    /// The positions of all its values.
    pub(super) fn positions(&self) -> impl Iterator<Item = usize> {
        self.left.iter().chain(&self.right).copied()
    }

    /// Says of the first column where the sides differ what they are: one is enough to look at the table.
    pub(super) fn judge(&self, values: &[Value], read: &[Option<Read>], out: &mut Out<'_>) {
        let sides = Side::of(&self.left, read).zip(Side::of(&self.right, read));
        let Some((left, right)) = sides else {
            return;
        };
        let Some((l, r)) = left.width().zip(right.width()) else {
            return;
        };
        // Columns are counted from the right: the last one is the total in every row.
        let wrong = (0..l.min(r)).find(|column| {
            let totals = left.total(*column).zip(right.total(*column));
            totals.is_some_and(|(l, r)| (l - r).abs() > self.tolerance())
        });
        if let Some(column) = wrong {
            self.say(values, column, (&left, &right), out);
        }
    }

    fn say(
        &self,
        values: &[Value],
        column: usize,
        (left, right): (&Side<'_>, &Side<'_>),
        out: &mut Out<'_>,
    ) {
        let (l, r) = (left.written(values, column), right.written(values, column));
        let mut draft = out.draft().keyed(self.source.as_str()).with(Slots {
            value: format!("{l}；{r}"),
            label: self.source.clone(),
            ..Slots::default()
        });
        draft.span = right.place().or_else(|| left.place());
        out.push(draft);
    }
}

/// The values of one side of a sum, by their positions, as they were read.
struct Side<'r>(Vec<(usize, &'r Read)>);

impl<'r> Side<'r> {
    fn of(positions: &[usize], read: &'r [Option<Read>]) -> Option<Self> {
        let each = positions.iter();
        each.map(|at| Some((*at, read.get(*at)?.as_ref()?)))
            .collect::<Option<_>>()
            .map(Self)
    }

    fn told(&self) -> impl Iterator<Item = &(usize, &'r Read)> {
        self.0.iter().filter(|(_, read)| read.told)
    }

    /// Columns that all values have; none where no value is told.
    fn width(&self) -> Option<usize> {
        self.told().map(|(_, read)| read.numbers.len()).min()
    }

    fn total(&self, column: usize) -> Option<i64> {
        self.0.iter().map(|(_, read)| read.number(column)).sum()
    }

    /// `采纳3＋未采纳2＝5`; one value is its own total.
    fn written(&self, values: &[Value], column: usize) -> String {
        let counts = |(_, read): &&(usize, &Read)| {
            self.0.len() <= FEW || read.number(column).unwrap_or(0) != 0
        };
        let each = self.told().filter(counts).map(|(at, read)| {
            let name = values.get(*at).map_or("", |v| v.name.as_str());
            format!("{name}{}", shown(read.number(column).unwrap_or(0)))
        });
        let each = each.collect::<Vec<_>>().join("＋");
        match self.total(column) {
            Some(total) if self.0.len() > 1 => format!("{each}＝{}", shown(total)),
            _ => each,
        }
    }

    fn place(&self) -> Option<Span> {
        self.told().next().map(|(_, read)| read.span)
    }
}
