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
mod matter;
mod place;
mod sign_off;
mod value;

pub(super) use label::is_label_line;

use super::numbering::is_section_of_nothing;
use super::pattern::is_replaced;
use super::{Out, Reading, section};
use crate::han::{is_ideograph, is_numeral};
use crate::judge::{Form, Found, Line, Parts, Seen, Slots, is_called};
use crate::load::{At, Expression, LazyRegex, expression, expressions, message, plain_regexes};
use crate::words::{WORDS, behind_first, ends_with_any, has_any};
use duwang_model::{Certainty, Document, Link, LinkRole, Part, Text};
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

/// The names an element goes by.
#[derive(Debug)]
struct Labels {
    /// Folded, longest first.
    names: Vec<String>,
    /// Names that mean this element only when they are the whole label (`咨询` of a table, not 咨询 in a sentence).
    whole: Vec<String>,
    /// A label with one of these in it is another element's.
    others: Vec<String>,
    /// Words of another matter: what its sentence or its heading claims is not this element's (the phone of the complaints office).
    not_near: Vec<String>,
    /// Whether other businesses of the office (报名, 过户) are somebody else's matter, wherever in a clause they stand.
    other_matters: bool,
    /// Finds the names in the text.
    anywhere: Option<Expression>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Element> {
    let fields = reading.fields;
    let parts = parts(reading);
    let element = Element {
        labels: labels(reading),
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

fn labels(reading: &mut Reading<'_, '_>) -> Labels {
    let fields = reading.fields;
    let fold = |label: At<String>| Text::new(label.value).folded().trim().to_owned();
    let mut names: Vec<String> = fields.texts("labels").into_iter().map(fold).collect();
    names.retain(|name| !name.is_empty());
    names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    names.dedup();
    let whole: Vec<String> = fields.texts("whole_labels").into_iter().map(fold).collect();
    let others = fields.texts("not_labels").into_iter().map(fold).collect();
    let mut not_near: Vec<String> = fields.texts("not_near").into_iter().map(fold).collect();
    let other_matters = fields.flag("other_matters").unwrap_or(false);
    if other_matters {
        let told = |other: &&String| !not_near.contains(other);
        let others: Vec<String> = WORDS.matter.other.iter().filter(told).cloned().collect();
        not_near.extend(others);
    }
    let all = || names.iter().chain(&whole);
    let anywhere = (all().next().is_some())
        .then(|| {
            let each: Vec<String> = all().map(|name| regex::escape(name)).collect();
            let source = At {
                value: each.join("|"),
                place: fields.place().clone(),
            };
            expression(fields, &source, Form::Folded, reading.watch)
        })
        .flatten();
    Labels {
        names,
        whole,
        others,
        not_near,
        other_matters,
        anywhere,
    }
}

impl Labels {
    /// Whether a label is one of the names, alone or with a little beside it: `咨询电话(工作日)`, `(三)办公时间安排`.
    fn match_label(&self, label: &str) -> bool {
        if self
            .names
            .iter()
            .chain(&self.whole)
            .any(|name| name == label)
        {
            return true;
        }
        if self.are_others(label) {
            return false;
        }
        let length = label.chars().count();
        self.names.iter().any(|name| {
            let own = name.chars().count();
            length <= own + 8
                && (label.ends_with(name.as_str())
                    || label.starts_with(name.as_str())
                    || (own >= 4 && label.contains(name.as_str())))
        })
    }
}

impl Labels {
    /// Whether a name means this element only as the whole of a label.
    fn is_only_whole(&self, name: &str) -> bool {
        !self.names.iter().any(|n| n == name)
    }

    /// Whether what stands before a name makes it somebody else's: 项目地址, 检测报告领取时间 beside 办公地址, 接待时间.
    fn is_foreign(&self, seen: &Seen<'_>, label: &str) -> bool {
        // `丙 传真`, `(三)电话`: what stands before is a number.
        let label = strip_note(label);
        let label = label
            .rsplit([' ', '、', '.', ')', ']', '】'])
            .next()
            .unwrap_or(label);
        let mut names = self.names.iter().chain(&self.whole);
        let named = names.find(|name| label.ends_with(name.as_str()));
        let kind = WORDS
            .label
            .contacts
            .iter()
            .find(|kind| label.ends_with(kind.as_str()));
        let Some(kind) = kind else {
            return false;
        };
        let before = &label[..label.len() - named.unwrap_or(kind).len()];
        let before = before
            .trim_end_matches(['(', ')', '"', '“', '”'])
            .trim_start_matches(STEMS);
        let han = |text: &str| text.chars().any(is_ideograph);
        // `第一中学电话`: the office's own name.
        han(before)
            && !ends_with_any(before, &WORDS.label.own)
            && !seen.is_in_own_name(before)
            && !is_nearby(before)
    }

    /// Whether a clause or a value is about another business of the office: `投诉:化肥假劣打12315`.
    fn is_about_other_matter(&self, seen: &Seen<'_>, text: &str) -> bool {
        const OPENNESS: [&str; 4] = ["公开", "信息", "申请", "第三方"];
        self.other_matters
            && matter::is_about_other(seen, text)
            && !OPENNESS.iter().any(|word| text.contains(word))
    }

    /// The same of a match in running text: the label before the colon of its clause, or the words right before its number.
    fn is_under_foreign(&self, seen: &Seen<'_>, line: &Line<'_>) -> bool {
        let ends = ['。', ';', ',', ' ', '|', ')'];
        let behind = |(at, mark): (usize, &str)| at + mark.len();
        let start = line.before().rmatch_indices(ends).next().map_or(0, behind);
        let clause = &line.text[start..line.end];
        let label = clause.split(':').next().filter(|l| l.len() < clause.len());
        let label = label.or_else(|| {
            let number = clause.find(|c: char| c.is_ascii_digit())?;
            Some(&clause[..number])
        });
        label.is_some_and(|label| self.is_foreign(seen, label.trim_start_matches(is_numbering)))
    }

    /// Whether a label is one of another element that only sounds alike (监督电话 beside 联系电话).
    fn are_others(&self, label: &str) -> bool {
        self.others
            .iter()
            .any(|other| label.contains(other.as_str()))
    }
}

/// What items are numbered with: 丙 传真.
const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];

/// `或者打镇妇联` before 电话: whom to call in the same town.
fn is_nearby(before: &str) -> bool {
    const LONGEST: usize = 6;
    let words = &WORDS.label;
    let called = words
        .calls
        .iter()
        .filter_map(|verb| before.rsplit_once(verb.as_str()));
    let called = called.map(|(_, whom)| whom).min_by_key(|whom| whom.len());
    called.is_some_and(|whom| {
        behind_first(&words.nearby, whom).is_some() && whom.chars().nth(LONGEST).is_none()
    })
}

/// A label without what stands in brackets at its end: 办公时间(夏令时).
fn strip_note(label: &str) -> &str {
    match label.rfind('(') {
        Some(open) if open > 0 && label.ends_with(')') => &label[..open],
        _ => label,
    }
}

fn is_numbering(c: char) -> bool {
    c.is_ascii_digit() || is_numeral(c) || "、.()【[ ".contains(c)
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

/// Whether what a match begins was left open: its sentence only promises (`正在申请邮箱，敬请留意`), has gaps, breaks off at the end of
/// its line, or names a thing of which there is no more than a note (`机构设置：（请政工室补）`; `申请方式`, below it `另行通知`) or nothing (`四、收费`
/// right above `五、监督`).
fn is_left_open(seen: &Seen<'_>, form: Form, found: Found) -> bool {
    let text = seen.text(form);
    let line = Line::around(text, found.start, found.end);
    let sentence = line.sentence();
    let behind = line.after().split(['。', ';', '!']).next().unwrap_or("");
    let ends_line = line.text.trim_end().ends_with(sentence.trim_end());
    let clause = line.clause();
    value::promises(&value::bare(sentence))
        || value::promises(&value::bare(clause))
        || is_replaced(&line)
        || value::has_gaps(sentence)
        || value::is_filler(&value::bare(behind))
        || (ends_line && value::breaks_off(sentence))
        || (is_bare_heading(&line) && has_nothing_below(seen, form, found))
}

fn has_nothing_below(seen: &Seen<'_>, form: Form, found: Found) -> bool {
    let text = seen.text(form);
    let heading = &text[found.line.0..found.line.1];
    let above = text[..found.line.0].trim_end().lines().next_back();
    let below = line_below(seen, form, found.line);
    let further = below.and_then(|line| line_below(seen, form, line));
    let words = |line: Option<(usize, usize)>| line.map_or("", |(start, end)| &text[start..end]);
    value::is_filler(&value::bare(words(below)))
        || is_section_of_nothing(above.unwrap_or(""), heading, words(below), words(further))
}

/// The next line of the content: below its last one stands the footer.
fn line_below(seen: &Seen<'_>, form: Form, line: (usize, usize)) -> Option<(usize, usize)> {
    let gap = seen.text(form)[line.1..].find(|c: char| !c.is_whitespace())?;
    let next = seen.line_around(form, line.1 + gap);
    let part = seen.block_of(form, next).map(|block| block.part);
    matches!(part, Some(Part::Main | Part::Info)).then_some(next)
}

/// Whether a match is all but the whole of its line.
fn is_bare_heading(line: &Line<'_>) -> bool {
    const LONGEST: usize = 16;
    line.after().trim_matches([':', ' ', ')', ']']).is_empty()
        && line.text.chars().nth(LONGEST).is_none()
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
