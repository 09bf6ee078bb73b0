//! A place in a text, and the small things that dates are written with.

/// Reads on from a place; what is not there leaves it where it was or somewhere behind: who tries twice keeps the place.
pub(super) struct Cursor<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
}

impl Cursor<'_> {
    /// A number of so many digits.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let (mut value, mut count) = (0, 0);
        while count < most
            && let Some((d, len)) = digit(self.bytes, self.at)
        {
            value = value * 10 + d;
            self.at += len;
            count += 1;
        }
        (count >= least).then_some(value)
    }

    /// A few blanks, if any.
    pub(super) fn blanks(&mut self) {
        for _ in 0..4 {
            if !(self.take(" ") || self.take("\u{a0}") || self.take("\u{3000}") || self.take("\t"))
            {
                return;
            }
        }
    }

    /// Whether this is what comes next; then it is read.
    pub(super) fn take(&mut self, wanted: &str) -> bool {
        let is_there = self.bytes[self.at..].starts_with(wanted.as_bytes());
        self.at += if is_there { wanted.len() } else { 0 };
        is_there
    }
}

/// An ASCII or full-width digit at a place, with its length in bytes.
pub(super) fn digit(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    match bytes.get(at..)? {
        [d @ b'0'..=b'9', ..] => Some((u32::from(d - b'0'), 1)),
        [0xef, 0xbc, d @ 0x90..=0x99, ..] => Some((u32::from(d - 0x90), 3)),
        _ => None,
    }
}
