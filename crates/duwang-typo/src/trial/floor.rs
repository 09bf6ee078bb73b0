//! A floor under what an edit costs, by n-grams of up to three signs: nearly all edits lie above what they may cost by it already, and the looks it
//! takes do not wait for each other as those of a reading do.

use super::{Known, Trial};
use crate::checker::Parts;
use crate::cost::{Cost, State, Value};
use crate::ngram::Context;

/// The longest n-grams looked up.
const REACH: usize = 3;

impl Trial<'_> {
    /// False where the line surely brings less than `least` bits with `new` in this place.
    pub(crate) fn may_bring_with(
        &self,
        parts: &Parts<'_>,
        new: &[u16],
        known: Known,
        least: f32,
    ) -> bool {
        let most = self.most(least);
        let (mut context, mut state) = (self.context, self.state);
        let mut cost = 0;
        for (seam, id) in new.iter().chain([&self.line.ids[self.to]]).enumerate() {
            let (floor, after) = floor(parts, (context, state), *id, known[seam]);
            (context, state) = (context.with(*id), after);
            cost += floor;
            if cost > most {
                return false;
            }
        }
        cost + self.rest_at_least(parts, context, state) <= most
    }

    /// What the signs behind the first that is kept cost at least.
    fn rest_at_least(&self, parts: &Parts<'_>, context: Context, state: State) -> Cost {
        if self.rest == self.rest_apart || state.known() == 1 {
            return self.rest_apart;
        }
        let [_, _, behind] = self.neighbours();
        match parts.ngrams.value(&parts.view, context, behind, REACH) {
            Some(_) if state.known() == REACH => self.rest,
            Some(value) => value.cost,
            None => self.rest_apart,
        }
    }
}

/// What a sign costs at least after those of a context, and what is known then. Nothing is said of longer n-grams: where they may be there, the sign
/// may cost nothing, and leaving them as contexts costs nothing.
#[inline]
fn floor(
    parts: &Parts<'_>,
    (context, before): (Context, State),
    id: u16,
    is_perhaps_pair: bool,
) -> (Cost, State) {
    let look = |n| parts.ngrams.value(&parts.view, context, id, n);
    let alone = parts.ngrams.unigram(&parts.view, id);
    let pair = is_perhaps_pair.then(|| look(2)).flatten();
    let three = match before.known() > 1 && pair.is_some() {
        true => look(REACH),
        false => None,
    };
    let order = 1 + usize::from(pair.is_some()) + usize::from(three.is_some());
    let longest = three.or(pair).unwrap_or(alone);
    let cost = match order == REACH && before.known() >= REACH {
        true => 0,
        false => longest.cost + before.leaving(order),
    };
    let backoff = |value: Option<Value>| value.map_or(0, |value| value.backoff);
    let backoffs = [alone.backoff, backoff(pair), backoff(three), 0];
    (cost, State::of(backoffs, order))
}

#[cfg(test)]
mod tests {
    use crate::random::Random;
    use crate::samples::each_line;
    use crate::trial::Trial;

    #[test]
    fn nothing_that_a_trial_keeps_lies_above_the_floor() {
        let mut random = Random::new(5);
        let (mut kept, mut passed, mut tried) = (0, 0, 0);
        each_line(&mut |line, parts| {
            for from in 1..=line.last() {
                for _ in 0..12 {
                    let to = (from + random.below(3)).min(line.last() + 1);
                    // Signs of the same line, which are often known side by side.
                    let new: Vec<u16> = (0..random.below(3))
                        .map(|_| line.ids[1 + random.below(line.last())])
                        .collect();
                    let trial = Trial::of(line, parts, from, to);
                    let known = trial.known(parts, &new);
                    let least = random.below(9) as f32;
                    let is_kept = trial.run(parts, &new, known, least).is_some();
                    let may_be = trial.may_bring_with(parts, &new, known, least);
                    assert!(may_be || !is_kept, "{from}..{to} {new:?}");
                    kept += usize::from(is_kept);
                    passed += usize::from(may_be);
                    tried += 1;
                }
            }
        });
        assert!(
            kept > 1000 && passed < tried / 2,
            "{kept}, {passed} of {tried}"
        );
    }
}
