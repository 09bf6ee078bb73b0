//! From files to compiled rules: parse, lay overlays over, read keys, compile. All faults of all files are collected.

mod examples;
mod expression;
mod fields;
mod lazy;
mod literals;
mod protected;
mod rule;
mod sources;
pub(crate) mod table;

pub(crate) use expression::{Expression, expression, expressions, plain_regexes};
pub(crate) use fields::{At, Fields, known_words};
pub(crate) use literals::Required;
pub(crate) use rule::{Loaded, placeholders};
pub(crate) use sources::Lists;

use crate::error::{RuleErrors, Troubles};
use crate::rules::RuleFile;
use sources::Sources;

/// Reads and compiles every rule of the files.
pub(crate) fn load(files: &[RuleFile], overlays: &[String]) -> Result<Loaded, RuleErrors> {
    let troubles = Troubles::new(files);
    let sources = Sources::parse(files, overlays, &troubles);
    let loaded = rule::compile(&sources, &troubles);
    troubles.into_result()?;
    Ok(loaded)
}
