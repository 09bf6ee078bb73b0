//! Expressions by the hundred, of which a page matches few: each says whether it stands in a text by what that alone takes, and is made
//! whole only once it does.

mod compile;
mod learned;
mod places;
mod rough;
mod teller;

pub use places::Groups;
use places::Places;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use teller::Teller;

/// A regular expression in the words of the crate `regex`, with the same answers, asked in two steps: a rough form of it, which is small and
/// quickly learned, says of nearly every text that it cannot match there; elsewhere what says where it does, and what its groups hold, is
/// asked. That is slow in a long text, of which what tells whether it matches at all is asked before. Each is made when it is first needed.
pub struct LeanRegex {
    source: Box<str>,
    /// `None`: too large, or of a form that it does not know.
    rough: Option<Box<Teller>>,
    /// Whether that is no rougher than the expression.
    is_exact: bool,
    exact: OnceLock<Option<Box<Teller>>>,
    /// `None`: too large; it matches nothing.
    places: OnceLock<Option<Box<Places>>>,
}

impl LeanRegex {
    /// Compiles the rough form. An error is one of spelling or of size; one of size that only the rest has shows later, as an expression
    /// that stands nowhere: see [`LeanRegex::checked`].
    pub fn new(source: &str) -> Result<Self, regex::Error> {
        let hir = regex_syntax::parse(source).ok();
        let roughened = hir.as_ref().and_then(rough::roughened);
        let is_exact = roughened.is_none();
        let rough = roughened.or(hir).as_ref().and_then(Teller::new);
        if rough.is_none() {
            regex::Regex::new(source)?;
        }
        Ok(Self {
            source: source.into(),
            rough: rough.map(Box::new),
            is_exact,
            exact: OnceLock::new(),
            places: OnceLock::new(),
        })
    }

    /// Compiles all of it once to see whether it is too large.
    pub fn checked(source: &str) -> Result<Self, regex::Error> {
        regex::Regex::new(source)?;
        Self::new(source)
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> bool {
        let told = self.told_roughly(text, 0).filter(|_| self.is_exact);
        told.unwrap_or_else(|| self.find_at(text, 0).is_some())
    }

    /// The first match at or after a byte offset; what stands before it counts as context.
    pub fn find_at(&self, text: &str, from: usize) -> Option<Range<usize>> {
        self.places_in(text, from)?.find_at(text, from)
    }

    /// The same with its groups.
    pub fn captures_at(&self, text: &str, from: usize) -> Option<Groups> {
        self.places_in(text, from)?.captures_at(text, from)
    }

    /// What says where, if it may match: it is not made for an expression whose rough form never does.
    fn places_in(&self, text: &str, from: usize) -> Option<&Places> {
        if from > text.len() || self.told_roughly(text, from) == Some(false) {
            return None;
        }
        let places = self.places()?;
        let is_answer_near = self.is_exact || places.is_quick(text, from);
        let may_match = is_answer_near || self.told_exactly(text, from) != Some(false);
        may_match.then_some(places)
    }

    fn told_roughly(&self, text: &str, from: usize) -> Option<bool> {
        self.rough.as_ref()?.tell(text, from)
    }

    /// The same of a text that is too long to look for a place in it in vain.
    fn told_exactly(&self, text: &str, from: usize) -> Option<bool> {
        let make = || {
            let hir = regex_syntax::parse(&self.source).ok()?;
            Teller::new(&hir).map(Box::new)
        };
        self.exact.get_or_init(make).as_ref()?.tell(text, from)
    }

    fn places(&self) -> Option<&Places> {
        let make = || Places::new(&self.source).map(Box::new);
        self.places.get_or_init(make).as_deref()
    }
}

impl fmt::Debug for LeanRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LeanRegex").field(&self.source).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::{Captures, Match, Regex};

    /// Of every form that the rules have: groups, borders of words and lines, repeated classes, both ends.
    const FORMS: [&str; 13] = [
        "电话|邮箱",
        r"^[^。]{0,6}(?P<fault>电话)",
        r"(?:^|[^0-9])1[3-9]\d{9}(?:[^0-9]|$)",
        r"\bQQ\b",
        "甲.{2,4}?乙$",
        r"(?m)^第\p{Han}+条",
        "(?i)web",
        "[^，。]{3,}乙",
        "〔[0-9]{4}〕",
        "电话[^。]{0,4}乙",
        r"^\p{Han}{5,9}$",
        "(甲[^，]{2,6}){2,3}",
        "甲(?:[^，。]{3,}?|[0-9]{4,60})(乙)",
    ];

    #[test]
    fn nothing_is_made_whole_before_it_matches() {
        let one = LeanRegex::new("联系(电话)").unwrap();
        assert!(!one.is_match("联系我们"));
        assert!(one.find_at("联系我们", 0).is_none());
        assert!(one.is_match("联系电话") && one.places.get().is_none());
        let groups = one.captures_at("请拨联系电话", 0).unwrap();
        assert_eq!(groups.get(1), Some(12..18));
        assert!(one.places.get().is_some());
    }

    #[test]
    fn a_wrong_one_is_an_error() {
        assert!(LeanRegex::new("(电话").is_err());
        assert!(LeanRegex::checked(r"(?:\w{100}){200}").is_err());
    }

    #[test]
    fn too_large_a_one_for_what_it_may_learn_still_answers() {
        let one = LeanRegex::new(r"(?:[^。]{0,80}；){9}[\p{Han}\d]{40,80}完").unwrap();
        let fits = format!("{}{}完", "甲；".repeat(9), "乙".repeat(40));
        assert!(one.is_match(&fits));
        assert!(!one.is_match(&fits.replace('完', "")));
    }

    #[test]
    fn a_long_text_is_answered_as_a_line_is() {
        let form = "甲([^。]{0,200})(乙)?丙";
        let (lean, usual) = (LeanRegex::new(form).unwrap(), Regex::new(form).unwrap());
        for gap in [10, 200, 201, 202, 20_000] {
            let text = format!("{}甲{}丙乙", "丁".repeat(gap), "乙".repeat(gap));
            let usual = usual.captures(&text);
            let lean = lean.captures_at(&text, 0);
            assert_eq!(usual.is_some(), gap <= 201);
            for group in 0..3 {
                let usual = usual.as_ref().and_then(|g| Some(g.get(group)?.range()));
                assert_eq!(lean.as_ref().and_then(|g| g.get(group)), usual);
            }
        }
        let text = format!("{}甲乙丙", "丁".repeat(30_000));
        assert_eq!(lean.find_at(&text, 0), usual.find(&text).map(|m| m.range()));
    }

    proptest! {
        #[test]
        fn it_answers_as_the_crate_does(text in "[电话邮箱甲乙，。第一条〔2024〕13800138000 QweEbB\n]{0,60}", form in 0..FORMS.len()) {
            let (lean, usual) = (LeanRegex::new(FORMS[form]).unwrap(), Regex::new(FORMS[form]).unwrap());
            prop_assert_eq!(lean.is_match(&text), usual.is_match(&text));
            for (from, _) in text.char_indices() {
                let range = |m: Match<'_>| m.range();
                prop_assert_eq!(lean.find_at(&text, from), usual.find_at(&text, from).map(range));
                let groups = |c: Captures<'_>| c.iter().map(|g| g.map(|g| g.range())).collect::<Vec<_>>();
                let groups = usual.captures_at(&text, from).map(groups);
                let lean_groups = lean.captures_at(&text, from);
                let count = usual.captures_len();
                prop_assert_eq!(lean_groups.map(|g| (0..count).map(|i| g.get(i)).collect::<Vec<_>>()), groups);
            }
        }
    }
}
