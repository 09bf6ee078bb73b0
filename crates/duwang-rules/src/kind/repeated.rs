//! `repeated`: a sentence or paragraph that stands twice, the trace of pasting.

mod in_list;
mod in_row;

use super::numbering::is_numbered;
use super::{Out, Reading};
use crate::han::is_ideograph;
use crate::judge::{Form, Seen, Slots};
use duwang_model::{BlockKind, Part, Span};
use foldhash::fast::FixedState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hasher as _};

#[derive(Debug)]
pub(crate) struct Repeated {
    /// Fewest characters of a sentence that is compared.
    min: usize,
    /// Most characters between the two places; further apart a sentence may well be said again.
    within: usize,
    /// At most so many in one document.
    max: usize,
    /// Words of so many characters said twice in a row are told instead.
    in_row: Option<usize>,
    /// Things of so many characters named twice in one row of things are told instead.
    in_list: Option<usize>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Repeated> {
    let fields = reading.fields;
    let number = |key, usual| fields.number(key).map_or(usual, |n| n.value as usize);
    Some(Repeated {
        min: number("min", 20),
        within: number("within", 400),
        max: number("max", 5),
        in_row: fields.number("in_row").map(|n| n.value as usize),
        in_list: fields.number("in_list").map(|n| n.value as usize),
    })
}

impl Repeated {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        if let Some(least) = self.in_row {
            self.judge_lines(seen, out, |line| in_row::said_twice(line, least));
        } else if let Some(least) = self.in_list {
            self.judge_lines(seen, out, |line| in_list::named_twice(line, least.max(1)));
        } else if self.some_stand_twice(seen, out.number) {
            self.compare(seen, out);
        }
    }

    /// Tells what is found on the lines of the content.
    fn judge_lines(
        &self,
        seen: &Seen<'_>,
        out: &mut Out<'_>,
        find: impl Fn(&str) -> Option<(usize, usize)>,
    ) {
        let number = out.number;
        let text = seen.text(Form::Folded);
        let lines = seen.lines(Form::Folded).iter().copied();
        let places = lines.filter_map(|line| {
            let words = &text[line.0..line.1];
            let mut found = None;
            seen.may_say(("repeated", number, words), || {
                found = find(words);
                found.is_some()
            });
            let (start, end) = found.filter(|_| is_content(seen, line))?;
            Some(seen.span(Form::Folded, line.0 + start, line.0 + end))
        });
        for span in places.take(self.max) {
            let draft = out.draft().at(span).with(Slots::default());
            out.push(draft);
        }
    }

    /// Whether any sentence stands exactly twice, or says what the end of the one before it said: on nearly every page none does, and how
    /// sentences begin and end tells so cheaply.
    fn some_stand_twice(&self, seen: &Seen<'_>, number: u32) -> bool {
        let text = seen.text(Form::Folded);
        let mut all: Vec<(u128, &str)> = Vec::new();
        for &line in seen.lines(Form::Folded) {
            if line.1 - line.0 < self.min || !is_content(seen, line) || is_caption(text, line) {
                continue;
            }
            let repeats_itself = || self.repeats_itself(text, line);
            if seen.may_say(("repeated", number, &text[line.0..line.1]), repeats_itself) {
                return true;
            }
            let sentences = sentences(text, line).map(|(start, end)| text[start..end].trim());
            let long = sentences.filter(|sentence| sentence.len() >= self.min);
            all.extend(long.map(|sentence| (ends(sentence), sentence)));
        }
        said(&mut all).any(|times| times == 2)
    }

    /// Whether a line says something that it said before, or at the end of the sentence before.
    fn repeats_itself(&self, text: &str, line: (usize, usize)) -> bool {
        let clauses: Vec<Clause<'_>> = Clause::all(text, line).collect();
        let long = |clause: &&Clause<'_>| clause.sentence.len() >= self.min;
        let sentences = clauses.iter().filter(long).map(|c| c.sentence);
        let befores = std::iter::once("").chain(sentences.clone());
        let mut beside = sentences.zip(befores);
        beside.any(|(sentence, before)| is_tail(sentence, before))
            || !self.pairs(&clauses).is_empty()
    }

    fn compare(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let text = seen.text(Form::Folded);
        // Where each sentence was said last: so many characters from the beginning, below so many headings.
        let mut last: HashMap<u64, (usize, usize)> = HashMap::new();
        let mut headings: HashSet<u64> = HashSet::new();
        let mut count: HashMap<u64, usize> = HashMap::new();
        let mut found: Vec<(u64, Span)> = Vec::new();
        let mut tails: Vec<Span> = Vec::new();
        let mut at = 0; // characters so far
        for &line in seen.lines(Form::Folded) {
            if is_heading(seen, line) || is_date(&text[line.0..line.1]) {
                headings.insert(words(&text[line.0..line.1]));
            }
            if line.1 - line.0 < self.min {
                at += (line.1 - line.0) / 3; // too short for a sentence: about so many characters
                continue;
            }
            if !is_content(seen, line) {
                continue;
            }
            let is_caption = is_caption(text, line);
            let mut before = "";
            for (start, end) in sentences(text, line) {
                let sentence = text[start..end].trim();
                let chars = sentence.chars().count();
                at += chars;
                if chars < self.min || !is_prose(sentence) || is_caption {
                    continue;
                }
                if is_tail(sentence, before) {
                    tails.push(seen.span(Form::Folded, start, end));
                }
                before = sentence;
                let words = words(sentence);
                *count.entry(words).or_default() += 1;
                let within = if is_case(sentence) {
                    SIDE_BY_SIDE.min(self.within)
                } else {
                    self.within
                };
                if let Some((before, above)) = last.insert(words, (at, headings.len()))
                    // Below a heading of its own the same may be said again: 案例一, 案例二.
                    && above == headings.len()
                    && at - before <= within + chars
                {
                    found.push((words, seen.span(Form::Folded, start, end)));
                }
            }
            let clauses: Vec<Clause<'_>> = Clause::all(text, line).collect();
            let pairs = self.pairs(&clauses).into_iter();
            tails.extend(pairs.map(|(start, end)| seen.span(Form::Folded, start, end)));
        }
        // What stands three times and more is a formula (the same remark under each item), not a slip.
        found.retain(|(words, _)| count.get(words) == Some(&2));
        let found = found.into_iter().map(|(_, span)| span).chain(tails);
        for span in found.take(self.max) {
            let draft = out.draft().at(span).with(Slots::default());
            out.push(draft);
        }
    }
}

impl Repeated {
    /// Two short sentences side by side that the same paragraph says again: `要抢收,固棚;老人注意添衣;…;要抢收,固棚;老人注意添衣。` Either alone says
    /// too little.
    fn pairs(&self, clauses: &[Clause<'_>]) -> Vec<(usize, usize)> {
        if !some_are_alike(clauses) {
            return Vec::new();
        }
        let mut said: HashSet<(u64, u64)> = HashSet::new();
        let mut found = Vec::new();
        for pair in clauses.windows(2) {
            let [first, second] = pair else { continue };
            let chars = first.bare.chars().count() + second.bare.chars().count();
            let is_said = chars >= self.min * 2
                && is_clause(first.bare)
                && is_clause(second.bare)
                && !said.insert((words(first.bare), words(second.bare)));
            // A name before a colon makes it another's: 二等奖:发给证书;奖金一千元.
            if is_said && !first.is_named {
                found.push((first.start, second.end));
            }
        }
        found
    }
}

/// A sentence and what it says.
struct Clause<'t> {
    start: usize,
    end: usize,
    sentence: &'t str,
    bare: &'t str,
    /// A name stands before it.
    is_named: bool,
    /// How it begins and ends.
    ends: u128,
}

impl<'t> Clause<'t> {
    /// Those of a line.
    fn all(text: &'t str, line: (usize, usize)) -> impl Iterator<Item = Self> {
        sentences(text, line).map(|(start, end)| Self::of(text, start, end))
    }

    fn of(text: &'t str, start: usize, end: usize) -> Self {
        let sentence = text[start..end].trim();
        let bare = clause(sentence);
        Self {
            start,
            end,
            sentence,
            bare,
            is_named: bare.len() != sentence.trim_end_matches(is_stop).len(),
            ends: ends(bare),
        }
    }
}

/// Whether any two say the same: without, no two pairs can, and that is so on nearly every line.
fn some_are_alike(clauses: &[Clause<'_>]) -> bool {
    const FEWEST: usize = 3;
    if clauses.len() < FEWEST {
        return false;
    }
    let mut bare: Vec<(u128, &str)> = clauses.iter().map(|c| (c.ends, c.bare)).collect();
    said(&mut bare).any(|times| times > 1)
}

/// How often each thing is said that some of these sentences, sorted out by how they begin and end, say; of what is surely said once nothing is told.
fn said(sentences: &mut [(u128, &str)]) -> impl Iterator<Item = usize> + use<> {
    sentences.sort_unstable();
    let mut times: HashMap<u64, usize, FixedState> = HashMap::default();
    for alike in sentences
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|a| a.len() > 1)
    {
        for same in alike.chunk_by(|a, b| a.1 == b.1) {
            *times.entry(words(same[0].1)).or_default() += same.len();
        }
    }
    times.into_values()
}

/// The first and the last three characters of the words of a sentence: two that say the same have the same, and most others have not.
fn ends(sentence: &str) -> u128 {
    const EACH: usize = 3;
    const BITS: u32 = 21; // of a character
    let add = |ends: u128, c: char| ends << BITS | u128::from(u32::from(c));
    let first = sentence.chars().filter(|c| !is_no_word(*c)).take(EACH);
    let last = sentence
        .chars()
        .rev()
        .filter(|c| !is_no_word(*c))
        .take(EACH);
    first.chain(last).fold(0, add)
}

/// What ends a sentence.
fn is_stop(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';')
}

/// A sentence without its end mark and without a name before a colon.
fn clause(sentence: &str) -> &str {
    let sentence = sentence.trim_end_matches(is_stop);
    sentence.split_once(':').map_or(sentence, |(_, told)| told)
}

/// Words, and not a case of a law or a number of a list.
fn is_clause(clause: &str) -> bool {
    let is_han = |c: &char| is_ideograph(*c);
    let chars = clause.chars().count();
    chars >= 6 && clause.chars().filter(is_han).count() * 10 >= chars * 7 && !is_case(clause)
}

/// The words of a sentence: quotation marks and blanks do not make it another.
fn words(sentence: &str) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    let words = sentence.chars().filter(|c| !is_no_word(*c));
    words.for_each(|c| hasher.write_u32(u32::from(c)));
    hasher.finish()
}

fn is_no_word(c: char) -> bool {
    c < FIRST_IDEOGRAPH
        && (matches!(
            c,
            '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』'
        ) || c.is_whitespace())
}

const FIRST_IDEOGRAPH: char = '\u{3400}';

/// Whether a sentence is all that the one before it said behind its number, its speaker or its heading: `会议强调,要加强巡查。要加强巡查。`
fn is_tail(sentence: &str, before: &str) -> bool {
    let lead = before.strip_suffix(sentence).unwrap_or_default();
    let lead = lead.trim_end_matches('"');
    lead.ends_with([',', ':', ' ', '、', '.', ')', '条'])
}

/// Most characters between two sentences that follow one another.
const SIDE_BY_SIDE: usize = 4;

/// `逾期不改正的，处…罚款；`: a law ends each of its cases so. Only what follows at once is a repetition there.
fn is_case(sentence: &str) -> bool {
    let (clause, rest) = sentence.split_once(',').unwrap_or(("", ""));
    clause.ends_with('的') && !rest.is_empty()
}

/// Running text: mostly Han characters, to its end mark; not a label with its blank, not a line of a form.
fn is_prose(sentence: &str) -> bool {
    let chars = sentence.chars().count();
    let han = sentence.chars().filter(|c| is_ideograph(*c)).count();
    let is_whole = sentence.ends_with(is_stop);
    is_whole && han * 10 >= chars * 7 && !sentence.contains(['_', '□', '☐'])
}

/// A line that names what follows: a heading, or `案例一`, `二、受理机构`.
fn is_heading(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    const LONGEST: usize = 20;
    let text = &seen.text(Form::Folded)[line.0..line.1];
    let is_short = || {
        let ends_open = text.ends_with(|c: char| !is_stop(c) && !matches!(c, ',' | ':' | '、'));
        ends_open
            && text.chars().nth(LONGEST).is_none()
            && (is_numbered(text) || text.starts_with("案例"))
    };
    let block = || seen.block_of(Form::Folded, line);
    is_short() || block().is_some_and(|b| b.kind == BlockKind::Heading)
}

/// A day alone on its line ends a document: below a call stands its result, which opens with the same words.
fn is_date(line: &str) -> bool {
    const SHORTEST: usize = 6; // 年月日 with a digit each
    let line = line.trim();
    let parts = ['年', '月', '日'];
    line.chars().count() >= SHORTEST
        && line.ends_with('日')
        && parts.iter().all(|part| line.matches(*part).count() == 1)
        && line.chars().all(|c| {
            parts.contains(&c) || c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c)
        })
}

/// Running content; tables repeat themselves by nature.
fn is_content(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    seen.block_of(Form::Folded, line)
        .is_some_and(|b| b.part == Part::Main && b.kind != BlockKind::Cell)
}

fn is_caption(text: &str, line: (usize, usize)) -> bool {
    let words = text[line.0..line.1].trim_end_matches([')', ' ']);
    words.ends_with('摄') || words.ends_with("供图")
}

/// The sentences of a line, as byte ranges, each with its end mark.
fn sentences(text: &str, line: (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let mut from = line.0;
    text[line.0..line.1]
        .split_inclusive(is_stop)
        .map(move |sentence| {
            let start = from;
            from += sentence.len();
            (start, from)
        })
}
