//! What the second stage looks at: one row of numbers for a place and the best edit of it.

use crate::alphabet::{DIGITS, LATIN, NUMERAL, STRANGER, is_han_id, is_mark};
use crate::checker::Parts;
use crate::cost::Step;
use crate::edits::{Edit, Slip};
use crate::line::{Line, Site};
use crate::lone;
use crate::ngram::ORDER;
use crate::silence;

/// How many numbers.
pub(crate) const COUNT: usize = 45;

/// Their names, for ablations and reports.
pub(crate) const NAMES: [&str; COUNT] = [
    "gain",
    "margin",
    "worth",
    "cost-here",
    "cost-meant",
    "cost-next",
    "cost-next-meant",
    "cost-after",
    "order-here",
    "order-meant",
    "cover",
    "cover-meant",
    "slip",
    "sound",
    "shape",
    "rarity",
    "rarity-meant",
    "fit-around",
    "fit-line",
    "word-gain",
    "word-len",
    "word-len-meant",
    "word-common",
    "word-common-meant",
    "before",
    "after",
    "quoted",
    "length",
    "name-like",
    "rivals",
    "pairs",
    "pairs-meant",
    "share",
    "left-order",
    "right-order",
    "other-odd",
    "cost-before",
    "little",
    "little-meant",
    "again",
    "again-meant",
    "lone",
    "lone-meant",
    "lone-share",
    "lone-share-meant",
];

/// The row of a site.
pub(crate) fn row(line: &Line, parts: &Parts<'_>, site: &Site, sites: usize) -> [f32; COUNT] {
    let best = &site.best;
    let alone = |id: u16| parts.ngrams.alone(&parts.view, id);
    let (from, to) = (best.from, best.to);
    let meant = best.meant();
    let second = site.others.iter().map(Edit::worth).fold(0.0, f32::max);
    let here = line.reading.steps[from.min(line.reading.steps.len() - 1)];
    let after_written = |k: usize| line.reading.steps.get(to + k).copied().unwrap_or_default();
    let after_meant = |k: usize| best.steps.get(meant.len() + k).copied().unwrap_or_default();
    let words = WordView::of(line, parts, best);
    let rarity = |ids: &[u16]| ids.iter().map(|id| alone(*id)).fold(0.0, f32::max);
    let written = &line.ids[from..to];
    let lone = |ids: &[u16]| as_words(parts, ids);
    [
        best.gain,
        best.worth() - second,
        best.worth(),
        here.cost,
        best.steps[0].cost,
        after_written(0).cost,
        after_meant(0).cost,
        after_written(1).cost + after_written(2).cost,
        f32::from(here.order),
        f32::from(best.steps[0].order),
        f32::from(cover(&line.reading.steps[from..], (to - from).max(1))),
        f32::from(cover(&best.steps, meant.len().max(1))),
        slip_code(best.slip),
        f32::from(best.likeness.sound),
        f32::from(best.likeness.shape),
        rarity(written),
        rarity(meant),
        fit_around(line, from, to),
        line.strangeness(),
        words.gain,
        words.len as f32,
        words.len_meant as f32,
        words.common as f32,
        words.common_meant as f32,
        neighbour(line.id(from - 1)),
        neighbour(line.id(to)),
        f32::from(u8::from(silence::is_quoted(line, from))),
        (line.ids.len() as f32).min(80.0),
        silence::name_likeness(line, parts, from, to),
        site.others.len() as f32,
        pairs(line, parts, from, to, written),
        pairs(line, parts, from, to, meant),
        share(site),
        left_order(line, from),
        right_order(line, to),
        sites as f32 / (line.ids.len() as f32 / 40.0).max(1.0),
        line.reading.steps[from - 1].cost,
        littleness(parts, written),
        littleness(parts, meant),
        again(line, from, to, written),
        again(line, from, to, meant),
        lone(written).0,
        lone(meant).0,
        lone(written).1,
        lone(meant).1,
    ]
}

/// How common the characters are as words of their own, and in which part of their uses they are; of several, the least.
fn as_words(parts: &Parts<'_>, ids: &[u16]) -> (f32, f32) {
    let of = |id: &u16| lone::of(parts.model, *id);
    let commonness = ids.iter().map(|id| of(id).commonness).min();
    let share = ids.iter().map(|id| of(id).share).min();
    (
        f32::from(commonness.unwrap_or(31)),
        f32::from(share.unwrap_or(u8::MAX)),
    )
}

/// 2 for a particle, 1 for another word of grammar: these fit nearly everywhere.
fn littleness(parts: &Parts<'_>, ids: &[u16]) -> f32 {
    match ids {
        &[id] => parts.character(id).map_or(0.0, |c| match c {
            '的' | '地' | '得' => 2.0,
            c if LITTLE.contains(c) => 1.0,
            _ => 0.0,
        }),
        _ => 0.0,
    }
}

/// Words of grammar of one character.
const LITTLE: &str = "和与及或是在有了为被把对向从以于而则即也都又再不无未等中上下前后内外";

/// How often the line has the place with a neighbour elsewhere too: a writer repeats what is meant, rarely a slip.
fn again(line: &Line, from: usize, to: usize, ids: &[u16]) -> f32 {
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else {
        return 0.0;
    };
    let is_word = |pair: &[u16; 2]| pair.iter().all(|id| is_han_id(*id));
    let seams = [[line.id(from - 1), first], [last, line.id(to)]];
    let count = |seam: &[u16; 2]| {
        let pairs = line.ids.windows(2).enumerate();
        pairs
            .filter(|(at, pair)| pair == seam && (at + 1 < from || *at > to))
            .count()
    };
    seams
        .iter()
        .filter(|seam| is_word(seam))
        .map(count)
        .sum::<usize>()
        .min(4) as f32
}

/// Kinds of slip on a scale, so that a tree can cut between them.
fn slip_code(slip: Slip) -> f32 {
    match slip {
        Slip::Character => 0.0,
        Slip::Word => 1.0,
        Slip::Doubled => 2.0,
        Slip::Swapped => 3.0,
        Slip::Surplus => 4.0,
        Slip::Missing => 5.0,
    }
}

/// Length of the longest known n-gram that touches a place of `len` signs, read from there on.
pub(crate) fn cover(steps: &[Step], len: usize) -> u8 {
    let reach = steps.iter().take(len + ORDER - 1).enumerate();
    reach
        .filter(|(at, step)| *at < len || usize::from(step.order) > at - len + 1)
        .map(|(_, step)| step.order)
        .max()
        .unwrap_or(0)
}

/// Mean cost of what stands around an edit, beyond its reach.
fn fit_around(line: &Line, from: usize, to: usize) -> f32 {
    let left = from.saturating_sub(8).max(1);
    let right = (to + 4).min(line.ids.len());
    let end = (right + 8).min(line.ids.len());
    let (cost, count) = (
        line.cost(left, from) + line.cost(right, end),
        (from - left) + (end - right),
    );
    if count == 0 { 6.0 } else { cost / count as f32 }
}

fn neighbour(id: u16) -> f32 {
    match id {
        STRANGER => 1.0,
        LATIN => 2.0,
        DIGITS | NUMERAL => 3.0,
        id if is_mark(id) => 4.0,
        _ => 0.0,
    }
}

/// How many of the two seams of a place are known pairs.
fn pairs(line: &Line, parts: &Parts<'_>, from: usize, to: usize, ids: &[u16]) -> f32 {
    let (before, after) = (line.id(from - 1), line.id(to));
    let known = |a, b| f32::from(u8::from(parts.ngrams.pair(&parts.view, a, b)));
    match (ids.first(), ids.last()) {
        (Some(&first), Some(&last)) => known(before, first) + known(last, after),
        _ => 2.0 * known(before, after),
    }
}

/// The best edit's share among all readings of the place, the written one too, were all equally likely to be slipped into.
fn share(site: &Site) -> f32 {
    let best = site.best.worth();
    let others = site.others.iter().map(|o| (o.worth() - best).exp2());
    let total: f32 = others.sum::<f32>() + 1.0 + (12.0 - best).exp2();
    1.0 / total
}

/// Order of the sign before a place: how well the left side is known.
fn left_order(line: &Line, from: usize) -> f32 {
    f32::from(line.reading.steps[from - 1].order)
}

/// Longest order that lies wholly after a place.
fn right_order(line: &Line, to: usize) -> f32 {
    let reach = line.reading.steps.iter().enumerate().skip(to).take(5);
    let inside = |(at, step): (usize, &Step)| usize::from(step.order).min(at + 1 - to) as u8;
    f32::from(reach.map(inside).max().unwrap_or(0))
}

/// Bits that a line's cut into words costs less with an edit.
pub(crate) fn word_gain(line: &Line, parts: &Parts<'_>, edit: &Edit) -> f32 {
    WordView::of(line, parts, edit).gain
}

/// What the dictionary says about a place.
struct WordView {
    gain: f32,
    len: usize,
    len_meant: usize,
    common: u32,
    common_meant: u32,
}

impl WordView {
    fn of(line: &Line, parts: &Parts<'_>, edit: &Edit) -> Self {
        let left = edit.from.saturating_sub(5).max(1);
        let right = (edit.to + 5).min(line.last() + 1).max(edit.to);
        let stretch = |middle: &[u16]| {
            let mut ids = line.ids[left..edit.from].to_vec();
            ids.extend(middle);
            ids.extend(&line.ids[edit.to..right]);
            ids
        };
        let written = stretch(&line.ids[edit.from..edit.to]);
        let meant = stretch(edit.meant());
        let cut = |ids: &[u16]| parts.words.cut(parts.model, ids);
        let at = edit.from - left;
        let over = |ids: &[u16]| {
            let at = at.min(ids.len().saturating_sub(1));
            match ids.get(at) {
                Some(id) if is_han_id(*id) => parts.words.longest_over(parts.model, ids, at),
                _ => (1, 0),
            }
        };
        let ((len, common), (len_meant, common_meant)) = (over(&written), over(&meant));
        Self {
            gain: cut(&written) - cut(&meant),
            len,
            len_meant,
            common,
            common_meant,
        }
    }
}
