//! `pattern`: a text that must not stand there, by regular expression, under conditions.

mod change;
mod columns;
pub(super) mod heading;
mod late;

pub(super) use change::is_replaced;

use super::{Out, Reading};
use crate::explain::Why;
use crate::judge::{Form, Found, Line, Owner, Parts, Seen, Slots, Verify};
use crate::load::{Expression, LazyRegex, Phrase, expressions, phrases, plain_regexes};
use columns::Columns;
use duwang_model::{Span, Text};
use late::Late;
use std::ops::ControlFlow;

/// Hits of one document when the rule does not say.
const DEFAULT_MAX: usize = 20;

#[derive(Debug)]
pub(crate) struct Pattern {
    patterns: Vec<Expression>,
    /// What excuses a match beside it.
    unless: Beside,
    /// What on the same line leaves no excuse: `unless` does not count there.
    despite: Vec<Phrase>,
    /// What the columns of the table tell that it stands in.
    columns: Columns,
    /// What must stand beside it.
    near: Beside,
    /// What excuses a match it overlaps: a longer saying that is right.
    except: Vec<Phrase>,
    /// On the same line or the one above it, such as a heading: must be there.
    below: Vec<Phrase>,
    /// A short line above, such as a heading, below which nothing counts: a version kept for the record.
    unless_below: Vec<Phrase>,
    /// The heading of its own section: what stands under another matter's heading is that matter's.
    unless_heading: Vec<Phrase>,
    /// Whether what a page names only to say what stands there now (`由“15日”改为“20日”`) is left alone.
    unless_replaced: bool,
    /// Somewhere in the document: must be there.
    when: Vec<Expression>,
    /// Nowhere in the document.
    absent: Vec<Expression>,
    /// The same, on the title.
    title_unless: Vec<LazyRegex>,
    verify: Option<Verify>,
    /// How long after the day a match tells of the page may come.
    late: Option<Late>,
    form: Form,
    max: usize,
    parts: Parts,
}

/// Expressions looked for around a match, by how far from it they may stand.
#[derive(Debug)]
struct Beside {
    line: Vec<Phrase>,
    sentence: Vec<Phrase>,
    clause: Vec<Phrase>,
}

impl Beside {
    fn is_nearer(&self) -> bool {
        !self.sentence.is_empty() || !self.clause.is_empty()
    }

    /// What is looked for nearer than the line, each with where it is looked for.
    fn nearer<'s>(
        &'s self,
        line: &Line<'s>,
    ) -> impl Iterator<Item = (&'s [Phrase], &'s str)> + use<'s> {
        let sentence = (!self.sentence.is_empty()).then(|| line.sentence());
        let clause = (!self.clause.is_empty()).then(|| line.clause());
        let reach = |of: &'s [Phrase], text: Option<&'s str>| text.map(|text| (of, text));
        [reach(&self.sentence, sentence), reach(&self.clause, clause)]
            .into_iter()
            .flatten()
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Pattern> {
    let fields = reading.fields;
    let form = super::terms::form(fields);
    let patterns = expressions(fields, "patterns", form, reading.watch);
    if patterns.is_empty() && fields.items("patterns").is_empty() {
        fields.missing("patterns");
    }
    for pattern in &patterns {
        reading
            .watch
            .own(pattern.watch, Owner::Pattern(reading.rule));
    }
    let beside = |line, sentence, clause| Beside {
        line: phrases(fields, line, form),
        sentence: phrases(fields, sentence, form),
        clause: phrases(fields, clause, form),
    };
    let unless = beside("unless", "unless_sentence", "unless_clause");
    let near = beside("near", "near_sentence", "near_clause");
    let once = fields.flag("once").unwrap_or(false);
    let max = fields
        .number("max")
        .map_or(DEFAULT_MAX, |n| n.value as usize);
    Some(Pattern {
        patterns,
        unless,
        near,
        despite: phrases(fields, "despite", form),
        columns: Columns::read(fields, form),
        except: phrases(fields, "except", form),
        below: phrases(fields, "below", form),
        unless_below: phrases(fields, "unless_below", form),
        unless_heading: phrases(fields, "unless_heading", form),
        unless_replaced: fields.flag("unless_replaced").unwrap_or(false),
        when: expressions(fields, "when", Form::Folded, reading.watch),
        absent: expressions(fields, "absent", Form::Folded, reading.watch),
        title_unless: plain_regexes(fields, "title_unless"),
        verify: fields.word("verify"),
        late: Late::read(fields),
        form,
        max: if once { 1 } else { max.max(1) },
        parts: reading.scope.parts,
    })
}

impl Pattern {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let mut found = self.matches(seen, out);
        if found.is_empty() {
            return self.judge_bare_title(seen, out);
        }
        if let Some(condition) = self.unmet_condition(seen) {
            for f in &found {
                seen.explain(&out.rule.id, f.span, || Why::Condition(condition.clone()));
            }
            return;
        }
        found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end)));
        let mut end = 0;
        let mut reported = 0;
        for f in found {
            if f.span.start < end {
                continue; // another expression of the same rule says the same
            }
            end = f.span.end;
            if reported == self.max {
                seen.explain(&out.rule.id, f.span, || Why::Enough);
                continue;
            }
            reported += 1;
            seen.explain(&out.rule.id, f.span, || Why::Reported);
            self.report(seen, f.span, out);
        }
    }

    /// Every match that passes the conditions of its own line.
    fn matches(&self, seen: &Seen<'_>, out: &Out<'_>) -> Vec<Found> {
        let mut found = Vec::new();
        for pattern in &self.patterns {
            let mut last: Option<((usize, usize), Option<Why>)> = None; // a line is asked once, not once a match
            let _ = seen.each(pattern, &self.parts, &mut |f| {
                let by_line = match last.take() {
                    Some((line, why)) if line == f.line => why,
                    _ => self.objection_of_line(seen, &f),
                };
                let why = by_line
                    .clone()
                    .or_else(|| self.objection_beside(seen, &f))
                    .or_else(|| self.objection_of_number(seen, &f));
                last = Some((f.line, by_line));
                match why {
                    None => found.push(f),
                    Some(why) => seen.explain(&out.rule.id, f.span, || why),
                }
                ControlFlow::Continue(())
            });
        }
        found
    }
    /// Why nothing of a line counts.
    fn objection_of_line(&self, seen: &Seen<'_>, found: &Found) -> Option<Why> {
        let (unless, near) = (&self.unless.line, &self.near.line);
        let excusing = heading::below_one_of(&self.unless_below, seen, self.form, found.line)
            .or_else(|| heading::under_one_of(&self.unless_heading, seen, self.form, found.line));
        if let Some(heading) = excusing {
            return Some(Why::Condition(heading.source.clone()));
        }
        if unless.is_empty() && near.is_empty() && self.below.is_empty() {
            return None;
        }
        let whole = seen.text(self.form);
        let text = &whole[found.line.0..found.line.1];
        let above = whole[..found.line.0].trim_end().lines().next_back();
        let is_below = |e: &Phrase| e.is_match(text) || above.is_some_and(|line| e.is_match(line));
        if !self.below.is_empty() && !self.below.iter().any(is_below) {
            return Some(Why::Condition(sources(&self.below)));
        }
        let headings = self.headings(seen, found);
        said(unless, text, &headings)
            .filter(|_| said(&self.despite, text, &headings).is_none())
            .map(|e| e.source.clone())
            .or_else(|| unsaid(near, text, &self.callers(seen, found)))
            .map(Why::Condition)
    }

    /// Why a match does not count by its own sentence, its clause, or a longer saying it is part of.
    fn objection_beside(&self, seen: &Seen<'_>, found: &Found) -> Option<Why> {
        let line = Line::around(seen.text(self.form), found.start, found.end);
        if self.unless_replaced && is_replaced(&line) {
            return Some(Why::Condition("改前的写法".to_owned()));
        }
        let objection = self.columns.objection(seen, found.span);
        if let Some(why) = objection.filter(|_| said(&self.despite, line.text, &[]).is_none()) {
            return Some(why);
        }
        self.objection_around(&line, || {
            (self.headings(seen, found), self.callers(seen, found))
        })
    }

    /// What may stand for what must be said beside a match: more than what excuses one.
    fn callers<'s>(&self, seen: &'s Seen<'_>, found: &Found) -> Vec<&'s str> {
        match seen.is_in_cell(found.span) {
            true => seen.callers(found.span),
            false => self.headings(seen, found),
        }
    }

    /// What is said elsewhere and counts as said on the same line: a cell is a line of its own, and so is a bare value below the words that call it.
    fn headings<'s>(&self, seen: &'s Seen<'_>, found: &Found) -> Vec<&'s str> {
        if seen.is_in_cell(found.span) {
            return seen.headings(found.span);
        }
        let whole = seen.text(self.form);
        let above = whole[..found.line.0].trim_end().lines().next_back();
        let is_value = is_bare(&whole[found.line.0..found.line.1]);
        above
            .filter(|line| is_value && is_bare(line))
            .into_iter()
            .collect()
    }

    fn objection_around<'t>(
        &self,
        line: &Line<'_>,
        said_elsewhere: impl FnOnce() -> (Vec<&'t str>, Vec<&'t str>),
    ) -> Option<Why> {
        let excused = |e: &&Phrase| e.overlaps(line.text, (line.start, line.end));
        if let Some(except) = self.except.iter().find(excused) {
            return Some(Why::Exception(except.source.clone()));
        }
        if !self.unless.is_nearer() && !self.near.is_nearer() {
            return None;
        }
        let (headings, callers) = said_elsewhere();
        let unless = self.unless.nearer(line);
        let near = self.near.nearer(line);
        unless
            .filter_map(|(of, text)| said(of, text, &headings))
            .filter(|_| said(&self.despite, line.text, &headings).is_none())
            .map(|e| e.source.clone())
            .chain(near.filter_map(|(of, text)| unsaid(of, text, &callers)))
            .next()
            .map(Why::Condition)
    }

    fn objection_of_number(&self, seen: &Seen<'_>, found: &Found) -> Option<Why> {
        let text = seen.text(self.form);
        let is_in_time = |late: &Late| !late.is_too_late(&text[found.start..found.end], seen);
        if self.late.as_ref().is_some_and(is_in_time) {
            return Some(Why::NotVerified);
        }
        let verify = self.verify?;
        let line = Line::around(text, found.start, found.end);
        (!verify.passes(&line, seen.judged_on, seen.own_day())).then_some(Why::NotVerified)
    }

    fn unmet_condition(&self, seen: &Seen<'_>) -> Option<String> {
        let all = Parts::default();
        if !self.when.is_empty() && !seen.has(&self.when, &all) {
            return Some(sources(self.when.iter().map(|e| &e.phrase)));
        }
        if let Some(title) = self
            .title_unless
            .iter()
            .find(|r| r.is_match(Text::new(seen.document.title.clone()).folded()))
        {
            return Some(title.as_str().to_owned());
        }
        self.absent
            .iter()
            .find(|e| seen.has(std::slice::from_ref(e), &all))
            .map(|e| e.phrase.source.clone())
    }

    /// A rule about titles also looks at a title that does not stand in the text: from a list, or from the page's head, which is what
    /// search results show.
    fn judge_bare_title(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        if !self.parts.is_title_only() {
            return;
        }
        let document = seen.document;
        let bare = document.title_span.is_none().then_some(&document.title);
        let head = Some(&document.head_title).filter(|head| **head != document.title);
        for (title, place) in [(bare, "标题"), (head, "<title>")] {
            if title.is_some_and(|title| self.judge_title(title, place, seen, out)) {
                return;
            }
        }
    }

    fn judge_title(&self, title: &str, place: &str, seen: &Seen<'_>, out: &mut Out<'_>) -> bool {
        let title = Text::new(title.to_owned());
        let text = match self.form {
            Form::Folded => title.folded(),
            Form::Plain => title.plain(),
        };
        let found = self.patterns.iter().find_map(|p| p.phrase.find(text, 0));
        let Some((start, end)) = found else {
            return false;
        };
        let line = Line::new(text, start, end);
        let refused = said(&self.unless.line, text, &[])
            .filter(|_| said(&self.despite, text, &[]).is_none())
            .is_some()
            || unsaid(&self.near.line, text, &[]).is_some()
            || self.objection_around(&line, Default::default).is_some()
            || self
                .verify
                .is_some_and(|verify| !verify.passes(&line, seen.judged_on, seen.own_day()));
        if refused || self.unmet_condition(seen).is_some() {
            return false;
        }
        let mut draft = out.draft().keyed(&text[start..end]);
        draft.quote = Some(text[start..end].to_owned());
        draft.locator = Some(place.to_owned());
        out.push(draft);
        true
    }

    fn report(&self, seen: &Seen<'_>, span: Span, out: &mut Out<'_>) {
        let slots = Slots {
            value: seen.document.text.slice(span).to_owned(),
            ..Slots::default()
        };
        let mut draft = out.draft().at(span).with(slots);
        if self.verify.is_some() {
            draft.bonus = 0.08;
        }
        out.push(draft);
    }
}

/// Whether a line is short and no sentence: a value, or what it is called.
fn is_bare(line: &str) -> bool {
    const MOST: usize = 20;
    let line = line.trim().trim_end_matches([':', '：']);
    let is_sentence = |c| matches!(c, '。' | '；' | ';' | '，' | ',' | '：' | ':' | '？' | '?');
    line.chars().take(MOST + 1).count() <= MOST && !line.contains(is_sentence)
}

/// The first expression that a text, or a heading of the cell it stands in, says.
fn said<'e>(of: &'e [Phrase], text: &str, headings: &[&str]) -> Option<&'e Phrase> {
    of.iter()
        .find(|e| e.is_match(text) || headings.iter().any(|heading| e.is_match(heading)))
}

/// All of them, when there are any and none is said.
fn unsaid(of: &[Phrase], text: &str, headings: &[&str]) -> Option<String> {
    (!of.is_empty() && said(of, text, headings).is_none()).then(|| sources(of))
}

fn sources<'e>(phrases: impl IntoIterator<Item = &'e Phrase>) -> String {
    let each: Vec<&str> = phrases.into_iter().map(|e| e.source.as_str()).collect();
    each.join(" | ")
}
