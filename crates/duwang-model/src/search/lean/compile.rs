//! Expressions compiled.

use regex_automata::nfa::thompson::{Compiler, Config, NFA, WhichCaptures};
use regex_syntax::hir::Hir;
use std::cell::RefCell;

/// Bytes an expression may take compiled, as `regex` has it.
const MOST_COMPILED: usize = 10 << 20;

thread_local! {
    /// One for all: each new one would fill half a megabyte of tables with zeros.
    static COMPILER: RefCell<Compiler> = RefCell::new(Compiler::new());
}

/// `None`: it is too large.
pub(super) fn compile(hir: &Hir, captures: WhichCaptures) -> Option<NFA> {
    let config = Config::new()
        .which_captures(captures)
        .nfa_size_limit(Some(MOST_COMPILED));
    COMPILER.with_borrow_mut(|compiler| compiler.configure(config).build_from_hir(hir).ok())
}
