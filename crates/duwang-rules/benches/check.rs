//! Cost of judging: how it grows with the text, and that it does not grow with the number of rules.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark fails by panicking"
)]

fn main() {}
