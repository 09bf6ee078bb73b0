//! For a regular expression, a set of literals of which at least one stands in every match. The scanner looks for these, and the
//! expression runs only on lines where one was seen.

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use std::cell::OnceCell;

/// More literals than this make the list of what is looked for long for little.
const MOST_LITERALS: usize = 256;
/// A class with more members is no literal.
const WIDEST_CLASS: usize = 64;
/// Longer literals select no better.
const LONGEST: usize = 24;

/// What the scanner looks for in place of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required {
    /// One of these stands in every match.
    pub literals: Vec<String>,
    /// They stand at the very beginning of the line.
    pub at_line_start: bool,
}

impl Required {
    /// About how often one of the literals stands at a place of an official text.
    pub fn frequency(&self) -> f64 {
        LiteralSet::of(self.literals.clone()).cost()
    }
}

/// What the scanner shall find literals for.
#[derive(Debug)]
pub enum Sought {
    /// They were found before, or there are none.
    Known(Option<Required>),
    /// Those of an expression that runs on whole lines.
    OnLines(Hir),
    /// Those of an expression that runs on a piece of a line.
    OnPieces(Hir),
    /// Those of several that must all match.
    Together(Vec<Self>),
}

impl Sought {
    /// The literals of which every match contains one; `None` when there are no useful ones.
    pub fn required(self) -> Option<Required> {
        match self {
            Self::Known(required) => required,
            Self::OnLines(hir) => required_literals(&hir),
            Self::OnPieces(hir) => required_anywhere(&hir),
            Self::Together(parts) => cheapest(parts.into_iter().map(Self::required)),
        }
    }
}

/// The literals of which every match contains one; `None` when there are no useful ones.
fn required_literals(hir: &Hir) -> Option<Required> {
    let found = analyse(hir);
    let set = better(found.exact.and_then(LiteralSet::useful), found.required);
    let anchored = anchored_literals(hir);
    let at_line_start = match (&set, &anchored) {
        (Some(set), Some(anchored)) => anchored.cost() / 50.0 < set.cost(),
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let mut literals = if at_line_start { anchored } else { set }?.literals;
    literals.sort();
    literals.dedup();
    Some(Required {
        literals: drop_implied(literals),
        at_line_start,
    })
}

/// The same wherever they stand: of an expression that runs on a piece of the line, the beginning of the line says nothing.
fn required_anywhere(hir: &Hir) -> Option<Required> {
    let found = analyse(hir);
    let set = better(found.exact.and_then(LiteralSet::useful), found.required)?;
    let mut literals = set.literals;
    literals.sort();
    literals.dedup();
    Some(Required {
        literals: drop_implied(literals),
        at_line_start: false,
    })
}

/// Of what several expressions require that must all match, what is seldomest met.
fn cheapest(of: impl Iterator<Item = Option<Required>>) -> Option<Required> {
    of.flatten()
        .min_by(|a, b| a.frequency().total_cmp(&b.frequency()))
}

/// What is known of one part of an expression.
struct Known {
    /// Every text the part can match, when these are few.
    exact: Option<LiteralSet>,
    /// Literals one of which begins, and one of which ends, every match of the part.
    edge: Option<LiteralSet>,
    /// Literals one of which stands in every match of the part.
    required: Option<LiteralSet>,
}

#[derive(Clone)]
struct LiteralSet {
    literals: Vec<String>,
    cost: OnceCell<f64>,
}

impl LiteralSet {
    fn of(literals: Vec<String>) -> Self {
        Self {
            literals,
            cost: OnceCell::new(),
        }
    }

    fn nothing() -> Self {
        Self::of(vec![String::new()])
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

    /// The same said by fewer literals, where there are too many: the beginnings or the ends of all of them, as long as may be, the rarer.
    fn fewer(self) -> Self {
        if self.literals.len() <= MOST_LITERALS {
            return self;
        }
        let cut = |length: usize, of: fn(&str, usize) -> String| {
            let mut literals: Vec<String> = self.literals.iter().map(|l| of(l, length)).collect();
            literals.sort_unstable();
            literals.dedup();
            Self::of(literals).useful()
        };
        let shorter = (1..LONGEST)
            .rev()
            .find_map(|length| better(cut(length, beginning), cut(length, ending)));
        shorter.unwrap_or(self)
    }

    /// About how often one of the literals stands at a place of an official text.
    fn cost(&self) -> f64 {
        *self.cost.get_or_init(|| {
            let each = self.literals.iter();
            let seen: f64 = each
                .map(|l| l.chars().map(frequency).product::<f64>())
                .sum();
            seen + 1e-7 * self.literals.len() as f64
        })
    }

    fn joined_with(&self, next: &Self) -> Option<Self> {
        if self.literals.len() * next.literals.len() > MOST_LITERALS {
            return None;
        }
        let joined: Vec<String> = self
            .literals
            .iter()
            .flat_map(|a| next.literals.iter().map(move |b| [a.as_str(), b].concat()))
            .collect();
        joined
            .iter()
            .all(|l| l.chars().count() <= LONGEST)
            .then(|| Self::of(joined))
    }
}

/// The first characters of a literal, and the last.
fn beginning(literal: &str, length: usize) -> String {
    literal.chars().take(length).collect()
}

fn ending(literal: &str, length: usize) -> String {
    let skipped = literal.chars().count().saturating_sub(length);
    literal.chars().skip(skipped).collect()
}

/// About how often a character stands in official texts (order of magnitude; marks count as they look once folded).
fn frequency(c: char) -> f64 {
    match c {
        '，' | ',' => 0.04,
        '的' | '、' | '。' => 0.025,
        '0'..='9' => 0.005,
        '一' | '不' | '年' | '月' | '日' | '和' | '是' | '在' | '了' | '有' | '第' | '二'
        | '三' => 0.008,
        ':' | '：' | '(' | ')' | '（' | '）' | ';' | '；' | '《' | '》' | ' ' => 0.004,
        'a'..='z' | 'A'..='Z' | '.' | '-' | '/' => 0.001,
        '国' | '政' | '府' | '行' | '单' | '位' | '工' | '作' | '人' | '民' | '管' | '理'
        | '中' | '市' | '镇' | '街' | '道' | '办' | '公' | '开' | '信' | '息' | '规' | '定'
        | '应' | '当' | '发' | '展' | '社' | '会' | '经' | '济' | '建' | '设' | '安' | '全'
        | '服' | '务' | '法' | '部' | '门' | '责' | '任' | '实' | '施' | '条' | '通' | '大'
        | '上' | '为' | '以' | '对' | '关' | '机' | '业' | '者' | '生' => 0.006,
        _ => 0.0005,
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

/// Literals at the beginning of a line, for an expression that is anchored there.
fn anchored_literals(hir: &Hir) -> Option<LiteralSet> {
    match hir.kind() {
        HirKind::Capture(capture) => anchored_literals(&capture.sub),
        HirKind::Concat(parts) => {
            let (first, rest) = parts.split_first()?;
            let anchored = matches!(
                first.kind(),
                HirKind::Look(Look::Start | Look::StartLF | Look::StartCRLF)
            );
            if !anchored {
                return None;
            }
            let mut prefix = LiteralSet::nothing();
            for part in rest {
                let known = analyse(part);
                let joined = known.exact.as_ref().and_then(|set| prefix.joined_with(set));
                match joined {
                    Some(joined) => prefix = joined,
                    None => {
                        let edge = known.edge.as_ref().and_then(|set| prefix.joined_with(set));
                        prefix = edge.unwrap_or(prefix);
                        break;
                    }
                }
            }
            prefix.useful()
        }
        _ => None,
    }
}

fn exactly(literals: Vec<String>) -> Known {
    Known {
        exact: Some(LiteralSet::of(literals)),
        edge: None,
        required: None,
    }
}

fn required(set: LiteralSet) -> Known {
    Known {
        exact: None,
        edge: None,
        required: set.useful(),
    }
}

fn nothing() -> Known {
    Known {
        exact: None,
        edge: None,
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
                exactly(set.literals)
            }
            None => nothing(),
        },
        (0, _) => nothing(),
        (1, Some(1)) => part,
        _ => at_least(part, min, max),
    }
}

/// At least `min` times: the first and the last `min` rounds are certain, what lies between is open.
fn at_least(part: Known, min: u32, max: Option<u32>) -> Known {
    let once = part.exact;
    let mut rounds = once.clone();
    let mut all = 1;
    while all < min {
        let longer = rounds
            .as_ref()
            .zip(once.as_ref())
            .and_then(|(a, b)| a.joined_with(b));
        let Some(longer) = longer else { break };
        rounds = Some(longer);
        all += 1;
    }
    if all == min && max == Some(min) {
        return Known {
            exact: rounds,
            edge: None,
            required: part.required,
        };
    }
    Known {
        exact: None,
        required: better(rounds.clone().and_then(LiteralSet::useful), part.required),
        edge: rounds,
    }
}

fn concatenated(parts: &[Hir]) -> Known {
    let mut run = LiteralSet::nothing();
    let mut whole = true;
    let mut best: Option<LiteralSet> = None;
    for part in parts {
        let known = analyse(part);
        best = better(best, known.required);
        let joined = known.exact.as_ref().and_then(|set| run.joined_with(set));
        if let Some(joined) = joined {
            run = joined;
            continue;
        }
        whole = false;
        if let Some(edge) = &known.edge {
            best = better(best, run.joined_with(edge).and_then(LiteralSet::useful));
        }
        best = better(best, run.useful());
        run = known
            .exact
            .or(known.edge)
            .unwrap_or_else(LiteralSet::nothing);
    }
    if whole {
        return Known {
            exact: Some(run),
            edge: None,
            required: best,
        };
    }
    Known {
        exact: None,
        edge: None,
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
    required(LiteralSet::of(all).fewer())
}

fn better(a: Option<LiteralSet>, b: Option<LiteralSet>) -> Option<LiteralSet> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.cost() < a.cost() { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// Of sorted literals, those that begin with no other: the shorter one implies the longer. (At the line start, too.)
fn drop_implied(literals: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(literals.len());
    for literal in literals {
        // Everything between a literal and what begins with it begins with it, too.
        let is_implied = kept
            .last()
            .is_some_and(|short| literal.starts_with(short.as_str()));
        if !is_implied {
            kept.push(literal);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{MOST_LITERALS, required_literals};

    fn of(pattern: &str) -> Vec<String> {
        let hir = regex_syntax::parse(pattern).unwrap_or_else(|e| panic!("{e}"));
        required_literals(&hir)
            .map(|r| r.literals)
            .unwrap_or_default()
    }

    #[test]
    fn anchored_literals_stand_at_the_line_start() {
        let hir = regex_syntax::parse("(?m)^[，。]").unwrap_or_else(|e| panic!("{e}"));
        assert!(required_literals(&hir).is_some_and(|r| r.at_line_start && r.literals.len() == 2));
        let hir = regex_syntax::parse("(?:^|甲)乙").unwrap_or_else(|e| panic!("{e}"));
        assert!(required_literals(&hir).is_some_and(|r| !r.at_line_start));
    }

    #[test]
    fn too_many_are_told_by_their_beginnings_or_ends() {
        let firsts = ('一'..='丐').flat_map(|a| ('甲'..='畈').map(move |b| format!("{a}{b}")));
        let all: Vec<String> = firsts.map(|first| format!("{first}报道")).collect();
        assert!(all.len() > MOST_LITERALS);
        let literals = of(&format!("(?:{})|丁报到[处时]", all.join("|")));
        assert!(!literals.is_empty() && literals.len() <= MOST_LITERALS);
        assert!(literals.iter().all(|l| l.contains('报')), "{literals:?}");
    }

    #[test]
    fn every_match_contains_one() {
        assert_eq!(of("防害(?:公务|安全)"), ["防害公务", "防害安全"]);
        assert_eq!(of(r"大桥[^。，\n]{0,6}合拢"), ["合拢"]);
        assert_eq!(of(r"[\p{Han}],[\p{Han}]"), [","]);
        let months = of(r"(?:^|[^0-9])(?:0[0-9]|1[0-9])年(?:1[0-2]|[1-9])月");
        assert!(months.contains(&"09年1月".to_owned()));
        assert!(months.iter().all(|l| l.contains('年')), "{months:?}");
        assert_eq!(of(r"\d{17}[\dXx]"), [""; 0]);
        assert_eq!(of(r"(?:a|\d+)"), [""; 0]);
        assert_eq!(of(r"延长.{0,16}(?:15|十五)个?工作日"), ["延长"]);
        assert_eq!(of(r"[０-９]").len(), 10);
        assert_eq!(of(r"。{3,}"), ["。。。"]);
        assert_eq!(of(r"[\p{Han}] {1,4}[，。]"), [" 。", " ，"]);
        assert_eq!(of(r"[零一二]+[0-9]+(?:年|月)").len(), 20);
        assert_eq!(of(r"(?m)^\s*[0-9]{1,2}、").len(), 10);
    }
}
