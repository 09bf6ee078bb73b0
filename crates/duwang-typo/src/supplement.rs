//! What a city's own clean pages write: a small set of hashes that keeps suspects quiet.

use crate::alphabet::is_han;
use crate::bytes::{u32_at, u64_at};
use crate::format::ModelError;
use crate::random::mix;
use std::collections::BTreeMap;

const MAGIC: &[u8; 8] = b"duwangLC";
const VERSION: u32 = 1;
/// Characters in a row that are remembered.
const LEN: usize = 3;
/// On how many pages something must stand to count as this city's way of writing.
const PAGES: u16 = 2;
/// Most strings remembered; beyond it the rarest go.
const MOST: usize = 400_000;

/// Strings of three Han characters, each with the number of pages that hold it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supplement {
    pages: BTreeMap<u64, u16>,
    read: u32,
}

impl Supplement {
    /// Learns a page that was reviewed or has no open finding.
    pub fn learn(&mut self, page: &str) {
        self.learn_strings(&Self::strings_of(page));
    }

    /// What a page teaches: its strings, each once, for whoever keeps account of them.
    pub fn strings_of(page: &str) -> Vec<u64> {
        let mut of_page: Vec<u64> = page.lines().flat_map(strings).collect();
        of_page.sort_unstable();
        of_page.dedup();
        of_page
    }

    /// Learns a page by its strings.
    pub fn learn_strings(&mut self, of_page: &[u64]) {
        for string in of_page {
            let pages = self.pages.entry(*string).or_insert(0);
            *pages = pages.saturating_add(1);
        }
        self.read = self.read.saturating_add(1);
        if self.pages.len() > MOST * 2 {
            self.thin();
        }
    }

    /// Takes back what a page taught.
    pub fn forget(&mut self, page: &str) {
        self.forget_strings(&Self::strings_of(page));
    }

    /// Takes back what a page taught, by its strings.
    pub fn forget_strings(&mut self, of_page: &[u64]) {
        for string in of_page {
            if let Some(pages) = self.pages.get_mut(string) {
                *pages = pages.saturating_sub(1);
            }
        }
        self.pages.retain(|_, pages| *pages > 0);
        self.read = self.read.saturating_sub(1);
    }

    /// How many pages it was made from.
    pub fn pages(&self) -> u32 {
        self.read
    }

    /// How many strings it would speak for.
    pub fn strings(&self) -> usize {
        self.pages.values().filter(|pages| **pages >= PAGES).count()
    }

    /// Whether every string of three characters that touches a place is written so on this city's pages.
    pub(crate) fn knows(&self, around: &[char], from: usize, to: usize) -> bool {
        if self.pages.is_empty() {
            return false;
        }
        let first = (from + 1).saturating_sub(LEN);
        let mut seen = 0;
        for start in first..to.max(from + 1) {
            let Some(string) = around.get(start..start + LEN) else {
                continue;
            };
            if !string.iter().all(|c| is_han(*c)) {
                continue;
            }
            if self
                .pages
                .get(&hash(string))
                .is_none_or(|pages| *pages < PAGES)
            {
                return false;
            }
            seen += 1;
        }
        seen > 0
    }

    /// The rarest go until there is room.
    fn thin(&mut self) {
        let mut least = 1;
        while self.pages.len() > MOST {
            self.pages.retain(|_, pages| *pages > least);
            least += 1;
        }
    }

    /// As a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend(self.read.to_le_bytes());
        out.extend((self.pages.len() as u64).to_le_bytes());
        for (string, pages) in &self.pages {
            out.extend(string.to_le_bytes());
            out.extend(pages.to_le_bytes());
        }
        out.extend(crc32fast::hash(&out).to_le_bytes());
        out
    }

    /// From a file.
    ///
    /// # Errors
    /// When it is something else, of another version, cut short or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        const ENTRY: usize = 10;
        if bytes.get(..8) != Some(MAGIC.as_slice()) {
            return Err(ModelError::Foreign);
        }
        let found = u32_at(bytes, 8);
        if found != VERSION {
            return Err(ModelError::Version {
                found,
                expected: VERSION,
            });
        }
        let count = u64_at(bytes, 16);
        let expected = count.saturating_mul(ENTRY as u64).saturating_add(28);
        let found = bytes.len() as u64;
        if found < expected {
            return Err(ModelError::Truncated { expected, found });
        }
        let body = bytes.len() - 4;
        if found != expected || crc32fast::hash(&bytes[..body]) != u32_at(bytes, body) {
            return Err(ModelError::Damaged("校验和不符"));
        }
        let pages = bytes[24..body]
            .chunks_exact(ENTRY)
            .map(|entry| (u64_at(entry, 0), crate::bytes::u16_at(entry, 8)))
            .collect();
        Ok(Self {
            pages,
            read: u32_at(bytes, 12),
        })
    }
}

fn strings(line: &str) -> Vec<u64> {
    let chars: Vec<char> = line.chars().collect();
    chars
        .windows(LEN)
        .filter(|w| w.iter().all(|c| is_han(*c)))
        .map(hash)
        .collect()
}

fn hash(string: &[char]) -> u64 {
    string.iter().fold(0, |h, &c| mix(h ^ u64::from(c)))
}

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]
mod tests {
    use super::*;

    #[test]
    fn what_two_pages_write_is_known_until_forgotten() {
        let mut supplement = Supplement::default();
        let page = "青石街道枫桥驿站开放。";
        supplement.learn(page);
        let around: Vec<char> = "枫桥驿站".chars().collect();
        assert!(!supplement.knows(&around, 2, 3), "one page is not enough");
        supplement.learn("枫桥驿站迎来游客");
        assert!(supplement.knows(&around, 2, 3));
        let again = Supplement::from_bytes(&supplement.to_bytes()).expect("reads what it wrote");
        assert_eq!(again, supplement);
        supplement.forget(page);
        assert!(!supplement.knows(&around, 2, 3));
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let mut supplement = Supplement::default();
        supplement.learn("青石街道枫桥驿站开放。");
        let bytes = supplement.to_bytes();
        assert!(matches!(
            Supplement::from_bytes(&bytes[..bytes.len() - 3]),
            Err(ModelError::Truncated { .. })
        ));
        let mut changed = bytes;
        changed[30] ^= 1;
        assert!(matches!(
            Supplement::from_bytes(&changed),
            Err(ModelError::Damaged(_))
        ));
    }
}
