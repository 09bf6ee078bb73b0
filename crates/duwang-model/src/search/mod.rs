//! Looking for many things in one text: words by the thousand, expressions by the hundred.

mod finder;
mod lean;
mod literals;
mod set;

pub use finder::{Finder, Found};
pub use lean::{Groups, LeanRegex};
pub use literals::{Required, Sought};
pub use set::{LeanSet, Looked, telling_words};
