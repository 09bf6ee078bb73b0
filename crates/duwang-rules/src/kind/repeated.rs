//! `repeated`: a sentence or paragraph that stands twice, the trace of pasting.

use super::{Out, Reading};
use crate::judge::{Form, Seen, Slots};
use duwang_model::{BlockKind, Part, Span};
use foldhash::fast::FixedState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;

#[derive(Debug)]
pub(crate) struct Repeated {
    /// Fewest characters of a sentence that is compared.
    min: usize,
    /// Most characters between the two places; further apart a sentence may well be said again.
    within: usize,
    /// At most so many in one document.
    max: usize,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Repeated> {
    let fields = reading.fields;
    let number = |key, usual| fields.number(key).map_or(usual, |n| n.value as usize);
    Some(Repeated {
        min: number("min", 20),
        within: number("within", 400),
        max: number("max", 5),
    })
}

impl Repeated {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        if self.some_stand_twice(seen) {
            self.compare(seen, out);
        }
    }

    /// Whether any sentence stands exactly twice, or says what the end of the one before it said: on nearly every page none does, and hashes
    /// tell so cheaply.
    fn some_stand_twice(&self, seen: &Seen<'_>) -> bool {
        let text = seen.text(Form::Folded);
        let mut hashes: Vec<u64> = Vec::new();
        for &line in seen.lines(Form::Folded) {
            if line.1 - line.0 < self.min || !is_content(seen, line) || is_caption(text, line) {
                continue;
            }
            let mut before = "";
            for (start, end) in sentences(text, line) {
                let sentence = text[start..end].trim();
                if sentence.len() < self.min {
                    continue;
                }
                if is_tail(sentence, before) {
                    return true;
                }
                hashes.push(words(sentence));
                before = sentence;
            }
            if !self.pairs(text, line).is_empty() {
                return true;
            }
        }
        hashes.sort_unstable();
        hashes.chunk_by(|a, b| a == b).any(|same| same.len() == 2)
    }

    fn compare(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let text = seen.text(Form::Folded);
        let mut last: HashMap<u64, (usize, usize)> = HashMap::new();
        let mut count: HashMap<u64, usize> = HashMap::new();
        let mut found: Vec<(u64, Span)> = Vec::new();
        let mut tails: Vec<Span> = Vec::new();
        let mut at = 0; // characters so far
        for &line in seen.lines(Form::Folded) {
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
                if let Some((_, before)) = last.insert(words, (start, at))
                    && at - before <= within + chars
                {
                    found.push((words, seen.span(Form::Folded, start, end)));
                }
            }
            let pairs = self.pairs(text, line).into_iter();
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
    fn pairs(&self, text: &str, line: (usize, usize)) -> Vec<(usize, usize)> {
        let clauses: Vec<Clause<'_>> = sentences(text, line)
            .map(|(start, end)| Clause::of(text, start, end))
            .collect();
        if !some_are_alike(&clauses) {
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
                && !said.insert((first.words, second.words));
            // A name before a colon makes it another's: 二等奖:发给证书;奖金一千元.
            if is_said && !first.is_named {
                found.push((first.start, second.end));
            }
        }
        found
    }
}

/// A sentence by what it says.
struct Clause<'t> {
    start: usize,
    end: usize,
    bare: &'t str,
    /// A name stands before it.
    is_named: bool,
    words: u64,
}

impl<'t> Clause<'t> {
    fn of(text: &'t str, start: usize, end: usize) -> Self {
        let sentence = text[start..end].trim();
        let bare = clause(sentence);
        Self {
            start,
            end,
            bare,
            is_named: bare.len() != sentence.trim_end_matches(STOPS).len(),
            words: words(bare),
        }
    }
}

/// Whether any two say the same: without, no two pairs can, and that is so on nearly every line.
fn some_are_alike(clauses: &[Clause<'_>]) -> bool {
    const FEWEST: usize = 3;
    if clauses.len() < FEWEST {
        return false;
    }
    let mut words: Vec<u64> = clauses.iter().map(|clause| clause.words).collect();
    words.sort_unstable();
    words.windows(2).any(|two| two[0] == two[1])
}

/// What ends a sentence.
const STOPS: [char; 4] = ['。', '!', '?', ';'];

/// A sentence without its end mark and without a name before a colon.
fn clause(sentence: &str) -> &str {
    let sentence = sentence.trim_end_matches(STOPS);
    sentence.split_once(':').map_or(sentence, |(_, told)| told)
}

/// Words, and not a case of a law or a number of a list.
fn is_clause(clause: &str) -> bool {
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let chars = clause.chars().count();
    chars >= 6 && clause.chars().filter(is_han).count() * 10 >= chars * 7 && !is_case(clause)
}

/// The words of a sentence: quotation marks and blanks do not make it another.
fn words(sentence: &str) -> u64 {
    let is_no_word = |c: char| c.is_whitespace() || "\"'“”‘’「」『』".contains(c);
    let hash = |words: &str| FixedState::default().hash_one(words);
    match sentence.contains(is_no_word) {
        true => hash(&sentence.replace(is_no_word, "")),
        false => hash(sentence),
    }
}

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
    let han = sentence
        .chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        .count();
    let is_whole = sentence.ends_with(['。', '!', '?', ';']);
    is_whole && han * 10 >= chars * 7 && !sentence.contains(['_', '□', '☐'])
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
        .split_inclusive(STOPS)
        .map(move |sentence| {
            let start = from;
            from += sentence.len();
            (start, from)
        })
}
