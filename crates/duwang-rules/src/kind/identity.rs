//! `identity`: another unit's name where the own should stand, the trace of a copied template.

mod alike;
mod office;
mod stranger;

use super::{Out, Reading};
use crate::judge::{Form, Seen, Slots};
use crate::load::{LazyRegex, plain_regexes};
use crate::words::{WORDS, ends_with_any, has_any};
use duwang_model::{Certainty, Part, Span, Text, Unit};

/// Characters of a label that stands alone on the line above its value.
const LONGEST_LABEL: usize = 12;
/// Most places of running text reported of one document.
const MOST_SPOKEN: usize = 5;

#[derive(Debug)]
pub(crate) struct Identity {
    /// Look at the title.
    title: bool,
    /// Look at the values of these labels; empty: of all, and then only ask.
    labels: Vec<String>,
    /// Never at the values of labels with one of these in them.
    not_labels: Vec<String>,
    /// What a unit says of itself right behind its name: 编制本指南.
    speaking: Vec<LazyRegex>,
    /// The same before it: 本指南所称本机关，指.
    pointing: Vec<LazyRegex>,
    /// Where nobody says whose page it is, believe its title, and only ask.
    by_title: bool,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Identity> {
    let fields = reading.fields;
    let folded = |key| {
        fields
            .texts(key)
            .into_iter()
            .map(|label| Text::new(label.value).folded().to_owned())
            .collect()
    };
    Some(Identity {
        title: fields.flag("title_only").unwrap_or(true) || fields.flag("in_title").unwrap_or(true),
        labels: folded("labels"),
        not_labels: folded("not_labels"),
        speaking: plain_regexes(fields, "speaking"),
        pointing: plain_regexes(fields, "pointing"),
        by_title: fields.flag("by_title").unwrap_or(false),
    })
}

impl Identity {
    /// Whether it can only be judged when it is known who publishes.
    pub(crate) fn needs_unit(&self) -> bool {
        !self.by_title
    }

    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let (Some(own), Some(region)) = (seen.context.unit, seen.context.region) else {
            return self.judge_by_title(seen, out);
        };
        let others: Vec<(&Unit, String)> = region
            .units
            .iter()
            .filter(|unit| unit.id != own.id)
            .flat_map(|unit| names(unit).map(move |name| (unit, name)))
            .collect();
        let own_names: Vec<String> = names(own).collect();
        self.judge_title(seen, &own_names, &others, out);
        self.judge_values(seen, &own_names, &others, out);
        self.judge_lines_below(seen, &own_names, &others, out);
        self.judge_speech(seen, &own_names, &others, out);
        self.judge_strangers(seen, &own_names, out);
    }

    /// Other bodies on the page of the office that its title names.
    fn judge_by_title(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        if !self.by_title || seen.context.unit.is_some() {
            return;
        }
        let title = Text::new(seen.document.title.clone());
        let Some(own) = office::of_title(title.folded()) else {
            return;
        };
        let own = office::names(own);
        for pair in &seen.document.pairs {
            // Several offices may sit in one house.
            let is_place = has_any(&pair.label, &WORDS.identity.houses)
                || ends_with_any(&pair.label, &WORDS.identity.rooms);
            if pair.part != Part::Main || is_place || !self.wants(&pair.label) {
                continue;
            }
            if let Some(name) = stranger::first(&pair.value, &own)
                && let Some(span) = place_of(seen, pair.value_span, name)
            {
                ask(out, span, &pair.label, name);
            }
        }
        self.judge_strangers(seen, &own, out);
    }

    /// Bodies nobody listed: that they are not the unit under another name is for a person to say.
    fn judge_strangers(&self, seen: &Seen<'_>, own: &[String], out: &mut Out<'_>) {
        let title = Text::new(seen.document.title.clone());
        if self.title
            && let Some(name) = stranger::titled(title.folded(), own)
            && let Some(span) = seen
                .document
                .title_span
                .and_then(|t| place_of(seen, t, name))
        {
            ask(out, span, "标题", name);
        }
        self.judge_head_title(seen, own, out);
        let text = seen.text(Form::Folded);
        let sort = alike::Sort::of(own);
        let is_believed = seen.context.unit.is_none();
        for &line in seen.lines(Form::Folded) {
            let words = &text[line.0..line.1];
            let alike = sort.as_ref().and_then(|sort| sort.stranger(words));
            let speaker = || stranger::speaker(words, own, &self.speaking, &self.pointing);
            let Some((start, end)) = alike.or_else(speaker).or_else(|| stranger::template(words))
            else {
                continue;
            };
            let shown = seen
                .block_of(Form::Folded, line)
                .is_some_and(|b| b.part == Part::Main);
            let is_above = || stranger::is_government_above(words, (start, end), own);
            if shown && !(is_believed && is_above()) {
                let span = seen.document.text.to_plain(line.0 + start, line.0 + end);
                ask(out, span, "正文", &words[start..end]);
            }
        }
    }

    /// The title in the page's head, which the browser and search results show, may still be the copied page's.
    fn judge_head_title(&self, seen: &Seen<'_>, own: &[String], out: &mut Out<'_>) {
        let document = seen.document;
        let is_told = out.drafts.iter().any(|d| d.rule == out.number);
        if !self.title || is_told || document.head_title == document.title {
            return;
        }
        let head = Text::new(document.head_title.clone());
        let Some(name) = stranger::titled(head.folded(), own) else {
            return;
        };
        let mut draft = out.draft().keyed(format!("stranger {name}")).with(Slots {
            label: "<title>".to_owned(),
            value: name.to_owned(),
            ..Slots::default()
        });
        draft.certainty = Certainty::Ask;
        draft.quote = Some(name.to_owned());
        draft.locator = Some("<title>".to_owned());
        out.push(draft);
    }

    fn judge_title(
        &self,
        seen: &Seen<'_>,
        own: &[String],
        others: &[(&Unit, String)],
        out: &mut Out<'_>,
    ) {
        if !self.title {
            return;
        }
        let title = Text::new(seen.document.title.clone());
        let Some((unit, name)) = other_in(title.folded(), own, others) else {
            return;
        };
        let mut draft = out.draft().keyed(format!("title {name}")).with(Slots {
            label: "标题".to_owned(),
            value: unit.name.clone(),
            ..Slots::default()
        });
        match seen
            .document
            .title_span
            .and_then(|t| place_of(seen, t, &name))
        {
            Some(span) => draft.span = Some(span),
            None => draft.quote = Some(name),
        }
        out.push(draft);
    }

    fn judge_values(
        &self,
        seen: &Seen<'_>,
        own: &[String],
        others: &[(&Unit, String)],
        out: &mut Out<'_>,
    ) {
        for pair in &seen.document.pairs {
            let has = |list: &[String]| list.iter().any(|l| pair.label.contains(l.as_str()));
            let asked = self.labels.is_empty() || has(&self.labels);
            if !asked || has(&self.not_labels) || !matches!(pair.part, Part::Main | Part::Info) {
                continue;
            }
            let Some((unit, name)) = other_in(&pair.value, own, others) else {
                continue;
            };
            let mut draft = out.draft().keyed(pair.label.clone()).with(Slots {
                label: pair.label.clone(),
                value: unit.name.clone(),
                ..Slots::default()
            });
            draft.span = Some(place_of(seen, pair.value_span, &name).unwrap_or(pair.value_span));
            if self.labels.is_empty() {
                draft.certainty = Certainty::Ask;
            }
            out.push(draft);
        }
    }
}

impl Identity {
    /// Whether a label is one to look at.
    fn wants(&self, label: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|l| label.contains(l.as_str()));
        has(&self.labels) && !has(&self.not_labels)
    }

    /// A label alone on its line, its value on the next.
    fn judge_lines_below(
        &self,
        seen: &Seen<'_>,
        own: &[String],
        others: &[(&Unit, String)],
        out: &mut Out<'_>,
    ) {
        let text = seen.text(Form::Folded);
        for lines in seen.lines(Form::Folded).windows(2) {
            let label = text[lines[0].0..lines[0].1].trim();
            if label.chars().count() > LONGEST_LABEL || label.contains(':') || !self.wants(label) {
                continue;
            }
            let line = lines[1];
            let is_content = |line| {
                seen.block_of(Form::Folded, line)
                    .is_some_and(|b| matches!(b.part, Part::Main | Part::Info))
            };
            let Some((unit, name)) = other_in(&text[line.0..line.1], own, others) else {
                continue;
            };
            let Some(at) = text[line.0..line.1].find(&name) else {
                continue;
            };
            if is_content(line) && is_content(lines[0]) {
                let start = line.0 + at;
                self.say(seen, out, (start, start + name.len()), label, unit);
            }
        }
    }

    /// Another unit speaking as the one whose page this is: "白鹭镇人民政府编制本指南".
    fn judge_speech(
        &self,
        seen: &Seen<'_>,
        own: &[String],
        others: &[(&Unit, String)],
        out: &mut Out<'_>,
    ) {
        if self.speaking.is_empty() {
            return;
        }
        let spoken = others
            .iter()
            .filter_map(|(unit, name)| Some((*unit, spoken(name)?)));
        let others: Vec<(&Unit, String)> = others.iter().cloned().chain(spoken).collect();
        let others = others.as_slice();
        let text = seen.text(Form::Folded);
        let mut left = MOST_SPOKEN;
        for &line in seen.lines(Form::Folded) {
            let words = &text[line.0..line.1];
            let Some((at, unit, name)) = self.speaker(words, own, others) else {
                continue;
            };
            let shown = seen
                .block_of(Form::Folded, line)
                .is_some_and(|b| b.part == Part::Main);
            if shown && left > 0 {
                left -= 1;
                let start = line.0 + at;
                self.say(seen, out, (start, start + name.len()), "正文", unit);
            }
        }
    }

    fn speaker<'u, 'n>(
        &self,
        line: &str,
        own: &[String],
        others: &'n [(&'u Unit, String)],
    ) -> Option<(usize, &'u Unit, &'n str)> {
        others
            .iter()
            .filter(|(_, name)| !own.iter().any(|o| o.contains(name.as_str())))
            .filter_map(|(unit, name)| {
                line.match_indices(name.as_str())
                    .map(|(at, _)| at)
                    .find(|at| {
                        let after = &line[at + name.len()..];
                        self.speaking.iter().any(|r| r.is_match(after))
                    })
                    .map(|at| (at, *unit, name.as_str()))
            })
            .max_by_key(|(_, _, name)| name.len())
    }

    fn say(
        &self,
        seen: &Seen<'_>,
        out: &mut Out<'_>,
        folded: (usize, usize),
        label: &str,
        unit: &Unit,
    ) {
        let span = seen.document.text.to_plain(folded.0, folded.1);
        if out.drafts.iter().any(|d| d.span == Some(span)) {
            return;
        }
        let mut draft = out.draft().keyed(label.to_owned()).with(Slots {
            label: label.to_owned(),
            value: unit.name.clone(),
            ..Slots::default()
        });
        draft.span = Some(span);
        out.push(draft);
    }
}

/// Asks about a name, once, and not where a known one was already told.
fn ask(out: &mut Out<'_>, span: Span, label: &str, name: &str) {
    let key = format!("stranger {name}");
    let told: Vec<_> = out.drafts.iter().filter(|d| d.rule == out.number).collect();
    let is_told = told
        .iter()
        .any(|d| d.key == key || d.span.is_some_and(|s| s.overlaps(span)));
    if is_told || told.len() >= MOST_SPOKEN {
        return;
    }
    let mut draft = out.draft().keyed(key).with(Slots {
        label: label.to_owned(),
        value: name.to_owned(),
        ..Slots::default()
    });
    draft.certainty = Certainty::Ask;
    draft.span = Some(span);
    out.push(draft);
}

/// What a town is called in speech: 白石埔镇人民政府, 白石埔镇党政办.
fn spoken(name: &str) -> Option<String> {
    let bare = ["人民政府", "办事处"]
        .iter()
        .find_map(|end| name.strip_suffix(end))?;
    let is_town = bare.ends_with(['镇', '乡']) || bare.ends_with("街道");
    (is_town && bare.chars().count() >= 3).then(|| bare.to_owned())
}

/// Full and short names, folded, long enough to mean somebody.
fn names(unit: &Unit) -> impl Iterator<Item = String> {
    std::iter::once(&unit.name)
        .chain(&unit.short_names)
        .map(|name| Text::new(name.clone()).folded().to_owned())
        .filter(|name| name.chars().count() >= 3)
}

/// Another unit's name in a text that does not name the own; the longest, so that 青石街道 is not found in 大青石街道.
fn other_in<'u>(
    text: &str,
    own: &[String],
    others: &[(&'u Unit, String)],
) -> Option<(&'u Unit, String)> {
    if own.iter().any(|name| text.contains(name.as_str())) {
        return None;
    }
    others
        .iter()
        .filter(|(_, name)| text.contains(name.as_str()))
        .filter(|(_, name)| !own.iter().any(|o| o.contains(name.as_str())))
        .max_by_key(|(_, name)| name.len())
        .map(|(unit, name)| (*unit, name.clone()))
}

/// The published place of a folded word within a published span.
fn place_of(seen: &Seen<'_>, within: Span, word: &str) -> Option<Span> {
    let text = &seen.document.text;
    let (start, end) = text.to_folded(within);
    let at = text.folded().get(start..end)?.find(word)?;
    Some(text.to_plain(start + at, start + at + word.len()))
}
