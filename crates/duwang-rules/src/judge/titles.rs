//! What the rules ask of a title: hundreds of expressions, of which nearly none fits any one title. One look at the title tells which may.

use crate::load::LazyRegex;
use crate::rule::Rule;
use duwang_model::{LeanSet, Looked};
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The expressions for titles of all rules.
#[derive(Debug)]
pub(crate) struct Titles {
    expressions: Vec<LazyRegex>,
    /// By their number in the pool: which of them it is.
    places: HashMap<usize, usize>,
    /// Made for the first title; whoever only lists rules does without. `None`: one of them is wrong, which loading would have told.
    set: OnceLock<Option<LeanSet>>,
}

/// What a title was asked, and what it answered.
#[derive(Default)]
pub(crate) struct Answers {
    looked: OnceCell<Looked>,
    said: RefCell<HashMap<usize, bool, foldhash::fast::FixedState>>,
}

impl Titles {
    pub(crate) fn of(rules: &[Rule]) -> Self {
        let mut expressions = Vec::new();
        let mut places = HashMap::new();
        for one in rules.iter().flat_map(|rule| rule.scope.about_titles()) {
            places.entry(one.number()).or_insert_with(|| {
                expressions.push(one.clone());
                expressions.len() - 1
            });
        }
        Self {
            expressions,
            places,
            set: OnceLock::new(),
        }
    }

    /// Whether a title says what an expression looks for.
    pub(crate) fn says(&self, title: &str, one: &LazyRegex, answers: &Answers) -> bool {
        let mut said = answers.said.borrow_mut();
        let said = said.entry(one.number());
        *said.or_insert_with(|| self.ask(title, one, answers))
    }

    fn ask(&self, title: &str, one: &LazyRegex, answers: &Answers) -> bool {
        let known = || self.expressions.iter().map(|e| (e.as_str(), e.words()));
        let set = self.set.get_or_init(|| LeanSet::knowing(known()).ok());
        let (Some(set), Some(&place)) = (set, self.places.get(&one.number())) else {
            return one.is_match(title);
        };
        let looked = answers.looked.get_or_init(|| set.look(title));
        set.is_match(place, looked, title)
    }
}
