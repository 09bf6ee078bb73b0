//! Many expressions asked of one text: one pass tells which of them cannot stand in it, and only the others are run.

use super::{Finder, LeanRegex, Required, Sought};
use std::sync::OnceLock;

/// Words that stand at more of the places of a text, as a share, are met in most texts: finding them costs more than running the expression.
const MOST_FREQUENT: f64 = 0.002;
/// More words than this fill the list for little.
const MOST_WORDS: usize = 64;

/// Expressions by number, in the order they were given. Each is compiled when it is first run.
#[derive(Debug)]
pub struct LeanSet {
    expressions: Vec<Expression>,
    /// Words of which one stands in every match of an expression, all in one list.
    words: Finder,
    /// By the number of a word: whose it is.
    owners: Vec<u32>,
}

#[derive(Debug)]
struct Expression {
    source: String,
    compiled: OnceLock<Option<LeanRegex>>,
    /// No words tell that it cannot stand in a text.
    is_anywhere: bool,
}

impl LeanSet {
    /// Takes them. An error is one of spelling; one of size shows later, as an expression that stands nowhere.
    pub fn new<'s>(sources: impl IntoIterator<Item = &'s str>) -> Result<Self, regex::Error> {
        let mut expressions = Vec::new();
        for source in sources {
            let parsed = regex_syntax::parse(source);
            let hir = parsed.map_err(|e| regex::Error::Syntax(e.to_string()))?;
            expressions.push((source, telling_words(Sought::OnPieces(hir).required())));
        }
        Self::knowing(
            expressions
                .iter()
                .map(|(source, words)| (*source, &words[..])),
        )
    }

    /// Takes expressions that are right, each with its [`telling_words`].
    pub fn knowing<'s>(
        expressions: impl IntoIterator<Item = (&'s str, &'s [String])>,
    ) -> Result<Self, regex::Error> {
        let mut taken = Vec::new();
        let (mut words, mut owners) = (Vec::new(), Vec::new());
        for ((source, of_it), owner) in expressions.into_iter().zip(0_u32..) {
            taken.push(Expression {
                source: source.to_owned(),
                compiled: OnceLock::new(),
                is_anywhere: of_it.is_empty(),
            });
            owners.extend(of_it.iter().map(|_| owner));
            words.extend(of_it.iter().map(String::as_str));
        }
        let finder = Finder::new(words.iter().copied());
        Ok(Self {
            expressions: taken,
            words: finder.map_err(regex::Error::Syntax)?,
            owners,
        })
    }

    /// Looks through a text once, for all expressions.
    pub fn look(&self, text: &str) -> Looked {
        let mut may_stand: Vec<bool> = self.expressions.iter().map(|e| e.is_anywhere).collect();
        self.words.find(text, |found| {
            may_stand[self.owners[found.word as usize] as usize] = true;
        });
        Looked { may_stand }
    }

    /// Whether an expression matches anywhere in a text that was looked through, or in a part of it taken by itself.
    pub fn is_match(&self, number: usize, looked: &Looked, text: &str) -> bool {
        let expression = &self.expressions[number];
        looked.may_stand[number] && expression.regex().is_some_and(|e| e.is_match(text))
    }
}

impl Expression {
    fn regex(&self) -> Option<&LeanRegex> {
        let compile = || LeanRegex::new(&self.source).ok();
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// Of the words of which one stands in every match of an expression, found on pieces of lines: those worth looking for. None when they would tell
/// little.
pub fn telling_words(required: Option<Required>) -> Vec<String> {
    let tells = |r: &Required| r.literals.len() <= MOST_WORDS && r.frequency() <= MOST_FREQUENT;
    required.filter(tells).map_or_else(Vec::new, |r| r.literals)
}

/// Which expressions of a set may stand in a text.
#[derive(Debug)]
pub struct Looked {
    may_stand: Vec<bool>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FORMS: [&str; 7] = [
        "电话|邮箱",
        r"(?:收到|反馈)[^。\n]{0,4}[0-9一二]+\s*条",
        r"(?m)^\s*第[一二]条",
        r"(?s)(?:[？?].*?){3}",
        r"^[^\n]*\n甲",
        "乙$",
        r"\d{7}|(?i:mail)",
    ];

    #[test]
    fn what_needs_no_word_is_always_asked_and_what_lacks_its_words_never() {
        let set = LeanSet::new([r"\d{7}", "电话"]).unwrap();
        let text = "请拨6660001";
        let looked = set.look(text);
        assert!(set.is_match(0, &looked, text) && !set.is_match(0, &looked, "请拨"));
        assert!(!set.is_match(1, &looked, text));
        assert!(set.expressions[1].compiled.get().is_none());
    }

    #[test]
    fn a_wrong_one_is_an_error() {
        assert!(LeanSet::new(["电话", "(邮箱"]).is_err());
    }

    proptest! {
        #[test]
        fn each_answers_as_if_asked_alone(text in "[电话邮箱收到反馈甲乙，。第一条?？M\n 7]{0,60}") {
            let set = LeanSet::new(FORMS).unwrap();
            let looked = set.look(&text);
            for (number, form) in FORMS.into_iter().enumerate() {
                prop_assert_eq!(set.is_match(number, &looked, &text), LeanRegex::new(form).unwrap().is_match(&text), "{}", form);
            }
        }
    }
}
