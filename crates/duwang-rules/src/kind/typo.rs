//! `typo`: characters that a model of the language does not expect, where it knows what was meant.
//!
//! The model is given to [`crate::Rules::with_typos`]; without one, rules of this kind do not run and count as not run.

use super::{Out, Reading};
use crate::explain::Why;
use crate::judge::{Draft, Form, Line, Seen, Slots};
use crate::persons;
use crate::rule::Rule;
use crate::words::WORDS;
use duwang_model::{BlockKind, Category, Certainty, Part, Span};
use duwang_typo::{Checker, Silence, Suspect, Verdict};
use memchr::memmem::Finder;
use page::{Density, Listed};

mod bylines;
mod labels;
mod page;
mod places;

#[derive(Debug)]
pub(crate) struct Typo {
    /// Message and suggestion where something is written that should not be there.
    surplus: Option<String>,
    surplus_fix: Option<String>,
    /// From so many times on a page writes the same, it is asked about only.
    often: usize,
    /// Whether what is no more than a question is told on every page.
    asks: bool,
    /// From so many sure finds on a page on its questions are told, too; `None`: never.
    asks_from: Option<usize>,
    /// With fewer sure finds than one for so many characters the model only asks: what is doubted on a long clean page is mostly right.
    lone_chars: Option<usize>,
    /// The same for what is not certain.
    lone_likely_chars: Option<usize>,
    /// With fewer than one for so many, what is not certain is not even asked, nor does it make a page a careless one.
    silent_chars: Option<usize>,
    /// On longer pages than so many characters, and so many more for each plain sure find, only what is one character for another and makes a
    /// word of what is none is more than a question.
    plain_chars: Option<usize>,
    /// Characters that are asked about at most where they are called surplus.
    asks_surplus: String,
    /// What stands before a name (主任：尤　权), in the line or as the heading of its row or column.
    name_labels: Vec<String>,
    /// Names of bodies and places that are never suspected, besides those of the units.
    names: Vec<String>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Typo> {
    let fields = reading.fields;
    Some(Typo {
        surplus: fields.text("surplus").map(|t| t.value),
        surplus_fix: fields.text("surplus_fix").map(|t| t.value),
        often: fields.number("often").map_or(3, |n| n.value as usize),
        asks: fields.text("least").is_none_or(|t| t.value == "ask"),
        asks_from: fields.number("asks_from").map(|n| n.value as usize),
        lone_chars: fields.number("lone_chars").map(|n| n.value as usize),
        lone_likely_chars: fields.number("lone_likely_chars").map(|n| n.value as usize),
        silent_chars: fields.number("silent_chars").map(|n| n.value as usize),
        plain_chars: fields.number("plain_chars").map(|n| n.value as usize),
        asks_surplus: fields
            .text("asks_surplus")
            .map_or_else(String::new, |t| t.value),
        name_labels: fields
            .texts("name_labels")
            .into_iter()
            .map(|t| t.value)
            .collect(),
        names: fields.texts("names").into_iter().map(|t| t.value).collect(),
    })
}

/// A suspect at its place in the folded text.
struct Found {
    start: usize,
    end: usize,
    /// The character before, the suspect, the character after: what a page may write again and again.
    written: String,
    /// Bytes of the character before.
    before: usize,
    is_heading: bool,
    /// No more than a question, whatever the model says.
    only_asks: bool,
    /// A question for everybody, not only on pages with sure slips: the model was surer of it than the page allows.
    is_always_told: bool,
    suspect: Suspect,
}

/// How the model is asked about a line in which names stand.
type Look = fn(&Checker, &str, &[(usize, usize)]) -> Vec<Suspect>;

impl Typo {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let Some(checker) = seen.typos else { return };
        let look: Look = match seen.is_explaining() {
            true => Checker::explain,
            false => Checker::check,
        };
        let mut found = self.suspects(checker, look, seen, out.rule);
        let listed = Listed::of(seen);
        if found.is_empty() && !listed.has_sure() {
            return;
        }
        self.ask_about_manners(&mut found);
        self.ask_about_all_but_plain(&mut found, seen, &listed);
        let density = Density::of(seen, &listed, &found);
        self.ask_about_lone(&mut found, &density, seen, &listed);
        let density = match self.is_silent(&density) {
            true => Density::of(seen, &listed, &found),
            false => density,
        };
        let is_careless = self.is_careless(&density, found.len());
        if is_careless {
            let closer = self.suspects(checker, Checker::check_closely, seen, out.rule);
            Self::add_closer(&mut found, closer);
            Self::read_headings(&mut found);
        }
        let is_doubted = self.is_doubted(&density, &found);
        for one in &found {
            let asks = self.asks
                || is_careless && Self::is_worth_asking(one, &density)
                || is_doubted && one.is_plainly_doubted();
            self.tell(one, asks, seen, out);
        }
    }

    fn suspects(&self, checker: &Checker, look: Look, seen: &Seen<'_>, rule: &Rule) -> Vec<Found> {
        let text = seen.text(Form::Folded);
        let mut names = None;
        let mut found = Vec::new();
        for &(from, to) in seen.lines(Form::Folded) {
            let line = &text[from..to];
            // Names only silence: they are looked for where there is something to silence.
            let nameless = look(checker, line, &[]);
            if nameless.is_empty() {
                continue;
            }
            let names = names.get_or_insert_with(|| self.known_names(checker, seen));
            let places = places(line, names);
            let suspects = match places.is_empty() {
                true => nameless,
                false => look(checker, line, &places),
            };
            if suspects.is_empty() {
                continue;
            }
            let block = seen.block_of(Form::Folded, (from, to));
            // The line about the page names who published it: 来源：青石网　林小禾.
            let is_text = block.is_none_or(|b| b.part != Part::Info);
            if !is_text || !rule.scope.parts.admits(seen.document, block) {
                continue;
            }
            let is_heading = block.is_some_and(|b| b.kind == BlockKind::Heading);
            found.extend(suspects.into_iter().map(|mut suspect| {
                let (start, end) = (from + suspect.start, from + suspect.end);
                let span = seen.span(Form::Folded, start, end);
                if let Some(why) = self.name_by_place(line, suspect.start, span, seen) {
                    suspect.verdict = Verdict::Silent(why);
                }
                Found::of(line, from, is_heading, suspect)
            }));
        }
        found
    }

    /// Whether a suspect is a name by where it stands: behind a label, in a byline, in an address, behind a mask.
    fn name_by_place(
        &self,
        line: &str,
        start: usize,
        span: Span,
        seen: &Seen<'_>,
    ) -> Option<Silence> {
        let before = &line[..start];
        if labels::is_place(before) || labels::is_masked(before) {
            return Some(Silence::Name);
        }
        let published = Line::around(seen.document.text.plain(), span.start, span.end);
        let is_person =
            self.is_labelled_name(line, start, span, seen) || bylines::is_byline(&published);
        is_person.then_some(Silence::Person)
    }

    /// Names of this page's region and of the rule, each ready to be looked for in many lines.
    fn known_names<'s>(&'s self, checker: &Checker, seen: &'s Seen<'_>) -> Vec<Finder<'s>> {
        let units = seen.context.region.map(|r| r.units.as_slice());
        let of_unit = |u: &'s duwang_model::Unit| {
            std::iter::once(u.name.as_str()).chain(u.short_names.iter().map(String::as_str))
        };
        let mut names: Vec<&str> = units.unwrap_or_default().iter().flat_map(of_unit).collect();
        names.extend(seen.context.unit.into_iter().flat_map(of_unit));
        names.extend(seen.context.region.map(|r| r.name.as_str()));
        let bare: Vec<&str> = names.iter().flat_map(|name| places::bare(name)).collect();
        names.extend(bare);
        names.extend(places::of_title(&seen.document.title));
        let text = seen.text(Form::Folded);
        names.extend(persons::behind_posts(text));
        names.extend(persons::speakers(text, &|word| checker.is_word(word)));
        names.extend(parties(seen));
        names.extend(self.names.iter().map(String::as_str));
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !name.is_empty());
        names.into_iter().map(Finder::new).collect()
    }

    fn tell(&self, one: &Found, asks: bool, seen: &Seen<'_>, out: &mut Out<'_>) {
        let span = one.span(seen);
        if let Verdict::Silent(why) = one.suspect.verdict {
            seen.explain(&out.rule.id, span, || silent(&one.suspect, why.chinese()));
            return;
        }
        // A heading leaves out words that running text has.
        let Some(certainty) = one.certainty() else {
            seen.explain(&out.rule.id, span, || {
                silent(&one.suspect, "标题里字句常省略")
            });
            return;
        };
        if certainty == Certainty::Ask && !asks && !one.is_always_told {
            seen.explain(&out.rule.id, span, || {
                silent(&one.suspect, "只是可疑，不报")
            });
            return;
        }
        seen.explain(&out.rule.id, span, || Why::Reported);
        out.push(self.draft(one, certainty, span, out.number));
    }

    fn draft(&self, one: &Found, certainty: Certainty, span: Span, rule: u32) -> Draft {
        let fixes = &one.suspect.fixes;
        let best = fixes.first().map_or("", |fix| fix.text.as_str());
        let others: Vec<String> = fixes
            .iter()
            .skip(1)
            .filter(|fix| !fix.text.is_empty())
            .map(|fix| format!("“{}”", fix.text))
            .collect();
        let mut draft = Draft::of(rule, certainty).at(span).with(Slots {
            suggestion: best.to_owned(),
            value: if others.is_empty() {
                String::new()
            } else {
                format!("（也可能是{}）", others.join("、"))
            },
            ..Slots::default()
        });
        if best.is_empty() {
            draft.is_surplus = true;
            draft.message.clone_from(&self.surplus);
            draft.fix.clone_from(&self.surplus_fix);
        }
        draft.key.clone_from(&one.written);
        draft.bonus = (one.suspect.probability - 0.5) * 0.18;
        draft
    }
}

/// In a heading one degree less sure; `None`: not sure enough to ask.
fn lowered(verdict: Verdict, is_heading: bool) -> Option<Certainty> {
    match (verdict, is_heading) {
        (Verdict::Certain, _) => Some(Certainty::Certain),
        (Verdict::Likely, false) => Some(Certainty::Likely),
        (Verdict::Likely, true) | (Verdict::Ask, false) => Some(Certainty::Ask),
        (Verdict::Ask, true) | (Verdict::Silent(_), _) => None,
    }
}

fn silent(suspect: &Suspect, why: &str) -> Why {
    let fixes: Vec<String> = suspect
        .fixes
        .iter()
        .map(|fix| match fix.text.is_empty() {
            true => format!("删去（省 {:.1} 比特）", fix.gain),
            false => format!("“{}”（省 {:.1} 比特）", fix.text, fix.gain),
        })
        .collect();
    Why::Doubt(format!(
        "{why}；可能是错字的把握 {:.2}，候选：{}",
        suspect.probability,
        fixes.join("、")
    ))
}

/// Names of those whom the page is about, by the label before them: a firm that was fined, who asked for a review.
fn parties<'s>(seen: &'s Seen<'_>) -> impl Iterator<Item = &'s str> {
    const LONG: std::ops::RangeInclusive<usize> = 2..=30;
    const MOST: usize = 50;
    let pairs = seen.document.pairs.iter();
    let named = pairs.filter(|pair| WORDS.byline.parties.contains(&pair.label));
    let values = named.map(|pair| {
        pair.value
            .split([',', '，', '(', '（'])
            .next()
            .unwrap_or_default()
            .trim()
    });
    values
        .filter(|name| LONG.contains(&name.chars().count()))
        .take(MOST)
}

/// Where names stand in a line.
fn places(line: &str, names: &[Finder<'_>]) -> Vec<(usize, usize)> {
    let of_name = |name: &Finder<'_>| {
        let len = name.needle().len();
        name.find_iter(line.as_bytes())
            .map(move |at| (at, at + len))
            .collect::<Vec<_>>()
    };
    names.iter().flat_map(of_name).collect()
}

fn with_neighbours(line: &str, start: usize, end: usize) -> String {
    let before = line[..start].chars().next_back();
    let after = line[end..].chars().next();
    let mut written = String::new();
    written.extend(before);
    written.push_str(&line[start..end]);
    written.extend(after);
    written
}

/// What lists of misspellings found so far.
pub(crate) fn listed(rules: &[Rule], drafts: &[Draft]) -> Vec<(Span, Certainty)> {
    let of_list = |draft: &Draft| {
        let rule = rules.get(draft.rule as usize)?;
        let is_list = rule.kind == "terms" && rule.category == Category::Typo;
        let certainty = draft.certainty.min(rule.certainty);
        is_list.then_some((draft.span?, certainty))
    };
    drafts.iter().filter_map(of_list).collect()
}

/// One fault, one finding, where a word list or pattern and the model speak about the same place: the list knows why, so it stays, unless it
/// is a list of misspellings that merely asks and the model is surer. What such a list knew from memory only is then borne out by another
/// source, and what it called the misspelling is shown whole.
pub(crate) fn settle(rules: &[Rule], text: &str, drafts: &mut Vec<Draft>) {
    let rule = |draft: &Draft| rules.get(draft.rule as usize);
    let kind = |draft: &Draft| rule(draft).map_or("", |r| r.kind);
    let sure = |draft: &Draft| {
        let of_rule = rule(draft).map_or(Certainty::Ask, |r| r.certainty);
        draft.certainty.min(of_rule)
    };
    let lists_misspellings = |draft: &Draft| {
        kind(draft) == "terms" && rule(draft).is_some_and(|r| r.category == Category::Typo)
    };
    let places = |wanted: &dyn Fn(&Draft) -> bool| -> Vec<(Span, Certainty)> {
        let chosen = drafts.iter().filter(|d| wanted(d));
        chosen.filter_map(|d| Some((d.span?, sure(d)))).collect()
    };
    let of_model = places(&|d| kind(d) == "typo");
    if of_model.is_empty() {
        return;
    }
    let of_misspellings = places(&lists_misspellings);
    let listed: Vec<(Span, Certainty, String)> = drafts
        .iter()
        .filter(|d| lists_misspellings(d))
        .filter_map(|d| Some((d.span?, sure(d), d.slots.suggestion.clone())))
        .collect();
    let of_words = places(&|d| matches!(kind(d), "terms" | "pattern") && !lists_misspellings(d));
    let is_outdone = |list: Certainty, model: Certainty| list < Certainty::Likely && list < model;
    drafts.retain(|draft| {
        let Some(span) = draft.span else { return true };
        let own = sure(draft);
        let meets = |places: &[(Span, Certainty)], against: &dyn Fn(Certainty) -> bool| {
            let mut near = places.iter().filter(|(other, _)| other.overlaps(span));
            near.any(|(_, certainty)| against(*certainty))
        };
        if kind(draft) == "typo" {
            return !meets(&of_words, &|_| true)
                && !meets(&of_misspellings, &|list| !is_outdone(list, own));
        }
        !(lists_misspellings(draft) && meets(&of_model, &|model| is_outdone(own, model)))
    });
    for draft in drafts.iter_mut().filter(|d| kind(d) == "typo") {
        let (Some(span), own) = (draft.span, sure(draft)) else {
            continue;
        };
        let is_alone = |word: Span| of_model.iter().filter(|(s, _)| word.contains(*s)).count() == 1;
        let mut words = listed.iter().filter(|(word, list, _)| {
            word.contains(span) && is_outdone(*list, own) && is_alone(*word)
        });
        if let Some((word, _, right)) = words.next() {
            show_whole(draft, *word, right, text);
        }
    }
}

/// A single character says little: quotes the word around it, and what it should be. Where the list means another word, that is what was
/// meant: it knows this very misspelling, the model only what is common beside it. What is only to be deleted stays as it is.
fn show_whole(draft: &mut Draft, word: Span, right: &str, text: &str) {
    let Some(span) = draft.span.filter(|_| !draft.is_surplus) else {
        return;
    };
    let (before, after) = (
        text.get(word.start..span.start),
        text.get(span.end..word.end),
    );
    let (Some(before), Some(after)) = (before, after) else {
        return;
    };
    let slots = &mut draft.slots;
    let mended = format!("{before}{}{after}", slots.suggestion);
    if right.is_empty() || right == mended {
        slots.value = slots
            .value
            .replace('“', &format!("“{before}"))
            .replace('”', &format!("{after}”"));
        slots.suggestion = mended;
    } else {
        slots.value = format!("（也可能是“{mended}”）");
        slots.suggestion = right.to_owned();
    }
    draft.span = Some(word);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_wherever_they_stand() {
        assert_eq!(
            places("云溪市与云溪市", &[Finder::new("云溪市")]),
            [(0, 9), (12, 21)]
        );
    }

    #[test]
    fn a_heading_is_asked_about_at_most() {
        assert_eq!(lowered(Verdict::Likely, true), Some(Certainty::Ask));
        assert_eq!(lowered(Verdict::Silent(Silence::Unsure), false), None);
    }
}
