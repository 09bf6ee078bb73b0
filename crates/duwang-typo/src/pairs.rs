//! Which pairs of signs are known, as a map of hashes: small enough to stay near the processor, where a table is far.

/// The place of a pair in a map of `bytes` bytes, a power of two.
#[inline]
pub(crate) fn pair_bit(a: u16, b: u16, bytes: usize) -> u64 {
    let spread = (spread(a) << 16).wrapping_add(spread(b));
    (spread >> 20) & (bytes as u64 * 8).wrapping_sub(1)
}

/// The key of a pair times a number that looks random is the sum of these, the first moved up.
#[inline]
fn spread(id: u16) -> u64 {
    u64::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Whether two signs are known to stand together, nearly: one stranger in fifteen passes, but the look is cheap.
#[inline]
pub(crate) fn perhaps_pair(map: &[u8], a: u16, b: u16) -> bool {
    let bit = pair_bit(a, b, map.len());
    let byte = map.get((bit / 8) as usize);
    byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
}

/// The two signs beside a gap, to ask of many which of them may stand in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap<'m> {
    pairs: &'m [u8],
    mask: u64,
    before: u64,
    after: u64,
}

impl<'m> Gap<'m> {
    pub(crate) fn between(pairs: &'m [u8], before: u16, after: u16) -> Self {
        Self {
            pairs,
            mask: (pairs.len() as u64 * 8).wrapping_sub(1),
            before: spread(before) << 16,
            after: spread(after),
        }
    }

    /// Where a sign is perhaps known, as [`perhaps_pair`] says: behind the first adds 1, before the second 2.
    #[inline]
    pub(crate) fn sides(&self, id: u16) -> u8 {
        let spread = spread(id);
        let behind = self.bit(self.before.wrapping_add(spread));
        let before = self.bit((spread << 16).wrapping_add(self.after));
        behind | before << 1
    }

    #[inline]
    fn bit(&self, spread: u64) -> u8 {
        let bit = (spread >> 20) & self.mask;
        let byte = self.pairs.get((bit / 8) as usize).copied();
        byte.unwrap_or_default() >> (bit % 8) & 1
    }
}
