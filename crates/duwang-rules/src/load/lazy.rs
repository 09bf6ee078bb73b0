//! Expressions compiled when they are first needed: a document touches few of the hundreds that are loaded, and compiling all of
//! them would be most of the time a check takes.

use duwang_model::{Groups, LeanRegex};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Expressions that may unfold to more parts than this are compiled at once, so that too large a one is told when it is loaded.
const CERTAINLY_SMALL: u64 = 40_000;
/// Parts that a range of characters is reckoned as: it may begin and end amid the bytes that UTF-8 writes it with.
const PARTS_OF_RANGE: u64 = 12;

/// An expression known to be right, compiled on first use. Its clones share what was compiled.
#[derive(Debug, Clone)]
pub(crate) struct LazyRegex(Arc<Lazy>);

#[derive(Debug)]
struct Lazy {
    source: String,
    /// Its number in the pool.
    number: usize,
    compiled: OnceLock<Option<LeanRegex>>,
    /// One of these stands in whatever it matches, of one for titles; empty: nothing is known.
    words: OnceLock<Vec<String>>,
}

/// The expressions of a load. Many rules write the same (which titles are none of theirs): each is compiled once, and a document is asked once.
#[derive(Debug, Default)]
pub(crate) struct Pool(RefCell<HashMap<String, LazyRegex>>);

impl Pool {
    /// Takes an expression whose parsed form is `hir`. An error is one of size.
    pub(crate) fn new_one(&self, source: &str, hir: &Hir) -> Result<LazyRegex, regex::Error> {
        let compiled = match parts(hir) > CERTAINLY_SMALL {
            true => OnceLock::from(Some(LeanRegex::checked(source)?)),
            false => OnceLock::new(),
        };
        Ok(self.shared(source.to_owned(), compiled))
    }

    /// Takes one that was found right before.
    pub(crate) fn known_one(&self, source: String) -> LazyRegex {
        self.shared(source, OnceLock::new())
    }

    fn shared(&self, source: String, compiled: OnceLock<Option<LeanRegex>>) -> LazyRegex {
        let mut pool = self.0.borrow_mut();
        let number = pool.len();
        let make = || {
            LazyRegex(Arc::new(Lazy {
                source: source.clone(),
                number,
                compiled,
                words: OnceLock::new(),
            }))
        };
        pool.entry(source.clone()).or_insert_with(make).clone()
    }
}

impl LazyRegex {
    /// One that a test writes.
    #[cfg(test)]
    #[allow(clippy::expect_used, reason = "tests fail by panicking")]
    pub(crate) fn of(source: &str) -> Self {
        let hir = regex_syntax::parse(source).expect("an expression");
        let made = Pool::default().new_one(source, &hir);
        made.expect("a small one")
    }

    /// Tells it from the others of its pool.
    pub(crate) fn number(&self) -> usize {
        self.0.number
    }

    /// Keeps the words that tell where it may match; `work_out` is asked once.
    pub(crate) fn tell_words(&self, work_out: impl FnOnce() -> Vec<String>) {
        self.0.words.get_or_init(work_out);
    }

    /// Words of which one stands in whatever it matches; none: it may match anywhere.
    pub(crate) fn words(&self) -> &[String] {
        self.0.words.get().map_or(&[], Vec::as_slice)
    }

    /// Whether it matches anywhere.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|r| r.is_match(text))
    }

    /// The expression as it runs.
    pub(crate) fn as_str(&self) -> &str {
        &self.0.source
    }

    /// The first match at or after a byte offset.
    pub(crate) fn find_at(&self, text: &str, from: usize) -> Option<Range<usize>> {
        self.regex()?.find_at(text, from)
    }

    /// The same with its groups.
    pub(crate) fn captures_at(&self, text: &str, from: usize) -> Option<Groups> {
        self.regex()?.captures_at(text, from)
    }

    /// `None` cannot happen for an expression that parsed and is small; if it does, it matches nothing.
    fn regex(&self) -> Option<&LeanRegex> {
        let compile = || LeanRegex::new(&self.0.source).ok();
        self.0.compiled.get_or_init(compile).as_ref()
    }
}

/// About how many parts an expression unfolds to: what stands in `{m,n}` counts n times.
fn parts(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Unicode(class)) => PARTS_OF_RANGE * class.ranges().len() as u64,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() as u64,
        HirKind::Capture(capture) => parts(&capture.sub),
        HirKind::Concat(subs) | HirKind::Alternation(subs) => subs
            .iter()
            .fold(0, |sum: u64, sub| sum.saturating_add(parts(sub))),
        HirKind::Repetition(repetition) => {
            let times = u64::from(repetition.max.unwrap_or(repetition.min + 1));
            parts(&repetition.sub).saturating_mul(times.max(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lazy(source: &str) -> Option<LazyRegex> {
        let hir = regex_syntax::parse(source).ok()?;
        Pool::default().new_one(source, &hir).ok()
    }

    #[test]
    fn small_ones_wait_and_large_ones_are_told() {
        let small = lazy("[^。]{0,60}电话");
        assert!(small.as_ref().is_some_and(|r| r.0.compiled.get().is_none()));
        assert!(small.is_some_and(|r| r.is_match("联系电话")));
        assert!(lazy(r"(?:\w{100}){200}").is_none());
    }

    #[test]
    fn the_same_expression_is_compiled_once() {
        let pool = Pool::default();
        let one = |source: &str| pool.known_one(source.to_owned());
        let (first, same, other) = (one("会议|座谈"), one("会议|座谈"), one("会议"));
        assert!(first.is_match("座谈会"));
        assert!(same.0.compiled.get().is_some());
        assert_eq!(first.number(), same.number());
        assert_ne!(first.number(), other.number());
    }

    #[test]
    fn what_waits_can_be_compiled() {
        for part in [
            "[^。]",
            "[^，。；,;]",
            r"\p{Han}",
            r"\w",
            r"\d",
            "甲",
            "(?:甲乙|丙丁)",
            ".",
            "[一-丁七]",
        ] {
            let alone = regex_syntax::parse(part).map_or(1, |hir| parts(&hir));
            let most = CERTAINLY_SMALL / alone.max(1);
            let made = lazy(&format!("(?:{part}){{{most}}}"));
            assert!(
                made.as_ref().is_some_and(|r| r.0.compiled.get().is_none()),
                "{part} waits"
            );
            assert!(
                made.is_some_and(|r| r.regex().is_some()),
                "{most} of {part} are too large"
            );
        }
    }
}
