//! For a regular expression, a set of literals of which at least one stands in every match. The scanner looks for these, and the
//! expression runs only on lines where one was seen.

use regex_syntax::hir::{Class, Hir, HirKind};

/// More literals than this make the automaton big for little: a shorter, rarer set is then preferred.
const MOST_LITERALS: usize = 128;
/// A class with more members is no literal.
const WIDEST_CLASS: usize = 24;
/// Longer literals select no better.
const LONGEST: usize = 24;

/// A set of literals of which every match contains one; `None` when there is no useful one.
pub(crate) fn required_literals(hir: &Hir) -> Option<Vec<String>> {
    let found = analyse(hir);
    let mut set = better(found.exact.and_then(LiteralSet::useful), found.required)?;
    set.literals.sort();
    set.literals.dedup();
    Some(drop_implied(set.literals))
}

/// What is known of one part of an expression.
struct Known {
    /// Every text the part can match, when these are few.
    exact: Option<LiteralSet>,
    /// Literals one of which stands in every match of the part.
    required: Option<LiteralSet>,
}

#[derive(Clone)]
struct LiteralSet {
    literals: Vec<String>,
}

impl LiteralSet {
    fn of(literals: Vec<String>) -> Self {
        Self { literals }
    }

    /// A set that says something: no empty literal, none with a line break (matches never cross lines).
    fn useful(self) -> Option<Self> {
        let says_something = !self.literals.is_empty()
            && self.literals.len() <= MOST_LITERALS
            && self
                .literals
                .iter()
                .all(|l| !l.is_empty() && !l.contains('\n'));
        says_something.then_some(self)
    }

    /// How selective the set is: the weight of its weakest literal, less a little for each member.
    fn worth(&self) -> f32 {
        let weakest = self
            .literals
            .iter()
            .map(|l| l.chars().map(weight).sum::<f32>())
            .fold(f32::INFINITY, f32::min);
        weakest - 0.02 * self.literals.len() as f32
    }

    fn joined_with(&self, next: &Self) -> Option<Self> {
        if self.literals.len() * next.literals.len() > MOST_LITERALS {
            return None;
        }
        let joined: Vec<String> = self
            .literals
            .iter()
            .flat_map(|a| next.literals.iter().map(move |b| format!("{a}{b}")))
            .collect();
        joined
            .iter()
            .all(|l| l.chars().count() <= LONGEST)
            .then(|| Self::of(joined))
    }
}

/// How much a character narrows down the places: digits and the commonest characters hardly do.
fn weight(c: char) -> f32 {
    match c {
        '0'..='9' | ' ' => 0.4,
        'a'..='z' | 'A'..='Z' | '!'..='~' => 0.8,
        '的' | '是' | '在' | '和' | '了' | '不' | '有' | '年' | '月' | '日' | '一' | '第'
        | '，' | '。' | '、' | '：' | '《' | '》' => 0.6,
        _ => 1.2,
    }
}

fn analyse(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => exactly(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.chars().count() <= LONGEST => exactly(vec![text.to_owned()]),
            Ok(text) => required(LiteralSet::of(vec![text.chars().take(LONGEST).collect()])),
            Err(_) => nothing(),
        },
        HirKind::Class(class) => members(class).map_or_else(nothing, exactly),
        HirKind::Capture(capture) => analyse(&capture.sub),
        HirKind::Repetition(repetition) => {
            repeated(analyse(&repetition.sub), repetition.min, repetition.max)
        }
        HirKind::Concat(parts) => concatenated(parts),
        HirKind::Alternation(branches) => either(branches),
    }
}

fn exactly(literals: Vec<String>) -> Known {
    Known {
        exact: Some(LiteralSet::of(literals)),
        required: None,
    }
}

fn required(set: LiteralSet) -> Known {
    Known {
        exact: None,
        required: set.useful(),
    }
}

fn nothing() -> Known {
    Known {
        exact: None,
        required: None,
    }
}

fn members(class: &Class) -> Option<Vec<String>> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let mut out = Vec::new();
    for range in class.ranges() {
        if (range.end() as u32 - range.start() as u32) as usize + out.len() >= WIDEST_CLASS {
            return None;
        }
        out.extend((range.start()..=range.end()).map(String::from));
    }
    Some(out)
}

fn repeated(part: Known, min: u32, max: Option<u32>) -> Known {
    match (min, max) {
        (0, Some(0)) => exactly(vec![String::new()]),
        (0, Some(1)) => match part.exact {
            Some(mut set) => {
                set.literals.push(String::new());
                Known {
                    exact: Some(set),
                    required: None,
                }
            }
            None => nothing(),
        },
        (0, _) => nothing(),
        (1, Some(1)) => part,
        _ => {
            // At least `min` times: the first `min` rounds are certain, what follows is open.
            let once = part.exact.clone();
            let mut rounds = once.clone();
            for _ in 1..min.min(8) {
                let Some(longer) = rounds
                    .as_ref()
                    .zip(once.as_ref())
                    .and_then(|(a, b)| a.joined_with(b))
                else {
                    break;
                };
                rounds = Some(longer);
            }
            Known {
                exact: None,
                required: better(rounds.and_then(LiteralSet::useful), part.required),
            }
        }
    }
}

fn concatenated(parts: &[Hir]) -> Known {
    let mut run = LiteralSet::of(vec![String::new()]);
    let mut whole = true;
    let mut best: Option<LiteralSet> = None;
    for part in parts {
        let known = analyse(part);
        best = better(best, known.required);
        let joined = known.exact.as_ref().and_then(|set| run.joined_with(set));
        match (joined, known.exact) {
            (Some(joined), _) => run = joined,
            (None, exact) => {
                whole = false;
                best = better(best, run.useful());
                run = exact.unwrap_or_else(|| LiteralSet::of(vec![String::new()]));
            }
        }
    }
    if whole {
        return Known {
            exact: Some(run),
            required: best,
        };
    }
    Known {
        exact: None,
        required: better(best, run.useful()),
    }
}

fn either(branches: &[Hir]) -> Known {
    let known: Vec<Known> = branches.iter().map(analyse).collect();
    if known.iter().all(|k| k.exact.is_some()) {
        let all: Vec<String> = known
            .iter()
            .filter_map(|k| k.exact.as_ref())
            .flat_map(|set| set.literals.iter().cloned())
            .collect();
        if all.len() <= MOST_LITERALS {
            return exactly(all);
        }
    }
    let mut all = Vec::new();
    for k in known {
        match better(k.exact.and_then(LiteralSet::useful), k.required) {
            Some(set) => all.extend(set.literals),
            None => return nothing(),
        }
    }
    required(LiteralSet::of(all))
}

fn better(a: Option<LiteralSet>, b: Option<LiteralSet>) -> Option<LiteralSet> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.worth() > a.worth() { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// A literal that contains another of the set is implied by it.
fn drop_implied(literals: Vec<String>) -> Vec<String> {
    literals
        .iter()
        .filter(|long| {
            !literals
                .iter()
                .any(|short| short.len() < long.len() && long.contains(short.as_str()))
        })
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::required_literals;

    fn of(pattern: &str) -> Vec<String> {
        let hir = regex_syntax::parse(pattern).unwrap_or_else(|e| panic!("{e}"));
        required_literals(&hir).unwrap_or_default()
    }

    #[test]
    fn every_match_contains_one() {
        assert_eq!(of("防害(?:公务|安全)"), ["防害公务", "防害安全"]);
        assert_eq!(of(r"大桥[^。，\n]{0,6}合拢"), ["大桥"]);
        assert_eq!(of(r"[\p{Han}],[\p{Han}]"), [","]);
        assert_eq!(
            of(r"(?:^|[^0-9])(?:0[0-9]|1[0-9])年(?:1[0-2]|[1-9])月").len(),
            20
        );
        assert_eq!(of(r"\d{17}[\dXx]"), [""; 0]);
        assert_eq!(of(r"(?:a|\d+)"), [""; 0]);
        assert_eq!(
            of(r"延长.{0,16}(?:15|十五)个?工作日"),
            ["15个工作日", "15工作日", "十五个工作日", "十五工作日"]
        );
        assert_eq!(of(r"[０-９]").len(), 10);
        assert_eq!(of(r"。{3,}"), ["。。。"]);
    }
}
