//! Putting comments and tracked changes into the XML of a Word text: only insertions at places of runs, nothing is written anew
//! but a run that carries a tracked change.

use super::runs::{Part, Piece, Run, decoded};
use crate::check::place::Stretch;
use crate::escape;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A comment, and perhaps a change, at its place.
pub(super) struct Mark {
    /// Number of the comment.
    pub(super) id: u32,
    /// The quoted words; empty: the comment stands at the beginning.
    pub(super) stretches: Vec<Stretch>,
    /// Words to put in their place as a tracked change.
    pub(super) replacement: Option<String>,
}

/// Who changed something and when, as Word keeps it.
pub(super) struct Author<'a> {
    pub(super) name: &'a str,
    /// `2026-11-02T10:00:00Z`.
    pub(super) date: &'a str,
}

/// The XML with all marks, and the numbers of the comments whose change was put in, too.
pub(super) fn marked(
    xml: &str,
    part: &Part,
    marks: &[Mark],
    author: &Author<'_>,
    next_id: u32,
) -> (String, BTreeSet<u32>) {
    let mut writer = Writer {
        xml,
        part,
        author,
        next_id,
        cuts: BTreeMap::new(),
        changes: BTreeMap::new(),
        at_begin: String::new(),
        changed: BTreeSet::new(),
    };
    for mark in marks {
        writer.add(mark);
    }
    writer.finish()
}

/// What stands at one place between two characters.
#[derive(Default)]
struct Cut {
    ends: String,
    starts: String,
}

/// A stretch that is struck out; the last of a quote carries the new words.
struct Change {
    range: Range<usize>,
    new: Option<String>,
}

struct Writer<'a> {
    xml: &'a str,
    part: &'a Part,
    author: &'a Author<'a>,
    next_id: u32,
    /// By piece, then by byte offset in its text.
    cuts: BTreeMap<usize, BTreeMap<usize, Cut>>,
    changes: BTreeMap<usize, Vec<Change>>,
    /// Comments of a text without any piece.
    at_begin: String,
    changed: BTreeSet<u32>,
}

impl Writer<'_> {
    fn add(&mut self, mark: &Mark) {
        let stretches = self.anchor(&mark.stretches);
        let w = &self.part.prefix;
        let start = format!("<{w}commentRangeStart {w}id=\"{}\"/>", mark.id);
        let end = format!(
            "<{w}commentRangeEnd {w}id=\"{0}\"/><{w}r><{w}commentReference {w}id=\"{0}\"/></{w}r>",
            mark.id
        );
        let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else {
            self.at_begin += &(start + &end);
            return;
        };
        let at = |s: &Stretch, offset| (s.piece, offset);
        let (from, to) = (at(first, first.range.start), at(last, last.range.end));
        self.cut(from).starts.push_str(&start);
        self.cut(to).ends.push_str(&end);
        if let Some(new) = mark.replacement.as_ref().filter(|_| self.may_change(mark)) {
            self.change(&mark.stretches, new);
            self.changed.insert(mark.id);
        }
    }

    fn cut(&mut self, (piece, offset): (usize, usize)) -> &mut Cut {
        self.cuts
            .entry(piece)
            .or_default()
            .entry(offset)
            .or_default()
    }

    /// Where a comment may stand: its own words; for words in a text box, or no words, the nearest text before them.
    fn anchor(&self, wanted: &[Stretch]) -> Vec<Stretch> {
        let in_story = |i: usize| self.part.pieces.get(i).filter(|p| p.is_in_story);
        if !wanted.is_empty() && wanted.iter().all(|s| in_story(s.piece).is_some()) {
            return wanted.to_vec();
        }
        let from = wanted.first().map_or(0, |s| s.piece);
        let mut near = (0..=from).rev().chain(from + 1..self.part.pieces.len());
        let found = near.find_map(|i| in_story(i).filter(|p| !p.text.is_empty()).map(|p| (i, p)));
        found.map_or(Vec::new(), |(piece, p)| {
            vec![Stretch {
                piece,
                range: 0..p.text.len(),
            }]
        })
    }

    /// A change is put in only where the run holds nothing but the text, and nobody changed it before.
    fn may_change(&self, mark: &Mark) -> bool {
        let is_plain = |s: &Stretch| {
            let piece = self.part.pieces.get(s.piece);
            let run = piece.and_then(|p| self.part.runs.get(p.run));
            let free = self.changes.get(&s.piece).is_none_or(|changes| {
                changes
                    .iter()
                    .all(|c| c.range.end <= s.range.start || s.range.end <= c.range.start)
            });
            free && piece.is_some_and(|p| p.is_in_story && !p.is_revised)
                && run.is_some_and(|r| r.contents == 1)
        };
        let paragraph = |s: &Stretch| self.part.pieces.get(s.piece).map(|p| p.paragraph);
        let first = mark.stretches.first().and_then(paragraph);
        !mark.stretches.is_empty()
            && mark
                .stretches
                .iter()
                .all(|s| is_plain(s) && paragraph(s) == first)
    }

    fn change(&mut self, stretches: &[Stretch], new: &str) {
        for (index, stretch) in stretches.iter().enumerate() {
            for offset in [stretch.range.start, stretch.range.end] {
                self.cut((stretch.piece, offset));
            }
            let is_last = index + 1 == stretches.len();
            self.changes.entry(stretch.piece).or_default().push(Change {
                range: stretch.range.clone(),
                new: is_last.then(|| new.to_owned()),
            });
        }
    }

    fn finish(mut self) -> (String, BTreeSet<u32>) {
        let mut splices: Vec<(Range<usize>, String)> = Vec::new();
        if let (false, Some(begin)) = (self.at_begin.is_empty(), self.part.paragraphs.first()) {
            splices.push((*begin..*begin, std::mem::take(&mut self.at_begin)));
        }
        let cuts = std::mem::take(&mut self.cuts);
        for (index, cuts) in &cuts {
            let Some(piece) = self.part.pieces.get(*index) else {
                continue;
            };
            let Some(run) = self.part.runs.get(piece.run) else {
                continue;
            };
            match self.changes.remove(index) {
                Some(changes) => splices.push((
                    run.element.clone(),
                    self.rewritten(piece, run, cuts, &changes),
                )),
                None => self.split(piece, run, cuts, &mut splices),
            }
        }
        splices.sort_by_key(|(at, _)| (at.start, at.end));
        (spliced(self.xml, &splices), self.changed)
    }

    /// Cuts a run at the given places without touching what is on either side.
    fn split(
        &self,
        piece: &Piece,
        run: &Run,
        cuts: &BTreeMap<usize, Cut>,
        splices: &mut Vec<(Range<usize>, String)>,
    ) {
        let w = &self.part.prefix;
        let again = self.opening(run);
        let mut is_cut_inside = false;
        for (offset, cut) in cuts {
            let marks = format!("{}{}", cut.ends, cut.starts);
            let (at, text) = if *offset == 0 {
                match run.properties.end == piece.element.start {
                    true => (run.element.start, marks),
                    false => (piece.element.start, format!("</{w}r>{marks}{again}")),
                }
            } else if *offset >= piece.text.len() {
                match self.xml[piece.element.end..run.element.end].starts_with(&format!("</{w}r")) {
                    true => (run.element.end, marks),
                    false => (piece.element.end, format!("</{w}r>{marks}{again}")),
                }
            } else {
                is_cut_inside = true;
                let at = piece.inside.start + raw_offset(&self.xml[piece.inside.clone()], *offset);
                let text = format!("</{w}t></{w}r>{marks}{again}<{w}t xml:space=\"preserve\">");
                (at, text)
            };
            splices.push((at..at, text));
        }
        let tag = piece.element.start..piece.inside.start;
        if is_cut_inside && !self.xml[tag.clone()].contains("xml:space") {
            // Blanks at a cut are blanks inside a word group: they must not be lost. The cut at offset 0 stands before this.
            splices.push((tag, format!("<{w}t xml:space=\"preserve\">")));
        }
    }

    /// The run as a row of runs, some of them struck out.
    fn rewritten(
        &mut self,
        piece: &Piece,
        run: &Run,
        cuts: &BTreeMap<usize, Cut>,
        changes: &[Change],
    ) -> String {
        let raw = &self.xml[piece.inside.clone()];
        let mut out = String::new();
        let mut bounds: BTreeSet<usize> = cuts.keys().copied().collect();
        bounds.extend([0, piece.text.len()]);
        let bounds: Vec<usize> = bounds.into_iter().collect();
        for (index, from) in bounds.iter().enumerate() {
            if let Some(cut) = cuts.get(from) {
                out += &cut.ends;
                out += &cut.starts;
            }
            let Some(to) = bounds.get(index + 1) else {
                break;
            };
            let words = &raw[raw_offset(raw, *from)..raw_offset(raw, *to)];
            let change = changes
                .iter()
                .find(|c| c.range.start <= *from && *to <= c.range.end);
            match change {
                None => out += &self.run_of(run, "t", words),
                Some(change) => {
                    out += &self.revision("del", &self.run_of(run, "delText", words));
                    self.next_id += 1;
                    if let (true, Some(new)) = (*to == change.range.end, &change.new) {
                        out += &self.revision("ins", &self.run_of(run, "t", &escape::xml(new)));
                        self.next_id += 1;
                    }
                }
            }
        }
        out
    }

    fn run_of(&self, run: &Run, text: &str, words: &str) -> String {
        let w = &self.part.prefix;
        format!(
            "{}<{w}{text} xml:space=\"preserve\">{words}</{w}{text}></{w}r>",
            self.opening(run)
        )
    }

    /// The start of a run of the same look.
    fn opening(&self, run: &Run) -> String {
        format!(
            "{}{}",
            &self.xml[run.tag.clone()],
            &self.xml[run.properties.clone()]
        )
    }

    fn revision(&self, name: &str, inside: &str) -> String {
        let w = &self.part.prefix;
        format!(
            "<{w}{name} {w}id=\"{}\" {w}author=\"{}\" {w}date=\"{}\">{inside}</{w}{name}>",
            self.next_id,
            escape::xml(self.author.name),
            self.author.date
        )
    }
}

/// The byte in the XML of a byte of the text.
fn raw_offset(raw: &str, offset: usize) -> usize {
    let mut text = 0;
    for (c, at) in decoded(raw) {
        if text >= offset {
            return at.start;
        }
        text += c.len_utf8();
    }
    raw.len()
}

fn spliced(xml: &str, splices: &[(Range<usize>, String)]) -> String {
    let mut out =
        String::with_capacity(xml.len() + splices.iter().map(|(_, s)| s.len()).sum::<usize>());
    let mut from = 0;
    for (at, text) in splices {
        out.push_str(xml.get(from..at.start).unwrap_or_default());
        out.push_str(text);
        from = at.end.max(from);
    }
    out.push_str(xml.get(from..).unwrap_or_default());
    out
}
