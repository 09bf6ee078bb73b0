//! `element`: something that must stand in a document, such as the office hours in a guide.
//!
//! It is satisfied by a label with a plausible value (a pair the reader found, a table row or column, a line), by an expression in running
//! text, by the title, by a link, or by pictures or attachments where the rule allows. What the rule then says is one thing: the value
//! is implausible, or the place is there but empty, or there is nothing at all.

mod below;
mod cited;
mod excluded;
mod gap;
mod label;
mod labels;
mod left_open;
mod matter;
mod place;
mod sign_off;
mod value;

pub(super) use label::is_label_line;

use super::{Out, Reading, section};
use crate::judge::{Form, Line, Parts, Seen, Slots, is_called};
use crate::load::{Expression, LazyRegex, expressions, message, plain_regexes};
use crate::words::{WORDS, has_any};
use duwang_model::{Certainty, Document, Link, LinkRole, Part, Text};
use labels::Labels;
use left_open::is_left_open;
use place::Place;
use std::ops::ControlFlow;
use value::{Sort, Values};

#[derive(Debug)]
pub(crate) struct Element {
    labels: Labels,
    patterns: Vec<Expression>,
    /// What it looks like alone on its line, without any name: counts unless the line above names something.
    alone: Vec<Expression>,
    title_patterns: Vec<LazyRegex>,
    links: Vec<LazyRegex>,
    images: bool,
    attachments: bool,
    /// Files that are something else (the form for opinions is no draft), by their names.
    attachments_not: Vec<LazyRegex>,
    /// Titles that promise a picture or a film (图解) which holds it; they count only where one is, or a file.
    picture_titles: Vec<LazyRegex>,
    values: Values,
    /// Messages; the rule's title stands in for `missing`. Where that is empty, another rule says what is not there at all.
    implausible: Option<String>,
    blank: Option<String>,
    missing: Option<String>,
    /// Only a value like this is called implausible; another one tells nothing.
    implausible_if: Vec<LazyRegex>,
    parts: Parts,
    unless: Vec<Expression>,
    when: Vec<Expression>,
    /// Headings below which something else is told: how a document was drafted is neither its contents nor its aim.
    not_below: Vec<LazyRegex>,
    /// What is said of another document that the sentence cites counts.
    cited: bool,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Element> {
    let fields = reading.fields;
    let parts = parts(reading);
    let element = Element {
        labels: Labels::read(reading),
        patterns: expressions(fields, "patterns", Form::Folded, reading.watch),
        alone: expressions(fields, "alone", Form::Folded, reading.watch),
        title_patterns: plain_regexes(fields, "title_patterns"),
        links: plain_regexes(fields, "links"),
        images: fields.flag("images").unwrap_or(false),
        attachments: fields.flag("attachments").unwrap_or(false),
        attachments_not: plain_regexes(fields, "attachments_not"),
        picture_titles: plain_regexes(fields, "picture_titles"),
        values: Values {
            plausible: plain_regexes(fields, "value"),
            none_ok: fields.flag("none_ok").unwrap_or(false),
        },
        implausible: message(fields, "implausible"),
        blank: message(fields, "blank"),
        missing: message(fields, "missing"),
        implausible_if: plain_regexes(fields, "implausible_if"),
        parts,
        unless: expressions(fields, "unless", Form::Folded, reading.watch),
        when: expressions(fields, "when", Form::Folded, reading.watch),
        not_below: plain_regexes(fields, "not_below"),
        cited: fields.flag("cited").unwrap_or(true),
    };
    let ways = [
        "labels",
        "whole_labels",
        "patterns",
        "title_patterns",
        "picture_titles",
        "links",
    ];
    if !ways.iter().any(|way| fields.has(way)) && !element.images && !element.attachments {
        fields.troubles().report_with(
            fields.place(),
            "要素规则没有写怎样算有",
            "",
            Some("写上 labels、patterns、title_patterns 或 links 之一".to_owned()),
        );
    }
    Some(element)
}

/// `parts` may stand in the rule or in its scope; a footer never counts unless it is named.
fn parts(reading: &Reading<'_, '_>) -> Parts {
    let own = reading.fields.words("parts");
    if !own.is_empty() {
        return Parts::of_words(&own);
    }
    if reading.scope.parts_given {
        return reading.scope.parts;
    }
    Parts::MAIN_AND_INFO
}

impl Element {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let anywhere = Parts::default();
        let applies = (self.when.is_empty() || seen.has(&self.when, &anywhere))
            && !seen.has(&self.unless, &anywhere);
        if !applies || self.is_there_without_label(seen) {
            return;
        }
        let mut places = place::find(self, seen);
        places.retain(|place| {
            let (start, _) = seen.document.text.to_folded(place.span);
            !self.labels.is_about_other_matter(seen, &place.value)
                && !self.is_elsewhere(seen, seen.line_around(Form::Folded, start))
        });
        if places.iter().any(|p| p.sort == Sort::Filled) {
            return;
        }
        let first = |sort| places.iter().find(|p| p.sort == sort);
        if let Some(place) = first(Sort::Implausible).filter(|p| self.may_be_implausible(p)) {
            self.say_implausible(place, out);
        } else if let Some(place) = first(Sort::Elsewhere) {
            self.say_elsewhere(place, seen, out);
        } else if let Some(place) = first(Sort::Blank) {
            self.say_blank(place, out);
        } else if self.missing.as_deref() != Some("") {
            let draft = out.draft().saying(&self.missing).keyed("missing");
            out.push(draft);
        }
    }

    fn may_be_implausible(&self, place: &Place) -> bool {
        let is_like = |r: &LazyRegex| r.is_match(&place.value);
        self.implausible_if.is_empty() || self.implausible_if.iter().any(is_like)
    }

    /// In running text, title, links, pictures or attachments.
    fn is_there_without_label(&self, seen: &Seen<'_>) -> bool {
        let document = seen.document;
        if self.stands_in_text(seen) || place::stands_alone(self, seen) {
            return true;
        }
        if self.is_told_by_title(document) {
            return true;
        }
        let content = [LinkRole::Content, LinkRole::Attachment, LinkRole::Item];
        let is_meant = |l: &Link| {
            let named = |r: &LazyRegex| r.is_match(&l.text) || r.is_match(&l.url);
            content.contains(&l.role) && !self.is_other(seen, l) && self.links.iter().any(named)
        };
        document.links.iter().any(is_meant)
            || (self.attachments && self.is_attached(seen))
            || (self.images && shows_more_than_words(document))
    }

    fn is_told_by_title(&self, document: &Document) -> bool {
        if self.title_patterns.is_empty() && self.picture_titles.is_empty() {
            return false;
        }
        let title = Text::new(document.title.clone());
        let says = |of: &[LazyRegex]| of.iter().any(|r| r.is_match(title.folded()));
        says(&self.title_patterns) || (says(&self.picture_titles) && shows_or_hands_out(document))
    }

    fn is_other(&self, seen: &Seen<'_>, link: &Link) -> bool {
        let is_other = |name: &str| self.attachments_not.iter().any(|r| r.is_match(name));
        is_called(seen, link, is_other)
    }

    fn is_attached(&self, seen: &Seen<'_>) -> bool {
        let is_it = |l: &Link| l.role == LinkRole::Attachment && !self.is_other(seen, l);
        seen.document.links.iter().any(is_it)
    }

    /// Whether an expression is found where the text is about this element.
    fn stands_in_text(&self, seen: &Seen<'_>) -> bool {
        let other_matter = &self.labels.not_near;
        self.patterns.iter().any(|pattern| {
            seen.each(pattern, &self.parts, &mut |found| {
                let line = Line::around(seen.text(pattern.form), found.start, found.end);
                if matter::is_claimed(other_matter, seen, pattern.form, found.start, found.end)
                    || self.labels.is_under_foreign(seen, &line)
                    || excluded::is_value_of_other(&self.labels.others, seen, &found, &line)
                    || gap::ends_in_next_name(seen, &found, &self.labels.names)
                    || self.labels.is_about_other_matter(seen, line.clause())
                    || is_left_open(seen, pattern.form, found)
                    || self.has_ceased(&line)
                    || self.is_elsewhere(seen, found.line)
                    || (!self.cited && cited::is_of_another(seen, &line))
                {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })
            .is_break()
        })
    }

    /// Whether a line stands below a heading where this is not told.
    fn is_elsewhere(&self, seen: &Seen<'_>, line: (usize, usize)) -> bool {
        !self.not_below.is_empty() && section::is_under(&self.not_below, seen, line)
    }

    /// Whether a match tells of what there was: `旧电话…已停用`. An expression that looks for these words takes them for an answer.
    fn has_ceased(&self, line: &Line<'_>) -> bool {
        let words = &WORDS.value;
        let ceased = |text: &str| has_any(text, &words.ceased) || has_any(text, &words.stopped);
        !self.values.none_ok && ceased(line.clause()) && !ceased(&line.text[line.start..line.end])
    }

    fn say_implausible(&self, place: &Place, out: &mut Out<'_>) {
        let template = self
            .implausible
            .clone()
            .or_else(|| Some("“{label}”的内容“{value}”不像有效内容".to_owned()));
        self.say(place, &template, "implausible", out);
    }

    fn say_blank(&self, place: &Place, out: &mut Out<'_>) {
        let template = self
            .blank
            .clone()
            .or_else(|| Some("“{label}”后面没有内容".to_owned()));
        self.say(place, &template, "blank", out);
    }

    /// "详见附件": what the attachment says was not read here, so nothing is said unless there is none.
    fn say_elsewhere(&self, place: &Place, seen: &Seen<'_>, out: &mut Out<'_>) {
        let somewhere = seen
            .document
            .links
            .iter()
            .any(|l| matches!(l.role, LinkRole::Attachment | LinkRole::Content))
            || shows_more_than_words(seen.document);
        if somewhere {
            return;
        }
        let template = Some("“{label}”写作“{value}”，但页面没有附件或链接".to_owned());
        self.say(place, &template, "blank", out);
        if let Some(draft) = out.drafts.last_mut() {
            draft.certainty = Certainty::Ask;
        }
    }

    fn say(&self, place: &Place, template: &Option<String>, key: &str, out: &mut Out<'_>) {
        let mut draft = out
            .draft()
            .at(place.span)
            .saying(template)
            .keyed(key)
            .with(Slots {
                label: place.label.clone(),
                value: place.value.clone(),
                ..Slots::default()
            });
        draft.bonus = -0.02;
        out.push(draft);
    }
}

/// Whether something other than the words of the page may hold what it promises.
fn shows_or_hands_out(document: &Document) -> bool {
    let mut links = document.links.iter();
    shows_more_than_words(document) || links.any(|l| l.role == LinkRole::Attachment)
}

/// Whether the content has pictures or players.
fn shows_more_than_words(document: &Document) -> bool {
    let media = document.media;
    media.videos + media.audios + media.frames > 0
        || document.images.iter().any(|i| i.part == Part::Main)
}
