//! The engine and the packs, as the program uses them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod blanks;
mod common;
mod errors;
mod kinds;
mod large;
mod packs;
mod packs_in_use;
mod prepared;
mod properties;
mod sections;
mod terms;
mod whose;
