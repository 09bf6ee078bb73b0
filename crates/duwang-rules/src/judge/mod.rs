//! Judging one document: what the scanner saw, what a kind may ask of it, and how a draft becomes a hit.

mod cells;
mod day;
mod draft;
mod files;
mod form_scanner;
mod labels;
mod line;
mod memory;
mod parts;
mod row;
mod scanner;
mod seen;
mod titles;
mod verify;

pub(crate) use cells::Cells;
pub(crate) use day::judged_on;
pub(crate) use draft::{Draft, Slots, finish};
pub(crate) use duwang_model::shanghai_day;
pub(crate) use files::is_called;
pub(crate) use labels::items;
pub(crate) use line::Line;
pub(crate) use parts::Parts;
pub(crate) use scanner::{Candidates, Form, LineAt, Owner, Scanner, Wanted, Watchlist};
pub(crate) use seen::{Found, Ground, Seen};
pub(crate) use titles::Titles;
pub(crate) use verify::{Verify, Written, written_days};
