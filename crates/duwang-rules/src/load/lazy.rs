//! Expressions compiled when they are first needed: a document touches few of the hundreds that are loaded, and compiling all of
//! them would be most of the time a check takes.

use regex::{Captures, Match, Regex};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::sync::OnceLock;

/// Expressions that may unfold to more parts than this are compiled at once, so that too large a one is told when it is loaded.
const CERTAINLY_SMALL: u64 = 40_000;
/// Parts that a range of characters is reckoned as: it may begin and end amid the bytes that UTF-8 writes it with.
const PARTS_OF_RANGE: u64 = 12;

/// An expression known to be right, compiled on first use.
#[derive(Debug, Clone)]
pub(crate) struct LazyRegex {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    /// Takes an expression whose parsed form is `hir`. An error is one of size.
    pub(crate) fn new(source: &str, hir: &Hir) -> Result<Self, regex::Error> {
        let compiled = match parts(hir) > CERTAINLY_SMALL {
            true => OnceLock::from(Some(Regex::new(source)?)),
            false => OnceLock::new(),
        };
        Ok(Self {
            source: source.to_owned(),
            compiled,
        })
    }

    /// Takes one that was found right before.
    pub(crate) fn known(source: String) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// One that a test writes.
    #[cfg(test)]
    #[allow(clippy::expect_used, reason = "tests fail by panicking")]
    pub(crate) fn of(source: &str) -> Self {
        let hir = regex_syntax::parse(source).expect("an expression");
        Self::new(source, &hir).expect("a small one")
    }

    /// Whether it matches anywhere.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|r| r.is_match(text))
    }

    /// The expression as it runs.
    pub(crate) fn as_str(&self) -> &str {
        &self.source
    }

    /// The first match at or after a byte offset.
    pub(crate) fn find_at<'t>(&self, text: &'t str, from: usize) -> Option<Match<'t>> {
        self.regex()?.find_at(text, from)
    }

    /// The same with its groups.
    pub(crate) fn captures_at<'t>(&self, text: &'t str, from: usize) -> Option<Captures<'t>> {
        self.regex()?.captures_at(text, from)
    }

    /// `None` cannot happen for an expression that parsed and is small; if it does, it matches nothing.
    fn regex(&self) -> Option<&Regex> {
        let compile = || Regex::new(&self.source).ok();
        self.compiled.get_or_init(compile).as_ref()
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
        LazyRegex::new(source, &hir).ok()
    }

    #[test]
    fn small_ones_wait_and_large_ones_are_told() {
        let small = lazy("[^。]{0,60}电话");
        assert!(small.as_ref().is_some_and(|r| r.compiled.get().is_none()));
        assert!(small.is_some_and(|r| r.is_match("联系电话")));
        assert!(lazy(r"(?:\w{100}){200}").is_none());
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
                made.as_ref().is_some_and(|r| r.compiled.get().is_none()),
                "{part} waits"
            );
            assert!(
                made.is_some_and(|r| r.regex().is_some()),
                "{most} of {part} are too large"
            );
        }
    }
}
