//! How sure a suspect may be at most, whatever the second stage says: some slips look the same as good writing.

use crate::checker::Parts;
use crate::edits::{Edit, Slip, runs_on};
use crate::features;
use crate::line::{Line, USUAL};
use crate::suspect::Verdict;
use crate::words;

/// The surest verdict that an edit may get.
fn most(line: &Line, parts: &Parts<'_>, edit: &Edit) -> Verdict {
    match edit.slip {
        Slip::Character | Slip::Word if !makes_word(line, parts, edit) && !is_phrase(edit) => {
            Verdict::Ask
        }
        // A little word for a rare one mends the grammar of what is often a name (卫健局历史 → 卫健和历史).
        Slip::Character if are_of(parts, edit.meant(), LITTLE) => Verdict::Ask,
        Slip::Character if is_after_number(line, edit) && is_as_good(line, parts, edit) => {
            Verdict::Ask
        }
        Slip::Character if relates(line, parts, edit) => Verdict::Ask,
        // 依照条例 for 依照本条例, and 的, 地, 得, are for rules to tell.
        Slip::Missing if are_of(parts, edit.meant(), POINTING) => Verdict::Ask,
        Slip::Character
            if are_of(parts, edit.meant(), PARTICLES)
                && are_of(parts, &line.ids[edit.from..edit.to], PARTICLES) =>
        {
            Verdict::Ask
        }
        // 陶冶了情操, 帮了忙, 都同时废止: with or without is a matter of style.
        Slip::Surplus if are_of(parts, &line.ids[edit.from..edit.to], OPTIONAL) => Verdict::Ask,
        // 老人 lacks nothing, though 老年人 is more usual.
        Slip::Missing if is_joined(line, parts, edit) || !is_phrase(edit) => Verdict::Ask,
        // 比上年增 is short, not wrong.
        Slip::Missing => Verdict::Likely,
        // 日中 is as good as 中日; 新的 as 的新.
        Slip::Swapped if are_of(parts, edit.meant(), STATES) || !makes_word(line, parts, edit) => {
            Verdict::Ask
        }
        // A title and the first word of what follows it (补贴公示　公示时间).
        Slip::Doubled if line.is_parted(edit.from) => Verdict::Ask,
        // 照顾照顾, 很远很远: only what cannot be said twice is surely doubled.
        Slip::Doubled if edit.to - edit.from == 2 && may_be_said_twice(line, parts, edit) => {
            Verdict::Ask
        }
        // 八一路路口, 年年末: two words that meet.
        Slip::Doubled if edit.to - edit.from == 1 && begins_word(line, parts, edit) => Verdict::Ask,
        // Pet names and brands double what is dear (安兔兔, 宝贝贝).
        Slip::Doubled if are_of(parts, &line.ids[edit.from..edit.to], DEAR) => Verdict::Ask,
        _ => Verdict::Certain,
    }
}

/// A verdict after restraint. Characters left out or put in are beyond doubt or a question: what is between is too often a manner of
/// writing.
pub(crate) fn restrained(
    line: &Line,
    parts: &Parts<'_>,
    edit: &Edit,
    probability: f32,
    verdict: Verdict,
) -> Verdict {
    match lower(verdict, most(line, parts, edit)) {
        Verdict::Ask
            if verdict == Verdict::Certain && is_beyond_doubt(line, parts, edit, probability) =>
        {
            match probability >= SURE && line.strangeness() <= USUAL {
                true => Verdict::Certain,
                false => Verdict::Likely,
            }
        }
        Verdict::Likely | Verdict::Ask
            if verdict != Verdict::Ask && line.strangeness() <= KNOWN =>
        {
            match probability >= enough(line, parts, edit) {
                true => Verdict::Likely,
                false => Verdict::Ask,
            }
        }
        Verdict::Likely if probability < BEYOND_DOUBT && is_of_length(edit.slip) => Verdict::Ask,
        Verdict::Likely if probability < GRAMMAR && is_grammar(parts, edit.meant()) => Verdict::Ask,
        verdict => verdict,
    }
}

/// The probability from which on an edit is likely in writing that the model knows well, if `likely` is not asking for more anyway: most of
/// what `most` holds back is right there.
fn enough(line: &Line, parts: &Parts<'_>, edit: &Edit) -> f32 {
    match edit.slip {
        // Names, numbers of days and the like look the same in all writing.
        Slip::Character if is_after_number(line, edit) && is_as_good(line, parts, edit) => 1.0,
        Slip::Character if relates(line, parts, edit) => 1.0,
        // 账号及密码: between two nouns there may be one or not.
        Slip::Surplus if are_of(parts, &line.ids[edit.from..edit.to], JOINING) => BEYOND_DOUBT,
        Slip::Character if is_grammar(parts, edit.meant()) => PLAIN,
        slip if is_of_length(slip) => PLAIN,
        _ => 0.0,
    }
}

/// Slips that make a text longer or shorter.
fn is_of_length(slip: Slip) -> bool {
    matches!(slip, Slip::Missing | Slip::Surplus | Slip::Doubled)
}

/// Whether a word of grammar is meant.
fn is_grammar(parts: &Parts<'_>, meant: &[u16]) -> bool {
    !meant.is_empty() && (are_of(parts, meant, LITTLE) || are_of(parts, meant, PARTICLES))
}

/// One character for another, not beside a number, with hardly a doubt left.
fn is_beyond_doubt(line: &Line, parts: &Parts<'_>, edit: &Edit, probability: f32) -> bool {
    edit.slip == Slip::Character
        && probability >= BEYOND_DOUBT
        && !(is_after_number(line, edit) && is_as_good(line, parts, edit))
        && !relates(line, parts, edit)
}

/// The little words and particles that `most` holds back: where the second stage has hardly a doubt it is right (measured on held-out
/// text: 163 of 164), and in writing that the model knows well it is sure.
const BEYOND_DOUBT: f32 = 0.9;
const SURE: f32 = 0.97;
/// Writing that the model knows well: bits a sign at most.
const KNOWN: f32 = 5.5;
/// Enough in writing that the model knows well for what looks like good writing elsewhere: words of grammar, characters left out or put in.
const PLAIN: f32 = 0.6;
/// Enough for words of grammar in other writing.
const GRAMMAR: f32 = 0.62;

/// The less sure of two verdicts.
fn lower(a: Verdict, b: Verdict) -> Verdict {
    let rank = |verdict| match verdict {
        Verdict::Certain => 0,
        Verdict::Likely => 1,
        Verdict::Ask => 2,
        Verdict::Silent(_) => 3,
    };
    if rank(a) >= rank(b) { a } else { b }
}

/// The mended text around an edit, and where the edit stands in it.
fn mended(line: &Line, edit: &Edit) -> (Vec<u16>, usize) {
    let left = edit.from.saturating_sub(4).max(1);
    let right = (edit.to + 4).min(line.ids.len());
    let mut ids = line.ids[left..edit.from].to_vec();
    ids.extend(edit.meant());
    ids.extend(&line.ids[edit.to..right]);
    (ids, edit.from - left)
}

/// Whether an edit puts one character for another and makes a word of what is none.
pub(crate) fn is_plain(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    edit.slip == Slip::Character && !is_word(line, parts, edit) && makes_word(line, parts, edit)
}

/// Whether a character is meant that goes with nearly everything.
pub(crate) fn fits_everywhere(parts: &Parts<'_>, edit: &Edit) -> bool {
    is_grammar(parts, edit.meant()) || are_of(parts, edit.meant(), COMMONEST)
}

/// Whether the dictionary has a word over each changed place of the mended text.
fn makes_word(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    let (ids, at) = mended(line, edit);
    (at..at + edit.meant().len()).all(|at| parts.words.longest_over(parts.model, &ids, at).0 > 1)
}

/// Whether one character is to be mended in what is a word of the dictionary as it stands.
pub(crate) fn is_word(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    edit.slip == Slip::Character
        && parts
            .words
            .longest_over(parts.model, &line.ids, edit.from)
            .0
            > 1
}

/// Whether official text writes the mended place in a run of at least four signs.
pub(crate) fn is_phrase(edit: &Edit) -> bool {
    features::cover(&edit.steps, edit.meant().len().max(1)) > 3
}

/// Whether a number, or a date that ends in one (5月19日), stands before an edit.
fn is_after_number(line: &Line, edit: &Edit) -> bool {
    let is_number = |back: usize| {
        let at = edit.from.checked_sub(back);
        at.is_some_and(|at| !crate::alphabet::is_han_id(line.id(at)))
    };
    is_number(1) || is_number(2)
}

/// Whether what is written goes with a number as well as what the model would rather read.
fn is_as_good(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    let written = parts.character(line.id(edit.from));
    let meant = edit.meant().first().and_then(|id| parts.character(*id));
    written
        .zip(meant)
        .is_some_and(|pair| WITH_NUMBERS.contains(&pair))
}

/// Whether all signs are characters of a set.
fn are_of(parts: &Parts<'_>, ids: &[u16], set: &str) -> bool {
    let is_of = |id: &u16| parts.character(*id).is_some_and(|c| set.contains(c));
    ids.iter().all(is_of)
}

/// `仅限与本县水利事务有直接利害关系的人`: 与 that the word it belongs to follows, further off than the model sees.
fn relates(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    const FURTHEST: usize = 24;
    let behind = (edit.to..line.ids.len()).take(FURTHEST);
    let mut clause = behind.map_while(|at| parts.character(line.id(at)).filter(|c| !is_stop(*c)));
    are_of(parts, &line.ids[edit.from..edit.to], WITH) && clause.any(|c| RELATIONS.contains(c))
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '、')
}

/// Whether a character and the next are a word.
fn begins_word(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    let pair = [line.id(edit.from), line.id(edit.to)];
    parts.words.commonness(parts.model, &pair).is_some()
}

/// Two characters written twice: verbs that take it (提醒提醒), what begins with an adverb of degree (很远很远) or goes on (走着走着).
fn may_be_said_twice(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    let pair = &line.ids[edit.from..edit.to];
    let first = pair.first().and_then(|id| parts.character(*id));
    let last = pair.last().and_then(|id| parts.character(*id));
    first.is_some_and(|c| DEGREES.contains(c))
        || last == Some('着')
        || parts.words.commonness(parts.model, pair).is_none()
        || !crate::alphabet::is_han_id(line.id(edit.to)) && !runs_on(line, edit.from - pair.len())
}

/// Whether the dictionary has a word across a gap as it stands (人身险).
fn is_joined(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    (2..=words::LONGEST).any(|len| {
        let first = (edit.from + 1).saturating_sub(len).max(1);
        (first..edit.from).any(|from| {
            let word = line.ids.get(from..from + len);
            word.is_some_and(|word| parts.words.commonness(parts.model, word).is_some())
        })
    })
}

/// Conjunctions and the like, which make sense nearly everywhere.
const LITTLE: &str = "和或及与但而且也是有这那";
/// What else is common beside anything.
const COMMONEST: &str = "了在一不中为于十以其将";
/// What may stand or be left out.
const OPTIONAL: &str = "了着过地得都也就有所又再各其这那已被由将为";
/// With what something has to do: 与…有关, 同…一致.
const WITH: &str = "与同和";
/// Characters of the words that say what: 有关, 关系, 一致, 相符, 相同, 联系.
const RELATIONS: &str = "关系致符";
/// What joins two words that may as well stand side by side.
const JOINING: &str = "及与或";
/// What points at the text itself; it may be left out.
const POINTING: &str = "本该此各其原现";
const PARTICLES: &str = "的地得";
/// Short names of states, which are set in any order.
const STATES: &str =
    "中日美俄英法德韩朝印欧非澳加意西葡巴泰越老缅新马港台京津沪渝闽粤鲁晋冀豫鄂湘赣浙苏皖川黔滇";
/// 12月8号 is how people speak; 19日是第14个 is no city.
const WITH_NUMBERS: &[(char, char)] = &[('号', '日'), ('是', '市')];
/// What pet names double.
const DEAR: &str = "兔猫狗熊鸟宝贝圆团娃妹弟哥姐爷奶豆乐包元";
/// What makes a word of two characters one that is said twice.
const DEGREES: &str = "很好老大一又太再多越";
