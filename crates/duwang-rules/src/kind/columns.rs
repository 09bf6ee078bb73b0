//! `columns`: what the table of a publication must show, column by column, such as the six items of a land transfer.

mod listed;

use super::sheet::{Heading, Sheet};
use super::{Out, Reading};
use crate::judge::{Draft, Form, Seen, Slots};
use crate::load::{Fields, LazyRegex, plain_regexes};
use crate::words::{WORDS, has_any};
use duwang_model::{BlockKind, Cell, Certainty, LinkRole, Part};

#[derive(Debug)]
pub(crate) struct Columns {
    columns: Vec<Column>,
    /// A table is the one meant when it has at least so many of the columns.
    recognised_by: usize,
    /// In other words than a table: the page tells it in its text when all of these stand there.
    or_text: bool,
    /// Without such a table: lines that name the columns as labels (流出方：…；流入方：…) are its rows, and so are labels one below another.
    or_lines: bool,
    /// Running text is judged when it tells at least so many of the columns.
    prose_by: usize,
    empty: Option<String>,
    /// Two columns whose product, times a whole number of years, is the third.
    product: Option<[usize; 3]>,
}

/// A column by its names.
#[derive(Debug)]
struct Column {
    name: String,
    headings: Vec<LazyRegex>,
    /// One of these must be found in every cell that has something; empty: anything will do.
    value: Vec<LazyRegex>,
    /// How running text tells it, where there is no table.
    prose: Vec<LazyRegex>,
    optional: bool,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Columns> {
    let fields = reading.fields;
    let columns: Vec<Column> = fields.tables("columns").iter().filter_map(column).collect();
    if columns.is_empty() {
        fields.missing("columns");
    }
    let product = product(fields, &columns);
    Some(Columns {
        product,
        columns,
        recognised_by: fields
            .number("recognised_by")
            .map_or(2, |n| n.value as usize),
        or_text: fields.flag("or_text").unwrap_or(false),
        or_lines: fields.flag("or_lines").unwrap_or(false),
        prose_by: fields.number("prose_by").map_or(2, |n| n.value as usize),
        empty: fields.text("empty").map(|t| t.value),
    })
}

/// `["流转面积", "流转价格", "流转金额"]`.
fn product(fields: &Fields<'_>, columns: &[Column]) -> Option<[usize; 3]> {
    let names = fields.texts("product");
    let place = names.first()?.place.clone();
    let places: Option<Vec<usize>> = names
        .iter()
        .map(|name| columns.iter().position(|c| c.name == name.value))
        .collect();
    let three = places.and_then(|p| <[usize; 3]>::try_from(p).ok());
    if three.is_none() {
        fields
            .troubles()
            .report(&place, "“product”要写三个栏目的名字，前两个相乘得第三个");
    }
    three
}

fn column(fields: &Fields<'_>) -> Option<Column> {
    let name = fields.required_text("name");
    if !fields.has("headings") {
        fields.missing("headings");
    }
    let column = Column {
        headings: plain_regexes(fields, "headings"),
        value: plain_regexes(fields, "value"),
        prose: plain_regexes(fields, "prose"),
        optional: fields.flag("optional").unwrap_or(false),
        name: name.map(|n| n.value).unwrap_or_default(),
    };
    fields.finish();
    Some(column)
}

impl Column {
    fn is_called(&self, label: &str) -> bool {
        self.headings.iter().any(|r| r.is_match(label))
    }

    /// Whether a line of the content tells it; the title only says what the page is about.
    fn is_told(&self, seen: &Seen<'_>) -> bool {
        let text = seen.text(Form::Folded);
        seen.lines(Form::Folded).iter().any(|&line| {
            let words = &text[line.0..line.1];
            let is_said = self.prose.iter().any(|r| r.is_match(words))
                || (words.contains(':') && labels(words).any(|label| self.is_called(label)));
            is_said && is_content(seen, line)
        })
    }
}

impl Column {
    /// Whether what stands in a column of another name can only be this one: every cell says it the way running text would.
    fn fits(&self, sheet: &Sheet<'_>, at: usize) -> bool {
        let mut filled = cells(sheet, at).filter(|cell| !cell.text.trim().is_empty());
        let tells = |cell: &Cell| self.prose.iter().any(|r| r.is_match(&cell.text));
        filled.next().is_some_and(tells) && filled.all(tells)
    }
}

/// Whether no title says what the page is about.
fn is_untitled(seen: &Seen<'_>) -> bool {
    seen.bare_title().is_empty()
}

fn is_content(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    let block = seen.block_of(Form::Folded, line);
    let title = seen.document.title_span;
    block
        .is_some_and(|b| b.part == Part::Main && !title.is_some_and(|title| title.overlaps(b.span)))
}

/// What stands before the colons of a line: `1.流出方:…;流入方:…`.
fn labels(line: &str) -> impl Iterator<Item = &str> {
    const LONGEST: usize = 12;
    line.split([';', ',', '。', '、']).filter_map(|part| {
        let (label, value) = part.split_once(':')?;
        let numbering = |c: char| c.is_ascii_digit() || ".() ".contains(c);
        let label = label.trim_start_matches(numbering);
        let is_label = !label.is_empty() && label.chars().count() <= LONGEST;
        (is_label && !value.trim().is_empty()).then_some(label)
    })
}

/// Cells of a column, rows that only sum up or are quite empty left out.
fn cells<'t>(sheet: &Sheet<'t>, at: usize) -> impl Iterator<Item = &'t Cell> + use<'t> {
    let counts = |row: &&'t Vec<Cell>| {
        let filled = row.iter().filter(|c| !c.text.is_empty()).count();
        let sums_up = row
            .iter()
            .take(2)
            .any(|c| matches!(c.text.replace(' ', "").as_str(), "合计" | "总计" | "小计"));
        filled * 2 >= row.len() && !sums_up
    };
    sheet
        .rows
        .iter()
        .filter(counts)
        .filter_map(move |row| row.get(at))
}

impl Columns {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let sheets: Vec<Sheet<'_>> = seen.document.tables.iter().filter_map(Sheet::of).collect();
        let known = |sheet: &Sheet<'_>| {
            let columns = self.columns.iter();
            columns
                .filter(|c| sheet.position(&c.headings).is_some())
                .count()
        };
        // The table with most of the columns is the one; others on the page are about something else.
        let best = sheets
            .iter()
            .map(|sheet| (known(sheet), sheet))
            .filter(|(count, _)| *count >= self.enough(seen))
            .max_by_key(|(count, _)| *count);
        let Some((_, sheet)) = best else {
            if self.or_lines && (self.judge_lines(seen, out) || self.judge_listed(seen, out)) {
                return;
            }
            if self.has_prose() && self.judge_prose(seen, out) {
                return;
            }
            return out.unjudged(&seen.document.url); // no table of this sort: whether there must be one is another rule's
        };
        self.judge_missing(sheet, seen, out);
        self.judge_cells(sheet, out);
        self.judge_product(sheet, out);
    }

    /// How many columns make a table the one meant. Where no title says what it is about, all but one must be there.
    fn enough(&self, seen: &Seen<'_>) -> usize {
        let required = self.columns.iter().filter(|c| !c.optional).count();
        match is_untitled(seen) {
            true => self.recognised_by.max(required.saturating_sub(1)).max(3),
            false => self.recognised_by.max(1),
        }
    }

    /// Judges numbered sentences as the rows of a table; whether there are any.
    fn judge_lines(&self, seen: &Seen<'_>, out: &mut Out<'_>) -> bool {
        let text = seen.text(Form::Folded);
        let mut told = vec![false; self.columns.len()];
        let mut first = None;
        for &line in seen.lines(Form::Folded) {
            let words = &text[line.0..line.1];
            if !words.contains(':') {
                continue;
            }
            let named: Vec<usize> = self
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| labels(words).any(|label| column.is_called(label)))
                .map(|(n, _)| n)
                .collect();
            let in_content = || {
                seen.block_of(Form::Folded, line)
                    .is_some_and(|b| b.part == Part::Main && b.kind != BlockKind::Cell)
            };
            if named.len() < self.recognised_by.max(2) || !in_content() {
                continue;
            }
            named.into_iter().for_each(|n| told[n] = true);
            first.get_or_insert(line);
        }
        let Some(first) = first else { return false };
        let shown: String = text[first.0..first.1].chars().take(60).collect();
        if let Some(mut draft) = self.untold(|n, _| !told[n], out) {
            draft.locator = Some(format!("正文：{shown}"));
            out.push(draft);
        }
        true
    }

    /// What is said of the columns that must be told and are not.
    fn untold(&self, is_untold: impl Fn(usize, &Column) -> bool, out: &Out<'_>) -> Option<Draft> {
        let missing: Vec<&str> = self
            .columns
            .iter()
            .enumerate()
            .filter(|(n, column)| !column.optional && is_untold(*n, column))
            .map(|(_, column)| column.name.as_str())
            .collect();
        (!missing.is_empty()).then(|| {
            out.draft().keyed("columns").with(Slots {
                value: missing.join("、"),
                label: missing.join("、"),
                ..Slots::default()
            })
        })
    }

    fn has_prose(&self) -> bool {
        self.columns.iter().any(|column| !column.prose.is_empty())
    }

    /// Judges running text that tells what a table would; whether it does. A page with tables, pictures or files may tell it there.
    fn judge_prose(&self, seen: &Seen<'_>, out: &mut Out<'_>) -> bool {
        let document = seen.document;
        // News of some village tells of households and amounts, too.
        if is_untitled(seen) {
            return false;
        }
        let elsewhere = document.tables.iter().any(|t| t.part == Part::Main)
            || document.images.iter().any(|i| i.part == Part::Main)
            || document
                .links
                .iter()
                .any(|l| l.role == LinkRole::Attachment);
        if elsewhere {
            return false;
        }
        let told: Vec<bool> = self.columns.iter().map(|c| c.is_told(seen)).collect();
        let known = told.iter().filter(|told| **told).count();
        if known < self.prose_by.max(1) {
            return false;
        }
        if let Some(mut draft) = self.untold(|n, column| !told[n] && !column.prose.is_empty(), out)
        {
            draft.locator = Some("正文".to_owned());
            draft.certainty = Certainty::Ask; // what is said in other words is not found
            out.push(draft);
        }
        true
    }

    /// Area times price is the amount of one year or of several; a row that is neither is worth a look.
    fn judge_product(&self, sheet: &Sheet<'_>, out: &mut Out<'_>) {
        let at = |n: usize| {
            self.columns
                .get(n)
                .and_then(|c| sheet.position(&c.headings))
        };
        let Some([a, b, c]) = self.product.and_then(|p| {
            let places: Vec<usize> = p.iter().map(|n| at(*n)).collect::<Option<_>>()?;
            <[usize; 3]>::try_from(places).ok()
        }) else {
            return;
        };
        for row in sheet.rows {
            let of = |n: usize| row.get(n).and_then(|cell| decimal(&cell.text));
            let (Some(area), Some(price), Some(amount)) = (of(a), of(b), of(c)) else {
                continue;
            };
            if is_multiple(amount, area * price) {
                continue;
            }
            let Some(cell) = row.get(c) else { continue };
            let mut draft = out
                .draft()
                .at(cell.span)
                .keyed(format!("product {}", cell.text));
            draft.message = Some(
                "{label}写的是“{quote}”，与面积、价格相乘的结果{value}对不上，请核".to_owned(),
            );
            draft.slots.value = format!("{:.2}", area * price);
            draft.slots.label = self.product.map_or_else(String::new, |p| {
                self.columns
                    .get(p[2])
                    .map_or("", |c| c.name.as_str())
                    .to_owned()
            });
            draft.certainty = Certainty::Ask;
            return out.push(draft);
        }
    }

    fn judge_missing(&self, sheet: &Sheet<'_>, seen: &Seen<'_>, out: &mut Out<'_>) {
        let told_in_text = |column: &Column| {
            self.or_text
                && column
                    .headings
                    .iter()
                    .any(|r| r.is_match(seen.document.text.folded()))
        };
        let unnamed = self.unnamed(sheet);
        let is_untold = |_: usize, column: &Column| {
            sheet.position(&column.headings).is_none()
                && !told_in_text(column)
                && !unnamed.iter().any(|at| column.fits(sheet, *at))
        };
        let Some(mut draft) = self.untold(is_untold, out) else {
            return;
        };
        let shown: Vec<&str> = sheet.headings.iter().map(|h| h.whole.as_str()).collect();
        if unnamed.len() >= draft.slots.value.split('、').count() {
            draft.certainty = Certainty::Ask; // an odd heading is likelier than a column left out
        }
        draft.locator = Some(format!("表头：{}", shown.join("、")));
        out.push(draft);
    }

    /// The headings that are those of no column.
    fn unnamed(&self, sheet: &Sheet<'_>) -> Vec<usize> {
        let is_known = |heading: &&Heading| {
            let mut columns = self.columns.iter();
            columns.any(|column| heading.is_one_of(&column.headings))
                || has_any(&heading.whole, &WORDS.label.columns)
        };
        let headings = sheet.headings.iter().enumerate();
        let unknown = headings.filter(|(_, heading)| !is_known(heading));
        unknown.map(|(at, _)| at).collect()
    }

    /// A column that is there and says nothing, or something that cannot be it.
    fn judge_cells(&self, sheet: &Sheet<'_>, out: &mut Out<'_>) {
        for column in &self.columns {
            let Some(at) = sheet.position(&column.headings) else {
                continue;
            };
            let cells: Vec<&Cell> = cells(sheet, at).collect();
            let says_nothing = |c: &&Cell| !c.text.chars().any(char::is_alphanumeric);
            if !cells.is_empty() && cells.iter().all(says_nothing) && !column.optional {
                self.say_empty(column, out);
                continue;
            }
            let implausible = |c: &&&Cell| {
                !says_nothing(c)
                    && !column.value.is_empty()
                    && !column.value.iter().any(|r| r.is_match(&c.text))
            };
            if let Some(cell) = cells.iter().find(implausible) {
                let mut draft = out
                    .draft()
                    .at(cell.span)
                    .keyed(format!("value {}", column.name));
                draft.message = Some("“{label}”一栏写的是“{quote}”，不像这一栏的内容".to_owned());
                draft.slots.label.clone_from(&column.name);
                out.push(draft);
            }
        }
    }

    fn say_empty(&self, column: &Column, out: &mut Out<'_>) {
        let template = self.empty.clone();
        let mut draft = out
            .draft()
            .saying(&template.or_else(|| Some("“{label}”一栏全是空的".to_owned())))
            .keyed(format!("empty {}", column.name));
        draft.slots.label.clone_from(&column.name);
        out.push(draft);
    }
}

/// Most years of a land transfer, with room for several payments a year.
const MOST_TIMES: f64 = 100.0;

/// Whether an amount is a whole number of times another, within what rounding takes; prices in yuan and amounts in 万元 agree, too.
fn is_multiple(amount: f64, one: f64) -> bool {
    if one <= 0.0 || amount <= 0.0 {
        return true; // nothing to compare
    }
    [1.0, 10_000.0].iter().any(|unit| {
        let times = amount * unit / one;
        (0.98..=MOST_TIMES).contains(&times) && (times - times.round()).abs() <= 0.02 * times
    })
}

/// The only number of a cell.
fn decimal(text: &str) -> Option<f64> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    let number: String = bare
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let own = number.chars().filter(char::is_ascii_digit).count();
    (digits == own).then(|| number.parse().ok()).flatten()
}
