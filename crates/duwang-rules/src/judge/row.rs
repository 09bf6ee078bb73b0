//! A row of a table as one text, its cells parted by `|`: what stands in two cells beside each other (邮寄 | 据实) says something that
//! neither says alone.

/// Rows with more bytes than this are lists and no statements.
const LONGEST: usize = 2_000;

/// The joined text, and where each of its cells stands in the text of the document.
pub(crate) struct Row {
    pub(crate) text: String,
    /// Where a cell begins in `text`, and its range of the document's text; in text order.
    cells: Vec<(usize, (usize, usize))>,
}

impl Row {
    /// Joins cells by their ranges of a text; `None` when there is only one, or too much.
    pub(crate) fn of(text: &str, cells: impl Iterator<Item = (usize, usize)>) -> Option<Self> {
        let mut row = Self {
            text: String::new(),
            cells: Vec::new(),
        };
        for (start, end) in cells {
            let cell = text.get(start..end)?;
            if !row.cells.is_empty() {
                row.text.push('|');
            }
            row.cells.push((row.text.len(), (start, end)));
            row.text.extend(cell.chars().map(|c| match c {
                '\n' => ' ',
                c => c,
            }));
            if row.text.len() > LONGEST {
                return None;
            }
        }
        (row.cells.len() > 1).then_some(row)
    }

    /// A range of the joined text in the text of the document.
    pub(crate) fn in_document(&self, (start, end): (usize, usize)) -> (usize, usize) {
        let place = |at: usize| {
            let next = self.cells.partition_point(|(begin, _)| *begin <= at);
            let (begin, (first, last)) = self.cells[next.saturating_sub(1)];
            (first + (at - begin)).min(last)
        };
        let start = place(start);
        (start, place(end).max(start))
    }

    /// From the first cell to the last.
    pub(crate) fn range(&self) -> (usize, usize) {
        let first = self.cells.first().map_or(0, |(_, cell)| cell.0);
        let last = self.cells.last().map_or(first, |(_, cell)| cell.1);
        (first, last.max(first))
    }
}

#[cfg(test)]
mod tests {
    use super::Row;

    #[test]
    fn cells_are_joined_and_found_again() {
        let text = "表\n邮寄\n据实\n收取";
        let at = |word: &str| {
            let start = text.find(word).unwrap_or(0);
            (start, start + word.len())
        };
        let (post, cost) = (at("邮寄"), at("据实\n收取"));
        let row = Row::of(text, [post, cost].into_iter());
        let row = row.unwrap_or_else(|| panic!("two cells"));
        assert_eq!(row.text, "邮寄|据实 收取");
        assert_eq!(row.in_document((0, row.text.len())), (post.0, cost.1));
        assert_eq!(row.in_document((7, 13)), at("据实"));
        assert_eq!(row.range(), (post.0, cost.1));
        assert!(Row::of(text, [post].into_iter()).is_none());
    }
}
