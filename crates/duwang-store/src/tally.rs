//! What every table should hold, written with every batch: lost, altered and foreign rows are noticed by counting again.

use crate::tables::Table;

/// Bytes of the number of batches, and of one table's sum, on disk.
const NUMBER: usize = 8;
const SUM: usize = 16;

/// The number of the last committed batch and what it left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) batches: u64,
    /// In the order of [`Table::ALL`]; `None`: written by a version that did not count.
    sums: Option<[Sum; Table::ALL.len()]>,
}

/// Rows of a table and the sum of their hashes, in which their order does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    hashes: u64,
}

impl Tally {
    /// Before the first row is counted.
    pub(crate) fn empty() -> Self {
        Self {
            batches: 0,
            sums: Some(Default::default()),
        }
    }

    /// As the next batch begins.
    pub(crate) fn next(&self) -> Self {
        Self {
            batches: self.batches + 1,
            sums: self.sums,
        }
    }

    /// Counts a row that is there.
    pub(crate) fn add(&mut self, table: Table, key: &[u8], value: &[u8]) {
        if let Some(sums) = &mut self.sums {
            let sum = &mut sums[table as usize];
            sum.rows = sum.rows.wrapping_add(1);
            sum.hashes = sum.hashes.wrapping_add(hash(key, value));
        }
    }

    /// Counts a write.
    pub(crate) fn replace(
        &mut self,
        table: Table,
        key: &[u8],
        old: Option<&[u8]>,
        new: Option<&[u8]>,
    ) {
        if let (Some(old), Some(sums)) = (old, &mut self.sums) {
            let sum = &mut sums[table as usize];
            sum.rows = sum.rows.wrapping_sub(1);
            sum.hashes = sum.hashes.wrapping_sub(hash(key, old));
        }
        if let Some(new) = new {
            self.add(table, key, new);
        }
    }

    /// Whether this is what was found.
    pub(crate) fn holds(&self, found: &Self) -> bool {
        self.sums == found.sums
    }

    /// The tables in which something else was found, in Chinese; nothing when it was never counted.
    pub(crate) fn differences(&self, found: &Self) -> Vec<String> {
        let (Some(sums), Some(found)) = (&self.sums, &found.sums) else {
            return Vec::new();
        };
        let pairs = Table::ALL.into_iter().zip(sums.iter().zip(found));
        pairs
            .filter(|(_, (should, is))| should != is)
            .map(|(table, (should, is))| {
                format!(
                    "{} 应有 {} 条，现有 {} 条",
                    table.name(),
                    should.rows,
                    is.rows
                )
            })
            .collect()
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk::<NUMBER>()?;
        let sums = match rest.len() {
            0 => None,
            _ => Some(read_sums(rest)?),
        };
        Some(Self {
            batches: u64::from_be_bytes(*number),
            sums,
        })
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = self.batches.to_be_bytes().to_vec();
        for sum in self.sums.iter().flatten() {
            bytes.extend_from_slice(&sum.rows.to_be_bytes());
            bytes.extend_from_slice(&sum.hashes.to_be_bytes());
        }
        bytes
    }
}

/// A table that a later version added is one more sum at the end; here it is missing, so it is empty.
fn read_sums(bytes: &[u8]) -> Option<[Sum; Table::ALL.len()]> {
    let (sums, rest) = bytes.as_chunks::<SUM>();
    if !rest.is_empty() || sums.len() > Table::ALL.len() {
        return None;
    }
    let mut read = [Sum::default(); Table::ALL.len()];
    for (to, from) in read.iter_mut().zip(sums) {
        let (rows, hashes) = from.split_first_chunk()?;
        *to = Sum {
            rows: u64::from_be_bytes(*rows),
            hashes: u64::from_be_bytes(hashes.try_into().ok()?),
        };
    }
    Some(read)
}

fn hash(key: &[u8], value: &[u8]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.len() as u64).to_le_bytes());
    hasher.update(key);
    hasher.update(value);
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[(&str, &str)]) -> Tally {
        let mut tally = Tally::empty();
        for (key, value) in rows {
            tally.add(Table::Pages, key.as_bytes(), value.as_bytes());
        }
        tally
    }

    #[test]
    fn writes_leave_what_counting_finds() {
        let mut tally = rows(&[("a", "1"), ("b", "2")]);
        tally.replace(Table::Pages, b"a", Some(b"1"), Some(b"3"));
        tally.replace(Table::Pages, b"b", Some(b"2"), None);
        tally.replace(Table::Pages, b"c", None, Some(b"4"));
        tally.replace(Table::Pages, b"d", None, None);
        assert!(tally.holds(&rows(&[("c", "4"), ("a", "3")])));
        assert_eq!(Tally::read(&tally.write()), Some(tally));
    }

    #[test]
    fn a_row_that_is_lost_exchanged_or_moved_is_told() {
        let tally = rows(&[("a", "1"), ("b", "2")]);
        for other in [
            rows(&[("a", "1")]),
            rows(&[("a", "2"), ("b", "1")]),
            rows(&[("a", "1"), ("b", "2"), ("c", "")]),
            rows(&[("a", "1"), ("", "b2")]),
        ] {
            assert_eq!(tally.differences(&other).len(), 1);
            assert!(!tally.holds(&other));
        }
        assert!(tally.differences(&tally.clone()).is_empty());
    }

    #[test]
    fn a_store_that_did_not_count_is_counted_from_now_on() {
        let old = Tally::read(&7_u64.to_be_bytes()).unwrap_or_default();
        let found = rows(&[("a", "1")]);
        assert!(old.differences(&found).is_empty() && !old.holds(&found));
        assert!(Tally::read(b"short").is_none());
        assert!(Tally::read(&[0; 8 + 7]).is_none());
    }
}
