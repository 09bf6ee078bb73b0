//! `period`: the time a solicitation leaves for opinions.

use super::{Out, Reading};
use crate::deadline::{
    End, Period as Stated, day_in, days_between, is_about_period, period_in, weekdays_between,
};
use crate::judge::{Form, Parts, Seen, Slots, shanghai_day};
use crate::load::{Expression, LazyRegex, expressions, message, plain_regexes};
use chrono::{Duration, NaiveDate};
use duwang_model::{Certainty, Span};

#[derive(Debug)]
pub(crate) struct Period {
    /// Fewest days.
    days: Option<u32>,
    /// Fewest working days.
    workdays: Option<u32>,
    /// A reason to shorten it, anywhere in the document.
    unless: Vec<Expression>,
    when: Vec<Expression>,
    /// Speak of pages that still call themselves open after the last day.
    open_after: bool,
    /// How a page calls itself open.
    patterns: Vec<Expression>,
    /// Sentences that state the period meant: they are believed before all others, wherever they stand.
    lines: Vec<LazyRegex>,
    /// Sentences that state another one (登记、报名、上一轮征集): not believed, unless they are among those meant.
    not_lines: Vec<LazyRegex>,
    /// What is said where the last day lies before the day of publication.
    past: Option<String>,
    parts: Parts,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Period> {
    let fields = reading.fields;
    let period = Period {
        days: fields.number("days").map(|n| n.value),
        workdays: fields.number("workdays").map(|n| n.value),
        unless: expressions(fields, "unless", Form::Folded, reading.watch),
        when: expressions(fields, "when", Form::Folded, reading.watch),
        open_after: fields.flag("open_after").unwrap_or(false),
        patterns: expressions(fields, "patterns", Form::Folded, reading.watch),
        lines: plain_regexes(fields, "lines"),
        not_lines: plain_regexes(fields, "not_lines"),
        past: message(fields, "past"),
        parts: reading.scope.parts,
    };
    if period.days.is_none() && period.workdays.is_none() && !period.open_after {
        fields.missing("days");
    }
    if period.open_after && period.patterns.is_empty() {
        fields.missing("patterns");
    }
    Some(period)
}

impl Period {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let Some((stated, span)) = self.stated(seen) else {
            return; // that no period is stated is another rule's
        };
        if self.open_after {
            self.judge_open(&stated, seen, out);
        }
        let anywhere = Parts::default();
        let applies = (self.when.is_empty() || seen.has(&self.when, &anywhere))
            && !seen.has(&self.unless, &anywhere);
        if applies {
            self.judge_length(&stated, span, seen, out);
        }
    }

    /// The day whose year days without one are of. How long a range is hardly depends on it, whether it has passed does.
    fn year_from(&self, seen: &Seen<'_>) -> Option<NaiveDate> {
        published(seen).or((!self.open_after).then_some(seen.judged_on))
    }

    /// The first period stated in the content; before it, one in a sentence that is known to state it.
    fn stated(&self, seen: &Seen<'_>) -> Option<(Stated, Span)> {
        let in_pairs = self.in_pairs(seen);
        // Both days in cells or on lines of their own: a line has only one of them.
        let is_whole = in_pairs
            .as_ref()
            .is_some_and(|(stated, _)| stated.start.is_some());
        let (mut stated, span) = match is_whole && self.lines.is_empty() {
            true => in_pairs,
            false => self.in_lines(seen).or(in_pairs),
        }?;
        if let (None, End::On(end)) = (stated.start, stated.end) {
            stated.start = self.first_day(end, seen).filter(|start| *start < end);
        }
        Some((stated, span))
    }

    /// `开始时间 | 2026-08-01`, `结束时间 | 2026-09-01`: its two days on lines or in cells of their own.
    fn in_pairs(&self, seen: &Seen<'_>) -> Option<(Stated, Span)> {
        const LABELS: [&str; 4] = ["结束时间", "截止时间", "结束日期", "截止日期"];
        const WHOLE: [&str; 4] = ["止", "至", "终", "关闭"];
        let (end, span) = self.labelled_day(&LABELS, &WHOLE, seen)?;
        let stated = Stated {
            start: self.first_day(end, seen),
            end: End::On(end),
            at: 0..0,
        };
        Some((stated, span))
    }

    /// The first day of a period that ends on a day, on a line or in a cell of its own.
    fn first_day(&self, end: NaiveDate, seen: &Seen<'_>) -> Option<NaiveDate> {
        const LABELS: [&str; 4] = ["开始时间", "起始时间", "开始日期", "起始日期"];
        const WHOLE: [&str; 4] = ["起", "自", "始", "开放"];
        let (start, _) = self.labelled_day(&LABELS, &WHOLE, seen)?;
        (start <= end).then_some(start)
    }

    /// The day behind a label that ends like one of these, or is one of the others.
    fn labelled_day(
        &self,
        labels: &[&str],
        whole: &[&str],
        seen: &Seen<'_>,
    ) -> Option<(NaiveDate, Span)> {
        let document = seen.document;
        let of_pair = document.pairs.iter().find_map(|pair| {
            let block = document.block_at(pair.value_span.start);
            let is_it = labels.iter().any(|label| pair.label.ends_with(label))
                || whole.contains(&pair.label.as_str());
            let is_other = is_one_of(&self.not_lines, &pair.label);
            let admitted = is_it && !is_other && self.parts.admits(document, block);
            let day = admitted.then(|| day_in(&pair.value, self.year_from(seen)));
            Some((day.flatten()?, pair.value_span))
        });
        of_pair.or_else(|| self.behind(whole, seen))
    }

    /// The day behind a word that begins a line: `止：2026-07-05`. So short a label is no pair of the page.
    fn behind(&self, words: &[&str], seen: &Seen<'_>) -> Option<(NaiveDate, Span)> {
        let text = seen.text(Form::Folded);
        seen.lines(Form::Folded).iter().find_map(|&line| {
            let said = &text[line.0..line.1];
            let rest = words.iter().find_map(|word| said.strip_prefix(word))?;
            let value = rest.strip_prefix([':', ' '])?;
            let day = day_in(value, self.year_from(seen))?;
            let block = seen.block_of(Form::Folded, line);
            let admitted = self.parts.admits(seen.document, block);
            admitted.then(|| (day, seen.span(Form::Folded, line.1 - value.len(), line.1)))
        })
    }

    fn in_lines(&self, seen: &Seen<'_>) -> Option<(Stated, Span)> {
        let mut first = None;
        for &line in seen.lines(Form::Folded) {
            let Some((rank, stated, span)) = self.in_line(seen, line) else {
                continue;
            };
            if rank == Rank::Meant || self.lines.is_empty() {
                return Some((stated, span));
            }
            first.get_or_insert((stated, span));
        }
        first
    }

    /// The period of a line, from the sentence that most surely states it.
    fn in_line(&self, seen: &Seen<'_>, line: (usize, usize)) -> Option<(Rank, Stated, Span)> {
        let words = &seen.text(Form::Folded)[line.0..line.1];
        // In a table the label stands in a cell of its own.
        let is_labelled = is_labelled(seen, line);
        if !is_labelled && !is_about_period(words) && !is_one_of(&self.lines, words) {
            return None;
        }
        let stated = sentences(words).filter_map(|(at, sentence)| {
            let is_meant = is_one_of(&self.lines, sentence);
            if !is_meant && is_one_of(&self.not_lines, sentence) {
                return None;
            }
            let stated = period_in(sentence, self.year_from(seen))?;
            let rank = match () {
                () if is_meant => Rank::Meant,
                () if is_labelled || is_about_period(sentence) => Rank::About,
                () => Rank::Beside,
            };
            Some((rank, at, stated))
        });
        let (rank, at, stated) = stated.min_by_key(|(rank, ..)| *rank)?;
        let block = seen.block_of(Form::Folded, line);
        if !self.parts.admits(seen.document, block) {
            return None;
        }
        let start = line.0 + at;
        let span = seen.span(Form::Folded, start + stated.at.start, start + stated.at.end);
        Some((rank, stated, span))
    }

    fn judge_length(&self, stated: &Stated, span: Span, seen: &Seen<'_>, out: &mut Out<'_>) {
        let Some((length, limit, sure)) = self.length_and_limit(stated, published(seen)) else {
            return;
        };
        if length >= i64::from(limit) {
            return;
        }
        let mut draft = out.draft().at(span).keyed("period").with(Slots {
            days: length.to_string(),
            limit: limit.to_string(),
            value: last_day(stated, published(seen))
                .map(|day| day.to_string())
                .unwrap_or_default(),
            ..Slots::default()
        });
        if length < 0 {
            draft.message.clone_from(&self.past);
        }
        if !sure || length < 0 {
            draft.certainty = Certainty::Ask;
        }
        out.push(draft);
    }

    /// How long the period is, how long it must be, and whether the count is sure (working days are not: holidays are unknown).
    fn length_and_limit(
        &self,
        stated: &Stated,
        published: Option<NaiveDate>,
    ) -> Option<(i64, u32, bool)> {
        match (stated.end, self.workdays, self.days) {
            (
                End::After {
                    count,
                    workdays: true,
                },
                Some(limit),
                _,
            ) => Some((i64::from(count), limit, true)),
            (
                End::After {
                    count,
                    workdays: false,
                },
                None,
                Some(limit),
            ) => Some((i64::from(count), limit, true)),
            (
                End::After {
                    count,
                    workdays: true,
                },
                None,
                Some(limit),
            ) => {
                // Five working days take a week.
                Some((i64::from(count + count / 5 * 2), limit, false))
            }
            (
                End::After {
                    count,
                    workdays: false,
                },
                Some(limit),
                _,
            ) => Some((i64::from(count - count / 7 * 2), limit, false)),
            (End::On(end), workdays, days) => {
                let start = not_counted(stated, published)?;
                match workdays {
                    Some(limit) => Some((weekdays_between(start, end), limit, false)),
                    None => days.map(|limit| (days_between(start, end), limit, true)),
                }
            }
            (End::After { .. }, None, None) => None,
        }
    }

    fn judge_open(&self, stated: &Stated, seen: &Seen<'_>, out: &mut Out<'_>) {
        let today = shanghai_day(seen.context.now);
        let Some(end) = last_day(stated, published(seen)).filter(|end| *end < today) else {
            return;
        };
        let Some(open) = seen.first(&self.patterns, &Parts::default()) else {
            return;
        };
        let draft = out.draft().at(open.span).keyed("open").with(Slots {
            days: days_between(end, today).to_string(),
            value: end.to_string(),
            ..Slots::default()
        });
        out.push(draft);
    }
}

/// The page's own day, or the one a draft will be published on.
fn published(seen: &Seen<'_>) -> Option<NaiveDate> {
    seen.document.published.or(seen.context.judged_on)
}

/// How surely a sentence states the period that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The rule names it.
    Meant,
    /// It is about opinions or publicity itself.
    About,
    /// Its line is.
    Beside,
}

fn is_one_of(sentences: &[LazyRegex], text: &str) -> bool {
    sentences.iter().any(|regex| regex.is_match(text))
}

/// The sentences of a line, each with its offset.
fn sentences(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    line.split_inclusive(['。', ';', '!', '?'])
        .map(move |sentence| {
            let start = at;
            at += sentence.len();
            (start, sentence)
        })
}

/// Whether a short line with a number is a value whose label, or a cell whose row or column, is called like a period.
fn is_labelled(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    const LONGEST_CELL: usize = 120; // bytes; what is longer is prose
    let words = &seen.text(Form::Folded)[line.0..line.1];
    if words.len() > LONGEST_CELL || !words.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let span = seen.span(Form::Folded, line.0, line.1);
    let mut pairs = seen.document.pairs.iter();
    pairs.any(|pair| pair.value_span.contains(span) && is_about_period(&pair.label))
        || seen
            .headings(span)
            .iter()
            .any(|heading| is_about_period(heading))
}

/// The day from which the days are counted, itself not counted (民法典第二百零一条): the day of publication, or the one before a
/// stated first day, because both days of `9月1日至9月30日` are days of the period. A page that is dated after the last day was put up anew;
/// what it says of its first day holds.
fn not_counted(stated: &Stated, published: Option<NaiveDate>) -> Option<NaiveDate> {
    let is_over = |day: &NaiveDate| matches!(stated.end, End::On(end) if end < *day);
    match (
        stated.start,
        published.filter(|day| stated.start.is_none() || !is_over(day)),
    ) {
        (Some(start), Some(published)) if start < published => Some(published),
        (Some(start), _) => start.pred_opt(),
        (None, published) => published,
    }
}

fn last_day(stated: &Stated, published: Option<NaiveDate>) -> Option<NaiveDate> {
    match stated.end {
        End::On(day) => Some(day),
        End::After { count, workdays } => {
            let days = if workdays {
                count + count / 5 * 2
            } else {
                count
            };
            published?.checked_add_signed(Duration::days(i64::from(days)))
        }
    }
}
