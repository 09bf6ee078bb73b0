//! How far a walk goes.

/// Bounds of one walk. What they cut off is counted and named in [`Walk::dropped`](super::Walk::dropped).
#[derive(Debug, Clone)]
pub struct WalkLimits {
    /// Pages and list pages asked for; the channel's own cap counts if it is smaller.
    pub max_pages: usize,
    /// Links away from an entry. Turning the pages of a list is no step away.
    pub max_depth: u16,
    /// Pages of one list.
    pub max_list_pages: usize,
    /// Different queries of one path, entries of lists not counted.
    pub max_query_variants: usize,
    /// Off-scope links looked at.
    pub max_checks: usize,
    /// Characters of a URL.
    pub max_url: usize,
    /// Dropped links kept by name.
    pub max_dropped: usize,
}

impl Default for WalkLimits {
    fn default() -> Self {
        Self {
            max_pages: 100_000,
            max_depth: 12,
            max_list_pages: 2000,
            max_query_variants: 64,
            max_checks: 5000,
            max_url: 1000,
            max_dropped: 500,
        }
    }
}
