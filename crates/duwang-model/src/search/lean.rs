//! Expressions by the hundred, of which a page matches few: each says whether it stands in a text by what that alone takes, and is made
//! whole only once it does.

mod rough;

use regex::{Captures, Match, Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::util::prefilter::Prefilter;
use regex_automata::{Input, MatchKind};
use regex_syntax::hir::Hir;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;

/// Bytes in which an expression keeps what it learned of the texts it ran on, for each thread: an eighth of what is usual, for there are
/// hundreds. What does not fit is learned again.
const MOST_LEARNED: usize = 256 << 10;
/// Bytes beyond that for each state of an expression: five states of a large one must fit, or it learns nothing.
const LEARNED_OF_STATE: usize = 64;
/// Bytes an expression may take compiled, as `regex` has it.
const MOST_COMPILED: usize = 10 << 20;
/// How often what was learned may be forgotten before an expression that learns more than it reads is asked in another way.
const MOST_FORGOTTEN: usize = 3;
/// Bytes of text for each state learned, below which it learns more than it reads.
const LEAST_READ: usize = 10;

/// A regular expression in the words of the crate `regex`, with the same answers, asked in three steps: a rough form of it, which is small and
/// quickly learned, says of nearly every text that it cannot match there; then what tells whether it does; and only where it does that
/// crate's engine, which says where, and what its groups hold. Each is made when it is first needed.
pub struct LeanRegex {
    source: Box<str>,
    /// `None`: too large, or of a form that it does not know.
    rough: Option<Box<Teller>>,
    /// Whether that is no rougher than the expression.
    is_exact: bool,
    exact: OnceLock<Option<Box<Teller>>>,
    whole: OnceLock<Option<Regex>>,
}

impl LeanRegex {
    /// Compiles the rough form. An error is one of spelling or of size; one of size that only the rest has shows later, as an expression
    /// that stands nowhere: see [`LeanRegex::checked`].
    pub fn new(source: &str) -> Result<Self, regex::Error> {
        let hir = regex_syntax::parse(source).ok();
        let roughened = hir.as_ref().and_then(rough::roughened);
        let is_exact = roughened.is_none();
        let rough = roughened
            .or(hir)
            .as_ref()
            .and_then(Teller::new)
            .map(Box::new);
        let whole = match rough {
            Some(_) => OnceLock::new(),
            None => OnceLock::from(Some(build(source)?)),
        };
        Ok(Self {
            source: source.into(),
            rough,
            is_exact,
            exact: OnceLock::new(),
            whole,
        })
    }

    /// Compiles all of it once to see whether it is too large.
    pub fn checked(source: &str) -> Result<Self, regex::Error> {
        build(source)?;
        Self::new(source)
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> bool {
        self.is_match_at(text, 0)
    }

    /// The first match at or after a byte offset; what stands before it counts as context.
    pub fn find_at<'t>(&self, text: &'t str, from: usize) -> Option<Match<'t>> {
        self.finder(text, from)?.find_at(text, from)
    }

    /// The same with its groups.
    pub fn captures_at<'t>(&self, text: &'t str, from: usize) -> Option<Captures<'t>> {
        self.finder(text, from)?.captures_at(text, from)
    }

    /// What finds it, where it may stand: it is not made for an expression that never matches.
    fn finder(&self, text: &str, from: usize) -> Option<&Regex> {
        let is_made = self.whole.get().is_some();
        let may_match = match is_made {
            true => from <= text.len() && self.told_roughly(text, from) != Some(false),
            false => self.is_match_at(text, from),
        };
        may_match.then(|| self.whole()).flatten()
    }

    fn is_match_at(&self, text: &str, from: usize) -> bool {
        if from > text.len() {
            return false;
        }
        let told = match self.told_roughly(text, from) {
            Some(true) => self.told_exactly(text, from),
            told => told,
        };
        told.unwrap_or_else(|| self.whole().is_some_and(|r| r.is_match_at(text, from)))
    }

    fn told_roughly(&self, text: &str, from: usize) -> Option<bool> {
        self.rough.as_ref()?.tell(text, from)
    }

    /// The same where the rough form matches.
    fn told_exactly(&self, text: &str, from: usize) -> Option<bool> {
        let make = || {
            let hir = regex_syntax::parse(&self.source).ok();
            hir.as_ref().and_then(Teller::new).map(Box::new)
        };
        match self.is_exact {
            true => Some(true),
            false => self.exact.get_or_init(make).as_ref()?.tell(text, from),
        }
    }

    /// `None` cannot happen for an expression that the teller could be made of and is not large; if it does, it matches nothing.
    fn whole(&self) -> Option<&Regex> {
        self.whole.get_or_init(|| build(&self.source).ok()).as_ref()
    }
}

impl fmt::Debug for LeanRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LeanRegex").field(&self.source).finish()
    }
}

fn build(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source)
        .dfa_size_limit(MOST_LEARNED)
        .build()
}

type Make = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// Says whether, and nothing else.
struct Teller {
    dfa: DFA,
    learned: Pool<Cache, Make>,
}

impl Teller {
    fn new(hir: &Hir) -> Option<Self> {
        let config = thompson::Config::new()
            .which_captures(WhichCaptures::None)
            .nfa_size_limit(Some(MOST_COMPILED));
        let nfa = thompson::Compiler::new()
            .configure(config)
            .build_from_hir(hir)
            .ok()?;
        let prefilter = Prefilter::from_hir_prefix(MatchKind::LeftmostFirst, hir);
        let config = Config::new()
            .cache_capacity(MOST_LEARNED + LEARNED_OF_STATE * nfa.states().len())
            .minimum_cache_clear_count(Some(MOST_FORGOTTEN))
            .minimum_bytes_per_state(Some(LEAST_READ))
            .unicode_word_boundary(true)
            .prefilter(prefilter.filter(Prefilter::is_fast));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let learner = dfa.clone();
        let make: Make = Box::new(move || learner.create_cache());
        Some(Self {
            dfa,
            learned: Pool::new(make),
        })
    }

    /// `None`: it cannot tell (a border of a word amid characters that are not ASCII, or too much to learn).
    fn tell(&self, text: &str, from: usize) -> Option<bool> {
        let input = Input::new(text).span(from..text.len()).earliest(true);
        let found = self.dfa.try_search_fwd(&mut self.learned.get(), &input);
        found.ok().map(|end| end.is_some())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        assert!(one.is_match("联系电话") && one.whole.get().is_none());
        let groups = one.captures_at("请拨联系电话", 0).unwrap();
        assert_eq!(&groups[1], "电话");
        assert!(one.whole.get().is_some());
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

    proptest! {
        #[test]
        fn it_answers_as_the_crate_does(text in "[电话邮箱甲乙，。第一条〔2024〕13800138000 QweEbB\n]{0,60}", form in 0..FORMS.len()) {
            let (lean, usual) = (LeanRegex::new(FORMS[form]).unwrap(), Regex::new(FORMS[form]).unwrap());
            prop_assert_eq!(lean.is_match(&text), usual.is_match(&text));
            for (from, _) in text.char_indices() {
                let range = |m: Match<'_>| m.range();
                prop_assert_eq!(lean.find_at(&text, from).map(range), usual.find_at(&text, from).map(range));
                let groups = |c: Captures<'_>| c.iter().map(|g| g.map(|g| g.range())).collect::<Vec<_>>();
                prop_assert_eq!(lean.captures_at(&text, from).map(groups), usual.captures_at(&text, from).map(groups));
            }
        }
    }
}
