//! A table as headings and rows, whether or not the reader told its header, and with headings in two rows read as one.

use crate::load::LazyRegex;
use duwang_model::{Cell, Table};

/// Characters of a heading of a second row.
const LONGEST_HEADING: usize = 16;

pub(crate) struct Sheet<'t> {
    pub(crate) headings: Vec<Heading>,
    pub(crate) rows: &'t [Vec<Cell>],
}

/// What a column is called.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    /// All rows of headings joined: `双方甲方`.
    pub(crate) whole: String,
    /// The lowest of them alone: `甲方`.
    own: Option<String>,
}

impl Heading {
    pub(crate) fn is_one_of(&self, names: &[LazyRegex]) -> bool {
        let own = self.own.as_deref().unwrap_or(&self.whole);
        names
            .iter()
            .any(|r| r.is_match(&self.whole) || r.is_match(own))
    }
}

impl<'t> Sheet<'t> {
    pub(crate) fn of(table: &'t Table) -> Option<Self> {
        let (first, rows): (Vec<String>, &[Vec<Cell>]) = match table.rows.split_first() {
            _ if !table.header.is_empty() => {
                (table.header.iter().map(|h| bare(h)).collect(), &table.rows)
            }
            Some((first, rows)) => (first.iter().map(|c| bare(&c.text)).collect(), rows),
            None => return None,
        };
        let second = rows.first().filter(|row| goes_below(&first, row));
        let headings = first
            .into_iter()
            .enumerate()
            .map(|(n, upper)| joined(upper, second.and_then(|row| row.get(n))))
            .collect();
        Some(Self {
            headings,
            rows: &rows[usize::from(second.is_some())..],
        })
    }

    pub(crate) fn position(&self, names: &[LazyRegex]) -> Option<usize> {
        self.headings.iter().position(|h| h.is_one_of(names))
    }

    /// The only column called like this.
    pub(crate) fn only_position(&self, names: &[LazyRegex]) -> Option<usize> {
        let mut named = self.headings.iter().enumerate();
        let mut next = || named.find(|(_, h)| h.is_one_of(names)).map(|(at, _)| at);
        let first = next()?;
        next().is_none().then_some(first)
    }
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

fn joined(upper: String, lower: Option<&Cell>) -> Heading {
    let lower = lower.map(|cell| bare(&cell.text));
    match lower.filter(|lower| !lower.is_empty() && *lower != upper) {
        Some(lower) => Heading {
            whole: format!("{upper}{lower}"),
            own: Some(lower),
        },
        None => Heading {
            whole: upper,
            own: None,
        },
    }
}

/// Whether a row names the columns again below a heading that spans several of them (双方 above 甲方 and 乙方): short words without
/// numbers under the wide ones, and nothing, or the same again, under the others.
fn goes_below(headings: &[String], row: &[Cell]) -> bool {
    let is_wide = |n: usize| {
        let beside = [n.checked_sub(1), Some(n + 1)];
        let same = |m: usize| headings.get(m) == headings.get(n);
        !headings[n].is_empty() && beside.into_iter().flatten().any(same)
    };
    let is_name = |text: &str| {
        !text.is_empty()
            && text.chars().count() <= LONGEST_HEADING
            && !text.contains(|c: char| c.is_ascii_digit())
    };
    let wide: Vec<bool> = (0..headings.len()).map(is_wide).collect();
    let fits = |(n, cell): (usize, &Cell)| {
        let text = bare(&cell.text);
        match wide.get(n) {
            Some(true) => is_name(&text) && text != headings[n],
            Some(false) => text.is_empty() || text == headings[n],
            None => false,
        }
    };
    wide.contains(&true) && row.len() == headings.len() && row.iter().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::Sheet;
    use duwang_model::{Cell, Part, Span, Table};

    fn headings(rows: &[&[&str]]) -> (Vec<String>, usize) {
        let cell = |text: &&str| Cell {
            text: (*text).to_owned(),
            span: Span::default(),
        };
        let table = Table {
            header: Vec::new(),
            rows: rows
                .iter()
                .map(|row| row.iter().map(cell).collect())
                .collect(),
            part: Part::Main,
        };
        let sheet = Sheet::of(&table).unwrap_or_else(|| panic!("no sheet"));
        let names = sheet.headings.into_iter().map(|h| h.whole).collect();
        (names, sheet.rows.len())
    }

    #[test]
    fn headings_may_stand_in_two_rows() {
        let two: [&[&str]; 3] = [
            &["屯", "双方", "双方", "作物"],
            &["", "甲方(出)", "乙方(进)", ""],
            &["六甘", "黄某", "韦某", "火龙果"],
        ];
        let (names, rows) = headings(&two);
        assert_eq!(names, ["屯", "双方甲方(出)", "双方乙方(进)", "作物"]);
        assert_eq!(rows, 1);
        let one: [&[&str]; 2] = [&["姓名", "说明", "说明"], &["王某", "甲", "乙"]];
        assert_eq!(headings(&one).1, 1, "a person is no heading");
    }
}
