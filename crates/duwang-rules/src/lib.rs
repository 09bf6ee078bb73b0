//! Rules as data: packs of TOML files and word lists are loaded, compiled once, and run over documents and channels.
//!
//! ```text
//! RuleFile… ─ load ─▶ Rules ─ check(document)         ─▶ Checked { hits, ran }
//!                          ├─ check_channel(facts)     ─▶ Checked { hits, ran, unjudged }
//!                          ├─ explain(document)        ─▶ why a rule stayed silent
//!                          └─ test(read)               ─▶ what became of every example in the rules
//! ```
//! Look at [`Rules`] first. A *kind* of rule is code, one file each in `kind/`; a rule is data and never code.
//!
//! Cost: all literals of all rules (words, and for each regular expression a set of literals of which one must occur) are looked
//! for in one pass over each form of the text, so that a document is read twice whatever the number of rules; expressions then run
//! only on the lines where one of their literals stands.
//!
//! This crate does no IO, spawns nothing and reads no clock.

mod deadline;
mod error;
mod examples;
mod explain;
mod han;
mod judge;
mod kind;
mod load;
mod persons;
mod rule;
mod rules;
mod setting;
mod words;

pub use error::{RuleError, RuleErrors};
pub use examples::{Example, ExampleKind, ExampleOutcome, ExamplePage, ExampleSubject};
pub use explain::{Explanation, Why};
pub use load::{Prepared, is_sets};
pub use rule::{Basis, Checked, Context, Rule, RuleState, Scope, Unjudged};
pub use rules::{RuleFile, Rules};
