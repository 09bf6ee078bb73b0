//! From files to compiled rules: parse, lay overlays over, read keys, compile. All faults of all files are collected.

mod examples;
mod expression;
mod fields;
mod lazy;
mod prepared;
mod protected;
mod rule;
mod sets;
mod sources;
pub(crate) mod table;
mod together;

pub(crate) use expression::{Expression, Phrase, expression, expressions, phrases, plain_regexes};
pub(crate) use fields::{At, Fields, known_words};
pub(crate) use lazy::{LazyRegex, Pool};
pub use prepared::Prepared;
pub(crate) use rule::{Loaded, message};
pub(crate) use sets::Sets;
pub use sets::is_sets;
pub(crate) use sources::Lists;

use crate::error::{RuleErrors, Troubles};
use crate::rules::RuleFile;
use sources::Sources;

/// What is wrong in each of these overlays by itself: laid over each other, a later one would hide what is wrong in an earlier one.
pub(crate) fn check_overlays(files: &[RuleFile], overlays: &[String]) -> Result<(), RuleErrors> {
    let unknown = Prepared::default();
    let mut errors = Vec::new();
    for overlay in overlays {
        let troubles = Troubles::new(files, &unknown);
        let sources = Sources::parse(files, std::slice::from_ref(overlay), &troubles);
        rule::compile_overridden(&sources, &troubles);
        if let Err(told) = troubles.into_result() {
            errors.extend(told.errors);
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(RuleErrors { errors }),
    }
}

/// Reads and compiles every rule of the files.
pub(crate) fn load(
    files: &[RuleFile],
    overlays: &[String],
    prepared: &Prepared,
) -> Result<Loaded, RuleErrors> {
    let troubles = Troubles::new(files, prepared);
    let sources = Sources::parse(files, overlays, &troubles);
    let loaded = rule::compile(&sources, &troubles);
    troubles.into_result()?;
    Ok(loaded)
}
